//! `sipscope report`: all that is known, as a page to look at in a browser. It embeds what `summary` and `calls` give to programs,
//! and the ladder and the messages of each call, or of the worst of them where they are many.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde::{Serialize, Serializer};
use sipscope::base::escape;
use sipscope::render::html;
use sipscope::report::ladder::{self, Ladder, Numbering, Options};
use sipscope::report::sheet::{self, Sheet};
use sipscope::report::{Checked, checked};
use sipscope::rules::{Finding, Severity};
use sipscope::trace::{Call, CallId, Message, Trace};
use sipscope::{Intake, script};

use super::calls::CallRow;
use super::file::put;
use super::filter::Filter;
use super::form;
use super::rulebook::Rulebook;
use super::summary::Facts;
use super::times::{Times, times};
use super::traced::Traced;
use super::{Ended, Outcome, ended, messages, say, unit};

#[derive(Args)]
pub(super) struct ReportOf {
    #[command(flatten)]
    traced: Traced,

    #[command(flatten)]
    rulebook: Rulebook,

    #[command(flatten)]
    filter: Filter,

    /// How many calls are drawn, with their messages: those with the worst findings first. All others are listed.
    #[arg(long, value_name = "N", default_value_t = DRAWN, help_heading = "Output")]
    draw: usize,

    /// Where to write it; without it, to standard output.
    #[arg(long, short, value_name = "PATH", help_heading = "Output")]
    output: Option<PathBuf>,
}

/// A browser opens a page of so many calls at once; ten times as many make a page of more than a hundred megabytes.
pub(super) const DRAWN: usize = 1000;

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
    /// Which of them are drawn.
    drawn: BTreeSet<CallId>,
}

/// A call as the list of calls has it.
#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    call: CallRow,
    /// Its time for people.
    told: String,
    errors: usize,
    warnings: usize,
    infos: usize,
    rules: Vec<&'static str>,
    drawn: bool,
}

impl ReportOf {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        if let Some(path) = &self.output {
            form::only(path, &["html", "htm"])?;
        }
        let (mut intake, trace) = self.traced.trace()?;
        let calls = self.filter.calls(&trace, &mut intake)?;
        // A page of nothing helps nobody; without filters it still tells what the inputs are.
        if calls.is_empty() && self.filter.is_given() {
            return ended(&intake, Ended::NothingFound);
        }
        let audit = self.rulebook.audit(&self.traced, &mut intake, &trace)?;
        let rules = checked(&audit);
        let found = (audit.findings, rules.as_slice());
        let drawn = calls.len().min(self.draw);
        if drawn < calls.len() {
            say(&format!(
                "sipscope: {drawn} of {} calls are drawn, those with the worst findings first; the others are listed: --draw draws more",
                calls.len()
            ));
        }
        match &self.output {
            None => page_of_calls(out, &mut intake, &trace, found, &calls, self.draw)?,
            Some(path) => put(path, out, |out| {
                page_of_calls(out, &mut intake, &trace, found, &calls, self.draw)
            })?,
        }
        let found = match calls.is_empty() {
            true => Ended::NothingFound,
            false => Ended::Fine,
        };
        ended(&intake, found)
    }
}

/// A page of calls, of which so many are drawn.
pub(super) fn page_of_calls(
    out: impl Write,
    intake: &mut Intake,
    trace: &Trace,
    (found, rules): (Vec<Finding>, &[Checked]),
    calls: &[CallId],
    draw: usize,
) -> anyhow::Result<()> {
    let times = times(intake, trace);
    let texts = sheet::of_texts(&found);
    let mut findings = Findings::new();
    for finding in found {
        if let Some(call) = finding.call {
            findings.entry(call.number()).or_default().push(finding);
        }
    }
    let rows = Rows {
        trace,
        times: &times,
        calls,
        findings: &findings,
        drawn: worst(calls, &findings, draw),
    };
    write(out, &rows, (&rules, &texts), intake)
}

/// So many calls, those with the worst findings first.
fn worst(calls: &[CallId], findings: &Findings, most: usize) -> BTreeSet<CallId> {
    let mut ranked = calls.to_vec();
    ranked.sort_by_cached_key(|call| {
        let found = findings.get(&call.number());
        let counts = count(found.map_or(&[], Vec::as_slice));
        (Reverse(counts), *call)
    });
    ranked.truncate(most);
    ranked.into_iter().collect()
}

/// Errors, warnings, and what is only told.
fn count(found: &[Finding]) -> [usize; 3] {
    [Severity::Error, Severity::Warning, Severity::Info].map(|severity| {
        let all = found.iter();
        all.filter(|finding| finding.severity == severity).count()
    })
}

/// A page of one call, with the rules of what was found in it.
pub(super) fn page_of(
    trace: &Trace,
    call: &Call<'_>,
    ladder: &Ladder,
    (findings, mut rules): (&[Finding], Vec<Checked>),
    intake: &mut Intake,
) -> anyhow::Result<Vec<u8>> {
    let times = times(intake, trace);
    let of_call = findings.iter();
    let of_call: Vec<_> = of_call
        .filter(|finding| finding.call == Some(call.id()))
        .cloned()
        .collect();
    rules.retain(|rule| of_call.iter().any(|finding| finding.rule.code == rule.code));
    let rows = Rows {
        trace,
        times: &times,
        calls: &[call.id()],
        findings: &Findings::from([(call.id().number(), of_call)]),
        drawn: BTreeSet::from([call.id()]),
    };
    let mut bytes = Vec::new();
    let mut page = html::Report::begin(&mut bytes)?;
    page.data("rules", &rules)?;
    page.data("calls", &rows)?;
    let sheet = sheet_of(call, &rows, &places(intake), intake)?;
    page.call(call.id().number(), ladder, &sheet)?;
    page.end()?;
    Ok(bytes)
}

fn write(
    out: impl Write,
    rows: &Rows<'_>,
    (rules, texts): (&impl Serialize, &impl Serialize),
    intake: &mut Intake,
) -> anyhow::Result<()> {
    let mut report = html::Report::begin(out)?;
    report.data(
        "facts",
        &Facts::of(intake, rows.trace.sightings(), CALL_IDS, |_| true),
    )?;
    report.data("rules", rules)?;
    report.data("texts", texts)?;
    report.data("calls", rows)?;
    let options = Options {
        numbering: Numbering::Messages,
        script: Arc::new(script(intake, rows.trace)),
        ..Options::default()
    };
    let places = places(intake);
    for call in rows.calls().filter(|call| rows.drawn.contains(&call.id())) {
        let found = rows.of(&call);
        let read = |message: &Message<'_>| messages::read(intake, message);
        let ladder = ladder::of_call(rows.trace, &call, found, rows.times, &options, read)?;
        let sheet = sheet_of(&call, rows, &places, intake)?;
        report.call(call.id().number(), &ladder, &sheet)?;
    }
    Ok(report.end()?)
}

/// The inputs, and by what they are counted: `trace.pcap record`.
fn places(intake: &Intake) -> Vec<String> {
    let inputs = intake.inputs.iter().zip(0..);
    let named = inputs.map(|(input, number)| {
        let name = input.path.file_name().unwrap_or(input.path.as_os_str());
        format!("{} {}", name.to_string_lossy(), unit(intake, number))
    });
    named.collect()
}

fn sheet_of(
    call: &Call<'_>,
    rows: &Rows<'_>,
    places: &[String],
    intake: &mut Intake,
) -> anyhow::Result<Sheet> {
    let place = |message: &Message<'_>| {
        let sighting = message.sighting();
        let input = places.get(sighting.input() as usize);
        let record = sighting.records().first().map_or(0, |record| record.number);
        escape::text(&format!("{} {record}", input.map_or("", String::as_str)))
    };
    let read = |message: &Message<'_>| messages::read(intake, message);
    sheet::of_call(rows.trace, call, rows.of(call), rows.times, place, read)
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
        let [errors, warnings, infos] = count(found);
        let mut rules: Vec<_> = found.iter().map(|finding| finding.rule.code).collect();
        rules.sort_unstable();
        rules.dedup();
        let call_row = CallRow::of(self.trace, self.times, call);
        Row {
            told: call_row.time.text().unwrap_or_default(),
            call: call_row,
            errors,
            warnings,
            infos,
            rules,
            drawn: self.drawn.contains(&call.id()),
        }
    }
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.calls().map(|call| self.row(&call)))
    }
}
