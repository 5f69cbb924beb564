//! Nodes: addresses, ports and names that evidence shows to be one SIP element, and what that element does.

mod edit;
mod ends;
mod file;
mod hinted;
mod joins;
mod named;
mod own_side;
mod place;
mod points;
mod reason;
mod role;
mod routed;
mod sign;
mod signs;
mod view;
mod write;

pub use edit::changed_node_file;
pub use file::{NodeHint, Pattern, read_node_file};
pub(super) use place::{Place, is_reused};
pub use reason::JoinReason;
pub use role::Role;
pub use view::{Address, Evidence, Node, RoleReason};
pub use write::{NodeChange, node_file};

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use foldhash::fast::RandomState;

use self::ends::Ends;
use self::hinted::Hinted;
use self::joins::Joiner;
use self::points::{JoinEntry, Key, PointId, Points};
use self::signs::{Observer, SignEntry};
use super::facts::Fact;
use super::hops::HopEntry;
use super::ids::{MessageId, NodeId};
use super::{Subject, Trace};
use crate::base::{Layer, Transport};

/// A node as it is stored.
#[derive(Clone, Copy, Debug)]
struct NodeEntry {
    first: MessageId,
    /// Its addresses and names begin here in the list of them.
    members: u32,
    member_count: u32,
    joins: u32,
    join_count: u32,
    /// Joins that were seen and not kept.
    further: u32,
    signs: u32,
    sign_count: u32,
    role: Role,
    basis: Basis,
    hint: Option<u32>,
    requests_in: u32,
    requests_out: u32,
}

/// What the role of a node rests on, unless the node file gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Basis {
    /// What it does.
    Signs,
    /// Its host name.
    HostName,
    /// What a document calls it.
    Document,
}

/// Only so many joins of a node are kept.
const MOST_KEPT: usize = 64;

/// What was joined to nodes: all that evidence of hops tells.
pub(super) struct Elements {
    points: Points,
    ends: Ends,
}

impl Elements {
    /// Finds what is one element in a trace of which the hops stand.
    pub(super) fn find(trace: &Trace, hints: &[NodeHint]) -> Self {
        let hinted = Hinted::new(hints, &trace.realms);
        let points = Points::new(hinted, trace.sightings.parties().len());
        let (points, ends) = Joiner::new(trace, points).run();
        Self { points, ends }
    }

    /// Where messages went from and to, the realm where the address is used in several, and a number for the element.
    pub(super) fn ends(&mut self) -> impl Iterator<Item = (u32, Option<u32>, u32)> {
        let (points, ends) = (&mut self.points, &self.ends);
        let all = ends.all();
        all.map(|(end, realm, point)| (end, realm, points.root(point)))
    }
}

/// All nodes, in the order of their first messages.
#[derive(Default)]
pub(super) struct Nodes {
    all: Vec<NodeEntry>,
    points: Points,
    ends: Option<Ends>,
    of_point: Vec<NodeId>,
    members: Vec<PointId>,
    joins: Vec<JoinEntry>,
    signs: Vec<SignEntry>,
    hints: Vec<NodeHint>,
    /// Addresses, each with its realm, at which there are several nodes.
    shared: HashSet<(IpAddr, u32), RandomState>,
}

impl Nodes {
    /// Finds the nodes of a trace of which everything else is known.
    pub(super) fn find(trace: &Trace, hints: &[NodeHint]) -> Self {
        let Elements { mut points, ends } = Elements::find(trace, hints);
        points.freeze();
        let mut nodes = Self {
            points,
            ends: Some(ends),
            hints: hints.to_vec(),
            ..Self::default()
        };
        nodes.number();
        nodes.keep_joins();
        nodes.find_shared();
        nodes.count_requests(trace);
        let (bits, seen) = Observer::new(trace, &nodes).run();
        nodes.keep_signs(seen);
        nodes.give_roles(trace, &bits);
        nodes
    }

    /// Points are in the order of their first messages, and the first of a set stands for it: so are the nodes.
    fn number(&mut self) {
        let count = self.points.len();
        self.of_point = vec![NodeId::NONE; count];
        let seen = self.points.seen_sets();
        for point in 0..count as PointId {
            let root = self.points.root(point);
            // What is only named, and joined with nothing, is no node.
            if !seen[root as usize] {
                continue;
            }
            if root == point {
                self.of_point[point as usize] = NodeId::at(self.all.len());
                self.all.push(NodeEntry {
                    first: self.points.get(point).first,
                    members: 0,
                    member_count: 0,
                    joins: 0,
                    join_count: 0,
                    further: 0,
                    signs: 0,
                    sign_count: 0,
                    role: Role::UserAgent,
                    basis: Basis::Signs,
                    hint: self.points.hint_of(root),
                    requests_in: 0,
                    requests_out: 0,
                });
            } else {
                self.of_point[point as usize] = self.of_point[root as usize];
            }
        }
        let known = |point: &PointId| self.of_point[*point as usize] != NodeId::NONE;
        self.members = (0..count as PointId).filter(known).collect();
        self.members
            .sort_by_key(|point| self.of_point[*point as usize]);
        for (place, point) in self.members.iter().enumerate() {
            let node = &mut self.all[self.of_point[*point as usize].position()];
            if node.member_count == 0 {
                node.members = place as u32;
            }
            node.member_count += 1;
            node.further = node.further.saturating_add(self.points.further(*point));
        }
    }

    /// Hands the evidence to the nodes, the first of each.
    fn keep_joins(&mut self) {
        let mut joins = std::mem::take(&mut self.points.joins);
        joins.sort_by_key(|join| (self.of_point[join.one as usize], join.first));
        for join in joins {
            let Some(id) = self.of_point[join.one as usize].known() else {
                continue;
            };
            let node = &mut self.all[id.position()];
            if node.join_count as usize >= MOST_KEPT {
                node.further = node.further.saturating_add(1);
                continue;
            }
            if node.join_count == 0 {
                node.joins = self.joins.len() as u32;
            }
            node.join_count += 1;
            self.joins.push(join);
        }
    }

    fn find_shared(&mut self) {
        let mut known: HashMap<(IpAddr, u32), NodeId, RandomState> = HashMap::default();
        for point in &self.members {
            if let Key::Address(ip, _, realm) = self.points.get(*point).key {
                let node = self.of_point[*point as usize];
                if *known.entry((ip, realm)).or_insert(node) != node {
                    self.shared.insert((ip, realm));
                }
            }
        }
    }

    fn count_requests(&mut self, trace: &Trace) {
        for hop in &trace.hops {
            if hop.request.known().is_none() {
                continue;
            }
            let (source, destination) = self.of_hop(trace, hop);
            if let Some(node) = source.known() {
                self.all[node.position()].requests_out += 1;
            }
            if let Some(node) = destination.known() {
                self.all[node.position()].requests_in += 1;
            }
        }
    }

    fn keep_signs(&mut self, seen: Vec<Vec<SignEntry>>) {
        for (node, mut signs) in self.all.iter_mut().zip(seen) {
            signs.sort_unstable_by_key(|entry| entry.sign);
            node.signs = self.signs.len() as u32;
            node.sign_count = signs.len() as u32;
            self.signs.extend(signs);
        }
    }

    fn give_roles(&mut self, trace: &Trace, bits: &[u64]) {
        for (position, bits) in bits.iter().enumerate() {
            let id = NodeId::at(position);
            let (role, by_host) = sign::role_of(*bits, self.names_of(id));
            let (role, basis) = match self.role_in_document(trace, id) {
                Some(told) => (told, Basis::Document),
                None if by_host => (role, Basis::HostName),
                None => (role, Basis::Signs),
            };
            let node = &mut self.all[position];
            let given = node.hint.and_then(|hint| self.hints[hint as usize].role);
            node.role = given.unwrap_or(role);
            node.basis = if given.is_none() { basis } else { Basis::Signs };
        }
    }

    /// What a document says that a node is, by what it calls it.
    fn role_in_document(&self, trace: &Trace, node: NodeId) -> Option<Role> {
        let mut members = self.members_of(node).iter();
        members.find_map(|point| {
            let entry = self.points.get(*point);
            let Key::Party(name) = entry.key else {
                return None;
            };
            let role = named::role(trace.sightings.parties().text(name))?;
            let message = &trace.messages[entry.first.position()];
            let path = trace.sightings.place_of(trace.first_sighting(message)).1;
            let told = trace.sightings.path_at(path as usize);
            told.contains(Layer::Document).then_some(role)
        })
    }

    fn members_of(&self, node: NodeId) -> &[PointId] {
        let entry = &self.all[node.position()];
        let start = entry.members as usize;
        &self.members[start..start + entry.member_count as usize]
    }

    fn names_of(&self, node: NodeId) -> impl Iterator<Item = &[u8]> {
        let members = self.members_of(node).iter();
        members.filter_map(|point| match self.points.get(*point).key {
            Key::Name(name) => Some(self.points.names.get(name)),
            Key::Address(..) | Key::Party(_) => None,
        })
    }

    /// The nodes that a hop goes from and to.
    pub(super) fn of_hop(&self, trace: &Trace, hop: &HopEntry) -> (NodeId, NodeId) {
        let of = |end| self.at_end(trace, hop, end);
        (of(hop.source), of(hop.destination))
    }

    /// The node at one end of a hop.
    fn at_end(&self, trace: &Trace, hop: &HopEntry, end: u32) -> NodeId {
        let realm = trace.realm_of(trace.lead_sighting(hop));
        let ends = self.ends.as_ref();
        let point = ends.and_then(|ends| ends.get(end, realm));
        point.map_or(NodeId::NONE, |point| self.of_point[point as usize])
    }
}

impl Trace {
    /// Source, destination, transport and realm of a message.
    fn ends_of_message(&self, message: MessageId) -> (u32, u32, Transport, u32) {
        let sighting = self.first_sighting(&self.messages[message.position()]);
        let ends = self.sightings.ends_of(sighting);
        let realm = self.realm_of(sighting);
        (ends.source, ends.destination, ends.transport, realm)
    }

    fn fact_and_subject(&self, message: MessageId) -> (Fact, Subject) {
        let sighting = self.first_sighting(&self.messages[message.position()]);
        let (subject, _, _) = self.sightings.subject_at(sighting);
        (self.facts.of(sighting), subject)
    }

    /// Whether the topmost Via names the address that a message came from (RFC 3261 18.1.1).
    pub(super) fn names_sender(&self, source: u32, fact: &Fact) -> bool {
        let from = self.sightings.endpoint_at(source).map(|from| from.address);
        let sent_by = Place::read(self.facts.text(fact.sent_by), Transport::Unknown);
        matches!((from, sent_by), (Some(from), Some(Place::Address(ip, _))) if from == ip)
    }

    /// Whether a response that accepts or challenges the request of a hop has a mark.
    fn accepts_with(&self, hop: &HopEntry, mark: u16) -> bool {
        let mut responses = self.responses(hop);
        responses.any(|(fact, status)| matches!(status, 200..300 | 401) && fact.marks.has(mark))
    }

    fn responses(&self, hop: &HopEntry) -> impl Iterator<Item = (Fact, u16)> {
        let start = hop.first as usize;
        let messages = &self.hop_messages[start..start + hop.count as usize];
        messages.iter().filter_map(|message| {
            let (fact, subject) = self.fact_and_subject(*message);
            match subject {
                Subject::Response(status) => Some((fact, status)),
                Subject::Request(_) => None,
            }
        })
    }

    /// Fact and realm of the message that a hop begins with.
    pub(super) fn lead_of(&self, hop: &HopEntry) -> (Fact, u32) {
        let sighting = self.lead_sighting(hop);
        (self.facts.of(sighting), self.realm_of(sighting))
    }

    fn lead_sighting(&self, hop: &HopEntry) -> usize {
        self.first_sighting(&self.messages[self.first_message(hop).position()])
    }
}
