//! One direction of a TCP connection: bytes put in order by sequence number, and what they are.
//!
//! What a stream carries is decided by its first bytes and never by its ports. Text that is no protocol known to be
//! something else is searched for SIP line by line; a stream of another kind is looked at again at the start of every
//! segment, because captures begin anywhere.

use std::collections::BTreeMap;

use memchr::memmem;

use super::Exits;
use super::buffer::{Arrival, Runs};
use super::datagram::Datagram;
use super::tcp::Segment;
use super::websocket::{self, Frames};
use super::{Carried, hep, offset_in};
use crate::base::{AnomalyKind, Flow, Layer, Other, Outcome, RecordId, Timestamp, Transport, Why};
use crate::sip::{Glance, StreamFramer, StreamStep, frame_datagram};

/// What a stream carries.
enum Kind {
    Undecided,
    Sip(StreamFramer),
    WebSocket(Frames),
    Hep,
    Tls,
    Other,
}

/// A segment that came before its turn.
struct Ahead {
    bytes: Box<[u8]>,
    missing: usize,
    arrival: Arrival,
}

pub(super) struct Stream {
    flow: Flow,
    kind: Kind,
    /// Sequence number and position of the next byte in order. Positions do not wrap.
    sequence: u32,
    position: u64,
    /// Position of the first byte that was ever delivered.
    begin: u64,
    state: State,
    /// Sequence number of the SYN that opened it, if that was seen.
    opened: Option<u32>,
    /// Bytes in order that are not used up, and the position of the first.
    bytes: Vec<u8>,
    used: u64,
    runs: Runs,
    ahead: BTreeMap<u64, Ahead>,
    ahead_bytes: usize,
    /// Position after the last byte, once the end was seen.
    end: Option<u64>,
    /// SIP was found in it.
    proved: bool,
    /// Bytes passed over since the last message: position and record of the first.
    junk: Option<(u64, RecordId)>,
    touched: u64,
    last_time: Option<Timestamp>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// No byte yet: the first segment says where the stream begins.
    New,
    /// Begun with its first byte.
    Opened,
    /// Begun somewhere in the middle.
    JoinedLate,
}

/// Where positions begin: far from zero, so that bytes before the first have one too.
const ORIGIN: u64 = 1 << 40;
/// A jump in sequence numbers beyond this is another connection whose beginning was not captured.
const WINDOW: i64 = 16 << 20;
/// A request line or HTTP header section longer than this decides nothing.
const LONGEST_PREFACE: usize = 16 << 10;

impl Stream {
    pub(super) fn new(flow: Flow) -> Self {
        Self {
            flow,
            kind: Kind::Undecided,
            sequence: 0,
            position: ORIGIN,
            begin: ORIGIN,
            state: State::New,
            opened: None,
            bytes: Vec::new(),
            used: ORIGIN,
            runs: Runs::default(),
            ahead: BTreeMap::new(),
            ahead_bytes: 0,
            end: None,
            proved: false,
            junk: None,
            touched: 0,
            last_time: None,
        }
    }

    /// Memory that it holds beside itself.
    pub(super) fn held(&self) -> usize {
        self.bytes.len() + self.ahead_bytes + (self.runs.len() + self.ahead.len()) * Runs::COST
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
            *self = Self::new(self.flow);
        }
        self.touched = clock;
        self.last_time = now.or(self.last_time);
    }

    pub(super) fn segment(
        &mut self,
        segment: &Segment<'_>,
        arrival: Arrival,
        exits: &mut Exits<'_>,
    ) {
        let mut sequence = segment.sequence;
        if segment.syn {
            if self.opened != Some(sequence) {
                self.finish(exits);
                *self = Self {
                    touched: self.touched,
                    last_time: self.last_time,
                    opened: Some(sequence),
                    sequence: sequence.wrapping_add(1),
                    state: State::Opened,
                    ..Self::new(self.flow)
                };
            }
            sequence = sequence.wrapping_add(1);
        }
        if self.state == State::New {
            self.begin_again(sequence);
        }
        let record = arrival.records.all()[0];
        let length = segment.payload.len() + segment.missing;
        if length == 0 {
            let outcome = Outcome::Other(Other::TcpControl);
            exits.ledger.settle(&arrival.records, outcome);
        } else if matches!(self.kind, Kind::Tls | Kind::Other)
            && !self.decide_again(segment.payload, sequence)
        {
            let outcome = self.outcome_without_sip();
            exits.ledger.settle(&arrival.records, outcome);
        } else {
            let mut distance = self.distance(sequence);
            if distance.abs() > WINDOW {
                self.finish(exits);
                self.begin_again(sequence);
                distance = 0;
            }
            if distance > 0 {
                self.keep_ahead(distance as u64, segment, arrival, exits);
            } else {
                self.in_order(distance.unsigned_abs() as usize, segment, arrival, exits);
            }
        }
        if segment.rst {
            self.finish(exits);
        } else if segment.fin {
            let last = self.distance(sequence) + length as i64;
            self.end = self.position.checked_add_signed(last);
        }
        if self.end.is_some_and(|end| end <= self.position) {
            self.end = None;
            self.finish(exits);
        }
        self.bound_ahead(record, exits);
    }

    /// Gives up what is missing and not whole.
    pub(super) fn finish(&mut self, exits: &mut Exits<'_>) {
        while let Some((start, _)) = self.ahead.first_key_value() {
            let missing = *start - self.position;
            self.gap(missing, exits);
            self.drain_ahead(exits);
        }
        self.pump(&[], true, exits);
        self.end_of_junk(exits);
        self.forget_partial();
    }

    /// How far after the next byte in order a sequence number lies.
    fn distance(&self, sequence: u32) -> i64 {
        i64::from(sequence.wrapping_sub(self.sequence) as i32)
    }

    /// Follows the stream from here, as if the capture began here.
    fn begin_again(&mut self, sequence: u32) {
        self.sequence = sequence;
        self.opened = None;
        self.state = State::JoinedLate;
        self.begin = self.position;
        self.used = self.position;
    }

    /// What was begun will not go on.
    fn forget_partial(&mut self) {
        self.kind = match self.kind {
            Kind::Sip(_) => Kind::Sip(StreamFramer::default()),
            Kind::Undecided => Kind::Undecided,
            Kind::Tls => Kind::Tls,
            // Frames of these cannot be found again but at the start of a segment.
            Kind::WebSocket(_) | Kind::Hep | Kind::Other => Kind::Other,
        };
    }

    /// Bytes whose turn it is, the first `known` of them seen before.
    fn in_order(
        &mut self,
        known: usize,
        segment: &Segment<'_>,
        arrival: Arrival,
        exits: &mut Exits<'_>,
    ) {
        if known >= segment.payload.len() + segment.missing && known > 0 {
            let start = self.position - known as u64;
            let before_begin = start + segment.payload.len() as u64 <= self.begin;
            if self.state == State::JoinedLate && before_begin {
                self.before_the_beginning(segment.payload, &arrival, exits);
            } else {
                let outcome = Outcome::Other(Other::TcpRepeat);
                exits.ledger.settle(&arrival.records, outcome);
            }
            return;
        }
        let fresh = segment.payload.get(known..).unwrap_or_default();
        let missing = segment
            .missing
            .min(segment.payload.len() + segment.missing - known);
        self.deliver(fresh, missing, arrival.skip(known), exits);
        self.drain_ahead(exits);
    }

    fn deliver(&mut self, bytes: &[u8], missing: usize, arrival: Arrival, exits: &mut Exits<'_>) {
        if bytes.is_empty() {
            // Nothing of it was captured.
            let outcome = Outcome::undecodable(Layer::Tcp, Why::Short);
            exits.ledger.settle(&arrival.records, outcome);
        } else {
            self.runs.push(self.position, bytes.len(), arrival);
            self.position += bytes.len() as u64;
            self.sequence = self.sequence.wrapping_add(bytes.len() as u32);
            self.pump(bytes, false, exits);
        }
        if missing > 0 {
            self.gap(missing as u64, exits);
        }
    }

    fn keep_ahead(
        &mut self,
        distance: u64,
        segment: &Segment<'_>,
        arrival: Arrival,
        exits: &mut Exits<'_>,
    ) {
        let start = self.position + distance;
        if let Some(known) = self.ahead.get(&start)
            && known.bytes.len() >= segment.payload.len()
        {
            let outcome = Outcome::Other(Other::TcpRepeat);
            exits.ledger.settle(&arrival.records, outcome);
            return;
        }
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
        while let Some(entry) = self.ahead.first_entry()
            && *entry.key() <= self.position
        {
            let known = (self.position - entry.key()) as usize;
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
    }

    fn bound_ahead(&mut self, record: RecordId, exits: &mut Exits<'_>) {
        let limits = exits.limits;
        while self.ahead_bytes > limits.ahead_bytes || self.ahead.len() > limits.ahead_segments {
            let Some((start, _)) = self.ahead.first_key_value() else {
                return;
            };
            let missing = *start - self.position;
            exits.anomalies.note(AnomalyKind::StreamLimit, record, || {
                format!("{missing} missing bytes were waited for in vain")
            });
            self.gap(missing, exits);
            self.drain_ahead(exits);
        }
    }

    /// Bytes that will not come. What stands before them ends here; what follows begins anew.
    fn gap(&mut self, missing: u64, exits: &mut Exits<'_>) {
        let record = self.runs.first_record();
        self.pump(&[], true, exits);
        let following = self.ahead.first_key_value();
        let record = following
            .map(|(_, ahead)| ahead.arrival.records.all()[0])
            .or(record);
        if self.proved
            && missing > 0
            && let Some(record) = record
        {
            let at = self.position.wrapping_sub(self.begin);
            let flow = self.flow;
            exits.anomalies.note(AnomalyKind::StreamGap, record, || {
                format!(
                    "{}: {missing} bytes missing after byte {at}",
                    between(&flow)
                )
            });
        }
        self.position += missing;
        self.used = self.position;
        self.sequence = self.sequence.wrapping_add(missing as u32);
        self.forget_partial();
    }

    /// A segment from before the one that the capture began with: it is looked at alone.
    fn before_the_beginning(&mut self, bytes: &[u8], arrival: &Arrival, exits: &mut Exits<'_>) {
        let mut outcome = self.outcome_without_sip();
        let mut from = 0;
        while let Some(framed) = frame_datagram(bytes, from) {
            from = framed.end;
            outcome = Outcome::Sip;
            self.proved = true;
            (exits.sink)(Carried {
                flow: self.flow,
                bytes: &bytes[framed.start..framed.end],
                glance: framed.glance,
                records: arrival.records.all(),
                first: arrival.first,
                last: arrival.last,
                offset: arrival.offset.map(|offset| offset + framed.start as u64),
                whole: framed.glance.ended,
            });
        }
        exits.ledger.settle(&arrival.records, outcome);
    }

    /// Runs what is there through the protocol: fresh bytes alone if nothing is left over, else behind the left over.
    fn pump(&mut self, fresh: &[u8], ended: bool, exits: &mut Exits<'_>) {
        if self.bytes.is_empty() {
            let used = self.drive(fresh, ended, exits);
            self.bytes.extend_from_slice(&fresh[used..]);
        } else {
            let mut bytes = std::mem::take(&mut self.bytes);
            bytes.extend_from_slice(fresh);
            let used = self.drive(&bytes, ended, exits);
            bytes.drain(..used);
            self.bytes = bytes;
        }
    }

    /// Takes everything out of `window` that can be told; gives how much was used up.
    fn drive(&mut self, window: &[u8], ended: bool, exits: &mut Exits<'_>) -> usize {
        let mut used = 0;
        while used < window.len() {
            let rest = &window[used..];
            let step = match &mut self.kind {
                Kind::Undecided => {
                    let late = self.state == State::JoinedLate;
                    let Some((kind, skip)) = decide(rest, ended, late) else {
                        break;
                    };
                    self.kind = kind;
                    self.use_up(skip, self.outcome_without_sip(), exits);
                    used += skip;
                    continue;
                }
                Kind::Sip(framer) => {
                    let step = framer.next(rest, ended, exits.limits);
                    self.sip_step(step, rest, exits)
                }
                Kind::WebSocket(frames) => {
                    let step = frames.next(rest, exits.limits);
                    self.websocket_step(step, rest.len(), exits)
                }
                Kind::Hep => self.hep_packet(rest, ended, exits),
                Kind::Tls | Kind::Other => 0,
            };
            let settled = ended || matches!(self.kind, Kind::Tls | Kind::Other);
            match step {
                0 if settled => {
                    self.use_up(rest.len(), self.outcome_without_sip(), exits);
                    return window.len();
                }
                0 => break,
                step => used += step,
            }
        }
        used
    }

    fn sip_step(&mut self, step: StreamStep, rest: &[u8], exits: &mut Exits<'_>) -> usize {
        match step {
            StreamStep::More => 0,
            StreamStep::KeepAlive(length) => {
                self.use_up(length, Outcome::Other(Other::KeepAlive), exits);
                length
            }
            StreamStep::Junk(length) => {
                if self.junk.is_none()
                    && let Some(record) = self.runs.first_record()
                {
                    self.junk = Some((self.used, record));
                }
                self.use_up(length, Outcome::Other(Other::Tcp), exits);
                length
            }
            StreamStep::Message {
                length,
                glance,
                whole,
            } => {
                self.proved = true;
                self.end_of_junk(exits);
                self.sip_message(&rest[..length], glance, whole, exits);
                self.use_up(length, Outcome::Sip, exits);
                length
            }
        }
    }

    fn sip_message(&mut self, bytes: &[u8], glance: Glance, whole: bool, exits: &mut Exits<'_>) {
        let provenance = self
            .runs
            .provenance(self.used, self.used + bytes.len() as u64);
        if let Some(record) = provenance.records.first() {
            if !whole {
                let flow = self.flow;
                exits.anomalies.note(AnomalyKind::MessageCut, *record, || {
                    format!("{}: the end of the message was not seen", between(&flow))
                });
            } else if glance.content_length.is_none() && glance.content_type {
                let flow = self.flow;
                exits
                    .anomalies
                    .note(AnomalyKind::LengthMissing, *record, || {
                        format!("{}: no Content-Length on a stream", between(&flow))
                    });
            }
        }
        (exits.sink)(Carried {
            flow: self.flow,
            bytes,
            glance,
            records: &provenance.records,
            first: provenance.first,
            last: provenance.last,
            offset: provenance.offset,
            whole,
        });
    }

    /// Says how much was passed over, if the stream is one of SIP.
    fn end_of_junk(&mut self, exits: &mut Exits<'_>) {
        let Some((from, record)) = self.junk.take() else {
            return;
        };
        if !self.proved {
            return;
        }
        let late = self.state == State::JoinedLate && from == self.begin;
        let kind = if late {
            AnomalyKind::StreamJoinedLate
        } else {
            AnomalyKind::StreamSkipped
        };
        let (bytes, flow) = (self.used - from, self.flow);
        exits.anomalies.note(kind, record, || {
            format!("{}: {bytes} bytes belong to no message", between(&flow))
        });
    }

    fn websocket_step(
        &mut self,
        step: websocket::Step,
        held: usize,
        exits: &mut Exits<'_>,
    ) -> usize {
        match step {
            websocket::Step::More => 0,
            websocket::Step::Control(length) => {
                self.use_up(length, Outcome::Other(Other::WebSocket), exits);
                length
            }
            websocket::Step::Compressed(length) => {
                let outcome = Outcome::undecodable(Layer::WebSocket, Why::Compressed);
                self.use_up(length, outcome, exits);
                length
            }
            websocket::Step::Broken => {
                self.kind = Kind::Other;
                let outcome = Outcome::undecodable(Layer::WebSocket, Why::Malformed);
                self.use_up(held, outcome, exits);
                held
            }
            websocket::Step::Message { length, payload } => {
                let mut path = self.flow.path;
                let _ = path.push(Layer::WebSocket);
                let flow = Flow {
                    transport: Transport::Ws,
                    path,
                    ..self.flow
                };
                let provenance = self.runs.provenance(self.used, self.used + length as u64);
                let mut outcome = Outcome::Other(Other::WebSocket);
                let mut from = 0;
                while let Some(framed) = frame_datagram(&payload, from) {
                    from = framed.end;
                    outcome = Outcome::Sip;
                    self.proved = true;
                    (exits.sink)(Carried {
                        flow,
                        bytes: &payload[framed.start..framed.end],
                        glance: framed.glance,
                        records: &provenance.records,
                        first: provenance.first,
                        last: provenance.last,
                        offset: None,
                        whole: true,
                    });
                }
                self.use_up(length, outcome, exits);
                length
            }
        }
    }

    fn hep_packet(&mut self, rest: &[u8], ended: bool, exits: &mut Exits<'_>) -> usize {
        let Some(packet) = hep::length(rest).and_then(|length| rest.get(..length)) else {
            if !ended && (rest.len() < hep::HEAD || rest.starts_with(hep::MAGIC)) {
                return 0;
            }
            self.kind = Kind::Other;
            let outcome = Outcome::undecodable(Layer::Hep, Why::Malformed);
            self.use_up(rest.len(), outcome, exits);
            return rest.len();
        };
        let provenance = self
            .runs
            .provenance(self.used, self.used + packet.len() as u64);
        let outcome = match Datagram::of_hep(packet, self.flow, provenance.first) {
            Some(Ok(datagram)) => {
                let mut outcome = datagram.otherwise;
                let mut from = 0;
                while let Some((framed, whole)) = datagram.message(from) {
                    from = framed.end;
                    outcome = Outcome::Sip;
                    self.proved = true;
                    let bytes = &datagram.payload[framed.start..framed.end];
                    let unpacked = matches!(datagram.payload, std::borrow::Cow::Owned(_));
                    let inside = offset_in(packet, bytes) as u64;
                    (exits.sink)(Carried {
                        flow: datagram.flow,
                        bytes,
                        glance: framed.glance,
                        records: &provenance.records,
                        first: datagram.time,
                        last: datagram.time,
                        offset: provenance
                            .offset
                            .filter(|_| !unpacked)
                            .map(|offset| offset + inside),
                        whole,
                    });
                }
                outcome
            }
            Some(Err(outcome)) => outcome,
            None => {
                self.kind = Kind::Other;
                Outcome::undecodable(Layer::Hep, Why::Malformed)
            }
        };
        self.use_up(packet.len(), outcome, exits);
        packet.len()
    }

    fn use_up(&mut self, length: usize, outcome: Outcome, exits: &mut Exits<'_>) {
        self.used += length as u64;
        self.runs.use_up(self.used, outcome, exits);
    }

    fn outcome_without_sip(&self) -> Outcome {
        match self.kind {
            Kind::Tls => Outcome::undecodable(Layer::Tls, Why::Encrypted),
            Kind::WebSocket(_) => Outcome::Other(Other::WebSocket),
            _ => Outcome::Other(Other::Tcp),
        }
    }

    /// Whether a stream of another kind carries SIP from this segment on.
    fn decide_again(&mut self, payload: &[u8], sequence: u32) -> bool {
        if matches!(self.kind, Kind::Tls) {
            return false;
        }
        match decide(payload, true, true) {
            Some((kind @ Kind::Tls, _)) => {
                self.kind = kind;
                false
            }
            Some((Kind::Sip(_), _)) if Glance::at(payload).is_none() => false,
            Some((Kind::Sip(_) | Kind::WebSocket(_) | Kind::Hep, _)) => {
                self.kind = Kind::Undecided;
                // Where the stream stood does not matter: it was not followed.
                self.begin_again(sequence);
                true
            }
            _ => false,
        }
    }
}

/// What a stream that begins like this carries, and how many bytes of it are only the way there. `None`: more bytes are
/// needed to tell. `late`: these are not the first bytes of the connection.
fn decide(bytes: &[u8], ended: bool, late: bool) -> Option<(Kind, usize)> {
    let blank = |byte: &u8| matches!(byte, b'\r' | b'\n' | 0);
    let start = bytes.iter().take_while(|byte| blank(byte)).count();
    let rest = &bytes[start..];
    let too_short = |wanted: usize| !ended && rest.len() < wanted;
    if rest.is_empty() {
        return ended.then_some((Kind::Sip(StreamFramer::default()), 0));
    }
    if let [20..=23, 3, 0..=4, high, low, ..] = rest {
        // RFC 8446 5.2: no record is longer.
        const LONGEST_RECORD: u16 = (1 << 14) + 2048;
        let length = u16::from_be_bytes([*high, *low]);
        if (1..=LONGEST_RECORD).contains(&length) {
            return Some((Kind::Tls, start));
        }
    }
    if matches!(rest[0], 20..=23) && too_short(5) || hep::MAGIC.starts_with(rest) && !ended {
        return None;
    }
    if rest.starts_with(hep::MAGIC) {
        return Some((Kind::Hep, start));
    }
    if late && websocket::begins_with_sip(rest) {
        return Some((Kind::WebSocket(Frames::default()), start));
    }
    if let Some(decision) = http(rest, ended) {
        return decision.map(|(kind, skip)| (kind, start + skip));
    }
    let stun = rest.len() >= 8 && rest[4..8] == [0x21, 0x12, 0xa4, 0x42];
    let looked_at = &rest[..rest.len().min(64)];
    let text = looked_at
        .iter()
        .all(|byte| *byte >= 0x20 && *byte != 0x7f || matches!(byte, b'\r' | b'\n' | b'\t'));
    if stun || bytes[0] == 0 && too_short(8) {
        return Some((Kind::Sip(StreamFramer::default()), 0));
    }
    if matches!(rest[0], 0 | 1) && too_short(8) {
        return None;
    }
    if !text {
        return Some((Kind::Other, start));
    }
    let line = memchr::memchr(b'\n', rest).is_some();
    match line || ended || rest.len() > LONGEST_PREFACE {
        true => Some((Kind::Sip(StreamFramer::default()), 0)),
        false => None,
    }
}

/// HTTP: the upgrade to WebSocket (RFC 6455 4) or something else. The outer `None`: it is no HTTP.
fn http(bytes: &[u8], ended: bool) -> Option<Option<(Kind, usize)>> {
    const UPGRADES: [&[u8]; 2] = [b"GET ", b"HTTP/1.1 101"];
    const OTHERS: [&[u8]; 5] = [b"HTTP/", b"POST ", b"PUT ", b"HEAD ", b"DELETE "];
    let begins = |words: &[&[u8]]| words.iter().any(|word| bytes.starts_with(word));
    let may_begin = |words: &[&[u8]]| words.iter().any(|word| word.starts_with(bytes));
    if begins(&UPGRADES) {
        let Some(end) = memmem::find(bytes, b"\r\n\r\n").map(|end| end + 4) else {
            let hopeless = ended || bytes.len() > LONGEST_PREFACE;
            return Some(hopeless.then_some((Kind::Other, 0)));
        };
        let head = bytes[..end].to_ascii_lowercase();
        let upgraded = memmem::find(&head, b"\nupgrade:").is_some()
            && memmem::find(&head, b"websocket").is_some();
        return Some(Some(if upgraded {
            (Kind::WebSocket(Frames::default()), end)
        } else {
            (Kind::Other, 0)
        }));
    }
    if begins(&OTHERS) {
        return Some(Some((Kind::Other, 0)));
    }
    (!ended && (may_begin(&UPGRADES) || may_begin(&OTHERS))).then_some(None)
}

fn between(flow: &Flow) -> String {
    let name = |endpoint: Option<crate::base::Endpoint>| {
        endpoint.map_or_else(|| "unknown".to_owned(), |endpoint| endpoint.to_string())
    };
    format!("{} to {}", name(flow.source), name(flow.destination))
}
