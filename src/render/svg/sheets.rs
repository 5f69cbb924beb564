//! Sheets of paper, and what is done so that a figure can be read on them. Letters are of six points at least: where an upright sheet
//! is too narrow for that, it is turned; where that is not enough, texts are broken into more lines; and where columns are still too
//! many, the last of them are drawn as one, and that is said.

use std::borrow::Cow;

use super::layout::{LEAST_GAP, Layout, Limits};
use super::{Paper, Picture};
use crate::report::ladder::Ladder;

/// Sheets of paper.
#[derive(Clone, Copy)]
pub(super) struct Sheets {
    /// In tenths of a millimetre.
    pub(super) width: usize,
    pub(super) height: usize,
    /// Whether each stands in a picture of its own.
    is_alone: bool,
}

/// Tenths of a millimetre in points of 1/96 inch.
pub(super) fn points(tenths: usize) -> usize {
    tenths * 96 / 254
}

impl Sheets {
    fn of(paper: Paper) -> Option<Self> {
        let (width, height) = match paper {
            Paper::None => return None,
            Paper::A4 => (2100, 2970),
            Paper::Letter => (2159, 2794),
            Paper::Page => (1690, 2400),
        };
        let is_alone = paper == Paper::Page;
        Some(Self {
            width,
            height,
            is_alone,
        })
    }

    fn turned(self) -> Self {
        Self {
            width: self.height,
            height: self.width,
            ..self
        }
    }

    /// In units of the figure. A narrower one would be blown up.
    fn least_width(self) -> usize {
        self.width * 2 / 5
    }

    /// Small letters are ten units high, and of a wider figure they would be less than six points.
    fn most_width(self) -> usize {
        self.width * 47 / 100
    }

    pub(super) fn height_of(self, width: usize) -> usize {
        width * self.height / self.width
    }

    /// How many sheets may stand below each other in one picture.
    pub(super) fn in_one(self) -> usize {
        match self.is_alone {
            true => 1,
            false => Picture::MOST * 254 / 96 / self.height,
        }
    }
}

/// A ladder with the layout in which it is drawn.
pub(super) struct Laid<'l> {
    pub(super) ladder: Cow<'l, Ladder>,
    pub(super) layout: Layout,
    pub(super) sheets: Option<Sheets>,
}

/// Lays a ladder out, for sheets if it is to be on some.
pub(super) fn laid(ladder: &Ladder, paper: Paper) -> Laid<'_> {
    let Some(upright) = Sheets::of(paper) else {
        return Laid {
            ladder: Cow::Borrowed(ladder),
            layout: Layout::of(ladder, Limits::WIDE),
            sheets: None,
        };
    };
    let turned = upright.turned();
    let on = |ladder, layout: Layout, sheets: Sheets| Laid {
        ladder,
        layout: layout.at_least(sheets.least_width()),
        sheets: Some(sheets),
    };
    let wide = Layout::of(ladder, Limits::WIDE);
    if wide.width <= upright.most_width() {
        return on(Cow::Borrowed(ladder), wide, upright);
    }
    if paper == Paper::Page {
        // Among texts nothing is turned, and a document leaves no column out.
        let layout = fitting(ladder, upright.most_width()).unwrap_or(wide);
        return on(Cow::Borrowed(ladder), layout, upright);
    }
    if let Some(layout) = fitting(ladder, turned.most_width()) {
        return on(Cow::Borrowed(ladder), layout, turned);
    }
    let columns = ladder.columns.len();
    let room = "on a sheet";
    let remedy = "without --paper";
    let most = (turned.most_width() / LEAST_GAP).min(columns.saturating_sub(2));
    let crowded = (1..=most).rev().find_map(|alone| {
        let ladder = ladder.crowded(alone, room, remedy);
        let layout = fitting(&ladder, turned.most_width())?;
        Some((ladder, layout))
    });
    match crowded {
        Some((ladder, layout)) => on(Cow::Owned(ladder), layout, turned),
        // What is so wide is not the columns.
        None => on(Cow::Borrowed(ladder), wide, turned),
    }
}

/// The layout with the least broken texts that is no wider.
fn fitting(ladder: &Ladder, width: usize) -> Option<Layout> {
    if ladder.columns.len() * LEAST_GAP > width + LEAST_GAP {
        return None;
    }
    let mut layouts = Limits::all().map(|limits| Layout::of(ladder, limits));
    layouts.find(|layout| layout.width <= width)
}
