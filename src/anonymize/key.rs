//! What replacements depend on beside the text: without the key nobody can tell by trying which text became which.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// So many numbers are in one block.
const BLOCK: usize = 16;

/// A secret of any length.
pub(super) struct Key(Hmac<Sha256>);

impl Key {
    pub(super) fn new(secret: &[u8]) -> Self {
        // An HMAC takes keys of any length (RFC 2104 3).
        let mac = Hmac::<Sha256>::new_from_slice(secret);
        Self(mac.expect("a key of any length is one"))
    }

    /// So many numbers, which nobody can tell from random ones, for a list of texts. The texts are read once, however many numbers there
    /// are: what follows depends on the first block.
    pub(super) fn numbers(&self, texts: &[&[u8]], count: usize) -> Vec<u16> {
        let mut numbers = Vec::with_capacity(count + BLOCK);
        let first = self.block(0, texts);
        let mut digest = first;
        for block in 1.. {
            let pairs = digest.chunks_exact(2);
            numbers.extend(pairs.map(|pair| u16::from_be_bytes([pair[0], pair[1]])));
            if numbers.len() >= count {
                break;
            }
            digest = self.block(block, &[&first]);
        }
        numbers.truncate(count);
        numbers
    }

    fn block(&self, number: u32, texts: &[&[u8]]) -> [u8; 2 * BLOCK] {
        let mut mac = self.0.clone();
        mac.update(&number.to_be_bytes());
        for text in texts {
            mac.update(&(text.len() as u64).to_be_bytes());
            mac.update(text);
        }
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_depend_on_the_key_on_every_text_and_on_where_one_ends() {
        let key = Key::new(b"secret");
        let one = key.numbers(&[b"ab", b"c"], 40);
        assert_eq!(one.len(), 40);
        assert_eq!(one, key.numbers(&[b"ab", b"c"], 40));
        assert_eq!(one[..20], key.numbers(&[b"ab", b"c"], 20));
        assert_ne!(one, key.numbers(&[b"a", b"bc"], 40));
        assert_ne!(one, Key::new(b"other").numbers(&[b"ab", b"c"], 40));
    }
}
