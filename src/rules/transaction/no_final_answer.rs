//! A request that nobody answered.

use super::is_watched_after;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::trace::Part;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN05",
    name: "no-final-answer",
    family: Family::Transaction,
    severity: Severity::Warning,
    flags: "A request other than ACK without a final answer.",
    matters: "The client waits until its timer ends, and takes the server for dead.",
    cause: "A server that is down, a firewall, an answer that went elsewhere.",
    silenced: &[
        "The trace ends before the client would have given up.",
        "An INVITE that rings: it may do so for minutes.",
        "The request was not sent again: the answer came, and the capture lost it.",
    ],
    citations: &[rfc("RFC 3261", "17.1.1.2"), rfc("RFC 3261", "17.1.2.2")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(request) = hop.request().filter(|request| !request.is("ACK")) else {
        return;
    };
    if hop.hop.status().is_some() {
        return verdicts.pass();
    }
    let rings = request.is("INVITE") && hop.answers().next().is_some();
    // A client that gets no answer sends its request again: without that the capture may have lost the answer.
    let again = hop
        .messages()
        .any(|message| message.message.part() == Part::Retransmission);
    if rings || !again || !is_watched_after(hop, &request) {
        return verdicts.not_provable();
    }
    let fault = Fault::at(&request, request.sip.first_line_text());
    verdicts.fail(
        fault
            .expected("a final answer within 64 times T1")
            .got("none"),
    );
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const OTHER: [&str; 2] = [
        "Call-ID: other",
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKother",
    ];

    #[test]
    fn fails() {
        Wire::new()
            .request(1, 2, "OPTIONS", &[])
            .request(1, 2, "OPTIONS", &[])
            .later(600)
            .request(1, 2, "ACK", &OTHER)
            .fails(&RULE, "none");
    }

    #[test]
    fn passes() {
        let answer = ["CSeq: 1 OPTIONS"];
        Wire::new()
            .request(1, 2, "OPTIONS", &[])
            .response(2, 1, "200 OK", &answer)
            .passes(&RULE);
    }

    #[test]
    fn not_provable() {
        Wire::new().request(1, 2, "OPTIONS", &[]).cannot_tell(&RULE);
        Wire::new()
            .request(1, 2, "OPTIONS", &[])
            .later(600)
            .request(1, 2, "ACK", &OTHER)
            .cannot_tell(&RULE);
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "180 Ringing", &[])
            .later(600)
            .request(1, 2, "ACK", &OTHER)
            .cannot_tell(&RULE);
    }
}
