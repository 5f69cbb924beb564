//! What differs between a step and its message.

use std::borrow::Cow;

use super::{Deviation, Judge};
use crate::base::Transport;
use crate::flow::matching::actors::{End, ends};
use crate::flow::matching::compare::{Compared, Met, meets};
use crate::flow::template::{Demand, Must, What};
use crate::sip::{Address, Name};
use crate::trace::{MessageId, Node};

impl Judge<'_, '_> {
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
        deviations.extend(self.vias(step, message));
        deviations.extend(self.to(step, message));
        deviations.extend(self.outside(step, message));
        deviations.extend(self.acknowledged(step, message));
        deviations.extend(self.passed_on(step, message));
        deviations.extend(self.late(step, message));
        deviations.extend(self.done_before(step, message));
        let demands = self.plan.demands[step].iter();
        deviations.extend(demands.filter_map(|demand| self.held_to(step, message, demand)));
        let is_told = deviations.iter().any(|one| one.what == "Call-ID");
        deviations.extend(self.call_id(step, message).filter(|_| !is_told));
        deviations
    }

    /// Over how many hops the message of one step came to be that of another: as many as the trace has, and as many as Via entries
    /// tell. One where they are not of one journey.
    fn hops_between(&self, before: usize, step: usize) -> [usize; 2] {
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

    /// What a request has otherwise than the response that it is for: the number of the CSeq and the tag of an ACK (RFC 3261
    /// 13.2.2.4), all that a RAck tells (RFC 3262 7.2).
    fn acknowledged(&self, step: usize, message: MessageId) -> Vec<Deviation> {
        let What::Request(request) = &self.template.steps[step].what else {
            return Vec::new();
        };
        let response = request.acknowledges.filter(|_| request.relays.is_none());
        let response = response.filter(|response| !self.wrong_status.contains_key(response));
        let response = response.and_then(|response| self.messages[response]);
        let pair = response.and_then(|id| Some((self.scene.sip(message)?, self.scene.sip(id)?)));
        let Some((own, answer)) = pair else {
            return Vec::new();
        };
        let mut deviations = Vec::new();
        let mut differs = |what: &str, expected: String, got: String| {
            if expected != got {
                deviations.push(Deviation {
                    what: what.to_owned(),
                    expected,
                    got,
                });
            }
        };
        let (cseq, answered) = (own.cseq(), answer.cseq());
        match request.method.as_str() {
            "ACK" => {
                let number = answered.and_then(|cseq| cseq.number);
                if let (Some(expected), Some(got)) = (number, cseq)
                    && let Some(number) = got.number
                {
                    let got = format!("{number} {}", got.method.lossy());
                    differs("CSeq", format!("{expected} ACK"), got);
                }
            }
            "PRACK" => {
                let expected = answer.number(Name::RSeq).and_then(|rseq| rseq.value);
                if let (Some(expected), Some(cseq)) = (expected, answered)
                    && let Some(of) = cseq.number
                {
                    let method = cseq.method.lossy();
                    let got = own.rack().and_then(|rack| {
                        let method = rack.method.lossy();
                        Some(format!("{} {} {method}", rack.response?, rack.cseq?))
                    });
                    let written = self.scene.values(message, "RAck").unwrap_or_default();
                    let got = got.unwrap_or_else(|| match written.as_slice() {
                        [] => "none".to_owned(),
                        values => values.join(", "),
                    });
                    differs("RAck", format!("{expected} {of} {method}"), got);
                }
            }
            _ => return deviations,
        }
        let tag = |address: Option<Address<'_>>| {
            let address = address?;
            Some(format!("tag {}", address.tag()?.lossy()))
        };
        if let Some(expected) = tag(answer.to()) {
            let got = tag(own.to()).unwrap_or_else(|| "none".to_owned());
            differs("To", expected, got);
        }
        deviations
    }

    /// What tells a reliable provisional response, and what acknowledges it, is not what it was before it was passed on: those two
    /// ends alone agree on it (RFC 3262 3).
    fn passed_on(&self, step: usize, message: MessageId) -> Option<Deviation> {
        let (header, from) = match &self.template.steps[step].what {
            What::Request(request) => ("RAck", request.relays?),
            What::Response(response) => ("RSeq", response.relays?),
            What::Other { .. } | What::Action => return None,
        };
        let has = |id| {
            let values = self.scene.values(id, header);
            values.is_some_and(|values| !values.is_empty())
        };
        if !has(message) || !self.messages[from].is_some_and(has) {
            return None;
        }
        let demand = Demand {
            header: header.to_owned(),
            must: Must::BeCopiedFrom(from),
        };
        self.held_to(step, message, &demand)
    }

    /// What comes of one demand.
    fn held_to(&self, step: usize, message: MessageId, demand: &Demand) -> Option<Deviation> {
        let compared = |other: usize| {
            Some(Compared {
                message: self.messages[other]?,
                hops: self.hops_between(other, step),
            })
        };
        let mut met = meets(self.scene, message, demand, &self.beside, compared);
        if matches!(met, Met::No { .. }) && self.is_mended(message, demand) {
            met = Met::Yes;
        }
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

    /// The Call-ID of a request that begins in a dialog of which others have another one. What is passed on is held to what it was
    /// before.
    fn call_id(&self, step: usize, message: MessageId) -> Option<Deviation> {
        let What::Request(request) = &self.template.steps[step].what else {
            return None;
        };
        let seen = self.seen(self.hop_of(step)?)?;
        let known = *self.call_ids.get(&request.dialog)?;
        if request.relays.is_some() || known == seen.call_id {
            return None;
        }
        let of_dialog = |hop: &&usize| self.scene.hops[**hop].call_id == known;
        let other = self.assignment.values().find(of_dialog)?;
        let other = self.scene.hops[*other].first_message;
        let written = |message| Some(self.scene.values(message, "Call-ID")?.join(", "));
        Some(Deviation {
            what: "Call-ID".to_owned(),
            expected: written(other)?,
            got: written(message)?,
        })
    }

    /// The request that a response answers, if it was seen.
    pub(super) fn answered(&self, step: usize) -> Option<MessageId> {
        self.response(step)?;
        Some(self.seen(self.hop_of(step)?)?.request?.id())
    }

    /// The Via entries of an answer that are not those of its request (RFC 3261 8.2.6.2), parameters but the branch aside; or
    /// that there are none (RFC 3261 8.1.1).
    fn vias(&self, step: usize, message: MessageId) -> Option<Deviation> {
        let entry = |value: &Cow<'_, str>| {
            let plain = |part: &str| -> String {
                let letters = part.chars().filter(|letter| !letter.is_whitespace());
                letters.map(|letter| letter.to_ascii_lowercase()).collect()
            };
            let mut parts = value.split(';').map(plain);
            let sender = parts.next();
            (sender, parts.find(|part| part.starts_with("branch=")))
        };
        let values = |id| self.scene.values(id, "Via");
        let got = values(message)?;
        let expected = self.answered(step).and_then(values).unwrap_or_default();
        let differs = match expected.is_empty() {
            true => got.is_empty(),
            false => expected != got && !expected.iter().map(entry).eq(got.iter().map(entry)),
        };
        let said = |values: Vec<Cow<'_, str>>, none: &str| match values.is_empty() {
            true => none.to_owned(),
            false => values.join(", "),
        };
        differs.then(|| Deviation {
            what: "Via".to_owned(),
            expected: said(expected, "one"),
            got: said(got, "none"),
        })
    }

    /// Sender and receiver of a request, where both are somebody else on other hops.
    fn ends(&self, step: usize) -> Vec<Deviation> {
        let hop = self.plan.hops.iter().position(|hop| hop.request == step);
        let Some((hop, at)) = hop.and_then(|hop| Some((hop, *self.assignment.get(&hop)?))) else {
            return Vec::new();
        };
        let seen = &self.scene.hops[at];
        // Streams are opened from ports that nobody listens at: another port may be the same element (RFC 3261 18.1.1).
        let transport = seen.request.map(|request| request.sighting().transport());
        let is_stream = transport.is_none_or(|transport| transport != Transport::Udp);
        let other = |(what, end): (&str, Option<End<'_>>)| {
            let End { actor, node, .. } = end.filter(|end| !end.is_beside)?;
            let known = *self.nodes.get(&actor)?;
            if node.id() == known {
                return None;
            }
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
