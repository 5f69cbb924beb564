//! A provisional answer to a request other than INVITE.

use super::{T1, between, is_stream};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN13",
    name: "provisional-to-non-invite",
    family: Family::Transaction,
    severity: Severity::Warning,
    flags: "A provisional answer other than 100 to a request other than INVITE, or a 100 over UDP within 3.5 s.",
    matters: "The client waits longer before it sends again: a final answer that gets lost then comes too late.",
    cause: "A server that treats every request like an INVITE.",
    silenced: &[
        "100 over TCP, TLS, SCTP or WebSocket, and 100 when the client sends every 4 s already.",
        "A 100 whose time is told by a log, in whole seconds, or by another capture than the request.",
    ],
    citations: &[rfc("RFC 4320", "4.1")],
    check: Check::Hop(check),
};

/// When the client's wait is T2 for the first time: after 0.5, 1 and 2 s (timer E, RFC 3261 17.1.2.2). Timers are not exact.
const AT_T2: i64 = 7 * T1 * 9 / 10;

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(request) = hop.request().filter(|request| !request.is("INVITE")) else {
        return;
    };
    for answer in hop.answers() {
        match answer.sip.status() {
            Some(100) if is_stream(&answer) => verdicts.pass(),
            Some(100) => match between(&request, &answer) {
                None => verdicts.not_provable(),
                Some(took) => verdicts.check(took >= AT_T2, || {
                    let fault = Fault::at(&answer, answer.sip.first_line_text());
                    let fault = fault.expected("no 100 over UDP before 3.5 s");
                    fault.got(format!("100 after {} ms", took / 1_000_000))
                }),
            },
            Some(101..200) => {
                let fault = Fault::at(&answer, answer.sip.first_line_text());
                verdicts.fail(fault.expected("no provisional answer but 100"));
            }
            _ => verdicts.pass(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn answered(method: &str, status: &str, milliseconds: i64) -> Wire {
        let cseq = format!("CSeq: 1 {method}");
        Wire::new()
            .request(1, 2, method, &[])
            .after(milliseconds)
            .response(2, 1, status, &[&cseq])
    }

    #[test]
    fn fails() {
        answered("SUBSCRIBE", "183 Progress", 5000).fails(&RULE, "SIP/2.0 183 Progress");
        answered("REGISTER", "100 Trying", 20).fails(&RULE, "100 after 20 ms");
    }

    #[test]
    fn passes() {
        answered("REGISTER", "200 OK", 20).passes(&RULE);
        answered("REGISTER", "100 Trying", 3500).passes(&RULE);
        answered("REGISTER", "100 Trying", 20)
            .on_stream()
            .passes(&RULE);
    }

    #[test]
    fn not_provable_without_times() {
        answered("REGISTER", "100 Trying", 20)
            .untimed()
            .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_invite() {
        answered("INVITE", "180 Ringing", 20).says_nothing(&RULE);
    }
}
