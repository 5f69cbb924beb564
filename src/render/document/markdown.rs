//! Markdown, laid out as 3GPP prints flows: number and title, what was done, the caption of a table, the message as a block of
//! code. It is as easily read as plain text, and [`crate::render`] knows of no other form that can be read back: whatever stands
//! in a block is a message, or a figure, and never a step or a caption.

use std::fmt::Write;

use super::{CODED, SECTION, titled};
use crate::report::document::{FlowDocument, Printed, Step};

/// Messages and the figure are blocks of code, as far from the margin as RFCs print them.
const INDENT: &str = "   ";

/// The document. `figure` is its figure in lines of text.
pub fn write(document: &FlowDocument, figure: &str) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let mut line = |line: &str| {
        let _ = writeln!(text, "{line}");
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
    let drawn: Vec<_> = figure.lines().map(str::to_owned).collect();
    block("text verbatim", &drawn, &mut line);
    line("");
    line(&format!("Figure {SECTION}-1: Message flow"));
    for (position, step) in document.steps.iter().enumerate() {
        let (number, title) = (position + 1, titled(document, position));
        line("");
        line(&format!(
            "{number}. {title} - see example in table {SECTION}-{number}"
        ));
        line("");
        let message = Printed::of(step);
        notes(step, &message, &mut line);
        line(&format!("Table {SECTION}-{number}: {title}"));
        line("");
        print(message, &mut line);
    }
    text
}

fn notes(step: &Step, message: &Printed, line: &mut impl FnMut(&str)) {
    for note in &step.notes {
        line(&format!("- {}", escaped(note)));
    }
    for doubt in &step.doubts {
        line(&format!("- Not as it was sent: {}.", escaped(doubt)));
    }
    if message.is_coded {
        line(&format!("- {}", escaped(CODED)));
    }
    if !step.notes.is_empty() || !step.doubts.is_empty() || message.is_coded {
        line("");
    }
}

fn print(message: Printed, line: &mut impl FnMut(&str)) {
    let mut lines = vec![message.first_line];
    for (name, value) in message.fields {
        lines.push(match value.is_empty() {
            true => format!("{name}:"),
            false => format!("{name}: {value}"),
        });
    }
    if let Some(body) = message.body {
        lines.push(String::new());
        lines.extend(body);
    }
    let how = match message.is_coded {
        true => "coded",
        false => "verbatim",
    };
    let cut = match message.is_cut {
        true => " cut",
        false => "",
    };
    block(&format!("sip {how}{cut}"), &lines, line);
}

/// Lines between more backticks than any of them begins with (CommonMark 4.5).
fn block(info: &str, lines: &[String], line: &mut impl FnMut(&str)) {
    let ticks = |text: &String| {
        text.trim_start()
            .bytes()
            .take_while(|one| *one == b'`')
            .count()
    };
    let most = lines.iter().map(ticks).max().unwrap_or_default();
    let fence = "`".repeat((most + 1).max(3));
    line(&format!("{INDENT}{fence}{info}"));
    for text in lines {
        match text.is_empty() {
            true => line(""),
            false => line(&format!("{INDENT}{text}")),
        }
    }
    line(&format!("{INDENT}{fence}"));
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
