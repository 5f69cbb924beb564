//! One direction of a TCP connection: segments put in order by sequence number.

use std::collections::BTreeMap;

use super::Exits;
use super::buffer::{Arrival, Runs};
use super::content::Content;
use super::copies::Copies;
use super::decrypt::Side;
use super::lately::{Lately, Mark};
use super::tcp::Segment;
use crate::base::{AnomalyKind, Flow, Layer, Other, Outcome, RecordId, Timestamp, Why};

/// A segment that came before its turn.
struct Ahead {
    bytes: Box<[u8]>,
    missing: usize,
    arrival: Arrival,
}

pub(super) struct Stream {
    flow: Flow,
    side: Side,
    content: Content,
    /// Sequence number of the next byte in order; none before the first segment.
    sequence: Option<u32>,
    /// Sequence number of the SYN that opened it, if that was seen.
    opened: Option<u32>,
    ahead: BTreeMap<u64, Ahead>,
    ahead_bytes: usize,
    lately: Lately,
    copies: Copies,
    /// Position after the last byte, once the end was seen.
    end: Option<u64>,
    touched: u64,
    last_time: Option<Timestamp>,
}

/// A jump in sequence numbers beyond this is another connection whose beginning was not captured.
const WINDOW: i64 = 16 << 20;

impl Stream {
    pub(super) fn new(flow: Flow, side: Side) -> Self {
        Self {
            flow,
            side,
            content: Content::new(flow, true, Some(side)),
            sequence: None,
            opened: None,
            ahead: BTreeMap::new(),
            ahead_bytes: 0,
            lately: Lately::default(),
            copies: Copies::default(),
            end: None,
            touched: 0,
            last_time: None,
        }
    }

    /// Memory that it holds beside itself.
    pub(super) fn held(&self) -> usize {
        let ahead = self.ahead_bytes + self.ahead.len() * Runs::COST;
        self.content.held() + ahead + self.copies.held()
    }

    pub(super) fn touched(&self) -> u64 {
        self.touched
    }

    /// Capture time since the last segment, in nanoseconds.
    pub(super) fn idle(&self, now: Option<Timestamp>) -> i64 {
        match (now, self.last_time) {
            (Some(now), Some(last)) => now.nanos().saturating_sub(last.nanos()),
            _ => 0,
        }
    }

    /// Notes activity. A connection that was silent for long is taken for a new one on the same ports.
    pub(super) fn touch(&mut self, clock: u64, now: Option<Timestamp>, exits: &mut Exits<'_>) {
        if self.idle(now) > exits.limits.stream_age {
            self.finish(exits);
            *self = Self::new(self.flow, self.side);
        }
        self.touched = clock;
        self.last_time = now.or(self.last_time);
    }

    pub(super) fn segment(
        &mut self,
        segment: &Segment<'_>,
        mark: Mark,
        arrival: Arrival,
        exits: &mut Exits<'_>,
    ) {
        let mut sequence = segment.sequence;
        if segment.syn {
            if self.opened != Some(sequence) {
                self.open(sequence, exits);
            }
            sequence = sequence.wrapping_add(1);
        }
        let record = arrival.records.all()[0];
        let length = segment.payload.len() + segment.missing;
        if length == 0 {
            let outcome = Outcome::Other(Other::TcpControl);
            exits.ledger.settle(&arrival.records, outcome);
        } else {
            self.payload(sequence, segment, mark, arrival, exits);
        }
        if segment.rst {
            self.end_here(exits);
        } else if segment.fin && self.sequence.is_some() {
            let last = self.distance(sequence) + length as i64;
            self.end = self.content.position().checked_add_signed(last);
        }
        if self.end.is_some_and(|end| end <= self.content.position()) {
            self.end = None;
            self.end_here(exits);
        }
        self.bound_ahead(record, exits);
    }

    /// Gives up what is missing and not whole.
    pub(super) fn finish(&mut self, exits: &mut Exits<'_>) {
        self.end_here(exits);
        self.copies.forget(exits);
    }

    /// What came is all; the last of it may come once more.
    fn end_here(&mut self, exits: &mut Exits<'_>) {
        while !self.ahead.is_empty() {
            self.skip_to_ahead(exits);
        }
        self.content.finish(exits);
    }

    /// A connection begins.
    fn open(&mut self, sequence: u32, exits: &mut Exits<'_>) {
        self.finish(exits);
        exits.decryptor.forget(self.side);
        *self = Self {
            content: Content::new(self.flow, false, Some(self.side)),
            sequence: Some(sequence.wrapping_add(1)),
            opened: Some(sequence),
            touched: self.touched,
            last_time: self.last_time,
            ..Self::new(self.flow, self.side)
        };
    }

    fn payload(
        &mut self,
        sequence: u32,
        segment: &Segment<'_>,
        mark: Mark,
        arrival: Arrival,
        exits: &mut Exits<'_>,
    ) {
        let followed = self.sequence.is_some();
        if let Some(outcome) = self.content.not_followed(segment.payload) {
            while !self.ahead.is_empty() {
                self.skip_to_ahead(exits);
            }
            // Where it stands does not matter until it is followed again.
            self.sequence = None;
            exits.ledger.settle(&arrival.records, outcome);
            return;
        }
        if !followed {
            self.content.begin_again();
            self.sequence = Some(sequence);
        }
        let mut distance = self.distance(sequence);
        if distance.abs() > WINDOW {
            self.finish(exits);
            self.content.begin_again();
            self.opened = None;
            self.sequence = Some(sequence);
            distance = 0;
        }
        if distance > 0 {
            self.keep_ahead(distance as u64, segment, mark, arrival, exits);
        } else {
            let known = distance.unsigned_abs() as usize;
            self.in_order(known, segment, mark, arrival, exits);
        }
    }

    /// How far after the next byte in order a sequence number lies.
    fn distance(&self, sequence: u32) -> i64 {
        let next = self.sequence.unwrap_or(sequence);
        i64::from(sequence.wrapping_sub(next) as i32)
    }

    /// Bytes whose turn it is, the first `known` of them seen before.
    fn in_order(
        &mut self,
        known: usize,
        segment: &Segment<'_>,
        mark: Mark,
        arrival: Arrival,
        exits: &mut Exits<'_>,
    ) {
        let length = segment.payload.len() + segment.missing;
        if known >= length {
            let end = self.content.position() - known as u64 + segment.payload.len() as u64;
            if self.content.before_begin(end) {
                self.content.alone(segment.payload, arrival, exits);
            } else {
                self.repeat(segment, &mark, arrival, exits);
            }
            return;
        }
        self.lately
            .remember(mark, self.content.position() - known as u64);
        let fresh = segment.payload.get(known..).unwrap_or_default();
        let missing = segment.missing.min(length - known);
        self.deliver(fresh, missing, arrival.skip(known), exits);
        self.drain_ahead(exits);
    }

    /// A segment that brings nothing new: captured once more, or sent again.
    fn repeat(
        &mut self,
        segment: &Segment<'_>,
        mark: &Mark,
        arrival: Arrival,
        exits: &mut Exits<'_>,
    ) {
        match self.lately.copy(mark) {
            Some((copy, place)) if segment.missing == 0 => {
                let (content, bytes) = (&mut self.content, segment.payload);
                self.copies.add(copy, place, bytes, arrival, content, exits);
            }
            _ => {
                let outcome = Outcome::Other(Other::TcpRepeat);
                exits.ledger.settle(&arrival.records, outcome);
            }
        }
    }

    fn deliver(&mut self, bytes: &[u8], missing: usize, arrival: Arrival, exits: &mut Exits<'_>) {
        let record = arrival.records.all()[0];
        if bytes.is_empty() {
            // Nothing of it was captured.
            let outcome = Outcome::undecodable(Layer::Tcp, Why::NotCaptured);
            exits.ledger.settle(&arrival.records, outcome);
        } else {
            self.advance(bytes.len() as u64);
            self.content.deliver(bytes, arrival, exits);
        }
        if missing > 0 {
            self.gap(missing as u64, exits);
            if self.content.proved() {
                exits.anomalies.note(AnomalyKind::PacketCut, record, || {
                    format!("{missing} bytes of a stream of messages were not captured")
                });
            }
        }
    }

    fn advance(&mut self, bytes: u64) {
        // Sequence numbers wrap by nature.
        self.sequence = self.sequence.map(|next| next.wrapping_add(bytes as u32));
    }

    fn keep_ahead(
        &mut self,
        distance: u64,
        segment: &Segment<'_>,
        mark: Mark,
        arrival: Arrival,
        exits: &mut Exits<'_>,
    ) {
        let start = self.content.position() + distance;
        if let Some(known) = self.ahead.get(&start)
            && known.bytes.len() >= segment.payload.len()
        {
            self.repeat(segment, &mark, arrival, exits);
            return;
        }
        self.lately.remember(mark, start);
        let ahead = Ahead {
            bytes: segment.payload.into(),
            missing: segment.missing,
            arrival,
        };
        self.ahead_bytes += ahead.bytes.len();
        if let Some(shorter) = self.ahead.insert(start, ahead) {
            self.ahead_bytes -= shorter.bytes.len();
            let outcome = Outcome::Other(Other::TcpRepeat);
            exits.ledger.settle(&shorter.arrival.records, outcome);
        }
    }

    /// Delivers what has become the turn of.
    fn drain_ahead(&mut self, exits: &mut Exits<'_>) {
        let from = self.content.position();
        while let Some(entry) = self.ahead.first_entry()
            && *entry.key() <= self.content.position()
        {
            let known = (self.content.position() - entry.key()) as usize;
            let ahead = entry.remove();
            self.ahead_bytes -= ahead.bytes.len();
            match ahead.bytes.get(known..) {
                Some(fresh) if !fresh.is_empty() || ahead.missing > 0 => {
                    self.deliver(fresh, ahead.missing, ahead.arrival.skip(known), exits);
                }
                _ => {
                    let outcome = Outcome::Other(Other::TcpRepeat);
                    exits.ledger.settle(&ahead.arrival.records, outcome);
                }
            }
        }
        if self.content.position() > from {
            self.copies.went_on(from, &mut self.content, exits);
        }
    }

    /// Segments that wait for too much or too long show that the missing bytes will not come.
    fn bound_ahead(&mut self, record: RecordId, exits: &mut Exits<'_>) {
        let limits = exits.limits;
        while self.ahead_bytes > limits.ahead_bytes || self.ahead.len() > limits.ahead_segments {
            exits.anomalies.note(AnomalyKind::StreamLimit, record, || {
                "missing bytes were waited for in vain".to_owned()
            });
            self.skip_to_ahead(exits);
        }
    }

    /// Takes the bytes before the first segment that waits for lost.
    fn skip_to_ahead(&mut self, exits: &mut Exits<'_>) {
        if let Some((start, _)) = self.ahead.first_key_value() {
            self.gap(start - self.content.position(), exits);
            self.drain_ahead(exits);
        }
    }

    fn gap(&mut self, missing: u64, exits: &mut Exits<'_>) {
        let following = self.ahead.first_key_value();
        let following = following.map(|(_, ahead)| ahead.arrival.records.all()[0]);
        self.advance(missing);
        self.content.gap(missing, following, exits);
    }
}
