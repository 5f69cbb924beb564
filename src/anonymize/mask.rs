//! Any text with everything in it replaced that may tell who somebody is: addresses, names of hosts, words, numbers. What a text becomes
//! depends on nothing but the text, so that it becomes the same wherever it stands. Signs between words stay.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use foldhash::fast::RandomState;

use super::address::{Addresses, at_end_of};
use super::entity;
use super::escaped::unescaped;
use super::key::Key;
use super::permute::{Digit, permute};
use super::word;

/// What was replaced, as often as it was another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replaced {
    /// Addresses.
    pub addresses: usize,
    /// Names of several labels.
    pub hosts: usize,
    /// Numbers as long as those of subscribers.
    pub numbers: usize,
    /// Users of URIs.
    pub users: usize,
}

/// Replaces texts.
pub(super) struct Mask {
    key: Key,
    keep_prefixes: bool,
    /// Whether every word that is replaced is to be known again.
    learns_words: bool,
    /// What words became, each with what stands behind it in the name of a host.
    known: HashMap<Vec<u8>, Vec<u8>>,
    hasher: RandomState,
    /// What was replaced, by its hash.
    seen: HashSet<u64>,
    pub(super) replaced: Replaced,
}

/// What is known is forgotten when there is more of it; it comes out the same again.
const MOST_KNOWN: usize = 1 << 16;
/// Longer ones hardly come again.
const LONGEST_KNOWN: usize = 128;
/// As it is written.
const UUID: [usize; 5] = [8, 4, 4, 4, 12];
/// Where in it the version and the variant stand (RFC 9562 4).
const UUID_FORM: [usize; 2] = [14, 19];
const LONGEST_ADDRESS: usize = 45;
/// So much of the end of a name tells the domain, however many labels it has.
const LONGEST_DOMAIN: usize = 100;
const SHORTEST_NUMBER: usize = 5;

impl Mask {
    pub(super) fn new(key: Key, keep_prefixes: bool, learns_words: bool) -> Self {
        Self {
            key,
            keep_prefixes,
            learns_words,
            known: HashMap::new(),
            hasher: RandomState::default(),
            seen: HashSet::new(),
            replaced: Replaced::default(),
        }
    }

    /// An address in a header of a packet.
    pub(super) fn address(&mut self, address: IpAddr) -> IpAddr {
        let addresses = Addresses {
            key: &self.key,
            in_order: self.keep_prefixes,
        };
        let replaced = addresses.address(address);
        if replaced != address && self.is_new(&[b"address", address.to_string().as_bytes()]) {
            self.replaced.addresses += 1;
        }
        replaced
    }

    /// A text, in which bytes may be escaped.
    pub(super) fn text(&mut self, text: &mut [u8]) {
        unescaped(text, |plain| self.plain(plain));
    }

    fn plain(&mut self, text: &mut [u8]) {
        let mut at = 0;
        while at < text.len() {
            at += match text[at] {
                b'&' => entity::pass(&mut text[at..]),
                _ => match self.address_at(text, at) {
                    Some(length) => length,
                    None if text[at] == b'+' => self.subscriber_at(text, at),
                    None if is_of_word(text[at]) => self.name_at(text, at),
                    None => 1,
                },
            };
        }
    }

    /// A number of a telephone, whatever stands between its digits (RFC 3966 3): `+1-212-555-0100`.
    pub(super) fn number(&mut self, text: &mut [u8]) {
        let places = text.iter().enumerate();
        let places = places.filter(|(_, byte)| byte.is_ascii_digit());
        let places: Vec<usize> = places.map(|(at, _)| at).collect();
        let mut digits: Vec<u8> = places.iter().map(|at| text[*at]).collect();
        self.word(&mut digits, b"");
        for (at, digit) in places.into_iter().zip(digits) {
            text[at] = digit;
        }
    }

    /// Bytes in base64 or in hexadecimal digits, as far as they are letters and digits.
    pub(super) fn secret(&mut self, text: &mut [u8]) {
        let places: Vec<usize> = (0..text.len())
            .filter(|at| text[*at].is_ascii_alphanumeric())
            .collect();
        let all = |is: fn(&u8) -> bool| places.iter().all(|at| is(&text[*at]));
        let row: &[u8] = if all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            b"0123456789abcdef"
        } else if all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F')) {
            b"0123456789ABCDEF"
        } else {
            b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        };
        // Of the last one in front of filling only some bits count.
        let is_filled = text.trim_ascii_end().ends_with(b"=");
        let places = &places[..places.len() - usize::from(is_filled && !places.is_empty())];
        let value = |byte: u8| row.iter().position(|one| *one == byte).unwrap_or_default();
        let digits = places.iter().map(|at| Digit {
            value: value(text[*at]) as u16,
            radix: row.len() as u16,
        });
        let mut digits: Vec<_> = digits.collect();
        if digits.is_empty() {
            return;
        }
        permute(&self.key, b"secret", &mut digits);
        for (at, digit) in places.iter().zip(digits) {
            text[*at] = row[usize::from(digit.value)];
        }
    }

    /// The length of an address that stands here, which is replaced.
    fn address_at(&mut self, text: &mut [u8], at: usize) -> Option<usize> {
        let before = at.checked_sub(1).map(|at| text[at]);
        if before.is_some_and(|before| before.is_ascii_alphanumeric() || before == b'.') {
            return None;
        }
        if let Some(length) = self.version_4_at(text, at) {
            return Some(length);
        }
        self.version_6_at(text, at)
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

    /// The length of a number that a plus begins.
    fn subscriber_at(&mut self, text: &mut [u8], at: usize) -> usize {
        let rest = &text[at + 1..];
        let is_of = |byte: &&u8| byte.is_ascii_digit() || b"-.()".contains(byte);
        let length = rest.iter().take_while(is_of).count();
        let digits = rest[..length].iter().rposition(u8::is_ascii_digit);
        let Some(last) = digits.filter(|_| rest[0].is_ascii_digit() || rest[0] == b'(') else {
            return 1;
        };
        self.number(&mut text[at + 1..at + 2 + last]);
        last + 2
    }

    /// The length of a name of one or several labels, or of its part in front of an address.
    fn name_at(&mut self, text: &mut [u8], at: usize) -> usize {
        if let Some(length) = self.uuid_at(text, at) {
            return length;
        }
        let is_of = |byte: u8| is_of_word(byte) || matches!(byte, b'-' | b'_' | b'.');
        let mut end = at;
        while end < text.len() && is_of(text[end]) {
            let begins = end > at && matches!(text[end - 1], b'-' | b'_');
            if begins && text[end].is_ascii_digit() && is_dotted(&text[end..]) {
                break;
            }
            end += 1;
        }
        while end > at && !is_of_word(text[end - 1]) {
            end -= 1;
        }
        self.name(&mut text[at..end]);
        end - at
    }

    fn uuid_at(&mut self, text: &mut [u8], at: usize) -> Option<usize> {
        let length = UUID.iter().sum::<usize>() + UUID.len() - 1;
        let spelled = text.get(at..at + length)?;
        let groups = spelled.split(|byte| *byte == b'-');
        let is_uuid = groups.map(<[u8]>::len).eq(UUID)
            && spelled
                .iter()
                .all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
        let goes_on = text.get(at + length).is_some_and(|byte| is_of_word(*byte));
        if !is_uuid || goes_on {
            return None;
        }
        let form = UUID_FORM.map(|place| text[at + place]);
        self.secret(&mut text[at..at + length]);
        for (place, byte) in UUID_FORM.into_iter().zip(form) {
            text[at + place] = byte;
        }
        Some(length)
    }

    /// Each label by what stands behind it, so that hosts of one domain stay in one.
    fn name(&mut self, name: &mut [u8]) {
        let lower = name.to_ascii_lowercase();
        if is_kept(&lower) {
            return;
        }
        let labels = name.split(|byte| *byte == b'.').count();
        if labels > 1 && self.is_new(&[b"host", &lower]) {
            self.replaced.hosts += 1;
        }
        let is_of_operators = lower.ends_with(b".3gppnetwork.org");
        let mut end = name.len();
        while end > 0 {
            let dot = name[..end].iter().rposition(|byte| *byte == b'.');
            let start = dot.map_or(0, |dot| dot + 1);
            let label = &lower[start..end];
            let behind = (end + 1).max(lower.len().saturating_sub(LONGEST_DOMAIN));
            let tweak = &lower[behind.min(lower.len())..];
            if is_of_operators && is_of_network(label) {
                self.network(&mut name[start..end]);
            } else if !(tweak.is_empty() && labels > 1 && KEPT_LAST.contains(&label)) {
                let role = if start == 0 { role_length(label) } else { 0 };
                let separators = |byte: &u8| matches!(byte, b'-' | b'_');
                for part in name[start + role..end].split_mut(separators) {
                    self.word(part, tweak);
                }
            }
            end = dot.unwrap_or(0);
        }
    }

    /// A label of the domain of an operator (3GPP TS 23.003 13.2): its code is a number, the rest says what it is.
    fn network(&mut self, label: &mut [u8]) {
        let code = label.get_mut(3..).filter(|code| is_code(code));
        if let Some(code) = code {
            self.word(code, b"network");
        }
    }

    fn word(&mut self, word: &mut [u8], tweak: &[u8]) {
        if word.is_empty() {
            return;
        }
        let is_short = word.len() + tweak.len() < LONGEST_KNOWN;
        let known = [&*word, b"\0", tweak].concat();
        if let Some(replaced) = self.known.get(&known).filter(|_| is_short) {
            word.copy_from_slice(replaced);
            return;
        }
        let is_number = word.len() >= SHORTEST_NUMBER && word.iter().all(u8::is_ascii_digit);
        let is_wanted = is_number || self.learns_words;
        if is_wanted && self.is_new(&[b"word", &word.to_ascii_lowercase()]) && is_number {
            self.replaced.numbers += 1;
        }
        word::replace(&self.key, tweak, self.keep_prefixes, word);
        if is_short {
            if self.known.len() >= MOST_KNOWN {
                self.known.clear();
            }
            self.known.insert(known, word.to_vec());
        }
    }

    /// The user of a URI.
    pub(super) fn user(&mut self, user: &mut [u8]) {
        if !user.is_empty() && self.is_new(&[b"user", &user.to_ascii_lowercase()]) {
            self.replaced.users += 1;
        }
        self.text(user);
    }

    /// Whether it is the user of a URI anywhere, or a word that was replaced if those are to be known.
    pub(super) fn is_known(&self, word: &[u8]) -> bool {
        let lower = word.to_ascii_lowercase();
        [&b"user"[..], b"word"].into_iter().any(|kind| {
            let texts: &[&[u8]] = &[kind, &lower];
            self.seen.contains(&self.hasher.hash_one(texts))
        })
    }

    fn is_new(&mut self, texts: &[&[u8]]) -> bool {
        self.seen.insert(self.hasher.hash_one(texts))
    }
}

/// Names of nobody and of no machine in particular (RFC 2606, RFC 3323 4.1.1.3).
const KEPT: [&[u8]; 6] = [
    b"anonymous",
    b"anonymous.invalid",
    b"localhost",
    b"localhost.localdomain",
    b"3gppnetwork.org",
    b"asterisk",
];
/// The last labels of such names.
const KEPT_LAST: [&[u8]; 3] = [b"invalid", b"localhost", b"localdomain"];
/// Labels that say what a domain of an operator is for (3GPP TS 23.003 13.2).
const KEPT_OF_OPERATORS: [&[u8]; 7] = [
    b"3gppnetwork",
    b"org",
    b"pub",
    b"ims",
    b"epc",
    b"gprs",
    b"5gc",
];

fn is_kept(lower: &[u8]) -> bool {
    KEPT.contains(&lower)
}

/// What the names of nodes begin with that tell what they are for: a node without any other sign is that.
const ROLES: [&[u8]; 4] = [b"pcscf", b"icscf", b"scscf", b"ecscf"];

/// How long that is at the beginning of a label, hyphens aside.
fn role_length(label: &[u8]) -> usize {
    let letters = label.iter().enumerate().filter(|(_, byte)| **byte != b'-');
    let (places, first): (Vec<usize>, Vec<u8>) = letters.take(5).unzip();
    let is_role = ROLES.contains(&first.as_slice());
    places.last().filter(|_| is_role).map_or(0, |last| last + 1)
}

fn is_of_network(label: &[u8]) -> bool {
    KEPT_OF_OPERATORS.contains(&label)
        || [&b"mnc"[..], b"mcc"]
            .iter()
            .any(|kind| label.strip_prefix(*kind).is_some_and(is_code))
}

fn is_code(code: &[u8]) -> bool {
    (2..=3).contains(&code.len()) && code.iter().all(u8::is_ascii_digit)
}

pub(super) fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

/// Whether four numbers with dots between them stand here.
fn is_dotted(text: &[u8]) -> bool {
    let is_of = |byte: &&u8| byte.is_ascii_digit() || **byte == b'.';
    let length = text.iter().take(16).take_while(is_of).count();
    let mut parts = text[..length].split(|byte| *byte == b'.');
    parts
        .by_ref()
        .take(4)
        .filter(|part| !part.is_empty())
        .count()
        == 4
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

    fn mask() -> Mask {
        Mask::new(Key::new(b"secret"), false, false)
    }

    fn replaced(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        mask().text(&mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn hosts_of_a_domain_stay_in_one() {
        let (one, other) = (
            replaced("scscf1.home1.net"),
            replaced("pcscf.visited.HOME1.net"),
        );
        let domain = replaced("home1.net");
        assert_eq!(one.split_once('.').unwrap().1, domain);
        assert!(other.to_lowercase().ends_with(&format!(".{domain}")));
        assert_ne!(
            replaced("scscf1.home2.net").split('.').next(),
            one.split('.').next()
        );
    }

    #[test]
    fn a_text_becomes_the_same_wherever_it_stands() {
        let address = replaced("8.8.4.4");
        let host = replaced("as1.home1.net");
        let alice = replaced("alice");
        assert_eq!(
            replaced("<sip:alice@as1.home1.net> (8.8.4.4:) alice-8.8.4.4 Alice"),
            replaced("<sip:")
                + &alice
                + "@"
                + &host
                + "> ("
                + &address
                + ":) "
                + &alice
                + "-"
                + &address
                + " "
                + &replaced("Alice")
        );
    }

    #[test]
    fn names_of_nobody_stay() {
        for name in ["anonymous.invalid", "localhost", "Anonymous", "127.0.0.1"] {
            assert_eq!(replaced(name), name);
        }
        let own = replaced("df7jal23ls0d.invalid");
        assert!(
            own.ends_with(".invalid") && !own.starts_with("df7"),
            "{own}"
        );
        let operator = replaced("ims.mnc015.mcc234.3gppnetwork.org");
        let shape: Vec<_> = operator.split('.').map(str::len).collect();
        assert_eq!(shape, [3, 6, 6, 11, 3]);
        assert!(operator.starts_with("ims.mnc0") && operator.ends_with(".3gppnetwork.org"));
        assert!(!operator.contains("mnc015.mcc234"), "{operator}");
    }

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
    fn a_name_that_tells_a_role_still_does() {
        for (name, beginning) in [
            ("pcscf1.home1.net", "pcscf"),
            ("s-cscf.a.net", "s-cscf."),
            ("icscf-2.a.net", "icscf-"),
        ] {
            let other = replaced(name);
            assert!(other.starts_with(beginning) && other != name, "{other}");
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
    fn numbers_are_the_same_with_and_without_what_stands_between_digits() {
        let number = replaced("12125550100");
        let digits: String = replaced("+1-212-555-0100")
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        assert_eq!(digits, number);
    }

    #[test]
    fn a_uuid_stays_one_and_of_its_version() {
        let other = replaced("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
        let uuid = other.rsplit(':').next().unwrap();
        assert!(
            uuid.bytes()
                .all(|byte| byte.is_ascii_hexdigit() || byte == b'-'),
            "{uuid}"
        );
        assert_eq!(uuid.as_bytes()[14], b'1');
        assert_ne!(uuid, "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
    }

    #[test]
    fn filling_of_base64_stays_right() {
        let mut nonce = b"OTBmYjE2YTk4MGM0ZQ==".to_vec();
        let before = nonce.clone();
        mask().secret(&mut nonce);
        assert_ne!(nonce, before);
        assert!(nonce.ends_with(b"Q=="));
    }
}
