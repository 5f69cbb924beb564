//! Runs the program over captures and lists what it found in a form that tests can compare. Every run is held to what
//! must always be true: each record has one outcome, and those of the sightings are the ones that count as SIP.

use sipscope::base::{AnomalyKind, RecordId};
use sipscope::trace::{Sighting, Sightings, Subject};
use sipscope::{Intake, Job, analyze};
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::PathBuf;

/// One sighting with its bytes read back.
#[derive(Clone, PartialEq, Eq)]
pub struct Found {
    /// A method or a status.
    pub subject: String,
    pub source: String,
    pub destination: String,
    pub transport: &'static str,
    /// Time of the first and of the last byte, in nanoseconds since 1970.
    pub times: (Option<i64>, Option<i64>),
    pub path: String,
    /// Input and number of each record.
    pub records: Vec<(u32, u64)>,
    pub whole: bool,
    pub bytes: Vec<u8>,
}

impl Found {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (source, destination) = (&self.source, &self.destination);
        let (first, last) = self.times;
        writeln!(
            f,
            "{} {source} > {destination} {} in {} at {first:?} to {last:?}, records {:?}, whole {}: {}",
            self.subject,
            self.transport,
            self.path,
            self.records,
            self.whole,
            self.bytes.escape_ascii()
        )
    }
}

/// What a run found.
pub struct Audit {
    pub intake: Intake,
    pub found: Vec<Found>,
}

/// Looks through one capture on one thread.
pub fn audit(capture: impl AsRef<[u8]>) -> Audit {
    audit_with(capture, one_thread())
}

/// Looks through one capture; its file is put in as the only input of the job.
pub fn audit_with(capture: impl AsRef<[u8]>, job: Job) -> Audit {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capture");
    fs::write(&path, capture).unwrap();
    audit_files(Job {
        inputs: vec![path],
        ..job
    })
}

pub fn audit_files(job: Job) -> Audit {
    let mut intake = analyze(&job).unwrap();
    let found = found(&mut intake);
    let audit = Audit { intake, found };
    audit.assert_accounted();
    audit
}

pub fn audit_paths(inputs: Vec<PathBuf>) -> Audit {
    audit_files(Job {
        inputs,
        ..one_thread()
    })
}

pub fn one_thread() -> Job {
    Job {
        threads: 1,
        ..Job::default()
    }
}

impl Audit {
    /// The messages, whole or not, in order.
    pub fn messages(&self) -> Vec<&[u8]> {
        self.found.iter().map(|found| &found.bytes[..]).collect()
    }

    /// The same as text, for messages that are.
    pub fn texts(&self) -> Vec<String> {
        self.found.iter().map(Found::text).collect()
    }

    /// Each message with the numbers of its records and whether it is whole.
    pub fn parts(&self) -> Vec<(String, Vec<u64>, bool)> {
        let numbers = |found: &Found| found.records.iter().map(|(_, number)| *number).collect();
        self.found
            .iter()
            .map(|found| (found.text(), numbers(found), found.whole))
            .collect()
    }

    /// What became of the records: `SIP`, the names of other traffic, the reasons of the undecodable.
    pub fn outcomes(&self) -> Vec<(String, u64)> {
        let total = self.intake.total();
        let sip = (total.sip() > 0).then(|| ("SIP".to_owned(), total.sip()));
        let other = total
            .other()
            .map(|(kind, count)| (kind.name().to_owned(), count));
        let undecodable = total
            .undecodable()
            .map(|(reason, count)| (reason.to_string(), count));
        sip.into_iter().chain(other).chain(undecodable).collect()
    }

    /// How many records became this.
    pub fn outcome(&self, name: &str) -> u64 {
        let outcomes = self.outcomes();
        let known = outcomes.iter().find(|(outcome, _)| outcome == name);
        known.map_or(0, |(_, count)| *count)
    }

    /// Names and counts of all anomalies.
    pub fn anomalies(&self) -> Vec<(&'static str, u64)> {
        let kinds = self.intake.anomalies.iter();
        kinds
            .map(|(kind, summary)| (kind.name(), summary.count))
            .collect()
    }

    pub fn count(&self, kind: AnomalyKind) -> u64 {
        self.intake.anomalies.count(kind)
    }

    /// The record at which an anomaly first showed, and its details.
    pub fn first(&self, kind: AnomalyKind) -> (RecordId, String) {
        let mut kinds = self.intake.anomalies.iter();
        let known = kinds.find(|(known, _)| *known == kind);
        let (_, summary) = known.unwrap_or_else(|| panic!("no {}", kind.name()));
        (summary.first, summary.detail.clone())
    }

    fn assert_accounted(&self) {
        for input in &self.intake.inputs {
            assert_eq!(input.tally.total(), input.records, "{input:?}");
        }
        let records: BTreeSet<_> = self.found.iter().flat_map(|found| &found.records).collect();
        let sip = self.intake.total().sip();
        assert_eq!(sip, records.len() as u64, "records {records:?}");
    }
}

fn found(intake: &mut Intake) -> Vec<Found> {
    let Intake {
        sightings, store, ..
    } = intake;
    let describe = |sighting: Sighting<'_>| {
        let (input, location) = (sighting.input(), sighting.location());
        let bytes = store.read(input, location, sighting.length()).unwrap();
        described(sightings, sighting, bytes)
    };
    sightings.iter().map(describe).collect()
}

fn described(all: &Sightings, sighting: Sighting<'_>, bytes: &[u8]) -> Found {
    let subject = match sighting.subject() {
        Subject::Request(method) => String::from_utf8_lossy(all.method_name(method)).into_owned(),
        Subject::Response(status) => status.to_string(),
    };
    let endpoint = |endpoint: Option<sipscope::trace::End<'_>>| {
        endpoint.map_or_else(|| "unknown".to_owned(), |endpoint| endpoint.to_string())
    };
    let records = sighting.records();
    Found {
        subject,
        source: endpoint(sighting.source()),
        destination: endpoint(sighting.destination()),
        transport: sighting.transport().name(),
        times: (
            sighting.time().map(|time| time.nanos()),
            sighting.last_time().map(|time| time.nanos()),
        ),
        path: sighting.path().to_string(),
        records: records.iter().map(|id| (id.input, id.number)).collect(),
        whole: sighting.whole(),
        bytes: bytes.to_vec(),
    }
}
