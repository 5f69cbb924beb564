//! What an end of a call sent and got, in order, each message once.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::IpAddr;
use std::rc::Rc;

use super::ends::End;
use super::{LONGEST, Unplayable};
use crate::base::{Layer, Timestamp, Transport};
use crate::sip::{self, Index, Text};
use crate::trace::{Call, HopId, Message, Node, Part, Subject};

/// `  <recv request="X"/>`: of more there is no need to read what they say.
const SHORTEST_ELEMENT: usize = 22;

/// A message that an end sent or got.
pub(super) struct Event {
    /// Whether it sent it.
    pub sent: bool,
    pub time: Option<Timestamp>,
    pub transport: Transport,
    /// Whether it came out of TLS.
    pub is_encrypted: bool,
    /// Of a response: which event is its request.
    pub answers: Option<usize>,
    /// Of an ACK to a refusal and of CANCEL: the INVITE whose branch it has.
    pub branch_of: Option<usize>,
    /// Whether it is an ACK to a refusal.
    pub acks_refusal: bool,
    /// The addresses of the end and of its neighbours.
    pub hosts: Rc<Hosts>,
    bytes: Vec<u8>,
    index: Index,
}

/// Whose addresses are whose.
#[derive(Default)]
pub(super) struct Hosts {
    pub own: BTreeSet<IpAddr>,
    pub remote: BTreeSet<IpAddr>,
}

impl Event {
    pub(super) fn message(&self) -> sip::Message<'_> {
        sip::Message::indexed(&self.bytes, &self.index)
    }

    pub(super) fn is_request(&self) -> bool {
        self.message().method().is_some()
    }

    pub(super) fn is_provisional(&self) -> bool {
        self.message().status().is_some_and(|status| status < 200)
    }

    /// The method; of a response that of its CSeq.
    pub(super) fn method(&self) -> &[u8] {
        let message = self.message();
        let of_cseq = || message.cseq().map(|cseq| cseq.method);
        let method = message.method().or_else(of_cseq);
        method.map(Text::bytes).unwrap_or_default()
    }

    pub(super) fn call_id(&self) -> &[u8] {
        let id = self.message().call_id();
        id.map(Text::bytes).unwrap_or_default()
    }

    pub(super) fn tag_in_from(&self) -> Option<&[u8]> {
        Some(self.message().from()?.tag()?.bytes())
    }

    pub(super) fn tag_in_to(&self) -> Option<&[u8]> {
        Some(self.message().to()?.tag()?.bytes())
    }

    /// Whether it is a request within a dialog, which goes where the dialog says.
    pub(super) fn is_in_dialog(&self) -> bool {
        self.is_request() && !self.acks_refusal && self.tag_in_to().is_some()
    }
}

/// The events of an end, and the number of its messages that are none: those of other calls with others, SIPp having one neighbour.
pub(super) fn of(
    call: &Call<'_>,
    end: &End<'_>,
    mut read: impl FnMut(&Message<'_>) -> io::Result<Vec<u8>>,
) -> io::Result<Result<(Vec<Event>, usize), Unplayable>> {
    let mut hosts = Hosts::default();
    let mut own = Vec::new();
    let mut elsewhere = 0;
    for message in call.messages() {
        let is_node = |other: &Node<'_>| other.id() == end.node.id();
        let (source, destination) = message.nodes();
        let sent = source.as_ref().is_some_and(is_node);
        let got = destination.as_ref().is_some_and(is_node);
        let again = matches!(
            message.part(),
            Part::Retransmission | Part::Repeated | Part::Late
        );
        if again || !(sent || got) {
            continue;
        }
        let neighbour = if sent { &destination } else { &source };
        let is_neighbour = neighbour.as_ref().map(Node::id) == end.neighbour;
        let sighting = message.sighting();
        if !is_neighbour && sighting.call_id() != end.call_id {
            elsewhere += 1;
            continue;
        }
        let mut ends = (sighting.source(), sighting.destination());
        if !sent {
            ends = (ends.1, ends.0);
        }
        hosts
            .own
            .extend(ends.0.and_then(|end| end.endpoint()).map(|end| end.address));
        hosts
            .remote
            .extend(ends.1.and_then(|end| end.endpoint()).map(|end| end.address));
        own.push((message, sent));
    }
    if own.len() > LONGEST / SHORTEST_ELEMENT {
        return Ok(Err(Unplayable::Many(own.len())));
    }
    hosts.remote = &hosts.remote - &hosts.own;
    let hosts = Rc::new(hosts);
    let mut events: Vec<Event> = Vec::with_capacity(own.len());
    let mut requests: BTreeMap<HopId, usize> = BTreeMap::new();
    for (message, sent) in own {
        let number = message.id().number();
        let sighting = message.sighting();
        if !sighting.whole() {
            return Ok(Err(Unplayable::Cut(number)));
        }
        let hop = message.hop();
        let mut event = Event {
            sent,
            time: message.time(),
            transport: sighting.transport(),
            is_encrypted: sighting.path().contains(Layer::Tls),
            answers: None,
            branch_of: None,
            acks_refusal: message.part() == Part::Ack,
            hosts: Rc::clone(&hosts),
            bytes: read(&message)?,
            index: Index::default(),
        };
        event.index.read(&event.bytes);
        let at = events.len();
        match message.subject() {
            Subject::Response(status) => {
                if sent && !(100..700).contains(&status) {
                    return Ok(Err(Unplayable::Status(number)));
                }
                let Some(request) = requests.get(&hop.id()).copied() else {
                    return Ok(Err(Unplayable::Unasked(number)));
                };
                event.answers = Some(request);
            }
            Subject::Request(_) if event.acks_refusal => {
                event.branch_of = requests.get(&hop.id()).copied();
            }
            Subject::Request(_) => {
                let about = hop.about();
                event.branch_of = about.and_then(|about| requests.get(&about.id()).copied());
                requests.insert(hop.id(), at);
            }
        }
        events.push(event);
    }
    Ok(Ok((events, elsewhere)))
}
