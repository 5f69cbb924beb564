//! An S-CSCF that does not tell by which way requests shall come to it.

use super::{accepted_by_scscf, expect};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{HopScene, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS14",
    name: "service-route-missing",
    family: Family::Ims,
    severity: Severity::Warning,
    flags: "A 200 with which an S-CSCF registered a terminal and that has no Service-Route.",
    matters: "Terminal and P-CSCF do not know which S-CSCF serves the user, and send requests past it.",
    cause: "A registrar that is no S-CSCF, or one that takes a refresh for something that changes nothing.",
    silenced: &[
        "Documents, which print only the fields that their step is about.",
        "An answer without a binding: the user is not registered any more.",
        "REGISTERs for third parties, and those that did not come by a P-CSCF.",
        "Only where the trace shows that the node is an S-CSCF.",
    ],
    citations: &[rfc("RFC 3608", "6.3"), rfc("3GPP TS 24.229", "5.4.1.2.2F")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(answer) = accepted_by_scscf(hop) else {
        return;
    };
    expect(
        &answer,
        Name::ServiceRoute,
        "the way to this S-CSCF",
        verdicts,
    );
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const BINDING: &str = "Contact: <sip:alice@192.0.2.1>;expires=600";

    fn registered(wire: Wire, lines: &[&str]) -> Wire {
        let asked = [
            "! REGISTER sip:192.0.2.4 SIP/2.0",
            "From: <sip:alice@example.org>;tag=r",
            "To: <sip:alice@example.org>",
            "Call-ID: again",
            "Path: <sip:192.0.2.2;lr>",
        ];
        let lines = [lines, &asked[1..4]].concat();
        wire.passed(&[3, 4], "REGISTER", &[&asked]).passed_back(
            &[3, 4],
            "REGISTER",
            "200 OK",
            &[&lines],
        )
    }

    #[test]
    fn fails() {
        registered(Wire::ims(), &[BINDING]).fails(&RULE, "no Service-Route");
    }

    #[test]
    fn passes() {
        registered(Wire::ims(), &[BINDING, "Service-Route: <sip:192.0.2.4;lr>"]).passes(&RULE);
    }

    #[test]
    fn passes_where_nothing_is_registered_any_more() {
        // That which made the roles known is all that is judged.
        registered(Wire::ims(), &["-Contact"]).passes(&RULE);
        registered(Wire::ims(), &["Contact: <sip:alice@192.0.2.1>;expires=0"]).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_other_registrars() {
        registered(Wire::new(), &[BINDING]).says_nothing(&RULE);
    }

    #[test]
    fn not_provable_where_the_end_was_not_captured() {
        registered(Wire::ims(), &[BINDING]).cut().cannot_tell(&RULE);
    }
}
