//! Texts in the letters of other systems: UTF-16, which Windows writes, and line ends without a line feed. They are read as UTF-8
//! with line feeds.

use std::io::{self, Read};

/// How the letters and line ends of an input are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letters {
    Plain,
    /// Whether the byte that counts more stands first.
    Utf16 {
        big: bool,
    },
    /// A carriage return ends a line.
    Returns,
}

impl Letters {
    /// What the beginning of a text shows.
    pub(super) fn sniff(prefix: &[u8]) -> Self {
        let returns = || memchr::memchr_iter(b'\r', prefix).nth(1).is_some();
        match prefix {
            [0xff, 0xfe, _, ..] => Self::Utf16 { big: false },
            [0xfe, 0xff, _, ..] => Self::Utf16 { big: true },
            _ if memchr::memchr2(b'\n', 0, prefix).is_none() && returns() => Self::Returns,
            _ => Self::Plain,
        }
    }

    /// The text as it is read.
    pub(super) fn read(self, text: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        match self {
            Self::Plain => text,
            Self::Utf16 { big } => Box::new(Utf16 {
                text,
                big,
                held: Vec::new(),
                ready: io::Cursor::default(),
            }),
            Self::Returns => Box::new(Returns(text)),
        }
    }

    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Utf16 { .. } => ", UTF-16",
            Self::Returns => ", CR line ends",
        }
    }
}

struct Returns(Box<dyn Read + Send>);

impl Read for Returns {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(buffer)?;
        for byte in buffer[..count].iter_mut().filter(|byte| **byte == b'\r') {
            *byte = b'\n';
        }
        Ok(count)
    }
}

struct Utf16 {
    text: Box<dyn Read + Send>,
    big: bool,
    /// Bytes of a letter that goes on in what is read next.
    held: Vec<u8>,
    ready: io::Cursor<Vec<u8>>,
}

impl Read for Utf16 {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        const AT_A_TIME: u64 = 64 << 10;
        loop {
            let count = self.ready.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            let more = (&mut self.text).take(AT_A_TIME);
            let before = self.held.len();
            { more }.read_to_end(&mut self.held)?;
            let ended = self.held.len() == before;
            if ended && before == 0 {
                return Ok(0);
            }
            self.ready = io::Cursor::new(self.decoded(ended));
        }
    }
}

impl Utf16 {
    /// The letters that are whole, all if nothing follows. What is none is replaced.
    fn decoded(&mut self, ended: bool) -> Vec<u8> {
        let unit = |pair: &[u8]| match (self.big, pair) {
            (true, [high, low]) | (false, [low, high]) => u16::from_be_bytes([*high, *low]),
            _ => u32::from(char::REPLACEMENT_CHARACTER) as u16,
        };
        let mut units: Vec<u16> = self.held.chunks(2).map(unit).collect();
        let odd = self.held.len() % 2;
        let begun = units.iter().rev().nth(odd).copied().unwrap_or_default();
        let pending = odd + 2 * usize::from((0xd800..0xdc00).contains(&begun));
        let kept = if ended { 0 } else { pending };
        units.truncate((self.held.len() - kept).div_ceil(2));
        self.held.drain(..self.held.len() - kept);
        const BYTE_ORDER_MARK: char = '\u{feff}';
        let letters = char::decode_utf16(units).map(|letter| letter.unwrap_or('\u{fffd}'));
        let text: String = letters
            .filter(|letter| *letter != BYTE_ORDER_MARK)
            .collect();
        text.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives so many bytes at a time.
    struct Slow(Vec<u8>, usize);

    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0.drain(..count);
            Ok(count)
        }
    }

    fn read(bytes: Vec<u8>) -> String {
        let letters = Letters::sniff(&bytes);
        let mut text = String::new();
        let mut reader = letters.read(Box::new(Slow(bytes, 3)));
        reader.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn letters_of_both_orders_are_read_wherever_they_are_cut() {
        // Longer than what is decoded at a time, with letters of two units at odd places.
        let text = "a\u{e4}\u{1f600}\r\n".repeat(9_999);
        for big in [false, true] {
            let order = |unit: u16| match big {
                true => unit.to_be_bytes(),
                false => unit.to_le_bytes(),
            };
            let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
            let bytes: Vec<u8> = units.flat_map(order).collect();
            assert!(read(bytes.clone()) == text, "{big}");
            // Cut in the middle of a letter of two units, and of a unit.
            let cut = |count: usize| read(bytes[..bytes.len() - count].to_vec());
            assert!(cut(6).ends_with("a\u{e4}\u{fffd}"));
            assert!(cut(3).ends_with("\u{1f600}\u{fffd}"));
        }
    }

    #[test]
    fn a_carriage_return_ends_a_line_where_nothing_else_does() {
        assert_eq!(read(b"a\rb\r\rc".to_vec()), "a\nb\n\nc");
        assert_eq!(read(b"a\rb\r\nc\r".to_vec()), "a\rb\r\nc\r");
        assert_eq!(read(b"a\rb\0\r".to_vec()), "a\rb\0\r");
    }
}
