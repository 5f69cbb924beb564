//! Numbers of telephones as they are written, whatever stands between their digits: `+1-212-555-0100`, `(212) 555-0100`. All digits
//! together are the number, so that every spelling of it becomes the same other one.

use std::net::Ipv4Addr;

use super::mask::is_of_word;

/// So many digits in several groups are the number of a telephone where none says that it is international.
const SHORTEST: usize = 6;
/// Of a number of fifteen digits (ITU-T E.164 6) with the zeros that are dialled in front of it.
const MOST_DIGITS: usize = 17;
/// A group of so many is that of a subscriber: behind it and a blank another number begins.
const SUBSCRIBER: usize = 7;
/// What stands between two groups (RFC 3966 5.1.1), and what people write there.
const SIGNS: &[u8] = b"-.()/ ";
const MOST_SIGNS: usize = 2;
/// No number is written in as many bytes: what stands behind them needs no look.
pub(super) const LONGEST: usize = 64;

/// How long the number is that stands here.
pub(super) fn length(text: &[u8]) -> Option<usize> {
    let is_international = text.first() == Some(&b'+');
    let inside = text.iter().take(MOST_SIGNS);
    let mut at = inside.take_while(|byte| b"+(".contains(byte)).count();
    let (mut end, mut digits, mut groups) = (0, 0, 0);
    loop {
        let group = text[at..].iter().take(MOST_DIGITS + 1);
        let group = group.take_while(|byte| byte.is_ascii_digit()).count();
        let behind = &text[at + group..];
        let goes_on = behind
            .first()
            .is_some_and(|byte| is_of_word(*byte) || *byte == b'_');
        if group == 0 || goes_on || digits + group > MOST_DIGITS {
            break;
        }
        (end, digits, groups) = (at + group, digits + group, groups + 1);
        let signs = behind.iter().take(MOST_SIGNS);
        let signs = signs.take_while(|byte| SIGNS.contains(byte)).count();
        if signs == 0 || group >= SUBSCRIBER && behind[..signs].contains(&b' ') {
            break;
        }
        at = end + signs;
    }
    let is_one = digits >= SHORTEST && groups > 1 || is_international && digits > 1;
    let is_address = || {
        let inside = str::from_utf8(&text[..end]).unwrap_or_default();
        inside.trim_start_matches('(').parse::<Ipv4Addr>().is_ok()
    };
    (is_one && !is_address()).then_some(end)
}

/// The same in the midst of any text, in which groups of digits may be anything: one without a plus has no blanks in it, and nothing
/// else stands with it.
pub(super) fn length_in_text(text: &[u8]) -> Option<usize> {
    if text.first() == Some(&b'+') {
        return length(text);
    }
    let is_of = |byte: &&u8| is_of_word(**byte) || b"-._()/".contains(byte);
    let whole = text.iter().take(LONGEST).take_while(is_of).count();
    let last = text[..whole].iter().rposition(|byte| is_of_word(*byte))?;
    length(&text[..=last]).filter(|length| *length == last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_ends_where_its_groups_do() {
        for (text, number) in [
            ("+491571234567", "+491571234567"),
            ("+49 157 1234567>", "+49 157 1234567"),
            ("+49 (157) 123-4567 x", "+49 (157) 123-4567"),
            ("0049 157 1234567", "0049 157 1234567"),
            ("(212) 555-0100, she said", "(212) 555-0100"),
            ("867-5309", "867-5309"),
            // The second number is another one.
            ("+491571234567 4712", "+491571234567"),
            ("+49 157 1234567 4712", "+49 157 1234567"),
            ("+49 157 1234567-12", "+49 157 1234567-12"),
            // No number of telephones is that long.
            ("+49 157 123456 123456 1234", "+49 157 123456 123456"),
            ("+1 555 0199 2nd", "+1 555 0199"),
        ] {
            assert_eq!(length(text.as_bytes()), Some(number.len()), "{text}");
        }
        for text in [
            "4712",
            "47-12",
            "+",
            "+x",
            "+1",
            "555 x",
            "",
            "(83.145.22.99)",
            "83.145.22.99",
        ] {
            assert_eq!(length(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn in_any_text_a_number_without_plus_stands_alone() {
        for (text, number) in [
            ("212-555-0100", "212-555-0100"),
            ("212-555-0100@a.example", "212-555-0100"),
            ("212.555.0100.", "212.555.0100"),
            ("(867-5309)", "(867-5309"),
            ("+49 157 1234567", "+49 157 1234567"),
        ] {
            assert_eq!(
                length_in_text(text.as_bytes()),
                Some(number.len()),
                "{text}"
            );
        }
        for text in [
            "212 555 0100",
            "212-555-0100-a",
            "4.3.2.1.5.5.5.1.e164.arpa",
            "12345678-1234-1234-1234-123456789012",
            "49152 97 8 101",
        ] {
            assert_eq!(length_in_text(text.as_bytes()), None, "{text}");
        }
    }
}
