//! Cipher suites by their registered numbers: which cipher protects the records and which hash derives its keys.
//! How keys were exchanged and certified is of no concern here, the key log holds what came of it.

use super::hash::Hash;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Suite {
    pub(super) cipher: Cipher,
    /// Derives keys; the hash of a CBC suite's MAC is named with the cipher.
    pub(super) hash: Hash,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cipher {
    Aes128Gcm,
    Aes256Gcm,
    ChaCha20Poly1305,
    Aes128Cbc(Hash),
    Aes256Cbc(Hash),
}

impl Cipher {
    /// Bytes of the MAC key, the key and the part of the nonce that is kept secret.
    pub(super) fn lengths(self) -> [usize; 3] {
        match self {
            Self::Aes128Gcm => [0, 16, 4],
            Self::Aes256Gcm => [0, 32, 4],
            Self::ChaCha20Poly1305 => [0, 32, 12],
            Self::Aes128Cbc(mac) => [mac.length(), 16, 0],
            Self::Aes256Cbc(mac) => [mac.length(), 32, 0],
        }
    }
}

impl Suite {
    fn new(cipher: Cipher, hash: Hash) -> Self {
        Self { cipher, hash }
    }

    /// Suites of TLS 1.3 (RFC 8446 B.4).
    pub(super) fn of_tls13(number: u16) -> Option<Self> {
        match number {
            0x1301 => Some(Self::new(Cipher::Aes128Gcm, Hash::Sha256)),
            0x1302 => Some(Self::new(Cipher::Aes256Gcm, Hash::Sha384)),
            0x1303 => Some(Self::new(Cipher::ChaCha20Poly1305, Hash::Sha256)),
            _ => None,
        }
    }

    /// Suites of TLS 1.2. Older ones, with SHA-1 for the MAC, derive keys with SHA-256 there (RFC 5246 5).
    #[rustfmt::skip]
    pub(super) fn of_tls12(number: u16) -> Option<Self> {
        use Hash::{Sha1, Sha256, Sha384};
        let suite = match number {
            // RSA, DH and anonymous (RFC 5288 3), PSK (RFC 5487 2), elliptic curves (RFC 5289 3.2, RFC 8442).
            0x009c | 0x009e | 0x00a0 | 0x00a2 | 0x00a4 | 0x00a6 | 0x00a8 | 0x00aa | 0x00ac
            | 0xc02b | 0xc02d | 0xc02f | 0xc031 | 0xd001 => Self::new(Cipher::Aes128Gcm, Sha256),
            0x009d | 0x009f | 0x00a1 | 0x00a3 | 0x00a5 | 0x00a7 | 0x00a9 | 0x00ab | 0x00ad
            | 0xc02c | 0xc02e | 0xc030 | 0xc032 | 0xd002 => Self::new(Cipher::Aes256Gcm, Sha384),
            // RFC 7905 3.
            0xcca8..=0xccae => Self::new(Cipher::ChaCha20Poly1305, Sha256),
            // RFC 5246 A.5, PSK (RFC 4279), SRP (RFC 5054), elliptic curves (RFC 8422, RFC 5489).
            0x002f..=0x0034 | 0x008c | 0x0090 | 0x0094 | 0xc004 | 0xc009 | 0xc00e | 0xc013 | 0xc018
            | 0xc01d..=0xc01f | 0xc035 => Self::new(Cipher::Aes128Cbc(Sha1), Sha256),
            0x0035..=0x003a | 0x008d | 0x0091 | 0x0095 | 0xc005 | 0xc00a | 0xc00f | 0xc014 | 0xc019
            | 0xc020..=0xc022 | 0xc036 => Self::new(Cipher::Aes256Cbc(Sha1), Sha256),
            // RFC 5246 A.5, PSK (RFC 5487 3), elliptic curves (RFC 5289 3.1, RFC 5489).
            0x003c | 0x003e..=0x0040 | 0x0067 | 0x006c | 0x00ae | 0x00b2 | 0x00b6
            | 0xc023 | 0xc025 | 0xc027 | 0xc029 | 0xc037 => Self::new(Cipher::Aes128Cbc(Sha256), Sha256),
            0x003d | 0x0068..=0x006b | 0x006d => Self::new(Cipher::Aes256Cbc(Sha256), Sha256),
            0x00af | 0x00b3 | 0x00b7
            | 0xc024 | 0xc026 | 0xc028 | 0xc02a | 0xc038 => Self::new(Cipher::Aes256Cbc(Sha384), Sha384),
            _ => return None,
        };
        Some(suite)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_name_suites() {
        let suite = |cipher, hash| Some(Suite::new(cipher, hash));
        let gcm = suite(Cipher::Aes256Gcm, Hash::Sha384);
        assert_eq!(Suite::of_tls12(0xc030), gcm);
        assert_eq!(Suite::of_tls13(0x1302), gcm);
        let old = suite(Cipher::Aes128Cbc(Hash::Sha1), Hash::Sha256);
        assert_eq!(Suite::of_tls12(0x002f), old);
        let long = suite(Cipher::Aes256Cbc(Hash::Sha384), Hash::Sha384);
        assert_eq!(Suite::of_tls12(0xc028), long);
        let chacha = suite(Cipher::ChaCha20Poly1305, Hash::Sha256);
        assert_eq!(Suite::of_tls12(0xcca8), chacha);
        assert_eq!(Suite::of_tls13(0x1303), chacha);
        assert_eq!(Suite::of_tls12(0x1301), None);
        assert_eq!(Suite::of_tls13(0xc030), None);
    }
}
