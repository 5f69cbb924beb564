//! How pcapng is written (draft-ietf-opsawg-pcapng), in little-endian order, with times in nanoseconds.

const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const SIMPLE_PACKET: u32 = 3;
const SECRETS: u32 = 10;
const ENHANCED_PACKET: u32 = 6;
const MAGIC: u32 = 0x1a2b_3c4d;

const COMMENT: u16 = 1;
const APPLICATION: u16 = 4;
const RESOLUTION: u16 = 9;

/// What a file begins with.
pub(crate) fn section(comments: &[impl AsRef<str>]) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(MAGIC.to_le_bytes());
    body.extend(1_u16.to_le_bytes());
    body.extend(0_u16.to_le_bytes());
    body.extend(u64::MAX.to_le_bytes());
    for comment in comments {
        option(&mut body, COMMENT, comment.as_ref().as_bytes());
    }
    option(&mut body, APPLICATION, b"sipscope");
    body.extend([0; 4]);
    block(SECTION, &body)
}

/// The next interface, whose packets begin with this link layer.
pub(crate) fn interface(link: u16) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(link.to_le_bytes());
    body.extend([0; 6]);
    // Nanoseconds.
    option(&mut body, RESOLUTION, &[9]);
    body.extend([0; 4]);
    block(INTERFACE, &body)
}

/// A packet of an interface at a time, which had so many bytes on the wire.
pub(crate) fn packet(
    (interface, time): (u32, u64),
    frame: &[u8],
    original: u32,
    comments: &[impl AsRef<str>],
) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(interface.to_le_bytes());
    body.extend(((time >> 32) as u32).to_le_bytes());
    body.extend((time as u32).to_le_bytes());
    body.extend((frame.len() as u32).to_le_bytes());
    body.extend(original.to_le_bytes());
    body.extend(frame);
    pad(&mut body);
    for comment in comments {
        option(&mut body, COMMENT, comment.as_ref().as_bytes());
    }
    if !comments.is_empty() {
        body.extend([0; 4]);
    }
    block(ENHANCED_PACKET, &body)
}

/// What packets are decrypted with, of a kind such as a TLS key log.
pub(crate) fn secrets(kind: u32, data: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(kind.to_le_bytes());
    body.extend((data.len() as u32).to_le_bytes());
    body.extend(data);
    pad(&mut body);
    block(SECRETS, &body)
}

/// A whole packet of the first interface whose time is not known.
pub(crate) fn packet_without_time(frame: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend((frame.len() as u32).to_le_bytes());
    body.extend(frame);
    pad(&mut body);
    block(SIMPLE_PACKET, &body)
}

fn option(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    // A length has sixteen bits.
    let value = &value[..value.len().min(usize::from(u16::MAX))];
    body.extend(code.to_le_bytes());
    body.extend((value.len() as u16).to_le_bytes());
    body.extend(value);
    pad(body);
}

fn pad(bytes: &mut Vec<u8>) {
    while !bytes.len().is_multiple_of(4) {
        bytes.push(0);
    }
}

fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u32 + 12).to_le_bytes();
    [&kind.to_le_bytes(), &length, body, &length].concat()
}
