//! A call that was accepted after its caller had cancelled it, and that nobody ended.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::is_watched_after;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{CallScene, Fault, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN21",
    name: "accepted-after-cancel-and-not-ended",
    family: Family::Transaction,
    severity: Severity::Warning,
    flags: "An INVITE that was answered with 2xx after a CANCEL for it was sent, and no BYE in the call.",
    matters: "The callee talks to nobody, and the call is charged.",
    cause: "A client that takes the CANCEL for the end of the call and does not look at what comes after it.",
    silenced: &[
        "The trace ends soon after the answer.",
        "An INVITE that was forked: the CANCEL is for the branches that did not win.",
    ],
    citations: &[rfc("RFC 3261", "9.1"), rfc("RFC 3261", "15")],
    check: Check::Call(check),
};

fn check(call: &CallScene<'_>, verdicts: &mut Verdicts) {
    let mut ended: Option<HashSet<_, RandomState>> = None;
    for cancel in call.hops().filter(|hop| hop.hop.method_name() == b"CANCEL") {
        let Some(invite) = cancel
            .hop
            .about()
            .filter(|invite| invite.parent().is_none())
        else {
            continue;
        };
        let seen = cancel
            .request()
            .zip(invite.answer().and_then(|answer| cancel.seen(answer)));
        let Some((request, answer)) = seen.filter(|(_, answer)| answer.accepts()) else {
            continue;
        };
        if answer.message.id() < request.message.id() {
            continue;
        }
        let ended = ended.get_or_insert_with(|| {
            let byes = call.hops().filter(|hop| hop.hop.method_name() == b"BYE");
            byes.map(|bye| bye.hop.call_id()).collect()
        });
        if ended.contains(&invite.call_id()) {
            verdicts.pass();
            continue;
        }
        if !is_watched_after(&cancel, &answer) {
            verdicts.not_provable();
            continue;
        }
        let fault = Fault::at(&answer, answer.sip.first_line_text());
        let fault = fault.with(&request, request.sip.first_line_text());
        verdicts.fail(fault.expected("a BYE after the ACK").got("none"));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const TO: &str = "To: <sip:bob@example.org>;tag=b";
    const NEW: &str = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKnew";

    fn accepted_late() -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "180 Ringing", &[])
            .request(1, 2, "CANCEL", &[])
            .response(2, 1, "200 OK", &[])
            .request(1, 2, "ACK", &[TO, NEW, "CSeq: 1 ACK"])
    }

    #[test]
    fn fails() {
        let other = [
            "Call-ID: other",
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKother",
        ];
        accepted_late()
            .later(600)
            .request(1, 2, "OPTIONS", &other)
            .fails(&RULE, "none");
    }

    #[test]
    fn passes() {
        let via = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKbye";
        accepted_late()
            .request(1, 2, "BYE", &[TO, via, "CSeq: 2 BYE"])
            .passes(&RULE);
    }

    #[test]
    fn not_provable_at_the_end() {
        accepted_late().cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_a_cancel_that_came_too_late_or_in_time() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
            .request(1, 2, "CANCEL", &[])
            .says_nothing(&RULE);
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .request(1, 2, "CANCEL", &[])
            .response(2, 1, "487 Request Terminated", &[])
            .says_nothing(&RULE);
    }
}
