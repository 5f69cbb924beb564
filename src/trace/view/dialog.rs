//! A dialog of the trace.

use super::{Hop, Message};
use crate::trace::ids::{DialogId, MessageId};
use crate::trace::{DialogEntry, Trace};

/// A dialog: Call-ID and the tags of both sides.
#[derive(Clone, Copy)]
pub struct Dialog<'a> {
    pub(super) id: DialogId,
    pub(super) entry: &'a DialogEntry,
    pub(super) trace: &'a Trace,
}

impl<'a> Dialog<'a> {
    /// Which one.
    pub fn id(&self) -> DialogId {
        self.id
    }

    /// The Call-ID.
    pub fn call_id(&self) -> &'a [u8] {
        self.trace.call_id_of(self.entry.group)
    }

    /// The tag of the side that made it, or that was seen first.
    pub fn caller_tag(&self) -> &'a [u8] {
        self.trace.facts.text(self.entry.caller)
    }

    /// The tag of the other side.
    pub fn callee_tag(&self) -> &'a [u8] {
        self.trace.facts.text(self.entry.callee)
    }

    /// The request that made it; `None` if that was before the trace began.
    pub fn made_by(&self) -> Option<Hop<'a>> {
        Some(self.trace.hop_at(self.entry.made_by.known()?))
    }

    /// Whether it was there before the trace began.
    pub fn joined_late(&self) -> bool {
        self.made_by().is_none()
    }

    /// Whether a 2xx confirmed it; one that was joined late was confirmed before, unless it was joined while it rang.
    pub fn confirmed(&self) -> bool {
        self.entry.confirmed || (self.joined_late() && !self.entry.early)
    }

    /// Whether this is the INVITE that made it, of which only answers were seen.
    pub(in crate::trace) fn is_opened_unseen_by(&self, hop: &Hop<'_>) -> bool {
        let first = self.hops().next();
        self.entry.early
            && hop.request().is_none()
            && first.is_some_and(|first| first.id() == hop.id())
    }

    /// A message of the same trace.
    pub fn message(&self, id: MessageId) -> Option<Message<'a>> {
        self.trace.message(id)
    }

    /// All hops with its messages.
    pub fn hops(&self) -> impl DoubleEndedIterator<Item = Hop<'a>> + use<'a> {
        let start = self.entry.first as usize;
        let all = &self.trace.dialog_hops[start..start + self.entry.count as usize];
        let trace = self.trace;
        all.iter().map(move |hop| trace.hop_at(*hop))
    }
}
