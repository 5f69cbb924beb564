//! How a packet of the Homer encapsulation protocol, version 3, is framed ("HEP3 rev. 32" of sipcapture): a magic, its length, and
//! chunks of vendor, type, length and value. What they mean is not said here.

/// What every packet begins with.
pub(crate) const MAGIC: &[u8; 4] = b"HEP3";
/// Magic and total length.
pub(crate) const HEAD: usize = 6;
const CHUNK_HEAD: usize = 6;

/// Seconds since 1970.
pub(crate) const SECONDS: u16 = 9;
/// Microseconds beside them.
pub(crate) const MICROS: u16 = 10;

/// Bytes of the packet that begins here, once its head is there.
pub(crate) fn length(bytes: &[u8]) -> Option<usize> {
    let head = bytes.first_chunk::<HEAD>()?;
    Some(usize::from(u16::from_be_bytes([head[4], head[5]])).max(HEAD))
}

/// A chunk of the generic vendor, or of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chunk<'a> {
    pub(crate) vendor: u16,
    pub(crate) kind: u16,
    pub(crate) value: &'a [u8],
}

impl Chunk<'_> {
    /// The value as a number.
    pub(crate) fn number(&self) -> u32 {
        let first = self.value.iter().take(4);
        first.fold(0, |number, byte| number << 8 | u32::from(*byte))
    }
}

/// A chunk is longer than what is left of its packet, or shorter than its own head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Contradiction;

/// The chunks behind the head of a packet. If it was cut, the last is there as far as it goes.
pub(crate) fn chunks(
    packet: &[u8],
    cut: bool,
) -> impl Iterator<Item = Result<Chunk<'_>, Contradiction>> {
    let mut rest = packet.get(HEAD..).unwrap_or_default();
    std::iter::from_fn(move || {
        let head = rest.first_chunk::<CHUNK_HEAD>()?;
        let field = |at: usize| u16::from_be_bytes([head[at], head[at + 1]]);
        let length = usize::from(field(4));
        let value = match rest.get(CHUNK_HEAD..length) {
            Some(value) => value,
            None if cut && length > CHUNK_HEAD => &rest[CHUNK_HEAD..],
            None => {
                rest = &[];
                return Some(Err(Contradiction));
            }
        };
        rest = rest.get(length..).unwrap_or_default();
        Some(Ok(Chunk {
            vendor: field(0),
            kind: field(2),
            value,
        }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKET: &[u8] = b"HEP3\0\x15\0\0\0\x09\0\x0a\0\0\x01\x02\0\x01\0\x0f\0";

    #[test]
    fn chunks_follow_each_other_until_one_contradicts() {
        let seconds = Chunk {
            vendor: 0,
            kind: SECONDS,
            value: &[0, 0, 1, 2],
        };
        assert_eq!(length(PACKET), Some(21));
        assert_eq!(seconds.number(), 258);
        // What is left is no chunk head any more.
        let all: Vec<_> = chunks(PACKET, false).collect();
        assert_eq!(all, [Ok(seconds)]);
        let short: Vec<_> = chunks(&PACKET[..15], false).collect();
        assert_eq!(short, [Err(Contradiction)]);
        let cut: Vec<_> = chunks(&PACKET[..15], true).collect();
        let value = &[0, 0, 1][..];
        assert_eq!(cut, [Ok(Chunk { value, ..seconds })]);
        let shorter_than_its_head = b"HEP3\0\x0c\0\0\0\x09\0\x05";
        let all: Vec<_> = chunks(shorter_than_its_head, true).collect();
        assert_eq!(all, [Err(Contradiction)]);
    }
}
