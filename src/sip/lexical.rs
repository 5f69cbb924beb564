//! What may stand in a value, down to its single characters. Nobody needs it to read one: it is asked for only where what is
//! odd is wanted.

use std::net::Ipv6Addr;

use super::byte_set::ByteSet;
use super::problem::{ProblemKind, Problems};
use super::scan::{is_token, quoted_length};
use super::text::Text;
use crate::base::Span;

/// Notes the value of a parameter that is not of the common grammar (RFC 3261 25.1 `gen-value`). A quote that is never
/// closed is noted where it is met.
pub(super) fn expect_parameter_value(value: Text<'_>, bare_address: bool, problems: &mut Problems) {
    let bytes = value.bytes();
    if !bare_address && is_ipv6(bytes) {
        problems.note(value.span(), ProblemKind::HostBrackets);
        return;
    }
    let fine = match bytes {
        [b'"', ..] => quoted_length(bytes).is_none_or(|length| length == bytes.len()),
        // No gen-value, but some header fields have URIs here: info of Identity (RFC 8224 4).
        [b'<', inner @ .., b'>'] => !inner.iter().any(|byte| b"<>".contains(byte)),
        // IPv6references of the RFCs' own examples are not all addresses.
        [b'[', inner @ .., b']'] => inner
            .iter()
            .all(|byte| byte.is_ascii_hexdigit() || b":.".contains(byte)),
        _ => bytes.iter().all(|byte| is_token(*byte)) || is_ipv6(bytes),
    };
    if !fine {
        problems.note(value.span(), ProblemKind::ParameterValue);
    }
}

fn is_ipv6(bytes: &[u8]) -> bool {
    let is_one = || std::str::from_utf8(bytes).is_ok_and(|text| text.parse::<Ipv6Addr>().is_ok());
    bytes.contains(&b':') && is_one()
}

/// RFC 3261 25.1 `qvalue`.
pub(super) fn is_quality(bytes: &[u8]) -> bool {
    let (most, decimals) = match bytes {
        [b'0'] | [b'1'] => return true,
        [b'0', b'.', decimals @ ..] => (b'9', decimals),
        [b'1', b'.', decimals @ ..] => (b'0', decimals),
        _ => return false,
    };
    decimals.len() <= 3 && { decimals.iter() }.all(|digit| (b'0'..=most).contains(digit))
}

/// Notes what is no Call-ID from where it is none (RFC 3261 25.1 `callid`).
pub(super) fn expect_call_id(text: Text<'_>, problems: &mut Problems) {
    let bytes = text.bytes();
    let is_word = |byte: &u8| is_token(*byte) || b"()<>:\\\"/[]?{}".contains(byte);
    let at = bytes.iter().position(|byte| *byte == b'@');
    let odd = { bytes.iter().enumerate() }
        .find(|(place, byte)| !is_word(byte) && Some(*place) != at)
        .map(|(place, _)| place);
    // A word stands on either side.
    let lonely = at.filter(|at| *at == 0 || *at + 1 == bytes.len());
    if let Some(odd) = odd.or(lonely) {
        problems.note(text.from(text.start() + odd).span(), ProblemKind::CallId);
    }
}

/// What may stand in the parameters of a URI besides letters, digits, marks and escapes (RFC 3261 25.1).
pub(super) const URI_PARAMETER: &[u8] = b"[]/:&+$";

/// Letters, digits, marks and the sign that begins an escape (RFC 3261 25.1).
const UNRESERVED: ByteSet = ByteSet::letters_digits_and(b"-_.!~*'()%");
/// What stands in URIs somewhere (RFC 3986 2).
const IN_URIS: ByteSet = ByteSet::graphic_without(b"\"<>\\^`{|}");

/// Notes the first character that may stand in a URI, but not at this place of it.
pub(super) fn expect_in_uri(text: Text<'_>, also: &[u8], problems: &mut Problems) {
    let foreign = first_foreign_in_uri(text, also);
    if let Some(at) = foreign.filter(|at| !is_nowhere_in_uri(text.bytes()[*at])) {
        let at = text.start() + at;
        problems.note(Span::new(at, at + 1), ProblemKind::UriCharacter);
    }
}

/// Where the first character stands that is no letter, digit, mark, part of an escape, or one of these.
pub(super) fn first_foreign_in_uri(text: Text<'_>, also: &[u8]) -> Option<usize> {
    let is_foreign = |byte: &u8| !UNRESERVED.has(*byte) && !also.contains(byte);
    text.bytes().iter().position(is_foreign)
}

/// Whether this character stands in no URI at all (RFC 3986 2).
pub(super) fn is_nowhere_in_uri(byte: u8) -> bool {
    !IN_URIS.has(byte)
}

/// Where the first control character stands that none of the grammars has; those behind a backslash may be anything. NUL and
/// stray returns are looked for in the header section as a whole.
pub(super) fn first_control(bytes: &[u8]) -> Option<usize> {
    // Mostly there is none, and all bytes together are looked at faster than each for itself.
    let any = { bytes.iter() }.fold(false, |any, byte| any | byte.is_ascii_control());
    if !any {
        return None;
    }
    let is_control = |byte: u8| byte.is_ascii_control() && !b"\0\t\r\n".contains(&byte);
    let mut bytes_and_places = bytes.iter().enumerate();
    let found = bytes_and_places.find(|(at, byte)| {
        is_control(**byte)
            && at
                .checked_sub(1)
                .is_none_or(|before| bytes[before] != b'\\')
    });
    found.map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(text: &str, check: impl Fn(Text<'_>, &mut Problems)) -> Vec<(u32, u32, ProblemKind)> {
        let mut problems = Problems::kept();
        check(Text::all(text.as_bytes()), &mut problems);
        let list = problems.list().iter();
        list.map(|told| (told.span.start, told.span.end, told.kind))
            .collect()
    }

    #[test]
    fn values_of_parameters_are_tokens_hosts_or_quoted_strings() {
        let value = |text: Text<'_>, problems: &mut Problems| {
            expect_parameter_value(text, false, problems);
        };
        for fine in [
            "z9hG4bK-.!%66*_+`'~",
            "192.0.2.1",
            "[2001:db8::1]",
            "[5555.b99.c88.d77.e66]",
            "\"a b, \\\" c\"",
            "<https://biloxi.example.org/biloxi.cer>",
        ] {
            assert_eq!(noted(fine, value), [], "{fine}");
        }
        let bare = "2001:db8::1";
        assert_eq!(noted(bare, value), [(0, 11, ProblemKind::HostBrackets)]);
        let received = |text: Text<'_>, problems: &mut Problems| {
            expect_parameter_value(text, true, problems);
        };
        assert_eq!(noted(bare, received), []);
        for odd in [
            "a b", "\"a\"b", "a\"b", "a,b", "a@b", "a:b", "(a)", "a\u{7f}", "[x]", "\u{e9}",
        ] {
            let all = (0, odd.len() as u32, ProblemKind::ParameterValue);
            assert_eq!(noted(odd, value), [all], "{odd}");
        }
    }

    #[test]
    fn a_quality_is_between_zero_and_one() {
        for fine in ["0", "1", "0.", "1.", "0.5", "0.123", "1.000"] {
            assert!(is_quality(fine.as_bytes()), "{fine}");
        }
        for odd in [
            "", "2", ".5", "1.1", "0.1234", "1.0000", "0,5", "-0", "abc", "\"1\"",
        ] {
            assert!(!is_quality(odd.as_bytes()), "{odd}");
        }
    }

    #[test]
    fn a_call_id_is_a_word_or_two() {
        for fine in [
            "a",
            "f81d4fae-7dec@[2001:db8::1]:5060",
            "(<w>\"\\/?{}%!*'`)@x",
        ] {
            assert_eq!(noted(fine, expect_call_id), [], "{fine}");
        }
        for (odd, at) in [
            ("a;b,c@d", 1),
            ("a@b@c", 3),
            ("a=", 1),
            ("a b", 1),
            ("@a", 0),
            ("a@", 1),
        ] {
            let rest = (at, odd.len() as u32, ProblemKind::CallId);
            assert_eq!(noted(odd, expect_call_id), [rest], "{odd}");
        }
    }

    #[test]
    fn control_characters_are_found_unless_quoted() {
        assert_eq!(first_control(b"a\tb\r\n c\0"), None);
        assert_eq!(first_control(b"\"\\\x01\" \x01x\x7f"), Some(5));
        assert_eq!(first_control(b"\x7f"), Some(0));
    }
}
