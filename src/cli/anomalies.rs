//! What was odd about the inputs, for every output that gives an account of them; and what all commands say of it.

use std::fmt;

use serde::Serialize;
use sipscope::Intake;
use sipscope::base::{AnomalyKind, AnomalySummary, RecordId};

use super::escape;

/// All anomalies of one kind.
#[derive(Serialize)]
pub(super) struct Anomaly {
    kind: &'static str,
    count: u64,
    first: Place,
    detail: String,
}

#[derive(Serialize)]
struct Place {
    #[serde(skip)]
    unit: &'static str,
    input: String,
    record: u64,
}

/// Of each kind that there is.
pub(super) fn all(intake: &Intake) -> Vec<Anomaly> {
    let all = intake.anomalies.iter();
    all.map(|(kind, summary)| Anomaly::of(intake, kind, summary))
        .collect()
}

/// Of each kind for which a part of an input was not read.
pub(super) fn losses(intake: &Intake) -> impl Iterator<Item = Anomaly> {
    let all = intake.anomalies.iter();
    all.filter(|(kind, _)| kind.loses_input())
        .map(|(kind, summary)| Anomaly::of(intake, kind, summary))
}

impl Anomaly {
    fn of(intake: &Intake, kind: AnomalyKind, summary: &AnomalySummary) -> Self {
        Self {
            kind: kind.name(),
            count: summary.count,
            first: Place::of(intake, summary.first),
            detail: summary.detail.clone(),
        }
    }

    /// How many of them there are.
    pub(super) fn count(&self) -> u64 {
        self.count
    }
}

impl Place {
    fn of(intake: &Intake, record: RecordId) -> Self {
        let input = intake.inputs.get(record.input as usize);
        Self {
            unit: super::unit(intake, record.input),
            input: input.map_or_else(String::new, |input| {
                input.path.to_string_lossy().into_owned()
            }),
            record: record.number,
        }
    }
}

/// `input-cut, first in a.pcap record 7: the input ends inside a record`.
impl fmt::Display for Anomaly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, place) = (self.kind, &self.first);
        let (input, detail) = (escape::text(&place.input), escape::text(&self.detail));
        let (unit, record) = (place.unit, place.record);
        write!(f, "{kind}, first in {input} {unit} {record}: {detail}")
    }
}
