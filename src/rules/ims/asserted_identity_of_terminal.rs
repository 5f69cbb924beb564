//! A terminal that asserts its own identity.

use super::comes_from_terminal;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS08",
    name: "identity-asserted-by-terminal",
    family: Family::Ims,
    severity: Severity::Warning,
    flags: "A message that a terminal sent to its P-CSCF with P-Asserted-Identity.",
    matters: "It is outside of the trust domain: the field is thrown away, or, worse, believed.",
    cause: "A terminal made after a draft of RFC 3325, which had this field for both; now it writes P-Preferred-Identity.",
    silenced: &[
        "Only where the trace shows which node is the P-CSCF and which the terminal; other edges may trust a private exchange.",
    ],
    citations: &[rfc("RFC 3325", "5"), rfc("RFC 3325", "9.1")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    let own = &relay.before;
    let asserted = own.sip.value(Name::PAssertedIdentity);
    if asserted.is_none() && !own.sip.has(Name::PPreferredIdentity) {
        return;
    }
    if !comes_from_terminal(relay) {
        return;
    }
    match asserted {
        None => verdicts.pass(),
        Some(text) => {
            let fault = Fault::at(own, text);
            verdicts.fail(fault.expected("P-Preferred-Identity"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const IDENTITY: &str = "P-Asserted-Identity: <sip:alice@example.org>";

    fn asked(wire: Wire, own: &str) -> Wire {
        wire.passed(&[1, 2, 4], "INVITE", &[&[own], &[IDENTITY]])
    }

    #[test]
    fn fails() {
        asked(Wire::ims(), IDENTITY).fails(&RULE, "<sip:alice@example.org>");
    }

    #[test]
    fn passes() {
        asked(Wire::ims(), "P-Preferred-Identity: <sip:alice@example.org>").passes(&RULE);
    }

    #[test]
    fn says_nothing_of_others() {
        asked(Wire::new(), IDENTITY).says_nothing(&RULE);
        Wire::ims()
            .passed(&[4, 2, 1], "INVITE", &[&[IDENTITY]])
            .says_nothing(&RULE);
    }
}
