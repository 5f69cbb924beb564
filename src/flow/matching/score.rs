//! How well a flow explains what was seen, and which of two is told.

use super::census::Bound;
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
                other.lacks_somebody() && is_as_long
                    || self.given.as_documented() >= other.given.as_documented()
            }
            _ => self.given.as_documented() >= other.given.seen(),
        };
        self.conclusion < other.conclusion
            && self.given.journeys_beside <= other.given.journeys_beside
            && explains_no_less
    }

    /// Whether a flow that is at best as good as this may be told before it.
    pub(super) fn may_be_passed_over(&self, bound: &Bound) -> bool {
        let by_verdict = self.conclusion != Conclusion::Pass
            && (self.lacks_somebody() || bound.seen >= self.given.as_documented());
        match bound.is_half {
            true => self.score <= bound.score || by_verdict,
            false => self.conclusion == Conclusion::Fail && bound.seen >= self.given.seen(),
        }
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

    /// Whether somebody is missing, and nothing on its ways was seen that may be theirs; or would be somebody else, who does one thing
    /// otherwise, and another was not seen to do.
    fn lacks_somebody(&self) -> bool {
        let any = |is: fn(&Fate) -> bool| self.given.steps.iter().any(|one| is(&one.fate));
        let is_doubtful = any(|fate| matches!(fate, Fate::Deviates(_)))
            && any(|fate| matches!(fate, Fate::NotCaptured | Fate::Combined));
        (self.given.lacks_an_actor || self.given.folds_actors && is_doubtful)
            && self.given.extra.len() == self.given.journeys_beside
    }
}

impl Given {
    /// How many steps were seen.
    pub(super) fn seen(&self) -> usize {
        let steps = self.steps.iter();
        steps.filter(|result| result.message.is_some()).count()
    }

    /// How many steps were seen as documented.
    pub(super) fn as_documented(&self) -> usize {
        let steps = self.steps.iter();
        steps
            .filter(|result| is_as_documented(&result.fate))
            .count()
    }
}
