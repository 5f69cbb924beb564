//! Which steps came before others that they should follow.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{Fate, Judge, StepResult};
use crate::base::Layer;
use crate::flow::template::What;
use crate::trace::MessageId;

/// Messages of which it is known which was first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    /// They have times, or are steps of a document.
    OfAll,
    /// A log without times: it may have written one conversation behind the other, each between two ends.
    OfStream([Option<String>; 2]),
}

impl Judge<'_, '_> {
    /// Steps that came before others which they should follow: as few of them as explain the order.
    pub(super) fn order(&self, steps: &mut [StepResult]) {
        // 100 goes hop by hop, whenever its sender likes (RFC 3261 17.2.1).
        let is_trying = |step: usize| {
            let response = self.response(step);
            response.is_some_and(|one| one.statuses.iter().all(|(code, _)| *code == 100))
        };
        let matched: Vec<(usize, MessageId)> = steps
            .iter()
            .filter(|result| !is_trying(result.step))
            .filter_map(|result| Some((result.step, result.message?)))
            .collect();
        let mut by_order: BTreeMap<Order, Vec<(usize, usize)>> = BTreeMap::new();
        if let Some(placed) = self.by_one_clock(&matched) {
            by_order.insert(Order::OfAll, placed);
        } else {
            for (step, message) in matched {
                let (order, position) = self.place_of(message);
                by_order.entry(order).or_default().push((step, position));
            }
        }
        for placed in by_order.values() {
            self.order_among(placed, steps);
            // What moved beside another row may have moved in its own, too.
            let mut rows: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
            for (step, position) in placed {
                if !matches!(steps[*step].fate, Fate::OutOfOrder(_)) {
                    let row = rows.entry(self.plan.rows[*step]).or_default();
                    row.push((*step, *position));
                }
            }
            for row in rows.values().filter(|_| rows.len() > 1) {
                self.order_among(row, steps);
            }
        }
        self.before_causes(steps);
    }

    /// Steps with their places in the one capture that has all of them. A trace is in the order of causes, which is not that of time
    /// where a message came too early.
    fn by_one_clock(&self, matched: &[(usize, MessageId)]) -> Option<Vec<(usize, usize)>> {
        let (_, first) = matched.first()?;
        let inputs = self.times(*first).into_iter().map(|(input, _)| input);
        let mut placed: Vec<(i64, MessageId, usize)> = Vec::new();
        let of = |input: u32, id: MessageId| {
            let mut times = self.times(id).into_iter().filter(|_| self.is_captured(id));
            times.find(|(other, _)| *other == input)
        };
        for input in inputs {
            placed.clear();
            let timed = matched.iter().map_while(|(step, id)| {
                let (_, time) = of(input, *id)?;
                Some((time, *id, *step))
            });
            placed.extend(timed);
            if placed.len() == matched.len() {
                placed.sort_unstable();
                let places = placed.iter().zip(0..);
                let mut placed: Vec<_> = places.map(|((.., step), at)| (*step, at)).collect();
                placed.sort_unstable();
                return Some(placed);
            }
        }
        None
    }

    /// Steps that one clock shows before what caused them: where a trace is in the order of causes, nothing else tells.
    fn before_causes(&self, steps: &mut [StepResult]) {
        for step in 0..steps.len() {
            let is_before = |cause: &usize| {
                let pair = self.messages[*cause].zip(self.messages[step]);
                let pair =
                    pair.filter(|(one, other)| self.is_captured(*one) && self.is_captured(*other));
                let between = pair.and_then(|(cause, effect)| self.nanos_between(cause, effect));
                between.is_some_and(|between| between < 0)
            };
            let is_told = |cause: &usize| matches!(steps[*cause].fate, Fate::OutOfOrder(_));
            let cause = self.causes(step).find(is_before);
            if let Some(cause) = cause.filter(|cause| !is_told(cause))
                && steps[step].fate == Fate::Matched
            {
                steps[step].fate = Fate::OutOfOrder(cause);
            }
        }
    }

    /// Whether a message was taken from the wire. What a program says of itself, in a log or over HEP, has the time at which one of
    /// its threads got to that.
    fn is_captured(&self, id: MessageId) -> bool {
        let message = self.scene.trace.message(id);
        let written = [Layer::Log, Layer::Hep, Layer::Document];
        message.is_some_and(|message| {
            let mut sightings = message.sightings();
            sightings.all(|one| !written.iter().any(|layer| one.path().contains(*layer)))
        })
    }

    /// From one message to another by a clock that saw both; `None` where none did.
    pub(super) fn nanos_between(&self, one: MessageId, other: MessageId) -> Option<i64> {
        let other = self.times(other);
        self.times(one).iter().find_map(|(input, time)| {
            let same = other.iter().find(|(other, _)| other == input);
            Some(same?.1.saturating_sub(*time))
        })
    }

    /// When each input saw a message, as far as it tells.
    fn times(&self, id: MessageId) -> Vec<(u32, i64)> {
        let sightings = self.scene.trace.message(id).into_iter();
        let sightings = sightings.flat_map(|message| message.sightings());
        let timed = sightings.filter_map(|one| Some((one.input(), one.time()?.nanos())));
        timed.collect()
    }

    /// What tells that a message came before another one, and its position there.
    pub(super) fn place_of(&self, id: MessageId) -> (Order, usize) {
        let message = self.scene.trace.message(id);
        let untimed = message.filter(|message| message.time().is_none());
        let sighting = untimed.map(|message| message.sighting());
        match sighting.filter(|sighting| !sighting.path().contains(Layer::Document)) {
            None => (Order::OfAll, id.number()),
            Some(sighting) => {
                let ends = [sighting.source(), sighting.destination()];
                let mut ends = ends.map(|end| end.map(|end| end.to_string()));
                ends.sort();
                (Order::OfStream(ends), sighting.number())
            }
        }
    }

    fn order_among(&self, placed: &[(usize, usize)], steps: &mut [StepResult]) {
        let kept = longest_rising(placed);
        for (step, position) in placed {
            if kept.contains(step) {
                continue;
            }
            let conflict = placed.iter().find(|(other, at)| {
                kept.contains(other)
                    && self.shares_actor(*step, *other)
                    && self.plan.rows[*step] == self.plan.rows[*other]
                    && !self.may_race(*step, *other)
                    && (other < step) != (at < position)
            });
            if let Some((other, _)) = conflict {
                let result = &mut steps[*step];
                if result.fate == Fate::Matched {
                    result.fate = Fate::OutOfOrder(*other);
                }
            }
        }
    }

    /// The first NOTIFY and the answer to what asked for it may pass each other (RFC 6665 4.1.2.4); the request was there before. And so
    /// may the answers to a CANCEL and to what it cancels (RFC 3261 9.2).
    fn may_race(&self, step: usize, other: usize) -> bool {
        let notifies = |step: usize| self.template.method_of(step) == Some("NOTIFY");
        let accepts = |step: usize| {
            matches!(self.template.steps[step].what, What::Response(_))
                && matches!(self.template.method_of(step), Some("SUBSCRIBE" | "REFER"))
        };
        let answered = |step: usize| Some(self.response(step)?.answers);
        let cancelled = |step: usize| match &self.template.steps[answered(step)?].what {
            What::Request(request) => request.cancels,
            _ => None,
        };
        let answers_both = |one: usize, other: usize| {
            cancelled(one).is_some() && cancelled(one) == answered(other)
        };
        let is_race =
            |one: usize, other: usize| notifies(one) && accepts(other) || answers_both(one, other);
        is_race(step, other) || is_race(other, step)
    }

    /// Only who takes part in both steps knows which was first.
    fn shares_actor(&self, step: usize, other: usize) -> bool {
        let (one, other) = (&self.template.steps[step], &self.template.steps[other]);
        [one.from, one.to]
            .iter()
            .any(|actor| [other.from, other.to].contains(actor))
    }
}

/// The longest row of steps that come in their order, of steps with their positions; of those that are as long the one with most
/// steps that are where they would be if nothing had moved.
pub(super) fn longest_rising(placed: &[(usize, usize)]) -> BTreeSet<usize> {
    let mut positions: Vec<usize> = placed.iter().map(|(_, position)| *position).collect();
    positions.sort_unstable();
    // For each place the best row that ends at it or at one that stands for it: a Fenwick tree of maxima.
    let mut ends: Vec<Row> = vec![Row::default(); placed.len() + 1];
    let mut before: Vec<Option<usize>> = Vec::new();
    for (at, (_, position)) in placed.iter().enumerate() {
        let rank = positions.partition_point(|other| other < position);
        let mut best = Row::default();
        let mut place = rank;
        while place > 0 {
            best = best.max(ends[place]);
            place &= place - 1;
        }
        before.push(best.end());
        let row = Row {
            length: best.length + 1,
            unmoved: best.unmoved + usize::from(rank == at),
            last: Reverse(at),
        };
        let mut place = rank + 1;
        while place < ends.len() {
            ends[place] = ends[place].max(row);
            place += place & place.wrapping_neg();
        }
    }
    let best = ends.into_iter().max().unwrap_or_default();
    let mut kept = BTreeSet::new();
    let mut at = best.end();
    while let Some(place) = at {
        kept.insert(placed[place].0);
        at = before[place];
    }
    kept
}

/// A row of steps that come in their order.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    length: usize,
    /// How many of them are where they would be if nothing had moved.
    unmoved: usize,
    /// Its last one: it is rather the effect that came too early than the cause too late.
    last: Reverse<usize>,
}

impl Row {
    /// Its last one, if it has any.
    fn end(self) -> Option<usize> {
        (self.length > 0).then_some(self.last.0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::longest_rising;

    #[test]
    fn what_did_not_move_is_kept() {
        for (positions, kept) in [
            (vec![0, 1, 2, 3], vec![0, 1, 2, 3]),
            // Two changed places.
            (vec![2, 1, 0], vec![1]),
            (vec![0, 3, 2, 1, 4], vec![0, 2, 4]),
            (vec![4, 1, 2, 3, 0], vec![1, 2, 3]),
            // One moved.
            (vec![3, 0, 1, 2], vec![1, 2, 3]),
            (vec![], vec![]),
        ] {
            let placed: Vec<(usize, usize)> = positions.into_iter().enumerate().collect();
            assert_eq!(
                longest_rising(&placed),
                BTreeSet::from_iter(kept),
                "{placed:?}"
            );
        }
    }
}
