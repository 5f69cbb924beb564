//! Calls: groups that belong together, of one Call-ID or of several. Back-to-back user agents start a new dialog for the other
//! leg; what they leave of the first in it joins both, and every edge keeps its reason.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::clue::LinkKind;
use super::facts::{LinkFact, TextId};
use super::ids::{CallId, HopId, MessageId};
use super::legs::{chained, same_call_id};
use super::mention::Mention;
use super::sets::Sets;
use super::unique::Legs;
use super::{Trace, causes, detours, link_rule, origins, publication};

/// A call as it is stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallEntry {
    /// Its earliest message.
    pub(super) first_message: MessageId,
    /// Its groups begin here in the list of them.
    pub(super) first: u32,
    pub(super) count: u32,
}

/// Why two groups are one call.
#[derive(Clone, Copy, Debug)]
pub(super) struct EdgeEntry {
    pub(super) one: u32,
    pub(super) other: u32,
    pub(super) kind: LinkKind,
}

/// Makes calls of the groups of a trace.
pub(super) fn join(trace: &mut Trace) {
    let groups = trace.group_hops.len() - 1;
    (trace.calls, trace.call_groups) = (Vec::new(), Vec::new());
    trace.causes = causes::find(trace);
    let mut sets = Sets::of(groups);
    let mut edges = Vec::new();
    for (one, other, kind) in pairs(trace) {
        if sets.join(one, other) {
            edges.push(EdgeEntry { one, other, kind });
        }
    }
    let mut members: Vec<_> = (0..groups as u32)
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
    trace.call_of_group = vec![CallId::at(0); groups];
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
    edges.sort_unstable_by_key(|edge| (edge.one, edge.other, edge.kind));
    trace.edges = edges;
}

/// Pairs of groups that belong together, the best reasons first.
fn pairs(trace: &Trace) -> Vec<(u32, u32, LinkKind)> {
    let members = Members::of(trace);
    let mut links: Vec<(LinkKind, u32, u32)> = trace
        .facts
        .links
        .iter()
        .filter_map(|link: &LinkFact| {
            let group = members.group_of(link.sighting)?;
            // These need more than an equal text.
            let is_plain = !matches!(link.kind, LinkKind::Icid | LinkKind::SdpOrigin);
            is_plain.then_some((link.kind, link.text.0, group))
        })
        .collect();
    links.sort_unstable();
    links.dedup();
    let mut pairs = Vec::new();
    let mut unique = Legs::of(trace);
    for same in links.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (kind, text, _) = same[0];
        if names_call_id(kind) {
            let Some(named) = named(trace, trace.facts.texts.get(text)) else {
                continue;
            };
            // A field that names its own Call-ID names no other leg.
            let all = same.iter().map(|(.., group)| *group);
            let others = all.map(|group| (last_before(trace, named, group), group));
            let others = others.filter(|(before, group)| {
                kind != LinkKind::CallIdField
                    || trace.call_id_number(*group) != named && unique.came_of(*before, *group)
            });
            pairs.extend(others.map(|(before, group)| (before, group, kind)));
        } else {
            let legs: Vec<u32> = same.iter().map(|(.., group)| *group).collect();
            let legs = match kind {
                LinkKind::Operator(_) => chained(trace, &legs),
                _ => unique.joined(&legs),
            };
            pairs.extend(legs.into_iter().map(|(one, other)| (one, other, kind)));
        }
    }
    pairs.extend(same_call_id(trace));
    pairs.extend(same_charging(trace, &members, &mut unique));
    pairs.extend(detours::find(trace));
    pairs.extend(origins::find(trace, |sighting| members.group_of(sighting)));
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

/// The group of a Call-ID that is meant where another names it: the last that began before that.
fn last_before(trace: &Trace, call_id: u32, names: u32) -> u32 {
    let groups = trace.groups_of(call_id);
    let began = |group: u32| began(trace, group);
    let before = groups
        .clone()
        .rev()
        .find(|group| began(*group) < began(names));
    before.unwrap_or(groups.start)
}

/// The first message of a group.
fn began(trace: &Trace, group: u32) -> Option<MessageId> {
    let hops = trace.hops_of_group(group).iter();
    hops.map(|hop| trace.first_message(hop)).min()
}

/// Groups that are one by what the operator says about the texts of their Call-IDs.
fn by_text(trace: &Trace) -> Vec<(u32, u32, LinkKind)> {
    let count = trace.group_hops.len() as u32 - 2;
    let texts = (0..count).map(|group| trace.call_id_of(group));
    link_rule::pairs(&trace.link_rules, texts)
}

/// A group belongs to what caused its first request; what is caused later on only continues it.
fn caused(trace: &Trace) -> impl Iterator<Item = (u32, u32, LinkKind)> {
    trace.causes.iter().filter_map(|cause| {
        let group = |hop: HopId| trace.hops[hop.position()].group;
        let (one, other) = (group(cause.by), group(cause.caused));
        let first = HopId::at(trace.group_hops[other as usize] as usize);
        (cause.caused == first).then_some((one, other, cause.kind))
    })
}

/// Groups with one `icid-value`. Two nodes may give the same value: it is unique together with where it was generated (RFC 7315
/// 5.6). Not every node says where; that goes with any place, if there is only one.
fn same_charging(
    trace: &Trace,
    members: &Members<'_>,
    unique: &mut Legs<'_>,
) -> Vec<(u32, u32, LinkKind)> {
    let mut all = Vec::new();
    for link in trace.facts.links.iter() {
        if link.kind == LinkKind::Icid
            && let Some(group) = members.group_of(link.sighting)
        {
            let mut mentions = trace.facts.mentions(link.sighting as usize).iter();
            let place = mentions.find(|fact| fact.mention == Mention::IcidGenerated);
            let place = place.map(|fact| trace.facts.text(fact.text).to_ascii_lowercase());
            all.push((link.text, place.unwrap_or_default(), group));
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
            let mut legs: Vec<u32> = legs.iter().map(|(.., group)| *group).collect();
            legs.sort_unstable();
            legs.dedup();
            let legs = unique.joined(&legs).into_iter();
            pairs.extend(legs.map(|(one, other)| (one, other, LinkKind::Icid)));
        };
        match named {
            0 | 1 => join(same),
            _ => places.by_ref().for_each(join),
        }
    }
    pairs
}

/// Call-IDs of PUBLISH requests about one state: an answer gave the entity-tag that the next request names.
fn same_publication(trace: &Trace) -> impl Iterator<Item = (u32, u32, LinkKind)> {
    let pairs = publication::chained(trace).into_iter();
    let with_call_ids = pairs.filter(|(one, other)| {
        let groups = [one, other];
        groups.iter().all(|group| trace.has_call_id(**group))
    });
    with_call_ids.map(|(one, other)| (one, other, LinkKind::EntityTag))
}

/// Which group each sighting belongs to.
struct Members<'a> {
    trace: &'a Trace,
    /// Of the sightings of a Call-ID with several groups.
    groups: HashMap<u32, u32, RandomState>,
}

impl<'a> Members<'a> {
    fn of(trace: &'a Trace) -> Self {
        let mut groups = HashMap::default();
        let several = trace.call_id_groups.windows(2);
        let several = several.filter(|groups| groups[1] - groups[0] > 1);
        for group in several.flat_map(|groups| groups[0]..groups[1]) {
            for hop in trace.hops_of_group(group) {
                let messages = &trace.hop_messages[hop.first as usize..][..hop.count as usize];
                for message in messages {
                    let seen = trace.messages[message.position()].seen(&trace.seen);
                    groups.extend(seen.iter().map(|sighting| (*sighting, group)));
                }
            }
        }
        Self { trace, groups }
    }

    /// The group of a sighting, if it has a Call-ID.
    fn group_of(&self, sighting: u32) -> Option<u32> {
        let call_id = self.trace.sightings.call_id_at(sighting as usize);
        if call_id as usize >= self.trace.sightings.call_ids() {
            return None;
        }
        let groups = self.trace.groups_of(call_id);
        match groups.len() {
            1 => Some(groups.start),
            _ => self.groups.get(&sighting).copied(),
        }
    }
}
