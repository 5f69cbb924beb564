//! What became of each step. What nobody captured is no fault: only what the trace shows to be otherwise fails.

mod answered;
mod answers;
mod at_once;
mod attendance;
mod broken_off;
mod consumed;
mod contradicted;
mod deviations;
mod directed;
mod direction;
mod established;
mod granted;
mod happened;
mod identity;
mod messages;
mod on_the_way;
mod order;
mod outside;
mod own;
mod passed_on;
mod recorded;
mod retargeted;
mod sent_again;
mod told_before;
mod verdict;
mod vias;

pub(super) use happened::PUBLICATION;
pub use verdict::{Conclusion, Deviation, Fate, Given, StepResult};

use std::collections::{BTreeMap, BTreeSet};

use super::actors::{call_ids, nodes};
use super::align::Assignment;
use super::beside::Beside;
use super::plan::Plan;
use super::scene::{Scene, SceneHop};
use crate::flow::template::{GroupKind, Response, Template, What};
use crate::trace::{MessageId, NodeId};
use at_once::AT_ONCE;
use direction::Usual;
use identity::Identity;
use verdict::may_be_left_out;

/// Says what became of each step.
pub(super) fn judge(
    template: &Template,
    plan: &Plan,
    scene: &Scene<'_, '_>,
    assignment: &Assignment,
) -> Given {
    let nodes_of = |beside_too| nodes(template, plan, scene, assignment, beside_too);
    let mut nodes = nodes_of(true);
    nodes.extend(nodes_of(false));
    let mut judge = Judge {
        template,
        plan,
        scene,
        assignment,
        beside: beside(scene, assignment, &nodes),
        nodes,
        call_ids: call_ids(template, plan, scene, assignment),
        usual: None,
        identity: Identity::default(),
        messages: vec![None; template.steps.len()],
        wrong_status: BTreeMap::new(),
    };
    judge.find_messages();
    judge.usual = Some(judge.usual());
    judge.identity = judge.identity();
    let mut steps = judge.fates();
    judge.on_the_way(&mut steps);
    judge.order(&mut steps);
    let extra = judge.extra();
    judge.end(&mut steps, judge.messages_of(&extra).first().copied());
    judge.broken_off(&mut steps);
    let with_a_step: BTreeSet<usize> = assignment
        .values()
        .map(|seen| scene.hops[*seen].root)
        .collect();
    let is_beside = |seen: &&usize| !with_a_step.contains(&scene.hops[**seen].root);
    Given {
        steps,
        journeys: with_a_step.len(),
        journeys_beside: extra.iter().filter(is_beside).count(),
        lacks_an_actor: judge.lacks_an_actor(),
        folds_actors: judge.folds_actors(),
        is_cut_off: judge.is_cut_off(),
        is_cut_short: judge.is_cut_short(),
        extra: judge.messages_of(&extra),
        nodes: judge.nodes,
    }
}

/// Who takes part in hops that the template does not have, on the ways of those that it has, and is nobody of the template's.
fn beside(
    scene: &Scene<'_, '_>,
    assignment: &Assignment,
    actors: &BTreeMap<usize, NodeId>,
) -> Beside {
    let assigned: BTreeSet<usize> = assignment.values().copied().collect();
    let roots: BTreeSet<usize> = assigned.iter().map(|seen| scene.hops[*seen].root).collect();
    let roots: Vec<usize> = roots.into_iter().collect();
    let others = scene
        .tree(&roots)
        .into_iter()
        .filter(|hop| !assigned.contains(hop));
    let ends = others.flat_map(|hop| [scene.hops[hop].source, scene.hops[hop].destination]);
    let ends: BTreeSet<NodeId> = ends.flatten().map(|node| node.id()).collect();
    let actors: BTreeSet<NodeId> = actors.values().copied().collect();
    let nodes = |ids: &BTreeSet<NodeId>| -> Vec<_> {
        ids.iter()
            .filter_map(|node| scene.trace.node(*node))
            .collect()
    };
    let others = &ends - &actors;
    Beside::of(nodes(&others).into_iter(), nodes(&actors).into_iter())
}

/// Method, sender and receiver of a request that was left out.
type LeftOut<'a> = (&'a str, [usize; 2]);

struct Judge<'a, 't> {
    template: &'a Template,
    plan: &'a Plan,
    scene: &'a Scene<'t, 'a>,
    assignment: &'a Assignment,
    nodes: BTreeMap<usize, NodeId>,
    /// Elements on the ways of the flow that are no actor.
    beside: Beside,
    /// The Call-ID of each dialog.
    call_ids: BTreeMap<usize, usize>,
    /// Where each actor is, once the messages are known.
    usual: Option<Usual>,
    /// What most messages say of the dialogs, once they are known.
    identity: Identity,
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

    fn fates(&self) -> Vec<StepResult> {
        let shown = self.shown();
        let mut steps: Vec<StepResult> = Vec::new();
        for step in 0..self.template.steps.len() {
            let (fate, echoes, in_any_flow) = match self.messages[step] {
                Some(message) => self.fate_of(step, message, &steps),
                None => (self.fate_without(step, &shown), 0, false),
            };
            steps.push(StepResult {
                step,
                message: self.messages[step],
                fate,
                echoes,
                in_any_flow,
            });
        }
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

    /// What became of a step that was seen, how many of its differences are those of an earlier step, and whether it has them in
    /// whatever flow it stands.
    fn fate_of(
        &self,
        step: usize,
        message: MessageId,
        before: &[StepResult],
    ) -> (Fate, usize, bool) {
        // What was not read again is held to nothing.
        if self.scene.sip(message).is_none() {
            return (Fate::NotCaptured, 0, false);
        }
        let mut deviations = self.deviations(step, message);
        let in_any_flow = !deviations.is_empty() && {
            let of_request = self.of_request(step, message);
            deviations.iter().all(|one| of_request.contains(one))
        };
        deviations.retain(|one| !self.is_same_difference(step, one, before));
        let (again, deviations): (Vec<_>, Vec<_>) = deviations
            .into_iter()
            .partition(|one| self.is_told_before(step, one, before));
        let fate = match deviations.is_empty() {
            true => Fate::Matched,
            false => Fate::Deviates(deviations),
        };
        (fate, again.len(), in_any_flow)
    }

    fn fate_without(&self, step: usize, shown: &[bool]) -> Fate {
        if !self.template.steps[step].is_sip() {
            return self.action(step);
        }
        if self.is_combined(step) {
            return Fate::Combined;
        }
        if self.acknowledges_a_refusal(step) {
            return Fate::NotReached;
        }
        if self.was_not_captured(step, shown) {
            return Fate::NotCaptured;
        }
        let seen = |step: usize| self.messages[step].is_some();
        match may_be_left_out(self.template, step, seen) {
            true => Fate::LeftOut,
            false if self.may_be_in_more_calls(step) => Fate::NotCaptured,
            false => Fate::Missing,
        }
    }

    /// Whether nothing was seen of the dialog of a step, which may be in a call that nobody looked into.
    fn may_be_in_more_calls(&self, step: usize) -> bool {
        let dialog = self.template.dialog_of(step);
        let mut steps = 0..self.template.steps.len();
        let is_seen =
            |other| self.template.dialog_of(other) == dialog && self.messages[other].is_some();
        self.scene.more && !steps.any(is_seen)
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
            let mut steps = group.steps.iter();
            group.steps.contains(&step)
                && steps.any(|other| self.messages[*other].is_some())
                && self.are_one(&group.steps)
        })
    }

    /// Whether two of those who take part in these steps are one node.
    fn are_one(&self, steps: &[usize]) -> bool {
        let steps = steps.iter().map(|step| &self.template.steps[*step]);
        let actors: BTreeSet<usize> = steps.flat_map(|step| [step.from, step.to]).collect();
        let nodes = actors.iter().filter_map(|actor| self.nodes.get(actor));
        let known = nodes.clone().count();
        nodes.collect::<BTreeSet<_>>().len() < known
    }

    /// Which steps happened, as far as messages show: no effect is there without its cause.
    fn shown(&self) -> Vec<bool> {
        let mut shown: Vec<bool> = self.messages.iter().map(Option::is_some).collect();
        for hop in self.assignment.keys() {
            shown[self.plan.hops[*hop].request] = true;
        }
        // What a step follows from stands above it.
        for step in (0..shown.len()).rev() {
            if shown[step] {
                self.causes(step).for_each(|cause| shown[cause] = true);
            }
        }
        shown
    }

    /// The steps without which one cannot be.
    fn causes(&self, step: usize) -> impl Iterator<Item = usize> {
        let causes = match &self.template.steps[step].what {
            What::Request(request) => [request.relays, request.acknowledges, request.cancels],
            What::Response(response) => {
                // Who answers otherwise may do so by itself.
                let is_passed_on = !self.wrong_status.contains_key(&step);
                let passed_on = response.relays.filter(|_| is_passed_on);
                [Some(response.answers), passed_on, None]
            }
            What::Other { .. } | What::Action => [None; 3],
        };
        causes.into_iter().flatten()
    }

    /// Whether a step that was not seen was not captured, rather than missing: others show that it happened, or nothing was seen of
    /// a hop that did.
    fn was_not_captured(&self, step: usize, shown: &[bool]) -> bool {
        let is_of_unseen_hop =
            |hop: usize| !self.assignment.contains_key(&hop) && shown[self.plan.hops[hop].request];
        shown[step] || self.hop_of(step).is_some_and(is_of_unseen_hop)
    }

    /// What would come before the first message or after the last one is no part of the trace, unless something else was seen before;
    /// and between actors of whom no message to each other was seen, as in the log of a third one, nothing is known to be missing.
    fn end(&self, steps: &mut [StepResult], beside: Option<MessageId>) {
        let first = steps.iter().position(|result| result.message.is_some());
        let begins_with = self.messages.iter().flatten().min();
        let is_whole =
            beside.is_some_and(|beside| begins_with.is_some_and(|first| beside < *first));
        let first = first.filter(|_| !is_whole);
        let last = steps.iter().rposition(|result| result.message.is_some());
        let last = last.map_or(0, |last| last + 1);
        for result in steps {
            if result.fate != Fate::Missing {
                continue;
            }
            if result.step >= last {
                result.fate = Fate::NotReached;
            } else if first.is_some_and(|first| result.step < first)
                || !self.was_watched(result.step)
            {
                result.fate = Fate::NotCaptured;
            }
        }
    }

    /// Whether a message from the one of the two actors of a step to the other was seen. Whose node is somebody else's, too, may have
    /// been taken for that one.
    fn was_watched(&self, step: usize) -> bool {
        let one = &self.template.steps[step];
        if [one.from, one.to]
            .into_iter()
            .any(|actor| self.is_mixed_up(actor))
        {
            return false;
        }
        let ends = |step: usize| {
            let one = &self.template.steps[step];
            (one.from, one.to)
        };
        let mut seen = (0..self.messages.len()).filter(|other| self.messages[*other].is_some());
        seen.any(|other| ends(other) == ends(step))
    }

    /// Hops of the same dialogs that are no step, and those in place of one.
    fn extra(&self) -> Vec<usize> {
        let assigned: BTreeSet<usize> = self.assignment.values().copied().collect();
        let call_ids: BTreeSet<usize> = assigned
            .iter()
            .map(|seen| self.scene.hops[*seen].call_id)
            .collect();
        let looked_at = self.scene.looked_at().into_iter();
        let others = looked_at.filter(|seen| !assigned.contains(seen));
        let left_out = self.left_out();
        let repeated = self.repeated();
        let is_extra = |seen: &usize| {
            let one = &self.scene.hops[*seen];
            let mut repeated = repeated.iter();
            !repeated.any(|own| self.is_repetition(*own, *seen))
                && (call_ids.contains(&one.call_id) || self.is_in_place_of_one(*seen, &left_out))
                && (one.request.is_some() || !one.responses.is_empty())
        };
        others.filter(is_extra).collect()
    }

    /// The hops that are steps which may come several times.
    fn repeated(&self) -> Vec<usize> {
        let groups = self.template.groups.iter();
        let groups = groups.filter(|group| group.kind == GroupKind::Repeated);
        let steps = groups.flat_map(|group| &group.steps);
        let hops = steps.filter_map(|step| self.hop_of(*step));
        let hops: BTreeSet<usize> = hops.collect();
        let seen = hops.iter().filter_map(|hop| self.assignment.get(hop));
        seen.copied().collect()
    }

    /// Whether a hop is another one once more: between the same two in the same dialog, about the same, with the same answer.
    fn is_repetition(&self, own: usize, seen: usize) -> bool {
        let [own, seen] = [own, seen].map(|hop| &self.scene.hops[hop]);
        let ends = |hop: &SceneHop<'_>| [hop.source, hop.destination].map(|node| Some(node?.id()));
        let event = |hop: &SceneHop<'_>| {
            let request = hop.request?;
            self.scene.values(request.id(), "Event")
        };
        own.hop.method_name() == seen.hop.method_name()
            && own.call_id == seen.call_id
            && ends(own) == ends(seen)
            && own.hop.status() == seen.hop.status()
            && event(own) == event(seen)
    }

    /// Whether a request of another dialog stands where one may be that was left out: while the flow goes on or soon after, between
    /// these two, and of that method.
    fn is_in_place_of_one(&self, seen: usize, left_out: &[LeftOut<'_>]) -> bool {
        let one = &self.scene.hops[seen];
        let ends = [one.source, one.destination].map(|node| Some(node?.id()));
        let is_like = |(method, actors): &LeftOut<'_>| {
            one.hop
                .method_name()
                .eq_ignore_ascii_case(method.as_bytes())
                && ends == actors.map(|actor| self.nodes.get(&actor).copied())
        };
        let messages = || self.messages.iter().flatten();
        left_out.iter().any(is_like)
            && messages()
                .min()
                .is_some_and(|first| *first < one.first_message)
            && messages().max().is_some_and(|last| {
                let after = self.nanos_between(*last, one.first_message);
                after.is_some_and(|after| after <= AT_ONCE)
            })
    }

    /// Requests that begin in a dialog, need not happen, and were not seen: method, sender and receiver of each.
    fn left_out(&self) -> Vec<LeftOut<'_>> {
        let unseen = self.plan.roots.iter().filter(|hop| {
            let is_optional = self.template.is_optional(self.plan.hops[**hop].request);
            is_optional && !self.assignment.contains_key(hop)
        });
        let of = unseen.filter_map(|hop| {
            let request = self.plan.hops[*hop].request;
            let step = &self.template.steps[request];
            Some((self.template.method_of(request)?, [step.from, step.to]))
        });
        of.collect()
    }

    /// The first message of each hop, in their order.
    fn messages_of(&self, hops: &[usize]) -> Vec<MessageId> {
        let hops = hops.iter().map(|seen| &self.scene.hops[*seen]);
        let mut messages: Vec<MessageId> = hops.map(|hop| hop.first_message).collect();
        messages.sort();
        messages
    }
}
