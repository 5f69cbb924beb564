//! Payloads that stand for themselves: UDP, exported PDUs, and what HEP wraps. No memory of other packets is needed.

use std::borrow::Cow;
use std::num::NonZeroU16;

use super::hep;
use crate::base::{Endpoint, Flow, Layer, Other, Outcome, Timestamp, Transport, Why};
use crate::decap::{ExportedPdu, IpPayload, Udp};
use crate::sip::{Framed, STUN_COOKIE, frame_datagram, looks_like_sip};

/// A payload that may hold SIP messages.
#[derive(Debug)]
pub(super) struct Datagram<'a> {
    pub(super) flow: Flow,
    pub(super) time: Option<Timestamp>,
    /// That of the innermost IP packet, if the payload is a datagram in it.
    pub(super) identification: Option<NonZeroU16>,
    pub(super) payload: Cow<'a, [u8]>,
    /// The payload is compressed and has to be unpacked first.
    pub(super) packed: bool,
    /// Bytes that were not captured.
    pub(super) missing: usize,
    /// What it is if no message is found in it.
    pub(super) otherwise: Outcome,
}

impl<'a> Datagram<'a> {
    /// What a UDP packet carries; an outcome if that cannot be SIP.
    pub(super) fn of_udp(packet: &IpPayload<'a>, time: Option<Timestamp>) -> Result<Self, Outcome> {
        let Some(udp) = Udp::parse(packet.bytes, packet.missing) else {
            return Err(Outcome::undecodable(Layer::Udp, Why::Short));
        };
        if udp.payload.is_empty() && udp.missing > 0 {
            return Err(Outcome::undecodable(Layer::Udp, Why::NotCaptured));
        }
        let flow = Flow {
            source: Some(Endpoint::new(packet.source, udp.source_port).into()),
            destination: Some(Endpoint::new(packet.destination, udp.destination_port).into()),
            transport: Transport::Udp,
            path: packet.path,
        };
        if let Some(datagram) = Self::of_hep(udp.payload, udp.missing, flow, time) {
            return datagram;
        }
        if !looks_like_sip(udp.payload) {
            return Err(kind(udp.payload));
        }
        Ok(Self {
            flow,
            time,
            identification: packet.identification,
            payload: Cow::Borrowed(udp.payload),
            packed: false,
            missing: udp.missing,
            otherwise: Outcome::Other(Other::Udp),
        })
    }

    /// What a HEP packet carries. `None`: these bytes are no HEP.
    pub(super) fn of_hep(
        bytes: &'a [u8],
        missing: usize,
        outer: Flow,
        time: Option<Timestamp>,
    ) -> Option<Result<Self, Outcome>> {
        let hep = match hep::look(bytes, missing) {
            hep::Look::No => return None,
            hep::Look::Broken => {
                return Some(Err(Outcome::undecodable(Layer::Hep, Why::Malformed)));
            }
            hep::Look::Packet(hep) => hep,
        };
        let mut path = outer.path;
        if !path.push_hep(hep.capture_id) {
            return Some(Err(Outcome::undecodable(Layer::Hep, Why::TooDeep)));
        }
        Some(Ok(Self {
            flow: Flow {
                source: hep.source.map(Into::into),
                destination: hep.destination.map(Into::into),
                transport: hep.transport,
                path,
            },
            time: hep.time.or(time),
            // The packet at hand is the agent's; that of the message is not told.
            identification: None,
            payload: Cow::Borrowed(hep.payload),
            packed: hep.packed,
            missing,
            otherwise: Outcome::Other(Other::Hep),
        }))
    }

    /// What a payload without a packet around it carries; an outcome if that cannot be SIP.
    pub(super) fn of_pdu(pdu: &ExportedPdu<'a>, time: Option<Timestamp>) -> Result<Self, Outcome> {
        let flow = Flow {
            source: pdu.source.map(Into::into),
            destination: pdu.destination.map(Into::into),
            transport: pdu.transport,
            path: pdu.path,
        };
        if let Some(datagram) = Self::of_hep(pdu.bytes, pdu.missing, flow, time) {
            return datagram;
        }
        Ok(Self {
            flow,
            time,
            identification: None,
            payload: Cow::Borrowed(pdu.bytes),
            packed: false,
            missing: pdu.missing,
            otherwise: Outcome::Other(Other::Pdu),
        })
    }

    /// Whether too little was captured to tell that no message begins here.
    pub(super) fn cut_too_short(&self) -> bool {
        self.missing > 0 && !self.payload.contains(&b'\n')
    }

    /// The next message at or after `from`, and whether all of it was captured.
    pub(super) fn message(&self, from: usize) -> Option<(Framed, bool)> {
        let framed = frame_datagram(&self.payload, from)?;
        let whole = self.missing == 0 || framed.end < self.payload.len();
        Some((framed, whole))
    }
}

/// What a payload without SIP is.
fn kind(payload: &[u8]) -> Outcome {
    match payload {
        [20..=25, 0xfe, 0xff | 0xfd | 0xfc, ..] if payload.len() >= 13 => {
            Outcome::undecodable(Layer::Dtls, Why::Encrypted)
        }
        [0..=3, _, _, _, cookie @ ..] if cookie.starts_with(&STUN_COOKIE) => {
            Outcome::Other(Other::Stun)
        }
        _ if payload.iter().all(|byte| matches!(byte, b'\r' | b'\n' | 0)) => {
            Outcome::Other(Other::KeepAlive)
        }
        _ => Outcome::Other(Other::Udp),
    }
}
