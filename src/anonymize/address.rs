//! Addresses become addresses of the same length and of the same range: private ones stay private, loopback stays loopback. In a
//! header they are bytes and in a message text; both become the same.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::key::Key;
use super::permute::{Digit, permute, permute_in_order};

/// Part of an address: how its values count, from a least one, and which it has.
#[derive(Clone, Copy)]
struct Part {
    least: u16,
    digit: Digit,
}

impl Part {
    fn new(value: u16, least: u16, most: u16) -> Self {
        Self {
            least,
            digit: Digit {
                value: value - least,
                radix: most - least + 1,
            },
        }
    }

    fn kept(value: u16) -> Self {
        Self::new(value, value, value)
    }

    fn value(self) -> u16 {
        self.least + self.digit.value
    }
}

/// How addresses are replaced.
pub(super) struct Addresses<'k> {
    pub(super) key: &'k Key,
    /// Whether those with the same beginning keep one.
    pub(super) in_order: bool,
}

impl Addresses<'_> {
    /// In a header.
    pub(super) fn address(&self, address: IpAddr) -> IpAddr {
        match address {
            IpAddr::V4(address) => self.version_4(address).into(),
            IpAddr::V6(address) => self.version_6(address).into(),
        }
    }

    /// Of as many digits, octet by octet, and also if it stands in hexadecimal groups in one of version 6.
    pub(super) fn version_4(&self, address: Ipv4Addr) -> Ipv4Addr {
        let octets = address.octets();
        if address.is_unspecified() || address.is_broadcast() || address.is_loopback() {
            return address;
        }
        let range = range_4(octets);
        let of = |at: usize| {
            let octet = u16::from(octets[at]);
            let (least, most) = match range.get(at) {
                Some((least, most)) => (*least, *most),
                None => (0, 255),
            };
            let begins_group = at.is_multiple_of(2) || octets[at - 1] == 0;
            let (low, high) = match octet {
                0 | 255 => (octet, octet),
                1..=9 => (1, 9),
                10..=15 if begins_group => (10, 15),
                16..=99 if begins_group => (16, 99),
                10..=99 => (10, 99),
                _ => (100, 254),
            };
            Part::new(octet, low.max(least), high.min(most))
        };
        let mut parts = [0, 1, 2, 3].map(of);
        // Until it is in its range again, or outside of all of them: mostly at once, and at last where it began.
        loop {
            self.step(b"version 4", &mut parts);
            let replaced = parts.map(|part| part.value() as u8);
            if range_4(replaced) == range {
                return replaced.into();
            }
        }
    }

    /// Group by group, each of as many digits as it needs.
    pub(super) fn version_6(&self, address: Ipv6Addr) -> Ipv6Addr {
        if address.is_unspecified() || address.is_loopback() {
            return address;
        }
        if let Some(inner) = at_end_of(address) {
            let front = address.to_bits() & !u128::from(u32::MAX);
            return Ipv6Addr::from_bits(front | u128::from(self.version_4(inner).to_bits()));
        }
        let groups = address.segments();
        let range = range_6(groups);
        let digits = |at: usize| {
            let kept = range.get(at).copied().unwrap_or_default();
            digits_of(groups[at], kept)
        };
        let mut parts: Vec<Part> = (0..8).flat_map(digits).collect();
        loop {
            self.step(b"version 6", &mut parts);
            let mut replaced = [0_u16; 8];
            for (group, four) in replaced.iter_mut().zip(parts.chunks_exact(4)) {
                *group = four.iter().fold(0, |sum, part| sum << 4 | part.value());
            }
            if range_6(replaced) == range {
                return replaced.into();
            }
        }
    }

    /// What is fixed decides how the rest is replaced.
    fn step(&self, tweak: &[u8], parts: &mut [Part]) {
        let mut digits: Vec<_> = parts.iter().map(|part| part.digit).collect();
        if self.in_order {
            permute_in_order(self.key, tweak, &mut digits);
        } else {
            let is_fixed = |part: &Part| part.digit.radix == 1;
            let fixed = parts.iter().map(|part| match is_fixed(part) {
                true => part.least.to_be_bytes(),
                false => [u8::MAX; 2],
            });
            let tweak = [tweak, &fixed.collect::<Vec<_>>().concat()].concat();
            let mut moved: Vec<_> = digits
                .iter()
                .copied()
                .filter(|digit| digit.radix > 1)
                .collect();
            permute(self.key, &tweak, &mut moved);
            let places = digits.iter_mut().filter(|digit| digit.radix > 1);
            places.zip(moved).for_each(|(place, digit)| *place = digit);
        }
        for (part, digit) in parts.iter_mut().zip(digits) {
            part.digit = digit;
        }
    }
}

/// The address of version 4 that this one is made of, where its beginning says so: such are written with four numbers at the end
/// as well as in groups (RFC 4291 2.5.5, RFC 6052 2.1).
pub(super) fn at_end_of(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => {
            Some(Ipv4Addr::from_bits(address.to_bits() as u32))
        }
        _ => None,
    }
}

/// What the first octets may be in the special range of an address (RFC 6890); nothing outside of all of them.
fn range_4(octets: [u8; 4]) -> Vec<(u16, u16)> {
    let same = |count: usize| {
        let first = octets[..count].iter();
        first.map(|octet| (u16::from(*octet), u16::from(*octet)))
    };
    match octets {
        [0 | 10 | 127 | 255, ..] => same(1).collect(),
        [100, 64..=127, ..] => same(1).chain([(64, 127)]).collect(),
        [172, 16..=31, ..] => same(1).chain([(16, 31)]).collect(),
        [198, 18..=19, ..] => same(1).chain([(18, 19)]).collect(),
        [169, 254, ..] | [192, 168, ..] => same(2).collect(),
        [192, 0, 0 | 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => same(3).collect(),
        [224..=239, ..] => vec![(224, 239)],
        [240..=254, ..] => vec![(240, 254)],
        _ => Vec::new(),
    }
}

/// How many digits of the first groups stay in the special range of an address (RFC 6890); of others the first, which says that it is
/// one that routers pass on.
fn range_6(groups: [u16; 8]) -> Vec<usize> {
    match groups {
        [0x2001, 0x0db8, ..] | [0x64, 0xff9b, ..] => vec![4, 4],
        [0xfc00..=0xfdff, ..] => vec![2],
        [0xfe80..=0xfebf | 0xff00..=0xffff, ..] => vec![4],
        _ => vec![1],
    }
}

/// The digits of a group; those in front of the first one that counts stay zero.
fn digits_of(group: u16, kept: usize) -> Vec<Part> {
    let mut has_begun = false;
    let parts = (0..4).map(|at| {
        let digit = group >> (12 - 4 * at) & 15;
        let is_first = !has_begun && digit > 0;
        has_begun |= digit > 0;
        match (at < kept || !has_begun, is_first) {
            (true, _) => Part::kept(digit),
            (false, true) => Part::new(digit, 1, 15),
            (false, false) => Part::new(digit, 0, 15),
        }
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn replaced(address: &str, in_order: bool) -> String {
        let key = Key::new(b"secret");
        let addresses = Addresses {
            key: &key,
            in_order,
        };
        addresses.address(address.parse().unwrap()).to_string()
    }

    #[test]
    fn addresses_keep_their_length_and_their_range() {
        for (address, beginning) in [
            ("10.1.22.133", "10."),
            ("172.20.1.9", "172."),
            ("192.168.77.1", "192.168."),
            ("100.64.1.2", "100."),
            ("169.254.3.4", "169.254."),
            ("192.0.2.17", "192.0.2."),
            ("198.51.100.17", "198.51.100."),
            ("203.0.113.200", "203.0.113."),
            ("2001:db8::1:77", "2001:db8::"),
            ("fe80::12ab:1", "fe80::"),
            ("fd00:12::1", "fd"),
            ("ff02::fb", "ff02::"),
        ] {
            for in_order in [true, false] {
                let other = replaced(address, in_order);
                assert_eq!(other.len(), address.len(), "{address} {other}");
                assert!(other.starts_with(beginning), "{address} {other}");
                assert_ne!(other, address, "{in_order}");
            }
        }
    }

    #[test]
    fn addresses_of_no_machine_stay() {
        for address in ["0.0.0.0", "255.255.255.255", "127.0.0.1", "::", "::1"] {
            assert_eq!(replaced(address, false), address);
        }
    }

    #[test]
    fn public_addresses_stay_public_and_none_become_one() {
        let all: BTreeSet<_> = (0..=255_u8)
            .flat_map(|third| [1, 77, 8, 200].map(|last| format!("8.8.{third}.{last}")))
            .collect();
        let others: BTreeSet<_> = all.iter().map(|one| replaced(one, false)).collect();
        assert_eq!(all.len(), others.len());
        for other in &others {
            let octets = other.parse::<Ipv4Addr>().unwrap().octets();
            assert!(range_4(octets).is_empty(), "{other}");
        }
    }

    #[test]
    fn in_order_networks_stay_networks() {
        let network = |address: &str| {
            let other = replaced(address, true);
            other.rsplit_once('.').unwrap().0.to_owned()
        };
        assert_eq!(network("8.8.4.1"), network("8.8.4.77"));
        assert_ne!(network("8.8.4.1"), network("8.8.5.1"));
    }

    #[test]
    fn an_address_of_version_4_is_the_same_inside_of_version_6() {
        let inner = |address: &str| address.parse::<Ipv6Addr>().unwrap().to_bits() as u32;
        for own in ["8.8.4.77", "12.0.0.15", "100.16.9.254", "0.11.200.3"] {
            let other = replaced(own, false).parse::<Ipv4Addr>().unwrap();
            for front in ["::", "::ffff:", "64:ff9b::"] {
                let around = replaced(&format!("{front}{own}"), false);
                assert_eq!(inner(&around), other.to_bits(), "{around}");
            }
        }
    }

    #[test]
    fn in_groups_an_address_of_version_4_is_as_long_as_before() {
        let groups = |address: Ipv4Addr| {
            let bits = u128::from(address.to_bits());
            let [.., high, low] = Ipv6Addr::from_bits(bits).segments();
            [high, low].map(|group| format!("{group:x}").len())
        };
        let octets = [0, 1, 9, 10, 15, 16, 99, 100, 254, 255];
        for (first, second) in octets.iter().flat_map(|one| octets.map(|two| (*one, two))) {
            let address = Ipv4Addr::new(first, second, second, first);
            let other = replaced(&address.to_string(), false).parse().unwrap();
            assert_eq!(groups(address), groups(other), "{address} {other}");
            assert_eq!(address.to_string().len(), other.to_string().len());
        }
    }
}
