//! Which message each step is, once it is known which hop of the trace is which of the template.

use std::collections::BTreeMap;

use super::Judge;
use crate::trace::{Message, MessageId, Part, Subject};

impl Judge<'_, '_> {
    pub(super) fn find_messages(&mut self) {
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
            // Where the documented one came after it, it came in place of one that need not be there.
            let is_trying = |step: &usize| {
                let response = self.response(*step);
                response.is_some_and(|one| one.statuses.iter().all(|(code, _)| *code == 100))
            };
            unanswered.retain(|step| !is_trying(step));
            unanswered.sort_by_key(|step| (!is_final(step), *step));
            for step in unanswered {
                if let Some((status, message)) = others.next() {
                    wrong.insert(step, status);
                    found.push((step, message));
                }
            }
            // Or it is the answer, whatever came after it.
            let last = found
                .iter_mut()
                .filter(|(step, _)| hop.responses.contains(step));
            if let Some((status, message)) = others.next()
                && let Some(last) = last.filter(|(step, _)| is_final(step)).last()
            {
                wrong.insert(last.0, status);
                last.1 = message;
            }
        }
        for (step, message) in found {
            self.messages[step] = Some(message);
        }
        self.wrong_status = wrong;
    }

    /// Whether the ACK of a step acknowledges a refusal that came in place of what the flow has: it is of the hop of its INVITE then
    /// (RFC 3261 17.1.1.3).
    pub(super) fn acknowledges_a_refusal(&self, step: usize) -> bool {
        let one = &self.template.steps[step];
        let dialog = self.template.dialog_of(step);
        let mut hops = self.plan.hops.iter().enumerate();
        self.template.method_of(step) == Some("ACK")
            && hops.any(|(hop, planned)| {
                let invite = &self.template.steps[planned.request];
                let mut answers = planned.responses.iter();
                (invite.from, invite.to) == (one.from, one.to)
                    && self.template.dialog_of(planned.request) == dialog
                    && answers.any(|answer| self.wrong_status.contains_key(answer))
                    && self.seen(hop).is_some_and(|seen| seen.ack.is_some())
            })
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
}
