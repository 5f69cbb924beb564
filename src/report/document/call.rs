//! The document of a captured call. What a message repeats is told by the trace: a request that was passed on the one that came
//! in, a response that was passed on likewise, any other response its request.

use std::collections::BTreeMap;

use super::elements::Elements;
use super::{Body, Element, Field, FlowDocument, Step};
use crate::base::escape;
use crate::report::ladder::{Arrow, Ladder, Numbering, Options, Row, in_runs};
use crate::report::order::in_order;
use crate::report::{Times, notes};
use crate::sip::{self, Index, Name};
use crate::trace::{Call, Message, MessageId, Subject, judged_changes};

/// Every node writes these itself: they are always printed.
const OWN: [Name; 4] = [Name::Via, Name::MaxForwards, Name::Route, Name::RecordRoute];

/// The document of a call. `figure` is its ladder, made with [`options_of_figure`]; `read` gives the bytes of a message.
pub fn of_call<'a, E>(
    call: &Call<'a>,
    mut figure: Ladder,
    times: &Times,
    mut read: impl FnMut(&Message<'a>) -> Result<Vec<u8>, E>,
) -> Result<FlowDocument, E> {
    let messages = in_order(&[*call], times);
    let numbers: BTreeMap<MessageId, usize> = messages.iter().map(Message::id).zip(1..).collect();
    let mut elements = Elements::default();
    let mut steps = Vec::with_capacity(messages.len());
    for message in &messages {
        let ends = elements.of(message);
        steps.push(step(message, ends, &numbers, &mut read)?);
    }
    let elements = elements.named();
    for step in &mut steps {
        let passed_on_by = elements.get(step.from).map_or("", |one| one.name.as_str());
        for note in &mut step.notes {
            *note = note.replace(SENDER, passed_on_by);
        }
    }
    name_columns(&mut figure, &elements);
    let numbers: BTreeMap<usize, usize> = numbers
        .iter()
        .map(|(message, number)| (message.number(), *number))
        .collect();
    for row in &mut figure.rows {
        if let Row::Arrow(arrow) = row {
            number(arrow, &numbers);
        }
    }
    Ok(FlowDocument {
        title: figure.title.clone(),
        source: figure.source.clone(),
        figure,
        elements,
        steps,
        doubts: Vec::new(),
    })
}

/// What the figure of a document has to show: each step.
pub fn options_of_figure(title: Option<String>) -> Options {
    Options {
        title,
        numbering: Numbering::Messages,
        unfold: true,
        ..Options::default()
    }
}

/// Calls a row by its step, and names the steps in which its message was sent again.
fn number(arrow: &mut Arrow, numbers: &BTreeMap<usize, usize>) {
    let step = |message: &usize| numbers.get(message).copied();
    if let Some(number) = arrow.message.as_ref().and_then(step) {
        arrow.number = number.to_string();
    }
    let again: Vec<_> = arrow.again.iter().filter_map(step).collect();
    if !again.is_empty() {
        let plural = if again.len() > 1 { "s" } else { "" };
        let small = format!("Again: step{plural} {}", in_runs(again));
        arrow.small.push(small);
    }
}

/// The figure calls everybody as the titles do; what it called them before stands below.
fn name_columns(figure: &mut Ladder, elements: &[Element]) {
    for column in &mut figure.columns {
        let mut same = elements.iter().filter(|one| one.label == column.label);
        if let (Some(element), None) = (same.next(), same.next())
            && element.name != column.label
        {
            column.label.clone_from(&element.name);
            column.detail.clone_from(&element.label);
        }
    }
}

/// Stands for the sender until all names are known; no name has such a character.
const SENDER: &str = "\u{1}";

fn step<'a, E>(
    message: &Message<'a>,
    (from, to): (usize, usize),
    numbers: &BTreeMap<MessageId, usize>,
    read: &mut impl FnMut(&Message<'a>) -> Result<Vec<u8>, E>,
) -> Result<Step, E> {
    let bytes = read(message)?;
    let mut index = Index::default();
    let sip = sip::Message::read(&bytes, &mut index);
    let relays = message.relays();
    let relay = relays
        .iter()
        .find(|relay| relay.after.id() == message.id() && numbers.contains_key(&relay.before.id()));
    let request = || match message.subject() {
        Subject::Response(_) => message.hop().request(),
        Subject::Request(_) => None,
    };
    let repeated = relay.map(|relay| relay.before).or_else(request);
    let repeated = repeated.filter(|other| other.id() < message.id());
    let (body, mut doubts) = body(&sip);
    let fields = sip.headers();
    let mut texts = fields.flat_map(|field| [field.name, field.value]);
    let is_text = |text: sip::Text<'_>| std::str::from_utf8(text.bytes()).is_ok();
    if !is_text(sip.first_line_text()) || !texts.all(is_text) {
        doubts.push("Bytes that are no text stand as \\xff".to_owned());
    }
    let mut step = Step {
        message: message.id(),
        title: title(message, &sip),
        from,
        to,
        notes: Vec::new(),
        first_line: text(sip.first_line_text().bytes()),
        fields: sip.headers().map(|header| field(&header)).collect(),
        body,
        is_cut: !message.sighting().whole(),
        doubts,
    };
    if step.is_cut {
        step.doubts.push("its end is not known".to_owned());
    }
    let folded = sip.headers().filter(|header| header.folded);
    for header in folded {
        let name = escape::bytes(header.name.bytes());
        step.doubts
            .push(format!("{name} was folded over several lines"));
    }
    let Some(other) = repeated else {
        return Ok(step);
    };
    let before = read(&other)?;
    let mut index = Index::default();
    let before = sip::Message::read(&before, &mut index);
    elide(&mut step, &sip, &before);
    if let Some(relay) = relay {
        let (came, went) = (&before, &sip);
        let number = numbers.get(&relay.before.id()).copied();
        let changes = judged_changes(came, went, relay.between());
        step.notes = notes::of_relay(number, SENDER, &changes);
    } else if let Some(number) = numbers.get(&other.id()) {
        step.notes.push(format!("Answers step {number}."));
    }
    Ok(step)
}

/// Leaves out what is the same at the same place among the fields with the same name.
fn elide(step: &mut Step, sip: &sip::Message<'_>, before: &sip::Message<'_>) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut known: BTreeMap<(String, usize), String> = BTreeMap::new();
    for header in before.headers() {
        let Field { name, value, .. } = field(&header);
        known.insert(place(&mut counts, &name), value);
    }
    counts.clear();
    let same_body = sip.rest().bytes() == before.rest().bytes();
    if let Body::Lines(_, elided) = &mut step.body {
        *elided = same_body && sip.has(Name::ContentType);
    }
    for (field, header) in step.fields.iter_mut().zip(sip.headers()) {
        let same = known.get(&place(&mut counts, &field.name)) == Some(&field.value);
        // A body that is repeated goes with its type.
        let of_body = header.known == Name::ContentType && !same_body;
        field.elided = same && !of_body && !field.value.is_empty() && !OWN.contains(&header.known);
    }
    // Where the type is printed, so is the body.
    let typed = sip.headers().zip(&step.fields);
    let mut types = typed.filter(|(header, _)| header.known == Name::ContentType);
    if !types.any(|(_, field)| field.elided)
        && let Body::Lines(_, elided) = &mut step.body
    {
        *elided = false;
    }
}

/// A name, and which one of the fields with it.
fn place(counts: &mut BTreeMap<String, usize>, name: &str) -> (String, usize) {
    let name = name.to_ascii_lowercase();
    let count = counts.entry(name.clone()).or_default();
    *count += 1;
    (name, *count)
}

fn field(header: &sip::Header<'_>) -> Field {
    let line = text(header.lines.bytes());
    let line = line.trim_end_matches(['\r', '\n']);
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    let value = match header.folded {
        true => text(&header.value.unfolded()),
        false => value.strip_prefix(' ').unwrap_or(value).to_owned(),
    };
    Field {
        name: name.to_owned(),
        value,
        elided: false,
    }
}

/// A text as it is, with codes for bytes that are none.
fn text(bytes: &[u8]) -> String {
    let chunks = bytes.utf8_chunks();
    let texts = chunks.map(|chunk| chunk.valid().to_owned() + &escape::bytes(chunk.invalid()));
    texts.collect()
}

/// `NOTIFY request`, `200 (OK) response`
fn title(message: &Message<'_>, sip: &sip::Message<'_>) -> String {
    let sound = |bytes: &[u8]| -> String {
        let text = String::from_utf8_lossy(bytes);
        let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '\'');
        text.chars().filter(plain).take(60).collect()
    };
    match message.subject() {
        Subject::Request(_) => {
            let method = sip.method().map(|method| sound(method.bytes()));
            format!("{} request", method.unwrap_or_default())
        }
        Subject::Response(status) => {
            let line = sound(sip.first_line_text().bytes());
            let reason = line.split_once(&format!("{status} "));
            match reason.map(|(_, reason)| reason.trim()) {
                Some(reason) if !reason.is_empty() => format!("{status} ({reason}) response"),
                _ => format!("{status} response"),
            }
        }
    }
}

/// The lines of a body, and what is not printed of it.
fn body(sip: &sip::Message<'_>) -> (Body, Vec<String>) {
    let bytes = sip.rest().bytes();
    if bytes.is_empty() {
        return (Body::None, Vec::new());
    }
    let text = std::str::from_utf8(bytes).ok();
    let is_odd = |c: char| c.is_control() && !matches!(c, '\r' | '\n' | '\t');
    let Some(text) = text.filter(|text| !text.contains(is_odd)) else {
        let doubt = format!("The body is {} bytes that are no text", bytes.len());
        return (Body::Binary(bytes.len()), vec![doubt]);
    };
    let whole = text.strip_suffix("\r\n");
    let text = whole.unwrap_or_else(|| text.strip_suffix('\n').unwrap_or(text));
    let lines = text.split("\r\n").flat_map(|line| line.split(['\r', '\n']));
    let lines = lines.map(str::to_owned).collect();
    (Body::Lines(lines, false), Vec::new())
}
