//! Relays: a message as it came to a node, and as it went on.

use super::hops::Part;
use super::journeys::Link;
use super::nodes::Node;
use super::sightings::CANCEL;
use super::view::{Hop, Message};
use super::{Between, Subject};

/// What a node passed on. A request goes down the journey, a response up.
#[derive(Clone, Copy)]
pub struct Relay<'a> {
    /// As it came in.
    pub before: Message<'a>,
    /// As it went out.
    pub after: Message<'a>,
}

impl<'a> Relay<'a> {
    /// The hop toward where the request came from.
    pub fn upper_hop(&self) -> Hop<'a> {
        self.hops().0
    }

    /// The hop toward where the request went.
    pub fn lower_hop(&self) -> Hop<'a> {
        self.hops().1
    }

    fn hops(&self) -> (Hop<'a>, Hop<'a>) {
        let (before, after) = (self.before.hop(), self.after.hop());
        match self.before.subject() {
            Subject::Request(_) => (before, after),
            Subject::Response(_) => (after, before),
        }
    }

    /// The node between the two hops.
    pub fn node(&self) -> Option<Node<'a>> {
        let (upper, lower) = self.hops();
        lower.source_node().or_else(|| upper.destination_node())
    }

    /// How one hop is known to follow the other.
    pub fn link(&self) -> Link {
        let parent = self.lower_hop().parent();
        parent.map_or(Link::None, |(_, link)| link)
    }

    /// What to know of it when its changes are judged.
    pub fn between(&self) -> Between {
        Between {
            link: self.link(),
            role: self.node().map(|node| node.role()),
        }
    }
}

impl<'a> Hop<'a> {
    /// What the node at its beginning passed on between the hop that this one continues and this one: the request, then the
    /// responses. At the beginning of a journey, what the node at its end passed on.
    pub fn relays(&self) -> Vec<Relay<'a>> {
        match self.parent() {
            Some(_) => self.relays_from_parent(),
            None => {
                let below = self.continued_by();
                below.flat_map(|hop| hop.relays_from_parent()).collect()
            }
        }
    }

    fn relays_from_parent(&self) -> Vec<Relay<'a>> {
        let Some((parent, _)) = self.parent() else {
            return Vec::new();
        };
        // What was sent again came from what was sent again.
        let first = |message: &Message<'a>| {
            !matches!(
                message.part(),
                Part::Retransmission | Part::Repeated | Part::Ack
            )
        };
        let messages = self.messages().filter(first);
        messages
            .filter_map(|message| {
                let other = parent.counterpart_of(&message)?;
                match message.subject() {
                    Subject::Request(_) => Some(Relay {
                        before: other,
                        after: message,
                    }),
                    // 100 is hop by hop (RFC 3261 17.2.1).
                    Subject::Response(100) => None,
                    Subject::Response(_) => message.may_become(&other).then_some(Relay {
                        before: message,
                        after: other,
                    }),
                }
            })
            .collect()
    }
}

impl<'a> Message<'a> {
    /// Where nodes passed it on: up to one where it came from, and one for each way that it went. Requests and responses of
    /// which only one side was seen are not among them.
    pub fn relays(&self) -> Vec<Relay<'a>> {
        // The ACK to a final response that is no 2xx is hop by hop (RFC 3261 17.1.1.3).
        if self.part() == Part::Ack {
            return Vec::new();
        }
        let hop = self.hop();
        let above = hop
            .parent()
            .into_iter()
            .flat_map(|(above, _)| above.counterpart_of(self));
        let below = hop.continued_by();
        let below = below.filter_map(|below| below.counterpart_of(self));
        let relay = |before, after| Relay { before, after };
        match self.subject() {
            Subject::Request(_) => {
                let came = above.map(|before| relay(before, *self));
                came.chain(below.map(|after| relay(*self, after))).collect()
            }
            Subject::Response(100) => Vec::new(),
            Subject::Response(_) => {
                let came = below.filter(|before| before.may_become(self));
                let came = came.map(|before| relay(before, *self));
                let went = above.filter(|after| self.may_become(after));
                came.chain(went.map(|after| relay(*self, after))).collect()
            }
        }
    }

    /// Whether an answer can be what its node made of this one from below. CANCEL is answered by each node (RFC 3261 9.2, 16.10);
    /// and what left before this one came was the answer of the node itself, as back-to-back user agents give it.
    fn may_become(&self, other: &Message<'a>) -> bool {
        let left_before = || {
            let times = self.timed().zip(other.timed());
            times.is_some_and(|((came, one), (left, other))| {
                one.input() == other.input() && left < came
            })
        };
        self.hop().method().0 != CANCEL && (self.brings_tag() || !left_before())
    }

    /// Whether an answer has a To tag that its request did not have: who else has it got it from here.
    fn brings_tag(&self) -> bool {
        let without = |request: Message<'_>| request.to_tag().is_none();
        self.to_tag().is_some() && self.hop().request().is_some_and(without)
    }

    /// Whether an answer is one passed on, so that it cannot have been sent before that, whatever the clocks say.
    pub(super) fn surely_became(&self, other: &Message<'a>, link: Link) -> bool {
        let is_own = link == Link::Inferred && !self.brings_tag();
        self.hop().method().0 != CANCEL && !is_own && self.to_tag() == other.to_tag()
    }
}
