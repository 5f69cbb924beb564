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
}

/// One direction of traffic. What a source cannot know is absent, never invented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flow {
    /// Sender.
    pub source: Option<Endpoint>,
    /// Receiver.
    pub destination: Option<Endpoint>,
    /// Carrier.
    pub transport: Transport,
    /// Every layer around the message, outermost first.
    pub path: Path,
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
