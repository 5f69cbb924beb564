//! What a packet needs and nobody told: ends, transports and times that logs leave open, filled in where the user asks for it.
//! What is known stays as it is. Where the trace has a hint it is taken: an address of the node, the sender that Via names, the
//! host that a request goes to. What is left is made up, each end with an address of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::made::{Parcel, fits_in_datagram};
use crate::base::{Endpoint, Timestamp, Transport};
use crate::sip::{self, FirstLine, Host, Index, Name, Port, Problems, Uri};
use crate::source::Store;
use crate::trace::{End, Message, Node, NodeId, Subject, Trace};

/// Between messages without times.
const PAUSE: i64 = 1_000_000;
/// RFC 3261 19.1.2.
const PORT: u16 = 5060;
/// RFC 2544 C.2.2 keeps 198.18.0.0/15 for measurements: no network of users has it.
const FIRST_V4: u32 = u32::from_be_bytes([198, 18, 0, 1]);
const LAST_V4: u32 = u32::from_be_bytes([198, 19, 255, 254]);
/// RFC 3849 keeps 2001:db8::/32 for documents.
const FIRST_V6: u128 = 0x2001_0db8_0000_0000_0000_0000_0000_0001;

/// How much was filled in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// Messages for which anything was.
    pub messages: usize,
    /// Senders and receivers.
    pub ends: usize,
    /// Transports that nobody told, or that no packet can be made for.
    pub transports: usize,
    /// Times.
    pub times: usize,
}

/// Whom an address was made up for.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Whom {
    Node(NodeId),
    Named(String),
    /// The host that a message names.
    Host(Vec<u8>),
    Nobody,
}

/// Where the sender of a request is, by its top Via, which answers have too; and what carries it (RFC 3261 18.1.1).
fn sender(bytes: &[u8]) -> (Named, Option<Transport>) {
    let mut index = Index::default();
    let via = sip::Message::read(bytes, &mut index).vias().next();
    via.map_or_else(Default::default, |via| {
        let transport = Transport::named(via.transport.bytes());
        (Named::of(via.host, via.port), transport)
    })
}

/// Where a request goes (RFC 3261 16.6).
fn next(bytes: &[u8]) -> Named {
    let mut index = Index::default();
    let message = sip::Message::read(bytes, &mut index);
    let route = message.addresses(Name::Route).next();
    let uri = match (route, message.first_line()) {
        (Some(route), _) => Some(route.uri()),
        (None, FirstLine::Request { uri, .. }) => Some(Uri::read(uri, &mut Problems::ignored())),
        (None, _) => None,
    };
    uri.map_or_else(Named::default, |uri| Named::of(uri.host, uri.port))
}

/// Fills in, message by message.
pub(super) struct Filler {
    taken: BTreeSet<IpAddr>,
    made_up: BTreeMap<(Whom, bool), IpAddr>,
    next_v4: u32,
    next_v6: u128,
    pub(super) filled: Filled,
}

/// Where an end is, as far as the message says.
#[derive(Default)]
struct Named {
    address: Option<IpAddr>,
    port: Option<u16>,
    host: Vec<u8>,
}

impl Named {
    fn of(host: Host<'_>, port: Option<Port<'_>>) -> Self {
        Self {
            address: host.address(),
            port: port.and_then(|port| port.number),
            host: host.text.bytes().to_ascii_lowercase(),
        }
    }
}

impl Filler {
    pub(super) fn new(trace: &Trace) -> Self {
        let addresses = trace.nodes().flat_map(|node| node.addresses());
        Self {
            taken: addresses.map(|one| one.endpoint.address).collect(),
            made_up: BTreeMap::new(),
            next_v4: FIRST_V4,
            next_v6: FIRST_V6,
            filled: Filled::default(),
        }
    }

    /// Times for messages without one: behind the message before them in their input.
    pub(super) fn times(&mut self, messages: &mut [(Message<'_>, Option<Timestamp>)]) {
        messages.sort_by_key(|(message, _)| message.sighting().number());
        let mut last: BTreeMap<u32, Timestamp> = BTreeMap::new();
        for (message, time) in messages {
            let last = last.entry(message.sighting().input());
            let last = last.or_insert(Timestamp::from_nanos(0));
            *last = time.unwrap_or(Timestamp::from_nanos(last.nanos().saturating_add(PAUSE)));
            *time = Some(*last);
        }
    }

    /// What a parcel lacks but its time.
    pub(super) fn fill(
        &mut self,
        message: &Message<'_>,
        parcel: &mut Parcel<'_>,
        store: &mut Store,
    ) -> io::Result<()> {
        let before = self.filled;
        self.filled.times += usize::from(message.sighting().time().is_none());
        let (sender, transport) = sender(parcel.bytes);
        self.transport(parcel, transport);
        if parcel.source.is_none() || parcel.destination.is_none() {
            self.ends(message, parcel, sender, store)?;
        }
        let is_filled = self.filled != before;
        self.filled.messages += usize::from(is_filled);
        Ok(())
    }

    /// What Via says, as far as packets can: what is encrypted or in an association goes as a stream.
    fn transport(&mut self, parcel: &mut Parcel<'_>, of_via: Option<Transport>) {
        let told = match parcel.transport {
            Transport::Unknown => of_via.unwrap_or(Transport::Udp),
            known => known,
        };
        let fits = fits_in_datagram(parcel.bytes);
        let possible = match told {
            // The end of a stream that is cut is not known.
            _ if !parcel.whole => Transport::Udp,
            Transport::Udp if fits => Transport::Udp,
            _ => Transport::Tcp,
        };
        if possible != parcel.transport {
            parcel.transport = possible;
            self.filled.transports += 1;
        }
    }

    fn ends(
        &mut self,
        message: &Message<'_>,
        parcel: &mut Parcel<'_>,
        mut sender: Named,
        store: &mut Store,
    ) -> io::Result<()> {
        let is_request = matches!(message.subject(), Subject::Request(_));
        let mut receiver = Named::default();
        if let Some(request) = message.hop().request() {
            let seen = request.sighting();
            receiver = next(store.read(seen.input(), seen.location(), seen.length())?);
        }
        if !is_request {
            std::mem::swap(&mut sender, &mut receiver);
        }
        let (from, to) = message.nodes();
        let seen = message.sighting();
        if parcel.source.is_none() {
            let other = parcel.destination;
            parcel.source = self.end(from, seen.source(), &sender, other);
        }
        if parcel.destination.is_none() {
            let other = parcel.source;
            parcel.destination = self.end(to, seen.destination(), &receiver, other);
        }
        Ok(())
    }

    /// An end that goes with the other one, unless there is no address left.
    fn end(
        &mut self,
        node: Option<Node<'_>>,
        end: Option<End<'_>>,
        named: &Named,
        other: Option<Endpoint>,
    ) -> Option<Endpoint> {
        let goes = |end: &Endpoint| {
            other.is_none_or(|other| {
                *end != other && end.address.is_ipv4() == other.address.is_ipv4()
            })
        };
        let of_node = node.into_iter().flat_map(|node| node.addresses());
        let of_node = of_node.map(|address| address.endpoint);
        let said = named.address.map(|address| Endpoint::new(address, PORT));
        let mut known = of_node.chain(said).filter(goes);
        let found = match known.next() {
            Some(found) => found,
            None => {
                let is_v6 = other.is_some_and(|other| other.address.is_ipv6());
                let whom = match (node, end) {
                    (Some(node), _) => Whom::Node(node.id()),
                    (None, Some(End::Named(name))) => Whom::Named(name.to_owned()),
                    _ if named.host.is_empty() => Whom::Nobody,
                    _ => Whom::Host(named.host.clone()),
                };
                Endpoint::new(self.address(whom, is_v6)?, PORT)
            }
        };
        self.filled.ends += 1;
        let port = match found.port {
            0 | PORT => named.port.unwrap_or(PORT),
            known => known,
        };
        Some(Endpoint::new(found.address, port))
    }

    /// One that the trace does not have; the same for the same.
    fn address(&mut self, whom: Whom, is_v6: bool) -> Option<IpAddr> {
        let whom = (whom, is_v6);
        if let Some(address) = self.made_up.get(&whom) {
            return Some(*address);
        }
        let address = loop {
            let address: IpAddr = match is_v6 {
                true => Ipv6Addr::from_bits(self.next_v6).into(),
                false if self.next_v4 > LAST_V4 => return None,
                false => Ipv4Addr::from_bits(self.next_v4).into(),
            };
            match is_v6 {
                true => self.next_v6 += 1,
                false => self.next_v4 += 1,
            }
            if !self.taken.contains(&address) {
                break address;
            }
        };
        self.made_up.insert(whom, address);
        Some(address)
    }
}
