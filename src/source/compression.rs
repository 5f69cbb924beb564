//! Compressed inputs: recognised by their first bytes, read through.

use std::io::{self, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

/// How an input is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Gzip,
    Zstd,
}

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// A zstd file may begin with a skippable frame (RFC 8878 3.1.2): 0x184D2A5? in little-endian order.
const ZSTD_SKIPPABLE: [u8; 3] = [0x2a, 0x4d, 0x18];
/// Packed in a way that is not read: magic bytes and what unpacks them.
const NOT_READ: [(&[u8], &str); 6] = [
    (b"\xfd7zXZ\0", "xz"),
    (b"BZh", "bzip2"),
    (b"PK\x03\x04", "zip"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"7z\xbc\xaf\x27\x1c", "7-zip"),
    (b"Rar!", "rar"),
];

impl Compression {
    pub(super) fn sniff(prefix: &[u8]) -> Self {
        let skippable = prefix.get(1..4) == Some(&ZSTD_SKIPPABLE) && prefix[0] & 0xf0 == 0x50;
        if prefix.starts_with(&GZIP) {
            Self::Gzip
        } else if prefix.starts_with(&ZSTD) || skippable {
            Self::Zstd
        } else {
            Self::None
        }
    }

    /// The unpacked bytes.
    pub(super) fn unpack(self, packed: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::None => packed,
            Self::Gzip => Box::new(MultiGzDecoder::new(BufReader::with_capacity(
                64 << 10,
                packed,
            ))),
            Self::Zstd => Box::new(zstd::Decoder::new(packed)?),
        })
    }

    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Gzip => ", gzip",
            Self::Zstd => ", zstd",
        }
    }
}

/// The name of a packing that is not read, if the bytes begin like one.
pub(super) fn not_read(prefix: &[u8]) -> Option<&'static str> {
    NOT_READ
        .iter()
        .find(|(magic, _)| prefix.starts_with(magic))
        .map(|(_, name)| *name)
}
