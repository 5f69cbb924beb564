//! The log of Linphone and of other programs on belle-sip (`channel.c`).
//!
//! `channel [0x..]: received [584] new bytes from [UDP://192.0.2.1:5060]:` and `channel [0x..]: message sent to
//! [TLS://sip.example.org:5061], size: [700] bytes`, behind what the log handler writes, which is mostly local date and time in
//! milliseconds with a colon in front of them. No mark stands behind a message: the next entry ends it. On a stream what is
//! received is what was read at once and need not be a message. The peer may be a name; its transport is missing before 2014.
//! Received text is cut after 7000 bytes, or where it is binary, and says so. The address of the writer is not there.

use super::framed::{Announced, Announces, Part, Read};
use super::words::{last_stamp, number, party, split_once, transport};
use super::{Log, stamp};
use crate::base::Transport;
use crate::source::about::About;

/// Reads it.
#[derive(Clone, Default)]
pub(super) struct Linphone;

impl Announces for Linphone {
    const ABOUT: &'static [About] = &[About {
        what: "Linphone and belle-sip",
        time: "milliseconds, no zone",
        addresses: "peer, perhaps a name",
        transport: "yes, since 2014",
        message: "exact, cut at 7000 bytes where received",
        note: "messages in several reads are put together",
    }];
    const MARKS: &'static [&'static [u8]] = &[b"channel ["];
    const BEGINS: &'static [&'static [u8]] = Self::MARKS;

    fn announced(&mut self, text: &[u8]) -> Option<Announced> {
        let (before, said) = split_once(text, b"channel [")?;
        let (_, said) = split_once(said, b"]: ")?;
        let announced = received(said).or_else(|| sent(said))?;
        Some(Announced {
            at: before.len(),
            moment: last_stamp(before),
            ..announced
        })
    }

    fn part(&mut self, text: &[u8], log: &Log) -> Part {
        let next_entry = || stamp::read(text).is_some_and(|(moment, _)| moment.date.is_some());
        if let Some(length) = cut(text) {
            Part::EndAfter(length)
        } else if !log.is_empty() && next_entry() {
            Part::Beyond
        } else {
            Part::Message
        }
    }
}

fn received(said: &[u8]) -> Option<Announced> {
    let (length, rest) = split_once(said.strip_prefix(b"received [")?, b"] new bytes from [")?;
    let length = number(length)?;
    let (carrier, peer) = place(rest.trim_ascii_end().strip_suffix(b"]:")?);
    let is_stream = matches!(carrier, Transport::Tcp | Transport::Tls);
    Some(Announced {
        length: Some(length),
        read: is_stream.then_some(Read::Of(length)),
        ..Announced::with(party(peer), false, carrier)
    })
}

fn sent(said: &[u8]) -> Option<Announced> {
    let (peer, size) = split_once(said.strip_prefix(b"message sent to [")?, b"], size: [")?;
    let (carrier, peer) = place(peer);
    Some(Announced {
        length: split_once(size, b"]").and_then(|(length, _)| number(length)),
        ..Announced::with(party(peer), true, carrier)
    })
}

/// `UDP://192.0.2.1:5060`.
fn place(text: &[u8]) -> (Transport, &[u8]) {
    let read = || {
        let (carrier, peer) = split_once(text, b"://")?;
        Some((transport(carrier)?, peer))
    };
    read().unwrap_or((Transport::Unknown, text))
}

/// How much of a line stands before the words that it was cut.
fn cut(text: &[u8]) -> Option<usize> {
    if !text.ends_with(b" bytes shown)") && !text.ends_with(b"... (binary data)") {
        return None;
    }
    memchr::memmem::rfind(text, b"... (")
}
