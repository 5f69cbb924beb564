//! A call of hundreds of parties is no figure of as many lifelines: where not even a narrow figure has room for all of them, the
//! first stand alone and all others are drawn as one.

use std::borrow::Cow;

use super::layout::{Layout, NARROW};
use super::signs::Signs;
use crate::report::ladder::Ladder;

/// The ladder, or one in which the last columns are one.
pub(super) fn with_room<'l>(ladder: &'l Ladder, signs: &Signs, width: usize) -> Cow<'l, Ladder> {
    let needed = Layout::narrowest(ladder, signs);
    let too_many = needed.saturating_sub(width).div_ceil(NARROW);
    // Two at least are left, one of them for all others.
    let alone = ladder.columns.len().saturating_sub(too_many + 1).max(1);
    if too_many == 0 || ladder.columns.len() <= alone + 1 {
        return Cow::Borrowed(ladder);
    }
    let room = format!("in {width} characters");
    let remedy =
        format!("where --width is {needed} or more, or in a picture or a page (-f svg, -f html)");
    Cow::Owned(ladder.crowded(alone, &room, &remedy))
}
