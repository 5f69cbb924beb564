//! A registration: all REGISTERs about one address, whatever their Call-IDs, each once, on the hop where it entered the trace:
//! the client's. `last` is the hop to the registrar.

use super::{HopScene, Seen, View};
use crate::trace::{Attempt, Registration};

/// A registration with its requests and their answers.
pub struct RegistrationScene<'s> {
    /// The address, and who registers it.
    pub registration: &'s Registration<'s>,
    view: &'s View<'s>,
}

/// A REGISTER or PUBLISH.
#[derive(Clone, Copy)]
pub struct AttemptScene<'s> {
    /// What it wanted, what it got, and what it follows.
    pub attempt: &'s Attempt<'s>,
    /// Its position among the steps, as `follows` names it.
    pub position: usize,
    view: &'s View<'s>,
}

impl<'s> RegistrationScene<'s> {
    pub(in crate::rules) fn of(registration: &'s Registration<'s>, view: &'s View<'s>) -> Self {
        Self { registration, view }
    }

    /// All requests, in their order.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = AttemptScene<'s>> + use<'s> {
        AttemptScene::all_of(&self.registration.steps, self.view)
    }

    /// The request to which another is the reaction.
    pub fn before(&self, step: &AttemptScene<'s>) -> Option<AttemptScene<'s>> {
        let follows = step.attempt.follows?;
        self.steps().nth(follows.step)
    }
}

impl<'s> AttemptScene<'s> {
    pub(super) fn all_of(
        steps: &'s [Attempt<'s>],
        view: &'s View<'s>,
    ) -> impl DoubleEndedIterator<Item = Self> + use<'s> {
        let all = steps.iter().enumerate();
        all.map(move |(position, attempt)| Self {
            attempt,
            position,
            view,
        })
    }

    /// The hop on which it entered the trace.
    pub fn hop(&self) -> HopScene<'s> {
        self.view.hop(self.attempt.hop)
    }

    /// The hop on which it came to whoever keeps the state; the same if nobody passed it on.
    pub fn last(&self) -> HopScene<'s> {
        self.view.hop(self.attempt.last)
    }

    /// The request.
    pub fn request(&self) -> Option<Seen<'s>> {
        self.hop().request()
    }

    /// Its final answer.
    pub fn answer(&self) -> Option<Seen<'s>> {
        self.hop().answer()
    }
}
