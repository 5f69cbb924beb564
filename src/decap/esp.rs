//! ESP with NULL encryption (RFC 2410), as IMS uses it between phone and P-CSCF (3GPP TS 33.203). Nothing in the packet
//! says that it is not encrypted, or how long its integrity check value is: the lengths in use are tried, and one is
//! believed only when the packet inside proves itself by lengths and checksums. Encrypted bytes do not pass by chance.

use super::Packet;
use super::checksum::{header_adds_up, transport_adds_up};

/// Security parameter index and sequence number (RFC 4303 2).
const HEADER: usize = 8;
/// Integrity check values: HMAC-MD5-96 and HMAC-SHA-1-96, HMAC-SHA-256-128, -384-192, -512-256, none, and the full
/// lengths of the first two.
const CHECK_LENGTHS: [usize; 6] = [12, 16, 24, 32, 0, 20];

/// The protocol and bytes inside, if they are in the clear.
pub(super) fn null_encrypted<'a>(payload: &Packet<'a>) -> Option<(u8, &'a [u8])> {
    let body = payload.bytes.get(HEADER..)?;
    CHECK_LENGTHS.iter().find_map(|check| {
        let (protocol, inner) = without_trailer(body, *check)?;
        proven(payload, protocol, inner).then_some((protocol, inner))
    })
}

/// Padding 1, 2, 3 ... (RFC 4303 2.4), its length, the next header, the check value.
fn without_trailer(body: &[u8], check: usize) -> Option<(u8, &[u8])> {
    let body = body.get(..body.len().checked_sub(check)?)?;
    let [rest @ .., pad_length, protocol] = body else {
        return None;
    };
    let (inner, padding) = rest.split_at(rest.len().checked_sub(usize::from(*pad_length))?);
    let counted = padding
        .iter()
        .zip(1u8..)
        .all(|(byte, count)| *byte == count);
    counted.then_some((*protocol, inner))
}

fn proven(outer: &Packet<'_>, protocol: u8, inner: &[u8]) -> bool {
    let adds_up = || transport_adds_up(outer.source, outer.destination, protocol, inner);
    match protocol {
        // UDP: the length must be exact; the checksum may be left out over IPv4.
        17 => match inner {
            [_, _, _, _, high, low, 0, 0, ..] => {
                length_is(inner, *high, *low) && outer.source.is_ipv4() && inner.len() > 8
            }
            [_, _, _, _, high, low, _, _, ..] => length_is(inner, *high, *low) && adds_up(),
            _ => false,
        },
        // TCP has no length of its own: the checksum decides.
        6 => inner.len() >= 20 && inner[12] >> 4 >= 5 && adds_up(),
        // Tunnel mode.
        4 => match inner {
            [first, _, high, low, ..] => {
                let header = usize::from(first & 0xf) * 4;
                first >> 4 == 4
                    && length_is(inner, *high, *low)
                    && inner.get(..header).is_some_and(header_adds_up)
            }
            _ => false,
        },
        41 => match inner {
            [first, _, _, _, high, low, ..] if inner.len() >= 40 => {
                first >> 4 == 6 && length_is(&inner[40..], *high, *low)
            }
            _ => false,
        },
        _ => false,
    }
}

fn length_is(bytes: &[u8], high: u8, low: u8) -> bool {
    usize::from(u16::from_be_bytes([high, low])) == bytes.len()
}
