//! Findings for programs.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;
use sipscope::Intake;
use sipscope::rules::{Audit, Finding, RULES, Verdict};
use sipscope::trace::Trace;

use super::super::anomalies::{self, Anomaly};

#[derive(Serialize)]
struct Report {
    schema: &'static str,
    rules: BTreeMap<&'static str, RuleRow>,
    findings: Vec<FindingRow>,
    accounting: Accounting,
}

#[derive(Serialize)]
struct RuleRow {
    name: &'static str,
    pass: u64,
    fail: u64,
    not_applicable: u64,
    not_provable: u64,
}

#[derive(Serialize)]
struct FindingRow {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    subject: &'static str,
    messages: Vec<usize>,
    records: Vec<u64>,
    /// Of documents, beside the messages that they print.
    lines: Vec<LineRow>,
    inputs: Vec<String>,
    headers: Vec<PlaceRow>,
    expected: String,
    got: String,
    citations: Vec<String>,
    call: Option<usize>,
    call_id: Option<String>,
    follows: Vec<usize>,
    explanation: &'static str,
}

#[derive(Serialize)]
struct LineRow {
    input: String,
    line: u64,
}

#[derive(Serialize)]
struct PlaceRow {
    message: usize,
    offset: u32,
    length: usize,
}

#[derive(Serialize)]
struct Accounting {
    records: u64,
    messages: usize,
    calls: usize,
    adds_up: bool,
    anomalies: Vec<Anomaly>,
}

pub(super) fn print(
    out: &mut impl Write,
    trace: &Trace,
    intake: &Intake,
    audit: &Audit,
) -> anyhow::Result<()> {
    let rules = RULES.iter().zip(&audit.tallies).map(|(rule, tally)| {
        let row = RuleRow {
            name: rule.name,
            pass: tally.of(Verdict::Pass),
            fail: tally.of(Verdict::Fail),
            not_applicable: tally.of(Verdict::NotApplicable),
            not_provable: tally.of(Verdict::NotProvable),
        };
        (rule.code, row)
    });
    let findings = audit.findings.iter();
    let report = Report {
        schema: "sipscope.audit/1",
        rules: rules.collect(),
        findings: findings
            .map(|finding| row(finding, trace, intake))
            .collect(),
        accounting: Accounting {
            records: intake.records(),
            messages: trace.messages().len(),
            calls: trace.calls().len(),
            adds_up: intake.total().total() == intake.records(),
            anomalies: anomalies::all(intake),
        },
    };
    super::super::layout::write(out, &report)
}

fn row(finding: &Finding, trace: &Trace, intake: &Intake) -> FindingRow {
    let rule = finding.rule;
    let places = || finding.places.iter();
    let sightings = || {
        let messages = places().filter_map(|place| trace.message(place.message));
        messages.map(|message| message.sighting())
    };
    let name = |input: u32| {
        let input = intake.inputs.get(input as usize)?;
        Some(input.path.to_string_lossy().into_owned())
    };
    let call_id = finding.hop.and_then(|hop| trace.hop(hop)?.call_id());
    FindingRow {
        code: rule.code,
        name: rule.name,
        severity: finding.severity.name(),
        subject: rule.check.subject().name(),
        messages: places().map(|place| place.message.number()).collect(),
        records: sightings()
            .flat_map(|sighting| sighting.records().first().map(|record| record.number))
            .collect(),
        lines: finding
            .lines
            .iter()
            .map(|line| LineRow {
                input: name(line.input).unwrap_or_default(),
                line: line.line,
            })
            .collect(),
        inputs: sightings()
            .filter_map(|sighting| name(sighting.input()))
            .collect(),
        headers: places()
            .map(|place| PlaceRow {
                message: place.message.number(),
                offset: place.span.start,
                length: place.span.len(),
            })
            .collect(),
        expected: finding.expected.clone(),
        got: finding.got.clone(),
        citations: rule.citations.iter().map(ToString::to_string).collect(),
        call: finding.call.map(|call| call.number()),
        call_id: call_id.map(|text| String::from_utf8_lossy(text).into_owned()),
        follows: finding
            .follows
            .iter()
            .map(|message| message.number())
            .collect(),
        explanation: rule.flags,
    }
}
