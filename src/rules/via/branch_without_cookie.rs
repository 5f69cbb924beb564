//! A branch that does not begin with the magic cookie.

use super::COOKIE;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "VIA01",
    name: "branch-without-cookie",
    family: Family::Via,
    severity: Severity::Error,
    flags: "A request whose topmost Via has no branch, or one that does not begin with z9hG4bK.",
    matters: "The branch names the transaction only if it begins so; others have to compare half of the message instead, and merge or split transactions.",
    cause: "A client of RFC 2543, or a device or example that makes up its branches.",
    silenced: &["The same branch further on: the first hop on which it is seen is told."],
    citations: &[rfc("RFC 3261", "8.1.1.7"), rfc("RFC 3261", "20.42")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    let Some(via) = seen.via().filter(|_| seen.is_request()) else {
        return;
    };
    match via.branch() {
        Some(branch) => verdicts.check(begins_with_cookie(branch.bytes()), || {
            Fault::at(seen, branch).expected("a branch that begins with z9hG4bK")
        }),
        None => {
            verdicts.fail(Fault::at(seen, via.text).expected("a branch that begins with z9hG4bK"))
        }
    }
}

fn begins_with_cookie(branch: &[u8]) -> bool {
    // Tokens are compared without regard to case (RFC 3261 7.3.1).
    branch
        .get(..COOKIE.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(COOKIE))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        let without = "Via: SIP/2.0/UDP 192.0.2.1;branch=240f34.1";
        Wire::new()
            .request(1, 2, "INVITE", &[without])
            .fails(&RULE, "240f34.1");
        let none = "Via: SIP/2.0/UDP 192.0.2.1";
        Wire::new()
            .request(1, 2, "INVITE", &[none])
            .fails(&RULE, "SIP/2.0/UDP 192.0.2.1");
    }

    #[test]
    fn passes() {
        Wire::new().request(1, 2, "INVITE", &[]).passes(&RULE);
        let below = "Via: SIP/2.0/UDP 192.0.2.9;branch=old";
        let top = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1";
        Wire::new()
            .request(1, 2, "INVITE", &[top, below])
            .passes(&RULE);
    }

    #[test]
    fn says_nothing_of_responses() {
        Wire::new()
            .response(2, 1, "200 OK", &["Via: SIP/2.0/UDP 192.0.2.1"])
            .says_nothing(&RULE);
    }
}
