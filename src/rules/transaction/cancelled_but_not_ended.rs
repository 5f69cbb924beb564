//! An INVITE that was cancelled and never ended.

use super::is_watched_after;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::trace::Part;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN18",
    name: "cancelled-but-not-ended",
    family: Family::Transaction,
    severity: Severity::Warning,
    flags: "An INVITE that got no final answer though its CANCEL was accepted with 2xx.",
    matters: "The client waits for half a minute; proxies between hold the transaction, and the callee may go on ringing.",
    cause: "A server that takes the answer to CANCEL for the end of the INVITE.",
    silenced: &[
        "The trace ends before the client would have given up.",
        "An INVITE that has an ACK: its answer came, and the capture lost it.",
        "Another final answer than 487: it crossed the CANCEL.",
    ],
    citations: &[rfc("RFC 3261", "9.2")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(cancel) = hop.request().filter(|request| request.is("CANCEL")) else {
        return;
    };
    if hop.hop.status().is_none_or(|status| status >= 300) {
        return;
    }
    let Some(invite) = hop.hop.about() else {
        return verdicts.not_provable();
    };
    if invite.status().is_some() {
        return verdicts.pass();
    }
    // An ACK is to an answer that the capture lost.
    let acknowledged = invite.messages().any(|message| message.part() == Part::Ack);
    if acknowledged || !is_watched_after(hop, &cancel) {
        return verdicts.not_provable();
    }
    let mut fault = Fault::at(&cancel, cancel.sip.first_line_text());
    if let Some(invite) = hop.request_of(invite) {
        fault = fault.with(&invite, invite.sip.first_line_text());
    }
    verdicts.fail(
        fault
            .expected("487 (Request Terminated) to the INVITE")
            .got("nothing"),
    );
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn cancelled() -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "180 Ringing", &[])
            .request(1, 2, "CANCEL", &[])
            .response(2, 1, "200 OK", &["CSeq: 1 CANCEL"])
    }

    const OTHER: [&str; 2] = [
        "Call-ID: other",
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKother",
    ];

    #[test]
    fn fails() {
        cancelled()
            .later(600)
            .request(1, 2, "OPTIONS", &OTHER)
            .fails(&RULE, "nothing");
    }

    #[test]
    fn passes() {
        for status in ["487 Request Terminated", "486 Busy Here", "200 OK"] {
            cancelled().response(2, 1, status, &[]).passes(&RULE);
        }
    }

    #[test]
    fn not_provable() {
        cancelled().cannot_tell(&RULE);
        let to = "To: <sip:bob@example.org>;tag=b";
        cancelled()
            .request(1, 2, "ACK", &[to, "CSeq: 1 ACK"])
            .later(600)
            .request(1, 2, "OPTIONS", &OTHER)
            .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_a_cancel_that_was_refused() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .request(1, 2, "CANCEL", &[])
            .response(
                2,
                1,
                "481 Call/Transaction Does Not Exist",
                &["CSeq: 1 CANCEL"],
            )
            .says_nothing(&RULE);
    }
}
