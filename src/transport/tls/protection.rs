//! Opens the records of one direction: authenticates and deciphers them, each under its place in the sequence.
//!
//! The place is not in the record. Where records may be missing from a capture, several places are tried: the
//! authentication tells the right one.

use super::aead::{Aead, AssociatedData, Nonce};
use super::cbc::Cbc;
use super::record::Record;
use super::suite::{Cipher, Suite};
use std::ops::Range;

/// The cipher of one direction with its keys.
pub(super) trait Protection: Send + Sync {
    /// The content of a record, and at which of these places in the sequence it stands.
    fn open(&self, record: &Record<'_>, places: Range<u64>) -> Option<(u64, Vec<u8>)>;
}

/// With keys cut from the key block of TLS 1.2 (RFC 5246 6.3). None if they have not the lengths of the suite.
pub(super) fn of_tls12(
    suite: Suite,
    [mac_key, key, salt]: [&[u8]; 3],
    encrypt_then_mac: bool,
) -> Option<Box<dyn Protection>> {
    match suite.cipher {
        Cipher::Aes128Cbc(mac) | Cipher::Aes256Cbc(mac) => {
            Some(Box::new(Cbc::new(key, mac, mac_key, encrypt_then_mac)))
        }
        Cipher::Aes128Gcm | Cipher::Aes256Gcm => {
            let nonce = Nonce::InRecord(salt.try_into().ok()?);
            aead(suite.cipher, key, nonce, AssociatedData::Counted)
        }
        Cipher::ChaCha20Poly1305 => {
            let nonce = Nonce::Counted(salt.try_into().ok()?);
            aead(suite.cipher, key, nonce, AssociatedData::Counted)
        }
    }
}

/// With keys from a traffic secret of TLS 1.3 (RFC 8446 7.3).
pub(super) fn of_tls13(suite: Suite, secret: &[u8]) -> Option<Box<dyn Protection>> {
    let [_, length, _] = suite.cipher.lengths();
    let key = suite.hash.expand(secret, "key", length);
    let nonce = suite.hash.expand(secret, "iv", 12).try_into().ok()?;
    let nonce = Nonce::Counted(nonce);
    aead(suite.cipher, &key, nonce, AssociatedData::Header)
}

fn aead(
    cipher: Cipher,
    key: &[u8],
    nonce: Nonce,
    data: AssociatedData,
) -> Option<Box<dyn Protection>> {
    use aes_gcm::{Aes128Gcm, Aes256Gcm};
    use chacha20poly1305::ChaCha20Poly1305;
    match cipher {
        Cipher::Aes128Gcm => Some(Box::new(Aead::<Aes128Gcm>::new(key, nonce, data)?)),
        Cipher::Aes256Gcm => Some(Box::new(Aead::<Aes256Gcm>::new(key, nonce, data)?)),
        Cipher::ChaCha20Poly1305 => {
            Some(Box::new(Aead::<ChaCha20Poly1305>::new(key, nonce, data)?))
        }
        Cipher::Aes128Cbc(_) | Cipher::Aes256Cbc(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_must_have_the_lengths_of_the_suite() {
        for number in [0x009c, 0xc030, 0xcca8] {
            let suite = Suite::of_tls12(number).unwrap();
            let [_, key, salt] = suite.cipher.lengths();
            let made = |key, salt| of_tls12(suite, [&[], &vec![1; key], &vec![1; salt]], false);
            assert!(made(key, salt).is_some());
            assert!(made(key - 1, salt).is_none() && made(key, salt + 1).is_none());
        }
    }

    #[test]
    fn all_of_tls_13_is_aead() {
        for number in [0x1301, 0x1302, 0x1303] {
            let suite = Suite::of_tls13(number).unwrap();
            assert!(of_tls13(suite, &[1; 32]).is_some());
        }
        let cbc = Suite::of_tls12(0x002f).unwrap();
        assert!(of_tls13(cbc, &[1; 32]).is_none());
    }
}
