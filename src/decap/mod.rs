//! From a frame to the innermost IP payload: link layers, tags, tunnels, in any order and nested to a limit.
//!
//! Each protocol is one function from bytes to the next `Step`; the loop here is the only one that knows they nest.
//! Views only: nothing is copied, nothing is judged. Fragments leave the loop; [`Fragments`] puts them together and the
//! whole datagram enters again with [`unwrap_payload`].

mod checksum;
mod erf;
mod esp;
pub(crate) mod exported_pdu;
mod fragments;
mod ip;
mod link;
mod tunnel;
mod udp;

pub use exported_pdu::ExportedPdu;
pub use fragments::{Added, Fragment, FragmentKey, Fragments, GivenUp, Piece, Reassembled, Times};
pub use udp::Udp;

use std::net::IpAddr;
use std::num::NonZeroU16;

use crate::base::{Layer, LinkType, Other, Outcome, Path, Why};

/// Which addresses the IP packets around a packet went between; only good for telling scopes apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(u64);

impl Scope {
    /// The scope inside of a packet between these addresses.
    fn inside(self, source: IpAddr, destination: IpAddr) -> Self {
        // FNV-1a: the same in every run, so that results are too.
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let fold = |hash: u64, address: IpAddr| match address {
            IpAddr::V4(address) => address.octets().into_iter().fold(hash, mix),
            IpAddr::V6(address) => address.octets().into_iter().fold(hash, mix),
        };
        Self(fold(
            fold(self.0 ^ 0xcbf2_9ce4_8422_2325, source),
            destination,
        ))
    }
}

/// What an IP packet carries, with everything around it named.
#[derive(Clone, Copy, Debug)]
pub struct IpPayload<'a> {
    /// Sender.
    pub source: IpAddr,
    /// Receiver.
    pub destination: IpAddr,
    /// IP protocol number.
    pub protocol: u8,
    /// The payload, as far as it was captured.
    pub bytes: &'a [u8],
    /// Bytes of the payload that were not captured.
    pub missing: usize,
    /// Every layer around it.
    pub path: Path,
    /// Where it was seen: differs if the IP packets around it went between other addresses. The same packet before and
    /// after a tunnel endpoint is two sightings, and must not be mixed.
    pub scope: Scope,
    /// The identification that its sender gave the packet: IPv4's, or the low half of IPv6's if it came in fragments. It is
    /// not part of the path: paths are shared by all packets that went the same way. Many systems send zero for want of
    /// one, so zero is none.
    pub identification: Option<NonZeroU16>,
}

impl IpPayload<'_> {
    /// Whether it is a UDP datagram.
    pub fn is_udp(&self) -> bool {
        self.protocol == etherparse::ip_number::UDP.0
    }

    /// Whether it is a TCP segment.
    pub fn is_tcp(&self) -> bool {
        self.protocol == etherparse::ip_number::TCP.0
    }

    /// Everything but the payload.
    pub fn without_bytes(&self) -> IpPayload<'static> {
        IpPayload {
            source: self.source,
            destination: self.destination,
            protocol: self.protocol,
            bytes: &[],
            missing: self.missing,
            path: self.path,
            scope: self.scope,
            identification: self.identification,
        }
    }
}

/// The inside of a frame.
#[derive(Debug)]
pub enum Unwrapped<'a> {
    /// An IP payload that is no tunnel.
    Payload(IpPayload<'a>),
    /// A fragment of an IP datagram.
    Fragment(Fragment<'a>),
    /// A payload with its addresses, without any packet around it.
    Pdu(ExportedPdu<'a>),
    /// Nothing that could carry SIP.
    Done(Outcome),
}

/// An IP payload on its way in: what is around it is added at the end.
#[derive(Clone, Copy)]
struct Packet<'a> {
    source: IpAddr,
    destination: IpAddr,
    protocol: u8,
    bytes: &'a [u8],
    missing: usize,
    identification: Option<NonZeroU16>,
}

/// What to look at next.
enum Step<'a> {
    Ethernet(&'a [u8]),
    EtherType(u16, &'a [u8]),
    Llc(&'a [u8]),
    Ppp(&'a [u8]),
    Ip(&'a [u8]),
    Protocol(Packet<'a>),
    /// A payload that is no tunnel.
    Payload(Packet<'a>),
    /// A fragment: its identification, offset, and whether more follow.
    Fragment(Packet<'a>, u32, usize, bool),
    Pdu(ExportedPdu<'a>),
    Done(Outcome),
}

impl Step<'_> {
    fn undecodable(layer: Layer, why: Why) -> Self {
        Self::Done(Outcome::undecodable(layer, why))
    }

    fn short(layer: Layer) -> Self {
        Self::undecodable(layer, Why::Short)
    }

    fn other(other: Other) -> Self {
        Self::Done(Outcome::Other(other))
    }
}

/// Unwraps a record of a capture. `missing` is how many bytes of the frame were not captured.
pub fn unwrap_frame(link: LinkType, frame: &[u8], missing: usize) -> Unwrapped<'_> {
    let mut path = Path::EMPTY;
    let first = match link {
        LinkType::Number(link) => link::step(link, frame, missing, &mut path),
        LinkType::Hep => Step::Pdu(ExportedPdu::bare(frame, missing)),
        LinkType::Unknown => Step::undecodable(Layer::Record, Why::UnknownInterface),
    };
    descend(first, path, Surroundings::default())
}

/// Unwraps a datagram that was put together from fragments.
pub fn unwrap_payload(payload: IpPayload<'_>) -> Unwrapped<'_> {
    let surroundings = Surroundings {
        scope: payload.scope,
        innermost: Some((payload.source, payload.destination)),
    };
    let packet = Packet {
        source: payload.source,
        destination: payload.destination,
        protocol: payload.protocol,
        bytes: payload.bytes,
        missing: payload.missing,
        identification: payload.identification,
    };
    descend(Step::Protocol(packet), payload.path, surroundings)
}

/// The IP packets around the place that is looked at.
#[derive(Default)]
struct Surroundings {
    scope: Scope,
    innermost: Option<(IpAddr, IpAddr)>,
}

impl Surroundings {
    /// A packet between these addresses is the innermost from now on.
    fn enter(&mut self, source: IpAddr, destination: IpAddr) {
        if let Some(outer) = self.innermost
            && outer != (source, destination)
        {
            self.scope = self.scope.inside(outer.0, outer.1);
        }
        self.innermost = Some((source, destination));
    }
}

fn descend<'a>(mut step: Step<'a>, mut path: Path, mut around: Surroundings) -> Unwrapped<'a> {
    loop {
        step = match step {
            Step::Ethernet(bytes) => link::ethernet(bytes, &mut path),
            Step::EtherType(kind, bytes) => link::ether_type(kind, bytes, &mut path),
            Step::Llc(bytes) => link::llc(bytes),
            Step::Ppp(bytes) => link::ppp(bytes, &mut path),
            Step::Ip(bytes) => ip::packet(bytes, &mut path),
            Step::Protocol(packet) => {
                around.enter(packet.source, packet.destination);
                ip::protocol(packet, &mut path)
            }
            Step::Payload(packet) => {
                return Unwrapped::Payload(IpPayload {
                    source: packet.source,
                    destination: packet.destination,
                    protocol: packet.protocol,
                    bytes: packet.bytes,
                    missing: packet.missing,
                    path,
                    scope: around.scope,
                    identification: packet.identification,
                });
            }
            Step::Fragment(packet, identification, offset, more) => {
                around.enter(packet.source, packet.destination);
                return Unwrapped::Fragment(Fragment {
                    key: FragmentKey {
                        source: packet.source,
                        destination: packet.destination,
                        protocol: packet.source.is_ipv4().then_some(packet.protocol),
                        identification,
                        path,
                        scope: around.scope,
                    },
                    protocol: packet.protocol,
                    offset,
                    more,
                    bytes: packet.bytes,
                    missing: packet.missing,
                });
            }
            Step::Pdu(pdu) => return Unwrapped::Pdu(pdu),
            Step::Done(outcome) => return Unwrapped::Done(outcome),
        };
    }
}

/// Adds a layer to the path, or stops where nesting has no end.
macro_rules! enter {
    ($path:expr, $layer:expr) => {
        if !$path.push($layer) {
            return $crate::decap::Step::undecodable($layer, $crate::base::Why::TooDeep);
        }
    };
}
use enter;
