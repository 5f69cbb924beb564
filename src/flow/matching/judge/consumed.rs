//! A Route on its way that is not what the requests before and behind it make it: each proxy takes one entry away (RFC 3261 16.4, 16.12).

use std::borrow::Cow;

use super::directed::ROUTE;
use super::{Deviation, Judge};
use crate::flow::matching::meaning::mean_the_same;
use crate::flow::template::What;
use crate::trace::MessageId;

impl Judge<'_, '_> {
    /// What stands in Route otherwise than between the two that agree about it: that from which it comes, and the one that it becomes.
    pub(super) fn between_routes(&self, step: usize, message: MessageId) -> Option<Deviation> {
        let before = self.passed_on_from(step)?;
        let mut further = (0..self.template.steps.len())
            .filter(|other| self.passed_on_from(*other) == Some(step));
        let after = further.next().filter(|_| further.next().is_none())?;
        if [(before, step), (step, after)]
            .iter()
            .any(|(above, below)| self.hops_between(*above, *below) != [1, 1])
        {
            return None;
        }
        let entries = |message| {
            self.whole(message)?;
            self.scene.values(message, ROUTE)
        };
        let list = |step: usize| entries(self.messages[step]?);
        let (before, got, after) = (list(before)?, entries(message)?, list(after)?);
        let (expected, behind) = (before.get(1..)?, before.get(2..)?);
        let same = |one: &[Cow<'_, str>], other: &[Cow<'_, str>]| {
            let mut pairs = one.iter().zip(other);
            one.len() == other.len() && pairs.all(|(one, other)| mean_the_same(ROUTE, one, other))
        };
        let written = |list: &[Cow<'_, str>]| match list {
            [] => "none".to_owned(),
            list => list.join(", "),
        };
        (same(behind, &after) && !same(expected, &got)).then(|| Deviation {
            what: ROUTE.to_owned(),
            expected: written(expected),
            got: written(&got),
        })
    }

    fn passed_on_from(&self, step: usize) -> Option<usize> {
        match &self.template.steps[step].what {
            What::Request(request) => request.relays,
            _ => None,
        }
    }
}
