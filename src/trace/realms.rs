//! Networks that may use the same addresses. Two VLANs are two, unless a message was seen in both, or an answer came over one to
//! a request that went over the other: then what goes into one comes out of the other. Labels of a carrier and capture points
//! are one network, unless what they show contradicts that ([`super::apart`]).

use std::collections::{BTreeMap, BTreeSet};

use super::MessageEntry;
use super::apart::{self, Apart};
use super::clocks::{Clocks, Origin};
use super::crossings::Crossings;
use super::facts::Facts;
use super::networks::{Networks, Tags};
use super::nodes::{NodeHint, is_reused};
use super::sightings::{Sightings, Subject};
use super::spots::{Capture, Spots};
use crate::base::Label;

/// What a realm is made up of, each once and sorted.
#[derive(Clone, Debug, Default)]
pub(super) struct Realm {
    pub(super) tags: Vec<Tags>,
    pub(super) labels: Vec<Label>,
    pub(super) captures: Vec<Capture>,
}

/// Which networks are one.
#[derive(Default)]
pub(super) struct Realms {
    /// By number of the place of a sighting: for private addresses, and for all others.
    of_place: Vec<[u32; 2]>,
    all: Vec<Realm>,
    /// Whether labels or capture points made several of what would be one.
    pub(super) by_label: bool,
    pub(super) by_capture: bool,
}

/// What realms are found in.
pub(super) struct Evidence<'a> {
    pub(super) sightings: &'a Sightings,
    pub(super) facts: &'a Facts,
    pub(super) clocks: &'a Clocks,
    pub(super) networks: &'a Networks,
    pub(super) crossings: &'a Crossings<'a>,
    pub(super) origins: &'a [Origin],
    pub(super) hints: &'a [NodeHint],
    pub(super) messages: &'a [MessageEntry],
    pub(super) seen: &'a [u32],
}

impl Realms {
    pub(super) fn find(evidence: &Evidence<'_>) -> Self {
        let spots = Spots::of(evidence.sightings, evidence.networks, evidence.origins);
        let by_tags = spots.by_tags();
        let apart = match spots.len() {
            0 | 1 => Apart::default(),
            _ => apart::find(
                evidence.sightings,
                evidence.facts,
                evidence.clocks,
                &spots,
                evidence.hints,
            ),
        };
        let mut sets = Sets((0..spots.len() as u32).collect());
        if by_tags.len() > 1 || !apart.is_empty() {
            evidence.join_by_messages(&spots, &mut sets);
            evidence.join_by_answers(&spots, &mut sets);
        }
        let mut realms = Self::default();
        for group in by_tags.values() {
            realms.join_unless_apart(group, &spots, &apart, &mut sets);
        }
        realms.number(&spots, &by_tags, &mut sets);
        realms
    }

    /// Puts the spots of a group to the first ones that they do not contradict.
    fn join_unless_apart(&mut self, group: &[u32], spots: &Spots, apart: &Apart, sets: &mut Sets) {
        let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for spot in 0..spots.len() as u32 {
            members.entry(sets.find(spot)).or_default().push(spot);
        }
        let mut kept: Vec<u32> = Vec::new();
        for spot in group {
            let own = sets.find(*spot);
            let of_own = members.remove(&own).unwrap_or_default();
            let others = of_own
                .iter()
                .filter_map(|member| apart.get(member))
                .flatten();
            let blocked: BTreeSet<u32> = others.map(|other| sets.find(*other)).collect();
            let mut roots = kept.iter().map(|kept| sets.find(*kept));
            let fits = roots.find(|root| *root == own || !blocked.contains(root));
            match fits {
                Some(root) => {
                    let mut both = members.remove(&root).unwrap_or_default();
                    both.extend(of_own);
                    sets.join([root, own].into_iter());
                    members.insert(sets.find(own), both);
                }
                None => {
                    members.insert(own, of_own);
                    if let Some(first) = kept.first() {
                        let by_label = spots.differ_by_label(*first, *spot);
                        self.by_label |= by_label;
                        self.by_capture |= !by_label;
                    }
                    kept.push(*spot);
                }
            }
        }
    }

    fn number(&mut self, spots: &Spots, by_tags: &BTreeMap<Tags, Vec<u32>>, sets: &mut Sets) {
        let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
        let of_spot: Vec<u32> = (0..spots.len() as u32)
            .map(|spot| {
                let next = numbers.len() as u32;
                *numbers.entry(sets.find(spot)).or_insert(next)
            })
            .collect();
        self.all = vec![Realm::default(); numbers.len()];
        let mut members = vec![Vec::new(); numbers.len()];
        for (spot, realm) in (0..).zip(&of_spot) {
            members[*realm as usize].push(spot);
        }
        for (realm, members) in self.all.iter_mut().zip(members) {
            for spot in &members {
                let network = spots.network(*spot);
                realm.tags.push(network.tags);
                realm.labels.extend(network.label);
            }
            realm.captures = spots.captures(&members);
            realm.tags.sort_unstable();
            realm.tags.dedup();
            realm.labels.sort_unstable();
            realm.labels.dedup();
        }
        self.of_place = spots
            .of_places()
            .iter()
            .map(|spot| {
                let tags = spots.network(*spot).tags;
                let first = by_tags.get(&tags).and_then(|group| group.first());
                [spot, first.unwrap_or(spot)].map(|spot| of_spot[*spot as usize])
            })
            .collect();
    }

    /// The realm in which a sighting was made. An address that is used once is the same in all that only labels and capture
    /// points tell apart.
    pub(super) fn of_sighting(&self, sightings: &Sightings, sighting: usize) -> u32 {
        let [private, public] = self.of_place[sightings.place_number(sighting) as usize];
        if private == public {
            return private;
        }
        match has_reused_end(sightings, sighting) {
            true => private,
            false => public,
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> u32 {
        self.all.len() as u32
    }

    /// Whether there are several.
    pub(super) fn differ(&self) -> bool {
        self.count() > 1
    }

    /// What makes up a realm.
    pub(super) fn get(&self, realm: u32) -> Option<&Realm> {
        self.all.get(realm as usize)
    }
}

impl Realm {
    /// The identifiers of its VLANs, each once.
    pub(super) fn vlans(&self) -> Vec<u16> {
        let all = self.tags.iter().flatten().copied();
        let mut vlans: Vec<u16> = all.filter(|vlan| *vlan != 0).collect();
        vlans.sort_unstable();
        vlans.dedup();
        vlans
    }
}

impl Evidence<'_> {
    /// What is seen in two VLANs goes from one to the other. Two capture points that see one packet between public addresses may
    /// still each have private ones of their own.
    fn join_by_messages(&self, spots: &Spots, sets: &mut Sets) {
        let all = self.messages.iter().filter(|message| message.several);
        for message in all {
            let seen = message.seen(self.seen);
            let private = has_reused_end(self.sightings, seen[0] as usize);
            let mut places = seen.iter();
            let of = |one: &u32| spots.of_sighting(self.sightings, *one as usize);
            let Some(first) = places.next().map(of) else {
                continue;
            };
            for other in places.map(of) {
                if private || spots.network(first) != spots.network(other) {
                    sets.join([first, other].into_iter());
                }
            }
        }
    }

    /// An answer finds its way back: where it came over another VLAN, label or capture point than its request, and the request
    /// had no answer where it was seen, both are one network, but for clones.
    fn join_by_answers(&self, spots: &Spots, sets: &mut Sets) {
        let key = |sighting: &u32| {
            let at = *sighting as usize;
            let (subject, cseq, method) = self.sightings.subject_at(at);
            let ends = self.sightings.ends_of(at);
            let (is_answer, way) = match subject {
                Subject::Request(_) => (false, (ends.source, ends.destination)),
                Subject::Response(_) => (true, (ends.destination, ends.source)),
            };
            let call_id = self.sightings.call_id_at(at);
            ((call_id, self.facts.vias[at], cseq, method, way), is_answer)
        };
        let named = |sighting: &u32| {
            let at = *sighting as usize;
            let known = (self.sightings.call_id_at(at) as usize) < self.sightings.call_ids();
            known && self.facts.of(at).cookie() && has_reused_end(self.sightings, at)
        };
        let all = 0..self.sightings.len() as u32;
        let mut order: Vec<u32> = all.filter(named).collect();
        order.sort_unstable_by_key(|sighting| (key(sighting), *sighting));
        for same in order.chunk_by(|one, other| key(one).0 == key(other).0) {
            let split = same.partition_point(|sighting| !key(sighting).1);
            let (asked, answered) = same.split_at(split);
            let of = |one: &u32| spots.of_sighting(self.sightings, *one as usize);
            let answered_in: BTreeSet<u32> = answered.iter().map(of).collect();
            if asked.iter().any(|one| answered_in.contains(&of(one))) {
                continue;
            }
            let (Some(one), Some(other)) = (asked.first(), answered.first()) else {
                continue;
            };
            if !self.crossings.are_apart(self.sightings, *one, *other) {
                let others = answered_in.into_iter();
                sets.join([of(one)].into_iter().chain(others));
            }
        }
    }
}

/// Whether one of the ends of a sighting has an address that may be used again elsewhere.
fn has_reused_end(sightings: &Sightings, sighting: usize) -> bool {
    let ends = sightings.ends_of(sighting);
    let is_reused = |end| {
        let endpoint = sightings.endpoint_at(end);
        endpoint.is_none_or(|endpoint| is_reused(endpoint.address))
    };
    is_reused(ends.source) || is_reused(ends.destination)
}

/// Which spot stands for each.
struct Sets(Vec<u32>);

impl Sets {
    /// Halves the way for the next one: a hostile trace may join any number of VLANs in a row.
    fn find(&mut self, at: u32) -> u32 {
        let mut at = at as usize;
        while self.0[at] as usize != at {
            self.0[at] = self.0[self.0[at] as usize];
            at = self.0[at] as usize;
        }
        at as u32
    }

    /// The smallest one stands for all.
    fn join(&mut self, spots: impl Iterator<Item = u32>) {
        let mut first = None;
        for spot in spots {
            let other = self.find(*first.get_or_insert(spot));
            let own = self.find(spot);
            self.0[own.max(other) as usize] = own.min(other);
        }
    }
}
