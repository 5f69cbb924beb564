//! Which steps came before others that they should follow.

use std::collections::{BTreeMap, BTreeSet};

use super::{Fate, Judge, StepResult};
use crate::base::Layer;
use crate::trace::{Message, MessageId};

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
        for (step, message) in matched {
            let (order, position) = self.place_of(message);
            by_order.entry(order).or_default().push((step, position));
        }
        for placed in by_order.values() {
            self.order_among(placed, steps);
        }
        self.before_causes(steps);
    }

    /// Steps that one clock shows before what caused them: where a trace is in the order of causes, nothing else tells.
    fn before_causes(&self, steps: &mut [StepResult]) {
        for result in steps
            .iter_mut()
            .filter(|result| result.fate == Fate::Matched)
        {
            let is_before = |cause: &usize| {
                let pair = self.messages[*cause].zip(result.message);
                let pair =
                    pair.filter(|(one, other)| self.is_captured(*one) && self.is_captured(*other));
                let between = pair.and_then(|(cause, effect)| self.nanos_between(cause, effect));
                between.is_some_and(|between| between < 0)
            };
            if let Some(cause) = self.causes(result.step).find(is_before) {
                result.fate = Fate::OutOfOrder(cause);
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
        let [one, other] = [one, other].map(|id| self.scene.trace.message(id));
        let times = |message: Message<'_>| -> Vec<(u32, i64)> {
            let sightings = message.sightings();
            let timed = sightings.filter_map(|one| Some((one.input(), one.time()?.nanos())));
            timed.collect()
        };
        let (one, other) = (times(one?), times(other?));
        let mut pairs = one.iter().filter_map(|(input, time)| {
            let same = other.iter().find(|(other, _)| other == input);
            Some(same?.1.saturating_sub(*time))
        });
        pairs.next()
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

    /// Only who takes part in both steps knows which was first.
    fn shares_actor(&self, step: usize, other: usize) -> bool {
        let (one, other) = (&self.template.steps[step], &self.template.steps[other]);
        [one.from, one.to]
            .iter()
            .any(|actor| [other.from, other.to].contains(actor))
    }
}

/// The longest row of steps that come in their order, of steps with their positions.
fn longest_rising(placed: &[(usize, usize)]) -> BTreeSet<usize> {
    // Where rows of each length end that end first.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; placed.len()];
    for (place, (_, position)) in placed.iter().enumerate() {
        let length = ends.partition_point(|end| placed[*end].1 < *position);
        before[place] = length.checked_sub(1).map(|length| ends[length]);
        match ends.get_mut(length) {
            Some(end) => *end = place,
            None => ends.push(place),
        }
    }
    let mut kept = BTreeSet::new();
    let mut at = ends.last().copied();
    while let Some(place) = at {
        kept.insert(placed[place].0);
        at = before[place];
    }
    kept
}
