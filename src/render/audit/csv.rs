//! An audit as a table for spreadsheets (RFC 4180). A cell that a spreadsheet would take for a formula begins with an apostrophe,
//! and what reorders or hides text is written as an escape.

use crate::base::escape;
use crate::report::audit::{AuditReport, FindingReport};

const HEAD: [&str; 13] = [
    "severity",
    "code",
    "name",
    "call",
    "call_id",
    "message",
    "input",
    "record",
    "header",
    "expected",
    "got",
    "citations",
    "other_messages",
];

/// A row for each finding below the names of the columns.
pub fn table(report: &AuditReport) -> String {
    let mut table = row(HEAD.map(str::to_owned));
    for finding in &report.findings {
        table.push_str(&row(cells(finding)));
    }
    table
}

fn cells(finding: &FindingReport) -> [String; HEAD.len()] {
    let number = |number: Option<&usize>| number.map_or_else(String::new, ToString::to_string);
    let header = finding.headers.first();
    let line = finding.lines.first();
    let record = finding.records.first().copied();
    let record = record.or(line.map(|line| line.line));
    let input = finding.inputs.first().cloned();
    [
        finding.severity.to_owned(),
        finding.code.to_owned(),
        finding.name.to_owned(),
        number(finding.call.as_ref()),
        finding.call_id.clone().unwrap_or_default(),
        number(finding.messages.first()),
        input
            .or(line.map(|line| line.input.clone()))
            .unwrap_or_default(),
        record.map_or_else(String::new, |record| record.to_string()),
        header.map_or_else(String::new, |header| header.name.clone()),
        finding.expected.clone(),
        finding.got.clone(),
        finding.citations.join("; "),
        finding.also.len().to_string(),
    ]
}

fn row(cells: [String; HEAD.len()]) -> String {
    let cells = cells.map(|text| cell(&text));
    format!("{}\r\n", cells.join(","))
}

fn cell(text: &str) -> String {
    let text = escape::text(text);
    // White space in front of a formula does not keep it from being one.
    let formula = text.trim_start().starts_with(['=', '+', '-', '@']) || text.starts_with("\\t");
    let text = if formula { format!("'{text}") } else { text };
    match text.contains(['"', ',', '\n', '\'', ';']) || text != text.trim() {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn nothing_is_a_formula_and_nothing_ends_a_cell() {
        let expected = [
            ("plain", "plain"),
            ("=1+1", "\"'=1+1\""),
            (" @SUM(A1)", "\"' @SUM(A1)\""),
            ("+49", "\"'+49\""),
            ("-1", "\"'-1\""),
            ("a,\"b\"", "\"a,\"\"b\"\"\""),
            ("a\r\nb", "a\\r\\nb"),
            ("\t=1", "\"'\\t=1\""),
            ("x\u{202e}y", "x\\u{202e}y"),
        ];
        for (text, written) in expected {
            assert_eq!(cell(text), written, "{text:?}");
        }
    }
}
