//! A call of hundreds of parties is no figure of as many lifelines: where not even a narrow figure has room for all of them, the
//! first stand alone and all others are drawn as one.

use std::borrow::Cow;

use super::layout::Layout;
use super::signs::Signs;
use crate::report::ladder::Ladder;

/// Where not all are drawn, each has so many cells, and so many at least stand alone.
const ROOM: usize = 14;
const LEAST: usize = 3;

/// The ladder, or one in which the last columns are one.
pub(super) fn with_room<'l>(ladder: &'l Ladder, signs: &Signs, width: usize) -> Cow<'l, Ladder> {
    let needed = Layout::narrowest(ladder, signs);
    let alone = (width / ROOM).saturating_sub(2).max(LEAST);
    if needed <= width || ladder.columns.len() <= alone + 1 {
        return Cow::Borrowed(ladder);
    }
    let room = format!("in {width} characters");
    let remedy =
        format!("where --width is {needed} or more, or in a picture or a page (-f svg, -f html)");
    Cow::Owned(ladder.crowded(alone, &room, &remedy))
}
