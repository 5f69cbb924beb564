//! A P-CSCF that passed charging information on to the terminal.

use super::goes_to_terminal;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS05",
    name: "charging-sent-to-terminal",
    family: Family::Ims,
    severity: Severity::Error,
    flags: "A message that a P-CSCF passed on to the terminal with P-Charging-Vector or P-Charging-Function-Addresses.",
    matters: "Addresses and identifiers of the operator leave its network.",
    cause: "A P-CSCF that does not remove what is for the network only.",
    silenced: &["Only where the trace shows which node is the P-CSCF and which the terminal."],
    citations: &[
        rfc("RFC 7315", "4.5"),
        rfc("RFC 7315", "4.6"),
        rfc("3GPP TS 24.229", "5.2.6"),
    ],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    if !goes_to_terminal(relay) {
        return;
    }
    let names = [Name::PChargingVector, Name::PChargingFunctionAddresses];
    match names.iter().find_map(|name| relay.after.sip.value(*name)) {
        None => verdicts.pass(),
        Some(text) => {
            verdicts.fail(Fault::at(&relay.after, text).expected("no charging information"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const VECTOR: &str = "P-Charging-Vector: icid-value=one";

    fn called(wire: Wire, last: &str) -> Wire {
        wire.passed(&[4, 2, 1], "INVITE", &[&[VECTOR], &[last]])
    }

    #[test]
    fn fails() {
        called(Wire::ims(), VECTOR).fails(&RULE, "icid-value=one");
        called(Wire::ims(), "P-Charging-Function-Addresses: ccf=192.0.2.8")
            .fails(&RULE, "ccf=192.0.2.8");
        let way = [1, 2, 4];
        Wire::ims()
            .passed(&way, "INVITE", &[&[]])
            .passed_back(&way, "INVITE", "200 OK", &[&[VECTOR]])
            .fails(&RULE, "icid-value=one");
    }

    #[test]
    fn passes() {
        called(Wire::ims(), "Subject: none").passes(&RULE);
    }

    #[test]
    fn passes_toward_the_core() {
        Wire::ims()
            .passed(&[1, 2, 4], "INVITE", &[&[], &[VECTOR]])
            .passes(&RULE);
    }

    #[test]
    fn says_nothing_where_nobody_is_known_to_be_a_p_cscf() {
        called(Wire::new(), VECTOR).says_nothing(&RULE);
    }
}
