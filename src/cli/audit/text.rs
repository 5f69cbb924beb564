//! Findings for people: by call, the most serious first, each with the line that proves it and a mark under the place.

use std::collections::BTreeMap;
use std::io::Write;

use sipscope::Intake;
use sipscope::base::Ink;
use sipscope::report::audit::{AuditReport, Explanation, FindingReport};
use sipscope::report::severity_ink;
use sipscope::rules::{Audit, Finding, Place};
use sipscope::trace::{Call, Message, Trace};

use super::super::escape;
use super::super::printed::Paint;
use super::counts;

/// Only so much of a line is shown in front of a place and behind it.
const BEFORE: usize = 60;
const AFTER: usize = 40;
/// Messages that follow are listed up to here.
const MOST_LISTED: usize = 8;

/// How findings are told.
#[derive(Clone, Copy)]
pub(super) struct Manner {
    /// Why each is not something else, at length.
    pub(super) explain: bool,
    pub(super) paint: Paint,
}

pub(super) fn print(
    out: &mut impl Write,
    trace: &Trace,
    intake: &mut Intake,
    audit: &Audit,
    report: &AuditReport,
    manner: Manner,
) -> anyhow::Result<()> {
    let mut of_calls: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for finding in audit.findings.iter().zip(&report.findings) {
        of_calls.entry(finding.0.call).or_default().push(finding);
    }
    for call in trace.calls() {
        let mut found: Vec<_> = of_calls.remove(&Some(call.id())).unwrap_or_default();
        if found.is_empty() {
            continue;
        }
        found.sort_by_key(|(finding, _)| std::cmp::Reverse(finding.severity));
        head(out, &call, found.len(), manner.paint)?;
        for (finding, told) in found {
            one(out, trace, intake, (finding, told), manner.paint)?;
            why(out, &told.explanation, manner.explain)?;
        }
    }
    let of_text = of_calls.remove(&None).unwrap_or_default();
    if !of_text.is_empty() {
        let plural = if of_text.len() == 1 { "" } else { "s" };
        writeln!(out, "Documents: {} finding{plural}", of_text.len())?;
    }
    for (finding, told) in of_text {
        one(out, trace, intake, (finding, told), manner.paint)?;
        why(out, &told.explanation, manner.explain)?;
    }
    Ok(())
}

fn head(out: &mut impl Write, call: &Call<'_>, count: usize, paint: Paint) -> std::io::Result<()> {
    let first = call.hops().next();
    let ends = first.map_or_else(String::new, |hop| {
        format!(
            "{} -> {}",
            escape::bytes(hop.from()),
            escape::bytes(hop.to())
        )
    });
    let plural = if count == 1 { "" } else { "s" };
    writeln!(
        out,
        "{}  {ends}  {}: {count} finding{plural}",
        paint.text(Ink::Head, format!("Call {}", call.id().number())),
        escape::text(&call.outcome().to_string()),
    )
}

fn one(
    out: &mut impl Write,
    trace: &Trace,
    intake: &mut Intake,
    (finding, told): (&Finding, &FindingReport),
    paint: Paint,
) -> anyhow::Result<()> {
    let rule = finding.rule;
    let ink = severity_ink(finding.severity);
    writeln!(
        out,
        "  {} {} {}",
        paint.text(ink, finding.severity.name()),
        rule.code,
        rule.name
    )?;
    for (number, line) in finding.lines.iter().enumerate() {
        let said = match number {
            0 => format!(
                ": got {}; expected {}",
                escape::text(&finding.got),
                escape::text(&finding.expected)
            ),
            _ => String::new(),
        };
        writeln!(
            out,
            "    {} line {}{said}",
            file(intake, line.input),
            line.line
        )?;
    }
    for (number, place) in finding.places.iter().enumerate() {
        let Some(message) = trace.message(place.message) else {
            continue;
        };
        writeln!(out, "    {}", where_from(intake, &message))?;
        let said = match number {
            0 if finding.lines.is_empty() => {
                format!("got {}; expected {}", finding.got, finding.expected)
            }
            _ => "compared with this".to_owned(),
        };
        marked(out, intake, &message, place, |mark| {
            format!("{} {}", paint.text(ink, mark), escape::text(&said))
        })?;
    }
    let citations: Vec<_> = rule.citations.iter().map(ToString::to_string).collect();
    writeln!(out, "    {}", citations.join(", "))?;
    if !told.follows.is_empty() {
        writeln!(out, "    the same follows in {}", listed(&told.follows))?;
    }
    if !told.also.is_empty() {
        let (count, plural) = (told.also.len(), if told.also.len() == 1 { "" } else { "s" });
        let all = listed(&told.also);
        writeln!(
            out,
            "    the same node does it in {count} other message{plural}: {all}"
        )?;
    }
    Ok(writeln!(out, "    usually: {}", rule.cause)?)
}

/// `4, 5, 7`, not too many of them.
fn listed(messages: &[usize]) -> String {
    let all: Vec<_> = messages
        .iter()
        .take(MOST_LISTED)
        .map(ToString::to_string)
        .collect();
    match messages.len() - all.len() {
        0 => all.join(", "),
        rest => format!("{} and {rest} more", all.join(", ")),
    }
}

/// What else it is not: in a line, or each with the reason.
fn why(out: &mut impl Write, explanation: &Explanation, at_length: bool) -> std::io::Result<()> {
    if !at_length {
        let names = explanation.excluded.iter().map(|one| one.explanation);
        let names: Vec<_> = names.collect();
        if !names.is_empty() {
            writeln!(out, "    excluded: {}", names.join(", "))?;
        }
        return Ok(());
    }
    for one in &explanation.excluded {
        let because = escape::text(&one.because);
        writeln!(out, "    no {}: {because}", one.explanation)?;
    }
    for legal in explanation.silenced_by {
        writeln!(out, "    legal, and looked for: {legal}")?;
    }
    Ok(())
}

/// `message 5 (a.pcap 7): P-CSCF -> S-CSCF`
fn where_from(intake: &Intake, message: &Message<'_>) -> String {
    let sighting = message.sighting();
    let node = |node: Option<sipscope::trace::Node<'_>>| {
        node.map_or_else(|| "unknown".to_owned(), |node| escape::text(&node.label()))
    };
    let (from, to) = message.nodes();
    let input = file(intake, sighting.input());
    let records = sighting.records();
    let record = records.first().map_or(0, |record| record.number);
    let number = message.id().number();
    format!(
        "message {number} ({input} {record}): {} -> {}",
        node(from),
        node(to)
    )
}

/// The name of an input.
fn file(intake: &Intake, input: u32) -> String {
    let input = intake.inputs.get(input as usize);
    let name = input.and_then(|input| input.path.file_name());
    name.map_or_else(String::new, |name| escape::text(&name.to_string_lossy()))
}

/// The line that a place stands in, and a mark under the place.
fn marked(
    out: &mut impl Write,
    intake: &mut Intake,
    message: &Message<'_>,
    place: &Place,
    said: impl FnOnce(String) -> String,
) -> anyhow::Result<()> {
    let sighting = message.sighting();
    let bytes = intake
        .store
        .read(sighting.input(), sighting.location(), sighting.length())?;
    let start = (place.span.start as usize).min(bytes.len());
    let end = (place.span.end as usize).clamp(start, bytes.len());
    let line_start = bytes[..start]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let line_end = bytes[start..].iter().position(|byte| *byte == b'\n');
    let line_end = line_end.map_or(bytes.len(), |at| start + at);
    let from = line_start.max(start.saturating_sub(BEFORE));
    let shown_end = end.min(line_end);
    let to = line_end.min(shown_end + AFTER);
    let dots = |cut: bool| if cut { "..." } else { "" };
    let before = format!(
        "{}{}",
        dots(from > line_start),
        escape::bytes(&bytes[from..start])
    );
    let inside = escape::bytes(bytes[start..shown_end].trim_ascii_end());
    let after = escape::bytes(bytes[shown_end.max(start)..to].trim_ascii_end());
    writeln!(
        out,
        "      | {before}{inside}{after}{}",
        dots(to < line_end)
    )?;
    let width = |text: &str| text.chars().count();
    writeln!(
        out,
        "      | {}{}",
        " ".repeat(width(&before)),
        said("^".repeat(width(&inside).clamp(1, 100))),
    )?;
    Ok(())
}

pub(super) fn summary(out: &mut impl Write, report: &AuditReport) -> std::io::Result<()> {
    writeln!(
        out,
        "{:<6} {:<32} {:>9} {:>9} {:>14} {:>13}",
        "code", "rule", "pass", "fail", "not applicable", "not provable"
    )?;
    for rule in &report.rules {
        let counts = rule.counts;
        writeln!(
            out,
            "{:<6} {:<32} {:>9} {:>9} {:>14} {:>13}",
            rule.rule.code,
            rule.rule.name,
            counts.pass,
            counts.fail,
            counts.not_applicable,
            counts.not_provable,
        )?;
    }
    writeln!(out, "{}", counts(report))
}
