//! A request without Max-Forwards.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "MF01",
    name: "max-forwards-missing",
    family: Family::MaxForwards,
    severity: Severity::Error,
    flags: "A request that has no Max-Forwards header field.",
    matters: "Nothing stops it from going in circles between proxies for ever.",
    cause: "A client that follows RFC 2543, which did not ask for the field, or a device that builds requests by hand.",
    silenced: &[
        "The header section was not captured to its end, or dots stand among its fields.",
        "A request of RFC 2543: its branch has no magic cookie.",
    ],
    citations: &[rfc("RFC 3261", "8.1.1"), rfc("RFC 3261", "20.22")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.is_request() {
        return;
    }
    if seen.sip.has(Name::MaxForwards) {
        return verdicts.pass();
    }
    let old = seen.via().is_none_or(|via| {
        via.branch()
            .is_none_or(|branch| !branch.bytes().starts_with(b"z9hG4bK"))
    });
    if old || !seen.has_all_headers() {
        return verdicts.not_provable();
    }
    verdicts.fail(Fault::missing(seen).expected("Max-Forwards, as in \"Max-Forwards: 70\""));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::base::Spoiled;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        Wire::new()
            .request(1, 2, "INVITE", &["-Max-Forwards"])
            .fails(&RULE, "nothing");
    }

    #[test]
    fn passes() {
        Wire::new().request(1, 2, "INVITE", &[]).passes(&RULE);
        Wire::new()
            .request(1, 2, "INVITE", &["Max-Forwards: x"])
            .passes(&RULE);
    }

    #[test]
    fn not_provable() {
        let old = ["-Max-Forwards", "Via: SIP/2.0/UDP 192.0.2.1"];
        Wire::new().request(1, 2, "INVITE", &old).cannot_tell(&RULE);
        Wire::new()
            .request(1, 2, "INVITE", &["-Max-Forwards"])
            .cut()
            .cannot_tell(&RULE);
        Wire::new()
            .request(1, 2, "INVITE", &["-Max-Forwards"])
            .spoiled(Spoiled::ABRIDGED)
            .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_responses() {
        Wire::new()
            .response(2, 1, "200 OK", &[])
            .says_nothing(&RULE);
    }
}
