//! Nodes as everything after the trace reads them.

use std::fmt;
use std::net::IpAddr;

use super::file::file_name;
use super::place::is_reused;
use super::points::{Key, PointId};
use super::sign::{decides, named};
use super::{Basis, JoinReason, NodeEntry, NodeHint, Role};
use crate::base::Endpoint;
use crate::sip::Uri;
use crate::trace::ids::{MessageId, NodeId};
use crate::trace::{Hop, Message, Subject, Trace};

/// A SIP element.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    id: NodeId,
    entry: &'a NodeEntry,
    trace: &'a Trace,
}

/// A transport address of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Address and port.
    pub endpoint: Endpoint,
    /// The VLANs in which it is this node; empty where there is only one network.
    pub vlans: Vec<u16>,
    /// The labels under which it is this node, where labels tell networks apart.
    pub labels: Vec<String>,
    /// The inputs in which it is this node, where capture points tell networks apart.
    pub captures: Vec<String>,
    /// Whether messages went from it or to it; others are only named.
    pub seen: bool,
}

impl Address {
    /// Where it is this node, in words: ` VLAN 10`, ` mpls 18`, ` in a.pcap`; empty where there is only one network.
    pub fn place(&self) -> String {
        let files: Vec<_> = self.captures.iter().map(|path| file_name(path)).collect();
        let vlans: Vec<_> = self.vlans.iter().map(u16::to_string).collect();
        let mut place = String::new();
        let (vlans, labels) = (as_texts(&vlans), as_texts(&self.labels));
        for (word, names) in [("VLAN ", vlans), ("", labels), ("in ", files)] {
            if !names.is_empty() {
                place += &format!(" {word}{}", names.join("+"));
            }
        }
        place
    }
}

fn as_texts(all: &[String]) -> Vec<&str> {
    all.iter().map(String::as_str).collect()
}

/// Why two addresses or names are one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// One of them.
    pub one: String,
    /// The other.
    pub other: String,
    /// Why.
    pub reason: JoinReason,
    /// The first message that shows it.
    pub message: MessageId,
    /// How often it was seen.
    pub count: u32,
}

/// Something that a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleReason {
    /// What it does.
    pub what: &'static str,
    /// The first message that shows it; `None` for what the node file or a name says.
    pub message: Option<MessageId>,
    /// How often it was seen.
    pub count: u32,
    /// Whether the role rests on it.
    pub decides: bool,
}

/// `answers REGISTER itself (message 2, 48 times)`.
impl fmt::Display for RoleReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)?;
        match (self.message, self.count) {
            (None, _) => Ok(()),
            (Some(message), 1) => write!(f, " (message {})", message.number()),
            (Some(message), count) => {
                write!(f, " (message {}, {count} times)", message.number())
            }
        }
    }
}

impl Trace {
    /// All nodes, in the order of their numbers.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = Node<'_>> + ExactSizeIterator {
        (0..self.nodes.all.len()).map(|position| self.node_at(NodeId::at(position)))
    }

    /// A node.
    pub fn node(&self, id: NodeId) -> Option<Node<'_>> {
        (id.position() < self.nodes.all.len()).then(|| self.node_at(id))
    }

    fn node_at(&self, id: NodeId) -> Node<'_> {
        Node {
            id,
            entry: &self.nodes.all[id.position()],
            trace: self,
        }
    }
}

impl<'a> Message<'a> {
    /// The node that got it.
    pub fn receiver_node(&self) -> Option<Node<'a>> {
        match self.subject() {
            Subject::Request(_) => self.hop().destination_node(),
            Subject::Response(_) => self.hop().source_node(),
        }
    }
}

impl<'a> Hop<'a> {
    /// The node that sent the request.
    pub fn source_node(&self) -> Option<Node<'a>> {
        let node = self.node_at_end(self.entry.source)?;
        Some(self.trace.node_at(node))
    }

    /// The node that got it.
    pub fn destination_node(&self) -> Option<Node<'a>> {
        let node = self.node_at_end(self.entry.destination)?;
        Some(self.trace.node_at(node))
    }

    fn node_at_end(&self, end: u32) -> Option<NodeId> {
        let node = self.trace.nodes.at_end(self.trace, self.entry, end);
        node.known()
    }

    /// The node at one end of an answer: that of its hop, unless the answer went from or to somewhere else.
    fn node_of_answer(&self, own: u32, of_hop: u32) -> Option<Node<'a>> {
        let sightings = &self.trace.sightings;
        let is_elsewhere =
            sightings.endpoint_at(own).is_some() && !sightings.same_address(own, of_hop);
        let node = self.node_at_end(own);
        let node = node.or_else(|| self.node_at_end(of_hop).filter(|_| !is_elsewhere));
        Some(self.trace.node_at(node?))
    }
}

impl<'a> Message<'a> {
    /// The node that sent it, and the one that got it.
    pub fn nodes(&self) -> (Option<Node<'a>>, Option<Node<'a>>) {
        let hop = self.hop();
        match self.subject() {
            Subject::Request(_) => (hop.source_node(), hop.destination_node()),
            Subject::Response(_) => {
                let (source, destination, ..) = hop.trace.ends_of_message(self.id());
                (
                    hop.node_of_answer(source, hop.entry.destination),
                    hop.node_of_answer(destination, hop.entry.source),
                )
            }
        }
    }
}

impl<'a> Node<'a> {
    /// Which one.
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// The first message that went from it or to it.
    pub fn first_message(&self) -> Message<'a> {
        self.trace.message_at(self.entry.first)
    }

    /// How to call it: as the node file does, else by a host name, else by its address.
    pub fn label(&self) -> String {
        let given = self.hint().and_then(|hint| hint.label.clone());
        given
            .or_else(|| self.best_name())
            .unwrap_or_else(|| self.best_address())
    }

    fn best_name(&self) -> Option<String> {
        let nodes = &self.trace.nodes;
        let names = self.members().filter_map(|point| {
            let Key::Name(name) = nodes.points.get(point).key else {
                return None;
            };
            Some((!nodes.points.is_sent_by(point), point, name))
        });
        let (_, _, name) = names.min()?;
        Some(String::from_utf8_lossy(nodes.points.names.get(name)).into_owned())
    }

    fn best_address(&self) -> String {
        let all = self.addresses();
        let Some(first) = all.iter().find(|one| one.seen).or(all.first()) else {
            return self
                .named()
                .map_or_else(|| format!("node {}", self.id.number()), str::to_owned);
        };
        let ip = first.endpoint.address;
        let alone = all.iter().all(|other| other.endpoint.address == ip);
        let text = match alone && !self.shares_address() {
            true => ip.to_string(),
            false => first.endpoint.to_string(),
        };
        text + &first.place()
    }

    /// What a source calls it that has no address for it.
    fn named(&self) -> Option<&'a str> {
        let nodes = &self.trace.nodes;
        self.members()
            .find_map(|point| match nodes.points.get(point).key {
                Key::Party(name) => Some(self.trace.sightings.parties().text(name)),
                _ => None,
            })
    }

    /// Whether another node has one of its addresses, with another port.
    fn shares_address(&self) -> bool {
        let nodes = &self.trace.nodes;
        self.members()
            .any(|point| match nodes.points.get(point).key {
                Key::Address(address, _, realm) => nodes.shared.contains(&(address, realm)),
                Key::Name(_) | Key::Party(_) => false,
            })
    }

    /// What it does in the network.
    pub fn role(&self) -> Role {
        self.entry.role
    }

    /// Whether somebody says so: the node file, a document, or its own name. Else it follows from what it does.
    pub fn role_is_told(&self) -> bool {
        let given = self.hint().is_some_and(|hint| hint.role.is_some());
        let mut names = self.trace.nodes.names_of(self.id);
        given
            || !matches!(self.entry.basis, Basis::Signs)
            || names.any(|name| named(name) == Some(self.entry.role))
    }

    /// Why it has this role, and what else it does; what decides comes first.
    pub fn reasons(&self) -> Vec<RoleReason> {
        let said = |what| RoleReason {
            what,
            message: None,
            count: 0,
            decides: true,
        };
        let given = self.hint().is_some_and(|hint| hint.role.is_some());
        let mut reasons: Vec<_> = given
            .then(|| said("the node file says so"))
            .into_iter()
            .collect();
        match self.entry.basis {
            Basis::Signs => {}
            Basis::HostName => {
                reasons.push(said("its name begins with the role"));
            }
            Basis::Document => reasons.push(said("named so by the document")),
        }
        let open = reasons.is_empty();
        let start = self.entry.signs as usize;
        let signs = &self.trace.nodes.signs[start..start + self.entry.sign_count as usize];
        reasons.extend(signs.iter().map(|entry| RoleReason {
            what: entry.sign.sentence(),
            message: Some(entry.first),
            count: entry.count,
            decides: open && decides(self.entry.role, entry.sign),
        }));
        reasons.sort_by_key(|reason| !reason.decides);
        reasons
    }

    /// The network it is part of, if the node file says so.
    pub fn network(&self) -> Option<&'a str> {
        self.hint()?.network.as_deref()
    }

    /// The trust domain it is part of, if the node file says so.
    pub fn trust_domain(&self) -> Option<&'a str> {
        self.hint()?.trust_domain.as_deref()
    }

    /// Its transport addresses, in the order in which they appeared.
    pub fn addresses(&self) -> Vec<Address> {
        let nodes = &self.trace.nodes;
        let address = |point| match nodes.points.get(point).key {
            Key::Address(address, port, realm) => {
                let realms = &self.trace.realms;
                let told = realms.differ() && is_reused(address);
                let of = realms.get(realm).filter(|_| told).cloned();
                let of = of.unwrap_or_default();
                let labels = of.labels.iter().filter(|_| realms.by_label);
                Some(Address {
                    endpoint: Endpoint::new(address, port),
                    vlans: of.vlans(),
                    labels: labels.map(ToString::to_string).collect(),
                    captures: match realms.by_capture {
                        true => of.captures.iter().map(ToString::to_string).collect(),
                        false => Vec::new(),
                    },
                    seen: nodes.points.is_seen(point),
                })
            }
            Key::Name(_) | Key::Party(_) => None,
        };
        self.members().filter_map(address).collect()
    }

    /// Its host names, with the port where it is not the default one.
    pub fn names(&self) -> Vec<&'a str> {
        let names = self.trace.nodes.names_of(self.id);
        names
            .filter_map(|name| std::str::from_utf8(name).ok())
            .collect()
    }

    /// Whether this is one of its transport addresses, in any network.
    pub fn has_address(&self, ip: IpAddr, port: u16) -> bool {
        let points = &self.trace.nodes.points;
        self.members().any(|point| {
            matches!(points.get(point).key, Key::Address(own, at, _) if (own, at) == (ip, port))
        })
    }

    /// Whether this is one of its host names, whatever the port and the case.
    pub fn has_name(&self, host: &[u8]) -> bool {
        let mut names = self.trace.nodes.names_of(self.id);
        names.any(|name| {
            let own = name.split(|byte| *byte == b':').next();
            own.is_some_and(|own| own.eq_ignore_ascii_case(host))
        })
    }

    /// Whether a URI names it, as far as the trace knows.
    pub fn is_named_by(&self, uri: &Uri<'_>) -> bool {
        match uri.host.address() {
            Some(ip) => {
                let port = uri.port.and_then(|port| port.number).unwrap_or(5060);
                self.has_address(ip, port)
            }
            None => {
                let host = uri.host.text.bytes();
                let dots = host.iter().rev().take_while(|byte| **byte == b'.');
                self.has_name(&host[..host.len() - dots.count()])
            }
        }
    }

    /// Why its addresses and names are one node. At most 64.
    pub fn evidence(&self) -> Vec<Evidence> {
        let start = self.entry.joins as usize;
        let joins = &self.trace.nodes.joins[start..start + self.entry.join_count as usize];
        let evidence = joins.iter().map(|join| Evidence {
            one: self.text(join.one),
            other: self.text(join.other),
            reason: join.reason,
            message: join.first,
            count: join.count,
        });
        evidence.collect()
    }

    /// How much evidence there is beside that.
    pub fn further_evidence(&self) -> u32 {
        self.entry.further
    }

    /// Requests that it got, without retransmissions.
    pub fn requests_in(&self) -> u32 {
        self.entry.requests_in
    }

    /// Requests that it sent, without retransmissions.
    pub fn requests_out(&self) -> u32 {
        self.entry.requests_out
    }

    fn members(&self) -> impl Iterator<Item = PointId> + use<'a> {
        self.trace.nodes.members_of(self.id).iter().copied()
    }

    fn hint(&self) -> Option<&'a NodeHint> {
        let hint = self.hint_number()?;
        Some(&self.trace.nodes.hints[hint as usize])
    }

    /// Which node of the user's file it is.
    pub(super) fn hint_number(&self) -> Option<u32> {
        self.entry.hint
    }

    fn text(&self, point: PointId) -> String {
        let points = &self.trace.nodes.points;
        match points.get(point).key {
            Key::Address(address, port, _) => Endpoint::new(address, port).to_string(),
            Key::Name(name) => String::from_utf8_lossy(points.names.get(name)).into_owned(),
            Key::Party(name) => self.trace.sightings.parties().text(name).to_owned(),
        }
    }
}

/// `10, 20`
pub(super) fn joined(numbers: &[u16]) -> String {
    let texts: Vec<_> = numbers.iter().map(u16::to_string).collect();
    texts.join(", ")
}
