//! A dialog with its transactions.
//!
//! Each transaction is there once, on the hop of the side that sent the request: there the request says what that side knows
//! of the dialog, and the answers are what it learned. What the other side got of it is `arrived`. A proxy changes Via, Route
//! and Record-Route between the two, and a P-CSCF toward the terminal more than that: these are relays.

use std::cell::OnceCell;

use super::book::Book;
use super::{HopScene, Seen, View};
use crate::trace::{Dialog, DialogState, MessageId, Node, Party, Transaction, Turns};

/// A dialog with its transactions.
pub struct DialogScene<'s> {
    /// Its place in the trace.
    pub dialog: Dialog<'s>,
    turns: &'s Turns<'s>,
    view: &'s View<'s>,
    state: OnceCell<DialogState<'s>>,
    book: Book<'s>,
}

/// A transaction of a dialog.
#[derive(Clone, Copy)]
pub struct TransactionScene<'s> {
    /// Where it begins and ends, who sent the request, and whether that made the dialog.
    pub transaction: Transaction<'s>,
    pub(super) position: usize,
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
            book: Book::default(),
        }
    }

    /// Its transactions, in the order in which their requests appeared; that which made it is the first, if it was seen.
    pub fn transactions(&self) -> impl DoubleEndedIterator<Item = TransactionScene<'s>> + use<'s> {
        let (turns, view) = (self.turns, self.view);
        (0..turns.transactions().len())
            .map(move |position| TransactionScene::at(turns, view, position))
    }

    fn at(&self, position: usize) -> TransactionScene<'s> {
        TransactionScene::at(self.turns, self.view, position)
    }

    /// Those of one side, in the order in which it sent the requests.
    pub fn sent_by(&self, party: Party) -> &[TransactionScene<'s>] {
        self.book.sent_by(party, self.transactions())
    }

    /// The first that one side sent with this method and number in CSeq.
    pub fn numbered(
        &self,
        party: Party,
        method: &'static str,
        number: u32,
    ) -> Option<TransactionScene<'s>> {
        let found = self.book.numbered(party, method, number, self.in_order());
        found.map(|position| self.at(position))
    }

    /// That whose request or answer this message is.
    pub fn transaction_of(&self, message: MessageId) -> Option<TransactionScene<'s>> {
        let found = self.book.of_message(message, self.transactions());
        found.map(|position| self.at(position))
    }

    /// The PRACKs for provisional answers to an INVITE, in their order.
    pub fn pracks(&self, invite: &TransactionScene<'s>) -> &[TransactionScene<'s>] {
        let of = &invite.transaction;
        self.book.pracks(of.from, of.first.cseq(), self.in_order())
    }

    /// First those of the caller, then those of the other side, each in the order in which the requests were sent.
    fn in_order(&self) -> impl Iterator<Item = TransactionScene<'s>> {
        let sides = [Party::Caller, Party::Callee];
        sides
            .into_iter()
            .flat_map(|party| self.sent_by(party))
            .copied()
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
        self.turns
            .end_of(party, |message| Some(self.view.seen(message)?.sip))
    }

    /// A message that its state names.
    pub fn message(&self, id: MessageId) -> Option<Seen<'s>> {
        let message = self.dialog.message(id)?;
        let is_own = self.book.has_hop(message.hop().id(), &self.dialog);
        self.view.seen(message).filter(|_| is_own)
    }
}

impl<'s> TransactionScene<'s> {
    fn at(turns: &'s Turns<'s>, view: &'s View<'s>, position: usize) -> Self {
        Self {
            transaction: turns.transactions()[position],
            position,
            turns,
            view,
        }
    }

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
