//! A message of a dialog while it is read: its place in the dialog beside its bytes.

use super::Party;
use super::turns::{Role, Transaction, Turn, Turns};
use crate::sip;
use crate::trace::ids::MessageId;
use crate::trace::view::Message;

pub(super) struct Heard<'t, 'a> {
    pub(super) message: Message<'a>,
    pub(super) role: Role,
    /// Position of its transaction.
    pub(super) at: usize,
    pub(super) transaction: &'t Transaction<'a>,
    pub(super) turns: &'t Turns<'a>,
    /// Its fields; none if the capture cut them, so that what is absent proves nothing.
    pub(super) fields: Option<sip::Message<'t>>,
}

impl<'t, 'a> Heard<'t, 'a> {
    pub(super) fn of(turn: &Turn<'a>, turns: &'t Turns<'a>, fields: sip::Message<'t>) -> Self {
        let head = &fields.bytes()[..fields.rest().start()];
        let ended = head.ends_with(b"\n\r\n") || head.ends_with(b"\n\n");
        Self {
            message: turn.message,
            role: turn.role,
            at: turn.transaction,
            transaction: &turns.transactions[turn.transaction],
            turns,
            fields: Some(fields).filter(|_| ended || turn.message.sighting().whole()),
        }
    }

    pub(super) fn id(&self) -> MessageId {
        self.message.id()
    }

    pub(super) fn method(&self) -> u16 {
        self.transaction.method()
    }

    /// Whether its transaction was begun by one of the dialog, not by a stranger who knows its tags.
    pub(super) fn is_from_within(&self) -> bool {
        self.turns.places.has_sender_of(&self.transaction.first)
    }

    /// Who sent it.
    pub(super) fn by(&self) -> Party {
        match self.role {
            Role::Sent { .. } | Role::Arrived { .. } => self.transaction.from,
            Role::Answer(_) | Role::Given(_) | Role::TooBrief => self.transaction.from.other(),
        }
    }

    /// Whether it is a request as its receiver got it.
    pub(super) fn arrived(&self) -> bool {
        matches!(
            self.role,
            Role::Arrived { at_end: true } | Role::Sent { arrived: true }
        )
    }

    /// Whether it is a request as its sender sent it.
    pub(super) fn sent(&self) -> bool {
        matches!(self.role, Role::Sent { .. })
    }

    /// Whether it is a request, wherever it was seen.
    pub(super) fn is_request(&self) -> bool {
        matches!(self.role, Role::Arrived { .. } | Role::Sent { .. })
    }

    /// The status of a response.
    pub(super) fn status(&self) -> Option<u16> {
        match self.role {
            Role::Answer(status) => Some(status),
            _ => None,
        }
    }
}
