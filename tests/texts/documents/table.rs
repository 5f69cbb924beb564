//! The tables of a page in Markdown.

use std::collections::BTreeMap;

/// A row by the names of its columns.
pub(crate) type Row = BTreeMap<String, String>;

/// All rows of the tables in a text.
pub(crate) fn rows(text: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut columns: Vec<String> = Vec::new();
    for line in text.lines() {
        if !line.starts_with('|') {
            columns.clear();
        } else if columns.is_empty() {
            columns = cells(line);
        } else if !line.starts_with("|---") {
            rows.push(columns.iter().cloned().zip(cells(line)).collect());
        }
    }
    rows
}

fn cells(line: &str) -> Vec<String> {
    let inside = line.trim().trim_start_matches('|');
    let inside = inside.strip_suffix('|').unwrap_or(inside);
    inside
        .split('|')
        .map(|cell| cell.trim().to_owned())
        .collect()
}

/// What stands between the first two backticks.
pub(crate) fn quoted(text: &str) -> &str {
    let mut parts = text.split('`');
    parts.next();
    parts.next().unwrap_or_default()
}
