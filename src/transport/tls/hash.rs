//! What TLS builds on hashes: the MAC of records and the derivation of keys, for TLS 1.2 (RFC 5246 5) and 1.3
//! (RFC 8446 7.1).

use hmac::{EagerHash, Hmac, KeyInit, Mac};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha256,
    Sha384,
}

impl Hash {
    pub(super) fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
        }
    }

    pub(super) fn mac(self, key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
        match self {
            Self::Sha1 => mac::<sha1::Sha1>(key, parts),
            Self::Sha256 => mac::<sha2::Sha256>(key, parts),
            Self::Sha384 => mac::<sha2::Sha384>(key, parts),
        }
    }

    /// PRF of TLS 1.2 (RFC 5246 5); `seed` begins with the label.
    pub(super) fn stretch(self, secret: &[u8], seed: &[u8], length: usize) -> Vec<u8> {
        let mut chain = seed.to_vec();
        let mut output = Vec::with_capacity(length + self.length());
        for _ in 0..length.div_ceil(self.length()) {
            chain = self.mac(secret, &[&chain]);
            output.extend(self.mac(secret, &[&chain, seed]));
        }
        output.resize(length, 0);
        output
    }

    /// HKDF-Expand-Label with an empty context (RFC 8446 7.1). One round of HKDF-Expand (RFC 5869 2.3) gives all that
    /// is ever asked: no more than the length of the hash.
    pub(super) fn expand(self, secret: &[u8], label: &str, length: usize) -> Vec<u8> {
        let name = [b"tls13 ", label.as_bytes()].concat();
        let sizes = [0, length as u8, name.len() as u8];
        let mut output = self.mac(secret, &[&sizes, &name, &[0, 1]]);
        output.resize(length, 0);
        output
    }
}

fn mac<H: EagerHash>(key: &[u8], parts: &[&[u8]]) -> Vec<u8>
where
    Hmac<H>: KeyInit + Mac,
{
    // HMAC takes keys of every length (RFC 2104 2): this never fails.
    let made = <Hmac<H> as KeyInit>::new_from_slice(key).map(|mut mac| {
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes().to_vec()
    });
    made.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn secrets_are_stretched_as_rfc_5246_says() {
        let secret = 0x9bbe_436b_a940_f017_b176_5284_9a71_db35_u128.to_be_bytes();
        let seed = 0xa0ba_9f93_6cda_3118_27a6_f796_ffd5_198c_u128.to_be_bytes();
        let seed = [&b"test label"[..], &seed].concat();
        let long = hex(&Hash::Sha256.stretch(&secret, &seed, 100));
        assert!(long.starts_with("e3f229ba727be17b8d122620557cd453"));
        assert!(long.ends_with("d122ee42c5a72e5a5110fff70187347b66"));
        assert_eq!(long.len(), 200);
    }

    /// The traffic secret of the server's handshake in RFC 8448 3.
    #[test]
    fn keys_are_expanded_as_in_the_example_of_rfc_8448() {
        let secret = [
            0xb67b_7d69_0cc1_6c4e_75e5_4213_cb2d_37b4_u128.to_be_bytes(),
            0xe9c9_12bc_ded9_105d_42be_fd59_d391_ad38_u128.to_be_bytes(),
        ]
        .concat();
        let key = hex(&Hash::Sha256.expand(&secret, "key", 16));
        assert_eq!(key, "3fce516009c21727d0f2e4e86ee403bc");
        let iv = hex(&Hash::Sha256.expand(&secret, "iv", 12));
        assert_eq!(iv, "5d313eb2671276ee13000b30");
    }

    #[test]
    fn codes_are_as_long_as_the_hash() {
        for hash in [Hash::Sha1, Hash::Sha256, Hash::Sha384] {
            assert_eq!(hash.mac(b"", &[]).len(), hash.length());
            assert_eq!(
                hash.mac(&[1; 500], &[b"ab", b"c"]),
                hash.mac(&[1; 500], &[b"abc"])
            );
        }
    }
}
