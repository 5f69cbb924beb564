//! What a log says around its messages. Whoever is named in the messages is replaced there as well, whatever stands around; then all that
//! is not known to tell nothing of anybody: stamps, words that logs are written in, and what is counted stay.

mod places;
mod telephones;

use std::ops::Range;

use super::mask::{Mask, is_of_word};
use super::neutral::pieces;
use super::spelled::{Spelling, respelled};
use super::spoken;
use telephones::Telephones;

/// What the reader of a log knows of it.
#[derive(Clone)]
pub(super) struct Told {
    /// First and last second of its messages, so that such numbers are taken for times.
    pub(super) seconds: Range<i64>,
    /// How long the time stamp is that a text begins with.
    pub(super) stamp: fn(&[u8]) -> Option<usize>,
}

impl Told {
    /// Text that is of no log.
    pub(super) fn nothing() -> Self {
        Self {
            seconds: 0..0,
            stamp: |_| None,
        }
    }
}

/// Behind these somebody is named.
const SCHEMES: [&[u8]; 7] = [b"sip", b"sips", b"tel", b"pres", b"im", b"mailto", b"xmpp"];
/// Names of longer ones are known by each word alone.
const MOST_WORDS: usize = 6;
const LONGEST_LENGTH: usize = 6;
const SHORTEST_LEARNED: usize = 3;

impl Mask {
    /// Text of a log outside of its messages, or any other. `is_in_front`: the next line is of a message. `keep`: what is named nowhere
    /// in the messages stays.
    pub(super) fn prose(&mut self, text: &mut [u8], told: &Told, is_in_front: bool, keep: bool) {
        let spelling = match memchr::memmem::find(text, b"\":").is_some() {
            true => Spelling::Json,
            false => Spelling::Log,
        };
        respelled(text, spelling, |text| {
            let mut prose = Prose {
                done: vec![false; text.len()],
                text,
                is_in_front,
                keep,
                mask: self,
            };
            prose.addresses();
            prose.stamps(told);
            prose.users();
            prose.telephones(Telephones::Known);
            prose.names();
            prose.counts(told);
            prose.telephones(Telephones::All);
            prose.rest();
        });
    }
}

/// A text on its way. What is done is not looked at again.
struct Prose<'t> {
    text: &'t mut [u8],
    done: Vec<bool>,
    is_in_front: bool,
    keep: bool,
    mask: &'t mut Mask,
}

impl Prose<'_> {
    /// What stands around an `@`, and behind `sip:`.
    fn users(&mut self) {
        let is_apart =
            |byte: u8| byte.is_ascii_whitespace() || b"<>()[]{}\"',;:=/|&?".contains(&byte);
        let signs: Vec<_> = memchr::memchr_iter(b'@', self.text).collect();
        for at in signs {
            let before = self.text[..at]
                .iter()
                .rposition(|byte| is_apart(*byte) || *byte == b'@');
            let behind = self.text[at + 1..]
                .iter()
                .position(|byte| is_apart(*byte) || *byte == b'@');
            let sides = [
                before.map_or(0, |before| before + 1)..at,
                at + 1..behind.map_or(self.text.len(), |length| at + 1 + length),
            ];
            let is_named = |side: &Range<usize>| {
                let mut places = side.clone();
                places.any(|at| is_of_word(self.text[at]) && !self.done[at])
            };
            if sides.iter().all(is_named) {
                sides.into_iter().for_each(|side| self.replace(side));
            }
        }
        let colons: Vec<_> = memchr::memchr_iter(b':', self.text).collect();
        for colon in colons {
            let word = self.text[..colon]
                .iter()
                .rposition(|byte| !is_of_word(*byte));
            let scheme = self.text[word.map_or(0, |word| word + 1)..colon].to_ascii_lowercase();
            if !SCHEMES.contains(&scheme.as_slice()) {
                continue;
            }
            let rest = &self.text[colon + 1..];
            let length = rest
                .iter()
                .position(|byte| is_apart(*byte) || *byte == b'@');
            let length = length.unwrap_or(rest.len());
            self.replace(colon + 1..colon + 1 + length);
        }
    }

    /// Whoever is named in a message.
    fn names(&mut self) {
        for piece in self.pieces() {
            let text = &self.text[piece.clone()];
            let mut words = text.split(|byte| !is_of_word(*byte));
            if self.mask.is_named(text) || words.any(|word| self.mask.is_named(word)) {
                self.replace(piece);
            }
        }
        for name in self.displayed() {
            self.replace(name);
        }
    }

    /// Names of several words.
    fn displayed(&self) -> Vec<Range<usize>> {
        let is_of = |at: usize| is_of_word(self.text[at]) && !self.done[at];
        let mut words: Vec<Range<usize>> = Vec::new();
        for at in (0..self.text.len()).filter(|at| is_of(*at)) {
            match words.last_mut().filter(|word| word.end == at) {
                Some(word) => word.end += 1,
                None => words.push(at..at + 1),
            }
        }
        let mut found = Vec::new();
        for (number, first) in words.iter().enumerate() {
            if !self.mask.is_beginning(&self.text[first.clone()]) {
                continue;
            }
            for count in 2..=MOST_WORDS.min(words.len() - number) {
                let own = &words[number..number + count];
                let texts: Vec<_> = own.iter().map(|word| &self.text[word.clone()]).collect();
                if self.mask.is_named(&texts.join(&b' ')) {
                    found.extend_from_slice(own);
                }
            }
        }
        found
    }

    fn counts(&mut self, told: &Told) {
        let is_length = self.is_in_front && is_length(self.text.trim_ascii());
        for piece in self.pieces() {
            let (before, rest) = self.text.split_at(piece.start);
            let (text, behind) = rest.split_at(piece.len());
            if spoken::is_count(text, before, behind) || is_second(text, &told.seconds) || is_length
            {
                self.done[piece].fill(true);
            }
        }
    }

    /// Where something was in memory, as far as nothing says that it is no address of somebody.
    fn pointers(&mut self) {
        for piece in self.pieces() {
            let words = pieces(&self.text[piece.clone()], |byte| !is_of_word(byte));
            for word in words {
                let word = piece.start + word.start..piece.start + word.end;
                if let Some(front) = spoken::pointer(&self.text[word.clone()]) {
                    self.mask
                        .secret(&mut self.text[word.start + front..word.end]);
                    self.done[word].fill(true);
                }
            }
        }
    }

    fn rest(&mut self) {
        if !self.keep {
            self.pointers();
        }
        for piece in self.pieces() {
            let text = &self.text[piece.clone()];
            let stays = match self.keep {
                true => !self.is_learned(text),
                false => spoken::has(text),
            };
            if !stays {
                self.replace(piece);
            }
        }
    }

    /// Whether it is the name of a host, or a word of it was replaced elsewhere.
    fn is_learned(&self, text: &[u8]) -> bool {
        let mut words = text.split(|byte| !is_of_word(*byte));
        let is_host = text.contains(&b'.') && text.iter().any(u8::is_ascii_alphabetic);
        let is_learned = |word: &[u8]| word.len() >= SHORTEST_LEARNED && self.mask.is_known(word);
        !spoken::has(text) && (is_host || words.any(is_learned))
    }

    /// Stretches of words with points and hyphens between them that are not done.
    fn pieces(&self) -> Vec<Range<usize>> {
        let is_of = |at: usize| {
            let byte = self.text[at];
            !self.done[at] && (is_of_word(byte) || matches!(byte, b'-' | b'_' | b'.'))
        };
        let mut pieces = Vec::new();
        let mut at = 0;
        while at < self.text.len() {
            let start = at;
            while at < self.text.len() && is_of(at) {
                at += 1;
            }
            let piece = &self.text[start..at];
            let first = piece.iter().position(|byte| is_of_word(*byte));
            let last = piece.iter().rposition(|byte| is_of_word(*byte));
            if let (Some(first), Some(last)) = (first, last) {
                pieces.push(start + first..start + last + 1);
            }
            at += usize::from(at == start);
        }
        pieces
    }

    /// Replaces what of a stretch is not done.
    fn replace(&mut self, stretch: Range<usize>) {
        let mut at = stretch.start;
        while at < stretch.end {
            let is_done = self.done[at];
            let length = self.done[at..stretch.end]
                .iter()
                .take_while(|done| **done == is_done)
                .count();
            if !is_done {
                self.mask.text(&mut self.text[at..at + length]);
            }
            at += length;
        }
        self.done[stretch].fill(true);
    }
}

/// `912` in front of a message or of a part of one, as what follows a stream writes how long that is.
fn is_length(text: &[u8]) -> bool {
    (1..=LONGEST_LENGTH).contains(&text.len()) && text.iter().all(u8::is_ascii_digit)
}

/// Seconds, milli-, micro- or nanoseconds since 1970 of a message, perhaps with a fraction.
fn is_second(text: &[u8], seconds: &Range<i64>) -> bool {
    let (whole, fraction) = match text.iter().position(|byte| *byte == b'.') {
        Some(point) => (&text[..point], &text[point + 1..]),
        None => (text, &b""[..]),
    };
    let first = whole
        .get(..10)
        .and_then(|first| std::str::from_utf8(first).ok());
    let number = first.and_then(|first| first.parse().ok());
    let is_number = whole.iter().chain(fraction).all(u8::is_ascii_digit);
    is_number
        && matches!(whole.len(), 10 | 13 | 16 | 19)
        && fraction.len() <= 9
        && number.is_some_and(|number| seconds.contains(&number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anonymize::key::Key;

    /// A log of messages that name these.
    fn mask() -> Mask {
        let mut mask = Mask::new(Key::new(b"secret"), false, false);
        for user in ["1001", "5551234", "busy", "sip.phone"] {
            mask.user(&mut user.as_bytes().to_vec());
        }
        mask.display(&mut b"\"Service Point\" ".to_vec());
        mask.display(&mut b"Trace".to_vec());
        mask.text(&mut b"2001:470:1:2::10".to_vec());
        mask
    }

    /// What a reader takes for a time here, longer ones first.
    const STAMPS: [&str; 9] = [
        "2023-11-14 22:13:20.008",
        "2023-11-14T22:13:20.008708Z",
        "14/11/2023 22:13:20:008 +01:00",
        "Tue Nov 14 22:13:20 2023",
        "Nov 14 22:13:20",
        "Jan  1 10:00:00",
        "22:13:20.008",
        "22:13:20",
        "00:1b:44",
    ];

    fn told() -> Told {
        Told {
            seconds: 1_700_000_000..1_700_000_100,
            stamp: |text| {
                let mut stamps = STAMPS.iter().map(|stamp| stamp.as_bytes());
                stamps
                    .find(|stamp| text.starts_with(stamp))
                    .map(<[u8]>::len)
            },
        }
    }

    fn replaced_by(mask: &mut Mask, text: &str, is_in_front: bool, keep: bool) -> String {
        let mut bytes = text.as_bytes().to_vec();
        mask.prose(&mut bytes, &told(), is_in_front, keep);
        String::from_utf8(bytes).unwrap()
    }

    fn replaced(text: &str) -> String {
        replaced_by(&mut mask(), text, false, false)
    }

    #[test]
    fn words_of_logs_counts_and_times_stay() {
        for text in [
            "[2023-11-14 22:13:20.008] VERBOSE[2370] logger.c: <--- Received SIP request (985 bytes) --->",
            "2023-11-14T22:13:20.008708Z udp",
            "14/11/2023 22:13:20:008 +01:00",
            "Tue Nov 14 22:13:20 2023",
            "<30>Nov 14 22:13:20 info",
            "time: 1700000004.000001",
            "\"timestamp\":\"1700000004000\"",
            "\u{feff}2023-11-14 22:13:20.008 udp",
            "\u{1b}[36;1m22:13:20.008#",
            "\"srcPort\":5060,\"timeUseconds\":12405",
            "received [985] new bytes, 20ms",
            "[S=98] [Time:14-11@22:13:20.008]",
            "at 22:13:20: udp",
            "main.cpp:77: SIP/2.0",
        ] {
            assert_eq!(replaced(text), text);
        }
        let other = replaced("packet 0x7f3c2c001b80 of rdata0x7f0");
        assert!(
            other.starts_with("packet 0x") && other.contains(" of rdata0x"),
            "{other}"
        );
        assert!(!other.contains("7f3c2c001b80"), "{other}");
        let length = |is_in_front| replaced_by(&mut mask(), "\t260\n", is_in_front, false);
        assert_eq!(length(true), "\t260\n");
        assert_ne!(length(false), "\t260\n");
    }

    #[test]
    fn whatever_else_stands_there_is_replaced() {
        for (text, named) in [
            ("peer liddell is now unreachable", "liddell"),
            ("call from 212-555-0100", "212-555-0100"),
            ("account 4915112345678 failed", "4915112345678"),
            ("number 1699999999 called", "1699999999"),
            ("lookup of pbx.liddell.example", "pbx"),
            ("UDP:198.51.100.17:5060 sent", "198.51.100.17"),
            ("from udp:[2001:db8::1234]:5060", "1234"),
            ("net 2001:470:1:2::11 up", "2001:470:1:2::11"),
            ("route 2001:470:1:2::/64", "2001:470:1:2"),
            ("from (555) 867-5309", "867"),
            ("from (555) 867-5309", "5309"),
            ("from 0049 89 1234 567", "1234"),
            ("from +1 555 0199", "0199"),
            ("to 867-5309", "867"),
            ("at 22-33-44 called", "22-33-44"),
            ("gps: 52.5200,13.4050", "52.5200"),
            ("gps: 52.5200,13.4050", "13.4050"),
            ("number 555123000 called", "555123000"),
            ("user 4712 busy, pin 99314", "4712"),
            ("user 4712 busy, pin 99314", "99314"),
            ("1 212 555 0100 times", "0100"),
            ("SIP/4712 is ringing", "4712"),
            ("arp: 00:1b:44:11:3a:b7 seen", "1b:44"),
            ("arp: 00-1b-44-11-3a-b7 seen", "1b-44"),
            ("Jan  1 10:00:00 ip-10-21-32-43 in", "10-21-32-43"),
            ("Mark May called", "Mark"),
            ("Mark May called", "May"),
            ("<sip:service@proxy>", "service"),
            ("<sip:service@proxy>", "proxy"),
            ("tel:911", "911"),
            ("born 1985-12-10", "1985"),
            ("to 22:13:20:4712", "4712"),
            ("to 22:13:20:4712", "22:13:20"),
            ("host=\"sip.acme.example\"", "acme"),
            ("feature +g.secretwibble", "secretwibble"),
            ("DB\\bobby in", "bobby"),
        ] {
            let other = replaced(text);
            assert!(!other.contains(named), "{text} {other}");
            assert_eq!(other.len(), text.len());
        }
    }

    /// Whatever stands around.
    #[test]
    fn who_is_named_in_a_message_is_replaced_as_there() {
        let mut other = b"1001".to_vec();
        mask().text(&mut other);
        let other = String::from_utf8(other).unwrap();
        for text in [
            "SIP/1001 is ringing",
            "PJSIP/1001-",
            "<sip:1001>",
            "user:1001",
            "1001@from-internal",
            "[1001@from-internal:1]",
            "1001@local",
            "sofia/internal/1001",
            "\"1001\" <1001>",
            "port 1001",
            "1001 bytes",
            "src_user=1001;",
            "\\u0031001",
            "%31001",
            "&#49;001",
            "1001[from-internal]",
        ] {
            let written = replaced(text);
            let number = written
                .replace("\\u003", "")
                .replace("%3", "")
                .replace("&#", "");
            assert!(
                !written.contains("1001") && !written.contains("001 "),
                "{written}"
            );
            assert!(
                number.contains(&other) || number.contains(&other[1..]),
                "{text} {written}"
            );
        }
        for text in [
            "peer busy",
            "at sip.phone",
            "Service Point",
            "by Trace of",
            "2001:470:1:2::10 lost",
        ] {
            let words = replaced(text);
            let named = text.trim_start_matches("peer ").trim_start_matches("by ");
            let first = named.trim_start_matches("at ").split(' ').next().unwrap();
            assert!(!words.contains(first), "{text} {words}");
        }
        assert_eq!(
            replaced("Service of the Point"),
            "Service of the Xrypv".replace("Xrypv", &replaced("Point"))
        );
    }

    #[test]
    fn what_is_written_in_another_way_is_the_same() {
        let plain = replaced("\"Fran\u{e7}ois\"");
        let spelled = replaced("\"Fran\\u00e7ois\"");
        assert_eq!(spelled.len(), plain.len() + 4);
        assert!(!spelled.contains("ois"), "{spelled}");
        let json: String = serde_json::from_str(&spelled).unwrap();
        assert_eq!(format!("\"{json}\""), plain);
    }

    #[test]
    fn on_request_what_is_named_nowhere_stays() {
        let mut mask = mask();
        for text in ["hello there", "number 4712 of liddell", "(555) 867-5309"] {
            assert_eq!(replaced_by(&mut mask, text, false, true), text);
        }
        for (text, named) in [
            ("UDP:203.0.113.78:5060", "203.0.113.78"),
            ("hello 1001", "1001"),
            ("host pbx.example", "pbx"),
            ("bob@local", "bob"),
        ] {
            let other = replaced_by(&mut mask, text, false, true);
            assert!(!other.contains(named), "{other}");
        }
        let other = replaced_by(&mut mask, "UDP:203.0.113.78:5060", false, true);
        assert!(
            other.starts_with("UDP:") && other.ends_with(":5060"),
            "{other}"
        );
    }
}
