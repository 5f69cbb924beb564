//! WebSocket frames (RFC 6455 5) as SIP uses them (RFC 7118): one SIP message in one WebSocket message, which may come in
//! several frames with control frames between them.

use crate::base::Limits;
use crate::sip::begins_message;

/// What stands at the start of the bytes.
pub(super) enum Step {
    /// More bytes are needed.
    More,
    /// A control frame of this length.
    Control(usize),
    /// A whole message: the bytes it took on the wire, and what it says.
    Message { length: usize, payload: Vec<u8> },
    /// A whole message that was compressed by an extension (RFC 7692).
    Compressed(usize),
    /// No frame.
    Broken,
}

/// Finds messages in a stream of frames. Remembers how far it has read, as bytes come in.
#[derive(Default)]
pub(super) struct Frames {
    /// Bytes of the current message that were read.
    read: usize,
    payload: Vec<u8>,
    open: bool,
    compressed: bool,
}

struct Frame {
    fin: bool,
    compressed: bool,
    opcode: u8,
    mask: Option<[u8; 4]>,
    header: usize,
    payload: usize,
}

const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CONTROL: [u8; 3] = [8, 9, 10];

impl Frames {
    pub(super) fn next(&mut self, bytes: &[u8], limits: &Limits) -> Step {
        let step = self.read(bytes, limits);
        if !matches!(step, Step::More) {
            *self = Self::default();
        }
        step
    }

    fn read(&mut self, bytes: &[u8], limits: &Limits) -> Step {
        loop {
            let rest = &bytes[self.read..];
            let Some(frame) = header(rest) else {
                return Step::More;
            };
            let expected = match frame.opcode {
                CONTINUATION => self.open,
                TEXT | BINARY => !self.open,
                opcode => CONTROL.contains(&opcode) && frame.payload < 126,
            };
            let reserved = rest[0] & 0x30 != 0;
            if !expected || reserved || frame.payload + self.payload.len() > limits.message_bytes {
                return Step::Broken;
            }
            let whole = frame.header + frame.payload;
            let Some(payload) = rest.get(frame.header..whole) else {
                return Step::More;
            };
            self.read += whole;
            if CONTROL.contains(&frame.opcode) {
                if self.open {
                    continue;
                }
                return Step::Control(whole);
            }
            self.open = true;
            self.compressed |= frame.compressed;
            unmask(payload, frame.mask, &mut self.payload);
            if frame.fin {
                return if self.compressed {
                    Step::Compressed(self.read)
                } else {
                    Step::Message {
                        length: self.read,
                        payload: std::mem::take(&mut self.payload),
                    }
                };
            }
        }
    }
}

/// Whether a frame begins here whose payload begins with a message: how a connection is recognised whose upgrade was not seen.
pub(super) fn begins_with_sip(bytes: &[u8]) -> bool {
    let Some(frame) = header(bytes) else {
        return false;
    };
    let mut payload = Vec::new();
    let held = bytes[frame.header..].iter().take(frame.payload.min(2048));
    unmask(&held.copied().collect::<Vec<_>>(), frame.mask, &mut payload);
    matches!(bytes[0], 0x81 | 0x82 | 0x01 | 0x02) && begins_message(&payload)
}

fn header(bytes: &[u8]) -> Option<Frame> {
    let [first, second, rest @ ..] = bytes else {
        return None;
    };
    let (payload, extended) = match second & 0x7f {
        126 => (u64::from(u16::from_be_bytes(*rest.first_chunk()?)), 2),
        127 => (u64::from_be_bytes(*rest.first_chunk()?), 8),
        length => (u64::from(length), 0),
    };
    let masked = second & 0x80 != 0;
    let mask = match masked {
        true => Some(*rest.get(extended..)?.first_chunk()?),
        false => None,
    };
    Some(Frame {
        fin: first & 0x80 != 0,
        compressed: first & 0x40 != 0,
        opcode: first & 0x0f,
        mask,
        header: 2 + extended + if masked { 4 } else { 0 },
        // A length that does not fit is refused by the limit on messages.
        payload: usize::try_from(payload)
            .unwrap_or(usize::MAX / 2)
            .min(usize::MAX / 2),
    })
}

fn unmask(payload: &[u8], mask: Option<[u8; 4]>, into: &mut Vec<u8>) {
    match mask {
        None => into.extend_from_slice(payload),
        Some(mask) => into.extend(
            payload
                .iter()
                .zip(mask.iter().cycle())
                .map(|(byte, key)| byte ^ key),
        ),
    }
}
