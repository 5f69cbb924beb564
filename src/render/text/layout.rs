//! Where columns stand: as far apart as the captions between them need, or as the width allows. Where they would be so near that
//! little is left of heads and captions, the figure is narrow: each head stands in a line of its own, and captions go beyond
//! their arrows ([`super::narrow`]).

use std::collections::BTreeMap;

use super::line::width;
use super::signs::Signs;
use crate::report::ladder::{Ladder, Need, Row, gaps};

/// Numbers, times and captions beyond are never worth so much room.
const MOST_NUMBER: usize = 8;
const MOST_TIME: usize = 16;
const MOST_TEXT: usize = 60;
const LONG_TEXT: usize = 20;
const SHORT_TEXT: usize = 10;
const FEW_LETTERS: usize = 7;
/// Columns are not nearer, `|<-..-|`, but in narrow figures, `|-->|`.
const LEAST_GAP: usize = 6;
pub(super) const NARROW: usize = 4;
/// An arrow of the last column to itself in a narrow figure.
const TURN: usize = 4;
/// From one frame around rows to the one in it.
const INDENT: usize = 2;

/// Places in cells.
pub(super) struct Layout {
    /// Each lifeline.
    pub(super) at: Vec<usize>,
    /// How wide each head may be.
    heads: Vec<usize>,
    number: usize,
    time: usize,
    /// Where the figure begins, behind numbers and times and the frames around rows.
    pub(super) front: usize,
    /// Where lines end.
    pub(super) end: usize,
    /// What arrows of the last column to itself need.
    margin: usize,
    /// How many frames around rows stand in each other.
    nesting: usize,
    /// Whether heads and captions have more room than there is between lifelines.
    pub(super) is_narrow: bool,
}

impl Layout {
    pub(super) fn of(ladder: &Ladder, signs: &Signs, wanted: usize) -> Self {
        let bare = Self::bare(ladder, signs);
        let wanted = wanted.saturating_sub(INDENT * bare.nesting);
        let measured = Measured::of(ladder, signs);
        for limit in limits() {
            let (at, heads, margin) = measured.places(bare.front, limit);
            let ends = at.last().zip(heads.last());
            let end = ends.map_or(0, |(at, head)| at + (head - head / 2).max(margin));
            if end <= wanted {
                return Self {
                    at,
                    heads,
                    margin,
                    end: wanted,
                    ..bare
                };
            }
        }
        bare.narrow(ladder.columns.len(), wanted)
    }

    /// What stands in front of the figure.
    fn bare(ladder: &Ladder, signs: &Signs) -> Self {
        let widest = |text: &dyn Fn(&Row) -> usize| ladder.rows.iter().map(text).max().unwrap_or(0);
        let number = widest(&|row| width(&signs.clean(row.number()))).min(MOST_NUMBER);
        let time = widest(&|row| width(&signs.clean(row.time()))).min(MOST_TIME);
        let behind = |width: usize| if width > 0 { width + 2 } else { 0 };
        let nesting = ladder.nesting();
        let front = behind(number) + behind(time) + INDENT * nesting;
        Self {
            at: Vec::new(),
            heads: Vec::new(),
            number,
            time,
            front,
            end: front,
            margin: TURN,
            nesting,
            is_narrow: false,
        }
    }

    /// Columns as far apart as they can be; where that is not enough, the figure is wider than wanted.
    fn narrow(self, columns: usize, wanted: usize) -> Self {
        let first = self.front + 1;
        let gaps = columns.saturating_sub(1).max(1);
        let gap = (wanted.saturating_sub(first + TURN) / gaps).max(NARROW);
        let at: Vec<_> = (0..columns).map(|column| first + gap * column).collect();
        let end = at.last().map_or(first, |last| last + TURN);
        Self {
            at,
            heads: vec![1; columns],
            end: end.max(wanted),
            is_narrow: true,
            ..self
        }
    }

    /// The width that a figure needs with all of its columns.
    pub(super) fn narrowest(ladder: &Ladder, signs: &Signs) -> usize {
        let bare = Self::bare(ladder, signs);
        let outside = INDENT * bare.nesting;
        bare.narrow(ladder.columns.len(), 0).end + outside
    }

    /// The first and the last cell of a frame around rows that stands in so many others.
    pub(super) fn fragment(&self, depth: usize) -> (usize, usize) {
        let outside = INDENT * self.nesting.saturating_sub(depth);
        (self.front - outside, self.end + outside - 1)
    }

    /// The first and the last cell of a head.
    pub(super) fn head(&self, column: usize) -> (usize, usize) {
        let start = self.at[column] - self.heads[column] / 2;
        (start, start + self.heads[column] - 1)
    }

    /// How far it is to what stands right of a lifeline.
    pub(super) fn behind(&self, column: usize) -> usize {
        match self.at.get(column + 1) {
            Some(next) => next - self.at[column],
            None => self.margin,
        }
    }

    /// What stands in front of a row.
    pub(super) fn front(&self, signs: &Signs, number: &str, time: &str) -> String {
        let mut front = String::new();
        for (text, room) in [(number, self.number), (time, self.time)] {
            if room > 0 {
                let text = signs.short(&signs.clean(text), room);
                front.push_str(&" ".repeat(room - width(&text)));
                front.push_str(&text);
                front.push_str("  ");
            }
        }
        front
    }
}

/// How wide heads and captions may be, from what is best to what can still be read: very long captions give way first, then
/// heads, which are read once.
fn limits() -> impl Iterator<Item = (usize, usize)> {
    let long = (LONG_TEXT..=MOST_TEXT).rev().map(|most| (MOST_TEXT, most));
    let heads = (SHORT_TEXT..MOST_TEXT).rev().map(|most| (most, LONG_TEXT));
    let captions = (SHORT_TEXT..LONG_TEXT).rev().map(|most| (SHORT_TEXT, most));
    let both = (FEW_LETTERS..SHORT_TEXT).rev().map(|most| (most, most));
    long.chain(heads).chain(captions).chain(both)
}

/// How wide everything is.
struct Measured {
    /// Label or second line of each head, or the network of it alone.
    heads: Vec<usize>,
    /// The widest caption between each two columns, marks apart.
    captions: BTreeMap<(usize, usize), (usize, usize)>,
    frames: Vec<(usize, usize, usize)>,
}

impl Measured {
    fn of(ladder: &Ladder, signs: &Signs) -> Self {
        let clean = |text: &str| width(&signs.clean(text));
        let columns = ladder.columns.iter();
        let mut heads: Vec<_> = columns
            .map(|one| clean(&one.label).max(clean(&one.detail)).max(1))
            .collect();
        let mut frames = Vec::new();
        for frame in &ladder.frames {
            let name = clean(&frame.name) + 6;
            match frame.first == frame.last {
                true => heads[frame.first] = heads[frame.first].max(name),
                false => frames.push((frame.first, frame.last, name)),
            }
        }
        let mut captions: BTreeMap<_, (usize, usize)> = BTreeMap::new();
        for row in &ladder.rows {
            if let Row::Arrow(arrow) = row {
                let marks = arrow.marks.iter().map(|mark| format!(" [{mark}]").len());
                let (text, marks) = (clean(&arrow.label()), marks.sum());
                let most = captions.entry(arrow.span()).or_default();
                *most = (most.0.max(text), most.1.max(marks));
            }
        }
        Self {
            heads,
            captions,
            frames,
        }
    }

    /// Lifelines, heads and what the last column needs to its right, with no head and no caption wider than these.
    fn places(
        &self,
        front: usize,
        (widest_head, most): (usize, usize),
    ) -> (Vec<usize>, Vec<usize>, usize) {
        let heads = self.heads.iter();
        let heads: Vec<_> = heads.map(|head| (*head).min(widest_head)).collect();
        let mut needs = Vec::new();
        let mut margin = 0;
        for ((first, last), (text, marks)) in &self.captions {
            let text = (*text).min(most) + marks;
            match first == last {
                true if first + 1 == heads.len() => margin = margin.max(text + 6),
                true => needs.push(need(*first, first + 1, text + 6)),
                false => needs.push(need(*first, *last, text + 3)),
            }
        }
        for column in 1..heads.len() {
            let (left, right) = (heads[column - 1], heads[column]);
            let apart = (left - left / 2) + right / 2 + 2;
            needs.push(need(column - 1, column, apart));
        }
        for (first, last, name) in &self.frames {
            let outside = heads[*first] / 2 + heads[*last] - heads[*last] / 2;
            let room = (*name).min(widest_head).saturating_sub(outside);
            needs.push(need(*first, *last, room));
        }
        let gaps = gaps(heads.len(), LEAST_GAP, &needs);
        let mut at = Vec::new();
        let mut x = front + heads.first().map_or(0, |head| (head / 2).max(1));
        for column in 0..heads.len() {
            at.push(x);
            x += gaps.get(column).copied().unwrap_or_default();
        }
        (at, heads, margin)
    }
}

fn need(first: usize, last: usize, room: usize) -> Need {
    Need { first, last, room }
}
