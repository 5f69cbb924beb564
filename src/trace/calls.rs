//! Calls: Call-IDs that belong together. Back-to-back user agents start a new dialog for the other leg; what they leave of the
//! first in it joins both, and every edge keeps its reason.

use super::clue::LinkKind;
use super::facts::{LinkFact, TextId};
use super::hops::HopEntry;
use super::ids::{CallId, HopId, MessageId};
use super::mention::Mention;
use super::{Trace, causes, link_rule};

/// A call as it is stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallEntry {
    /// Its earliest message.
    pub(super) first_message: MessageId,
    /// Its Call-IDs begin here in the list of them.
    pub(super) first: u32,
    pub(super) count: u32,
}

/// Why two Call-IDs are one call.
#[derive(Clone, Copy, Debug)]
pub(super) struct EdgeEntry {
    pub(super) call_id: u32,
    pub(super) other: u32,
    pub(super) kind: LinkKind,
}

/// By its place in [`crate::sip::METHODS`].
const PUBLISH: u16 = 13;
/// Only so many of the first hops of a Call-ID are looked at.
const MOST_LOOKED_AT: usize = 16;
/// A leg that was caused by another starts this soon after it.
const SOON: i64 = 10_000_000_000;

/// Sets which parent each has, until one has itself.
struct Sets(Vec<u32>);

impl Sets {
    fn root(&mut self, mut at: u32) -> u32 {
        while self.0[at as usize] != at {
            let above = self.0[at as usize];
            self.0[at as usize] = self.0[above as usize];
            at = self.0[at as usize];
        }
        at
    }

    /// Whether they were apart.
    fn join(&mut self, one: u32, other: u32) -> bool {
        let (one, other) = (self.root(one), self.root(other));
        let (low, high) = (one.min(other), one.max(other));
        self.0[high as usize] = low;
        low != high
    }
}

/// Makes calls of the Call-IDs of a trace.
pub(super) fn join(trace: &mut Trace) {
    let groups = trace.sightings.call_ids() as u32 + 1;
    trace.causes = causes::find(trace);
    let mut sets = Sets((0..groups).collect());
    let mut edges = Vec::new();
    for (call_id, other, kind) in pairs(trace) {
        if sets.join(call_id, other) {
            edges.push(EdgeEntry {
                call_id,
                other,
                kind,
            });
        }
    }
    let mut members: Vec<_> = (0..groups)
        .filter_map(|group| {
            let hops = trace.hops_of_group(group);
            let first = hops.iter().map(|hop| trace.first_message(hop)).min()?;
            Some((sets.root(group), first, group))
        })
        .collect();
    members.sort_unstable();
    let mut calls: Vec<(MessageId, Vec<u32>)> = members
        .chunk_by(|a, b| a.0 == b.0)
        .map(|call| {
            let ids = call.iter().map(|(_, _, group)| *group).collect();
            (call[0].1, ids)
        })
        .collect();
    calls.sort_unstable();
    trace.call_of_group = vec![CallId::at(0); groups as usize];
    for (number, (first_message, ids)) in calls.into_iter().enumerate() {
        trace.calls.push(CallEntry {
            first_message,
            first: trace.call_groups.len() as u32,
            count: ids.len() as u32,
        });
        for group in ids {
            trace.call_of_group[group as usize] = CallId::at(number);
            trace.call_groups.push(group);
        }
    }
    edges.sort_unstable_by_key(|edge| (edge.call_id, edge.other, edge.kind));
    trace.edges = edges;
}

/// Pairs of Call-IDs that belong together, the best reasons first.
fn pairs(trace: &Trace) -> Vec<(u32, u32, LinkKind)> {
    let mut links: Vec<(LinkKind, u32, u32)> = trace
        .facts
        .links
        .iter()
        .filter_map(|link: &LinkFact| {
            let call_id = trace.sightings.call_id_at(link.sighting as usize);
            let known = (call_id as usize) < trace.sightings.call_ids();
            let known = known && link.kind != LinkKind::Icid;
            known.then_some((link.kind, link.text.0, call_id))
        })
        .collect();
    links.sort_unstable();
    links.dedup();
    let mut pairs = Vec::new();
    for same in links.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (kind, text, _) = same[0];
        if names_call_id(kind) {
            let Some(named) = named(trace, trace.facts.texts.get(text)) else {
                continue;
            };
            pairs.extend(same.iter().map(|(_, _, call_id)| (named, *call_id, kind)));
        } else if kind.is_strong() {
            let legs: Vec<u32> = same.iter().map(|(_, _, call_id)| *call_id).collect();
            let legs = chained(trace, &legs);
            pairs.extend(legs.map(|(one, other)| (one, other, kind)));
        } else {
            pairs.extend(adjacent(trace, same).map(|(one, other)| (one, other, kind)));
        }
    }
    pairs.extend(same_charging(trace));
    pairs.extend(same_publication(trace));
    pairs.extend(by_text(trace));
    pairs.extend(caused(trace));
    pairs.retain(|(one, other, _)| one != other);
    pairs.sort_by_key(|(_, _, kind)| *kind);
    pairs
}

fn names_call_id(kind: LinkKind) -> bool {
    matches!(
        kind,
        LinkKind::CallIdField | LinkKind::DialogReference | LinkKind::EnclosedMessage
    )
}

/// The Call-ID that a text is; in a URI some of its characters are escaped (RFC 3891 8.1).
fn named(trace: &Trace, text: &[u8]) -> Option<u32> {
    let as_it_is = trace.sightings.find_call_id(text);
    as_it_is.or_else(|| trace.sightings.find_call_id(&unescaped(text)))
}

fn unescaped(text: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, others @ ..] = rest {
        let escape = match rest {
            [b'%', high, low, ..] => digit(*high).zip(digit(*low)),
            _ => None,
        };
        plain.push(escape.map_or(*first, |(high, low)| (high << 4 | low) as u8));
        rest = escape.map_or(others, |_| &rest[3..]);
    }
    plain
}

/// Call-IDs that are one by what the operator says about their texts.
fn by_text(trace: &Trace) -> Vec<(u32, u32, LinkKind)> {
    let count = trace.sightings.call_ids() as u32;
    let texts = (0..count).map(|number| trace.sightings.call_id_text(number));
    link_rule::pairs(&trace.link_rules, texts)
}

/// A Call-ID belongs to what caused its first request; what is caused later on only continues it.
fn caused(trace: &Trace) -> impl Iterator<Item = (u32, u32, LinkKind)> {
    trace.causes.iter().filter_map(|cause| {
        let call_id = |hop: HopId| trace.hops[hop.position()].call_id;
        let (one, other) = (call_id(cause.by), call_id(cause.caused));
        let first = HopId::at(trace.group_hops[other as usize] as usize);
        (cause.caused == first).then_some((one, other, cause.kind))
    })
}

/// Call-IDs with one `icid-value`. Two nodes may give the same value: it is unique together with where it was generated (RFC 7315
/// 5.6). Not every node says where; that goes with any place, if there is only one.
fn same_charging(trace: &Trace) -> Vec<(u32, u32, LinkKind)> {
    let mut all = Vec::new();
    for link in trace.facts.links.iter() {
        let call_id = trace.sightings.call_id_at(link.sighting as usize);
        if link.kind == LinkKind::Icid && (call_id as usize) < trace.sightings.call_ids() {
            let mut mentions = trace.facts.mentions(link.sighting as usize).iter();
            let place = mentions.find(|fact| fact.mention == Mention::IcidGenerated);
            let place = place.map(|fact| trace.facts.text(fact.text).to_ascii_lowercase());
            all.push((link.text, place.unwrap_or_default(), call_id));
        }
    }
    all.sort_unstable();
    all.dedup();
    let mut pairs = Vec::new();
    for same in all.chunk_by(|one, other| one.0 == other.0) {
        let mut places = same.chunk_by(|one, other| one.1 == other.1);
        let named = places
            .clone()
            .filter(|of_place| !of_place[0].1.is_empty())
            .count();
        let mut join = |legs: &[(TextId, Vec<u8>, u32)]| {
            let mut legs: Vec<u32> = legs.iter().map(|(.., call_id)| *call_id).collect();
            legs.sort_unstable();
            legs.dedup();
            pairs.extend(chained(trace, &legs).map(|(one, other)| (one, other, LinkKind::Icid)));
        };
        match named {
            0 | 1 => join(same),
            _ => places.by_ref().for_each(join),
        }
    }
    pairs
}

/// Call-IDs of PUBLISH requests about one state: an answer gave the entity-tag that the next request names.
fn same_publication(trace: &Trace) -> Vec<(u32, u32, LinkKind)> {
    let mut tags = Vec::new();
    for hop in trace.hops.iter().filter(|hop| hop.method == PUBLISH) {
        let messages = &trace.hop_messages[hop.first as usize..][..hop.count as usize];
        for message in messages {
            let sighting = trace.first_sighting(&trace.messages[message.position()]);
            let detail = trace.facts.details(sighting);
            let tag = detail
                .map(|detail| detail.etag)
                .filter(|tag| !tag.is_none());
            let known = (hop.call_id as usize) < trace.sightings.call_ids();
            if let Some(tag) = tag.filter(|_| known) {
                // Two servers may give the same tag for different states.
                tags.push((tag, trace.facts.of(sighting).to, hop.call_id));
            }
        }
    }
    tags.sort_unstable();
    let same = tags.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1));
    let pairs = same.flat_map(|same| {
        same[1..]
            .iter()
            .map(|(_, _, call_id)| (same[0].2, *call_id))
    });
    pairs
        .map(|(one, other)| (one, other, LinkKind::EntityTag))
        .collect()
}

/// Many test calls have the same session description: only what left the node at which the other had just arrived belongs to
/// it, and each leg causes one other at most.
fn adjacent(trace: &Trace, same: &[(LinkKind, u32, u32)]) -> impl Iterator<Item = (u32, u32)> {
    let mut legs: Vec<_> = same
        .iter()
        .filter_map(|(_, _, call_id)| {
            let hops = trace.hops_of_group(*call_id);
            let first = hops.iter().min_by_key(|hop| trace.first_message(hop))?;
            let message = trace.first_message(first);
            Some((
                message,
                trace.time_of(&trace.messages[message.position()])?,
                *call_id,
            ))
        })
        .collect();
    legs.sort_unstable();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for (number, (_, time, call_id)) in legs.iter().enumerate() {
        let earlier = legs[..number].iter().rev().take(16);
        let mut near = earlier.take_while(|(_, before, _)| time.saturating_sub(*before) <= SOON);
        let cause = near.find(|(_, _, before)| {
            let free = !pairs.iter().rev().take(16).any(|(one, _)| one == before);
            free && follows(trace, *before, *call_id)
        });
        pairs.extend(cause.map(|(_, _, before)| (*before, *call_id)));
    }
    pairs.into_iter()
}

/// Legs with one value, in their order, each with the one that caused it: a call through several back-to-back user agents is a
/// chain. Where none did, it belongs to the first.
fn chained(trace: &Trace, legs: &[u32]) -> impl Iterator<Item = (u32, u32)> {
    (1..legs.len()).map(|at| {
        let mut before = legs[..at].iter().rev().take(MOST_LOOKED_AT);
        let cause = before.find(|before| follows(trace, **before, legs[at]));
        (*cause.unwrap_or(&legs[0]), legs[at])
    })
}

/// Whether one Call-ID caused the other: its request ended at a node, that node sent the first request of the other, and
/// answered only when that was answered.
fn follows(trace: &Trace, one: u32, other: u32) -> bool {
    let hops = trace.hops_of_group(one);
    let Some(caused) = trace.hops_of_group(other).first() else {
        return false;
    };
    let base = trace.group_hops[one as usize] as usize;
    let looked_at = &hops[..hops.len().min(MOST_LOOKED_AT)];
    looked_at.iter().enumerate().any(|(position, hop)| {
        let goes_on = |next: &HopEntry| next.parent == HopId::at(base + position);
        let order = |first: Option<MessageId>, second: Option<MessageId>| match (first, second) {
            (Some(first), Some(second)) => first < second,
            (_, second) => second.is_none(),
        };
        hop.method == caused.method
            && trace.sightings.is_at(hop.destination, caused.source)
            && trace.first_message(hop) < trace.first_message(caused)
            && order(trace.final_of(caused), trace.final_of(hop))
            && !looked_at.iter().any(goes_on)
    })
}
