//! How pcap is written (draft-ietf-opsawg-pcap), in little-endian order, with times in nanoseconds.

/// As link types are numbered (tcpdump.org/linktypes.html).
pub(crate) const ETHERNET: u16 = 1;

/// With times in nanoseconds.
const MAGIC: u32 = 0xa1b2_3c4d;
/// No packet is cut.
const MOST_CAPTURED: u32 = 262_144;

/// What a file begins with whose packets begin with this link layer.
pub(crate) fn head(link: u16) -> Vec<u8> {
    let mut head = Vec::new();
    head.extend(MAGIC.to_le_bytes());
    head.extend(2_u16.to_le_bytes());
    head.extend(4_u16.to_le_bytes());
    head.extend([0; 8]);
    head.extend(MOST_CAPTURED.to_le_bytes());
    head.extend(u32::from(link).to_le_bytes());
    head
}

/// A packet at a time, which had so many bytes on the wire.
pub(crate) fn packet(nanos: u64, frame: &[u8], original: u32) -> Vec<u8> {
    let second = 1_000_000_000;
    let mut packet = Vec::with_capacity(frame.len() + 16);
    packet.extend(((nanos / second) as u32).to_le_bytes());
    packet.extend(((nanos % second) as u32).to_le_bytes());
    packet.extend((frame.len() as u32).to_le_bytes());
    packet.extend(original.to_le_bytes());
    packet.extend(frame);
    packet
}
