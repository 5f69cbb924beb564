//! Syslog of Ribbon (Sonus) session border controllers.
//!
//! `<147> 1 2026-11-09 07:18:47.029 usec ... received msg for CallId:1 from IP/port:192.0.2.1/5060, Local IP/port:192.0.2.2/5060,
//! SMM:0 RAW PDU:#012` and the message behind it with `#015#012`, or with real line ends where no syslog was between. Sent ones
//! say `sent msg` and `to IP/port`. Both addresses are there; the transport is not.

use std::ops::Range;

use super::announced::Announced;
use super::margin::Margin;
use super::oneline::{self, OneLine};
use super::words::{address, last_stamp, number, split_once};
use super::{Format, Kept, Line, Log, Transport, escapes};
use crate::base::Endpoint;
use crate::source::Who;
use crate::source::about::About;

const SIGN: &[u8] = b"RAW PDU:";
const WORDS: &[u8] = b" msg for CallId:";
/// An announcement is no longer.
const LONGEST: usize = 512;

/// What it keeps.
pub(super) const ABOUT: &[About] = &[About {
    what: "Ribbon/Sonus syslog",
    time: "as its syslog has it",
    addresses: "both",
    transport: "no",
    message: "escapes undone",
    note: "",
}];

pub(super) const MARKS: &[&[u8]] = &[SIGN];

/// A line announces a message, and one follows.
pub(super) fn sniff(prefix: &[u8]) -> bool {
    super::announces(prefix, |line| announced(line).is_some())
}

/// Reads it.
#[derive(Clone, Default)]
pub(super) struct Ribbon {
    /// What stood in front of the last announcement.
    front: Margin,
}

impl Format for Ribbon {
    fn entries_in(&self, line: Line<'_>) -> Option<Vec<Kept>> {
        oneline::entries(line, self)
    }

    fn entry_inside(&self, text: &[u8]) -> Option<usize> {
        oneline::inside(text, &self.front, self)
    }

    fn line(&mut self, line: Line<'_>, log: &mut Log) {
        let text = line.text();
        if let Some((announced, place)) = announced(text)
            && !log.doubts()
        {
            self.front = Margin::of(&text[..place.start]);
            announced.begin(line, log);
            let rest = match line.raw.ends_with(b"\n") {
                true => &text[place.end..],
                false => escapes::without_begun(&text[place.end..]),
            };
            if !rest.trim_ascii().is_empty() {
                log.piece(line, &self.message(rest));
                log.settle();
                log.finish();
            }
        } else if log.is_open() {
            log.text(line);
            if log.is_complete() && !log.is_in_doubt() {
                log.finish();
            }
        } else {
            log.left(line);
        }
    }
}

impl OneLine for Ribbon {
    fn announcement(&self, text: &[u8]) -> Option<Range<usize>> {
        place(text)
    }

    fn message(&self, text: &[u8]) -> Vec<u8> {
        escapes::undone(text)
    }
}

/// Where `received msg for CallId:` up to `RAW PDU:` stands.
fn place(text: &[u8]) -> Option<Range<usize>> {
    let mut signs = memchr::memmem::find_iter(text, SIGN);
    signs.find_map(|sign| {
        let nearest = sign.saturating_sub(LONGEST);
        let words = nearest + memchr::memmem::rfind(&text[nearest..sign], WORDS)?;
        let front = &text[..words];
        let ways = [&b"sent"[..], b"received"];
        let way = ways.into_iter().find(|way| front.ends_with(way))?;
        Some(words - way.len()..sign + SIGN.len())
    })
}

fn announced(line: &[u8]) -> Option<(Announced, Range<usize>)> {
    let place = place(line)?;
    let (way, said) = split_once(&line[place.clone()], WORDS)?;
    let own = endpoint(split_once(said, b", Local IP/port:")?.1)?;
    let (source, destination) = match way {
        b"sent" => (own, endpoint(split_once(said, b" to IP/port:")?.1)?),
        _ => (endpoint(split_once(said, b" from IP/port:")?.1)?, own),
    };
    let announced = Announced {
        moment: last_stamp(&line[..place.start]),
        ..Announced::between(Who::At(source), Who::At(destination), Transport::Unknown)
    };
    Some((announced, place))
}

/// An address and a port with a slash between them, and a comma behind.
fn endpoint(text: &[u8]) -> Option<Endpoint> {
    let (written, _) = split_once(text, b",")?;
    let (written, port) = split_once(written, b"/")?;
    Some(Endpoint::new(address(written)?, number(port)?))
}
