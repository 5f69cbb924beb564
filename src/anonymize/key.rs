//! What replacements depend on beside the text: without the key nobody can tell by trying which text became which.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A secret of any length.
pub(super) struct Key(Hmac<Sha256>);

impl Key {
    pub(super) fn new(secret: &[u8]) -> Self {
        // An HMAC takes keys of any length (RFC 2104 3).
        let mac = Hmac::<Sha256>::new_from_slice(secret);
        Self(mac.expect("a key of any length is one"))
    }

    /// So many numbers, which nobody can tell from random ones, for a list of texts.
    pub(super) fn numbers(&self, texts: &[&[u8]], count: usize) -> Vec<u16> {
        let mut numbers = Vec::with_capacity(count + 16);
        let mut block = 0_u32;
        while numbers.len() < count {
            let mut mac = self.0.clone();
            mac.update(&block.to_be_bytes());
            for text in texts {
                mac.update(&(text.len() as u64).to_be_bytes());
                mac.update(text);
            }
            let digest = mac.finalize().into_bytes();
            let pairs = digest.chunks_exact(2);
            numbers.extend(pairs.map(|pair| u16::from_be_bytes([pair[0], pair[1]])));
            block += 1;
        }
        numbers.truncate(count);
        numbers
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
