//! The trace as everything after it reads it: small views that know their number and look up the rest.

mod call;

pub use call::{Call, Edge};

use std::ops::Range;
use std::sync::OnceLock;

use super::faces::Faces;
use super::facts::{Detail, Fact, Heading, TextId};
use super::hops::{HopEntry, Part};
use super::ids::{CallId, DialogId, HopId, MessageId};
use super::journeys::Link;
use super::marks::Marks;
use super::mention::Mention;
use super::nodes::Nodes;
use super::parties::End;
use super::realms::Realms;
use super::sightings::{ACK, INVITE};
use super::{
    Clock, Clocks, DialogEntry, EdgeEntry, Facts, LinkKind, MessageEntry, MethodId, Sighting,
    Sightings, Subject, Trace,
};
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

    /// The last message up to this one that breaks off within its header section.
    pub fn last_broken_off(&self, last: MessageId) -> Option<MessageId> {
        let find = || {
            let all = self.messages().filter(Message::breaks_off);
            all.map(|message| message.id()).collect()
        };
        let all = self.broken_off.get_or_init(find);
        let up_to = all.partition_point(|one| *one <= last);
        all[..up_to].last().copied()
    }

    /// The sightings that it was made of.
    pub fn sightings(&self) -> &Sightings {
        &self.sightings
    }

    /// The clock of an input.
    pub fn clock(&self, input: u32) -> Option<&Clock> {
        self.clocks.get(input)
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

/// A message: sightings that are one.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    id: MessageId,
    entry: &'a MessageEntry,
    trace: &'a Trace,
}

impl<'a> Message<'a> {
    /// Which one.
    pub fn id(&self) -> MessageId {
        self.id
    }

    /// When it was seen first, in the common clock.
    pub fn time(&self) -> Option<Timestamp> {
        self.trace.time_of(self.entry).map(Timestamp::from_nanos)
    }

    /// The same, and the sighting that tells it: of those whose input knows most digits the first.
    pub fn timed(&self) -> Option<(Timestamp, Sighting<'a>)> {
        let (time, at) = self.trace.timed(self.entry)?;
        Some((Timestamp::from_nanos(time), self.trace.sightings.at(at)))
    }

    /// All its sightings; the first tells what the message is.
    pub fn sightings(&self) -> impl ExactSizeIterator<Item = Sighting<'a>> + use<'a> {
        let trace = self.trace;
        let seen = self.entry.seen(&trace.seen);
        seen.iter().map(move |at| trace.sightings.at(*at as usize))
    }

    /// The first of them.
    pub fn sighting(&self) -> Sighting<'a> {
        self.trace
            .sightings
            .at(self.trace.first_sighting(self.entry))
    }

    /// Request or response.
    pub fn subject(&self) -> Subject {
        self.sighting().subject()
    }

    /// The hop it belongs to.
    pub fn hop(&self) -> Hop<'a> {
        self.trace.hop_at(self.entry.hop)
    }

    /// What it is on its hop.
    pub fn part(&self) -> Part {
        self.entry.part
    }

    /// Whether it is an answer in a document whose Via is not that of the request before it: only ends, CSeq and the order of
    /// the steps put it on its hop.
    pub fn is_by_order(&self) -> bool {
        self.trace.by_order.binary_search(&self.id).is_ok()
    }

    /// The From tag.
    pub fn from_tag(&self) -> Option<&'a [u8]> {
        Some(self.trace.facts.text(self.fact().from_tag)).filter(|tag| !tag.is_empty())
    }

    /// The To tag.
    pub fn to_tag(&self) -> Option<&'a [u8]> {
        Some(self.trace.facts.text(self.fact().to_tag)).filter(|tag| !tag.is_empty())
    }

    /// The time that a registration, subscription or publication asks for, or is granted.
    pub fn expires(&self) -> Option<u32> {
        self.detail()?.expires
    }

    /// The time that it grants, if it is a 2xx: in no other response does Expires say so.
    pub(super) fn grants(&self) -> Option<u32> {
        self.expires().filter(|_| self.accepts())
    }

    /// Whether it is a 2xx.
    pub(super) fn accepts(&self) -> bool {
        matches!(self.subject(), Subject::Response(200..300))
    }

    /// The event package with its parameters; empty if there is none.
    pub fn event(&self) -> &'a [u8] {
        self.detail_text(|detail| detail.event)
    }

    /// The state that a NOTIFY tells; empty if it tells none.
    pub fn subscription_state(&self) -> &'a [u8] {
        self.detail_text(|detail| detail.state)
    }

    /// Why the subscription is in this state.
    pub fn subscription_reason(&self) -> &'a [u8] {
        self.detail_text(|detail| detail.reason)
    }

    /// SIP-If-Match of a PUBLISH, SIP-ETag of its answer.
    pub fn entity_tag(&self) -> &'a [u8] {
        self.detail_text(|detail| detail.etag)
    }

    /// The Request-URI of a PUBLISH, without parameters.
    pub(super) fn target(&self) -> Option<&'a [u8]> {
        let facts = &self.trace.facts;
        let mut mentions = facts.mentions(self.trace.first_sighting(self.entry)).iter();
        let target = mentions.find(|fact| fact.mention == Mention::Target)?;
        Some(facts.text(target.text))
    }

    /// Whether a request carries credentials for a registrar or server.
    pub fn has_credentials(&self) -> bool {
        self.detail().is_some_and(|detail| detail.credentials)
    }

    /// Whether a REFER asks for no subscription, or its answer says that there is none (`Refer-Sub: false`, RFC 4488).
    pub fn wants_no_subscription(&self) -> bool {
        self.fact().marks.has(Marks::NO_REFER_SUB)
    }

    /// The URI of the first Contact; empty if there is none.
    pub fn contact(&self) -> &'a [u8] {
        self.trace.facts.text(self.fact().contact)
    }

    /// The contacts of a REGISTER or its answer with the seconds of each; `*` stands for all (RFC 3261 10.2.2).
    pub(super) fn contacts(&self) -> Vec<(&'a [u8], Option<u32>)> {
        let facts = &self.trace.facts;
        let several = facts.bindings(self.trace.first_sighting(self.entry));
        match (several, self.contact()) {
            ([], []) => Vec::new(),
            ([], only) => vec![(only, self.expires())],
            _ => several
                .iter()
                .map(|one| (facts.text(one.contact), one.expires))
                .collect(),
        }
    }

    /// Whether there is a body.
    pub fn has_body(&self) -> bool {
        self.fact().has_body()
    }

    /// What names the sender of its transaction: sent-by and branch of the topmost Via.
    pub(super) fn via(&self) -> u32 {
        self.trace
            .facts
            .sender(self.trace.first_sighting(self.entry))
    }

    pub(super) fn fact(&self) -> Fact {
        self.trace.facts.of(self.trace.first_sighting(self.entry))
    }

    /// Whether the end of its header section was not seen: nobody knows all that it says of itself.
    pub fn breaks_off(&self) -> bool {
        self.fact().marks.has(Marks::BREAKS_OFF)
    }

    fn detail(&self) -> Option<&'a Detail> {
        let sighting = self.trace.first_sighting(self.entry);
        self.trace.facts.details(sighting)
    }

    fn detail_text(&self, which: impl Fn(&Detail) -> TextId) -> &'a [u8] {
        let text = self.detail().map(which).unwrap_or_default();
        self.trace.facts.text(text)
    }
}

/// A hop: one request between two nodes.
#[derive(Clone, Copy)]
pub struct Hop<'a> {
    id: HopId,
    pub(super) entry: &'a HopEntry,
    pub(super) trace: &'a Trace,
}

impl<'a> Hop<'a> {
    /// Which one.
    pub fn id(&self) -> HopId {
        self.id
    }

    /// The request, if it was seen.
    pub fn request(&self) -> Option<Message<'a>> {
        let request = self.entry.request.known()?;
        Some(self.trace.message_at(request))
    }

    /// All messages in their order.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = Message<'a>> + use<'a> {
        let start = self.entry.first as usize;
        let all = &self.trace.hop_messages[start..start + self.entry.count as usize];
        let trace = self.trace;
        all.iter().map(move |message| trace.message_at(*message))
    }

    /// The first of them.
    pub fn first_message(&self) -> Message<'a> {
        self.trace.message_at(self.trace.first_message(self.entry))
    }

    /// The method of the request.
    pub fn method(&self) -> MethodId {
        MethodId(self.entry.method)
    }

    /// Its name.
    pub fn method_name(&self) -> &'a [u8] {
        self.trace.sightings.method_name(self.method())
    }

    /// The number in its CSeq, or 0 if it has none that can be read: its messages know which.
    pub fn cseq(&self) -> u32 {
        self.entry.cseq
    }

    /// Who sent the request.
    pub fn source(&self) -> Option<End<'a>> {
        self.trace.sightings.parties().end(self.entry.source)
    }

    /// Who got it.
    pub fn destination(&self) -> Option<End<'a>> {
        self.trace.sightings.parties().end(self.entry.destination)
    }

    /// The first final status.
    pub fn status(&self) -> Option<u16> {
        (self.entry.status > 0).then_some(self.entry.status)
    }

    /// The hop that it continues, and how that is known.
    pub fn parent(&self) -> Option<(Hop<'a>, Link)> {
        let parent = self.entry.parent.known()?;
        Some((self.trace.hop_at(parent), self.entry.link))
    }

    /// Whether it is with it that its request was seen first: the hops that it continues, if any, have only answers.
    pub fn begins(&self) -> bool {
        self.entry.begins(|hop| &self.trace.hops[hop.position()])
    }

    /// The hops that continue it.
    pub fn continued_by(&self) -> impl ExactSizeIterator<Item = Hop<'a>> + use<'a> {
        let trace = self.trace;
        let [start, end] = [0, 1].map(|next| trace.group_hops[self.entry.group as usize + next]);
        let group = &trace.by_parent[start as usize..end as usize];
        let parent = |hop: &HopId| trace.hops[hop.position()].parent;
        let first = group.partition_point(|hop| parent(hop) < self.id);
        let own = group[first..].partition_point(|hop| parent(hop) == self.id);
        group[first..first + own]
            .iter()
            .map(|hop| trace.hop_at(*hop))
    }

    /// The message of this hop that a message of a neighbouring one came from, or became: the request for a request, the
    /// first response with the same status and To tag for a response.
    pub(super) fn counterpart_of(&self, message: &Message<'_>) -> Option<Message<'a>> {
        let mut messages = self.messages();
        match message.subject() {
            Subject::Request(_) => self.request(),
            Subject::Response(status) => messages.find(|other| {
                other.subject() == Subject::Response(status) && other.to_tag() == message.to_tag()
            }),
        }
    }

    /// The request with the earliest of its responses.
    fn answered(&self) -> Option<(Message<'a>, Message<'a>)> {
        let is_response = |message: &Message<'_>| matches!(message.subject(), Subject::Response(_));
        let responses = self.messages().filter(is_response);
        let earliest = responses.min_by_key(Message::time);
        self.request().zip(earliest)
    }

    /// A refusal with its ACK (RFC 3261 17.1.1.3).
    fn acknowledged(&self) -> Option<(Message<'a>, Message<'a>)> {
        let mut acks = self.messages();
        let ack = acks.find(|message| message.part() == Part::Ack);
        self.answer().zip(ack)
    }

    /// What an INVITE has in common with the ACK to its 2xx on the same way (RFC 3261 13.2.2.4).
    fn exchange(&self) -> (DialogId, u32, u32, u32) {
        let of = self.entry;
        (of.dialog, of.cseq, of.source, of.destination)
    }

    /// The INVITE that a CANCEL is for; the request that answers with another method can only be meant for.
    pub fn about(&self) -> Option<Hop<'a>> {
        Some(self.trace.hop_at(self.entry.about.known()?))
    }

    /// The INVITE that the ACK to a 2xx belongs to: of its dialog, with its CSeq (RFC 3261 13.2.2.4). Of a journey that is the hop
    /// between the same two or, where the ACK went another way, from the same one.
    pub fn acknowledges(&self) -> Option<Hop<'a>> {
        if self.method().0 != ACK {
            return None;
        }
        let of_same = |hop: &Hop<'_>| hop.method().0 == INVITE && hop.cseq() == self.cseq();
        let invites = self.dialog()?.hops().filter(of_same);
        let sightings = &self.trace.sightings;
        invites.min_by_key(|hop| {
            let same = |one, other| !sightings.same_address(one, other);
            let source = same(hop.entry.source, self.entry.source);
            let destination = same(hop.entry.destination, self.entry.destination);
            (source, destination, hop.realm() != self.realm())
        })
    }

    fn realm(&self) -> u32 {
        let sighting = self.trace.first_sighting(self.first_message().entry);
        self.trace.realm_of(sighting)
    }

    /// The request with another Call-ID that caused this one, and how that is known.
    pub fn caused_by(&self) -> Option<(Hop<'a>, LinkKind)> {
        let causes = &self.trace.causes;
        let at = causes.binary_search_by_key(&self.id, |cause| cause.caused);
        let cause = causes[at.ok()?];
        Some((self.trace.hop_at(cause.by), cause.kind))
    }

    /// The dialog; the first one of a request that made several.
    pub fn dialog(&self) -> Option<Dialog<'a>> {
        Some(self.trace.dialog_at(self.entry.dialog.known()?))
    }

    /// The call.
    pub fn call(&self) -> Call<'a> {
        let group = self.entry.group as usize;
        self.trace.call_at(self.trace.call_of_group[group])
    }

    /// From, without parameters.
    pub fn from(&self) -> &'a [u8] {
        self.trace.facts.text(self.fact().from)
    }

    /// To, without parameters.
    pub fn to(&self) -> &'a [u8] {
        self.trace.facts.text(self.fact().to)
    }

    /// The Call-ID.
    pub fn call_id(&self) -> Option<&'a [u8]> {
        self.first_message().sighting().call_id()
    }

    pub(super) fn heading(&self) -> &'a Heading {
        self.trace.facts.heading(&self.fact())
    }

    pub(super) fn fact(&self) -> Fact {
        let message = &self.trace.messages[self.trace.first_message(self.entry).position()];
        self.trace.facts.of(self.trace.first_sighting(message))
    }
}

/// A dialog: Call-ID and the tags of both sides.
#[derive(Clone, Copy)]
pub struct Dialog<'a> {
    id: DialogId,
    entry: &'a DialogEntry,
    trace: &'a Trace,
}

impl<'a> Dialog<'a> {
    /// Which one.
    pub fn id(&self) -> DialogId {
        self.id
    }

    /// The Call-ID.
    pub fn call_id(&self) -> &'a [u8] {
        self.trace.call_id_of(self.entry.group)
    }

    /// The tag of the side that made it, or that was seen first.
    pub fn caller_tag(&self) -> &'a [u8] {
        self.trace.facts.text(self.entry.caller)
    }

    /// The tag of the other side.
    pub fn callee_tag(&self) -> &'a [u8] {
        self.trace.facts.text(self.entry.callee)
    }

    /// The request that made it; `None` if that was before the trace began.
    pub fn made_by(&self) -> Option<Hop<'a>> {
        Some(self.trace.hop_at(self.entry.made_by.known()?))
    }

    /// Whether it was there before the trace began.
    pub fn joined_late(&self) -> bool {
        self.made_by().is_none()
    }

    /// Whether a 2xx confirmed it; one that was joined late was confirmed before, unless it was joined while it rang.
    pub fn confirmed(&self) -> bool {
        self.entry.confirmed || (self.joined_late() && !self.entry.early)
    }

    /// Whether this is the INVITE that made it, of which only answers were seen.
    pub(super) fn is_opened_unseen_by(&self, hop: &Hop<'_>) -> bool {
        let first = self.hops().next();
        self.entry.early
            && hop.request().is_none()
            && first.is_some_and(|first| first.id() == hop.id())
    }

    /// A message of the same trace.
    pub fn message(&self, id: MessageId) -> Option<Message<'a>> {
        self.trace.message(id)
    }

    /// All hops with its messages.
    pub fn hops(&self) -> impl DoubleEndedIterator<Item = Hop<'a>> + use<'a> {
        let start = self.entry.first as usize;
        let all = &self.trace.dialog_hops[start..start + self.entry.count as usize];
        let trace = self.trace;
        all.iter().map(move |hop| trace.hop_at(*hop))
    }
}
