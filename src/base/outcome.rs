//! The accounting: what became of each record. Every record has exactly one outcome, and the outcomes add up.

use std::collections::BTreeMap;
use std::fmt;

use super::{Layer, link_name};

macro_rules! others {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What a record that was understood, and holds no SIP, is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Other { $($(#[$doc])* $variant,)* }

        impl Other {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name used in every output.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

others! {
    /// Address resolution.
    Arp = "arp",
    /// A link-layer protocol that is neither IP nor ARP.
    NonIp = "not ip",
    /// ICMP and ICMPv6, quoted datagrams included: what an error quotes is not sent again.
    Icmp = "icmp",
    /// Another IP protocol.
    IpProtocol = "other ip protocol",
    /// Tunnel signalling and keep-alives.
    TunnelControl = "tunnel control",
    /// A datagram whose payload is not SIP.
    Udp = "udp payload",
    /// STUN.
    Stun = "stun",
    /// A segment without payload.
    TcpControl = "tcp control",
    /// Keep-alives between SIP messages (CRLF, STUN, NULs) and empty datagrams.
    KeepAlive = "keep-alive",
    /// A segment whose payload is not SIP.
    Tcp = "tcp payload",
    /// A segment that brought nothing new.
    TcpRepeat = "tcp retransmission",
    /// TLS records without application data, or whose application data is not SIP.
    Tls = "tls without sip",
    /// SCTP without user data.
    SctpControl = "sctp control",
    /// SCTP user data that is not SIP.
    Sctp = "sctp payload",
    /// SCTP data that was there before.
    SctpRepeat = "sctp retransmission",
    /// Handshake, control frames and messages that are not SIP.
    WebSocket = "websocket payload",
    /// HEP that carries another protocol than SIP.
    Hep = "hep payload",
    /// A fragment that was there before.
    FragmentRepeat = "repeated fragment",
    /// A line of a log that belongs to no message.
    LogLine = "log line",
    /// A step of a flow document without a SIP message.
    DocumentStep = "document step",
    /// An exported PDU that is not SIP.
    Pdu = "exported pdu of another protocol",
}

/// Why a record could not be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// The bytes end inside the header.
    Short,
    /// Nothing of the payload was captured.
    NotCaptured,
    /// A field contradicts the bytes.
    Malformed,
    /// The payload is encrypted and no keys are known.
    Encrypted,
    /// Fragments are missing.
    Incomplete,
    /// Layers nested beyond the limit.
    TooDeep,
    /// The payload is compressed in a way that is not read.
    Compressed,
    /// A link type that is not read.
    LinkType(u16),
    /// A packet of an interface that the file does not describe.
    UnknownInterface,
}

/// The layer that could not be read, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reason {
    /// Where reading stopped.
    pub layer: Layer,
    /// What stopped it.
    pub why: Why,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layer = self.layer.name();
        match self.why {
            Why::Short => write!(f, "{layer}: header cut short"),
            Why::NotCaptured => write!(f, "{layer}: payload not captured"),
            Why::Malformed => write!(f, "{layer}: malformed"),
            Why::Encrypted => write!(f, "{layer}: encrypted, no keys"),
            Why::Incomplete => write!(f, "{layer}: incomplete"),
            Why::TooDeep => write!(f, "{layer}: nested too deep"),
            Why::Compressed => write!(f, "{layer}: compressed"),
            Why::LinkType(number) => {
                write!(f, "link type {number} ({}) is not read", link_name(number))
            }
            Why::UnknownInterface => write!(f, "{layer}: interface not described in the file"),
        }
    }
}

/// What became of one record. Ordered by what wins when one record holds several packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Understood, and no SIP in it.
    Other(Other),
    /// Not understood.
    Undecodable(Reason),
    /// At least one byte of it belongs to a SIP message.
    Sip,
}

impl Outcome {
    /// What anything else outranks.
    pub const LEAST: Self = Self::Other(Other::Arp);

    /// Shorthand for the undecodable outcome.
    pub fn undecodable(layer: Layer, why: Why) -> Self {
        Self::Undecodable(Reason { layer, why })
    }
}

/// Counts of outcomes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    sip: u64,
    other: [u64; Other::ALL.len()],
    undecodable: BTreeMap<Reason, u64>,
}

impl Tally {
    /// Counts one record.
    pub fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Sip => self.sip += 1,
            Outcome::Other(other) => self.other[other as usize] += 1,
            Outcome::Undecodable(reason) => *self.undecodable.entry(reason).or_default() += 1,
        }
    }

    /// Adds the counts of another tally.
    pub fn add(&mut self, tally: &Self) {
        self.sip += tally.sip;
        for (sum, count) in self.other.iter_mut().zip(&tally.other) {
            *sum += count;
        }
        for (reason, count) in &tally.undecodable {
            *self.undecodable.entry(*reason).or_default() += count;
        }
    }

    /// Records that hold SIP.
    pub fn sip(&self) -> u64 {
        self.sip
    }

    /// Records that were understood and hold no SIP, by kind; only kinds that occurred.
    pub fn other(&self) -> impl Iterator<Item = (Other, u64)> + '_ {
        Other::ALL
            .iter()
            .map(|kind| (*kind, self.other[*kind as usize]))
            .filter(|(_, count)| *count > 0)
    }

    /// Records that were not understood, by reason.
    pub fn undecodable(&self) -> impl Iterator<Item = (Reason, u64)> + '_ {
        self.undecodable
            .iter()
            .map(|(reason, count)| (*reason, *count))
    }

    /// All other records together.
    pub fn other_total(&self) -> u64 {
        self.other.iter().sum()
    }

    /// All undecodable records together.
    pub fn undecodable_total(&self) -> u64 {
        self.undecodable.values().sum()
    }

    /// All records that were counted.
    pub fn total(&self) -> u64 {
        self.sip + self.other_total() + self.undecodable_total()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sip_wins_over_undecodable_and_undecodable_over_other() {
        let undecodable = Outcome::undecodable(Layer::Tls, Why::Encrypted);
        assert!(Outcome::Sip > undecodable);
        assert!(undecodable > Outcome::Other(Other::Tcp));
    }

    #[test]
    fn every_other_kind_has_its_own_slot() {
        for (index, kind) in Other::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, index);
        }
    }

    #[test]
    fn outcomes_add_up() {
        let mut tally = Tally::default();
        tally.count(Outcome::Sip);
        tally.count(Outcome::Other(Other::Arp));
        tally.count(Outcome::undecodable(Layer::Link, Why::LinkType(147)));
        let mut twice = tally.clone();
        twice.add(&tally);
        assert_eq!((twice.total(), twice.sip(), twice.other_total()), (6, 2, 2));
        let reasons: Vec<_> = twice
            .undecodable()
            .map(|(r, n)| (r.to_string(), n))
            .collect();
        assert_eq!(
            reasons,
            [("link type 147 (USER0 to USER15) is not read".to_owned(), 2)]
        );
    }
}
