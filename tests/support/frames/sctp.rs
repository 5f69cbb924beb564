//! SCTP packets and their chunks.

use super::super::checksum;

/// The fields of a DATA chunk; by default a whole ordered message on stream zero.
#[derive(Clone, Copy)]
pub struct SctpData {
    pub tsn: u32,
    pub stream: u16,
    pub ssn: u16,
    pub ppid: u32,
    pub begin: bool,
    pub end: bool,
    pub unordered: bool,
}

impl Default for SctpData {
    fn default() -> Self {
        Self {
            tsn: 1,
            stream: 0,
            ssn: 0,
            ppid: 0,
            begin: true,
            end: true,
            unordered: false,
        }
    }
}

pub fn sctp(sport: u16, dport: u16, vtag: u32, chunks: &[Vec<u8>]) -> Vec<u8> {
    let ports = [sport.to_be_bytes(), dport.to_be_bytes()].concat();
    let mut packet = [&ports, &vtag.to_be_bytes()[..], &[0; 4], &chunks.concat()].concat();
    let crc = checksum::crc32c(&packet).to_le_bytes();
    packet[8..12].copy_from_slice(&crc);
    packet
}

pub fn sctp_data(fields: SctpData, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let flags =
        u8::from(fields.unordered) << 2 | u8::from(fields.begin) << 1 | u8::from(fields.end);
    let value = [
        &fields.tsn.to_be_bytes()[..],
        &fields.stream.to_be_bytes(),
        &fields.ssn.to_be_bytes(),
        &fields.ppid.to_be_bytes(),
        payload.as_ref(),
    ]
    .concat();
    sctp_chunk(0, flags, value)
}

/// Any chunk, padded to four bytes; the padding is not part of its length.
pub fn sctp_chunk(kind: u8, flags: u8, value: impl AsRef<[u8]>) -> Vec<u8> {
    let value = value.as_ref();
    let length = (value.len() as u16 + 4).to_be_bytes();
    let mut chunk = [&[kind, flags], &length[..], value].concat();
    chunk.resize(chunk.len().next_multiple_of(4), 0);
    chunk
}
