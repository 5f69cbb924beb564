//! What is found: a rule that failed, where, and what follows from it.

use super::rule::Rule;
use crate::base::Span;
use crate::trace::{CallId, HopId, MessageId};

/// A part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The message.
    pub message: MessageId,
    /// The bytes of it.
    pub span: Span,
}

/// A rule that failed.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which.
    pub rule: &'static Rule,
    /// The call in which it did.
    pub call: CallId,
    /// The hop on which it did; of a relay, the one that goes out of the node.
    pub hop: HopId,
    /// What proves it, the place to blame first.
    pub places: Vec<Place>,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub got: String,
    /// Further messages that show the same because of this: later hops, and answers that repeat it.
    pub follows: Vec<MessageId>,
}
