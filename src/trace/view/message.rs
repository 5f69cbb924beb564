//! A message of the trace.

use super::Hop;
use crate::base::Timestamp;
use crate::trace::facts::{Detail, Fact, TextId};
use crate::trace::hops::Part;
use crate::trace::ids::MessageId;
use crate::trace::marks::Marks;
use crate::trace::mention::Mention;
use crate::trace::{MessageEntry, Sighting, Subject, Trace};

/// A message: sightings that are one.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    pub(super) id: MessageId,
    pub(super) entry: &'a MessageEntry,
    pub(super) trace: &'a Trace,
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
    pub(in crate::trace) fn grants(&self) -> Option<u32> {
        self.expires().filter(|_| self.accepts())
    }

    /// Whether it is a 2xx.
    pub(in crate::trace) fn accepts(&self) -> bool {
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
    pub(in crate::trace) fn target(&self) -> Option<&'a [u8]> {
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
    pub(in crate::trace) fn contacts(&self) -> Vec<(&'a [u8], Option<u32>)> {
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

    /// How many Via values it has.
    pub fn vias(&self) -> usize {
        self.fact().vias.into()
    }

    /// Whether there is a body.
    pub fn has_body(&self) -> bool {
        self.fact().has_body()
    }

    /// What names the sender of its transaction: sent-by and branch of the topmost Via.
    pub(in crate::trace) fn via(&self) -> u32 {
        self.trace
            .facts
            .sender(self.trace.first_sighting(self.entry))
    }

    pub(in crate::trace) fn fact(&self) -> Fact {
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
