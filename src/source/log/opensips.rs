//! The tracer of OpenSIPS, written to a file or to the log (OpenSIPS 3, modules/tracer/tracer.c, `trace_write_file`).
//!
//! `in udp 2026-11-09 07:18:47 192.0.2.1:5060 -> 192.0.2.2:5060`, the message byte by byte, two line ends. The time has whole
//! seconds and no zone; addresses of IPv6 stand without brackets. To the log it is written without a time behind whatever the
//! logger puts in front; syslog makes `#015#012` of the line ends.

use std::ops::Range;

use super::announced::Announced;
use super::cut::inside;
use super::oneline::{self, OneLine};
use super::words::{endpoint, last_stamp, transport};
use super::{Format, Kept, Line, Log, escapes};
use crate::source::Who;
use crate::source::about::About;

/// What it keeps.
pub(super) const ABOUT: &[About] = &[About {
    what: "OpenSIPS tracer",
    time: "seconds, no zone",
    addresses: "both",
    transport: "yes",
    message: "exact; restored from syslog",
    note: "",
}];

pub(super) const MARKS: &[&[u8]] = &[b" -> "];

/// A line announces a message, and one follows.
pub(super) fn sniff(prefix: &[u8]) -> bool {
    super::announces(prefix, |line| announced(line).is_some())
}

/// Reads it.
#[derive(Clone, Default)]
pub(super) struct OpenSips;

impl OneLine for OpenSips {
    fn announcement(&self, text: &[u8]) -> Option<Range<usize>> {
        let (announced, rest) = announced(text)?;
        Some(announced.at..text.len() - rest.len())
    }

    fn message(&self, text: &[u8]) -> Vec<u8> {
        escapes::undone(text)
    }
}

impl Format for OpenSips {
    fn entries_in(&self, line: Line<'_>) -> Option<Vec<Kept>> {
        oneline::entries(line, self)
    }

    fn entry_inside(&self, text: &[u8]) -> Option<usize> {
        inside(text, MARKS[0], &[b"in ", b"out "], |text| {
            announced(text).is_some_and(|(announced, _)| announced.at == 0)
        })
    }

    fn line(&mut self, line: Line<'_>, log: &mut Log) {
        let text = line.text();
        if let Some((announced, rest)) = announced(text)
            && !log.owns(&text[..announced.at])
        {
            announced.begin(line, log);
            if escapes::has(rest) {
                let mut text = escapes::undone(rest);
                escapes::end_line(&mut text);
                log.piece(line, &text);
                log.settle();
                log.finish();
            }
        } else if log.is_open() {
            log.text(line);
        } else {
            log.left(line);
        }
    }
}

/// What a line says of a message, and what stands behind that.
fn announced(line: &[u8]) -> Option<(Announced, &[u8])> {
    let arrow = memchr::memmem::find(line, b" -> ")?;
    let behind = &line[arrow + 4..];
    let length = behind
        .iter()
        .position(|byte| matches!(byte, b' ' | b'#' | b'\\'))
        .unwrap_or(behind.len());
    let (front, from) = last_word(&line[..arrow])?;
    let (behind, rest) = behind.split_at(length);
    let [source, destination] = [endpoint(from)?, endpoint(behind)?].map(Who::At);
    let (before, word) = last_word(front)?;
    let (direction, transport) = match transport(word) {
        Some(transport) => (before, transport),
        // Date and time stand between.
        None => {
            let (before, _) = last_word(before)?;
            let (direction, name) = last_word(before)?;
            (direction, transport(name)?)
        }
    };
    let (before, direction) = last_word(direction)?;
    if !matches!(direction, b"in" | b"out") {
        return None;
    }
    let announced = Announced {
        at: before.len(),
        moment: last_stamp(front),
        ..Announced::between(source, destination, transport)
    };
    Some((announced, rest))
}

/// A text without its last word, and that word.
fn last_word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.trim_ascii_end();
    let start = text.iter().rposition(|byte| *byte == b' ');
    let (front, word) = text.split_at(start.map_or(0, |space| space + 1));
    (!word.is_empty()).then_some((front, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_file_and_of_syslog_announce() {
        let lines = [
            "in udp 2026-11-09 07:18:47 192.0.2.1:5060 -> 2001:db8::2:5061",
            "Nov  9 07:18:47 sbc opensips[7]: INFO:tracer:x: out tcp 192.0.2.1:5060 -> 192.0.2.2:5061#012BYE",
        ];
        for line in lines {
            let (announced, _) = announced(line.as_bytes()).unwrap();
            let Who::At(source) = announced.source else {
                panic!("{line}");
            };
            assert_eq!(source.to_string(), "192.0.2.1:5060");
            assert!(announced.moment.is_some(), "{line}");
        }
        for line in [
            "",
            " -> ",
            "192.0.2.1:5060 -> 192.0.2.2:5061",
            "up udp 192.0.2.1:5060 -> 192.0.2.2:5061",
            "2026/11/09 07:18:47.000000 192.0.2.1:5060 -> 192.0.2.2:5061",
        ] {
            assert!(announced(line.as_bytes()).is_none(), "{line}");
        }
    }
}
