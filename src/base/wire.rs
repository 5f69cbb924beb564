//! How packets are written: Ethernet, IPv4 and IPv6 with fragments, UDP and TCP, with right lengths and checksums.

use std::net::{IpAddr, SocketAddr};

pub(crate) const UDP: u8 = 17;
pub(crate) const TCP: u8 = 6;
pub(crate) const ESP: u8 = 50;
/// The extension header of a fragment (RFC 8200 4.5).
const FRAGMENT: u8 = 44;
const TTL: u8 = 64;

pub(crate) const FIN: u8 = 0x01;
pub(crate) const SYN: u8 = 0x02;
pub(crate) const PUSH: u8 = 0x08;
pub(crate) const ACK: u8 = 0x10;

/// Where in its datagram a fragment begins, and whether more follow.
type Fragment = (usize, bool);

/// A frame with a part of an IP payload, of the packet with this number. Both ends are of one version.
pub(crate) fn ethernet(
    (from_hardware, to_hardware): ([u8; 6], [u8; 6]),
    (from, to): (IpAddr, IpAddr),
    protocol: u8,
    (number, fragment): (u16, Option<Fragment>),
    part: &[u8],
) -> Vec<u8> {
    let mut frame = Vec::with_capacity(part.len() + 62);
    frame.extend(to_hardware);
    frame.extend(from_hardware);
    let ends = [octets(from), octets(to)].concat();
    match from {
        IpAddr::V4(_) => {
            frame.extend([0x08, 0x00]);
            frame.extend(version_4(&ends, protocol, number, fragment, part.len()));
        }
        IpAddr::V6(_) => {
            frame.extend([0x86, 0xdd]);
            frame.extend(version_6(&ends, protocol, number, fragment, part.len()));
        }
    }
    frame.extend(part);
    frame
}

/// One segment (RFC 9293 3.1) with its sequence number and the one that it acknowledges.
pub(crate) fn segment(
    (from, to): (SocketAddr, SocketAddr),
    (sequence, acknowledged): (u32, u32),
    flags: u8,
    options: &[u8],
    bytes: &[u8],
) -> Vec<u8> {
    let mut segment = Vec::with_capacity(bytes.len() + 24);
    segment.extend(from.port().to_be_bytes());
    segment.extend(to.port().to_be_bytes());
    segment.extend(sequence.to_be_bytes());
    segment.extend(acknowledged.to_be_bytes());
    segment.extend([((20 + options.len()) as u8 / 4) << 4, flags]);
    segment.extend(u16::MAX.to_be_bytes());
    segment.extend([0; 4]);
    segment.extend(options);
    segment.extend(bytes);
    let sum = transport_checksum(from.ip(), to.ip(), TCP, &segment);
    segment[16..18].copy_from_slice(&sum.to_be_bytes());
    segment
}

/// A payload that goes over a security association with NULL encryption (RFC 4303 2, RFC 2410), whose check value nobody knows.
pub(crate) fn secured(protocol: u8, payload: &[u8]) -> Vec<u8> {
    const CHECK: [u8; 12] = [0; 12];
    let mut secured = vec![0, 0, 0, 1, 0, 0, 0, 1];
    secured.extend(payload);
    // With its length and the protocol behind it, it ends where a word does.
    let padding = (2 - payload.len() as isize).rem_euclid(4) as u8;
    secured.extend(1..=padding);
    secured.extend([padding, protocol]);
    secured.extend(CHECK);
    secured
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

/// RFC 791 3.1.
fn version_4(
    ends: &[u8],
    protocol: u8,
    number: u16,
    fragment: Option<Fragment>,
    length: usize,
) -> Vec<u8> {
    let (offset, more) = fragment.unwrap_or((0, false));
    let place = (offset / 8) as u16 | (u16::from(more) << 13);
    let mut header = vec![0x45, 0];
    header.extend((20 + length as u16).to_be_bytes());
    header.extend(number.to_be_bytes());
    header.extend(place.to_be_bytes());
    header.extend([TTL, protocol, 0, 0]);
    header.extend(ends);
    let sum = checksum(&header);
    header[10..12].copy_from_slice(&sum.to_be_bytes());
    header
}

/// RFC 8200 3 and 4.5.
fn version_6(
    ends: &[u8],
    protocol: u8,
    number: u16,
    fragment: Option<Fragment>,
    length: usize,
) -> Vec<u8> {
    let extra = if fragment.is_some() { 8 } else { 0 };
    let next = if fragment.is_some() {
        FRAGMENT
    } else {
        protocol
    };
    let mut header = vec![0x60, 0, 0, 0];
    header.extend((length as u16 + extra).to_be_bytes());
    header.extend([next, TTL]);
    header.extend(ends);
    if let Some((offset, more)) = fragment {
        header.extend([protocol, 0]);
        header.extend((offset as u16 & !7 | u16::from(more)).to_be_bytes());
        header.extend(u32::from(number).to_be_bytes());
    }
    header
}

/// RFC 768.
pub(crate) fn datagram(from: SocketAddr, to: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut datagram = Vec::with_capacity(bytes.len() + 8);
    datagram.extend(from.port().to_be_bytes());
    datagram.extend(to.port().to_be_bytes());
    datagram.extend((bytes.len() as u16 + 8).to_be_bytes());
    datagram.extend([0, 0]);
    datagram.extend(bytes);
    let sum = match transport_checksum(from.ip(), to.ip(), UDP, &datagram) {
        // Zero would say that there is none.
        0 => u16::MAX,
        sum => sum,
    };
    datagram[6..8].copy_from_slice(&sum.to_be_bytes());
    datagram
}

/// Over the addresses, too (RFC 9293 3.1, RFC 8200 8.1).
fn transport_checksum(from: IpAddr, to: IpAddr, protocol: u8, segment: &[u8]) -> u16 {
    let mut all = [octets(from), octets(to)].concat();
    all.extend((segment.len() as u32).to_be_bytes());
    all.extend([0, 0, 0, protocol]);
    all.extend(segment);
    checksum(&all)
}

/// RFC 1071.
fn checksum(bytes: &[u8]) -> u16 {
    let word = |pair: &[u8]| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0));
    let mut sum: u32 = bytes.chunks(2).map(word).sum();
    while sum >> 16 != 0 {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 1071 3.
    #[test]
    fn the_sum_is_that_of_the_rfc() {
        let bytes = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];
        assert_eq!(checksum(&bytes), !0xddf2);
    }
}
