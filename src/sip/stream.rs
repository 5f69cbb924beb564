//! Messages in a byte stream: by Content-Length (RFC 3261 18.3), with a way back after bytes that are none.
//!
//! The framer sees the bytes that are not used up yet, again and again as they grow, and remembers how far it has looked:
//! a stream of one-byte segments costs no more than one of large ones. What it finds depends on the bytes alone, never
//! on how they were cut.

use memchr::memchr;

use super::datagram::keep_alive;
use super::glance::Glance;
use super::start_line;
use crate::base::Limits;

/// What stands at the start of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamStep {
    /// Keep-alives of this length.
    KeepAlive(usize),
    /// Bytes that belong to no message, up to the end of the line.
    Junk(usize),
    /// A message.
    Message {
        /// Its length.
        length: usize,
        /// What one look told.
        glance: Glance,
        /// Whether its end was seen.
        whole: bool,
    },
    /// More bytes are needed.
    More,
}

/// Finds messages in a stream.
#[derive(Debug, Default)]
pub struct StreamFramer {
    /// Bytes in front of the first are missing, or belong to something that was given up: the rest of it may stand before the first
    /// message, or be stuck to its start line.
    torn: bool,
    /// Bytes from the start that were searched in vain for what is looked for.
    searched: usize,
    /// Bytes that have to be there before it is worth looking again.
    wanted: usize,
    /// The header section that was found to be whole.
    head: Option<Glance>,
}

const STUN_HEADER: usize = 20;
/// What every STUN message has behind its type and length (RFC 8489 5).
pub const STUN_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
/// A start line longer than this is none.
const LONGEST_LINE: usize = 64 << 10;

impl StreamFramer {
    /// For a stream whose bytes up to here are missing.
    pub fn torn() -> Self {
        Self {
            torn: true,
            ..Self::default()
        }
    }

    /// Says what stands at the start of `bytes`. `ended`: no more will follow (end of stream, or a gap).
    pub fn next(&mut self, bytes: &[u8], ended: bool, limits: &Limits) -> StreamStep {
        if bytes.is_empty() || bytes.len() < self.wanted && !ended {
            return StreamStep::More;
        }
        let step = self.look(bytes, ended, limits);
        if step != StreamStep::More {
            let torn = match step {
                StreamStep::Message { whole: true, .. } => false,
                StreamStep::Message { length, .. } => !bytes[..length].ends_with(b"\n"),
                StreamStep::Junk(length) => self.torn || !bytes[..length].ends_with(b"\n"),
                StreamStep::KeepAlive(_) | StreamStep::More => self.torn,
            };
            *self = Self {
                torn,
                ..Self::default()
            };
        }
        step
    }

    fn look(&mut self, bytes: &[u8], ended: bool, limits: &Limits) -> StreamStep {
        if self.head.is_none() {
            match stun(bytes, ended) {
                Some(0) => return self.wait(bytes.len() + 1),
                Some(length) => return StreamStep::KeepAlive(length),
                None => {}
            }
            match before_stun(bytes, keep_alive(bytes), ended) {
                0 => {}
                length => return StreamStep::KeepAlive(length),
            }
            if !start_line::can_begin(bytes[0]) {
                return self.junk_line(bytes, ended);
            }
            match self.header_section(bytes, ended, limits) {
                Ok(glance) => self.head = Some(glance),
                Err(step) => return step,
            }
        }
        match self.head {
            Some(glance) => self.body(bytes, ended, &glance, limits),
            None => StreamStep::More,
        }
    }

    /// Waits until an empty line ends the header section.
    fn header_section(
        &mut self,
        bytes: &[u8],
        ended: bool,
        limits: &Limits,
    ) -> Result<Glance, StreamStep> {
        let Some(first) = line(bytes) else {
            return Err(match bytes.len() {
                length if length > LONGEST_LINE => StreamStep::Junk(length),
                length if ended => self.cut(bytes, length),
                length => self.wait(length + 1),
            });
        };
        // The second line may be needed to believe the first; it is there when its end is.
        let settled = ended || line(&bytes[first..]).is_some() || bytes.len() > LONGEST_LINE;
        let text = bytes[..first - 1]
            .strip_suffix(b"\r")
            .unwrap_or(&bytes[..first - 1]);
        let start = start_line::read(bytes, text.len(), &bytes[first..]);
        let believed = start.is_some_and(|start| !self.torn || start_line::is_untorn(text, start));
        if !believed {
            return Err(if settled {
                self.junk_line(bytes, ended)
            } else {
                self.wait(bytes.len() + 1)
            });
        }
        let from = self.searched.max(first - 1);
        match empty_line(bytes, from) {
            Ok(end) => Glance::at(&bytes[..end]).ok_or(StreamStep::Junk(first)),
            Err(searched) => {
                self.searched = searched;
                Err(if ended || bytes.len() > limits.header_bytes {
                    self.cut(bytes, first)
                } else {
                    self.wait(bytes.len() + 1)
                })
            }
        }
    }

    fn body(&mut self, bytes: &[u8], ended: bool, glance: &Glance, limits: &Limits) -> StreamStep {
        let head = glance.body as usize;
        let message = |length: usize, whole: bool| StreamStep::Message {
            length,
            glance: *glance,
            whole,
        };
        let Some(length) = glance.content_length else {
            if !glance.content_type {
                return message(head, true);
            }
            // The length is missing though a body is announced: it ends where the next message begins.
            return match self.next_start(bytes, head, ended) {
                Some(next) => message(next, true),
                None if ended => message(bytes.len(), true),
                None if bytes.len() > limits.message_bytes => message(bytes.len(), false),
                None => self.wait(bytes.len() + 1),
            };
        };
        let total = usize::try_from(length)
            .ok()
            .and_then(|length| head.checked_add(length));
        match total {
            Some(total) if total <= bytes.len() => message(total, true),
            Some(total) if total <= limits.message_bytes && !ended => self.wait(total),
            Some(total) if total <= limits.message_bytes => message(bytes.len(), false),
            // Nobody sends this much: the number is wrong, the header section stands for itself.
            _ => message(head, false),
        }
    }

    /// The next line that starts a message, from `head` on.
    fn next_start(&mut self, bytes: &[u8], head: usize, ended: bool) -> Option<usize> {
        let mut at = self.searched.max(head);
        while let Some(length) = line(&bytes[at..]) {
            let next = at + length;
            if !ended && line(&bytes[next..]).is_none() {
                break;
            }
            let text = bytes[at..next - 1]
                .strip_suffix(b"\r")
                .unwrap_or(&bytes[at..next - 1]);
            if start_line::read(&bytes[at..], text.len(), &bytes[next..]).is_some() {
                return Some(at);
            }
            at = next;
        }
        self.searched = at;
        None
    }

    /// A message that begins here and whose header section has no end in sight, or nothing.
    fn cut(&self, bytes: &[u8], otherwise: usize) -> StreamStep {
        match Glance::at(bytes) {
            Some(glance) => StreamStep::Message {
                length: bytes.len(),
                glance,
                whole: false,
            },
            None => StreamStep::Junk(otherwise),
        }
    }

    /// A line that starts no message; in a torn stream a message may start inside of it.
    fn junk_line(&mut self, bytes: &[u8], ended: bool) -> StreamStep {
        let Some(length) = line(bytes) else {
            return if ended || bytes.len() > LONGEST_LINE {
                StreamStep::Junk(bytes.len())
            } else {
                self.wait(bytes.len() + 1)
            };
        };
        let inside = self.torn.then(|| start_line::embedded(&bytes[..length]));
        StreamStep::Junk(inside.flatten().unwrap_or(length))
    }

    fn wait(&mut self, wanted: usize) -> StreamStep {
        self.wanted = wanted;
        StreamStep::More
    }
}

/// Length of the first line with its line end.
fn line(bytes: &[u8]) -> Option<usize> {
    memchr(b'\n', bytes).map(|end| end + 1)
}

/// One past the first empty line, looked for at line ends from `from` on; or how far the search came.
fn empty_line(bytes: &[u8], from: usize) -> Result<usize, usize> {
    let mut at = from;
    while let Some(length) = memchr(b'\n', &bytes[at..]) {
        let next = at + length + 1;
        match &bytes[next..] {
            [b'\n', ..] => return Ok(next + 1),
            [b'\r', b'\n', ..] => return Ok(next + 2),
            [] | [b'\r'] => return Err(next - 1),
            _ => at = next,
        }
    }
    Err(at)
}

/// A STUN message used as keep-alive (RFC 5626 3.5.2): its length, 0 if more bytes are needed to tell.
fn stun(bytes: &[u8], ended: bool) -> Option<usize> {
    match bytes {
        [0 | 1, 1 | 0x11, high, low, cookie @ ..] if cookie.starts_with(&STUN_COOKIE) => {
            let length = STUN_HEADER + usize::from(u16::from_be_bytes([*high, *low]));
            match bytes.len() {
                held if held >= length => Some(length),
                held if ended => Some(held),
                _ => Some(0),
            }
        }
        [0 | 1] | [0 | 1, 1 | 0x11, ..] if bytes.len() < 8 && !ended => Some(0),
        _ => None,
    }
}

/// A NUL may be a keep-alive of its own or the first byte of a STUN message: the byte behind it tells.
fn before_stun(bytes: &[u8], length: usize, ended: bool) -> usize {
    let last_is_nul = length > 0 && bytes[length - 1] == 0;
    match bytes.get(length) {
        Some(1 | 0x11) if last_is_nul && stun(&bytes[length - 1..], ended).is_some() => length - 1,
        None if last_is_nul && !ended => length - 1,
        _ => length,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All steps over a stream that arrives in pieces of this size: (offset, length, what).
    fn frame(stream: &[u8], piece: usize) -> Vec<(usize, usize, &'static str)> {
        let limits = Limits::default();
        let mut framer = StreamFramer::default();
        let mut found = Vec::new();
        let (mut at, mut held) = (0, 0);
        loop {
            let ended = held == stream.len();
            let (length, what) = match framer.next(&stream[at..held], ended, &limits) {
                StreamStep::More if ended => return found,
                StreamStep::More => {
                    held = (held + piece).min(stream.len());
                    continue;
                }
                StreamStep::KeepAlive(length) => (length, "keep-alive"),
                StreamStep::Junk(length) => (length, "junk"),
                StreamStep::Message { length, whole, .. } => {
                    (length, if whole { "message" } else { "cut" })
                }
            };
            assert!(length > 0);
            if what != "keep-alive" {
                found.push((at, length, what));
            }
            at += length;
        }
    }

    fn message(body: &str) -> String {
        format!(
            "MESSAGE sip:a@b SIP/2.0\r\nCall-ID: x\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    #[test]
    fn pieces_of_any_size_give_the_same_messages() {
        let (first, second) = (message("SIP/2.0 200 OK\r\n\r\n"), message(""));
        let stream = format!("\r\n\r\n{first}{second}\r\n{first}");
        let expected = [
            (4, first.len(), "message"),
            (4 + first.len(), second.len(), "message"),
            (6 + first.len() + second.len(), first.len(), "message"),
        ];
        for piece in 1..=stream.len() {
            assert_eq!(
                frame(stream.as_bytes(), piece),
                expected,
                "pieces of {piece}"
            );
        }
    }

    #[test]
    fn finds_the_way_back_after_junk() {
        let one = message("x");
        let stream = format!("tail of something\r\nmore: of it\r\n{one}");
        let expected = [
            (0, 19, "junk"),
            (19, 13, "junk"),
            (32, one.len(), "message"),
        ];
        for piece in [1, 7, stream.len()] {
            assert_eq!(frame(stream.as_bytes(), piece), expected);
        }
    }

    #[test]
    fn a_missing_length_ends_at_the_next_message() {
        let odd = "INVITE sip:a@b SIP/2.0\r\nContent-Type: application/sdp\r\n\r\nv=0\r\no=- 0\r\n";
        let one = message("");
        let stream = format!("{odd}{one}{odd}");
        let expected = [
            (0, odd.len(), "message"),
            (odd.len(), one.len(), "message"),
            (odd.len() + one.len(), odd.len(), "message"),
        ];
        for piece in 1..=stream.len() {
            assert_eq!(
                frame(stream.as_bytes(), piece),
                expected,
                "pieces of {piece}"
            );
        }
    }

    #[test]
    fn an_end_in_the_middle_gives_a_cut_message() {
        let one = message("hello");
        for cut in 24..one.len() {
            let found = frame(&one.as_bytes()[..cut], 5);
            assert_eq!(found, [(0, cut, "cut")]);
        }
    }

    #[test]
    fn keep_alives_of_every_kind_are_passed_over() {
        let one = message("");
        let mut stream = vec![0, 0, 0];
        stream.extend_from_slice(&[0, 1, 0, 4, 0x21, 0x12, 0xa4, 0x42]);
        stream.extend_from_slice(&[7; 12]);
        stream.extend_from_slice(b"abcd\r\n\r\n");
        let start = stream.len();
        stream.extend_from_slice(one.as_bytes());
        for piece in 1..=stream.len() {
            assert_eq!(
                frame(&stream, piece),
                [(start, one.len(), "message")],
                "pieces of {piece}"
            );
        }
    }

    #[test]
    fn an_absurd_length_is_not_waited_for() {
        let stream = format!(
            "MESSAGE sip:a@b SIP/2.0\r\nContent-Length: 99999999999\r\n\r\n{}",
            message("")
        );
        let found = frame(stream.as_bytes(), 10);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].2, found[1].2), ("cut", "message"));
    }
}
