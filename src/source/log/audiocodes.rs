//! Syslog of AudioCodes Mediant gateways and session border controllers (7.20 and 7.40).
//!
//! `[S=7] [SID=a1b2:3:4] (N 5) ---- Incoming SIP Message from 192.0.2.1:5060 to SIPInterface #0 (WAN) UDP TO(#1) ---- `, then
//! the message, then ` [Time:29-08@13:14:15.123]`; `Outgoing SIP Message to` and `from SIPInterface` the other way. Line ends
//! are `#012` where syslog wrote the file and real ones where the vendor's viewer did. A long message goes on in the entry with
//! the next number. The blank line in front of a body may be a space, or be lost. Milliseconds; no year, no zone. The own
//! address is not there: an interface has a name, but it is an interface of the one writer, which is who the log is named after.

use super::announced::Announced;
use super::words::{endpoint, is_field, last_stamp, number, split_once, transport};
use super::{Format, Line, Log, Moment, Transport, escapes, stamp};
use crate::source::Who;

const SIGN: &[u8] = b"---- ";
const TIME: &[u8] = b"[Time:";

pub(super) const MARKS: &[&[u8]] = &[SIGN];

/// A line announces a message, and one follows.
pub(super) fn sniff(prefix: &[u8]) -> bool {
    super::announces(prefix, |line| announced(line).is_some())
}

/// Reads it.
#[derive(Clone, Default)]
pub(super) struct AudioCodes {
    /// The number of the entry that the message came in last.
    number: Option<u64>,
    /// Whether the last line of the message was blank.
    after_blank: bool,
    /// Whether the box said when the message was.
    timed: bool,
    /// Whether the entry that the message came in last is at its end: it has line ends of its own, or the time behind it.
    ended: bool,
    /// Whether it said so of any: the clock of syslog may be another one.
    has_clock: bool,
    /// The beginning of the time, where the entry was parted inside of it.
    begun_time: Vec<u8>,
}

impl Format for AudioCodes {
    fn line(&mut self, line: Line<'_>, log: &mut Log) {
        let text = line.text();
        let number = entry_number(text);
        if let Some((announced, rest)) = announced(text) {
            // The stamp in front is that of syslog; that of the box follows.
            let moment = announced.moment.filter(|_| !self.has_clock);
            Announced {
                moment,
                ..announced
            }
            .begin(line, log);
            self.number = number;
            (self.after_blank, self.timed) = (false, false);
            self.begun_time.clear();
            self.part(line, rest, log);
        } else if !log.is_open() {
            log.left(line);
        } else if number.is_none() && !self.ended && may_go_on(text, log) {
            self.part(line, text, log);
        } else if number == self.number.map(|last| last + 1)
            && let Some(rest) = continued(text)
            && (!log.is_complete() || self.is_of_time(rest))
        {
            self.number = number;
            log.spoil(crate::base::Spoiled::PARTS);
            self.part(line, rest, log);
        } else if number.is_none() && log.lacks_more() {
            // Of another machine; numbers tell how the message goes on.
            log.left(line);
        } else {
            log.finish();
            log.left(line);
        }
    }
}

impl AudioCodes {
    /// Whether the time stands in what follows a whole message, or the rest of it.
    fn is_of_time(&self, rest: &[u8]) -> bool {
        !self.begun_time.is_empty() || rest.trim_ascii_start().starts_with(TIME)
    }

    /// A part of the message, and the time if the entry ends with it.
    fn part(&mut self, line: Line<'_>, text: &[u8], log: &mut Log) {
        let text = [&std::mem::take(&mut self.begun_time), text].concat();
        let whole = match escapes::has(&text) {
            true => without_begun_time(&text),
            false => text.len(),
        };
        self.begun_time.extend_from_slice(&text[whole..]);
        let text = &text[..whole];
        let place = memchr::memmem::rfind(text, TIME);
        let (text, written) = match place {
            Some(place) => (&text[..place], Some(&text[place + TIME.len()..])),
            None => (text, None),
        };
        self.ended = written.is_some() || escapes::has(text);
        if let Some(moment) = written.and_then(time)
            && !std::mem::replace(&mut self.timed, true)
        {
            self.has_clock = true;
            let time = log.time(moment);
            if let Some(head) = log.head() {
                head.time = time;
            }
        }
        // The space in front of the time is of the entry.
        let text = match written {
            Some(_) => text.strip_suffix(b" ").unwrap_or(text),
            None => text,
        };
        let mut bytes = match escapes::has(text) {
            true => escapes::undone(text),
            false => text.to_vec(),
        };
        if written.is_none() && !escapes::has(text) {
            bytes.push(b'\n');
        }
        let mut lines = Vec::with_capacity(bytes.len());
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let blank = piece.ends_with(b"\n") && piece.trim_ascii().is_empty();
            match (blank, self.after_blank) {
                (true, true) => {}
                (true, false) => lines.push(b'\n'),
                (false, _) => lines.extend_from_slice(piece),
            }
            self.after_blank = blank;
        }
        if !lines.is_empty() {
            log.piece(line, &lines);
        }
    }
}

/// Whether a line without a number may be one of the message, where its line ends are real ones.
fn may_go_on(text: &[u8], log: &Log) -> bool {
    let fits = match log.is_in_head() && !log.is_empty() {
        true => {
            text.trim_ascii().is_empty()
                || text.starts_with(b" ")
                || is_field(text)
                || begins_body(text)
        }
        false => !log.is_complete() || text.starts_with(TIME),
    };
    fits && stamp::read(text).is_none()
}

/// The blank line in front of a body may be lost.
fn begins_body(text: &[u8]) -> bool {
    [&b"v=0"[..], b"<", b"--", TIME]
        .iter()
        .any(|begins| text.starts_with(begins))
}

/// How much of an entry stands in front of ` [Time:..]`, if its end is not there any more.
fn without_begun_time(text: &[u8]) -> usize {
    let begun = memchr::memrchr(b'[', text).filter(|at| {
        let end = &text[*at..];
        TIME.starts_with(end) || end.starts_with(TIME) && !end.contains(&b']')
    });
    let Some(at) = begun else {
        return text.len();
    };
    at - usize::from(text[..at].ends_with(b" "))
}

fn announced(line: &[u8]) -> Option<(Announced, &[u8])> {
    let (before, said) = split_once(line, SIGN)?;
    let (sent, said) = match said.strip_prefix(b"Incoming SIP Message from ") {
        Some(said) => (false, said),
        None => (true, said.strip_prefix(b"Outgoing SIP Message to ")?),
    };
    let (said, rest) = split_once(said, b" ----")?;
    let (peer, interface) = split_once(said, b" ")?;
    let mut words = interface.split(|byte| *byte == b' ').rev();
    let transport = words.find_map(transport).unwrap_or(Transport::Unknown);
    let announced = Announced {
        moment: last_stamp(before),
        ..Announced::with(Who::At(endpoint(peer)?), sent, transport)
    };
    Some((announced, rest.trim_ascii_start()))
}

/// `[S=7]` near the beginning.
fn entry_number(line: &[u8]) -> Option<u64> {
    let (_, rest) = split_once(&line[..line.len().min(256)], b"[S=")?;
    number(split_once(rest, b"]")?.0)
}

/// What stands behind the numbers of an entry that begins nothing new: new ones name their part of the program in brackets.
fn continued(line: &[u8]) -> Option<&[u8]> {
    let (_, mut rest) = split_once(line, b"[S=")?;
    rest = split_once(rest, b"]")?.1;
    for id in [&b"[SID="[..], b"[BID="] {
        if let Some(inside) = rest.trim_ascii_start().strip_prefix(id) {
            rest = split_once(inside, b"]")?.1;
        }
    }
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    (!rest.trim_ascii_start().starts_with(b"(")).then_some(rest)
}

/// `29-08@13:14:15.123`: day, month, time of day.
fn time(text: &[u8]) -> Option<Moment> {
    let (date, rest) = split_once(text, b"@")?;
    let (day, month) = split_once(date, b"-")?;
    let (moment, _) = stamp::read(rest)?;
    Some(Moment {
        date: Some((number(month)?, number(day)?)),
        ..moment
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_a_part_is_told_from_new_entries() {
        let behind = |text: &str| continued(text.as_bytes()).map(<[u8]>::to_vec);
        assert_eq!(
            behind("<134>[S=8] [SID=a:1:2] sip:b@x> [Time:29-08@13:14:15]"),
            Some(b"sip:b@x> [Time:29-08@13:14:15]".to_vec())
        );
        assert_eq!(behind("[S=8] [BID=a:1] ( sip_stack)( 12) New call"), None);
        assert_eq!(entry_number(b"host [S=12] x"), Some(12));
    }

    #[test]
    fn both_directions_name_their_peer() {
        let line = b"x ---- Outgoing SIP Message to 192.0.2.1:5061 from SIPInterface #2 (WAN UDP) TLS TO(#1) SocketID(4) ---- #012BYE";
        let (announced, rest) = announced(line).unwrap();
        let Who::At(peer) = announced.destination else {
            panic!("it was sent to somebody");
        };
        assert_eq!(peer.to_string(), "192.0.2.1:5061");
        assert_eq!(
            (announced.source, announced.transport),
            (Who::Own, Transport::Tls)
        );
        assert_eq!(rest, b"#012BYE");
        assert!(time(b"31-12@23:59:59.5]").is_some() && time(b"31@1:2:3").is_none());
    }
}
