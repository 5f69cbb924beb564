//! The message log of SIPp (`-trace_msg`).
//!
//! A row of dashes with the time, a line that says which way and over what, a blank line, the message. No addresses: the
//! writer is one side, who the other is stays unknown. The clock is that of the machine, mostly without zone; some versions add
//! the seconds since 1970. Messages are written byte by byte, and a line end follows.

use super::announced::{Announced, completed};
use super::cut::inside;
use super::words::{bytes_told, split_once, transport};
use super::{Format, Line, Log, Moment, stamp, uptime};
use crate::source::Who;
use crate::source::about::About;

const ROW: &[u8] = b"-----------------------------------------------";

/// What it keeps.
pub(super) const ABOUT: &[About] = &[About {
    what: "SIPp `-trace_msg`",
    time: "microseconds, no zone unless it tells the seconds since 1970, too",
    addresses: "none, which side sent",
    transport: "yes",
    message: "exact",
    note: "",
}];

pub(super) const MARKS: &[&[u8]] = &[ROW];

/// A row is there, and a message line behind it.
pub(super) fn sniff(prefix: &[u8]) -> bool {
    let mut after_row = false;
    super::lines(prefix).any(|line| {
        let found = after_row && announced(line).is_some();
        after_row = row(line).is_some();
        found
    })
}

/// Reads it.
#[derive(Clone, Default)]
pub(super) struct Sipp {
    moment: Option<Moment>,
    after_row: bool,
}

impl Format for Sipp {
    fn entry_inside(&self, text: &[u8]) -> Option<usize> {
        inside(text, ROW, &[ROW], |text| {
            text.starts_with(ROW) && row(text).is_some()
        })
    }

    fn line(&mut self, line: Line<'_>, log: &mut Log) {
        let text = line.text();
        if let Some((front, written)) = row(text)
            && !log.owns(front)
        {
            log.finish();
            self.moment = completed(moment(written), front);
            self.after_row = true;
        } else if self.after_row
            && let Some(announced) = announced(text)
        {
            let announced = Announced {
                moment: self.moment,
                ..announced
            };
            announced.begin(line, log);
            self.after_row = false;
        } else if log.is_open() {
            log.text(line);
        } else {
            log.left(line);
        }
    }
}

/// What stands in front of a row, which is nothing or has the stamp of who passed it on, and what stands behind it.
fn row(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (front, written) = split_once(line, ROW)?;
    let is_stamped = || stamp::find(front).is_some();
    let written = written.strip_prefix(b" ")?;
    (front.is_empty() || is_stamped()).then_some((front, written))
}

/// `2026-11-21T22:13:20.008708`, with blanks or tabs instead of `T`, and perhaps with `1700000000.008708` behind, which knows the
/// zone.
fn moment(written: &[u8]) -> Option<Moment> {
    let (local, length) = stamp::read(written)?;
    uptime::epoch(&written[length..]).or(Some(local))
}

/// `UDP message sent (556 bytes):`, `UDP message received [323] bytes :`, `TCP control message sent`, `Unexpected UDP message
/// received:`.
fn announced(line: &[u8]) -> Option<Announced> {
    let mut words = line.split(|byte| *byte == b' ').peekable();
    words.next_if_eq(&&b"Unexpected"[..]);
    let transport = transport(words.next()?)?;
    words.next_if_eq(&&b"control"[..]);
    if words.next()? != b"message" {
        return None;
    }
    let sent = match words.next()? {
        b"sent" => true,
        b"received" | b"received:" => false,
        _ => return None,
    };
    Some(Announced {
        length: bytes_told(line),
        ..Announced::with(Who::Unknown, sent, transport)
    })
}
