//! What an answer has of its request (RFC 3261 8.2.6.2): From, Call-ID, CSeq, the Via entries, and To but for a tag that is new. By
//! that it is known on its own hop (RFC 3261 17.1.3, 18.1.2), whoever gave it: what it passes on need not have been captured.

use super::{Deviation, Judge, StepResult};
use crate::flow::matching::meaning::mean_the_same;
use crate::flow::template::{Demand, Must, What};
use crate::sip::Address;
use crate::trace::MessageId;

/// What an answer has as its request has it, but for Via and To.
const SAME: [&str; 3] = ["From", "Call-ID", "CSeq"];

impl Judge<'_, '_> {
    /// What an answer has otherwise than its request.
    pub(super) fn of_request(&self, step: usize, message: MessageId) -> Vec<Deviation> {
        if self.response(step).is_none() || self.wrong_status.contains_key(&step) {
            return Vec::new();
        }
        let of_it = [
            self.of_other_vias(step, message),
            self.tagless(step, message),
        ];
        let mut deviations: Vec<Deviation> = of_it.into_iter().flatten().collect();
        let Some(asked) = self.asked(step) else {
            return deviations;
        };
        let differs = SAME
            .into_iter()
            .filter(|header| !self.have_the_same(header, asked, message));
        deviations.extend(self.to(step, asked, message));
        deviations.extend(differs.map(|header| self.between(header, asked, message)));
        deviations
    }

    /// Whether a demand only says what follows from the request, which was seen.
    pub(super) fn is_of_request(&self, step: usize, demand: &Demand) -> bool {
        let Some(response) = self.response(step) else {
            return false;
        };
        let is_known = SAME.contains(&demand.header.as_str()) || demand.header == "To";
        let Must::BeCopiedFrom(from) = demand.must else {
            return false;
        };
        is_known
            && (from == response.answers || Some(from) == response.relays)
            && self.asked(step).is_some()
    }

    /// Whether a field of an answer is only passed on as it came: then it is told where it came from.
    pub(super) fn is_passed_on(&self, step: usize, what: &str, before: &[StepResult]) -> bool {
        let from = self.response(step).and_then(|response| response.relays);
        let from = from.filter(|from| !self.wrong_status.contains_key(from));
        let pair = from.and_then(|from| before.get(from)?.message.zip(self.messages[step]));
        let is_identity = SAME.contains(&what) || what == "To";
        is_identity && pair.is_some_and(|(from, own)| self.have_the_same(what, from, own))
    }

    /// The request that a response answers, or where nobody captured that, the nearest one before it on its way.
    fn asked(&self, step: usize) -> Option<MessageId> {
        let mut at = Some(self.response(step)?.answers);
        while let Some(request) = at {
            if let Some(message) = self.messages[request] {
                return Some(message);
            }
            at = match &self.template.steps[request].what {
                What::Request(request) => request.relays,
                _ => None,
            };
        }
        None
    }

    /// The To of an answer that is not that of its request, a tag that is new aside; nor that of the answer that it passes on, unless
    /// that one names somebody else.
    fn to(&self, step: usize, asked: MessageId, message: MessageId) -> Option<Deviation> {
        let of = |id: MessageId| self.scene.sip(id)?.to();
        let (expected, got) = (of(asked)?, of(message)?);
        let is_new = expected.tag().is_none();
        if !same_uri(&expected, &got) || !is_new && tag(&expected) != tag(&got) {
            return Some(self.between("To", asked, message));
        }
        let from = self.response(step)?.relays?;
        let from = self.messages[from]?;
        let before = of(from)?;
        let differs = match same_uri(&before, &got) {
            true => !self.have_the_same("To", from, message),
            false => is_new && tag(&before) != tag(&got),
        };
        differs.then(|| self.between("To", from, message))
    }

    /// An answer without a tag in To.
    fn tagless(&self, step: usize, message: MessageId) -> Option<Deviation> {
        let response = self.response(step)?;
        let is_trying = response.statuses.iter().any(|(code, _)| *code == 100);
        let sip = self.scene.sip(message)?;
        let to = sip.to()?;
        let is_tagless = !is_trying && to.tag().is_none();
        is_tagless.then(|| Deviation {
            what: "To".to_owned(),
            expected: "one with a tag".to_owned(),
            got: to.text.lossy().into_owned(),
        })
    }

    /// Whether a field means the same in two messages, as far as both are known.
    pub(super) fn have_the_same(&self, header: &str, one: MessageId, other: MessageId) -> bool {
        let values = |id| self.scene.values(id, header);
        let Some((one, other)) = values(one).zip(values(other)) else {
            return true;
        };
        let mut pairs = one.iter().zip(&other);
        one.len() == other.len() && pairs.all(|(one, other)| mean_the_same(header, one, other))
    }

    /// The difference of a field between two messages.
    pub(super) fn between(&self, header: &str, expected: MessageId, got: MessageId) -> Deviation {
        Deviation {
            what: header.to_owned(),
            expected: self.written(header, expected),
            got: self.written(header, got),
        }
    }

    /// A field as it stands in a message.
    pub(super) fn written(&self, header: &str, message: MessageId) -> String {
        match self.scene.values(message, header).unwrap_or_default() {
            values if values.is_empty() => "none".to_owned(),
            values => values.join(", "),
        }
    }
}

pub(super) fn same_uri(one: &Address<'_>, other: &Address<'_>) -> bool {
    one.uri_text() == other.uri_text() || one.uri().equivalent(&other.uri())
}

fn tag(address: &Address<'_>) -> Option<Vec<u8>> {
    address.tag().map(|tag| tag.bytes().to_vec())
}
