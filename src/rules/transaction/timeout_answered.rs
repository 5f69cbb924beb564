//! A 408 to a request other than INVITE.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN14",
    name: "timeout-answered",
    family: Family::Transaction,
    severity: Severity::Warning,
    flags: "A 408 (Request Timeout) to a request other than INVITE.",
    matters: "The client has given up at the same moment: the answer comes too late by nature, and adds to the load that delayed it.",
    cause: "A proxy that treats every request like an INVITE.",
    silenced: &["A server of RFC 3261 that does not know RFC 4320."],
    citations: &[rfc("RFC 4320", "4.2")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if seen.sip.status() != Some(408) {
        return;
    }
    let Some(cseq) = seen.cseq() else {
        return;
    };
    verdicts.check(cseq.method == "INVITE", || {
        Fault::at(seen, seen.sip.first_line_text()).expected("no answer at all")
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn answered(status: &str, method: &str) -> Wire {
        let cseq = format!("CSeq: 1 {method}");
        Wire::new().response(2, 1, status, &[&cseq])
    }

    #[test]
    fn fails() {
        answered("408 Request Timeout", "MESSAGE").fails(&RULE, "SIP/2.0 408 Request Timeout");
    }

    #[test]
    fn passes() {
        answered("408 Request Timeout", "INVITE").passes(&RULE);
    }

    #[test]
    fn says_nothing_of_other_answers() {
        answered("404 Not Found", "MESSAGE").says_nothing(&RULE);
    }
}
