//! A whole message: the library says what stands where in it, and each stretch is replaced as what it is. Nothing is left out: what is
//! of no kind is replaced as text.

use std::ops::Range;

use super::mask::Mask;
use super::neutral::Numbers;
use super::prose::Told;
use super::uri::split;
use super::wide::{is_wide, narrowed};
use crate::sip::body::{Body, Content};
use crate::sip::{Index, Message, Name, Part, Problems, Text};

/// What a stretch of a message is replaced as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    FirstLine,
    FieldName(Name),
    Value(Name),
    Text,
    Sdp,
    Xml,
    WideXml,
    Summary,
    Unknown,
    Encoded,
}

/// Stretches with their kinds.
type Plan = Vec<(Range<usize>, Kind)>;

/// What nobody knows is kept, or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unknown {
    /// Header fields whose name is not known.
    pub fields: usize,
    /// Bodies whose type is not known.
    pub bodies: usize,
    /// Bodies of any type that are encoded: they are never kept, as nobody knows in them who is replaced elsewhere.
    pub encoded: usize,
    /// Header fields and bodies that were to be kept and are no text, in which nobody knows that either.
    pub opaque: usize,
}

/// Messages in messages are taken apart up to here.
const DEEPEST: usize = 8;

/// Replaces everything in a message that may tell who somebody is. It keeps its length, and where everything stands in it.
pub(super) fn replace(mask: &mut Mask, message: &mut [u8], keep: bool, unknown: &mut Unknown) {
    let mut plan = Plan::new();
    let mut index = Index::default();
    let read = Message::read(message, &mut index);
    plan_message(&read, 0, &mut plan);
    for (range, kind) in without_gaps(plan, message.len()) {
        let stretch = &mut message[range];
        match kind {
            Kind::FirstLine => mask.first_line(stretch),
            Kind::FieldName(Name::Other) => mask.field_name(stretch),
            Kind::FieldName(_) => {}
            Kind::Value(Name::Other) if keep && is_text(stretch) => {
                unknown.fields += 1;
                mask.known(stretch);
            }
            Kind::Value(Name::Other) if keep => {
                unknown.opaque += 1;
                fill(stretch);
            }
            Kind::Value(Name::Other) => {
                unknown.fields += 1;
                mask.text(stretch);
            }
            Kind::Value(name) => mask.value(name, stretch),
            Kind::Text => mask.text(stretch),
            Kind::Sdp => mask.sdp(stretch),
            Kind::Xml => mask.xml(stretch),
            Kind::WideXml => narrowed(stretch, |narrow| mask.xml(narrow)),
            Kind::Summary => mask.summary(stretch),
            Kind::Encoded => {
                unknown.encoded += 1;
                fill(stretch);
            }
            Kind::Unknown if keep && is_text(stretch) => {
                unknown.bodies += 1;
                mask.known(stretch);
            }
            Kind::Unknown => {
                match keep {
                    true => unknown.opaque += 1,
                    false => unknown.bodies += 1,
                }
                fill(stretch);
            }
        }
    }
}

/// All of a message, each byte once.
fn without_gaps(mut plan: Plan, length: usize) -> Plan {
    plan.sort_by_key(|(range, _)| range.start);
    plan.push((length..length, Kind::Text));
    let mut at = 0;
    let mut whole = Plan::with_capacity(plan.len() + 1);
    for (range, kind) in plan {
        if at < range.start {
            whole.push((at..range.start, Kind::Text));
        }
        if at.max(range.start) < range.end {
            whole.push((at.max(range.start)..range.end, kind));
        }
        at = at.max(range.end);
    }
    whole
}

fn plan_message(message: &Message<'_>, depth: usize, plan: &mut Plan) {
    let mut name = Name::Other;
    let mut headers = message.headers();
    for (part, text) in message.parts() {
        let kind = match part {
            Part::FirstLine => Kind::FirstLine,
            Part::Name => {
                name = headers.next().map_or(Name::Other, |header| header.known);
                Kind::FieldName(name)
            }
            Part::Value => Kind::Value(name),
            Part::Separator | Part::Space => Kind::Text,
            Part::Body => continue,
        };
        add(plan, text, kind);
    }
    plan_body(&message.body(), message.rest(), depth, plan);
}

/// A body, which ends at the end of the rest.
fn plan_body(body: &Body<'_>, rest: Text<'_>, depth: usize, plan: &mut Plan) {
    let begin = rest.start();
    let end = body.text.end().max(begin);
    match body.content(&mut Problems::ignored()) {
        _ if depth >= DEEPEST => add(plan, body.text, Kind::Unknown),
        Content::Empty => {}
        Content::Multipart(parts) => {
            let mut at = begin;
            for part in parts.parts() {
                let text = part.text();
                plan.push((at..text.start().max(at), Kind::Text));
                let mut index = Index::default();
                let read = part.read(&mut index);
                plan_fields(&read, text, plan);
                plan_body(&part.body(&read), read.rest(), depth + 1, plan);
                at = text.end().max(at);
            }
            plan.push((at..end.max(at), Kind::Text));
        }
        Content::Sdp(_) => add(plan, body.text, in_words(body.text, Kind::Sdp)),
        Content::Pidf(_)
        | Content::PidfDiff(_)
        | Content::Reginfo(_)
        | Content::Watcherinfo(_)
        | Content::Rlmi(_)
        | Content::ResourceLists(_)
        | Content::PocSettings(_)
        | Content::XcapDiff(_)
        | Content::Xml(_) => {
            let kind = match is_wide(body.text.bytes()) {
                true => Kind::WideXml,
                false => in_words(body.text, Kind::Xml),
            };
            add(plan, body.text, kind);
        }
        Content::MessageSummary(_) => add(plan, body.text, in_words(body.text, Kind::Summary)),
        Content::Fragment(text) => {
            let mut index = Index::default();
            let fragment = Content::fragment(text, &mut index);
            plan_message(&fragment, depth + 1, plan);
        }
        Content::Other => add(plan, body.text, other(body)),
    }
    plan.push((end..rest.end().max(end), Kind::Text));
}

/// The header fields of a part.
fn plan_fields(part: &Message<'_>, text: Text<'_>, plan: &mut Plan) {
    let mut at = text.start();
    for header in part.headers() {
        plan.push((at..header.name.start().max(at), Kind::Text));
        add(plan, header.name, Kind::FieldName(header.known));
        add(plan, header.value, Kind::Value(header.known));
        at = header.lines.end();
    }
    plan.push((at..part.rest().start().max(at), Kind::Text));
}

fn add(plan: &mut Plan, text: Text<'_>, kind: Kind) {
    plan.push((text.span().range(), kind));
}

/// In characters of several bytes each, a name has other bytes than everywhere else. What only ends in zeros is none.
fn in_words(text: Text<'_>, kind: Kind) -> Kind {
    let bytes = text.bytes();
    let last = bytes.iter().rposition(|byte| *byte != 0);
    let written = last.map_or(&[][..], |last| &bytes[..last]);
    match written.contains(&0) {
        true => Kind::Unknown,
        false => kind,
    }
}

/// Plain text is one; of the rest nobody knows where in it somebody is named.
fn other(body: &Body<'_>) -> Kind {
    let is_text = body.content_type.and_then(|item| item.media_type());
    let is_text = is_text.is_some_and(|(main, sub)| main.is("text") && sub.is("plain"));
    match is_text {
        _ if body.encoding.is_some() => Kind::Encoded,
        true => in_words(body.text, Kind::Text),
        _ => Kind::Unknown,
    }
}

/// Whether words can be told in it: in other encodings than UTF-8 a name has other bytes, or others beside it.
fn is_text(bytes: &[u8]) -> bool {
    let is_other = |sign: char| sign.is_control() && !sign.is_ascii_whitespace();
    str::from_utf8(bytes).is_ok_and(|text| !text.contains(is_other))
}

/// White space stays, so that lines stay lines.
fn fill(bytes: &mut [u8]) {
    let rest = bytes.iter_mut().filter(|byte| !byte.is_ascii_whitespace());
    rest.for_each(|byte| *byte = b'x');
}

impl Mask {
    /// `Message-Account: sip:alice@example.com`, `Voice-Message: 2/8 (0/2)`, and header fields of messages (RFC 3842 5.2).
    fn summary(&mut self, body: &mut [u8]) {
        for line in body.split_mut(|byte| *byte == b'\n') {
            let (name, value) = split(line, b":");
            let trimmed = name.trim_ascii();
            let is_count = trimmed.to_ascii_lowercase().ends_with(b"-message");
            let is_state = trimmed.eq_ignore_ascii_case(b"messages-waiting");
            let is_account = trimmed.eq_ignore_ascii_case(b"message-account");
            let known = Name::of(trimmed);
            let Some(value) = value.get_mut(1..) else {
                self.text(name);
                continue;
            };
            self.field_name(name);
            match known {
                _ if is_count => self.neutral(value, Numbers::All),
                _ if is_state => self.neutral(value, Numbers::Counts),
                _ if is_account => self.identity(value),
                Name::Other => self.text(value),
                known => self.value(known, value),
            }
        }
    }

    /// Text that stays but for addresses, hosts, and words that were replaced elsewhere.
    fn known(&mut self, text: &mut [u8]) {
        self.prose(text, &Told::nothing(), false, true);
    }
}

#[cfg(test)]
mod tests {
    use crate::anonymize::mask::testing::mask;

    fn replaced(body: &[u8], content_type: &str) -> Vec<u8> {
        let head = format!(
            "MESSAGE sip:b@example.org SIP/2.0\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let mut message = [head.as_bytes(), body].concat();
        super::replace(
            &mut mask(),
            &mut message,
            false,
            &mut super::Unknown::default(),
        );
        message.split_off(head.len())
    }

    #[test]
    fn documents_in_characters_of_several_bytes_are_replaced_whole() {
        let wide =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        for kind in ["application/sdp", "text/plain"] {
            let other = replaced(&wide("<presence entity=\"pres:zaphod@a.example\"/>"), kind);
            assert!(other.iter().all(|byte| b"x ".contains(byte)), "{other:?}");
        }
    }

    #[test]
    fn xml_in_characters_of_several_bytes_stays_such_and_names_nobody() {
        let text = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-16\"?>\
            <presence entity=\"pres:zaphod@a.example\"><note>Zo\u{eb} zaphod</note></presence>";
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let other = replaced(&wide, "application/pidf+xml");
        let units = other.chunks_exact(2);
        let units = units.map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
        let other = String::from_utf16(&units.collect::<Vec<_>>()).unwrap();
        let begin = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-16\"?><presence entity=\"pres:";
        assert!(other.starts_with(begin), "{other}");
        assert!(other.ends_with("</note></presence>"), "{other}");
        assert!(
            !other.contains("zaphod") && !other.contains("Zo"),
            "{other}"
        );
        let user = other
            .split(':')
            .nth(1)
            .and_then(|user| user.split('@').next());
        let user = user.unwrap().to_owned();
        assert_eq!(other.matches(&user).count(), 2, "{other}");
    }

    #[test]
    fn a_zero_at_the_end_makes_no_other_characters() {
        let other = replaced(b"v=0\r\ns=zaphod\r\nt=0 0\r\n\0", "application/sdp");
        assert!(other.starts_with(b"v=0\r\ns="), "{other:?}");
        assert!(other.ends_with(b"\r\nt=0 0\r\n\0"), "{other:?}");
    }

    #[test]
    fn a_summary_tells_how_many_messages_there_are_and_whose_not() {
        let mut body = b"Messages-Waiting: yes\r\nMessage-Account: sip:liddell@w.example\r\n\
            Voice-Message: 2/8 (0/2)\r\n liddell\r\nliddell"
            .to_vec();
        mask().summary(&mut body);
        let written = String::from_utf8(body).unwrap();
        assert!(!written.contains("liddell"), "{written}");
        for kept in [
            "Messages-Waiting: yes\r\n",
            "\r\nVoice-Message: 2/8 (0/2)\r\n",
        ] {
            assert!(written.contains(kept), "{written}");
        }
    }
}
