//! To, and the tag in it, which who answers gives (RFC 3261 8.1.1.2, 8.2.6.2).

use super::{Deviation, Judge};
use crate::flow::template::What;
use crate::sip::Address;
use crate::trace::MessageId;

impl Judge<'_, '_> {
    /// The To of an answer that is not that of its request, a tag that is new aside. What is passed on is held to what it was
    /// before.
    pub(super) fn to(&self, step: usize, message: MessageId) -> Option<Deviation> {
        let response = self.response(step)?;
        if response.relays.is_some() {
            return None;
        }
        let asked = self.answered(step)?;
        let (expected, got) = (self.to_of(asked)?, self.to_of(message)?);
        let same_uri =
            expected.uri_text() == got.uri_text() || expected.uri().equivalent(&got.uri());
        let same_tag = expected.tag().is_none() || tag(&expected) == tag(&got);
        (!same_uri || !same_tag).then(|| self.differs(asked, message))
    }

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
        let mut deviation = self.differs(message, message);
        deviation.expected = "one without a tag".to_owned();
        Some(deviation)
    }

    /// Whether the request of a step that is none of a dialog has a tag in To.
    fn is_too_many(&self, step: usize, message: MessageId) -> bool {
        let mut hops = self.plan.hops.iter();
        hops.any(|hop| hop.request == step && hop.begins && !hop.may_be_inside)
            && self.to_of(message).is_some_and(|to| to.tag().is_some())
    }

    fn to_of(&self, message: MessageId) -> Option<Address<'_>> {
        self.scene.sip(message)?.to()
    }

    fn differs(&self, expected: MessageId, got: MessageId) -> Deviation {
        let written = |message| {
            let values = self.scene.values(message, "To").unwrap_or_default();
            values.join(", ")
        };
        Deviation {
            what: "To".to_owned(),
            expected: written(expected),
            got: written(got),
        }
    }
}

fn tag(address: &Address<'_>) -> Option<Vec<u8>> {
    address.tag().map(|tag| tag.bytes().to_vec())
}
