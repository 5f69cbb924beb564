//! Markdown, laid out as 3GPP prints flows: number and title, what was done, the caption of a table, the message as a block of
//! code. It is as easily read as plain text, and [`crate::render`] knows of no other form that can be read back.

use std::fmt::Write;

use super::{SECTION, titled};
use crate::report::document::{Body, FlowDocument, Step};

/// Messages and the figure are blocks of code. So far from the margin no line of them looks like the number of a step.
const INDENT: &str = "    ";

/// The document. `figure` is its figure in lines of text.
pub fn write(document: &FlowDocument, figure: &str) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let mut line = |line: &str| {
        let _ = writeln!(text, "{}", line.trim_end());
    };
    let title = escaped(&document.title);
    line(&title);
    line(&"=".repeat(title.chars().count().clamp(3, 80)));
    line("");
    line(&escaped(&document.source));
    line("");
    for doubt in &document.doubts {
        line(&format!("- {}.", escaped(doubt)));
    }
    if !document.doubts.is_empty() {
        line("");
    }
    line("| Element | Known as | Addresses and names |");
    line("|---|---|---|");
    for one in &document.elements {
        let (name, label, about) = (escaped(&one.name), escaped(&one.label), escaped(&one.about));
        line(&format!("| {name} | {label} | {about} |"));
    }
    line("");
    let heading = format!("{SECTION} Message flow");
    line(&heading);
    line(&"-".repeat(heading.len()));
    line("");
    for drawn in figure.lines() {
        line(&format!("{INDENT}{drawn}"));
    }
    line("");
    line(&format!("Figure {SECTION}-1: Message flow"));
    for (position, step) in document.steps.iter().enumerate() {
        let (number, title) = (position + 1, titled(document, position));
        line("");
        line(&format!(
            "{number}. {title} - see example in table {SECTION}-{number}"
        ));
        line("");
        notes(step, &mut line);
        line(&format!("Table {SECTION}-{number}: {title}"));
        line("");
        message(step, &mut line);
    }
    text
}

fn notes(step: &Step, line: &mut impl FnMut(&str)) {
    for note in &step.notes {
        line(&format!("- {}", escaped(note)));
    }
    for doubt in &step.doubts {
        line(&format!("- Not as it was sent: {}.", escaped(doubt)));
    }
    if !step.notes.is_empty() || !step.doubts.is_empty() {
        line("");
    }
}

fn message(step: &Step, line: &mut impl FnMut(&str)) {
    line(&format!("{INDENT}{}", step.first_line));
    for field in &step.fields {
        let value = match field.elided {
            true => "",
            false => &field.value,
        };
        line(&format!("{INDENT}{}: {value}", field.name));
    }
    match &step.body {
        Body::None | Body::Lines(_, true) => {}
        Body::Lines(lines, false) => {
            line("");
            for text in lines {
                line(&format!("{INDENT}{text}"));
            }
        }
        Body::Binary(length) => {
            line("");
            line(&format!("{INDENT}[{length} bytes that are no text]"));
        }
    }
}

/// Text in which nothing is markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' => {
                escaped.push('\\');
                escaped.push(character);
            }
            other => escaped.push(other),
        }
    }
    escaped
}
