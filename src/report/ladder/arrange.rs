//! From who takes part and what happens to the ladder: columns that are merged or hidden, their order, the frames around them, and
//! what is counted over the rows that are left.

use std::collections::BTreeMap;

use super::fragments::without_empty;
use super::order::{Talks, order};
use super::timing::{self, gap_between, shown};
use super::{Column, Frame, Ladder, Options, Panel, PanelKind, Row, Timing};
use crate::report::Moment;

/// Someone who takes part.
#[derive(Clone, Debug, Default)]
pub(super) struct Candidate {
    pub(super) column: Column,
    pub(super) network: Option<String>,
    /// What it may be called by.
    pub(super) names: Vec<String>,
}

/// A row before columns are in their order. Its own columns are not yet set.
pub(super) struct Draft {
    pub(super) row: Row,
    /// Who it concerns: sender and receiver of an arrow.
    pub(super) columns: Vec<usize>,
    pub(super) at: Option<Moment>,
    /// What it stands for, where that is folded.
    pub(super) folded: Vec<Draft>,
}

impl Draft {
    pub(super) fn of(row: Row, columns: Vec<usize>, at: Option<Moment>) -> Self {
        Self {
            row,
            columns,
            at,
            folded: Vec::new(),
        }
    }

    /// Stands for one more, and concerns whom that concerns.
    pub(super) fn fold(&mut self, draft: Draft) {
        for column in &draft.columns {
            if !self.columns.contains(column) {
                self.columns.push(*column);
            }
        }
        self.folded.push(draft);
    }
}

/// Puts it together. `keep_order` leaves columns as they are given, where nobody wants them otherwise.
pub(super) fn arrange(
    mut candidates: Vec<Candidate>,
    mut drafts: Vec<Draft>,
    options: &Options,
    keep_order: bool,
) -> Ladder {
    let mut unknown = Vec::new();
    let mut named = |candidates: &[Candidate], name: &String| {
        let found = candidates.iter().position(|one| one.is_called(name));
        if found.is_none() {
            unknown.push(name.clone());
        }
        found
    };
    for group in &options.merge {
        let members = group.iter();
        let members: Vec<_> = members
            .filter_map(|name| named(&candidates, name))
            .collect();
        merge(&mut candidates, &mut drafts, &members);
    }
    let hidden = options.hide.iter();
    let hidden: Vec<_> = hidden.filter_map(|name| named(&candidates, name)).collect();
    let mut given: Vec<usize> = Vec::new();
    for name in &options.columns {
        let column = named(&candidates, name);
        given.extend(column.filter(|column| !given.contains(column) && !hidden.contains(column)));
    }
    let notes = hide(&mut drafts, &hidden);
    let places = places(&candidates, &drafts, &given, keep_order);
    let mut ladder = Ladder {
        unknown,
        notes,
        frames: frames(&candidates, &places),
        columns: places
            .iter()
            .map(|column| candidates[*column].column.clone())
            .collect(),
        ..Ladder::default()
    };
    let mut known = drafts.iter().filter_map(|draft| draft.at);
    let in_utc = known.all(|at| at.told.timing.zone);
    ladder.rows = rows(drafts, &places, options.time);
    ladder
        .notes
        .extend(timing::note(&ladder, options.time, in_utc));
    ladder
}

impl Candidate {
    pub(super) fn is_called(&self, name: &str) -> bool {
        let mut names = self.names.iter();
        self.column.label.eq_ignore_ascii_case(name)
            || names.any(|own| own.eq_ignore_ascii_case(name))
    }
}

/// Draws several as the first of them.
fn merge(candidates: &mut [Candidate], drafts: &mut [Draft], members: &[usize]) {
    let Some((first, others)) = members.split_first() else {
        return;
    };
    for other in others.iter().filter(|other| *other != first) {
        let other = std::mem::take(&mut candidates[*other]);
        let one = &mut candidates[*first];
        one.column.about = format!("{}; {}", one.column.about, other.column.about);
        let label = format!("{} + {}", one.column.label, other.column.label);
        let alone = std::mem::replace(&mut one.column.label, label);
        if one.column.detail != other.column.detail {
            one.column.detail.clear();
        }
        one.names.extend([alone, other.column.label]);
        one.names.extend(other.names);
    }
    join(drafts, *first, others);
}

/// What concerned others concerns `first` from here on.
fn join(drafts: &mut [Draft], first: usize, others: &[usize]) {
    for draft in drafts {
        for column in &mut draft.columns {
            if others.contains(column) {
                *column = first;
            }
        }
        join(&mut draft.folded, first, others);
    }
}

/// Leaves out what goes from or to hidden columns, and says so.
fn hide(drafts: &mut Vec<Draft>, hidden: &[usize]) -> Vec<String> {
    let before = drafts.len();
    retain_shown(drafts, hidden);
    match before - drafts.len() {
        0 => Vec::new(),
        left_out => vec![format!("Not drawn, of hidden columns: {left_out}.")],
    }
}

fn retain_shown(drafts: &mut Vec<Draft>, hidden: &[usize]) {
    drafts.retain_mut(|draft| match draft.row {
        Row::Arrow(_) => !draft.columns.iter().any(|column| hidden.contains(column)),
        // What flows has two ends, as an arrow.
        Row::Panel(Panel {
            kind: PanelKind::Media | PanelKind::Hold,
            ..
        }) => !draft.columns.iter().any(|column| hidden.contains(column)),
        Row::Panel(_) => {
            retain_shown(&mut draft.folded, hidden);
            draft.columns.retain(|column| !hidden.contains(column));
            !draft.columns.is_empty()
        }
        Row::Fragment(_) => true,
    });
}

/// The columns that something happens to, from left to right.
fn places(
    candidates: &[Candidate],
    drafts: &[Draft],
    given: &[usize],
    keep_order: bool,
) -> Vec<usize> {
    let mut used: Vec<usize> = given.to_vec();
    let mut known = vec![false; candidates.len()];
    for column in given {
        known[*column] = true;
    }
    for column in drafts.iter().flat_map(|draft| &draft.columns) {
        if !std::mem::replace(&mut known[*column], true) {
            used.push(*column);
        }
    }
    if keep_order {
        used[given.len()..].sort_unstable();
        return used;
    }
    let mut place = BTreeMap::new();
    place.extend(used.iter().copied().zip(0usize..));
    let mut talks = Talks::new();
    for draft in drafts {
        if let (Row::Arrow(_), [from, to]) = (&draft.row, draft.columns.as_slice()) {
            let (from, to) = (place[from], place[to]);
            let pair = match talks.contains_key(&(to, from)) {
                true => (to, from),
                false => (from, to),
            };
            *talks.entry(pair).or_default() += 1;
        }
    }
    let networks: Vec<_> = used
        .iter()
        .map(|column| candidates[*column].network.as_deref())
        .collect();
    let order = order(&networks, &talks, given.len());
    order.into_iter().map(|column| used[column]).collect()
}

/// A frame for each run of columns of one network.
fn frames(candidates: &[Candidate], places: &[usize]) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    for (place, column) in places.iter().enumerate() {
        let Some(name) = &candidates[*column].network else {
            continue;
        };
        match frames.last_mut() {
            Some(frame) if frame.name == *name && frame.last + 1 == place => frame.last = place,
            _ => frames.push(Frame {
                name: name.clone(),
                first: place,
                last: place,
            }),
        }
    }
    frames
}

/// The rows in the columns where they belong, with their times and the gaps between them.
fn rows(drafts: Vec<Draft>, places: &[usize], timing: Timing) -> Vec<Row> {
    let place: BTreeMap<usize, usize> = places.iter().copied().zip(0..).collect();
    let mut rows = Vec::with_capacity(drafts.len());
    let mut clock = Clock::default();
    for draft in drafts {
        if let (Some(before), Some(at)) = (clock.before, draft.at) {
            let last = places.len().saturating_sub(1);
            rows.extend(gap_between(before, at, last).map(Row::Panel));
        }
        rows.extend(clock.row(draft, &place, timing));
    }
    without_empty(rows)
}

/// The first moment and the one before.
#[derive(Clone, Default)]
struct Clock {
    first: Option<Moment>,
    before: Option<Moment>,
}

impl Clock {
    fn row(&mut self, draft: Draft, place: &BTreeMap<usize, usize>, timing: Timing) -> Option<Row> {
        let mut of_folded = self.clone();
        let time = draft.at.map(|at| {
            let since = match timing {
                Timing::Previous => self.before,
                _ => self.first,
            };
            shown(at, since, timing)
        });
        self.first = self.first.or(draft.at);
        self.before = draft.at.or(self.before);
        let columns = draft.columns.iter();
        let columns: Vec<_> = columns
            .filter_map(|column| place.get(column).copied())
            .collect();
        match (draft.row, columns.as_slice()) {
            (Row::Arrow(mut arrow), [from, to]) => {
                (arrow.from, arrow.to) = (*from, *to);
                arrow.time = time.unwrap_or_default();
                Some(Row::Arrow(arrow))
            }
            (Row::Arrow(_), _) => None,
            (Row::Panel(mut panel), columns) => {
                panel.first = columns.iter().copied().min().unwrap_or_default();
                panel.last = columns.iter().copied().max().unwrap_or_default();
                let folded = draft.folded.into_iter();
                panel.folded = folded
                    .filter_map(|draft| of_folded.row(draft, place, timing))
                    .collect();
                if !panel.folded.is_empty() {
                    self.before = of_folded.before;
                }
                Some(Row::Panel(panel))
            }
            (edge @ Row::Fragment(_), _) => Some(edge),
        }
    }
}
