//! Walking over a value: the lexical rules that all header values share (RFC 3261 25.1). Quotes and angle brackets hide
//! separators; one that is never closed hides nothing, so that the rest of the value stays readable.

use memchr::{memchr, memchr3};

use super::byte_set::ByteSet;
use super::problem::{ProblemKind, Problems};
use super::text::Text;

/// Walks over a value from separator to separator.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scan<'a> {
    text: Text<'a>,
    bytes: &'a [u8],
    /// How far it came, from the start of the text.
    at: usize,
    /// A quote that is not closed was met: no other can be closed either. Keeps the walk linear.
    quotes_dead: bool,
    brackets_dead: bool,
}

impl<'a> Scan<'a> {
    #[inline]
    pub(super) fn new(text: Text<'a>) -> Self {
        Self {
            text,
            bytes: text.bytes(),
            at: 0,
            quotes_dead: false,
            brackets_dead: false,
        }
    }

    /// What is left.
    #[inline]
    pub(super) fn rest(&self) -> Text<'a> {
        self.text.from(self.text.start() + self.at)
    }

    /// The bytes that are left.
    #[inline]
    pub(super) fn ahead(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    #[inline]
    pub(super) fn is_done(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// Takes everything up to a separator outside of quotes and brackets. The separator stays.
    #[inline]
    pub(super) fn until(&mut self, separator: u8, problems: &mut Problems) -> Text<'a> {
        let start = self.at;
        // Mostly there is none, and nobody needs to know what is quoted.
        if !problems.wanted() && memchr(separator, self.ahead()).is_none() {
            self.at = self.bytes.len();
            return self.taken(start);
        }
        while let Some(length) = memchr3(separator, b'"', b'<', self.ahead()) {
            self.at += length;
            match self.bytes[self.at] {
                found if found == separator => return self.taken(start),
                b'"' if !self.quotes_dead => self.quoted(problems),
                b'<' if !self.brackets_dead => self.bracketed(problems),
                _ => self.at += 1,
            }
        }
        self.at = self.bytes.len();
        self.taken(start)
    }

    /// The byte that comes next.
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Steps over this byte if it comes next.
    #[inline]
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Steps over white space.
    #[inline]
    pub(super) fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Takes the bytes for which `is` holds.
    #[inline]
    pub(super) fn run(&mut self, is: impl Fn(u8) -> bool) -> Text<'a> {
        let length = self.ahead().iter().take_while(|byte| is(**byte)).count();
        self.take(length)
    }

    /// Takes this many bytes.
    #[inline]
    pub(super) fn take(&mut self, length: usize) -> Text<'a> {
        let start = self.at;
        self.at = (start + length).min(self.bytes.len());
        self.taken(start)
    }

    #[inline]
    fn taken(&self, start: usize) -> Text<'a> {
        let base = self.text.start();
        self.text.between(base + start, base + self.at)
    }

    /// Steps over a quoted string, or over its quote if it has no end.
    fn quoted(&mut self, problems: &mut Problems) {
        match quoted_length(self.ahead()) {
            Some(length) => self.at += length,
            None => {
                problems.note(self.rest().span(), ProblemKind::Quote);
                self.quotes_dead = true;
                self.at += 1;
            }
        }
    }

    /// Steps over what stands in angle brackets.
    fn bracketed(&mut self, problems: &mut Problems) {
        match memchr(b'>', self.ahead()) {
            Some(length) => self.at += length + 1,
            None => {
                problems.note(self.rest().span(), ProblemKind::Bracket);
                self.brackets_dead = true;
                self.at += 1;
            }
        }
    }
}

/// The length of the quoted string at the start of these bytes, both quotes included.
pub(super) fn quoted_length(bytes: &[u8]) -> Option<usize> {
    if bytes.first() != Some(&b'"') {
        return None;
    }
    let mut at = 1;
    while let Some(length) = memchr::memchr2(b'"', b'\\', bytes.get(at..)?) {
        at += length + 1;
        match bytes[at - 1] {
            b'"' => return Some(at),
            _ => at += 1,
        }
    }
    None
}

/// The values between separators, without white space around them; one value where there is no separator. An empty value in
/// a list is noted and left out.
#[derive(Clone, Copy, Debug)]
pub(super) struct List<'a> {
    scan: Scan<'a>,
    separator: Option<u8>,
    done: bool,
}

impl<'a> List<'a> {
    #[inline]
    pub(super) fn new(text: Text<'a>, separator: Option<u8>) -> Self {
        Self {
            scan: Scan::new(text),
            separator,
            done: text.is_empty() && separator.is_some(),
        }
    }

    #[inline]
    pub(super) fn next(&mut self, problems: &mut Problems) -> Option<Text<'a>> {
        let Some(separator) = self.separator else {
            let first = !std::mem::replace(&mut self.done, true);
            return first.then(|| self.scan.rest());
        };
        while !self.done {
            let value = self.scan.until(separator, problems).trimmed();
            self.done = !self.scan.eat(separator);
            if !value.is_empty() {
                return Some(value);
            }
            problems.note(value.span(), ProblemKind::EmptyElement);
        }
        None
    }
}

const TOKEN: ByteSet = ByteSet::letters_digits_and(b"-.!%*_+`'~");

/// RFC 3261 25.1 `token`.
pub(super) fn is_token(byte: u8) -> bool {
    TOKEN.has(byte)
}

/// Notes it if a text is no token.
pub(super) fn expect_token(text: Text<'_>, problems: &mut Problems) {
    let bytes = text.bytes();
    let tokens = bytes.iter().take_while(|byte| is_token(**byte)).count();
    if tokens < bytes.len() || bytes.is_empty() {
        problems.note(text.from(text.start() + tokens).span(), ProblemKind::Token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> (Vec<String>, Vec<ProblemKind>) {
        let mut problems = Problems::kept();
        let mut list = List::new(Text::all(text.as_bytes()), Some(b','));
        let mut values = Vec::new();
        while let Some(value) = list.next(&mut problems) {
            values.push(value.lossy().into_owned());
        }
        let kinds = problems.list().iter().map(|problem| problem.kind);
        (values, kinds.collect())
    }

    #[test]
    fn commas_in_quotes_and_brackets_separate_nothing() {
        let (values, problems) = list(r#""a, \", b" <sip:x,y@z> ;p="1,2" , c,d"#);
        assert_eq!(values, [r#""a, \", b" <sip:x,y@z> ;p="1,2""#, "c", "d"]);
        assert!(problems.is_empty());
    }

    #[test]
    fn what_is_never_closed_hides_nothing() {
        let (values, problems) = list(r#"a, "b, <c, d" , e"#);
        assert_eq!(values, ["a", r#""b, <c, d""#, "e"]);
        assert!(problems.is_empty());
        let (values, problems) = list(r#"a, "b, <c, d"#);
        assert_eq!(values, ["a", r#""b"#, "<c", "d"]);
        assert_eq!(problems, [ProblemKind::Quote, ProblemKind::Bracket]);
        let (values, _) = list("\"\\\"");
        assert_eq!(values, ["\"\\\""]);
    }

    #[test]
    fn empty_elements_are_noted() {
        let (values, problems) = list(",a,,b ,");
        assert_eq!(values, ["a", "b"]);
        assert_eq!(problems, [ProblemKind::EmptyElement; 3]);
        assert_eq!(list(""), (vec![], vec![]));
    }

    #[test]
    fn many_open_quotes_take_linear_time() {
        let text = "\\\"".repeat(1 << 20);
        assert_eq!(list(&text).0.len(), 1);
        let text = "<\",".repeat(1 << 19);
        assert_eq!(list(&text).0.len(), 1 << 18, "each two quotes hide a comma");
    }
}
