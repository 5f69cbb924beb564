//! A non-2xx answer to INVITE that nobody acknowledged.

use super::is_watched_after;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::trace::Part;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN02",
    name: "ack-missing",
    family: Family::Transaction,
    severity: Severity::Warning,
    flags: "A final answer of 300 or above to an INVITE, and no ACK on that hop.",
    matters: "The server sends its answer again for half a minute and holds the transaction as long.",
    cause: "A client that gave up, an ACK that was sent elsewhere, or an answer that never arrived.",
    silenced: &[
        "The trace ends soon after the answer.",
        "The answer was not sent again: the ACK came, and the capture lost it.",
    ],
    citations: &[rfc("RFC 3261", "17.1.1.3")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(_) = hop.request().filter(|request| request.is("INVITE")) else {
        return;
    };
    let answer = hop
        .answers()
        .find(|answer| answer.sip.status().is_some_and(|status| status >= 300));
    let Some(answer) = answer else {
        return;
    };
    if hop.ack().is_some() {
        return verdicts.pass();
    }
    // A server that gets no ACK sends its answer again: without that the capture may have lost the ACK.
    let again = hop
        .messages()
        .any(|message| message.message.part() == Part::Repeated);
    if !again || !is_watched_after(hop, &answer) {
        return verdicts.not_provable();
    }
    let fault = Fault::at(&answer, answer.sip.first_line_text());
    verdicts.fail(fault.expected("an ACK to it").got("none"));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn busy() -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "486 Busy Here", &[])
    }

    #[test]
    fn fails() {
        let other = [
            "Call-ID: other",
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKother",
        ];
        busy()
            .response(2, 1, "486 Busy Here", &[])
            .later(600)
            .request(1, 2, "OPTIONS", &other)
            .fails(&RULE, "none");
    }

    #[test]
    fn passes() {
        let to = "To: <sip:bob@example.org>;tag=b";
        busy()
            .request(1, 2, "ACK", &[to, "CSeq: 1 ACK"])
            .passes(&RULE);
    }

    #[test]
    fn not_provable_where_the_capture_may_have_lost_it() {
        let other = [
            "Call-ID: other",
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKother",
        ];
        busy()
            .later(600)
            .request(1, 2, "OPTIONS", &other)
            .cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_at_the_end() {
        busy().cannot_tell(&RULE);
    }
}
