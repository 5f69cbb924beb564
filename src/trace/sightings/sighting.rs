//! A sighting, as everything after the index reads it.

use std::num::NonZeroU16;

use super::{Entry, HAS_CSEQ, IN_PARTS, NONE, Parts, Sightings, Subject, WHOLE, timestamp};
use crate::base::{Location, Path, RecordId, Spoiled, Timestamp, Transport};
use crate::trace::parties::End;

/// One SIP message seen once.
#[derive(Clone, Copy)]
pub struct Sighting<'a> {
    pub(super) number: usize,
    pub(super) entry: &'a Entry,
    pub(super) all: &'a Sightings,
}

impl<'a> Sighting<'a> {
    /// Its number, from 1.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Request or response.
    pub fn subject(&self) -> Subject {
        self.entry.subject()
    }

    /// Time of its first byte.
    pub fn time(&self) -> Option<Timestamp> {
        timestamp(self.entry.time)
    }

    /// Digits behind the second of that, where they are fewer than a capture has.
    pub fn digits(&self) -> Option<u8> {
        self.entry.digits()
    }

    /// So many nanoseconds later it may have been, because a log cut its time.
    pub fn grain(&self) -> i64 {
        self.entry.grain()
    }

    /// Time of its last byte.
    pub fn last_time(&self) -> Option<Timestamp> {
        match self.parts() {
            Some(parts) => timestamp(parts.last),
            None => self.time(),
        }
    }

    /// Sender, if known.
    pub fn source(&self) -> Option<End<'a>> {
        self.all.parties.end(self.entry.source)
    }

    /// Receiver, if known.
    pub fn destination(&self) -> Option<End<'a>> {
        self.all.parties.end(self.entry.destination)
    }

    /// Carrier.
    pub fn transport(&self) -> Transport {
        self.entry.transport
    }

    /// The identification of the innermost IP packet that carried it, to tell one packet captured twice from a message that
    /// was sent twice. Of IPv6 it is the low half, and only of what came in fragments. `None` in streams and associations,
    /// where an encapsulation leaves it out, and where it is zero, which many systems send for want of one.
    pub fn identification(&self) -> Option<u16> {
        self.entry.identification.map(NonZeroU16::get)
    }

    /// The layers around it.
    pub fn path(&self) -> &'a Path {
        &self.all.paths[self.all.place_of_entry(self.entry).path as usize]
    }

    /// Its Call-ID, if it has one.
    pub fn call_id(&self) -> Option<&'a [u8]> {
        (self.entry.call_id != NONE).then(|| self.all.call_ids.get(self.entry.call_id))
    }

    /// The number in its CSeq.
    pub fn cseq(&self) -> Option<u32> {
        (self.entry.flags & HAS_CSEQ != 0).then_some(self.entry.cseq)
    }

    /// The method in its CSeq; empty if it has none.
    pub fn cseq_method(&self) -> &'a [u8] {
        self.all.methods.get(u32::from(self.entry.cseq_method))
    }

    /// The records it came in.
    pub fn records(&self) -> Vec<RecordId> {
        match self.parts() {
            Some(parts) => self.all.records[parts.records as usize].to_vec(),
            None => vec![self.record()],
        }
    }

    /// The input it came from.
    pub fn input(&self) -> u32 {
        self.all.place_of_entry(self.entry).input
    }

    /// Where its bytes are.
    pub fn location(&self) -> Location {
        Location::unpack(self.entry.location)
    }

    /// How many bytes.
    pub fn length(&self) -> usize {
        self.entry.length as usize
    }

    /// Whether all of it was seen.
    pub fn whole(&self) -> bool {
        self.entry.flags & WHOLE != 0
    }

    /// What is not known of its original bytes.
    pub fn spoiled(&self) -> Spoiled {
        self.all.place_of_entry(self.entry).spoiled
    }

    /// The first of the records it came in.
    pub(in crate::trace) fn record(&self) -> RecordId {
        let place = self.all.place_of_entry(self.entry);
        RecordId {
            input: place.input,
            number: self.entry.number,
            interface: place.interface,
        }
    }

    fn parts(&self) -> Option<&'a Parts> {
        if self.entry.flags & IN_PARTS == 0 {
            return None;
        }
        let (own, parts) = ((self.record(), self.entry.location), &self.all.parts);
        let found = parts.binary_search_by_key(&own, |parts| parts.of).ok()?;
        Some(&parts[found])
    }
}
