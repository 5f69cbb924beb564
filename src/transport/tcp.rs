//! TCP: segments to streams, one for each direction of a connection.

use std::collections::HashMap;
use std::ops::Range;

use etherparse::TcpSlice;
use etherparse::err::tcp::HeaderSliceError;
use foldhash::fast::RandomState;

use super::Exits;
use super::buffer::Arrival;
use super::decrypt::Side;
use super::lately::Mark;
use super::stream::Stream;
use crate::base::{
    AnomalyKind, Endpoint, Flow, Layer, Other, Outcome, Path, RecordId, Timestamp, Transport, Why,
};
use crate::decap::{IpPayload, Scope};

/// A segment.
pub(super) struct Segment<'a> {
    pub(super) source_port: u16,
    pub(super) destination_port: u16,
    pub(super) sequence: u32,
    pub(super) syn: bool,
    pub(super) fin: bool,
    pub(super) rst: bool,
    pub(super) payload: &'a [u8],
    /// Bytes of the payload that were not captured.
    pub(super) missing: usize,
}

/// Reads the header. The error is what the record is when no stream needs it.
pub(super) fn glance<'a>(packet: &IpPayload<'a>) -> Result<Segment<'a>, Outcome> {
    let tcp = match TcpSlice::from_slice(packet.bytes) {
        Ok(tcp) => tcp,
        Err(HeaderSliceError::Len(_)) => {
            return Err(Outcome::undecodable(Layer::Tcp, Why::Short));
        }
        Err(HeaderSliceError::Content(_)) => {
            return Err(Outcome::undecodable(Layer::Tcp, Why::Malformed));
        }
    };
    let payload = tcp.payload();
    if payload.is_empty() && packet.missing == 0 && !tcp.syn() && !tcp.fin() && !tcp.rst() {
        return Err(Outcome::Other(Other::TcpControl));
    }
    Ok(Segment {
        source_port: tcp.source_port(),
        destination_port: tcp.destination_port(),
        sequence: tcp.sequence_number(),
        syn: tcp.syn(),
        fin: tcp.fin(),
        rst: tcp.rst(),
        payload,
        missing: packet.missing,
    })
}

/// One direction of a connection, where it was seen.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    source: Endpoint,
    destination: Endpoint,
    path: Path,
    scope: Scope,
}

/// All streams.
#[derive(Default)]
pub(super) struct Tcp {
    /// In boxes: the table is never full, and streams are large.
    streams: HashMap<Key, Box<Stream>, RandomState>,
    /// For marks of segments.
    hasher: RandomState,
    /// Bytes that all streams hold together.
    held: usize,
    /// Counts segments, to know which stream was idle longest.
    clock: u64,
}

/// Where it stands in the header (RFC 9293 3.1).
const CHECKSUM: Range<usize> = 16..18;

impl Tcp {
    pub(super) fn packet(
        &mut self,
        packet: &IpPayload<'_>,
        arrival: Arrival,
        exits: &mut Exits<'_>,
    ) {
        let segment = match glance(packet) {
            Ok(segment) => segment,
            Err(outcome) => {
                exits.ledger.settle(&arrival.records, outcome);
                return;
            }
        };
        let key = Key {
            source: Endpoint::new(packet.source, segment.source_port),
            destination: Endpoint::new(packet.destination, segment.destination_port),
            path: packet.path,
            scope: packet.scope,
        };
        let mark = Mark::of(packet, CHECKSUM, arrival.last, &self.hasher);
        let header = packet.bytes.len() - segment.payload.len();
        let arrival = arrival.skip(header);
        let (record, now) = (arrival.records.all()[0], arrival.last);
        self.clock += 1;
        let stream = self.streams.entry(key).or_insert_with(|| {
            let flow = Flow {
                source: Some(key.source.into()),
                destination: Some(key.destination.into()),
                transport: Transport::Tcp,
                path: key.path,
            };
            // Each direction may have a label of its own.
            let path = key.path.unlabelled();
            let side = Side::new(key.source, key.destination, path, key.scope);
            Box::new(Stream::new(flow, side))
        });
        let before = stream.held();
        stream.touch(self.clock, now, exits);
        stream.segment(&segment, mark, arrival, exits);
        self.held = self.held + stream.held() - before;
        self.bound(record, now, exits);
    }

    pub(super) fn finish(&mut self, exits: &mut Exits<'_>) {
        let mut streams: Vec<_> = self.streams.drain().map(|(_, stream)| stream).collect();
        streams.sort_unstable_by_key(|stream| stream.touched());
        for mut stream in streams {
            stream.finish(exits);
        }
        self.held = 0;
    }

    /// Keeps memory bounded: forgets idle streams, and gives up what the longest idle ones hold.
    fn bound(&mut self, record: RecordId, now: Option<Timestamp>, exits: &mut Exits<'_>) {
        let limits = exits.limits;
        let crowded = self.streams.len() > limits.streams;
        if !crowded && self.held <= limits.stream_bytes {
            return;
        }
        let mut oldest: Vec<_> = self
            .streams
            .iter()
            .map(|(key, stream)| (stream.touched(), *key))
            .collect();
        oldest.sort_unstable_by_key(|(touched, _)| *touched);
        for (_, key) in oldest {
            // A quarter of room again, so that this is not done for every segment.
            let roomy = self.streams.len() <= limits.streams / 4 * 3
                && self.held <= limits.stream_bytes / 4 * 3;
            if roomy {
                break;
            }
            let Some(stream) = self.streams.get_mut(&key) else {
                continue;
            };
            let held = stream.held();
            if !crowded && held == 0 {
                continue;
            }
            let idle = stream.idle(now) > limits.stream_age;
            if held > 0 && !idle {
                exits.anomalies.note(AnomalyKind::StreamLimit, record, || {
                    format!("{} to {} was given up", key.source, key.destination)
                });
            }
            stream.finish(exits);
            self.held -= held;
            self.streams.remove(&key);
        }
    }
}
