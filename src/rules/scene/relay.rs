//! A message that a node passed on.

use super::{Seen, View};
use crate::trace::{Hop, Link, Node, Role};

/// A message that a node passed on.
pub struct Relay<'s> {
    /// As it came in.
    pub before: Seen<'s>,
    /// As it went out.
    pub after: Seen<'s>,
    /// The request of the hop on which it went out: of an answer, what it answers there.
    pub asked: Option<Seen<'s>>,
    /// How it is known that one became the other.
    pub link: Link,
    /// The node that passed it on.
    pub node: Option<Node<'s>>,
}

impl<'s> Relay<'s> {
    /// What went from the hop before into this one, and back.
    pub(in crate::rules) fn all_of(hop: Hop<'s>, view: &'s View<'s>) -> Vec<Self> {
        // Where a journey begins these are the relays of the hops below, and what is no SIP node relays nothing.
        if hop.parent().is_none_or(|(_, link)| link == Link::Unchanged) {
            return Vec::new();
        }
        let passed = hop.relays().into_iter().filter_map(|passed| {
            Some(Self {
                before: view.seen(passed.before)?,
                after: view.seen(passed.after)?,
                asked: passed
                    .after
                    .hop()
                    .request()
                    .and_then(|request| view.seen(request)),
                link: passed.link(),
                node: passed.node(),
            })
        });
        passed.collect()
    }

    /// Whether it is a request.
    pub fn is_request(&self) -> bool {
        self.before.is_request()
    }

    /// Whether it is known that both are one request: the Via list says so, and the node is no back-to-back user agent.
    pub fn is_proxied(&self) -> bool {
        self.link == Link::Via && !self.is_by_b2bua()
    }

    /// Whether the node is a back-to-back user agent.
    pub fn is_by_b2bua(&self) -> bool {
        self.node.map(|node| node.role()) == Some(Role::B2bua)
    }
}
