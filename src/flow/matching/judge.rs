//! What became of each step, and of the flow as a whole in the language of interoperability testing (pass, fail, inconclusive:
//! ISO/IEC 9646-1). What nobody captured is no fault: only what the trace shows to be otherwise fails.

use std::collections::{BTreeMap, BTreeSet};

use super::align::{Assignment, nodes};
use super::compare::{Met, meets};
use super::plan::Plan;
use super::scene::{Scene, SceneHop};
use crate::base::Transport;
use crate::flow::template::{GroupKind, Response, Template, What};
use crate::trace::{Message, MessageId, Node, NodeId, Part, Subject};

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
    /// The header field, or `status`, `sender`, `receiver`.
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
    /// The node of each actor that was seen.
    pub nodes: BTreeMap<usize, NodeId>,
}

impl Given {
    /// The verdict.
    pub fn conclusion(&self, template: &Template) -> Conclusion {
        let of = |result: &StepResult| match &result.fate {
            Fate::Deviates(_) | Fate::Missing => Conclusion::Fail,
            Fate::OutOfOrder(before) if may_race(template, result.step, *before) => {
                Conclusion::Pass
            }
            Fate::OutOfOrder(_) => Conclusion::Fail,
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

/// The first NOTIFY and the answer to its SUBSCRIBE may pass each other (RFC 6665 4.1.2.4).
fn may_race(template: &Template, step: usize, before: usize) -> bool {
    let methods = [template.method_of(step), template.method_of(before)];
    methods.contains(&Some("NOTIFY"))
        && (methods.contains(&Some("SUBSCRIBE")) || methods.contains(&Some("REFER")))
}

/// Whether a step need not happen: alternatives have to, once one of their steps was seen.
fn may_be_left_out(template: &Template, step: usize, seen: impl Fn(usize) -> bool) -> bool {
    let mut groups = template
        .groups
        .iter()
        .filter(|group| group.steps.contains(&step));
    groups.any(|group| match group.kind {
        GroupKind::Optional => true,
        GroupKind::InsteadOf(_) => !group.steps.iter().any(|step| seen(*step)),
        GroupKind::Repeated | GroupKind::Combined => false,
    })
}

/// Says what became of each step.
pub(super) fn judge(
    template: &Template,
    plan: &Plan,
    scene: &Scene<'_>,
    assignment: &Assignment,
) -> Given {
    let mut judge = Judge {
        template,
        plan,
        scene,
        assignment,
        nodes: nodes(template, plan, scene, assignment),
        messages: vec![None; template.steps.len()],
        wrong_status: BTreeMap::new(),
    };
    judge.find_messages();
    let mut steps = judge.fates();
    judge.order(&mut steps);
    judge.end(&mut steps);
    Given {
        steps,
        extra: judge.extra(),
        nodes: judge.nodes,
    }
}

struct Judge<'a, 't> {
    template: &'a Template,
    plan: &'a Plan,
    scene: &'a Scene<'t>,
    assignment: &'a Assignment,
    nodes: BTreeMap<usize, NodeId>,
    /// The message of each step.
    messages: Vec<Option<MessageId>>,
    /// Final responses that came in place of another.
    wrong_status: BTreeMap<usize, u16>,
}

impl<'t> Judge<'_, 't> {
    fn seen(&self, hop: usize) -> Option<&SceneHop<'t>> {
        Some(&self.scene.hops[*self.assignment.get(&hop)?])
    }

    fn response(&self, step: usize) -> Option<&Response> {
        match &self.template.steps[step].what {
            What::Response(response) => Some(response),
            _ => None,
        }
    }

    /// Whether a response passes another one on.
    fn passes_on(&self, step: usize, other: usize) -> bool {
        let relays = self.response(step).and_then(|response| response.relays);
        relays == Some(other)
    }

    fn has_status(&self, step: usize, message: &Message<'_>) -> bool {
        let statuses = self.response(step).map(|response| &response.statuses);
        let mut statuses = statuses.into_iter().flatten();
        statuses.any(|(code, _)| Subject::Response(*code) == message.subject())
    }

    fn find_messages(&mut self) {
        let mut found: Vec<(usize, MessageId)> = Vec::new();
        let mut wrong = BTreeMap::new();
        // What is passed on is known before who passes it on.
        for (number, hop) in self.plan.hops.iter().enumerate().rev() {
            let Some(seen) = self.seen(number) else {
                continue;
            };
            found.extend(seen.request.map(|request| (hop.request, request.id())));
            found.extend(hop.ack.zip(seen.ack.map(|ack| ack.id())));
            let mut left: Vec<Message<'_>> = seen.responses.clone();
            let mut unanswered = hop.responses.clone();
            // Of several with one status each goes to the step that passes on what it passes on.
            for is_exact in [true, false] {
                unanswered.retain(|step| {
                    let passed_on = || {
                        found
                            .iter()
                            .find(|(other, _)| self.passes_on(*step, *other))
                    };
                    let is = |message: &Message<'_>| {
                        self.has_status(*step, message)
                            && (!is_exact
                                || passed_on().is_some_and(|(_, from)| {
                                    let to = |id| self.scene.values(id, "To");
                                    to(message.id()) == to(*from)
                                }))
                    };
                    let at = left.iter().position(is);
                    if let Some(at) = at {
                        found.push((*step, left.remove(at).id()));
                    }
                    at.is_none()
                });
            }
            // Another answer than the documented one.
            let is_final = |step: &usize| {
                let response = self.response(*step);
                response.is_some_and(|one| one.statuses.iter().all(|(code, _)| *code >= 200))
            };
            let mut others =
                left.into_iter()
                    .filter_map(|message| match (message.subject(), message.part()) {
                        (Subject::Response(status), Part::Final) => Some((status, message.id())),
                        _ => None,
                    });
            for step in unanswered.into_iter().filter(|step| is_final(step)) {
                if let Some((status, message)) = others.next() {
                    wrong.insert(step, status);
                    found.push((step, message));
                }
            }
        }
        for (step, message) in found {
            self.messages[step] = Some(message);
        }
        self.wrong_status = wrong;
    }

    fn fates(&self) -> Vec<StepResult> {
        let mut steps: Vec<StepResult> = (0..self.template.steps.len())
            .map(|step| StepResult {
                step,
                message: self.messages[step],
                fate: self.fate(step),
            })
            .collect();
        for group in &self.template.groups {
            let GroupKind::InsteadOf(others) = &group.kind else {
                continue;
            };
            if group
                .steps
                .iter()
                .any(|step| steps[*step].message.is_some())
            {
                for other in others {
                    if steps[*other].message.is_none() {
                        steps[*other].fate = Fate::Replaced;
                    }
                }
            }
        }
        steps
    }

    fn fate(&self, step: usize) -> Fate {
        if !self.template.steps[step].is_sip() {
            return Fate::NotSip;
        }
        if let Some(message) = self.messages[step] {
            let deviations = self.deviations(step, message);
            return match deviations.is_empty() {
                true => Fate::Matched,
                false => Fate::Deviates(deviations),
            };
        }
        if self.is_combined(step) {
            return Fate::Combined;
        }
        if self.must_have_happened(step) {
            return Fate::NotCaptured;
        }
        let seen = |step: usize| self.messages[step].is_some();
        match may_be_left_out(self.template, step, seen) {
            true => Fate::LeftOut,
            false => Fate::Missing,
        }
    }

    /// The hop of the template that a step belongs to.
    fn hop_of(&self, step: usize) -> Option<usize> {
        let mut hops = self.plan.hops.iter();
        hops.position(|hop| {
            hop.request == step || hop.responses.contains(&step) || hop.ack == Some(step)
        })
    }

    fn is_combined(&self, step: usize) -> bool {
        // What was seen of its hop shows that it stands by itself.
        let seen = self.hop_of(step).and_then(|hop| self.seen(hop));
        if seen.is_some() {
            return false;
        }
        let groups = self.template.groups.iter();
        let mut combined = groups.filter(|group| group.kind == GroupKind::Combined);
        combined.any(|group| {
            let others = || {
                group
                    .steps
                    .iter()
                    .any(|other| self.messages[*other].is_some())
            };
            group.steps.contains(&step) && others()
        })
    }

    /// Whether other messages could not be there without it.
    fn must_have_happened(&self, step: usize) -> bool {
        let Some(hop) = self.hop_of(step) else {
            return false;
        };
        let planned = &self.plan.hops[hop];
        let seen_below = || {
            let below = self.plan.below(hop);
            below
                .iter()
                .any(|below| self.assignment.contains_key(below))
        };
        let follows_from = |other: &usize| match &self.template.steps[*other].what {
            What::Request(request) => {
                request.relays == Some(step) || request.acknowledges == Some(step)
            }
            What::Response(response) => response.relays == Some(step) || response.answers == step,
            _ => false,
        };
        let mut later = 0..self.template.steps.len();
        let shown = later.any(|other| follows_from(&other) && self.messages[other].is_some());
        let is_request = planned.request == step;
        // A request that an element passed on, and that it has an answer to from beyond.
        let answered_above = || {
            let mut responses = planned.responses.iter().filter_map(|response| {
                let mut all = 0..self.template.steps.len();
                all.find(|other| {
                    self.response(*other)
                        .is_some_and(|one| one.relays == Some(*response))
                })
            });
            responses.any(|above| {
                self.messages[above].is_some() && !self.wrong_status.contains_key(&above)
            })
        };
        // Where nothing of a hop was seen, its answers were not captured either.
        let unseen = !is_request && !self.assignment.contains_key(&hop);
        shown
            || is_request && (seen_below() || answered_above())
            || unseen && self.must_have_happened(planned.request)
    }

    fn deviations(&self, step: usize, message: MessageId) -> Vec<Deviation> {
        let mut deviations = Vec::new();
        if let (Some(status), Some(response)) = (self.wrong_status.get(&step), self.response(step))
        {
            let expected = response.statuses.iter().map(|(code, _)| code.to_string());
            deviations.push(Deviation {
                what: "status".to_owned(),
                expected: expected.collect::<Vec<_>>().join(" or "),
                got: status.to_string(),
            });
            return deviations;
        }
        deviations.extend(self.ends(step));
        deviations.extend(self.vias(step, message));
        for demand in self.template.demands(step) {
            let met = meets(self.scene, message, &demand, |other| self.messages[other]);
            if let Met::No { expected, got } = met {
                deviations.push(Deviation {
                    what: demand.header,
                    expected,
                    got,
                });
            }
        }
        deviations
    }

    /// The Via entries of an answer that are not those of its request (RFC 3261 8.2.6.2), parameters but the branch aside.
    fn vias(&self, step: usize, message: MessageId) -> Option<Deviation> {
        self.response(step)?;
        let request = self.seen(self.hop_of(step)?)?.request?.id();
        let entry = |value: &String| {
            let mut parts = value
                .split(';')
                .map(|part| part.trim().to_ascii_lowercase());
            let sender = parts.next();
            (sender, parts.find(|part| part.starts_with("branch=")))
        };
        let values = |id| self.scene.values(id, "Via");
        let (expected, got) = (values(request)?, values(message)?);
        let differs = !expected.is_empty() && !expected.iter().map(entry).eq(got.iter().map(entry));
        differs.then(|| Deviation {
            what: "Via".to_owned(),
            expected: expected.join(", "),
            got: got.join(", "),
        })
    }

    /// Sender and receiver of a request, where both are somebody else on other hops.
    fn ends(&self, step: usize) -> Vec<Deviation> {
        let hop = self.plan.hops.iter().position(|hop| hop.request == step);
        let Some((hop, seen)) = hop.and_then(|hop| Some((hop, self.seen(hop)?))) else {
            return Vec::new();
        };
        let one = &self.template.steps[step];
        // Where hops of the trace stand between those of the template, their ends are others.
        let neighbour = |planned: Option<usize>, found: Option<usize>| {
            planned.and_then(|hop| self.assignment.get(&hop).copied()) == found
        };
        let parent = self.plan.hops[hop].parent;
        let below = &self.plan.hops[hop].children;
        let tight_below = || {
            let below = below.iter().filter_map(|below| self.assignment.get(below));
            below.copied().all(|child| seen.children.contains(&child))
        };
        let mut ends = Vec::new();
        if neighbour(parent, seen.parent) {
            ends.push(("sender", one.from, seen.source));
        }
        if tight_below() {
            ends.push(("receiver", one.to, seen.destination));
        }
        // Streams are opened from ports that nobody listens at: another port may be the same element (RFC 3261 18.1.1).
        let transport = seen.request.map(|request| request.sighting().transport());
        let is_stream = transport.is_none_or(|transport| transport != Transport::Udp);
        let other = |(what, actor, node): (&str, usize, Option<Node<'_>>)| {
            let known = *self.nodes.get(&actor)?;
            let node = node.filter(|node| node.id() != known)?;
            let known = self.scene.trace.node(known)?;
            if is_stream && share_a_host(node, known) {
                return None;
            }
            Some(Deviation {
                what: what.to_owned(),
                expected: format!(
                    "{}, which is {} elsewhere",
                    self.template.actors[actor].label,
                    known.label()
                ),
                got: node.label(),
            })
        };
        ends.into_iter().filter_map(other).collect()
    }

    /// Steps that came before others which they should follow: as few of them as explain the order.
    fn order(&self, steps: &mut [StepResult]) {
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
        let kept = longest_rising(&matched);
        for (step, message) in &matched {
            if kept.contains(step) {
                continue;
            }
            let conflict = matched.iter().find(|(other, at)| {
                kept.contains(other)
                    && self.shares_actor(*step, *other)
                    && (other < step) != (at < message)
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

    /// What would come after the last message was not reached; and between actors of whom no message to each other was seen,
    /// as in the log of a third one, nothing is known to be missing.
    fn end(&self, steps: &mut [StepResult]) {
        let last = steps.iter().rposition(|result| result.message.is_some());
        let last = last.map_or(0, |last| last + 1);
        for result in steps {
            if result.fate != Fate::Missing {
                continue;
            }
            if result.step >= last {
                result.fate = Fate::NotReached;
            } else if !self.was_watched(result.step) {
                result.fate = Fate::NotCaptured;
            }
        }
    }

    /// Whether a message between the two actors of a step was seen, either way.
    fn was_watched(&self, step: usize) -> bool {
        let ends = |step: usize| {
            let one = &self.template.steps[step];
            (one.from.min(one.to), one.from.max(one.to))
        };
        let mut seen = (0..self.messages.len()).filter(|other| self.messages[*other].is_some());
        seen.any(|other| ends(other) == ends(step))
    }

    /// Requests of the same dialogs that are no step.
    fn extra(&self) -> Vec<MessageId> {
        let assigned: BTreeSet<usize> = self.assignment.values().copied().collect();
        let call_ids: BTreeSet<usize> = assigned
            .iter()
            .map(|seen| self.scene.hops[*seen].call_id)
            .collect();
        let mut extra: Vec<MessageId> = (0..self.scene.hops.len())
            .filter(|seen| !assigned.contains(seen))
            .map(|seen| &self.scene.hops[seen])
            .filter(|seen| call_ids.contains(&seen.call_id))
            .filter(|seen| seen.request.is_some() || !seen.responses.is_empty())
            .map(|seen| seen.hop.first_message().id())
            .collect();
        extra.sort();
        extra
    }
}

/// Whether some address is of both.
fn share_a_host(one: Node<'_>, other: Node<'_>) -> bool {
    let others = other.addresses();
    let mut all = one.addresses().into_iter();
    all.any(|own| {
        let mut others = others.iter();
        others.any(|other| other.endpoint.address == own.endpoint.address)
    })
}

/// The longest row of steps whose messages come in their order.
fn longest_rising(matched: &[(usize, MessageId)]) -> BTreeSet<usize> {
    // Positions that end the rows of each length with the earliest message.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; matched.len()];
    for (position, (_, message)) in matched.iter().enumerate() {
        let length = ends.partition_point(|end| matched[*end].1 < *message);
        before[position] = length.checked_sub(1).map(|length| ends[length]);
        match ends.get_mut(length) {
            Some(end) => *end = position,
            None => ends.push(position),
        }
    }
    let mut kept = BTreeSet::new();
    let mut at = ends.last().copied();
    while let Some(position) = at {
        kept.insert(matched[position].0);
        at = before[position];
    }
    kept
}
