//! Which leg of a call began another: a request ended at an element, and that sent the first request of the other. Where the clocks of
//! two captures are not in line, it is the place that tells which of them came first.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::Trace;
use super::clue::LinkKind;
use super::facts::{Fact, TextId};
use super::hops::HopEntry;
use super::ids::{HopId, MessageId};

/// Only so many of the first hops of a group, and of the groups near it, are looked at.
pub(super) const MOST_LOOKED_AT: usize = 16;
/// What is caused starts this soon after what caused it, or its answer.
pub(super) const SOON: i64 = 10_000_000_000;

/// Groups of one Call-ID that an element joins: what it got, it sent on with other tags. The one with the same names is meant,
/// or else any; of those one that caused no other yet. Where that leaves several, nothing tells which.
pub(super) fn same_call_id(trace: &Trace) -> Vec<(u32, u32, LinkKind)> {
    let mut pairs = Vec::new();
    for starts in trace.call_id_groups.windows(2) {
        let mut namesakes: HashMap<_, Vec<u32>, RandomState> = HashMap::default();
        let mut causes: HashSet<u32, RandomState> = HashSet::default();
        // Most Call-IDs have one group.
        let groups = (starts[0]..starts[1]).filter(|_| starts[1] - starts[0] > 1);
        for other in groups {
            let before = namesakes.entry(names(trace, other)).or_default();
            let near = |group: &u32| passes_on(trace, *group, other);
            let mut found = candidates(before.iter().rev().copied(), near, &causes);
            if found.is_empty() {
                found = candidates((starts[0]..other).rev(), near, &causes);
            }
            before.push(other);
            if let [cause] = found[..] {
                causes.insert(cause);
                pairs.push((cause, other, LinkKind::CallId));
            }
        }
    }
    pairs
}

/// Which of the latest groups are near; if some of them caused no other, only those.
fn candidates(
    latest: impl Iterator<Item = u32>,
    near: impl Fn(&u32) -> bool,
    causes: &HashSet<u32, RandomState>,
) -> Vec<u32> {
    let near = latest.take(MOST_LOOKED_AT).filter(near);
    let (used, free): (Vec<_>, Vec<_>) = near.partition(|group| causes.contains(group));
    if free.is_empty() { used } else { free }
}

/// From and To of the first request of a group.
pub(super) fn names(trace: &Trace, group: u32) -> Option<(TextId, TextId)> {
    let first = trace.first_message(trace.hops_of_group(group).first()?);
    let seen = trace.first_sighting(&trace.messages[first.position()]);
    let fact = trace.facts.of(seen);
    Some((fact.from, fact.to))
}

fn shares_a_name(trace: &Trace, one: u32, other: u32) -> bool {
    let both = names(trace, one).zip(names(trace, other));
    both.is_some_and(|(one, other)| one.0 == other.0 || one.1 == other.1)
}

/// Whether an element got a request of one group and soon sent the first of the other: before it answered, or for one of the
/// same names. What it sends after that in other names may be anything.
fn passes_on(trace: &Trace, one: u32, other: u32) -> bool {
    let time = |message: MessageId| trace.time_of(&trace.messages[message.position()]);
    arrivals(trace, one, other).any(|(hop, caused)| {
        let request = trace.first_message(caused);
        let answer = trace.final_of(hop);
        let is_open = answer.is_none_or(|answer| may_precede(trace, request, answer));
        if !is_open && !shares_a_name(trace, one, other) {
            return false;
        }
        let latest = trace.final_of(hop).unwrap_or(trace.first_message(hop));
        let sent = trace.first_message(caused);
        let times = time(latest.min(sent)).zip(time(sent));
        times.is_none_or(|(before, sent)| sent.saturating_sub(before) <= SOON)
    })
}

/// Many test calls have the same session description: only what left the node at which the other had just arrived belongs to
/// it, and each leg causes one other at most.
pub(super) fn adjacent(trace: &Trace, same: &[u32]) -> impl Iterator<Item = (u32, u32)> {
    let mut legs: Vec<_> = same
        .iter()
        .filter_map(|group| {
            let hops = trace.hops_of_group(*group);
            let first = hops.iter().min_by_key(|hop| trace.first_message(hop))?;
            let message = trace.first_message(first);
            Some((
                message,
                trace.time_of(&trace.messages[message.position()])?,
                *group,
            ))
        })
        .collect();
    legs.sort_unstable();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for (number, (_, time, group)) in legs.iter().enumerate() {
        let soon = |other: &&(MessageId, i64, u32)| time.abs_diff(other.1) <= SOON.unsigned_abs();
        let earlier = legs[..number]
            .iter()
            .rev()
            .take(MOST_LOOKED_AT)
            .take_while(soon);
        let later = legs[number + 1..]
            .iter()
            .take(MOST_LOOKED_AT)
            .take_while(soon);
        let mut near = earlier.chain(later);
        let cause = near.find(|(_, _, before)| {
            let free = !pairs
                .iter()
                .rev()
                .take(MOST_LOOKED_AT)
                .any(|(one, _)| one == before);
            free && follows(trace, *before, *group)
        });
        pairs.extend(cause.map(|(_, _, before)| (*before, *group)));
    }
    pairs.into_iter()
}

/// Which of these legs, in their order, caused which, by their places among them: a call through several back-to-back user agents is
/// a chain.
pub(super) fn caused(trace: &Trace, legs: &[u32]) -> Vec<(usize, usize)> {
    let cause = |at: usize| {
        let before = (0..at).rev().take(MOST_LOOKED_AT);
        let mut near = before.chain((at + 1..legs.len()).take(MOST_LOOKED_AT));
        near.find(|one| follows(trace, legs[*one], legs[at]))
    };
    (0..legs.len())
        .filter_map(|at| Some((cause(at)?, at)))
        .collect()
}

/// Legs that are one call whatever they look like, each with the one that caused it, or else with the first.
pub(super) fn chained(trace: &Trace, legs: &[u32]) -> Vec<(u32, u32)> {
    let caused = caused(trace, legs).into_iter();
    let mut pairs: Vec<_> = caused
        .map(|(one, other)| (legs[one], legs[other]))
        .collect();
    pairs.extend(legs.iter().skip(1).map(|leg| (legs[0], *leg)));
    pairs
}

/// Whether one group caused the other: its request ended at a node, that node sent the first request of the other, and
/// answered only when that was answered.
pub(super) fn follows(trace: &Trace, one: u32, other: u32) -> bool {
    arrivals(trace, one, other).any(|(hop, caused)| {
        match (trace.final_of(caused), trace.final_of(hop)) {
            (Some(first), Some(second)) => may_precede(trace, first, second),
            (_, second) => second.is_none(),
        }
    })
}

/// Whether one group began before the other and was answered after it, by messages that someone else sent: a node with another
/// address on each side may have caused it.
pub(super) fn encloses(trace: &Trace, one: u32, other: u32) -> bool {
    ends(trace, one, other).any(|(hop, caused)| {
        let answers = trace.final_of(caused).zip(trace.final_of(hop));
        trace.first_message(hop) < trace.first_message(caused)
            && answers.is_some_and(|(first, second)| first < second)
            && !trace.sightings.is_at(caused.source, hop.source)
    })
}

/// The hops of one group that ended at a node before it sent the first request of the other; and that one.
fn arrivals(trace: &Trace, one: u32, other: u32) -> impl Iterator<Item = (&HopEntry, &HopEntry)> {
    ends(trace, one, other).filter(|(hop, caused)| {
        trace.sightings.is_at(hop.destination, caused.source)
            && may_precede(trace, trace.first_message(hop), trace.first_message(caused))
    })
}

/// The hops of one group that no other continues, with the method of the first hop of the other group; and that one.
fn ends(trace: &Trace, one: u32, other: u32) -> impl Iterator<Item = (&HopEntry, &HopEntry)> {
    let hops = trace.hops_of_group(one);
    let base = trace.group_hops[one as usize] as usize;
    let looked_at = &hops[..hops.len().min(MOST_LOOKED_AT)];
    let caused = trace.hops_of_group(other).first();
    caused.into_iter().flat_map(move |caused| {
        let all = looked_at.iter().enumerate();
        let ended = all.filter(move |(position, hop)| {
            let goes_on = |next: &HopEntry| next.parent == HopId::at(base + position);
            hop.method == caused.method && !looked_at.iter().any(goes_on)
        });
        ended.map(move |(_, hop)| (hop, caused))
    })
}

/// Whether a message may have been sent before another. Clocks that are not in line do not tell.
fn may_precede(trace: &Trace, first: MessageId, second: MessageId) -> bool {
    let input = |message: MessageId| {
        let seen = trace.first_sighting(&trace.messages[message.position()]);
        trace.sightings.input_and_time(seen).0
    };
    first < second || !trace.clocks.are_in_line(input(first), input(second))
}

/// Messages of legs that are one call, each with the one of the next leg that it became or came of, first the cause: the requests,
/// and an answer that went through, which has the same body or the same refusal.
pub(super) fn passed_on(trace: &Trace, one: u32, other: u32) -> Vec<(MessageId, MessageId)> {
    let mut pairs = Vec::new();
    for (hop, caused) in arrivals(trace, one, other) {
        pairs.extend(hop.request.known().zip(caused.request.known()));
        let fact = |message: MessageId| -> Fact {
            let seen = trace.first_sighting(&trace.messages[message.position()]);
            trace.facts.of(seen)
        };
        let answers = trace.final_of(caused).zip(trace.final_of(hop));
        let answers = answers.filter(|(first, second)| may_precede(trace, *first, *second));
        pairs.extend(answers.filter(|(first, second)| {
            let (first, second) = (fact(*first), fact(*second));
            let is_same = match first.has_body() {
                true => first.body == second.body,
                false => hop.status >= 300,
            };
            hop.status == caused.status && is_same
        }));
    }
    pairs
}
