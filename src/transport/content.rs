//! The bytes of one direction of a connection, in order, and the messages in them.
//!
//! Text that is no protocol known to be something else is searched for SIP line by line. A stream of another kind is
//! looked at again at the start of every segment, because captures begin anywhere.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::ops::Range;

use super::buffer::{Arrival, Runs};
use super::datagram::Datagram;
use super::decide::{Carries, decide};
use super::decrypt::Side;
use super::tls::{self, Extent, Opened};
use super::websocket::{self, Frames};
use super::{Exits, offset_in};
use crate::base::hep::{HEAD, MAGIC, length};
use crate::base::{
    Anomalies, AnomalyKind, Flow, Layer, Other, Outcome, RecordId, Spoiled, Transport, Why,
};
use crate::sip::{
    Carried, Glance, StreamFramer, StreamStep, begins_message, has_start_line_inside,
};

enum Kind {
    Undecided,
    Sip(StreamFramer),
    WebSocket(Frames),
    Hep,
    /// TLS that is followed, and what it carries.
    Tls(Box<Content>),
    /// TLS without keys.
    Encrypted,
    Other,
}

pub(super) struct Content {
    flow: Flow,
    /// Which direction of which connection; none for what is inside of TLS.
    side: Option<Side>,
    kind: Kind,
    /// Whether its first bytes are not those of the connection.
    late: bool,
    /// Position after the last byte that came. Positions do not wrap.
    position: u64,
    /// Position of the first byte that came.
    begin: u64,
    /// Bytes that are not used up, and the position of the first.
    bytes: Vec<u8>,
    used: u64,
    runs: Runs,
    /// Where the latest messages stand.
    messages: VecDeque<Range<u64>>,
    /// SIP was found in it.
    proved: bool,
    /// Bytes that are missing and not reported yet: the record behind them, how many, and after which byte.
    unsaid_gap: Option<(RecordId, u64, u64)>,
    /// Bytes passed over since the last message: position and record of the first.
    junk: Option<(u64, RecordId)>,
}

/// Where positions begin: far from zero, so that bytes before the first have one too.
const ORIGIN: u64 = 1 << 40;
/// Messages remembered, to know when they come once more.
const MOST_MESSAGES: usize = 32;

impl Content {
    pub(super) fn new(flow: Flow, late: bool, side: Option<Side>) -> Self {
        Self {
            flow,
            side,
            kind: Kind::Undecided,
            late,
            position: ORIGIN,
            begin: ORIGIN,
            bytes: Vec::new(),
            used: ORIGIN,
            runs: Runs::default(),
            messages: VecDeque::new(),
            proved: false,
            unsaid_gap: None,
            junk: None,
        }
    }

    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Whether these bytes end before the first that came, of a connection whose beginning was not seen.
    pub(super) fn before_begin(&self, end: u64) -> bool {
        self.late && end <= self.begin
    }

    /// Memory that it holds beside itself.
    pub(super) fn held(&self) -> usize {
        let inside = match &self.kind {
            Kind::Tls(inside) => inside.held(),
            _ => 0,
        };
        inside + self.bytes.capacity() + self.runs.len() * Runs::COST
    }

    /// Goes on as if the capture began here.
    pub(super) fn begin_again(&mut self) {
        self.late = true;
        self.begin = self.position;
        self.used = self.position;
    }

    /// The next bytes.
    pub(super) fn deliver(&mut self, bytes: &[u8], arrival: Arrival, exits: &mut Exits<'_>) {
        if let Some(outcome) = self.not_followed(bytes) {
            self.position += bytes.len() as u64;
            self.used = self.position;
            exits.ledger.settle(&arrival.records, outcome);
            return;
        }
        self.drop_torn_rest(bytes, exits);
        self.runs.push(self.position, bytes.len(), arrival);
        self.position += bytes.len() as u64;
        self.pump(bytes, false, exits);
    }

    /// Bytes that will not come. What stands before them ends here; what follows begins anew.
    pub(super) fn gap(&mut self, missing: u64, following: Option<RecordId>, exits: &mut Exits<'_>) {
        let record = following.or(self.runs.first_record());
        self.pump(&[], true, exits);
        if missing > 0
            && self.unsaid_gap.is_none()
            && let Some(record) = record
        {
            self.unsaid_gap = Some((record, missing, self.position - self.begin));
        }
        // What follows is followed as if the capture began here; what was known to be something else stays that.
        self.late |= !matches!(self.kind, Kind::Other | Kind::Encrypted);
        self.say_gap(exits);
        self.position += missing;
        self.used = self.position;
        self.forget_partial();
        if let Kind::Tls(inside) = &mut self.kind {
            inside.gap(missing, following, exits);
            self.side.inspect(|side| exits.decryptor.lost(*side));
        }
    }

    /// Says that bytes were missing, once it is known that it was SIP that they were missing from.
    fn say_gap(&mut self, exits: &mut Exits<'_>) {
        if self.proved
            && let Some((record, missing, at)) = self.unsaid_gap.take()
        {
            let flow = self.flow;
            exits.anomalies.note(AnomalyKind::StreamGap, record, || {
                format!("{flow}: {missing} bytes missing after byte {at}")
            });
        }
    }

    /// Whether SIP was found in it.
    pub(super) fn proved(&self) -> bool {
        match &self.kind {
            Kind::Tls(inside) => inside.proved(),
            _ => self.proved,
        }
    }

    /// No more will come.
    pub(super) fn finish(&mut self, exits: &mut Exits<'_>) {
        self.pump(&[], true, exits);
        self.end_of_junk(self.proved, exits);
        self.forget_partial();
        if let Kind::Tls(inside) = &mut self.kind {
            inside.finish(exits);
        }
    }

    /// A segment from before the one that the capture began with: it is looked at alone.
    pub(super) fn alone(&mut self, bytes: &[u8], arrival: Arrival, exits: &mut Exits<'_>) {
        let mut lone = Self::new(self.flow, true, None);
        lone.deliver(bytes, arrival, exits);
        lone.finish(exits);
        self.proved |= lone.proved;
    }

    /// Where the latest messages stand, in order.
    pub(super) fn latest(&self) -> Vec<Range<u64>> {
        self.messages.iter().cloned().collect()
    }

    /// Where the first byte stands of the latest messages and of what is not used up.
    pub(super) fn oldest(&self) -> u64 {
        let first = self.messages.front();
        first.map_or(self.used, |message| message.start)
    }

    /// One of the latest messages, captured once more. What is odd about it was said before.
    pub(super) fn copy(&mut self, bytes: &[u8], arrival: Arrival, exits: &mut Exits<'_>) {
        let kind = match self.kind {
            Kind::Sip(_) => Kind::Sip(StreamFramer::default()),
            Kind::WebSocket(_) => Kind::WebSocket(Frames::default()),
            Kind::Hep => Kind::Hep,
            Kind::Undecided | Kind::Tls(_) | Kind::Encrypted | Kind::Other => return,
        };
        exits.ledger.expect_another(&arrival.records);
        let mut said = Anomalies::default();
        let mut exits = Exits {
            limits: exits.limits,
            ledger: exits.ledger,
            anomalies: &mut said,
            decryptor: exits.decryptor,
            sink: exits.sink,
        };
        let mut lone = Self {
            kind,
            ..Self::new(self.flow, false, None)
        };
        lone.deliver(bytes, arrival, &mut exits);
        lone.finish(&mut exits);
    }

    /// What bytes of this stream are that are not followed; `None`: they are to be delivered in order. A stream that is
    /// not followed is looked at again with each of its segments.
    pub(super) fn not_followed(&mut self, segment: &[u8]) -> Option<Outcome> {
        match self.kind {
            Kind::Encrypted => return Some(self.outcome_without_sip()),
            Kind::Other => {}
            _ => return None,
        }
        match decide(segment, true, true) {
            Some((Carries::Tls, _)) => self.kind = Kind::Encrypted,
            Some((Carries::Text, _))
                if begins_message(segment) || self.late && has_start_line_inside(segment) =>
            {
                self.kind = Kind::Undecided;
                return None;
            }
            Some((Carries::WebSocket | Carries::Hep, _)) => {
                self.kind = Kind::Undecided;
                return None;
            }
            _ => {}
        }
        Some(self.outcome_without_sip())
    }

    /// The rest of something, from before the capture or a gap, may be anything: a segment that tells what it is by itself
    /// does not wait for it.
    fn drop_torn_rest(&mut self, segment: &[u8], exits: &mut Exits<'_>) {
        let torn = matches!(self.kind, Kind::Undecided | Kind::Sip(_)) && self.late && !self.proved;
        if !torn {
            return;
        }
        let tells = match decide(segment, false, true) {
            Some((Carries::Text, _)) => begins_message(segment),
            Some((Carries::WebSocket | Carries::Hep | Carries::Tls, _)) => true,
            _ => false,
        };
        if tells {
            let length = std::mem::take(&mut self.bytes).len();
            self.use_up(length, self.outcome_without_sip(), exits);
            self.kind = Kind::Undecided;
        }
    }

    /// What was begun will not go on.
    fn forget_partial(&mut self) {
        match self.kind {
            Kind::Sip(_) => self.kind = Kind::Sip(StreamFramer::torn()),
            // Frames of these cannot be found again but at the start of a segment.
            Kind::WebSocket(_) | Kind::Hep => self.kind = Kind::Other,
            Kind::Undecided | Kind::Tls(_) | Kind::Encrypted | Kind::Other => {}
        }
    }

    /// Runs what is there through the protocol: fresh bytes alone if nothing is left over, else behind the left over.
    fn pump(&mut self, fresh: &[u8], ended: bool, exits: &mut Exits<'_>) {
        self.run(fresh, ended, exits);
        self.say_gap(exits);
    }

    fn run(&mut self, fresh: &[u8], ended: bool, exits: &mut Exits<'_>) {
        if self.bytes.is_empty() {
            let used = self.drive(fresh, ended, exits);
            self.bytes.extend_from_slice(&fresh[used..]);
        } else {
            let mut bytes = std::mem::take(&mut self.bytes);
            bytes.extend_from_slice(fresh);
            let used = self.drive(&bytes, ended, exits);
            bytes.drain(..used);
            // What one large message needed is not kept for the life of the stream.
            if bytes.is_empty() {
                bytes = Vec::new();
            }
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
                    let Some((carries, skip)) = decide(rest, ended, self.late) else {
                        break;
                    };
                    self.kind = self.kind_for(carries, exits);
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
                Kind::Tls(_) => self.tls_record(rest, exits),
                Kind::Encrypted | Kind::Other => 0,
            };
            let settled = ended || matches!(self.kind, Kind::Encrypted | Kind::Other);
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
                self.end_of_junk(true, exits);
                self.proved = true;
                self.sip_message(&rest[..length], glance, whole, exits);
                self.use_up(length, Outcome::Sip, exits);
                length
            }
        }
    }

    fn sip_message(&mut self, bytes: &[u8], glance: Glance, whole: bool, exits: &mut Exits<'_>) {
        let Some(arrival) = self.arrival(bytes.len()) else {
            return;
        };
        let (record, flow) = (arrival.records.all()[0], self.flow);
        let limits = exits.limits;
        let longest = limits.message_bytes as u64;
        let too_long = glance.content_length.is_some_and(|length| length > longest)
            || !glance.ended && bytes.len() > limits.header_bytes;
        if !whole && too_long {
            exits
                .anomalies
                .note(AnomalyKind::MessageTooLong, record, || {
                    format!("{flow}: shown up to byte {}", bytes.len())
                });
        } else if !whole {
            exits.anomalies.note(AnomalyKind::MessageCut, record, || {
                format!("{flow}: the end of the message was not seen")
            });
        } else if glance.content_length.is_none() && glance.content_type {
            exits
                .anomalies
                .note(AnomalyKind::LengthMissing, record, || {
                    format!("{flow}: no Content-Length on a stream")
                });
        }
        (exits.sink)(Carried {
            flow,
            bytes,
            glance,
            records: arrival.records.all(),
            first: arrival.first,
            digits: None,
            last: arrival.last,
            offset: arrival.offset,
            identification: None,
            whole,
            spoiled: Spoiled::NOTHING,
        });
    }

    /// Says how much was passed over, if the stream is one of SIP. In front of the first message of a stream whose
    /// beginning was not seen, keep-alives may be the rest of something too.
    fn end_of_junk(&mut self, is_sip: bool, exits: &mut Exits<'_>) {
        let Some((from, record)) = self.junk.take() else {
            return;
        };
        if !is_sip {
            return;
        }
        let (kind, from) = if self.late && !self.proved {
            (AnomalyKind::StreamJoinedLate, self.begin)
        } else {
            (AnomalyKind::StreamSkipped, from)
        };
        let (bytes, flow) = (self.used - from, self.flow);
        exits.anomalies.note(kind, record, || {
            format!("{flow}: {bytes} bytes belong to no message")
        });
    }

    fn websocket_step(
        &mut self,
        step: websocket::Step,
        held: usize,
        exits: &mut Exits<'_>,
    ) -> usize {
        let (length, outcome) = match step {
            websocket::Step::More => return 0,
            websocket::Step::Control(length) => (length, Outcome::Other(Other::WebSocket)),
            websocket::Step::Compressed(length) => (
                length,
                Outcome::undecodable(Layer::WebSocket, Why::Compressed),
            ),
            websocket::Step::Broken => {
                self.kind = Kind::Other;
                (held, Outcome::undecodable(Layer::WebSocket, Why::Malformed))
            }
            websocket::Step::Message { length, payload } => {
                (length, self.websocket_message(payload, length, exits))
            }
        };
        self.use_up(length, outcome, exits);
        length
    }

    fn websocket_message(
        &mut self,
        payload: Vec<u8>,
        length: usize,
        exits: &mut Exits<'_>,
    ) -> Outcome {
        let otherwise = Outcome::Other(Other::WebSocket);
        let Some(mut arrival) = self.arrival(length) else {
            return otherwise;
        };
        // The payload itself lies in no file: it was masked, and behind the header.
        arrival.offset = None;
        let mut flow = self.flow;
        flow.transport = match flow.transport {
            Transport::Tls => Transport::Wss,
            _ => Transport::Ws,
        };
        // Where nesting has reached its limit the layer goes unnamed.
        let _ = flow.path.push(Layer::WebSocket);
        let datagram = Datagram {
            flow,
            time: arrival.first,
            identification: None,
            payload: Cow::Owned(payload),
            packed: false,
            missing: 0,
            otherwise,
        };
        let outcome = exits.datagram(&datagram, &arrival);
        self.proved |= outcome == Outcome::Sip;
        outcome
    }

    fn hep_packet(&mut self, rest: &[u8], ended: bool, exits: &mut Exits<'_>) -> usize {
        let broken = Outcome::undecodable(Layer::Hep, Why::Malformed);
        let Some(packet) = length(rest).and_then(|length| rest.get(..length)) else {
            if !ended && (rest.len() < HEAD || rest.starts_with(MAGIC)) {
                return 0;
            }
            self.kind = Kind::Other;
            self.use_up(rest.len(), broken, exits);
            return rest.len();
        };
        let outcome = self.hep_messages(packet, exits).unwrap_or(broken);
        self.use_up(packet.len(), outcome, exits);
        packet.len()
    }

    /// `None`: it is no HEP packet.
    fn hep_messages(&mut self, packet: &[u8], exits: &mut Exits<'_>) -> Option<Outcome> {
        let arrival = self.arrival(packet.len())?;
        let datagram = match Datagram::of_hep(packet, 0, self.flow, arrival.first) {
            Some(Ok(datagram)) => match exits.unpacked(datagram, arrival.records.all()[0]) {
                Ok(datagram) => datagram,
                Err(outcome) => return Some(outcome),
            },
            Some(Err(outcome)) => return Some(outcome),
            None => {
                self.kind = Kind::Other;
                return None;
            }
        };
        let arrival = match &datagram.payload {
            Cow::Borrowed(payload) => arrival.skip(offset_in(packet, payload)),
            Cow::Owned(_) => Arrival {
                offset: None,
                ..arrival
            },
        };
        let outcome = exits.datagram(&datagram, &arrival);
        self.proved |= outcome == Outcome::Sip;
        Some(outcome)
    }

    /// The TLS record at the start; what it carries is content of its own.
    fn tls_record(&mut self, rest: &[u8], exits: &mut Exits<'_>) -> usize {
        let encrypted = self.outcome_without_sip();
        let length = tls::record_length(rest);
        let (Some(side), Kind::Tls(inside)) = (self.side, &mut self.kind) else {
            return 0;
        };
        let record = match length {
            Extent::Record(length) => match rest.get(..length) {
                Some(record) => record,
                None => return 0,
            },
            Extent::More => return 0,
            Extent::Foreign => {
                exits.decryptor.lost(side);
                self.use_up(rest.len(), encrypted, exits);
                return rest.len();
            }
        };
        if exits.decryptor.make_room(side, exits.limits)
            && let Some(record) = self.runs.first_record()
        {
            let most = exits.limits.tls_sessions;
            exits
                .anomalies
                .note(AnomalyKind::DecryptionLimit, record, || {
                    format!("of {most} connections the longest idle were forgotten")
                });
        }
        let outcome = match exits.decryptor.open(side, record) {
            Opened::Control => Outcome::Other(Other::Tls),
            Opened::Locked(_) => encrypted,
            Opened::Data(plain) => {
                let arrival = self
                    .runs
                    .arrival(self.used, self.used + record.len() as u64);
                if let Some(arrival) = arrival
                    && !plain.is_empty()
                {
                    exits.ledger.expect_another(&arrival.records);
                    let arrival = Arrival {
                        offset: None,
                        ..arrival
                    };
                    inside.deliver(&plain, arrival, exits);
                }
                Outcome::Other(Other::Tls)
            }
        };
        self.use_up(record.len(), outcome, exits);
        record.len()
    }

    fn kind_for(&self, carries: Carries, exits: &Exits<'_>) -> Kind {
        match carries {
            Carries::Text if self.late => Kind::Sip(StreamFramer::torn()),
            Carries::Text => Kind::Sip(StreamFramer::default()),
            Carries::WebSocket => Kind::WebSocket(Frames::default()),
            Carries::Hep => Kind::Hep,
            Carries::Tls if self.side.is_none() || exits.decryptor.is_idle() => Kind::Encrypted,
            Carries::Tls => {
                let mut flow = self.flow;
                flow.transport = Transport::Tls;
                // Where nesting has reached its limit the layer goes unnamed.
                let _ = flow.path.push(Layer::Tls);
                Kind::Tls(Box::new(Self::new(flow, self.late, None)))
            }
            Carries::Other => Kind::Other,
        }
    }

    /// How the next `length` bytes arrived.
    fn arrival(&self, length: usize) -> Option<Arrival> {
        self.runs.arrival(self.used, self.used + length as u64)
    }

    fn use_up(&mut self, length: usize, outcome: Outcome, exits: &mut Exits<'_>) {
        let start = self.used;
        self.used += length as u64;
        if outcome == Outcome::Sip {
            if self.messages.len() >= MOST_MESSAGES {
                self.messages.pop_front();
            }
            self.messages.push_back(start..self.used);
        }
        self.runs.use_up(self.used, outcome, exits);
    }

    fn outcome_without_sip(&self) -> Outcome {
        match self.kind {
            Kind::Tls(_) | Kind::Encrypted => Outcome::undecodable(Layer::Tls, Why::Encrypted),
            Kind::WebSocket(_) => Outcome::Other(Other::WebSocket),
            _ => Outcome::Other(Other::Tcp),
        }
    }
}
