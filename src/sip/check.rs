//! All that one message alone shows to be odd. The same readers run as for everyone else, only that here their notes are
//! kept.

use memchr::{memchr_iter, memrchr};

use super::clean::{Clean, Stretch};
use super::index::Field;
use super::lexical::first_control;
use super::message::Message;
use super::name::{Name, Shape};
use super::problem::{Problem, ProblemKind, Problems};
use super::scan::{List, is_token};
use super::start_line::Start;
use super::text::Text;
use super::value::Value;
use crate::base::Span;

/// RFC 3261 8.1.1: what every request has.
const IN_REQUESTS: [Name; 6] = [
    Name::Via,
    Name::MaxForwards,
    Name::From,
    Name::To,
    Name::CallId,
    Name::CSeq,
];

/// RFC 3261 8.2.6.2: what every response takes from its request.
const IN_RESPONSES: [Name; 5] = [Name::Via, Name::From, Name::To, Name::CallId, Name::CSeq];

impl Message<'_> {
    /// What is odd, in the order of the places.
    pub fn problems(&self) -> Vec<Problem> {
        self.problems_beside(&mut Clean::default())
    }

    /// The same, without looking again at what is known to be clean.
    pub fn problems_beside(&self, clean: &mut Clean) -> Vec<Problem> {
        let mut problems = Problems::kept();
        self.check_first_line(&mut problems, clean);
        self.check_bytes(&mut problems);
        self.check_end(&mut problems);
        self.check_fields(&mut problems, clean);
        self.check_presence(&mut problems);
        self.check_repetition(&mut problems);
        self.body().check(&mut problems, clean);
        problems.sorted()
    }

    /// What is odd about a message whose end was not seen. Nothing is told that might be otherwise with the rest: that something
    /// is missing at the end, that a length is wrong, or anything about the line that is cut.
    pub fn problems_of_cut(&self) -> Vec<Problem> {
        self.problems_of_cut_beside(&mut Clean::default())
    }

    /// The same, without looking again at what is known to be clean.
    pub fn problems_of_cut_beside(&self, clean: &mut Clean) -> Vec<Problem> {
        let (end, cut) = (self.bytes().len(), self.cut_line());
        let mut problems = self.problems_beside(clean);
        problems.retain(|problem| {
            let problem_end = problem.span.end as usize;
            problem_end <= cut && problem_end < end
        });
        problems
    }

    /// Where the line begins that the end of these bytes cuts. A header field with all its lines is one: more of them could
    /// have followed.
    fn cut_line(&self) -> usize {
        let rest = self.rest();
        let index = self.index();
        let end = |field: &Field| field.end as usize;
        match (index.ended, index.fields.as_slice()) {
            (false, fields) if index.cut => fields.last().map_or(index.head as usize, end),
            (true, _) => {
                let before = memrchr(b'\n', rest.bytes()).map_or(0, |feed| feed + 1);
                rest.start() + before
            }
            (false, [.., before, _]) => end(before),
            (false, [_]) => index.head as usize,
            (false, []) => index.begin as usize,
        }
    }

    /// What is odd about a part of a message, which may lack the first line, header fields, and the body (RFC 3420 2).
    pub(super) fn check_fragment(&self, problems: &mut Problems) {
        if self.start().is_some() {
            self.first_line_noting(problems);
        }
        self.check_bytes(problems);
        self.check_fields(problems, &mut Clean::default());
        self.check_repetition(problems);
        if !self.rest().is_empty() {
            self.body().check_length(problems);
        }
    }

    /// Whether there is a header field at all, and not only lines that are none.
    pub(super) fn has_fields(&self) -> bool {
        self.index().fields.iter().any(|field| field.colon)
    }

    /// Line ends and characters of first line and header section; the first of each kind.
    fn check_bytes(&self, problems: &mut Problems) {
        let index = self.index();
        // A fragment begins somewhere in the message that carries it.
        let begin = index.begin as usize;
        let section = &self.bytes()[begin..index.body as usize];
        let mut note = |at: Option<usize>, length: usize, kind| {
            if let Some(at) = at {
                let at = begin + at;
                problems.note(Span::new(at, at + length), kind);
            }
        };
        if has_odd_line_ends(section) {
            let bare = memchr_iter(b'\n', section).find(|at| *at == 0 || section[at - 1] != b'\r');
            note(bare, 1, ProblemKind::LineEnd);
            let stray = memchr_iter(b'\r', section).find(|at| section.get(at + 1) != Some(&b'\n'));
            note(stray, 1, ProblemKind::StrayReturn);
        }
        // Behind a backslash it is a quoted pair, which may be any character of ASCII (RFC 3261 25.1).
        let nul = memchr_iter(0, section).find(|at| *at == 0 || section[at - 1] != b'\\');
        note(nul, 1, ProblemKind::Nul);
        let broken = match section.is_ascii() {
            true => None,
            false => std::str::from_utf8(section).err(),
        };
        note(
            broken.map(|error| error.valid_up_to()),
            1,
            ProblemKind::Utf8,
        );
    }

    /// An empty line stands between the header section and the body, even if there is no body.
    fn check_end(&self, problems: &mut Problems) {
        if !self.index().ended {
            let end = self.rest();
            problems.note(
                end.between(end.start(), end.start()).span(),
                ProblemKind::NoEmptyLine,
            );
        }
    }

    fn check_first_line(&self, problems: &mut Problems, clean: &mut Clean) {
        if self.start().is_none() {
            self.first_line_noting(problems);
            return;
        }
        let line = self.first_line_text();
        clean.unless_known(Stretch::FirstLine, line.bytes(), |_| {
            self.first_line_noting(problems);
            problems.list().is_empty()
        });
    }

    /// Each header field for itself.
    pub(super) fn check_fields(&self, problems: &mut Problems, clean: &mut Clean) {
        let mut begin = self.index().head as usize;
        for (number, field) in self.index().fields.iter().enumerate() {
            let end = field.end as usize;
            let lines = &self.bytes()[begin..end];
            begin = end;
            clean.unless_known(Stretch::Field, lines, |_| {
                let header = self.header(number);
                problems.about(header.known);
                self.check_name(field, header.name, problems);
                if field.colon {
                    check_controls(header.value, problems);
                    check_values(header.known, header.value, problems);
                }
                problems.list().is_empty()
            });
        }
        problems.about(Name::Other);
    }

    fn check_name(&self, field: &Field, name: Text<'_>, problems: &mut Problems) {
        if !field.colon {
            problems.note(field.value, ProblemKind::NoColon);
        } else if field.known == Name::Other && !is_field_name(name.bytes()) {
            problems.note(name.span(), ProblemKind::FieldName);
        }
    }

    /// Fields that are missing.
    fn check_presence(&self, problems: &mut Problems) {
        let end = self
            .index()
            .fields
            .last()
            .map_or(self.index().head, |field| field.end);
        let end = Span::new(end as usize, end as usize);
        let needed: &[Name] = match self.start() {
            Some(Start::Request(_)) => &IN_REQUESTS,
            Some(Start::Response(_)) => &IN_RESPONSES,
            None => &[],
        };
        for name in needed.iter().filter(|name| !self.has(**name)) {
            problems.about(*name);
            problems.note(end, ProblemKind::Missing);
        }
        problems.about(Name::Other);
    }

    /// Fields that stand more often than they may, and the method, which stands twice and has to be the same.
    fn check_repetition(&self, problems: &mut Problems) {
        let mut seen = [false; Name::ALL.len() + 1];
        for field in self
            .index()
            .fields
            .iter()
            .filter(|field| field.known.once())
        {
            if std::mem::replace(&mut seen[field.known as usize], true) {
                problems.about(field.known);
                problems.note(field.value, ProblemKind::Repeated);
            }
        }
        if let Some(method) = self.method()
            && let Some(cseq) = self.cseq()
            && cseq.method != method
            && !cseq.method.is_empty()
        {
            problems.about(Name::CSeq);
            problems.note(cseq.method.span(), ProblemKind::MethodDiffers);
        }
        problems.about(Name::Other);
    }
}

fn is_field_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|byte| is_token(*byte))
}

/// Whether LF stands somewhere without CR before it, or CR without LF behind it. All bytes are looked at, whatever is found:
/// that way the processor takes many of them at a time.
fn has_odd_line_ends(section: &[u8]) -> bool {
    let at_ends = section.first() == Some(&b'\n') || section.last() == Some(&b'\r');
    let pairs = section.iter().zip(section.get(1..).unwrap_or_default());
    pairs.fold(at_ends, |odd, (one, next)| {
        odd | ((*one == b'\r') != (*next == b'\n'))
    })
}

/// The first control character of a value.
fn check_controls(value: Text<'_>, problems: &mut Problems) {
    if let Some(at) = first_control(value.bytes()) {
        let at = value.start() + at;
        problems.note(Span::new(at, at + 1), ProblemKind::ControlCharacter);
    }
}

pub(super) fn check_values(name: Name, value: Text<'_>, problems: &mut Problems) {
    if value.is_empty() {
        if !may_be_empty(name) {
            problems.note(value.span(), ProblemKind::NoValue);
        }
        return;
    }
    let mut list = List::new(value, name.shape().separator());
    let (mut count, mut star) = (0, None);
    while let Some(value) = list.next(problems) {
        count += 1;
        if let Value::Star(text) = Value::read(name, value, problems) {
            star = Some(text);
        }
    }
    if let Some(star) = star.filter(|_| count > 1) {
        problems.note(star.span(), ProblemKind::Star);
    }
}

/// Fields whose grammar has an empty value (RFC 3261 25.1 and the RFCs of the others).
fn may_be_empty(name: Name) -> bool {
    match name {
        Name::Accept
        | Name::AcceptEncoding
        | Name::AcceptLanguage
        | Name::Allow
        | Name::Supported
        | Name::RecvInfo
        | Name::PEarlyMedia
        | Name::Organization
        | Name::Subject
        | Name::PAssociatedUri => true,
        name => {
            name.shape() == Shape::Text
                && !matches!(name, Name::UserAgent | Name::Server | Name::MimeVersion)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::body::Content;
    use crate::sip::index::Index;

    #[test]
    fn a_fragment_is_not_blamed_for_what_stands_in_front_of_it() {
        let carrier = b"x\0\xff\r\n\nSIP/2.0 200 OK\r\nTo: a\nFrom: b\r\n\r\n";
        let fragment = Text::new(carrier, Span::new(6, carrier.len()));
        let mut index = Index::default();
        let mut problems = Problems::kept();
        Content::fragment(fragment, &mut index).check_bytes(&mut problems);
        let told: Vec<_> = problems
            .list()
            .iter()
            .map(|told| (told.span, told.kind))
            .collect();
        assert_eq!(told, [(Span::new(27, 28), ProblemKind::LineEnd)]);
    }

    #[test]
    fn line_ends_are_odd_where_one_half_stands_alone() {
        let mut texts = vec![Vec::new()];
        for _ in 0..6 {
            let longer = |text: &Vec<u8>| b"\r\nab".map(|byte| [text.as_slice(), &[byte]].concat());
            texts = texts.iter().flat_map(longer).collect();
            for text in &texts {
                let whole = String::from_utf8_lossy(text).replace("\r\n", "");
                let is_odd = whole.contains(['\r', '\n']);
                assert_eq!(has_odd_line_ends(text), is_odd, "{}", text.escape_ascii());
            }
        }
        assert!(!has_odd_line_ends(b""));
    }

    const HEAD: &str = "INVITE sip:b@b.example SIP/2.0\r\n\
        Via: SIP/2.0/UDP a.example;branch=z9hG4bK1\r\nFrom: <sip:a@b.example>;tag=1\r\n\
        To: Bob Builder <sip:b@b.example>\r\nMax-Forwards: 70\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n";
    const SDP: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n\
        m=audio 49170 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n";

    fn with_body(content_type: &str, body: &str) -> String {
        let length = body.len();
        format!("{HEAD}Content-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}")
    }

    fn told(text: &[u8], problems: fn(&Message<'_>) -> Vec<Problem>) -> Vec<ProblemKind> {
        let mut index = Index::default();
        let message = Message::read(text, &mut index);
        problems(&message).iter().map(|told| told.kind).collect()
    }

    #[test]
    fn a_cut_is_no_fault_of_the_message_wherever_it_is() {
        let xml = "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"pres:a@b.example\">\
            <tuple id=\"t\"><status><basic>open</basic></status></tuple>&amp;</presence>";
        let parts = "--b b\r\nContent-Type: message/sipfrag\r\n\r\nSIP/2.0 200 OK\r\n\
            To: \"B\" <sip:b@b.example>\r\n\r\n--b b\r\n\r\nx\r\n--b b--\r\n";
        for message in [
            with_body("application/sdp", SDP),
            with_body("application/pidf+xml", xml),
            with_body("multipart/mixed;\r\n boundary=\"b b\"", parts),
        ] {
            let whole = told(message.as_bytes(), |message| message.problems());
            assert_eq!(whole, [], "{message}");
            for end in 0..message.len() {
                let cut = &message.as_bytes()[..end];
                let told = told(cut, |message| message.problems_of_cut());
                assert_eq!(told, [], "{}", cut.escape_ascii());
            }
        }
    }

    #[test]
    fn what_is_remembered_of_other_messages_changes_nothing() {
        let whole = with_body("application/sdp", SDP);
        let mut clean = Clean::remembered();
        let mut odd = 0;
        // Twice: what the first round remembers is there in the second.
        for _ in 0..2 {
            for at in 0..whole.len() {
                for byte in [b' ', b':', b'\n', b'<', 0] {
                    let mut text = whole.clone().into_bytes();
                    text[at] = byte;
                    let mut index = Index::default();
                    let message = Message::read(&text, &mut index);
                    let alone = message.problems();
                    let beside = message.problems_beside(&mut clean);
                    assert_eq!(beside, alone, "{}", text.escape_ascii());
                    odd += usize::from(!alone.is_empty());
                }
            }
        }
        assert!(odd > whole.len(), "only {odd} were odd");
    }

    #[test]
    fn what_stands_in_front_of_a_cut_is_told() {
        let message = "INVITE sip:b@b.example SIP/2.0\r\nMax-Forwards: x\r\nTo: <sip:b@b.exam";
        let problems = told(message.as_bytes(), |message| message.problems_of_cut());
        assert_eq!(problems, [ProblemKind::Number]);
        // The header section was seen to its end: what is not there is missing.
        let message = with_body("application/sdp", SDP).replace("Call-ID: 1\r\n", "");
        let cut = message.len() - 3;
        let problems = told(&message.as_bytes()[..cut], |message| {
            message.problems_of_cut()
        });
        assert_eq!(problems, [ProblemKind::Missing]);
    }

    fn told_of_fragment(fragment: &str) -> Vec<(ProblemKind, Name, String)> {
        let message = with_body("message/sipfrag", fragment);
        let mut index = Index::default();
        let problems = Message::read(message.as_bytes(), &mut index).problems();
        let told = problems.iter().map(|problem| {
            let text = message[problem.span.range()].to_owned();
            (problem.kind, problem.name, text)
        });
        told.collect()
    }

    #[test]
    fn a_fragment_may_lack_everything() {
        for fine in [
            "SIP/2.0 100 Trying\r\n",
            "To: <sip:b@b.example>\r\nContent-Length: 7\r\n",
            "INVITE sip:b@b.example SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\n",
            "Content-Type: text/plain\r\nContent-Length: 1\r\n\r\nx",
        ] {
            assert_eq!(told_of_fragment(fine), [], "{fine}");
        }
    }

    #[test]
    fn what_is_odd_in_a_fragment_is_told() {
        use ProblemKind::{BodyShort, Host, MethodDiffers, Number, Repeated, Token, ViaProtocol};
        let text = |kind, name, text: &str| (kind, name, text.to_owned());
        assert_eq!(
            told_of_fragment("Via: x\r\nCSeq: zzz\r\n"),
            [
                text(ViaProtocol, Name::Via, "x"),
                text(Host, Name::Via, ""),
                text(Number, Name::CSeq, "zzz"),
                text(Token, Name::CSeq, ""),
            ]
        );
        let twice = "BYE sip:b@b.example SIP/2.0\r\nCSeq: 1 INVITE\r\nTo: sip:b@b.example\r\nTo: sip:c@b.example\r\n";
        assert_eq!(
            told_of_fragment(twice),
            [
                text(MethodDiffers, Name::CSeq, "INVITE"),
                text(Repeated, Name::To, "sip:c@b.example"),
            ]
        );
        assert_eq!(
            told_of_fragment("Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nx"),
            [text(BodyShort, Name::ContentLength, "x")]
        );
    }

    /// What is told of a response with these fields and this body beside what each response has.
    fn noted_in(fields: &str, body: &str) -> Vec<(ProblemKind, String)> {
        let text = format!(
            "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK1\r\nFrom: <sip:a@b.example>;tag=1\r\n\
             To: <sip:a@b.example>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n{fields}\r\n{body}"
        );
        let mut index = Index::default();
        let problems = Message::read(text.as_bytes(), &mut index).problems();
        let told = problems.iter().map(|told| {
            let text = &text[told.span.range()];
            (told.kind, text.to_owned())
        });
        told.collect()
    }

    #[test]
    fn control_characters_are_told_unless_they_are_quoted() {
        let own = |text: &str| vec![(ProblemKind::ControlCharacter, text.to_owned())];
        assert_eq!(noted_in("Server: a\x01\x02\r\n", ""), own("\x01"));
        assert_eq!(noted_in("X-Own: a\x7f\r\n", ""), own("\x7f"));
        assert_eq!(noted_in("Subject: a\tb\r\n c \u{e9}\r\n", ""), []);
        assert_eq!(
            noted_in("Contact: \"a\\\x01\" <sip:a@b.example>\r\n", ""),
            []
        );
    }

    #[test]
    fn a_star_with_parameters_is_still_no_address() {
        let text = "REGISTER sip:a.example SIP/2.0\r\nContact: * ;expires=0\r\n\r\n";
        let mut index = Index::default();
        let message = Message::read(text.as_bytes(), &mut index);
        assert!(message.contact_is_star() && message.address(Name::Contact).is_none());
        let star = noted_in("Contact: *;expires=0\r\n", "");
        assert_eq!(star, [(ProblemKind::Star, ";expires=0".to_owned())]);
    }

    #[test]
    fn a_missing_boundary_is_told_once() {
        let kinds = |fields, body| -> Vec<_> {
            let told = noted_in(fields, body);
            told.into_iter().map(|(kind, _)| kind).collect()
        };
        let without = "Content-Type: multipart/mixed\r\n";
        assert_eq!(kinds(without, ""), [ProblemKind::Boundary]);
        assert_eq!(kinds(without, "--b\r\n"), [ProblemKind::Boundary]);
        assert_eq!(
            kinds("Content-Type: multipart/mixed;boundary=b\r\n", ""),
            []
        );
    }
}
