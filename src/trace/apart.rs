//! Which spots cannot be one network, although nothing but a label or the capture point tells them apart. A label may be
//! another one in each direction, and two captures mostly show one network, so it takes more than that they differ:
//!
//! - One capture shows the same two ends under two labels at the same time. All packets to one end come under one label.
//! - One private address calls itself by another name in each (the sent-by of its Via), or registers users of another domain
//!   in each, at the same time.
//! - The user's node file says so.
//!
//! Only [`super::realms`] decides: what links two spots is stronger.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use foldhash::fast::RandomState;

use super::clocks::Clocks;
use super::facts::{Facts, TextId};
use super::nodes::{NodeHint, Place, is_reused};
use super::sightings::{REGISTER, Sightings, Subject};
use super::spots::Spots;

/// For each spot those that it is not.
pub(super) type Apart = BTreeMap<u32, BTreeSet<u32>>;

/// What one message says may be chance.
const LEAST: u32 = 2;
/// Only so many spots that show one end are compared with each other.
const MOST_COMPARED: usize = 64;

/// From when to when, by which clock.
#[derive(Clone, Copy)]
struct While {
    frame: u32,
    first: i64,
    last: i64,
    count: u32,
}

impl While {
    fn at((frame, time): (u32, i64)) -> Self {
        Self {
            frame,
            first: time,
            last: time,
            count: 1,
        }
    }

    fn add(&mut self, (_, time): (u32, i64)) {
        self.first = self.first.min(time);
        self.last = self.last.max(time);
        self.count = self.count.saturating_add(1);
    }

    /// Whether both were going on at the same time.
    fn meets(&self, other: &Self) -> bool {
        let enough = self.count >= LEAST && other.count >= LEAST;
        let together = self.first < other.last && other.first < self.last;
        enough && self.frame == other.frame && together
    }
}

/// What an end always says of itself, if it is always the same.
struct Saying {
    text: Option<Vec<u8>>,
    read: TextId,
    during: While,
}

/// By what is compared, then by spot.
struct Sayings<K>(HashMap<(K, u32), Saying, RandomState>);

impl<K: Copy + Eq + Hash> Sayings<K> {
    fn hear(
        &mut self,
        key: (K, u32),
        at: (u32, i64),
        id: TextId,
        text: impl FnOnce() -> Option<Vec<u8>>,
    ) {
        let Some(known) = self.0.get_mut(&key) else {
            if let Some(text) = text() {
                let saying = Saying {
                    text: Some(text),
                    read: id,
                    during: While::at(at),
                };
                self.0.insert(key, saying);
            }
            return;
        };
        // What says nothing counts for nothing.
        if known.read != id {
            let Some(text) = text() else {
                return;
            };
            known.read = id;
            if known.text.as_ref() != Some(&text) {
                known.text = None;
            }
        }
        known.during.add(at);
    }

    fn contradict(self, apart: &mut Apart) {
        let mut by_end: HashMap<K, Vec<(u32, Saying)>, RandomState> = HashMap::default();
        for ((end, spot), saying) in self.0 {
            by_end.entry(end).or_default().push((spot, saying));
        }
        for mut all in by_end.into_values() {
            all.retain(|(_, saying)| saying.text.is_some());
            all.sort_unstable_by_key(|(spot, _)| *spot);
            all.truncate(MOST_COMPARED);
            for (number, (spot, one)) in all.iter().enumerate() {
                for (other_spot, other) in &all[number + 1..] {
                    if one.text != other.text && one.during.meets(&other.during) {
                        set_apart(apart, *spot, *other_spot);
                    }
                }
            }
        }
    }
}

/// Finds the spots that contradict each other.
pub(super) fn find(
    sightings: &Sightings,
    facts: &Facts,
    clocks: &Clocks,
    spots: &Spots,
    hints: &[NodeHint],
) -> Apart {
    let mut apart = Apart::default();
    let mut names = Sayings(HashMap::default());
    let mut domains = Sayings(HashMap::default());
    let mut pairs: HashMap<(u32, u32, u32), While, RandomState> = HashMap::default();
    let labelled = spots.several_labels();
    for sighting in 0..sightings.len() {
        let ends = sightings.ends_of(sighting);
        let time = clocks.time(sightings, sighting);
        let (Some(source), Some(destination), Some(time)) = (
            sightings.endpoint_at(ends.source),
            sightings.endpoint_at(ends.destination),
            time,
        ) else {
            continue;
        };
        let at = (clocks.frame(sightings, sighting), time);
        let spot = spots.of_sighting(sightings, sighting);
        let private = [source, destination].map(|end| is_reused(end.address));
        if labelled && private == [true; 2] {
            let known = pairs.entry((ends.source, ends.destination, spot));
            let known = known
                .and_modify(|known| known.add(at))
                .or_insert(While::at(at));
            debug_assert!(known.count > 0, "it was just counted");
        }
        let (subject, _, _) = sightings.subject_at(sighting);
        let Subject::Request(method) = subject else {
            continue;
        };
        if !private[0] {
            continue;
        }
        let (fact, key) = (facts.of(sighting), (ends.source, spot));
        names.hear(key, at, fact.sent_by, || {
            match Place::read(facts.text(fact.sent_by), ends.transport) {
                Some(Place::Name(name)) => Some(name.into_bytes()),
                _ => None,
            }
        });
        if method.0 == REGISTER && fact.vias == 1 && fact.from == fact.to {
            domains.hear(key, at, fact.from, || domain(facts.text(fact.from)));
        }
    }
    names.contradict(&mut apart);
    domains.contradict(&mut apart);
    contradict_by_label(pairs, spots, &mut apart);
    by_hints(spots, hints, &mut apart);
    apart
}

/// The same two ends, of one capture, under two labels at a time.
fn contradict_by_label(
    pairs: HashMap<(u32, u32, u32), While, RandomState>,
    spots: &Spots,
    apart: &mut Apart,
) {
    let mut all: Vec<_> = pairs.into_iter().collect();
    all.sort_unstable_by_key(|(key, _)| *key);
    for same in all.chunk_by(|(one, _), (other, _)| (one.0, one.1) == (other.0, other.1)) {
        let same = &same[..same.len().min(MOST_COMPARED)];
        for (number, ((.., spot), one)) in same.iter().enumerate() {
            for ((.., other_spot), other) in &same[number + 1..] {
                if spots.differ_by_label(*spot, *other_spot) && one.meets(other) {
                    set_apart(apart, *spot, *other_spot);
                }
            }
        }
    }
}

/// Two nodes of the user's file have one address, in different places.
fn by_hints(spots: &Spots, hints: &[NodeHint], apart: &mut Apart) {
    let places = |hint: &NodeHint| -> BTreeSet<u32> {
        let all = 0..spots.len() as u32;
        all.filter(|spot| hint.is_of(&spots.place(*spot))).collect()
    };
    let mut by_address: BTreeMap<String, Vec<BTreeSet<u32>>> = BTreeMap::new();
    for hint in hints.iter().filter(|hint| hint.says_where()) {
        for pattern in &hint.addresses {
            let same = by_address.entry(format!("{pattern:?}")).or_default();
            same.push(places(hint));
        }
    }
    for same in by_address.into_values() {
        for (number, one) in same.iter().enumerate() {
            for other in &same[number + 1..] {
                for spot in one.difference(other) {
                    for other_spot in other.difference(one) {
                        set_apart(apart, *spot, *other_spot);
                    }
                }
            }
        }
    }
}

fn set_apart(apart: &mut Apart, one: u32, other: u32) {
    apart.entry(one).or_default().insert(other);
    apart.entry(other).or_default().insert(one);
}

/// The host of a SIP URI without parameters, in lower case; none for what has no user.
fn domain(uri: &[u8]) -> Option<Vec<u8>> {
    let at = uri.iter().position(|byte| *byte == b'@')?;
    Some(uri[at + 1..].to_ascii_lowercase())
}
