//! Messages of which a log does not tell all: between whom they went, over what, or when to better than a second, if at all. Each is put
//! to what another input saw of it. Only one with the same [`Identity`] will do, at about the same time, if it has one, between ends
//! that may be the same; and of each input only one, so that a retransmission finds the other sending.

use super::facts::Facts;
use super::identity::Identity;
use super::same::{Drafts, NONE};
use crate::base::SAME_PACKET;

/// Only so many before and behind it are looked at.
const MOST_LOOKED_AT: usize = 8;

/// Puts loose messages together with others.
pub(super) fn join(drafts: &mut Drafts<'_>, facts: &Facts) {
    let all = 0..drafts.all.len() as u32;
    if !all.clone().any(|draft| is_loose(drafts, draft)) {
        return;
    }
    let key = |draft: &u32| {
        let first = drafts.all[*draft as usize].first;
        Identity::of(drafts.sightings, facts, first)
    };
    let mut order: Vec<u32> = all.filter(|draft| key(draft).is_some()).collect();
    order.sort_unstable_by_key(|draft| (key(draft), *draft));
    let alike = order.chunk_by(|one, other| key(one) == key(other));
    let groups: Vec<Vec<u32>> = alike
        .filter(|group| group.iter().any(|draft| is_loose(drafts, *draft)))
        .map(<[u32]>::to_vec)
        .collect();
    for group in groups {
        for (place, draft) in group.iter().enumerate() {
            let start = place.saturating_sub(MOST_LOOKED_AT);
            let end = group.len().min(place + MOST_LOOKED_AT + 1);
            if let Some(same) = nearest(drafts, facts, *draft, &group[start..end]) {
                drafts.merge(same, *draft);
            }
        }
    }
}

/// Whether not all is known of a message that was not put to another.
fn is_loose(drafts: &Drafts<'_>, draft: u32) -> bool {
    let first = drafts.all[draft as usize].first;
    first != NONE && drafts.sightings.is_loose(first as usize)
}

/// What a loose message is most likely another sighting of: better one whose ends are known, with equal bytes, close by.
fn nearest(drafts: &Drafts<'_>, facts: &Facts, loose: u32, near: &[u32]) -> Option<u32> {
    if !is_loose(drafts, loose) {
        return None;
    }
    let first = |draft: u32| drafts.all[draft as usize].first as usize;
    let content = facts.contents[first(loose)];
    let others = near.iter().filter(|other| **other != loose);
    let fitting = others.filter_map(|other| {
        let apart = apart(drafts, loose, *other)?;
        let differs = facts.contents[first(*other)] != content;
        Some((is_loose(drafts, *other), differs, apart, *other))
    });
    fitting.min().map(|(.., other)| other)
}

/// How far two are from each other that may be one message.
fn apart(drafts: &Drafts<'_>, loose: u32, other: u32) -> Option<i64> {
    let (one, two) = (&drafts.all[loose as usize], &drafts.all[other as usize]);
    if two.first == NONE {
        return None;
    }
    let input = |sighting: u32| drafts.sightings.input_and_time(sighting as usize).0;
    let seen = || drafts.chain(two).take(MOST_LOOKED_AT).map(input);
    let mut own = drafts.chain(one).take(MOST_LOOKED_AT).map(input);
    if !drafts
        .sightings
        .may_have_same_ends(one.first as usize, two.first as usize)
        || own.any(|own| seen().any(|seen| seen == own))
    {
        return None;
    }
    match drafts.apart(one.first, two.first) {
        // Clocks may still be a little apart.
        Some(apart) => Some(apart).filter(|apart| *apart <= SAME_PACKET),
        // Without time it is the order that tells: the first sending of what was sent again is the first that is written down.
        None => (!drafts.has_time(one.first) && drafts.has_time(two.first)).then_some(0),
    }
}
