//! Where columns stand: as far apart as what is written between them needs.

use super::measure::{clean, short, width, wrapped};
use crate::report::ladder::{Arrow, Column, Ladder, Need, PanelKind, Row, gaps};

/// Sizes of fonts.
pub(super) const TITLE: u32 = 15;
pub(super) const TEXT: u32 = 12;
pub(super) const SMALL: u32 = 10;
/// Around everything.
pub(super) const MARGIN: usize = 20;
/// Columns stand apart for what stands below an arrow, but not further than this.
const WORTH_SMALL: usize = 200;
/// From a lifeline to what stands below an arrow.
pub(super) const BELOW: usize = 6;
const MOST_NUMBER: usize = 60;
pub(super) const LEAST_GAP: usize = 76;
/// Between two heads, so that frames around them stay apart.
const BETWEEN_HEADS: usize = 24;
/// Left and right of a caption.
const BESIDE: usize = 10;
/// What a mark takes behind a caption, its digits apart.
pub(super) const MARK: usize = 14;
/// An arrow of a column to itself.
pub(super) const TURN: usize = 26;
/// Around the text in a box.
pub(super) const AROUND: usize = 8;
/// Between a box and the lifeline beside it.
const BESIDE_BOX: usize = 8;
/// From the outermost column to where the figure ends.
const OUTSIDE: usize = 10;
/// From one frame around rows to the one in it.
const INDENT: usize = 8;

/// How wide texts may be. Longer ones are broken into lines, and beyond so many lines shortened; all of them is in the tooltip.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    caption: usize,
    head: usize,
    lines: usize,
    /// What stands below arrows.
    small: usize,
    /// In a box of one column.
    boxed: usize,
}

impl Limits {
    /// Where there is room.
    pub(super) const WIDE: Self = Self {
        caption: 200,
        head: 170,
        lines: 3,
        small: 360,
        boxed: 140,
    };

    /// From there to what can still be read; a caption has so much room between any two columns.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let narrower = (3..=13).rev().map(|tenth| Self {
            caption: (14 * tenth).max(LEAST_GAP - 2 * BESIDE),
            head: (12 * tenth).max(39),
            lines: 6,
            small: 26 * tenth,
            boxed: 60 + 6 * tenth,
        });
        std::iter::once(Self::WIDE).chain(narrower)
    }

    /// What is shown of the caption of an arrow, in lines.
    pub(super) fn caption(self, arrow: &Arrow) -> Vec<String> {
        self.lines(&arrow.label(), TEXT, self.caption)
    }

    /// What is shown in a head, in lines: name, and what it is.
    pub(super) fn head(self, column: &Column) -> [Vec<String>; 2] {
        [
            self.lines(&column.label, TEXT, self.head),
            self.lines(&column.detail, SMALL, self.head),
        ]
    }

    /// A text in a few lines, the last of which is shortened where they are not enough.
    fn lines(self, text: &str, size: u32, room: usize) -> Vec<String> {
        let mut lines = wrapped(&clean(text), size, room);
        if lines.len() > self.lines {
            let rest = lines.split_off(self.lines - 1).join(" ");
            lines.push(short(&rest, size, room));
        }
        lines
    }

    /// What is shown in a box of one column.
    pub(super) fn boxed(self, text: &str) -> Vec<String> {
        wrapped(&clean(text), TEXT, self.boxed)
    }

    /// What stands below an arrow, in lines.
    pub(super) fn small(self, arrow: &Arrow) -> Vec<String> {
        let texts = arrow.small.iter().map(|text| clean(text));
        let lines = texts.flat_map(|text| wrapped(&text, SMALL, self.small));
        lines.collect()
    }

    fn small_widths(self, arrow: &Arrow) -> impl Iterator<Item = usize> {
        let texts = arrow.small.iter().map(|text| width(&clean(text), SMALL));
        texts.map(move |wide| wide.min(self.small))
    }
}

/// Places in units of the picture.
pub(super) struct Layout {
    /// Each lifeline.
    pub(super) at: Vec<usize>,
    /// How wide each head is.
    pub(super) heads: Vec<usize>,
    /// How far heads, boxes and arrows of a column alone go to its left and to its right.
    pub(super) reach: Vec<(usize, usize)>,
    /// Where numbers and times end.
    pub(super) number: usize,
    pub(super) time: usize,
    /// Between which places the rows of the figure stand, frames around them apart.
    pub(super) front: usize,
    back: usize,
    /// The whole width.
    pub(super) width: usize,
    /// How many frames around rows stand in each other.
    nesting: usize,
    pub(super) limits: Limits,
}

/// What lines of text and marks behind them take.
pub(super) fn caption_width(lines: &[String], arrow: &Arrow) -> usize {
    let marks: usize = arrow.marks.iter().map(|number| mark(*number)).sum();
    widest(lines, TEXT) + marks
}

/// What is shown of the name of a network.
pub(super) fn network(text: &str) -> String {
    short(&clean(text), SMALL, Limits::WIDE.head)
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
    pub(super) fn of(ladder: &Ladder, limits: Limits) -> Self {
        let rows = ladder.rows.iter();
        let numbers = rows.clone().map(|row| width(&number(row.number()), SMALL));
        let times = rows.map(|row| width(&number(row.time()), SMALL));
        let behind = |width: usize| if width > 0 { width + 10 } else { 0 };
        let number = MARGIN + numbers.max().unwrap_or_default();
        let time = number + behind(times.max().unwrap_or_default());
        let columns = ladder.columns.iter();
        let heads: Vec<_> = columns
            .map(|column| {
                let [label, detail] = limits.head(column);
                let (label, detail) = (widest(&label, TEXT), widest(&detail, SMALL));
                // Even, so that both halves are whole.
                (label.max(detail).max(30) + 17) / 2 * 2
            })
            .collect();
        let reach = reach(ladder, &heads, limits);
        let gaps = gaps(
            heads.len(),
            LEAST_GAP,
            &needs(ladder, &heads, &reach, limits),
        );
        let nesting = ladder.nesting();
        let front = time + 12 + INDENT * nesting;
        let mut x = front + reach.first().map_or(0, |(left, _)| left + OUTSIDE);
        let mut at = Vec::new();
        for column in 0..heads.len() {
            at.push(x);
            x += gaps.get(column).copied().unwrap_or_default();
        }
        let back = x + reach.last().map_or(0, |(_, right)| right + OUTSIDE);
        let outside = MARGIN + INDENT * nesting;
        let small = small_print(ladder, &at, limits).unwrap_or_default();
        let title = width(&clean(&ladder.title), TITLE).min(480) + 2 * MARGIN;
        let width = (back.max(small) + outside).max(title);
        Self {
            at,
            heads,
            reach,
            number,
            time,
            front,
            back,
            width,
            nesting,
            limits,
        }
    }

    /// On paper that is wider.
    pub(super) fn at_least(self, width: usize) -> Self {
        Self {
            width: self.width.max(width),
            ..self
        }
    }

    /// From where to where a box goes.
    pub(super) fn room(&self, first: usize, last: usize) -> (usize, usize) {
        (self.at[first] - 12, self.at[last] + 12)
    }

    /// How much room there is for what concerns everybody.
    pub(super) fn figure(&self) -> usize {
        self.back - self.front
    }

    /// Where a text has its middle, there or as near as it can.
    pub(super) fn within(&self, middle: usize, wide: usize) -> usize {
        let most = self.back.saturating_sub(wide.div_ceil(2));
        middle.min(most).max(self.front + wide.div_ceil(2))
    }

    /// From where to where a frame around rows goes that stands in so many others.
    pub(super) fn fragment(&self, depth: usize) -> (usize, usize) {
        let outside = INDENT * self.nesting.saturating_sub(depth);
        (self.front - outside, self.back + outside)
    }
}

/// How wide lines are.
pub(super) fn widest(lines: &[String], size: u32) -> usize {
    let widths = lines.iter().map(|line| width(line, size));
    widths.max().unwrap_or_default()
}

/// How far to the right what stands below arrows goes, up to a limit.
fn small_print(ladder: &Ladder, at: &[usize], limits: Limits) -> Option<usize> {
    let arrows = ladder.rows.iter().filter_map(|row| match row {
        Row::Arrow(arrow) => Some(arrow),
        Row::Panel(_) | Row::Fragment(_) => None,
    });
    let ends = arrows.flat_map(|arrow| {
        let start = at[arrow.span().0] + BELOW;
        limits.small_widths(arrow).map(move |wide| start + wide)
    });
    ends.max()
}

/// How far everything of a column alone goes to its left and to its right.
fn reach(ladder: &Ladder, heads: &[usize], limits: Limits) -> Vec<(usize, usize)> {
    let mut reach: Vec<_> = heads.iter().map(|head| (head / 2, head / 2)).collect();
    for row in &ladder.rows {
        match row {
            Row::Arrow(arrow) if arrow.from == arrow.to => {
                let (_, right) = &mut reach[arrow.from];
                *right = (*right).max(TURN + BESIDE + caption_width(&limits.caption(arrow), arrow));
            }
            Row::Panel(panel) if panel.first == panel.last => {
                let half = widest(&limits.boxed(&panel.text), TEXT).div_ceil(2) + AROUND;
                let (left, right) = &mut reach[panel.first];
                (*left, *right) = ((*left).max(half), (*right).max(half));
            }
            _ => {}
        }
    }
    // The name of a network of one column.
    for frame in ladder.frames.iter().filter(|one| one.first == one.last) {
        let half = width(&network(&frame.name), SMALL).div_ceil(2);
        let (left, right) = &mut reach[frame.first];
        (*left, *right) = ((*left).max(half), (*right).max(half));
    }
    reach
}

fn needs(ladder: &Ladder, heads: &[usize], reach: &[(usize, usize)], limits: Limits) -> Vec<Need> {
    let mut between = Vec::new();
    let mut need = |first, last, room| between.push(Need { first, last, room });
    for row in &ladder.rows {
        match row {
            Row::Arrow(arrow) if arrow.from != arrow.to => {
                let (first, last) = arrow.span();
                let text = caption_width(&limits.caption(arrow), arrow);
                let small = limits
                    .small_widths(arrow)
                    .max()
                    .map(|wide| wide + 2 * BELOW);
                let small = small.unwrap_or_default().min(WORTH_SMALL);
                need(first, last, (text + 2 * BESIDE).max(small));
            }
            Row::Panel(panel) if panel.kind == PanelKind::Media => {
                need(panel.first, panel.last, 60);
            }
            _ => {}
        }
    }
    for right in 1..heads.len() {
        let left = right - 1;
        need(
            left,
            right,
            heads[left] / 2 + heads[right] / 2 + BETWEEN_HEADS,
        );
        // What belongs to one column does not reach another, and where a frame ends between them, not that.
        let (from_left, from_right) = (reach[left].1, reach[right].0);
        need(left, right, from_left.max(from_right) + BESIDE_BOX);
        let framed = |column: usize| {
            let mut frames = ladder.frames.iter();
            frames.position(|frame| (frame.first..=frame.last).contains(&column))
        };
        if framed(left) != framed(right) {
            need(left, right, from_left + from_right + BETWEEN_HEADS);
        }
    }
    for frame in &ladder.frames {
        let name = width(&network(&frame.name), SMALL) + 16;
        let outside = reach[frame.first].0 + reach[frame.last].1;
        need(frame.first, frame.last, name.saturating_sub(outside));
    }
    between.sort_unstable();
    between.dedup();
    between
}
