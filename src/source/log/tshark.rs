//! JSON of tshark: `-T json` (a list of packets) and `-T ek` (a packet a line, for Elasticsearch), with and without `-x`, with and
//! without `--no-duplicate-keys`, whole trees (3.0 to 4.4) and chosen fields (`-e`).
//!
//! Time, addresses and transport are those of the layers above SIP, the inner ones in tunnels. The message is taken from the raw
//! bytes if they are there (`-x`), else from the payload of the datagram, else from its text: first line and `sip.msg_hdr`, which
//! has the whole rest of the message since 3.0. Bytes that are no text are not exact there. Several messages of a packet are
//! several trees. SIP quoted in an ICMP error was not sent.

use super::json::{self, Object, Objects, Tree};
use super::words::{number, split_once, unhex};
use super::{Format, Line, Log, Moment, stamp};
use crate::base::{Endpoint, Spoiled, Stamp, Transport};
use crate::sip::{Glance, begins_message};
use crate::source::about::About;
use crate::source::{Head, Who};

/// What it keeps.
pub(super) const ABOUT: &[About] = &[About {
    what: "tshark `-T json`, `-T ek`, also `-x`, `-e`",
    time: "as the capture has it",
    addresses: "both",
    transport: "yes",
    message: "exact with `-x`, of datagrams, and of text",
    note: "a reassembled message has the time of its last packet",
}];

pub(super) const MARKS: &[&[u8]] = &[b"\"layers\""];

/// Packets with layers in a list, or one a line.
pub(super) fn sniff(prefix: &[u8]) -> bool {
    let has = |name: &str| memchr::memmem::find(prefix, name.as_bytes()).is_some();
    json::begins(prefix) && has("\"layers\"") && (has("\"_index\"") || has("\"timestamp\""))
}

/// Reads it.
#[derive(Clone)]
pub(super) struct Tshark {
    objects: Objects,
}

impl Default for Tshark {
    fn default() -> Self {
        Self {
            objects: Objects::new(&[]),
        }
    }
}

impl Format for Tshark {
    fn line(&mut self, line: Line<'_>, log: &mut Log) {
        if self.objects.is_foreign(line) {
            self.end(log);
            return log.left(line);
        }
        for object in self.objects.line(line) {
            packet(&object, log);
        }
    }

    fn takes_pieces(&self) -> bool {
        true
    }

    fn end(&mut self, log: &mut Log) {
        if let Some(object) = self.objects.rest() {
            packet(&object, log);
        }
    }
}

/// What the layers of a packet say.
#[derive(Clone, Default)]
struct Packet<'a> {
    time: Option<&'a str>,
    addresses: [Option<&'a str>; 2],
    ports: [Option<&'a str>; 2],
    transport: Option<Transport>,
    payload: Option<&'a str>,
    /// First line and rest of each message.
    texts: Vec<[Option<&'a str>; 2]>,
    raw: Vec<&'a str>,
    in_error: bool,
}

fn packet(object: &Object, log: &mut Log) {
    let Some((tree, replaced)) = Tree::read(&object.bytes) else {
        log.unreadable(object.line);
        return;
    };
    let source = tree.member("_source").unwrap_or(&tree);
    if source.member("layers").is_none() {
        object.lines().for_each(|line| log.left(line));
        return;
    }
    let mut packet = Packet::default();
    for (name, layer) in source.member("layers").map_or(&[][..], Tree::members) {
        packet.layer(name, layer);
    }
    if packet.texts.is_empty() || packet.in_error {
        log.other();
        return;
    }
    let time = packet.time.and_then(|text| time(text.as_bytes(), log));
    let [source, destination] = packet.ends();
    let line = Line::new(object.line, b"");
    for (position, text) in packet.texts.iter().enumerate() {
        let head = Head {
            time,
            source: source.clone(),
            destination: destination.clone(),
            transport: packet.transport.unwrap_or(Transport::Unknown),
        };
        log.begin(line, head);
        match packet.bytes(position) {
            Some(bytes) => log.bytes(line, first(&bytes)),
            None => {
                let text = [text[0], Some("\r\n"), text[1]].map(Option::unwrap_or_default);
                let text = text.concat();
                log.bytes(line, first(text.as_bytes()));
                if replaced || text.contains(char::REPLACEMENT_CHARACTER) {
                    log.spoil(Spoiled::LENGTH);
                }
            }
        }
        log.finish();
    }
}

impl<'a> Packet<'a> {
    fn layer(&mut self, name: &str, layer: &'a Tree) {
        match layer {
            Tree::Object(fields) => {
                self.carrier(name);
                if name == "sip" {
                    self.texts.push([None, None]);
                }
                for (name, value) in fields {
                    self.field(name, value);
                }
            }
            // The same layer several times.
            Tree::List(layers) if matches!(layers.first(), Some(Tree::Object(_))) => {
                for layer in layers {
                    self.layer(name, layer);
                }
            }
            other if name == "sip_raw" => self.raw.extend(raw(other)),
            // A chosen field stands where a layer would.
            other => self.field(name, other),
        }
    }

    fn carrier(&mut self, name: &str) {
        let next = match name {
            "udp" => Transport::Udp,
            "tcp" => Transport::Tcp,
            "sctp" => Transport::Sctp,
            "tls" | "ssl" => Transport::Tls,
            "websocket" if self.transport == Some(Transport::Tls) => Transport::Wss,
            "websocket" => Transport::Ws,
            "icmp" | "icmpv6" => {
                self.in_error = true;
                return;
            }
            "ip" | "ipv6" => {
                self.payload = None;
                return;
            }
            _ => return,
        };
        self.transport = Some(next);
    }

    fn field(&mut self, name: &str, value: &'a Tree) {
        let Some(text) = value.text() else {
            return;
        };
        // `ip.src`, or `ip_ip_src` for Elasticsearch.
        let (layer, field) = match name.split_once('.') {
            Some(both) => both,
            None => match name
                .split_once('_')
                .and_then(|(_, rest)| rest.split_once('_'))
            {
                Some(both) => both,
                None => return,
            },
        };
        match (layer, field) {
            ("frame", "time_epoch") => self.time = Some(text),
            ("ip" | "ipv6", "src") => self.addresses[0] = Some(text),
            ("ip" | "ipv6", "dst") => self.addresses[1] = Some(text),
            ("udp" | "tcp" | "sctp", "srcport") => {
                self.carrier(layer);
                self.ports[0] = Some(text);
            }
            ("udp" | "tcp" | "sctp", "dstport") => self.ports[1] = Some(text),
            ("udp", "payload") => self.payload = Some(text),
            ("sip", "Request-Line" | "Status-Line") => self.sip(0, text),
            ("sip", "msg_hdr") => self.sip(1, text),
            _ => {}
        }
    }

    fn sip(&mut self, part: usize, text: &'a str) {
        if self.texts.is_empty() {
            self.texts.push([None, None]);
        }
        if let Some(message) = self.texts.last_mut() {
            message[part] = message[part].or(Some(text));
        }
    }

    fn ends(&self) -> [Who; 2] {
        [0, 1].map(|side| {
            let both = self.addresses[side].zip(self.ports[side]);
            let end = both.and_then(|(address, port)| {
                Some(Endpoint::new(address.parse().ok()?, port.parse().ok()?))
            });
            end.map_or(Who::Unknown, Who::At)
        })
    }

    /// The bytes of a message, where they are there.
    fn bytes(&self, position: usize) -> Option<Vec<u8>> {
        let raw = match self.raw.len() == self.texts.len() {
            true => self.raw.get(position).copied(),
            false => None,
        };
        let payload = self.payload.filter(|_| self.texts.len() == 1);
        let digits = [raw, payload].into_iter().flatten();
        let mut bytes = digits.filter_map(|digits| unhex(digits.as_bytes()));
        bytes.find(|bytes| begins_message(bytes))
    }
}

/// The digits of raw bytes: alone, in front of their place, or a list of either.
fn raw(tree: &Tree) -> Vec<&str> {
    match tree {
        Tree::Text(digits) => vec![digits],
        Tree::List(list) => match list.get(1) {
            Some(Tree::Text(place)) if place.parse::<u32>().is_ok() && list.len() == 5 => {
                list[0].text().into_iter().collect()
            }
            _ => list
                .iter()
                .filter_map(|one| match one {
                    Tree::List(inner) => inner.first()?.text(),
                    other => other.text(),
                })
                .collect(),
        },
        _ => Vec::new(),
    }
}

/// The first message of these bytes: the text of one may go on with the next of the packet.
fn first(bytes: &[u8]) -> &[u8] {
    let end = Glance::at(bytes).and_then(|glance| {
        let length = usize::try_from(glance.content_length?).ok()?;
        (glance.body as usize).checked_add(length)
    });
    end.and_then(|end| bytes.get(..end)).unwrap_or(bytes)
}

/// Seconds since 1970 with nanoseconds, or a stamp with a zone (since 4.2).
fn time(text: &[u8], log: &mut Log) -> Option<Stamp> {
    let (seconds, fraction) = split_once(text, b".")?;
    match number::<i64>(seconds) {
        Some(seconds) => {
            let scale = 9_u32.checked_sub(fraction.len() as u32)?;
            let nanos = number::<i64>(fraction)? * 10_i64.pow(scale);
            let nanos = seconds.checked_mul(1_000_000_000)?.checked_add(nanos)?;
            // It fills up with zeros what the capture does not have.
            let digits = if nanos % 1000 == 0 { 6 } else { 9 };
            log.time(Moment::epoch(nanos, digits.min(fraction.len() as u8))?)
        }
        None => stamp::read(text).and_then(|(moment, _)| log.time(moment)),
    }
}
