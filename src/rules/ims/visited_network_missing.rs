//! A P-CSCF that did not say in which network the terminal is.

use super::{comes_from_terminal, expect, is_registration};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Relay, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS12",
    name: "visited-network-missing",
    family: Family::Ims,
    severity: Severity::Warning,
    flags: "A REGISTER of a terminal that its P-CSCF passed on without P-Visited-Network-ID.",
    matters: "The home network cannot tell whether it has a roaming agreement for this terminal.",
    cause: "A P-CSCF that serves one network only.",
    silenced: &[
        "Documents, which print only the fields that their step is about.",
        "Only where the trace shows which node is the P-CSCF and which the terminal.",
    ],
    citations: &[rfc("RFC 7315", "4.3"), rfc("3GPP TS 24.229", "5.2.2")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    let after = &relay.after;
    if !is_registration(after) || !comes_from_terminal(relay) {
        return;
    }
    expect(
        after,
        Name::PVisitedNetworkId,
        "the network of the P-CSCF",
        verdicts,
    );
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn registered(wire: Wire, after: &[&str]) -> Wire {
        let own = ["! REGISTER sip:example.org SIP/2.0", "Call-ID: again"];
        let after = [&own[..], after].concat();
        wire.passed(&[1, 2, 3], "REGISTER", &[&own, &after])
    }

    #[test]
    fn fails() {
        registered(Wire::ims(), &[]).fails(&RULE, "no P-Visited-Network-ID");
    }

    #[test]
    fn passes() {
        registered(Wire::ims(), &["P-Visited-Network-ID: home1.net"]).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_other_proxies() {
        registered(Wire::new(), &[]).says_nothing(&RULE);
    }

    #[test]
    fn not_provable_where_the_end_was_not_captured() {
        registered(Wire::ims(), &[]).cut().cannot_tell(&RULE);
    }
}
