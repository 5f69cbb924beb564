//! A request that was sent again over a transport that loses nothing.

use super::is_stream;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::trace::Part;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN06",
    name: "sent-again-on-stream",
    family: Family::Transaction,
    severity: Severity::Error,
    flags: "A request that was sent again in the same transaction over TCP, TLS, SCTP or WebSocket.",
    matters: "The transport has delivered it already: it only adds load where there is too much of it.",
    cause: "A client that keeps its timers for UDP running.",
    silenced: &[
        "Segments that TCP sent again are one message here.",
        "A packet that was captured twice is one message here.",
        "A message of which a part is missing: its stream was seen twice, and only once whole.",
        "2xx answers to INVITE are sent again over any transport.",
    ],
    citations: &[rfc("RFC 3261", "17.1.1.2"), rfc("RFC 3261", "17.1.2.2")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(request) = hop.request().filter(|request| is_stream(request)) else {
        return;
    };
    let again = hop
        .messages()
        .find(|message| message.message.part() == Part::Retransmission);
    match again.filter(|again| is_stream(again)) {
        None => verdicts.pass(),
        // Without times, or where a log tells it, both may be one message that two inputs saw.
        Some(again) if request.is_told() || again.is_told() => verdicts.not_provable(),
        // What lacks its end was not read from the stream that the other one was read from.
        Some(again) if !request.is_whole() || !again.is_whole() => verdicts.not_provable(),
        Some(again) => {
            let fault = Fault::at(&again, again.sip.first_line_text());
            let fault = fault.with(&request, request.sip.first_line_text());
            verdicts.fail(fault.expected("the request once"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        Wire::new()
            .request(1, 2, "OPTIONS", &[])
            .request(1, 2, "OPTIONS", &[])
            .on_stream()
            .fails(&RULE, "OPTIONS sip:bob@example.org SIP/2.0");
    }

    #[test]
    fn passes() {
        Wire::new()
            .request(1, 2, "OPTIONS", &[])
            .on_stream()
            .passes(&RULE);
    }

    #[test]
    fn not_provable_where_one_was_not_seen_whole() {
        Wire::new()
            .request(1, 2, "OPTIONS", &[])
            .request(1, 2, "OPTIONS", &[])
            .on_stream()
            .cut()
            .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_datagrams() {
        Wire::new()
            .request(1, 2, "OPTIONS", &[])
            .request(1, 2, "OPTIONS", &[])
            .says_nothing(&RULE);
    }
}
