//! A call as it is seen from outside: its hops, journeys, messages and dialogs, and why they belong together.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;

use foldhash::fast::RandomState;

use super::{Dialog, Hop, Message};
use crate::trace::calls::{CallEntry, EdgeEntry};
use crate::trace::ids::{CallId, DialogId, HopId, MessageId};
use crate::trace::sightings::{ACK, INVITE};
use crate::trace::{LinkKind, LinkRule, MethodId, Part, Trace, legs};

/// A call: everything that belongs together.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    pub(super) id: CallId,
    pub(super) entry: &'a CallEntry,
    pub(super) trace: &'a Trace,
}

/// Why two Call-IDs are one call.
#[derive(Clone, Copy, Debug)]
pub struct Edge<'a> {
    /// One Call-ID.
    pub call_id: &'a [u8],
    /// The other.
    pub other: &'a [u8],
    /// Why.
    pub kind: LinkKind,
    /// The rule, if the operator says so.
    pub rule: Option<&'a LinkRule>,
    /// The request that caused one in the other Call-ID, and that one.
    pub caused: Option<(MessageId, MessageId)>,
    /// The first message of one side and of the other, by which they are told where both have one Call-ID.
    pub begins: (MessageId, MessageId),
}

/// The reason in words: `icid-value`, `operator rule header=X-Session`.
impl fmt::Display for Edge<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.name())?;
        match self.rule {
            Some(rule) => write!(f, " {rule}"),
            None => Ok(()),
        }
    }
}

impl<'a> Call<'a> {
    /// Which one.
    pub fn id(&self) -> CallId {
        self.id
    }

    /// Its earliest message.
    pub fn first_message(&self) -> Message<'a> {
        self.trace.message_at(self.entry.first_message)
    }

    /// Its Call-IDs in the order in which they appeared; none for messages without one.
    pub fn call_ids(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let trace = self.trace;
        let groups = self.groups().iter().copied();
        let groups = groups.filter(move |group| trace.has_call_id(*group));
        let mut known: HashSet<u32, RandomState> = HashSet::default();
        let numbers = groups.map(move |group| trace.call_id_number(group));
        let numbers = numbers.filter(move |number| known.insert(*number));
        numbers.map(move |number| trace.sightings.call_id_text(number))
    }

    /// Its hops, Call-ID by Call-ID.
    pub fn hops(&self) -> impl Iterator<Item = Hop<'a>> + use<'a> {
        let trace = self.trace;
        let ranges = self.groups().iter().map(move |group| {
            let group = *group as usize;
            trace.group_hops[group] as usize..trace.group_hops[group + 1] as usize
        });
        ranges
            .flatten()
            .map(move |hop| trace.hop_at(HopId::at(hop)))
    }

    /// The methods of its requests. The ACK to a refusal is part of the hop of its INVITE.
    pub fn methods(&self) -> BTreeSet<&'a [u8]> {
        let mut methods = BTreeSet::new();
        for hop in self.hops() {
            methods.insert(hop.method());
            if hop.messages().any(|message| message.part() == Part::Ack) {
                methods.insert(MethodId(ACK));
            }
        }
        let sightings = &self.trace.sightings;
        let names = methods.into_iter();
        names.map(|method| sightings.method_name(method)).collect()
    }

    /// Its hops, journey by journey: each behind the one that it continues, with how many stand above it.
    pub fn journeys(&self) -> Vec<(Hop<'a>, usize)> {
        let mut below: BTreeMap<Option<HopId>, Vec<Hop<'a>>> = BTreeMap::new();
        for hop in self.hops() {
            below.entry(hop.entry.parent.known()).or_default().push(hop);
        }
        let order = |hops: &mut Vec<Hop<'a>>| {
            hops.sort_by_key(|hop| std::cmp::Reverse(hop.first_message().id()));
        };
        below.values_mut().for_each(order);
        let mut stack: Vec<_> = below
            .remove(&None)
            .unwrap_or_default()
            .into_iter()
            .map(|hop| (hop, 0))
            .collect();
        let mut journeys = Vec::new();
        while let Some((hop, depth)) = stack.pop() {
            let next = below.remove(&Some(hop.id)).unwrap_or_default();
            stack.extend(next.into_iter().map(|hop| (hop, depth + 1)));
            journeys.push((hop, depth));
        }
        journeys
    }

    /// Its messages in their order.
    pub fn messages(&self) -> Vec<Message<'a>> {
        let mut messages: Vec<_> = self.hops().flat_map(|hop| hop.messages()).collect();
        messages.sort_unstable_by_key(Message::id);
        messages
    }

    /// Its dialogs in the order of their hops.
    pub fn dialogs(&self) -> Vec<Dialog<'a>> {
        let groups = self.groups();
        let of_group = |group: u32| {
            let all = &self.trace.dialogs;
            let start = all.partition_point(|dialog| dialog.group < group);
            let end = all.partition_point(|dialog| dialog.group <= group);
            start..end
        };
        let positions = groups.iter().flat_map(|group| of_group(*group));
        positions
            .map(|position| self.trace.dialog_at(DialogId::at(position)))
            .collect()
    }

    /// Why its Call-IDs belong together.
    pub fn edges(&self) -> impl Iterator<Item = Edge<'a>> + use<'a> {
        let trace = self.trace;
        self.edge_entries().map(move |edge| Edge {
            call_id: trace.call_id_of(edge.one),
            other: trace.call_id_of(edge.other),
            kind: edge.kind,
            rule: match edge.kind {
                LinkKind::Operator(rule) => trace.link_rules.get(usize::from(rule)),
                _ => None,
            },
            caused: trace.cause_between(edge),
            begins: (trace.begin_of(edge.one), trace.begin_of(edge.other)),
        })
    }

    fn edge_entries(&self) -> impl Iterator<Item = &'a EdgeEntry> + use<'a> {
        let edges = &self.trace.edges;
        let of_group = move |group: &u32| {
            let start = edges.partition_point(|edge| edge.one < *group);
            let end = edges.partition_point(|edge| edge.one <= *group);
            &edges[start..end]
        };
        self.groups().iter().flat_map(of_group)
    }

    /// Messages of which one made the other be sent, each with that: the request that is answered, the answer that is acknowledged,
    /// and what became what on the next hop of its journey or on the next leg. Nothing is passed on before it came in (RFC 3261
    /// 16.6, 16.7); the answer to another branch is no cause.
    pub fn made_be_sent(&self) -> Vec<(Message<'a>, Message<'a>)> {
        let trace = self.trace;
        let mut pairs = Vec::new();
        let mut accepted: HashMap<_, Message<'a>, RandomState> = HashMap::default();
        for hop in self.hops() {
            pairs.extend(hop.answered());
            pairs.extend(hop.acknowledged());
            match hop.method().0 {
                INVITE => {
                    let answer = hop.answer().filter(Message::accepts);
                    accepted.extend(answer.map(|answer| (hop.exchange(), answer)));
                }
                ACK => {
                    let answer = accepted.get(&hop.exchange()).copied();
                    pairs.extend(answer.zip(hop.request()));
                }
                _ => {}
            }
            if let Some((upper, link)) = hop.parent() {
                let answers = hop.answer().zip(upper.answer());
                pairs.extend(upper.request().zip(hop.request()));
                pairs.extend(answers.filter(|(lower, upper)| lower.surely_became(upper, link)));
            }
        }
        for edge in self.edge_entries() {
            let legs = legs::passed_on(trace, edge.one, edge.other).into_iter();
            pairs.extend(legs.map(|(cause, of)| (trace.message_at(cause), trace.message_at(of))));
        }
        pairs
    }

    fn groups(&self) -> &'a [u32] {
        let start = self.entry.first as usize;
        &self.trace.call_groups[start..start + self.entry.count as usize]
    }
}
