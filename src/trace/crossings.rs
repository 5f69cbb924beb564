//! Which pairs of networks show the same packets. A packet that crosses a router, or is mirrored into another VLAN, is seen in
//! two networks and is one; machines that were cloned into two VLANs send the same bytes between the same addresses, and these
//! are two. One pair of sightings does not always tell; all that two networks have in common does:
//!
//! - The sender gives a packet its identification (RFC 791 3.1), and it stays on the way; machines count on their own. Where
//!   packets have one, nothing else counts.
//! - What is passed on follows at once, [`COPY`] at most where one clock tells. Of clones only a few do.
//!
//! Clones without identifications that send in step look like one.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::clocks::Clocks;
use super::facts::Facts;
use super::networks::Networks;
use super::sightings::Sightings;
use crate::base::{COPY, TRANSIT};

/// What speaks for copies between two networks, less what speaks against them.
#[derive(Clone, Copy, Default)]
struct Votes {
    by_identification: i64,
    by_spacing: i64,
}

/// What is known of each pair of networks.
pub(super) struct Crossings<'a> {
    networks: &'a Networks,
    votes: HashMap<(u32, u32), Votes, RandomState>,
}

impl<'a> Crossings<'a> {
    /// Looks at sightings in the order of time.
    pub(super) fn find(
        sightings: &Sightings,
        facts: &Facts,
        clocks: &Clocks,
        networks: &'a Networks,
        order: &[u32],
    ) -> Self {
        let mut crossings = Self {
            networks,
            votes: HashMap::default(),
        };
        if networks.all().len() < 2 {
            return crossings;
        }
        let key = |sighting: &u32| {
            let at = *sighting as usize;
            let ends = sightings.ends_of(at);
            (facts.contents[at], ends.source, ends.destination)
        };
        let mut order = order.to_vec();
        order.sort_by_key(key);
        for alike in order.chunk_by(|one, other| key(one) == key(other)) {
            for next in alike.windows(2) {
                crossings.compare(sightings, clocks, next[0], next[1]);
            }
        }
        crossings
    }

    /// Two with the same bytes between the same addresses, one right behind the other.
    fn compare(&mut self, sightings: &Sightings, clocks: &Clocks, one: u32, other: u32) {
        let time = |sighting| clocks.time(sightings, sighting as usize);
        let Some((first, second)) = time(one).zip(time(other)) else {
            return;
        };
        let apart = second.saturating_sub(first);
        let frame = |sighting| clocks.frame(sightings, sighting as usize);
        // What comes later was sent again.
        if !self.differ(sightings, one, other) || apart > TRANSIT || frame(one) != frame(other) {
            return;
        }
        let votes = self.votes.entry(self.pair(sightings, one, other));
        let votes = votes.or_default();
        let vote = |copy: bool| if copy { 1 } else { -1 };
        let id = |sighting| sightings.identification_of(sighting as usize);
        let input = |sighting| sightings.input_and_time(sighting as usize).0;
        match (id(one), id(other)) {
            (Some(one), Some(other)) => votes.by_identification += vote(one == other),
            _ if input(one) == input(other) => votes.by_spacing += vote(apart <= COPY),
            _ => {}
        }
    }

    /// Whether two sightings were made in two networks.
    pub(super) fn differ(&self, sightings: &Sightings, one: u32, other: u32) -> bool {
        let (one, other) = self.pair(sightings, one, other);
        one != other
    }

    /// Whether what two networks have in common was sent in each of them.
    pub(super) fn are_apart(&self, sightings: &Sightings, one: u32, other: u32) -> bool {
        let votes = self.votes.get(&self.pair(sightings, one, other));
        votes.is_some_and(|votes| match votes.by_identification {
            0 => votes.by_spacing < 0,
            known => known < 0,
        })
    }

    fn pair(&self, sightings: &Sightings, one: u32, other: u32) -> (u32, u32) {
        let network = |sighting| self.networks.of_sighting(sightings, sighting);
        let (one, other) = (network(one), network(other));
        (one.min(other), one.max(other))
    }
}
