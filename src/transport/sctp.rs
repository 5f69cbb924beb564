//! SCTP (RFC 9260): user messages put together from DATA chunks, for any number of streams and associations. A user
//! message is one SIP message (RFC 4168), so order between them does not matter, and nothing waits for anything else.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Range;

use foldhash::fast::RandomState;

use super::buffer::Arrival;
use super::datagram::Datagram;
use super::lately::{Lately, Mark};
use super::{Exits, offset_in};
use crate::base::{
    AnomalyKind, Endpoint, Flow, Layer, Other, Outcome, Path, RecordId, Records, Transport, Why,
};
use crate::decap::{IpPayload, Scope};

/// One direction of an association, where it was seen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    source: Endpoint,
    destination: Endpoint,
    tag: u32,
    path: Path,
    scope: Scope,
    /// Packets that were captured once more are an association of their own: how often they came before.
    copy: u8,
}

/// A piece of a user message.
struct Part {
    begins: bool,
    ends: bool,
    stream: u16,
    bytes: Box<[u8]>,
    arrival: Arrival,
}

#[derive(Default)]
struct Association {
    parts: BTreeMap<u32, Part>,
    /// Parts that follow each other in one message: from the first to the last sequence number.
    runs: BTreeMap<u32, u32>,
    /// Transmission sequence numbers that came lately, to know repeats.
    recent: VecDeque<u32>,
    lately: Lately,
    touched: u64,
}

/// All associations.
#[derive(Default)]
pub(super) struct Sctp {
    associations: HashMap<Key, Association>,
    /// For marks of packets.
    hasher: RandomState,
    held: usize,
    clock: u64,
}

const COMMON_HEADER: usize = 12;
/// Where it stands in that.
const CHECKSUM: Range<usize> = 8..12;
const CHUNK_HEADER: usize = 4;
const DATA: u8 = 0;
/// Chunk header, sequence number, stream, stream sequence number, payload protocol.
const DATA_HEADER: usize = 16;
const BEGINS: u8 = 2;
const ENDS: u8 = 1;
/// Sequence numbers remembered.
const RECENT: usize = 256;
const PART_COST: usize = 160;

/// A DATA chunk.
struct Chunk<'a> {
    flags: u8,
    sequence: u32,
    stream: u16,
    payload: &'a [u8],
    missing: usize,
}

impl Sctp {
    pub(super) fn packet(
        &mut self,
        packet: &IpPayload<'_>,
        arrival: Arrival,
        exits: &mut Exits<'_>,
    ) {
        let Some(header) = packet.bytes.first_chunk::<COMMON_HEADER>() else {
            let outcome = Outcome::undecodable(Layer::Sctp, Why::Short);
            exits.ledger.settle(&arrival.records, outcome);
            return;
        };
        let chunks = data_chunks(&packet.bytes[COMMON_HEADER..]);
        if chunks.is_empty() {
            let outcome = Outcome::Other(Other::SctpControl);
            exits.ledger.settle(&arrival.records, outcome);
            return;
        }
        let port = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
        let mut key = Key {
            source: Endpoint::new(packet.source, port(0)),
            destination: Endpoint::new(packet.destination, port(2)),
            tag: u32::from_be_bytes([header[4], header[5], header[6], header[7]]),
            path: packet.path,
            scope: packet.scope,
            copy: 0,
        };
        let mark = Mark::of(packet, CHECKSUM, arrival.last, &self.hasher);
        let lately = &mut self.associations.entry(key).or_default().lately;
        match lately.copy(&mark) {
            Some((copy, _)) => key.copy = copy,
            None => lately.remember(mark, 0),
        }
        exits.ledger.expect(&arrival.records, chunks.len());
        for chunk in chunks {
            let inside = offset_in(packet.bytes, chunk.payload);
            self.chunk(key, &chunk, arrival.clone().skip(inside), exits);
        }
        self.bound(arrival.records.all()[0], exits);
    }

    pub(super) fn finish(&mut self, exits: &mut Exits<'_>) {
        let mut associations: Vec<_> = self.associations.drain().collect();
        associations.sort_unstable_by_key(|(_, association)| association.touched);
        for (key, association) in associations {
            association.give_up(&key, exits);
        }
        self.held = 0;
    }

    fn chunk(&mut self, key: Key, chunk: &Chunk<'_>, arrival: Arrival, exits: &mut Exits<'_>) {
        self.clock += 1;
        let association = self.associations.entry(key).or_default();
        association.touched = self.clock;
        if association.recent.contains(&chunk.sequence) {
            let outcome = Outcome::Other(Other::SctpRepeat);
            exits.ledger.settle(&arrival.records, outcome);
            return;
        }
        association.recent.push_back(chunk.sequence);
        if association.recent.len() > RECENT {
            association.recent.pop_front();
        }
        let (begins, ends) = (chunk.flags & BEGINS != 0, chunk.flags & ENDS != 0);
        if begins && ends || chunk.missing > 0 {
            let datagram = datagram(&key, Cow::Borrowed(chunk.payload), &arrival, chunk.missing);
            let outcome = exits.datagram(&datagram, &arrival);
            if chunk.missing > 0 && outcome == Outcome::Sip {
                let (record, missing) = (arrival.records.all()[0], chunk.missing);
                exits.anomalies.note(AnomalyKind::PacketCut, record, || {
                    format!("{missing} bytes of the message were not captured")
                });
            }
            exits.ledger.settle(&arrival.records, outcome);
            return;
        }
        let part = Part {
            begins,
            ends,
            stream: chunk.stream,
            bytes: chunk.payload.into(),
            arrival,
        };
        self.held += part.bytes.len() + PART_COST;
        if let Some(known) = association.parts.insert(chunk.sequence, part) {
            self.held -= known.bytes.len() + PART_COST;
            let outcome = Outcome::Other(Other::SctpRepeat);
            exits.ledger.settle(&known.arrival.records, outcome);
        }
        if let Some(parts) = association.take_message(chunk.sequence) {
            let cost: usize = parts.iter().map(|part| part.bytes.len() + PART_COST).sum();
            self.held -= cost;
            message(&key, &parts, true, exits);
        }
    }

    /// Keeps memory bounded: the associations that were idle longest are given up.
    fn bound(&mut self, record: RecordId, exits: &mut Exits<'_>) {
        let limits = exits.limits;
        if self.held <= limits.stream_bytes && self.associations.len() <= limits.streams {
            return;
        }
        let mut oldest: Vec<_> = self
            .associations
            .iter()
            .map(|(key, a)| (a.touched, *key))
            .collect();
        oldest.sort_unstable_by_key(|(touched, _)| *touched);
        for (_, key) in oldest {
            // A quarter of room again, so that this is not done for every packet.
            let roomy = self.associations.len() <= limits.streams / 4 * 3
                && self.held <= limits.stream_bytes / 4 * 3;
            if roomy {
                return;
            }
            let Some(association) = self.associations.remove(&key) else {
                continue;
            };
            let parts = association.parts.values();
            let cost: usize = parts.map(|part| part.bytes.len() + PART_COST).sum();
            self.held -= cost;
            if cost > 0 {
                exits.anomalies.note(AnomalyKind::StreamLimit, record, || {
                    format!("{} to {} was given up", key.source, key.destination)
                });
            }
            association.give_up(&key, exits);
        }
    }
}

impl Association {
    /// The parts of the message that a new part belongs to, if all are there now.
    fn take_message(&mut self, sequence: u32) -> Option<Vec<Part>> {
        let (mut first, mut last) = (sequence, sequence);
        if let Some(end) = self.runs.get(&sequence.wrapping_add(1)).copied()
            && self.joins(sequence, sequence.wrapping_add(1))
        {
            self.runs.remove(&sequence.wrapping_add(1));
            last = end;
        }
        // Sequence numbers wrap: the run before the lowest may be the highest.
        let before = self.runs.range(..sequence).next_back();
        let before = before.or_else(|| self.runs.last_key_value());
        if let Some((start, end)) = before.map(|(start, end)| (*start, *end))
            && end.wrapping_add(1) == sequence
            && self.joins(end, sequence)
        {
            first = start;
        }
        self.runs.insert(first, last);
        if !self.parts.get(&first)?.begins || !self.parts.get(&last)?.ends {
            return None;
        }
        self.runs.remove(&first);
        let count = last.wrapping_sub(first).wrapping_add(1);
        (0..count)
            .map(|index| self.parts.remove(&first.wrapping_add(index)))
            .collect()
    }

    /// Whether two parts that follow each other belong to one message.
    fn joins(&self, left: u32, right: u32) -> bool {
        match (self.parts.get(&left), self.parts.get(&right)) {
            (Some(left), Some(right)) => !left.ends && !right.begins && left.stream == right.stream,
            _ => false,
        }
    }

    /// Shows the beginnings of messages that will not be whole; of copies there is nothing to show.
    fn give_up(mut self, key: &Key, exits: &mut Exits<'_>) {
        if key.copy > 0 {
            for part in self.parts.into_values() {
                let outcome = Outcome::Other(Other::SctpRepeat);
                exits.ledger.settle(&part.arrival.records, outcome);
            }
            return;
        }
        while let Some(first) = self.first() {
            let Some(part) = self.parts.remove(&first) else {
                return;
            };
            let (stream, mut ends) = (part.stream, part.ends);
            let mut parts = vec![part];
            let mut next = first.wrapping_add(1);
            while !ends
                && let Some(following) = self.parts.get(&next)
                && following.stream == stream
                && !following.begins
                && let Some(part) = self.parts.remove(&next)
            {
                ends = part.ends;
                parts.push(part);
                next = next.wrapping_add(1);
            }
            message(key, &parts, false, exits);
        }
    }

    /// The lowest sequence number; where they wrap, the lowest before the wrap.
    fn first(&self) -> Option<u32> {
        const HALF: u32 = 1 << 31;
        let (lowest, _) = self.parts.first_key_value()?;
        let (highest, _) = self.parts.last_key_value()?;
        if highest - lowest < HALF {
            return Some(*lowest);
        }
        self.parts.range(HALF..).next().map(|(first, _)| *first)
    }
}

/// A user message that was put together, or the beginning of one.
fn message(key: &Key, parts: &[Part], whole: bool, exits: &mut Exits<'_>) {
    let bytes: Vec<u8> = parts
        .iter()
        .flat_map(|part| part.bytes.iter().copied())
        .collect();
    let records = parts
        .iter()
        .flat_map(|part| part.arrival.records.all().iter().copied());
    let arrival = Arrival {
        records: Records::of(records.collect()),
        first: parts.first().and_then(|part| part.arrival.first),
        last: parts.iter().filter_map(|part| part.arrival.last).max(),
        offset: None,
    };
    let datagram = datagram(key, Cow::Owned(bytes), &arrival, usize::from(!whole));
    let mut outcome = exits.datagram(&datagram, &arrival);
    if !whole && outcome == Outcome::Sip {
        let record = arrival.records.all()[0];
        exits.anomalies.note(AnomalyKind::MessageCut, record, || {
            format!(
                "{} to {}: parts of the message are missing",
                key.source, key.destination
            )
        });
    } else if !whole {
        outcome = Outcome::undecodable(Layer::Sctp, Why::Incomplete);
    }
    for part in parts {
        exits.ledger.settle(&part.arrival.records, outcome);
    }
}

fn datagram<'a>(
    key: &Key,
    payload: Cow<'a, [u8]>,
    arrival: &Arrival,
    missing: usize,
) -> Datagram<'a> {
    Datagram {
        flow: Flow {
            source: Some(key.source.into()),
            destination: Some(key.destination.into()),
            transport: Transport::Sctp,
            path: key.path,
        },
        time: arrival.first,
        identification: None,
        payload,
        packed: false,
        missing,
        otherwise: Outcome::Other(Other::Sctp),
    }
}

/// All DATA chunks of a packet; reading stops at the first that contradicts itself.
fn data_chunks(mut bytes: &[u8]) -> Vec<Chunk<'_>> {
    let mut chunks = Vec::new();
    while let Some(header) = bytes.first_chunk::<CHUNK_HEADER>() {
        let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
        if length < CHUNK_HEADER {
            break;
        }
        let held = &bytes[..length.min(bytes.len())];
        if header[0] == DATA
            && let Some((fields, payload)) = held.split_first_chunk::<DATA_HEADER>()
        {
            chunks.push(Chunk {
                flags: header[1],
                sequence: u32::from_be_bytes([fields[4], fields[5], fields[6], fields[7]]),
                stream: u16::from_be_bytes([fields[8], fields[9]]),
                payload,
                missing: length - held.len(),
            });
        }
        // Chunks are padded to four bytes.
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    chunks
}
