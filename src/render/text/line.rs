//! A line of cells, and how many of them a text takes: wide characters take two, marks that join the one before none.

use std::ops::Range;

use crate::base::Ink;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Cells that a text takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// A line that is written to anywhere.
#[derive(Default)]
pub(super) struct Line {
    /// The right half of a wide character is empty.
    cells: Vec<String>,
    painted: Vec<(Range<usize>, Ink)>,
}

impl Line {
    /// Writes over what is there.
    pub(super) fn put(&mut self, at: usize, text: &str) {
        let mut at = at;
        for character in text.chars() {
            let width = character.width().unwrap_or_default();
            if width == 0 {
                if let Some(cell) = at
                    .checked_sub(1)
                    .and_then(|before| self.cells.get_mut(before))
                {
                    cell.push(character);
                }
                continue;
            }
            self.reach(at + width);
            self.cells[at] = character.to_string();
            for further in 1..width {
                self.cells[at + further].clear();
            }
            at += width;
        }
    }

    /// Writes it in the middle of these cells; tells where it begins.
    pub(super) fn put_middle(&mut self, first: usize, last: usize, text: &str) -> usize {
        let room = (last + 1).saturating_sub(first);
        let start = first + room.saturating_sub(width(text)) / 2;
        self.put(start, text);
        start
    }

    /// Gives so many cells an ink.
    pub(super) fn paint(&mut self, first: usize, count: usize, ink: Ink) {
        self.painted.push((first..first + count, ink));
    }

    /// The same sign in all of these cells.
    pub(super) fn rule(&mut self, first: usize, last: usize, sign: char) {
        let count = (last + 1).saturating_sub(first);
        self.put(first, &sign.to_string().repeat(count));
    }

    /// These signs in turn.
    pub(super) fn dashes(&mut self, first: usize, last: usize, signs: [char; 2]) {
        let count = (last + 1).saturating_sub(first);
        let text: String = signs.iter().cycle().take(count).collect();
        self.put(first, &text);
    }

    fn reach(&mut self, length: usize) {
        if self.cells.len() < length {
            self.cells.resize(length, " ".to_owned());
        }
    }

    /// As it is printed; in its inks where they are wanted.
    pub(super) fn finish(mut self, in_colours: bool) -> String {
        let used = self.cells.iter().rposition(|cell| !cell.trim().is_empty());
        self.cells.truncate(used.map_or(0, |last| last + 1));
        if in_colours {
            for (cells, ink) in &self.painted {
                let last = cells.end.min(self.cells.len());
                if cells.start < last {
                    self.cells[cells.start].insert_str(0, ink.on());
                    self.cells[last - 1].push_str(Ink::OFF);
                }
            }
        }
        self.cells.concat()
    }
}

/// A text in lines of so many cells at most, broken at spaces where it can be, and longer words behind semicolons.
pub(super) fn wrapped(text: &str, room: usize) -> Vec<String> {
    let room = room.max(2);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for (at, word) in text.split(' ').enumerate() {
        let mut space = usize::from(at > 0);
        let sign = if width(word) > room { ';' } else { ' ' };
        for piece in word.split_inclusive(sign) {
            let length = width(piece);
            if used > 0 && used + space + length > room {
                lines.push(String::new());
                used = 0;
            } else if used > 0 && space > 0 {
                push(&mut lines, " ");
                used += 1;
            }
            space = 0;
            for character in piece.chars() {
                let width = character.width().unwrap_or_default();
                if used + width > room {
                    lines.push(String::new());
                    used = 0;
                }
                push(&mut lines, character.encode_utf8(&mut [0; 4]));
                used += width;
            }
        }
    }
    lines
}

fn push(lines: &mut [String], text: &str) {
    if let Some(last) = lines.last_mut() {
        last.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_two_cells() {
        let mut line = Line::default();
        line.rule(0, 7, '-');
        line.put(2, "\u{6f22}e\u{301}");
        assert_eq!(line.finish(false), "--\u{6f22}e\u{301}---");
        assert_eq!(width("\u{6f22}e\u{301}"), 3);
    }

    #[test]
    fn lines_break_at_spaces_or_where_they_must() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrapped("", 5), [""]);
    }
}
