//! Records under AES-CBC with a separate authentication code (RFC 5246 6.2.3.2), which covers what was meant or, with
//! encrypt-then-MAC (RFC 7366), what was sent.

use super::hash::Hash;
use super::protection::Protection;
use super::record::Record;
use aes::{Aes128, Aes256};
use cbc::Decryptor;
use cbc::cipher::{Block, BlockModeDecrypt, KeyIvInit};
use std::ops::Range;

const BLOCK: usize = 16;

pub(super) struct Cbc {
    key: Vec<u8>,
    mac: Hash,
    mac_key: Vec<u8>,
    encrypt_then_mac: bool,
}

impl Protection for Cbc {
    fn open(&self, record: &Record<'_>, places: Range<u64>) -> Option<(u64, Vec<u8>)> {
        if self.encrypt_then_mac {
            let (sent, place) = self.authenticated(record, record.fragment, places)?;
            Some((place, self.deciphered(sent)?))
        } else {
            let mut content = self.deciphered(record.fragment)?;
            let (meant, place) = self.authenticated(record, &content, places)?;
            content.truncate(meant.len());
            Some((place, content))
        }
    }
}

impl Cbc {
    pub(super) fn new(key: &[u8], mac: Hash, mac_key: &[u8], encrypt_then_mac: bool) -> Self {
        Self {
            key: key.to_vec(),
            mac,
            mac_key: mac_key.to_vec(),
            encrypt_then_mac,
        }
    }

    /// What stands in front of the code, and the place under which the code is right.
    fn authenticated<'b>(
        &self,
        record: &Record<'_>,
        bytes: &'b [u8],
        mut places: Range<u64>,
    ) -> Option<(&'b [u8], u64)> {
        let length = bytes.len().checked_sub(self.mac.length())?;
        let (covered, code) = bytes.split_at(length);
        let place = places.find(|place| {
            let counted = record.counted(*place, length);
            self.mac.mac(&self.mac_key, &[&counted, covered]) == code
        })?;
        Some((covered, place))
    }

    /// Without the initialization vector in front and the padding at the end.
    fn deciphered(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let (vector, blocks) = bytes.split_at_checked(BLOCK)?;
        let mut content = blocks.to_vec();
        match self.key.len() {
            16 => decipher::<Decryptor<Aes128>>(&self.key, vector, &mut content)?,
            _ => decipher::<Decryptor<Aes256>>(&self.key, vector, &mut content)?,
        }
        let padding = *content.last()?;
        let length = content.len().checked_sub(usize::from(padding) + 1)?;
        let padded = content[length..].iter().all(|byte| *byte == padding);
        content.truncate(length);
        padded.then_some(content)
    }
}

/// None if the bytes are not whole blocks.
fn decipher<C: KeyIvInit + BlockModeDecrypt>(
    key: &[u8],
    vector: &[u8],
    bytes: &mut [u8],
) -> Option<()> {
    let mut cipher = C::new_from_slices(key, vector).ok()?;
    let (blocks, rest) = Block::<C>::slice_as_chunks_mut(bytes);
    cipher.decrypt_blocks(blocks);
    rest.is_empty().then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use cbc::Encryptor;
    use cbc::cipher::BlockModeEncrypt;

    const HEADER: [u8; 5] = [23, 3, 3, 0, 0];

    fn sha256(encrypt_then_mac: bool) -> Cbc {
        Cbc::new(&[1; 32], Hash::Sha256, &[2; 32], encrypt_then_mac)
    }

    fn code(length: u8, covered: &[u8]) -> Vec<u8> {
        let counted = [0, 0, 0, 0, 0, 0, 0, 5, 23, 3, 3, 0, length];
        Hash::Sha256.mac(&[2; 32], &[&counted, covered])
    }

    fn enciphered(plain: &[u8]) -> Vec<u8> {
        let mut bytes = plain.to_vec();
        let mut cipher = Encryptor::<Aes256>::new_from_slices(&[1; 32], &[3; BLOCK]).unwrap();
        let (blocks, rest) = Block::<Encryptor<Aes256>>::slice_as_chunks_mut(&mut bytes);
        assert!(rest.is_empty());
        cipher.encrypt_blocks(blocks);
        [&[3; BLOCK], &bytes[..]].concat()
    }

    fn open(cipher: &Cbc, fragment: &[u8]) -> Option<(u64, Vec<u8>)> {
        let record = [&HEADER, fragment].concat();
        cipher.open(&Record::new(&record)?, 0..9)
    }

    #[test]
    fn the_code_may_cover_what_was_meant() {
        let plain = [&b"content"[..], &code(7, b"content"), &[8; 9]].concat();
        let fragment = enciphered(&plain);
        let cipher = sha256(false);
        assert_eq!(open(&cipher, &fragment), Some((5, b"content".to_vec())));
        assert_eq!(open(&sha256(true), &fragment), None);
        for length in 0..fragment.len() {
            assert_eq!(open(&cipher, &fragment[..length]), None);
        }
    }

    #[test]
    fn the_code_may_cover_what_was_sent() {
        let sent = enciphered(&[&b"content"[..], &[8; 9]].concat());
        let fragment = [&sent[..], &code(32, &sent)].concat();
        let cipher = sha256(true);
        assert_eq!(open(&cipher, &fragment), Some((5, b"content".to_vec())));
        assert_eq!(open(&sha256(false), &fragment), None);
        for length in 0..fragment.len() {
            assert_eq!(open(&cipher, &fragment[..length]), None);
        }
    }

    #[test]
    fn padding_must_be_right_to_its_last_byte() {
        for padding in [[7, 8, 8, 8, 8, 8, 8, 8, 8], [255; 9]] {
            let plain = [&b"content"[..], &padding].concat();
            assert_eq!(sha256(false).deciphered(&enciphered(&plain)), None);
        }
    }
}
