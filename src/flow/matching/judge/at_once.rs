//! What follows another step at once: in time, and before anything else that its sender does of its own accord.

use super::{Deviation, Judge};
use crate::flow::template::What;
use crate::trace::{Message, MessageId, NodeId, Part, Subject};

/// In nanoseconds.
const SECOND: i64 = 1_000_000_000;

/// 64*T1: a subscriber waits so long for the NOTIFY that has to follow (Timer N, RFC 6665 4.1.2.4), and so long is a request sent
/// again over UDP (RFC 3261 17.1.2.2).
pub(super) const AT_ONCE: i64 = 32 * SECOND;

impl Judge<'_, '_> {
    /// What comes later than anybody waits for it.
    pub(super) fn late(&self, step: usize, message: MessageId) -> Option<Deviation> {
        let before = self.template.steps[step].immediately_after?;
        let late = self.nanos_between(self.messages[before]?, message)?;
        let number = &self.template.steps[before].number;
        (late > AT_ONCE).then(|| Deviation {
            what: "time".to_owned(),
            expected: format!("{} s after step {number} at most", AT_ONCE / SECOND),
            got: format!("{}.{:03} s", late / SECOND, late % SECOND / 1_000_000),
        })
    }

    /// What the sender does before, toward the same receiver in the same dialog: another request, or the answer to another one of the
    /// kind that the step before answers. All else that it answers is asked of it.
    pub(super) fn done_before(&self, step: usize, message: MessageId) -> Option<Deviation> {
        let before = self.template.steps[step].immediately_after?;
        let after = self.messages[before]?;
        let [first, last] = [after, message].map(|id| self.scene.trace.message(id));
        let (first, last) = (first?, last?);
        let dialog = |message: Message<'_>| Some(message.hop().dialog()?.id());
        let (own, ends) = (dialog(last)?, ends(last)?);
        if dialog(first) != Some(own) {
            return None;
        }
        let is_answered = matches!(self.template.steps[before].what, What::Response(_));
        let answered = self
            .hop_of(before)
            .and_then(|hop| self.assignment.get(&hop));
        // Who is two of the actors passes an answer on to itself: that is no other one.
        let is_passed_on = |seen: usize| {
            answered.is_some_and(|answered| self.scene.are_of_one_way(*answered, seen))
        };
        let is_other = |seen: usize, one: &Message<'_>| match one.subject() {
            Subject::Response(_) => {
                is_answered
                    && one.part() == Part::Final
                    && one.hop().method_name() == first.hop().method_name()
                    && !is_passed_on(seen)
            }
            _ => one.hop().method_name() != b"ACK",
        };
        let hops = self.scene.looked_at().into_iter();
        let messages = hops.flat_map(|seen| {
            let hop = &self.scene.hops[seen];
            let messages = hop.request.iter().chain(&hop.responses);
            messages.map(move |one| (seen, one))
        });
        let others = messages.filter(|(seen, one)| {
            (after..message).contains(&one.id())
                && one.id() != after
                && dialog(**one) == Some(own)
                && self::ends(**one) == Some(ends)
                && is_other(*seen, one)
                && self.is_known_before(first, **one)
                && self.is_known_before(**one, last)
        });
        let (_, other) = others.min_by_key(|(_, one)| one.id())?;
        let hop = other.hop();
        let method = String::from_utf8_lossy(hop.method_name());
        let request = format!("{method} with CSeq {}", hop.cseq());
        Some(Deviation {
            what: "order".to_owned(),
            expected: format!("nothing after step {}", self.template.steps[before].number),
            got: match other.subject() {
                Subject::Response(status) => format!("{status} to {request}"),
                _ => request,
            },
        })
    }

    /// Whether one clock, or one log or document without times, shows that a message came before another one.
    fn is_known_before(&self, one: Message<'_>, other: Message<'_>) -> bool {
        match self.nanos_between(one.id(), other.id()) {
            Some(between) => between >= 0,
            None => {
                let (place, later) = (self.place_of(one.id()), self.place_of(other.id()));
                let is_timed = one.time().is_some() || other.time().is_some();
                !is_timed && place.0 == later.0 && place.1 < later.1
            }
        }
    }
}

/// The nodes that a message goes from and to.
fn ends(message: Message<'_>) -> Option<[NodeId; 2]> {
    let hop = message.hop();
    let mut ends = [hop.source_node()?.id(), hop.destination_node()?.id()];
    if matches!(message.subject(), Subject::Response(_)) {
        ends.reverse();
    }
    Some(ends)
}
