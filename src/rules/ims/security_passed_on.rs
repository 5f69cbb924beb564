//! A P-CSCF that passed the security agreement of a terminal on into the network.

use super::goes_to_core;
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
    if !relay.is_request() || !goes_to_core(relay) {
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
