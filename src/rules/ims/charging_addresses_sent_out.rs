//! Where charging records go is told to another network.

use super::leaves_network;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS25",
    name: "charging-addresses-sent-out",
    family: Family::Ims,
    severity: Severity::Error,
    flags: "A message that a node passed on out of the trust domain with P-Charging-Function-Addresses.",
    matters: "It names servers of the operator, and nodes of the other network would send them their records.",
    cause: "An S-CSCF or a node at the edge that does not remove what is for the own network only.",
    silenced: &[
        "Toward a terminal IMS05 tells it.",
        "Only where the node file gives both ends another trust domain.",
    ],
    citations: &[rfc("RFC 7315", "4.5"), rfc("3GPP TS 24.229", "")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    let name = Name::PChargingFunctionAddresses;
    if !relay.before.sip.has(name) || relay.after.is_at_terminal() {
        return;
    }
    match leaves_network(relay) {
        None => verdicts.not_provable(),
        Some(false) => {}
        Some(true) => match relay.after.sip.value(name) {
            None => verdicts.pass(),
            Some(text) => {
                let fault = Fault::at(&relay.after, text);
                verdicts.fail(fault.expected("no P-Charging-Function-Addresses"));
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const OWN: &str = "P-Charging-Function-Addresses: ccf=192.0.2.8";

    fn passed_on(after: &str) -> Wire {
        Wire::new().passed(&[2, 3, 4], "INVITE", &[&[OWN], &[after]])
    }

    #[test]
    fn fails() {
        passed_on(OWN)
            .trusting(&[(2, "one"), (3, "one"), (4, "two")])
            .fails(&RULE, "ccf=192.0.2.8");
    }

    #[test]
    fn passes() {
        passed_on("Subject: x")
            .trusting(&[(2, "one"), (3, "one"), (4, "two")])
            .passes(&RULE);
    }

    #[test]
    fn says_nothing_within_the_network() {
        passed_on(OWN)
            .trusting(&[(2, "one"), (3, "one"), (4, "one")])
            .says_nothing(&RULE);
    }

    #[test]
    fn not_provable_where_no_trust_domain_is_known() {
        passed_on(OWN).cannot_tell(&RULE);
    }
}
