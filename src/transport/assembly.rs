//! Everything that needs memory of earlier records: fragments, streams, associations. One for each capture point, fed in
//! file order by one thread, so that the result does not depend on how many threads sorted.

use std::borrow::Cow;

use super::buffer::Arrival;
use super::datagram::Datagram;
use super::decrypt::Decryptor;
use super::ledger::Ledger;
use super::sctp::Sctp;
use super::sort::{Deferred, DeferredKind};
use super::tcp::Tcp;
use super::{Exits, hep};
use crate::base::{
    Anomalies, AnomalyKind, Layer, Limits, Other, Outcome, RecordId, Records, Spoiled, Tally, Why,
};
use crate::decap::{
    ExportedPdu, Fragment, Fragments, GivenUp, IpPayload, Reassembled, Times, Unwrapped,
    unwrap_payload,
};
use crate::sip::Carried;

/// Puts together what was deferred.
pub struct Assembly {
    fragments: Fragments,
    tcp: Tcp,
    sctp: Sctp,
    shared: Shared,
}

/// What everything that is put together uses.
struct Shared {
    limits: Limits,
    ledger: Ledger,
    anomalies: Anomalies,
    decryptor: Decryptor,
}

impl Shared {
    fn exits<'a>(&'a mut self, sink: &'a mut dyn FnMut(Carried<'_>)) -> Exits<'a> {
        Exits {
            limits: &self.limits,
            ledger: &mut self.ledger,
            anomalies: &mut self.anomalies,
            decryptor: &mut self.decryptor,
            sink,
        }
    }
}

impl Assembly {
    /// Knows nothing yet.
    pub fn new(limits: &Limits) -> Self {
        Self {
            fragments: Fragments::default(),
            tcp: Tcp::default(),
            sctp: Sctp::default(),
            shared: Shared {
                limits: limits.clone(),
                ledger: Ledger::default(),
                anomalies: Anomalies::default(),
                decryptor: Decryptor::default(),
            },
        }
    }

    /// Takes over TLS key logs from a list that only grows; those that it knows already are passed over.
    pub fn learn(&mut self, key_logs: &[Vec<u8>]) {
        self.shared.decryptor.learn(key_logs);
    }

    /// Takes in one deferred packet. `whole` are the bytes that were sorted and `origin` their place in the input file.
    pub fn add(
        &mut self,
        deferred: &Deferred,
        whole: &[u8],
        origin: Option<u64>,
        sink: &mut dyn FnMut(Carried<'_>),
    ) {
        let bytes = &whole[deferred.start..deferred.start + deferred.length];
        let records = Records::One(deferred.record);
        match &deferred.kind {
            DeferredKind::Fragment {
                key,
                protocol,
                offset,
                more,
            } => {
                let fragment = Fragment {
                    key: *key,
                    protocol: *protocol,
                    offset: *offset,
                    more: *more,
                    bytes,
                    missing: deferred.missing,
                };
                let times = (deferred.time, deferred.time);
                self.fragment(&fragment, records, times, sink);
            }
            DeferredKind::Packet(packet) => {
                let packet = IpPayload {
                    bytes,
                    missing: deferred.missing,
                    ..*packet
                };
                let arrival = Arrival {
                    records,
                    first: deferred.time,
                    last: deferred.time,
                    offset: origin.map(|origin| origin + deferred.start as u64),
                };
                self.packet(&packet, arrival, sink);
            }
            DeferredKind::Pdu(pdu) => {
                let pdu = ExportedPdu {
                    bytes,
                    missing: deferred.missing,
                    ..*pdu
                };
                let arrival = Arrival {
                    records,
                    first: deferred.time,
                    last: deferred.time,
                    // Unpacked: the payload lies whole in no file.
                    offset: None,
                };
                let datagram = Datagram::of_pdu(&pdu, deferred.time);
                let mut exits = self.shared.exits(sink);
                let outcome = exits.payload(datagram, &arrival);
                exits.ledger.settle(&arrival.records, outcome);
            }
        }
    }

    /// No more will come: gives up what is not whole.
    pub fn finish(&mut self, sink: &mut dyn FnMut(Carried<'_>)) {
        while let Some(given_up) = self.fragments.finish() {
            self.given_up(given_up, sink);
        }
        let mut exits = self.shared.exits(sink);
        self.tcp.finish(&mut exits);
        self.sctp.finish(&mut exits);
    }

    /// Outcomes settled and anomalies noted since last asked; tallies by input.
    pub fn take_account(&mut self) -> (Vec<Tally>, Anomalies) {
        (
            self.shared.ledger.take(),
            std::mem::take(&mut self.shared.anomalies),
        )
    }

    fn fragment(
        &mut self,
        fragment: &Fragment<'_>,
        records: Records,
        times: Times,
        sink: &mut dyn FnMut(Carried<'_>),
    ) {
        let record = records.all()[0];
        let limits = &self.shared.limits;
        let added = self.fragments.add(fragment, records, times, limits);
        let datagram = || {
            let key = fragment.key;
            format!(
                "{} to {}, identification {}",
                key.source, key.destination, key.identification
            )
        };
        let anomalies = &mut self.shared.anomalies;
        if added.contradicts {
            anomalies.note(AnomalyKind::FragmentsOverlap, record, datagram);
        }
        if added.one_too_many {
            anomalies.note(AnomalyKind::FragmentLimit, record, || {
                let most = limits.fragment_copies;
                format!("{}: more than {most} unfinished copies", datagram())
            });
        }
        if let Some(whole) = added.whole {
            self.reassembled(&whole, sink);
        }
        while let Some((given_up, limited)) = self.fragments.give_up(times.1, &self.shared.limits) {
            if limited {
                self.shared
                    .anomalies
                    .note(AnomalyKind::FragmentLimit, record, || {
                        "the oldest unfinished datagram was given up".to_owned()
                    });
            }
            self.given_up(given_up, sink);
        }
    }

    fn reassembled(&mut self, whole: &Reassembled, sink: &mut dyn FnMut(Carried<'_>)) {
        let arrival = arrival(whole);
        match unwrap_payload(whole.payload(0)) {
            Unwrapped::Payload(packet) => self.packet(&packet, arrival, sink),
            Unwrapped::Fragment(inner) => {
                let times = (arrival.first, arrival.last);
                self.fragment(&inner, arrival.records, times, sink);
            }
            Unwrapped::Done(outcome) => self.shared.ledger.settle(&arrival.records, outcome),
            // A link type of its own: no IP packet leads there.
            Unwrapped::Pdu(_) => {
                let outcome = Outcome::Other(Other::Pdu);
                self.shared.ledger.settle(&arrival.records, outcome);
            }
        }
    }

    fn packet(
        &mut self,
        packet: &IpPayload<'_>,
        arrival: Arrival,
        sink: &mut dyn FnMut(Carried<'_>),
    ) {
        let mut exits = self.shared.exits(sink);
        if packet.is_udp() {
            // Reassembled, or to be unpacked: the payload lies whole in no file.
            let arrival = Arrival {
                offset: None,
                ..arrival
            };
            let outcome = exits.udp(packet, &arrival);
            exits.ledger.settle(&arrival.records, outcome);
        } else if packet.is_tcp() {
            self.tcp.packet(packet, arrival, &mut exits);
        } else {
            self.sctp.packet(packet, arrival, &mut exits);
        }
    }

    fn given_up(&mut self, given_up: GivenUp, sink: &mut dyn FnMut(Carried<'_>)) {
        let start = &given_up.start;
        let arrival = arrival(start);
        if given_up.repeat {
            let outcome = Outcome::Other(Other::FragmentRepeat);
            self.shared.ledger.settle(&arrival.records, outcome);
            return;
        }
        let record = arrival.records.all()[0];
        self.shared
            .anomalies
            .note(AnomalyKind::FragmentsIncomplete, record, || {
                given_up.detail.clone()
            });
        // The beginning of a datagram may still show the beginning of a message.
        let missing = given_up.missing.unwrap_or(1).max(1);
        let mut outcome = Outcome::undecodable(Layer::Fragments, Why::Incomplete);
        if let Unwrapped::Payload(packet) = unwrap_payload(start.payload(missing))
            && packet.is_udp()
        {
            let mut exits = self.shared.exits(sink);
            if exits.udp(&packet, &arrival) == Outcome::Sip {
                outcome = Outcome::Sip;
            }
        }
        self.shared.ledger.settle(&arrival.records, outcome);
    }
}

impl Exits<'_> {
    /// A datagram that was put together.
    fn udp(&mut self, packet: &IpPayload<'_>, arrival: &Arrival) -> Outcome {
        let datagram = Datagram::of_udp(packet, arrival.first).map(|datagram| Datagram {
            missing: datagram.missing.max(packet.missing),
            ..datagram
        });
        self.payload(datagram, arrival)
    }

    /// What a payload is, unpacked first if it is compressed.
    fn payload(&mut self, datagram: Result<Datagram<'_>, Outcome>, arrival: &Arrival) -> Outcome {
        let unpacked =
            datagram.and_then(|datagram| self.unpacked(datagram, arrival.records.all()[0]));
        match unpacked {
            Ok(datagram) => self.datagram(&datagram, arrival),
            Err(outcome) => outcome,
        }
    }

    /// Unpacks a payload that is compressed, up to the limit; the error is what the record is if it cannot be unpacked.
    pub(super) fn unpacked<'a>(
        &mut self,
        datagram: Datagram<'a>,
        record: RecordId,
    ) -> Result<Datagram<'a>, Outcome> {
        if !datagram.packed {
            return Ok(datagram);
        }
        let most = self.limits.unpacked_bytes;
        let Some((payload, more)) = hep::unpack(&datagram.payload, most) else {
            return Err(Outcome::undecodable(Layer::Hep, Why::Malformed));
        };
        if more {
            self.anomalies
                .note(AnomalyKind::MessageTooLong, record, || {
                    format!("{}: unpacked up to byte {most}", datagram.flow)
                });
        }
        Ok(Datagram {
            payload: Cow::Owned(payload),
            packed: false,
            missing: datagram.missing + usize::from(more),
            ..datagram
        })
    }

    /// A payload that stands for itself: its messages, and what it is.
    pub(super) fn datagram(&mut self, datagram: &Datagram<'_>, arrival: &Arrival) -> Outcome {
        let mut from = 0;
        while let Some((framed, whole)) = datagram.message(from) {
            from = framed.end;
            // A time from inside is one for the whole payload.
            let own_time = datagram.time != arrival.first;
            (self.sink)(Carried {
                flow: datagram.flow,
                bytes: &datagram.payload[framed.start..framed.end],
                glance: framed.glance,
                records: arrival.records.all(),
                first: datagram.time,
                digits: None,
                last: if own_time {
                    datagram.time
                } else {
                    arrival.last
                },
                offset: arrival.offset.map(|offset| offset + framed.start as u64),
                identification: datagram.identification,
                whole,
                spoiled: Spoiled::NOTHING,
            });
        }
        if from > 0 {
            Outcome::Sip
        } else {
            datagram.otherwise
        }
    }
}

/// How a reassembled datagram arrived: with all its records, from the time of its first bytes to that of the last piece.
fn arrival(whole: &Reassembled) -> Arrival {
    let records: Vec<RecordId> = whole
        .pieces
        .iter()
        .flat_map(|piece| piece.records.all().iter().copied())
        .collect();
    Arrival {
        records: Records::of(records),
        first: whole.pieces.first().and_then(|piece| piece.times.0),
        last: whole.pieces.iter().filter_map(|piece| piece.times.1).max(),
        offset: None,
    }
}
