//! A dialog with its transactions.
//!
//! Each transaction is there once, on the hop of the side that sent the request: there the request says what that side knows
//! of the dialog, and the answers are what it learned. What the other side got of it is `arrived`. A proxy changes Via, Route
//! and Record-Route between the two, and a P-CSCF toward the terminal more than that: these are relays.

use std::cell::OnceCell;

use super::{HopScene, Seen, View, names};
use crate::sip::Name;
use crate::trace::{Dialog, DialogState, MessageId, Node, Party, Transaction, Turns};

/// A dialog with its transactions.
pub struct DialogScene<'s> {
    /// Its place in the trace.
    pub dialog: Dialog<'s>,
    turns: &'s Turns<'s>,
    view: &'s View<'s>,
    state: OnceCell<DialogState<'s>>,
}

/// A transaction of a dialog.
#[derive(Clone, Copy)]
pub struct TransactionScene<'s> {
    /// Where it begins and ends, who sent the request, and whether that made the dialog.
    pub transaction: Transaction<'s>,
    position: usize,
    turns: &'s Turns<'s>,
    view: &'s View<'s>,
}

impl<'s> DialogScene<'s> {
    pub(in crate::rules) fn of(turns: &'s Turns<'s>, view: &'s View<'s>) -> Self {
        Self {
            dialog: turns.dialog,
            turns,
            view,
            state: OnceCell::new(),
        }
    }

    /// Its transactions, in the order in which their requests appeared; that which made it is the first, if it was seen.
    pub fn transactions(&self) -> impl DoubleEndedIterator<Item = TransactionScene<'s>> + use<'s> {
        let (turns, view) = (self.turns, self.view);
        let all = turns.transactions().iter().enumerate();
        all.map(move |(position, transaction)| TransactionScene {
            transaction: *transaction,
            position,
            turns,
            view,
        })
    }

    /// Those of one side, in the order in which it sent the requests.
    pub fn sent_by(&self, party: Party) -> Vec<TransactionScene<'s>> {
        let all = self.transactions();
        let mut own: Vec<_> = all.filter(|one| one.transaction.from == party).collect();
        own.sort_by_key(|one| one.transaction.first.first_message().id());
        own
    }

    /// What its messages say about it: route sets, remote targets, numbers, offers and answers, session timer, how it ended.
    pub fn state(&self) -> &DialogState<'s> {
        self.state.get_or_init(|| {
            let (turns, view) = (self.turns, self.view);
            turns.state_of(|message| view.sip(message))
        })
    }

    /// Whether its first messages were sent before the trace begins.
    pub fn joined_late(&self) -> bool {
        self.dialog.joined_late()
    }

    /// Whether all of its messages are here: not where so many dialogs share one request that only some of them have it.
    pub fn is_complete(&self) -> bool {
        !self.turns.is_incomplete()
    }

    /// Whether the request that made it made others as well.
    pub fn is_forked(&self) -> bool {
        self.turns.is_forked()
    }

    /// The node at the end of one side, if it is known that the user agent itself is there and nobody behind it: the Contact
    /// with which it made the dialog names it.
    pub fn end_of(&self, party: Party) -> Option<Node<'s>> {
        let made = self.transactions().find(|one| one.transaction.makes)?;
        let (told, node) = match party == made.transaction.from {
            true => (made.request()?, made.transaction.first.source_node()?),
            false => {
                let callee = self.dialog.callee_tag();
                let mut answers = made.far_hop().answers();
                let own = |answer: &Seen<'s>| {
                    answer.sip.has(Name::Contact) && answer.message.to_tag() == Some(callee)
                };
                (
                    answers.find(own)?,
                    made.transaction.last.destination_node()?,
                )
            }
        };
        let contact = told.sip.address(Name::Contact)?;
        names(&node, &contact.uri()).then_some(node)
    }

    /// A message that its state names.
    pub fn message(&self, id: MessageId) -> Option<Seen<'s>> {
        let mut all = self.dialog.hops().flat_map(|hop| hop.messages());
        self.view.seen(all.find(|message| message.id() == id)?)
    }
}

impl<'s> TransactionScene<'s> {
    /// The hop of the side that sent the request, as far as the trace goes.
    pub fn hop(&self) -> HopScene<'s> {
        self.view.hop(self.transaction.first)
    }

    /// The hop of the side that got the request, as far as the trace goes; the same if only one was seen.
    pub fn far_hop(&self) -> HopScene<'s> {
        self.view.hop(self.transaction.last)
    }

    /// The request as its sender sent it.
    pub fn request(&self) -> Option<Seen<'s>> {
        self.hop().request()
    }

    /// The request as it arrived.
    pub fn arrived(&self) -> Option<Seen<'s>> {
        self.far_hop().request()
    }

    /// The responses that are about this dialog, without 100, as the sender of the request got them.
    pub fn answers(&self) -> impl Iterator<Item = Seen<'s>> + use<'s> {
        let (turns, view) = (self.turns, self.view);
        let all = turns.answers(self.position);
        all.filter_map(move |message| view.seen(message))
    }

    /// Whether its request was seen as the user agent at the end of that side sent it: no proxy stands before it.
    pub fn is_sent_by(&self, node: &Node<'s>) -> bool {
        let source = self.transaction.first.source_node();
        let request = self.request();
        source.is_some_and(|source| source.id() == node.id())
            && request.is_some_and(|request| request.vias().len() == 1)
    }

    /// The first 2xx among them.
    pub fn accepted(&self) -> Option<Seen<'s>> {
        self.answers().find(Seen::accepts)
    }
}
