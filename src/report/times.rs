//! Times as outputs show them: in the common clock, and as far as the input of a message knows them.

use crate::base::{Timestamp, Timing, Told};
use crate::trace::{Message, Sighting, Trace};

/// What the times of each input say.
pub struct Times {
    inputs: Vec<Input>,
}

#[derive(Clone, Copy, Default)]
struct Input {
    /// As the input has them.
    own: Timing,
    /// In the common clock.
    common: Timing,
    /// Times of the same frame can be compared.
    frame: Option<u32>,
}

impl Times {
    /// Of a trace, with what each of its inputs says.
    pub fn of(timings: Vec<Timing>, trace: &Trace) -> Self {
        let own = |input: u32| timings.get(input as usize).copied();
        let inputs = 0..timings.len() as u32;
        let frame = |input: u32| trace.clock(input).and_then(|clock| clock.frame);
        // Offsets that were given bring inputs in line with each other, and with the calendar only if one of them knows it.
        let unframed = inputs.clone().filter(|input| frame(*input).is_none());
        let best = unframed.filter_map(own).min_by_key(|timing| timing.basis);
        let all = inputs.map(|input| {
            let reference = match frame(input) {
                Some(root) => own(root),
                None => best,
            };
            Input {
                own: own(input).unwrap_or_default(),
                common: reference.unwrap_or_default(),
                frame: frame(input),
            }
        });
        Self {
            inputs: all.collect(),
        }
    }

    fn input(&self, input: u32) -> Input {
        self.inputs.get(input as usize).copied().unwrap_or_default()
    }

    /// When a message was seen first.
    pub fn told(&self, message: &Message<'_>) -> Option<Told> {
        Some(self.moment(message)?.told)
    }

    /// The same, to be compared with others.
    pub fn moment(&self, message: &Message<'_>) -> Option<Moment> {
        let (time, sighting) = message.timed()?;
        let Input { common, frame, .. } = self.input(sighting.input());
        let timing = Timing {
            digits: sighting.digits(),
            ..common
        };
        let told = Told { time, timing };
        Some(Moment { told, frame })
    }

    /// When a sighting was, as its input has it.
    pub fn raw(&self, sighting: &Sighting<'_>) -> Option<Told> {
        let timing = Timing {
            digits: sighting.digits(),
            ..self.input(sighting.input()).own
        };
        let time = sighting.time()?;
        Some(Told { time, timing })
    }

    /// When the last byte of a message was seen, where its first was seen first.
    pub fn last(&self, message: &Message<'_>) -> Option<Told> {
        let Told { time, timing } = self.told(message)?;
        let sighting = message.sighting();
        let (first, last) = (sighting.time()?, sighting.last_time()?);
        let lasted = last.nanos().checked_sub(first.nanos())?;
        let time = Timestamp::from_nanos(time.nanos().checked_add(lasted)?);
        Some(Told { time, timing })
    }

    /// A time that follows from that of a message.
    pub fn beside(&self, time: Option<Timestamp>, message: &Message<'_>) -> Option<Told> {
        let timing = self.told(message)?.timing;
        Some(Told {
            time: time?,
            timing,
        })
    }

    /// How long after another message one was; see [`Moment::since`].
    pub fn since(&self, one: &Message<'_>, later: &Message<'_>) -> Option<(i64, u8)> {
        self.moment(later)?.since(&self.moment(one)?)
    }
}

/// A time with what it can be compared with.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The time as far as it is known.
    pub told: Told,
    frame: Option<u32>,
}

impl Moment {
    /// One of a capture, whose clock knows all.
    #[cfg(test)]
    pub(crate) fn of_capture(time: Timestamp) -> Self {
        let timing = Timing::default();
        Self {
            told: Told { time, timing },
            frame: None,
        }
    }

    /// How long after another it was: nanoseconds, and digits behind the second. None where nothing compares the times.
    pub fn since(&self, first: &Self) -> Option<(i64, u8)> {
        if self.frame != first.frame {
            return None;
        }
        let (first, second) = (first.told, self.told);
        let nanos = second.time.nanos().checked_sub(first.time.nanos())?;
        const FINEST: u8 = 6;
        let digits = first.timing.digits.unwrap_or(FINEST);
        let digits = digits.min(second.timing.digits.unwrap_or(FINEST));
        Some((nanos, digits.min(FINEST)))
    }
}
