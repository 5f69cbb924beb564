//! The traffic nearly every test is about: Alice and Bob, frames that follow each other by a second, and one direction
//! of a TCP connection whose segments a test puts in any order.

use super::captures::{PcapStyle, Record, linktype, pcap};
use super::frames::{tcp_flags, tcp_frame, tcp_packet, udp_frame};
use std::net::SocketAddr;

/// Seconds since 1970 of the first frame of every capture.
pub const START: u64 = 1_700_000_000;

/// Nanoseconds since 1970 of the frame with this number, from 1.
pub fn time_of(number: u64) -> i64 {
    (START + number - 1) as i64 * 1_000_000_000
}

pub fn socket(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

pub fn alice() -> SocketAddr {
    socket("192.0.2.1:5060")
}

pub fn bob() -> SocketAddr {
    socket("192.0.2.2:5060")
}

pub fn alice6() -> SocketAddr {
    socket("[2001:db8::1]:5060")
}

pub fn bob6() -> SocketAddr {
    socket("[2001:db8::2]:5060")
}

/// One datagram from Alice to Bob over Ethernet.
pub fn datagram(payload: impl AsRef<[u8]>) -> Vec<u8> {
    udp_frame(alice(), bob(), payload)
}

/// The frames, one a second from [`START`] on.
pub fn records(frames: &[Vec<u8>]) -> Vec<Record> {
    let seconds = START..;
    let timed = seconds.zip(frames);
    timed
        .map(|(second, frame)| Record::new(second, 0, frame.clone()))
        .collect()
}

/// A pcap of Ethernet frames, one a second.
pub fn capture(frames: &[Vec<u8>]) -> Vec<u8> {
    capture_of(linktype::ETHERNET, frames)
}

pub fn capture_of(link: u16, frames: &[Vec<u8>]) -> Vec<u8> {
    pcap(PcapStyle::default(), link, &records(frames))
}

/// One direction of a TCP connection. Offsets count from its first byte of data.
#[derive(Clone, Copy)]
pub struct Direction {
    pub src: SocketAddr,
    pub dst: SocketAddr,
    /// The sequence number of the SYN.
    pub initial: u32,
}

impl Direction {
    /// Alice to Bob.
    pub fn new(initial: u32) -> Self {
        Self {
            src: alice(),
            dst: bob(),
            initial,
        }
    }

    /// The same from another port of the sender.
    pub fn with_port(self, port: u16) -> Self {
        Self {
            src: SocketAddr::new(self.src.ip(), port),
            ..self
        }
    }

    pub fn syn(&self) -> Vec<u8> {
        tcp_frame(self.src, self.dst, (self.initial, 0, tcp_flags::SYN), [])
    }

    pub fn data(&self, offset: usize, bytes: impl AsRef<[u8]>) -> Vec<u8> {
        self.flagged(offset, tcp_flags::PSH, bytes)
    }

    pub fn fin(&self, offset: usize) -> Vec<u8> {
        self.flagged(offset, tcp_flags::FIN, [])
    }

    pub fn rst(&self, offset: usize) -> Vec<u8> {
        self.flagged(offset, tcp_flags::RST, [])
    }

    /// An acknowledgement without data.
    pub fn ack(&self, offset: usize) -> Vec<u8> {
        self.flagged(offset, 0, [])
    }

    /// The segments of a stream that is cut at these offsets, in order.
    pub fn cut(&self, stream: &[u8], cuts: &[usize]) -> Vec<Vec<u8>> {
        let starts = [0].into_iter().chain(cuts.iter().copied());
        let ends = cuts.iter().copied().chain([stream.len()]);
        let pieces = starts.zip(ends);
        pieces
            .map(|(start, end)| self.data(start, &stream[start..end]))
            .collect()
    }

    /// A data segment as an IP packet, to be put into tunnels.
    pub fn packet(&self, offset: usize, bytes: impl AsRef<[u8]>) -> Vec<u8> {
        let flags = tcp_flags::PSH | tcp_flags::ACK;
        let fields = (self.sequence(offset), 1, flags);
        tcp_packet(self.src, self.dst, fields, bytes)
    }

    fn flagged(&self, offset: usize, flags: u8, bytes: impl AsRef<[u8]>) -> Vec<u8> {
        let fields = (self.sequence(offset), 1, flags | tcp_flags::ACK);
        tcp_frame(self.src, self.dst, fields, bytes)
    }

    fn sequence(&self, offset: usize) -> u32 {
        self.initial.wrapping_add(1).wrapping_add(offset as u32)
    }
}
