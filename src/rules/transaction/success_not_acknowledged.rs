//! A 2xx to an INVITE that nobody acknowledged.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::is_watched_after;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{CallScene, Fault, HopScene, Verdicts};
use crate::trace::Part;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN20",
    name: "success-not-acknowledged",
    family: Family::Transaction,
    severity: Severity::Warning,
    flags: "A 2xx answer to an INVITE that was sent again and again, and no ACK to it in the whole call.",
    matters: "The server sends the 2xx for half a minute, and then hangs up.",
    cause: "A Contact or Record-Route that leads the ACK astray, such as a private address.",
    silenced: &[
        "The trace ends soon after the answer.",
        "The answer was sent once only, or twice: the ACK came, and the capture lost it.",
    ],
    citations: &[rfc("RFC 3261", "13.2.2.4"), rfc("RFC 3261", "13.3.1.4")],
    check: Check::Call(check),
};

/// Once may be because the first ACK was lost on its way.
const OFTEN: usize = 2;

fn check(call: &CallScene<'_>, verdicts: &mut Verdicts) {
    let accepts = |hop: &HopScene<'_>| {
        let status = hop.hop.status();
        hop.hop.method_name() == b"INVITE" && status.is_some_and(|status| status < 300)
    };
    let invites: Vec<_> = call.hops().filter(accepts).collect();
    if invites.is_empty() {
        return;
    }
    let acks = call.hops().filter(|hop| hop.hop.method_name() == b"ACK");
    let acknowledged: HashSet<_, RandomState> = acks
        .map(|ack| (ack.hop.call_id(), ack.hop.cseq()))
        .collect();
    for invite in invites {
        if acknowledged.contains(&(invite.hop.call_id(), invite.hop.cseq())) {
            verdicts.pass();
            continue;
        }
        let Some(answer) = invite.answer() else {
            continue;
        };
        let again = invite.hop.messages();
        let again = again.filter(|message| message.part() == Part::Repeated);
        if again.count() < OFTEN || !is_watched_after(&invite, &answer) {
            verdicts.not_provable();
            continue;
        }
        let fault = Fault::at(&answer, answer.sip.first_line_text());
        verdicts.fail(fault.expected("an ACK to it").got("none"));
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn accepted(times: usize) -> Wire {
        let first = Wire::new().request(1, 2, "INVITE", &[]);
        (0..times).fold(first, |wire, _| wire.response(2, 1, "200 OK", &[]))
    }

    const OTHER: [&str; 2] = [
        "Call-ID: other",
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKother",
    ];

    #[test]
    fn fails() {
        accepted(3)
            .later(600)
            .request(1, 2, "OPTIONS", &OTHER)
            .fails(&RULE, "none");
    }

    #[test]
    fn passes() {
        let ack = [
            "To: <sip:bob@example.org>;tag=b",
            "CSeq: 1 ACK",
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKack",
        ];
        accepted(3).request(1, 2, "ACK", &ack).passes(&RULE);
    }

    #[test]
    fn not_provable() {
        accepted(3).cannot_tell(&RULE);
        accepted(1)
            .later(600)
            .request(1, 2, "OPTIONS", &OTHER)
            .cannot_tell(&RULE);
    }
}
