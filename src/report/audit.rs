//! An audit as every output shows it: each rule with how often it was looked at, each finding with its texts, numbers and places.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::Span;
use crate::rules::{Audit, Family, Finding, RULES, Rule, Verdict};
use crate::sip::{Index, Message as Sip};
use crate::trace::{Hop, Message, Subject, Trace};

/// An audit.
#[derive(Clone, Debug)]
pub struct AuditReport {
    /// Every rule that was held to, in the order of the registry.
    pub rules: Vec<RuleReport>,
    /// What was found, in the order of the audit.
    pub findings: Vec<FindingReport>,
    /// How many findings are left out, because they are known and accepted.
    pub accepted: usize,
    /// Whether there was nothing that rules look at: no findings do not mean then that anything is right.
    pub is_of_nothing: bool,
    /// What was read.
    pub accounting: Accounting,
}

impl AuditReport {
    /// Why an audit does not say anything of what it should: nothing was there.
    pub const NOTHING: &'static str =
        "nothing was audited: no SIP message is in what was asked for";
}

/// A rule and what came out of it.
#[derive(Clone, Debug)]
pub struct RuleReport {
    /// Its documentation.
    pub rule: &'static Rule,
    /// How bad it is in this audit.
    pub severity: &'static str,
    /// How many subjects got each verdict.
    pub counts: Counts,
}

/// How many subjects got each verdict.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Counts {
    /// What its rule is called.
    pub name: &'static str,
    /// As it has to be.
    pub pass: u64,
    /// Not so, and proved.
    pub fail: u64,
    /// Nothing that the rule is about.
    pub not_applicable: u64,
    /// The trace does not show enough.
    pub not_provable: u64,
}

/// A finding.
#[derive(Clone, Debug, Serialize)]
pub struct FindingReport {
    /// The code of the rule.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// How bad it is here.
    pub severity: &'static str,
    /// What the rule looked at.
    pub subject: &'static str,
    /// Numbers of the messages that prove it, the one to blame first.
    pub messages: Vec<usize>,
    /// The record that each of them begins in.
    pub records: Vec<u64>,
    /// Lines that prove it: of documents, and of messages where the input is a text.
    pub lines: Vec<LineReport>,
    /// The input of each message.
    pub inputs: Vec<String>,
    /// The parts of these messages.
    pub headers: Vec<PlaceReport>,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub got: String,
    /// Where it is written.
    pub citations: Vec<String>,
    /// The number of the call.
    pub call: Option<usize>,
    /// Its Call-ID on the hop.
    pub call_id: Option<String>,
    /// Further messages that show the same because of this.
    pub follows: Vec<usize>,
    /// Messages in which the same node does the same again: findings that are left out for this one.
    pub also: Vec<usize>,
    /// In how many places it shows: ladders, reports and the interface mark and count each.
    pub occurrences: usize,
    /// What it has in common with those; none where it is not known who did it.
    #[serde(skip)]
    pub(super) cause: Option<String>,
    /// What it is known again by.
    pub fingerprint: String,
    /// What it means, and what else it is not.
    pub explanation: Explanation,
}

/// A line of a text.
#[derive(Clone, Debug, Serialize)]
pub struct LineReport {
    /// The input.
    pub input: String,
    /// Its number, from 1.
    pub line: u64,
}

/// A part of a message.
#[derive(Clone, Debug, Serialize)]
pub struct PlaceReport {
    /// The number of the message.
    pub message: usize,
    /// The header field; `first line` or `body`.
    pub name: String,
    /// Where it begins in the message.
    pub offset: u32,
    /// How many bytes it has.
    pub length: usize,
}

/// What a finding means, and what else it is not.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// What the rule flags.
    pub flags: &'static str,
    /// What usually causes it.
    pub cause: &'static str,
    /// Legal explanations, and why the trace excludes them.
    pub excluded: Vec<ExcludedReport>,
    /// Those that the rule itself looked for and did not find.
    pub silenced_by: &'static [&'static str],
}

/// A legal explanation that does not hold.
#[derive(Clone, Debug, Serialize)]
pub struct ExcludedReport {
    /// What else it could be.
    pub explanation: &'static str,
    /// Why it is not that.
    pub because: String,
}

/// What was read.
#[derive(Clone, Debug, Serialize)]
pub struct Accounting {
    /// Records of all inputs.
    pub records: u64,
    /// SIP messages.
    pub messages: usize,
    /// Calls.
    pub calls: usize,
    /// Whether each record has one outcome.
    pub adds_up: bool,
    /// Inputs that could not be read, or not to their end.
    pub unreadable: Vec<UnreadableReport>,
    /// What was odd about the inputs, by kind.
    pub anomalies: Vec<AnomalyReport>,
}

/// An input that could not be read.
#[derive(Clone, Debug, Serialize)]
pub struct UnreadableReport {
    /// The input.
    pub path: String,
    /// What is wrong, where, and what was expected.
    pub problem: String,
}

impl AnomalyReport {
    /// The same in a sentence.
    pub fn said(&self) -> String {
        let (kind, count, detail) = (self.kind, self.count, &self.detail);
        let RecordReport { input, record } = &self.first;
        let told = if detail.is_empty() { "" } else { ": " };
        format!("{kind} ({count}), first in {input} {record}{told}{detail}")
    }
}

/// What was odd about the inputs, of one kind.
#[derive(Clone, Debug, Serialize)]
pub struct AnomalyReport {
    /// What kind.
    pub kind: &'static str,
    /// How often.
    pub count: u64,
    /// Where it first showed.
    pub first: RecordReport,
    /// What it was there.
    pub detail: String,
}

/// A record of an input.
#[derive(Clone, Debug, Serialize)]
pub struct RecordReport {
    /// The input.
    pub input: String,
    /// Its number, from 1.
    pub record: u64,
}

/// An input, as far as findings name it.
#[derive(Clone, Debug)]
pub struct InputName {
    /// Its path.
    pub path: String,
    /// Whether the numbers of its records are those of lines.
    pub is_text: bool,
}

impl AuditReport {
    /// An audit with the names of its inputs. `read` gives the bytes of a message.
    pub fn of<E>(
        audit: &Audit,
        trace: &Trace,
        inputs: &[InputName],
        accounting: Accounting,
        mut read: impl FnMut(&Message<'_>) -> Result<Vec<u8>, E>,
    ) -> Result<Self, E> {
        let rules = RULES.iter().zip(&audit.severities).zip(&audit.tallies);
        let rules = rules.filter_map(|((rule, severity), tally)| {
            Some(RuleReport {
                rule,
                severity: (*severity)?.name(),
                counts: Counts {
                    name: rule.name,
                    pass: tally.of(Verdict::Pass),
                    fail: tally.of(Verdict::Fail),
                    not_applicable: tally.of(Verdict::NotApplicable),
                    not_provable: tally.of(Verdict::NotProvable),
                },
            })
        });
        let findings = audit.findings.iter();
        let findings = findings.map(|finding| finding_of(finding, trace, inputs, &mut read));
        Ok(Self {
            rules: rules.collect(),
            findings: findings.collect::<Result<_, E>>()?,
            accepted: 0,
            is_of_nothing: false,
            accounting,
        })
    }

    /// How often each rule was looked at, by code.
    pub fn counts(&self) -> BTreeMap<&'static str, Counts> {
        let all = self.rules.iter();
        all.map(|one| (one.rule.code, one.counts)).collect()
    }

    /// How many findings are so bad.
    pub fn count(&self, severity: &str) -> usize {
        let all = self.findings.iter();
        all.filter(|finding| finding.severity == severity).count()
    }
}

impl FindingReport {
    /// What it is about, in a line: `got 70; expected 69`.
    pub fn said(&self) -> String {
        format!("got {}; expected {}", self.got, self.expected)
    }
}

fn finding_of<E>(
    finding: &Finding,
    trace: &Trace,
    inputs: &[InputName],
    read: &mut impl FnMut(&Message<'_>) -> Result<Vec<u8>, E>,
) -> Result<FindingReport, E> {
    let rule = finding.rule;
    let path = |input: u32| {
        let input = inputs.get(input as usize);
        input.map_or_else(String::new, |input| input.path.clone())
    };
    let mut lines: Vec<_> = finding
        .lines
        .iter()
        .map(|line| LineReport {
            input: path(line.input),
            line: line.line,
        })
        .collect();
    let (mut messages, mut records, mut names, mut headers) = (vec![], vec![], vec![], vec![]);
    for place in &finding.places {
        let Some(message) = trace.message(place.message) else {
            continue;
        };
        let sighting = message.sighting();
        let record = sighting.records().first().map_or(0, |record| record.number);
        let input = sighting.input();
        if inputs
            .get(input as usize)
            .is_some_and(|input| input.is_text)
        {
            lines.push(LineReport {
                input: path(input),
                line: record,
            });
        }
        messages.push(place.message.number());
        records.push(record);
        names.push(path(input));
        headers.push(PlaceReport {
            message: place.message.number(),
            name: name_at(&read(&message)?, place.span),
            offset: place.span.start,
            length: place.span.len(),
        });
    }
    let hop = finding.hop.and_then(|hop| trace.hop(hop));
    let call_id = hop.and_then(|hop| hop.call_id());
    Ok(FindingReport {
        code: rule.code,
        name: rule.name,
        severity: finding.severity.name(),
        subject: rule.check.subject().name(),
        fingerprint: fingerprint(finding, trace, &headers),
        cause: cause(finding, trace, &headers),
        messages,
        records,
        lines,
        inputs: names,
        headers,
        expected: finding.expected.clone(),
        got: finding.got.clone(),
        citations: rule.citations.iter().map(ToString::to_string).collect(),
        call: finding.call.map(|call| call.number()),
        call_id: call_id.map(|text| String::from_utf8_lossy(text).into_owned()),
        follows: finding.follows.iter().map(|one| one.number()).collect(),
        also: Vec::new(),
        occurrences: 1,
        explanation: explanation(finding, trace),
    })
}

fn explanation(finding: &Finding, trace: &Trace) -> Explanation {
    let excluded = finding.excluded(trace).into_iter();
    Explanation {
        flags: finding.rule.flags,
        cause: finding.rule.cause,
        excluded: excluded
            .map(|one| ExcludedReport {
                explanation: one.explanation,
                because: one.because,
            })
            .collect(),
        silenced_by: finding.rule.silenced,
    }
}

/// The header field that a part of a message stands in.
pub(super) fn name_at(bytes: &[u8], span: Span) -> String {
    let mut index = Index::default();
    let sip = Sip::read(bytes, &mut index);
    let at = span.start as usize;
    let mut headers = sip.headers();
    let header = headers.find(|header| (header.lines.start()..header.lines.end()).contains(&at));
    match header {
        Some(header) => match header.known.spelling() {
            "" => header.name.lossy().into_owned(),
            spelling => spelling.to_owned(),
        },
        None if at >= sip.rest().start() => "body".to_owned(),
        None => "first line".to_owned(),
    }
}

/// What findings with one cause have in common: the rule, how bad it is, the node that sent the message that is blamed, and the
/// header field. Rules on how messages are written are about all header fields and all that may be wrong with them: what they
/// expect tells which.
fn cause(finding: &Finding, trace: &Trace, headers: &[PlaceReport]) -> Option<String> {
    let message = trace.message(finding.places.first()?.message)?;
    let hop = message.hop();
    let sender = match message.subject() {
        Subject::Request(_) => hop.source_node()?,
        Subject::Response(_) => hop.destination_node()?,
    };
    let expected = match finding.rule.family {
        Family::Syntax => finding.expected.as_str(),
        _ => "",
    };
    let (code, severity) = (finding.rule.code, finding.severity.name());
    let header = headers.first().map_or("", |place| place.name.as_str());
    Some(format!(
        "{code} {severity} {:?} {header} {expected}",
        sender.id()
    ))
}

/// What a finding is known again by in another trace of the same network: the rule, who sent the message that is blamed to whom,
/// what it is, and the header field. Nothing of it changes from call to call; numbers, tags and branches would.
fn fingerprint(finding: &Finding, trace: &Trace, headers: &[PlaceReport]) -> String {
    let code = finding.rule.code;
    let place = finding.places.first();
    let message = place.and_then(|place| trace.message(place.message));
    let Some(message) = message else {
        let line = finding.lines.first().map_or(0, |line| line.line);
        return format!("{code} line {line} {}", finding.got);
    };
    let hop = message.hop();
    let label = |hop: &Hop<'_>, source: bool| {
        let node = match source {
            true => hop.source_node(),
            false => hop.destination_node(),
        };
        node.map_or_else(|| "unknown".to_owned(), |node| node.label())
    };
    let method = String::from_utf8_lossy(hop.method_name()).into_owned();
    let (from, to, what) = match message.subject() {
        Subject::Request(_) => (label(&hop, true), label(&hop, false), method),
        Subject::Response(status) => (
            label(&hop, false),
            label(&hop, true),
            format!("{status} to {method}"),
        ),
    };
    let header = headers.first().map_or("", |place| place.name.as_str());
    format!("{code} {from} -> {to}: {what}, {header}")
}
