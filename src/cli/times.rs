//! Times as every output shows them: in the common clock, and as far as the input of a message knows them. A program gets a moment
//! under one name (`time`), and what is known instead of it, where it is none, under another (`relative_time`).

use serde::ser::{Serialize, SerializeMap, Serializer};
use sipscope::Intake;
use sipscope::base::Told;
pub(super) use sipscope::report::Times;
use sipscope::trace::Trace;

/// What the times of the inputs of a trace say.
pub(super) fn times(intake: &Intake, trace: &Trace) -> Times {
    let own = intake.inputs.iter().map(|input| input.timing).collect();
    Times::of(own, trace)
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
