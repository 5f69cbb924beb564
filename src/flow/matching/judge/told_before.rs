//! What differs already in an earlier message: one change is told once, where it was made.

use super::directed::ROUTE;
use super::recorded::RECORD_ROUTE;
use super::{Deviation, Fate, Judge, StepResult};
use crate::flow::matching::purpose::is_of_purpose;
use crate::flow::template::{Must, PURPOSE, REQUEST_URI, What};

/// Differences that are none of a field.
const NO_FIELDS: [&str; 6] = ["status", "sender", "receiver", "direction", "time", "order"];

/// What a request with credentials has as the one in front of it has it.
const REPEATED: [&str; 3] = [REQUEST_URI, "From", "To"];

/// What a RAck has of the response that it is for (RFC 3262 7.2).
const RACK: [&str; 2] = ["RSeq", "CSeq"];

impl Judge<'_, '_> {
    /// Whether a difference is only that of an earlier step, whose message it has to be like.
    pub(super) fn is_told_before(
        &self,
        step: usize,
        one: &Deviation,
        before: &[StepResult],
    ) -> bool {
        let what = one.what.as_str();
        if what == "status" {
            return self.passes_on_a_refusal(step, before);
        }
        if NO_FIELDS.contains(&what) {
            return false;
        }
        if self.is_told_of_path(step, what, before) || self.is_told_alike(step, one, before) {
            return true;
        }
        let copied = self.comes_from(step, what);
        let repeated = self.challenged_before(step);
        let repeated = repeated.filter(|_| REPEATED.contains(&what));
        let like = self.refused_by(step).into_iter().chain(repeated);
        let mut from = copied.chain(self.causes(step)).chain(like);
        self.is_passed_on(step, what, before)
            || from.any(|from| {
                let told = before.get(from).map_or(&[][..], differences);
                let is_of_purpose = is_of_purpose(what);
                told.iter().any(|one| {
                    let is_of_rack = what == "RAck" && RACK.contains(&one.what.as_str());
                    one.what == what || is_of_purpose && one.what == PURPOSE || is_of_rack
                })
            })
    }

    /// Whether a request only does not go where a message says of which it is told that it says the wrong thing.
    fn is_told_of_path(&self, step: usize, what: &str, before: &[StepResult]) -> bool {
        let said_in = match what {
            REQUEST_URI => "Contact",
            ROUTE => RECORD_ROUTE,
            _ => return false,
        };
        let by = self.directed_by(step, what);
        let says_so = |said: usize| {
            let answers = self.response(said).map(|response| response.answers);
            let by_answer = answers.and_then(|asked| self.messages[asked]);
            by.is_some() && [self.messages[said], by_answer].contains(&by)
        };
        let mut told = before.iter().filter(|one| says_so(one.step));
        told.any(|told| differences(told).iter().any(|one| one.what == said_in))
    }

    /// The steps from which a field of another comes.
    fn comes_from(&self, step: usize, what: &str) -> impl Iterator<Item = usize> {
        let demands = self.plan.demands[step].iter();
        let copied = demands.filter(move |demand| demand.header == what);
        copied.filter_map(|demand| match demand.must {
            Must::BeCopiedFrom(from) | Must::BeOneLessThanIn(from) | Must::BeConsumedFrom(from) => {
                Some(from)
            }
            _ => None,
        })
    }

    /// Whether an earlier step has the same otherwise: another answer that copied Record-Route; another branch of a
    /// fork, which changed it once for all; or another request of the dialog, as long as all go elsewhere than was said where to send to.
    fn is_told_alike(&self, step: usize, one: &Deviation, before: &[StepResult]) -> bool {
        let from = |step: usize| match &self.template.steps[step].what {
            What::Request(request) => request.relays,
            _ => None,
        };
        let is_directed = [REQUEST_URI, ROUTE].contains(&one.what.as_str());
        let dialog = |step: usize| self.template.dialog_of(step);
        let mut alike = before.iter().filter(|other| {
            let is_branch = from(step).is_some() && from(other.step) == from(step);
            // Nothing else in a dialog repeats it, so that nothing tells which is right.
            let is_copy = one.what == RECORD_ROUTE && {
                let mut others = self.comes_from(other.step, RECORD_ROUTE);
                let mut own = self.comes_from(step, RECORD_ROUTE);
                own.any(|from| others.any(|other| other == from))
            };
            is_copy || is_branch || is_directed && dialog(other.step) == dialog(step)
        });
        alike.any(|other| {
            let mut told = differences(other).iter();
            told.any(|other| {
                (&other.what, &other.expected, &other.got) == (&one.what, &one.expected, &one.got)
            })
        })
    }

    /// Whether an earlier step of the dialog differs in the same two values of what its messages are known by: who goes on with one of
    /// them, or puts it right again, does nothing else than was told.
    pub(super) fn is_same_difference(
        &self,
        step: usize,
        one: &Deviation,
        before: &[StepResult],
    ) -> bool {
        let is_of_one =
            |(what, _): &(&str, _)| !ENDS.contains(what) || self.passes_on_another(step);
        let Some(values) = values(one).filter(is_of_one) else {
            return false;
        };
        let dialog = self.template.dialog_of(step);
        before.iter().any(|result| {
            let mut told = differences(result).iter();
            self.template.dialog_of(result.step) == dialog
                && told.any(|other| self::values(other).as_ref() == Some(&values))
        })
    }

    /// Whether the message of a step is one that came to its sender.
    fn passes_on_another(&self, step: usize) -> bool {
        match &self.template.steps[step].what {
            What::Request(request) => request.relays.is_some(),
            What::Response(response) => response.relays.is_some(),
            What::Other { .. } | What::Action => false,
        }
    }

    /// Whether the answer that one passes on is the same wrong one, and told so.
    fn passes_on_a_refusal(&self, step: usize, before: &[StepResult]) -> bool {
        let from = self.response(step).and_then(|response| response.relays);
        let has_same = |from: &usize| {
            let told = before.get(*from).map(|one| (one.echoes, differences(one)));
            self.wrong_status.get(from) == self.wrong_status.get(&step)
                && told.is_some_and(|(echoes, told)| {
                    echoes > 0 || told.iter().any(|one| one.what == "status")
                })
        };
        from.filter(has_same).is_some()
    }
}

/// Who says something in other names in one message may do so in another.
const ENDS: [&str; 2] = ["From", "To"];

fn differences(result: &StepResult) -> &[Deviation] {
    match &result.fate {
        Fate::Deviates(all) => all,
        _ => &[],
    }
}

/// Which two values differ, whichever was expected: tags whoever has them, or others of one field. Nothing of fields by which no
/// message is known.
fn values(one: &Deviation) -> Option<(&str, [&str; 2])> {
    let both = [one.expected.as_str(), one.got.as_str()];
    let (what, mut values) = match one.what.as_str() {
        "From" | "To" => match both.map(tag) {
            [(uri, Some(expected)), (other, Some(got))] if uri == other => ("tag", [expected, got]),
            _ => (one.what.as_str(), both),
        },
        "CSeq" => {
            let number = |text: &'_ str| text.find(' ').unwrap_or(text.len());
            ("CSeq", both.map(|text| &text[..number(text)]))
        }
        "Call-ID" => ("Call-ID", both),
        _ => return None,
    };
    values.sort_unstable();
    Some((what, values))
}

/// What stands before a tag, and the tag.
fn tag(text: &str) -> (&str, Option<&str>) {
    if let Some(tag) = text.strip_prefix("tag ") {
        return ("", Some(tag));
    }
    match text.split_once(";tag=") {
        Some((before, tag)) => (before, tag.split(';').next()),
        None => (text, None),
    }
}
