//! Where columns stand: as far apart as what is written between them needs.

use super::measure::{clean, short, width, wrapped};
use crate::report::ladder::{Arrow, Ladder, Need, PanelKind, Row, gaps};

/// Sizes of fonts.
pub(super) const TITLE: u32 = 15;
pub(super) const TEXT: u32 = 12;
pub(super) const SMALL: u32 = 10;
/// Around everything.
pub(super) const MARGIN: usize = 20;
/// Longer captions are broken into lines, beyond these they are shortened; all of them is in the tooltip.
const MOST_CAPTION: usize = 170;
const MOST_LINES: usize = 3;
const MOST_SMALL: usize = 360;
const MOST_HEAD: usize = 170;
const MOST_NUMBER: usize = 60;
const LEAST_GAP: usize = 76;
/// Between two heads, so that frames around them stay apart.
const BETWEEN_HEADS: usize = 24;
/// Left and right of a caption.
const BESIDE: usize = 10;
/// What a mark takes behind a caption, its digits apart.
pub(super) const MARK: usize = 14;
/// An arrow of a column to itself.
pub(super) const TURN: usize = 26;
/// A box of the outermost columns needs so much outside of them.
const OUTSIDE: usize = 56;

/// Places in units of the picture.
pub(super) struct Layout {
    /// Each lifeline.
    pub(super) at: Vec<usize>,
    /// How wide each head is.
    pub(super) heads: Vec<usize>,
    /// Where numbers and times end.
    pub(super) number: usize,
    pub(super) time: usize,
    /// Where the figure begins, and the whole width.
    pub(super) front: usize,
    pub(super) width: usize,
}

/// What is shown of the caption of an arrow, in lines.
pub(super) fn caption(arrow: &Arrow) -> Vec<String> {
    let mut lines = wrapped(&clean(&arrow.label()), TEXT, MOST_CAPTION);
    if lines.len() > MOST_LINES {
        let rest = lines.split_off(MOST_LINES - 1).join(" ");
        lines.push(short(&rest, TEXT, MOST_CAPTION));
    }
    lines
}

/// What lines of text and marks behind them take.
pub(super) fn caption_width(lines: &[String], arrow: &Arrow) -> usize {
    let widest = lines.iter().map(|line| width(line, TEXT)).max();
    let marks: usize = arrow.marks.iter().map(|number| mark(*number)).sum();
    widest.unwrap_or_default() + marks
}

/// What is shown in a head.
pub(super) fn head(text: &str, size: u32) -> String {
    short(&clean(text), size, MOST_HEAD)
}

/// What is shown of a number.
pub(super) fn number(text: &str) -> String {
    short(&clean(text), SMALL, MOST_NUMBER)
}

/// What a mark takes in all.
pub(super) fn mark(mark: usize) -> usize {
    MARK + width(&mark.to_string(), SMALL)
}

impl Layout {
    pub(super) fn of(ladder: &Ladder, least: usize) -> Self {
        let rows = ladder.rows.iter();
        let numbers = rows.clone().map(|row| width(&number(row.number()), SMALL));
        let times = rows.map(|row| width(&number(row.time()), SMALL));
        let behind = |width: usize| if width > 0 { width + 10 } else { 0 };
        let number = MARGIN + numbers.max().unwrap_or_default();
        let time = number + behind(times.max().unwrap_or_default());
        let columns = ladder.columns.iter();
        let heads: Vec<_> = columns
            .map(|column| {
                let label = width(&head(&column.label, TEXT), TEXT);
                let detail = width(&head(&column.detail, SMALL), SMALL);
                // Even, so that both halves are whole.
                (label.max(detail).max(30) + 17) / 2 * 2
            })
            .collect();
        let needs = needs(ladder, &heads);
        let gaps = gaps(heads.len(), LEAST_GAP, &needs.between);
        let outside = heads.first().map_or(0, |head| (head / 2 + 10).max(OUTSIDE));
        let mut x = time + 12 + outside;
        let front = time + 12;
        let mut at = Vec::new();
        for column in 0..heads.len() {
            at.push(x);
            x += gaps.get(column).copied().unwrap_or_default();
        }
        let last = heads.last().map_or(0, |head| head / 2 + 10);
        let right = x + last.max(needs.right).max(OUTSIDE) + MARGIN;
        let small = small_print(ladder, &at).unwrap_or_default() + MARGIN;
        let title = width(&clean(&ladder.title), TITLE).min(480) + 2 * MARGIN;
        Self {
            at,
            heads,
            number,
            time,
            front,
            width: right.max(small).max(title).max(least),
        }
    }

    /// The room of a box: all of it, and where its middle is to be.
    pub(super) fn room(&self, first: usize, last: usize) -> (usize, usize) {
        match first == last {
            false => (self.at[first] - 12, self.at[last] + 12),
            true => {
                let left = first.checked_sub(1).map(|left| self.at[left] + 8);
                let right = self.at.get(last + 1).map(|right| right - 8);
                let outside = (self.heads[first] / 2).max(OUTSIDE);
                let x = self.at[first];
                (left.unwrap_or(x - outside), right.unwrap_or(x + outside))
            }
        }
    }
}

/// How far to the right what stands below arrows goes, up to a limit.
fn small_print(ladder: &Ladder, at: &[usize]) -> Option<usize> {
    let arrows = ladder.rows.iter().filter_map(|row| match row {
        Row::Arrow(arrow) => Some(arrow),
        Row::Panel(_) => None,
    });
    let ends = arrows.flat_map(|arrow| {
        let start = at[arrow.span().0] + 6;
        let widths = arrow.small.iter().map(|text| width(&clean(text), SMALL));
        widths.map(move |wide| start + wide.min(MOST_SMALL))
    });
    ends.max()
}

struct Needs {
    between: Vec<Need>,
    /// Right of the last column.
    right: usize,
}

fn needs(ladder: &Ladder, heads: &[usize]) -> Needs {
    let mut between = Vec::new();
    let mut right = 0;
    let mut need = |first, last, room| between.push(Need { first, last, room });
    for row in &ladder.rows {
        match row {
            Row::Arrow(arrow) => {
                let text = caption_width(&caption(arrow), arrow) + 2 * BESIDE;
                let (first, last) = arrow.span();
                match first == last {
                    true if last + 1 == heads.len() => right = right.max(text + TURN),
                    true => need(last, last + 1, text + TURN),
                    false => need(first, last, text),
                }
            }
            Row::Panel(panel) if panel.kind == PanelKind::Media => {
                need(panel.first, panel.last, 60);
            }
            Row::Panel(_) => {}
        }
    }
    for column in 1..heads.len() {
        let room = heads[column - 1] / 2 + heads[column] / 2 + BETWEEN_HEADS;
        need(column - 1, column, room);
    }
    for frame in &ladder.frames {
        let name = width(&head(&frame.name, SMALL), SMALL) + 16;
        let outside = heads[frame.first] / 2 + heads[frame.last] / 2;
        need(frame.first, frame.last, name.saturating_sub(outside));
    }
    between.sort_unstable();
    between.dedup();
    Needs { between, right }
}
