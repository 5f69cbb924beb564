//! Looking for a byte where it mostly stands near: names, hosts and addresses are short, and a search for long stretches has
//! hardly begun when they end.

use memchr::memchr;

/// The bytes that are looked through as words.
const NEAR: usize = 32;
const WORD: usize = size_of::<u64>();

const ONES: u64 = u64::from_le_bytes([1; WORD]);
const HIGHS: u64 = u64::from_le_bytes([0x80; WORD]);

/// Where the first of these bytes is.
#[inline]
pub(super) fn find(byte: u8, bytes: &[u8]) -> Option<usize> {
    let wanted = u64::from_le_bytes([byte; WORD]);
    let (near, far) = bytes.split_at(bytes.len().min(NEAR));
    let (words, rest) = near.as_chunks::<WORD>();
    for (number, word) in words.iter().enumerate() {
        // A byte of it is zero where the wanted one stands; the lowest that borrows in this subtraction is the first.
        let word = u64::from_le_bytes(*word) ^ wanted;
        let found = word.wrapping_sub(ONES) & !word & HIGHS;
        if found != 0 {
            return Some(number * WORD + (found.trailing_zeros() / u8::BITS) as usize);
        }
    }
    let at = match far {
        [] => rest.iter().position(|other| *other == byte),
        far => memchr(byte, far),
    };
    at.map(|at| words.len() * WORD + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_wherever_it_is() {
        for length in 0..3 * NEAR {
            for others in [0, b':' - 1, b':' + 1, 0x80 | b':', 0xff] {
                let mut bytes = vec![others; length];
                assert_eq!(find(b':', &bytes), None);
                for at in (0..length).rev() {
                    bytes[at] = b':';
                    assert_eq!(find(b':', &bytes), Some(at), "{at} of {length}");
                }
            }
        }
    }
}
