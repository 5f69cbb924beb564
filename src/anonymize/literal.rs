//! Addresses as they are written in text: each becomes another in the same spelling.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::address::at_end_of;
use super::mask::{Mask, is_of_word};
use super::permute::{Digit, permute};

const LONGEST_ADDRESS: usize = 45;
/// With the colon in front of it.
const LONGEST_PORT: usize = 6;
/// Six bytes with a sign between each two.
const HARDWARE: usize = 17;

impl Mask {
    /// The length of an address that stands here, which is replaced.
    pub(super) fn address_at(&mut self, text: &mut [u8], at: usize) -> Option<usize> {
        let before = at.checked_sub(1).map(|at| text[at]);
        if before.is_some_and(|before| before.is_ascii_alphanumeric() || before == b'.') {
            return None;
        }
        // In the midst of more bytes there is none.
        if !matches!(before, Some(b':' | b'-'))
            && let Some(length) = self.hardware_at(text, at)
        {
            return Some(length);
        }
        if let Some(length) = self.version_4_at(text, at) {
            return Some(length);
        }
        self.version_6_at(text, at)
    }

    /// The same for one of which the messages know that it ends before the port behind it.
    pub(super) fn known_at(&mut self, text: &mut [u8], at: usize) -> Option<usize> {
        let is_of = |byte: &&u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
        let length = text[at..].iter().take(LONGEST_ADDRESS + LONGEST_PORT);
        let length = length.take_while(is_of).count();
        let port = text[at..at + length]
            .iter()
            .rposition(|byte| *byte == b':')?;
        let spelled = std::str::from_utf8(&text[at..at + port]).ok()?;
        let address: Ipv6Addr = spelled.parse().ok()?;
        let is_port = text[at + port + 1..at + length]
            .iter()
            .all(u8::is_ascii_digit);
        if !is_port || !self.is_address(address.into()) {
            return None;
        }
        self.version_6_at(&mut text[..at + port], at)
    }

    /// The length of an address of hardware that stands here, `00:1b:44:11:3a:b7`, which is replaced.
    fn hardware_at(&mut self, text: &mut [u8], at: usize) -> Option<usize> {
        let spelled = text.get(at..at + HARDWARE)?;
        let sign = spelled[2];
        let is_one = matches!(sign, b':' | b'-')
            && spelled.chunks(3).all(|part| {
                let digits = part[..2].iter().all(u8::is_ascii_hexdigit);
                digits && part.get(2).is_none_or(|byte| *byte == sign)
            });
        let goes_on = text
            .get(at + HARDWARE)
            .is_some_and(|byte| is_of_word(*byte) || *byte == sign);
        if !is_one || goes_on {
            return None;
        }
        self.secret(&mut text[at..at + HARDWARE]);
        Some(HARDWARE)
    }

    fn version_4_at(&mut self, text: &mut [u8], at: usize) -> Option<usize> {
        let rest = &text[at..];
        let mut length = 0;
        let mut octets = Vec::with_capacity(4);
        for number in 0..4 {
            if number > 0 {
                (rest.get(length) == Some(&b'.')).then_some(())?;
                length += 1;
            }
            let digits = rest[length..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit());
            let digits = digits.count();
            (1..=3).contains(&digits).then_some(())?;
            octets.push(length..length + digits);
            length += digits;
        }
        let (next, after) = (rest.get(length), rest.get(length + 1));
        let goes_on = match next {
            Some(b'.') => after.is_some_and(|byte| is_of_word(*byte)),
            next => next.is_some_and(|byte| is_of_word(*byte)),
        };
        if goes_on {
            return None;
        }
        let spelled = std::str::from_utf8(&rest[..length]).ok()?;
        match spelled.parse::<Ipv4Addr>() {
            Ok(address) => {
                let replaced = self.address(address.into()).to_string();
                text[at..at + length].copy_from_slice(replaced.as_bytes());
            }
            // What is no address for its numbers stays none.
            Err(_) => {
                for octet in octets {
                    self.octet(&mut text[at + octet.start..at + octet.end]);
                }
            }
        }
        Some(length)
    }

    /// Part of what looks like an address and is none: a number above 255 stays above it, and one below it below.
    fn octet(&mut self, digits: &mut [u8]) {
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        let own = &mut digits[zeros..];
        let value = own
            .iter()
            .fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
        let (least, most) = match value {
            0 => return,
            1..=9 => (1, 9),
            10..=99 => (10, 99),
            100..=255 => (100, 255),
            _ => (256, 999),
        };
        let mut digit = [Digit {
            value: value - least,
            radix: most - least + 1,
        }];
        permute(&self.key, b"octet", &mut digit);
        let replaced = (least + digit[0].value).to_string();
        own.copy_from_slice(replaced.as_bytes());
    }

    fn version_6_at(&mut self, text: &mut [u8], at: usize) -> Option<usize> {
        let rest = &text[at..];
        if !(rest[0].is_ascii_hexdigit() || rest.starts_with(b"::")) {
            return None;
        }
        let is_of = |byte: &&u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
        let length = rest
            .iter()
            .take(LONGEST_ADDRESS + 1)
            .take_while(is_of)
            .count();
        let length = match rest[..length].last() {
            Some(b'.') => length - 1,
            _ => length,
        };
        if rest
            .get(length)
            .is_some_and(|byte| byte.is_ascii_alphanumeric())
        {
            return None;
        }
        let spelled = std::str::from_utf8(&rest[..length]).ok()?;
        let address: Ipv6Addr = spelled.parse().ok()?;
        // Behind any beginning four numbers may stand: they are an address of their own.
        let (front, inner) = match spelled.contains('.') && at_end_of(address).is_none() {
            true => (
                address.to_bits() & !u128::from(u32::MAX),
                address.to_bits() as u32,
            ),
            false => (address.to_bits(), 0),
        };
        let IpAddr::V6(front) = self.address(Ipv6Addr::from_bits(front).into()) else {
            return None;
        };
        let IpAddr::V4(inner) = self.address(Ipv4Addr::from_bits(inner).into()) else {
            return None;
        };
        let replaced = front.to_bits() | u128::from(inner.to_bits());
        let spelled = spell_6(spelled, Ipv6Addr::from_bits(replaced));
        text[at..at + length].copy_from_slice(spelled.as_bytes());
        Some(length)
    }
}

/// An address as another one is spelled: as many digits in each group, capitals or not.
fn spell_6(as_other: &str, address: Ipv6Addr) -> String {
    let groups = address.segments();
    let front = as_other.split("::").next().unwrap_or_default();
    let front_groups = front.split(':').filter(|group| !group.is_empty()).count();
    let is_capital = as_other.bytes().any(|byte| byte.is_ascii_uppercase());
    let all = as_other.split(':').count();
    let mut spelled = String::with_capacity(as_other.len());
    let mut behind = as_other.split(':');
    // Groups behind a gap are counted from the end.
    let tail: usize = match as_other.split_once("::") {
        Some((_, tail)) => tail
            .split(':')
            .filter(|group| !group.is_empty())
            .map(|group| if group.contains('.') { 2 } else { 1 })
            .sum(),
        None => 0,
    };
    let mut number = 0;
    for position in 0..all {
        let group = behind.next().unwrap_or_default();
        if position > 0 {
            spelled.push(':');
        }
        if group.is_empty() {
            continue;
        }
        let place = match number < front_groups {
            true => number,
            false => number - front_groups + 8 - tail,
        };
        if group.contains('.') {
            let [a, b] = [6, 7].map(|at: usize| groups[at].to_be_bytes());
            spelled += &Ipv4Addr::new(a[0], a[1], b[0], b[1]).to_string();
            number += 2;
            continue;
        }
        let width = group.len();
        let value = groups.get(place).copied().unwrap_or_default();
        spelled += &match is_capital {
            true => format!("{value:0width$X}"),
            false => format!("{value:0width$x}"),
        };
        number += 1;
    }
    spelled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anonymize::mask::testing::{mask, replaced};

    #[test]
    fn addresses_of_version_6_are_the_same_in_every_spelling() {
        let one = replaced("2001:db8:0:1::17");
        let other = replaced("[2001:0DB8:0:0001:0:0:0:0017]");
        let parse = |text: &str| text.parse::<Ipv6Addr>().unwrap();
        assert_eq!(parse(&one), parse(other.trim_matches(['[', ']'])));
        assert_ne!(one, "2001:db8:0:1::17");
        assert_eq!(other.len(), 29);
    }

    #[test]
    fn an_address_of_version_4_is_the_same_at_the_end_of_one_of_version_6() {
        let inner = replaced("8.8.4.77");
        for front in ["::ffff:", "2001:db8::", "64:ff9b::"] {
            let other = replaced(&format!("{front}8.8.4.77"));
            assert!(
                other.starts_with(front) && other.ends_with(&inner),
                "{other}"
            );
        }
        let parse = |text: &str| text.parse::<Ipv6Addr>().unwrap();
        let (numbers, groups) = (replaced("[::16.0.0.1]"), replaced("[::1000:1]"));
        assert_ne!(numbers, "[::16.0.0.1]");
        let [numbers, groups] = [numbers, groups].map(|text| parse(text.trim_matches(['[', ']'])));
        assert_eq!(numbers, groups);
    }

    #[test]
    fn every_spelling_of_an_address_keeps_its_length() {
        let groups = [
            0_u16, 1, 0xf, 0x10, 0x63, 0x64, 0xff, 0x1000, 0x0a0b, 0xffff,
        ];
        let fronts = [
            "::",
            "::ffff:",
            "64:ff9b::",
            "2001:DB8::",
            "fe80:0:0:0:0:0:",
        ];
        let pairs = groups.iter().flat_map(|one| groups.map(|two| (*one, two)));
        for (front, (high, low)) in pairs.flat_map(|pair| fronts.map(|front| (front, pair))) {
            let inner = Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
            for own in [
                format!("{front}{high:x}:{low:x}"),
                format!("{front}{high:04X}:{low:04X}"),
                format!("{front}{inner}"),
            ] {
                let other = replaced(&format!("[{own}]"));
                assert_eq!(other.len(), own.len() + 2, "{own} {other}");
                let other = other.trim_matches(['[', ']']).parse::<Ipv6Addr>();
                assert!(other.is_ok(), "{own} {other:?}");
            }
        }
    }

    #[test]
    fn what_looks_like_an_address_and_is_none_stays_none() {
        for wrong in ["301.2.3.4", "10.256.0.1", "010.1.1.1"] {
            let other = replaced(wrong);
            assert!(other.parse::<Ipv4Addr>().is_err(), "{other}");
            assert_eq!(other.len(), wrong.len());
        }
    }

    #[test]
    fn an_address_of_hardware_stays_one() {
        let mut mask = mask();
        for (text, is_one) in [
            ("00:1b:44:11:3a:b7", true),
            ("00-1B-44-11-3A-B7 ", true),
            ("00:1b:44:11:3a:b7:01", false),
            ("00:1b:44:11:3a-b7", false),
            ("00:1b:44:11:3a", false),
        ] {
            let mut bytes = text.as_bytes().to_vec();
            let length = mask.hardware_at(&mut bytes, 0);
            assert_eq!(length, is_one.then_some(17), "{text}");
            assert_eq!(bytes != text.as_bytes(), is_one, "{text}");
        }
    }

    #[test]
    fn a_port_behind_an_address_that_is_known_is_none_of_it() {
        let mut mask = mask();
        let mut own = b"2001:470:1:2::10".to_vec();
        mask.text(&mut own);
        let mut known = b"2001:470:1:2::10:5060".to_vec();
        assert_eq!(mask.known_at(&mut known, 0), Some(16));
        assert_eq!(known, [&own[..], b":5060"].concat());
        let mut other = b"2001:470:1:2::11:5060".to_vec();
        assert_eq!(mask.known_at(&mut other, 0), None);
    }
}
