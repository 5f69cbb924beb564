//! The index of sightings: one entry of fixed size for each, texts interned, bytes left where they are.

mod sighting;

use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroU16;

use super::intern::Interner;
use super::parties::Parties;
use super::same::{Ends, Packet};
use crate::base::{
    Anomalies, AnomalyKind, Endpoint, Layer, Location, NameId, Party, Path, RecordId, Spoiled,
    Timestamp, Transport,
};
use crate::sip::{Carried, METHODS, Start};

pub use sighting::Sighting;

/// A method by number; the registered ones come first, in the order of [`METHODS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MethodId(pub(super) u16);

/// Methods that transactions treat in their own way, by their places in [`METHODS`].
pub(super) const INVITE: u16 = 0;
pub(super) const ACK: u16 = 1;
pub(super) const BYE: u16 = 2;
pub(super) const CANCEL: u16 = 3;
pub(super) const REGISTER: u16 = 4;
pub(super) const OPTIONS: u16 = 5;
pub(super) const INFO: u16 = 6;
pub(super) const PRACK: u16 = 7;
pub(super) const UPDATE: u16 = 8;
pub(super) const SUBSCRIBE: u16 = 9;
pub(super) const NOTIFY: u16 = 10;
pub(super) const REFER: u16 = 11;
pub(super) const PUBLISH: u16 = 13;
/// INVITE (RFC 3261), SUBSCRIBE (RFC 6665) and REFER (RFC 3515).
pub(super) const METHODS_THAT_MAKE_DIALOGS: [u16; 3] = [INVITE, SUBSCRIBE, REFER];

/// What a sighting is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A request.
    Request(MethodId),
    /// A response with its status.
    Response(u16),
}

/// One entry. Times are relative to nothing: `i64::MIN` stands for none.
#[derive(Clone, Copy)]
struct Entry {
    time: i64,
    number: u64,
    location: u64,
    length: u32,
    /// Input, path and what is spoiled, by position in `places`.
    place: u32,
    source: u32,
    destination: u32,
    call_id: u32,
    cseq: u32,
    /// A status, or a method beyond all statuses.
    subject: u16,
    cseq_method: u16,
    transport: Transport,
    flags: u8,
    /// None is stored as zero: two bytes in all.
    identification: Option<NonZeroU16>,
}

impl Entry {
    fn subject(&self) -> Subject {
        match self.subject.checked_sub(METHOD_BASE) {
            Some(method) => Subject::Request(MethodId(method)),
            None => Subject::Response(self.subject),
        }
    }

    fn digits(&self) -> Option<u8> {
        (self.flags >> DIGITS_FROM).checked_sub(1)
    }

    /// As many digits as captures have count as all.
    fn grain(&self) -> i64 {
        let digits = self.digits().filter(|digits| *digits < CAPTURED_DIGITS);
        digits.map_or(0, |digits| SECOND / 10_i64.pow(digits.into()))
    }
}

/// One of the capture points of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tap {
    /// An interface, from 0.
    Interface(u16),
    /// Who sent what it saw as HEP.
    Agent(u32),
}

/// `interface 1`, `agent 2001`.
impl fmt::Display for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interface(number) => write!(f, "interface {number}"),
            Self::Agent(number) => write!(f, "agent {number}"),
        }
    }
}

/// Most captures are told in microseconds.
const CAPTURED_DIGITS: u8 = 6;
const NO_TIME: i64 = i64::MIN;
const SECOND: i64 = 1_000_000_000;
const NONE: u32 = u32::MAX;
const METHOD_BASE: u16 = 1000;
const WHOLE: u8 = 1;
const HAS_CSEQ: u8 = 2;
/// It came in several records or took time.
const IN_PARTS: u8 = 4;
/// Behind these flags stands one more than the digits that its time has, where they are fewer than a capture has.
const DIGITS_FROM: u32 = 4;
/// Distinct method names that are told apart, and what stands for the rest.
const MOST_METHODS: usize = 4096;
const FURTHER_METHODS: &[u8] = b"(further methods)";

/// An input and its interface, the layers around a message in it, and what the input does not keep of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    input: u32,
    interface: u16,
    path: u32,
    spoiled: Spoiled,
}

/// What only some entries have.
struct Parts {
    /// Record and location of the entry.
    of: (RecordId, u64),
    last: i64,
    /// Position in `records`.
    records: u32,
}

/// All sightings.
pub struct Sightings {
    entries: Vec<Entry>,
    /// By record and location, once all are in their final order.
    parts: Vec<Parts>,
    /// Lists of records; neighbours that came in the same ones share theirs.
    records: Vec<Box<[RecordId]>>,
    parties: Parties,
    paths: Vec<Path>,
    path_ids: HashMap<Path, u32, foldhash::fast::RandomState>,
    places: Vec<Place>,
    place_ids: HashMap<Place, u32, foldhash::fast::RandomState>,
    call_ids: Interner,
    methods: Interner,
}

impl Default for Sightings {
    fn default() -> Self {
        let mut methods = Interner::default();
        for method in METHODS {
            methods.add(method.as_bytes());
        }
        Self {
            entries: Vec::new(),
            parts: Vec::new(),
            records: Vec::new(),
            parties: Parties::default(),
            paths: Vec::new(),
            path_ids: HashMap::default(),
            places: Vec::new(),
            place_ids: HashMap::default(),
            call_ids: Interner::default(),
            methods,
        }
    }
}

impl Sightings {
    /// Adds a message whose bytes can be read again from `location`.
    pub fn add(&mut self, found: &Carried<'_>, location: Location, anomalies: &mut Anomalies) {
        let glance = match found.whole {
            true => found.glance,
            false => found.glance.cut(found.bytes),
        };
        let record = found.records[0];
        let subject = match glance.start {
            Start::Response(status) => status,
            Start::Request(method) => {
                METHOD_BASE + self.method(method.of(found.bytes), record, anomalies)
            }
        };
        let cseq_method = self.method(glance.cseq_method.of(found.bytes), record, anomalies);
        let call_id = if glance.call_id.is_empty() {
            NONE
        } else {
            self.call_ids.add(glance.call_id.of(found.bytes))
        };
        let in_parts = found.records.len() > 1 || found.first != found.last;
        if in_parts {
            if self
                .records
                .last()
                .is_none_or(|known| **known != *found.records)
            {
                self.records.push(found.records.into());
            }
            self.parts.push(Parts {
                of: (record, location.pack()),
                last: nanos(found.last),
                records: self.records.len() as u32 - 1,
            });
        }
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        let flags = flag(found.whole, WHOLE)
            | flag(glance.cseq.is_some(), HAS_CSEQ)
            | flag(in_parts, IN_PARTS)
            | found.digits.map_or(0, |digits| digits.min(9) + 1) << DIGITS_FROM;
        let entry = Entry {
            time: nanos(found.first),
            number: record.number,
            location: location.pack(),
            length: found.bytes.len() as u32,
            place: self.place(record, found.flow.path, found.spoiled),
            source: self.party(found.flow.source),
            destination: self.party(found.flow.destination),
            call_id,
            cseq: glance.cseq.unwrap_or_default(),
            subject,
            cseq_method,
            transport: found.flow.transport,
            flags,
            identification: found.identification,
        };
        self.entries.push(entry);
    }

    /// Puts all in their final order: by time, then by input, record and place. Entries without time stay behind the
    /// one that they followed in their input. Call-IDs are numbered in that order too, not in that of the inputs.
    pub fn settle(&mut self) {
        (self.path_ids, self.place_ids) = (HashMap::default(), HashMap::default());
        self.parties.close();
        self.entries.shrink_to_fit();
        self.parts.sort_unstable_by_key(|parts| parts.of);
        self.sort();
        let mut numbers = vec![NONE; self.call_ids.len()];
        let mut call_ids = Interner::default();
        for entry in &mut self.entries {
            if let Some(number) = numbers.get_mut(entry.call_id as usize) {
                if *number == NONE {
                    *number = call_ids.add(self.call_ids.get(entry.call_id));
                }
                entry.call_id = *number;
            }
        }
        self.call_ids = call_ids;
    }

    fn sort(&mut self) {
        let mut last: HashMap<u32, i64> = HashMap::new();
        let places = &self.places;
        let input = |entry: &Entry| places[entry.place as usize].input;
        let by_place = |entry: &Entry| (input(entry), entry.number, entry.location);
        let timed = self.entries.iter().all(|entry| entry.time != NO_TIME);
        let key = |entry: &Entry| (entry.time, by_place(entry));
        if timed {
            if !self.entries.is_sorted_by_key(key) {
                self.entries.sort_unstable_by_key(key);
            }
            return;
        }
        self.entries.sort_unstable_by_key(by_place);
        let mut keyed: Vec<(i64, Entry)> = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            let time = last.entry(input(entry)).or_insert(NO_TIME);
            if entry.time != NO_TIME {
                *time = entry.time;
            }
            keyed.push((*time, *entry));
        }
        keyed.sort_by_key(|(time, _)| *time);
        self.entries = keyed.into_iter().map(|(_, entry)| entry).collect();
    }

    /// The time of the sighting at this position is so many nanoseconds later.
    pub(super) fn delay(&mut self, position: usize, nanos: i64) {
        let time = &mut self.entries[position].time;
        *time = time.saturating_add(nanos);
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The sighting with this number, from 1.
    pub fn get(&self, number: usize) -> Option<Sighting<'_>> {
        let entry = self.entries.get(number.checked_sub(1)?)?;
        Some(Sighting {
            number,
            entry,
            all: self,
        })
    }

    /// The sighting at this position, from 0.
    pub(super) fn at(&self, position: usize) -> Sighting<'_> {
        Sighting {
            number: position + 1,
            entry: &self.entries[position],
            all: self,
        }
    }

    /// All, in order.
    pub fn iter(&self) -> impl Iterator<Item = Sighting<'_>> {
        self.entries
            .iter()
            .enumerate()
            .map(|(index, entry)| Sighting {
                number: index + 1,
                entry,
                all: self,
            })
    }

    /// Distinct Call-IDs.
    pub fn call_ids(&self) -> usize {
        self.call_ids.len()
    }

    /// Every Call-ID with the number of its sightings among those that are meant, by their numbers: most frequent first, then by text.
    /// One longer than 128 bytes is given by its beginning, its length and a hash.
    pub fn call_id_counts(&self, is_meant: impl Fn(usize) -> bool) -> Vec<(&[u8], u64)> {
        let texts = (0..self.call_ids.len() as u32).map(|id| self.call_ids.get(id));
        let mut counts: Vec<_> = texts.map(|text| (text, 0)).collect();
        for (entry, number) in self.entries.iter().zip(1..) {
            if let Some((_, count)) = counts.get_mut(entry.call_id as usize)
                && is_meant(number)
            {
                *count += 1;
            }
        }
        counts.retain(|(_, count)| *count > 0);
        counts.sort_unstable_by(|(a, a_count), (b, b_count)| {
            b_count.cmp(a_count).then_with(|| a.cmp(b))
        });
        counts
    }

    /// Between whom the sighting at this position went, by number.
    pub(super) fn ends_of(&self, position: usize) -> Ends {
        let entry = &self.entries[position];
        Ends {
            source: entry.source,
            destination: entry.destination,
            transport: entry.transport,
        }
    }

    /// Whether both addresses of the sighting at this position are known.
    pub(super) fn knows_ends(&self, position: usize) -> bool {
        let Ends {
            source,
            destination,
            ..
        } = self.ends_of(position);
        [source, destination]
            .into_iter()
            .all(|end| self.endpoint_at(end).is_some())
    }

    /// Whether what is told of the sighting at this position may not be all there is: an end or the transport is unknown, or a
    /// log tells it, which may have its times by the second.
    pub(super) fn is_loose(&self, position: usize) -> bool {
        let place = self.place_of_entry(&self.entries[position]);
        !self.knows_ends(position)
            || self.ends_of(position).transport == Transport::Unknown
            || self.paths[place.path as usize].contains(Layer::Log)
    }

    /// Whether the sightings at two positions can be of one message, as far as it is known between whom it went.
    pub(super) fn may_have_same_ends(&self, one: usize, other: usize) -> bool {
        let (one, other) = (self.ends_of(one), self.ends_of(other));
        let is_open = |end| self.endpoint_at(end).is_none();
        let same = |one, other| one == other || is_open(one) || is_open(other);
        let carriers = [one.transport, other.transport];
        same(one.source, other.source)
            && same(one.destination, other.destination)
            && (carriers[0] == carriers[1] || carriers.contains(&Transport::Unknown))
    }

    /// What tells the packet of the sighting at this position from others.
    pub(super) fn packet_of(&self, position: usize) -> Packet {
        let entry = &self.entries[position];
        Packet {
            identification: entry.identification,
            ends: self.ends_of(position),
            subject: entry.subject,
            call_id: entry.call_id,
            cseq: entry.cseq,
        }
    }

    /// Where the sighting at this position was made: the input, and the layers around it.
    pub(super) fn place_of(&self, position: usize) -> (u32, u32) {
        let place = self.place_of_entry(&self.entries[position]);
        (place.input, place.path)
    }

    /// The number of that, which all with the same input and layers share that lost the same of their bytes.
    pub(super) fn place_number(&self, position: usize) -> u32 {
        self.entries[position].place
    }

    /// Distinct places.
    pub(super) fn places(&self) -> usize {
        self.places.len()
    }

    /// Input, capture point in it and path of the place with this number.
    pub(super) fn place_at(&self, number: usize) -> (u32, Tap, u32) {
        let place = self.places[number];
        (place.input, self.tap(place), place.path)
    }

    /// The capture point that made the sighting at this position: input, and which of those in it.
    pub(super) fn taken_at(&self, position: usize) -> (u32, Tap) {
        let place = self.place_of_entry(&self.entries[position]);
        (place.input, self.tap(place))
    }

    fn tap(&self, place: Place) -> Tap {
        match self.paths[place.path as usize].agent() {
            Some(agent) => Tap::Agent(agent),
            None => Tap::Interface(place.interface),
        }
    }

    /// The number of the Call-ID of the sighting at this position; beyond all if it has none.
    pub(super) fn call_id_at(&self, position: usize) -> u32 {
        self.entries[position].call_id
    }

    /// The Call-ID with this number; empty for the one behind the last, which all messages without a Call-ID share.
    pub(super) fn call_id_text(&self, number: u32) -> &[u8] {
        match (number as usize) < self.call_ids.len() {
            true => self.call_ids.get(number),
            false => &[],
        }
    }

    /// The number of a Call-ID, if a message has it.
    pub(super) fn find_call_id(&self, text: &[u8]) -> Option<u32> {
        self.call_ids.find(text)
    }

    /// What the sighting at this position is, with number and method of its CSeq.
    pub(super) fn subject_at(&self, position: usize) -> (Subject, u32, u16) {
        let entry = &self.entries[position];
        (entry.subject(), entry.cseq, entry.cseq_method)
    }

    /// The endpoint with this number.
    pub(super) fn endpoint_at(&self, number: u32) -> Option<Endpoint> {
        self.parties.endpoint(number)
    }

    /// What stands for a name of an input as sender or receiver.
    pub fn name(&mut self, input: u32, name: &str) -> NameId {
        self.parties.name(input, name)
    }

    /// All senders and receivers.
    pub(super) fn parties(&self) -> &Parties {
        &self.parties
    }

    /// Distinct paths.
    pub(super) fn paths(&self) -> usize {
        self.paths.len()
    }

    /// The path with this number.
    pub(super) fn path_at(&self, number: usize) -> &Path {
        &self.paths[number]
    }

    /// Whether two endpoints have the same address; an unknown one has none.
    pub(super) fn same_address(&self, one: u32, other: u32) -> bool {
        match (self.parties.get(one), self.parties.get(other)) {
            (Some(Party::Address(one)), Some(Party::Address(other))) => {
                one.address == other.address
            }
            (one, other) => one.is_some() && one == other,
        }
    }

    /// Whether what arrived at one endpoint arrived where the other sends from: the same endpoint or, where not all nodes
    /// share one address, the same address.
    pub(super) fn is_at(&self, arrived: u32, sends: u32) -> bool {
        match self.parties.get(arrived) {
            Some(_) if arrived == sends => true,
            Some(Party::Address(endpoint)) => {
                !endpoint.address.is_loopback() && self.same_address(arrived, sends)
            }
            _ => false,
        }
    }

    /// The IP identification of the sighting at this position.
    pub(super) fn identification_of(&self, position: usize) -> Option<NonZeroU16> {
        self.entries[position].identification
    }

    /// Input and time of the sighting at this position.
    pub(super) fn input_and_time(&self, position: usize) -> (u32, Option<i64>) {
        let entry = &self.entries[position];
        let input = self.place_of_entry(entry).input;
        (input, Some(entry.time).filter(|time| *time != NO_TIME))
    }

    /// How much later than the time of the sighting at this position it may have been, because a log cut that.
    pub(super) fn grain(&self, position: usize) -> i64 {
        self.entries[position].grain()
    }

    /// The name of a method.
    pub fn method_name(&self, method: MethodId) -> &[u8] {
        self.methods.get(u32::from(method.0))
    }

    fn method(&mut self, name: &[u8], record: RecordId, anomalies: &mut Anomalies) -> u16 {
        if let Some(index) = METHODS.iter().position(|known| known.as_bytes() == name) {
            return index as u16;
        }
        let id = match self.methods.find(name) {
            Some(known) => known,
            None if self.methods.len() < MOST_METHODS => self.methods.add(name),
            None => {
                anomalies.note(AnomalyKind::MethodLimit, record, || {
                    format!("{MOST_METHODS} are told apart")
                });
                self.methods.add(FURTHER_METHODS)
            }
        };
        id as u16
    }

    fn party(&mut self, party: Option<Party>) -> u32 {
        party.map_or(NONE, |party| self.parties.add(party))
    }

    fn place(&mut self, record: RecordId, path: Path, spoiled: Spoiled) -> u32 {
        let (input, interface) = (record.input, record.interface);
        // Neighbours mostly came the same way; there are few ways in all.
        if let Some(entry) = self.entries.last()
            && let place = self.place_of_entry(entry)
            && (place.input, place.interface, place.spoiled) == (input, interface, spoiled)
            && self.paths[place.path as usize] == path
        {
            return entry.place;
        }
        let path = *self.path_ids.entry(path).or_insert_with(|| {
            self.paths.push(path);
            (self.paths.len() - 1) as u32
        });
        let place = Place {
            input,
            interface,
            path,
            spoiled,
        };
        *self.place_ids.entry(place).or_insert_with(|| {
            self.places.push(place);
            (self.places.len() - 1) as u32
        })
    }

    fn place_of_entry(&self, entry: &Entry) -> Place {
        self.places[entry.place as usize]
    }
}

fn nanos(time: Option<Timestamp>) -> i64 {
    time.map_or(NO_TIME, Timestamp::nanos)
}

fn timestamp(nanos: i64) -> Option<Timestamp> {
    (nanos != NO_TIME).then(|| Timestamp::from_nanos(nanos))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Flow;
    use crate::sip::frame_datagram;

    /// There may be millions: a field more must not cost every one of them eight bytes unnoticed.
    #[test]
    fn an_entry_is_small() {
        assert_eq!(size_of::<Entry>(), 56);
    }

    /// A datagram of thousands of fragments may hold a thousand messages: a list for each would be millions of entries.
    #[test]
    fn messages_of_one_datagram_share_their_records() {
        let bytes = b"OPTIONS sip:b SIP/2.0\r\n\r\n";
        let mut sightings = Sightings::default();
        let mut add = |records: &[RecordId], offset| {
            let found = Carried {
                flow: Flow {
                    source: None,
                    destination: None,
                    transport: Transport::Udp,
                    path: Path::EMPTY,
                },
                bytes,
                glance: frame_datagram(bytes, 0).unwrap().glance,
                records,
                first: None,
                digits: None,
                last: None,
                offset: None,
                identification: None,
                whole: true,
                spoiled: Spoiled::NOTHING,
            };
            sightings.add(&found, Location::Spill(offset), &mut Anomalies::default());
        };
        let records = |numbers: [u64; 2]| {
            numbers.map(|number| RecordId {
                input: 0,
                number,
                interface: 0,
            })
        };
        for (offset, numbers) in (0..).zip([[1, 2], [1, 2], [1, 2], [3, 4]]) {
            add(&records(numbers), offset);
        }
        sightings.settle();
        assert_eq!(sightings.records.len(), 2);
        let of_each: Vec<_> = sightings.iter().map(|one| one.records()).collect();
        let [first, other] = [records([1, 2]), records([3, 4])];
        assert_eq!(of_each, [first, first, first, other]);
    }
}
