//! The classic pcap format in its byte orders and variants.

use super::{Order, Record};

#[derive(Clone, Copy, Default)]
pub struct PcapStyle {
    pub big_endian: bool,
    pub variant: PcapVariant,
}

#[derive(Clone, Copy, Default, PartialEq)]
pub enum PcapVariant {
    #[default]
    Microsecond,
    Nanosecond,
    /// Kuznetzov's, with the longer record headers.
    Modified,
}

/// A whole file.
pub fn pcap(style: PcapStyle, linktype: u16, records: &[Record]) -> Vec<u8> {
    let mut file = pcap_header(style, linktype);
    for record in records {
        file.extend(pcap_record(style, record));
    }
    file
}

pub fn pcap_header(style: PcapStyle, linktype: u16) -> Vec<u8> {
    let order = Order {
        big_endian: style.big_endian,
    };
    let magic = match style.variant {
        PcapVariant::Microsecond => 0xa1b2_c3d4,
        PcapVariant::Nanosecond => 0xa1b2_3c4d,
        PcapVariant::Modified => 0xa1b2_cd34,
    };
    let (zone, accuracy, snaplen) = ([0; 4], [0; 4], order.u32(0x4_0000));
    [
        &order.u32(magic)[..],
        &order.u16(2),
        &order.u16(4),
        &zone,
        &accuracy,
        &snaplen,
        &order.u32(u32::from(linktype)),
    ]
    .concat()
}

pub fn pcap_record(style: PcapStyle, record: &Record) -> Vec<u8> {
    let order = Order {
        big_endian: style.big_endian,
    };
    let fraction = match style.variant {
        PcapVariant::Nanosecond => record.nanos,
        _ => record.nanos / 1000,
    };
    let interface_protocol_and_type: &[u8] = match style.variant {
        PcapVariant::Modified => &[0; 8],
        _ => &[],
    };
    [
        &order.u32(record.secs as u32)[..],
        &order.u32(fraction),
        &order.u32(record.captured_len()),
        &order.u32(record.wire_len()),
        interface_protocol_and_type,
        &record.frame,
    ]
    .concat()
}
