//! Messages that two inputs share: what their clocks are compared by. First those with equal bytes between the same ends; for
//! inputs that have none of these in common, and of which one does not tell everything, those with the same [`Identity`] between
//! ends that may be the same. Where both tell everything, other bytes were sent another time.

use std::collections::BTreeMap;
use std::num::NonZeroU16;

use super::clocks::{Origin, first_part};
use super::drift::Sample;
use super::facts::Facts;
use super::identity::Identity;
use super::sightings::Sightings;
use crate::base::COPY;

/// More messages of two inputs do not make an estimate better.
const MOST_SAMPLES: usize = 10_000;
/// An input is compared with so many others by one message; with the rest by way of these.
const MOST_COMPARED: usize = 16;

/// Messages that two inputs share.
#[derive(Default)]
pub(super) struct Common {
    /// How many there are.
    pub(super) count: usize,
    /// Some of them, in the order of time.
    pub(super) samples: Vec<Sample>,
    /// Those are kept whose lot begins with so many zeros.
    zeros: u32,
    lots: Vec<u64>,
}

/// Messages that inputs share, by pair of inputs.
#[derive(Default)]
pub(super) struct Shared(pub(super) BTreeMap<(u32, u32), Common>);

/// A sighting that can be compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    input: u32,
    time: i64,
    sighting: u32,
}

impl Shared {
    pub(super) fn find(sightings: &Sightings, facts: &Facts, origins: &[Origin]) -> Self {
        let mut shared = Self::by_content(sightings, facts);
        for (pair, common) in Self::by_identity(sightings, facts, origins).0 {
            shared.0.entry(pair).or_insert(common);
        }
        shared.leave_out_sent_again(sightings, origins);
        for common in shared.0.values_mut() {
            common.samples.sort_unstable();
        }
        shared
    }

    fn by_content(sightings: &Sightings, facts: &Facts) -> Self {
        let mut shared = Self::default();
        let mut order: Vec<u32> = (0..sightings.len() as u32).collect();
        let key = |sighting: &u32| {
            let at = *sighting as usize;
            let ends = sightings.ends_of(at);
            (facts.contents[at], ends.source, ends.destination)
        };
        // Which group stands first does not matter: every sample counts the same.
        order.sort_unstable_by_key(|sighting| (key(sighting), *sighting));
        for group in order.chunk_by(|a, b| key(a) == key(b)) {
            shared.compare(sightings, group, |_| true);
        }
        shared
    }

    fn by_identity(sightings: &Sightings, facts: &Facts, origins: &[Origin]) -> Self {
        let mut shared = Self::default();
        let lacks = |sighting: &u32| {
            let at = *sighting as usize;
            let (input, _) = sightings.input_and_time(at);
            !sightings.knows_ends(at) || !origins[input as usize].is_absolute()
        };
        if !(0..sightings.len() as u32).any(|sighting| lacks(&sighting)) {
            return shared;
        }
        let key = |sighting: &u32| Identity::of(sightings, facts, *sighting);
        let all = 0..sightings.len() as u32;
        let mut order: Vec<u32> = all.filter(|sighting| key(sighting).is_some()).collect();
        order.sort_unstable_by_key(|sighting| (key(sighting), *sighting));
        for group in order.chunk_by(|a, b| key(a) == key(b)) {
            shared.compare(sightings, group, |pair| pair.iter().any(lacks));
        }
        shared
    }

    /// Takes samples of what may be one message.
    fn compare(&mut self, sightings: &Sightings, group: &[u32], wanted: impl Fn([u32; 2]) -> bool) {
        let id = |seen: &Seen| sightings.identification_of(seen.sighting as usize);
        let mut seen: Vec<_> = group
            .iter()
            .filter_map(|sighting| {
                let (input, time) = sightings.input_and_time(*sighting as usize);
                let (time, sighting) = (time?, *sighting);
                Some(Seen {
                    input,
                    time,
                    sighting,
                })
            })
            .collect();
        seen.sort_unstable();
        // What an input saw several times cannot be told apart yet, unless it was one packet each time.
        let is_copy = |first: &Seen, copy: &Seen| {
            let apart = copy.time.saturating_sub(first.time);
            let is_near = apart.saturating_add(sightings.grain(first.sighting as usize)) <= COPY;
            let is_it = first.sighting == copy.sighting;
            is_it || is_near && may_be_one(id(first), id(copy))
        };
        let once: Vec<_> = seen
            .chunk_by(|a, b| a.input == b.input)
            .filter(|same| same.iter().all(|copy| is_copy(&same[0], copy)))
            .map(|same| same[0])
            .collect();
        for (number, first) in once.iter().enumerate() {
            let others = once[number + 1..].iter().take(MOST_COMPARED);
            for second in others.filter(|other| may_be_one(id(first), id(other))) {
                let [one, other] = [first, second].map(|seen| seen.sighting as usize);
                let pair = [first.sighting, second.sighting];
                if !wanted(pair) || !sightings.may_have_same_ends(one, other) {
                    continue;
                }
                let known = if sightings.knows_ends(one) {
                    one
                } else {
                    other
                };
                let known = sightings.ends_of(known);
                // In the middle of what the digits of a log may mean.
                let grain = [one, other].map(|at| sightings.grain(at));
                let later = second.time.saturating_sub(first.time);
                let sample = Sample {
                    at: first.time,
                    later: later.saturating_add((grain[1] - grain[0]) / 2),
                    upwards: known.source < known.destination,
                    doubt: grain[0].midpoint(grain[1]),
                };
                let common = self.0.entry((first.input, second.input)).or_default();
                common.add(sample, lot(first.sighting));
            }
        }
    }

    /// Files of one capture point follow each other: what two of them have in common was sent again, unless it is so much
    /// that they are two captures of the same traffic after all, by clocks that are far apart.
    fn leave_out_sent_again(&mut self, sightings: &Sightings, origins: &[Origin]) {
        let mut sizes = vec![0; origins.len()];
        for sighting in 0..sightings.len() {
            let (input, _) = sightings.input_and_time(sighting);
            sizes[input as usize] += 1;
        }
        self.0.retain(|(one, other), common| {
            let (one, other) = (*one as usize, *other as usize);
            let follow = origins[one].continues(Some(origins[other].capture_point))
                && origins[other].is_absolute()
                || first_part(origins, one) == first_part(origins, other);
            !follow || common.count * 4 >= sizes[one].min(sizes[other])
        });
    }
}

impl Common {
    /// Keeps those that drew the best lots, whatever the order in which they come.
    fn add(&mut self, sample: Sample, lot: u64) {
        self.count += 1;
        if lot.leading_zeros() < self.zeros {
            return;
        }
        self.samples.push(sample);
        self.lots.push(lot);
        while self.samples.len() > MOST_SAMPLES && self.zeros < u64::BITS {
            self.zeros += 1;
            let mut kept = self
                .lots
                .iter()
                .map(|lot| lot.leading_zeros() >= self.zeros);
            self.samples.retain(|_| kept.next().unwrap_or_default());
            self.lots.retain(|lot| lot.leading_zeros() >= self.zeros);
        }
    }
}

/// A number that has nothing to do with what a message is, but is the same each time.
fn lot(sighting: u32) -> u64 {
    let mixed = (u64::from(sighting) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ mixed >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

/// Whether two packets of these identifications may be one.
fn may_be_one(one: Option<NonZeroU16>, other: Option<NonZeroU16>) -> bool {
    one.is_none() || other.is_none() || one == other
}
