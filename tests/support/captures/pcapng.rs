//! A pcapng builder that writes the blocks it is told to, in order, in either byte order.

use super::{Order, Record, linktype};
use std::net::IpAddr;

/// What an interface description block says.
#[derive(Clone, Copy)]
pub struct Interface<'a> {
    pub linktype: u16,
    pub snaplen: u32,
    pub name: Option<&'a str>,
    /// The raw option byte: a power of ten, or with the top bit set a power of two.
    pub tsresol: Option<u8>,
    pub tsoffset: Option<i64>,
}

impl Default for Interface<'_> {
    fn default() -> Self {
        let linktype = linktype::ETHERNET;
        Self {
            linktype,
            snaplen: 0x4_0000,
            name: None,
            tsresol: None,
            tsoffset: None,
        }
    }
}

/// The clock of an interface: ticks per second, and seconds to add to its timestamps.
#[derive(Clone, Copy)]
struct Clock {
    ticks: u128,
    offset: i64,
}

impl Clock {
    fn of(interface: Interface) -> Self {
        let exponent = interface.tsresol.unwrap_or(6);
        let base: u128 = if exponent & 0x80 == 0 { 10 } else { 2 };
        let ticks = base.pow(u32::from(exponent & 0x7f));
        Self {
            ticks,
            offset: interface.tsoffset.unwrap_or(0),
        }
    }

    /// The two halves of a timestamp, the high one first.
    fn halves(self, record: &Record) -> [u32; 2] {
        let secs = record.secs.wrapping_sub(self.offset as u64);
        let fraction = u128::from(record.nanos) * self.ticks / 1_000_000_000;
        let ticks = u128::from(secs) * self.ticks + fraction;
        [(ticks >> 32) as u32, ticks as u32]
    }
}

/// A file under construction. Interfaces number from zero anew in each section.
pub struct Pcapng {
    order: Order,
    clocks: Vec<Clock>,
    bytes: Vec<u8>,
}

const INTERFACE: u32 = 1;
const OBSOLETE_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const NAME_RESOLUTION: u32 = 4;
const INTERFACE_STATISTICS: u32 = 5;
const ENHANCED_PACKET: u32 = 6;
const DECRYPTION_SECRETS: u32 = 10;
const SECTION: u32 = 0x0a0d_0d0a;

const COMMENT: u16 = 1;

/// The secrets type of a TLS key log.
pub const TLS_KEY_LOG: u32 = 0x544c_534b;

impl Pcapng {
    /// A file that starts with one section.
    pub fn new(big_endian: bool) -> Self {
        let order = Order { big_endian };
        Self {
            order,
            clocks: Vec::new(),
            bytes: Vec::new(),
        }
        .section(big_endian)
    }

    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// Starts a further section, possibly in the other byte order.
    pub fn section(mut self, big_endian: bool) -> Self {
        self.order = Order { big_endian };
        self.clocks.clear();
        let length_unknown = [0xff; 8];
        let body = [
            &self.order.u32(0x1a2b_3c4d)[..],
            &self.order.u16(1),
            &self.order.u16(0),
            &length_unknown,
        ]
        .concat();
        self.block(SECTION, body)
    }

    pub fn interface(mut self, interface: Interface) -> Self {
        let reserved = [0, 0];
        let mut body = [
            &self.order.u16(interface.linktype)[..],
            &reserved,
            &self.order.u32(interface.snaplen),
        ]
        .concat();
        let offset = interface
            .tsoffset
            .map(|offset| self.order.u64(offset as u64));
        let options = [
            (2, interface.name.map(|name| name.as_bytes().to_vec())),
            (9, interface.tsresol.map(|resolution| vec![resolution])),
            (14, offset.map(|offset| offset.to_vec())),
        ];
        let present = options
            .into_iter()
            .filter_map(|(code, value)| Some((code, value?)));
        body.extend(self.options(present.collect()));
        self.clocks.push(Clock::of(interface));
        self.block(INTERFACE, body)
    }

    /// An enhanced packet block.
    pub fn packet(self, interface: u32, record: &Record) -> Self {
        self.enhanced_packet(interface, record, Vec::new())
    }

    pub fn packet_with_comment(self, interface: u32, record: &Record, comment: &str) -> Self {
        let options = vec![(COMMENT, comment.as_bytes().to_vec())];
        self.enhanced_packet(interface, record, options)
    }

    fn enhanced_packet(
        self,
        interface: u32,
        record: &Record,
        options: Vec<(u16, Vec<u8>)>,
    ) -> Self {
        let [high, low] = self.clocks[interface as usize].halves(record);
        let words = [
            interface,
            high,
            low,
            record.captured_len(),
            record.wire_len(),
        ];
        let body = [
            self.words(&words),
            padded(&record.frame),
            self.options(options),
        ]
        .concat();
        self.block(ENHANCED_PACKET, body)
    }

    /// A simple packet block: interface zero, no timestamp.
    pub fn simple_packet(self, record: &Record) -> Self {
        let body = [self.words(&[record.wire_len()]), padded(&record.frame)].concat();
        self.block(SIMPLE_PACKET, body)
    }

    /// The packet block that the enhanced one replaced.
    pub fn obsolete_packet(self, interface: u16, record: &Record) -> Self {
        let [high, low] = self.clocks[usize::from(interface)].halves(record);
        let drops_unknown = [0xff, 0xff];
        let words = [high, low, record.captured_len(), record.wire_len()];
        let body = [
            &self.order.u16(interface)[..],
            &drops_unknown,
            &self.words(&words),
            &padded(&record.frame),
        ]
        .concat();
        self.block(OBSOLETE_PACKET, body)
    }

    pub fn name_resolution(self, entries: &[(IpAddr, &str)]) -> Self {
        let mut body = Vec::new();
        for (address, name) in entries {
            let kind = if address.is_ipv4() { 1 } else { 2 };
            let octets = super::super::checksum::address_bytes(*address);
            let value = [&octets, name.as_bytes(), &[0]].concat();
            body.extend(self.tagged(kind, &value));
        }
        body.extend(self.tagged(0, &[]));
        self.block(NAME_RESOLUTION, body)
    }

    pub fn decryption_secrets(self, secrets_type: u32, secrets: impl AsRef<[u8]>) -> Self {
        let secrets = secrets.as_ref();
        let words = self.words(&[secrets_type, secrets.len() as u32]);
        self.block(DECRYPTION_SECRETS, [words, padded(secrets)].concat())
    }

    /// Statistics that count only the packets an interface received.
    pub fn statistics(self, interface: u32, at: &Record, received: u64) -> Self {
        let [high, low] = self.clocks[interface as usize].halves(at);
        let received = self.order.u64(received).to_vec();
        let body = [
            self.words(&[interface, high, low]),
            self.options(vec![(4, received)]),
        ];
        self.block(INTERFACE_STATISTICS, body.concat())
    }

    /// A block of any type, for those a reader does not know.
    pub fn block(mut self, kind: u32, body: impl AsRef<[u8]>) -> Self {
        let body = padded(body.as_ref());
        let total = self.order.u32(body.len() as u32 + 12);
        self.bytes
            .extend([&self.order.u32(kind)[..], &total, &body, &total].concat());
        self
    }

    fn words(&self, words: &[u32]) -> Vec<u8> {
        words
            .iter()
            .flat_map(|word| self.order.u32(*word))
            .collect()
    }

    /// Options and their end mark; nothing at all where there are none.
    fn options(&self, options: Vec<(u16, Vec<u8>)>) -> Vec<u8> {
        if options.is_empty() {
            return Vec::new();
        }
        let end = (0, Vec::new());
        options
            .iter()
            .chain([&end])
            .flat_map(|(code, value)| self.tagged(*code, value))
            .collect()
    }

    fn tagged(&self, tag: u16, value: &[u8]) -> Vec<u8> {
        let length = self.order.u16(value.len() as u16);
        [&self.order.u16(tag)[..], &length, &padded(value)].concat()
    }
}

fn padded(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}
