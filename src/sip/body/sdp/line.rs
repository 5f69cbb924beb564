//! One line of SDP, `letter=value`, and the words of a value.

use crate::sip::byte_set::ByteSet;
use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::short;
use crate::sip::text::Text;

/// A line without its line end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line<'a> {
    /// All of it.
    pub text: Text<'a>,
    /// The letter that says what it is, known or not; `None` if the line is no `letter=value`.
    pub letter: Option<u8>,
    /// What stands behind the `=`; the whole line if there is no letter.
    pub value: Text<'a>,
}

impl<'a> Line<'a> {
    pub(super) fn read(text: Text<'a>) -> Self {
        match text.bytes() {
            [letter, b'=', ..] if letter.is_ascii_alphabetic() => Self {
                text,
                letter: Some(*letter),
                value: text.from(text.start() + 2),
            },
            _ => Self {
                text,
                letter: None,
                value: text,
            },
        }
    }
}

/// Takes a value apart into words. One space separates them (RFC 8866 5); any other white space does too, and is noted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'a> {
    rest: Text<'a>,
}

impl<'a> Words<'a> {
    pub(super) fn new(text: Text<'a>, problems: &mut Problems) -> Self {
        let blank = text.len() - text.bytes().trim_ascii_start().len();
        let start = text.start() + blank;
        if blank > 0 {
            let blank = text.between(text.start(), start);
            problems.note(blank.span(), ProblemKind::SdpValue);
        }
        Self {
            rest: text.from(start),
        }
    }

    /// What is behind the words that were taken.
    pub(super) fn rest(&self) -> Text<'a> {
        self.rest
    }

    /// The next word, if there is one.
    pub(super) fn next(&mut self, problems: &mut Problems) -> Option<Text<'a>> {
        let bytes = self.rest.bytes();
        let length = bytes.iter().take_while(|byte| !byte.is_ascii_whitespace());
        let length = length.count();
        let blank = bytes[length..].len() - bytes[length..].trim_ascii_start().len();
        let start = self.rest.start();
        let word = self.rest.between(start, start + length);
        let gap = self.rest.between(word.end(), word.end() + blank);
        self.rest = self.rest.from(gap.end());
        let separates = gap == " " && !self.rest.is_empty();
        if !gap.is_empty() && !separates {
            problems.note(gap.span(), ProblemKind::SdpValue);
        }
        Some(word).filter(|word| !word.is_empty())
    }

    /// The next word, which has to be there. Otherwise it is empty, and noted.
    pub(super) fn expect(&mut self, problems: &mut Problems) -> Text<'a> {
        self.next(problems).unwrap_or_else(|| {
            problems.note(self.rest.span(), ProblemKind::SdpValue);
            self.rest
        })
    }

    /// Notes what stands behind the last word.
    pub(super) fn end(self, problems: &mut Problems) {
        if !self.rest.is_empty() {
            problems.note(self.rest.span(), ProblemKind::SdpValue);
        }
    }
}

/// A number in this text; what is none, or does not fit, is noted.
pub(super) fn number<T: TryFrom<u64>>(text: Text<'_>, problems: &mut Problems) -> Option<T> {
    let number = text.number().and_then(|number| T::try_from(number).ok());
    if number.is_none() {
        problems.note(text.span(), ProblemKind::SdpValue);
    }
    number
}

/// Cuts at the first of these bytes: what is in front of it, and what is behind it if it is there.
pub(super) fn cut(text: Text<'_>, at: u8) -> (Text<'_>, Option<Text<'_>>) {
    match short::find(at, text.bytes()) {
        Some(length) => {
            let cut = text.start() + length;
            (text.between(text.start(), cut), Some(text.from(cut + 1)))
        }
        None => (text, None),
    }
}

const TOKEN: ByteSet = ByteSet::graphic_without(b"\"(),/:;<=>?@[\\]");

/// RFC 8866 9 `token-char`; not the same as in SIP.
pub(super) fn is_token(byte: u8) -> bool {
    TOKEN.has(byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Span;

    #[test]
    fn a_line_is_a_letter_and_a_value() {
        let line = Line::read(Text::all(b"a=x=y"));
        assert_eq!(line.letter, Some(b'a'));
        assert_eq!(line.value, "x=y");
        for odd in ["", "a", "=", "ab=c", " a=b", "a =b", "1=b"] {
            let line = Line::read(Text::all(odd.as_bytes()));
            assert_eq!((line.letter, line.value), (None, line.text), "{odd}");
        }
    }

    #[test]
    fn white_space_that_is_no_single_space_is_noted() {
        let mut problems = Problems::kept();
        let mut words = Words::new(Text::all(b" a b  c\td "), &mut problems);
        for word in ["a", "b", "c", "d"] {
            assert_eq!(words.next(&mut problems).unwrap(), word);
        }
        assert_eq!(words.next(&mut problems), None);
        let spans: Vec<_> = problems.list().iter().map(|problem| problem.span).collect();
        let places = [(0, 1), (4, 6), (7, 8), (9, 10)];
        assert_eq!(spans, places.map(|(start, end)| Span::new(start, end)));
    }

    /// RFC 8866 9: `token-char = ALPHA / DIGIT / "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" /
    /// "{" / "|" / "}" / "~"`.
    #[test]
    fn knows_the_characters_of_tokens() {
        let signs: Vec<u8> = (0..=255)
            .filter(|byte| is_token(*byte) && !byte.is_ascii_alphanumeric())
            .collect();
        assert_eq!(signs, b"!#$%&'*+-.^_`{|}~");
    }
}
