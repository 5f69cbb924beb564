//! HEP packets, version 3, with their lengths in front: every byte and microseconds; TLS and WebSocket are told as TCP.

use std::net::{IpAddr, SocketAddr};

use super::Entry;

const SIP: [u8; 1] = [1];

pub(super) fn write(entry: &Entry<'_>, _: SocketAddr) -> Vec<u8> {
    let seconds = entry.nanos.div_euclid(1_000_000_000) as u32;
    let micros = entry.nanos.rem_euclid(1_000_000_000) as u32 / 1000;
    let (family, protocol) = (
        if entry.source.is_ipv4() { 2 } else { 10 },
        match entry.transport {
            "UDP" => 17,
            "SCTP" => 132,
            _ => 6,
        },
    );
    // The chunks of IPv6 come behind those of IPv4.
    let behind = if entry.source.is_ipv4() { 0 } else { 2 };
    let chunks = [
        chunk(1, &[family]),
        chunk(2, &[protocol]),
        chunk(3 + behind, &octets(entry.source.ip())),
        chunk(4 + behind, &octets(entry.destination.ip())),
        chunk(7, &entry.source.port().to_be_bytes()),
        chunk(8, &entry.destination.port().to_be_bytes()),
        chunk(9, &seconds.to_be_bytes()),
        chunk(10, &micros.to_be_bytes()),
        chunk(11, &SIP),
        chunk(15, entry.bytes),
    ]
    .concat();
    let length = b"HEP3".len() + 2 + chunks.len();
    [
        &(length as u32).to_be_bytes()[..],
        b"HEP3",
        &(length as u16).to_be_bytes(),
        &chunks,
    ]
    .concat()
}

fn chunk(kind: u16, value: &[u8]) -> Vec<u8> {
    let length = (value.len() + 6) as u16;
    [
        &[0, 0],
        &kind.to_be_bytes()[..],
        &length.to_be_bytes(),
        value,
    ]
    .concat()
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}
