//! Ladders as text, as RFCs draw them:
//!
//! ```text
//!   Alice           Bob
//!     |              |
//! 1   |    INVITE    |
//!     |------------->|
//! 2   |    200 OK    |
//!     |<-------------|
//! ```

mod crowd;
mod fragment;
mod layout;
mod legend;
mod line;
mod narrow;
mod panel;
mod signs;
#[cfg(test)]
mod tests;

use crate::report::ladder::{Arrow, Finding, Frame, Kind, Ladder, Row};
use layout::Layout;
use legend::Legend;
use line::Line;
use signs::Signs;

pub use signs::Charset;

/// Small print may take so many cells, as far as the figure goes, before it is broken into lines.
const ROOM: usize = 44;
/// What goes on in a further line stands so much further right.
const HANG: usize = 2;

/// How it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Cells in a line. Of more columns than can stand in it the last are drawn as one, and that is said.
    pub width: usize,
    /// The characters to draw with.
    pub charset: Charset,
    /// Whether what is sent and what was found have the inks that they have in all lines.
    pub in_colours: bool,
}

/// Rows of which the heads stand below them, too.
const LONG: usize = 40;

/// The ladder as lines of text.
pub fn draw(ladder: &Ladder, style: Style) -> String {
    let signs = Signs::of(style.charset);
    let ladder = &*crowd::with_room(ladder, &signs, style.width);
    let mut pen = Pen {
        layout: Layout::of(ladder, &signs, style.width),
        legend: Legend::default(),
        lines: Vec::new(),
        depth: 0,
        signs,
        findings: &ladder.findings,
        in_colours: style.in_colours,
    };
    pen.legend.head(&mut pen.lines, ladder, &pen.signs, style);
    match pen.layout.is_narrow {
        true => pen.staggered(ladder, true),
        false => {
            pen.frames(&ladder.frames);
            pen.heads(ladder, true);
        }
    }
    pen.lifelines();
    for row in &ladder.rows {
        match row {
            Row::Arrow(arrow) => pen.arrow(arrow),
            Row::Panel(panel) => pen.panel(panel),
            Row::Fragment(edge) => pen.edge(edge),
        }
    }
    pen.lifelines();
    match (ladder.rows.len() > LONG, pen.layout.is_narrow) {
        (true, true) => pen.staggered(ladder, false),
        (true, false) => pen.heads(ladder, false),
        (false, _) => {}
    }
    let legend = pen.legend;
    legend.foot(&mut pen.lines, ladder, &pen.signs, style);
    pen.lines.join("\n") + "\n"
}

/// What draws line after line.
struct Pen<'l> {
    layout: Layout,
    legend: Legend,
    lines: Vec<String>,
    /// So many frames around rows are open.
    depth: usize,
    signs: Signs,
    findings: &'l [Finding],
    in_colours: bool,
}

impl Pen<'_> {
    fn push(&mut self, mut line: Line) {
        self.sides(&mut line);
        self.lines.push(line.finish(self.in_colours));
    }

    /// A line with nothing but lifelines.
    fn bare(&self) -> Line {
        self.with_bars(self.signs.bar)
    }

    fn with_bars(&self, bar: char) -> Line {
        let mut line = Line::default();
        for x in &self.layout.at {
            line.put(*x, bar.encode_utf8(&mut [0; 4]));
        }
        line
    }

    fn lifelines(&mut self) {
        if !self.layout.at.is_empty() {
            self.push(self.bare());
        }
    }

    /// `|-- home1.net --|`
    fn frames(&mut self, frames: &[Frame]) {
        let mut line = Line::default();
        for frame in frames {
            let (left, _) = self.layout.head(frame.first);
            let (_, right) = self.layout.head(frame.last);
            let name = self.signs.clean(&frame.name);
            let room = (right - left).saturating_sub(5);
            let name = self.legend.shown(&name, room, &self.signs);
            line.rule(left, right, self.signs.frame);
            line.put(left, self.signs.bar.encode_utf8(&mut [0; 4]));
            line.put(right, self.signs.bar.encode_utf8(&mut [0; 4]));
            line.put_middle(left, right, &format!(" {name} "));
        }
        if !frames.is_empty() {
            self.push(line);
        }
    }

    fn heads(&mut self, ladder: &Ladder, with_details: bool) {
        let labels: Vec<_> = ladder.columns.iter().map(|one| one.label.clone()).collect();
        self.head(&labels);
        let details: Vec<_> = ladder
            .columns
            .iter()
            .map(|one| one.detail.clone())
            .collect();
        if with_details && details.iter().any(|detail| !detail.is_empty()) {
            self.head(&details);
        }
    }

    fn head(&mut self, texts: &[String]) {
        let mut line = Line::default();
        for (column, text) in texts.iter().enumerate() {
            let (left, right) = self.layout.head(column);
            let text = self.signs.clean(text);
            let shown = self.legend.shown(&text, right + 1 - left, &self.signs);
            let start = self.layout.at[column] - line::width(&shown) / 2;
            line.put(start, &shown);
        }
        self.push(line);
    }

    fn arrow(&mut self, arrow: &Arrow) {
        let mut above = self.bare();
        above.put(
            0,
            &self.layout.front(&self.signs, &arrow.number, &arrow.time),
        );
        let text = self.signs.clean(&arrow.label());
        let marks = arrow.marks.iter();
        let marks: Vec<_> = marks.map(|mark| (*mark, format!(" [{mark}]"))).collect();
        let marked: String = marks.iter().map(|(_, shown)| shown.as_str()).collect();
        let (first, last) = arrow.span();
        let (left, right) = (self.layout.at[first], self.layout.at[last]);
        let mut below = self.bare();
        let room = match first == last {
            _ if self.layout.is_narrow => self.layout.end - self.layout.front - 2,
            true => self.layout.behind(last).saturating_sub(6),
            false => right - left - 3,
        };
        let room = room.saturating_sub(line::width(&marked)).max(1);
        let shown = self.legend.shown(&text, room, &self.signs);
        let label = format!("{shown}{marked}");
        let start = if first == last {
            match self.layout.is_narrow {
                true => self.beyond(&mut above, left, &label) + 1,
                false => {
                    above.put(left + 5, &label);
                    left + 5
                }
            }
        } else {
            let start = match self.layout.is_narrow {
                true => self.beyond(&mut above, (left + right) / 2 + 1, &label),
                false => above.put_middle(left + 1, right - 1, &format!(" {label} ")),
            };
            start + 1
        };
        self.paint(&mut above, start, (arrow, line::width(&shown)), &marks);
        if first == last && self.layout.is_narrow {
            self.push(above);
            above = self.bare();
            above.put(left + 1, self.signs.turn_out);
            below.put(left + 1, self.signs.turn_back);
        } else if first == last {
            above.put(left + 1, self.signs.turn_out);
            below.put(left + 1, self.signs.turn_back);
        } else {
            let rule = match arrow.kind {
                Kind::Request => self.signs.request,
                Kind::Response => self.signs.response,
                Kind::Other => self.signs.other,
            };
            below.dashes(left + 1, right - 1, rule);
            match arrow.from < arrow.to {
                true => below.put(right - 1, self.signs.right),
                false => below.put(left + 1, self.signs.left),
            }
        }
        self.push(above);
        self.push(below);
        self.small_print(left, &arrow.small);
    }

    /// What is sent in its ink, and the marks behind it in those of what they stand for.
    fn paint(
        &self,
        line: &mut Line,
        start: usize,
        (arrow, shown): (&Arrow, usize),
        marks: &[(usize, String)],
    ) {
        if let Some(ink) = arrow.ink() {
            line.paint(start, shown, ink);
        }
        let mut at = start + shown;
        for (mark, text) in marks {
            let finding = self.findings.iter().find(|finding| finding.has(*mark));
            if let Some(finding) = finding {
                line.paint(at, line::width(text), finding.ink);
            }
            at += line::width(text);
        }
    }

    /// Lines below an arrow: all from its left end, or from further left where there is too little room for any of them. What
    /// does not fit goes on in further lines.
    fn small_print(&mut self, left: usize, texts: &[String]) {
        let texts: Vec<String> = texts.iter().map(|text| self.signs.clean(text)).collect();
        let widest = texts.iter().map(|text| line::width(text)).max();
        let wanted = widest.unwrap_or_default().min(ROOM);
        let (begin, end) = (self.layout.front, self.layout.end);
        let start = (left + 2).min(end.saturating_sub(wanted)).max(begin + 2);
        let room = end.saturating_sub(start);
        for text in texts {
            let parts = match line::width(&text) <= room {
                true => vec![text],
                false => line::wrapped(&text, room.saturating_sub(HANG).max(1)),
            };
            for (at, part) in parts.iter().enumerate() {
                let hang = if at == 0 { 0 } else { HANG };
                let mut line = self.bare();
                line.put(start - 1 + hang, &format!(" {part} "));
                self.push(line);
            }
        }
    }
}
