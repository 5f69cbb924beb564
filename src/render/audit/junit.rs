//! An audit as a JUnit report: a suite for each family, a case for each rule that found something to look at, failed where
//! there are findings.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::base::escape;
use crate::report::audit::{AuditReport, FindingReport, RuleReport};

/// The report.
pub fn suites(report: &AuditReport) -> String {
    let mut found: BTreeMap<&str, Vec<&FindingReport>> = BTreeMap::new();
    for finding in &report.findings {
        found.entry(finding.code).or_default().push(finding);
    }
    let mut families: BTreeMap<&str, Vec<&RuleReport>> = BTreeMap::new();
    for rule in &report.rules {
        families
            .entry(rule.rule.family.name())
            .or_default()
            .push(rule);
    }
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let counts = |rules: &[&RuleReport]| {
        let failed = |rule: &&&RuleReport| found.contains_key(rule.rule.code);
        let skipped = rules.iter().filter(|rule| is_skipped(rule, &found)).count();
        let failed = rules.iter().filter(failed).count();
        format!(
            "tests=\"{}\" failures=\"{failed}\" skipped=\"{skipped}\"",
            rules.len()
        )
    };
    // Writing to a string cannot fail.
    let _ = writeln!(out, "<testsuites name=\"sipscope\">");
    inputs(&mut out, report);
    for (family, rules) in &families {
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" {}>",
            xml(family),
            counts(rules)
        );
        for rule in rules {
            case(&mut out, rule, &found);
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

/// What was read: no findings in a file that could not be read do not mean that it is right.
fn inputs(out: &mut String, report: &AuditReport) {
    let accounting = &report.accounting;
    let unreadable = &accounting.unreadable;
    let errors = unreadable.len() + usize::from(report.is_of_nothing);
    let tests = 2 + unreadable.len();
    let _ = writeln!(
        out,
        "  <testsuite name=\"inputs\" tests=\"{tests}\" errors=\"{errors}\" failures=\"{}\" skipped=\"0\">\n    \
         <testcase classname=\"sipscope.inputs\" name=\"every record is accounted for\"{}",
        u8::from(!accounting.adds_up),
        match accounting.adds_up {
            true => "/>",
            false => "><failure message=\"the numbers do not add up\"/></testcase>",
        }
    );
    let nothing = match report.is_of_nothing {
        true => format!("><error message=\"{}\"/></testcase>", AuditReport::NOTHING),
        false => "/>".to_owned(),
    };
    let _ = writeln!(
        out,
        "    <testcase classname=\"sipscope.inputs\" name=\"there is something to audit\"{nothing}"
    );
    for one in unreadable {
        let (path, problem) = (xml(&one.path), xml(&one.problem));
        let _ = writeln!(
            out,
            "    <testcase classname=\"sipscope.inputs\" name=\"{path}\"><error message=\"not read: {problem}\"/></testcase>"
        );
    }
    let (records, messages, calls) = (accounting.records, accounting.messages, accounting.calls);
    let _ = writeln!(
        out,
        "    <system-out>records: {records}, messages: {messages}, calls: {calls}"
    );
    for one in &accounting.anomalies {
        let _ = writeln!(out, "{}", xml(&one.said()));
    }
    out.push_str("    </system-out>\n  </testsuite>\n");
}

/// Whether no subject of the rule could be judged.
fn is_skipped(rule: &RuleReport, found: &BTreeMap<&str, Vec<&FindingReport>>) -> bool {
    !found.contains_key(rule.rule.code) && rule.counts.pass + rule.counts.fail == 0
}

fn case(out: &mut String, rule: &RuleReport, found: &BTreeMap<&str, Vec<&FindingReport>>) {
    let head = format!(
        "    <testcase classname=\"sipscope.{}\" name=\"{} {}\"",
        xml(rule.rule.family.name()),
        xml(rule.rule.code),
        xml(rule.rule.name)
    );
    let _ = match found.get(rule.rule.code) {
        None if is_skipped(rule, found) => writeln!(out, "{head}><skipped/></testcase>"),
        None => writeln!(out, "{head}/>"),
        Some(findings) => {
            let lines: Vec<_> = findings.iter().map(|finding| line(finding)).collect();
            let worst = ["error", "warning", "info"]
                .into_iter()
                .find(|severity| findings.iter().any(|finding| finding.severity == *severity));
            let count = findings.len();
            let plural = if count == 1 { "" } else { "s" };
            writeln!(
                out,
                "{head}>\n      <failure type=\"{}\" message=\"{count} finding{plural}: {}\">\n{}\n      \
                 </failure>\n    </testcase>",
                worst.unwrap_or_default(),
                xml(rule.rule.flags),
                lines.join("\n"),
            )
        }
    };
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
    xml(&format!(
        "{} {place}{call}: {}{again}",
        finding.severity,
        finding.said()
    ))
}

/// Text in XML, between tags or in quotes. What XML cannot hold is written as an escape.
fn xml(text: &str) -> String {
    let mut escaped = String::new();
    for character in escape::text(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::xml;

    #[test]
    fn nothing_is_a_tag_or_ends_a_value() {
        assert_eq!(
            xml("<a href=\"x\">&\u{1}\u{202e}\u{ffff}"),
            "&lt;a href=&quot;x&quot;&gt;&amp;\\u{1}\\u{202e}\\u{ffff}"
        );
    }
}
