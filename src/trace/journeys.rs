//! Journeys: which hop of a request follows which. A node that passes a request on puts its own Via on top of those that it
//! got (RFC 3261 16.6), so the list itself tells, and no clock is needed; answers have the list of their request (8.2.6.2), so it tells
//! also where only they were seen. Where it was stripped or rewritten, adjacency and
//! order have to do, and the link says so.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::faces::Faces;
use super::hops::{Draft, Sent};
use super::ids::HopId;
use super::sightings::Sightings;
use crate::base::TRANSIT;
use crate::base::{Endpoint, Party};

/// How a hop is known to follow another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Link {
    /// It follows none that was seen.
    None,
    /// Its Via list is one new value on top of the other's.
    Via,
    /// Its Via list is the same, between other addresses: something passed it on that is no SIP node (address translation, a
    /// load balancer), or that does not say so.
    Unchanged,
    /// The Via list was stripped or rewritten: it has the same Call-ID, CSeq and From tag, and left the node at which the
    /// other had just arrived.
    Inferred,
}

impl Link {
    /// How it is named in every output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Via => "via",
            Self::Unchanged => "unchanged",
            Self::Inferred => "inferred",
        }
    }
}

/// Only so many of the latest candidates are looked at.
const MOST_LOOKED_AT: usize = 16;
/// No request goes over more hops: Max-Forwards is below 256 (RFC 3261 20.22).
const LONGEST: usize = 1024;

/// Hops of one Call-ID by a key, latest first.
struct Latest<K> {
    newest: HashMap<K, usize, RandomState>,
    before: Vec<Option<usize>>,
}

impl<K: Eq + std::hash::Hash> Latest<K> {
    fn of<'d, 'a: 'd>(hops: &'d [Draft<'a>], key: impl Fn(&Draft<'a>) -> Option<K>) -> Self {
        let mut newest = HashMap::default();
        let before = hops
            .iter()
            .enumerate()
            .map(|(position, hop)| newest.insert(key(hop)?, position))
            .collect();
        Self { newest, before }
    }

    fn all(&self, key: K) -> impl Iterator<Item = usize> + use<'_, K> {
        let newest = self.newest.get(&key).copied();
        std::iter::successors(newest, |hop| self.before[*hop]).take(MOST_LOOKED_AT)
    }
}

/// Links the hops of one Call-ID. `names_sender` says whether the topmost Via names the address that a message came from.
pub(super) fn link(
    hops: &mut [Draft<'_>],
    sightings: &Sightings,
    faces: &Faces,
    names_sender: impl Fn(&Sent<'_>) -> bool,
) {
    if hops.len() < 2 {
        return;
    }
    let request = |hop: &Draft<'_>| hop.entry.request.known();
    let same_request = |hop: &Draft<'_>| (hop.entry.cseq, hop.entry.method);
    let by_stack = Latest::of(hops, |hop| {
        (hop.lead.fact.vias > 0).then(|| (hop.lead.stack(), same_request(hop)))
    });
    let by_request = Latest::of(hops, |hop| {
        let at = whereabouts(sightings, hop.entry.destination)?;
        request(hop).map(|_| (hop.lead.fact.from_tag, same_request(hop), at))
    });
    let by_node = Latest::of(hops, |hop| {
        let node = faces.node(hop.entry.destination, hop.lead.realm)?;
        request(hop).map(|_| (hop.lead.fact.from_tag, same_request(hop), node))
    });
    for position in 0..hops.len() {
        let hop = &hops[position];
        let fact = hop.lead.fact;
        let closest = |candidates: &mut dyn Iterator<Item = usize>| {
            let others = candidates.filter(|other| *other != position);
            let scored = others.map(|other| {
                let asks = request(&hops[other]).is_some();
                let adjacent = adjacency(sightings, faces, &hops[other], hop);
                // Clones differ by nothing else.
                let same_realm = hops[other].lead.realm == hop.lead.realm;
                // The latest before it, else the earliest after it: clocks may disagree.
                let order = if other < position {
                    other as i64
                } else {
                    -(other as i64)
                };
                (asks, adjacent, same_realm, order, other)
            });
            scored.max()
        };
        let below = (hop.lead.below, same_request(hop));
        let over_via = (fact.vias > 1)
            .then(|| closest(&mut by_stack.all(below)))
            .flatten();
        let same_stack = || {
            request(hop)?;
            let all = by_stack.all((hop.lead.stack(), same_request(hop)));
            let mut earlier = all.filter(|other| {
                *other < position
                    && fact.vias > 0
                    && request(&hops[*other]).is_some()
                    && is_passed_on(sightings, faces, &hops[*other], hop)
            });
            closest(&mut earlier)
        };
        let translated = || {
            request(hop).filter(|_| fact.vias > 0)?;
            let all = by_stack.all((hop.lead.stack(), same_request(hop)));
            let mut others = all.filter(|other| *other != position);
            // What is sent to several servers is no translation.
            let other = others.next().filter(|_| others.next().is_none())?;
            let before = &hops[other];
            request(before).filter(|_| is_translated(before, hop))?;
            let is_first = match (names_sender(&before.lead), names_sender(&hop.lead)) {
                (true, false) => true,
                (false, true) => false,
                _ => other < position,
            };
            is_first.then_some(other)
        };
        let inferred = || {
            request(hop)?;
            let of = (fact.from_tag, same_request(hop));
            let at = whereabouts(sightings, hop.entry.source)?;
            let node = faces.node(hop.entry.source, hop.lead.realm);
            let at_node = node.into_iter();
            let at_node = at_node.flat_map(|node| by_node.all((of.0, of.1, node)));
            let all = by_request.all((of.0, of.1, at)).chain(at_node);
            let mut earlier = all
                .filter(|other| *other < position && hops[*other].lead.fact.to_tag == fact.to_tag);
            closest(&mut earlier)
        };
        let is_adjacent = over_via.is_some_and(|(_, adjacent, ..)| adjacent > 0);
        let by_via = over_via.map(|(.., parent)| (parent, Link::Via));
        let found = by_via
            .filter(|_| is_adjacent)
            .or_else(|| translated().map(|parent| (parent, Link::Unchanged)))
            .or(by_via)
            .or_else(|| same_stack().map(|(.., parent)| (parent, Link::Unchanged)))
            .or_else(|| inferred().map(|(.., parent)| (parent, Link::Inferred)));
        let farther = hop.lead.farther.filter(|_| found.is_none());
        let went_on =
            farther.and_then(|farther| closest(&mut by_stack.all((farther, same_request(hop)))));
        if let Some((.., above)) = went_on {
            hops[above].entry.goes_on = true;
        }
        if let Some((parent, link)) = found
            && !is_above(hops, position, parent)
        {
            let entry = &mut hops[position].entry;
            entry.parent = HopId::at(parent);
            entry.link = link;
        }
    }
}

/// How surely one hop ends where the other begins: the same endpoint or the same node, the same address, or neither.
fn adjacency(sightings: &Sightings, faces: &Faces, first: &Draft<'_>, second: &Draft<'_>) -> u8 {
    let (end, begin) = (first.entry.destination, second.entry.source);
    let node = faces.node(end, first.lead.realm);
    if node.is_some() && node == faces.node(begin, second.lead.realm) {
        return 2;
    }
    let adjacent = sightings.is_at(end, begin);
    u8::from(adjacent) + u8::from(adjacent && end == begin)
}

/// What two endpoints have in common that may be one node: the address. On a loopback interface all nodes share one, so that
/// only the port tells.
pub(super) fn whereabouts(sightings: &Sightings, end: u32) -> Option<Party> {
    let Party::Address(endpoint) = sightings.parties().get(end)? else {
        return sightings.parties().get(end);
    };
    let port = match endpoint.address.is_loopback() {
        true => endpoint.port,
        false => 0,
    };
    Some(Endpoint::new(endpoint.address, port).into())
}

/// Whether a request with the same Via list came out of what the other went into: something between them that is no SIP node
/// changed one end only, or both but stands at the end of the first.
fn is_passed_on(
    sightings: &Sightings,
    faces: &Faces,
    first: &Draft<'_>,
    second: &Draft<'_>,
) -> bool {
    let (a, b) = (&first.entry, &second.entry);
    let (same_source, same_destination) = (a.source == b.source, a.destination == b.destination);
    match (same_source, same_destination) {
        // It was sent again, by one that writes the same each time.
        (true, true) => false,
        (false, false) => adjacency(sightings, faces, first, second) > 0,
        _ => true,
    }
}

/// Whether the same bytes came out soon between two other addresses: a translation changed both.
fn is_translated(first: &Draft<'_>, second: &Draft<'_>) -> bool {
    let (a, b) = (&first.entry, &second.entry);
    let times = first.lead.time.zip(second.lead.time);
    a.source != b.source
        && a.destination != b.destination
        && first.lead.print == second.lead.print
        && times.is_some_and(|(one, other)| one.abs_diff(other) <= TRANSIT.unsigned_abs())
}

/// Whether a hop stands above another already; a trace may claim anything.
fn is_above(hops: &[Draft<'_>], hop: usize, below: usize) -> bool {
    let mut at = below;
    for _ in 0..LONGEST {
        if at == hop {
            return true;
        }
        match hops[at].entry.parent.known() {
            Some(parent) => at = parent.position(),
            None => return false,
        }
    }
    true
}
