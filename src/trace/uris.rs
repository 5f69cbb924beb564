//! URIs by number: those that mean the same have the same one (RFC 3261 10.3 step 7, 19.1.4), however each is written.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::sip::{Problems, Text, Uri};

/// A trace may hold any number of URIs that differ in parameters only. A new one is compared with so many of them, the latest
/// first; what is written as before is found among all.
const MOST_COMPARED: usize = 64;

#[derive(Default)]
pub(super) struct Uris<'a> {
    numbers: HashMap<Cow<'a, [u8]>, usize, RandomState>,
    /// How each was written first and last. What both mean may come with parameters of its own: one that is like the first and
    /// not like the last is another.
    written: Vec<[Cow<'a, [u8]>; 2]>,
    /// The numbers of those that have user, host and port in common.
    alike: HashMap<Vec<u8>, Vec<usize>, RandomState>,
}

impl<'a> Uris<'a> {
    pub(super) fn number(&mut self, uri: impl Into<Cow<'a, [u8]>>) -> usize {
        let uri = uri.into();
        if let Some(number) = self.numbers.get(&uri) {
            return *number;
        }
        let alike = self.alike.entry(canonical(&uri)).or_default();
        let mut compared = alike.iter().rev().take(MOST_COMPARED);
        let known = compared.find(|number| {
            let mut written = self.written[**number].iter();
            written.all(|other| is_same(other, &uri))
        });
        let number = known.copied().unwrap_or(self.written.len());
        match self.written.get_mut(number) {
            Some([_, last]) => last.clone_from(&uri),
            None => {
                alike.push(number);
                self.written.push([uri.clone(), uri.clone()]);
            }
        }
        self.numbers.insert(uri, number);
        number
    }
}

/// Whether both mean the same.
pub(super) fn is_same(one: &[u8], other: &[u8]) -> bool {
    one == other || read(one).equivalent(&read(other))
}

/// Whether both name the same user, whatever the host.
pub(super) fn same_user(one: &[u8], other: &[u8]) -> bool {
    let user = |uri| read(uri).user.map(Text::bytes);
    user(one) == user(other)
}

/// An address-of-record as it is the same however it is written (RFC 3261 10.3 step 5).
pub(super) fn canonical(uri: &[u8]) -> Vec<u8> {
    read(uri).canonical()
}

fn read(uri: &[u8]) -> Uri<'_> {
    Uri::read(Text::all(uri), &mut Problems::ignored())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(uris: &[&'static str]) -> Vec<usize> {
        let mut known = Uris::default();
        let all = uris.iter();
        all.map(|uri| known.number(uri.as_bytes())).collect()
    }

    #[test]
    fn the_same_however_they_are_written() {
        let uris = ["sip:a@b;x=1", "SIP:%61@B", "sip:a@b;x=2", "sip:a@b;x=1"];
        assert_eq!(numbers(&uris), [0, 0, 1, 0]);
        let uris = ["sip:a@b", "sip:a@b;x=1", "sip:a@b;x=2", "sip:A@b;x=1"];
        assert_eq!(numbers(&uris), [0, 0, 1, 2]);
    }

    /// However many there are, each is found again as it was written.
    #[test]
    fn any_number_of_them() {
        let uris: Vec<_> = (0..1000).map(|at| format!("sip:a@b;x={at}")).collect();
        let mut known = Uris::default();
        for _ in 0..2 {
            let all = uris.iter().map(|uri| known.number(uri.as_bytes()));
            assert!(all.eq(0..1000));
        }
    }
}
