//! A call of hundreds of parties is no figure of as many lifelines: where they are more than anybody can follow and more than have
//! room, the first stand alone and all others are drawn as one. No message is lost, and a note says how each of them is drawn.

use std::borrow::Cow;

use super::layout::LEAST_GAP;
use crate::report::ladder::{Column, Ladder, Row};

/// So many columns are drawn whatever room there is.
const FEW: usize = 16;
/// Where not all are drawn, each has so many cells, and so many at least stand alone: fewer than there are, as more than `FEW` are
/// more than have room at the least distance.
const ROOM: usize = 14;
const LEAST: usize = 3;

/// The ladder, or one in which the last columns are one.
pub(super) fn with_room(ladder: &Ladder, width: usize) -> Cow<'_, Ladder> {
    let columns = ladder.columns.len();
    // What lies between them is not looked at: that would be as many arrows times as many columns.
    let needed = columns * LEAST_GAP;
    if columns <= FEW || needed <= width {
        return Cow::Borrowed(ladder);
    }
    let alone = (width / ROOM).saturating_sub(2).max(LEAST);
    let mut ladder = ladder.clone();
    crowd(&mut ladder, alone);
    let others = columns - alone;
    ladder.notes.insert(
        0,
        format!(
            "{columns} columns have no room in {width} characters: {others} of them are drawn as one, \"{}\". Each is drawn \
             where --width is {needed} or more, or in a picture or a page (-f svg, -f html); --columns says which stand first.",
            name(others)
        ),
    );
    Cow::Owned(ladder)
}

fn name(others: usize) -> String {
    format!("{others} others")
}

/// Makes one of all columns behind the first `alone`.
fn crowd(ladder: &mut Ladder, alone: usize) {
    let others = ladder.columns.split_off(alone);
    ladder.columns.push(Column {
        label: name(others.len()),
        ..Column::default()
    });
    // The networks of the others are as many as they.
    ladder.frames.retain(|frame| frame.first < alone);
    for frame in &mut ladder.frames {
        frame.last = frame.last.min(alone - 1);
    }
    for row in &mut ladder.rows {
        let (one, other) = match row {
            Row::Arrow(arrow) => (&mut arrow.from, &mut arrow.to),
            Row::Panel(panel) => (&mut panel.first, &mut panel.last),
            Row::Fragment(_) => continue,
        };
        *one = (*one).min(alone);
        *other = (*other).min(alone);
    }
}
