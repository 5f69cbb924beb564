//! A hop of the trace: a request between two nodes, and what came back.

use super::{Call, Dialog, Message};
use crate::trace::facts::{Fact, Heading};
use crate::trace::hops::{HopEntry, Part};
use crate::trace::ids::{DialogId, HopId};
use crate::trace::journeys::Link;
use crate::trace::parties::End;
use crate::trace::sightings::{ACK, INVITE};
use crate::trace::{LinkKind, MethodId, Subject, Trace};

/// A hop: one request between two nodes.
#[derive(Clone, Copy)]
pub struct Hop<'a> {
    pub(super) id: HopId,
    pub(in crate::trace) entry: &'a HopEntry,
    pub(in crate::trace) trace: &'a Trace,
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

    /// The hops of its Call-ID that stand before it, the last one first.
    pub fn before(&self) -> impl Iterator<Item = Hop<'a>> + use<'a> {
        let first = self.trace.group_hops[self.entry.group as usize] as usize;
        let trace = self.trace;
        let hops = (first..self.id.position()).rev();
        hops.map(move |hop| trace.hop_at(HopId::at(hop)))
    }

    /// The message of this hop that a message of a neighbouring one came from, or became: the request for a request, the
    /// first response with the same status and To tag for a response.
    pub(in crate::trace) fn counterpart_of(&self, message: &Message<'_>) -> Option<Message<'a>> {
        let mut messages = self.messages();
        match message.subject() {
            Subject::Request(_) => self.request(),
            Subject::Response(status) => messages.find(|other| {
                other.subject() == Subject::Response(status) && other.to_tag() == message.to_tag()
            }),
        }
    }

    /// The request with the earliest of its responses.
    pub(super) fn answered(&self) -> Option<(Message<'a>, Message<'a>)> {
        let is_response = |message: &Message<'_>| matches!(message.subject(), Subject::Response(_));
        let responses = self.messages().filter(is_response);
        let earliest = responses.min_by_key(Message::time);
        self.request().zip(earliest)
    }

    /// A refusal with its ACK (RFC 3261 17.1.1.3).
    pub(super) fn acknowledged(&self) -> Option<(Message<'a>, Message<'a>)> {
        let mut acks = self.messages();
        let ack = acks.find(|message| message.part() == Part::Ack);
        self.answer().zip(ack)
    }

    /// What an INVITE has in common with the ACK to its 2xx on the same way (RFC 3261 13.2.2.4).
    pub(super) fn exchange(&self) -> (DialogId, u32, u32, u32) {
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

    pub(in crate::trace) fn heading(&self) -> &'a Heading {
        self.trace.facts.heading(&self.fact())
    }

    pub(in crate::trace) fn fact(&self) -> Fact {
        let message = &self.trace.messages[self.trace.first_message(self.entry).position()];
        self.trace.facts.of(self.trace.first_sighting(message))
    }
}
