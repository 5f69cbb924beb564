//! A record, taken apart (RFC 5246 6.2, RFC 8446 5).

pub(super) const HEADER: usize = 5;

/// Types of content (RFC 5246 A.1, RFC 6520 2).
pub(super) const CHANGE_CIPHER_SPEC: u8 = 20;
pub(super) const HANDSHAKE: u8 = 22;
pub(super) const APPLICATION_DATA: u8 = 23;
pub(super) const HEARTBEAT: u8 = 24;

pub(super) struct Record<'a> {
    pub(super) header: [u8; HEADER],
    pub(super) fragment: &'a [u8],
}

impl<'a> Record<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Option<Self> {
        let (header, fragment) = bytes.split_first_chunk()?;
        Some(Self {
            header: *header,
            fragment,
        })
    }

    pub(super) fn kind(&self) -> u8 {
        self.header[0]
    }

    /// What authentication covers besides the content in TLS 1.2: sequence number, type, version and length of the
    /// content (RFC 5246 6.2.3.1).
    pub(super) fn counted(&self, place: u64, length: usize) -> [u8; 13] {
        let [kind, major, minor, ..] = self.header;
        let [.., high, low] = length.to_be_bytes();
        let [a, b, c, d, e, f, g, h] = place.to_be_bytes();
        [a, b, c, d, e, f, g, h, kind, major, minor, high, low]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_that_counts_is_the_one_of_the_content() {
        let record = Record::new(&[23, 3, 3, 0, 9, 1]).unwrap();
        assert_eq!(
            (record.kind(), record.fragment),
            (APPLICATION_DATA, &[1][..])
        );
        let counted = record.counted(258, 772);
        assert_eq!(counted, [0, 0, 0, 0, 0, 0, 1, 2, 23, 3, 3, 3, 4]);
        assert!(Record::new(&[23, 3, 3, 0]).is_none());
    }
}
