//! A side of a confirmed dialog that does not know it any more.

use std::cell::LazyCell;

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Seen, TransactionScene, Verdicts};
use crate::trace::{HopId, MessageId};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DLG11",
    name: "confirmed-dialog-unknown",
    family: Family::Dialog,
    severity: Severity::Warning,
    flags: "A request within a dialog that a 2xx confirmed and no BYE ended, answered with 481.",
    matters: "One side has lost the call: the other goes on alone, or is thrown out of it.",
    cause: "A server that restarted or handed over without its state, a request that came to another machine of a cluster, or one that has the wrong tags.",
    silenced: &[
        "A BYE or a refused refresh came before: both sides may end it at once.",
        "A dialog that was there before the trace began.",
        "PRACK, which is refused so where there is nothing to acknowledge; SUBSCRIBE and NOTIFY, whose subscriptions end for themselves.",
    ],
    citations: &[rfc("RFC 3261", "12.2.2"), rfc("RFC 3261", "15.1.2")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    let is_judged = |one: &TransactionScene<'_>| {
        let name = one.transaction.first.method_name();
        !one.transaction.makes
            && !["PRACK", "SUBSCRIBE", "NOTIFY", "ACK", "CANCEL"]
                .iter()
                .any(|other| name == other.as_bytes())
    };
    let (made, enders) = (
        LazyCell::new(|| made(dialog)),
        LazyCell::new(|| enders(dialog)),
    );
    for one in dialog.transactions().filter(is_judged) {
        let mut answers = one.answers();
        let Some(last) = answers.find(|answer| answer.sip.status() >= Some(200)) else {
            continue;
        };
        if last.sip.status() != Some(481) {
            verdicts.pass();
            continue;
        }
        let confirmed = made.filter(|accepted| accepted.message.id() < last.message.id());
        let own = one.transaction.first.id();
        let mut others = enders.iter().filter(|(_, hop)| *hop != own);
        // Another request may have ended it before this one was answered.
        let is_ended = others
            .next()
            .is_some_and(|(first, _)| *first < last.message.id());
        match confirmed {
            Some(accepted) if !is_ended => {
                let text = last.sip.first_line_text();
                let fault = Fault::at(&last, text).with(&accepted, accepted.sip.first_line_text());
                verdicts.fail(fault.expected("an answer of who is in the dialog"));
            }
            _ => verdicts.not_provable(),
        }
    }
}

/// The 2xx that confirmed it.
fn made<'s>(dialog: &DialogScene<'s>) -> Option<Seen<'s>> {
    let made = dialog.transactions().find(|one| one.transaction.makes)?;
    made.accepted()
}

/// The requests that may have ended it, in their order.
fn enders(dialog: &DialogScene<'_>) -> Vec<(MessageId, HopId)> {
    let ends = dialog.transactions().filter(|one| {
        let hop = one.transaction.first;
        let ends = hop.method_name() == b"BYE"
            || hop
                .status()
                .is_some_and(|status| matches!(status, 408 | 481));
        ends && !one.transaction.makes
    });
    let hops = ends.map(|one| one.transaction.first);
    let mut all: Vec<_> = hops
        .map(|hop| (hop.first_message().id(), hop.id()))
        .collect();
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn call() -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
            .within(
                1,
                2,
                "1 ACK",
                &["Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKack"],
            )
    }

    fn answered(wire: Wire, status: &str) -> Wire {
        wire.within(1, 2, "2 INFO", &[])
            .answered(2, 1, status, "2 INFO", &[])
    }

    const LOST: &str = "481 Call/Transaction Does Not Exist";

    #[test]
    fn fails() {
        answered(call(), LOST).fails(&RULE, &format!("SIP/2.0 {LOST}"));
    }

    #[test]
    fn passes() {
        answered(call(), "200 OK").passes(&RULE);
    }

    #[test]
    fn both_may_hang_up_at_once() {
        answered(call().within(2, 1, "1 BYE", &[]), LOST).cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_of_a_dialog_from_before() {
        answered(Wire::new(), LOST).cannot_tell(&RULE);
    }
}
