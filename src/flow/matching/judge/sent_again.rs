//! What is sent again with credentials is the same request: for the same, from and to the same users (RFC 3261 8.1.3.5, 22.2, 22.3).

use super::answers::same_uri;
use super::{Deviation, Judge};
use crate::flow::matching::plan::is_challenge;
use crate::flow::template::REQUEST_URI;
use crate::trace::MessageId;

impl Judge<'_, '_> {
    /// What a request has otherwise than the one in front of it that was answered with a challenge.
    pub(super) fn sent_again(&self, step: usize, message: MessageId) -> Vec<Deviation> {
        let asked = self.challenged_before(step);
        let Some(asked) = asked.and_then(|asked| self.messages[asked]) else {
            return Vec::new();
        };
        let mut deviations = Vec::new();
        let mut differs = |what: &str, is_same: bool| {
            if !is_same {
                deviations.push(self.between(what, asked, message));
            }
        };
        differs(REQUEST_URI, self.have_the_same(REQUEST_URI, asked, message));
        if let Some((was, is)) = self.scene.sip(asked).zip(self.scene.sip(message)) {
            for (what, ends) in [
                ("From", was.from().zip(is.from())),
                ("To", was.to().zip(is.to())),
            ] {
                differs(what, ends.is_none_or(|(one, other)| same_uri(&one, &other)));
            }
        }
        deviations
    }

    /// The request of the same dialog with the same method that its sender had sent before, if it was refused for want of credentials.
    pub(super) fn challenged_before(&self, step: usize) -> Option<usize> {
        let of = |step: usize| (self.template.dialog_of(step), self.template.method_of(step));
        let roots = || self.plan.roots.iter().map(|root| &self.plan.hops[*root]);
        let own = roots().position(|hop| hop.request == step)?;
        let last = roots().take(own).rfind(|hop| of(hop.request) == of(step))?;
        let from = |step: usize| self.template.steps[step].from;
        let mut answers = last.responses.iter();
        let is_asked = answers.any(|answer| {
            is_challenge(self.template, *answer)
                && self.messages[*answer].is_some()
                && !self.wrong_status.contains_key(answer)
        });
        let is_own = is_asked && from(last.request) == from(step);
        Some(last.request).filter(|_| is_own)
    }
}
