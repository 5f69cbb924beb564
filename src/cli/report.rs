//! `sipscope report`: all that is known, as a page to look at in a browser. It embeds what `summary` and `calls` give to programs,
//! and of each call the ladder and the messages.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use serde::{Serialize, Serializer};
use sipscope::base::escape;
use sipscope::render::html;
use sipscope::report::ladder::{self, Numbering, Options};
use sipscope::report::{checked, sheet};
use sipscope::rules::{Finding, Policy, Severity};
use sipscope::trace::{Call, CallId, Message, Trace};
use sipscope::{Intake, audit};

use super::calls::CallRow;
use super::filter::Filter;
use super::summary::Facts;
use super::times::{Times, times};
use super::traced::Traced;
use super::{Ended, Outcome, ended, messages, unit};

#[derive(Args)]
pub(super) struct ReportOf {
    #[command(flatten)]
    traced: Traced,

    #[command(flatten)]
    filter: Filter,

    /// Where to write it; without it, to standard output.
    #[arg(long, short, value_name = "PATH")]
    output: Option<PathBuf>,
}

/// Call-IDs that the account of the inputs lists; the calls have all of them.
const CALL_IDS: usize = 0;

/// The findings of each call, by its number.
type Findings = BTreeMap<usize, Vec<Finding>>;

/// The calls that are meant, each row made when it is written.
struct Rows<'a> {
    trace: &'a Trace,
    times: &'a Times,
    calls: &'a [CallId],
    findings: &'a Findings,
}

/// A call as the list of calls has it.
#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    call: CallRow,
    errors: usize,
    warnings: usize,
    infos: usize,
    rules: Vec<&'static str>,
}

impl ReportOf {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let (mut intake, trace) = self.traced.trace()?;
        let times = times(&intake, &trace);
        let mut calls = Vec::new();
        for call in trace.calls() {
            if self.filter.matches(&call, &times, &mut intake)? {
                calls.push(call.id());
            }
        }
        let policy = Policy::default();
        let audit = audit(&intake, &trace, &self.traced.job(), &policy)?;
        let rules = checked(&audit);
        let texts = sheet::of_texts(&audit.findings);
        let mut findings = Findings::new();
        for finding in audit.findings {
            if let Some(call) = finding.call {
                findings.entry(call.number()).or_default().push(finding);
            }
        }
        let rows = Rows {
            trace: &trace,
            times: &times,
            calls: &calls,
            findings: &findings,
        };
        match &self.output {
            None => write(out, &rows, (&rules, &texts), &mut intake)?,
            Some(path) => {
                let shown = || escape::text(&path.to_string_lossy());
                let file = File::create(path).with_context(shown)?;
                write(BufWriter::new(file), &rows, (&rules, &texts), &mut intake)
                    .with_context(shown)?;
            }
        }
        let found = match calls.is_empty() {
            true => Ended::NothingFound,
            false => Ended::Fine,
        };
        ended(&intake, found)
    }
}

fn write(
    out: impl Write,
    rows: &Rows<'_>,
    (rules, texts): (&impl Serialize, &impl Serialize),
    intake: &mut Intake,
) -> anyhow::Result<()> {
    let mut report = html::Report::begin(out)?;
    report.data("facts", &Facts::of(intake, CALL_IDS))?;
    report.data("rules", rules)?;
    report.data("texts", texts)?;
    report.data("calls", rows)?;
    let options = Options {
        numbering: Numbering::Messages,
        ..Options::default()
    };
    let places: Vec<_> = intake
        .inputs
        .iter()
        .zip(0..)
        .map(|(input, number)| {
            let name = input.path.file_name().unwrap_or(input.path.as_os_str());
            format!("{} {}", name.to_string_lossy(), unit(intake, number))
        })
        .collect();
    for call in rows.calls() {
        let found = rows.of(&call);
        let read = |message: &Message<'_>| messages::read(intake, message);
        let ladder = ladder::of_call(rows.trace, &call, found, rows.times, &options, read)?;
        let place = |message: &Message<'_>| {
            let sighting = message.sighting();
            let input = places.get(sighting.input() as usize);
            let record = sighting.records().first().map_or(0, |record| record.number);
            escape::text(&format!("{} {record}", input.map_or("", String::as_str)))
        };
        let read = |message: &Message<'_>| messages::read(intake, message);
        let sheet = sheet::of_call(&call, found, rows.times, place, read)?;
        report.call(call.id().number(), &ladder, &sheet)?;
    }
    Ok(report.end()?)
}

impl<'a> Rows<'a> {
    fn calls(&self) -> impl Iterator<Item = Call<'a>> {
        let trace = self.trace;
        self.calls.iter().filter_map(|call| trace.call(*call))
    }

    fn of(&self, call: &Call<'_>) -> &'a [Finding] {
        let found = self.findings.get(&call.id().number());
        found.map_or(&[], Vec::as_slice)
    }

    fn row(&self, call: &Call<'_>) -> Row {
        let found = self.of(call);
        let count = |severity: Severity| {
            let all = found.iter();
            all.filter(|finding| finding.severity == severity).count()
        };
        let mut rules: Vec<_> = found.iter().map(|finding| finding.rule.code).collect();
        rules.sort_unstable();
        rules.dedup();
        Row {
            call: CallRow::of(self.trace, self.times, call),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
            rules,
        }
    }
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.calls().map(|call| self.row(&call)))
    }
}
