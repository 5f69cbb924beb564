//! What a step of a flow document does not repeat: which header fields have the value of another step, and where that is printed.

use std::io::{Result, Write};

use serde::Serialize;
use sipscope::Intake;
use sipscope::base::RecordId;
use sipscope::source::document::{Flow, Message};

use super::escape;

/// Something that is filled in, as programs get it.
#[derive(Serialize)]
pub(super) struct InheritedRow {
    /// The header field; none for the body.
    name: Option<String>,
    /// Its place among the header fields, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<usize>,
    /// Number of the step that it repeats.
    step: Option<String>,
    /// First and last line in which the value is printed.
    printed_in_lines: [u64; 2],
}

/// All of a message, in its order.
pub(super) fn rows(intake: &Intake, record: RecordId) -> Vec<InheritedRow> {
    let input = intake.inputs.get(record.input as usize);
    let document = input.and_then(|input| input.facts.document.as_ref());
    let flows = document.map_or(&[][..], |document| &document.flows);
    let found = flows.iter().find_map(|flow| {
        let mut messages = flow.steps.iter().filter_map(|step| step.message.as_ref());
        let message = messages.find(|message| message.line == record.number)?;
        Some(of_message(flow, message))
    });
    found.unwrap_or_default()
}

fn of_message(flow: &Flow, message: &Message) -> Vec<InheritedRow> {
    let number = |step: usize| flow.steps.get(step).and_then(|step| step.number.clone());
    let headers = message.headers.iter().enumerate();
    let headers = headers.filter_map(|(place, header)| {
        let inherited = header.inherited.as_ref()?;
        Some(InheritedRow {
            name: Some(header.name.clone()),
            header: Some(place),
            step: number(inherited.step),
            printed_in_lines: [*inherited.lines.first()?, *inherited.lines.last()?],
        })
    });
    let body = message.body.as_ref().and_then(|body| {
        Some(InheritedRow {
            name: None,
            header: None,
            step: number(body.inherited?),
            printed_in_lines: [body.lines.0, body.lines.1],
        })
    });
    headers.chain(body).collect()
}

/// A line for each.
pub(super) fn print(out: &mut impl Write, rows: &[InheritedRow]) -> Result<()> {
    if !rows.is_empty() {
        writeln!(out, "not repeated here:")?;
    }
    for row in rows {
        let name = row.name.as_deref().unwrap_or("the body");
        let step = match &row.step {
            Some(step) => format!(" as in step {}", escape::text(step)),
            None => String::new(),
        };
        let lines = match row.printed_in_lines {
            [first, last] if first == last => format!("line {first}"),
            [first, last] => format!("lines {first} to {last}"),
        };
        writeln!(out, "  {}:{step}, printed in {lines}", escape::text(name))?;
    }
    Ok(())
}
