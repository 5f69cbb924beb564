//! What tcpdump prints with `-A` (`print.c`, `print-ascii.c`, `print-sip.c`).
//!
//! `22:13:20.000001 IP 192.0.2.1.5060 > 192.0.2.2.5060: SIP: INVITE sip:b@example.org SIP/2.0`, then the packet from its IP header on as
//! text: a dot for every byte that is not printable in ASCII, no carriage return in front of a line feed. The headers stand in front
//! of the message, and line feeds in them, as those of an address that begins with 10, are line ends. How long they are is known
//! from IP and UDP, mostly from the dot or letter that the length of the TCP header is, and from addresses and ports, as a carriage
//! return may stand in front of a line feed there too. The time is local and one of day, with a
//! date with `-tttt`, in seconds since 1970 with `-tt`, missing with `-t`. `-ttt` and `-ttttt` print what has passed since the packet
//! before or since the first, with a blank or a minus in front: nothing tells which of both, and the packet has no time. Without `-n`
//! names stand for addresses and ports. A packet of TCP is a part of a stream and need not be a message; its length stands behind the
//! flags. With `-e` the header of the link stands in the line of the announcement. `-v`, which prints a message in two ways, is not known here.
//! With `-AA` the bytes of that header stand in front of those of IP.

use std::net::IpAddr;

use super::framed::{Announced, Announces, Part, Read};
use super::words::{address, last_stamp_at, number, split_once};
use super::{Log, Moment, Transport, uptime};
use crate::base::Endpoint;
use crate::sip::{begins_message, embedded};
use crate::source::Who;
use crate::source::about::About;

/// Reads it.
#[derive(Clone, Default)]
pub(super) struct Tcpdump {
    /// Bytes of the header of IP, as many as are printed of it, of the link and of the ports, and of the one behind it.
    ip: usize,
    carrier: usize,
    /// How many of both were there.
    seen: usize,
    is_tcp: bool,
    /// Nothing that could hold SIP was announced.
    is_foreign: bool,
}

/// Where in a header of TCP the byte stands whose upper half is its length in words.
const LENGTH_OF_TCP: usize = 12;
const IP: [(&[u8], usize); 2] = [(b"IP ", 20), (b"IP6 ", 40)];
/// Instead of it, where the header of the link is printed.
const IN_LINK: [(&[u8], usize); 2] = [
    (b"ethertype IPv4 (0x0800), ", 20),
    (b"ethertype IPv6 (0x86dd), ", 40),
];
/// Ethernet, without and with a VLAN, and both versions of what Linux has for all interfaces.
const LINKS: [usize; 4] = [14, 18, 16, 20];
const UDP: usize = 8;
/// `02:00:00:00:00:01`
const ADDRESS_OF_LINK: usize = 17;
/// With the option that most systems send.
const TCP: usize = 32;

impl Announces for Tcpdump {
    const ABOUT: &'static [About] = &[About {
        what: "tcpdump `-A`, `-AA`",
        time: "microseconds, no zone (`-tttt`); `-tt`: since 1970; others: time of day; `-ttt` and `-ttttt`: none",
        addresses: "both",
        transport: "UDP, TCP",
        message: "line ends restored, with dots for bytes that are not printable in ASCII",
        note: "packets of TCP are put together",
    }];
    const MARKS: &'static [&'static [u8]] = &[b" > "];
    const CLOSES: bool = false;
    /// Line feeds in the headers.
    const BETWEEN: u32 = 24;

    fn announced(&mut self, text: &[u8]) -> Option<Announced> {
        let (front, source, behind, ip) = told(text).or_else(|| told_with_link(text))?;
        let (destination, said) = split_once(behind, b": ")?;
        if destination.contains(&b' ') {
            return None;
        }
        let (at, moment) = time(front);
        let is_tcp = said.starts_with(b"Flags [");
        let ends = end(source).zip(end(destination));
        *self = Self {
            ip,
            carrier: if is_tcp { TCP } else { UDP },
            seen: 0,
            is_tcp,
            is_foreign: ends.is_none(),
        };
        let (source, destination) = ends.unwrap_or((Who::Unknown, Who::Unknown));
        self.ip -= not_printed(&source, &destination);
        let transport = match is_tcp {
            true => Transport::Tcp,
            false => Transport::Udp,
        };
        Some(Announced {
            at,
            moment,
            read: is_tcp.then(|| length(said).map_or(Read::Exact, Read::Of)),
            ..Announced::between(source, destination, transport)
        })
    }

    fn is_start(&self, line: &[u8]) -> bool {
        begins_message(line) || embedded(line).is_some()
    }

    fn part(&mut self, text: &[u8], log: &Log) -> Part {
        if self.is_foreign {
            return Part::Foreign;
        }
        if self.seen > self.ip + self.carrier {
            return Part::Message;
        }
        if self.seen == 0 {
            self.ip += length_of_link(text);
        }
        self.find_length(text);
        let left = (self.ip + self.carrier).saturating_sub(self.seen);
        let begins = embedded(text).or(begins_message(text).then_some(0));
        // The line end is one byte of them.
        if begins.is_none() && text.len() < left {
            self.seen += text.len() + 1;
            return Part::InFront;
        }
        self.seen = usize::MAX;
        match begins {
            Some(at) => Part::Behind(at),
            None if self.is_tcp && log.goes_on() => Part::Behind(left.min(text.len())),
            None => Part::Foreign,
        }
    }
}

impl Tcpdump {
    /// What a header of TCP says of its length, if that stands in this line: `P` is 5 words, as the half byte in front of `0`.
    fn find_length(&mut self, line: &[u8]) {
        let place = (self.ip + LENGTH_OF_TCP).checked_sub(self.seen);
        let shown = place.and_then(|place| line.get(place));
        if let Some(byte @ (b'P' | b'`' | b'p')) = shown.filter(|_| self.is_tcp) {
            self.carrier = usize::from(byte >> 4) * 4;
        }
    }
}

/// What an announcement says: what stands in front of the packet, where that is from, what stands behind, and how long a header its
/// version of IP has.
type Told<'a> = (&'a [u8], &'a [u8], &'a [u8], usize);

fn told(text: &[u8]) -> Option<Told<'_>> {
    let (before, behind) = split_once(text, b" > ")?;
    IP.iter().find_map(|(word, ip)| {
        let at = memchr::memmem::rfind(before, word)?;
        let is_word = at == 0 || before[at - 1] == b' ';
        let source = &before[at + word.len()..];
        (is_word && !source.contains(&b' ')).then_some((&before[..at], source, behind, *ip))
    })
}

/// `02:00:00:00:00:01 > 02:00:00:00:00:02, ethertype IPv4 (0x0800), length 439: 192.0.2.1.5060 > 192.0.2.2.5060: SIP: ..`
fn told_with_link(text: &[u8]) -> Option<Told<'_>> {
    IN_LINK.iter().find_map(|(word, ip)| {
        let (front, rest) = split_once(text, word)?;
        let (_, rest) = split_once(rest, b": ")
            .filter(|_| rest.starts_with(b"length "))
            .unwrap_or((b"", rest));
        let (source, behind) = split_once(rest, b" > ")?;
        (!source.contains(&b' ')).then_some((in_front_of_link(front), source, behind, *ip))
    })
}

/// What stands in front of the first address of a link, which might be a time too.
fn in_front_of_link(text: &[u8]) -> &[u8] {
    let is_part = |part: &[u8]| {
        let digits = part.strip_suffix(b":").unwrap_or(part);
        digits.len() == 2 && digits.iter().all(u8::is_ascii_hexdigit)
    };
    let begins = |at: &usize| {
        let address = text.get(*at..*at + ADDRESS_OF_LINK);
        address.is_some_and(|address| address.chunks(3).all(is_part))
    };
    let words = memchr::memchr_iter(b' ', text).map(|at| at + 1);
    let at = std::iter::once(0).chain(words).find(begins);
    &text[..at.unwrap_or(text.len())]
}

/// Where the time of a packet stands, and what it is.
fn time(front: &[u8]) -> (usize, Option<Moment>) {
    let Some((moment, place)) = last_stamp_at(front) else {
        let since_1970 = uptime::epoch_at(front);
        return since_1970.map_or((front.len(), None), |(moment, at)| (at, Some(moment)));
    };
    // What has passed has a sign.
    let has_passed = matches!(front[..place.start], [b' ' | b'-']);
    let is_time = moment.date.is_some() || !has_passed;
    (place.start, is_time.then_some(moment))
}

/// How long the header of a link is that stands in front of the one of IP, which begins with its version.
fn length_of_link(line: &[u8]) -> usize {
    let begins_ip = matches!(line.first(), Some(b'E'..=b'O' | b'`'..=b'o'));
    let mut lengths = LINKS.into_iter().filter(|_| !begins_ip);
    let found = lengths.find(|length| matches!(line.get(*length), Some(b'E' | b'`')));
    found.unwrap_or_default()
}

/// Carriage returns in front of line feeds in addresses and ports, which stand one behind the other.
fn not_printed(source: &Who, destination: &Who) -> usize {
    let (Who::At(source), Who::At(destination)) = (source, destination) else {
        return 0;
    };
    let octets = |end: &Endpoint| match end.address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    let ports = [source.port, destination.port].map(u16::to_be_bytes);
    let all = [octets(source), octets(destination), ports.concat()].concat();
    let pairs = all.windows(2).filter(|pair| *pair == b"\r\n");
    pairs.count()
}

/// `192.0.2.1.5060`, `2001:db8::1.5060`, `proxy.example.org.sip`. None: there is no port.
fn end(text: &[u8]) -> Option<Who> {
    let dot = text.iter().rposition(|byte| *byte == b'.')?;
    let port = match &text[dot + 1..] {
        b"sip" => 5060,
        b"sip-tls" | b"sips" => 5061,
        digits => number(digits)?,
    };
    let host = &text[..dot];
    if let Some(address) = address(host) {
        return Some(Who::At(Endpoint::new(address, port)));
    }
    // Of four numbers the last is no port.
    let is_name = host.iter().any(u8::is_ascii_alphabetic);
    let name = std::str::from_utf8(host).ok().filter(|_| is_name)?;
    Some(Who::Named(format!("{name}:{port}").into()))
}

/// `Flags [P.], seq 1:322, ack 1, win 502, length 321: SIP: ..`
fn length(said: &[u8]) -> Option<usize> {
    let (_, behind) = split_once(said, b", length ")?;
    let digits = behind.iter().take_while(|byte| byte.is_ascii_digit());
    number(&behind[..digits.count()])
}
