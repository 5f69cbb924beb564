//! A publication: the PUBLISHes about one state, chained by entity-tags, whatever their Call-IDs; each once, on the hop where it
//! entered the trace.

use super::{AttemptScene, View};
use crate::trace::Publication;

/// A publication with its requests and their answers.
pub struct PublicationScene<'s> {
    /// Whose state it is, and where it stands at the end of the trace.
    pub publication: &'s Publication<'s>,
    view: &'s View<'s>,
}

impl<'s> PublicationScene<'s> {
    pub(in crate::rules) fn of(publication: &'s Publication<'s>, view: &'s View<'s>) -> Self {
        Self { publication, view }
    }

    /// All requests, in their order.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = AttemptScene<'s>> + use<'s> {
        AttemptScene::all_of(&self.publication.steps, self.view)
    }

    /// The request to which another is the reaction.
    pub fn before(&self, step: &AttemptScene<'s>) -> Option<AttemptScene<'s>> {
        let follows = step.attempt.follows?;
        self.steps().nth(follows.step)
    }
}
