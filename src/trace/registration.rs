//! Registrations: everything that was asked of a registrar about one address-of-record (RFC 3261 10), whatever the Call-ID.
//! What the requests and answers say in detail is read from their bytes: see [`super::Terms`] and [`super::Binding`].

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::Trace;
use super::attempt::{Attempt, AttemptKind, Entered, Follows, entered};
use super::sightings::REGISTER;
use super::view::{Call, Hop};
use crate::base::Timestamp;

/// All requests about one address-of-record.
#[derive(Clone)]
pub struct Registration<'a> {
    /// The address: the URI of To, as it was written first.
    pub address: &'a [u8],
    /// The URI of From, where another registers the address: a third party, such as an S-CSCF at an application server
    /// (TS 24.229 5.4.1.7). What it registers at one place is a registration of its own.
    pub third_party: Option<&'a [u8]>,
    /// The requests in their order: a challenge and what answers it are two.
    pub steps: Vec<Attempt<'a>>,
}

impl Trace {
    /// All registrations, in the order in which they begin.
    pub fn registrations(&self) -> Vec<Registration<'_>> {
        registrations(self.hops())
    }
}

impl<'a> Call<'a> {
    /// What of registrations is in this call, in the order in which it begins.
    pub fn registrations(&self) -> Vec<Registration<'a>> {
        registrations(self.hops())
    }
}

fn registrations<'a>(hops: impl Iterator<Item = Hop<'a>>) -> Vec<Registration<'a>> {
    let mut places: HashMap<Key<'a>, usize, RandomState> = HashMap::default();
    let mut all: Vec<Register<'a>> = Vec::new();
    for entered in entered(hops, REGISTER) {
        let place = *places.entry(Key::of(&entered.hop)).or_insert_with(|| {
            all.push(Register::of(&entered.hop));
            all.len() - 1
        });
        all[place].add(entered);
    }
    all.into_iter().map(|one| one.registration).collect()
}

/// What tells registrations apart: the address, and for a third party who it is and where it registers.
#[derive(PartialEq, Eq, Hash)]
struct Key<'a> {
    address: Vec<u8>,
    third_party: Option<(&'a [u8], u32)>,
}

impl<'a> Key<'a> {
    fn of(hop: &Hop<'a>) -> Self {
        Self {
            address: canonical(hop.to()),
            third_party: third_party(hop).map(|by| (by, hop.entry.destination)),
        }
    }
}

/// RFC 3261 10.2, From.
fn third_party<'a>(hop: &Hop<'a>) -> Option<&'a [u8]> {
    let (from, to) = (hop.from(), hop.to());
    (canonical(from) != canonical(to)).then_some(from)
}

/// Scheme and host in lower case; they are the same in any (RFC 3261 10.3 step 5, 19.1.4).
fn canonical(uri: &[u8]) -> Vec<u8> {
    let mut uri = uri.to_vec();
    let place = |byte: u8| uri.iter().position(|other| *other == byte);
    let (scheme, host) = (place(b':').unwrap_or(0), place(b'@').unwrap_or(0));
    uri[..scheme].make_ascii_lowercase();
    uri[host..].make_ascii_lowercase();
    uri
}

/// A registration being put together.
struct Register<'a> {
    registration: Registration<'a>,
    /// Contacts that are bound, with when that runs out.
    bound: HashMap<&'a [u8], Option<Timestamp>, RandomState>,
    /// The latest step of each Call-ID: a client keeps it for all that it registers (RFC 3261 10.2).
    latest: HashMap<u32, usize, RandomState>,
}

impl<'a> Register<'a> {
    fn of(hop: &Hop<'a>) -> Self {
        Self {
            registration: Registration {
                address: hop.to(),
                third_party: third_party(hop),
                steps: Vec::new(),
            },
            bound: HashMap::default(),
            latest: HashMap::default(),
        }
    }

    fn add(&mut self, entered: Entered<'a>) {
        let (request, steps) = (entered.request, &mut self.registration.steps);
        let contact = request.contact();
        let is_bound = || match self.bound.get(contact) {
            Some(Some(until)) => request.time().is_none_or(|time| time <= *until),
            known => known.is_some(),
        };
        let kind = match (contact.is_empty(), request.expires()) {
            // `Contact: *` is only there to remove all (RFC 3261 10.2.2).
            (_, Some(0)) => AttemptKind::Remove,
            (true, _) => AttemptKind::Query,
            _ if is_bound() => AttemptKind::Refresh,
            _ => AttemptKind::Create,
        };
        let before = self.latest.insert(entered.hop.entry.call_id, steps.len());
        let follows = before.and_then(|step| {
            let why = steps[step].reaction(&request)?;
            Some(Follows { step, why })
        });
        let attempt = Attempt::of(entered, kind, follows);
        if attempt.is_accepted() {
            match kind {
                AttemptKind::Remove if contact.is_empty() => self.bound.clear(),
                AttemptKind::Remove => drop(self.bound.remove(contact)),
                AttemptKind::Query => {}
                _ => drop(self.bound.insert(contact, attempt.until())),
            }
        }
        steps.push(attempt);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_same_in_any_case_but_for_the_user() {
        let expected = [
            ("SIP:Alice@Example.COM", "sip:Alice@example.com"),
            ("tel:+49301", "tel:+49301"),
            ("sip:registrar", "sip:registrar"),
            ("", ""),
        ];
        for (uri, expected) in expected {
            assert_eq!(canonical(uri.as_bytes()), expected.as_bytes(), "{uri}");
        }
    }
}
