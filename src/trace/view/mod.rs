//! The trace as everything after it reads it: small views that know their number and look up the rest.

mod call;
mod dialog;
mod hop;
mod message;

pub use call::{Call, Edge};
pub use dialog::Dialog;
pub use hop::Hop;
pub use message::Message;

use std::ops::Range;
use std::sync::OnceLock;

use super::faces::Faces;
use super::hops::{HopEntry, Part};
use super::ids::{CallId, DialogId, HopId, MessageId};
use super::nodes::Nodes;
use super::realms::Realms;
use super::{Clock, Clocks, EdgeEntry, Facts, MessageEntry, Sightings, Trace};
use crate::base::Timestamp;

impl Trace {
    pub(super) fn empty(sightings: Sightings, facts: Facts, clocks: Clocks) -> Self {
        Self {
            sightings,
            facts,
            clocks,
            messages: Vec::new(),
            seen: Vec::new(),
            realms: Realms::default(),
            hops: Vec::new(),
            hop_messages: Vec::new(),
            by_order: Vec::new(),
            group_hops: Vec::new(),
            by_parent: Vec::new(),
            call_id_groups: Vec::new(),
            dialogs: Vec::new(),
            dialog_hops: Vec::new(),
            calls: Vec::new(),
            call_groups: Vec::new(),
            call_of_group: Vec::new(),
            edges: Vec::new(),
            causes: Vec::new(),
            link_rules: Vec::new(),
            faces: Faces::default(),
            nodes: Nodes::default(),
            run_out: OnceLock::new(),
            broken_off: OnceLock::new(),
        }
    }

    /// The messages that break off within their header sections, in order.
    pub fn broken_off(&self) -> &[MessageId] {
        let find = || {
            let all = self.messages().filter(Message::breaks_off);
            all.map(|message| message.id()).collect()
        };
        self.broken_off.get_or_init(find)
    }

    /// The sightings that it was made of.
    pub fn sightings(&self) -> &Sightings {
        &self.sightings
    }

    /// The clock of an input.
    pub fn clock(&self, input: u32) -> Option<&Clock> {
        self.clocks.get(input)
    }

    /// The input whose clock stands for all that are in line with that of this one: the times of others cannot be compared with it,
    /// one of the two clocks may be wrong.
    pub fn clock_line(&self, input: u32) -> Option<u32> {
        self.clocks.line(input)
    }

    /// The time of the last message that has one.
    pub fn end(&self) -> Option<Timestamp> {
        let mut latest = self.messages.iter().rev();
        let times = latest.find_map(|message| self.time_of(message));
        times.map(Timestamp::from_nanos)
    }

    /// All messages, in the order of their numbers.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = Message<'_>> + ExactSizeIterator {
        (0..self.messages.len()).map(|position| self.message_at(MessageId::at(position)))
    }

    /// A message.
    pub fn message(&self, id: MessageId) -> Option<Message<'_>> {
        (id.position() < self.messages.len()).then(|| self.message_at(id))
    }

    /// All hops, Call-ID by Call-ID.
    pub fn hops(&self) -> impl DoubleEndedIterator<Item = Hop<'_>> + ExactSizeIterator {
        (0..self.hops.len()).map(|position| self.hop_at(HopId::at(position)))
    }

    /// A hop.
    pub fn hop(&self, id: HopId) -> Option<Hop<'_>> {
        (id.position() < self.hops.len()).then(|| self.hop_at(id))
    }

    /// All dialogs, Call-ID by Call-ID.
    pub fn dialogs(&self) -> impl DoubleEndedIterator<Item = Dialog<'_>> + ExactSizeIterator {
        (0..self.dialogs.len()).map(|position| self.dialog_at(DialogId::at(position)))
    }

    /// All calls, in the order of their numbers.
    pub fn calls(&self) -> impl DoubleEndedIterator<Item = Call<'_>> + ExactSizeIterator {
        (0..self.calls.len()).map(|position| self.call_at(CallId::at(position)))
    }

    /// A call.
    pub fn call(&self, id: CallId) -> Option<Call<'_>> {
        (id.position() < self.calls.len()).then(|| self.call_at(id))
    }

    pub(super) fn message_at(&self, id: MessageId) -> Message<'_> {
        Message {
            id,
            entry: &self.messages[id.position()],
            trace: self,
        }
    }

    pub(super) fn hop_at(&self, id: HopId) -> Hop<'_> {
        Hop {
            id,
            entry: &self.hops[id.position()],
            trace: self,
        }
    }

    fn dialog_at(&self, id: DialogId) -> Dialog<'_> {
        Dialog {
            id,
            entry: &self.dialogs[id.position()],
            trace: self,
        }
    }

    fn call_at(&self, id: CallId) -> Call<'_> {
        Call {
            id,
            entry: &self.calls[id.position()],
            trace: self,
        }
    }

    pub(super) fn first_sighting(&self, message: &MessageEntry) -> usize {
        message.seen(&self.seen)[0] as usize
    }

    /// When a message was seen first, in the common clock.
    pub(super) fn time_of(&self, message: &MessageEntry) -> Option<i64> {
        let (time, _) = self.timed(message)?;
        Some(time)
    }

    /// The same, and the sighting that tells it: the first of those that tell it best.
    fn timed(&self, message: &MessageEntry) -> Option<(i64, usize)> {
        let seen = message.seen(&self.seen).iter();
        let times = seen.filter_map(|at| {
            let at = *at as usize;
            let time = self.clocks.time(&self.sightings, at)?;
            Some((self.sightings.grain(at), time, at))
        });
        let (_, time, at) = times.min()?;
        Some((time, at))
    }

    pub(super) fn first_message(&self, hop: &HopEntry) -> MessageId {
        self.hop_messages[hop.first as usize]
    }

    /// The first final response of a hop.
    pub(super) fn final_of(&self, hop: &HopEntry) -> Option<MessageId> {
        let messages = &self.hop_messages[hop.first as usize..][..hop.count as usize];
        let mut finals = messages
            .iter()
            .filter(|message| self.messages[message.position()].part == Part::Final);
        finals.next().copied()
    }

    /// The first message of a group.
    fn begin_of(&self, group: u32) -> MessageId {
        let hops = self.hops_of_group(group).iter();
        let all = hops.map(|hop| self.first_message(hop)).min();
        all.unwrap_or(MessageId::NONE)
    }

    /// The requests of an edge of which one caused the other.
    fn cause_between(&self, edge: &EdgeEntry) -> Option<(MessageId, MessageId)> {
        let first = HopId::at(self.group_hops[edge.other as usize] as usize);
        let (by, kind) = self.hop(first)?.caused_by()?;
        let request = self.hops[first.position()].request;
        (kind == edge.kind).then_some((by.entry.request, request))
    }

    /// The number of the Call-ID of a group.
    pub(super) fn call_id_number(&self, group: u32) -> u32 {
        self.call_id_groups.partition_point(|first| *first <= group) as u32 - 1
    }

    /// The Call-ID of a group; empty for the group of those without one.
    pub(super) fn call_id_of(&self, group: u32) -> &[u8] {
        self.sightings.call_id_text(self.call_id_number(group))
    }

    /// Whether a group has a Call-ID.
    pub(super) fn has_call_id(&self, group: u32) -> bool {
        group as usize + 2 < self.group_hops.len()
    }

    /// The groups of a Call-ID.
    pub(super) fn groups_of(&self, call_id: u32) -> Range<u32> {
        let [start, end] = [0, 1].map(|next| self.call_id_groups[call_id as usize + next]);
        start..end
    }

    pub(super) fn hops_of_group(&self, group: u32) -> &[HopEntry] {
        let (start, end) = (
            self.group_hops[group as usize],
            self.group_hops[group as usize + 1],
        );
        &self.hops[start as usize..end as usize]
    }
}
