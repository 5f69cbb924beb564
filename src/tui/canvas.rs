//! A line of cells, wider than the screen if need be, of which a part is shown. The only way of text onto the screen: what a
//! terminal would obey, and what hides or reorders text, becomes a point.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthChar;

use super::theme::{Theme, Tone};
use crate::base::escape;

/// A line of cells.
#[derive(Default)]
pub(super) struct Canvas {
    /// Of a wide character the second cell is none.
    cells: Vec<Option<(char, Tone)>>,
    /// Marks on the characters of cells, as accents that are written by themselves.
    marks: Vec<(usize, char)>,
}

/// More marks on one character only paint over other lines.
const MOST_MARKS: usize = 3;

const BLANK: Option<(char, Tone)> = Some((' ', Tone::Plain));

impl Canvas {
    /// Writes a text at a cell, over what stands there.
    pub(super) fn put(&mut self, at: usize, text: &str, tone: Tone) {
        let mut at = at;
        for character in text.chars() {
            let character = match escape::is_hidden(character) {
                true => '·',
                false => character,
            };
            let width = character.width().unwrap_or_default();
            if width == 0 {
                self.mark(at, character);
                continue;
            }
            self.marks.retain(|(marked, _)| *marked != at);
            let end = at + width;
            if self.cells.len() < end {
                self.cells.resize(end, BLANK);
            }
            self.cells[at] = Some((character, tone));
            for cell in &mut self.cells[at + 1..end] {
                *cell = None;
            }
            at = end;
        }
    }

    /// Puts a mark on the character in front of a cell.
    fn mark(&mut self, behind: usize, mark: char) {
        let cells = self.cells.get(..behind).unwrap_or_default();
        if let Some(at) = cells.iter().rposition(Option::is_some)
            && self.marks_at(at).count() < MOST_MARKS
        {
            self.marks.push((at, mark));
        }
    }

    fn marks_at(&self, at: usize) -> impl Iterator<Item = char> {
        let marks = self.marks.iter();
        marks
            .filter(move |(marked, _)| *marked == at)
            .map(|(_, mark)| *mark)
    }

    /// Writes a text behind what stands there.
    pub(super) fn push(&mut self, text: &str, tone: Tone) {
        self.put(self.cells.len(), text, tone);
    }

    /// Repeats a character from a cell to one before another.
    pub(super) fn fill(&mut self, from: usize, to: usize, character: char, tone: Tone) {
        for at in from..to {
            self.put(at, character.encode_utf8(&mut [0; 4]), tone);
        }
    }

    /// Puts a sign before a cell where what stands there goes on behind it.
    pub(super) fn cut_at(&mut self, end: usize) {
        let Some(last) = end.checked_sub(1).filter(|_| self.cells.len() > end) else {
            return;
        };
        let is_half = self.cells[last].is_none();
        let from = if is_half {
            last.saturating_sub(1)
        } else {
            last
        };
        self.fill(from, last, ' ', Tone::Plain);
        self.put(last, "~", Tone::Dim);
    }

    pub(super) fn width(&self) -> usize {
        self.cells.len()
    }

    /// What stands there by tone, without blanks at its end.
    pub(super) fn pieces(&self) -> Vec<(Tone, String)> {
        let mut pieces: Vec<(Tone, String)> = Vec::new();
        for (at, cell) in self.cells.iter().enumerate() {
            let Some((character, tone)) = cell else {
                continue;
            };
            let text = [*character].into_iter().chain(self.marks_at(at));
            match pieces.last_mut() {
                Some((last, known)) if last == tone => known.extend(text),
                _ => pieces.push((*tone, text.collect())),
            }
        }
        if let Some((_, text)) = pieces.last_mut() {
            text.truncate(text.trim_end().len());
        }
        pieces
    }

    /// Shows the cells from one on in the first line of an area.
    pub(super) fn show(
        &self,
        area: Rect,
        from: usize,
        selected: bool,
        theme: Theme,
        buffer: &mut Buffer,
    ) {
        let area = area.intersection(buffer.area);
        if area.height == 0 {
            return;
        }
        let whole = |style: Style| {
            if selected {
                theme.selected(style)
            } else {
                style
            }
        };
        for offset in 0..area.width {
            let at = from + usize::from(offset);
            let cell = self.cells.get(at);
            let room = usize::from(area.width - offset);
            let (character, tone) = match cell {
                None => (' ', Tone::Plain),
                // The second half of a wide character whose first is not shown.
                Some(None) if offset == 0 => (' ', Tone::Plain),
                // Its first half was shown, and takes this cell too unless something narrow stands for it.
                Some(None) if theme.unicode => continue,
                Some(None) => (' ', Tone::Plain),
                Some(Some((wide, tone))) if wide.width().unwrap_or(1) > room => ('>', *tone),
                Some(Some(cell)) => *cell,
            };
            let character = match theme.unicode || character.is_ascii() {
                true => character,
                false => in_ascii(character),
            };
            let shown = &mut buffer[(area.x + offset, area.y)];
            shown.set_char(character);
            if theme.unicode && !self.marks.is_empty() {
                let whole: String = [character].into_iter().chain(self.marks_at(at)).collect();
                shown.set_symbol(&whole);
            }
            shown.set_style(whole(theme.style(tone)));
        }
    }
}

/// What stands for a character where there is nothing but ASCII.
fn in_ascii(character: char) -> char {
    match character {
        '·' => '.',
        _ => '?',
    }
}

/// How many cells a text takes.
pub(super) fn width(text: &str) -> usize {
    let cells = text
        .chars()
        .map(|character| match escape::is_hidden(character) {
            true => 1,
            false => character.width().unwrap_or_default(),
        });
    cells.sum()
}

/// As much of a text as fits into so many cells.
pub(super) fn cut(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let mut cut = String::new();
    let mut left = room.saturating_sub(1);
    for character in text.chars() {
        let needs = width(character.encode_utf8(&mut [0; 4]));
        if needs > left {
            break;
        }
        left -= needs;
        cut.push(character);
    }
    if room > 0 {
        cut.push('~');
    }
    cut
}

/// As much of the end of a text as fits into so many cells.
fn cut_front(text: &str, room: usize) -> String {
    let mut cells = width(text);
    if room == 0 {
        return String::new();
    }
    if cells <= room {
        return text.to_owned();
    }
    let is_gone = |character: char| {
        let needs = width(character.encode_utf8(&mut [0; 4]));
        // Marks go with their character.
        let is_gone = cells >= room || needs == 0;
        cells -= needs;
        is_gone
    };
    format!("~{}", text.trim_start_matches(is_gone))
}

/// What is seen of a text that begins at a cell where only some cells are: where that begins, and how it reads, with a sign where it
/// is cut.
pub(super) fn seen(text: &str, at: usize, cells: &Range<usize>) -> (usize, String) {
    let begin = cut(text, cells.end.saturating_sub(at));
    let end = at + width(&begin);
    let seen = match at < cells.start {
        true => cut_front(&begin, end.saturating_sub(cells.start)),
        false => begin,
    };
    (end - width(&seen), seen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::Colours;

    const THEME: Theme = Theme {
        colours: Colours::None,
        unicode: true,
    };

    fn shown(canvas: &Canvas, from: usize, width: u16) -> String {
        let area = Rect::new(0, 0, width, 1);
        let mut buffer = Buffer::empty(area);
        canvas.show(area, from, false, THEME, &mut buffer);
        buffer.content().iter().map(|cell| cell.symbol()).collect()
    }

    #[test]
    fn what_a_terminal_obeys_becomes_a_point() {
        let mut canvas = Canvas::default();
        canvas.push("a\u{1b}[31mb\u{202e}c\r\n", Tone::Plain);
        assert_eq!(shown(&canvas, 0, 12), "a·[31mb·c·· ");
    }

    #[test]
    fn an_accent_stays_on_its_letter() {
        let mut canvas = Canvas::default();
        canvas.push(
            "\u{301}e\u{301}a\u{300}\u{301}\u{302}\u{303}日\u{301}b",
            Tone::Plain,
        );
        assert_eq!(canvas.width(), 5);
        assert_eq!(shown(&canvas, 0, 1), "e\u{301}");
        assert_eq!(shown(&canvas, 1, 1), "a\u{300}\u{301}\u{302}");
        assert_eq!(shown(&canvas, 2, 3), "日\u{301} b");
        assert_eq!(
            canvas.pieces()[0].1,
            "e\u{301}a\u{300}\u{301}\u{302}日\u{301}b"
        );
        canvas.put(0, "x", Tone::Plain);
        assert_eq!(shown(&canvas, 0, 1), "x");
    }

    #[test]
    fn where_there_is_nothing_but_ascii_nothing_else_is_shown() {
        let mut canvas = Canvas::default();
        canvas.push("a\u{7}ä日│", Tone::Plain);
        let area = Rect::new(0, 0, 8, 1);
        let mut buffer = Buffer::empty(area);
        let theme = Theme {
            unicode: false,
            ..THEME
        };
        canvas.show(area, 0, false, theme, &mut buffer);
        let shown: String = buffer.content().iter().map(|cell| cell.symbol()).collect();
        assert_eq!(shown, "a.?? ?  ");
    }

    #[test]
    fn wide_characters_are_never_cut_in_two() {
        let mut canvas = Canvas::default();
        canvas.push("a日b", Tone::Plain);
        assert_eq!(canvas.width(), 4);
        assert_eq!(shown(&canvas, 0, 2), "a>");
        assert_eq!(shown(&canvas, 2, 3), " b ");
        assert_eq!((width("a日b"), cut("a日b", 3).as_str()), (4, "a~"));
        assert_eq!(cut("abc", 0), "");
    }

    #[test]
    fn what_is_seen_of_a_text_says_where_it_is_cut() {
        for (cells, at, text) in [
            (0..20, 5, "10.1.0.1"),
            (5..13, 5, "10.1.0.1"),
            (6..13, 6, "~.1.0.1"),
            (5..12, 5, "10.1.0~"),
            (7..11, 7, "~1.~"),
            (12..20, 12, "~"),
            (13..20, 13, ""),
            (0..6, 5, "~"),
            (0..5, 5, ""),
            (9..9, 9, ""),
        ] {
            let (begin, read) = seen("10.1.0.1", 5, &cells);
            assert_eq!((begin, read.as_str()), (at, text), "{cells:?}");
        }
        // A wide character is not cut in two, and marks go with theirs.
        assert_eq!(seen("日b", 0, &(1..9)), (1, "~b".to_owned()));
        assert_eq!(seen("a日b", 0, &(1..9)), (2, "~b".to_owned()));
        assert_eq!(seen("ae\u{301}b", 0, &(1..9)), (1, "~b".to_owned()));
    }
}
