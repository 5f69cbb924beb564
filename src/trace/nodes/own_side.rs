//! Most logs name everybody but the machine that wrote them: it goes by the name of the log. What another input, which knows the
//! address, saw of the same messages tells who it is. That may be a log as well, of the machine at the other end.
//!
//! A log that is the writing of several machines, one behind the other, is nobody's: then its name is at both ends of what they sent
//! to each other.

use std::collections::{BTreeMap, BTreeSet};

use super::ends::Ends;
use super::points::{PointId, Points};
use super::reason::JoinReason;
use crate::base::Party;
use crate::trace::Trace;
use crate::trace::ids::MessageId;

/// Only so many sightings of a message are looked at.
const MOST_SEEN: usize = 64;

/// Joins names with the addresses of those who have them.
pub(super) fn join(trace: &Trace, ends: &Ends, points: &mut Points) {
    let all = (0..trace.messages.len()).map(MessageId::at);
    let mut found = Vec::new();
    for message in all {
        named_and_known(trace, ends, message, &mut found);
    }
    if found.is_empty() {
        return;
    }
    let several = names_of_several(trace, ends, &found);
    for (name, address, message) in found {
        if !several.contains(&name) {
            points.join(name, address, JoinReason::SameMessage, message);
        }
    }
}

/// The addresses that later sightings of a message have for a side that goes by a name in the first, each in front of the other side as
/// the first has that, and the realm.
pub(super) fn told(trace: &Trace, message: MessageId) -> impl Iterator<Item = ([u32; 2], u32)> {
    let seen = trace.messages[message.position()].seen(&trace.seen);
    let first = seen.first().map(|first| sides(trace, *first));
    seen.iter()
        .skip(1)
        .take(MOST_SEEN)
        .filter_map(move |other| {
            let (known, told) = (first?, sides(trace, *other));
            let is_told = |side: &usize| {
                let named = [known, told].map(|sides| is_named(trace, sides[*side]));
                named == [Some(true), Some(false)]
            };
            let side = [0, 1].into_iter().find(is_told)?;
            let realm = trace.realm_of(*other as usize);
            Some(([told[side], known[1 - side]], realm))
        })
}

/// The source and the destination of a sighting.
fn sides(trace: &Trace, sighting: u32) -> [u32; 2] {
    let of = trace.sightings.ends_of(sighting as usize);
    [of.source, of.destination]
}

/// Whether an end goes by a name; none if nobody is known to be there.
fn is_named(trace: &Trace, end: u32) -> Option<bool> {
    let party = trace.sightings.parties().get(end)?;
    Some(matches!(party, Party::Named(_)))
}

/// Points that are one by what the sightings of a message call its ends: the name, the address, the message.
type Found = (PointId, PointId, MessageId);

fn named_and_known(trace: &Trace, ends: &Ends, message: MessageId, found: &mut Vec<Found>) {
    let seen = trace.messages[message.position()].seen(&trace.seen);
    let Some((first, others)) = seen.split_first() else {
        return;
    };
    let sides = |sighting: u32| {
        let realm = trace.realm_of(sighting as usize);
        sides(trace, sighting).map(|end| Some((is_named(trace, end)?, ends.get(end, realm)?)))
    };
    let known = sides(*first);
    for other in others.iter().take(MOST_SEEN) {
        for sides in known.into_iter().zip(sides(*other)) {
            match sides {
                (Some((true, name)), Some((false, address)))
                | (Some((false, address)), Some((true, name))) => {
                    found.push((name, address, message));
                }
                _ => {}
            }
        }
    }
}

/// The names that stand for addresses which send to each other.
fn names_of_several(trace: &Trace, ends: &Ends, found: &[Found]) -> BTreeSet<PointId> {
    let mut by_address: BTreeMap<PointId, BTreeSet<PointId>> = BTreeMap::new();
    for (name, address, _) in found {
        by_address.entry(*address).or_default().insert(*name);
    }
    let none = BTreeSet::new();
    let names = |end: u32, realm: u32| {
        let point = ends.get(end, realm);
        point.and_then(|point| Some((point, by_address.get(&point)?)))
    };
    let mut several = BTreeSet::new();
    for message in &trace.messages {
        let seen = message.seen(&trace.seen);
        let sides = [0, 1].map(|side| {
            let mut seen = seen.iter().take(MOST_SEEN);
            seen.find_map(|at| names(sides(trace, *at)[side], trace.realm_of(*at as usize)))
        });
        let [(one, one_names), (other, other_names)] =
            sides.map(|side| side.unwrap_or((PointId::MAX, &none)));
        if one != other {
            several.extend(one_names.intersection(other_names));
        }
    }
    several
}
