//! The log of sofia-sip's transports (`tport_logging.c`, `tport_log_msg`), mostly as FreeSWITCH shows it (`sofia global siptrace
//! on`).
//!
//! `recv 584 bytes from udp/[192.0.2.1]:5090 at 12:30:57.916812:`, a row of dashes, the message with the line ends of the log.
//! Up to 1.12 each of these lines but the first is indented by three blanks, and another row closes the message. Later there is
//! neither, and an entry is cut at 16000 bytes. FreeSWITCH has colours on its console and the UUID of the call in front of each
//! line in its log file. An address without a port is one at the default port of the transport. The time is local and has no
//! date; some releases write no fraction. The address of the writer is not there.

use super::framed::{Announced, Announces, Part};
use super::words::{address, number, split_once, transport};
use super::{Log, stamp};
use crate::base::{Endpoint, Transport};
use crate::sip::begins_message;
use crate::source::Who;
use crate::source::about::About;

const ROW: &[u8] = b"----------------------------------------";

/// Reads it.
#[derive(Clone, Default)]
pub(super) struct Sofia {
    /// Whether the row in front of the message has come.
    after_row: bool,
}

impl Announces for Sofia {
    const ABOUT: &'static [About] = &[About {
        what: "FreeSWITCH and sofia-sip log",
        time: "microseconds, time of day",
        addresses: "peer",
        transport: "yes",
        message: "line ends restored, cut at 16000 bytes",
        note: "",
    }];
    const MARKS: &'static [&'static [u8]] = &[ROW];
    const SIGNS: &'static [&'static [u8]] = &[b" bytes "];
    const BEGINS: &'static [&'static [u8]] = &[b"recv ", b"send "];
    const CLOSES: bool = false;

    fn announced(&mut self, text: &[u8]) -> Option<Announced> {
        let announced = announced(text, b"send ")?;
        self.after_row = false;
        Some(announced)
    }

    fn part(&mut self, text: &[u8], log: &Log) -> Part {
        let is_row = || is_row(text);
        let next_entry = || stamp::read(text).is_some_and(|(moment, _)| moment.date.is_some());
        match log.is_empty() {
            true if is_row() => {
                self.after_row = true;
                Part::Around
            }
            // The dump has no row.
            true if !self.after_row && begins_message(text) => Part::OfAnother,
            false if next_entry() => Part::Beyond,
            false if is_row() => Part::End,
            false if text.trim_ascii().is_empty() && log.is_complete() => Part::End,
            _ => Part::Message,
        }
    }
}

/// The edge of a message.
pub(super) fn is_row(text: &[u8]) -> bool {
    text.trim_ascii_end().ends_with(ROW)
}

/// `recv 584 bytes from udp/[192.0.2.1]:5090;comp=sigcomp at 12:30:57.916812:`.
pub(super) fn announced(text: &[u8], sends: &[u8]) -> Option<Announced> {
    let (before, said) = split_once(text.trim_ascii_end().strip_suffix(b":")?, b" bytes ")?;
    let space = before.iter().rposition(|byte| *byte == b' ')?;
    let length = number(&before[space + 1..])?;
    let way = &before[..=space];
    let sent = way.ends_with(sends);
    if !sent && !way.ends_with(b"recv ") {
        return None;
    }
    let towards: &[u8] = if sent { b"to " } else { b"from " };
    let (place, time) = split_once(said.strip_prefix(towards)?, b" at ")?;
    let (carrier, peer) = split_once(place, b"/[")?;
    let carrier = transport(carrier)?;
    Some(Announced {
        at: way.len() - 5,
        moment: Some(stamp::read(time)?.0),
        length: Some(length),
        ..Announced::with(who(peer, carrier), sent, carrier)
    })
}

/// `192.0.2.1]:5090;comp=sigcomp`, `2001:db8::1]:5060/17` with a flow label.
fn who(text: &[u8], carrier: Transport) -> Who {
    let read = || {
        let (host, port) = split_once(text, b"]")?;
        let digits = port.iter().skip(1).take_while(|byte| byte.is_ascii_digit());
        let port = match port.strip_prefix(b":") {
            Some(port) => number(&port[..digits.count()])?,
            None if carrier == Transport::Tls => 5061,
            None => 5060,
        };
        Some(Who::At(Endpoint::new(address(host)?, port)))
    };
    read().unwrap_or_default()
}
