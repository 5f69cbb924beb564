//! Who wants to stay unknown is named to the other side.

use super::{as_sure_as_the_role, leaves_network};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS18",
    name: "identity-sent-against-privacy",
    family: Family::Ims,
    severity: Severity::Error,
    flags: "A message with Privacy: id that a node passed on out of the trust domain with P-Asserted-Identity.",
    matters: "The other side learns who calls, though the caller has asked that it does not.",
    cause: "A node at the edge that takes the next one for trusted, or does not look at Privacy.",
    silenced: &[
        "Only where the node file gives both ends another trust domain, or the message goes from a P-CSCF to a terminal.",
        "A P-CSCF that is known by what it does, and by no name or node file: a warning.",
    ],
    citations: &[
        rfc("RFC 3325", "5"),
        rfc("RFC 3325", "9.3"),
        rfc("3GPP TS 24.229", "4.4"),
    ],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    let came = &relay.before.sip;
    if !came.has(Name::PAssertedIdentity) || !came.has_token(Name::Privacy, "id") {
        return;
    }
    match leaves_network(relay) {
        None => verdicts.not_provable(),
        Some(false) => {}
        Some(true) => match relay.after.sip.value(Name::PAssertedIdentity) {
            None => verdicts.pass(),
            Some(text) => {
                let fault = Fault::at(&relay.after, text);
                let fault = fault.expected("no P-Asserted-Identity");
                verdicts.fail(as_sure_as_the_role(relay, fault));
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const IDENTITY: &str = "P-Asserted-Identity: <sip:bob@example.org>";

    fn passed_on(way: &[u8], privacy: &str, after: &str) -> Wire {
        Wire::ims().passed(way, "INVITE", &[&[IDENTITY, privacy], &[after, privacy]])
    }

    #[test]
    fn fails() {
        for privacy in ["Privacy: id", "Privacy: header; id;critical"] {
            passed_on(&[4, 2, 1], privacy, IDENTITY).fails(&RULE, "<sip:bob@example.org>");
        }
    }

    #[test]
    fn passes() {
        passed_on(&[4, 2, 1], "Privacy: id", "Subject: x").passes(&RULE);
    }

    #[test]
    fn says_nothing_where_no_privacy_is_wanted() {
        passed_on(&[4, 2, 1], "Privacy: none", IDENTITY).says_nothing(&RULE);
    }

    #[test]
    fn not_provable_where_no_trust_domain_is_known() {
        passed_on(&[2, 4, 9], "Privacy: id", IDENTITY).cannot_tell(&RULE);
        passed_on(&[1, 2, 4], "Privacy: id", IDENTITY).cannot_tell(&RULE);
    }
}
