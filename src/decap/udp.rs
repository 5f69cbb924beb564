//! The UDP header. Here, because tunnels stand on it; transports read it a second time through the same view.

use etherparse::UdpHeaderSlice;

/// A UDP datagram.
#[derive(Clone, Copy, Debug)]
pub struct Udp<'a> {
    /// Sender's port.
    pub source_port: u16,
    /// Receiver's port.
    pub destination_port: u16,
    /// The payload, as far as it was captured.
    pub payload: &'a [u8],
    /// Bytes of the payload that were not captured.
    pub missing: usize,
}

impl<'a> Udp<'a> {
    /// Reads the payload of an IP packet of which `missing` bytes were not captured. `None`: the header is cut short.
    pub fn parse(bytes: &'a [u8], missing: usize) -> Option<Self> {
        let header = UdpHeaderSlice::from_slice(bytes).ok()?;
        let held = &bytes[header.slice().len()..];
        let length = match usize::from(header.length()) {
            // Zero stands for a length that does not fit (RFC 2675); less than the header is wrong. IP knows better.
            0..8 => held.len() + missing,
            length => length - header.slice().len(),
        };
        Some(Self {
            source_port: header.source_port(),
            destination_port: header.destination_port(),
            payload: &held[..held.len().min(length)],
            missing: length.saturating_sub(held.len()).min(missing),
        })
    }
}
