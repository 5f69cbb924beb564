//! JSON of Homer (5 and 7): what its search and transaction interfaces answer (`data` or `data.messages`), a plain list, or an
//! object a line.
//!
//! Addresses, transport and time stand in the object or in its `protocol_header`, under the names of either version. Times are
//! seconds and microseconds, else micro- or milliseconds, else a date. The message is `raw` or `msg`, byte by byte. Objects with
//! other protocols (statistics, logs) are there as well. Of TLS and WebSocket only the protocol below, TCP, may be told.

use super::json::{self, Object, Objects, Tree};
use super::{Format, Line, Log, Moment, stamp, words};
use crate::base::{Endpoint, Spoiled, Stamp, Transport};
use crate::sip::begins_message;
use crate::source::about::About;
use crate::source::{Head, Who};

const MESSAGE: &[&str] = &["raw", "msg"];
const ADDRESSES: [&[&str]; 2] = [
    &["srcIp", "src_ip", "source_ip"],
    &["dstIp", "dst_ip", "destination_ip"],
];
const PORTS: [&[&str]; 2] = [
    &["srcPort", "src_port", "source_port"],
    &["dstPort", "dst_port", "destination_port"],
];

/// What it keeps.
pub(super) const ABOUT: &[About] = &[About {
    what: "Homer JSON",
    time: "microseconds or milliseconds",
    addresses: "both",
    transport: "UDP, TCP, SCTP",
    message: "exact",
    note: "TLS and WebSocket may be told as TCP",
}];

pub(super) const MARKS: &[&[u8]] = &[b"\"raw\"", b"\"msg\""];

/// Objects with a message and where it came from, or a header for that.
pub(super) fn sniff(prefix: &[u8]) -> bool {
    let has =
        |name: &&str| memchr::memmem::find(prefix, format!("\"{name}\"").as_bytes()).is_some();
    json::begins(prefix)
        && MESSAGE.iter().any(has)
        && (ADDRESSES[0].iter().any(has) || has(&"protocol_header"))
}

/// Reads it.
#[derive(Clone)]
pub(super) struct Homer {
    objects: Objects,
}

impl Default for Homer {
    fn default() -> Self {
        Self {
            objects: Objects::new(&["data", "messages"]),
        }
    }
}

impl Format for Homer {
    fn line(&mut self, line: Line<'_>, log: &mut Log) {
        if self.objects.is_foreign(line) {
            self.end(log);
            return log.left(line);
        }
        for object in self.objects.line(line) {
            read(&object, log);
        }
    }

    fn takes_pieces(&self) -> bool {
        true
    }

    fn end(&mut self, log: &mut Log) {
        if let Some(object) = self.objects.rest() {
            read(&object, log);
        }
    }
}

fn read(object: &Object, log: &mut Log) {
    if let Some((tree, replaced)) = Tree::read(&object.bytes) {
        return message(object, &tree, replaced, log);
    }
    log.unreadable(object.line);
    for inner in object.swallowed() {
        if let Some((tree, replaced)) = Tree::read(&inner.bytes)
            && Said(&tree).text(MESSAGE).is_some()
        {
            message(&inner, &tree, replaced, log);
        }
    }
}

fn message(object: &Object, tree: &Tree, replaced: bool, log: &mut Log) {
    let said = Said(tree);
    let Some(text) = said.text(MESSAGE) else {
        object.lines().for_each(|line| log.left(line));
        return;
    };
    if !begins_message(text.trim_ascii_start().as_bytes()) {
        log.other();
        return;
    }
    let time = said.time(log);
    let [source, destination] = [0, 1].map(|side| said.end(side));
    let line = Line::new(object.line, b"");
    log.begin(
        line,
        Head {
            time,
            source,
            destination,
            transport: said.transport(),
        },
    );
    log.bytes(line, text.as_bytes());
    if replaced || text.contains(char::REPLACEMENT_CHARACTER) {
        log.spoil(Spoiled::LENGTH);
    }
    log.finish();
}

/// An object and what its names mean.
struct Said<'a>(&'a Tree);

impl<'a> Said<'a> {
    /// The first of these names that is there, in the object or in its header.
    fn text(&self, names: &[&str]) -> Option<&'a str> {
        let header = self.0.member("protocol_header");
        let mut trees = [Some(self.0), header].into_iter().flatten();
        trees.find_map(|tree| names.iter().find_map(|name| tree.member(name)?.text()))
    }

    fn end(&self, side: usize) -> Who {
        let end = self.text(ADDRESSES[side]).and_then(|address| {
            let port = self.text(PORTS[side])?.parse().ok()?;
            Some(Endpoint::new(words::address(address.as_bytes())?, port))
        });
        end.map_or(Who::Unknown, Who::At)
    }

    fn transport(&self) -> Transport {
        let known = ["protocol", "transport", "proto"].iter().find_map(|name| {
            let text = self.text(&[name])?;
            match text {
                "17" => Some(Transport::Udp),
                "6" => Some(Transport::Tcp),
                "132" => Some(Transport::Sctp),
                _ => words::transport(text.as_bytes()),
            }
        });
        known.unwrap_or(Transport::Unknown)
    }

    fn time(&self, log: &mut Log) -> Option<Stamp> {
        if let Some(seconds) = self.text(&["timeSeconds"]) {
            let micros = self.text(&["timeUseconds"]).unwrap_or("0");
            let nanos = micros.parse::<u32>().ok()?.checked_mul(1000)?;
            let seconds = seconds.parse::<i64>().ok()?.checked_mul(1_000_000_000)?;
            return log.time(Moment::epoch(seconds.checked_add(i64::from(nanos))?, 6)?);
        }
        let written = self.text(&["micro_ts", "create_date", "date"])?;
        match written.parse::<i64>() {
            // Microseconds have 16 digits in our time, milliseconds 13.
            Ok(number) => {
                let (unit, digits) = match written.len() {
                    16.. => (1000, 6),
                    _ => (1_000_000, 3),
                };
                log.time(Moment::epoch(number.checked_mul(unit)?, digits)?)
            }
            Err(_) => {
                let (moment, _) = stamp::read(written.as_bytes())?;
                log.time(moment)
            }
        }
    }
}
