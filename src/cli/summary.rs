//! `sipscope summary`: what is in the inputs, and that nothing was lost on the way.

use std::collections::BTreeMap;
use std::io::Write;

use clap::Args;
use serde::Serialize;
use sipscope::Intake;
use sipscope::base::{Stamp, TimeBasis, Timing, Told};
use sipscope::trace::{Sightings, Subject};

use super::anomalies::{self, Anomaly};
use super::filter::Filter;
use super::printed::Printed;
use super::times::When;
use super::traced::Traced;
use super::{Ended, Format, Outcome, counted, ended, escape};

#[derive(Args)]
pub(super) struct Summary {
    #[command(flatten)]
    traced: Traced,

    #[command(flatten)]
    filter: Filter,

    #[command(flatten)]
    pub(super) printed: Printed<Format>,

    /// How many Call-IDs to list, the most frequent first.
    #[arg(long, value_name = "N", default_value_t = 10)]
    call_ids: usize,
}

impl Summary {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let (intake, facts) = match self.filter.is_given() {
            true => self.of_calls()?,
            false => {
                self.traced.check()?;
                let intake = self.traced.inputs.analyze(false)?;
                self.traced.offsets(&intake)?;
                let facts = Facts::of(&intake, &intake.sightings, self.call_ids, |_| true);
                (intake, facts)
            }
        };
        match self.printed.form() {
            Format::Json => super::layout::write(out, &facts)?,
            Format::Text => facts.print(out)?,
        }
        let found = match facts.meant.as_ref().is_some_and(|meant| meant.calls == 0) {
            true => Ended::NothingFound,
            false => Ended::Fine,
        };
        ended(&intake, found)
    }

    /// What is told of the messages is told of those of the calls that are meant.
    fn of_calls(&self) -> anyhow::Result<(Intake, Facts)> {
        let (mut intake, trace) = self.traced.trace()?;
        let calls = self.filter.calls(&trace, &mut intake)?;
        let sightings = trace.sightings();
        let mut is_meant = vec![false; sightings.len() + 1];
        for call in calls.iter().filter_map(|id| trace.call(*id)) {
            for message in call.messages() {
                for sighting in message.sightings() {
                    is_meant[sighting.number()] = true;
                }
            }
        }
        let mut facts = Facts::of(&intake, sightings, self.call_ids, |number| is_meant[number]);
        facts.meant = Some(Meant {
            calls: calls.len(),
            of_calls: trace.calls().len(),
            of_sightings: sightings.len(),
        });
        Ok((intake, facts))
    }
}

/// As programs get them.
#[derive(Serialize)]
pub(super) struct Facts {
    schema: &'static str,
    inputs: Vec<Input>,
    unreadable: Vec<Unreadable>,
    passed_over: Vec<Unreadable>,
    accounting: Accounting,
    #[serde(flatten)]
    first_time: When,
    #[serde(flatten)]
    last_time: When,
    sightings: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    meant: Option<Meant>,
    requests: BTreeMap<String, u64>,
    responses: BTreeMap<u16, u64>,
    transports: BTreeMap<&'static str, u64>,
    encapsulations: BTreeMap<String, u64>,
    call_ids: usize,
    without_call_id: u64,
    top_call_ids: Vec<CallId>,
    anomalies: Vec<Anomaly>,
}

#[derive(Serialize)]
struct Input {
    path: String,
    format: String,
    time_basis: &'static str,
    relative: bool,
    records: u64,
    sip_records: u64,
    #[serde(flatten)]
    first_time: When,
    #[serde(flatten)]
    last_time: When,
    link_types: Vec<u16>,
    comments: usize,
    names: usize,
    secrets: usize,
}

#[derive(Serialize)]
struct Unreadable {
    path: String,
    problem: String,
}

#[derive(Serialize)]
struct Accounting {
    records: u64,
    sip_records: u64,
    other_records: u64,
    undecodable_records: u64,
    adds_up: bool,
    other: BTreeMap<&'static str, u64>,
    undecodable: BTreeMap<String, u64>,
}

/// Which of all messages are told of, where not all are.
#[derive(Serialize)]
struct Meant {
    calls: usize,
    of_calls: usize,
    of_sightings: usize,
}

#[derive(Serialize)]
struct CallId {
    call_id: String,
    sightings: u64,
}

impl Facts {
    /// Of inputs, and of those messages in them that are meant, by their numbers; a trace may have them by now.
    pub(super) fn of(
        intake: &Intake,
        sightings: &Sightings,
        most_call_ids: usize,
        is_meant: impl Fn(usize) -> bool,
    ) -> Self {
        let mut facts = Self {
            schema: "sipscope.summary/1",
            inputs: inputs(intake),
            unreadable: unreadable(&intake.unreadable),
            passed_over: unreadable(&intake.passed_over),
            accounting: Accounting::of(intake),
            first_time: When::new(
                "first_time",
                told(intake.span().map(|(first, _)| first), Timing::default()),
            ),
            last_time: When::new(
                "last_time",
                told(intake.span().map(|(_, last)| last), Timing::default()),
            ),
            sightings: 0,
            meant: None,
            requests: BTreeMap::new(),
            responses: BTreeMap::new(),
            transports: BTreeMap::new(),
            encapsulations: BTreeMap::new(),
            call_ids: 0,
            without_call_id: 0,
            top_call_ids: Vec::new(),
            anomalies: anomalies::all(intake),
        };
        facts.count(sightings, &is_meant);
        let counts = sightings.call_id_counts(is_meant);
        facts.call_ids = counts.len();
        facts.top_call_ids = counts
            .into_iter()
            .take(most_call_ids)
            .map(|(text, sightings)| CallId {
                call_id: String::from_utf8_lossy(text).into_owned(),
                sightings,
            })
            .collect();
        facts
    }

    fn count(&mut self, sightings: &Sightings, is_meant: impl Fn(usize) -> bool) {
        let mut methods: BTreeMap<_, u64> = BTreeMap::new();
        let mut paths: BTreeMap<_, u64> = BTreeMap::new();
        for sighting in sightings.iter().filter(|one| is_meant(one.number())) {
            self.sightings += 1;
            match sighting.subject() {
                Subject::Request(method) => *methods.entry(method).or_default() += 1,
                Subject::Response(status) => *self.responses.entry(status).or_default() += 1,
            }
            *self
                .transports
                .entry(sighting.transport().name())
                .or_default() += 1;
            *paths.entry(sighting.path()).or_default() += 1;
            self.without_call_id += u64::from(sighting.call_id().is_none());
        }
        for (method, count) in methods {
            let name = sightings.method_name(method);
            let name = String::from_utf8_lossy(name).into_owned();
            *self.requests.entry(name).or_default() += count;
        }
        for (path, count) in paths {
            *self.encapsulations.entry(path.names()).or_default() += count;
        }
    }

    pub(super) fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        writeln!(out, "Inputs")?;
        for input in &self.inputs {
            let path = escape::text(&input.path);
            let times = match input.relative {
                true => {
                    let span = input.first_time.text().zip(input.last_time.text());
                    let span = span
                        .map_or_else(String::new, |(first, last)| format!(": {first} to {last}"));
                    format!(", times are relative ({}){span}", input.time_basis)
                }
                false => String::new(),
            };
            let (format, records) = (&input.format, input.records);
            writeln!(out, "  {path}  {format}, {records} records{times}")?;
        }
        for input in &self.unreadable {
            writeln!(
                out,
                "  {}  not read: {}",
                escape::text(&input.path),
                input.problem
            )?;
        }
        if !self.passed_over.is_empty() {
            writeln!(
                out,
                "  {} files of other kinds passed over",
                self.passed_over.len()
            )?;
        }
        self.accounting.print(out)?;
        if let (Some(first), Some(last)) = (self.first_time.text(), self.last_time.text()) {
            writeln!(out, "Time\n  {first} to {last}")?;
        }
        match &self.meant {
            None => writeln!(out, "SIP messages as captured: {}", self.sightings)?,
            Some(meant) => writeln!(
                out,
                "SIP messages as captured: {} of {}, in {} of {}",
                self.sightings,
                meant.of_sightings,
                meant.calls,
                counted(meant.of_calls, "call")
            )?,
        }
        table(out, "Requests", &self.requests)?;
        table(out, "Responses", &self.responses)?;
        table(out, "Transports", &self.transports)?;
        table(out, "Encapsulations", &self.encapsulations)?;
        writeln!(out, "Call-IDs: {}", self.call_ids)?;
        for call_id in &self.top_call_ids {
            writeln!(
                out,
                "  {:>9}  {}",
                call_id.sightings,
                escape::text(&call_id.call_id)
            )?;
        }
        let further = self.call_ids - self.top_call_ids.len();
        if further > 0 && !self.top_call_ids.is_empty() {
            writeln!(out, "  {further} more (--call-ids N lists more)")?;
        }
        if self.without_call_id > 0 {
            writeln!(out, "  {} messages without Call-ID", self.without_call_id)?;
        }
        writeln!(
            out,
            "Anomalies: {}",
            if self.anomalies.is_empty() {
                "none"
            } else {
                ""
            }
        )?;
        for anomaly in &self.anomalies {
            writeln!(out, "  {:>9}  {anomaly}", anomaly.count())?;
        }
        Ok(())
    }
}

impl Accounting {
    fn of(intake: &Intake) -> Self {
        let total = intake.total();
        Self {
            records: intake.records(),
            sip_records: total.sip(),
            other_records: total.other_total(),
            undecodable_records: total.undecodable_total(),
            adds_up: total.total() == intake.records(),
            other: total
                .other()
                .map(|(kind, count)| (kind.name(), count))
                .collect(),
            undecodable: total
                .undecodable()
                .map(|(reason, count)| (reason.to_string(), count))
                .collect(),
        }
    }

    fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        let sum = if self.adds_up {
            "adds up"
        } else {
            "DOES NOT ADD UP"
        };
        writeln!(
            out,
            "Records: {} = {} SIP + {} other + {} undecodable ({sum})",
            self.records, self.sip_records, self.other_records, self.undecodable_records
        )?;
        table(out, "Other", &self.other)?;
        table(out, "Undecodable", &self.undecodable)
    }
}

/// Counts, largest first.
fn table<K: std::fmt::Display + Ord>(
    out: &mut impl Write,
    title: &str,
    counts: &BTreeMap<K, u64>,
) -> std::io::Result<()> {
    if counts.is_empty() {
        return Ok(());
    }
    writeln!(out, "{title}")?;
    let mut rows: Vec<_> = counts.iter().collect();
    rows.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    for (name, count) in rows {
        writeln!(out, "  {count:>9}  {}", escape::text(&name.to_string()))?;
    }
    Ok(())
}

fn inputs(intake: &Intake) -> Vec<Input> {
    let reports = intake.inputs.iter();
    reports
        .map(|input| Input {
            path: input.path.to_string_lossy().into_owned(),
            format: input.format.clone(),
            time_basis: input.timing.basis.name(),
            relative: input.timing.basis != TimeBasis::Absolute,
            records: input.records,
            sip_records: input.tally.sip(),
            first_time: When::new(
                "first_time",
                told(input.span.map(|(first, _)| first), input.timing),
            ),
            last_time: When::new(
                "last_time",
                told(input.span.map(|(_, last)| last), input.timing),
            ),
            link_types: input.facts.link_types.clone(),
            comments: input.facts.comments.len(),
            names: input.facts.names.len(),
            secrets: input.facts.secrets.len(),
        })
        .collect()
}

fn unreadable(errors: &[sipscope::source::SourceError]) -> Vec<Unreadable> {
    errors
        .iter()
        .map(|error| Unreadable {
            path: error.path.to_string_lossy().into_owned(),
            problem: error.problem.clone(),
        })
        .collect()
}

fn told(stamp: Option<Stamp>, timing: Timing) -> Option<Told> {
    let Stamp { time, digits } = stamp?;
    let timing = Timing { digits, ..timing };
    Some(Told { time, timing })
}
