//! The clocks of the inputs. Two machines that captured the same messages tell how far their clocks are apart; all times of a
//! trace are told in the clock of one of them. Where nothing ties an input whose times are relative to one that knows the date,
//! it has a frame of time of its own: its messages keep their order, and stand behind all others unless what caused what tells
//! more.

use std::collections::BTreeMap;

use super::drift::{Line, clamp, gained};
use super::facts::Facts;
use super::shared::{Common, Shared};
use super::sightings::Sightings;
use crate::base::{TimeBasis, Timestamp};

/// Where the times of an input come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// How the input is called.
    pub name: String,
    /// The files of a rotated set have the same.
    pub capture_point: u32,
    /// What its times say.
    pub time_basis: TimeBasis,
    /// The input that this one goes on with, as the parts of a log do that one clock wrote.
    pub goes_on_with: Option<u32>,
}

impl Origin {
    pub(super) fn is_absolute(&self) -> bool {
        self.time_basis == TimeBasis::Absolute
    }

    /// Whether it may be one of the files of a capture point, which follow each other by absolute times.
    pub(super) fn continues(&self, capture_point: Option<u32>) -> bool {
        self.is_absolute() && Some(self.capture_point) == capture_point
    }
}

/// The first part of the log that an input is a part of.
pub(super) fn first_part(origins: &[Origin], input: usize) -> usize {
    let before = |part: &usize| {
        let before = origins.get(*part)?.goes_on_with?;
        Some(before as usize).filter(|before| before < part)
    };
    let parts = std::iter::successors(Some(input), before);
    parts.last().unwrap_or(input)
}

/// How the clock of one input was brought in line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Nanoseconds added to its times.
    pub offset: i64,
    /// How that changes, where messages show it.
    pub drift: Option<Drift>,
    /// How that is known.
    pub source: ClockSource,
    /// Whether its times are relative, and nothing tells when they were: they cannot be compared with those of other inputs,
    /// except those that share messages with it.
    pub relative: bool,
    /// The input in whose times it is told then.
    pub frame: Option<u32>,
}

/// How fast a clock is brought in line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drift {
    /// Nanoseconds added for each second.
    pub rate: i64,
    /// When nothing but the offset is added: a time of this clock, in nanoseconds since 1970.
    pub since: i64,
}

/// How the offset of a clock is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClockSource {
    /// Others are told relative to it, or there is nothing to compare it with.
    Own,
    /// It was given.
    Given,
    /// The log goes on with that of another input, by their names.
    Continued {
        /// The other input.
        with: u32,
    },
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

impl Clock {
    /// What is a time of it in the common clock.
    fn common(&self, time: i64) -> i64 {
        let drift = self
            .drift
            .map_or(0, |drift| gained(time, drift.since, drift.rate));
        clamp(i128::from(time) + i128::from(self.offset) + drift)
    }

    /// A time of it in the common clock.
    pub fn time(&self, own: Timestamp) -> Timestamp {
        Timestamp::from_nanos(self.common(own.nanos()))
    }

    /// The clock of an input that a line compares with this one.
    fn beside(&self, (at, offset, rate): (i64, i64, i64)) -> (i64, Option<Drift>) {
        let there = at.saturating_add(offset);
        let offset = clamp(i128::from(self.common(there)) - i128::from(at));
        let own = self.drift.map_or(0, |drift| drift.rate);
        let rate = rate + own + rate * own / SECOND;
        let drift = Drift { rate, since: at };
        (offset, Some(drift).filter(|drift| drift.rate != 0))
    }
}

const SECOND: i64 = 1_000_000_000;

/// The clocks of all inputs, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Clocks {
    all: Vec<Clock>,
    /// Times are compared within a frame only. The first is that of absolute times.
    frames: Vec<u32>,
    /// What is in line has one number, that of one of these inputs.
    lines: Vec<u32>,
    /// The capture point of each, if it tells absolute times that nothing was added to.
    points: Vec<Option<u32>>,
}

impl Clocks {
    /// Estimates the offsets of all inputs; what is given is not estimated.
    pub(super) fn estimate(
        sightings: &Sightings,
        facts: &Facts,
        origins: &[Origin],
        given: &BTreeMap<u32, i64>,
    ) -> Self {
        let all = (0..origins.len() as u32).map(|input| {
            let offset = given.get(&input).copied();
            Clock {
                offset: offset.unwrap_or_default(),
                drift: None,
                source: offset.map_or(ClockSource::Own, |_| ClockSource::Given),
                relative: false,
                frame: None,
            }
        });
        let mut clocks = Self {
            all: all.collect(),
            frames: vec![0; origins.len()],
            lines: Vec::new(),
            points: Vec::new(),
        };
        let shared = match origins.len() {
            0 | 1 => Shared::default(),
            _ => Shared::find(sightings, facts, origins),
        };
        clocks.join(&shared, origins, &grains(sightings, origins.len()));
        clocks.lines = clocks.lines();
        let own = clocks
            .all
            .iter()
            .map(|clock| clock.source == ClockSource::Own);
        let points = own.zip(origins);
        let points = points.map(|(is_own, origin)| {
            let is_plain = is_own && origin.is_absolute();
            is_plain.then_some(origin.capture_point)
        });
        clocks.points = points.collect();
        clocks
    }

    /// Brings every clock in line with the first input that it shares messages with, over others if need be: the pairs whose
    /// times have most digits come first, so that no coarse clock stands between two fine ones, then those that share most.
    /// What knows the date sets the clock of what does not, and what is given those of all that it is tied to.
    fn join(&mut self, shared: &Shared, origins: &[Origin], grains: &[i64]) {
        let lines = shared.0.iter();
        let mut pairs: Vec<_> = lines.map(|(pair, common)| (*pair, common)).collect();
        pairs.sort_by_key(|(pair, common)| {
            let grain = grains[pair.0 as usize] + grains[pair.1 as usize];
            (grain, std::cmp::Reverse(common.count), *pair)
        });
        let given = |clock: &Clock| clock.source == ClockSource::Given;
        let mut settled: Vec<bool> = self.all.iter().map(given).collect();
        let is_relative =
            |root: usize, settled: &[bool]| !settled[root] && !origins[root].is_absolute();
        let mut roots: Vec<usize> = (0..self.all.len()).collect();
        // What knows most is told to what knows less.
        roots.sort_by_key(|root| {
            let relative = is_relative(*root, &settled);
            let basis = relative.then(|| origins[*root].time_basis);
            (basis, grains[*root])
        });
        // What is given tells first: what shares messages with it follows it.
        self.spread(&pairs, origins, &mut settled);
        for root in roots {
            if is_relative(root, &settled) {
                self.frames[root] = root as u32 + 1;
                self.all[root].relative = true;
                self.all[root].frame = Some(root as u32);
            }
            settled[root] = true;
            self.spread(&pairs, origins, &mut settled);
        }
    }

    /// Brings what shares messages with a settled clock in line with it, and what shares messages with that.
    fn spread(
        &mut self,
        pairs: &[((u32, u32), &Common)],
        origins: &[Origin],
        settled: &mut [bool],
    ) {
        self.go_on(origins, settled);
        let next = |settled: &[bool]| {
            let mut pairs = pairs.iter();
            pairs.find(|((a, b), _)| settled.get(*a as usize) != settled.get(*b as usize))
        };
        while let Some(((a, b), common)) = next(settled) {
            let line = Line::through(&common.samples);
            let (known, new, correction) = if settled[*a as usize] {
                (*a as usize, *b as usize, line.of_second())
            } else {
                (*b as usize, *a as usize, line.of_first())
            };
            let (offset, drift) = self.all[known].beside(correction);
            self.all[new] = Clock {
                offset,
                drift,
                source: ClockSource::Shared {
                    with: known as u32,
                    messages: common.count,
                    spread: line.spread,
                },
                relative: self.all[known].relative,
                frame: self.all[known].frame,
            };
            self.frames[new] = self.frames[known];
            settled[new] = true;
            self.go_on(origins, settled);
        }
    }

    /// Gives the clock of a part of a log to all parts of it.
    fn go_on(&mut self, origins: &[Origin], settled: &mut [bool]) {
        let next = |settled: &[bool]| {
            let mut parts = origins.iter().enumerate();
            parts.find_map(|(part, origin)| {
                let other = origin.goes_on_with? as usize;
                match (settled[part], *settled.get(other)?) {
                    (true, false) => Some((part, other)),
                    (false, true) => Some((other, part)),
                    _ => None,
                }
            })
        };
        while let Some((known, new)) = next(settled) {
            self.all[new] = Clock {
                source: ClockSource::Continued { with: known as u32 },
                ..self.all[known].clone()
            };
            self.frames[new] = self.frames[known];
            settled[new] = true;
        }
    }

    /// The clock of an input.
    pub(super) fn get(&self, input: u32) -> Option<&Clock> {
        self.all.get(input as usize)
    }

    /// Whether the times of two inputs can be compared: they are one, messages that were seen in both tell how, or the user
    /// does.
    pub(super) fn are_in_line(&self, one: u32, other: u32) -> bool {
        one == other || self.line(one) == self.line(other)
    }

    /// What is in line has the same.
    pub(super) fn line(&self, input: u32) -> Option<u32> {
        self.lines.get(input as usize).copied()
    }

    /// Whether two inputs look like files of one rotated set, which one clock made: they do not overlap. Two clocks that are far
    /// apart look the same.
    pub(super) fn may_be_one(&self, one: u32, other: u32) -> bool {
        let point = |input: u32| self.points.get(input as usize).copied().flatten();
        point(one).is_some() && point(one) == point(other)
    }

    /// Whoever gives the offset of an input brings it in line with the others: with all of them if they are in line with each
    /// other, else at least with those whose offsets were given too.
    fn lines(&self) -> Vec<u32> {
        let source = |input: u32| &self.all[input as usize].source;
        let next = |input: &u32| match source(*input) {
            ClockSource::Shared { with, .. } | ClockSource::Continued { with } => Some(*with),
            _ => None,
        };
        let all = 0..self.all.len() as u32;
        let mut lines: Vec<u32> = all
            .map(|input| std::iter::successors(Some(input), next).last())
            .map(|last| last.unwrap_or_default())
            .collect();
        let mut roots = lines.clone();
        roots.sort_unstable();
        roots.dedup();
        let is_given = |root: &u32| *source(*root) == ClockSource::Given;
        let (given, own): (Vec<u32>, Vec<u32>) = roots.into_iter().partition(is_given);
        let common = match (&given[..], &own[..]) {
            ([_, ..], [only]) if !self.all[*only as usize].relative => *only,
            ([first, ..], _) => *first,
            ([], _) => return lines,
        };
        for line in &mut lines {
            if given.contains(line) {
                *line = common;
            }
        }
        lines
    }

    /// When a sighting was, in the common clock.
    pub(super) fn time(&self, sightings: &Sightings, sighting: usize) -> Option<i64> {
        let (input, time) = sightings.input_and_time(sighting);
        let clock = self.get(input);
        time.map(|time| clock.map_or(time, |clock| clock.common(time)))
    }

    /// Whether there are times that cannot be compared with all others.
    pub(super) fn has_frames(&self) -> bool {
        self.frames.iter().any(|frame| *frame != 0)
    }

    /// The frame of time of a sighting.
    pub(super) fn frame(&self, sightings: &Sightings, sighting: usize) -> u32 {
        let (input, _) = sightings.input_and_time(sighting);
        self.frames.get(input as usize).copied().unwrap_or_default()
    }

    /// Positions of all sightings in the order of the common clock, frame by frame. Those without time stay behind the one
    /// before them.
    pub(super) fn order(&self, sightings: &Sightings) -> Vec<u32> {
        let mut order: Vec<u32> = (0..sightings.len() as u32).collect();
        let as_told = |clock: &Clock| clock.offset == 0 && clock.drift.is_none() && !clock.relative;
        if !self.all.iter().all(as_told) {
            let mut last = BTreeMap::new();
            let times: Vec<i64> = (0..sightings.len())
                .map(|sighting| {
                    let (input, _) = sightings.input_and_time(sighting);
                    let last = last.entry(input).or_insert(i64::MIN);
                    *last = self.time(sightings, sighting).unwrap_or(*last);
                    *last
                })
                .collect();
            let place = |sighting: &u32| {
                let at = *sighting as usize;
                (self.frame(sightings, at), times[at])
            };
            order.sort_by_key(place);
        }
        order
    }
}

/// What is not known of the times of each input: that of most of them.
fn grains(sightings: &Sightings, inputs: usize) -> Vec<i64> {
    let mut counts = vec![BTreeMap::<i64, usize>::new(); inputs];
    for sighting in 0..sightings.len() {
        let (input, time) = sightings.input_and_time(sighting);
        if time.is_some() {
            *counts[input as usize]
                .entry(sightings.grain(sighting))
                .or_default() += 1;
        }
    }
    let most = |counts: &BTreeMap<i64, usize>| {
        let most = counts.iter().max_by_key(|(_, count)| **count);
        most.map_or(0, |(grain, _)| *grain)
    };
    counts.iter().map(most).collect()
}
