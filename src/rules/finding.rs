//! What is found: a rule that failed, where, and what follows from it.

use super::rule::{Rule, Severity};
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

/// A line of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Position of the input.
    pub input: u32,
    /// Its number, from 1.
    pub line: u64,
}

/// A rule that failed.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which.
    pub rule: &'static Rule,
    /// How bad it is here: as the rule says, or less.
    pub severity: Severity,
    /// The call in which it did; none where only the text of a document is wrong.
    pub call: Option<CallId>,
    /// The hop on which it did; of a relay, the one that goes out of the node.
    pub hop: Option<HopId>,
    /// What proves it, the place to blame first.
    pub places: Vec<Place>,
    /// Lines of documents that prove it, beside the messages that they print.
    pub lines: Vec<Line>,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub got: String,
    /// Further messages that show the same because of this: later hops, and answers that repeat it.
    pub follows: Vec<MessageId>,
}
