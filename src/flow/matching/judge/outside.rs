//! The tag in To, which none gives before somebody answers (RFC 3261 8.1.1.2).

use super::{Deviation, Judge};
use crate::flow::template::What;
use crate::trace::MessageId;

impl Judge<'_, '_> {
    /// A tag in To of a request that stands outside of any dialog. Who passes it on is not blamed for it.
    pub(super) fn outside(&self, step: usize, message: MessageId) -> Option<Deviation> {
        let What::Request(request) = &self.template.steps[step].what else {
            return None;
        };
        let has_it = |step: usize| {
            let message = self.messages[step];
            message.is_some_and(|message| self.is_too_many(step, message))
        };
        if !self.is_too_many(step, message) || request.relays.is_some_and(has_it) {
            return None;
        }
        Some(Deviation {
            what: "To".to_owned(),
            expected: "one without a tag".to_owned(),
            got: self.written("To", message),
        })
    }

    /// Whether the request of a step that is none of a dialog has a tag in To.
    fn is_too_many(&self, step: usize, message: MessageId) -> bool {
        let mut hops = self.plan.hops.iter();
        hops.any(|hop| hop.request == step && hop.begins && !hop.may_be_inside)
            && self
                .scene
                .sip(message)
                .and_then(|sip| sip.to()?.tag())
                .is_some()
    }
}
