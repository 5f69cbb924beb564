//! Registrations: everything that was asked of a registrar about one address-of-record (RFC 3261 10), whatever the Call-ID.
//! What the requests and answers say in detail is read from their bytes: see [`super::Terms`] and [`super::Binding`].

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::Trace;
use super::attempt::{Attempt, AttemptKind, Entered, Follows, entered};
use super::sightings::REGISTER;
use super::view::{Call, Hop, Message};
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

/// What stands for all contacts (RFC 3261 10.2.2).
const ALL: &[u8] = b"*";

impl<'a> Message<'a> {
    /// What a REGISTER is about, with the seconds that it asks for: the first contact that it binds, or, if it binds none, the
    /// first that it removes.
    pub(super) fn binds(&self) -> Option<(&'a [u8], Option<u32>)> {
        let all = self.contacts();
        let bound = all.iter().find(|(_, seconds)| *seconds != Some(0));
        bound.or(all.first()).copied()
    }

    /// The seconds that an answer grants to what this REGISTER is about: an answer lists all bindings of the address, those of
    /// others, too (RFC 3261 10.3 step 8). To a query, the longest of them.
    pub(super) fn granted(&self, answer: &Message<'_>) -> Option<u32> {
        let Some((contact, asked)) = self.binds() else {
            return answer.expires();
        };
        if asked == Some(0) {
            return None;
        }
        let (own, listed) = (canonical(contact), answer.contacts());
        let is_own = |uri: &[u8]| canonical(uri) == own;
        match (listed.iter().find(|(uri, _)| is_own(uri)), &listed[..]) {
            // The registrar, or a proxy on the way, may write the only one in another way.
            (Some((_, seconds)), _) | (None, [(_, seconds)]) => *seconds,
            (None, []) => answer.expires(),
            (None, _) => None,
        }
    }
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
        let is_bound = |contact: &[u8]| match self.bound.get(contact) {
            Some(Some(until)) => request.time().is_none_or(|time| time <= *until),
            known => known.is_some(),
        };
        let (kind, contact, asked) = match request.binds() {
            // Without a Contact, Expires has nothing to tell (RFC 3261 10.2.3).
            None => (AttemptKind::Query, &b""[..], request.expires()),
            Some((contact, Some(0))) => (AttemptKind::Remove, contact, Some(0)),
            Some((contact, asked)) if is_bound(contact) => (AttemptKind::Refresh, contact, asked),
            Some((contact, asked)) => (AttemptKind::Create, contact, asked),
        };
        let before = self.latest.insert(entered.hop.entry.group, steps.len());
        let follows = before.and_then(|step| {
            let why = steps[step].reaction(&request)?;
            Some(Follows { step, why })
        });
        let answer = entered.hop.answer();
        let attempt = Attempt {
            contact,
            asked,
            granted: answer
                .filter(Message::accepts)
                .and_then(|answer| request.granted(&answer)),
            ..Attempt::of(entered, kind, follows)
        };
        if attempt.is_accepted() {
            for one in request.contacts() {
                match one {
                    (ALL, _) => self.bound.clear(),
                    (contact, Some(0)) => drop(self.bound.remove(contact)),
                    (contact, _) => drop(self.bound.insert(contact, attempt.until())),
                }
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
