//! The console and the full log of Asterisk, of both SIP drivers.
//!
//! chan_sip (`chan_sip.c`, up to Asterisk 20): `<--- SIP read from UDP:192.0.2.1:5060 --->`, the message, a row of dashes in angle
//! brackets; `<--- Reliably Transmitting (NAT) to 192.0.2.1:5060 --->` or `Retransmitting #1 (no NAT) to 192.0.2.1:5060:`, the
//! message, a row or `---`. What is sent has no transport; before 1.6.1 what is read has none either.
//!
//! chan_pjsip (`res_pjsip_logger.c`): `<--- Received SIP request (541 bytes) from UDP:192.0.2.1:5060 --->` and `<--- Transmitting
//! SIP response (543 bytes) to ..`, the message, a blank line and no mark.
//!
//! `[Mar 30 13:35:51] VERBOSE[2370][C-0000000a] chan_sip.c: ` may stand before the announcement, before each line, or on a line
//! of its own before the announcement. The date has a year and a fraction only where the administrator asked for them; a console
//! may have no times at all. Times are local. The address of the writer is not there. Texts that quote a console are read too.

use super::framed::{Announced, Announces, Part};
use super::words::{bytes_told, party, split_once, transport};
use super::{Log, Moment, Transport, stamp};
use crate::source::Who;
use crate::source::about::About;

/// Announcements without angle brackets.
const OLDER: [&[u8]; 3] = [
    b"Reliably Transmitting (",
    b"Transmitting (",
    b"Retransmitting #",
];

/// The end of what the logger puts in front.
const WRITER: &[u8] = b".c:";

/// Reads it.
#[derive(Clone, Default)]
pub(super) struct Asterisk {
    /// Of a line that had nothing but what the logger puts in front.
    earlier: Option<Moment>,
    /// The message is of the older form.
    ends_with_dashes: bool,
    /// The message is of chan_sip.
    ends_with_row: bool,
    /// The logger wrote something in front of its first line too.
    prefixed: Option<bool>,
}

impl Announces for Asterisk {
    const ABOUT: &'static [About] = &[
        About {
            what: "Asterisk full log and console, chan_sip",
            time: "seconds or as configured, no zone, mostly no year; a console may have none",
            addresses: "peer",
            transport: "of what is received",
            message: "exact in a file, line ends restored from a console",
            note: "guides that quote a console are read too",
        },
        About {
            what: "Asterisk chan_pjsip logger",
            time: "seconds or as configured, no zone, mostly no year; a console may have none",
            addresses: "peer",
            transport: "yes",
            message: "exact in a file, line ends restored from a console",
            note: "",
        },
    ];
    const MARKS: &'static [&'static [u8]] = &[b"<--- ", b"ransmitting "];
    const SIGNS: &'static [&'static [u8]] = &[Self::MARKS[0], Self::MARKS[1], WRITER];
    const BEGINS: &'static [&'static [u8]] = &[b"[", b"<--- ", OLDER[0], OLDER[1], OLDER[2]];
    const CLOSES: bool = false;

    fn needs_mark(&self) -> bool {
        self.ends_with_row
    }

    fn announced(&mut self, text: &[u8]) -> Option<Announced> {
        let earlier = self.earlier.take();
        let Some((at, said)) = announcement(text) else {
            if text.trim_ascii_end().ends_with(WRITER) || text.ends_with(b"] ") {
                self.earlier = prefixed(text);
            }
            return None;
        };
        let announced = read(said)?;
        self.ends_with_dashes = text.ends_with(b":");
        self.ends_with_row = announced.length.is_none();
        self.prefixed = None;
        Some(Announced {
            at,
            moment: prefixed(&text[..at]).or(earlier),
            ..announced
        })
    }

    fn part(&mut self, text: &[u8], log: &Log) -> Part {
        let text = text.trim_ascii_end();
        let is_row = || {
            let dashes = text.strip_suffix(b"->").unwrap_or_default();
            dashes.ends_with(b"----------")
        };
        let dashes = || self.ends_with_dashes && text.ends_with(b"---");
        let is_prefixed = text.starts_with(b"[") && prefixed(text).is_some();
        let next_entry = || is_prefixed && self.prefixed == Some(false);
        let blank = || !self.ends_with_row && text.is_empty() && log.is_complete();
        if !log.is_empty() && next_entry() {
            return Part::Beyond;
        }
        // Nothing but line ends may stand in front of the row.
        if self.ends_with_row && is_row() || !log.is_empty() && (dashes() || blank()) {
            return Part::End;
        }
        if !text.is_empty() {
            self.prefixed.get_or_insert(is_prefixed);
        }
        Part::Message
    }

    fn is_front(&self, text: &[u8]) -> bool {
        let stamped = text.strip_prefix(b"[").and_then(stamp::read);
        stamped.is_some() && text.trim_ascii_end().ends_with(WRITER)
    }
}

/// The time that the logger puts in front of a line.
fn prefixed(text: &[u8]) -> Option<Moment> {
    let mut brackets = memchr::memchr_iter(b'[', text);
    brackets.find_map(|at| Some(stamp::read(&text[at + 1..])?.0))
}

/// Where an announcement begins in a line, and what it says.
fn announcement(text: &[u8]) -> Option<(usize, &[u8])> {
    let text = text.trim_ascii_end();
    if let Some((before, said)) = split_once(text, b"<--- ") {
        return Some((before.len(), said.strip_suffix(b" --->")?));
    }
    let said = text.strip_suffix(b":")?;
    let mut forms = OLDER.iter();
    let at = forms.find_map(|form| memchr::memmem::find(said, form))?;
    Some((at, &said[at..]))
}

/// `SIP read from UDP:192.0.2.1:5060`, `Reliably Transmitting (NAT) to 192.0.2.1:5060`, `Received SIP request (541 bytes) from
/// UDP:192.0.2.1:5060`.
fn read(said: &[u8]) -> Option<Announced> {
    let receives = [&b"SIP read from "[..], b"Received SIP "];
    let sends = [
        &b"Transmitting "[..],
        b"Reliably Transmitting ",
        b"Retransmitting #",
    ];
    let sent = sends.iter().any(|form| said.starts_with(form));
    if !sent && !receives.iter().any(|form| said.starts_with(form)) {
        return None;
    }
    let towards: &[u8] = if sent { b" to " } else { b" from " };
    let place = memchr::memmem::rfind(said, towards)?;
    let place = &said[place + towards.len()..];
    let with_transport = || {
        let (carrier, peer) = split_once(place, b":")?;
        Some((transport(carrier)?, peer))
    };
    let (carrier, peer) = with_transport().unwrap_or((Transport::Unknown, place));
    let peer = match party(peer) {
        Who::At(endpoint) => Who::At(endpoint),
        _ => Who::Unknown,
    };
    Some(Announced {
        length: bytes_told(said),
        ..Announced::with(peer, sent, carrier)
    })
}
