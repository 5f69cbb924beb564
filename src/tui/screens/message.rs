//! One message: its lines, those that its sender changed marked in front, what findings point to marked in them.
//!
//! ```text
//! Message 3  10.0.0.1:5060 -> 10.0.0.2:5060  +0.009 s
//!   INVITE sip:bob@example.org SIP/2.0
//! + Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx
//! ...
//!   m=audio 4000 RTP/AVP 97                     audio to port 4000 by RTP/AVP: AMR-WB/16000
//! ```

use std::collections::BTreeSet;
use std::ops::Range;

use crate::base::{Span, escape};
use crate::trace::{End, Message, MessageId};
use crate::tui::body;
use crate::tui::canvas::width;
use crate::tui::page::{Page, PageLine, Target};
use crate::tui::theme::Tone;
use crate::tui::world::World;

/// Where what lines mean begins, if they are no longer; nearer on a narrow screen.
const MEANINGS_AT: usize = 46;
const NEARER: usize = 34;
const NARROW: usize = 100;

/// A message; raw, without marks.
pub(in crate::tui) fn page(
    world: &mut World,
    id: MessageId,
    raw: bool,
    screen: usize,
) -> Option<Page> {
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
    let known = before(world, &message);
    let marks = marks(world, &message);
    let meanings_at = match screen < NARROW {
        true => NEARER,
        false => MEANINGS_AT,
    };
    for (number, line) in all_lines(&bytes).into_iter().enumerate() {
        let content = &bytes[line.span.clone()];
        let is_new = known.as_ref().is_some_and(|known| !known.contains(content));
        let (tone, sign) = match is_new {
            true => (Tone::Good, "+ "),
            false => (Tone::Plain, "  "),
        };
        let indent = " ".repeat(line.indent);
        let mut shown = PageLine::of(tone, sign)
            .and(Tone::Plain, indent)
            .hang(6 + line.indent);
        let mark = marks.iter().find(|mark| {
            let start = mark.start as usize;
            line.span.contains(&start)
        });
        shown.pieces.extend(match (&line.instead, mark) {
            (Some(instead), _) => vec![(Tone::Dim, format!("({instead})"))],
            (None, Some(mark)) => with_mark(content, line.span.start, *mark),
            (None, None) if line.is_head => field(content, number == 0),
            (None, None) => vec![(Tone::Plain, escape::bytes(content))],
        });
        if !line.meaning.is_empty() {
            shown.hang = meanings_at;
            let cells: usize = shown.pieces.iter().map(|(_, text)| width(text)).sum();
            let gap = meanings_at.saturating_sub(cells).max(2);
            let meaning = format!("{}{}", " ".repeat(gap), line.meaning);
            shown.pieces.push((Tone::Dim, meaning));
        }
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

/// A message as it was sent, without anything that a terminal obeys.
pub(in crate::tui) fn text(world: &mut World, id: MessageId) -> Option<String> {
    let trace = world.trace.clone();
    let bytes = world.read(&trace.message(id)?).ok()?;
    Some(escape::lines(&bytes))
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

/// A line of a message.
struct Line {
    span: Range<usize>,
    indent: usize,
    meaning: String,
    instead: Option<String>,
    /// Whether it is one of the first line and the header.
    is_head: bool,
}

/// All lines: those of the header as they are, those of the body by what it is.
fn all_lines(bytes: &[u8]) -> Vec<Line> {
    let body = body::lines(bytes);
    let end = body.first().map_or(bytes.len(), |line| line.span.start);
    let mut lines = Vec::new();
    let mut start = 0;
    for line in bytes[..end].split_inclusive(|byte| *byte == b'\n') {
        let content = line.strip_suffix(b"\n").unwrap_or(line);
        let content = content.strip_suffix(b"\r").unwrap_or(content);
        lines.push(Line {
            span: start..start + content.len(),
            indent: 0,
            meaning: String::new(),
            instead: None,
            is_head: true,
        });
        start += line.len();
    }
    lines.extend(body.into_iter().map(|line| Line {
        span: line.span,
        indent: line.indent,
        meaning: line.meaning,
        instead: line.instead,
        is_head: false,
    }));
    lines
}

/// The lines of the message as its sender got it, if that was seen.
fn before(world: &mut World, message: &Message<'_>) -> Option<BTreeSet<Vec<u8>>> {
    let relays = message.relays();
    let came = relays.iter().find(|relay| relay.after.id() == message.id());
    let before = world.read(&came?.before).ok()?;
    let lines = all_lines(&before).into_iter();
    Some(lines.map(|line| before[line.span].to_vec()).collect())
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
