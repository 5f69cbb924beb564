//! What differs between a step and its message.

use std::collections::BTreeSet;

use super::{Deviation, Judge};
use crate::base::Transport;
use crate::flow::matching::actors::{End, ends};
use crate::flow::matching::compare::{Compared, Met, meets};
use crate::flow::matching::purpose::is_of_purpose;
use crate::flow::template::{Demand, Must, PURPOSE};
use crate::trace::{MessageId, Node};

/// By what a message is known to be the one that is passed on.
const IDENTITY: [&str; 4] = ["From", "To", "Call-ID", "CSeq"];

impl Judge<'_, '_> {
    /// All differences, one of each field.
    pub(super) fn deviations(&self, step: usize, message: MessageId) -> Vec<Deviation> {
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
        match self.direction(step, message) {
            None => deviations.extend(self.ends(step)),
            wrong_way => deviations.extend(wrong_way),
        }
        deviations.extend(self.of_request(step, message));
        deviations.extend(self.without_a_via(message));
        deviations.extend(self.changed_vias(step, message));
        deviations.extend(self.outside(step, message));
        deviations.extend(self.acknowledged(step, message));
        deviations.extend(self.of_hop(step, message));
        deviations.extend(self.sent_again(step, message));
        deviations.extend(self.contradicted(step, message));
        deviations.extend(self.recorded(step, message));
        deviations.extend(self.retargeted(step, message));
        deviations.extend(self.misdirected(step, message));
        deviations.extend(self.between_routes(step, message));
        deviations.extend(self.granted(step, message));
        deviations.extend(self.late(step, message));
        deviations.extend(self.done_before(step, message));
        let demands = self.plan.demands[step].iter();
        let demands = demands
            .filter(|demand| self.is_asked(step, demand) && !self.is_of_request(step, demand));
        deviations.extend(demands.filter_map(|demand| self.held_to(step, message, demand)));
        deviations.extend(self.of_dialog(step, message));
        let is_same_message = |one: &Deviation| !IDENTITY.contains(&one.what.as_str());
        if deviations.iter().all(is_same_message) {
            deviations.extend(self.lost(step, message));
            deviations.extend(self.lacking(step, message));
        }
        let mut told = BTreeSet::new();
        deviations.retain(|one| told.insert(one.what.clone()));
        // The field that makes it ask for something else says so itself.
        if told.iter().any(|what| is_of_purpose(what)) {
            deviations.retain(|one| one.what != PURPOSE);
        }
        deviations
    }

    /// Over how many hops the message of one step came to be that of another: as many as the trace has, and as many as Via entries
    /// tell. One where they are not of one journey.
    pub(super) fn hops_between(&self, before: usize, step: usize) -> [usize; 2] {
        let at = |step: usize| Some(*self.assignment.get(&self.hop_of(step)?)?);
        let (Some(above), Some(below)) = (at(before), at(step)) else {
            return [1, 1];
        };
        let mut count = 0;
        let mut hop = Some(below).filter(|_| above != below);
        while let Some(at) = hop.filter(|at| *at != above) {
            hop = self.scene.hops[at].parent;
            count += 1;
        }
        let vias = |hop: usize| self.scene.hops[hop].vias;
        let more = vias(below).zip(vias(above));
        let more = more.and_then(|(below, above)| below.checked_sub(above));
        let more = more.filter(|more| *more > 0);
        let counted = if hop.is_some() { count } else { 1 };
        [counted, more.unwrap_or(counted)]
    }

    /// Whether a demand counts here: what makes an answer a reliable one is asked for where its PRACK has to come, or did.
    fn is_asked(&self, step: usize, demand: &Demand) -> bool {
        let of_reliable = ["RSeq", "Require"].contains(&demand.header.as_str());
        let prack = of_reliable.then(|| self.template.acknowledged_by(step));
        let is_said = self.template.steps[step].carry.contains(demand);
        prack
            .flatten()
            .is_none_or(|prack| is_said || !self.template.is_optional(prack) || self.shown()[prack])
    }

    /// What comes of one demand.
    fn held_to(&self, step: usize, message: MessageId, demand: &Demand) -> Option<Deviation> {
        // What was answered otherwise did not happen.
        if let Must::BePresentAfter(other) | Must::TellStatusOf(other) = demand.must
            && self.wrong_status.contains_key(&other)
        {
            return None;
        }
        let compared = |other: usize| {
            Some(Compared {
                message: self.messages[other]?,
                hops: self.hops_between(other, step),
            })
        };
        let mut met = meets(self.scene, message, demand, &self.beside, compared);
        if met == Met::Unknown {
            let origin = self.template.origin(demand);
            met = meets(self.scene, message, origin, &self.beside, |_| None);
        }
        let Met::No { expected, got } = met else {
            return None;
        };
        Some(Deviation {
            what: demand.header.clone(),
            expected,
            got,
        })
    }

    /// The request that a response answers, if it was seen.
    pub(super) fn answered(&self, step: usize) -> Option<MessageId> {
        self.response(step)?;
        Some(self.seen(self.hop_of(step)?)?.request?.id())
    }

    /// Sender and receiver of a request, where both are somebody else on other hops.
    fn ends(&self, step: usize) -> Vec<Deviation> {
        let hop = self.plan.hops.iter().position(|hop| hop.request == step);
        let Some((hop, at)) = hop.and_then(|hop| Some((hop, *self.assignment.get(&hop)?))) else {
            return Vec::new();
        };
        let seen = &self.scene.hops[at];
        // Streams are opened from ports that nobody listens at, and what is protected has ports of its own (RFC 3261 18.1.1, 3GPP TS
        // 33.203 7.1): another port may be the same element.
        let transport = seen.request.map(|request| request.sighting().transport());
        let is_stream = transport.is_none_or(|transport| transport != Transport::Udp);
        let other = |(what, end): (&str, Option<End<'_>>)| {
            let End { actor, node, .. } = end.filter(|end| !end.is_beside)?;
            let known = *self.nodes.get(&actor)?;
            if node.id() == known {
                return None;
            }
            let known = self.scene.trace.node(known)?;
            let is_free = !self.nodes.values().any(|other| *other == node.id());
            if (is_stream || is_free) && share_a_host(node, known) {
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
        let [from, to] = ends(
            self.template,
            self.plan,
            self.scene,
            self.assignment,
            hop,
            at,
        );
        [("sender", from), ("receiver", to)]
            .into_iter()
            .filter_map(other)
            .collect()
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
