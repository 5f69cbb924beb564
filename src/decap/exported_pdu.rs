//! Wireshark's exported PDUs (link type 252): a payload with tags that say what it is and whom it went between; read, and written.

use std::net::IpAddr;

use super::{Step, enter};
use crate::base::{Endpoint, Layer, Path, Transport};

/// A payload with its addresses.
#[derive(Debug)]
pub struct ExportedPdu<'a> {
    /// The dissector that it was exported from, where the tags name one.
    pub dissector: &'a [u8],
    /// Sender, where the tags name one.
    pub source: Option<Endpoint>,
    /// Receiver, where the tags name one.
    pub destination: Option<Endpoint>,
    /// Carrier, where the tags name one.
    pub transport: Transport,
    /// The payload.
    pub bytes: &'a [u8],
    /// Bytes of the payload that were not captured.
    pub missing: usize,
    /// The layers around it.
    pub path: Path,
}

impl<'a> ExportedPdu<'a> {
    /// A payload of which nothing is said.
    pub(super) fn bare(bytes: &'a [u8], missing: usize) -> Self {
        Self {
            dissector: &[],
            source: None,
            destination: None,
            transport: Transport::Unknown,
            bytes,
            missing,
            path: Path::EMPTY,
        }
    }

    /// Everything but the payload and the name of its dissector.
    pub fn without_bytes(&self) -> ExportedPdu<'static> {
        ExportedPdu {
            source: self.source,
            destination: self.destination,
            transport: self.transport,
            path: self.path,
            ..ExportedPdu::bare(&[], self.missing)
        }
    }
}

// Tag numbers and port types: epan/exported_pdu.h and epan/address.h of Wireshark.
const END: u16 = 0;
const DISSECTOR: u16 = 12;
const IPV4_SOURCE: u16 = 20;
const IPV4_DESTINATION: u16 = 21;
const IPV6_SOURCE: u16 = 22;
const IPV6_DESTINATION: u16 = 23;
const PORT_TYPE: u16 = 24;
const SOURCE_PORT: u16 = 25;
const DESTINATION_PORT: u16 = 26;

/// The link type of exported PDUs (tcpdump.org/linktypes.html).
pub(crate) const LINK: u16 = 252;

/// The tags in front of a SIP message: as much as is known of whom it went between, and how.
pub(crate) fn tags(
    source: Option<Endpoint>,
    destination: Option<Endpoint>,
    transport: Transport,
) -> Vec<u8> {
    let mut tags = Vec::new();
    let mut tag = |number: u16, value: &[u8]| {
        tags.extend(number.to_be_bytes());
        tags.extend((value.len() as u16).to_be_bytes());
        tags.extend(value);
    };
    // Values are filled up to four bytes.
    tag(DISSECTOR, b"sip\0");
    let ends = [
        (source, IPV4_SOURCE, IPV6_SOURCE, SOURCE_PORT),
        (
            destination,
            IPV4_DESTINATION,
            IPV6_DESTINATION,
            DESTINATION_PORT,
        ),
    ];
    for (end, version_4, version_6, port) in ends {
        let Some(end) = end else {
            continue;
        };
        match end.address {
            IpAddr::V4(address) => tag(version_4, &address.octets()),
            IpAddr::V6(address) => tag(version_6, &address.octets()),
        }
        tag(port, &u32::from(end.port).to_be_bytes());
    }
    let carrier: Option<u32> = match transport {
        Transport::Sctp => Some(1),
        Transport::Tcp | Transport::Tls | Transport::Ws | Transport::Wss => Some(2),
        Transport::Udp => Some(3),
        Transport::Unknown => None,
    };
    if let Some(carrier) = carrier {
        tag(PORT_TYPE, &carrier.to_be_bytes());
    }
    tag(END, &[]);
    tags
}

pub(super) fn step<'a>(mut bytes: &'a [u8], missing: usize, path: &mut Path) -> Step<'a> {
    enter!(path, Layer::ExportedPdu);
    let mut dissector: &[u8] = &[];
    let mut addresses: [Option<IpAddr>; 2] = [None, None];
    let mut ports = [0u16; 2];
    let mut transport = Transport::Unknown;
    loop {
        let Some((head, rest)) = bytes.split_first_chunk::<4>() else {
            return Step::short(Layer::ExportedPdu);
        };
        let tag = u16::from_be_bytes([head[0], head[1]]);
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        if tag == END {
            bytes = rest;
            break;
        }
        let Some((value, rest)) = rest.split_at_checked(length) else {
            return Step::short(Layer::ExportedPdu);
        };
        match tag {
            DISSECTOR => dissector = value.split(|byte| *byte == 0).next().unwrap_or_default(),
            IPV4_SOURCE | IPV4_DESTINATION => {
                let address = value.first_chunk::<4>().map(|octets| IpAddr::from(*octets));
                addresses[usize::from(tag - IPV4_SOURCE)] = address;
            }
            IPV6_SOURCE | IPV6_DESTINATION => {
                let address = value
                    .first_chunk::<16>()
                    .map(|octets| IpAddr::from(*octets));
                addresses[usize::from(tag - IPV6_SOURCE)] = address;
            }
            PORT_TYPE => transport = port_type(value),
            SOURCE_PORT | DESTINATION_PORT => {
                let port = number(value);
                ports[usize::from(tag - SOURCE_PORT)] = u16::try_from(port).unwrap_or_default();
            }
            _ => {}
        }
        bytes = rest;
    }
    let endpoint = |side: usize| addresses[side].map(|address| Endpoint::new(address, ports[side]));
    Step::Pdu(ExportedPdu {
        dissector,
        source: endpoint(0),
        destination: endpoint(1),
        transport,
        bytes,
        missing,
        path: *path,
    })
}

fn number(value: &[u8]) -> u32 {
    value
        .first_chunk::<4>()
        .map_or(0, |bytes| u32::from_be_bytes(*bytes))
}

fn port_type(value: &[u8]) -> Transport {
    match number(value) {
        1 => Transport::Sctp,
        2 => Transport::Tcp,
        3 => Transport::Udp,
        _ => Transport::Unknown,
    }
}
