//! What can become of a step, and what follows from it for the flow, in the language of interoperability testing (pass, fail,
//! inconclusive: ISO/IEC 9646-1).

use std::collections::BTreeMap;

use crate::flow::template::{GroupKind, Template};
use crate::trace::{MessageId, NodeId};

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It happened as documented.
    Matched,
    /// It happened otherwise.
    Deviates(Vec<Deviation>),
    /// It happened before a step that it should follow: that step.
    OutOfOrder(usize),
    /// It did not happen, though the flow went on.
    Missing,
    /// The trace ends before it.
    NotReached,
    /// Other messages show that it happened, or may have; it was not captured.
    NotCaptured,
    /// It need not happen, and did not.
    LeftOut,
    /// It is one with another step, since both are in one network.
    Combined,
    /// Another step happened in its place.
    Replaced,
    /// It is no SIP message.
    NotSip,
}

impl Fate {
    /// How it is named in every output.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Deviates(_) => "deviates",
            Self::OutOfOrder(_) => "out of order",
            Self::Missing => "missing",
            Self::NotReached => "not reached",
            Self::NotCaptured => "not provable",
            Self::LeftOut => "left out",
            Self::Combined => "combined",
            Self::Replaced => "replaced",
            Self::NotSip => "not SIP",
        }
    }
}

/// A difference between a step and its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// The header field, or `status`, `sender`, `receiver`, `direction`, `time`, `order`.
    pub what: String,
    /// What the flow has.
    pub expected: String,
    /// What the message has.
    pub got: String,
}

/// A step and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepResult {
    /// The step.
    pub step: usize,
    /// Its message.
    pub message: Option<MessageId>,
    /// What became of it.
    pub fate: Fate,
    /// How many more differences it has that are only those of an earlier step, whose message it has to be like.
    pub echoes: usize,
    /// Whether all that it has otherwise is so in whatever flow it stands: it is not what answers the request of its hop.
    pub in_any_flow: bool,
}

/// The verdict on a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conclusion {
    /// Every step that has to happen was seen, and nothing differs.
    Pass,
    /// Nothing differs, but not everything was seen.
    Inconclusive,
    /// Something differs.
    Fail,
}

impl Conclusion {
    /// How it is named in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Inconclusive => "inconclusive",
            Self::Fail => "fail",
        }
    }
}

/// What is known of a flow in a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// All steps in their order.
    pub steps: Vec<StepResult>,
    /// Requests that the flow does not have.
    pub extra: Vec<MessageId>,
    /// How many of these are of a journey of which no hop is a step: a proxy more makes none.
    pub journeys_beside: usize,
    /// How many journeys have a step.
    pub journeys: usize,
    /// Whether nothing was seen of somebody who has to be there.
    pub lacks_an_actor: bool,
    /// Whether two of those who have to be there would be one node.
    pub folds_actors: bool,
    /// Whether some message was passed on before by others than the flow has there.
    pub is_cut_off: bool,
    /// Whether some message was passed on before by fewer than the flow has there.
    pub is_cut_short: bool,
    /// The node of each actor that was seen.
    pub nodes: BTreeMap<usize, NodeId>,
}

impl Given {
    /// The verdict.
    pub fn conclusion(&self, template: &Template) -> Conclusion {
        self.conclude(template, |_| false)
    }

    /// What the verdict would be if each answer were the one to the request of its hop: what every flow would have against it tells none
    /// of them from another.
    pub(in crate::flow::matching) fn fits(&self, template: &Template) -> Conclusion {
        self.conclude(template, |result| result.in_any_flow)
    }

    fn conclude(&self, template: &Template, is_fine: impl Fn(&StepResult) -> bool) -> Conclusion {
        let of = |result: &StepResult| match &result.fate {
            Fate::Deviates(_) if is_fine(result) => Conclusion::Pass,
            Fate::Deviates(_) | Fate::Missing | Fate::OutOfOrder(_) => Conclusion::Fail,
            Fate::NotReached | Fate::NotCaptured => {
                let seen = |step: usize| self.steps[step].message.is_some();
                match may_be_left_out(template, result.step, seen) {
                    true => Conclusion::Pass,
                    false => Conclusion::Inconclusive,
                }
            }
            _ => Conclusion::Pass,
        };
        let worst = self.steps.iter().map(of).max();
        worst.unwrap_or(Conclusion::Inconclusive)
    }

    /// Steps with a fate of this name.
    pub fn count(&self, fate: &str) -> usize {
        let of = self.steps.iter();
        of.filter(|result| result.fate.name() == fate).count()
    }
}

/// Whether a step need not happen: all of a group have to, once one of them was seen.
pub(super) fn may_be_left_out(
    template: &Template,
    step: usize,
    seen: impl Fn(usize) -> bool,
) -> bool {
    let mut groups = template
        .groups
        .iter()
        .filter(|group| group.steps.contains(&step));
    groups.any(|group| match group.kind {
        GroupKind::Optional | GroupKind::InsteadOf(_) => {
            !group.steps.iter().any(|step| seen(*step))
        }
        GroupKind::Repeated | GroupKind::Combined | GroupKind::Parallel => false,
    })
}
