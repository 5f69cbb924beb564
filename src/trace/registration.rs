//! Registrations: everything that was asked of a registrar about one address-of-record (RFC 3261 10), whatever the Call-ID.
//! What the requests and answers say in detail is read from their bytes: see [`super::Terms`] and [`super::Binding`].

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::Trace;
use super::attempt::{Attempt, AttemptKind, Entered, Follows, entered};
use super::ids::HopId;
use super::nodes::Place;
use super::sightings::REGISTER;
use super::uris::{Uris, canonical, is_same, same_user};
use super::view::{Call, Hop, Message};
use crate::base::{Timestamp, Transport};

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

/// The REGISTERs of which what they are about ran out before something prolonged or removed it, or the trace ended.
pub(super) fn run_out(trace: &Trace) -> Vec<HopId> {
    let (all, mut uris) = registers(trace.hops());
    let mut found = Vec::new();
    for mut one in all {
        let bound = std::mem::take(&mut one.bound);
        one.leave(bound, trace.end());
        for (contact, step) in one.over {
            let step = &one.registration.steps[step];
            if uris.number(step.contact) == contact {
                found.push(step.hop.id());
            }
        }
    }
    found
}

/// What an address is bound to: by the number of the contact the REGISTER that did it, and the contact as it is written there.
type OfAddress<'a> = HashMap<usize, (Hop<'a>, &'a [u8]), RandomState>;

/// What these REGISTERs leave bound after one that removes something: the one that did it last, and for how many seconds. The answer
/// to the last of them lists what is left of its address (RFC 3261 10.3 step 8).
pub(super) fn left_bound<'a>(
    accepted: impl Iterator<Item = Hop<'a>>,
) -> Option<(Hop<'a>, Option<u32>)> {
    let mut uris = Uris::default();
    let mut bound: HashMap<Vec<u8>, OfAddress<'a>> = HashMap::new();
    let mut last = None;
    for hop in accepted {
        let (Some(request), Some(answer)) = (hop.request(), hop.answer()) else {
            continue;
        };
        let of_address = bound.entry(canonical(hop.to())).or_default();
        for (contact, seconds) in request.contacts() {
            match (contact, seconds) {
                (ALL, _) => of_address.clear(),
                (_, Some(0)) => drop(of_address.remove(&uris.number(contact))),
                _ => drop(of_address.insert(uris.number(contact), (hop, contact))),
            }
        }
        last = Some((canonical(hop.to()), answer));
    }
    let (address, answer) = last?;
    let listed = answer.contacts();
    let seconds = |hop: &Hop<'a>, contact: &[u8]| {
        let request = hop.request()?;
        if canonical(hop.to()) != address {
            let granted = hop.answer().and_then(|answer| request.granted(&answer));
            return Some(granted.or_else(|| request.binds()?.1));
        }
        let own = listed.iter().find(|(uri, _)| is_same(uri, contact));
        own.map(|(_, seconds)| *seconds)
    };
    let left = bound.values().flat_map(HashMap::values);
    let left = left.filter_map(|(hop, contact)| Some((*hop, seconds(hop, contact)?)));
    left.max_by_key(|(hop, seconds)| (hop.first_message().id(), *seconds))
}

fn registrations<'a>(hops: impl Iterator<Item = Hop<'a>>) -> Vec<Registration<'a>> {
    let (all, _) = registers(hops);
    all.into_iter().map(|one| one.registration).collect()
}

fn registers<'a>(hops: impl Iterator<Item = Hop<'a>>) -> (Vec<Register<'a>>, Uris<'a>) {
    let mut places: HashMap<Key<'a>, usize, RandomState> = HashMap::default();
    let mut all: Vec<Register<'a>> = Vec::new();
    let mut uris = Uris::default();
    for entered in entered(hops, REGISTER) {
        let place = *places.entry(Key::of(&entered.hop)).or_insert_with(|| {
            all.push(Register::of(&entered.hop));
            all.len() - 1
        });
        all[place].add(entered, &mut uris);
    }
    (all, uris)
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
        let listed = answer.contacts();
        let as_written = listed.iter().find(|(uri, _)| *uri == contact);
        let own = as_written.or_else(|| listed.iter().find(|(uri, _)| is_same(uri, contact)));
        match (own, &listed[..]) {
            (Some((_, seconds)), _) => *seconds,
            (None, []) => answer.expires(),
            (None, [(uri, seconds)]) if self.may_be_translated(contact, uri) => *seconds,
            (None, _) => None,
        }
    }

    /// Whether an answer lists contacts, and what this REGISTER asks to be bound is surely not among them.
    pub(super) fn is_unlisted(&self, answer: &Message<'_>) -> bool {
        let listed = answer.contacts();
        let Some((contact, _)) = self.binds().filter(|(_, asked)| *asked != Some(0)) else {
            return false;
        };
        let may_be = |uri: &[u8]| is_same(uri, contact) || self.may_be_translated(contact, uri);
        !listed.is_empty() && !listed.iter().any(|(uri, _)| may_be(uri))
    }

    /// Whether a listed contact may be what the registrar, or a proxy on the way, made of this one: the user stays, and there is
    /// an address translation if the request does not come from the address in it, or if the one that is listed is where it
    /// comes from.
    fn may_be_translated(&self, contact: &[u8], listed: &[u8]) -> bool {
        let host = |uri| match Place::of_contact(uri, Transport::Unknown) {
            Some(Place::Address(host, _)) => Some(host),
            _ => None,
        };
        let from = self.sighting().source().and_then(|from| from.endpoint());
        let from = from.map(|from| from.address);
        same_user(contact, listed)
            && (from.is_none() || host(contact) != from || host(listed) == from)
    }
}

/// When a contact runs out, and the step that bound it last.
type Bound = (Option<Timestamp>, usize);

/// A registration being put together.
struct Register<'a> {
    registration: Registration<'a>,
    /// Contacts that are bound, by number.
    bound: HashMap<usize, Bound, RandomState>,
    /// Contacts that were bound until their time was over, and the step that did it last.
    over: Vec<(usize, usize)>,
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
            over: Vec::new(),
            latest: HashMap::default(),
        }
    }

    fn add(&mut self, entered: Entered<'a>, uris: &mut Uris<'a>) {
        let (request, steps) = (entered.request, &mut self.registration.steps);
        let mut is_bound = |contact: &'a [u8]| match self.bound.get(&uris.number(contact)) {
            Some((Some(until), _)) => request.time().is_none_or(|time| time <= *until),
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
        let unlisted = answer.is_some_and(|answer| request.is_unlisted(&answer));
        let is_bound = attempt.is_accepted() && !unlisted;
        let accepted = is_bound.then(|| request.contacts());
        let bound = (attempt.until(), steps.len());
        steps.push(attempt);
        for (contact, seconds) in accepted.into_iter().flatten() {
            let number = uris.number(contact);
            let ended = match (contact, seconds) {
                (ALL, _) => std::mem::take(&mut self.bound),
                (_, Some(0)) => self.bound.remove_entry(&number).into_iter().collect(),
                _ => {
                    let before = self.bound.insert(number, bound);
                    before.map(|before| (number, before)).into_iter().collect()
                }
            };
            self.leave(ended, request.time());
        }
    }

    /// Notes which of those that are bound no longer ran out before this time.
    fn leave(&mut self, ended: impl IntoIterator<Item = (usize, Bound)>, time: Option<Timestamp>) {
        let is_over =
            |until: &Option<Timestamp>| until.zip(time).is_some_and(|(until, time)| until < time);
        let over = ended.into_iter().filter(|(_, (until, _))| is_over(until));
        self.over
            .extend(over.map(|(contact, (_, step))| (contact, step)));
    }
}
