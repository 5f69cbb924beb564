//! The checksums the frame builders fill in, so that a strict decoder finds nothing to object to.

use std::net::IpAddr;

/// The one's complement sum of RFC 1071, not yet inverted, over parts of even length
/// (the last part may be odd).
fn ones_sum(parts: &[&[u8]]) -> u16 {
    let mut sum: u64 = 0;
    for part in parts {
        let (words, rest) = part.as_chunks::<2>();
        sum += words
            .iter()
            .map(|word| u64::from(u16::from_be_bytes(*word)))
            .sum::<u64>();
        sum += rest.first().map_or(0, |last| u64::from(*last) << 8);
    }
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum as u16
}

/// The Internet checksum of a header or message whose checksum field is zero.
pub fn internet(bytes: &[u8]) -> u16 {
    !ones_sum(&[bytes])
}

/// The Internet checksum over a pseudo-header and the segment below it.
pub fn with_pseudo_header(src: IpAddr, dst: IpAddr, protocol: u8, segment: &[u8]) -> u16 {
    let (src, dst) = (address_bytes(src), address_bytes(dst));
    let length = (segment.len() as u32).to_be_bytes();
    !ones_sum(&[&src, &dst, &length, &[0, protocol], segment])
}

/// An address in the form it has on the wire.
pub fn address_bytes(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

/// The CRC of an SCTP packet whose checksum field is zero.
pub fn crc32c(bytes: &[u8]) -> u32 {
    reflected_crc(bytes, 0x82f6_3b78)
}

/// The frame check sequence of Ethernet.
pub fn crc32(bytes: &[u8]) -> u32 {
    reflected_crc(bytes, 0xedb8_8320)
}

fn reflected_crc(bytes: &[u8], polynomial: u32) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (polynomial * (crc & 1))
        })
    })
}
