//! Text in which a protocol has its words: those stay, and counts; everything else is replaced.

use std::ops::Range;

use super::mask::Mask;
use super::vocabulary;

/// A longer number may be one of somebody.
const LONGEST_COUNT: usize = 5;
/// `23:29:00` has more digits, and a number in parts may be as long.
const LONGEST_CLOCK: usize = 6;
/// Of what was counted or measured, several numbers together have no more digits.
const LONGEST_FRACTION: usize = 12;

/// How far numbers stay.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// None.
    None,
    /// Those that are too short for a subscriber.
    Counts,
    /// All: nothing else stands there than what was counted or measured.
    All,
}

impl Mask {
    /// Words with any signs between them.
    pub(super) fn neutral(&mut self, text: &mut [u8], numbers: Numbers) {
        let is_end = |byte: u8| byte.is_ascii_whitespace() || b",;=\"<>()[]{}".contains(&byte);
        for piece in pieces(text, is_end) {
            self.piece(&mut text[piece], numbers);
        }
    }

    fn piece(&mut self, piece: &mut [u8], numbers: Numbers) {
        if vocabulary::has(piece) || is_number(piece, numbers) {
            return;
        }
        if self.is_uri(piece) {
            return self.uri(piece);
        }
        if may_hold_address(piece) {
            return self.text(piece);
        }
        let is_joined = |byte: u8| b"/|+*:&.".contains(&byte);
        let joined = pieces(piece, is_joined);
        let is_plain = |part: &Range<usize>| {
            let part = &piece[part.clone()];
            vocabulary::has(part) || is_number(part, numbers)
        };
        let has_word = joined
            .iter()
            .any(|part| vocabulary::has(&piece[part.clone()]));
        match joined.iter().all(is_plain) && (has_word || is_fraction(piece, numbers)) {
            true => {}
            false => self.text(piece),
        }
    }

    /// Whether it is a URI of a scheme that is known.
    pub(super) fn is_uri(&self, text: &[u8]) -> bool {
        let colon = memchr::memchr(b':', text);
        colon.is_some_and(|colon| super::uri::is_scheme(&text[..colon]))
    }
}

/// A number as short as a count, or any.
fn is_number(text: &[u8], numbers: Numbers) -> bool {
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_short = match numbers {
        Numbers::None => false,
        Numbers::Counts => digits <= LONGEST_COUNT,
        Numbers::All => true,
    };
    let points = text.iter().filter(|byte| **byte == b'.').count();
    digits > 0 && is_short && points <= 1 && digits + points == text.len()
}

/// `2/8`, `1.1.2.1.3` with fewer digits in all than a subscriber has.
fn is_fraction(text: &[u8], numbers: Numbers) -> bool {
    let is_of = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'/' | b'.' | b':');
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    let most = match numbers {
        Numbers::All => LONGEST_FRACTION,
        _ => LONGEST_CLOCK,
    };
    text.iter().all(is_of) && digits <= most
}

/// Whether four numbers with points stand in it, or hexadecimal digits with more than two colons or with nothing between two: all of
/// them may be words and counts as well.
pub(super) fn may_hold_address(text: &[u8]) -> bool {
    let points = |part: &[u8]| {
        let numbers = part.split(|byte| *byte == b'.');
        let is_number = |number: &[u8]| {
            (1..=3).contains(&number.len()) && number.iter().all(u8::is_ascii_digit)
        };
        numbers.clone().count() == 4 && numbers.clone().all(is_number)
    };
    let is_of_other = |byte: &u8| !byte.is_ascii_alphanumeric() && !b".:".contains(byte);
    let mut parts = text.split(is_of_other);
    parts.any(|part| {
        let colons = part.iter().filter(|byte| **byte == b':').count();
        let has_gap = memchr::memmem::find(part, b"::").is_some();
        let is_digit = |byte: &u8| byte.is_ascii_hexdigit() || b".:".contains(byte);
        let groups = part.iter().all(is_digit) && (colons > 2 || has_gap);
        groups || part.split(|byte| *byte == b':').any(points)
    })
}

/// Stretches without the bytes that end one.
pub(super) fn pieces(text: &[u8], is_end: impl Fn(u8) -> bool) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for at in 0..=text.len() {
        if at == text.len() || is_end(text[at]) {
            if at > start {
                pieces.push(start..at);
            }
            start = at + 1;
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anonymize::mask::testing::mask;

    fn replaced(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        mask().neutral(&mut bytes, Numbers::All);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn words_and_counts_of_a_protocol_stay() {
        for text in [
            "199",
            "2/8",
            "1.1.2.1.3",
            "23:29:00",
            "100rel",
            "0.5",
            "UDP/1",
        ] {
            assert_eq!(replaced(text), text);
        }
    }

    /// Some of its numbers are words of the protocol: `199` is an option tag, `180` a status.
    #[test]
    fn an_address_is_none_of_them() {
        for (text, address) in [
            ("10.20.30.199", "20.30"),
            ("udp/10.1.2.3", "1.2.3"),
            ("AS:10.1.2.3", "1.2.3"),
            ("10.1.2.199:5060", "1.2.199"),
            ("2001:199:2:1:100:1:1:180", "199:2"),
            ("2001:199::180", "199::180"),
            ("fe80::100", "::100"),
        ] {
            let other = replaced(text);
            assert!(!other.contains(address), "{text} {other}");
            assert_eq!(other.len(), text.len());
        }
    }
}
