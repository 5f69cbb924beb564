//! One batch of records, looked at on its own: what can be told at once is told, the rest is put aside.

use std::num::NonZeroU16;

use super::datagram::Datagram;
use super::offset_in;
use super::tcp;
use crate::base::{
    Anomalies, AnomalyKind, Flow, Layer, LinkType, Outcome, RecordId, Tally, Timestamp, Why,
    link_name,
};
use crate::decap::{ExportedPdu, FragmentKey, IpPayload, Unwrapped, unwrap_frame};
use crate::sip::Framed;

/// A record to sort: a frame and what its container says of it.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Its number.
    pub record: RecordId,
    /// Its time.
    pub time: Option<Timestamp>,
    /// What it begins with.
    pub link: LinkType,
    /// What was captured.
    pub bytes: &'a [u8],
    /// Bytes that were not captured.
    pub missing: usize,
}

/// A SIP message found in one record, ready to be indexed.
#[derive(Debug)]
pub struct Draft {
    /// The record it came in.
    pub record: RecordId,
    /// When: the record's time, or what an encapsulation says.
    pub time: Option<Timestamp>,
    /// Between whom, over what.
    pub flow: Flow,
    /// See [`IpPayload::identification`].
    pub identification: Option<NonZeroU16>,
    /// The payload it was found in begins here in the sorted bytes.
    pub payload: usize,
    /// Where in the payload, and what one look told.
    pub framed: Framed,
    /// Whether all of it was captured.
    pub whole: bool,
}

/// A packet that has to wait for others.
#[derive(Debug)]
pub struct Deferred {
    pub(super) record: RecordId,
    pub(super) time: Option<Timestamp>,
    /// The IP payload, in the sorted bytes.
    pub(super) start: usize,
    pub(super) length: usize,
    pub(super) missing: usize,
    pub(super) kind: DeferredKind,
}

#[derive(Debug)]
pub(super) enum DeferredKind {
    Fragment {
        key: FragmentKey,
        protocol: u8,
        offset: usize,
        more: bool,
    },
    /// An IP payload, its bytes left where they are: TCP, SCTP, or to be unpacked.
    Packet(IpPayload<'static>),
    /// The same of a payload that no packet is around, to be unpacked.
    Pdu(ExportedPdu<'static>),
}

/// What became of a batch.
#[derive(Debug, Default)]
pub struct Sorted {
    /// Messages, in the order of the records.
    pub drafts: Vec<Draft>,
    /// Packets for the [`Assembly`](super::Assembly), in the order of the records.
    pub deferred: Vec<Deferred>,
    /// Outcomes of all records that were not deferred.
    pub tally: Tally,
    /// What was odd.
    pub anomalies: Anomalies,
}

/// Sorts the frames of a batch; all of them lie in `whole`.
pub fn sort<'a>(whole: &'a [u8], frames: impl Iterator<Item = Frame<'a>>) -> Sorted {
    let mut sorted = Sorted::default();
    for frame in frames {
        if let Some(outcome) = sorted.frame(whole, &frame) {
            sorted.tally.count(outcome);
        }
    }
    sorted
}

impl Sorted {
    /// `None`: the record was put aside.
    fn frame<'a>(&mut self, whole: &'a [u8], frame: &Frame<'a>) -> Option<Outcome> {
        match unwrap_frame(frame.link, frame.bytes, frame.missing) {
            Unwrapped::Done(outcome) => {
                self.note_link_type(frame, outcome);
                Some(outcome)
            }
            Unwrapped::Pdu(pdu) => match Datagram::of_pdu(&pdu, frame.time) {
                Ok(datagram) if datagram.packed => {
                    let (bytes, missing) = (pdu.bytes, pdu.missing);
                    let kind = DeferredKind::Pdu(pdu.without_bytes());
                    self.defer(whole, frame, bytes, missing, kind);
                    None
                }
                Ok(datagram) => Some(self.datagram(whole, frame, datagram)),
                Err(outcome) => Some(outcome),
            },
            Unwrapped::Fragment(fragment) => {
                let kind = DeferredKind::Fragment {
                    key: fragment.key,
                    protocol: fragment.protocol,
                    offset: fragment.offset,
                    more: fragment.more,
                };
                self.defer(whole, frame, fragment.bytes, fragment.missing, kind);
                None
            }
            Unwrapped::Payload(packet) if packet.is_udp() => {
                Some(match Datagram::of_udp(&packet, frame.time) {
                    // Unpacked bytes could be many times what was read: one packet at a time.
                    Ok(datagram) if datagram.packed => {
                        let (bytes, missing) = (packet.bytes, packet.missing);
                        let kind = DeferredKind::Packet(packet.without_bytes());
                        self.defer(whole, frame, bytes, missing, kind);
                        return None;
                    }
                    Ok(datagram) => self.datagram(whole, frame, datagram),
                    Err(outcome) => {
                        if outcome == Outcome::undecodable(Layer::Udp, Why::NotCaptured) {
                            self.note_cut(frame, packet.missing);
                        }
                        outcome
                    }
                })
            }
            Unwrapped::Payload(packet) => {
                if packet.is_tcp()
                    && let Err(outcome) = tcp::glance(&packet)
                {
                    return Some(outcome);
                }
                let (bytes, missing) = (packet.bytes, packet.missing);
                let kind = DeferredKind::Packet(packet.without_bytes());
                self.defer(whole, frame, bytes, missing, kind);
                None
            }
        }
    }

    fn defer(
        &mut self,
        whole: &[u8],
        frame: &Frame<'_>,
        bytes: &[u8],
        missing: usize,
        kind: DeferredKind,
    ) {
        self.deferred.push(Deferred {
            record: frame.record,
            time: frame.time,
            start: offset_in(whole, bytes),
            length: bytes.len(),
            missing,
            kind,
        });
    }

    fn datagram(&mut self, whole: &[u8], frame: &Frame<'_>, datagram: Datagram<'_>) -> Outcome {
        let mut from = 0;
        while let Some((framed, captured_whole)) = datagram.message(from) {
            from = framed.end;
            if !captured_whole {
                self.note_cut(frame, datagram.missing);
            }
            self.drafts.push(Draft {
                record: frame.record,
                time: datagram.time,
                flow: datagram.flow,
                identification: datagram.identification,
                payload: offset_in(whole, &datagram.payload),
                framed,
                whole: captured_whole,
            });
        }
        if from > 0 {
            return Outcome::Sip;
        }
        if datagram.cut_too_short() {
            self.note_cut(frame, datagram.missing);
        }
        datagram.otherwise
    }

    fn note_cut(&mut self, frame: &Frame<'_>, missing: usize) {
        self.anomalies
            .note(AnomalyKind::PacketCut, frame.record, || {
                format!("{missing} bytes of what is or could be a message were not captured")
            });
    }

    fn note_link_type(&mut self, frame: &Frame<'_>, outcome: Outcome) {
        if let Outcome::Undecodable(reason) = outcome
            && let Why::LinkType(number) = reason.why
        {
            self.anomalies
                .note(AnomalyKind::LinkTypeUnknown, frame.record, || {
                    format!("link type {number} ({}) is not read", link_name(number))
                });
        }
    }
}
