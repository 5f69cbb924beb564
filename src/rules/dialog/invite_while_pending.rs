//! An INVITE within a dialog while another one of the same side is not answered.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, TransactionScene, Verdicts};
use crate::trace::Party;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DLG14",
    name: "invite-while-one-is-pending",
    family: Family::Dialog,
    severity: Severity::Error,
    flags: "An INVITE within a dialog, sent before the final answer came to the INVITE that the same side had sent in it.",
    matters: "The other side has to refuse it with 500, and the two may not agree which session holds.",
    cause: "A user agent that puts a call on hold before it is answered, or does not wait between two changes.",
    silenced: &[
        "The answer to the first one was not seen: it may be lost.",
        "An INVITE with the number of the one before may be the same one on another hop.",
        "Each side for itself: INVITEs of both may cross, and one of them gets 491.",
        "The answer was seen in another input: its clock may be wrong.",
    ],
    citations: &[rfc("RFC 3261", "14.1")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    for party in [Party::Caller, Party::Callee] {
        let all = dialog.sent_by(party).iter();
        let is_invite =
            |one: &&TransactionScene<'_>| one.transaction.first.method_name() == b"INVITE";
        let all: Vec<_> = all.filter(is_invite).collect();
        for pair in all.windows(2) {
            let [first, second] = pair else {
                continue;
            };
            // The same request on two ways, where the trace lacks the hop between them.
            if first.transaction.first.cseq() == second.transaction.first.cseq() {
                verdicts.not_provable();
                continue;
            }
            let Some((request, before)) = second.request().zip(first.request()) else {
                continue;
            };
            let Some(answer) = first.hop().answer() else {
                verdicts.not_provable();
                continue;
            };
            if answer.message.id() < request.message.id() {
                verdicts.pass();
                continue;
            }
            if !request.is_watched_until(&answer) {
                verdicts.not_provable();
                continue;
            }
            let fault = Fault::at(&request, request.sip.first_line_text());
            let fault = fault.with(&before, before.sip.first_line_text());
            let fault = fault.with(&answer, answer.sip.first_line_text());
            verdicts.fail(fault.expected("the answer to the INVITE before first"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn call() -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
            .within(1, 2, "2 INVITE", &[])
    }

    #[test]
    fn fails() {
        call()
            .within(1, 2, "3 INVITE", &[])
            .answered(2, 1, "200 OK", "2 INVITE", &[])
            .fails(&RULE, "INVITE sip:bob@example.org SIP/2.0");
    }

    #[test]
    fn passes() {
        call()
            .answered(2, 1, "200 OK", "2 INVITE", &[])
            .within(1, 2, "3 INVITE", &[])
            .passes(&RULE);
    }

    #[test]
    fn both_sides_may_cross() {
        call()
            .within(2, 1, "1 INVITE", &[])
            .answered(2, 1, "200 OK", "2 INVITE", &[])
            .passes(&RULE);
    }

    #[test]
    fn not_provable_where_it_may_be_the_same_request() {
        let other = ["Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKother"];
        call()
            .within(1, 2, "2 INVITE", &other)
            .answered(2, 1, "200 OK", "2 INVITE", &[])
            .cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_where_the_answer_is_not_there() {
        call().within(1, 2, "3 INVITE", &[]).cannot_tell(&RULE);
    }
}
