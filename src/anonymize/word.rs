//! Words become words: letters become letters of the same case and digits digits, so that what a text looks like stays. What is
//! hexadecimal stays that. Two words never become one.

use super::key::Key;
use super::permute::{Digit, permute, permute_in_order};

/// A byte or a character that is replaced by another one: which row it is of, and where in it.
#[derive(Clone, Copy)]
struct Sign {
    at: usize,
    row: Row,
    digit: Digit,
    capital: bool,
}

/// What becomes each other.
#[derive(Clone, Copy)]
enum Row {
    /// Bytes from this one on.
    Bytes(u8),
    /// Characters from this one on.
    Script(u32),
    /// Letters and digits among the characters with the same first bytes, from this one on: signs are among them.
    Letters(u32),
}

/// Scripts with more characters than are in a row of bytes, of which the first bytes alone would tell what was there: the first
/// character, and how many there are.
const SCRIPTS: [(u32, u16); 5] = [
    // Korean.
    (0xac00, 11_172),
    // Chinese.
    (0x3400, 6_592),
    (0x4e00, 20_992),
    (0x2_0000, 42_720),
    // Pictures.
    (0x1_f300, 1_024),
];

/// Runs that are shorter may be words.
const SHORTEST_HEXADECIMAL: usize = 8;
/// How long a number is that has a prefix: a subscriber, and no count.
const SHORTEST_SUBSCRIBER: usize = 5;

/// Replaces a word, in another way for each tweak. Letters in any case become the same ones.
pub(super) fn replace(key: &Key, tweak: &[u8], in_order: bool, word: &mut [u8]) {
    if let Some(capital) = hexadecimal(word) {
        return replace_hexadecimal(key, tweak, word, capital);
    }
    let signs = signs(word);
    let mut digits: Vec<_> = signs.iter().map(|sign| sign.digit).collect();
    let is_digit = |sign: &Sign| matches!(sign.row, Row::Bytes(..b'a'));
    let is_number = signs.iter().all(is_digit);
    let readable = readable(word);
    // Until as much of it is UTF-8 again: at once for nearly all, and at last where it began.
    loop {
        match in_order && is_number && digits.len() >= SHORTEST_SUBSCRIBER {
            true => permute_in_order(key, tweak, &mut digits),
            false => permute(key, tweak, &mut digits),
        }
        write(&signs, &digits, word);
        if self::readable(word) == readable {
            return;
        }
    }
}

/// How much of a word is UTF-8.
fn readable(word: &[u8]) -> usize {
    std::str::from_utf8(word).map_or_else(|error| error.valid_up_to(), str::len)
}

fn write(signs: &[Sign], digits: &[Digit], word: &mut [u8]) {
    for (sign, digit) in signs.iter().zip(digits) {
        let character = match sign.row {
            Row::Bytes(first) => {
                let byte = first + digit.value as u8;
                word[sign.at] = match sign.capital {
                    true => byte.to_ascii_uppercase(),
                    false => byte,
                };
                continue;
            }
            Row::Script(first) => char::from_u32(first + u32::from(digit.value)),
            Row::Letters(first) => letters(first).nth(usize::from(digit.value)),
        };
        if let Some(character) = character {
            // All of a row are of the same length.
            character.encode_utf8(&mut word[sign.at..sign.at + character.len_utf8()]);
        }
    }
}

/// What is replaced of a word. Zeros in front of a number stay, and a number without them gets none.
fn signs(word: &[u8]) -> Vec<Sign> {
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = word.iter().any(|byte| byte.is_ascii_alphabetic());
    let is_number = digits > 0 && !letters && word.is_ascii();
    let mut has_begun = !is_number;
    let readable = readable(word);
    let mut signs = Vec::with_capacity(word.len());
    let mut at = 0;
    while at < word.len() {
        let byte = word[at];
        let mut sign = |at: usize, byte: u8, first: u8, radix: u16, capital: bool| {
            let value = u16::from(byte - first);
            signs.push(Sign {
                at,
                row: Row::Bytes(first),
                digit: Digit { value, radix },
                capital,
            });
        };
        match byte {
            b'0' if !has_begun => {}
            b'1'..=b'9' if !has_begun => {
                has_begun = true;
                sign(at, byte, b'1', 9, false);
            }
            b'0'..=b'9' => sign(at, byte, b'0', 10, false),
            b'a'..=b'z' => sign(at, byte, b'a', 26, false),
            b'A'..=b'Z' => sign(at, byte.to_ascii_lowercase(), b'a', 26, true),
            0x80.. if at >= readable => {
                let first = byte & 0xc0;
                sign(at, byte, first, 64, false);
            }
            0x80.. => {
                if let Some((character, row, digit)) = of_many(&word[at..]) {
                    signs.push(Sign {
                        at,
                        row,
                        digit,
                        capital: false,
                    });
                    at += character.len_utf8();
                    continue;
                }
                let (length, rows) = beyond_ascii(&word[at..]);
                for (place, row) in (at..).zip(rows) {
                    if let Some((first, count)) = row {
                        sign(place, word[place], first, count, false);
                    }
                }
                at += length;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    signs
}

/// A byte that a row begins with, and how many there are in it.
type Bytes = (u8, u16);

/// How long a character beyond ASCII is, and which of its first bytes are replaced. Characters stay in their block, so that a text of
/// any script stays one.
fn beyond_ascii(rest: &[u8]) -> (usize, [Option<Bytes>; 4]) {
    const ANY: Option<Bytes> = Some((0x80, 64));
    match rest[0] {
        // Signs and characters that do not show.
        0xc2 => (2, [None; 4]),
        0xe2 | 0xef => (3, [None; 4]),
        0x80..0xe0 => (2, [None, ANY, None, None]),
        0xe0..0xf0 => (3, [None, None, ANY, None]),
        _ => (4, [None, None, None, ANY]),
    }
}

/// The character that stands here, if it is one of a large script, or a letter or digit among signs.
fn of_many(rest: &[u8]) -> Option<(char, Row, Digit)> {
    let lengths = 2..=rest.len().min(4);
    let mut texts = lengths.filter_map(|length| std::str::from_utf8(&rest[..length]).ok());
    let character = texts.next()?.chars().next()?;
    let number = u32::from(character);
    let is_in =
        |(first, count): &&(u32, u16)| (*first..*first + u32::from(*count)).contains(&number);
    if let Some((first, radix)) = SCRIPTS.iter().find(is_in).copied() {
        let value = (number - first) as u16;
        return Some((character, Row::Script(first), Digit { value, radix }));
    }
    let first = number & !(BLOCK - 1);
    let value = letters(first).position(|letter| letter == character);
    let value = value.filter(|_| matches!(rest[0], 0xc2 | 0xe2 | 0xef))? as u16;
    let radix = letters(first).count() as u16;
    Some((character, Row::Letters(first), Digit { value, radix }))
}

/// So many characters have the same first bytes.
const BLOCK: u32 = 64;

/// Letters and digits of a block.
fn letters(first: u32) -> impl Iterator<Item = char> {
    let block = (first..first + BLOCK).filter_map(char::from_u32);
    block.filter(|character| character.is_alphanumeric())
}

/// Whether a word has digits and letters, all of them hexadecimal and of one case; then whether they are capitals.
fn hexadecimal(word: &[u8]) -> Option<bool> {
    if word.len() < SHORTEST_HEXADECIMAL {
        return None;
    }
    let has = |wanted: fn(&u8) -> bool| word.iter().any(wanted);
    let (small, capital) = (
        has(|byte| matches!(byte, b'a'..=b'f')),
        has(|byte| matches!(byte, b'A'..=b'F')),
    );
    let is_mixed = has(u8::is_ascii_digit) && small != capital;
    (is_mixed && word.iter().all(u8::is_ascii_hexdigit)).then_some(capital)
}

/// The first sign stays a digit or a letter: a name of a host may not begin with any.
fn replace_hexadecimal(key: &Key, tweak: &[u8], word: &mut [u8], capital: bool) {
    let row: &[u8; 16] = match capital {
        true => b"0123456789ABCDEF",
        false => b"0123456789abcdef",
    };
    let first = match word[0].is_ascii_digit() {
        true => 0..10,
        false => 10..16,
    };
    let value = |byte: u8| char::from(byte).to_digit(16).unwrap_or_default() as u16;
    let digits = word.iter().enumerate().map(|(at, byte)| match at {
        0 => Digit {
            value: value(*byte) - first.start,
            radix: first.len() as u16,
        },
        _ => Digit {
            value: value(*byte),
            radix: 16,
        },
    });
    let mut digits: Vec<_> = digits.collect();
    // Until there are digits and letters again: at once for nearly all, and at last where it began.
    loop {
        permute(key, tweak, &mut digits);
        for (at, (byte, digit)) in word.iter_mut().zip(&digits).enumerate() {
            let least = if at == 0 { first.start } else { 0 };
            *byte = row[usize::from(digit.value + least)];
        }
        if hexadecimal(word) == Some(capital) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn replaced(word: &str, in_order: bool) -> String {
        let mut bytes = word.as_bytes().to_vec();
        replace(&Key::new(b"secret"), b"", in_order, &mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    fn class(character: char) -> &'static str {
        match character {
            'a'..='z' => "small",
            'A'..='Z' => "capital",
            '0'..='9' => "digit",
            _ => "other",
        }
    }

    #[test]
    fn a_word_keeps_its_length_and_what_its_signs_are() {
        for word in [
            "alice",
            "Bob",
            "a1B2",
            "+x-_y",
            "002620123456789",
            "h\u{e9}l\u{f6}ise",
            "\u{5f20}\u{4f1f}",
        ] {
            let other = replaced(word, false);
            assert_eq!(other.len(), word.len());
            assert!(
                word.chars().map(class).eq(other.chars().map(class)),
                "{other}"
            );
            assert_ne!(other, word);
        }
    }

    #[test]
    fn nothing_of_a_script_tells_what_was_there() {
        for word in [
            // Of full and half width, Korean, Tifinagh, Arabic as it is presented, and digits above.
            "\u{ff21}\u{ff2c}\u{ff29}\u{ff23}\u{ff25}",
            "\u{ff94}\u{ff8f}\u{ff80}\u{ff9e}",
            "\u{ff10}\u{ff13}\u{ff11}",
            "\u{ae40}\u{cca0}\u{c218}",
            "\u{2d4e}\u{2d53}\u{2d43}",
            "\u{fe8d}\u{fee0}\u{fef2}",
            "\u{2074}\u{2079}",
        ] {
            let other = replaced(word, false);
            assert_eq!(other.len(), word.len());
            let same = word
                .chars()
                .zip(other.chars())
                .filter(|(one, other)| one == other);
            assert!(same.count() < word.chars().count() / 2, "{word} {other}");
        }
        for sign in ["\u{2026}", "\u{20ac}", "\u{feff}"] {
            assert_eq!(replaced(sign, false), sign);
        }
        // Of Kim, Park and Lee not even the row stays.
        let rows = ["\u{ae40}", "\u{bc15}", "\u{c774}"].map(|name| {
            let other = replaced(&format!("{name}\u{cca0}"), false);
            u32::from(other.chars().next().unwrap()) >> 6
        });
        let own = [0xae40_u32 >> 6, 0xbc15 >> 6, 0xc774 >> 6];
        assert!(
            rows.iter().zip(own).any(|(row, own)| *row != own),
            "{rows:?}"
        );
    }

    #[test]
    fn case_makes_no_other_word() {
        assert_eq!(
            replaced("ALICE", false),
            replaced("alice", false).to_uppercase()
        );
    }

    #[test]
    fn a_number_keeps_its_leading_zeros_and_gets_none() {
        for number in 1..1000 {
            let number = format!("00{number}");
            let other = replaced(&number, false);
            assert!(other.starts_with("00"), "{other}");
            assert_ne!(other.as_bytes()[2], b'0');
        }
        assert_eq!(replaced("000", false), "000");
    }

    #[test]
    fn what_is_hexadecimal_stays_it() {
        let mut others = BTreeSet::new();
        for word in 0..2000 {
            let other = replaced(&format!("{:08x}", 0xabc0_0000_u32 + word), false);
            assert!(
                other
                    .bytes()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            );
            assert!(hexadecimal(other.as_bytes()).is_some());
            others.insert(other);
        }
        assert_eq!(others.len(), 2000);
        assert_eq!(
            replaced("DEADBEEF01", false).to_uppercase(),
            replaced("DEADBEEF01", false)
        );
    }

    #[test]
    fn on_request_numbers_keep_what_they_have_in_common_in_front() {
        let (one, other) = (
            replaced("262011234567890", true),
            replaced("262019876543210", true),
        );
        assert_eq!(one[..5], other[..5]);
        assert_ne!(one[5..], other[5..]);
        let apart = replaced("262019876543210", false);
        assert_ne!(apart[..6], replaced("262011234567890", false)[..6]);
    }

    #[test]
    fn what_is_no_text_stays_none() {
        let mut latin = b"caf\xe9 \xc4rger".to_vec();
        replace(&Key::new(b"secret"), b"", false, &mut latin);
        assert!(std::str::from_utf8(&latin).is_err());
        assert_ne!((latin[3], latin[5]), (0xe9, 0xc4));
    }

    /// In GB 2312, Big5, Shift JIS and ISO 8859-1; the last is UTF-8 that breaks off.
    #[test]
    fn names_in_other_encodings_are_replaced_whole() {
        let names: [&[u8]; 6] = [
            b"\xc2\xed\xb3\xac",
            b"\xc1\xf5\xb1\xb8",
            b"\xa4\xfd\xaa\xf7\xa9\xfa",
            b"\x93\x63\x92\x86\x91\xbe\x98\x59",
            b"F\xfc\xf1\xf1\xf3",
            "\u{43f}\u{443}\u{43f}\u{43a}\u{438}"
                .as_bytes()
                .split_last()
                .unwrap()
                .1,
        ];
        for name in names {
            let mut other = name.to_vec();
            replace(&Key::new(b"secret"), b"", false, &mut other);
            let same = name.iter().zip(&other).filter(|(one, other)| one == other);
            assert!(same.count() * 2 <= name.len(), "{}", other.escape_ascii());
            assert_eq!(readable(&other), readable(name));
            assert_ne!(other, name);
        }
    }

    #[test]
    fn no_two_texts_that_are_no_utf_8_become_one() {
        let key = Key::new(b"secret");
        let all = (0..=u16::MAX).map(|number| {
            let mut word = [&[b'a'][..], &number.to_be_bytes()].concat();
            replace(&key, b"", false, &mut word);
            word
        });
        let no_utf_8 = all.filter(|word| std::str::from_utf8(word).is_err());
        let count = (0..=u16::MAX).filter(|number| {
            std::str::from_utf8(&[&[b'a'][..], &number.to_be_bytes()].concat()).is_err()
        });
        let (others, count) = (no_utf_8.collect::<Vec<_>>(), count.count());
        assert_eq!(others.len(), count);
        assert_eq!(others.into_iter().collect::<BTreeSet<_>>().len(), count);
    }
}
