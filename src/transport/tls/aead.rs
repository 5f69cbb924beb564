//! Records under AEAD ciphers: AES-GCM (RFC 5288), ChaCha20-Poly1305 (RFC 7905) and all of TLS 1.3 (RFC 8446 5.2).

use super::protection::Protection;
use super::record::Record;
use aes_gcm::aead::{AeadInOut, KeyInit, consts::U12};
use std::ops::Range;

/// Bytes of the tag, the same for all of these ciphers.
const TAG: usize = 16;

/// How the nonce of a record is made.
pub(super) enum Nonce {
    /// Of a secret part and a part in front of the content (RFC 5288 3).
    InRecord([u8; 4]),
    /// Of a secret and the sequence number (RFC 7905 2, RFC 8446 5.3).
    Counted([u8; 12]),
}

/// What is authenticated along with the content.
pub(super) enum AssociatedData {
    /// RFC 5246 6.2.3.3.
    Counted,
    /// RFC 8446 5.2.
    Header,
}

pub(super) struct Aead<C> {
    cipher: C,
    nonce: Nonce,
    data: AssociatedData,
}

impl<C: KeyInit> Aead<C> {
    /// None if the key has not the length that the cipher asks for.
    pub(super) fn new(key: &[u8], nonce: Nonce, data: AssociatedData) -> Option<Self> {
        let cipher = C::new_from_slice(key).ok()?;
        Some(Self {
            cipher,
            nonce,
            data,
        })
    }
}

impl<C: AeadInOut<NonceSize = U12> + Send + Sync> Protection for Aead<C> {
    fn open(&self, record: &Record<'_>, mut places: Range<u64>) -> Option<(u64, Vec<u8>)> {
        let (in_record, sealed) = match self.nonce {
            Nonce::InRecord(_) => record.fragment.split_at_checked(8)?,
            Nonce::Counted(_) => record.fragment.split_at(0),
        };
        let length = sealed.len().checked_sub(TAG)?;
        let mut content = sealed.to_vec();
        // The tag is verified before anything is deciphered: what does not open stays as it is for the next try.
        let place = places.find(|place| {
            let nonce = self.nonce.at(*place, in_record).into();
            let opened = match self.data {
                AssociatedData::Counted => {
                    let data = record.counted(*place, length);
                    self.cipher.decrypt_in_place(&nonce, &data, &mut content)
                }
                AssociatedData::Header => {
                    let data = record.header;
                    self.cipher.decrypt_in_place(&nonce, &data, &mut content)
                }
            };
            opened.is_ok()
        })?;
        Some((place, content))
    }
}

impl Nonce {
    fn at(&self, place: u64, in_record: &[u8]) -> [u8; 12] {
        let mut nonce = [0; 12];
        match self {
            Self::InRecord(salt) => {
                nonce[..4].copy_from_slice(salt);
                nonce[4..].copy_from_slice(in_record);
            }
            Self::Counted(secret) => {
                nonce[4..].copy_from_slice(&place.to_be_bytes());
                nonce.iter_mut().zip(secret).for_each(|(n, s)| *n ^= s);
            }
        }
        nonce
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aes_gcm::Aes128Gcm;

    fn sealed(nonce: [u8; 12], data: &[u8]) -> Vec<u8> {
        let mut content = b"content".to_vec();
        let cipher = Aes128Gcm::new_from_slice(&[1; 16]).unwrap();
        cipher
            .encrypt_in_place(&nonce.into(), data, &mut content)
            .unwrap();
        content
    }

    fn open(nonce: Nonce, data: AssociatedData, record: &[u8], places: Range<u64>) -> Option<u64> {
        let cipher = Aead::<Aes128Gcm>::new(&[1; 16], nonce, data).unwrap();
        let (place, content) = cipher.open(&Record::new(record).unwrap(), places)?;
        assert_eq!(content, b"content");
        Some(place)
    }

    #[test]
    fn the_place_of_a_record_is_found() {
        let header = [23, 3, 3, 0, 23];
        let sealed = sealed([9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9 ^ 1, 9 ^ 2], &header);
        let record = [&header, &sealed[..]].concat();
        let find = |record: &[u8], places| {
            open(
                Nonce::Counted([9; 12]),
                AssociatedData::Header,
                record,
                places,
            )
        };
        assert_eq!(find(&record, 200..400), Some(258));
        assert_eq!(find(&record, 0..258), None);
        assert_eq!(find(&record, 259..400), None);
        for length in 5..record.len() {
            assert_eq!(find(&record[..length], 258..259), None);
        }
    }

    #[test]
    fn the_nonce_may_be_in_the_record() {
        let data = [0, 0, 0, 0, 0, 0, 0, 5, 23, 3, 3, 0, 7];
        let sealed = sealed([9, 9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8], &data);
        let record = [&[23, 3, 3, 0, 31, 1, 2, 3, 4, 5, 6, 7, 8], &sealed[..]].concat();
        for length in 5..=record.len() {
            let nonce = Nonce::InRecord([9; 4]);
            let found = open(nonce, AssociatedData::Counted, &record[..length], 0..9);
            assert_eq!(found, (length == record.len()).then_some(5));
        }
    }

    #[test]
    fn keys_of_another_length_are_refused() {
        let nonce = Nonce::Counted([0; 12]);
        assert!(Aead::<Aes128Gcm>::new(&[1; 32], nonce, AssociatedData::Header).is_none());
    }
}
