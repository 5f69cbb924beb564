//! An audit as SARIF 2.1.0 (OASIS), for editors and code hosts: each rule with its documentation, each finding with the file and
//! the line, or the record of a capture.

use serde_json::{Value, json};

use crate::base::escape;
use crate::report::audit::{AuditReport, FindingReport, RuleReport};

/// The log.
pub fn log(report: &AuditReport) -> Value {
    let rules: Vec<_> = report.rules.iter().map(rule).collect();
    let position = |code: &str| {
        let mut rules = report.rules.iter();
        rules.position(|rule| rule.rule.code == code)
    };
    let results: Vec<_> = report
        .findings
        .iter()
        .map(|finding| result(finding, position(finding.code)))
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "sipscope",
                    "version": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                },
            },
            "invocations": [invocation(report)],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// What was read, and what was not: no findings in a file that could not be read do not mean that it is right.
fn invocation(report: &AuditReport) -> Value {
    let accounting = &report.accounting;
    let nothing = report
        .is_of_nothing
        .then(|| json!({ "level": "error", "message": { "text": AuditReport::NOTHING } }));
    let unreadable = accounting.unreadable.iter().map(|one| {
        let text = format!("not read: {}: {}", one.path, one.problem);
        json!({ "level": "error", "message": { "text": plain(&text) } })
    });
    let odd = accounting.anomalies.iter();
    let odd = odd.map(|one| json!({ "level": "note", "message": { "text": plain(&one.said()) } }));
    let notes: Vec<_> = unreadable.chain(nothing).chain(odd).collect();
    json!({
        "executionSuccessful": accounting.unreadable.is_empty() && !report.is_of_nothing,
        "toolExecutionNotifications": notes,
        "properties": { "accounting": accounting },
    })
}

fn rule(report: &RuleReport) -> Value {
    let rule = report.rule;
    let citations: Vec<_> = rule.citations.iter().map(ToString::to_string).collect();
    let silenced: String = rule
        .silenced
        .iter()
        .map(|reason| format!("\n- {reason}"))
        .collect();
    let silenced = match silenced.as_str() {
        "" => String::new(),
        all => format!("\n\nNo finding where there is a legal explanation:{all}"),
    };
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": { "text": rule.flags },
        "fullDescription": { "text": rule.matters },
        "help": {
            "text": format!(
                "{}\n\nUsual cause: {}{silenced}\n\nWritten in: {}",
                rule.matters, rule.cause, citations.join(", ")
            ),
        },
        "defaultConfiguration": { "level": level(report.severity) },
        "properties": { "tags": [rule.family.name()], "citations": citations },
    })
}

fn result(finding: &FindingReport, position: Option<usize>) -> Value {
    let again = match finding.also.len() {
        0 => String::new(),
        count => format!("; the same node does it again, messages: {count}"),
    };
    let message = format!(
        "{} ({}){again}",
        finding.said(),
        finding.citations.join(", ")
    );
    let mut places: Vec<Value> = finding
        .lines
        .iter()
        .map(|line| place(&line.input, Some(line.line), json!({})))
        .collect();
    let messages = finding.headers.iter().zip(&finding.inputs);
    for ((header, input), record) in messages.zip(&finding.records) {
        let line = finding
            .lines
            .iter()
            .any(|line| line.input == *input && line.line == *record);
        // Of a text the line has already said it.
        if !line {
            places.push(place(
                input,
                None,
                json!({
                    "message": header.message,
                    "record": record,
                    "header": header.name,
                    "offset": header.offset,
                    "length": header.length,
                }),
            ));
        }
    }
    let related = places.split_off(places.len().min(1));
    let mut result = json!({
        "ruleId": finding.code,
        "level": level(finding.severity),
        "message": { "text": plain(&message) },
        "locations": places,
        "relatedLocations": related,
        "partialFingerprints": { "sipscope/1": finding.fingerprint },
        "properties": {
            "call": finding.call,
            "callId": finding.call_id,
            "follows": finding.follows,
            "also": finding.also,
            "explanation": finding.explanation,
        },
    });
    if let (Some(position), Some(result)) = (position, result.as_object_mut()) {
        result.insert("ruleIndex".to_owned(), position.into());
    }
    result
}

/// A place in a file: a line of a text; of a capture the file, and the record in the properties.
fn place(input: &str, line: Option<u64>, properties: Value) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": uri(input) } });
    if let (Some(line), Some(physical)) = (line, physical.as_object_mut()) {
        physical.insert("region".to_owned(), json!({ "startLine": line.max(1) }));
    }
    json!({ "physicalLocation": physical, "properties": properties })
}

/// Text of a message that a viewer takes for no more than text: in brackets stands what it makes a link of (SARIF 2.1.0 3.11.6).
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let shown = escape::text(text);
    let mut rest = shown.chars().peekable();
    while let Some(character) = rest.next() {
        let is_bracket = |one: &char| matches!(one, '[' | ']');
        // A backslash of the sender would take ours off.
        let spoils = |next: &char| *next == '\\' || is_bracket(next);
        if is_bracket(&character) || character == '\\' && rest.peek().is_some_and(spoils) {
            plain.push('\\');
        }
        plain.push(character);
    }
    plain
}

/// A path as a URI reference (RFC 3986 4.2).
fn uri(path: &str) -> String {
    let mut uri = String::new();
    // A colon in the first segment would end a scheme.
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            b'\\' => uri.push('/'),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

fn level(severity: &str) -> &'static str {
    match severity {
        "error" => "error",
        "warning" => "warning",
        _ => "note",
    }
}

#[cfg(test)]
mod tests {
    use super::{plain, uri};

    #[test]
    fn brackets_are_no_link() {
        assert_eq!(plain("[a](b)"), r"\[a\](b)");
        assert_eq!(plain(r"\[a\](b) \u{1b}"), r"\\\[a\\\](b) \u{1b}");
        assert_eq!(plain("a\u{1b}[31m\u{202e}"), r"a\u{1b}\[31m\u{202e}");
    }

    #[test]
    fn a_path_is_a_reference() {
        assert_eq!(uri("a b/c:d#\u{e9}.pcap"), "a%20b/c%3Ad%23%C3%A9.pcap");
    }
}
