//! Where everything of a ladder stands in cells, and what it is drawn with.

use std::ops::Range;

use super::rows::rows;
use crate::report::ladder::{Arrow, Edge, Kind, Ladder, Need, Panel, Row, gaps};
use crate::tui::canvas::{Canvas, cut, seen, width};
use crate::tui::theme::{Theme, Tone};

/// Captions get no more cells than this.
pub(super) const MOST_CAPTION: usize = 28;
pub(super) const MOST_HEAD: usize = 22;
const LEAST_GAP: usize = 10;
/// Numbers in front of rows, and behind them times.
const NUMBERS: usize = 8;

/// Cells in front of the first lifeline.
pub(super) fn front(ladder: &Ladder) -> usize {
    let times = rows(ladder).map(|row| match row {
        Row::Arrow(arrow) => width(&arrow.time),
        Row::Panel(_) | Row::Fragment(_) => 0,
    });
    NUMBERS + times.max().unwrap_or_default() + 1
}

/// Where lifelines stand.
pub(super) fn places(ladder: &Ladder, front: usize) -> Vec<usize> {
    let head = |column: usize| {
        let column = &ladder.columns[column];
        width(&column.label)
            .max(width(&column.detail))
            .min(MOST_HEAD)
    };
    let columns = ladder.columns.len();
    let mut needs: Vec<_> = (1..columns)
        .map(|column| Need {
            first: column - 1,
            last: column,
            room: head(column - 1).div_ceil(2) + head(column).div_ceil(2) + 2,
        })
        .collect();
    for row in rows(ladder) {
        if let Row::Arrow(arrow) = row {
            let (first, last) = arrow.span();
            let caption = width(&caption(arrow)).min(MOST_CAPTION) + 3;
            let last = if first == last { last + 1 } else { last };
            needs.push(Need {
                first,
                last,
                room: caption,
            });
        }
    }
    needs.sort_unstable();
    needs.dedup();
    let gaps = gaps(columns, LEAST_GAP, &needs);
    let first = if columns > 0 { head(0).div_ceil(2) } else { 0 };
    let mut at = front + first;
    let mut all = Vec::new();
    for column in 0..columns {
        all.push(at);
        at += gaps.get(column).copied().unwrap_or_default();
    }
    all
}

fn caption(arrow: &Arrow) -> String {
    let marks: String = arrow
        .marks
        .iter()
        .map(|mark| format!(" [{mark}]"))
        .collect();
    format!("{}{marks}", arrow.label())
}

/// What lines are drawn with.
pub(super) struct Signs {
    pub(super) bar: char,
    request: char,
    response: char,
    left: char,
    right: char,
    panel: char,
}

impl Signs {
    pub(super) fn of(theme: Theme) -> Self {
        match theme.unicode {
            true => Self {
                bar: '│',
                request: '─',
                response: '╌',
                left: '◄',
                right: '►',
                panel: '═',
            },
            false => Self {
                bar: '|',
                request: '-',
                response: '.',
                left: '<',
                right: '>',
                panel: '=',
            },
        }
    }
}

pub(super) struct Pen<'a> {
    pub(super) front: usize,
    pub(super) at: &'a [usize],
    pub(super) signs: Signs,
}

impl Pen<'_> {
    pub(super) fn bare(&self) -> Canvas {
        let mut canvas = Canvas::default();
        for at in self.at {
            canvas.fill(*at, at + 1, self.signs.bar, Tone::Dim);
        }
        canvas
    }

    /// Names and roles of lifelines, of which these cells are seen: a part of an address would be another address.
    pub(super) fn heads(&self, ladder: &Ladder, cells: &Range<usize>) -> [Canvas; 2] {
        let mut lines = [Canvas::default(), Canvas::default()];
        for (column, at) in ladder.columns.iter().zip(self.at) {
            for (line, text) in lines.iter_mut().zip([&column.label, &column.detail]) {
                let text = cut(text, MOST_HEAD);
                let start = at.saturating_sub(width(&text) / 2);
                let (start, text) = seen(&text, start, cells);
                line.put(start, &text, Tone::Title);
            }
        }
        lines
    }

    pub(super) fn arrow(&self, arrow: &Arrow) -> Vec<Canvas> {
        let tone = match (arrow.marks.is_empty(), arrow.kind) {
            (false, _) => Tone::Error,
            (true, Kind::Request) => Tone::Request,
            (true, Kind::Response) => Tone::Response,
            (true, Kind::Other) => Tone::Dim,
        };
        let (first, last) = arrow.span();
        let (left, right) = (self.at[first], self.at[last]);
        let mut above = self.bare();
        let mut below = self.bare();
        above.put(0, &format!("{:>6} ", arrow.number), Tone::Dim);
        above.put(NUMBERS - 1, &arrow.time, Tone::Dim);
        if first == last {
            let caption = cut(&caption(arrow), MOST_CAPTION);
            above.fill(left + 1, left + 3, self.signs.request, tone);
            above.put(left + 4, &caption, tone);
            below.fill(left + 1, left + 2, self.signs.left, tone);
            below.fill(left + 2, left + 3, self.signs.request, tone);
        } else {
            let room = right - left - 1;
            let caption = cut(&caption(arrow), room);
            let start = left + 1 + (room - width(&caption)) / 2;
            above.put(start, &caption, tone);
            let rule = match arrow.kind {
                Kind::Request => self.signs.request,
                Kind::Response | Kind::Other => self.signs.response,
            };
            below.fill(left + 1, right, rule, tone);
            match arrow.from < arrow.to {
                true => below.fill(right - 1, right, self.signs.right, tone),
                false => below.fill(left + 1, left + 2, self.signs.left, tone),
            }
        }
        let mut lines = vec![above, below];
        for small in &arrow.small {
            let mut line = self.bare();
            line.put(left + 2, small, Tone::Dim);
            lines.push(line);
        }
        lines
    }

    pub(super) fn panel(&self, panel: &Panel, is_open: bool) -> Canvas {
        let mut canvas = self.bare();
        let (left, right) = (self.at[panel.first], self.at[panel.last]);
        if right > left {
            canvas.fill(left + 1, right, self.signs.panel, Tone::Dim);
        }
        let room = (right - left).max(MOST_CAPTION);
        let sign = match (panel.folded.is_empty(), is_open) {
            (true, _) => "",
            (false, true) => "- ",
            (false, false) => "+ ",
        };
        let text = cut(&format!(" {sign}{} ", panel.text), room);
        let start = left + 1 + (right - left).saturating_sub(width(&text) + 1) / 2;
        canvas.put(start, &text, Tone::Title);
        canvas
    }

    pub(super) fn edge(&self, edge: &Edge) -> Canvas {
        let mut canvas = self.bare();
        let left = self.front;
        let right = self.at.last().map_or(left, |at| at + 2);
        canvas.fill(left, right, self.signs.request, Tone::Dim);
        let text = match edge {
            Edge::Begin { kind, when } => format!(" {} [{when}] ", kind.word()),
            Edge::Or { when } => format!(" [{when}] "),
            Edge::End => String::new(),
        };
        canvas.put(left + 2, &text, Tone::Title);
        canvas
    }
}
