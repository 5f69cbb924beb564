//! A hop with its messages.

use std::cell::OnceCell;

use super::{Seen, View};
use crate::base::Timestamp;
use crate::trace::{Hop, Link, Message, MessageId, Part};

/// A hop with its messages.
#[derive(Clone, Copy)]
pub struct HopScene<'s> {
    /// Its place in the trace.
    pub hop: Hop<'s>,
    pub(super) view: &'s View<'s>,
    /// What was found of it already.
    pub(super) made: &'s HopMade<'s>,
}

/// What was found of a hop because a rule asked for it; the others have it from here.
#[derive(Default)]
pub(super) struct HopMade<'s> {
    request: OnceCell<Option<Seen<'s>>>,
    answers: OnceCell<Vec<Seen<'s>>>,
    /// The answers that were seen to come from further on.
    passed_on: OnceCell<Vec<MessageId>>,
}

impl<'s> HopScene<'s> {
    /// The request.
    pub fn request(&self) -> Option<Seen<'s>> {
        let read = || self.view.seen(self.hop.request()?);
        *self.made.request.get_or_init(read)
    }

    /// The answers in their order, those that were sent again left out.
    pub fn answers(&self) -> impl Iterator<Item = Seen<'s>> + use<'s> {
        let read = || {
            let all = self.hop.messages().filter(|message| {
                matches!(
                    message.part(),
                    Part::Provisional | Part::Final | Part::Late | Part::Second
                )
            });
            all.filter_map(|message| self.view.seen(message)).collect()
        };
        self.made.answers.get_or_init(read).iter().copied()
    }

    /// The final answer, of several the first.
    pub fn answer(&self) -> Option<Seen<'s>> {
        self.view.seen(self.hop.answer()?)
    }

    /// All messages in their order.
    pub fn messages(&self) -> impl Iterator<Item = Seen<'s>> + use<'s> {
        let view = self.view;
        self.hop
            .messages()
            .filter_map(move |message| view.seen(message))
    }

    /// The other hops of the journey that go on from here, in their order.
    pub fn journey(&self) -> Vec<HopScene<'s>> {
        let mut all: Vec<_> = self.hop.continued_by().collect();
        let mut next = 0;
        while let Some(hop) = all.get(next) {
            all.extend(hop.continued_by());
            next += 1;
        }
        let view = self.view;
        all.into_iter().map(|hop| view.hop(hop)).collect()
    }

    /// Whether an answer was seen to come from further on, by the Via list.
    pub fn is_passed_on(&self, answer: &Seen<'s>) -> bool {
        let read = || {
            let by_via = |next: &Hop<'s>| next.parent().is_some_and(|(_, link)| link == Link::Via);
            let hops = self.hop.continued_by().filter(by_via);
            let relays = hops.flat_map(|next| next.relays());
            relays.map(|passed| passed.after.id()).collect()
        };
        let passed_on = self.made.passed_on.get_or_init(read);
        passed_on.contains(&answer.message.id())
    }

    /// What an answer was when it came from further on, however that is known.
    pub fn came_from(&self, answer: &Seen<'s>) -> Option<Seen<'s>> {
        let mut relays = self.hop.continued_by().flat_map(|next| next.relays());
        let passed = relays.find(|passed| passed.after.id() == answer.message.id())?;
        self.view.seen(passed.before)
    }

    /// The answers to no request of their method, and the one that they can only be meant for.
    pub fn misdirected(&self) -> Option<(Seen<'s>, impl Iterator<Item = Seen<'s>> + use<'s>)> {
        let is_stray = self.hop.request().is_none() && self.hop.method_name() != b"CANCEL";
        let request = self.request_of(self.hop.about().filter(|_| is_stray)?)?;
        let view = self.view;
        Some((
            request,
            self.hop.messages().filter_map(|message| view.seen(message)),
        ))
    }

    /// A message of this hop or another.
    pub fn seen(&self, message: Message<'s>) -> Option<Seen<'s>> {
        self.view.seen(message)
    }

    /// The request of another hop.
    pub fn request_of(&self, other: Hop<'s>) -> Option<Seen<'s>> {
        self.view.seen(other.request()?)
    }

    /// When the trace ends.
    pub fn end(&self) -> Option<Timestamp> {
        self.view.end()
    }

    /// The ACK to a final response that is no 2xx.
    pub fn ack(&self) -> Option<Seen<'s>> {
        let mut all = self.hop.messages();
        self.view
            .seen(all.find(|message| message.part() == Part::Ack)?)
    }
}
