//! A call as the document of a flow. What may be left out in it is what comes back when it is read: the document is written and
//! read by the program itself, and what does not come back is printed in full, or said to be other than it was sent.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::base::escape;
use crate::intake::Intake;
use crate::render::document::markdown;
use crate::report::Times;
use crate::report::document::{Body, Field, FlowDocument, Step, of_call};
use crate::report::ladder::Ladder;
use crate::sip::{self, Index};
use crate::source::document::{Document, Flow, Header, Message};
use crate::trace::{Call, MessageId};

/// The document of a call whose ladder is `figure`, made with [`crate::report::document::options_of_figure`]. An error is one of reading messages again.
pub fn document(
    intake: &mut Intake,
    call: &Call<'_>,
    figure: Ladder,
    times: &Times,
) -> io::Result<FlowDocument> {
    let mut sent: BTreeMap<MessageId, Vec<u8>> = BTreeMap::new();
    let mut document = of_call(call, figure, times, |message| {
        let sighting = message.sighting();
        let (input, location) = (sighting.input(), sighting.location());
        let bytes = intake.store.read(input, location, sighting.length())?;
        sent.insert(message.id(), bytes.to_vec());
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
    doubt(&mut document, &sent);
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
        let wrong = message.is_none_or(|message| !comes_back(step, message));
        if wrong || last && found {
            step.print_in_full();
            found = true;
        }
    }
    found
}

/// Says what would be read otherwise than it was sent.
fn doubt(document: &mut FlowDocument, sent: &BTreeMap<MessageId, Vec<u8>>) {
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
                let sent = sent.get(&step.message).map_or(&[][..], Vec::as_slice);
                step.doubts.extend(differences(sent, &message.bytes()));
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

/// Whether what is printed of a message is read as it is meant.
fn comes_back(step: &Step, read: &Message) -> bool {
    let mut fields = step.fields.iter().zip(&read.headers);
    let same =
        |(field, read): (&Field, &Header)| (&field.name, &field.value) == (&read.name, &read.value);
    let body = read.body.as_ref().map(|body| body.text.as_str());
    read.start_line == step.first_line
        && read.headers.len() == step.fields.len()
        && fields.all(same)
        && match &step.body {
            Body::None => body.is_none(),
            Body::Lines(lines, _) => body == Some(lines.join("\n").as_str()),
            // That it is not printed is said.
            Body::Binary(_) => true,
        }
}

/// What is read of a message otherwise than it was sent. What is folded, and a body that is no text, are told of before.
fn differences(sent: &[u8], read: &[u8]) -> Vec<String> {
    let (mut of_sent, mut of_read) = (Index::default(), Index::default());
    let sent = sip::Message::read(sent, &mut of_sent);
    let read = sip::Message::read(read, &mut of_read);
    let mut all = Vec::new();
    if sent.first_line_text().bytes() != read.first_line_text().bytes() {
        all.push("the first line".to_owned());
    }
    if sent.headers().count() != read.headers().count() {
        all.push("the number of header fields".to_owned());
    }
    let pairs = sent.headers().zip(read.headers());
    let plain = pairs.filter(|(sent, _)| !sent.folded && is_text(sent.lines.bytes()));
    let other = plain.filter(|(sent, read)| content(sent) != content(read));
    all.extend(other.take(MOST_SAID).map(|(sent, read)| {
        let name = escape::bytes(sent.name.bytes());
        match sent.value.bytes() == read.value.bytes() {
            _ if name.is_empty() => format!("the line {}", escape::bytes(content(&sent))),
            true => format!("the white space of {name}"),
            false => format!("the field {name}"),
        }
    }));
    let (sent, read) = (sent.rest().bytes(), read.rest().bytes());
    let is_content = |byte: &&u8| !matches!(byte, b'\r' | b'\n');
    let same = || {
        sent.iter()
            .filter(is_content)
            .eq(read.iter().filter(is_content))
    };
    match (sent == read || !is_text(sent), same()) {
        (true, _) => {}
        (false, true) => all.push("line ends of the body".to_owned()),
        (false, false) => all.push("the body".to_owned()),
    }
    all
}

/// A field without its line end, which no document tells.
fn content<'a>(header: &sip::Header<'a>) -> &'a [u8] {
    let lines = header.lines.bytes();
    let lines = lines.strip_suffix(b"\n").unwrap_or(lines);
    lines.strip_suffix(b"\r").unwrap_or(lines)
}

/// Whether lines can show it.
fn is_text(bytes: &[u8]) -> bool {
    let is_odd = |c: char| c.is_control() && !matches!(c, '\r' | '\n' | '\t');
    std::str::from_utf8(bytes).is_ok_and(|text| !text.contains(is_odd))
}

/// Differences of one message that are named.
const MOST_SAID: usize = 8;
