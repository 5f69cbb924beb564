//! What the audit found in a call, and where in the lines of its messages.

use serde::Serialize;

use crate::base::{Span, escape};
use crate::report::ladder::found_in;
use crate::rules::Finding;
use crate::trace::{Call, Message, Trace};

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The code of the rule.
    pub rule: &'static str,
    /// How bad it is here.
    pub severity: &'static str,
    /// What is there.
    pub got: String,
    /// What should be there.
    pub expected: String,
    /// What proves it, the place to blame first.
    pub places: Vec<Mark>,
    /// Lines of a document that prove it.
    pub lines: Vec<u64>,
    /// Messages that show the same because of this.
    pub follows: Vec<usize>,
}

/// A part of a line of a message, in units of UTF-16, which scripts count by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// The message.
    pub message: usize,
    /// Its line, the first being 0.
    pub line: usize,
    /// Where the part begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

pub(super) fn of_call<'a, E>(
    trace: &'a Trace,
    call: &Call<'a>,
    found: &[Finding],
    read: &mut impl FnMut(&Message<'a>) -> Result<Vec<u8>, E>,
) -> Result<Vec<Found>, E> {
    let messages = call.messages();
    let mut all = Vec::new();
    for finding in found_in(trace, call, found, read)?.into_iter().flatten() {
        let mut places = Vec::new();
        for place in &finding.places {
            let Some(message) = messages.iter().find(|one| one.id() == place.message) else {
                continue;
            };
            let bytes = read(message)?;
            places.push(mark(message.id().number(), &bytes, place.span));
        }
        all.push(Found {
            places,
            ..told(finding)
        });
    }
    Ok(all)
}

/// What is told of a finding beside its places in messages.
fn told(finding: &Finding) -> Found {
    let follows = finding.follows.iter();
    Found {
        rule: finding.rule.code,
        severity: finding.severity.name(),
        got: escape::text(&finding.got),
        expected: escape::text(&finding.expected),
        places: Vec::new(),
        lines: finding.lines.iter().map(|line| line.line).collect(),
        follows: follows.map(|message| message.number()).collect(),
    }
}

/// The findings that are those of no call: what is wrong in the text of a document.
pub fn of_texts(found: &[Finding]) -> Vec<Found> {
    let of_texts = found.iter().filter(|finding| finding.call.is_none());
    of_texts.map(told).collect()
}

/// Of a part that goes over several lines only the first line is marked.
fn mark(message: usize, bytes: &[u8], span: Span) -> Mark {
    let start = (span.start as usize).min(bytes.len());
    let end = (span.end as usize).clamp(start, bytes.len());
    let line_end = |byte: &u8| *byte == b'\n';
    let begin = bytes[..start].iter().rposition(line_end);
    let begin = begin.map_or(0, |at| at + 1);
    let marked = bytes[start..end].split(line_end).next();
    let marked = marked.unwrap_or_default();
    let marked = marked.strip_suffix(b"\r").unwrap_or(marked);
    let units = |part: &[u8]| escape::lines(part).encode_utf16().count();
    let from = units(&bytes[begin..start]);
    Mark {
        message,
        line: bytes[..start].iter().filter(|byte| line_end(byte)).count(),
        start: from,
        end: from + units(marked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The marked part, taken out of the lines as they are shown.
    fn marked(bytes: &[u8], part: &[u8]) -> String {
        let start = bytes.windows(part.len()).position(|here| here == part);
        let start = start.unwrap() as u32;
        let end = start + part.len() as u32;
        let mark = mark(1, bytes, Span { start, end });
        let shown = escape::lines(bytes);
        let line: Vec<u16> = shown
            .lines()
            .nth(mark.line)
            .unwrap()
            .encode_utf16()
            .collect();
        String::from_utf16(&line[mark.start..mark.end]).unwrap()
    }

    #[test]
    fn a_mark_is_where_the_part_is_shown() {
        let bytes =
            "OPTIONS a SIP/2.0\r\nTo: \u{1f600}\u{1b}[1m\u{202e}<x>\r\nVia: a,\r\n b\r\n\r\nbody"
                .as_bytes();
        assert_eq!(marked(bytes, b"OPTIONS a SIP/2.0"), "OPTIONS a SIP/2.0");
        assert_eq!(marked(bytes, b"<x>"), "<x>");
        assert_eq!(marked(bytes, b"\x1b[1m"), "\\u{1b}[1m");
        assert_eq!(marked(bytes, b"a,\r\n b"), "a,");
        assert_eq!(marked(bytes, b"body"), "body");
    }

    #[test]
    fn a_place_behind_the_end_is_no_panic() {
        let span = Span { start: 90, end: 99 };
        let mark = mark(1, b"a\nb", span);
        assert_eq!((mark.line, mark.start, mark.end), (1, 1, 1));
    }
}
