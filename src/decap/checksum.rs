//! The Internet checksum (RFC 1071), as evidence that bytes are what they seem to be.

use std::net::IpAddr;

/// Whether a TCP segment or UDP datagram adds up together with its pseudo-header (RFC 9293 3.1, RFC 8200 8.1).
pub(super) fn transport_adds_up(
    source: IpAddr,
    destination: IpAddr,
    protocol: u8,
    bytes: &[u8],
) -> bool {
    let addresses = match (source, destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            sum(&source.octets()) + sum(&destination.octets())
        }
        (IpAddr::V6(source), IpAddr::V6(destination)) => {
            sum(&source.octets()) + sum(&destination.octets())
        }
        _ => return false,
    };
    let length = bytes.len() as u64;
    fold(addresses + u64::from(protocol) + length + sum(bytes)) == 0xffff
}

/// Whether an IPv4 header adds up.
pub(super) fn header_adds_up(header: &[u8]) -> bool {
    fold(sum(header)) == 0xffff
}

fn sum(bytes: &[u8]) -> u64 {
    let mut words = bytes.chunks_exact(2);
    let mut sum: u64 = words
        .by_ref()
        .map(|word| u64::from(u16::from_be_bytes([word[0], word[1]])))
        .sum();
    if let [odd] = words.remainder() {
        sum += u64::from(u16::from_be_bytes([*odd, 0]));
    }
    sum
}

fn fold(mut sum: u64) -> u64 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_header_of_rfc_1071_arithmetic() {
        // A header whose checksum was computed by hand: 4500 0014 0000 0000 4011 xxxx 0a00 0001 0a00 0002.
        let words = [0x4500u16, 0x0014, 0, 0, 0x4011, 0, 0x0a00, 1, 0x0a00, 2];
        let sum: u32 = words.iter().map(|word| u32::from(*word)).sum();
        let checksum = !((sum & 0xffff) as u16 + (sum >> 16) as u16);
        let mut header: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        header[10..12].copy_from_slice(&checksum.to_be_bytes());
        assert!(header_adds_up(&header));
        header[3] ^= 1;
        assert!(!header_adds_up(&header));
    }
}
