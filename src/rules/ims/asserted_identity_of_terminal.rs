//! A terminal that asserts its own identity.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;
use crate::trace::Role;

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
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    let asserted = seen.sip.value(Name::PAssertedIdentity);
    if asserted.is_none() && !seen.sip.has(Name::PPreferredIdentity) {
        return;
    }
    if !seen.is_from_terminal() || seen.receiver_role() != Some(Role::PCscf) {
        return;
    }
    match asserted {
        None => verdicts.pass(),
        Some(text) => {
            let fault = Fault::at(seen, text);
            verdicts.fail(fault.expected("P-Preferred-Identity"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        let own = ["P-Asserted-Identity: <sip:alice@example.org>"];
        Wire::ims()
            .request(1, 2, "INVITE", &own)
            .fails(&RULE, "<sip:alice@example.org>");
    }

    #[test]
    fn passes() {
        let own = ["P-Preferred-Identity: <sip:alice@example.org>"];
        Wire::ims().request(1, 2, "INVITE", &own).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_others() {
        let own = ["P-Asserted-Identity: <sip:alice@example.org>"];
        Wire::ims()
            .request(4, 2, "INVITE", &own)
            .says_nothing(&RULE);
        Wire::new()
            .request(1, 2, "INVITE", &own)
            .says_nothing(&RULE);
    }
}
