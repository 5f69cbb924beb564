//! The Via entries of a message: there is one, an answer has those of its request (RFC 3261 8.2.6.2), and who passes a request on puts its
//! own in front and leaves the others (RFC 3261 16.6).

use std::borrow::Cow;

use super::recorded::{HIDDEN, told};
use super::{Deviation, Judge};
use crate::trace::MessageId;

const VIA: &str = "Via";

type List<'a> = Vec<Cow<'a, str>>;

impl Judge<'_, '_> {
    /// That a message names nobody who sent it (RFC 3261 8.1.1).
    pub(super) fn without_a_via(&self, message: MessageId) -> Option<Deviation> {
        let entries = self.scene.values(message, VIA)?;
        entries
            .is_empty()
            .then(|| difference("one".to_owned(), &entries))
    }

    /// The entries of an answer that are not those of its request.
    pub(super) fn of_other_vias(&self, step: usize, message: MessageId) -> Option<Deviation> {
        let asked = self.answered(step)?;
        let expected = self.scene.values(asked, VIA)?;
        let got = self.scene.values(message, VIA)?;
        let is_same = got.len() == expected.len() && ends_with(&got, &expected);
        let differs = !expected.is_empty() && !is_same;
        differs.then(|| difference(told(&expected), &got))
    }

    /// The entries of a request that is passed on, where those below are not the ones that it came with.
    pub(super) fn changed_vias(&self, step: usize, message: MessageId) -> Option<Deviation> {
        let before = self.messages[self.relayed_whole(step)?]?;
        let came = self.scene.values(before, VIA)?;
        let got = self.scene.values(message, VIA)?;
        let is_hidden = got.iter().any(|value| value.contains(HIDDEN));
        if came.is_empty() || got.is_empty() || is_hidden || ends_with(&got, &came) {
            return None;
        }
        // Who takes them all off is at both ends of the request, unless it leaves them elsewhere, or they are there again.
        let is_left =
            |value: &Cow<'_, str>| came.iter().any(|came| entry(came).0 == entry(value).0);
        let is_known =
            got.iter().any(is_left) || self.leaves_vias(step) || self.come_again(step, &came);
        if !is_known {
            return None;
        }
        let own = got.len().saturating_sub(came.len()).max(1);
        let expected: List<'_> = got[..own].iter().chain(&came).cloned().collect();
        Some(difference(told(&expected), &got))
    }

    /// Whether another request that goes from the same actor to the same one has all entries that it came with.
    fn leaves_vias(&self, step: usize) -> bool {
        let ends = |step: usize| {
            let one = &self.template.steps[step];
            (one.from, one.to)
        };
        let mut others = (0..self.template.steps.len())
            .filter(|other| *other != step && ends(*other) == ends(step));
        others.any(|other| {
            let lists = || {
                let before = self.messages[self.relayed_whole(other)?]?;
                let came = self.scene.values(before, VIA)?;
                Some((self.scene.values(self.messages[other]?, VIA)?, came))
            };
            lists().is_some_and(|(got, came)| !came.is_empty() && ends_with(&got, &came))
        })
    }

    /// Whether what follows from a request has entries that came to whoever sent it.
    fn come_again(&self, step: usize, came: &[Cow<'_, str>]) -> bool {
        let mut behind = (0..self.template.steps.len()).filter(|other| {
            let answers = self.response(*other).map(|response| response.answers);
            [answers, self.relayed(*other)].contains(&Some(step))
        });
        behind.any(|other| {
            let list = self.messages[other].and_then(|id| self.scene.values(id, VIA));
            list.is_some_and(|list| ends_with(&list, came))
        })
    }

    /// The request that one passes on, if both were captured whole; a CANCEL is that of whoever sends it (RFC 3261 16.10).
    fn relayed_whole(&self, step: usize) -> Option<usize> {
        let before = self.relayed(step)?;
        let is_whole = |step: usize| self.messages[step].is_some_and(|id| self.whole(id).is_some());
        let is_cancel = self.template.method_of(step) == Some("CANCEL");
        (!is_cancel && is_whole(step) && is_whole(before)).then_some(before)
    }
}

/// What counts of an entry: who sent it and the branch, which is all that stays as it is on the way.
fn entry(value: &str) -> (Option<String>, Option<String>) {
    let plain = |part: &str| -> String {
        let letters = part.chars().filter(|letter| !letter.is_whitespace());
        letters.map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let mut parts = value.split(';').map(plain);
    let sender = parts.next();
    (sender, parts.find(|part| part.starts_with("branch=")))
}

fn ends_with(list: &[Cow<'_, str>], end: &[Cow<'_, str>]) -> bool {
    let mut pairs = list.iter().rev().zip(end.iter().rev());
    list.len() >= end.len() && pairs.all(|(one, other)| one == other || entry(one) == entry(other))
}

fn difference(expected: String, got: &[Cow<'_, str>]) -> Deviation {
    Deviation {
        what: VIA.to_owned(),
        expected,
        got: told(got),
    }
}
