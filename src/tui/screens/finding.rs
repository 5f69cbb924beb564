//! One finding: what is there, what should be there, what proves it, and why nothing else explains it. And its rule by itself.
//!
//! ```text
//! DLG04 identity-changed-by-proxy
//! error
//! got       <sip:bob@west.example;user=phone>
//! expected  <sip:bob@west.example>
//! proof     message 4: To: <sip:bob@west.example;user=phone>
//! drawn     on the ladder of call 1
//! ```

use crate::base::{Span, escape};
use crate::rules::Rule;
use crate::tui::page::{Page, PageLine, Target};
use crate::tui::theme::Tone;
use crate::tui::world::World;

use super::findings::tone;

/// A finding, by its place in the audit.
pub(in crate::tui) fn page(world: &mut World, position: usize) -> Option<Page> {
    let finding = world.findings().get(position)?.clone();
    let rule = finding.rule;
    let mut page = Page::new(format!("{} {}", rule.code, rule.name));
    page.about = finding
        .places
        .first()
        .map(|place| Target::Message(place.message));
    let mut say = |head: &str, line: PageLine| page.push(headed(head, line));
    say(
        "",
        PageLine::of(tone(finding.severity), finding.severity.name()),
    );
    say(
        "got",
        PageLine::of(Tone::Marked, escape::text(&finding.got)),
    );
    say(
        "expected",
        PageLine::of(Tone::Good, escape::text(&finding.expected)),
    );
    let trace = world.trace.clone();
    for (number, place) in finding.places.iter().enumerate() {
        let Some(message) = trace.message(place.message) else {
            continue;
        };
        let head = if number == 0 { "proof" } else { "" };
        let mut line = PageLine::of(Tone::Plain, format!("message {}: ", place.message.number()));
        match world.read(&message) {
            Ok(bytes) => line.pieces.extend(marked(&bytes, place.span)),
            Err(error) => line = line.and(Tone::Error, format!("cannot be read again: {error}")),
        }
        say(head, line.to(Target::Message(place.message)));
    }
    for place in &finding.lines {
        say(
            "proof",
            PageLine::of(Tone::Plain, format!("line {}", place.line)),
        );
    }
    let follows: Vec<_> = finding
        .follows
        .iter()
        .map(|one| one.number().to_string())
        .collect();
    if !follows.is_empty() {
        let text = format!("messages {}", follows.join(", "));
        say("also in", PageLine::of(Tone::Plain, text));
    }
    if let (Some(call), Some(place)) = (finding.call, finding.places.first()) {
        let text = format!("on the ladder of call {}", call.number());
        let line = PageLine::of(Tone::Plain, text);
        say("drawn", line.to(Target::OnLadder(place.message)));
    }
    page.lines.extend(explained(rule));
    for one in finding.excluded(&trace) {
        let text = format!("{}: {}", one.explanation, escape::text(&one.because));
        page.push(headed("not", PageLine::of(Tone::Plain, text)));
    }
    page.lines.extend(exceptions(rule));
    Some(page)
}

/// The rule of a finding, and what it is that it finds.
pub(in crate::tui) fn of_rule(world: &World, position: usize) -> Option<Page> {
    let rule = world.findings().get(position)?.rule;
    let mut page = Page::new(format!("{} {}", rule.code, rule.name));
    page.lines.extend(explained(rule));
    page.lines.extend(exceptions(rule));
    Some(page)
}

/// What a rule says of itself.
fn explained(rule: &Rule) -> Vec<PageLine> {
    let plain = |head, text| headed(head, PageLine::of(Tone::Plain, text));
    let mut lines = vec![
        plain("flags", rule.flags),
        plain("matters", rule.matters),
        plain("usually", rule.cause),
    ];
    let written = rule.citations.iter().map(|citation| {
        let line = PageLine::of(Tone::Plain, citation.to_string());
        headed("written", line)
    });
    lines.extend(written);
    lines
}

/// When it says nothing.
fn exceptions(rule: &Rule) -> impl Iterator<Item = PageLine> {
    let silenced = rule.silenced.iter();
    silenced.map(|text| headed("unless", PageLine::of(Tone::Dim, *text)))
}

/// A line behind a word.
fn headed(head: &str, line: PageLine) -> PageLine {
    let mut pieces = vec![(Tone::Dim, format!("{head:<10}"))];
    pieces.extend(line.pieces);
    PageLine { pieces, ..line }.hang(10)
}

/// The line of a message that a part of it begins in, with the part marked.
fn marked(bytes: &[u8], span: Span) -> Vec<(Tone, String)> {
    let start = (span.start as usize).min(bytes.len());
    let is_end = |byte: &u8| *byte == b'\n';
    let begin = bytes[..start]
        .iter()
        .rposition(is_end)
        .map_or(0, |at| at + 1);
    let end = bytes[start..].iter().position(is_end);
    let end = end.map_or(bytes.len(), |at| start + at);
    let to = (span.end as usize).clamp(start, end);
    let text = |part: &[u8]| escape::bytes(part.strip_suffix(b"\r").unwrap_or(part));
    vec![
        (Tone::Plain, escape::bytes(&bytes[begin..start])),
        (Tone::Marked, text(&bytes[start..to])),
        (Tone::Plain, text(&bytes[to..end])),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_is_marked_in_its_line() {
        let bytes = b"BYE a SIP/2.0\r\nTo: <b>;tag=\x07\r\n\r\n";
        let span = Span { start: 19, end: 22 };
        let texts: Vec<_> = marked(bytes, span)
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        assert_eq!(texts, ["To: ", "<b>", ";tag=\\u{7}"]);
        assert_eq!(marked(b"a", Span { start: 5, end: 9 })[0].1, "a");
    }
}
