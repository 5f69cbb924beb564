//! An audit as Markdown: what was found, for a review or a ticket. Values of messages stand in code spans, which no sign of
//! theirs can end.

use std::fmt::Write;

use crate::base::escape;
use crate::report::audit::{AuditReport, FindingReport};

/// The page.
pub fn page(report: &AuditReport) -> String {
    let counted = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    let accounting = &report.accounting;
    let mut out = format!(
        "# Audit\n\n{}, {}, {}: {}, {}, {} info.\n",
        counted(accounting.records as usize, "record"),
        counted(accounting.messages, "message"),
        counted(accounting.calls, "call"),
        counted(report.count("error"), "error"),
        counted(report.count("warning"), "warning"),
        report.count("info"),
    );
    for one in &accounting.unreadable {
        let (path, problem) = (code(&one.path), code(&one.problem));
        let _ = writeln!(out, "\nNot read: {path}: {problem}");
    }
    for one in &accounting.anomalies {
        let _ = writeln!(out, "\nOdd about the inputs: {}", code(&one.said()));
    }
    for severity in ["error", "warning", "info"] {
        let findings = report.findings.iter();
        let mut findings = findings.filter(|one| one.severity == severity).peekable();
        if findings.peek().is_some() {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "\n## {severity}\n");
        }
        for finding in findings {
            one(&mut out, finding);
        }
    }
    let _ = writeln!(
        out,
        "\n## Rules\n\n| rule | pass | fail | not applicable | not provable |\n|---|---:|---:|---:|---:|"
    );
    for rule in &report.rules {
        let counts = rule.counts;
        let _ = writeln!(
            out,
            "| {} {} | {} | {} | {} | {} |",
            rule.rule.code,
            rule.rule.name,
            counts.pass,
            counts.fail,
            counts.not_applicable,
            counts.not_provable
        );
    }
    out
}

fn one(out: &mut String, finding: &FindingReport) {
    let _ = writeln!(
        out,
        "- **{} {}** {}",
        finding.code,
        finding.name,
        places(finding)
    );
    let _ = writeln!(
        out,
        "  - got {}, expected {}",
        code(&finding.got),
        code(&finding.expected)
    );
    let citations = finding.citations.join(", ");
    let _ = writeln!(out, "  - {} ({citations})", finding.explanation.flags);
    if !finding.follows.is_empty() {
        let count = finding.follows.len();
        let plural = if count == 1 { "" } else { "s" };
        let _ = writeln!(out, "  - the same follows in {count} more message{plural}");
    }
    if !finding.also.is_empty() {
        let count = finding.also.len();
        let plural = if count == 1 { "" } else { "s" };
        let _ = writeln!(
            out,
            "  - the same node does it in {count} other message{plural}"
        );
    }
}

fn places(finding: &FindingReport) -> String {
    let call = finding.call.map(|call| format!("call {call}"));
    let messages = finding.messages.iter().zip(&finding.inputs);
    let messages = messages.zip(&finding.records);
    let messages = messages
        .map(|((message, input), record)| format!("message {message} ({} {record})", code(input)));
    let lines = finding.lines.iter().filter(|_| finding.messages.is_empty());
    let lines = lines.map(|line| format!("{} line {}", code(&line.input), line.line));
    let all: Vec<_> = call.into_iter().chain(messages).chain(lines).collect();
    all.join(", ")
}

/// Text as it is. The fence is longer than any run of backticks in it (CommonMark 6.1).
fn code(text: &str) -> String {
    let text = escape::text(text);
    let runs = text.split(|character| character != '`');
    let longest = runs.map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    match text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) {
        true => format!("{fence} {text} {fence}"),
        false => format!("{fence}{text}{fence}"),
    }
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn nothing_ends_a_code_span() {
        assert_eq!(code("plain <b>"), "`plain <b>`");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`x\n"), "`` `x\\n ``");
    }
}
