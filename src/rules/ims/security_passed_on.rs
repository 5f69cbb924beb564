//! A P-CSCF that passed the security agreement of a terminal on into the network.

use super::{goes_to_terminal, is_of_pcscf};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS03",
    name: "security-agreement-passed-on",
    family: Family::Ims,
    severity: Severity::Error,
    flags: "A request that a P-CSCF passed on into the network with Security-Client or Security-Verify, or with sec-agree required.",
    matters: "The agreement is between the terminal and the P-CSCF; the next node answers 420 or 494.",
    cause: "A P-CSCF that passes on what it should have used up.",
    silenced: &["Only where the trace shows that the node is a P-CSCF."],
    citations: &[rfc("RFC 3329", "2.3.1"), rfc("3GPP TS 24.229", "5.2.2")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    if !relay.is_request() || !is_of_pcscf(relay) || goes_to_terminal(relay) {
        return;
    }
    let offered = [Name::SecurityClient, Name::SecurityVerify];
    if !offered.iter().any(|name| relay.before.sip.has(*name)) {
        return;
    }
    let left = offered.iter().find_map(|name| relay.after.sip.value(*name));
    let required = [Name::Require, Name::ProxyRequire].iter().find_map(|name| {
        relay
            .after
            .sip
            .values(*name)
            .find(|value| value.is("sec-agree"))
    });
    match left.or(required) {
        None => verdicts.pass(),
        Some(text) => {
            let fault = Fault::at(&relay.after, text);
            let fault = fault.with(&relay.before, relay.before.sip.first_line_text());
            verdicts.fail(fault.expected("nothing of the security agreement"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const OFFER: &str =
        "Security-Client: ipsec-3gpp;alg=hmac-sha-1-96;spi-c=1;spi-s=2;port-c=3;port-s=4";

    fn passed_on(after: &[&str]) -> Wire {
        Wire::ims().passed(
            &[1, 2, 3],
            "INVITE",
            &[&[OFFER, "Require: sec-agree"], after],
        )
    }

    #[test]
    fn fails() {
        let offer = OFFER.strip_prefix("Security-Client: ").unwrap();
        passed_on(&[OFFER]).fails(&RULE, offer);
        passed_on(&["Require: sec-agree"]).fails(&RULE, "sec-agree");
        passed_on(&["Proxy-Require: path, sec-agree"]).fails(&RULE, "sec-agree");
    }

    #[test]
    fn passes() {
        passed_on(&["Require: path"]).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_other_proxies_and_where_nothing_was_agreed() {
        Wire::new()
            .passed(&[1, 2, 3], "INVITE", &[&[OFFER]])
            .says_nothing(&RULE);
        Wire::ims()
            .passed(&[1, 2, 3], "INVITE", &[&["Require: sec-agree"]])
            .says_nothing(&RULE);
    }
}
