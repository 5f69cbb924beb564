//! Who sent to whom, and over what.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use super::Path;

/// A transport address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Endpoint {
    /// Network address.
    pub address: IpAddr,
    /// Port.
    pub port: u16,
}

impl Endpoint {
    /// Address and port.
    pub fn new(address: IpAddr, port: u16) -> Self {
        Self { address, port }
    }
}

/// `192.0.2.1:5060`, `[2001:db8::1]:5060`.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SocketAddr::new(self.address, self.port).fmt(f)
    }
}

/// What carried a SIP message, in the spelling of the Via header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// One datagram.
    Udp,
    /// A byte stream.
    Tcp,
    /// A user message of an association.
    Sctp,
    /// TLS over TCP, decrypted.
    Tls,
    /// A WebSocket message (RFC 7118).
    Ws,
    /// A WebSocket message over TLS.
    Wss,
    /// The source did not say.
    Unknown,
}

impl Transport {
    /// The name used in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Sctp => "SCTP",
            Self::Tls => "TLS",
            Self::Ws => "WS",
            Self::Wss => "WSS",
            Self::Unknown => "unknown",
        }
    }

    /// The one of this name, in any case.
    pub fn named(name: &[u8]) -> Option<Self> {
        use Transport::*;
        let mut all = [Udp, Tcp, Tls, Sctp, Ws, Wss].into_iter();
        all.find(|transport| name.eq_ignore_ascii_case(transport.name().as_bytes()))
    }
}

/// A name by number; whoever keeps the names knows the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(pub u32);

/// Who sent or received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// At a transport address.
    Address(Endpoint),
    /// Without an address, but known by a name: an actor of a document, the machine that wrote a log.
    Named(NameId),
}

impl From<Endpoint> for Party {
    fn from(endpoint: Endpoint) -> Self {
        Self::Address(endpoint)
    }
}

/// One direction of traffic. What a source cannot know is absent, never invented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flow {
    /// Sender.
    pub source: Option<Party>,
    /// Receiver.
    pub destination: Option<Party>,
    /// Carrier.
    pub transport: Transport,
    /// Every layer around the message, outermost first.
    pub path: Path,
}

/// `192.0.2.1:5060`. A name is not known here.
impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(endpoint) => endpoint.fmt(f),
            Self::Named(NameId(number)) => write!(f, "name {number}"),
        }
    }
}

/// `192.0.2.1:5060 to 192.0.2.2:5060`.
impl fmt::Display for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.source {
            Some(source) => write!(f, "{source} to ")?,
            None => f.write_str("unknown to ")?,
        }
        match self.destination {
            Some(destination) => write!(f, "{destination}"),
            None => f.write_str("unknown"),
        }
    }
}
