//! `sipmsg.log` of Oracle (Acme Packet) session border controllers.
//!
//! `Feb  3 01:17:42.267 On [0:2829]192.0.2.1:5060 sent to 192.0.2.2:5060` (or `received from`), the message, a row of dashes.
//! The own address stands behind `On`, with the network interface and VLAN in brackets on most versions. Milliseconds; no year,
//! no zone, no transport. Other protocols of the box (indented, mostly on port 2944) stand there in the same way.

use super::words::{endpoint, split_once};
use super::{Format, Line, Log, Moment, stamp};
use crate::base::Endpoint;
use crate::source::{Head, Who};

/// A line announces a message, and one follows.
pub(super) fn sniff(prefix: &[u8]) -> bool {
    super::announces(prefix, |line| announced(line).is_some())
}

/// Reads it.
#[derive(Default)]
pub(super) struct Oracle;

impl Format for Oracle {
    fn line(&mut self, line: Line<'_>, log: &mut Log) {
        let text = line.text();
        if let Some((moment, source, destination)) = announced(text) {
            let time = log.time(moment);
            log.begin(
                line,
                Head {
                    time,
                    source: Who::At(source),
                    destination: Who::At(destination),
                    ..Head::default()
                },
            );
        } else if !log.is_open() {
            log.left(line);
        } else if text.len() >= 20 && text.iter().all(|byte| *byte == b'-') {
            log.finish();
        } else if log.is_empty() && text.starts_with(b" ") {
            log.drop_announced();
            log.other();
        } else {
            log.text(line);
        }
    }
}

fn announced(line: &[u8]) -> Option<(Moment, Endpoint, Endpoint)> {
    let (moment, length) = stamp::read(line)?;
    let rest = line[length..].strip_prefix(b" On ")?.trim_ascii_end();
    let (own, peer, sent) = match split_once(rest, b" sent to ") {
        Some((own, peer)) => (own, peer, true),
        None => {
            let (own, peer) = split_once(rest, b" received from ")?;
            (own, peer, false)
        }
    };
    let own = endpoint(own).or_else(|| endpoint(&own[memchr::memchr(b']', own)? + 1..]))?;
    let peer = endpoint(peer)?;
    Some(match sent {
        true => (moment, own, peer),
        false => (moment, peer, own),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let (_, source, destination) = announced(line.as_bytes()).unwrap();
            assert_eq!(source.to_string(), "192.0.2.9:5061");
            assert_eq!(destination.to_string(), expected);
        }
    }
}
