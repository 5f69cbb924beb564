//! Times as every output shows them: in the common clock, and as far as the input of a message knows them. A program gets a moment
//! under one name (`time`), and what is known instead of it, where it is none, under another (`relative_time`).

use serde::ser::{Serialize, SerializeMap, Serializer};
use sipscope::Intake;
use sipscope::base::{Timestamp, Timing, Told};
use sipscope::trace::{Message, Sighting, Trace};

/// What the times of each input say.
pub(super) struct Times {
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
    pub(super) fn of(intake: &Intake, trace: &Trace) -> Self {
        let own = |input: u32| intake.inputs.get(input as usize).map(|input| input.timing);
        let inputs = 0..intake.inputs.len() as u32;
        let frame = |input: u32| trace.clock(input).and_then(|clock| clock.frame);
        // Offsets that were given bring inputs in line with each other, and with the calendar only if one of them knows it.
        let unframed = inputs.clone().filter(|input| frame(*input).is_none());
        let best = unframed.filter_map(own).min_by_key(|timing| timing.basis);
        let all = inputs.map(|input| {
            let own_timing = own(input).unwrap_or_default();
            let reference = match frame(input) {
                Some(root) => own(root),
                None => best,
            };
            let reference = reference.unwrap_or_default();
            Input {
                own: own_timing,
                common: Timing {
                    digits: own_timing.digits,
                    ..reference
                },
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
    pub(super) fn told(&self, message: &Message<'_>) -> Option<Told> {
        let (time, input) = message.timed()?;
        let timing = self.input(input).common;
        Some(Told { time, timing })
    }

    /// When a sighting was, as its input has it.
    pub(super) fn raw(&self, sighting: &Sighting<'_>) -> Option<Told> {
        let (time, timing) = (sighting.time()?, self.input(sighting.input()).own);
        Some(Told { time, timing })
    }

    /// When the last byte of a message was seen, where its first was seen first.
    pub(super) fn last(&self, message: &Message<'_>) -> Option<Told> {
        let Told { time, timing } = self.told(message)?;
        let sighting = message.sighting();
        let (first, last) = (sighting.time()?, sighting.last_time()?);
        let lasted = last.nanos().checked_sub(first.nanos())?;
        let time = Timestamp::from_nanos(time.nanos().checked_add(lasted)?);
        Some(Told { time, timing })
    }

    /// A time that follows from that of a message.
    pub(super) fn beside(&self, time: Option<Timestamp>, message: &Message<'_>) -> Option<Told> {
        let timing = self.told(message)?.timing;
        Some(Told {
            time: time?,
            timing,
        })
    }

    /// How long after another message one was: nanoseconds, and digits behind the second. None where nothing compares the times.
    pub(super) fn since(&self, one: &Message<'_>, later: &Message<'_>) -> Option<(i64, u8)> {
        let ((_, first), (_, second)) = (one.timed()?, later.timed()?);
        if self.input(first).frame != self.input(second).frame {
            return None;
        }
        let (first, second) = (self.told(one)?, self.told(later)?);
        let nanos = second.time.nanos().checked_sub(first.time.nanos())?;
        const FINEST: u8 = 6;
        let digits = first.timing.digits.unwrap_or(FINEST);
        let digits = digits.min(second.timing.digits.unwrap_or(FINEST));
        Some((nanos, digits.min(FINEST)))
    }
}

/// A time under a name.
pub(super) struct When {
    name: &'static str,
    told: Option<Told>,
}

impl When {
    pub(super) fn new(name: &'static str, told: Option<Told>) -> Self {
        Self { name, told }
    }

    /// For people, if there is one.
    pub(super) fn text(&self) -> Option<String> {
        self.told.map(|told| told.to_string())
    }
}

/// To be flattened into a row.
impl Serialize for When {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let absolute = self.told.filter(Told::is_absolute);
        map.serialize_entry(self.name, &absolute.map(|told| told.to_string()))?;
        if let Some(told) = self.told.filter(|told| !told.is_absolute()) {
            map.serialize_entry(&format!("relative_{}", self.name), &Relative::of(&told))?;
        }
        map.end()
    }
}

/// What is known of a time that is no moment.
#[derive(serde::Serialize)]
struct Relative {
    basis: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_of_day: Option<String>,
    /// Midnights since the first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<i64>,
    /// Since an unknown start.
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<f64>,
}

impl Relative {
    fn of(told: &Told) -> Self {
        Self {
            basis: told.timing.basis.name(),
            date: told.date(),
            time_of_day: told.time_of_day(),
            days: told.days(),
            seconds: told.uptime().and_then(|seconds| seconds.parse().ok()),
        }
    }
}
