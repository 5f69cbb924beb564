//! How well a flow explains what was seen, and which of two is told.

use std::collections::{BTreeMap, BTreeSet};

use super::census::Bound;
use super::compare::NONE;
use super::find::Found;
use super::judge::{Conclusion, Deviation, Fate, Given, PUBLICATION, StepResult};
use crate::flow::template::{BODY, Demand, Must, Template};
use crate::trace::MessageId;

/// Fewer messages of a flow are in every trace.
pub(super) const FEWEST: usize = 3;

/// Two points for a step that was seen, less one for each difference; from that two for each that is missing, one for each that
/// was not captured, and one for each request that the flow does not have.
pub(super) fn score(template: &Template, given: &Given) -> i64 {
    let differing = |count: usize| 2 - count.min(4) as i64;
    let of = |one: &StepResult, optional: bool| match &one.fate {
        Fate::Matched => differing(one.echoes),
        Fate::OutOfOrder(_) => 1,
        Fate::Deviates(all) => differing(all.len() + one.echoes),
        Fate::Missing | Fate::NotReached => -2,
        Fate::NotCaptured if !optional => -1,
        _ => 0,
    };
    let steps = given.steps.iter();
    let points: i64 = steps
        .map(|result| of(result, template.is_optional(result.step)))
        .sum();
    points - given.extra.len() as i64
}

/// Whether it is told where nobody asks for it: enough of it was seen, and it is about that.
pub(super) fn is_recognised(template: &Template, given: &Given) -> bool {
    is_seen(template, given) && is_about_it(template, given)
}

/// Whether at least half of the messages that have to be there were seen as documented. Of two that may be one, nobody knows whether
/// both have to.
fn is_seen(template: &Template, given: &Given) -> bool {
    let had_to_be = |one: &&StepResult| match one.fate {
        Fate::LeftOut | Fate::Replaced | Fate::NotSip => false,
        _ => {
            let mut same = template.may_be_one_with(one.step);
            let is_first = |other: usize| other > one.step && given.steps[other].message.is_none();
            one.message.is_some() || same.all(is_first)
        }
    };
    let all = given.steps.iter().filter(had_to_be).count();
    given.as_documented() * 2 >= all
}

/// Whether no body says something else than what its flow is about, and nothing is there of which it is the end: it may look the same in
/// all else. A body that is missing says nothing.
fn is_about_it(template: &Template, given: &Given) -> bool {
    given.steps.iter().all(|one| {
        let Fate::Deviates(all) = &one.fate else {
            return true;
        };
        let mut demands = template.steps[one.step].carry.iter();
        !all.iter().any(|one| one.what == PUBLICATION)
            && !demands.any(|demand| {
                let differs = |what: &Deviation| {
                    demand.header == what.what && what.what == BODY && what.got != NONE
                };
                matches!(demand.must, Must::Say(_)) && all.iter().any(differs)
            })
    })
}

/// Whether all that some actor has a part in was seen as documented, and nothing else, as in the log of one element.
pub(super) fn is_all_of_one(template: &Template, given: &Given) -> bool {
    let seen = given.steps.iter().filter(|one| one.message.is_some());
    let ends = |step: usize| [template.steps[step].from, template.steps[step].to];
    let is_whole = |actor: usize| {
        let is_of = |one: &&StepResult| ends(one.step).contains(&actor);
        let mut own = given.steps.iter().filter(is_of);
        seen.clone().all(|one| ends(one.step).contains(&actor))
            && own.all(|one| match one.fate {
                Fate::LeftOut | Fate::Replaced | Fate::Combined | Fate::NotSip => true,
                _ => one.message.is_some() && one.fate == Fate::Matched,
            })
    };
    given.seen() >= FEWEST
        && given.extra.is_empty()
        && !given.is_cut_off
        && !given.is_cut_short
        && (0..template.actors.len()).any(is_whole)
}

impl Found {
    /// Whether it is told before another flow that has a better score: it has the better verdict and explains no less; or it passes,
    /// and the other one lacks somebody; or it has those whom the messages name.
    pub(super) fn explains_as_much_as(&self, other: &Self, templates: &[Template]) -> bool {
        let explains_no_less = match self.fits {
            Conclusion::Pass => {
                let is_as_long = self.given.journeys >= other.given.journeys;
                let is_rather_other = other.fits != Conclusion::Fail
                    && other.given.as_documented() > self.given.as_documented()
                    && other.says_more_than(self, templates)
                    && !self.says_more_than(other, templates);
                let is_whole = is_as_long && !self.given.is_cut_off && !is_rather_other;
                other.lacks_somebody() && is_whole
                    || self.given.as_documented() >= other.given.as_documented()
            }
            _ => self.given.as_documented() >= other.given.seen(),
        };
        self.fits < other.fits
            && self.given.journeys_beside <= other.given.journeys_beside
            && explains_no_less
            || self.has_whom_it_lacks(other)
            || self.may_be_instead_of(other)
                && self.given.journeys_beside < other.given.journeys_beside
    }

    /// Whether what was seen of another flow, which nothing but what nobody can tell is against, may as well be of this one: it
    /// explains all that the other one does. Of one that passes and has all on its ways from its beginning that is not asked: whoever
    /// might have been there besides was not seen.
    pub(super) fn may_be_instead_of(&self, other: &Self) -> bool {
        let of = |found: &Self| -> BTreeSet<MessageId> {
            found.given.messages_as_documented().collect()
        };
        let is_open = match other.fits {
            Conclusion::Pass => other.given.is_cut_off,
            Conclusion::Inconclusive => true,
            Conclusion::Fail => false,
        };
        is_open
            && self.fits != Conclusion::Fail
            && !self.given.is_cut_off
            && !self.given.is_cut_short
            && self.given.journeys_beside <= other.given.journeys_beside
            && of(self).is_superset(&of(other))
    }

    /// Whether it explains what another flow does not, which begins with somebody who passed on what others sent: as far as it goes it
    /// explains as much, and more in all than one that passes. What follows in its dialogs is no part of it.
    fn has_whom_it_lacks(&self, other: &Self) -> bool {
        let messages = self.given.steps.iter().filter_map(|one| one.message);
        let Some(end) = messages.max() else {
            return false;
        };
        let of_other = other.given.steps.iter().filter_map(|one| one.message);
        let until_end = of_other.filter(|message| *message <= end).count();
        other.given.is_cut_off
            && !self.given.is_cut_off
            && self.fits != Conclusion::Fail
            && self.given.extra.iter().all(|extra| *extra > end)
            && self.given.as_documented() >= until_end
            && (other.fits == Conclusion::Fail
                || self.given.as_documented() > other.given.as_documented())
    }

    /// Whether it passes, has nothing beside it on its ways or explains as many of them, and some message is as documented in it that says something else than
    /// another flow has it say: that one is longer, but not what happened. What several calls have may still go to another flow.
    pub(super) fn explains_what_fails(&self, other: &Self, templates: &[Template]) -> bool {
        let template = &templates[other.template];
        let own: BTreeSet<MessageId> = self.given.messages_as_documented().collect();
        let differs = |one: &StepResult| {
            let message = one.message.filter(|message| own.contains(message));
            let Fate::Deviates(all) = &one.fate else {
                return false;
            };
            message.is_some()
                && all
                    .iter()
                    .any(|what| says_otherwise(template, one.step, what))
        };
        self.fits == Conclusion::Pass
            && other.fits == Conclusion::Fail
            && other.calls.len() == 1
            && (self.given.extra.len() == self.given.journeys_beside
                || self.given.journeys >= other.given.journeys
                    && self.given.journeys_beside <= other.given.journeys_beside
                    && !other.says_more_than(self, templates))
            && other.given.steps.iter().any(differs)
    }

    /// Whether some message has a value that this flow asks of it and another one does not: it is rather of this one.
    fn says_more_than(&self, other: &Self, templates: &[Template]) -> bool {
        let said = |found: &Self, step: usize| {
            let demands = templates[found.template].steps[step].carry.iter();
            let values = demands.filter(|demand| matches!(demand.must, Must::Be(_) | Must::Say(_)));
            let headers = values.map(|demand| demand.header.clone());
            headers.collect::<BTreeSet<String>>()
        };
        let others = other.given.steps.iter();
        let others = others.filter_map(|one| Some((one.message?, one.step)));
        let others: BTreeMap<MessageId, usize> = others.collect();
        let mut own = self.given.steps.iter();
        own.any(|one| {
            let theirs = one.message.and_then(|message| others.get(&message));
            one.fate == Fate::Matched
                && theirs.is_some_and(|step| !said(self, one.step).is_subset(&said(other, *step)))
        })
    }

    /// Whether a flow that is at best as good as this may be told before it.
    pub(super) fn may_be_passed_over(&self, bound: &Bound) -> bool {
        let by_verdict = match self.fits {
            Conclusion::Pass => false,
            Conclusion::Inconclusive => {
                self.lacks_somebody() || bound.seen >= self.given.as_documented()
            }
            Conclusion::Fail => true,
        };
        let is_fallible = self.fits == Conclusion::Fail || self.given.is_cut_off;
        let is_as_long = bound.seen >= self.given.seen();
        match bound.is_half {
            true => self.score <= bound.score || by_verdict || is_fallible && is_as_long,
            false => (is_fallible || self.fits == Conclusion::Inconclusive) && is_as_long,
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

    /// How much differs that does not follow from anything else.
    pub(super) fn differences(&self) -> usize {
        let steps = self.given.steps.iter();
        let differing = steps.map(|result| match &result.fate {
            Fate::Deviates(all) => all.len(),
            _ => 0,
        });
        differing.sum()
    }

    /// Whether somebody is missing, and nothing on its ways was seen that may be theirs; or would be somebody else, who does one thing
    /// otherwise, and another was not seen to do.
    fn lacks_somebody(&self) -> bool {
        let any = |is: fn(&StepResult) -> bool| self.given.steps.iter().any(is);
        let is_doubtful = any(|one| matches!(one.fate, Fate::Deviates(_)) && !one.in_any_flow)
            && any(|one| matches!(one.fate, Fate::NotCaptured | Fate::Combined));
        (self.given.lacks_an_actor || self.given.folds_actors && is_doubtful)
            && self.given.extra.len() == self.given.journeys_beside
    }
}

/// Whether a difference is of what a template has a message say, and not of whom it is from or what it is like. A message without
/// a field says nothing else.
fn says_otherwise(template: &Template, step: usize, what: &Deviation) -> bool {
    let mut demands = template.steps[step].carry.iter();
    let is_said = |demand: &Demand| {
        demand.header == what.what && matches!(demand.must, Must::Be(_) | Must::Say(_))
    };
    what.what == "status" || what.got != NONE && demands.any(is_said)
}

impl Given {
    /// How many steps were seen.
    pub(super) fn seen(&self) -> usize {
        let steps = self.steps.iter();
        steps.filter(|result| result.message.is_some()).count()
    }

    /// How many steps were seen as documented.
    pub(super) fn as_documented(&self) -> usize {
        self.messages_as_documented().count()
    }

    fn messages_as_documented(&self) -> impl Iterator<Item = MessageId> {
        let is_as_documented = |result: &&StepResult| {
            matches!(result.fate, Fate::Matched | Fate::OutOfOrder(_)) && result.echoes == 0
                || result.in_any_flow
        };
        let steps = self.steps.iter().filter(is_as_documented);
        steps.filter_map(|result| result.message)
    }
}
