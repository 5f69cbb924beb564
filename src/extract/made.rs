//! Packets for messages that no frame can be copied for: datagrams and streams between the ends that are known; where they are not,
//! or where a packet would say what nobody knows, exported PDUs, which invent nothing.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;

use super::packet::Packet;
use crate::base::wire::{self, ACK, ESP, PUSH, SYN, TCP, UDP};
use crate::base::{Endpoint, Timestamp, Transport, pcap};
use crate::decap::exported_pdu;
use crate::source::Spill;
use crate::trace::{End, Sighting};

/// No input has this number.
const NO_INPUT: u32 = u32::MAX;
/// UDP over IPv4 (RFC 768, RFC 791): 65535 less two headers.
const MOST_IN_DATAGRAM: usize = 65_507;
/// What a segment carries in an Ethernet frame.
const MOST_IN_SEGMENT: usize = 1440;
/// Between the segments of a message.
const TICK: i64 = 1_000;

/// Whether a datagram has room for a message and for one byte that says it was cut.
pub(super) fn fits_in_datagram(bytes: &[u8]) -> bool {
    bytes.len() < MOST_IN_DATAGRAM
}

/// A message to make packets of, with what is known of it.
pub(crate) struct Parcel<'m> {
    pub(crate) source: Option<Endpoint>,
    pub(crate) destination: Option<Endpoint>,
    pub(crate) transport: Transport,
    pub(crate) time: Option<Timestamp>,
    /// Of its packet, where it is known (RFC 791 3.1).
    pub(crate) identification: Option<u16>,
    pub(crate) bytes: &'m [u8],
    /// Whether they are all of it.
    pub(crate) whole: bool,
    /// Which interface of which input it is put on.
    pub(crate) input: u32,
    /// How it is put there.
    pub(crate) around: Around,
}

/// What a message is put in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Around {
    /// A packet, as far as enough is known of its ends.
    Packet,
    /// The same, of a security association without encryption.
    Secured,
    /// A PDU: its ends were told and not seen.
    Told,
}

impl<'m> Parcel<'m> {
    /// A message as it was seen, with its bytes.
    pub(crate) fn of(sighting: &Sighting<'_>, time: Option<Timestamp>, bytes: &'m [u8]) -> Self {
        let end = |end: Option<End<'_>>| end?.endpoint();
        Self {
            source: end(sighting.source()),
            destination: end(sighting.destination()),
            transport: sighting.transport(),
            time,
            identification: None,
            bytes,
            whole: sighting.whole(),
            input: NO_INPUT,
            around: Around::Packet,
        }
    }
}

/// What was made so far.
#[derive(Default)]
pub(crate) struct Made {
    pub(crate) packets: Vec<Packet>,
    /// Messages that became packets, and those that became PDUs.
    pub(crate) wrapped: usize,
    pub(crate) bare: usize,
    /// By the interface, the end that sends and the one that gets, what comes next.
    streams: BTreeMap<(u32, SocketAddr, SocketAddr), u32>,
    number: u16,
}

impl Made {
    /// A message, the next in the order of time.
    pub(crate) fn add(&mut self, parcel: &Parcel<'_>, spill: &mut Spill) -> io::Result<()> {
        let Parcel {
            source,
            destination,
            transport,
            time,
            bytes,
            ..
        } = *parcel;
        let socket = |end: Endpoint| SocketAddr::new(end.address, end.port);
        let ends = source.map(socket).zip(destination.map(socket));
        let ends = ends
            .filter(|(from, to)| from.is_ipv4() == to.is_ipv4() && parcel.around != Around::Told);
        let fits = fits_in_datagram(bytes);
        match (transport, ends, time) {
            (Transport::Udp, Some((from, to)), Some(_)) if fits => {
                self.datagram(parcel, (from, to), spill)?;
                self.wrapped += 1;
            }
            // What is missing of one would be taken from the next.
            (Transport::Tcp, Some(ends), Some(at)) if parcel.whole => {
                self.stream(at, ends, parcel, spill)?;
                self.wrapped += 1;
            }
            (transport, ..) => {
                let mut pdu = exported_pdu::tags(source, destination, transport);
                pdu.extend(bytes);
                let cut = u32::from(!parcel.whole);
                self.packets.push(Packet {
                    time,
                    interface: (parcel.input, exported_pdu::LINK),
                    place: spill.keep(&pdu)?,
                    captured: pdu.len(),
                    original: pdu.len() as u32 + cut,
                    comments: Vec::new(),
                });
                self.bare += 1;
            }
        }
        Ok(())
    }

    /// One that is not whole goes on behind what was captured.
    fn datagram(
        &mut self,
        parcel: &Parcel<'_>,
        ends: (SocketAddr, SocketAddr),
        spill: &mut Spill,
    ) -> io::Result<()> {
        let missing: &[u8] = if parcel.whole { b"" } else { b"\0" };
        let bytes = [parcel.bytes, missing].concat();
        let datagram = wire::datagram(ends.0, ends.1, &bytes);
        self.packet(
            (parcel.time, parcel),
            ends,
            UDP,
            &datagram,
            missing.len(),
            spill,
        )
    }

    /// A message on the stream between its ends, which is opened by the first of them.
    fn stream(
        &mut self,
        at: Timestamp,
        (from, to): (SocketAddr, SocketAddr),
        parcel: &Parcel<'_>,
        spill: &mut Spill,
    ) -> io::Result<()> {
        let later = |ticks: i64| {
            Some(Timestamp::from_nanos(
                at.nanos().saturating_add(ticks * TICK),
            ))
        };
        if !self.streams.contains_key(&(parcel.input, from, to)) {
            self.segment((later(-3), parcel), (from, to), SYN, &[], spill)?;
            self.segment((later(-2), parcel), (to, from), SYN | ACK, &[], spill)?;
            self.segment((later(-1), parcel), (from, to), ACK, &[], spill)?;
        }
        let parts = parcel.bytes.chunks(MOST_IN_SEGMENT);
        let last = parts.len().saturating_sub(1);
        for (number, part) in parts.enumerate() {
            let push = if number == last { PUSH } else { 0 };
            let time = later(number as i64);
            self.segment((time, parcel), (from, to), ACK | push, part, spill)?;
        }
        let time = later(last as i64 + 1);
        self.segment((time, parcel), (to, from), ACK, &[], spill)
    }

    fn segment(
        &mut self,
        (time, parcel): (Option<Timestamp>, &Parcel<'_>),
        (from, to): (SocketAddr, SocketAddr),
        flags: u8,
        bytes: &[u8],
        spill: &mut Spill,
    ) -> io::Result<()> {
        let acknowledged = match flags & ACK {
            0 => 0,
            _ => {
                let other = self.streams.get(&(parcel.input, to, from));
                other.copied().unwrap_or_default()
            }
        };
        let next = self.streams.entry((parcel.input, from, to)).or_default();
        let sequence = *next;
        let counts = u32::from(flags & SYN != 0);
        *next = next.wrapping_add(bytes.len() as u32 + counts);
        let order = (sequence, acknowledged);
        let segment = wire::segment((from, to), order, flags, &[], bytes);
        self.packet((time, parcel), (from, to), TCP, &segment, 0, spill)
    }

    /// In a frame between stations that nobody knows, of which the last bytes are not captured.
    fn packet(
        &mut self,
        (time, parcel): (Option<Timestamp>, &Parcel<'_>),
        (from, to): (SocketAddr, SocketAddr),
        protocol: u8,
        payload: &[u8],
        missing: usize,
        spill: &mut Spill,
    ) -> io::Result<()> {
        self.number = self.number.wrapping_add(1);
        let stations = ([0; 6], [0; 6]);
        let secured = match parcel.around {
            Around::Secured if missing == 0 => Some(wire::secured(protocol, payload)),
            _ => None,
        };
        let (protocol, payload) = match &secured {
            Some(secured) => (ESP, secured.as_slice()),
            None => (protocol, payload),
        };
        let number = (parcel.identification.unwrap_or(self.number), None);
        let frame = wire::ethernet(stations, (from.ip(), to.ip()), protocol, number, payload);
        let captured = frame.len() - missing;
        self.packets.push(Packet {
            time,
            interface: (parcel.input, pcap::ETHERNET),
            place: spill.keep(&frame[..captured])?,
            captured,
            original: frame.len() as u32,
            comments: Vec::new(),
        });
        Ok(())
    }
}
