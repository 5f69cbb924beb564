//! The log of pjsua and of other programs on pjsip's pjsua library (`pjsua_core.c`).
//!
//! `HH:MM:SS.mmm   pjsua_core.c  .TX 550 bytes Request msg REGISTER/cseq=1 (tdta0x..) to UDP 192.0.2.1:5060:`, the message,
//! `--end msg--`. The time is local and mostly without a date; dots tell how deep the call is, `!` that the thread changed. IPv6
//! has brackets from pjsip 2.10 on. The log holds 4000 bytes of an entry: a longer message is cut, and the mark behind it is
//! missing. The address of the writer is not there.

use super::framed::{Announced, Announces, Part};
use super::words::{endpoint, last_stamp, last_stamp_at, number, split_once, transport};
use super::{Log, stamp};
use crate::source::Who;
use crate::source::about::About;

/// Reads it.
#[derive(Clone, Default)]
pub(super) struct Pjsua;

impl Announces for Pjsua {
    const ABOUT: &'static [About] = &[About {
        what: "pjsua",
        time: "milliseconds, time of day",
        addresses: "peer",
        transport: "yes",
        message: "exact, cut at 4000 bytes",
        note: "",
    }];
    const MARKS: &'static [&'static [u8]] = &[b" bytes "];
    const BEGINS: &'static [&'static [u8]] = &[b"RX ", b"TX "];

    fn announced(&mut self, text: &[u8]) -> Option<Announced> {
        let announced = announced(text)?;
        // The time stands in front of the name of the file that wrote the line.
        let stamp = last_stamp_at(&text[..announced.at]);
        let at = stamp.map_or(announced.at, |(_, place)| place.start);
        Some(Announced { at, ..announced })
    }

    fn part(&mut self, text: &[u8], log: &Log) -> Part {
        let next_entry = || {
            let text = text.trim_ascii_start();
            stamp::read(text).is_some_and(|(_, length)| text[length..].starts_with(b"  "))
        };
        if text.ends_with(END) {
            Part::End
        } else if !log.is_empty() && next_entry() {
            Part::Beyond
        } else {
            Part::Message
        }
    }
}

/// The line behind a message.
pub(super) const END: &[u8] = b"--end msg--";

/// `TX 550 bytes Request msg REGISTER/cseq=1 (tdta0x..) to UDP 192.0.2.1:5060:`.
pub(super) fn announced(text: &[u8]) -> Option<Announced> {
    let text = text.strip_suffix(b":")?;
    let (before, said) = split_once(text, b" bytes ")?;
    let space = before.iter().rposition(|byte| *byte == b' ')?;
    let length = number(&before[space + 1..])?;
    let way = &before[..space];
    let (sent, towards): (bool, &[u8]) = match () {
        () if way.ends_with(b"TX") => (true, b" to "),
        () if way.ends_with(b"RX") => (false, b" from "),
        () => return None,
    };
    let place = memchr::memmem::rfind(said, towards)?;
    let (carrier, peer) = split_once(&said[place + towards.len()..], b" ")?;
    let peer = endpoint(peer).map_or(Who::Unknown, Who::At);
    Some(Announced {
        at: way.len() - 2,
        moment: last_stamp(way),
        length: Some(length),
        ..Announced::with(peer, sent, transport(carrier)?)
    })
}
