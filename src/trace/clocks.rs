//! The clocks of the inputs. Two machines that captured the same messages tell how far their clocks are apart; all times of a
//! trace are told in the clock of one of them.

use std::collections::BTreeMap;
use std::num::NonZeroU16;

use super::facts::Facts;
use super::same::COPY;
use super::sightings::Sightings;

/// How the clock of one input was brought in line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Nanoseconds added to its times.
    pub offset: i64,
    /// How that is known.
    pub source: ClockSource,
}

/// How the offset of a clock is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClockSource {
    /// Others are told relative to it, or there is nothing to compare it with.
    Own,
    /// It was given.
    Given,
    /// Messages that another input saw too.
    Shared {
        /// The other input.
        with: u32,
        /// How many messages.
        messages: usize,
        /// Half of them are at most so many nanoseconds off.
        spread: u64,
    },
}

/// The clocks of all inputs, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Clocks(Vec<Clock>);

/// More messages do not make an estimate better.
const MOST_SAMPLES: usize = 10_000;

impl Clocks {
    /// Estimates the offsets of all inputs, of which these are the capture points; what is given is not estimated.
    pub(super) fn estimate(
        sightings: &Sightings,
        facts: &Facts,
        points: &[u32],
        given: &BTreeMap<u32, i64>,
    ) -> Self {
        let mut clocks: Vec<_> = (0..points.len() as u32)
            .map(|input| match given.get(&input) {
                Some(offset) => Clock {
                    offset: *offset,
                    source: ClockSource::Given,
                },
                None => Clock {
                    offset: 0,
                    source: ClockSource::Own,
                },
            })
            .collect();
        if points.len() > 1 {
            let mut shared = Shared::find(sightings, facts);
            shared.leave_out_sent_again(sightings, points);
            join(&mut clocks, &shared);
        }
        Self(clocks)
    }

    /// The clock of an input.
    pub(super) fn get(&self, input: u32) -> Option<&Clock> {
        self.0.get(input as usize)
    }

    /// When a sighting was, in the common clock.
    pub(super) fn time(&self, sightings: &Sightings, sighting: usize) -> Option<i64> {
        let (input, time) = sightings.input_and_time(sighting);
        let offset = self.get(input).map_or(0, |clock| clock.offset);
        Some(time?.saturating_add(offset))
    }

    /// Positions of all sightings in the order of the common clock. Those without time stay behind the one before them.
    pub(super) fn order(&self, sightings: &Sightings) -> Vec<u32> {
        let mut order: Vec<u32> = (0..sightings.len() as u32).collect();
        if self.0.iter().any(|clock| clock.offset != 0) {
            let mut last = BTreeMap::new();
            let times: Vec<i64> = (0..sightings.len())
                .map(|sighting| {
                    let (input, _) = sightings.input_and_time(sighting);
                    let last = last.entry(input).or_insert(i64::MIN);
                    *last = self.time(sightings, sighting).unwrap_or(*last);
                    *last
                })
                .collect();
            order.sort_by_key(|sighting| times[*sighting as usize]);
        }
        order
    }
}

/// One message that two inputs saw once each: how much later the second says it was, and which way it went.
struct Sample {
    later: i64,
    upwards: bool,
}

/// One sighting of a message: its input, time and identification.
type Seen = (u32, i64, Option<NonZeroU16>);

/// Messages that two inputs share, by pair of inputs.
struct Shared(BTreeMap<(u32, u32), Vec<Sample>>);

impl Shared {
    fn find(sightings: &Sightings, facts: &Facts) -> Self {
        let mut order: Vec<u32> = (0..sightings.len() as u32).collect();
        let key = |sighting: &u32| {
            let at = *sighting as usize;
            let ends = sightings.ends_of(at);
            (facts.contents[at], ends.source, ends.destination)
        };
        // Which group stands first does not matter: every sample counts the same.
        order.sort_by_key(|sighting| (key(sighting), *sighting));
        let mut shared: BTreeMap<(u32, u32), Vec<Sample>> = BTreeMap::new();
        for group in order.chunk_by(|a, b| key(a) == key(b)) {
            let mut seen: Vec<_> = group
                .iter()
                .filter_map(|sighting| {
                    let (input, time) = sightings.input_and_time(*sighting as usize);
                    let id = sightings.identification_of(*sighting as usize);
                    Some((input, time?, id))
                })
                .collect();
            seen.sort_unstable();
            let (_, source, destination) = key(&group[0]);
            // What an input saw several times cannot be told apart yet, unless it was one packet each time.
            let once: Vec<_> = seen
                .chunk_by(|a, b| a.0 == b.0)
                .filter(|same| same.iter().all(|copy| is_copy(same[0], *copy)))
                .map(|same| same[0])
                .collect();
            for (number, (first, time, id)) in once.iter().enumerate() {
                let rest = once[number + 1..].iter();
                for (second, later, _) in rest.filter(|other| may_be_one(*id, other.2)) {
                    shared.entry((*first, *second)).or_default().push(Sample {
                        later: later.saturating_sub(*time),
                        upwards: source < destination,
                    });
                }
            }
        }
        for samples in shared.values_mut() {
            samples.sort_unstable_by_key(|sample| (sample.later, sample.upwards));
            let step = samples.len().div_ceil(MOST_SAMPLES).max(1);
            *samples = std::mem::take(samples).into_iter().step_by(step).collect();
        }
        Self(shared)
    }

    /// Files of one capture point follow each other: what two of them have in common was sent again, unless it is so much
    /// that they are two captures of the same traffic after all, by clocks that are far apart.
    fn leave_out_sent_again(&mut self, sightings: &Sightings, points: &[u32]) {
        let mut sizes = vec![0; points.len()];
        for sighting in 0..sightings.len() {
            let (input, _) = sightings.input_and_time(sighting);
            sizes[input as usize] += 1;
        }
        self.0.retain(|(one, other), samples| {
            let (one, other) = (*one as usize, *other as usize);
            points[one] != points[other] || samples.len() * 4 >= sizes[one].min(sizes[other])
        });
    }
}

/// Whether two packets of these identifications may be one.
fn may_be_one(one: Option<NonZeroU16>, other: Option<NonZeroU16>) -> bool {
    one.is_none() || other.is_none() || one == other
}

/// Whether an input saw the same packet once more.
fn is_copy(first: Seen, copy: Seen) -> bool {
    copy.1.saturating_sub(first.1) <= COPY && may_be_one(first.2, copy.2)
}

/// Brings every clock in line with the first input that it shares messages with, over others if need be: the pairs that share
/// most come first.
fn join(clocks: &mut [Clock], shared: &Shared) {
    let mut pairs: Vec<_> = shared.0.iter().collect();
    pairs.sort_by_key(|(pair, samples)| (std::cmp::Reverse(samples.len()), **pair));
    let mut settled = vec![false; clocks.len()];
    for (input, clock) in clocks.iter().enumerate() {
        settled[input] = clock.source == ClockSource::Given;
    }
    for root in 0..clocks.len() {
        settled[root] = true;
        while let Some((pair, samples)) = pairs
            .iter()
            .find(|((a, b), _)| settled.get(*a as usize) != settled.get(*b as usize))
        {
            let (a, b) = **pair;
            let (known, new, sign) = if settled[a as usize] {
                (a, b, -1)
            } else {
                (b, a, 1)
            };
            let (later, spread) = middle(samples);
            clocks[new as usize] = Clock {
                offset: clocks[known as usize].offset.saturating_add(sign * later),
                source: ClockSource::Shared {
                    with: known,
                    messages: samples.len(),
                    spread,
                },
            };
            settled[new as usize] = true;
        }
    }
}

/// The median, and how far half of them are off. What goes one way arrives later at the far end by the time it travels, what
/// comes back arrives earlier: with both ways seen, the middle of the two is the clock.
fn middle(samples: &[Sample]) -> (i64, u64) {
    let of = |upwards: bool| {
        let same_way = samples.iter().filter(|sample| sample.upwards == upwards);
        let all: Vec<_> = same_way.map(|sample| sample.later).collect();
        all.get(all.len() / 2).copied()
    };
    let later = match (of(true), of(false)) {
        (Some(there), Some(back)) => there.midpoint(back),
        (one, other) => one.or(other).unwrap_or_default(),
    };
    let mut off: Vec<_> = samples
        .iter()
        .map(|sample| sample.later.abs_diff(later))
        .collect();
    off.sort_unstable();
    (later, off.get(off.len() / 2).copied().unwrap_or_default())
}
