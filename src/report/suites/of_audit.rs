//! An audit as suites: one of what was read, and one for each family, with a case for each rule that found
//! something to look at, failed where there are findings.

use std::collections::BTreeMap;

use super::{Came, Case, Suite};
use crate::report::audit::{AuditReport, FindingReport, RuleReport};

/// An audit as suites.
pub fn of_audit(report: &AuditReport) -> Vec<Suite> {
    let mut found: BTreeMap<&str, Vec<&FindingReport>> = BTreeMap::new();
    for finding in &report.findings {
        found.entry(finding.code).or_default().push(finding);
    }
    let mut families: BTreeMap<&str, Vec<Case>> = BTreeMap::new();
    for rule in &report.rules {
        let findings = found.get(rule.rule.code).map_or(&[][..], Vec::as_slice);
        let family = families.entry(rule.rule.family.name()).or_default();
        family.push(case(rule, findings));
    }
    let families = families.into_iter().map(|(family, cases)| Suite {
        name: family.to_owned(),
        cases,
        said: Vec::new(),
    });
    std::iter::once(inputs(report)).chain(families).collect()
}

/// What was read: no findings in a file that could not be read do not mean that it is right.
fn inputs(report: &AuditReport) -> Suite {
    let accounting = &report.accounting;
    let adds_up = match accounting.adds_up {
        true => Came::Passed,
        false => Came::Failed {
            kind: "error",
            message: "the numbers do not add up".to_owned(),
            lines: Vec::new(),
        },
    };
    let something = match report.is_of_nothing {
        true => Came::Error(AuditReport::NOTHING.to_owned()),
        false => Came::Passed,
    };
    let case = |name: &str, came| Case {
        name: name.to_owned(),
        came,
    };
    let mut cases = vec![
        case("every record is accounted for", adds_up),
        case("there is something to audit", something),
    ];
    let unreadable = accounting.unreadable.iter();
    cases.extend(unreadable.map(|one| {
        let problem = format!("not read: {}", one.problem);
        case(&one.path, Came::Error(problem))
    }));
    let (records, messages, calls) = (accounting.records, accounting.messages, accounting.calls);
    let counts = format!("records: {records}, messages: {messages}, calls: {calls}");
    let anomalies = accounting.anomalies.iter().map(|one| one.said());
    Suite {
        name: "inputs".to_owned(),
        cases,
        said: std::iter::once(counts).chain(anomalies).collect(),
    }
}

fn case(rule: &RuleReport, findings: &[&FindingReport]) -> Case {
    let counts = &rule.counts;
    let came = match findings.len() {
        // No subject of the rule could be judged.
        0 if counts.pass + counts.fail == 0 => Came::Skipped(String::new()),
        0 => Came::Passed,
        count => {
            let worst = ["error", "warning", "info"]
                .into_iter()
                .find(|severity| findings.iter().any(|finding| finding.severity == *severity));
            let plural = if count == 1 { "" } else { "s" };
            Came::Failed {
                kind: worst.unwrap_or_default(),
                message: format!("{count} finding{plural}: {}", rule.rule.flags),
                lines: findings.iter().map(|finding| line(finding)).collect(),
            }
        }
    };
    Case {
        name: format!("{} {}", rule.rule.code, rule.rule.name),
        came,
    }
}

fn line(finding: &FindingReport) -> String {
    let place = match (
        finding.inputs.first(),
        finding.records.first(),
        finding.lines.first(),
    ) {
        (Some(input), Some(record), _) => format!("{input} {record}"),
        (_, _, Some(line)) => format!("{} line {}", line.input, line.line),
        _ => String::new(),
    };
    let call = finding
        .call
        .map_or_else(String::new, |call| format!(", call {call}"));
    let again = match finding.also.len() {
        0 => String::new(),
        count => format!("; the same node does it again, messages: {count}"),
    };
    format!(
        "{} {place}{call}: {}{again}",
        finding.severity,
        finding.said()
    )
}
