//! A transaction that was ended twice.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Seen, Verdicts};
use crate::trace::Part;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN08",
    name: "second-final-answer",
    family: Family::Transaction,
    severity: Severity::Warning,
    flags: "A second final answer with another status in the same transaction.",
    matters: "The client has acted upon the first; each side takes another end for the true one.",
    cause: "A server two parts of which answer, or a gateway whose two sides do not wait for each other.",
    silenced: &[
        "Several 2xx to an INVITE that was forked, and a 2xx that follows a refusal: proxies pass on each (RFC 3261 16.7 step 5).",
        "The same answer again.",
        "A request that came again before the second answer, perhaps with other content.",
    ],
    citations: &[rfc("RFC 3261", "17.2.1"), rfc("RFC 3261", "17.2.2")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    if hop.hop.status().is_none() {
        return;
    }
    let second = |part| part == Part::Second;
    if !hop.hop.messages().any(|message| second(message.part())) {
        return verdicts.pass();
    }
    let all: Vec<Seen<'_>> = hop.messages().collect();
    let first = all.iter().find(|seen| seen.message.part() == Part::Final);
    let Some(first) = first else {
        return;
    };
    let again = all
        .iter()
        .position(|seen| seen.message.part() == Part::Retransmission);
    for (position, late) in all.iter().enumerate() {
        if !second(late.message.part()) {
            continue;
        }
        let accepts = late.sip.status().is_some_and(|status| status < 300);
        let same = late.sip.status() == first.sip.status();
        let invite = late.cseq().is_some_and(|cseq| cseq.method == "INVITE");
        let asked_again = again.is_some_and(|again| again < position);
        if same || accepts && invite || asked_again {
            verdicts.not_provable();
            continue;
        }
        let fault = Fault::at(late, late.sip.first_line_text());
        let fault = fault.with(first, first.sip.first_line_text());
        verdicts.fail(fault.expected("no other answer than the first"));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn answered(method: &str, first: &str, second: &str) -> Wire {
        let cseq = format!("CSeq: 1 {method}");
        Wire::new()
            .request(1, 2, method, &[])
            .response(2, 1, first, &[&cseq])
            .response(2, 1, second, &[&cseq])
    }

    #[test]
    fn fails() {
        answered("OPTIONS", "200 OK", "404 Not Found").fails(&RULE, "SIP/2.0 404 Not Found");
        answered("INVITE", "200 OK", "487 Request Terminated")
            .fails(&RULE, "SIP/2.0 487 Request Terminated");
    }

    #[test]
    fn passes() {
        answered("OPTIONS", "200 OK", "200 OK").passes(&RULE);
        answered("INVITE", "180 Ringing", "200 OK").passes(&RULE);
        // Forked.
        let (one, other) = (
            ["CSeq: 1 INVITE", "To: <sip:bob@example.org>;tag=b"],
            ["CSeq: 1 INVITE", "To: <sip:bob@example.org>;tag=c"],
        );
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &one)
            .response(2, 1, "200 OK", &other)
            .passes(&RULE);
    }

    #[test]
    fn not_provable() {
        // A branch that accepted late.
        answered("INVITE", "486 Busy Here", "200 OK").cannot_tell(&RULE);
        let cseq = ["CSeq: 1 REGISTER"];
        Wire::new()
            .request(1, 2, "REGISTER", &[])
            .response(2, 1, "401 Unauthorized", &cseq)
            .request(1, 2, "REGISTER", &["Authorization: Digest realm=\"x\""])
            .response(2, 1, "200 OK", &cseq)
            .cannot_tell(&RULE);
    }
}
