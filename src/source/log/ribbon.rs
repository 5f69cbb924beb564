//! Syslog of Ribbon (Sonus) session border controllers.
//!
//! `<147> 1 2026-11-09 07:18:47.029 usec ... received msg for CallId:1 from IP/port:192.0.2.1/5060, Local IP/port:192.0.2.2/5060,
//! SMM:0 RAW PDU:#012` and the message behind it with `#015#012`, or with real line ends where no syslog was between. Sent ones
//! say `sent msg` and `to IP/port`. Both addresses are there; the transport is not.

use super::announced::Announced;
use super::words::{address, last_stamp, number, split_once};
use super::{Format, Line, Log, Transport, escapes};
use crate::base::Endpoint;
use crate::source::Who;
use crate::source::about::About;

const SIGN: &[u8] = b"RAW PDU:";

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
pub(super) struct Ribbon;

impl Format for Ribbon {
    fn line(&mut self, line: Line<'_>, log: &mut Log) {
        let text = line.text();
        if let Some(announced) = announced(text)
            && !log.doubts()
        {
            announced.begin(line, log);
            let rest = split_once(text, SIGN).map_or(&b""[..], |(_, rest)| rest);
            if !rest.trim_ascii().is_empty() {
                log.piece(line, &escapes::undone(rest));
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

fn announced(line: &[u8]) -> Option<Announced> {
    let place = memchr::memmem::find(line, b" msg for CallId:")?;
    let (said, _) = split_once(&line[place..], SIGN)?;
    let front = &line[..place];
    let own = endpoint(split_once(said, b", Local IP/port:")?.1)?;
    let (source, destination) = match front.ends_with(b"sent") {
        true => (own, endpoint(split_once(said, b" to IP/port:")?.1)?),
        false if front.ends_with(b"received") => {
            (endpoint(split_once(said, b" from IP/port:")?.1)?, own)
        }
        false => return None,
    };
    Some(Announced {
        moment: last_stamp(front),
        ..Announced::between(Who::At(source), Who::At(destination), Transport::Unknown)
    })
}

/// An address and a port with a slash between them, and a comma behind.
fn endpoint(text: &[u8]) -> Option<Endpoint> {
    let (written, _) = split_once(text, b",")?;
    let (written, port) = split_once(written, b"/")?;
    Some(Endpoint::new(address(written)?, number(port)?))
}
