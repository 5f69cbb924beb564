//! All that one message alone shows to be odd. The same readers run as for everyone else, only that here their notes are
//! kept.

use memchr::memchr_iter;

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
        let mut problems = Problems::kept();
        self.first_line_noting(&mut problems);
        self.check_bytes(&mut problems);
        self.check_fields(&mut problems);
        self.check_presence(&mut problems);
        self.body().check(&mut problems);
        problems.sorted()
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
        let bare = memchr_iter(b'\n', section).find(|at| *at == 0 || section[at - 1] != b'\r');
        note(bare, 1, ProblemKind::LineEnd);
        let stray = memchr_iter(b'\r', section).find(|at| section.get(at + 1) != Some(&b'\n'));
        note(stray, 1, ProblemKind::StrayReturn);
        // Behind a backslash it is a quoted pair, which may be any character of ASCII (RFC 3261 25.1).
        let nul = memchr_iter(0, section).find(|at| *at == 0 || section[at - 1] != b'\\');
        note(nul, 1, ProblemKind::Nul);
        let broken = std::str::from_utf8(section).err();
        note(
            broken.map(|error| error.valid_up_to()),
            1,
            ProblemKind::Utf8,
        );
        if !index.ended {
            note(Some(section.len()), 0, ProblemKind::NoEmptyLine);
        }
    }

    /// Each header field for itself.
    pub(super) fn check_fields(&self, problems: &mut Problems) {
        for (field, header) in self.index().fields.iter().zip(self.headers()) {
            problems.about(header.known);
            self.check_name(field, header.name, problems);
            if field.colon {
                check_controls(header.value, problems);
                check_values(header.known, header.value, problems);
            }
        }
        problems.about(Name::Other);
    }

    fn check_name(&self, field: &Field, name: Text<'_>, problems: &mut Problems) {
        if !field.colon {
            problems.note(field.value, ProblemKind::NoColon);
        } else if name.is_empty() || !name.bytes().iter().all(|byte| is_token(*byte)) {
            problems.note(name.span(), ProblemKind::FieldName);
        }
    }

    /// Fields that are missing or that stand more often than they may, and the method that stands twice.
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
        if let (Some(method), Some(cseq)) = (self.method(), self.cseq())
            && cseq.method != method
            && !cseq.method.is_empty()
        {
            problems.about(Name::CSeq);
            problems.note(cseq.method.span(), ProblemKind::MethodDiffers);
        }
        problems.about(Name::Other);
    }
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

    /// What is told of a response with these fields and this body beside what each response has.
    fn told(fields: &str, body: &str) -> Vec<(ProblemKind, String)> {
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
        assert_eq!(told("Server: a\x01\x02\r\n", ""), own("\x01"));
        assert_eq!(told("X-Own: a\x7f\r\n", ""), own("\x7f"));
        assert_eq!(told("Subject: a\tb\r\n c \u{e9}\r\n", ""), []);
        assert_eq!(told("Contact: \"a\\\x01\" <sip:a@b.example>\r\n", ""), []);
    }

    #[test]
    fn a_star_with_parameters_is_still_no_address() {
        let text = "REGISTER sip:a.example SIP/2.0\r\nContact: * ;expires=0\r\n\r\n";
        let mut index = Index::default();
        let message = Message::read(text.as_bytes(), &mut index);
        assert!(message.contact_is_star() && message.address(Name::Contact).is_none());
        let star = told("Contact: *;expires=0\r\n", "");
        assert_eq!(star, [(ProblemKind::Star, ";expires=0".to_owned())]);
    }

    #[test]
    fn a_missing_boundary_is_told_once() {
        let kinds = |fields, body| -> Vec<_> {
            let told = told(fields, body);
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
