//! One message: its lines, those that its sender changed marked in front, what findings point to marked in them.
//!
//! ```text
//! Message 3  10.0.0.1:5060 -> 10.0.0.2:5060  +0.009 s
//!   INVITE sip:bob@example.org SIP/2.0
//! + Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx
//! ```

use std::collections::BTreeSet;

use crate::base::{Span, escape};
use crate::trace::{End, Message, MessageId};
use crate::tui::page::{Page, PageLine, Target};
use crate::tui::theme::Tone;
use crate::tui::world::World;

/// A message; raw, without marks.
pub(in crate::tui) fn page(world: &mut World, id: MessageId, raw: bool) -> Option<Page> {
    let trace = world.trace.clone();
    let message = trace.message(id)?;
    let mut page = Page::new(title(world, &message));
    page.about = Some(Target::Message(id));
    let bytes = match world.read(&message) {
        Ok(bytes) => bytes,
        Err(error) => {
            let text = format!("It cannot be read again: {error}");
            page.push(PageLine::of(Tone::Error, text));
            return Some(page);
        }
    };
    if raw {
        for line in escape::lines(&bytes).lines() {
            page.push(PageLine::of(Tone::Plain, line));
        }
        return Some(page);
    }
    let new = new_lines(world, &message, &bytes);
    let marks = marks(world, &message);
    let mut in_body = false;
    let mut begin = 0;
    for (number, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let span = begin..begin + line.len();
        begin = span.end;
        let content = line.strip_suffix(b"\n").unwrap_or(line);
        let content = content.strip_suffix(b"\r").unwrap_or(content);
        let sign = match new.contains(&number) {
            true => (Tone::Good, "+ "),
            false => (Tone::Plain, "  "),
        };
        let mut shown = PageLine::of(sign.0, sign.1).hang(6);
        let marked = marks
            .iter()
            .find(|mark| span.contains(&(mark.start as usize)));
        shown.pieces.extend(match marked {
            Some(mark) => with_mark(content, span.start, *mark),
            None if in_body => vec![(Tone::Plain, escape::bytes(content))],
            None => field(content, number == 0),
        });
        in_body |= content.is_empty();
        page.push(shown);
    }
    if !message.sighting().whole() {
        page.push(PageLine::of(Tone::Warning, "Its end was not captured."));
    }
    for note in found(world, &message) {
        page.push(note);
    }
    Some(page)
}

fn title(world: &World, message: &Message<'_>) -> String {
    let sighting = message.sighting();
    let end = |end: Option<End<'_>>| {
        end.map_or_else(
            || "unknown".to_owned(),
            |end| escape::text(&end.to_string()),
        )
    };
    let time = world.times.told(message);
    let time = time.map_or_else(String::new, |time| format!("  {time}"));
    let seen = match message.sightings().len() {
        1 => String::new(),
        times => format!("  seen {times}x"),
    };
    format!(
        "Message {}  {} -> {}{time}{seen}  {}",
        message.id().number(),
        end(sighting.source()),
        end(sighting.destination()),
        escape::text(&world.place(message)),
    )
}

/// A first line, or a field with its name apart.
fn field(line: &[u8], first: bool) -> Vec<(Tone, String)> {
    let text = escape::bytes(line);
    if first {
        return vec![(Tone::Title, text)];
    }
    match text.split_once(':') {
        Some((name, value)) if !name.starts_with([' ', '\t']) => vec![
            (Tone::Request, format!("{name}:")),
            (Tone::Plain, value.to_owned()),
        ],
        _ => vec![(Tone::Plain, text)],
    }
}

/// A line with a part of it marked.
fn with_mark(line: &[u8], start: usize, mark: Span) -> Vec<(Tone, String)> {
    let from = (mark.start as usize - start).min(line.len());
    let to = (mark.end as usize)
        .saturating_sub(start)
        .clamp(from, line.len());
    vec![
        (Tone::Request, escape::bytes(&line[..from])),
        (Tone::Marked, escape::bytes(&line[from..to])),
        (Tone::Plain, escape::bytes(&line[to..])),
    ]
}

/// Lines that the message as its sender got it does not have.
fn new_lines(world: &mut World, message: &Message<'_>, bytes: &[u8]) -> BTreeSet<usize> {
    let relays = message.relays();
    let came = relays.iter().find(|relay| relay.after.id() == message.id());
    let Some(before) = came.and_then(|relay| world.read(&relay.before).ok()) else {
        return BTreeSet::new();
    };
    let known: BTreeSet<&[u8]> = before.split(|byte| *byte == b'\n').collect();
    let lines = bytes.split(|byte| *byte == b'\n').enumerate();
    let new = lines.filter(|(_, line)| !known.contains(line));
    new.map(|(number, _)| number).collect()
}

/// The parts of the message that findings point to.
fn marks(world: &World, message: &Message<'_>) -> Vec<Span> {
    let found = world.findings_of(message.hop().call().id());
    let places = found.iter().flat_map(|finding| &finding.places);
    let here = places.filter(|place| place.message == message.id());
    here.map(|place| place.span).collect()
}

/// The findings that the message proves.
fn found(world: &World, message: &Message<'_>) -> Vec<PageLine> {
    let call = message.hop().call().id();
    let all = world.findings().iter().enumerate();
    let here = all.filter(|(_, finding)| {
        finding.call == Some(call)
            && finding
                .places
                .iter()
                .any(|place| place.message == message.id())
    });
    let lines = here.map(|(position, finding)| {
        let text = format!("{} {}: ", finding.rule.code, finding.rule.name);
        let said = format!(
            "got {}; expected {}",
            escape::text(&finding.got),
            escape::text(&finding.expected)
        );
        PageLine::of(super::findings::tone(finding.severity), text)
            .and(Tone::Plain, said)
            .hang(6)
            .to(Target::Finding(position))
    });
    lines.collect()
}

/// The message after this one, or before it, on the same hop.
pub(in crate::tui) fn of_hop(message: &Message<'_>, forth: bool) -> Option<MessageId> {
    let all: Vec<_> = message.hop().messages().map(|one| one.id()).collect();
    let here = all.iter().position(|one| *one == message.id())?;
    let there = match forth {
        true => here + 1,
        false => here.checked_sub(1)?,
    };
    all.get(there).copied()
}

/// The message one hop further on its way, or one hop before.
pub(in crate::tui) fn of_journey(message: &Message<'_>, forth: bool) -> Option<MessageId> {
    let relays = message.relays();
    let mut relays = relays.iter();
    match forth {
        true => relays
            .find(|one| one.before.id() == message.id())
            .map(|one| one.after.id()),
        false => relays
            .find(|one| one.after.id() == message.id())
            .map(|one| one.before.id()),
    }
}
