//! `sipmsg.log` of Oracle (Acme Packet) session border controllers.
//!
//! `Feb  3 01:17:42.267 On [0:2829]192.0.2.1:5060 sent to 192.0.2.2:5060` (or `received from`), the message, a row of dashes.
//! The own address stands behind `On`, with the network interface and VLAN in brackets on most versions. Milliseconds; no year,
//! no zone, no transport. Other protocols of the box (indented, mostly on port 2944) stand there in the same way.

use super::framed::{Announced, Announces, Part};
use super::words::{endpoint, last_stamp_at, split_once};
use super::{Log, Transport, stamp};
use crate::source::Who;
use crate::source::about::About;

/// Reads it.
#[derive(Clone, Default)]
pub(super) struct Oracle;

impl Announces for Oracle {
    const ABOUT: &'static [About] = &[About {
        what: "Oracle/ACME `sipmsg.log`",
        time: "milliseconds, no year, no zone",
        addresses: "both",
        transport: "no",
        message: "exact",
        note: "other protocols of the box are counted as other",
    }];
    const MARKS: &'static [&'static [u8]] = &[b" On "];

    fn announced(&mut self, text: &[u8]) -> Option<Announced> {
        announced(text)
    }

    fn part(&mut self, text: &[u8], log: &Log) -> Part {
        match () {
            () if text.len() >= 20 && text.iter().all(|byte| *byte == b'-') => Part::End,
            () if log.is_empty() && text.starts_with(b" ") => Part::Foreign,
            () if !log.is_empty() && is_entry(text) => Part::Beyond,
            () => Part::Message,
        }
    }
}

/// `Nov 14 22:13:20.008 ..`
fn is_entry(line: &[u8]) -> bool {
    stamp::read(line).is_some_and(|(moment, _)| moment.date.is_some() && moment.digits == 3)
}

fn announced(line: &[u8]) -> Option<Announced> {
    let sign = memchr::memmem::find(line, b" On ")?;
    let (moment, place) = last_stamp_at(&line[..sign])?;
    let rest = line[place.end..].strip_prefix(b" On ")?.trim_ascii_end();
    let (own, peer, sent) = match split_once(rest, b" sent to ") {
        Some((own, peer)) => (own, peer, true),
        None => {
            let (own, peer) = split_once(rest, b" received from ")?;
            (own, peer, false)
        }
    };
    let own = endpoint(own).or_else(|| endpoint(&own[memchr::memchr(b']', own)? + 1..]))?;
    let peer = endpoint(peer)?;
    let (source, destination) = match sent {
        true => (own, peer),
        false => (peer, own),
    };
    Some(Announced {
        at: place.start,
        moment: Some(moment),
        ..Announced::between(Who::At(source), Who::At(destination), Transport::Unknown)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::log::words::party;

    #[test]
    fn interfaces_and_addresses_in_brackets_are_told_apart() {
        let cases = [
            ("[0:2829]192.0.2.1:5060", "192.0.2.1:5060"),
            ("192.0.2.1:5060", "192.0.2.1:5060"),
            ("[1:0][2001:db8::1]:5060", "[2001:db8::1]:5060"),
            ("[2001:db8::1]:5060", "[2001:db8::1]:5060"),
        ];
        for (own, expected) in cases {
            let line = format!("Feb  3 01:17:42.267 On {own} received from 192.0.2.9:5061");
            let announced = announced(line.as_bytes()).unwrap();
            assert_eq!(announced.source, party(b"192.0.2.9:5061"));
            assert_eq!(announced.destination, party(expected.as_bytes()));
        }
    }
}
