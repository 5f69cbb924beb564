//! How long after another a message came, as far as its source lets that be known, and how long a source goes on.

use super::Seen;
use crate::base::Timestamp;
use crate::trace::Trace;

/// The time between two messages: at least and at most so many nanoseconds, negative where the second came first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed {
    /// At least; to prove that something came too late.
    pub least: i64,
    /// At most; to prove that something came too early.
    pub most: i64,
}

const SECOND: i64 = 1_000_000_000;
const MILLISECOND: i64 = 1_000_000;
/// How far apart the clocks of two inputs may be that were brought in line.
const SKEW: i64 = 100 * MILLISECOND;

/// When each input ends, and which of them tell only whole seconds.
#[derive(Debug, Default)]
pub(in crate::rules) struct Ends {
    inputs: Vec<Input>,
    /// When the trace ends.
    pub(super) trace: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Input {
    end: Option<Timestamp>,
    /// The same for all whose clocks are in line.
    line: Option<u32>,
    /// Whether a time was seen that is no whole second, no whole millisecond.
    is_finer: [bool; 2],
}

impl Input {
    /// What a time may be off because digits were left out.
    fn grain(self) -> i64 {
        match self.is_finer {
            [false, _] => SECOND,
            [_, false] => MILLISECOND,
            _ => 0,
        }
    }
}

impl Ends {
    pub(in crate::rules) fn of(trace: &Trace) -> Self {
        let mut ends = Self::default();
        for message in trace.messages() {
            let Some((time, sighting)) = message.timed() else {
                continue;
            };
            let input = sighting.input() as usize;
            if ends.inputs.len() <= input {
                ends.inputs.resize(input + 1, Input::default());
            }
            let own = sighting.time().unwrap_or(time).nanos();
            let input = &mut ends.inputs[input];
            input.end = input.end.max(Some(time));
            input.line = trace.clock_line(sighting.input());
            input.is_finer[0] |= own % SECOND != 0;
            input.is_finer[1] |= own % MILLISECOND != 0;
            ends.trace = ends.trace.max(Some(time));
        }
        ends
    }

    fn input(&self, input: u32) -> Input {
        self.inputs.get(input as usize).copied().unwrap_or_default()
    }
}

impl Seen<'_> {
    /// How long after this one the other came. None where one has no time, as the order of a document proves none, and where the
    /// other is of an input whose clock nothing brings in line: it may be wrong.
    pub fn until(&self, other: &Seen<'_>) -> Option<Elapsed> {
        let ((from, one), (to, two)) = self.message.timed().zip(other.message.timed())?;
        let between = to.nanos().saturating_sub(from.nanos());
        let is_of_one = one.input() == two.input();
        let inputs = [one, two].map(|sighting| self.view.ends.input(sighting.input()));
        if !is_of_one && inputs[0].line != inputs[1].line {
            return None;
        }
        let grains = [one.grain(), two.grain()];
        let grains = [0, 1].map(|at| inputs[at].grain().max(grains[at]));
        let off = grains[0].max(grains[1]) + if is_of_one { 0 } else { SKEW };
        Some(Elapsed {
            least: between.saturating_sub(off),
            most: between.saturating_add(off),
        })
    }

    /// Whether the input that shows this message goes on for so many nanoseconds after it: what was not seen until then
    /// did not pass there, or was lost by the capture. What is found on that ground alone is a warning at most.
    pub fn is_watched_for(&self, nanos: i64) -> bool {
        let watched = self.message.timed().and_then(|(time, sighting)| {
            let end = self.view.ends.input(sighting.input()).end?;
            Some(end.nanos().saturating_sub(time.nanos()) > nanos)
        });
        watched.unwrap_or(false)
    }

    /// Whether one input shows this message and the other, so that it saw what passed there between them, but for what the
    /// capture lost. A document shows what its author chose.
    pub fn is_watched_until(&self, other: &Seen<'_>) -> bool {
        let inputs = |seen: &Seen<'_>| {
            let all = seen.message.sightings();
            all.map(|sighting| sighting.input()).collect::<Vec<_>>()
        };
        let others = inputs(other);
        !self.is_of_document() && inputs(self).iter().any(|input| others.contains(input))
    }
}
