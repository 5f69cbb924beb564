//! Packets for messages that no frame can be copied for: datagrams and streams between the ends that are known; where they are not,
//! or where a packet would say what nobody knows, exported PDUs, which invent nothing.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;

use super::packet::Packet;
use crate::base::wire::{self, ACK, PUSH, SYN, TCP, UDP};
use crate::base::{Endpoint, Timestamp, Transport, pcap};
use crate::decap::exported_pdu;
use crate::source::{Spill, Store};
use crate::trace::{End, Sighting};

/// No input has this number.
const NO_INPUT: u32 = u32::MAX;
/// UDP over IPv4 (RFC 768, RFC 791): 65535 less two headers.
const MOST_IN_DATAGRAM: usize = 65_507;
/// What a segment carries in an Ethernet frame.
const MOST_IN_SEGMENT: usize = 1440;
/// Between the segments of a message.
const TICK: i64 = 1_000;

/// What was made so far.
#[derive(Default)]
pub(super) struct Made {
    pub(super) packets: Vec<Packet>,
    /// Messages that became packets, and those that became PDUs.
    pub(super) wrapped: usize,
    pub(super) bare: usize,
    /// By the end that sends and the one that gets, what comes next.
    streams: BTreeMap<(SocketAddr, SocketAddr), u32>,
    number: u16,
}

impl Made {
    /// A message, the next in the order of time.
    pub(super) fn add(
        &mut self,
        sighting: &Sighting<'_>,
        time: Option<Timestamp>,
        store: &mut Store,
        spill: &mut Spill,
    ) -> io::Result<()> {
        let end = |end: Option<End<'_>>| end?.endpoint();
        let (source, destination) = (end(sighting.source()), end(sighting.destination()));
        let (input, location) = (sighting.input(), sighting.location());
        let bytes = store.read(input, location, sighting.length())?;
        let socket = |end: Endpoint| SocketAddr::new(end.address, end.port);
        let ends = source.map(socket).zip(destination.map(socket));
        let ends = ends.filter(|(from, to)| from.is_ipv4() == to.is_ipv4());
        let fits = bytes.len() <= MOST_IN_DATAGRAM;
        match (sighting.transport(), ends, time) {
            (Transport::Udp, Some((from, to)), Some(_)) if fits => {
                let datagram = wire::datagram(from, to, bytes);
                self.packet(time, (from, to), UDP, &datagram, spill)?;
                self.wrapped += 1;
            }
            (Transport::Tcp, Some(ends), Some(at)) => {
                let bytes = bytes.to_vec();
                self.stream(at, ends, &bytes, spill)?;
                self.wrapped += 1;
            }
            (transport, ..) => {
                let mut pdu = exported_pdu::tags(source, destination, transport);
                pdu.extend(bytes);
                self.packets.push(Packet {
                    time,
                    interface: (NO_INPUT, exported_pdu::LINK),
                    place: spill.keep(&pdu)?,
                    captured: pdu.len(),
                    original: pdu.len() as u32,
                    comments: Vec::new(),
                });
                self.bare += 1;
            }
        }
        Ok(())
    }

    /// A message on the stream between its ends, which is opened by the first of them.
    fn stream(
        &mut self,
        at: Timestamp,
        (from, to): (SocketAddr, SocketAddr),
        bytes: &[u8],
        spill: &mut Spill,
    ) -> io::Result<()> {
        let later = |ticks: i64| {
            Some(Timestamp::from_nanos(
                at.nanos().saturating_add(ticks * TICK),
            ))
        };
        if !self.streams.contains_key(&(from, to)) {
            self.segment(later(-3), (from, to), SYN, &[], spill)?;
            self.segment(later(-2), (to, from), SYN | ACK, &[], spill)?;
            self.segment(later(-1), (from, to), ACK, &[], spill)?;
        }
        let parts = bytes.chunks(MOST_IN_SEGMENT);
        let last = parts.len().saturating_sub(1);
        for (number, part) in parts.enumerate() {
            let push = if number == last { PUSH } else { 0 };
            self.segment(later(number as i64), (from, to), ACK | push, part, spill)?;
        }
        self.segment(later(last as i64 + 1), (to, from), ACK, &[], spill)
    }

    fn segment(
        &mut self,
        time: Option<Timestamp>,
        (from, to): (SocketAddr, SocketAddr),
        flags: u8,
        bytes: &[u8],
        spill: &mut Spill,
    ) -> io::Result<()> {
        let acknowledged = match flags & ACK {
            0 => 0,
            _ => self.streams.get(&(to, from)).copied().unwrap_or_default(),
        };
        let next = self.streams.entry((from, to)).or_default();
        let sequence = *next;
        let counts = u32::from(flags & SYN != 0);
        *next = next.wrapping_add(bytes.len() as u32 + counts);
        let order = (sequence, acknowledged);
        let segment = wire::segment((from, to), order, flags, &[], bytes);
        self.packet(time, (from, to), TCP, &segment, spill)
    }

    /// In a frame between stations that nobody knows.
    fn packet(
        &mut self,
        time: Option<Timestamp>,
        (from, to): (SocketAddr, SocketAddr),
        protocol: u8,
        payload: &[u8],
        spill: &mut Spill,
    ) -> io::Result<()> {
        self.number = self.number.wrapping_add(1);
        let stations = ([0; 6], [0; 6]);
        let number = (self.number, None);
        let frame = wire::ethernet(stations, (from.ip(), to.ip()), protocol, number, payload);
        self.packets.push(Packet {
            time,
            interface: (NO_INPUT, pcap::ETHERNET),
            place: spill.keep(&frame)?,
            captured: frame.len(),
            original: frame.len() as u32,
            comments: Vec::new(),
        });
        Ok(())
    }
}
