//! tcpdump with `-n -A -tttt`: a packet from its IP header on, with dots for what is not printable.

use std::net::{IpAddr, SocketAddr};

use super::Entry;

/// Bytes of a segment.
const SEGMENT: usize = 1448;

pub(super) fn write(entry: &Entry<'_>, _: SocketAddr) -> Vec<u8> {
    let is_tcp = entry.transport != "UDP";
    let most = if is_tcp { SEGMENT } else { usize::MAX };
    let [source, destination] = [entry.source, entry.destination];
    let word = if source.is_ipv4() { "IP" } else { "IP6" };
    let end = |end: SocketAddr| format!("{}.{}", end.ip(), end.port());
    let packets = entry.bytes.chunks(most).map(|payload| {
        let first = payload.split(|byte| *byte == b'\r').next();
        let first = String::from_utf8_lossy(first.unwrap_or_default());
        let length = payload.len();
        let flags = match is_tcp {
            true => format!(
                "Flags [P.], seq 1:{}, ack 1, win 502, length {length}: ",
                1 + length
            ),
            false => String::new(),
        };
        let head = format!(
            "{} {} {word} {} > {}: {flags}SIP: {first}\n",
            entry.when("%Y-%m-%d"),
            entry.time_of_day(6),
            end(source),
            end(destination)
        );
        let packet = [&headers(source, destination, is_tcp, length), payload].concat();
        [head.as_bytes(), &shown(&packet), b"\n"].concat()
    });
    packets.collect::<Vec<_>>().concat()
}

/// Those of IP and of what is in it, without check sums.
fn headers(source: SocketAddr, destination: SocketAddr, is_tcp: bool, payload: usize) -> Vec<u8> {
    let carrier = if is_tcp { 32 } else { 8 };
    let length = (carrier + payload) as u16;
    let protocol = if is_tcp { 6 } else { 17 };
    let octets = |end: SocketAddr| match end.ip() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    let mut headers = match source {
        SocketAddr::V4(_) => {
            let mut ip = vec![0x45, 0, 0, 0, 0, 1, 0x40, 0, 64, protocol, 0, 0];
            ip[2..4].copy_from_slice(&(length + 20).to_be_bytes());
            ip
        }
        SocketAddr::V6(_) => {
            let [high, low] = length.to_be_bytes();
            vec![0x60, 0, 0, 0, high, low, protocol, 64]
        }
    };
    headers.extend(octets(source));
    headers.extend(octets(destination));
    headers.extend(source.port().to_be_bytes());
    headers.extend(destination.port().to_be_bytes());
    match is_tcp {
        true => headers.extend([
            0, 0, 0, 1, 0, 0, 0, 1, 0x80, 0x18, 1, 0xf6, 0, 0, 0, 0, 1, 1, 8,
        ]),
        false => headers.extend([length.to_be_bytes(), [0, 0]].concat()),
    }
    // The rest are options of TCP: two times.
    let ip = if source.is_ipv4() { 20 } else { 40 };
    headers.resize(ip + carrier, 0);
    headers
}

/// Bytes as text: no carriage return in front of a line feed, and dots for what is not printable.
fn shown(packet: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(packet.len());
    for (place, byte) in packet.iter().enumerate() {
        match byte {
            b'\r' if packet.get(place + 1) == Some(&b'\n') => {}
            b'\n' | b'\t' | b' '..=b'~' => text.push(*byte),
            _ => text.push(b'.'),
        }
    }
    text
}
