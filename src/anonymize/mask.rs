//! Any text with everything in it replaced that may tell who somebody is: addresses, names of hosts, words, numbers. What a text becomes
//! depends on nothing but the text, so that it becomes the same wherever it stands. Signs between words stay.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;
use std::net::IpAddr;

use foldhash::fast::RandomState;

use super::address::Addresses;
use super::entity;
use super::key::Key;
use super::permute::{Digit, permute};
use super::spelled::{Spelling, respelled, unescaped};
use super::telephone;
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
    pub(super) key: Key,
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

    /// Whether an address was replaced anywhere.
    pub(super) fn is_address(&self, address: IpAddr) -> bool {
        self.has_seen(address.to_string().as_bytes(), &[b"address"])
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
                _ => match self.address_at(text, at).or(scheme_at(text, at)) {
                    Some(length) => length,
                    None => match self.telephone_at(text, at) {
                        Some(length) => length,
                        None if is_of_word(text[at]) => self.name_at(text, at),
                        None => 1,
                    },
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

    /// The length of a number of a telephone that stands here, which is replaced.
    fn telephone_at(&mut self, text: &mut [u8], at: usize) -> Option<usize> {
        let is_of_name = |byte: &u8| is_of_word(*byte) || b"-._".contains(byte);
        if text[..at].last().is_some_and(is_of_name) && text[at] != b'+' {
            return None;
        }
        let length = telephone::length_in_text(&text[at..])?;
        self.number(&mut text[at..at + length]);
        Some(length)
    }

    pub(super) fn word(&mut self, word: &mut [u8], tweak: &[u8]) {
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

    /// The name of somebody, of any words.
    pub(super) fn display(&mut self, text: &mut [u8]) {
        let lower = text.to_ascii_lowercase();
        let words = lower.split(|byte| !is_of_word(*byte));
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        if let Some(first) = words.first() {
            self.is_new(&[b"beginning", first]);
            self.is_new(&[b"name", &words.join(&b' ')]);
        }
        let name = text.trim_ascii();
        let name = name.strip_prefix(b"\"").unwrap_or(name);
        let name = name.strip_suffix(b"\"").unwrap_or(name).trim_ascii();
        match telephone::length(name) == Some(name.len()) {
            true => self.number(text),
            false => respelled(text, Spelling::Quoted, |plain| self.plain(plain)),
        }
    }

    /// Somebody is called so, or some machine.
    pub(super) fn learn(&mut self, name: &[u8]) {
        if !name.is_empty() {
            self.is_new(&[b"name", &name.to_ascii_lowercase()]);
        }
    }

    /// Whether it is the user of a URI anywhere, a host, or the name of somebody.
    pub(super) fn is_named(&self, text: &[u8]) -> bool {
        self.has_seen(text, &[b"user", b"host", b"name"])
    }

    /// Whether the name of somebody begins with a word.
    pub(super) fn is_beginning(&self, word: &[u8]) -> bool {
        self.has_seen(word, &[b"beginning"])
    }

    /// Whether it is one of those, or a word that was replaced if those are to be known.
    pub(super) fn is_known(&self, word: &[u8]) -> bool {
        self.is_named(word) || self.has_seen(word, &[b"word"])
    }

    fn has_seen(&self, text: &[u8], kinds: &[&[u8]]) -> bool {
        let lower = text.to_ascii_lowercase();
        kinds.iter().any(|kind| {
            let texts: &[&[u8]] = &[kind, &lower];
            self.seen.contains(&self.hasher.hash_one(texts))
        })
    }

    pub(super) fn is_new(&mut self, texts: &[&[u8]]) -> bool {
        self.seen.insert(self.hasher.hash_one(texts))
    }
}

/// The length of what begins a URI here, or of the name of the protocol.
fn scheme_at(text: &[u8], at: usize) -> Option<usize> {
    if at > 0 && is_of_word(text[at - 1]) {
        return None;
    }
    let rest = &text[at..];
    let begins = |wanted: &[u8]| {
        let own = rest.get(..wanted.len());
        own.is_some_and(|own| own.eq_ignore_ascii_case(wanted))
    };
    let goes_on = |length: usize, signs: &[u8]| {
        let next = rest.get(length);
        next.is_some_and(|byte| is_of_word(*byte) || signs.contains(byte))
    };
    const PROTOCOL: &[u8] = b"SIP/2.0";
    if begins(PROTOCOL) && !goes_on(PROTOCOL.len(), b".") {
        return Some(PROTOCOL.len());
    }
    let schemes = [&b"sip:"[..], b"sips:", b"tel:"].into_iter();
    let mut lengths = schemes.filter(|scheme| begins(scheme)).map(<[u8]>::len);
    lengths.find(|length| goes_on(*length, b"+%["))
}

pub(super) fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;

    pub(in crate::anonymize) fn mask() -> Mask {
        Mask::new(Key::new(b"secret"), false, false)
    }

    /// What becomes of a text.
    pub(in crate::anonymize) fn replaced(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        mask().text(&mut bytes);
        String::from_utf8(bytes).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{mask, replaced};

    #[test]
    fn a_text_becomes_the_same_wherever_it_stands() {
        let address = replaced("8.8.4.4");
        let host = replaced("as1.home1.net");
        let alice = replaced("alice");
        assert_eq!(
            replaced("<sip:alice@as1.home1.net> (8.8.4.4:) alice-8.8.4.4 Alice"),
            "<sip:".to_owned()
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
    fn numbers_are_the_same_with_and_without_what_stands_between_digits() {
        let number = replaced("12125550100");
        let digits: String = replaced("+1-212-555-0100")
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        assert_eq!(digits, number);
    }

    #[test]
    fn a_name_in_quoted_pairs_is_the_same_name() {
        let mut plain = b"\"Zaphod B\"".to_vec();
        mask().display(&mut plain);
        let mut pairs = b"\"\\Z\\a\\p\\h\\o\\d \\B\"".to_vec();
        mask().display(&mut pairs);
        pairs.retain(|byte| *byte != b'\\');
        assert_eq!(pairs, plain);
    }

    #[test]
    fn filling_of_base64_stays_right() {
        let mut nonce = b"OTBmYjE2YTk4MGM0ZQ==".to_vec();
        let before = nonce.clone();
        mask().secret(&mut nonce);
        assert_ne!(nonce, before);
        assert!(nonce.ends_with(b"Q=="));
    }

    #[test]
    fn what_begins_a_uri_and_the_protocol_stay() {
        for (text, begins) in [
            ("\"x\" sip:bob@a.example", "sip:"),
            ("tel:+4912", "tel:+"),
            ("SIP/2.0/UDP", "SIP/2.0/"),
        ] {
            let other = replaced(text);
            assert!(other.contains(begins) && other != text, "{other}");
        }
        for text in ["gossip:bob", "SIP/2.01", "sip: bob"] {
            let other = replaced(text);
            let first = &text[..3];
            assert!(!other.starts_with(first), "{other}");
        }
    }
}
