//! UDP, TCP and ICMP with their checksums.

use super::super::checksum;
use super::protocol;
use std::net::IpAddr;

/// Bits of the TCP flags byte.
pub mod tcp_flags {
    pub const FIN: u8 = 0x01;
    pub const SYN: u8 = 0x02;
    pub const RST: u8 = 0x04;
    pub const PSH: u8 = 0x08;
    pub const ACK: u8 = 0x10;
}

#[derive(Clone, Copy, Default)]
pub struct TcpFields {
    pub sport: u16,
    pub dport: u16,
    pub seq: u32,
    pub ack: u32,
    pub flags: u8,
}

pub fn udp(
    src: impl Into<IpAddr>,
    dst: impl Into<IpAddr>,
    sport: u16,
    dport: u16,
    payload: impl AsRef<[u8]>,
) -> Vec<u8> {
    let payload = payload.as_ref();
    let length = (payload.len() as u16 + 8).to_be_bytes();
    let ports = [sport.to_be_bytes(), dport.to_be_bytes()].concat();
    let mut datagram = [&ports, &length[..], &[0, 0], payload].concat();
    let sum = match checksum::with_pseudo_header(src.into(), dst.into(), protocol::UDP, &datagram) {
        0 => 0xffff, // zero would say that there is no checksum
        sum => sum,
    };
    datagram[6..8].copy_from_slice(&sum.to_be_bytes());
    datagram
}

pub fn tcp(
    src: impl Into<IpAddr>,
    dst: impl Into<IpAddr>,
    fields: TcpFields,
    payload: impl AsRef<[u8]>,
) -> Vec<u8> {
    let (header_words, window) = (5 << 4, 0xffff_u16);
    let mut segment = [
        &fields.sport.to_be_bytes()[..],
        &fields.dport.to_be_bytes(),
        &fields.seq.to_be_bytes(),
        &fields.ack.to_be_bytes(),
        &[header_words, fields.flags],
        &window.to_be_bytes(),
        &[0; 4],
        payload.as_ref(),
    ]
    .concat();
    let sum = checksum::with_pseudo_header(src.into(), dst.into(), protocol::TCP, &segment);
    segment[16..18].copy_from_slice(&sum.to_be_bytes());
    segment
}

/// An ICMP message that quotes a packet, such as destination unreachable (type 3).
pub fn icmp(kind: u8, code: u8, quoted: impl AsRef<[u8]>) -> Vec<u8> {
    let mut message = [&[kind, code, 0, 0, 0, 0, 0, 0], quoted.as_ref()].concat();
    let sum = checksum::internet(&message);
    message[2..4].copy_from_slice(&sum.to_be_bytes());
    message
}

/// An ICMPv6 message that quotes a packet, such as destination unreachable (type 1).
pub fn icmpv6(
    src: [u8; 16],
    dst: [u8; 16],
    kind: u8,
    code: u8,
    quoted: impl AsRef<[u8]>,
) -> Vec<u8> {
    let mut message = [&[kind, code, 0, 0, 0, 0, 0, 0], quoted.as_ref()].concat();
    let (src, dst) = (src.into(), dst.into());
    let sum = checksum::with_pseudo_header(src, dst, protocol::ICMPV6, &message);
    message[2..4].copy_from_slice(&sum.to_be_bytes());
    message
}
