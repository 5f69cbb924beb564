//! A proxy that took Route entries off that name others.

use super::{list, may_replace_route};
use crate::rules::names;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "RTE02",
    name: "route-of-others-taken",
    family: Family::Routing,
    severity: Severity::Error,
    flags: "A request that left a proxy without Route entries that it came in with and that do not name the proxy.",
    matters: "Nodes that have to see the request are left out.",
    cause: "A proxy that routes by the Request-URI alone.",
    silenced: &[
        "The topmost entry: it may be a name of the node that the trace does not know.",
        "CSCFs and the edge of a network may put another list in its place.",
        "A back-to-back user agent, and hops that the Via list does not link.",
        "The last entry next to a strict router becomes the Request-URI (RFC 3261 16.4).",
    ],
    citations: &[rfc("RFC 3261", "16.4"), rfc("RFC 3261", "16.6 step 6")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    if !relay.is_request() {
        return;
    }
    let before = list(&relay.before, Name::Route);
    if before.len() < 2 {
        return;
    }
    let after = list(&relay.after, Name::Route);
    if !relay.is_proxied() || may_replace_route(relay) {
        return verdicts.not_provable();
    }
    let addresses = || relay.before.sip.addresses(Name::Route);
    let gone = before
        .iter()
        .zip(addresses())
        .skip(1)
        .find(|(text, address)| {
            let is_there = after.iter().any(|left| left.same_but_space(**text));
            !is_there && !relay.node.is_some_and(|node| names(&node, &address.uri()))
        });
    let is_strict = || addresses().any(|address| !address.is_loose_router());
    match gone {
        None => verdicts.pass(),
        Some(_) if is_strict() => verdicts.not_provable(),
        Some((text, _)) => {
            let fault = Fault::at(&relay.before, *text);
            let fault = fault.with(&relay.after, relay.after.sip.first_line_text());
            verdicts.fail(
                fault
                    .expected("this entry in the request that went out")
                    .got("no such entry"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const THREE: &str = "Route: <sip:192.0.2.2;lr>, <sip:192.0.2.3;lr>, <sip:192.0.2.4;lr>";

    fn passed_on(after: &str) -> Wire {
        Wire::new().request(1, 2, "INVITE", &[THREE]).request(
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
        passed_on("Route: <sip:192.0.2.3;lr>").fails(&RULE, "no such entry");
        passed_on("Subject: none left").fails(&RULE, "no such entry");
    }

    #[test]
    fn passes() {
        passed_on("Route: <sip:192.0.2.3;lr>,<sip:192.0.2.4;lr>").passes(&RULE);
    }

    #[test]
    fn not_provable() {
        Wire::new()
            .request(1, 2, "INVITE", &[THREE])
            .request(2, 3, "INVITE", &[])
            .cannot_tell(&RULE);
    }
}
