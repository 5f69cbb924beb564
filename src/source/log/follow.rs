//! What Wireshark and tshark show of a stream (`tshark -q -z follow,tcp,ascii,0`; also `hex` and `raw`).
//!
//! A row of signs, the kind, the filter and both ends; then what each side sent, that of the second side behind a tab. Text has
//! the number of bytes in front (bytes that are no text are dots then); a dump has offsets; raw bytes are one line for each
//! part. What a side sent at once is a datagram, or any piece of a stream. There are no times.

use crate::source::about::About;
use std::borrow::Cow;

use super::words::{number, party, split_once, transport, unhex};
use super::{Format, Line, Log, Transport};
use crate::base::Spoiled;
use crate::sip::{Glance, begins_message, has_start_line_inside};
use crate::source::{Head, Who};

/// What it keeps.
pub(super) const ABOUT: &[About] = &[About {
    what: "Wireshark \"follow stream\"",
    time: "none",
    addresses: "both",
    transport: "yes",
    message: "exact; `ascii` has dots for bytes that are no text",
    note: "order only",
}];

pub(super) const MARKS: &[&[u8]] = &[b"Follow: "];

/// Kind and filter stand below a row.
pub(super) fn sniff(prefix: &[u8]) -> bool {
    let mut before: &[u8] = b"";
    super::lines(prefix).any(|line| {
        let found = kind(before).is_some() && may_begin(line);
        before = line;
        found
    })
}

/// Whether a line may be the second of a stream, which need not have a word of SIP.
pub(super) fn may_begin(line: &[u8]) -> bool {
    line.starts_with(b"Filter: ")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Text,
    Dump,
    Raw,
}

/// Reads it.
#[derive(Clone)]
pub(super) struct Follow {
    shape: Shape,
    transport: Transport,
    ends: [Who; 2],
    /// The row came that closes a stream: what was said of that is said of no other.
    is_closed: bool,
    /// What each side sent and is no whole message yet.
    held: [Held; 2],
    /// The side and the rest of the part that is being read, of a text.
    part: Option<(usize, usize)>,
    /// Whether nothing of it has come yet.
    fresh: bool,
    /// Whether messages end their lines with a line feed alone: somebody took the carriage returns out, which lengths count.
    lacks_returns: bool,
    /// Where in what is held a line stands that may be the head of the next part, if this one is shorter than it says.
    next: Option<(usize, (usize, usize))>,
}

#[derive(Clone, Default)]
struct Held {
    line: u64,
    bytes: Vec<u8>,
    /// Up to where the end of a header section was looked for.
    searched: usize,
    /// How long the first message is, once its header section is there.
    needs: Option<usize>,
}

impl Default for Follow {
    fn default() -> Self {
        Self {
            shape: Shape::Text,
            transport: Transport::Unknown,
            ends: [Who::Unknown, Who::Unknown],
            is_closed: false,
            held: Default::default(),
            part: None,
            fresh: false,
            lacks_returns: false,
            next: None,
        }
    }
}

impl Format for Follow {
    fn line(&mut self, line: Line<'_>, log: &mut Log) {
        let text = line.text();
        if let Some((transport, shape)) = kind(text) {
            self.end(log);
            *self = Self {
                transport,
                shape,
                ..Self::default()
            };
            log.other();
        } else if let Some(node) = text.strip_prefix(b"Node ")
            && let Some((side, name)) = split_once(node, b": ")
            && let Some(side @ 0..=1) = number::<usize>(side)
        {
            self.ends[side] = if name.starts_with(b":") {
                Who::Unknown
            } else {
                party(name)
            };
            log.other();
        } else if self.part.is_none() && is_row(text) {
            self.end(log);
            self.ends = [Who::Unknown, Who::Unknown];
            self.is_closed = true;
            log.left(line);
        } else {
            match self.shape {
                Shape::Text => self.text(line, log),
                Shape::Dump => self.dump(line, log),
                Shape::Raw => self.raw(line, log),
            }
        }
    }

    fn end(&mut self, log: &mut Log) {
        self.flush(0, log);
        self.flush(1, log);
    }
}

impl Follow {
    fn text(&mut self, line: Line<'_>, log: &mut Log) {
        if let Some((at, head)) = self.next.take()
            && begins_message(line.raw)
            && let Some((side, _)) = self.part
        {
            self.held[side].bytes.truncate(at);
            self.flush(side, log);
            self.part = Some(head);
            self.fresh = true;
        }
        match self.part {
            Some((side, left)) => {
                if let Some(head) = part_head(line.text()) {
                    self.next = Some((self.held[side].bytes.len(), head));
                }
                let is_bare = line.raw.ends_with(b"\n") && line.raw.len() == line.text().len() + 1;
                if std::mem::take(&mut self.fresh) && begins_message(line.raw) {
                    self.flush(side, log);
                    self.lacks_returns = is_bare;
                }
                let restored = match self.lacks_returns && is_bare {
                    true => Cow::Owned([line.text(), b"\r\n"].concat()),
                    false => Cow::Borrowed(line.raw),
                };
                let taken = left.min(restored.len());
                self.take(side, line, &restored[..taken], log);
                self.part = Some((side, left - taken)).filter(|(_, left)| *left > 0);
                if self.part.is_none() {
                    self.next = None;
                    self.whole(side, log);
                    self.part_ends(side, log);
                }
            }
            None => {
                self.part = part_head(line.text());
                self.fresh = true;
                match self.part {
                    Some(_) => log.other(),
                    None => log.left(line),
                }
            }
        }
    }

    fn dump(&mut self, line: Line<'_>, log: &mut Log) {
        let Some((side, bytes)) = dumped(line.text()) else {
            log.left(line);
            return;
        };
        // A part ends where the other side goes on, and with a line that is shorter.
        self.part_ends(1 - side, log);
        if begins_message(&bytes) {
            self.flush(side, log);
        }
        self.take(side, line, &bytes, log);
        self.whole(side, log);
        if bytes.len() < 16 {
            self.part_ends(side, log);
        }
    }

    fn raw(&mut self, line: Line<'_>, log: &mut Log) {
        let text = line.text();
        let side = usize::from(text.starts_with(b"\t"));
        match unhex(text.trim_ascii()) {
            Some(bytes) if !bytes.is_empty() => {
                if begins_message(&bytes) {
                    self.flush(side, log);
                }
                self.take(side, line, &bytes, log);
                self.whole(side, log);
                self.part_ends(side, log);
            }
            _ => log.left(line),
        }
    }

    fn take(&mut self, side: usize, line: Line<'_>, bytes: &[u8], log: &mut Log) {
        let held = &mut self.held[side];
        if held.bytes.is_empty() {
            held.line = line.number;
        }
        held.bytes.extend_from_slice(bytes);
        if held.bytes.len() > log.longest() {
            self.flush(side, log);
        }
    }

    /// A datagram does not go on in the next.
    fn part_ends(&mut self, side: usize, log: &mut Log) {
        if self.transport == Transport::Udp {
            self.flush(side, log);
        }
    }

    /// Hands over the messages of a stream that are whole.
    fn whole(&mut self, side: usize, log: &mut Log) {
        if self.transport == Transport::Udp {
            return;
        }
        let mut held = std::mem::take(&mut self.held[side]);
        let mut from = 0;
        while let Some(end) = held.end(from) {
            self.emit(side, held.line, &held.bytes[from..end], log);
            from = end;
        }
        if from > 0 {
            held.bytes.drain(..from);
            held.searched -= from;
        }
        self.held[side] = held;
    }

    /// Hands over all that a side sent and that is still held.
    fn flush(&mut self, side: usize, log: &mut Log) {
        let held = std::mem::take(&mut self.held[side]);
        self.emit(side, held.line, &held.bytes, log);
    }

    fn emit(&self, side: usize, number: u64, bytes: &[u8], log: &mut Log) {
        if bytes.is_empty() {
            return;
        }
        let line = Line::new(number, b"");
        if !begins_message(bytes.trim_ascii_start()) && !has_start_line_inside(bytes) {
            for raw in bytes.split_inclusive(|byte| *byte == b'\n') {
                log.left(Line { raw, ..line });
            }
            return;
        }
        log.begin(
            line,
            Head {
                time: None,
                source: self.ends[side].clone(),
                destination: self.ends[1 - side].clone(),
                transport: match self.is_closed {
                    true => Transport::Unknown,
                    false => self.transport,
                },
            },
        );
        log.bytes(line, bytes);
        if self.lacks_returns {
            log.spoil(Spoiled::LINE_ENDS);
        }
        log.finish();
    }
}

impl Held {
    /// Where the message ends that begins here, if it is whole. What was looked at once is not looked at again.
    fn end(&mut self, from: usize) -> Option<usize> {
        if self.needs.is_none() {
            self.searched = self.searched.max(from);
            let blank_line = loop {
                let Some(found) = memchr::memchr(b'\n', &self.bytes[self.searched..]) else {
                    self.searched = self.bytes.len();
                    return None;
                };
                let line_end = self.searched + found;
                let line = &self.bytes[..line_end];
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                self.searched = line_end + 1;
                if line.len() == from || line.ends_with(b"\n") {
                    break line_end + 1;
                }
            };
            let glance = Glance::at(&self.bytes[from..blank_line]);
            let body = glance.and_then(|glance| glance.content_length);
            let body = usize::try_from(body.unwrap_or_default()).unwrap_or(usize::MAX);
            self.needs = Some(blank_line.saturating_add(body) - from);
        }
        let end = from.saturating_add(self.needs?);
        if end > self.bytes.len() {
            return None;
        }
        self.needs = None;
        self.searched = end;
        Some(end)
    }
}

/// `Follow: tcp,ascii`
fn kind(line: &[u8]) -> Option<(Transport, Shape)> {
    let (name, shape) = split_once(line.strip_prefix(b"Follow: ")?, b",")?;
    let shape = match shape {
        b"ascii" | b"ebcdic" => Shape::Text,
        b"hex" => Shape::Dump,
        b"raw" => Shape::Raw,
        _ => return None,
    };
    Some((transport(name).unwrap_or(Transport::Unknown), shape))
}

/// What stands in front of a stream and behind it.
fn is_row(line: &[u8]) -> bool {
    const SHORTEST: usize = 8;
    line.len() >= SHORTEST && line.iter().all(|byte| *byte == b'=')
}

/// Side and length of a part.
fn part_head(line: &[u8]) -> Option<(usize, usize)> {
    let side = usize::from(line.starts_with(b"\t"));
    Some((side, number(&line[side..])?)).filter(|(_, length)| *length > 0)
}

/// Side and bytes of `00000010  49 4e 56 49 54 45 20 73  69 70 3a 2b 34 39 33 30  INVITE s ip:+4930`.
fn dumped(line: &[u8]) -> Option<(usize, Vec<u8>)> {
    const DIGITS: usize = 16 * 3 + 1;
    let text = line.trim_ascii_start();
    let side = usize::from(text.len() < line.len());
    unhex(text.get(..8)?)?;
    let rest = text[8..].strip_prefix(b"  ")?;
    let digits = &rest[..rest.len().min(DIGITS)];
    let digits: Vec<u8> = digits
        .iter()
        .copied()
        .filter(|byte| *byte != b' ')
        .collect();
    let bytes = unhex(&digits)?;
    (1..=16).contains(&bytes.len()).then_some((side, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_dump_tell_side_and_bytes() {
        let full =
            b"\t00000010  49 4e 56 49 54 45 20 73  69 70 3a 2b 34 39 33 30  INVITE s ip:+4930";
        assert_eq!(dumped(full), Some((1, b"INVITE sip:+4930".to_vec())));
        let short = b"00000010  49 4e                                             IN";
        assert_eq!(dumped(short), Some((0, b"IN".to_vec())));
        assert_eq!(dumped(b"00000010 IN"), None);
        assert_eq!(dumped(b"SIP/2.0 200 OK"), None);
    }
}
