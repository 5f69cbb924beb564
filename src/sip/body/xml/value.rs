//! Values as they stand in XML, and what they mean: references replaced, CDATA sections opened, comments left out. The
//! meaning is made when it is asked for; mostly it is just what is written.

use std::borrow::Cow;

use quick_xml::events::Event;
use quick_xml::reader::Reader;

use super::reference::{character, push_characters};
use crate::base::Span;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::text::Text;

/// The value of an attribute or the content of an element.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct XmlValue<'a> {
    /// As written.
    pub raw: Text<'a>,
    /// Whether it is content, in which comments, CDATA sections and elements may stand.
    content: bool,
}

impl<'a> XmlValue<'a> {
    pub(super) fn attribute(raw: Text<'a>) -> Self {
        Self {
            raw,
            content: false,
        }
    }

    pub(super) fn content(raw: Text<'a>) -> Self {
        Self { raw, content: true }
    }

    /// Where it stands, without white space around it.
    pub fn span(self) -> Span {
        self.raw.trimmed().span()
    }

    /// What it means, the white space around it included. The text of elements inside is not part of it.
    pub fn text(self) -> Cow<'a, str> {
        let raw = self.raw.lossy();
        let special: &[char] = if self.content {
            &['<', '&', '\r']
        } else {
            &['&', '\t', '\r', '\n']
        };
        if !raw.contains(special) {
            return raw;
        }
        let mut text = String::with_capacity(raw.len());
        if self.content {
            push_content(&raw, &mut text);
        } else {
            let line = raw.replace("\r\n", " ").replace(['\t', '\r', '\n'], " ");
            push_characters(&line, &mut text);
        }
        Cow::Owned(text)
    }

    /// What it means, without white space around it.
    pub fn trimmed(self) -> Cow<'a, str> {
        match self.text() {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim_ascii()),
            Cow::Owned(text) => Cow::Owned(text.trim_ascii().to_owned()),
        }
    }

    /// Whether it means this, white space around it aside.
    pub fn is(self, text: &str) -> bool {
        self.trimmed() == text
    }

    /// As a number in digits, if it is one and fits.
    pub fn number(self) -> Option<u64> {
        Text::all(self.trimmed().as_bytes()).number()
    }

    /// Notes that this may not stand here.
    pub(in crate::sip::body) fn odd(self, problems: &mut Problems) {
        let kind = if self.content {
            ProblemKind::XmlElement
        } else {
            ProblemKind::XmlAttribute
        };
        problems.note(self.span(), kind);
    }
}

/// Adds the characters of an element's content. Faults have been noted when the tree was built.
fn push_content(raw: &str, text: &mut String) {
    let mut reader = Reader::from_str(raw);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    let mut depth = 0usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(_)) => depth += 1,
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Text(part)) if depth == 0 => text.push_str(&part.xml10_content()),
            Ok(Event::CData(part)) if depth == 0 => text.push_str(&part.xml10_content()),
            Ok(Event::GeneralRef(name)) if depth == 0 => match character(name.as_bytes()) {
                Some(character) => text.push(character),
                None => text.extend(["&", &*name, ";"]),
            },
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_is_a_line_of_characters() {
        let text = |raw: &'static str| XmlValue::attribute(Text::all(raw.as_bytes())).text();
        assert_eq!(text("a&amp;b &#x41;&lt;\r\nc\td"), "a&b A< c d");
        assert_eq!(text("Bob <sip:b@x>"), "Bob <sip:b@x>");
        assert!(matches!(text(" plain "), Cow::Borrowed(" plain ")));
    }

    #[test]
    fn content_is_joined_and_elements_inside_are_left_out() {
        let text = |raw: &'static str| XmlValue::content(Text::all(raw.as_bytes())).text();
        assert_eq!(
            text("a&amp;<!-- no --><![CDATA[<b>&amp;]]>\r\nc"),
            "a&<b>&amp;\nc"
        );
        assert_eq!(text("a<x>b<y/>&lt;</x>c</z>d&what;&"), "acd&what;&");
        assert_eq!(text("\u{e9}\t"), "\u{e9}\t");
    }

    #[test]
    fn white_space_around_does_not_count() {
        let value = XmlValue::content(Text::all(b"\n  open&#32;\n"));
        assert!(value.is("open") && !value.is("Open"));
        assert_eq!(value.span(), Span::new(3, 12));
        assert_eq!(XmlValue::attribute(Text::all(b" 07 ")).number(), Some(7));
        assert_eq!(XmlValue::attribute(Text::all(b"-7")).number(), None);
    }

    #[test]
    fn bytes_that_are_no_utf8_are_replaced() {
        let value = XmlValue::content(Text::all(b"caf\xe9 &amp;"));
        assert_eq!(value.text(), "caf\u{fffd} &");
    }
}
