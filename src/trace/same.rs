//! Which sightings are one message: the same packet captured twice, on two interfaces, by two machines, inside and outside
//! of a tunnel. A retransmission has the same bytes too, but was sent again: it comes later, with another IP identification.

use std::hash::{BuildHasher, Hash};

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::clocks::Clocks;
use super::facts::Facts;
use super::sightings::Sightings;
use crate::base::Transport;

/// The sightings of every message, message by message. Messages are in the order of their first sightings, and so are the
/// sightings of each.
#[derive(Default)]
pub(super) struct Same {
    /// Positions of sightings.
    pub(super) seen: Vec<u32>,
    /// Where those of each message begin in `seen`.
    pub(super) starts: Vec<u32>,
}

/// Copies of one packet are this close to each other at one capture point (mirror ports, `any` interfaces).
pub(super) const COPY: i64 = 10_000_000;
/// With the same IP identification they are copies even if the machine was busy; identifications come again much later.
const SAME_PACKET: i64 = 1_000_000_000;
/// How long a packet takes from one capture point to another. The first retransmission comes after 500 ms (RFC 3261 17.1.1.1).
const TRANSIT: i64 = 250_000_000;
/// Only so many of the latest messages with the same bytes are looked at.
const MOST_LOOKED_AT: usize = 8;

const NONE: u32 = u32::MAX;

/// A message being put together: its sightings are a chain.
struct Draft {
    first: u32,
    last: u32,
    time: Option<i64>,
    /// The message before it with the same bytes between the same endpoints.
    before: u32,
}

impl Same {
    /// Puts sightings together that are one message.
    pub(super) fn find(sightings: &Sightings, facts: &Facts, clocks: &Clocks) -> Self {
        let order = clocks.order(sightings);
        let hasher = RandomState::default();
        let mut drafts: Vec<Draft> = Vec::with_capacity(order.len());
        let mut latest: HashTable<u32> = HashTable::with_capacity(order.len());
        let mut next = vec![NONE; order.len()];
        let key = |sighting: u32| {
            let at = sighting as usize;
            (facts.contents[at], sightings.ends_of(at))
        };
        let hash = |sighting: u32| {
            let (content, ends) = key(sighting);
            hasher.hash_one((content, ends.source, ends.destination))
        };
        for sighting in order {
            let time = clocks.time(sightings, sighting as usize);
            let known = latest.find_mut(hash(sighting), |known| {
                key(drafts[*known as usize].first) == key(sighting)
            });
            let draft = drafts.len() as u32;
            let before = match known {
                Some(known) => {
                    let chain = std::iter::successors(Some(*known), |draft| {
                        Some(drafts[*draft as usize].before).filter(|before| *before != NONE)
                    });
                    let mut candidates = chain.take(MOST_LOOKED_AT);
                    let same = candidates.find(|candidate| {
                        let candidate = &drafts[*candidate as usize];
                        is_same(sightings, &next, candidate, sighting, time)
                    });
                    if let Some(same) = same {
                        let same = &mut drafts[same as usize];
                        next[same.last as usize] = sighting;
                        same.last = sighting;
                        continue;
                    }
                    std::mem::replace(known, draft)
                }
                None => NONE,
            };
            drafts.push(Draft {
                first: sighting,
                last: sighting,
                time,
                before,
            });
            if before == NONE {
                latest.insert_unique(hash(sighting), draft, |draft| {
                    hash(drafts[*draft as usize].first)
                });
            }
        }
        let mut same = Self::default();
        for draft in &drafts {
            same.starts.push(same.seen.len() as u32);
            let chain = std::iter::successors(Some(draft.first), |sighting| {
                Some(next[*sighting as usize]).filter(|next| *next != NONE)
            });
            same.seen.extend(chain);
        }
        same
    }
}

/// Whether a sighting is one more of a message.
fn is_same(
    sightings: &Sightings,
    next: &[u32],
    draft: &Draft,
    sighting: u32,
    time: Option<i64>,
) -> bool {
    let apart = match (draft.time, time) {
        (Some(first), Some(time)) => time.saturating_sub(first).abs(),
        // Without time there is only one place to have seen it at: it was sent again.
        _ => return false,
    };
    let id = |sighting: u32| sightings.identification_of(sighting as usize);
    let place = |sighting: u32| sightings.place_of(sighting as usize);
    let is_stream = !matches!(
        sightings.ends_of(sighting as usize).transport,
        Transport::Udp | Transport::Unknown
    );
    let seen_here = std::iter::successors(Some(draft.first), |sighting| {
        Some(next[*sighting as usize]).filter(|next| *next != NONE)
    })
    .any(|known| place(known) == place(sighting));
    match (id(draft.first), id(sighting)) {
        (Some(a), Some(b)) if a != b => false,
        (Some(_), Some(_)) => apart <= SAME_PACKET,
        // A stream brings its bytes once to each place.
        _ if is_stream => !seen_here && apart <= SAME_PACKET,
        _ if seen_here => apart <= COPY,
        _ => apart <= TRANSIT,
    }
}

/// Between whom, for telling messages apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Ends {
    pub(super) source: u32,
    pub(super) destination: u32,
    pub(super) transport: Transport,
}
