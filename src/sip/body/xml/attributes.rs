//! The inside of a start tag: its name, and attributes with the places of their names and values. A fault costs one
//! attribute at most; reading goes on behind it.

use memchr::memchr;

use super::reference;
use crate::base::Span;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::text::Text;

/// Prefix and local part of a name. The prefix is empty if there is none.
pub(super) fn split(name: Text<'_>) -> (Text<'_>, Text<'_>) {
    match memchr(b':', name.bytes()) {
        Some(colon) => {
            let colon = name.start() + colon;
            (name.between(name.start(), colon), name.from(colon + 1))
        }
        None => (name.between(name.start(), name.start()), name),
    }
}

/// Whether it is a name with at most one prefix. Characters beyond ASCII are not told apart.
pub(super) fn is_name(name: Text<'_>) -> bool {
    let begins = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80;
    let goes_on = |byte: &u8| begins(*byte) || byte.is_ascii_digit() || b".-".contains(byte);
    let is_part = |part: Text<'_>| match part.bytes() {
        [first, rest @ ..] => begins(*first) && rest.iter().all(goes_on),
        [] => false,
    };
    let (prefix, local) = split(name);
    is_part(local) && (local.start() == name.start() || is_part(prefix))
}

/// Reads a start tag from behind its `<` to its end piece by piece.
pub(super) struct Tag<'a> {
    rest: Text<'a>,
}

impl<'a> Tag<'a> {
    /// `inside` is what stands between `<` and `>` or `/>`.
    pub(super) fn new(inside: Text<'a>) -> Self {
        Self { rest: inside }
    }

    /// The name of the element, which stands first.
    pub(super) fn name(&mut self, problems: &mut Problems) -> Text<'a> {
        let name = self.run(|byte| !ends_name(byte));
        if !is_name(name) {
            problems.note(name.span(), ProblemKind::Xml);
        }
        name
    }

    /// The next attribute: name and value.
    pub(super) fn attribute(&mut self, problems: &mut Problems) -> Option<(Text<'a>, Text<'a>)> {
        loop {
            let space = self.space();
            let name = self.run(|byte| !ends_name(byte));
            if name.is_empty() {
                let stray = self.run(|byte| !byte.is_ascii_whitespace());
                if stray.is_empty() {
                    return None;
                }
                problems.note(stray.span(), ProblemKind::Xml);
                continue;
            }
            if space.is_empty() || !is_name(name) {
                problems.note(name.span(), ProblemKind::Xml);
            }
            let behind_name = self.rest;
            self.space();
            if self.rest.bytes().first() != Some(&b'=') {
                problems.note(name.span(), ProblemKind::Xml);
                self.rest = behind_name;
                continue;
            }
            self.skip(1);
            self.space();
            return Some((name, self.value(problems)));
        }
    }

    fn value(&mut self, problems: &mut Problems) -> Text<'a> {
        let Some(quote @ (b'"' | b'\'')) = self.rest.bytes().first().copied() else {
            let bare = self.run(|byte| !byte.is_ascii_whitespace());
            problems.note(bare.span(), ProblemKind::Xml);
            return bare;
        };
        self.skip(1);
        let value = self.run(|byte| byte != quote);
        if self.rest.is_empty() {
            problems.note(value.span(), ProblemKind::Xml);
        }
        self.skip(1);
        if problems.wanted() {
            check_value(value, problems);
        }
        value
    }

    fn space(&mut self) -> Text<'a> {
        self.run(|byte| byte.is_ascii_whitespace())
    }

    fn run(&mut self, takes: impl Fn(u8) -> bool) -> Text<'a> {
        let bytes = self.rest.bytes();
        let length = bytes.iter().position(|byte| !takes(*byte));
        let end = self.rest.start() + length.unwrap_or(bytes.len());
        let run = self.rest.between(self.rest.start(), end);
        self.rest = self.rest.from(end);
        run
    }

    fn skip(&mut self, length: usize) {
        self.rest = self.rest.from(self.rest.start() + length);
    }
}

fn ends_name(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'=' | b'"' | b'\'' | b'/')
}

fn check_value(value: Text<'_>, problems: &mut Problems) {
    if let Some(at) = memchr(b'<', value.bytes()) {
        let at = value.start() + at;
        problems.note(Span::new(at, at + 1), ProblemKind::Xml);
    }
    check_characters(value, problems);
}

/// Notes control characters, which may not stand in XML, and what is wrong with references.
pub(super) fn check_characters(text: Text<'_>, problems: &mut Problems) {
    let forbidden = |byte: &u8| *byte < 0x20 && !b"\t\r\n".contains(byte);
    if let Some(at) = text.bytes().iter().position(forbidden) {
        let at = text.start() + at;
        problems.note(Span::new(at, at + 1), ProblemKind::Xml);
    }
    reference::check(text, problems);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(inside: &str) -> (Vec<(String, String)>, Vec<Span>) {
        let mut problems = Problems::kept();
        let mut tag = Tag::new(Text::all(inside.as_bytes()));
        tag.name(&mut problems);
        let mut found = Vec::new();
        while let Some((name, value)) = tag.attribute(&mut problems) {
            found.push((name.lossy().into_owned(), value.lossy().into_owned()));
        }
        let spans = problems.list().iter().map(|problem| problem.span);
        (found, spans.collect())
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
        expected.iter().map(owned).collect()
    }

    #[test]
    fn reads_names_and_values() {
        let (found, problems) = attributes("a:b one=\"1\" p:two\n=\t'\"2\"' _3=''");
        assert_eq!(
            found,
            pairs(&[("one", "1"), ("p:two", "\"2\""), ("_3", "")])
        );
        assert_eq!(problems, []);
        assert_eq!(attributes("a  ").0, []);
    }

    #[test]
    fn goes_on_behind_faults() {
        let (found, problems) = attributes("a b=1 c d='2'e='3' ='4' f='<'");
        let expected = [("b", "1"), ("d", "2"), ("e", "3"), ("f", "<")];
        assert_eq!(found, pairs(&expected));
        let at = [(4, 5), (6, 7), (13, 14), (19, 23), (27, 28)];
        assert_eq!(problems, at.map(|(start, end)| Span::new(start, end)));
    }

    #[test]
    fn names_have_one_prefix_at_most() {
        for name in ["a", "_", "a:b", "a-1.b", "\u{e9}t\u{e9}"] {
            assert!(is_name(Text::all(name.as_bytes())), "{name}");
        }
        for name in ["", "1a", "-a", ":a", "a:", "a:1", "a:b:c", "a<b", "a&b"] {
            assert!(!is_name(Text::all(name.as_bytes())), "{name}");
        }
    }
}
