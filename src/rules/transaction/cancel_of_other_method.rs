//! A CANCEL for a request that is no INVITE.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{CallScene, Fault, HopScene, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN20",
    name: "cancel-of-other-method",
    family: Family::Transaction,
    severity: Severity::Warning,
    flags: "A CANCEL for a request other than INVITE.",
    matters: "Such a request is answered at once: by then there is nothing to cancel.",
    cause: "A client that treats every request like an INVITE.",
    silenced: &["A CANCEL whose request was not seen."],
    citations: &[rfc("RFC 3261", "9.1")],
    check: Check::Call(check),
};

fn check(call: &CallScene<'_>, verdicts: &mut Verdicts) {
    let is_cancel = |hop: &HopScene<'_>| hop.hop.method_name() == b"CANCEL";
    let mut cancels = call.hops().filter(is_cancel).peekable();
    if cancels.peek().is_none() {
        return;
    }
    let mut others: HashMap<_, _, RandomState> = HashMap::default();
    for hop in call.hops() {
        let method = hop.hop.method_name();
        if ![b"CANCEL" as &[u8], b"ACK", b"INVITE"].contains(&method)
            && let Some(request) = hop.request()
            && let Some(key) = transaction(&hop)
        {
            others.insert(key, request);
        }
    }
    for cancel in cancels {
        if cancel.hop.about().is_some() {
            verdicts.pass();
            continue;
        }
        let other = transaction(&cancel).and_then(|key| others.get(&key));
        let Some((request, other)) = cancel.request().zip(other) else {
            verdicts.not_provable();
            continue;
        };
        let fault = Fault::at(&request, request.sip.first_line_text());
        let fault = fault.with(other, other.sip.first_line_text());
        verdicts.fail(fault.expected("CANCEL for an INVITE only"));
    }
}

type Transaction<'s> = (Option<&'s [u8]>, u32, &'s [u8], &'s [u8]);

/// Call-ID and number, and who sent it with which branch.
fn transaction<'s>(hop: &HopScene<'s>) -> Option<Transaction<'s>> {
    let via = hop.request()?.via()?;
    let sender = via.host.text.bytes();
    Some((
        hop.hop.call_id(),
        hop.hop.cseq(),
        sender,
        via.branch()?.bytes(),
    ))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn cancelled(method: &str) -> Wire {
        Wire::new()
            .request(1, 2, method, &[])
            .request(1, 2, "CANCEL", &[])
    }

    #[test]
    fn fails() {
        cancelled("MESSAGE").fails(&RULE, "CANCEL sip:bob@example.org SIP/2.0");
    }

    #[test]
    fn passes() {
        cancelled("INVITE").passes(&RULE);
    }

    #[test]
    fn not_provable_without_the_request() {
        Wire::new().request(1, 2, "CANCEL", &[]).cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_without_a_cancel() {
        Wire::new()
            .request(1, 2, "MESSAGE", &[])
            .says_nothing(&RULE);
    }
}
