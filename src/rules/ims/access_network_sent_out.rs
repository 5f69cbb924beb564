//! Where a terminal is, is told to others.

use super::{is_emergency, leaves_network};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS19",
    name: "access-network-sent-out",
    family: Family::Ims,
    severity: Severity::Error,
    flags: "A message that a node passed on out of the trust domain with P-Access-Network-Info.",
    matters: "It names the cell that the terminal of the other side is in.",
    cause: "An S-CSCF or a node at the edge that does not remove what is for the own network only.",
    silenced: &[
        "Toward a terminal it is a warning.",
        "Emergency calls are told where the caller is.",
        "Only where the node file gives both ends another trust domain, or the message goes from a P-CSCF to a terminal.",
    ],
    citations: &[rfc("RFC 7315", "4.4"), rfc("3GPP TS 24.229", "4.4")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    let name = Name::PAccessNetworkInfo;
    if !relay.before.sip.has(name) || is_emergency(&relay.after) {
        return;
    }
    match leaves_network(relay) {
        None => verdicts.not_provable(),
        Some(false) => {}
        Some(true) => match relay.after.sip.value(name) {
            None => verdicts.pass(),
            Some(text) => {
                // That a terminal must not see it is not said as plainly as that other networks must not.
                let at_most = match relay.after.is_at_terminal() {
                    true => Severity::Warning,
                    false => Severity::Error,
                };
                let fault = Fault::at(&relay.after, text).at_most(at_most);
                verdicts.fail(fault.expected("no P-Access-Network-Info"));
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const INFO: &str = "P-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=234151D0FCE11";

    fn passed_on(way: &[u8], first: &str, after: &str) -> Wire {
        Wire::ims().passed(way, "INVITE", &[&[first, INFO], &[first, after]])
    }

    const USUAL: &str = "Subject: x";

    #[test]
    fn fails() {
        let got = INFO.strip_prefix("P-Access-Network-Info: ").unwrap();
        passed_on(&[4, 2, 1], USUAL, INFO).fails(&RULE, got);
    }

    #[test]
    fn fails_toward_another_network() {
        let got = INFO.strip_prefix("P-Access-Network-Info: ").unwrap();
        let domains = [(2, "one"), (3, "one"), (4, "two")];
        Wire::new()
            .passed(&[2, 3, 4], "INVITE", &[&[INFO], &[INFO]])
            .trusting(&domains)
            .fails(&RULE, got);
        Wire::new()
            .passed(&[2, 3, 4], "INVITE", &[&[INFO], &[USUAL]])
            .trusting(&domains)
            .passes(&RULE);
    }

    #[test]
    fn passes() {
        passed_on(&[4, 2, 1], USUAL, "User-Agent: y").passes(&RULE);
    }

    #[test]
    fn says_nothing_of_emergencies() {
        let emergency = "! INVITE urn:service:sos SIP/2.0";
        passed_on(&[4, 2, 1], emergency, INFO).says_nothing(&RULE);
    }

    #[test]
    fn not_provable_where_no_trust_domain_is_known() {
        passed_on(&[2, 4, 9], USUAL, INFO).cannot_tell(&RULE);
        passed_on(&[1, 2, 4], USUAL, INFO).cannot_tell(&RULE);
    }
}
