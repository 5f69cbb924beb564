//! Who sent and received: transport addresses, and what is only known by name. Each is kept once and known by number.

use std::collections::HashMap;
use std::fmt;

use foldhash::fast::RandomState;

use crate::base::{Endpoint, NameId, Party};

/// A sender or receiver, for whoever shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End<'a> {
    /// At a transport address.
    Address(Endpoint),
    /// Only known by this name.
    Named(&'a str),
}

impl End<'_> {
    /// Its transport address, if it has one.
    pub fn endpoint(&self) -> Option<Endpoint> {
        match self {
            Self::Address(endpoint) => Some(*endpoint),
            Self::Named(_) => None,
        }
    }
}

/// `192.0.2.1:5060`, `P-CSCF`.
impl fmt::Display for End<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(endpoint) => endpoint.fmt(f),
            Self::Named(name) => f.write_str(name),
        }
    }
}

/// All of them.
#[derive(Default)]
pub(super) struct Parties {
    all: Vec<Party>,
    numbers: HashMap<Party, u32, RandomState>,
    names: Vec<Box<str>>,
    /// The same name in two inputs need not be the same party.
    name_ids: HashMap<(u32, Box<str>), NameId, RandomState>,
}

impl Parties {
    /// The number of a party.
    pub(super) fn add(&mut self, party: Party) -> u32 {
        *self.numbers.entry(party).or_insert_with(|| {
            self.all.push(party);
            (self.all.len() - 1) as u32
        })
    }

    /// What stands for a name of an input.
    pub(super) fn name(&mut self, input: u32, name: &str) -> NameId {
        let key = (input, name.into());
        *self.name_ids.entry(key).or_insert_with(|| {
            self.names.push(name.into());
            NameId((self.names.len() - 1) as u32)
        })
    }

    /// Lets go of what only adding needs.
    pub(super) fn close(&mut self) {
        (self.numbers, self.name_ids) = (HashMap::default(), HashMap::default());
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The party with this number.
    pub(super) fn get(&self, number: u32) -> Option<Party> {
        self.all.get(number as usize).copied()
    }

    /// Its address, if it has one.
    pub(super) fn endpoint(&self, number: u32) -> Option<Endpoint> {
        match self.get(number)? {
            Party::Address(endpoint) => Some(endpoint),
            Party::Named(_) => None,
        }
    }

    /// The party with this number, for whoever shows it.
    pub(super) fn end(&self, number: u32) -> Option<End<'_>> {
        Some(match self.get(number)? {
            Party::Address(endpoint) => End::Address(endpoint),
            Party::Named(name) => End::Named(self.text(name)),
        })
    }

    /// The text of a name.
    pub(super) fn text(&self, name: NameId) -> &str {
        &self.names[name.0 as usize]
    }
}
