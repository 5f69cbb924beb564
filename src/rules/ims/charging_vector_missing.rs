//! A P-CSCF that passed a request on without an identifier by which it can be charged.

use super::{comes_from_terminal, expect, is_initial};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Relay, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS09",
    name: "charging-vector-missing",
    family: Family::Ims,
    severity: Severity::Warning,
    flags: "A REGISTER or an initial request of a terminal that its P-CSCF passed on without P-Charging-Vector.",
    matters: "The charging records of the nodes on the way cannot be put together.",
    cause: "A P-CSCF in which charging is switched off.",
    silenced: &[
        "Documents, which print only the fields that their step is about.",
        "Only where the trace shows which node is the P-CSCF and which the terminal.",
    ],
    citations: &[
        rfc("RFC 7315", "4.6"),
        rfc("3GPP TS 24.229", "5.2.2"),
        rfc("3GPP TS 24.229", "5.2.6.3"),
    ],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    let after = &relay.after;
    if !(is_initial(after) || after.is("REGISTER")) || !comes_from_terminal(relay) {
        return;
    }
    expect(
        after,
        Name::PChargingVector,
        "an icid-value of the P-CSCF",
        verdicts,
    );
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn passed_on(wire: Wire, method: &str, after: &[&str]) -> Wire {
        wire.passed(&[1, 2, 4], method, &[&[], after])
    }

    #[test]
    fn fails() {
        for method in ["INVITE", "MESSAGE"] {
            passed_on(Wire::ims(), method, &[]).fails(&RULE, "no P-Charging-Vector");
        }
    }

    #[test]
    fn passes() {
        passed_on(
            Wire::ims(),
            "INVITE",
            &["P-Charging-Vector: icid-value=one"],
        )
        .passes(&RULE);
    }

    #[test]
    fn says_nothing_of_others() {
        passed_on(Wire::new(), "INVITE", &[]).says_nothing(&RULE);
        Wire::ims()
            .passed(&[4, 2, 1], "INVITE", &[&[]])
            .passes(&RULE);
    }

    #[test]
    fn not_provable_where_the_end_was_not_captured() {
        passed_on(Wire::ims(), "INVITE", &[])
            .cut()
            .cannot_tell(&RULE);
    }
}
