//! What tshark and Wireshark show of packets as a tree (`tshark -V`; "export packet dissections as plain text").
//!
//! `Frame 7: ..` begins a packet; indented by four for each level below stand its times (`Epoch Time: 1700000000.000001000 seconds`), the
//! ends of IP, the ports, and for each message of it `Session Initiation Protocol (INVITE)`: the first line as `Request-Line: ` or
//! `Status-Line: `, then `Message Header` with a line for each field and what it means below it. Of a body only the lines of a session
//! description are there, each with its letter in brackets: `Session Name (s): -`; other bodies are missing. A line that is longer than
//! 240 letters is cut and says `[truncated]`: such a field is left out.

use std::net::IpAddr;

use super::words::{address, number, split_once};
use super::{Format, Line, Log, Moment, Transport, uptime};
use crate::base::{Endpoint, Spoiled};
use crate::source::about::About;
use crate::source::{Head, Who};

/// What it keeps.
pub(super) const ABOUT: &[About] = &[About {
    what: "tshark `-V`, and packets that Wireshark exports as text",
    time: "as the capture has it",
    addresses: "both",
    transport: "yes",
    message: "line ends restored; no bodies but session descriptions",
    note: "a reassembled message has the time of its last packet; fields longer than 240 letters are left out",
}];

pub(super) const MARKS: &[&[u8]] = &[SIP];

const SIP: &[u8] = b"Session Initiation Protocol (";
const FIRST_LINES: [&[u8]; 2] = [b"Request-Line: ", b"Status-Line: "];
/// A level of the tree.
const INDENT: usize = 4;

/// A first line stands below the name of the protocol.
pub(super) fn sniff(prefix: &[u8]) -> bool {
    let mut is_below = false;
    super::lines(prefix).any(|line| {
        let (depth, text) = node(line);
        let found = is_below && depth == 1 && first_line(text).is_some();
        is_below = depth == 0 && text.starts_with(SIP);
        found
    })
}

/// Reads it.
#[derive(Clone, Default)]
pub(super) struct TsharkText {
    /// Whether a packet has begun, and whether it had a message.
    frame: Option<bool>,
    moment: Option<Moment>,
    addresses: Option<[IpAddr; 2]>,
    ports: Option<[u16; 2]>,
    transport: Option<Transport>,
    message: Option<Message>,
    /// A blank line stands behind a packet.
    is_closed: bool,
}

/// A message that is being collected.
#[derive(Clone, Default)]
struct Message {
    line: u64,
    first: Vec<u8>,
    fields: Vec<u8>,
    body: Vec<u8>,
    part: Part,
    is_abridged: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Part {
    #[default]
    First,
    Fields,
    Body,
}

impl Format for TsharkText {
    fn line(&mut self, line: Line<'_>, log: &mut Log) {
        let (depth, text) = node(line.text());
        let is_blank = text.is_empty() && line.raw.ends_with(b"\n");
        let is_behind = std::mem::replace(&mut self.is_closed, is_blank);
        if text.starts_with(b"Frame ")
            && depth == 0
            && text[6..].first().is_some_and(u8::is_ascii_digit)
        {
            self.end_frame(true, log);
            *self = Self {
                frame: Some(false),
                ..Self::default()
            };
        } else if self.frame.is_none() {
            log.left(line);
        } else if is_behind && !is_blank {
            // The packet has ended, and this is none.
            self.end_frame(true, log);
            self.frame = None;
            log.left(line);
        } else if depth == 0 && !text.is_empty() {
            self.emit(true, log);
            self.protocol(text, line.number);
        } else if depth == 1
            && let Some((b"Epoch Time" | b"Epoch Arrival Time", time)) = split_once(text, b": ")
        {
            self.moment = uptime::epoch(time).or(self.moment);
        } else if let Some(message) = self.message.as_mut().filter(|_| !text.is_empty()) {
            message.node(depth, text, log.longest());
        } else if depth == 2 && text.starts_with(b"Via: SIP/2.0/") {
            // The lines above it are lost.
            self.message = Some(Message {
                line: line.number,
                part: Part::Fields,
                ..Message::default()
            });
        }
    }

    fn end(&mut self, log: &mut Log) {
        self.end_frame(self.is_closed, log);
        self.frame = None;
    }
}

impl TsharkText {
    fn end_frame(&mut self, is_whole: bool, log: &mut Log) {
        self.emit(is_whole, log);
        if self.frame == Some(false) {
            log.other();
        }
    }

    /// The name of a protocol, the outermost first.
    fn protocol(&mut self, text: &[u8], line: u64) {
        let ends = || Some((after(text, b"Src: ")?, after(text, b"Dst: ")?));
        let ports = || {
            Some([
                number(after(text, b"Src Port: ")?)?,
                number(after(text, b"Dst Port: ")?)?,
            ])
        };
        if text.starts_with(b"Internet Protocol Version ") {
            self.addresses = ends().and_then(|(one, other)| Some([address(one)?, address(other)?]));
            return;
        }
        let carriers: [(&[u8], Transport); 5] = [
            (b"User Datagram Protocol", Transport::Udp),
            (b"Transmission Control Protocol", Transport::Tcp),
            (b"Stream Control Transmission Protocol", Transport::Sctp),
            (b"Transport Layer Security", Transport::Tls),
            (b"WebSocket", Transport::Ws),
        ];
        let carrier = carriers.iter().find(|(name, _)| text.starts_with(name));
        if let Some((_, carrier)) = carrier {
            self.transport = Some(match (self.transport, *carrier) {
                (Some(Transport::Tls), Transport::Ws) => Transport::Wss,
                (_, carrier) => carrier,
            });
            self.ports = ports().or(self.ports);
        } else if text.starts_with(SIP) {
            self.message = Some(Message {
                line,
                ..Message::default()
            });
        }
    }

    /// Hands over the message that is collected. Where not all of the packet is there, more fields may have followed.
    fn emit(&mut self, is_whole: bool, log: &mut Log) {
        let Some(message) = self.message.take() else {
            return;
        };
        self.frame = Some(true);
        if message.first.is_empty() || message.fields.is_empty() {
            return log.unreadable(message.line);
        }
        let line = Line::new(message.line, b"");
        let ends = self.addresses.zip(self.ports).map(|(addresses, ports)| {
            [0, 1].map(|end| Who::At(Endpoint::new(addresses[end], ports[end])))
        });
        let [source, destination] = ends.unwrap_or([Who::Unknown, Who::Unknown]);
        let head = Head {
            time: self.moment.and_then(|moment| log.time(moment)),
            source,
            destination,
            transport: self.transport.unwrap_or(Transport::Unknown),
        };
        log.begin(line, head);
        let has_end = is_whole || message.part == Part::Body;
        let blank: &[u8] = if has_end { b"\r\n" } else { b"" };
        let bytes = [&message.first[..], &message.fields, blank, &message.body].concat();
        log.bytes(line, &bytes);
        log.spoil(Spoiled::LINE_ENDS);
        if message.is_abridged {
            log.spoil(Spoiled::ABRIDGED);
        }
        log.finish();
    }
}

impl Message {
    /// A line of the tree below the name of the protocol.
    fn node(&mut self, depth: usize, text: &[u8], longest: usize) {
        match (depth, self.part) {
            (1, _) => {
                if let Some(first) = first_line(text) {
                    self.first = [first, b"\r\n"].concat();
                }
                self.part = match text {
                    b"Message Header" => Part::Fields,
                    b"Message Body" => Part::Body,
                    _ => Part::First,
                };
            }
            (2, Part::Fields) if is_cut(text) => self.is_abridged = true,
            (2, Part::Fields) if !text.starts_with(b"[") => push(&mut self.fields, text, longest),
            (3, Part::Body) if !is_cut(text) => {
                if let Some(line) = of_description(text) {
                    push(&mut self.body, &line, longest);
                }
            }
            _ => {}
        }
    }
}

/// Up to one line more than the longest message has, so that it shows that it is longer.
fn push(text: &mut Vec<u8>, line: &[u8], longest: usize) {
    if text.len() <= longest {
        text.extend_from_slice(line);
        text.extend_from_slice(b"\r\n");
    }
}

/// How deep a line stands in the tree, and its text.
fn node(line: &[u8]) -> (usize, &[u8]) {
    let text = line.trim_ascii_start();
    ((line.len() - text.len()) / INDENT, text.trim_ascii_end())
}

fn first_line(text: &[u8]) -> Option<&[u8]> {
    FIRST_LINES.iter().find_map(|name| text.strip_prefix(*name))
}

fn is_cut(text: &[u8]) -> bool {
    memchr::memmem::find(text, b"[truncated]").is_some()
}

/// What stands behind a name up to a comma, in brackets where a name stands in front: `sip.example.org (192.0.2.1)`.
fn after<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (_, behind) = split_once(text, name)?;
    let value = behind.split(|byte| *byte == b',').next()?.trim_ascii();
    let inside = split_once(value, b"(").and_then(|(_, inside)| inside.strip_suffix(b")"));
    Some(inside.unwrap_or(value))
}

/// `s=-` of `Session Name (s): -`.
fn of_description(text: &[u8]) -> Option<Vec<u8>> {
    let (name, value) = split_once(text, b"): ")?;
    match name {
        [.., b' ', b'(', letter @ b'a'..=b'z'] => Some([&[*letter], &b"="[..], value].concat()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_brackets_behind_names() {
        let ends = b"Internet Protocol Version 4, Src: sip.example.org (192.0.2.1), Dst: 192.0.2.2";
        assert_eq!(after(ends, b"Src: "), Some(&b"192.0.2.1"[..]));
        assert_eq!(after(ends, b"Dst: "), Some(&b"192.0.2.2"[..]));
        assert_eq!(after(ends, b"Src Port: "), None);
        assert_eq!(
            of_description(b"Session Name (s): -"),
            Some(b"s=-".to_vec())
        );
        assert_eq!(of_description(b"Media Port: 49152"), None);
    }
}
