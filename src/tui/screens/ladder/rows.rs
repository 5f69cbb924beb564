//! The rows of a ladder that can be seen, and what is said of each.

use crate::report::ladder::{Edge, Ladder, Row};
use crate::trace::MessageId;

/// A row, or one of those that are folded in it.
pub(super) type Line = (usize, Option<usize>);

/// All rows, each with those that are folded in it behind it.
pub(super) fn lines(ladder: &Ladder) -> Vec<Line> {
    let rows = ladder.rows.iter().enumerate();
    let lines = rows.flat_map(|(number, row)| {
        let folded = (0..folded(row).len()).map(move |folded| (number, Some(folded)));
        std::iter::once((number, None)).chain(folded)
    });
    lines.collect()
}

pub(super) fn rows(ladder: &Ladder) -> impl Iterator<Item = &Row> {
    let rows = ladder.rows.iter();
    rows.flat_map(|row| std::iter::once(row).chain(folded(row)))
}

pub(super) fn row_of(ladder: &Ladder, (row, inside): Line) -> Option<&Row> {
    let row = ladder.rows.get(row)?;
    match inside {
        None => Some(row),
        Some(inside) => folded(row).get(inside),
    }
}

pub(super) fn folded(row: &Row) -> &[Row] {
    match row {
        Row::Panel(panel) => &panel.folded,
        Row::Arrow(_) | Row::Fragment(_) => &[],
    }
}

/// What a fold is known by.
pub(super) fn fold(row: &Row) -> Option<MessageId> {
    folded(row).iter().find_map(message_of)
}

pub(super) fn heights(row: &Row) -> usize {
    match row {
        Row::Arrow(arrow) => 2 + arrow.small.len(),
        Row::Panel(_) | Row::Fragment(_) => 1,
    }
}

pub(super) fn message_of(row: &Row) -> Option<MessageId> {
    match row {
        Row::Arrow(arrow) => MessageId::numbered(arrow.message?),
        Row::Panel(_) | Row::Fragment(_) => None,
    }
}

pub(super) fn said(row: &Row) -> String {
    match row {
        Row::Arrow(arrow) => arrow.about.clone(),
        Row::Panel(panel) => panel.text.clone(),
        Row::Fragment(Edge::Begin { kind, when }) => format!("{}: {when}", kind.word()),
        Row::Fragment(Edge::Or { when }) => when.clone(),
        Row::Fragment(Edge::End) => String::new(),
    }
}

/// The same with its number and its time.
pub(super) fn all_said(row: &Row) -> String {
    match row {
        Row::Arrow(arrow) => {
            let (number, time, about) = (&arrow.number, &arrow.time, &arrow.about);
            format!("message {number} {time} {about}")
        }
        row => said(row),
    }
}
