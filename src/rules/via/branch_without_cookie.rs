//! A branch that does not begin with the magic cookie.

use super::COOKIE;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "VIA01",
    name: "branch-without-cookie",
    family: Family::Via,
    severity: Severity::Error,
    flags: "A request whose topmost Via has no branch, or one that does not begin with z9hG4bK.",
    matters: "The branch names the transaction only if it begins so; others have to compare half of the message instead, and merge or split transactions.",
    cause: "A client of RFC 2543, or a device or example that makes up its branches.",
    silenced: &[
        "A Via that a document or file writes dots for.",
        "The same branch further on: the first hop on which it is seen is told.",
        "Without any branch, Max-Forwards or From tag it may be made by RFC 2543: a warning.",
    ],
    citations: &[rfc("RFC 3261", "8.1.1.7"), rfc("RFC 3261", "20.42")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    let Some(via) = seen.via().filter(|_| seen.is_request()) else {
        return;
    };
    if seen.leaves_out(via.text.span()) {
        return verdicts.not_provable();
    }
    let branch = via.branch();
    let has_cookie = branch.is_some_and(|branch| begins_with_cookie(branch.bytes()));
    verdicts.check(has_cookie, || {
        let text = branch.unwrap_or(via.text);
        let fault = Fault::at(seen, text).expected("a branch that begins with z9hG4bK");
        let fault = fault.whatever_follows();
        match branch.is_none() || may_be_old(seen) {
            true => fault.at_most(Severity::Warning),
            false => fault,
        }
    });
}

/// Whether it lacks what RFC 2543 did not ask for either.
fn may_be_old(seen: &Seen<'_>) -> bool {
    let tagged = seen.from().is_some_and(|from| from.tag().is_some());
    !tagged || !seen.sip.has(Name::MaxForwards)
}

fn begins_with_cookie(branch: &[u8]) -> bool {
    // Tokens are compared without regard to case (RFC 3261 7.3.1).
    branch
        .get(..COOKIE.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(COOKIE))
}

#[cfg(test)]
mod tests {
    use super::{RULE, Severity};
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
    fn a_client_of_rfc_2543_is_warned_of() {
        let severity = |lines: &[&str]| {
            let (findings, _) = Wire::new().request(1, 2, "INVITE", lines).judge(&RULE);
            findings[0].severity
        };
        let old = "Via: SIP/2.0/UDP 192.0.2.1;branch=old";
        assert_eq!(severity(&[old]), Severity::Error);
        assert_eq!(severity(&["Via: SIP/2.0/UDP 192.0.2.1"]), Severity::Warning);
        assert_eq!(severity(&[old, "-Max-Forwards"]), Severity::Warning);
        let untagged = "From: <sip:alice@example.org>";
        assert_eq!(severity(&[old, untagged]), Severity::Warning);
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
    fn not_provable() {
        let dots = |wire: Wire| wire.request(1, 2, "INVITE", &["Via: ..."]);
        dots(Wire::new().step("INVITE request (UE to P-CSCF)")).cannot_tell(&RULE);
        dots(Wire::new()).fails(&RULE, "...");
    }

    #[test]
    fn says_nothing_of_responses() {
        Wire::new()
            .response(2, 1, "200 OK", &["Via: SIP/2.0/UDP 192.0.2.1"])
            .says_nothing(&RULE);
    }
}
