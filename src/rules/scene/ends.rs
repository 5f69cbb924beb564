//! Who is at the ends of a hop, and what that means for a message that passes there.

use super::Seen;
use crate::sip::Uri;
use crate::trace::{Node, Role};

/// Whether a URI names this node, as far as the trace knows.
pub(in crate::rules) fn names(node: &Node<'_>, uri: &Uri<'_>) -> bool {
    node.is_named_by(uri)
}

impl<'s> Seen<'s> {
    /// The node that sent it.
    pub fn sender(&self) -> Option<Node<'s>> {
        let hop = self.message.hop();
        match self.is_request() {
            true => hop.source_node(),
            false => hop.destination_node(),
        }
    }

    /// The node that got it.
    pub fn receiver(&self) -> Option<Node<'s>> {
        let hop = self.message.hop();
        match self.is_request() {
            true => hop.destination_node(),
            false => hop.source_node(),
        }
    }

    /// What the node that sent it does.
    pub fn sender_role(&self) -> Option<Role> {
        self.sender().map(|node| node.role())
    }

    /// What the node that got it does.
    pub fn receiver_role(&self) -> Option<Role> {
        self.receiver().map(|node| node.role())
    }

    /// Whether it comes from a terminal: nothing that it asserts is trusted.
    pub fn is_from_terminal(&self) -> bool {
        self.sender_role() == Some(Role::Ue)
    }

    /// Whether it goes to a terminal.
    pub fn is_to_terminal(&self) -> bool {
        self.receiver_role() == Some(Role::Ue)
    }

    /// Whether it passes between a terminal and its P-CSCF: there a network hides what is its own, and Via, Route and
    /// Record-Route may be those of the P-CSCF alone.
    pub fn is_at_terminal(&self) -> bool {
        self.is_from_terminal() || self.is_to_terminal()
    }

    /// Whether it leaves or enters a trust domain (RFC 3325 2.3, 3GPP TS 24.229 4.4): as the node file says or, without one,
    /// where one of its ends is a terminal. None where that is not known.
    pub fn crosses_trust_edge(&self) -> Option<bool> {
        let (sender, receiver) = self.sender().zip(self.receiver())?;
        match (sender.trust_domain(), receiver.trust_domain()) {
            (Some(one), Some(other)) => Some(one != other),
            _ if self.is_at_terminal() => Some(true),
            _ => None,
        }
    }
}
