//! Lines to read, to look through and to jump from: what most screens are. Long lines go on below, a little to the right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::canvas::{self, Canvas};
use super::theme::{Theme, Tone};
use super::window::Window;
use crate::trace::{CallId, HopId, MessageId, NodeId};

/// What a line leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Call(CallId),
    Message(MessageId),
    /// What the node at the beginning of a hop did.
    Hop(HopId),
    /// The evidence of a node.
    Node(NodeId),
    /// A finding, by its place in the audit.
    Finding(usize),
    /// The rule of a finding.
    Rule(usize),
    /// The row of a message on the ladder of its call.
    OnLadder(MessageId),
    /// A column of the list of calls, by its place.
    Column(usize),
}

/// A line: pieces of text, and what it leads to.
#[derive(Clone, Debug, Default)]
pub(super) struct PageLine {
    pub(super) pieces: Vec<(Tone, String)>,
    pub(super) target: Option<Target>,
    /// Whether the text before this many cells stands alone when the line goes on below.
    pub(super) hang: usize,
}

impl PageLine {
    pub(super) fn of(tone: Tone, text: impl Into<String>) -> Self {
        Self::default().and(tone, text)
    }

    pub(super) fn and(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.pieces.push((tone, text.into()));
        self
    }

    pub(super) fn to(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    pub(super) fn hang(mut self, cells: usize) -> Self {
        self.hang = cells;
        self
    }

    fn text(&self) -> String {
        self.pieces.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// The line as it goes on below, in lines of their own.
    pub(super) fn broken(&self, width: usize) -> Vec<Self> {
        let rows = self.wrapped(width).into_iter();
        let rows = rows.map(|row| Self {
            pieces: row.pieces(),
            target: self.target,
            hang: 0,
        });
        rows.collect()
    }

    /// The line in lines of so many cells.
    pub(super) fn wrapped(&self, width: usize) -> Vec<Canvas> {
        let width = width.max(8);
        let hang = self.hang.min(width / 2);
        let mut rows = vec![Canvas::default()];
        for (tone, text) in &self.pieces {
            for word in words(text) {
                let mut rest = word;
                loop {
                    let row = rows.len() - 1;
                    let at = rows[row].width();
                    if at + canvas::width(rest.trim_end()) <= width {
                        rows[row].push(rest, *tone);
                        break;
                    }
                    let start = if row == 0 { 0 } else { hang };
                    let (now, later) = match at > start {
                        true => ("", rest),
                        // A word longer than a line.
                        false => split(rest, width - at),
                    };
                    rows[row].push(now, *tone);
                    let mut next = Canvas::default();
                    next.push(&" ".repeat(hang), Tone::Plain);
                    rows.push(next);
                    rest = later;
                }
            }
        }
        rows
    }
}

/// Words with the blanks behind them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(' ')
}

/// A text after so many cells, at least one character.
fn split(text: &str, cells: usize) -> (&str, &str) {
    let mut taken = 0;
    let mut at = 0;
    for (position, character) in text.char_indices() {
        taken += canvas::width(&text[position..position + character.len_utf8()]);
        if taken > cells && position > 0 {
            break;
        }
        at = position + character.len_utf8();
    }
    text.split_at(at)
}

/// Lines under a title.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) title: String,
    pub(super) lines: Vec<PageLine>,
    pub(super) window: Window,
    /// What keys that are about a message or call are about here.
    pub(super) about: Option<Target>,
}

impl Page {
    pub(super) fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            ..Self::default()
        }
    }

    pub(super) fn push(&mut self, line: PageLine) {
        self.lines.push(line);
    }

    /// What the selected line leads to.
    pub(super) fn target(&self) -> Option<Target> {
        self.lines.get(self.window.selected)?.target
    }

    /// The selected line, as text.
    pub(super) fn selected_text(&self) -> String {
        let line = self.lines.get(self.window.selected);
        line.map(PageLine::text).unwrap_or_default()
    }

    /// All lines, as text.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}\n\n", self.title);
        for line in &self.lines {
            text.push_str(line.text().trim_end());
            text.push('\n');
        }
        text
    }

    /// The next line for which this holds, going round; back or forth.
    pub(super) fn find(&mut self, forth: bool, wanted: impl Fn(&PageLine) -> bool) -> bool {
        let count = self.lines.len();
        let from = self.window.selected;
        let mut order = (1..=count).map(|step| match forth {
            true => (from + step) % count,
            false => (from + count - step) % count,
        });
        let found = order.find(|line| wanted(&self.lines[*line]));
        if let Some(found) = found {
            self.window.selected = found;
        }
        found.is_some()
    }

    /// The next line with a text, in any case.
    pub(super) fn search(&mut self, text: &str, forth: bool) -> bool {
        let text = text.to_lowercase();
        self.find(forth, |line| line.text().to_lowercase().contains(&text))
    }

    pub(super) fn draw(&mut self, area: Rect, theme: Theme, buffer: &mut Buffer) {
        self.lay(area, Some(self.window.selected), theme, buffer);
    }

    /// Draws it beside something else in which a line is selected.
    pub(super) fn draw_beside(&mut self, area: Rect, theme: Theme, buffer: &mut Buffer) {
        self.lay(area, None, theme, buffer);
    }

    fn lay(&mut self, area: Rect, selected: Option<usize>, theme: Theme, buffer: &mut Buffer) {
        let width = usize::from(area.width);
        let lines = &self.lines;
        let height = |line: usize| lines[line].wrapped(width).len();
        self.window
            .follow(usize::from(area.height), lines.len(), height);
        self.window.rows.clear();
        let mut y = area.y;
        for (number, line) in lines.iter().enumerate().skip(self.window.top) {
            let above = match number == self.window.selected {
                true => self.window.above,
                false => 0,
            };
            for row in line.wrapped(width).into_iter().skip(above) {
                if y >= area.bottom() {
                    return;
                }
                let place = Rect::new(area.x, y, area.width, 1);
                let is_selected = selected == Some(number);
                row.show(place, 0, is_selected, theme, buffer);
                self.window.rows.push(number);
                y += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::Colours;

    fn rows(line: &PageLine, width: u16) -> Vec<String> {
        let mut page = Page::new("");
        page.push(line.clone());
        page.window.selected = 9;
        let theme = Theme {
            colours: Colours::None,
            unicode: true,
        };
        let area = Rect::new(0, 0, width, 6);
        let mut buffer = Buffer::empty(area);
        page.draw(area, theme, &mut buffer);
        let cells: Vec<_> = buffer.content().iter().map(|cell| cell.symbol()).collect();
        let rows = cells.chunks(usize::from(width)).map(|row| row.concat());
        let mut rows: Vec<_> = rows.map(|row| row.trim_end().to_owned()).collect();
        while rows.last().is_some_and(String::is_empty) {
            rows.pop();
        }
        rows
    }

    #[test]
    fn long_lines_go_on_below() {
        let line = PageLine::of(Tone::Title, "Via: ").and(Tone::Plain, "one two three");
        assert_eq!(rows(&line.clone().hang(2), 12), ["Via: one two", "  three"]);
        assert_eq!(rows(&line, 40), ["Via: one two three"]);
        let long = PageLine::of(Tone::Plain, "a abcdefghijklmnopq");
        assert_eq!(
            rows(&long.hang(1), 8),
            ["a", " abcdefg", " hijklmn", " opq"]
        );
    }

    #[test]
    fn searching_goes_round() {
        let mut page = Page::new("");
        for text in ["Alpha", "beta", "alphabet"] {
            page.push(PageLine::of(Tone::Plain, text));
        }
        assert!(page.search("ALPHA", true));
        assert_eq!(page.window.selected, 2);
        assert!(page.search("alpha", true));
        assert_eq!(page.window.selected, 0);
        assert!(page.search("beta", false));
        assert_eq!(page.window.selected, 1);
        assert!(!page.search("gamma", true));
        assert!(!Page::new("").search("x", true));
    }
}
