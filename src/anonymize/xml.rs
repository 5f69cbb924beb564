//! XML bodies: presence, registrations, conferences, lists, rules. Elements, attributes and the words that they may have stay; text and
//! values are replaced.

use super::mask::Mask;
use super::neutral::{Numbers, pieces};
use super::vocabulary;

/// Words that elements and attributes have for states and the like, in small letters.
const WORDS: &str = "
open closed active terminated pending full partial init rejected deactivated probation registered created refreshed shortened expired
unregistered subscribe approved noresource giveup timeout waiting connected disconnected on-hold dialing-in dialing-out alerting muted-via-focus
dialed-in dialed-out focus-owner confirmed early trying proceeding initiator recipient hungup booted failed departed sendrecv sendonly
recvonly inactive audio video text message true false yes no allow block confirm polite-block aggregate add remove replace before after
prepend namespace http-get xcap inline utf-8 1.0 preserve default allowed disallowed busy away offline online on-the-phone meal vacation
permanent-absence travel sleeping working unknown normal emergency full-state server remove contact none other success failure local remote
incoming outgoing both automatic manual sip sips tel urn principal mobile fixed
";

/// Attributes whose value is the path of an element of another document.
const PATHS: [&[u8]; 4] = [b"sel", b"node-selector", b"parent", b"cid"];

impl Mask {
    pub(super) fn xml(&mut self, body: &mut [u8]) {
        let mut at = 0;
        while at < body.len() {
            let rest = &mut body[at..];
            at += match rest {
                [b'<', b'?', ..] => length(rest, b"?>"),
                [b'<', b'!', b'-', b'-', ..] => {
                    let length = length(rest, b"-->");
                    self.text(&mut rest[..length]);
                    length
                }
                [b'<', b'!', b'[', ..] => {
                    let length = length(rest, b"]]>");
                    let start = length.min(b"<![CDATA[".len());
                    self.xml_text(&mut rest[start..length]);
                    length
                }
                [b'<', b'!', ..] => {
                    let length = length(rest, b">");
                    self.neutral(&mut rest[..length], Numbers::Counts);
                    length
                }
                [b'<', ..] => {
                    let length = length(rest, b">");
                    self.tag(&mut rest[..length]);
                    length
                }
                _ => {
                    let length = memchr::memchr(b'<', rest).unwrap_or(rest.len());
                    self.xml_text(&mut rest[..length]);
                    length
                }
            };
        }
    }

    /// `<tuple id="a1" xmlns="urn:...">`.
    fn tag(&mut self, tag: &mut [u8]) {
        let mut at = 0;
        while at < tag.len() {
            let Some(quote) = tag[at..]
                .iter()
                .position(|byte| matches!(byte, b'"' | b'\''))
            else {
                return;
            };
            let open = at + quote;
            let close = memchr::memchr(tag[open], &tag[open + 1..]);
            let close = close.map_or(tag.len(), |close| open + 1 + close);
            let name = tag[..open].trim_ascii_end();
            let name = name.strip_suffix(b"=").unwrap_or(name).trim_ascii_end();
            let start = name.iter().rposition(u8::is_ascii_whitespace);
            let name = &name[start.map_or(0, |start| start + 1)..];
            let is_space = name.starts_with(b"xmlns") || name.ends_with(b"schemaLocation");
            let local = name.rsplit(|byte| *byte == b':').next().unwrap_or_default();
            let is_path = PATHS.contains(&local);
            let is_policy = local.ends_with(b"xml:lang") || local == b"lang";
            let value = &mut tag[open + 1..close];
            if is_path {
                self.path(value);
            } else if !is_space && !is_policy {
                self.xml_text(value);
            }
            at = close + 1;
        }
    }

    /// Elements stay, and what stands in quotes is a value.
    fn path(&mut self, path: &mut [u8]) {
        let quotes = path.split_mut(|byte| matches!(byte, b'"' | b'\''));
        for (number, part) in quotes.enumerate() {
            if number % 2 == 1 || part.contains(&b'@') && part.contains(&b'.') {
                self.xml_text(part);
            }
        }
    }

    /// The text of an element, or the value of an attribute.
    fn xml_text(&mut self, text: &mut [u8]) {
        let trimmed = text.trim_ascii();
        if is_word(trimmed) || is_count(trimmed) || is_time(trimmed) {
            return;
        }
        for piece in pieces(text, |byte| byte.is_ascii_whitespace() || byte == b'"') {
            let piece = &mut text[piece];
            match self.is_uri(piece) {
                true => self.uri(piece),
                false => self.text(piece),
            }
        }
    }
}

/// As far as the end, or all where there is none.
fn length(rest: &[u8], end: &[u8]) -> usize {
    memchr::memmem::find(rest, end).map_or(rest.len(), |at| at + end.len())
}

fn is_word(text: &[u8]) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_feature = vocabulary::has(text) && (lower.contains(&b'.') || lower.contains(&b'-'));
    let mut words = WORDS.split_whitespace();
    is_feature || words.any(|word| word.as_bytes() == lower)
}

/// A count, or a fraction as that of a priority.
fn is_count(text: &[u8]) -> bool {
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    let (points, signs) = (
        text.iter().filter(|byte| **byte == b'.').count(),
        usize::from(text.starts_with(b"-")),
    );
    let is_fraction = points == 0 || text.starts_with(b"0.") || text.starts_with(b"1.");
    let is_short = digits <= 4 || digits == text.len() && digits <= LONGEST_COUNT;
    digits > 0 && is_short && points <= 1 && is_fraction && digits + points + signs == text.len()
}

/// Times in seconds have so many digits; those of subscribers have more.
const LONGEST_COUNT: usize = 7;

/// `2026-01-31T12:00:00Z` (RFC 3339).
fn is_time(text: &[u8]) -> bool {
    let is_of = |byte: &u8| byte.is_ascii_digit() || b"-:.+TZtz".contains(byte);
    text.len() >= 19 && text.iter().all(is_of) && matches!(text[10], b'T' | b't') && text[4] == b'-'
}
