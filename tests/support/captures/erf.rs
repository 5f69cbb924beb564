//! The extensible record format of Endace capture cards.

use super::super::checksum;
use super::Record;

/// The record types of interest.
#[derive(Clone, Copy, PartialEq)]
pub enum ErfKind {
    /// Type 2; each frame gets its frame check sequence, as the cards keep it.
    Ethernet,
    /// Type 2 with two extension headers before the frame.
    EthernetExtended,
    /// Type 22: the frames of the records are IPv4 packets.
    Ipv4,
    /// Type 23: the frames of the records are IPv6 packets.
    Ipv6,
}

/// A whole file.
pub fn erf(kind: ErfKind, records: &[Record]) -> Vec<u8> {
    records
        .iter()
        .flat_map(|record| erf_record(kind, record))
        .collect()
}

fn erf_record(kind: ErfKind, record: &Record) -> Vec<u8> {
    let more_headers = 0x80;
    let flow_id = 3;
    let (type_byte, extensions): (u8, &[u8]) = match kind {
        ErfKind::Ethernet => (2, &[]),
        ErfKind::EthernetExtended => (
            2 | more_headers,
            &[
                flow_id | more_headers,
                0,
                0,
                0,
                0,
                0,
                0,
                1,
                flow_id,
                0,
                0,
                0,
                0,
                0,
                0,
                2,
            ],
        ),
        ErfKind::Ipv4 => (22, &[]),
        ErfKind::Ipv6 => (23, &[]),
    };
    let (offset_and_pad, check_sequence): (&[u8], Vec<u8>) = match kind {
        ErfKind::Ipv4 | ErfKind::Ipv6 => (&[], Vec::new()),
        _ => (
            &[0, 0],
            checksum::crc32(&record.frame).to_le_bytes().to_vec(),
        ),
    };
    let fraction = (u64::from(record.nanos) << 32).div_ceil(1_000_000_000);
    let timestamp = (record.secs << 32 | fraction).to_le_bytes();
    let varying_length = 0x04;
    let losses = [0, 0];
    let wire_len = (record.wire_len() as usize + check_sequence.len()) as u16;
    let rest = [extensions, offset_and_pad, &record.frame, &check_sequence].concat();
    let record_len = (16 + rest.len()) as u16;
    [
        &timestamp[..],
        &[type_byte, varying_length],
        &record_len.to_be_bytes(),
        &losses,
        &wire_len.to_be_bytes(),
        &rest,
    ]
    .concat()
}
