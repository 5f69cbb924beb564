//! Frames copied from the inputs, which are read once more: those that messages came in, and all of a connection where they tell
//! nothing without what stands before them.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::packet::Packet;
use crate::base::{Anomalies, Endpoint, Limits, LinkType, Transport};
use crate::decap::{self, IpPayload, Unwrapped};
use crate::source::{Batch, Facts, Source, Spill};
use crate::trace::{End, Sighting};

/// What is to be copied of one input.
#[derive(Default)]
pub(super) struct Wanted {
    /// Records by their numbers.
    records: BTreeSet<u64>,
    /// Connections by their ends, the lower one first.
    connections: BTreeSet<[Endpoint; 2]>,
}

/// A frame that was copied.
pub(super) struct Copied {
    pub(super) packet: Packet,
    /// How much of a stream it carries, if it is a segment of one.
    pub(super) stream: Option<usize>,
    /// By what key logs know the TLS connection that it begins.
    pub(super) random: Option<[u8; 32]>,
}

/// Frames by input and number.
pub(super) type Frames = BTreeMap<(u32, u64), Copied>;

impl Wanted {
    /// The frames that carry a message.
    pub(super) fn frames_of(&mut self, sighting: &Sighting<'_>) {
        let records = sighting.records();
        self.records
            .extend(records.iter().map(|record| record.number));
    }

    /// All of the connection that it came over, too.
    pub(super) fn connection_of(&mut self, sighting: &Sighting<'_>) {
        self.frames_of(sighting);
        self.connections.extend(ends(sighting));
    }

    fn has(&self, number: u64, frame: Option<&Segment>) -> bool {
        self.records.contains(&number)
            || frame.is_some_and(|segment| self.connections.contains(&segment.ends))
    }
}

/// The lower one first.
pub(super) fn ends(sighting: &Sighting<'_>) -> Option<[Endpoint; 2]> {
    let end = |end: Option<End<'_>>| end?.endpoint();
    end(sighting.source())
        .zip(end(sighting.destination()))
        .map(between)
}

fn between((one, other): (Endpoint, Endpoint)) -> [Endpoint; 2] {
    [one.min(other), one.max(other)]
}

/// What a frame carries of a stream.
struct Segment {
    ends: [Endpoint; 2],
    length: usize,
    random: Option<[u8; 32]>,
}

impl Segment {
    fn of(link: LinkType, frame: &[u8], missing: usize) -> Option<Self> {
        match decap::unwrap_frame(link, frame, missing) {
            Unwrapped::Payload(payload) => Self::read(&payload),
            Unwrapped::Fragment(_) | Unwrapped::Pdu(_) | Unwrapped::Done(_) => None,
        }
    }

    /// RFC 9293 3.1.
    fn read(payload: &IpPayload<'_>) -> Option<Self> {
        let head = payload
            .bytes
            .first_chunk::<20>()
            .filter(|_| payload.is_tcp())?;
        let port = |at: usize| u16::from_be_bytes([head[at], head[at + 1]]);
        let ends = (
            Endpoint::new(payload.source, port(0)),
            Endpoint::new(payload.destination, port(2)),
        );
        let header = usize::from(head[12] >> 4) * 4;
        let length = (payload.bytes.len() + payload.missing).checked_sub(header)?;
        let data = payload.bytes.get(header..).unwrap_or_default();
        Some(Self {
            ends: between(ends),
            length,
            random: client_random(data),
        })
    }
}

/// RFC 8446 5.1, 4 and 4.1.2: a record of type handshake, a message of type client_hello, its version and its random. RFC 5246 has the
/// same bytes there.
fn client_random(stream: &[u8]) -> Option<[u8; 32]> {
    const RANDOM: usize = 5 + 4 + 2;
    let is_hello = stream.first() == Some(&22) && stream.get(5) == Some(&1);
    let random = stream.get(RANDOM..)?.first_chunk::<32>()?;
    is_hello.then_some(*random)
}

/// Copies what is wanted of an input.
pub(super) fn copy(
    wanted: &Wanted,
    (source, input): (&mut Source, u32),
    facts: &Facts,
    limits: &Limits,
    spill: &mut Spill,
    frames: &mut Frames,
) -> io::Result<()> {
    let comments = comments(facts);
    let last = match wanted.connections.is_empty() {
        true => wanted.records.last().copied().unwrap_or_default(),
        false => u64::MAX,
    };
    let mut batch = Batch::default();
    while source.records() < last
        && source.next_batch(input, &mut batch, limits, &mut Anomalies::default())
    {
        for (index, record) in batch.records.iter().enumerate() {
            let number = batch.id(index).number;
            let LinkType::Number(link) = record.link else {
                continue;
            };
            let frame = batch.frame(record);
            let look = || {
                let missing = (record.original as usize).saturating_sub(frame.len());
                Segment::of(record.link, frame, missing)
            };
            let is_asked = wanted.records.contains(&number) || !wanted.connections.is_empty();
            let segment = is_asked.then(look).flatten();
            if wanted.has(number, segment.as_ref()) {
                let packet = Packet {
                    time: record.time,
                    interface: (input, link),
                    place: spill.keep(frame)?,
                    captured: frame.len(),
                    original: record.original,
                    comments: comments.get(&number).cloned().unwrap_or_default(),
                };
                let copied = Copied {
                    packet,
                    stream: segment.as_ref().map(|segment| segment.length),
                    random: segment.and_then(|segment| segment.random),
                };
                frames.insert((input, number), copied);
            }
        }
    }
    Ok(())
}

/// What the input says of its packets.
fn comments(facts: &Facts) -> BTreeMap<u64, Vec<String>> {
    let mut comments: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for (packet, text) in &facts.comments {
        if let Some(packet) = packet {
            comments.entry(*packet).or_default().push(text.clone());
        }
    }
    comments
}

/// Takes away frames that carry something else, too: part of a segment is no message, and the rest was not asked for.
pub(super) fn without_others(frames: &mut Frames, sightings: &[Sighting<'_>]) {
    let mut together = Together::default();
    for sighting in sightings {
        together.add(sighting);
    }
    for group in together.groups() {
        let streams = group.places.iter();
        let streams: Option<usize> = streams.map(|place| frames.get(place)?.stream).sum();
        let is_foreign = streams.is_some_and(|streams| streams != group.messages);
        if is_foreign && !group.has_cut {
            for place in group.places {
                frames.remove(&place);
            }
        }
    }
}

/// Takes away the frames of connections that bring other messages as well: to other programs a stream with holes is a broken one.
pub(super) fn without_holes<'s>(
    frames: &mut Frames,
    sightings: &[Sighting<'_>],
    all: impl Iterator<Item = Sighting<'s>>,
) {
    let mut connections: BTreeMap<_, bool> = BTreeMap::new();
    connections.extend(
        sightings
            .iter()
            .filter_map(|one| Some((connection(one)?, false))),
    );
    if connections.is_empty() {
        return;
    }
    let wanted: BTreeSet<_> = sightings.iter().map(Sighting::number).collect();
    for other in all.filter(|one| !wanted.contains(&one.number())) {
        if let Some(has_holes) = connection(&other).and_then(|own| connections.get_mut(&own)) {
            *has_holes = true;
        }
    }
    for sighting in sightings {
        if connection(sighting).is_some_and(|own| connections[&own]) {
            for record in sighting.records() {
                frames.remove(&(record.input, record.number));
            }
        }
    }
}

/// The input and the ends of the TCP connection that brought a message.
fn connection(sighting: &Sighting<'_>) -> Option<(u32, [Endpoint; 2])> {
    let is_tcp = sighting.transport() == Transport::Tcp;
    Some((sighting.input(), ends(sighting).filter(|_| is_tcp)?))
}

/// Frames and the messages in them, as far as they hang together.
#[derive(Default)]
struct Together {
    numbers: BTreeMap<(u32, u64), usize>,
    /// Of each frame another one that it hangs together with, or itself.
    parents: Vec<usize>,
    /// A frame of each message, the length of the message, and whether its end was not seen.
    messages: Vec<(usize, usize, bool)>,
}

#[derive(Default)]
struct Group {
    places: Vec<(u32, u64)>,
    messages: usize,
    has_cut: bool,
}

impl Together {
    fn add(&mut self, sighting: &Sighting<'_>) {
        let mut first = None;
        for record in sighting.records() {
            let next = self.parents.len();
            let place = (record.input, record.number);
            let number = *self.numbers.entry(place).or_insert(next);
            if number == next {
                self.parents.push(next);
            }
            let root = self.root(number);
            match first {
                None => first = Some(root),
                Some(first) => self.parents[root] = first,
            }
        }
        if let Some(first) = first {
            let message = (first, sighting.length(), !sighting.whole());
            self.messages.push(message);
        }
    }

    fn root(&mut self, mut number: usize) -> usize {
        while self.parents[number] != number {
            self.parents[number] = self.parents[self.parents[number]];
            number = self.parents[number];
        }
        number
    }

    fn groups(mut self) -> impl Iterator<Item = Group> {
        let mut groups: BTreeMap<usize, Group> = BTreeMap::new();
        for (place, number) in std::mem::take(&mut self.numbers) {
            let group = groups.entry(self.root(number)).or_default();
            group.places.push(place);
        }
        for (number, length, is_cut) in std::mem::take(&mut self.messages) {
            let group = groups.entry(self.root(number)).or_default();
            group.messages += length;
            group.has_cut |= is_cut;
        }
        groups.into_values()
    }
}
