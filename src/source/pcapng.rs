//! pcapng: sections of either byte order, interfaces with their own clock units, enhanced, simple and obsolete packet
//! blocks; comments, names and secrets are kept as facts. Timestamps are decoded here: pcap-parser 0.17 gets
//! power-of-two resolutions and big-endian offsets wrong.

use super::about::About;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use pcap_parser::pcapng::{
    NameRecordType, PcapNGOption, parse_decryptionsecretsblock_be, parse_decryptionsecretsblock_le,
    parse_enhancedpacketblock_be, parse_enhancedpacketblock_le, parse_interfacedescriptionblock_be,
    parse_interfacedescriptionblock_le, parse_nameresolutionblock_be, parse_nameresolutionblock_le,
    parse_sectionheaderblock,
};

use super::{Container, Facts, Found, Lost, RawRecord, Walked, Window};
use crate::base::{AnomalyKind, Limits, LinkType, Timestamp};

/// What the format keeps.
pub(super) const ABOUT: About = About {
    what: "pcapng: several sections and interfaces of either byte order, all packet blocks, comments, keys",
    time: "as each interface has it",
    addresses: "both",
    transport: "yes",
    message: "exact",
    note: "",
};

const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const OBSOLETE_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const NAMES: u32 = 4;
const STATISTICS: u32 = 5;
const ENHANCED_PACKET: u32 = 6;
const SECRETS: u32 = 0xa;
/// Block types that a search for the next good block trusts.
const KNOWN: [u32; 8] = [
    SECTION,
    INTERFACE,
    OBSOLETE_PACKET,
    SIMPLE_PACKET,
    NAMES,
    STATISTICS,
    ENHANCED_PACKET,
    SECRETS,
];
const BYTE_ORDER_MAGIC: u32 = 0x1a2b_3c4d;
const OPTION_COMMENT: u16 = 1;
const OPTION_RESOLUTION: u16 = 9;
const OPTION_OFFSET: u16 = 14;

struct Interface {
    link: u16,
    snap_length: u32,
    /// `None`: a resolution that no clock has.
    units_per_second: Option<u64>,
    offset_seconds: i64,
}

#[derive(Default)]
pub(super) struct Pcapng {
    big_endian: bool,
    interfaces: Vec<Interface>,
    /// How many the sections before this one had: machines whose captures stand one behind the other have their own.
    before: usize,
    packets: u64,
    lost: Lost,
}

/// What stands at a place.
enum Block {
    /// A whole block of this type and length.
    Whole(u32, usize),
    /// Bytes that have to be there to tell.
    Needs(usize),
    /// No block.
    Damaged(String),
}

impl Pcapng {
    /// Recognises the first section header.
    pub(super) fn sniff(prefix: &[u8]) -> Option<Self> {
        let magic = prefix.get(8..12)?;
        let section = prefix.starts_with(&SECTION.to_le_bytes());
        let ordered =
            magic == BYTE_ORDER_MAGIC.to_le_bytes() || magic == BYTE_ORDER_MAGIC.to_be_bytes();
        (section && ordered).then(Self::default)
    }

    fn u32(&self, bytes: &[u8], at: usize) -> u32 {
        let field = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
        if self.big_endian {
            u32::from_be_bytes(field)
        } else {
            u32::from_le_bytes(field)
        }
    }

    fn block(&mut self, bytes: &[u8], limits: &Limits) -> Block {
        if bytes.len() < 12 {
            return Block::Needs(12);
        }
        if bytes.starts_with(&SECTION.to_le_bytes()) {
            match &bytes[8..12] {
                magic if magic == BYTE_ORDER_MAGIC.to_le_bytes() => self.big_endian = false,
                magic if magic == BYTE_ORDER_MAGIC.to_be_bytes() => self.big_endian = true,
                _ => return Block::Damaged("section header without byte order".to_owned()),
            }
        }
        let kind = self.u32(bytes, 0);
        let length = self.u32(bytes, 4) as usize;
        if length < 12 || !length.is_multiple_of(4) || length > limits.record_bytes {
            return Block::Damaged(format!("block claims {length} bytes"));
        }
        if bytes.len() < length {
            return Block::Needs(length);
        }
        let trailer = self.u32(bytes, length - 4) as usize;
        if trailer != length {
            return Block::Damaged(format!("block says {length} bytes, its end {trailer}"));
        }
        Block::Whole(kind, length)
    }

    fn resynchronise(&mut self, window: Window<'_>, from: usize, limits: &Limits) -> Option<usize> {
        let order = self.big_endian;
        (from..window.bytes.len()).find(|at| {
            let found = match self.block(&window.bytes[*at..], limits) {
                Block::Whole(kind, _) => KNOWN.contains(&kind),
                _ => false,
            };
            if !found {
                self.big_endian = order;
            }
            found
        })
    }

    /// Reads a block that is known to be whole. `None`: its inside contradicts itself.
    fn read(
        &mut self,
        kind: u32,
        block: &[u8],
        start: usize,
        limits: &Limits,
        found: &mut Found,
        facts: &mut Facts,
    ) -> Option<()> {
        match kind {
            SECTION => self.section(block, facts),
            INTERFACE => self.interface(block, limits, found, facts),
            ENHANCED_PACKET => self.enhanced_packet(block, start, found, facts),
            OBSOLETE_PACKET => self.obsolete_packet(block, start, found),
            SIMPLE_PACKET => self.simple_packet(block, start, found),
            NAMES => self.names(block, facts),
            SECRETS => self.secrets(block, facts),
            _ => Some(()),
        }
    }

    fn section(&mut self, block: &[u8], facts: &mut Facts) -> Option<()> {
        self.before += self.interfaces.len();
        self.interfaces.clear();
        let (_, section) = parse_sectionheaderblock(block).ok()?;
        self.comments(&section.options, None, facts);
        Some(())
    }

    fn interface(
        &mut self,
        block: &[u8],
        limits: &Limits,
        found: &mut Found,
        facts: &mut Facts,
    ) -> Option<()> {
        let parse = if self.big_endian {
            parse_interfacedescriptionblock_be
        } else {
            parse_interfacedescriptionblock_le
        };
        let (_, description) = parse(block).ok()?;
        self.comments(&description.options, None, facts);
        if self.interfaces.len() >= limits.interfaces {
            found.odd(
                AnomalyKind::InterfaceLimit,
                format!("more than {} in a section", limits.interfaces),
            );
            return Some(());
        }
        let link = (description.linktype.0 & 0xffff) as u16;
        facts.link_type(link);
        self.interfaces.push(Interface {
            link,
            snap_length: description.snaplen,
            units_per_second: self.resolution(&description.options),
            offset_seconds: self.offset(&description.options),
        });
        Some(())
    }

    fn enhanced_packet(
        &mut self,
        block: &[u8],
        start: usize,
        found: &mut Found,
        facts: &mut Facts,
    ) -> Option<()> {
        let parse = if self.big_endian {
            parse_enhancedpacketblock_be
        } else {
            parse_enhancedpacketblock_le
        };
        let (_, packet) = parse(block).ok()?;
        self.packets += 1;
        self.comments(&packet.options, Some(self.packets), facts);
        let units = u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low);
        let captured = packet.caplen.min(packet.data.len() as u32);
        self.record(
            packet.if_id as usize,
            Some(units),
            start + 28,
            captured,
            packet.origlen,
            found,
        );
        Some(())
    }

    fn obsolete_packet(&mut self, block: &[u8], start: usize, found: &mut Found) -> Option<()> {
        if block.len() < 32 {
            return None;
        }
        let interface = if self.big_endian {
            u16::from_be_bytes([block[8], block[9]])
        } else {
            u16::from_le_bytes([block[8], block[9]])
        };
        let units = u64::from(self.u32(block, 12)) << 32 | u64::from(self.u32(block, 16));
        let captured = self.u32(block, 20);
        if captured as usize > block.len() - 32 {
            return None;
        }
        let original = self.u32(block, 24);
        self.packets += 1;
        self.record(
            usize::from(interface),
            Some(units),
            start + 28,
            captured,
            original,
            found,
        );
        Some(())
    }

    /// Without a time, and of the first interface, whose snap length alone tells how much of it was captured.
    fn simple_packet(&mut self, block: &[u8], start: usize, found: &mut Found) -> Option<()> {
        if block.len() < 16 {
            return None;
        }
        let original = self.u32(block, 8);
        let held = (block.len() - 16) as u32;
        let snap_length = match self.interfaces.first() {
            Some(interface) if interface.snap_length > 0 => interface.snap_length,
            _ => u32::MAX,
        };
        let captured = original.min(held).min(snap_length);
        self.packets += 1;
        self.record(0, None, start + 12, captured, original, found);
        Some(())
    }

    fn names(&self, block: &[u8], facts: &mut Facts) -> Option<()> {
        let parse = if self.big_endian {
            parse_nameresolutionblock_be
        } else {
            parse_nameresolutionblock_le
        };
        let (_, names) = parse(block).ok()?;
        for record in names.nr {
            keep_names(record.record_type, record.record_value, facts);
        }
        Some(())
    }

    fn secrets(&self, block: &[u8], facts: &mut Facts) -> Option<()> {
        let parse = if self.big_endian {
            parse_decryptionsecretsblock_be
        } else {
            parse_decryptionsecretsblock_le
        };
        let (_, secrets) = parse(block).ok()?;
        let length = secrets.data.len().min(secrets.secrets_len as usize);
        facts.secret(secrets.secrets_type.0, &secrets.data[..length]);
        Some(())
    }

    fn record(
        &self,
        number: usize,
        units: Option<u64>,
        start: usize,
        captured: u32,
        original: u32,
        found: &mut Found,
    ) {
        let interface = self.interfaces.get(number);
        let time = match (interface, units) {
            (Some(interface), Some(units)) => {
                let time = interface.units_per_second.and_then(|resolution| {
                    Timestamp::from_units(units, resolution, interface.offset_seconds)
                });
                if time.is_none() {
                    found.odd(
                        AnomalyKind::TimeOutOfRange,
                        format!("{units} units of the interface's clock"),
                    );
                }
                time
            }
            _ => None,
        };
        found.records.push(RawRecord {
            time,
            start: start as u32,
            captured,
            original: original.max(captured),
            link: interface.map_or(LinkType::Unknown, |interface| {
                LinkType::Number(interface.link)
            }),
            interface: u16::try_from(self.before + number).unwrap_or(u16::MAX),
        });
    }

    fn comments(&self, options: &[PcapNGOption<'_>], packet: Option<u64>, facts: &mut Facts) {
        for option in options {
            if option.code.0 == OPTION_COMMENT
                && let Ok(text) = option.as_bytes()
            {
                facts.comment(packet, text);
            }
        }
    }

    fn resolution(&self, options: &[PcapNGOption<'_>]) -> Option<u64> {
        const MICROSECONDS: u64 = 1_000_000;
        match value(options, OPTION_RESOLUTION)? {
            [] => Some(MICROSECONDS),
            [power, ..] if power & 0x80 != 0 => 1u64.checked_shl(u32::from(power & 0x7f)),
            [power, ..] => 10u64.checked_pow(u32::from(*power)),
        }
    }

    fn offset(&self, options: &[PcapNGOption<'_>]) -> i64 {
        match value(options, OPTION_OFFSET).map(<[u8; 8]>::try_from) {
            Some(Ok(bytes)) if self.big_endian => i64::from_be_bytes(bytes),
            Some(Ok(bytes)) => i64::from_le_bytes(bytes),
            _ => 0,
        }
    }
}

impl Container for Pcapng {
    fn walk(
        &mut self,
        window: Window<'_>,
        limits: &Limits,
        found: &mut Found,
        facts: &mut Facts,
    ) -> Walked {
        let mut at = 0;
        loop {
            if self.lost.is_lost() {
                // One block of usual size has to be in sight to tell.
                const KEEP: usize = 256 << 10;
                let next = self.resynchronise(window, at, limits);
                match self.lost.go_on(next, window, at, KEEP, found) {
                    Ok(next) => at = next,
                    Err(walked) => return walked,
                }
            }
            let rest = &window.bytes[at..];
            match self.block(rest, limits) {
                Block::Whole(kind, length) => {
                    let block = &rest[..length];
                    let read = self.read(kind, block, at, limits, found, facts);
                    if read.is_none() {
                        let offset = window.origin + at as u64;
                        let what =
                            format!("block of type {kind} at offset {offset} contradicts itself");
                        found.odd(
                            AnomalyKind::InputDamaged,
                            format!("{what}; {length} bytes skipped"),
                        );
                    }
                    at += length;
                }
                // What the last block lacks may be damage with good blocks behind it.
                Block::Needs(_)
                    if window.last && self.resynchronise(window, at + 1, limits).is_some() =>
                {
                    let what = "block claims more bytes than there are".to_owned();
                    self.lost.begin(window.origin + at as u64, what);
                    at += 1;
                }
                Block::Needs(needs) => {
                    return Walked {
                        consumed: at,
                        needs,
                    };
                }
                Block::Damaged(what) => {
                    self.lost.begin(window.origin + at as u64, what);
                    at += 1;
                }
            }
        }
    }
}

/// The value of an option; empty when it is absent, `None` when its length is wrong.
fn value<'a>(options: &'a [PcapNGOption<'_>], code: u16) -> Option<&'a [u8]> {
    match options.iter().find(|option| option.code.0 == code) {
        Some(option) => option.as_bytes().ok(),
        None => Some(&[]),
    }
}

/// One record of a name resolution block: an address and its names, each ended by NUL.
fn keep_names(kind: NameRecordType, record: &[u8], facts: &mut Facts) {
    let (address, names) = match kind {
        NameRecordType::Ipv4 => match record.split_first_chunk::<4>() {
            Some((address, names)) => (IpAddr::from(Ipv4Addr::from(*address)), names),
            None => return,
        },
        NameRecordType::Ipv6 => match record.split_first_chunk::<16>() {
            Some((address, names)) => (IpAddr::from(Ipv6Addr::from(*address)), names),
            None => return,
        },
        _ => return,
    };
    for name in names
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty())
    {
        facts.name(address, name);
    }
}
