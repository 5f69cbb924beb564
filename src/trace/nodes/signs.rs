//! Goes over the hops and notes what each node does.

use std::collections::BTreeSet;

use super::Nodes;
use super::place::{Place, is_reused};
use super::role::Role;
use super::sign::{Sign, named, role_of};
use crate::base::{Layer, Transport};
use crate::trace::Trace;
use crate::trace::clue::LinkKind;
use crate::trace::facts::{Fact, Heading};
use crate::trace::hops::HopEntry;
use crate::trace::ids::{HopId, MessageId, NodeId};
use crate::trace::journeys::Link;
use crate::trace::marks::Marks;
use crate::trace::sightings::{ACK, INVITE, NOTIFY, OPTIONS, PUBLISH, REGISTER, SUBSCRIBE};

/// How often a node did something, and when first.
#[derive(Clone, Copy, Debug)]
pub(super) struct SignEntry {
    pub(super) sign: Sign,
    pub(super) first: MessageId,
    pub(super) count: u32,
}

/// Collects signs.
pub(super) struct Observer<'t> {
    trace: &'t Trace,
    nodes: &'t Nodes,
    /// Whether each hop was continued by another.
    passed_on: Vec<bool>,
    /// What each node was seen to do: few things each.
    seen: Vec<Vec<SignEntry>>,
    /// All signs of each node.
    pub(super) bits: Vec<u64>,
    /// The only node that each speaks with, unless it is certainly no terminal.
    peers: Vec<Peers>,
}

#[derive(Clone, Copy)]
enum Peers {
    Nobody,
    One(NodeId, MessageId, u32),
    Several,
}

/// A hop with its ends as nodes.
struct Seen<'t> {
    hop: &'t HopEntry,
    position: usize,
    message: MessageId,
    fact: Fact,
    source: NodeId,
    destination: NodeId,
}

impl Seen<'_> {
    /// Whether it is a request that nobody was seen to pass on, from the one who began it.
    fn begins(&self) -> bool {
        let is_request = self.hop.request.known().is_some();
        is_request && self.hop.parent.known().is_none() && self.fact.vias == 1
    }
}

impl<'t> Observer<'t> {
    pub(super) fn new(trace: &'t Trace, nodes: &'t Nodes) -> Self {
        let mut passed_on = vec![false; trace.hops.len()];
        for hop in &trace.hops {
            if let Some(parent) = hop.parent.known() {
                passed_on[parent.position()] = true;
            }
        }
        Self {
            trace,
            nodes,
            passed_on,
            seen: vec![Vec::new(); nodes.all.len()],
            bits: vec![0; nodes.all.len()],
            peers: vec![Peers::Nobody; nodes.all.len()],
        }
    }

    /// Notes everything; what rests on the role of a neighbour comes last.
    pub(super) fn run(mut self) -> (Vec<u64>, Vec<Vec<SignEntry>>) {
        self.each_hop(Self::look_at);
        self.registrars_that_register();
        self.split_calls();
        self.each_hop(Self::look_at_neighbours);
        self.terminals();
        (self.bits, self.seen)
    }

    fn each_hop(&mut self, mut look: impl FnMut(&mut Self, &Seen<'t>)) {
        let trace = self.trace;
        for (position, hop) in trace.hops.iter().enumerate() {
            let (source, destination) = self.nodes.of_hop(trace, hop);
            let message = trace.first_message(hop);
            let (fact, _) = trace.fact_and_subject(message);
            let seen = Seen {
                hop,
                position,
                message,
                fact,
                source,
                destination,
            };
            look(self, &seen);
        }
    }

    fn note(&mut self, node: NodeId, sign: Sign, message: MessageId) {
        let Some(node) = node.known() else { return };
        self.bits[node.position()] |= sign.bit();
        if let Some(known) = self.entry(node, sign) {
            known.count = known.count.saturating_add(1);
            known.first = known.first.min(message);
            return;
        }
        self.seen[node.position()].push(SignEntry {
            sign,
            first: message,
            count: 1,
        });
    }

    fn entry(&mut self, node: NodeId, sign: Sign) -> Option<&mut SignEntry> {
        let mut all = self.seen[node.position()].iter_mut();
        all.find(|entry| entry.sign == sign)
    }

    fn look_at(&mut self, seen: &Seen<'t>) {
        self.meet(seen.source, seen.destination, seen.message);
        match (seen.hop.method == REGISTER, seen.destination.known()) {
            // Who gets a registration is no terminal, however few it speaks with.
            (true, Some(server)) => self.peers[server.position()] = Peers::Several,
            _ => self.meet(seen.destination, seen.source, seen.message),
        }
        if seen.hop.request.known().is_none() {
            return;
        }
        match seen.hop.parent.known() {
            Some(parent) if seen.hop.link == Link::Via => {
                let before = &self.trace.hops[parent.position()];
                self.of_terminal(seen, before);
                self.relay(seen, before);
            }
            Some(parent) if seen.hop.link == Link::Inferred => {
                let before = &self.trace.hops[parent.position()];
                self.of_terminal(seen, before);
                self.hidden(seen, before);
            }
            Some(parent) if seen.hop.link == Link::Unchanged => {
                let before = &self.trace.hops[parent.position()];
                // A translation changes where it comes from, or where it goes.
                let (from, to) = self.nodes.of_hop(self.trace, before);
                let node = if from == seen.source { to } else { seen.source };
                self.note(node, Sign::PassesUnchanged, seen.message);
            }
            None if seen.fact.vias == 1 => self.origin(seen),
            None if seen.fact.vias > 1 && self.is_from_sent_by(seen) => {
                self.note(seen.source, Sign::RelaysUnseen, seen.message);
            }
            _ => {}
        }
        if seen.hop.goes_on {
            let sign = match seen.hop.method {
                REGISTER => Sign::RelaysRegister,
                _ => Sign::GoesOnUnseen,
            };
            self.note(seen.destination, sign, seen.message);
        } else if !self.passed_on[seen.position] {
            self.end(seen);
        }
        if seen.hop.method == REGISTER {
            self.registration(seen);
        }
    }

    fn relay(&mut self, seen: &Seen<'t>, before: &HopEntry) {
        let (arrived, _) = self.trace.lead_of(before);
        let (node, message, marks) = (seen.source, seen.message, seen.fact.marks);
        // An answer does not say what stood in its request.
        let came_as_request = self.trace.first_message(before) == before.request;
        let (way, before) = self.headings(&seen.fact, &arrived);
        let all_arrived = came_as_request && arrived.marks.lacks(Marks::BREAKS_OFF);
        if seen.hop.method != REGISTER {
            self.note(node, Sign::Relays, message);
            if all_arrived && way.record_routes > before.record_routes {
                self.note(node, Sign::RecordsRoute, message);
            }
            return;
        }
        self.note(node, Sign::RelaysRegister, message);
        let adds = |mark| marks.has(mark) && arrived.marks.lacks(mark);
        let is_ims = marks.has(Marks::VISITED_NETWORK)
            || marks.has(Marks::REQUIRE_PATH)
            || self.answers(seen.hop, Marks::ASSOCIATED_URI);
        if adds(Marks::VISITED_NETWORK) || adds(Marks::PATH) && is_ims {
            self.note(node, Sign::MarksRegister, message);
        } else if all_arrived && way.paths > before.paths && arrived.vias > 1 {
            self.note(node, Sign::MarksFurther, message);
        } else if arrived.marks.has(Marks::VISITED_NETWORK) || arrived.marks.has(Marks::PATH) {
            self.note(node, Sign::PassesMarkedRegister, message);
        }
    }

    /// What a request of a terminal had when it came, and has no more or only now.
    fn of_terminal(&mut self, seen: &Seen<'t>, before: &HopEntry) {
        let (arrived, _) = self.trace.lead_of(before);
        if arrived.vias != 1 {
            return;
        }
        let came = self.trace.first_message(before);
        let unprotected = self.is_protected(came) && !self.is_protected(seen.message);
        let verified = arrived.marks.has(Marks::SECURITY_VERIFY);
        if unprotected || verified && seen.fact.marks.lacks(Marks::SECURITY_VERIFY) {
            self.note(seen.source, Sign::EndsProtection, seen.message);
        }
        let names_access = arrived.marks.has(Marks::ACCESS_NETWORK);
        if names_access && arrived.marks.lacks(Marks::CHARGING) && is_charged(&seen.fact) {
            self.note(seen.source, Sign::ChargesTerminals, seen.message);
        }
    }

    /// A request that goes on with nothing but a new Via, though it came with others, and whose answer went back over them.
    fn hidden(&mut self, seen: &Seen<'t>, before: &HopEntry) {
        let (arrived, _) = self.trace.lead_of(before);
        let answered = seen.hop.status > 0 && seen.hop.status == before.status;
        if !(answered && seen.fact.vias == 1) {
            return;
        }
        let (node, message) = (seen.source, seen.message);
        if arrived.vias == 1 {
            let contacts = [arrived.contact, seen.fact.contact];
            let is_own = contacts.iter().all(|one| !one.is_none()) && contacts[0] != contacts[1];
            let sign = match is_own {
                true => Sign::ActsForBoth,
                false => Sign::HidesVias,
            };
            if seen.hop.method != REGISTER {
                self.note(node, sign, message);
            }
            return;
        }
        let came = self.trace.first_message(before);
        // What a terminal says of its access network goes on in the home network, too.
        let is_end = !self.passed_on[seen.position]
            && self.answers_with(seen.hop, |fact| self.is_at_contact(seen.hop, fact));
        let names_access = |fact: &Fact| fact.marks.has(Marks::ACCESS_NETWORK);
        let sign = if self.is_protected(message) && !self.is_protected(came) {
            Sign::HidesProtectedVias
        } else if is_end && self.answers_with(seen.hop, names_access) {
            Sign::HidesAccessVias
        } else if is_end && is_charged(&arrived) && seen.fact.marks.lacks(Marks::CHARGING) {
            Sign::HidesChargedVias
        } else {
            Sign::HidesVias
        };
        self.note(node, sign, message);
    }

    /// Whether a message came in ESP, as it does between a terminal and its P-CSCF: right around UDP or TCP, as what goes through
    /// the tunnel of a network does not (TS 33.203 7).
    fn is_protected(&self, message: MessageId) -> bool {
        let sighting = self
            .trace
            .first_sighting(&self.trace.messages[message.position()]);
        let sighting = self.trace.sightings.at(sighting);
        let path = sighting.path();
        let mut layers = path.layers().windows(2);
        layers.any(|pair| pair[0] == Layer::Esp && matches!(pair[1], Layer::Udp | Layer::Tcp))
    }

    /// Whether the Contact of an answer is where the request arrived, or a private address behind a translation: that of a
    /// terminal.
    fn is_at_contact(&self, hop: &HopEntry, answer: &Fact) -> bool {
        let end = self.trace.sightings.endpoint_at(hop.destination);
        let contact = self.trace.facts.text(answer.contact);
        match (end, Place::of_contact(contact, Transport::Unknown)) {
            (Some(end), Some(Place::Address(ip, _))) => ip == end.address || is_reused(ip),
            _ => false,
        }
    }

    /// Whether the topmost Via names the address that the request came from (RFC 3261 18.1.1): the node itself put it above
    /// those of others.
    fn is_from_sent_by(&self, seen: &Seen<'t>) -> bool {
        self.trace.names_sender(seen.hop.source, &seen.fact)
    }

    fn headings(&self, fact: &Fact, arrived: &Fact) -> (&'t Heading, &'t Heading) {
        let facts = &self.trace.facts;
        (facts.heading(fact), facts.heading(arrived))
    }

    fn origin(&mut self, seen: &Seen<'t>) {
        let (node, message, fact) = (seen.source, seen.message, seen.fact);
        if seen.hop.method == REGISTER {
            let sign = match fact.from == fact.to {
                true => Sign::RegistersItself,
                false => Sign::RegistersOthers,
            };
            self.note(node, sign, message);
        } else {
            self.note(node, Sign::Originates, message);
        }
        if seen.hop.method == NOTIFY && self.is_presence(message) {
            self.note(node, Sign::NotifiesPresence, message);
        }
        let from = self.trace.sightings.endpoint_at(seen.hop.source);
        if let Some(from) = from.map(|from| from.address)
            && !is_reused(from)
            && !from.is_loopback()
            && let contact = self.trace.facts.text(fact.contact)
            && let Some(Place::Address(ip, _)) = Place::of_contact(contact, Transport::Unknown)
            && is_reused(ip)
        {
            self.note(node, Sign::PrivateContact, message);
        }
    }

    /// A request that went no further.
    fn end(&mut self, seen: &Seen<'t>) {
        let (node, message, status) = (seen.destination, seen.message, seen.hop.status);
        if status == 0 || matches!(seen.hop.method, ACK | OPTIONS) {
            return;
        }
        match seen.hop.method {
            REGISTER => return,
            SUBSCRIBE | PUBLISH if (200..300).contains(&status) && self.is_presence(message) => {
                self.note(node, Sign::AnswersPresence, message);
            }
            _ => {}
        }
        let sign = match status {
            300..400 => Sign::Redirects,
            _ => Sign::Terminates,
        };
        self.note(node, sign, message);
    }

    fn registration(&mut self, seen: &Seen<'t>) {
        let (node, message, hop) = (seen.destination, seen.message, seen.hop);
        if seen.fact.vias == 1 && self.answers(hop, Marks::SECURITY_SERVER) {
            self.note(node, Sign::OffersSecurity, message);
        }
        if self.passed_on[seen.position] {
            return;
        }
        let appears = seen.fact.marks.lacks(Marks::PATH) && self.answers(hop, Marks::PATH);
        let offers = self.answers(hop, Marks::SECURITY_SERVER | Marks::BREAKS_OFF);
        if appears {
            self.note(node, Sign::PathAppears, message);
        } else if !hop.goes_on && !offers && matches!(hop.status, 200..300 | 401) {
            self.note(node, Sign::AnswersRegister, message);
            let serves =
                self.answers(hop, Marks::SERVICE_ROUTE) || self.answers(hop, Marks::ASSOCIATED_URI);
            let marks = seen.fact.marks;
            if serves && (marks.has(Marks::PATH) || marks.has(Marks::VISITED_NETWORK)) {
                self.note(node, Sign::ServesMarkedRegister, message);
            } else if serves {
                self.note(node, Sign::GivesServiceRoute, message);
            }
        }
    }

    /// What only the role of a neighbour makes a sign.
    fn look_at_neighbours(&mut self, seen: &Seen<'t>) {
        let (hop, fact) = (seen.hop, seen.fact);
        if hop.request.known().is_none() || !fact.to_tag.is_none() {
            return;
        }
        let registers = hop.method == REGISTER;
        if registers && fact.vias == 1 && fact.from != fact.to {
            if self.role(seen.source) == Some(Role::SCscf) {
                self.note(seen.destination, Sign::TakesThirdParty, seen.message);
            }
            return;
        }
        let Some(parent) = hop.parent.known() else {
            return;
        };
        if hop.link != Link::Via || self.role(seen.destination) != Some(Role::SCscf) {
            return;
        }
        let (arrived, _) = self.trace.lead_of(&self.trace.hops[parent.position()]);
        let (way, before) = self.headings(&fact, &arrived);
        let recorded = way.record_routes > before.record_routes;
        let plain = matches!(self.role(seen.source), Some(Role::Proxy | Role::ICscf));
        // What was added may stand behind a cut.
        if !fact.marks.lacks(Marks::BREAKS_OFF) {
            return;
        }
        if registers && way.paths <= before.paths {
            self.note(seen.source, Sign::PassesToSCscf, seen.message);
        } else if !registers && plain && !recorded && hop.method == INVITE {
            self.note(seen.source, Sign::PassesUnrecorded, seen.message);
        }
    }

    /// The role as far as it is known by now.
    fn role(&self, node: NodeId) -> Option<Role> {
        let node = node.known()?;
        let names = self.nodes.names_of(node);
        Some(role_of(self.bits[node.position()], names).0)
    }

    /// 3GPP TS 24.229 5.4.1.7: only an S-CSCF does both.
    fn registrars_that_register(&mut self) {
        let both = Sign::AnswersRegister.bit() | Sign::RegistersOthers.bit();
        for position in 0..self.bits.len() {
            let node = NodeId::at(position);
            if self.bits[position] & both == both
                && let Some(sent) = self.entry(node, Sign::RegistersOthers).copied()
            {
                self.note(node, Sign::RegistersUsersElsewhere, sent.first);
            }
        }
    }

    /// Nodes at which one leg of a call ended and the next one began.
    fn split_calls(&mut self) {
        let trace = self.trace;
        for edge in &trace.edges {
            for (one, other) in [(edge.one, edge.other), (edge.other, edge.one)] {
                let Some(next) = trace.hops_of_group(other).first() else {
                    continue;
                };
                let starts =
                    next.method == INVITE && next.begins(|hop| &trace.hops[hop.position()]);
                let begin = HopId::at(trace.group_hops[other as usize] as usize);
                if is_referred(trace, begin) {
                    continue;
                }
                let (node, _) = self.nodes.of_hop(trace, next);
                let start = trace.group_hops[one as usize] as usize;
                let legs = trace.hops_of_group(one).iter().take(16).enumerate();
                let mut ended = legs.filter(|(at, hop)| {
                    let (_, end) = self.nodes.of_hop(trace, hop);
                    hop.method == INVITE && end == node && !self.passed_on[start + at]
                });
                let message = trace.first_message(next);
                if starts && ended.any(|(_, hop)| trace.first_message(hop) < message) {
                    self.note(node, Sign::SplitsCalls, message);
                }
            }
        }
    }

    fn meet(&mut self, node: NodeId, peer: NodeId, message: MessageId) {
        let (Some(node), Some(peer)) = (node.known(), peer.known()) else {
            return;
        };
        let peers = &mut self.peers[node.position()];
        *peers = match *peers {
            Peers::Nobody => Peers::One(peer, message, 1),
            Peers::One(known, first, count) if known == peer => {
                Peers::One(peer, first.min(message), count.saturating_add(1))
            }
            _ => Peers::Several,
        };
    }

    /// What speaks with a P-CSCF only is a terminal, unless it is on the other side of it.
    fn terminals(&mut self) {
        let nodes = (0..self.bits.len()).map(NodeId::at);
        let p_cscfs: Vec<bool> = nodes
            .map(|node| self.role(node) == Some(Role::PCscf))
            .collect();
        if !p_cscfs.contains(&true) {
            return;
        }
        let is_p_cscf = |node: NodeId| node.known().is_some_and(|node| p_cscfs[node.position()]);
        // What a terminal must not write it may have written now and then: not where the P-CSCF writes it for what the terminal began.
        let (mut charges, mut charged_by_p_cscf) = (BTreeSet::new(), BTreeSet::new());
        self.each_hop(|own, seen| {
            let is_request = seen.hop.request.known().is_some();
            let is_charged_request = is_request && is_charged(&seen.fact);
            if is_p_cscf(seen.destination) {
                own.comes_to_p_cscf(seen);
                if is_charged_request {
                    charges.insert(seen.source);
                }
            }
            if is_p_cscf(seen.source) {
                if own.answers_with(seen.hop, is_charged) {
                    charges.insert(seen.destination);
                }
                if let Some(before) = seen.hop.parent.known().filter(|_| is_charged_request) {
                    let before = &own.trace.hops[before.position()];
                    let (arrived, _) = own.trace.lead_of(before);
                    if arrived.vias == 1 && !is_charged(&arrived) {
                        charged_by_p_cscf.insert(own.nodes.of_hop(own.trace, before).0);
                    }
                }
            }
        });
        for node in charges.difference(&charged_by_p_cscf) {
            self.is_no_terminal(*node);
        }
        self.each_hop(|own, seen| {
            if is_p_cscf(seen.source) {
                own.goes_past_p_cscf(seen);
            }
        });
        self.sole_peers(&p_cscfs);
    }

    fn comes_to_p_cscf(&mut self, seen: &Seen<'t>) {
        if seen.begins() && seen.hop.method == NOTIFY && self.is_about(seen.message, b"reg") {
            self.note(seen.source, Sign::NotifiesPCscf, seen.message);
            self.is_no_terminal(seen.source);
        }
    }

    /// A P-CSCF stands between a terminal and its network: what it passes on of a terminal does not go to another one.
    fn goes_past_p_cscf(&mut self, seen: &Seen<'t>) {
        let Some(parent) = seen.hop.parent.known() else {
            return;
        };
        let before = &self.trace.hops[parent.position()];
        let (arrived, _) = self.trace.lead_of(before);
        let begins = seen.hop.link == Link::Via && arrived.vias == 1 && arrived.to_tag.is_none();
        let (sender, _) = self.nodes.of_hop(self.trace, before);
        let sender = sender.known().map(NodeId::position);
        let is_terminal =
            |sender: usize| matches!(self.peers[sender], Peers::One(..)) && !self.relays(sender);
        if begins && sender.is_some_and(is_terminal) {
            self.is_no_terminal(seen.destination);
        }
    }

    fn is_no_terminal(&mut self, node: NodeId) {
        if let Some(node) = node.known() {
            self.peers[node.position()] = Peers::Several;
        }
    }

    fn relays(&self, node: usize) -> bool {
        let relays = Sign::Relays.bit() | Sign::RelaysRegister.bit() | Sign::RelaysUnseen.bit();
        self.bits[node] & relays != 0
    }

    fn sole_peers(&mut self, p_cscfs: &[bool]) {
        for position in 0..self.peers.len() {
            let Peers::One(peer, message, count) = self.peers[position] else {
                continue;
            };
            let node = NodeId::at(position);
            let by_name = self.nodes.names_of(node).find_map(named);
            if p_cscfs[peer.position()] && !self.relays(position) && by_name.is_none() {
                self.note(node, Sign::SpeaksWithPCscf, message);
                if let Some(entry) = self.entry(node, Sign::SpeaksWithPCscf) {
                    entry.count = count;
                }
            }
        }
    }

    /// Whether a response that accepts or challenges the request of a hop has a mark.
    fn answers(&self, hop: &HopEntry, mark: u16) -> bool {
        self.trace.accepts_with(hop, mark)
    }

    /// Whether this holds of a response of a hop.
    fn answers_with(&self, hop: &HopEntry, holds: impl Fn(&Fact) -> bool) -> bool {
        self.trace.responses(hop).any(|(fact, _)| holds(&fact))
    }

    fn is_presence(&self, message: MessageId) -> bool {
        self.is_about(message, b"presence")
    }

    /// Whether a message is about this event package.
    fn is_about(&self, message: MessageId, package: &[u8]) -> bool {
        let sighting = self
            .trace
            .first_sighting(&self.trace.messages[message.position()]);
        let details = self.trace.facts.details(sighting);
        let event = details.map_or(&b""[..], |details| self.trace.facts.text(details.event));
        let word = event
            .split(|byte| matches!(byte, b';' | b'.' | b' '))
            .next();
        word.is_some_and(|word| word.eq_ignore_ascii_case(package))
    }
}

/// Whether it has what a P-CSCF keeps from terminals, and no terminal writes (RFC 7315 4.5, 4.6).
fn is_charged(fact: &Fact) -> bool {
    fact.marks.has(Marks::CHARGING)
}

/// Whether a REFER that its sender got asked for a request: who follows it is no B2BUA (RFC 3515 2.4).
fn is_referred(trace: &Trace, hop: HopId) -> bool {
    let cause = trace.hop(hop).and_then(|hop| hop.caused_by());
    cause.is_some_and(|(_, kind)| matches!(kind, LinkKind::Refer | LinkKind::ReferredBy))
}
