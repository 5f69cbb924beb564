//! An answer to an ACK.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN16",
    name: "ack-answered",
    family: Family::Transaction,
    severity: Severity::Error,
    flags: "An answer whose CSeq says that it is to an ACK.",
    matters: "No client has a transaction for it; proxies on the way may take it for a stray and send it anywhere.",
    cause: "A server that answers whatever it does not understand, ACK included.",
    silenced: &[],
    citations: &[rfc("RFC 3261", "17")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if seen.is_request() {
        return;
    }
    let Some(cseq) = seen.cseq() else {
        return;
    };
    verdicts.check(cseq.method != "ACK", || {
        let text = seen.sip.value(Name::CSeq).unwrap_or(cseq.method);
        Fault::at(seen, text).expected("no answer to an ACK")
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        Wire::new()
            .request(1, 2, "ACK", &["To: <sip:bob@example.org>;tag=b"])
            .response(
                2,
                1,
                "481 Call/Transaction Does Not Exist",
                &["CSeq: 1 ACK"],
            )
            .fails(&RULE, "1 ACK");
    }

    #[test]
    fn passes() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
            .passes(&RULE);
    }

    #[test]
    fn says_nothing_of_requests() {
        Wire::new().request(1, 2, "ACK", &[]).says_nothing(&RULE);
    }
}
