//! Builds the trace: sightings become messages, messages hops, hops journeys and dialogs, Call-ID by Call-ID on all threads, and
//! Call-IDs become calls. Every step looks at each message a bounded number of times.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Trace;
use super::calls;
use super::clocks::{Clocks, Origin};
use super::crossings::Crossings;
use super::dialogs::{Answer, DialogEntry, Dialogs};
use super::faces::Faces;
use super::facts::Facts;
use super::groups::Groups;
use super::hops::{Draft, HopEntry, Part, Sent, Tables};
use super::ids::{DialogId, HopId, MessageId};
use super::journeys;
use super::legs;
use super::link_rule::LinkRule;
use super::networks::Networks;
use super::nodes::{NodeHint, Nodes};
use super::order::{Frames, Order, Place, not_before};
use super::realms::{Evidence, Realms};
use super::same::Same;
use super::sightings::{METHODS_THAT_MAKE_DIALOGS, Sightings};
use super::split;
use crate::base::Layer;

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

/// Groups, hops and dialogs of some Call-IDs that stand next to each other; numbers count from their own beginning.
#[derive(Default)]
struct Built {
    hops: Vec<HopEntry>,
    hop_messages: Vec<MessageId>,
    /// What each of these messages is on its hop.
    parts: Vec<Part>,
    by_order: Vec<MessageId>,
    /// Where the hops of each group begin.
    group_hops: Vec<u32>,
    /// Where the groups of each Call-ID begin.
    call_id_groups: Vec<u32>,
    dialogs: Vec<DialogEntry>,
    dialog_hops: Vec<HopId>,
}

/// A call goes over so many back-to-back user agents at most whose clocks are all not in line.
const MOST_LEGS: usize = 16;

impl Trace {
    /// Builds the trace of these sightings, of which these are the facts in the same order. `origins` tells where the
    /// times of each input come from. The result does not depend on the number of threads.
    pub fn build(
        sightings: Sightings,
        mut facts: Facts,
        origins: &[Origin],
        hints: &Hints,
        threads: usize,
    ) -> Self {
        facts.close();
        let clocks = Clocks::estimate(&sightings, &facts, origins, &hints.offsets);
        let networks = Networks::of(&sightings);
        let order = clocks.order(&sightings);
        let crossings = Crossings::find(&sightings, &facts, &clocks, &networks, &order);
        let same = Same::find(&sightings, &facts, &clocks, &crossings, &order, threads);
        drop(order);
        facts.shorten_contents();
        let realms = Realms::find(&Evidence {
            sightings: &sightings,
            facts: &facts,
            clocks: &clocks,
            networks: &networks,
            crossings: &crossings,
            origins,
            hints: &hints.nodes,
            messages: &same.messages,
            seen: &same.seen,
        });
        drop(crossings);
        let mut trace = Self::empty(sightings, facts, clocks);
        trace.link_rules = hints.links.clone();
        (trace.messages, trace.seen, trace.realms) = (same.messages, same.seen, realms);
        trace.correlate(threads);
        if let Some(faces) = Faces::that_matter(&trace, &hints.nodes) {
            trace.faces = faces;
            trace.correlate(threads);
        }
        if origins.len() < 2 {
            // One clock has all legs in their order.
            trace.facts.forget_hashes();
        }
        calls::join(&mut trace);
        if trace.brings_legs_in_order() {
            trace.correlate(threads);
            calls::join(&mut trace);
        }
        trace.facts.forget_hashes();
        trace.faces = Faces::default();
        trace.nodes = Nodes::find(&trace, &hints.nodes);
        trace
    }

    /// Numbers the messages anew where one leg of a call has smaller numbers than the one that began it, as happens with clocks
    /// that are not in line. Whether there was one.
    fn brings_legs_in_order(&mut self) -> bool {
        let mut places: Vec<Place> = (0..self.messages.len() as u32)
            .map(|position| (0, position, 0))
            .collect();
        let mut moved = false;
        // A leg that was moved may move the next.
        for _ in 0..MOST_LEGS {
            let mut again = false;
            for edge in &self.edges {
                for (cause, effect) in legs::passed_on(self, edge.one, edge.other) {
                    let cause = places[cause.position()];
                    if places[effect.position()] < cause {
                        again = true;
                        for message in self.goes_with(effect) {
                            not_before(&mut places[message.position()], cause);
                        }
                    }
                }
            }
            if !again {
                break;
            }
            moved = true;
        }
        if moved {
            let mut order: Vec<u32> = (0..self.messages.len() as u32).collect();
            order.sort_by_key(|message| places[*message as usize]);
            self.messages = order.iter().map(|at| self.messages[*at as usize]).collect();
        }
        moved
    }

    /// What is not before something if a message is not: all of a leg with its first request.
    fn goes_with(&self, message: MessageId) -> impl Iterator<Item = MessageId> {
        let hop = self.hops[self.messages[message.position()].hop.position()];
        let leg = match hop.request == message {
            true => self.hops_of_group(hop.group),
            false => &[],
        };
        let all = leg.iter().flat_map(|hop| {
            let messages = &self.hop_messages[hop.first as usize..][..hop.count as usize];
            messages.iter().copied()
        });
        all.chain(std::iter::once(message))
    }

    /// Makes hops and dialogs of the messages. Only these tell whether the clocks have the messages in an order that is possible:
    /// if not, messages get another order, and all is made anew.
    fn correlate(&mut self, threads: usize) {
        let mut built = self.put_together(threads);
        if !built.is_causal() {
            let order = self.causal_order(&built);
            drop(built);
            self.messages = order.iter().map(|at| self.messages[*at as usize]).collect();
            built = self.put_together(threads);
        }
        for (number, hop) in built.hops.iter().enumerate() {
            let range = hop.first as usize..(hop.first + hop.count) as usize;
            let parts = &built.parts[range.clone()];
            for (message, part) in built.hop_messages[range].iter().zip(parts) {
                let message = &mut self.messages[message.position()];
                (message.hop, message.part) = (HopId::at(number), *part);
            }
        }
        built.by_order.sort_unstable();
        self.by_order = built.by_order;
        (self.hops, self.hop_messages) = (built.hops, built.hop_messages);
        (self.dialogs, self.dialog_hops) = (built.dialogs, built.dialog_hops);
        (self.group_hops, self.call_id_groups) = (built.group_hops, built.call_id_groups);
        self.by_parent = (0..self.hops.len()).map(HopId::at).collect();
        for group in self.group_hops.windows(2) {
            let group = &mut self.by_parent[group[0] as usize..group[1] as usize];
            group.sort_by_key(|hop| self.hops[hop.position()].parent);
        }
    }

    /// Numbers the messages in the order in which they are shown.
    fn causal_order(&self, built: &Built) -> Vec<u32> {
        let mut places = self.places_by_time(built);
        let input = |message: MessageId| {
            let first = self.first_sighting(&self.messages[message.position()]);
            self.sightings.at(first).input()
        };
        for group in built.group_hops.windows(2) {
            let hops = &built.hops[group[0] as usize..group[1] as usize];
            let order = Order::of(hops, group[0] as usize, &built.hop_messages);
            order.put(&mut places, input);
        }
        let mut order: Vec<u32> = (0..self.messages.len() as u32).collect();
        order.sort_by_key(|message| places[*message as usize]);
        order
    }

    /// Where messages stand by their times alone. Relative ones lie among the others as causes tell, and else behind, however small they
    /// are.
    fn places_by_time(&self, built: &Built) -> Vec<Place> {
        let frame = |message: MessageId| {
            let message = &self.messages[message.position()];
            self.clocks
                .frame(&self.sightings, self.first_sighting(message))
        };
        let mut frames = Frames::default();
        if self.clocks.has_frames() {
            for group in built.group_hops.windows(2) {
                let hops = &built.hops[group[0] as usize..group[1] as usize];
                let order = Order::of(hops, group[0] as usize, &built.hop_messages);
                for (cause, effect) in order.pairs() {
                    let at = |id: MessageId| {
                        Some((frame(id), self.time_of(&self.messages[id.position()])?))
                    };
                    if let Some((cause, effect)) = at(cause).zip(at(effect)) {
                        frames.learn(cause, effect);
                    }
                }
            }
        }
        let (mut of, mut shift, mut last, mut latest) = (0, 0, i64::MIN, i64::MIN);
        let place = |position: usize| {
            let frame = frame(MessageId::at(position));
            let time = self.time_of(&self.messages[position]);
            if let Some(time) = time {
                if frame != of {
                    let behind = || latest.max(time).saturating_sub(time);
                    (of, shift) = (frame, frames.shift(frame).unwrap_or_else(behind));
                    last = i64::MIN;
                }
                last = time.saturating_add(shift).max(last);
                latest = latest.max(last);
            }
            (last, position as u32, 0)
        };
        (0..self.messages.len()).map(place).collect()
    }

    /// Puts the messages of each Call-ID together, in the order in which the Call-IDs appeared.
    fn put_together(&self, threads: usize) -> Built {
        let all = self.messages.iter().zip(0..).map(|(message, number)| {
            let call_id = self.sightings.call_id_at(self.first_sighting(message));
            (number, call_id)
        });
        let groups = Groups::of(self.sightings.call_ids(), all);
        let mut built = Built::default();
        let work = |share| self.put_share_together(&groups, share);
        groups.work(threads, work, |share| built.append(share));
        built.call_id_groups.push(built.group_hops.len() as u32);
        built.group_hops.push(built.hops.len() as u32);
        built
    }

    fn put_share_together(&self, groups: &Groups, share: Range<usize>) -> Built {
        let mut built = Built::default();
        let mut tables = Tables::default();
        let time = |message: MessageId| self.time_of(&self.messages[message.position()]);
        let fact = |message: MessageId| {
            let first = self.first_sighting(&self.messages[message.position()]);
            self.facts.of(first)
        };
        let makes = |method| METHODS_THAT_MAKE_DIALOGS.contains(&method);
        let answer = |message| {
            let sent = self.sent(message);
            Answer {
                subject: sent.subject,
                fact: sent.fact,
            }
        };
        for call_id in share {
            let members = groups.members(call_id..call_id + 1).iter();
            let sent = members.map(|message| self.sent(MessageId::at(*message as usize)));
            let mut hops = tables.hops(sent, &self.sightings);
            journeys::link(&mut hops, &self.sightings, &self.faces, |sent| {
                self.names_sender(sent.source, &sent.fact)
            });
            built.call_id_groups.push(built.group_hops.len() as u32);
            let parts = match call_id < self.sightings.call_ids() {
                true => split::groups(hops, &self.sightings, fact, time),
                false => vec![hops],
            };
            for mut hops in parts {
                let dialogs = Dialogs::of(&mut hops, makes, answer).all;
                built.add(hops, dialogs);
            }
        }
        built
    }

    /// The realm in which a sighting was made.
    pub(super) fn realm_of(&self, sighting: usize) -> u32 {
        self.realms.of_sighting(&self.sightings, sighting)
    }

    fn sent(&self, message: MessageId) -> Sent<'_> {
        let sighting = self.first_sighting(&self.messages[message.position()]);
        let fact = self.facts.of(sighting);
        let ends = self.sightings.ends_of(sighting);
        let (subject, cseq, cseq_method) = self.sightings.subject_at(sighting);
        let (_, path) = self.sightings.place_of(sighting);
        Sent {
            message,
            time: self.time_of(&self.messages[message.position()]),
            subject,
            source: ends.source,
            destination: ends.destination,
            realm: self.realm_of(sighting),
            cseq,
            cseq_method,
            told: self
                .sightings
                .path_at(path as usize)
                .contains(Layer::Document),
            print: self.facts.prints[sighting],
            via: self.facts.vias[sighting],
            fact,
            heading: self.facts.heading(&fact),
            below: self.facts.belows[sighting],
            farther: (fact.vias > 2)
                .then(|| self.facts.farther(sighting))
                .flatten(),
        }
    }
}

impl Built {
    /// Adds what the next group gave.
    fn add(&mut self, hops: Vec<Draft<'_>>, dialogs: Vec<(DialogEntry, Vec<HopId>)>) {
        let end = self.end();
        self.group_hops.push(end.hops as u32);
        for draft in hops {
            let first = self.hop_messages.len() as u32;
            let count = draft.messages.len() as u32;
            let entry = end.hop_entry(&draft.entry);
            self.hops.push(HopEntry {
                first,
                count,
                ..entry
            });
            self.by_order.extend(draft.by_order);
            for (message, part) in draft.messages {
                self.hop_messages.push(message);
                self.parts.push(part);
            }
        }
        for (dialog, members) in dialogs {
            let first = self.dialog_hops.len() as u32;
            let count = members.len() as u32;
            let entry = end.dialog_entry(&dialog);
            self.dialogs.push(DialogEntry {
                first,
                count,
                ..entry
            });
            let members = members.into_iter().map(|hop| end.hop(hop));
            self.dialog_hops.extend(members);
        }
    }

    /// Adds what the next Call-IDs gave.
    fn append(&mut self, next: Self) {
        let end = self.end();
        let starts = next.call_id_groups.iter();
        self.call_id_groups
            .extend(starts.map(|start| start + end.groups));
        let groups = next.group_hops.iter();
        self.group_hops
            .extend(groups.map(|start| start + end.hops as u32));
        self.hops
            .extend(next.hops.iter().map(|entry| end.hop_entry(entry)));
        self.hop_messages.extend(next.hop_messages);
        self.parts.extend(next.parts);
        self.by_order.extend(next.by_order);
        self.dialogs
            .extend(next.dialogs.iter().map(|entry| end.dialog_entry(entry)));
        self.dialog_hops
            .extend(next.dialog_hops.into_iter().map(|hop| end.hop(hop)));
    }

    fn end(&self) -> End {
        End {
            groups: self.group_hops.len() as u32,
            hops: self.hops.len(),
            hop_messages: self.hop_messages.len() as u32,
            dialogs: self.dialogs.len(),
            dialog_hops: self.dialog_hops.len() as u32,
        }
    }

    fn messages_of(&self, hop: &HopEntry) -> &[MessageId] {
        &self.hop_messages[hop.first as usize..][..hop.count as usize]
    }

    /// Whether no message has a smaller number than one that it cannot come before.
    fn is_causal(&self) -> bool {
        self.hops.iter().all(|hop| {
            let messages = self.messages_of(hop);
            let parent = hop
                .parent
                .known()
                .map(|parent| &self.hops[parent.position()]);
            let parent = parent.filter(|parent| parent.request.known().is_some());
            messages.iter().all(|message| messages[0] <= *message)
                && parent.is_none_or(|parent| self.messages_of(parent)[0] <= messages[0])
        })
    }
}

/// Where the lists of some Call-IDs end and those of the next ones will begin.
struct End {
    groups: u32,
    hops: usize,
    hop_messages: u32,
    dialogs: usize,
    dialog_hops: u32,
}

impl End {
    fn hop(&self, hop: HopId) -> HopId {
        hop.known()
            .map_or(hop, |hop| HopId::at(self.hops + hop.position()))
    }

    fn hop_entry(&self, entry: &HopEntry) -> HopEntry {
        let dialog = entry.dialog.known();
        HopEntry {
            first: self.hop_messages + entry.first,
            group: self.groups + entry.group,
            parent: self.hop(entry.parent),
            about: self.hop(entry.about),
            dialog: dialog.map_or(entry.dialog, |dialog| {
                DialogId::at(self.dialogs + dialog.position())
            }),
            ..*entry
        }
    }

    fn dialog_entry(&self, entry: &DialogEntry) -> DialogEntry {
        DialogEntry {
            group: self.groups + entry.group,
            made_by: self.hop(entry.made_by),
            first: self.dialog_hops + entry.first,
            ..*entry
        }
    }
}
