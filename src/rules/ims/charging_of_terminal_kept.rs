//! A P-CSCF that believed what a terminal says of charging.

use super::{as_sure_as_the_role, comes_from_terminal, icid};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS10",
    name: "charging-of-terminal-kept",
    family: Family::Ims,
    severity: Severity::Error,
    flags: "A message of a terminal that its P-CSCF passed on with the P-Charging-Vector that the terminal had written.",
    matters: "Who is charged for what depends on what a terminal says.",
    cause: "A P-CSCF that adds the field only where there is none.",
    silenced: &[
        "Only where the trace shows which node is the P-CSCF and which the terminal.",
        "A P-CSCF that is known by what it does, and by no name or node file: a warning.",
    ],
    citations: &[rfc("RFC 7315", "4.6"), rfc("3GPP TS 24.229", "5.2.6.3")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    let Some(vector) = relay.before.sip.value(Name::PChargingVector) else {
        return;
    };
    if !comes_from_terminal(relay) {
        return;
    }
    let (own, left) = (icid(&relay.before), icid(&relay.after));
    let kept = left
        .filter(|left| own.is_some_and(|own| own.unquoted().bytes() == left.unquoted().bytes()));
    match kept {
        None => verdicts.pass(),
        Some(left) => {
            let fault = Fault::at(&relay.after, left).with(&relay.before, vector);
            let fault = fault.expected("an icid-value of the P-CSCF");
            verdicts.fail(as_sure_as_the_role(relay, fault));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const OWN: &str = "P-Charging-Vector: icid-value=\"one\"";

    fn passed_on(wire: Wire, after: &str) -> Wire {
        wire.passed(&[1, 2, 4], "INVITE", &[&[OWN], &[after]])
    }

    #[test]
    fn fails() {
        passed_on(Wire::ims(), OWN).fails(&RULE, "\"one\"");
        passed_on(
            Wire::ims(),
            "P-Charging-Vector: icid-value=one;orig-ioi=home1.net",
        )
        .fails(&RULE, "one");
    }

    #[test]
    fn passes() {
        passed_on(Wire::ims(), "P-Charging-Vector: icid-value=two").passes(&RULE);
        passed_on(Wire::ims(), "Subject: none").passes(&RULE);
    }

    #[test]
    fn says_nothing_where_nobody_is_known_to_be_a_p_cscf() {
        passed_on(Wire::new(), OWN).says_nothing(&RULE);
    }
}
