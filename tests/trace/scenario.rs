//! A network in which tests send messages from node to node, and what capture points in it see.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::sip::{Sip, route_to};
use crate::support::captures::{Interface, PcapStyle, PcapVariant, Pcapng, Record, linktype, pcap};
use crate::support::frames::{
    Hep, Ipv4Fields, TcpFields, ethernet, ethertype, hep3, ipv4_with, mpls, protocol, tcp,
    tcp_flags, udp, udp_packet, vlan, vxlan,
};

/// Nanoseconds.
pub const MS: i64 = 1_000_000;
const START: i64 = 1_700_000_000_000 * MS;

/// By what a carrier keeps networks apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    Mpls(u32),
    Vxlan(u32),
}

/// One of the capture points of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tap {
    Interface(u32),
    /// One that sends what it saw as HEP.
    Agent(u32),
}

/// What went over the wire once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Nanoseconds since 1970.
    pub at: i64,
    pub source: SocketAddr,
    pub destination: SocketAddr,
    pub id: u16,
    pub vlan: Option<u16>,
    /// What a carrier put around it.
    pub label: Option<Carrier>,
    /// Sequence number and flags of a TCP segment; a datagram of UDP otherwise.
    pub segment: Option<(u32, u8)>,
    pub payload: Vec<u8>,
    /// How many bytes of the payload the capture does not hold.
    pub cut: usize,
    /// Which capture point of a file saw it.
    pub tap: Tap,
}

impl Packet {
    /// The same at another time, as a clock that is wrong by so much tells it, or a second tap sees it.
    pub fn later(&self, nanoseconds: i64) -> Self {
        let at = self.at + nanoseconds;
        Self { at, ..self.clone() }
    }

    pub fn without_id(self) -> Self {
        Self { id: 0, ..self }
    }

    /// The same as a capture holds it that ends in front of this word.
    pub fn cut_at(self, word: &str) -> Self {
        let text = String::from_utf8_lossy(&self.payload);
        let cut = self.payload.len() - text.find(word).unwrap();
        Self { cut, ..self }
    }

    pub fn on_vlan(self, vlan: u16) -> Self {
        let vlan = Some(vlan);
        Self { vlan, ..self }
    }

    pub fn under(self, label: Carrier) -> Self {
        let label = Some(label);
        Self { label, ..self }
    }

    pub fn by(self, tap: Tap) -> Self {
        Self { tap, ..self }
    }

    pub fn is_between(&self, one: SocketAddr, other: SocketAddr) -> bool {
        let ends = (self.source, self.destination);
        ends == (one, other) || ends == (other, one)
    }

    fn frame(&self) -> Vec<u8> {
        let (source, destination) = (self.source, self.destination);
        if let Tap::Agent(capture_id) = self.tap {
            let hep = Hep {
                src: source,
                dst: destination,
                ip_protocol: protocol::UDP,
                secs: (self.at / (1000 * MS)) as u32,
                micros: (self.at % (1000 * MS) / 1000) as u32,
                capture_id,
            };
            let (agent, collector) = ("198.51.100.1:40000", "198.51.100.2:9060");
            let ends = [agent, collector].map(|end| end.parse().unwrap());
            let packet = udp_packet(ends[0], ends[1], hep3(hep, &self.payload));
            return ethernet(ethertype::IPV4, packet);
        }
        let (sport, dport) = (source.port(), destination.port());
        let (protocol, inner) = match self.segment {
            Some((seq, flags)) => {
                let fields = TcpFields {
                    sport,
                    dport,
                    seq,
                    ack: 1,
                    flags,
                };
                let segment = tcp(source.ip(), destination.ip(), fields, &self.payload);
                (protocol::TCP, segment)
            }
            None => {
                let (source, destination) = (source.ip(), destination.ip());
                let datagram = udp(source, destination, sport, dport, &self.payload);
                (protocol::UDP, datagram)
            }
        };
        let fields = Ipv4Fields {
            id: self.id,
            ..Ipv4Fields::default()
        };
        let packet = ipv4_with(fields, octets(source), octets(destination), protocol, inner);
        let packet = match self.label {
            None => packet,
            Some(Carrier::Mpls(label)) => {
                // What the carrier itself needs stands above.
                return ethernet(ethertype::MPLS, mpls(&[1000, label], packet));
            }
            Some(Carrier::Vxlan(segment)) => {
                let inner = vxlan(segment, ethernet(ethertype::IPV4, packet));
                let (one, other) = ("198.51.100.1:40000", "198.51.100.2:4789");
                udp_packet(one.parse().unwrap(), other.parse().unwrap(), inner)
            }
        };
        match self.vlan {
            Some(tag) => ethernet(ethertype::VLAN, vlan(tag, ethertype::IPV4, packet)),
            None => ethernet(ethertype::IPV4, packet),
        }
    }
}

fn octets(address: SocketAddr) -> [u8; 4] {
    match address {
        SocketAddr::V4(address) => address.ip().octets(),
        SocketAddr::V6(_) => panic!("scenarios use IPv4"),
    }
}

/// A capture file with these packets in this order.
pub fn file(packets: &[Packet]) -> Vec<u8> {
    let records: Vec<_> = packets
        .iter()
        .map(|packet| {
            let (seconds, nanos) = (packet.at / (1000 * MS), packet.at % (1000 * MS));
            let record = Record::new(seconds as u64, nanos as u32, packet.frame());
            match packet.cut {
                0 => record,
                cut => {
                    let held = record.frame.len() - cut;
                    record.cut(held)
                }
            }
        })
        .collect();
    let style = PcapStyle {
        variant: PcapVariant::Nanosecond,
        ..PcapStyle::default()
    };
    let interface = |packet: &Packet| match packet.tap {
        Tap::Interface(number) => number,
        Tap::Agent(_) => 0,
    };
    let most = packets.iter().map(interface).max();
    let Some(most) = most.filter(|most| *most > 0) else {
        return pcap(style, linktype::ETHERNET, &records);
    };
    let nanoseconds = Interface {
        tsresol: Some(9),
        ..Interface::default()
    };
    let file = (0..=most).fold(Pcapng::new(false), |file, _| file.interface(nanoseconds));
    let all = packets.iter().map(interface).zip(&records);
    let file = all.fold(file, |file, (interface, record)| {
        file.packet(interface, record)
    });
    file.finish()
}

/// The same in blocks that have no times.
pub fn file_without_times(packets: &[Packet]) -> Vec<u8> {
    let records = packets
        .iter()
        .map(|packet| Record::new(0, 0, packet.frame()));
    let empty = Pcapng::new(false).interface(Interface::default());
    let all = records.fold(empty, |file, record| file.simple_packet(&record));
    all.finish()
}

/// A request on its way from one node to another.
#[derive(Clone, Debug)]
pub struct Sent {
    pub message: Sip,
    pub from: String,
    pub to: String,
}

/// Nodes and everything that they sent. Times are milliseconds from its beginning.
pub struct Net {
    nodes: BTreeMap<String, SocketAddr>,
    pub packets: Vec<Packet>,
    branches: u32,
    /// Proxies that stay in the route of dialogs.
    record_routing: Vec<String>,
    /// Pairs of nodes with a connection, and how far each direction is.
    connections: BTreeMap<(SocketAddr, SocketAddr), u32>,
}

/// How long a message takes to be sent on.
const STEP: i64 = 10;

impl Net {
    /// Nodes at 192.0.2.1, 192.0.2.2 and so on.
    pub fn new(nodes: &[&str]) -> Self {
        let address = |number| SocketAddr::from(([192, 0, 2, number], 5060));
        let addresses = (1..).map(address);
        Self {
            nodes: nodes
                .iter()
                .map(|name| name.to_string())
                .zip(addresses)
                .collect(),
            packets: Vec::new(),
            branches: 0,
            record_routing: Vec::new(),
            connections: BTreeMap::new(),
        }
    }

    /// One more node, or another address of a node under a name of its own.
    pub fn node(mut self, name: &str, address: &str) -> Self {
        self.nodes.insert(name.to_owned(), address.parse().unwrap());
        self
    }

    pub fn record_routing(mut self, nodes: &[&str]) -> Self {
        self.record_routing = nodes.iter().map(|name| name.to_string()).collect();
        self
    }

    /// These two talk over TCP.
    pub fn connect(&mut self, one: &str, other: &str, at: i64) {
        let (one, other) = (self.address(one), self.address(other));
        for (source, destination) in [(one, other), (other, one)] {
            self.connections.insert((source, destination), 1000);
            self.emit(
                source,
                destination,
                Some((999, tcp_flags::SYN)),
                Vec::new(),
                at,
            );
        }
    }

    pub fn address(&self, node: &str) -> SocketAddr {
        self.nodes[node]
    }

    /// Sends as a user agent: with its own Via.
    pub fn send(&mut self, from: &str, to: &str, message: Sip, at: i64) -> Sent {
        let branch = self.branch();
        let message = message.via(&format!("SIP/2.0/UDP {from}.example.com;branch={branch}"));
        self.raw(from, to, message, at)
    }

    pub fn branch(&mut self) -> String {
        self.branches += 1;
        format!("z9hG4bK-{:04}", self.branches)
    }

    /// Sends as it is.
    pub fn raw(&mut self, from: &str, to: &str, message: Sip, at: i64) -> Sent {
        self.put(from, to, &message, at);
        Sent {
            message,
            from: from.to_owned(),
            to: to.to_owned(),
        }
    }

    /// Sends the same again: a retransmission, in an IP packet of its own.
    pub fn again(&mut self, sent: &Sent, at: i64) {
        self.put(&sent.from, &sent.to, &sent.message, at);
    }

    /// The one that got it sends it on (RFC 3261 16.6).
    pub fn pass(&mut self, sent: &Sent, to: &str, at: i64) -> Sent {
        let message = self.passed(sent);
        self.send(&sent.to, to, message, at)
    }

    /// The same to another Request-URI.
    pub fn pass_as(&mut self, sent: &Sent, to: &str, uri: &str, at: i64) -> Sent {
        let message = self.passed(sent).retargeted(uri);
        self.send(&sent.to, to, message, at)
    }

    /// What a proxy that got it sends, but for its own Via.
    pub fn passed(&self, sent: &Sent) -> Sip {
        let mut message = sent.message.clone();
        // RFC 3261 18.2.1: the sent-by is a name, so the receiver adds where it came from.
        if let Some(top) = message.vias.first_mut() {
            top.push_str(&format!(";received={}", self.address(&sent.from).ip()));
        }
        message.max_forwards = message.max_forwards.map(|left| left - 1);
        let node = &sent.to;
        message.routes.retain(|route| *route != route_to(node));
        if self.record_routing.contains(node) && message.method() != "ACK" {
            message.record_routes.insert(0, route_to(node));
        }
        message
    }

    /// Over all these nodes, each a step after the other; gives the hops.
    pub fn journey(&mut self, message: Sip, nodes: &[&str], at: i64) -> Vec<Sent> {
        let mut hops = vec![self.send(nodes[0], nodes[1], message, at)];
        for (step, node) in (1..).zip(&nodes[2..]) {
            let last = hops.last().unwrap().clone();
            hops.push(self.pass(&last, node, at + step * STEP));
        }
        hops
    }

    /// An answer on one hop only.
    pub fn reply(&mut self, sent: &Sent, status: u16, tag: &str, at: i64) {
        let response = sent.message.response(status, tag);
        self.put(&sent.to, &sent.from, &response, at);
    }

    /// An answer from the last node of a journey all the way back (RFC 3261 16.7), each a step after the other.
    pub fn respond(&mut self, journey: &[Sent], status: u16, tag: &str, at: i64) {
        let response = journey.last().unwrap().message.response(status, tag);
        self.respond_as(journey, response, at);
    }

    /// The same with an answer that says more.
    pub fn respond_as(&mut self, journey: &[Sent], mut response: Sip, at: i64) {
        for (step, hop) in (0..).zip(journey.iter().rev()) {
            self.put(&hop.to, &hop.from, &response, at + step * STEP);
            response.vias.remove(0);
        }
    }

    /// The ACK of one hop to a final response that is no 2xx.
    pub fn ack(&mut self, sent: &Sent, tag: &str, at: i64) {
        let ack = sent.message.same_transaction("ACK", tag);
        self.put(&sent.from, &sent.to, &ack, at);
    }

    /// Cancels the INVITE of one hop.
    pub fn cancel(&mut self, sent: &Sent, at: i64) -> Sent {
        let cancel = sent.message.same_transaction("CANCEL", "");
        let (from, to) = (sent.from.clone(), sent.to.clone());
        self.raw(&from, &to, cancel, at)
    }

    fn put(&mut self, from: &str, to: &str, message: &Sip, at: i64) {
        let (source, destination) = (self.address(from), self.address(to));
        let bytes = message.bytes();
        let segment = self
            .connections
            .get_mut(&(source, destination))
            .map(|next| {
                let at = *next;
                *next += bytes.len() as u32;
                (at, tcp_flags::PSH | tcp_flags::ACK)
            });
        self.emit(source, destination, segment, bytes, at);
    }

    fn emit(
        &mut self,
        source: SocketAddr,
        destination: SocketAddr,
        segment: Option<(u32, u8)>,
        payload: Vec<u8>,
        at: i64,
    ) {
        self.packets.push(Packet {
            at: START + at * MS,
            source,
            destination,
            id: self.packets.len() as u16 + 1,
            vlan: None,
            label: None,
            segment,
            payload,
            cut: 0,
            tap: Tap::Interface(0),
        });
    }

    /// What a tap between two nodes sees.
    pub fn between(&self, one: &str, other: &str) -> Vec<Packet> {
        let (one, other) = (self.address(one), self.address(other));
        let all = self.packets.iter();
        all.filter(|packet| packet.is_between(one, other))
            .cloned()
            .collect()
    }

    /// What a node sees at its own interface.
    pub fn at(&self, node: &str) -> Vec<Packet> {
        let here = self.address(node);
        let sees = |packet: &&Packet| packet.source == here || packet.destination == here;
        self.packets.iter().filter(sees).cloned().collect()
    }

    /// The name of the node with this address; with the port if it is another one.
    pub fn name(&self, address: SocketAddr) -> String {
        let mut all = self.nodes.iter();
        if let Some((name, _)) = all.find(|(_, known)| **known == address) {
            return name.clone();
        }
        let same_ip = self
            .nodes
            .iter()
            .find(|(_, known)| known.ip() == address.ip());
        match same_ip {
            Some((name, _)) => format!("{name}:{}", address.port()),
            None => address.to_string(),
        }
    }
}
