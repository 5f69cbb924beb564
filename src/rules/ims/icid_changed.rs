//! A proxy that changed the identifier by which a call is charged.

use super::{comes_from_terminal, icid};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;
use crate::trace::Role;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS02",
    name: "icid-changed",
    family: Family::Ims,
    severity: Severity::Error,
    flags: "A message that left a proxy with another icid-value in P-Charging-Vector than it came in with.",
    matters: "The records of one call cannot be put together any more.",
    cause: "A node that makes an identifier of its own for what it takes for a new call.",
    silenced: &[
        "A back-to-back user agent and the edge of a network may begin a new one.",
        "What a terminal says of charging is replaced by its P-CSCF.",
        "Hops that the Via list does not link.",
    ],
    citations: &[rfc("RFC 7315", "4.6"), rfc("3GPP TS 24.229", "4.5.2")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    if comes_from_terminal(relay) {
        return;
    }
    let (Some(came), Some(left)) = (icid(&relay.before), icid(&relay.after)) else {
        return;
    };
    let edge = relay
        .node
        .is_some_and(|node| matches!(node.role(), Role::Ibcf | Role::B2bua | Role::As));
    if !relay.is_proxied() || edge {
        return verdicts.not_provable();
    }
    let before = relay
        .before
        .sip
        .value(Name::PChargingVector)
        .unwrap_or_default();
    verdicts.check(came.unquoted().bytes() == left.unquoted().bytes(), || {
        Fault::at(&relay.after, left)
            .with(&relay.before, before)
            .expected(came.lossy())
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn passed_on(after: &str) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &["P-Charging-Vector: icid-value=\"one\""])
            .request(
                2,
                3,
                "INVITE",
                &[
                    "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2",
                    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
                    "Max-Forwards: 69",
                    after,
                ],
            )
    }

    #[test]
    fn fails() {
        passed_on("P-Charging-Vector: icid-value=two").fails(&RULE, "two");
    }

    #[test]
    fn passes() {
        passed_on("P-Charging-Vector: icid-value=\"one\";orig-ioi=home1.net").passes(&RULE);
        passed_on("P-Charging-Vector: icid-value=one").passes(&RULE);
    }

    #[test]
    fn passes_where_the_p_cscf_replaces_that_of_a_terminal() {
        let (own, other) = (
            "P-Charging-Vector: icid-value=one",
            "P-Charging-Vector: icid-value=two",
        );
        Wire::ims()
            .passed(&[1, 2, 3], "INVITE", &[&[own], &[other]])
            .passes(&RULE);
    }

    #[test]
    fn not_provable() {
        Wire::new()
            .request(1, 2, "INVITE", &["P-Charging-Vector: icid-value=one"])
            .request(2, 3, "INVITE", &["P-Charging-Vector: icid-value=two"])
            .cannot_tell(&RULE);
    }
}
