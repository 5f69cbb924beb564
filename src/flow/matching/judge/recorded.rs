//! Record-Route on the way of what makes a dialog: each proxy puts its own values on top of those of the request and leaves the others,
//! an answer has those of the request on its hop at its end, and who passes it on writes only its own anew (RFC 3261 12.1.1, 16.6, 16.7).

use std::borrow::Cow;

use super::{Deviation, Judge};
use crate::flow::matching::meaning::mean_the_same;
use crate::flow::matching::tags::DIALOG_MAKERS;
use crate::flow::template::What;
use crate::trace::MessageId;

pub(super) const RECORD_ROUTE: &str = "Record-Route";

/// What hides a value from those outside of a network, for whom it is another one (3GPP TS 24.229 5.10.4).
pub(super) const HIDDEN: &str = "tokenized-by";

/// So many answers that agree tell more than the request that says otherwise.
const ENOUGH: usize = 2;

type List<'a> = Vec<Cow<'a, str>>;

impl Judge<'_, '_> {
    /// What stands in Record-Route of a message otherwise than in those around it.
    pub(super) fn recorded(&self, step: usize, message: MessageId) -> Option<Deviation> {
        let expected = match &self.template.steps[step].what {
            What::Request(_) => self.contradicted_by_answers(step),
            What::Response(_) if !self.makes_a_dialog(step) => None,
            What::Response(response) => {
                let returned = |before| self.returned(step, before);
                let of_request = self.of_request_on_hop(step, response.answers);
                of_request.or_else(|| returned(response.relays?))
            }
            _ => None,
        }?;
        Some(Deviation {
            what: RECORD_ROUTE.to_owned(),
            expected: told(&expected),
            got: told(&self.record_route(message)?),
        })
    }

    /// What a request has to have, if several answers on its hop say so, or one and the hop beside it.
    fn contradicted_by_answers(&self, step: usize) -> Option<List<'_>> {
        let hop = self.plan.hops.iter().find(|hop| hop.request == step)?;
        let got = self.list_of(step)?;
        let answers = hop.responses.iter().copied();
        let answers = answers.filter(|answer| self.makes_a_dialog(*answer));
        let answers: Vec<List<'_>> = answers.filter_map(|answer| self.list_of(answer)).collect();
        let (first, others) = answers.split_first()?;
        if ends_with(first, &got) || !others.iter().all(|other| is_same(first, other)) {
            return None;
        }
        let beside = |above: usize, below: usize| {
            let (above_list, below_list) = (self.list_of(above)?, self.list_of(below)?);
            (self.is_by_proxy(below, above) && !ends_with(&below_list, &above_list))
                .then_some([above_list, below_list])
        };
        let above = self
            .relayed(step)
            .and_then(|above| beside(above, step))
            .filter(|[above, _]| ends_with(first, above));
        let mut further =
            (0..self.template.steps.len()).filter(|other| self.relayed(*other) == Some(step));
        let below = further.next().filter(|_| further.next().is_none());
        let below = below
            .and_then(|below| beside(step, below))
            .filter(|[_, below]| {
                let end = below.len().checked_sub(got.len());
                end.is_some_and(|end| ends_with(first, &below[end..]))
            });
        if answers.len() < ENOUGH && above.is_none() && below.is_none() {
            return None;
        }
        let length = above.map_or(got.len(), |[above, _]| above.len().max(got.len()));
        Some(first[first.len().saturating_sub(length)..].to_vec())
    }

    /// The list of the request on the hop of an answer, if it is not at the end of that of the answer.
    fn of_request_on_hop(&self, step: usize, request: usize) -> Option<List<'_>> {
        let expected = self.list_of(request)?;
        let differs = !ends_with(&self.list_of(step)?, &expected);
        (differs && self.contradicted_by_answers(request).is_none()).then_some(expected)
    }

    /// The list of an answer before it was passed on, if something else was changed in it than what the proxy itself put there. What is as
    /// it was still one hop before was not changed here.
    fn returned(&self, step: usize, before: usize) -> Option<List<'_>> {
        let (got, came) = (self.list_of(step)?, self.list_of(before)?);
        let earlier = self.response(before)?.relays;
        let earlier = earlier.and_then(|earlier| self.list_of(earlier));
        let [above, below] = [step, before].map(|step| self.list_of(self.response(step)?.answers));
        let (above, below) = (above?, below?);
        let is_hidden = |list: &List<'_>| list.iter().any(|value| value.contains(HIDDEN));
        if !self.is_by_proxy(before, step) || !ends_with(&below, &above) || is_hidden(&got) {
            return None;
        }
        if got.len() != came.len() {
            let is_as_before = earlier.is_some_and(|earlier| is_same(&earlier, &got));
            return (!is_as_before).then_some(came);
        }
        let end = came.len().saturating_sub(above.len());
        let own = came.len().saturating_sub(below.len())..end;
        let is_right = |(at, value): (usize, &Cow<'_, str>)| {
            let was = |list: &List<'_>| list.get(at).is_some_and(|was| same(value, was));
            // What is behind was there when the request came over this hop.
            at >= end || own.contains(&at) || was(&came) || earlier.as_ref().is_some_and(was)
        };
        (!got.iter().enumerate().all(is_right)).then_some(came)
    }

    /// Whether an answer makes a dialog, as both it and its request were seen.
    fn makes_a_dialog(&self, step: usize) -> bool {
        let makes = || {
            let request = self.response(step)?.answers;
            let asked = self.whole(self.messages[request]?)?;
            let answer = self.whole(self.messages[step]?)?;
            let is_made = DIALOG_MAKERS.contains(&self.template.method_of(request)?)
                && matches!(answer.status()?, 101..=299)
                && asked.to()?.tag().is_none()
                && answer.to()?.tag().is_some();
            is_made.then_some(())
        };
        makes().is_some()
    }

    /// The request that a request passes on.
    pub(super) fn relayed(&self, step: usize) -> Option<usize> {
        match &self.template.steps[step].what {
            What::Request(request) => request.relays,
            _ => None,
        }
    }

    fn list_of(&self, step: usize) -> Option<List<'_>> {
        self.record_route(self.messages[step]?)
    }

    fn record_route(&self, message: MessageId) -> Option<List<'_>> {
        self.whole(message)?;
        self.scene.values(message, RECORD_ROUTE)
    }

    /// Whether those between the hops of two messages only put themselves on top of the Via entries, or took themselves off.
    fn is_by_proxy(&self, longer: usize, shorter: usize) -> bool {
        let vias = |step: usize| self.scene.values(self.messages[step]?, "Via");
        let (Some(longer), Some(shorter)) = (vias(longer), vias(shorter)) else {
            return false;
        };
        let branch = |via: &Cow<'_, str>| {
            let mut parts = via.split(';').map(|part| part.trim().to_ascii_lowercase());
            parts.find(|part| part.starts_with("branch="))
        };
        let count = longer.len().saturating_sub(shorter.len());
        count > 0
            && longer[count..]
                .iter()
                .map(branch)
                .eq(shorter.iter().map(branch))
    }
}

fn same(one: &str, other: &str) -> bool {
    mean_the_same(RECORD_ROUTE, one, other)
}

fn is_same(one: &[Cow<'_, str>], other: &[Cow<'_, str>]) -> bool {
    one.len() == other.len() && ends_with(one, other)
}

fn ends_with(list: &[Cow<'_, str>], end: &[Cow<'_, str>]) -> bool {
    let mut pairs = list.iter().rev().zip(end.iter().rev());
    list.len() >= end.len() && pairs.all(|(one, other)| same(one, other))
}

pub(super) fn told(list: &[Cow<'_, str>]) -> String {
    match list {
        [] => "none".to_owned(),
        list => list.join(", "),
    }
}
