//! Builds the trace: sightings become messages, messages hops, hops journeys and dialogs, Call-ID by Call-ID, and Call-IDs
//! become calls. Every step looks at each message a bounded number of times.

use std::collections::BTreeMap;

use super::calls;
use super::clocks::{Clocks, Origin};
use super::dialogs::{Answer, DialogEntry, Dialogs};
use super::facts::Facts;
use super::hops::{Draft, HopEntry, Part, Sent, Tables};
use super::ids::{DialogId, HopId, MessageId};
use super::journeys;
use super::link_rule::LinkRule;
use super::networks::Networks;
use super::nodes::{NodeHint, Nodes};
use super::realms::Realms;
use super::same::Same;
use super::sightings::{METHODS_THAT_MAKE_DIALOGS, Sightings};
use super::{MessageEntry, Trace};

/// What the user says about a trace that its messages do not.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// Nanoseconds to add to the times of an input.
    pub offsets: BTreeMap<u32, i64>,
    /// What is known of the nodes.
    pub nodes: Vec<NodeHint>,
    /// What else joins Call-IDs.
    pub links: Vec<LinkRule>,
}

/// What one Call-ID gave; positions count from its own beginning.
struct Group<'a> {
    hops: Vec<Draft<'a>>,
    dialogs: Vec<(DialogEntry, Vec<HopId>)>,
}

impl Trace {
    /// Builds the trace of these sightings, of which these are the facts in the same order. `origins` tells where the
    /// times of each input come from.
    pub fn build(sightings: Sightings, facts: Facts, origins: &[Origin], hints: &Hints) -> Self {
        let clocks = Clocks::estimate(&sightings, &facts, origins, &hints.offsets);
        let networks = Networks::of(&sightings);
        let same = Same::find(&sightings, &facts, &clocks, &networks);
        let mut trace = Self::empty(sightings, facts, clocks);
        trace.link_rules = hints.links.clone();
        trace.take(same);
        trace.realms = Realms::find(&trace.sightings, &networks, &trace.messages, &trace.seen);
        trace.put_in_order();
        trace.correlate();
        trace.nodes = Nodes::find(&trace, &hints.nodes);
        trace.facts.contents = Vec::new();
        trace
    }

    /// Numbers the messages in the order in which they are shown: by time, but no response before its request and no
    /// request before the one that it continues, whatever the clocks say.
    fn put_in_order(&mut self) {
        let mut places: Vec<Place> = (0..self.messages.len())
            .scan(i64::MIN, |last, position| {
                // Relative times stand behind, however small they are.
                *last = self.messages[position]
                    .time
                    .map_or(*last, |time| time.max(*last));
                Some((*last, position as u32, 0))
            })
            .collect();
        let mut moved = false;
        self.each_group(|_, group| {
            for (position, latest) in causes(&group.hops) {
                let (message, _) = group.hops[position].messages[0];
                let cause = places[latest.position()];
                moved |= not_before(&mut places[message.position()], cause);
            }
            for hop in &group.hops {
                let cause = places[hop.messages[0].0.position()];
                for (message, _) in &hop.messages[1..] {
                    moved |= not_before(&mut places[message.position()], cause);
                }
            }
        });
        if !moved {
            return;
        }
        let mut order: Vec<u32> = (0..self.messages.len() as u32).collect();
        order.sort_by_key(|message| places[*message as usize]);
        self.messages = order.iter().map(|at| self.messages[*at as usize]).collect();
    }

    /// Makes the messages.
    fn take(&mut self, same: Same) {
        let ends = same.starts.iter().skip(1).copied();
        let ends = ends.chain([same.seen.len() as u32]);
        self.messages = same
            .starts
            .iter()
            .zip(ends)
            .map(|(start, end)| MessageEntry {
                time: same.seen[*start as usize..end as usize]
                    .iter()
                    .filter_map(|sighting| self.clocks.time(&self.sightings, *sighting as usize))
                    .min(),
                seen: *start,
                count: end - start,
                hop: HopId::NONE,
                part: Part::Stray,
            })
            .collect();
        self.seen = same.seen;
    }

    /// Makes hops and dialogs of the messages in their final order, and calls of all.
    fn correlate(&mut self) {
        let (mut hops, mut hop_messages) = (Vec::new(), Vec::new());
        let (mut dialogs, mut dialog_hops) = (Vec::new(), Vec::new());
        let mut parts = vec![(HopId::NONE, Part::Stray); self.messages.len()];
        let mut group_hops = vec![0u32];
        self.each_group(|call_id, group| {
            group_hops.resize(call_id as usize + 1, hops.len() as u32);
            let (first_hop, first_dialog) = (hops.len(), dialogs.len());
            let moved = |hop: HopId| {
                hop.known()
                    .map_or(HopId::NONE, |hop| HopId::at(first_hop + hop.position()))
            };
            for draft in group.hops {
                let mut entry: HopEntry = draft.entry;
                entry.first = hop_messages.len() as u32;
                entry.count = draft.messages.len() as u32;
                entry.parent = moved(entry.parent);
                entry.about = moved(entry.about);
                if let Some(dialog) = entry.dialog.known() {
                    entry.dialog = DialogId::at(first_dialog + dialog.position());
                }
                for (message, part) in draft.messages {
                    parts[message.position()] = (HopId::at(hops.len()), part);
                    hop_messages.push(message);
                }
                hops.push(entry);
            }
            for (mut entry, members) in group.dialogs {
                entry.made_by = moved(entry.made_by);
                entry.first = dialog_hops.len() as u32;
                entry.count = members.len() as u32;
                dialog_hops.extend(members.into_iter().map(moved));
                dialogs.push(entry);
            }
        });
        group_hops.resize(self.sightings.call_ids() + 2, hops.len() as u32);
        self.group_hops = group_hops;
        for (message, (hop, part)) in self.messages.iter_mut().zip(parts) {
            (message.hop, message.part) = (hop, part);
        }
        (self.hops, self.hop_messages) = (hops, hop_messages);
        (self.dialogs, self.dialog_hops) = (dialogs, dialog_hops);
        calls::join(self);
    }

    /// Puts the messages of each Call-ID together and gives what came out, in the order in which the Call-IDs appeared.
    /// Messages without Call-ID are the last group.
    fn each_group<'a>(&'a self, mut take: impl FnMut(u32, Group<'a>)) {
        let groups = self.sightings.call_ids() + 1;
        let (starts, members) = self.by_call_id(groups);
        let mut tables = Tables::default();
        for group in 0..groups {
            let members = &members[starts[group] as usize..starts[group + 1] as usize];
            if members.is_empty() {
                continue;
            }
            let sent = members.iter().map(|message| self.sent(*message));
            let mut hops = tables.hops(group as u32, sent, &self.sightings);
            journeys::link(&mut hops, &self.sightings);
            let makes = |method| METHODS_THAT_MAKE_DIALOGS.contains(&method);
            let answer = |message| {
                let sent = self.sent(message);
                Answer {
                    subject: sent.subject,
                    fact: sent.fact,
                }
            };
            let dialogs = Dialogs::of(group as u32, &mut hops, makes, answer).all;
            take(group as u32, Group { hops, dialogs });
        }
    }

    /// Messages by Call-ID, each in their order, and where those of each Call-ID begin.
    fn by_call_id(&self, groups: usize) -> (Vec<u32>, Vec<MessageId>) {
        let group_of = |message: &MessageEntry| {
            let call_id = self.sightings.call_id_at(self.first_sighting(message));
            (call_id as usize).min(groups - 1)
        };
        let mut starts = vec![0u32; groups + 1];
        for message in &self.messages {
            starts[group_of(message) + 1] += 1;
        }
        for group in 0..groups {
            starts[group + 1] += starts[group];
        }
        let mut next = starts.clone();
        let mut members = vec![MessageId::NONE; self.messages.len()];
        for (position, message) in self.messages.iter().enumerate() {
            let place = &mut next[group_of(message)];
            members[*place as usize] = MessageId::at(position);
            *place += 1;
        }
        (starts, members)
    }

    /// The realm in which a sighting was made.
    pub(super) fn realm_of(&self, sighting: usize) -> u32 {
        let (_, path) = self.sightings.place_of(sighting);
        self.realms.of_path(path)
    }

    fn sent(&self, message: MessageId) -> Sent<'_> {
        let sighting = self.first_sighting(&self.messages[message.position()]);
        let ends = self.sightings.ends_of(sighting);
        let (subject, cseq, cseq_method) = self.sightings.subject_at(sighting);
        Sent {
            message,
            time: self.messages[message.position()].time,
            subject,
            source: ends.source,
            destination: ends.destination,
            realm: self.realm_of(sighting),
            cseq,
            cseq_method,
            content: self.facts.contents[sighting],
            fact: &self.facts.all[sighting],
        }
    }
}

/// Where a message stands: by time, then by the position that it had, or that of the message behind which it was moved and how
/// far behind. Without the position, what was moved would stand behind all others of that time, and there may be no times.
type Place = (i64, u32, u32);

/// Moves a message to just behind another if it stands before it.
fn not_before(place: &mut Place, cause: Place) -> bool {
    let early = *place < cause;
    if early {
        *place = (cause.0, cause.1, cause.2 + 1);
    }
    early
}

/// For each hop that continues another, in such an order that what is continued comes first: its position and the message
/// that it cannot stand before.
fn causes(hops: &[Draft<'_>]) -> Vec<(usize, MessageId)> {
    let mut depths: Vec<Option<u32>> = vec![None; hops.len()];
    for hop in 0..hops.len() {
        let mut above = vec![hop];
        while let Some(at) = above.last().copied()
            && depths[at].is_none()
            && let Some(parent) = hops[at].entry.parent.known()
        {
            above.push(parent.position());
        }
        let mut depth = None;
        for at in above.into_iter().rev() {
            depth = depths[at].or(Some(depth.map_or(0, |depth: u32| depth + 1)));
            depths[at] = depth;
        }
    }
    let children = hops.iter().enumerate().filter_map(|(position, hop)| {
        let parent = hop.entry.parent.known()?;
        let (cause, _) = hops[parent.position()].messages[0];
        Some((depths[position], position, cause))
    });
    let mut children: Vec<_> = children.collect();
    children.sort_unstable_by_key(|(depth, position, _)| (*depth, *position));
    let causes = children.into_iter();
    causes
        .map(|(_, position, cause)| (position, cause))
        .collect()
}
