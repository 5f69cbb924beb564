//! What the user's node file says, by address and by name.

use std::collections::HashMap;
use std::net::IpAddr;

use foldhash::fast::RandomState;

use super::file::{NodeHint, Pattern};
use crate::trace::realms::Realms;

/// Nodes of the file by what they are found with.
#[derive(Default)]
pub(super) struct Hinted {
    endpoints: HashMap<(IpAddr, u16), Vec<u32>, RandomState>,
    addresses: HashMap<IpAddr, Vec<u32>, RandomState>,
    /// Networks of several addresses, smallest first.
    networks: Vec<(IpAddr, u8, u32)>,
    names: HashMap<Vec<u8>, u32, RandomState>,
    /// For each node of the file, the realms that it is in; none where it does not say.
    realms: Vec<Option<Vec<u32>>>,
}

impl Hinted {
    pub(super) fn new(hints: &[NodeHint], realms: &Realms) -> Self {
        let mut hinted = Self::default();
        for (number, hint) in hints.iter().enumerate() {
            let number = number as u32;
            for pattern in &hint.addresses {
                match *pattern {
                    Pattern::Endpoint(address, port) => {
                        let known = hinted.endpoints.entry((address, port)).or_default();
                        known.push(number);
                    }
                    Pattern::Network(address, length) if length == bits(address) => {
                        hinted.addresses.entry(address).or_default().push(number);
                    }
                    Pattern::Network(address, length) => {
                        hinted.networks.push((address, length, number));
                    }
                }
            }
            let names = hint.names.iter();
            let names = names.map(|name| (name.to_ascii_lowercase().into_bytes(), number));
            hinted.names.extend(names);
            hinted.realms.push(hint.says_where().then(|| {
                let inside =
                    |realm: &u32| realms.get(*realm).is_some_and(|realm| hint.is_in(realm));
                (0..realms.count()).filter(inside).collect()
            }));
        }
        hinted
            .networks
            .sort_by_key(|(_, length, number)| (u8::MAX - length, *number));
        hinted
    }

    /// The node of an endpoint: one that names its port, else its address, else the smallest network around it.
    pub(super) fn address(&self, address: IpAddr, port: u16, realm: u32) -> Option<u32> {
        let here = |number: &&u32| {
            let realms = &self.realms[**number as usize];
            realms.as_ref().is_none_or(|realms| realms.contains(&realm))
        };
        let first = |numbers: Option<&Vec<u32>>| numbers?.iter().find(here).copied();
        first(self.endpoints.get(&(address, port)))
            .or_else(|| first(self.addresses.get(&address)))
            .or_else(|| {
                let around = self.networks.iter().filter(|(network, length, number)| {
                    contains(*network, *length, address) && here(&number)
                });
                around.map(|(_, _, number)| *number).next()
            })
    }

    /// The node of a name.
    pub(super) fn name(&self, name: &[u8]) -> Option<u32> {
        self.names.get(name).copied()
    }
}

/// How many bits an address has.
pub(super) fn bits(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

pub(super) fn contains(network: IpAddr, length: u8, address: IpAddr) -> bool {
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let differ = network.to_bits() ^ address.to_bits();
            differ.leading_zeros() >= u32::from(length)
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let differ = network.to_bits() ^ address.to_bits();
            differ.leading_zeros() >= u32::from(length)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_contain_their_addresses_only() {
        let ip = |text: &str| -> IpAddr { text.parse().unwrap() };
        assert!(contains(ip("10.0.0.0"), 8, ip("10.9.8.7")));
        assert!(!contains(ip("10.0.0.0"), 8, ip("11.0.0.0")));
        assert!(contains(ip("0.0.0.0"), 0, ip("192.0.2.1")));
        assert!(!contains(ip("0.0.0.0"), 0, ip("::1")));
        assert!(contains(ip("2001:db8::"), 32, ip("2001:db8:1::")));
    }
}
