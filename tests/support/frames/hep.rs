//! HEP, by which SIP servers send copies of their messages to a collector: UDP payloads.

use super::super::checksum::address_bytes;
use std::net::SocketAddr;

/// What a HEP packet says of the message it carries.
#[derive(Clone, Copy)]
pub struct Hep {
    pub src: SocketAddr,
    pub dst: SocketAddr,
    pub ip_protocol: u8,
    pub secs: u32,
    pub micros: u32,
    pub capture_id: u32,
}

impl Hep {
    /// The number of the address family on the system that defined the format.
    fn family(&self) -> u8 {
        if self.src.is_ipv4() { 2 } else { 10 }
    }
}

/// Version 1 tells no time: the packet's own counts.
pub fn hep1(hep: Hep, payload: impl AsRef<[u8]>) -> Vec<u8> {
    [&hep_head(1, hep), payload.as_ref()].concat()
}

/// Version 2 adds time and capture id, in little endian and beyond the header length it states.
pub fn hep2(hep: Hep, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let (capture_id, padding) = (hep.capture_id as u16, [0, 0]);
    [
        &hep_head(2, hep),
        &hep.secs.to_le_bytes()[..],
        &hep.micros.to_le_bytes(),
        &capture_id.to_le_bytes(),
        &padding,
        payload.as_ref(),
    ]
    .concat()
}

fn hep_head(version: u8, hep: Hep) -> Vec<u8> {
    let addresses = [address_bytes(hep.src.ip()), address_bytes(hep.dst.ip())].concat();
    let length = (8 + addresses.len()) as u8;
    [
        &[version, length, hep.family(), hep.ip_protocol],
        &hep.src.port().to_be_bytes()[..],
        &hep.dst.port().to_be_bytes(),
        &addresses,
    ]
    .concat()
}

/// Chunk types of HEP version 3 that hold the message itself.
pub mod hep3_payload {
    pub const PLAIN: u16 = 15;
    pub const COMPRESSED: u16 = 16;
}

pub fn hep3(hep: Hep, payload: impl AsRef<[u8]>) -> Vec<u8> {
    hep3_with(hep, &[hep3_chunk(hep3_payload::PLAIN, payload)])
}

/// The usual chunks about the message and then `chunks`, one of which should be the payload.
pub fn hep3_with(hep: Hep, chunks: &[Vec<u8>]) -> Vec<u8> {
    let (src_type, dst_type) = if hep.src.is_ipv4() { (3, 4) } else { (5, 6) };
    let payload_is_sip = [1];
    let body = [
        hep3_chunk(1, [hep.family()]),
        hep3_chunk(2, [hep.ip_protocol]),
        hep3_chunk(src_type, address_bytes(hep.src.ip())),
        hep3_chunk(dst_type, address_bytes(hep.dst.ip())),
        hep3_chunk(7, hep.src.port().to_be_bytes()),
        hep3_chunk(8, hep.dst.port().to_be_bytes()),
        hep3_chunk(9, hep.secs.to_be_bytes()),
        hep3_chunk(10, hep.micros.to_be_bytes()),
        hep3_chunk(11, payload_is_sip),
        hep3_chunk(12, hep.capture_id.to_be_bytes()),
        chunks.concat(),
    ]
    .concat();
    let length = (body.len() as u16 + 6).to_be_bytes();
    [b"HEP3", &length[..], &body].concat()
}

/// One chunk of the generic vendor.
pub fn hep3_chunk(kind: u16, value: impl AsRef<[u8]>) -> Vec<u8> {
    let value = value.as_ref();
    let length = (value.len() as u16 + 6).to_be_bytes();
    [&[0, 0], &kind.to_be_bytes()[..], &length, value].concat()
}
