//! How well a flow explains what was seen, and which of two is told.

use super::find::Found;
use super::judge::{Conclusion, Fate, Given};
use crate::flow::template::Template;

/// Two points for a step that was seen, less one for each difference; from that two for each that is missing, one for each that
/// was not captured, and one for each request that the flow does not have.
pub(super) fn score(template: &Template, given: &Given) -> i64 {
    let of = |fate: &Fate, optional: bool| match fate {
        Fate::Matched => 2,
        Fate::OutOfOrder(_) => 1,
        Fate::Deviates(all) => 2 - all.len().min(4) as i64,
        Fate::Missing | Fate::NotReached => -2,
        Fate::NotCaptured if !optional => -1,
        _ => 0,
    };
    let steps = given.steps.iter();
    let points: i64 = steps
        .map(|result| of(&result.fate, template.is_optional(result.step)))
        .sum();
    points - given.extra.len() as i64
}

/// Whether at least half of the messages that have to be there were seen as documented.
pub(super) fn is_seen(given: &Given) -> bool {
    let steps = given.steps.iter().map(|result| &result.fate);
    let had_to_be = |fate: &&Fate| !matches!(fate, Fate::LeftOut | Fate::Replaced | Fate::NotSip);
    let (seen, all) = steps.filter(had_to_be).fold((0, 0), |(seen, all), fate| {
        (seen + usize::from(is_as_documented(fate)), all + 1)
    });
    seen * 2 >= all
}

fn is_as_documented(fate: &Fate) -> bool {
    matches!(fate, Fate::Matched | Fate::OutOfOrder(_))
}

impl Found {
    /// Whether it is told before another flow that has a better score: it has the better verdict and explains no less; or it passes,
    /// and the other one lacks somebody.
    pub(super) fn explains_as_much_as(&self, other: &Self) -> bool {
        let explains_no_less = match self.conclusion {
            Conclusion::Pass => {
                let is_as_long = self.given.journeys >= other.given.journeys;
                other.lacks_somebody() && is_as_long || self.matched() >= other.matched()
            }
            _ => self.matched() >= other.seen(),
        };
        self.conclusion < other.conclusion
            && self.given.journeys_beside <= other.given.journeys_beside
            && explains_no_less
    }

    /// Whether a flow with this score at best may be told before it.
    pub(super) fn may_be_passed_over(&self, bound: i64) -> bool {
        let by_verdict = self.conclusion != Conclusion::Pass
            && (self.given.lacks_an_actor || bound >= 2 * self.matched() as i64);
        self.score <= bound || by_verdict
    }

    /// Answers that are other ones than the flow has.
    pub(super) fn other_answers(&self) -> usize {
        let steps = self.given.steps.iter();
        let is_other = |fate: &Fate| match fate {
            Fate::Deviates(all) => all.iter().any(|one| one.what == "status"),
            _ => false,
        };
        steps.filter(|result| is_other(&result.fate)).count()
    }

    /// Whether somebody is missing, and nothing on its ways was seen that may be theirs.
    fn lacks_somebody(&self) -> bool {
        self.given.lacks_an_actor && self.given.extra.len() == self.given.journeys_beside
    }

    /// Steps that were seen.
    fn seen(&self) -> usize {
        let steps = self.given.steps.iter();
        steps.filter(|result| result.message.is_some()).count()
    }

    /// Steps that were seen as documented.
    fn matched(&self) -> usize {
        let steps = self.given.steps.iter();
        steps
            .filter(|result| is_as_documented(&result.fate))
            .count()
    }
}
