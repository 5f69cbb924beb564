//! Text in which signs are written in other ways: `%41`, `\u00e9`, `&lt;`. It is replaced as what it stands for, and written as it was.

use super::entity;

/// Where a text stands: there a sign may be written so.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// `%41` (RFC 3986 2.1), and `\u00e9`, which some leave in messages that they take out of JSON.
    Uri,
    /// That, and references to characters (XML 1.0 4.1).
    Xml,
    /// That of URIs, and quoted pairs (RFC 3261 25.1).
    Quoted,
    /// That, and what loggers write.
    Log,
    /// That, and what strings of JSON have (RFC 8259 7).
    Json,
}

/// What is written for a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sign {
    /// As many bytes.
    pub(super) written: usize,
    plain: [u8; 4],
    length: usize,
    way: Way,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Itself,
    /// Two hexadecimal digits at the end are a byte.
    Byte,
    /// `\u00e9`, or two such.
    Utf16,
    /// `&#233;`.
    Entity,
    /// The last byte: `\Z`.
    Pair,
    /// A sign that is never replaced.
    Fixed,
}

impl Sign {
    /// The bytes that it stands for.
    pub(super) fn plain(&self) -> &[u8] {
        &self.plain[..self.length]
    }

    pub(super) fn itself(byte: u8) -> Self {
        Self::byte(byte, 1, Way::Itself)
    }

    fn is_itself(&self) -> bool {
        self.way == Way::Itself
    }

    fn of(character: char, written: usize, way: Way) -> Self {
        let mut plain = [0; 4];
        let length = character.encode_utf8(&mut plain).len();
        Self {
            written,
            plain,
            length,
            way,
        }
    }

    fn byte(byte: u8, written: usize, way: Way) -> Self {
        Self {
            written,
            plain: [byte, 0, 0, 0],
            length: 1,
            way,
        }
    }

    /// Writes what replaces it.
    pub(super) fn write(&self, written: &mut [u8], plain: &[u8]) {
        if plain == self.plain() {
            return;
        }
        match self.way {
            Way::Itself => written.copy_from_slice(plain),
            Way::Byte => {
                let last = written.len() - 2;
                write_digits(&mut written[last..], plain[0].into());
            }
            Way::Utf16 => {
                let character = character(plain);
                let units = &mut [0; 2];
                let units = character.encode_utf16(units);
                for (written, unit) in written.chunks_exact_mut(UNIT).zip(units) {
                    write_digits(&mut written[2..], (*unit).into());
                }
            }
            Way::Entity => entity::write(written, character(plain)),
            Way::Pair => written[1] = plain[0],
            Way::Fixed => {}
        }
    }
}

/// Lets a text be replaced without its escapes; what is replaced has as many bytes.
pub(super) fn unescaped(text: &mut [u8], replace: impl FnOnce(&mut [u8])) {
    respelled(text, Spelling::Uri, replace);
}

/// The same where signs may be written in more ways.
pub(super) fn respelled(text: &mut [u8], spelling: Spelling, replace: impl FnOnce(&mut [u8])) {
    let may_begin: &[u8] = match spelling {
        Spelling::Uri | Spelling::Quoted => b"%\\",
        Spelling::Xml => b"%\\&",
        _ => b"%\\&#\x1b\xef",
    };
    if !text.iter().any(|byte| may_begin.contains(byte)) {
        return replace(text);
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut signs = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let sign = sign(&text[at..], spelling);
        signs.push((at, sign));
        plain.extend(sign.plain());
        at += sign.written;
    }
    let strays: Vec<_> = signs
        .iter()
        .filter(|(at, sign)| sign.is_itself() && text[*at] == b'%')
        .map(|(at, _)| (*at, text[*at..].first_chunk::<3>().copied()))
        .collect();
    replace(&mut plain);
    let mut rest = plain.as_slice();
    for (at, sign) in signs {
        let (own, others) = rest.split_at(sign.length.min(rest.len()));
        rest = others;
        sign.write(&mut text[at..at + sign.written], own);
    }
    for (at, before) in strays {
        if let Some(before) = before {
            keep_stray(&mut text[at + 1..at + 3], [before[1], before[2]]);
        }
    }
}

/// What stood behind a percent sign and was no escape becomes none.
fn keep_stray(behind: &mut [u8], before: [u8; 2]) {
    if !behind.iter().all(u8::is_ascii_hexdigit) {
        return;
    }
    for (byte, before) in behind.iter_mut().zip(before) {
        if !before.is_ascii_hexdigit() && byte.is_ascii_alphabetic() {
            *byte += BEHIND_F;
        }
    }
}

/// From `a` to `g`.
const BEHIND_F: u8 = 6;
const ESCAPE: u8 = 0x1b;
/// `\u00e9`.
const UNIT: usize = 6;

/// What stands for a sign at the beginning of a text that is not empty.
pub(super) fn sign(text: &[u8], spelling: Spelling) -> Sign {
    let other = match text[0] {
        b'%' => byte_at(text, 1),
        b'\\' if spelling == Spelling::Quoted => pair(text),
        b'\\' if text.get(1) == Some(&b'u') => utf_16(text),
        _ if matches!(spelling, Spelling::Uri | Spelling::Quoted) => None,
        b'&' => entity::read(text).map(|(character, length)| {
            let is_number = text[1] == b'#';
            let way = match is_number && character.is_alphanumeric() {
                true => Way::Entity,
                false => Way::Fixed,
            };
            Sign::of(character, length, way)
        }),
        _ if spelling == Spelling::Xml => None,
        b'\\' => backslash(text, spelling),
        b'#' => control(text),
        ESCAPE => colour(text),
        // What some editors put in front of UTF-8.
        0xef if text.starts_with(b"\xef\xbb\xbf") => Some(Sign::byte(ESCAPE, 3, Way::Fixed)),
        _ => None,
    };
    other.unwrap_or(Sign::itself(text[0]))
}

/// A byte by two hexadecimal digits, behind something.
fn byte_at(text: &[u8], front: usize) -> Option<Sign> {
    let [high, low] = *text.get(front..front + 2)? else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = digit(high)? << 4 | digit(low)?;
    Some(Sign::byte(byte as u8, front + 2, Way::Byte))
}

fn backslash(text: &[u8], spelling: Spelling) -> Option<Sign> {
    let fixed = |byte| Some(Sign::byte(byte, 2, Way::Fixed));
    match text.get(1)? {
        b'x' => byte_at(text, 2),
        b'n' => fixed(b'\n'),
        b'r' => fixed(b'\r'),
        b't' => fixed(b'\t'),
        b'b' | b'f' if spelling == Spelling::Json => fixed(b' '),
        sign if sign.is_ascii_punctuation() => fixed(*sign),
        _ => None,
    }
}

/// A sign that is meant as such, or the unit of a character in UTF-16, as some leave it in messages.
fn pair(text: &[u8]) -> Option<Sign> {
    let unit = || (text.get(1) == Some(&b'u')).then(|| utf_16(text)).flatten();
    let behind = || text.get(1).map(|byte| Sign::byte(*byte, 2, Way::Pair));
    unit().or_else(behind)
}

fn utf_16(text: &[u8]) -> Option<Sign> {
    let unit = |at: usize| {
        let digits = text.get(at..at + UNIT)?.strip_prefix(b"\\u")?;
        let digits = digits.iter().map(|byte| char::from(*byte).to_digit(16));
        digits.reduce(|number, digit| Some(number? << 4 | digit?))?
    };
    let first = unit(0)?;
    let pair = unit(UNIT).map(|second| [first as u16, second as u16]);
    let mut paired = char::decode_utf16(pair.into_iter().flatten());
    match (char::from_u32(first), paired.next()) {
        (Some(character), _) => Some(Sign::of(character, UNIT, Way::Utf16)),
        (None, Some(Ok(character))) => Some(Sign::of(character, 2 * UNIT, Way::Utf16)),
        // Half of a character is none.
        _ => Some(Sign::byte(b' ', UNIT, Way::Fixed)),
    }
}

/// `#012`: a control character, as syslog writes it.
fn control(text: &[u8]) -> Option<Sign> {
    let digits = text.get(1..4)?;
    let is_octal = digits.iter().all(|byte| matches!(byte, b'0'..=b'7'));
    let byte = digits
        .iter()
        .fold(0_u32, |number, byte| number << 3 | u32::from(byte & 7));
    let is_control = is_octal && byte <= 0x1f;
    is_control.then(|| Sign::byte(byte as u8, 4, Way::Fixed))
}

/// What makes the rest of a line another colour: `ESC[36;1m`.
fn colour(text: &[u8]) -> Option<Sign> {
    let rest = text.strip_prefix(b"\x1b[")?;
    let is_of = |byte: &&u8| byte.is_ascii_digit() || **byte == b';';
    let length = rest.iter().take_while(is_of).count();
    let ends = rest.get(length).is_some_and(u8::is_ascii_alphabetic);
    ends.then(|| Sign::byte(ESCAPE, length + 3, Way::Fixed))
}

/// The one that these bytes are. No text of anybody is left where they are none.
fn character(bytes: &[u8]) -> char {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    text.chars().next().unwrap_or('x')
}

/// Hexadecimal digits, with letters as large as they were.
fn write_digits(digits: &mut [u8], mut number: u32) {
    let is_small = digits.iter().any(u8::is_ascii_lowercase);
    let row: &[u8; 16] = match is_small {
        true => b"0123456789abcdef",
        false => b"0123456789ABCDEF",
    };
    for digit in digits.iter_mut().rev() {
        *digit = row[(number & 15) as usize];
        number >>= 4;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(text: &str, spelling: Spelling, plain: &str, others: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        respelled(&mut bytes, spelling, |own| {
            assert_eq!(String::from_utf8_lossy(own), plain);
            own.copy_from_slice(others.as_bytes());
        });
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn bytes_are_replaced_where_they_are_escaped_and_where_not() {
        assert_eq!(
            replaced(
                "%61%6cice%40%zz%4",
                Spelling::Uri,
                "alice@%zz%4",
                "zorkj@%zz%4"
            ),
            "%7A%6frkj%40%zz%4"
        );
    }

    #[test]
    fn what_is_no_escape_never_becomes_one() {
        assert_eq!(replaced("a%etc", Spelling::Uri, "a%etc", "b%cab"), "b%cgb");
        assert_eq!(replaced("a%ETc", Spelling::Uri, "a%ETc", "b%CAb"), "b%CGb");
    }

    #[test]
    fn what_loggers_write_for_signs_is_written_again() {
        for (text, plain, others, written) in [
            (
                "\\u674e\\u660E",
                "\u{674e}\u{660e}",
                "\u{5f20}\u{4f1f}",
                "\\u5f20\\u4F1F",
            ),
            (
                "\\ud83d\\ude00.",
                "\u{1f600}.",
                "\u{1f601}.",
                "\\ud83d\\ude01.",
            ),
            ("caf\\xc3\\xa9", "caf\u{e9}", "zor\u{ea}", "zor\\xc3\\xaa"),
            (
                "&#233;&#xe9;&lt;",
                "\u{e9}\u{e9}<",
                "\u{ea}\u{ea}<",
                "&#234;&#xea;&lt;",
            ),
            (
                "\\r\\n\\\"bob#012",
                "\r\n\"bob\n",
                "\r\n\"zed\n",
                "\\r\\n\\\"zed#012",
            ),
            (
                "\u{feff}\u{1b}[36;1mbob",
                "\u{1b}\u{1b}bob",
                "\u{1b}\u{1b}zed",
                "\u{feff}\u{1b}[36;1mzed",
            ),
        ] {
            assert_eq!(replaced(text, Spelling::Log, plain, others), written);
        }
    }
}
