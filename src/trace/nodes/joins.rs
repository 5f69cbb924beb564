//! Goes over the trace once and joins what evidence shows to be one element.
//!
//! Never joined: an address that a message names and did not come from (it may be behind an address translation), a name
//! that any machine may have, the ports of an address as such.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;

use foldhash::fast::RandomState;

use super::ends::Ends;
use super::own_side;
use super::place::{Place, default_port, is_connected, is_reused};
use super::points::{Key, PointId, Points};
use super::reason::JoinReason;
use super::routed::Routed;
use crate::base::{Endpoint, Party, Transport};
use crate::trace::facts::{Fact, TextId};
use crate::trace::hops::HopEntry;
use crate::trace::ids::{HopId, MessageId};
use crate::trace::journeys::Link;
use crate::trace::marks::Marks;
use crate::trace::sightings::REGISTER;
use crate::trace::{Subject, Trace};

/// Only so many of the hops before with the same Call-ID are looked at.
const MOST_LOOKED_AT: usize = 16;

/// A host and port read before: most are named again and again within a short time.
#[derive(Clone, Copy)]
enum Known {
    Nothing,
    Address(IpAddr, Option<u16>),
    Name(PointId),
}

/// Only so many of each kind are remembered at a time.
const MOST_REMEMBERED: usize = 1 << 14;

/// What is at hand of the message that a hop begins with.
struct Lead<'t> {
    message: MessageId,
    hop: &'t HopEntry,
    fact: Fact,
    transport: Transport,
    realm: u32,
    source: PointId,
    /// The address of the source, if it is known by one.
    from: Option<Endpoint>,
}

impl Lead<'_> {
    fn is_from(&self, ip: IpAddr) -> bool {
        self.from.is_some_and(|from| from.address == ip)
    }

    fn is_from_loopback(&self) -> bool {
        self.from.is_some_and(|from| from.address.is_loopback())
    }
}

/// Collects the evidence.
pub(super) struct Joiner<'t> {
    trace: &'t Trace,
    points: Points,
    ends: Ends,
    hosts: HashMap<(TextId, bool), Known, RandomState>,
    contacts: HashMap<TextId, Known, RandomState>,
    routed: Routed,
}

impl<'t> Joiner<'t> {
    pub(super) fn new(trace: &'t Trace, points: Points) -> Self {
        Self {
            trace,
            points,
            ends: Ends::new(trace.sightings.parties().len()),
            hosts: HashMap::default(),
            contacts: HashMap::default(),
            routed: Routed::default(),
        }
    }

    /// Looks at all messages in their order.
    pub(super) fn run(mut self) -> (Points, Ends) {
        for position in 0..self.trace.messages.len() {
            self.see(MessageId::at(position));
        }
        for position in 0..self.trace.messages.len() {
            self.look_at(MessageId::at(position));
        }
        std::mem::take(&mut self.routed).join(&mut self.points);
        for position in 0..self.trace.messages.len() {
            self.see_told(MessageId::at(position));
        }
        own_side::join(self.trace, &self.ends, &mut self.points);
        self.join_passing_ports();
        (self.points, self.ends)
    }

    /// Makes the points that messages went between, in the order of the messages.
    fn see(&mut self, message: MessageId) {
        let (source, destination, transport, realm) = self.trace.ends_of_message(message);
        let source = self.end(source, realm, message);
        let destination = self.end(destination, realm, message);
        let connected = is_connected(transport);
        let (one, other) = (source.or(destination), destination.or(source));
        if let (Some(one), Some(other)) = (one, other) {
            self.points.saw(one, other, connected);
        }
    }

    /// Makes the points of the addresses that only other inputs know, where the first has a name.
    fn see_told(&mut self, message: MessageId) {
        let (_, _, transport, _) = self.trace.ends_of_message(message);
        for ([one, other], realm) in own_side::told(self.trace, message) {
            let ends = (self.end(one, realm, message), self.ends.get(other, realm));
            if let (Some(one), Some(other)) = ends {
                self.points.saw(one, other, is_connected(transport));
            }
        }
    }

    fn end(&mut self, endpoint: u32, realm: u32, message: MessageId) -> Option<PointId> {
        let party = self.trace.sightings.parties().get(endpoint)?;
        if let Some(known) = self.ends.get(endpoint, realm) {
            return Some(known);
        }
        Some(match party {
            Party::Address(of) => {
                let point = self.address(of.address, of.port, realm, message);
                self.ends.set(endpoint, realm, is_reused(of.address), point);
                point
            }
            Party::Named(name) => {
                let point = self.points.add(Key::Party(name), message);
                self.ends.set(endpoint, realm, false, point);
                point
            }
        })
    }

    fn address(&mut self, ip: IpAddr, port: u16, realm: u32, message: MessageId) -> PointId {
        let realm = if is_reused(ip) { realm } else { 0 };
        self.points.add(Key::Address(ip, port, realm), message)
    }

    fn look_at(&mut self, message: MessageId) {
        let trace = self.trace;
        let hop_id = trace.messages[message.position()].hop;
        let hop = &trace.hops[hop_id.position()];
        let (_, _, transport, realm) = trace.ends_of_message(message);
        let (fact, subject) = trace.fact_and_subject(message);
        if matches!(subject, Subject::Response(_)) {
            self.response(message, hop, &fact);
        }
        if trace.first_message(hop) != message {
            return;
        }
        // The client's side of the hop, which a lead that is a response was sent to.
        let Some(point) = self.ends.get(hop.source, realm) else {
            return;
        };
        let lead = Lead {
            message,
            hop,
            fact,
            transport,
            realm,
            source: point,
            from: trace.sightings.endpoint_at(hop.source),
        };
        self.sent_by(&lead);
        if hop.request == message {
            self.contact(&lead);
            self.relayed(&lead);
            self.recorded_twice(&lead);
            self.same_registration(&lead, hop_id.position());
        }
    }

    /// The sender of a request names itself in the Via that it puts on top.
    fn sent_by(&mut self, lead: &Lead<'_>) {
        // What passed it on without a Via of its own left that of another on top.
        if lead.hop.link == Link::Unchanged {
            return;
        }
        let named = self.host(lead.fact.sent_by, lead.transport, lead.message);
        match named {
            Known::Name(name) if self.is_of_answerer(lead, name) => {}
            Known::Name(name) => {
                self.points.named(name, true);
                self.join(lead, name, JoinReason::SentBy);
            }
            Known::Address(ip, port) if lead.is_from(ip) => {
                let assumed = port.unwrap_or(default_port(lead.transport));
                // A client that leaves out its port would be taken for the server that it speaks with.
                if port.is_none() && self.is_someone_elses(lead, ip, assumed) {
                    return;
                }
                self.join_port(lead, ip, assumed, JoinReason::SentBy);
            }
            Known::Address(ip, _) => {
                let from = lead.from.map(|from| from.address);
                if is_reused(ip) && from.is_some_and(|from| !is_reused(from)) {
                    self.points.translated(lead.source);
                }
            }
            _ => {}
        }
    }

    /// Whether only an answer was seen, and a name on top of it is that of who sent it: one that did not take its own Via off those
    /// of others.
    fn is_of_answerer(&mut self, lead: &Lead<'_>, name: PointId) -> bool {
        let answerer = self.ends.get(lead.hop.destination, lead.realm);
        let is_answer = lead.hop.request != lead.message && lead.fact.vias > 1;
        let answerer = answerer.filter(|_| is_answer);
        answerer.is_some_and(|end| self.points.root(end) == self.points.root(name))
    }

    fn is_someone_elses(&self, lead: &Lead<'_>, ip: IpAddr, port: u16) -> bool {
        let own = lead.from == Some(Endpoint::new(ip, port));
        let to = self.trace.sightings.endpoint_at(lead.hop.destination);
        !own && (ip.is_loopback() || to == Some(Endpoint::new(ip, port)))
    }

    /// The port that an end wants requests at. Only an end has a single Via; the Contact that it sends is its own unless it
    /// has another address. On a loopback address a REGISTER may well be for another port.
    fn contact(&mut self, lead: &Lead<'_>) {
        let fact = &lead.fact;
        if lead.hop.link == Link::Unchanged || fact.vias != 1 || fact.contact.is_none() {
            return;
        }
        let registers = lead.hop.method == REGISTER;
        let connected = is_connected(lead.transport);
        let Known::Address(ip, port) = self.contact_uri(fact.contact, lead.transport) else {
            return;
        };
        let loopback = ip.is_loopback() && (registers || !connected);
        if !lead.is_from(ip) || loopback {
            return;
        }
        let reason = match registers {
            true => JoinReason::RegisteredContact,
            false => JoinReason::Contact,
        };
        let assumed = port.unwrap_or(default_port(lead.transport));
        if port.is_none() && self.is_someone_elses(lead, ip, assumed) {
            return;
        }
        self.join_port(lead, ip, assumed, reason);
    }

    /// What the hop before this one tells of the node between them.
    fn relayed(&mut self, lead: &Lead<'_>) {
        let trace = self.trace;
        let Some(parent) = lead.hop.parent.known() else {
            return;
        };
        if lead.hop.link != Link::Via {
            return;
        }
        let before = &trace.hops[parent.position()];
        let (arrived, realm) = trace.lead_of(before);
        let destination = self.ends.get(before.destination, realm);
        // Without the cookie two forks have the same Via list.
        if arrived.cookie()
            && let Some(destination) = destination
        {
            self.join(lead, destination, JoinReason::Relayed);
        }
        // An answer does not say what stood in its request.
        if trace.first_message(before) != before.request {
            return;
        }
        let (way, came) = (
            trace.facts.heading(&lead.fact),
            trace.facts.heading(&arrived),
        );
        let added = way.record_routes.checked_sub(came.record_routes);
        let added = match added {
            Some(1) => &[way.record_route][..],
            Some(2) => &[way.record_route, way.record_route_below],
            _ => &[],
        };
        for host in added {
            if let Some(named) = self.own_host(lead, *host)
                && !self.came_from(lead, named)
            {
                self.join(lead, named, JoinReason::RecordRoute);
            }
        }
        let removed = way.routes < came.routes;
        if removed
            && arrived.marks.has(Marks::LOOSE_ROUTE)
            && let Some(named) = self.own_host(lead, came.route)
        {
            self.routed.add(lead.source, named, lead.message);
        }
    }

    /// Whether a request came by another that is known by this name: what one passes to the other does not make both one.
    fn came_from(&mut self, lead: &Lead<'_>, named: PointId) -> bool {
        let trace = self.trace;
        let above = |hop: HopId| &trace.hops[hop.position()];
        let hops = std::iter::successors(lead.hop.parent.known().map(above), |hop| {
            hop.parent.known().map(above)
        });
        let (own, named) = (self.points.root(lead.source), self.points.root(named));
        let mut sources = hops.take(MOST_LOOKED_AT).filter_map(|hop| {
            let (_, realm) = trace.lead_of(hop);
            self.ends.get(hop.source, realm)
        });
        own != named && sources.any(|source| self.points.root(source) == named)
    }

    /// Who goes from one network to another records its route twice and may say so: the topmost value names where the request
    /// left, the one below it where others reach the node on the other side (RFC 5658 3).
    fn recorded_twice(&mut self, lead: &Lead<'_>) {
        let is_told = matches!(lead.hop.link, Link::Via | Link::Unchanged);
        if is_told || !lead.fact.marks.has(Marks::RECORDED_TWICE) {
            return;
        }
        let heading = self.trace.facts.heading(&lead.fact);
        let is_own = match self.host(heading.record_route, lead.transport, lead.message) {
            Known::Address(ip, _) => lead.is_from(ip),
            Known::Name(name) => {
                let sent_by = self.host(lead.fact.sent_by, lead.transport, lead.message);
                matches!(sent_by, Known::Name(own) if own == name)
            }
            Known::Nothing => false,
        };
        if !is_own {
            return;
        }
        for host in [heading.record_route, heading.record_route_below] {
            if let Some(named) = self.own_host(lead, host) {
                self.join(lead, named, JoinReason::RecordRoute);
            }
        }
    }

    /// A client keeps Call-ID and From tag while it registers, also where it goes over to protected ports. A node that passed
    /// the request on and left both as they were has another address, except on loopback.
    fn same_registration(&mut self, lead: &Lead<'_>, position: usize) {
        let above = |hop: HopId| &self.trace.hops[hop.position()];
        let first = |hop: &HopEntry| hop.method == REGISTER && hop.begins(above);
        let hop = lead.hop;
        if !first(hop) || lead.fact.vias != 1 || lead.is_from_loopback() {
            return;
        }
        let trace = self.trace;
        let earlier = trace.hops[..position].iter().rev().take(MOST_LOOKED_AT);
        let mut group = earlier.take_while(|other| other.group == hop.group);
        let before = group.find(|other| {
            let (fact, realm) = trace.lead_of(other);
            first(other)
                && (fact.vias, fact.from_tag, realm) == (1, lead.fact.from_tag, lead.realm)
                && trace.sightings.same_address(other.source, hop.source)
                && other.destination != hop.source
                && hop.destination != other.source
        });
        let Some(before) = before else { return };
        if let Some(source) = self.ends.get(before.source, lead.realm) {
            self.join(lead, source, JoinReason::SameRegistration);
        }
        let protected = lead.fact.marks.has(Marks::SECURITY_VERIFY)
            && trace
                .sightings
                .same_address(before.destination, hop.destination)
            && trace.accepts_with(before, Marks::SECURITY_SERVER);
        let [offered, agreed] = [before, hop].map(|hop| self.ends.get(hop.destination, lead.realm));
        if let (true, Some(offered), Some(agreed)) = (protected, offered, agreed) {
            let reason = JoinReason::SecurityAgreement;
            self.points.join(offered, agreed, reason, lead.message);
        }
    }

    /// A node may answer from another port or interface than it was asked at, and may want answers at another port than it
    /// asks from.
    fn response(&mut self, message: MessageId, hop: &HopEntry, fact: &Fact) {
        let trace = self.trace;
        let (source, destination, _, realm) = trace.ends_of_message(message);
        if hop.request.known().is_none() || !fact.cookie() {
            return;
        }
        let swapped = source == hop.source || destination == hop.destination;
        let loopback = trace.sightings.endpoint_at(source);
        let loopback = loopback.is_some_and(|endpoint| endpoint.address.is_loopback());
        let both = source != hop.destination && destination != hop.source;
        // Only the branch says that it answers this request; where all addresses are the same that is too little.
        if swapped || both && loopback {
            return;
        }
        let (_, asked_in) = trace.lead_of(hop);
        let mut join = |asked: u32, answered: u32, reason| {
            let asked = self.ends.get(asked, asked_in);
            if let (Some(asked), Some(answered)) = (asked, self.ends.get(answered, realm)) {
                self.points.join(asked, answered, reason, message);
            }
        };
        if source != hop.destination {
            join(hop.destination, source, JoinReason::ResponseFrom);
        }
        if destination != hop.source && trace.sightings.same_address(destination, hop.source) {
            join(hop.source, destination, JoinReason::ResponseTo);
        }
    }

    /// The point of a host by which the source of this hop is known, too.
    fn own_host(&mut self, lead: &Lead<'_>, host: TextId) -> Option<PointId> {
        let named = match self.host(host, lead.transport, lead.message) {
            Known::Name(name) => name,
            Known::Address(ip, port) if !ip.is_loopback() || lead.is_from_loopback() => {
                let port = port.unwrap_or(default_port(lead.transport));
                self.address(ip, port, lead.realm, lead.message)
            }
            _ => return None,
        };
        self.points.named(named, false);
        Some(named)
    }

    fn join(&mut self, lead: &Lead<'_>, other: PointId, reason: JoinReason) {
        self.points.join(lead.source, other, reason, lead.message);
    }

    fn join_port(&mut self, lead: &Lead<'_>, ip: IpAddr, port: u16, reason: JoinReason) {
        let other = self.address(ip, port, lead.realm, lead.message);
        self.points.named(other, false);
        self.join(lead, other, reason);
    }

    fn host(&mut self, text: TextId, transport: Transport, message: MessageId) -> Known {
        let key = (text, default_port(transport) == 5061);
        if let Some(known) = self.hosts.get(&key) {
            return *known;
        }
        let known = match Place::read(self.trace.facts.text(text), transport) {
            Some(Place::Name(name)) => Known::Name(self.points.name(&name, message)),
            Some(Place::Address(ip, port)) => Known::Address(ip, port),
            None => Known::Nothing,
        };
        remember(&mut self.hosts, key, known);
        known
    }

    fn contact_uri(&mut self, text: TextId, transport: Transport) -> Known {
        if let Some(known) = self.contacts.get(&text) {
            return *known;
        }
        let known = match Place::of_contact(self.trace.facts.text(text), transport) {
            Some(Place::Address(ip, port)) => Known::Address(ip, port),
            _ => Known::Nothing,
        };
        remember(&mut self.contacts, text, known);
        known
    }

    /// The port of the moment of a connection belongs to the SIP element at its address, if there is only one.
    fn join_passing_ports(&mut self) {
        let mut passing = Vec::new();
        let mut elements: HashMap<(IpAddr, u32), Option<PointId>, RandomState> = HashMap::default();
        for point in 0..self.points.len() as PointId {
            let Key::Address(ip, _, realm) = self.points.get(point).key else {
                continue;
            };
            if ip.is_loopback() {
                continue;
            }
            if let Some(peer) = self.points.peer_of_passing_port(point)
                && self.points.is_alone(point)
            {
                passing.push((point, peer, (ip, realm)));
                continue;
            }
            let root = self.points.root(point);
            let known = elements.entry((ip, realm)).or_insert(Some(root));
            if *known != Some(root) {
                *known = None;
            }
        }
        for (point, peer, place) in passing {
            let Some(Some(element)) = elements.get(&place).copied() else {
                continue;
            };
            let element = self.points.root(element);
            if self.points.root(peer) != element {
                let first = self.points.get(point).first;
                let reason = JoinReason::Connection;
                self.points.join(element, point, reason, first);
            }
        }
    }
}

fn remember<K: Eq + Hash>(all: &mut HashMap<K, Known, RandomState>, key: K, known: Known) {
    if all.len() >= MOST_REMEMBERED {
        all.clear();
    }
    all.insert(key, known);
}
