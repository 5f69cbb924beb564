//! Syslog of AudioCodes Mediant gateways and session border controllers (7.20 and 7.40).
//!
//! `[S=7] [SID=a1b2:3:4] (N 5) ---- Incoming SIP Message from 192.0.2.1:5060 to SIPInterface #0 (WAN) UDP TO(#1) ---- `, then
//! the message, then ` [Time:29-08@13:14:15.123]`; `Outgoing SIP Message to` and `from SIPInterface` the other way. Line ends
//! are `#012` where syslog wrote the file and real ones where the vendor's viewer did. A long message goes on in the entry with
//! the next number, or that of its session (`SID`) where another session writes between; where a number is missing between
//! them, it does not go on. The blank line in front of a body may be a space, or be lost. Milliseconds; no year, no zone. The own
//! address is not there: an interface has a name, but it is an interface of the one writer, which is who the log is named after.

mod blanks;

use std::ops::Range;

use blanks::Blanks;

use super::announced::Announced;
use super::margin::Margin;
use super::oneline::{self, OneLine};
use super::words::{endpoint, is_field, last_stamp, number, split_once, transport};
use super::{Format, Kept, Line, Log, Moment, Transport, escapes, stamp};
use crate::source::Who;
use crate::source::about::About;

const SIGN: &[u8] = b"---- ";
const END: &[u8] = b" ----";
const TIME: &[u8] = b"[Time:";
const NUMBER: &[u8] = b"[S=";
const WAYS: [&[u8]; 2] = [b"Incoming SIP Message from ", b"Outgoing SIP Message to "];
/// No more stands in front of what an announcement says, from its number on, and what it says is no longer.
const LONGEST: usize = 256;

/// What it keeps.
pub(super) const ABOUT: &[About] = &[About {
    what: "AudioCodes syslog",
    time: "milliseconds, no year, no zone",
    addresses: "peer",
    transport: "yes",
    message: "line ends and blank lines restored",
    note: "parts are put together",
}];

pub(super) const MARKS: &[&[u8]] = &[SIGN];

/// A line announces a message, and one follows.
pub(super) fn sniff(prefix: &[u8]) -> bool {
    super::announces(prefix, |line| announced(line).is_some())
}

/// Reads it.
#[derive(Clone, Default)]
pub(super) struct AudioCodes {
    /// Where the message is that is open.
    entry: Entry,
    /// The same of those that were set aside.
    aside: Vec<Entry>,
    /// The number of the last entry of any session.
    last: Option<u64>,
    /// Whether the box said when any message was: the clock of syslog may be another one.
    has_clock: bool,
    /// What stood in front of the number of the last announcement.
    front: Margin,
}

/// Where a message is.
#[derive(Clone, Default)]
struct Entry {
    session: Option<Vec<u8>>,
    /// The number of the entry that it came in last.
    number: Option<u64>,
    /// Whether numbers of the log are missing since then.
    gap: bool,
    blanks: Blanks,
    /// Whether the box said when the message was.
    timed: bool,
    /// Whether the entry that the message came in last is at its end: it has line ends of its own, or the time behind it.
    ended: bool,
    /// The beginning of the time or of a line end, where the entry was parted inside of it.
    begun: Vec<u8>,
}

impl OneLine for AudioCodes {
    fn announcement(&self, text: &[u8]) -> Option<Range<usize>> {
        let place = place(text)?;
        let near = place.start.saturating_sub(LONGEST);
        let number = memchr::memmem::rfind(&text[near..place.start], NUMBER);
        Some(number.map_or(place.start, |number| near + number)..place.end)
    }

    fn message(&self, text: &[u8]) -> Vec<u8> {
        let end = memchr::memmem::rfind(text, TIME).unwrap_or(text.len());
        Blanks::default().follow(&escapes::undone(&text[..end]))
    }
}

impl Format for AudioCodes {
    fn entries_in(&self, line: Line<'_>) -> Option<Vec<Kept>> {
        oneline::entries(line, self)
    }

    fn entry_inside(&self, text: &[u8]) -> Option<usize> {
        oneline::inside(text, &self.front, self)
    }

    fn line(&mut self, line: Line<'_>, log: &mut Log) {
        let text = line.text();
        let number = entry_number(text);
        self.count(number);
        let session = session(text);
        if let Some((announced, rest)) = announced(text) {
            // The stamps in front are those of syslog; that of the box follows.
            let moment = announced.moment.filter(|_| !self.has_clock);
            let front = if self.has_clock { b"" } else { line.front };
            self.leave(session, log);
            if let Some(place) = self.announcement(text) {
                self.front = Margin::of(&text[..place.start]);
            }
            Announced {
                moment,
                ..announced
            }
            .begin(Line { front, ..line }, log);
            self.entry = Entry {
                session: session.map(<[u8]>::to_vec),
                number,
                ..Entry::default()
            };
            self.part(line, rest, log);
        } else if number.is_some()
            && let Some(rest) = continued(text)
            && self.goes_on(number, session, rest, log)
        {
            self.entry.number = number;
            self.entry.gap = false;
            log.spoil(crate::base::Spoiled::PARTS);
            self.part(line, rest, log);
        } else if !log.is_open() {
            log.left(line);
        } else if number.is_none() && !self.entry.ended && may_go_on(text, log) {
            self.part(line, text, log);
        } else if log.lacks_more() && (number.is_none() || !self.entry.may_be(session)) {
            // Of another machine, or of another session; numbers tell how the message goes on.
            self.entry.ended |= number.is_some();
            log.left(line);
        } else {
            log.finish();
            log.left(line);
        }
    }
}

impl Entry {
    /// Whether an entry of this session may be of the same one.
    fn may_be(&self, session: Option<&[u8]>) -> bool {
        session.is_none() || self.session.is_none() || self.session.as_deref() == session
    }

    /// Whether it may go on in the entry with this number.
    fn goes_on(&self, number: Option<u64>) -> bool {
        number.is_some() && (number == self.number.map(|last| last + 1) || !self.gap)
    }
}

impl AudioCodes {
    /// Takes note of the number of an entry.
    fn count(&mut self, number: Option<u64>) {
        let Some(number) = number else {
            return;
        };
        let last = self.last.replace(number);
        if last.is_some_and(|last| last.checked_add(1) != Some(number)) {
            self.entry.gap = true;
            self.aside.iter_mut().for_each(|entry| entry.gap = true);
        }
    }

    /// Whether the message that is open goes on in this entry, or one that was set aside, which is open then.
    fn goes_on(
        &mut self,
        number: Option<u64>,
        session: Option<&[u8]>,
        rest: &[u8],
        log: &mut Log,
    ) -> bool {
        if log.is_open() && self.entry.may_be(session) {
            let lacks = !log.is_complete() || self.is_of_time(rest);
            return lacks && self.entry.goes_on(number);
        }
        let same = |entry: &Entry| entry.session.as_deref() == session;
        let Some(place) = session.and_then(|_| self.aside.iter().position(same)) else {
            return false;
        };
        if !self.aside[place].goes_on(number) {
            return false;
        }
        let entry = self.aside.remove(place);
        self.leave(session, log);
        self.entry = entry;
        session.is_some_and(|session| log.take_up(session))
    }

    /// Sets the message aside that is open, if it is of another session than the one that comes, and lacks more.
    fn leave(&mut self, session: Option<&[u8]>, log: &mut Log) {
        if let Some(session) = session
            && self.aside.iter().any(|entry| entry.may_be(Some(session)))
        {
            // It begins another message: nothing more comes of the one before.
            self.aside.retain(|entry| !entry.may_be(Some(session)));
            log.give_up_aside(session);
        }
        if self.entry.may_be(session) || !log.lacks_more() {
            return;
        }
        let entry = std::mem::take(&mut self.entry);
        if let Some(session) = &entry.session {
            log.set_aside(session);
            self.aside.push(entry);
            self.aside.retain(|entry| {
                let session = entry.session.as_deref();
                session.is_some_and(|session| log.has_aside(session))
            });
        }
    }

    /// Whether the time stands in what follows a whole message, or the rest of it.
    fn is_of_time(&self, rest: &[u8]) -> bool {
        !self.entry.begun.is_empty() || rest.trim_ascii_start().starts_with(TIME)
    }

    /// A part of the message, and the time if the entry ends with it.
    fn part(&mut self, line: Line<'_>, text: &[u8], log: &mut Log) {
        let text = [&std::mem::take(&mut self.entry.begun), text].concat();
        let whole = match escapes::has(&text) {
            true => without_begun(&text),
            false => text.len(),
        };
        self.entry.begun.extend_from_slice(&text[whole..]);
        let text = &text[..whole];
        let place = memchr::memmem::rfind(text, TIME);
        let (text, written) = match place {
            Some(place) => (&text[..place], Some(&text[place + TIME.len()..])),
            None => (text, None),
        };
        self.entry.ended = written.is_some() || escapes::has(text);
        if let Some(moment) = written.and_then(time)
            && !std::mem::replace(&mut self.entry.timed, true)
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
        let lines = self.entry.blanks.follow(&bytes);
        if !lines.is_empty() {
            log.piece(line, &lines);
        }
        if self.entry.ended {
            log.settle();
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

/// How much of an entry stands in front of ` [Time:..]`, `#012` or a blank line, if its end is not there any more.
fn without_begun(text: &[u8]) -> usize {
    let begins = |sign: u8| memchr::memrchr(sign, text);
    let is_time =
        |end: &[u8]| TIME.starts_with(end) || end.starts_with(TIME) && !end.contains(&b']');
    if let Some(at) = begins(b'[').filter(|at| is_time(&text[*at..])) {
        return at - usize::from(text[..at].ends_with(b" "));
    }
    let is_line_end =
        |end: &[u8]| end.len() < 4 && (b"#012".starts_with(end) || b"#015".starts_with(end));
    let line_end = begins(b'#').filter(|at| is_line_end(&text[*at..]));
    let whole = line_end.unwrap_or(text.len());
    // The space may be a blank line.
    whole - usize::from(text[..whole].ends_with(b"#012 "))
}

/// Where an announcement stands, with the signs around it.
fn place(text: &[u8]) -> Option<Range<usize>> {
    let mut signs = memchr::memmem::find_iter(text, SIGN);
    signs.find_map(|sign| {
        let said = &text[sign + SIGN.len()..];
        let way = WAYS.iter().find(|way| said.starts_with(way))?;
        let said = &said[..said.len().min(LONGEST)];
        let end = way.len() + memchr::memmem::find(&said[way.len()..], END)?;
        Some(sign..sign + SIGN.len() + end + END.len())
    })
}

fn announced(line: &[u8]) -> Option<(Announced, &[u8])> {
    let place = place(line)?;
    let (before, rest) = (&line[..place.start], &line[place.end..]);
    let said = &line[place.start + SIGN.len()..place.end - END.len()];
    let (sent, said) = match said.strip_prefix(WAYS[0]) {
        Some(said) => (false, said),
        None => (true, said.strip_prefix(WAYS[1])?),
    };
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
    let (_, rest) = split_once(&line[..line.len().min(256)], NUMBER)?;
    number(split_once(rest, b"]")?.0)
}

/// `a1b2c3:17:5` in `[SID=a1b2c3:17:5]` near the beginning.
fn session(line: &[u8]) -> Option<&[u8]> {
    let (_, rest) = split_once(&line[..line.len().min(256)], b"[SID=")?;
    Some(split_once(rest, b"]")?.0)
}

/// What stands behind the numbers of an entry that begins nothing new: new ones name their part of the program and a number in
/// brackets. A message may go on with a bracket, too.
fn continued(line: &[u8]) -> Option<&[u8]> {
    let (_, mut rest) = split_once(line, NUMBER)?;
    rest = split_once(rest, b"]")?.1;
    for id in [&b"[SID="[..], b"[BID="] {
        if let Some(inside) = rest.trim_ascii_start().strip_prefix(id) {
            rest = split_once(inside, b"]")?.1;
        }
    }
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    (!begins_entry(rest.trim_ascii_start())).then_some(rest)
}

/// `( sip_stack)( 12)`, `(N 123)`.
fn begins_entry(text: &[u8]) -> bool {
    let inside = text
        .strip_prefix(b"(")
        .and_then(|text| split_once(text, b")"));
    let counted = |name: &[u8]| {
        let digits = name.strip_prefix(b"N ").map(<[u8]>::trim_ascii_start);
        digits.is_some_and(|digits| number::<u64>(digits).is_some())
    };
    inside.is_some_and(|(name, behind)| behind.starts_with(b"(") || counted(name))
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
        assert_eq!(behind("[S=8] [SID=a:1:2] (N 12) New call"), None);
        assert_eq!(
            behind("[S=8] [SID=a:1:2]  (v1) <sip:b@x>"),
            Some(b" (v1) <sip:b@x>".to_vec())
        );
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
