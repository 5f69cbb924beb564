//! Hops between those of a flow, where there is a proxy more: what goes over them says what the flow asks for, too.

use std::collections::BTreeSet;

use super::{Deviation, Fate, Judge, StepResult};
use crate::flow::matching::beside::is_of_the_way;
use crate::flow::matching::compare::{Met, meets};
use crate::flow::matching::meaning::mean_the_same;
use crate::flow::template::{Demand, Must, REQUEST_URI};
use crate::trace::{Message, MessageId, Part, Subject};

/// What every proxy leaves as it is (RFC 3261 16.6).
const KEPT: [&str; 4] = ["From", "To", "Call-ID", "CSeq"];

/// A hop of the trace beside one of the flow.
#[derive(Clone, Copy)]
struct Beside {
    /// The hop of the plan.
    hop: usize,
    /// That of the trace which is it.
    own: usize,
    /// The one beside it.
    other: usize,
    /// Whether it comes behind that.
    is_behind: bool,
}

impl Judge<'_, '_> {
    /// Tells what hops beside those of the flow have otherwise: at the step which the hop next to them is.
    pub(super) fn on_the_way(&self, steps: &mut [StepResult]) {
        for beside in self.beside_hops() {
            let request = self.plan.hops[beside.hop].request;
            if let Some(message) = self.scene.hops[beside.other].request {
                tell(&mut steps[request], message.id(), || {
                    self.says_otherwise(beside, message.id())
                });
            }
            if let Some((step, message, deviation)) = self.answers_otherwise(beside) {
                tell(&mut steps[step], message, || vec![deviation]);
            }
        }
    }

    /// The hops that stand beside those of the flow on one way: each beside the next one after it, or the last one before it.
    fn beside_hops(&self) -> Vec<Beside> {
        let mut beside = Vec::new();
        let assigned: BTreeSet<usize> = self.assignment.values().copied().collect();
        let is_free = |seen: usize| !assigned.contains(&seen);
        for (hop, own) in self.assignment {
            let mut at = *own;
            // Who has several behind it may send each of them something else.
            while let Some(above) = self.scene.hops[at].parent
                && self.scene.hops[above].children.len() == 1
                && self.scene.is_next(at)
                && is_free(above)
            {
                at = above;
                let is_behind = false;
                beside.push(Beside {
                    hop: *hop,
                    own: *own,
                    other: at,
                    is_behind,
                });
            }
            at = *own;
            let mut behind = Vec::new();
            while let [below] = self.scene.hops[at].children.as_slice()
                && self.scene.is_next(*below)
                && is_free(*below)
            {
                at = *below;
                let is_behind = true;
                behind.push(Beside {
                    hop: *hop,
                    own: *own,
                    other: at,
                    is_behind,
                });
            }
            if self.scene.hops[at].children.is_empty() {
                beside.extend(behind);
            }
        }
        beside
    }

    /// What a request has otherwise than the flow asks for, or than the one that is a step. What stands in that alone was put there
    /// on the way.
    fn says_otherwise(&self, beside: Beside, message: MessageId) -> Vec<Deviation> {
        let step = self.plan.hops[beside.hop].request;
        let Some(own) = self.messages[step] else {
            return Vec::new();
        };
        let values = |id, header: &str| self.scene.values(id, header);
        let mut deviations = Vec::new();
        for demand in self.plan.demands[step]
            .iter()
            .map(|one| self.template.origin(one))
        {
            let header = demand.header.as_str();
            let is_gone = values(message, header).is_some_and(|all| all.is_empty());
            if !is_of_values(demand) || is_gone && !beside.is_behind {
                continue;
            }
            let met = |id| meets(self.scene, id, demand, &self.beside, |_| None);
            if let (Met::Yes, Met::No { expected, got }) = (met(own), met(message)) {
                let what = header.to_owned();
                deviations.push(Deviation {
                    what,
                    expected,
                    got,
                });
            }
        }
        for header in KEPT {
            if let Some((expected, got)) = values(own, header).zip(values(message, header)) {
                let mut pairs = expected.iter().zip(&got);
                let is_same = expected.len() == got.len()
                    && pairs.all(|(one, other)| mean_the_same(header, one, other));
                if !is_same {
                    deviations.push(Deviation {
                        what: header.to_owned(),
                        expected: expected.join(", "),
                        got: got.join(", "),
                    });
                }
            }
        }
        deviations
    }

    /// What is accepted behind is accepted before, and the other way round.
    fn answers_otherwise(&self, beside: Beside) -> Option<(usize, MessageId, Deviation)> {
        let status = |seen: usize| {
            let mut answers = self.scene.hops[seen].responses.iter();
            answers.find_map(
                |answer: &Message<'_>| match (answer.part(), answer.subject()) {
                    (Part::Final, Subject::Response(status)) => Some((status, answer.id())),
                    _ => None,
                },
            )
        };
        let (expected, own) = status(beside.own)?;
        let (got, message) = status(beside.other)?;
        let step = self.plan.hops[beside.hop].responses.iter();
        let step = step
            .copied()
            .find(|step| self.messages[*step] == Some(own))?;
        let accepts = |status| (200..300).contains(&status);
        (accepts(expected) != accepts(got)).then(|| {
            let deviation = Deviation {
                what: "status".to_owned(),
                expected: expected.to_string(),
                got: got.to_string(),
            };
            (step, message, deviation)
        })
    }
}

/// Tells it of a step that is as documented otherwise.
fn tell(step: &mut StepResult, message: MessageId, what: impl FnOnce() -> Vec<Deviation>) {
    if step.fate == Fate::Matched {
        let deviations = what();
        if !deviations.is_empty() {
            step.fate = Fate::Deviates(deviations);
            step.message = Some(message);
        }
    }
}

/// Whether a demand is of what a message says, whoever sends it.
fn is_of_values(demand: &Demand) -> bool {
    let is_of_values = matches!(
        demand.must,
        Must::BePresent | Must::Be(_) | Must::Say(_) | Must::HaveParameter(_)
    );
    is_of_values && demand.header != REQUEST_URI && !is_of_the_way(&demand.header)
}
