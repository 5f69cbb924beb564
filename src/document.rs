//! A call as the document of a flow. What may be left out in it is what comes back when it is read: the document is written and
//! read by the program itself, and what does not come back is printed in full, or said to be other than it was sent.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::intake::Intake;
use crate::render::document::markdown;
use crate::report::Times;
use crate::report::document::{Body, FlowDocument, Step, of_call};
use crate::report::ladder::Ladder;
use crate::source::document::{Document, Flow, Message};
use crate::trace::Call;

/// The document of a call whose ladder is `figure`, made with [`crate::report::document::options_of_figure`]. An error is one of reading messages again.
pub fn document(
    intake: &mut Intake,
    call: &Call<'_>,
    figure: Ladder,
    times: &Times,
) -> io::Result<FlowDocument> {
    let mut document = of_call(call, figure, times, |message| {
        let sighting = message.sighting();
        let (input, location) = (sighting.input(), sighting.location());
        let bytes = intake.store.read(input, location, sighting.length())?;
        Ok::<_, io::Error>(bytes.to_vec())
    })?;
    number(&mut document);
    // What is printed in full may be what a later message repeats, so each round can only help.
    const ROUNDS: usize = 4;
    for round in 1..=ROUNDS {
        if !fill_in(&mut document, round == ROUNDS) {
            break;
        }
    }
    doubt(&mut document);
    Ok(document)
}

/// What is read of a document, if that is one flow with as many steps; else the number of steps that are read.
fn read(document: &FlowDocument) -> Result<Flow, usize> {
    let mut flows = Document::read(&markdown::write(document, "")).flows;
    let steps = flows.iter().map(|flow| flow.steps.len()).sum();
    match (flows.pop(), flows.is_empty()) {
        (Some(flow), true) if steps == document.steps.len() => Ok(flow),
        _ => Err(steps),
    }
}

/// Gives a number to the elements that would be taken for several, because their messages name several hosts for them.
fn number(document: &mut FlowDocument) {
    let Ok(flow) = read(document) else {
        return;
    };
    let mut actors: BTreeMap<usize, BTreeSet<Option<usize>>> = BTreeMap::new();
    for (step, read) in document.steps.iter().zip(&flow.steps) {
        actors.entry(step.from).or_default().insert(read.from);
        actors.entry(step.to).or_default().insert(read.to);
    }
    let split = actors.into_iter().filter(|(_, actors)| actors.len() > 1);
    for (element, _) in split {
        document.number(element);
    }
}

/// Prints in full what would not be filled in right; tells whether there was anything.
fn fill_in(document: &mut FlowDocument, last: bool) -> bool {
    let flow = read(document);
    let mut found = false;
    for (position, step) in document.steps.iter_mut().enumerate() {
        if !step.elides() {
            continue;
        }
        let message = flow
            .as_ref()
            .ok()
            .and_then(|flow| flow.steps.get(position)?.message.as_ref());
        let wrong = message.is_none_or(|message| !differences(step, message).is_empty());
        if wrong || last && found {
            step.print_in_full();
            found = true;
        }
    }
    found
}

/// Says what would be read otherwise.
fn doubt(document: &mut FlowDocument) {
    let flow = match read(document) {
        Ok(flow) => flow,
        Err(found) => {
            let steps = document.steps.len();
            document.doubts.push(format!(
                "Who reads this document finds {found} steps in it, and it has {steps}"
            ));
            return;
        }
    };
    let mut names: BTreeSet<(usize, Option<usize>)> = BTreeSet::new();
    for (step, read) in document.steps.iter_mut().zip(&flow.steps) {
        names.insert((step.from, read.from));
        names.insert((step.to, read.to));
        match &read.message {
            Some(message) => {
                let differ = differences(step, message);
                step.doubts.extend(differ);
            }
            None => step.doubts.push("no message is found here".to_owned()),
        }
    }
    let elements = document.elements.len();
    if names.len() > elements || flow.actors.len() != elements {
        let doubt = "Who reads this document cannot tell all elements from each other";
        document.doubts.push(doubt.to_owned());
    }
}

/// What is read of a message otherwise than it was sent.
fn differences(step: &Step, read: &Message) -> Vec<String> {
    let mut all = Vec::new();
    if read.start_line != step.first_line {
        all.push("the first line".to_owned());
    }
    if read.headers.len() != step.fields.len() {
        all.push("the number of header fields".to_owned());
    }
    for (field, read) in step.fields.iter().zip(&read.headers) {
        let same = (&field.name, &field.value) == (&read.name, &read.value);
        if !same && all.len() < MOST_SAID {
            all.push(format!("the field {}", field.name));
        }
    }
    let body = read.body.as_ref().map(|body| body.text.as_str());
    let same = match &step.body {
        Body::None => body.is_none(),
        Body::Lines(lines, _) => body == Some(lines.join("\n").as_str()),
        // That it is not printed is said.
        Body::Binary(_) => true,
    };
    if !same {
        all.push("the body".to_owned());
    }
    all
}

/// Differences of one message that are named.
const MOST_SAID: usize = 8;
