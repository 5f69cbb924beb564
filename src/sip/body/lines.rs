//! The lines of a body that is made of lines. LF alone ends a line as CR LF does, and the last line may have no end; both
//! occur, so both are read, and noted.

use memchr::memchr_iter;

use crate::sip::problem::{ProblemKind, Problems};
use crate::sip::short;
use crate::sip::text::Text;

/// Lines with their line ends, one after the other; together they are the whole text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines<'a> {
    rest: Text<'a>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: Text<'a>) -> Self {
        Self { rest: text }
    }

    /// What is behind the lines that were taken.
    pub(super) fn rest(&self) -> Text<'a> {
        self.rest
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Text<'a>;

    fn next(&mut self) -> Option<Text<'a>> {
        let bytes = self.rest.bytes();
        if bytes.is_empty() {
            return None;
        }
        let length = short::find(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
        let next = self.rest.start() + length;
        let line = self.rest.between(self.rest.start(), next);
        self.rest = self.rest.from(next);
        Some(line)
    }
}

/// A line without its line end. CR at the very end of the text is half of one.
pub(super) fn without_end(line: Text<'_>) -> Text<'_> {
    let bytes = line.bytes();
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    line.between(line.start(), line.start() + bytes.len())
}

/// Notes the first line end that is LF alone (who writes one writes them all, and one tells it), and a last line without end.
pub(super) fn check_ends(text: Text<'_>, problems: &mut Problems) {
    if !problems.wanted() {
        return;
    }
    let bytes = text.bytes();
    let mut ends = memchr_iter(b'\n', bytes);
    if let Some(at) = ends.find(|at| *at == 0 || bytes[at - 1] != b'\r') {
        let at = text.start() + at;
        problems.note(text.between(at, at + 1).span(), ProblemKind::LineEnd);
    }
    if bytes.last().is_some_and(|last| *last != b'\n') {
        problems.note(text.from(text.end()).span(), ProblemKind::LineEnd);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Span;

    #[test]
    fn lines_end_in_any_way() {
        let text = Text::all(b"a\r\nb\n\nc\rd\r");
        let lines: Vec<_> = Lines::new(text).map(without_end).collect();
        assert_eq!(lines, ["a", "b", "", "c\rd"]);
        let whole: Vec<_> = Lines::new(text).collect();
        assert_eq!(whole, ["a\r\n", "b\n", "\n", "c\rd\r"]);
        assert_eq!(Lines::new(Text::all(b"")).count(), 0);
    }

    #[test]
    fn odd_ends_are_noted_with_their_place() {
        let spans = |text: &str| -> Vec<Span> {
            let mut problems = Problems::kept();
            check_ends(Text::all(text.as_bytes()), &mut problems);
            problems.list().iter().map(|problem| problem.span).collect()
        };
        assert_eq!(spans("a\r\nb\r\n"), []);
        assert_eq!(spans(""), []);
        assert_eq!(spans("a\r\nb\nc\n"), [Span::new(4, 5)]);
        assert_eq!(spans("\na"), [Span::new(0, 1), Span::new(2, 2)]);
        assert_eq!(spans("a\r"), [Span::new(2, 2)]);
    }
}
