//! A stretch of a message: its bytes and where they stand. Every value that is read out of a message is made of these, so
//! that whatever is said about it can be pointed at.

use std::borrow::Cow;
use std::fmt;

use crate::base::Span;

/// Bytes of a message that know their place in it.
#[derive(Clone, Copy, Default)]
pub struct Text<'a> {
    whole: &'a [u8],
    span: Span,
}

/// A number with fewer digits fits, whichever they are.
const MOST_DIGITS: usize = u64::MAX.ilog10() as usize + 1;

impl<'a> Text<'a> {
    /// A stretch of these bytes. What lies outside of them is not part of it.
    #[inline]
    pub fn new(whole: &'a [u8], span: Span) -> Self {
        let end = (span.end as usize).min(whole.len());
        let start = (span.start as usize).min(end);
        Self {
            whole,
            span: Span::new(start, end),
        }
    }

    /// All of these bytes.
    pub fn all(whole: &'a [u8]) -> Self {
        Self::new(whole, Span::new(0, whole.len()))
    }

    /// Where it stands in the message.
    #[inline]
    pub fn span(self) -> Span {
        self.span
    }

    /// Position of its first byte.
    #[inline]
    pub fn start(self) -> usize {
        self.span.start as usize
    }

    /// Position behind its last byte.
    #[inline]
    pub fn end(self) -> usize {
        self.span.end as usize
    }

    /// The bytes of the message from its beginning to the end of this stretch.
    pub(super) fn whole_up_to_end(self) -> &'a [u8] {
        &self.whole[..self.end()]
    }

    /// Its bytes.
    #[inline]
    pub fn bytes(self) -> &'a [u8] {
        self.span.of(self.whole)
    }

    /// Whether there is nothing.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.span.is_empty()
    }

    /// Number of bytes.
    #[inline]
    pub fn len(self) -> usize {
        self.span.len()
    }

    /// The part between two positions of the message; no more than this stretch.
    #[inline]
    pub fn between(self, start: usize, end: usize) -> Self {
        // Not `clamp`, which would check its bounds each time.
        let end = end.min(self.end()).max(self.start());
        let start = start.max(self.start()).min(end);
        Self {
            whole: self.whole,
            span: Span::new(start, end),
        }
    }

    /// The rest from a position of the message on.
    #[inline]
    pub fn from(self, start: usize) -> Self {
        self.between(start, self.end())
    }

    /// Another stretch of the same message.
    pub fn moved(self, span: Span) -> Self {
        Self::new(self.whole, span)
    }

    /// Without white space around it; line ends of folded lines are white space.
    #[inline]
    pub fn trimmed(self) -> Self {
        let bytes = self.bytes();
        if let ([first, ..], [.., last]) = (bytes, bytes)
            && !first.is_ascii_whitespace()
            && !last.is_ascii_whitespace()
        {
            return self;
        }
        self.trimmed_at_ends()
    }

    fn trimmed_at_ends(self) -> Self {
        let bytes = self.bytes();
        let start = self.start() + (bytes.len() - bytes.trim_ascii_start().len());
        let end = start + bytes.trim_ascii().len();
        self.between(start, end)
    }

    /// The stretch inside of double quotes, if it stands in them.
    #[inline]
    pub fn unquoted(self) -> Self {
        match self.bytes() {
            [b'"', .., b'"'] => self.between(self.start() + 1, self.end() - 1),
            _ => self,
        }
    }

    /// Whether it is this word, in upper or lower case.
    pub fn is(self, word: &str) -> bool {
        self.bytes().eq_ignore_ascii_case(word.as_bytes())
    }

    /// Whether it says the same, white space aside.
    pub fn same_but_space(self, other: Text<'_>) -> bool {
        let (one, other) = (self.bytes(), other.bytes());
        let kept = |byte: &&u8| !byte.is_ascii_whitespace();
        one == other || one.iter().filter(kept).eq(other.iter().filter(kept))
    }

    /// For people; bytes that are no UTF-8 are replaced.
    pub fn lossy(self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.bytes())
    }

    /// On one line: each fold is one space (RFC 3261 7.3.1).
    pub fn unfolded(self) -> Cow<'a, [u8]> {
        let bytes = self.bytes();
        if !bytes.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
            return Cow::Borrowed(bytes);
        }
        let mut line = Vec::with_capacity(bytes.len());
        let mut rest = bytes;
        while let Some(end) = memchr::memchr2(b'\r', b'\n', rest) {
            line.extend_from_slice(rest[..end].trim_ascii_end());
            line.push(b' ');
            rest = rest[end..].trim_ascii_start();
        }
        line.extend_from_slice(rest);
        Cow::Owned(line)
    }

    /// As a number in digits, if it is one and fits.
    pub fn number(self) -> Option<u64> {
        let digits = self.bytes();
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let mut values = digits.iter().map(|digit| u64::from(digit - b'0'));
        if digits.len() < MOST_DIGITS {
            return Some(values.fold(0, |number, digit| number * 10 + digit));
        }
        values.try_fold(0u64, |number, digit| {
            number.checked_mul(10)?.checked_add(digit)
        })
    }
}

/// Two stretches are equal when their bytes are, wherever they stand.
impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Text<'_> {}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.bytes() == other.as_bytes()
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}@{}", self.lossy(), self.span.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_inside_and_trims() {
        let text = Text::all(b"  ab c\r\n ");
        assert_eq!(text.trimmed(), "ab c");
        assert_eq!(text.trimmed().start(), 2);
        assert_eq!(text.between(4, 100).end(), 9);
        assert_eq!(text.between(100, 4), "");
        assert_eq!(Text::new(b"ab", Span::new(1, 9)), "b");
        assert_eq!(Text::all(b" \r\n ").trimmed(), "");
    }

    #[test]
    fn a_fold_is_one_space() {
        let folded = Text::all(b"a  \r\n\t b\n c");
        assert_eq!(&*folded.unfolded(), b"a b c");
        assert!(matches!(
            Text::all(b"a b").unfolded(),
            Cow::Borrowed(b"a b")
        ));
    }

    #[test]
    fn numbers_are_digits_that_fit() {
        assert_eq!(Text::all(b"0068").number(), Some(68));
        assert_eq!(Text::all(b"18446744073709551615").number(), Some(u64::MAX));
        assert_eq!(Text::all(b"18446744073709551616").number(), None);
        assert_eq!(
            Text::all(b"9999999999999999999").number(),
            Some(9_999_999_999_999_999_999)
        );
        for other in ["", "-1", "1 ", "x"] {
            assert_eq!(Text::all(other.as_bytes()).number(), None);
        }
    }
}
