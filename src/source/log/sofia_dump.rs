//! The dump of sofia-sip's transports (`TPORT_DUMP`, `tport_logging.c`, `tport_dump_iovec`).
//!
//! `dump started at ..`, then frames: `recv 584 bytes from udp/[192.0.2.1]:5090 at 12:30:57.916812:`, bytes as they are, a
//! vertical tab and a line end. On a stream a frame is what was read or written at once and need not be a message. The time is
//! local and has no date. The address of the writer is not there.

use super::framed::{Announced, Announces, Part, Read};
use super::{Log, sofia};
use crate::base::Transport;
use crate::source::about::About;

const END: u8 = 0x0b;
const STARTED: &[u8] = b"dump started at ";

/// Reads it.
#[derive(Clone, Default)]
pub(super) struct SofiaDump;

impl Announces for SofiaDump {
    const ABOUT: &'static [About] = &[About {
        what: "sofia-sip dump",
        time: "microseconds, time of day",
        addresses: "peer",
        transport: "yes",
        message: "exact",
        note: "messages in several reads are put together",
    }];
    const MARKS: &'static [&'static [u8]] = &[&[END], STARTED];
    const SIGNS: &'static [&'static [u8]] = &[b" bytes "];
    const BEGINS: &'static [&'static [u8]] = &[b"recv ", b"sent "];

    fn announced(&mut self, text: &[u8]) -> Option<Announced> {
        let announced = sofia::announced(text, b"sent ")?;
        let is_datagram = announced.transport == Transport::Udp;
        Some(Announced {
            read: (!is_datagram).then_some(Read::Exact),
            ..announced
        })
    }

    /// The time at which it began is none of a message.
    fn ignores(&mut self, text: &[u8]) -> bool {
        text.starts_with(STARTED)
    }

    fn part(&mut self, text: &[u8], log: &Log) -> Part {
        match text.split_last() {
            // The log announces what came in with the same words.
            _ if log.is_empty() && sofia::is_row(text) => Part::OfAnother,
            Some((&END, [])) => Part::End,
            Some((&END, before)) => Part::EndAfter(before.len()),
            _ => Part::Message,
        }
    }
}
