//! A node that left the Route entry that names it.

use crate::rules::names;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;
use crate::trace::Link;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "RTE01",
    name: "own-route-not-taken",
    family: Family::Routing,
    severity: Severity::Error,
    flags: "A request that came to a node by a Route entry that names it, and left with that entry still on top.",
    matters: "The next node sends the request back, and it goes in circles.",
    cause: "A proxy that does not know one of its own names, or a document that forgot to take the entry off.",
    silenced: &[
        "The entry names somebody else as far as the trace knows.",
        "A node that spirals to itself on purpose writes the entry again: then it stands there twice.",
    ],
    citations: &[rfc("RFC 3261", "16.4")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    if !relay.is_request() || relay.link != Link::Via {
        return;
    }
    let Some(top) = relay.before.sip.value(Name::Route) else {
        return;
    };
    let address = relay.before.sip.addresses(Name::Route).next();
    let (Some(node), Some(address)) = (relay.node, address) else {
        return verdicts.not_provable();
    };
    let left = relay.after.sip.value(Name::Route);
    if left.is_none_or(|left| !left.same_but_space(top)) {
        return verdicts.pass();
    }
    if !names(&node, &address.uri()) {
        return verdicts.not_provable();
    }
    let fault = Fault::at(&relay.after, left.unwrap_or_default()).with(&relay.before, top);
    verdicts.fail(fault.expected(format!("the entry for {} taken off", node.label())));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const TWO: [&str; 2] = [
        "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2",
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
    ];

    fn passed_on(before: &str, after: &str) -> Wire {
        Wire::new().request(1, 2, "INVITE", &[before]).request(
            2,
            3,
            "INVITE",
            &[TWO[0], TWO[1], "Max-Forwards: 69", after],
        )
    }

    #[test]
    fn fails() {
        let own = "Route: <sip:192.0.2.2;lr>, <sip:192.0.2.3;lr>";
        passed_on(own, own).fails(&RULE, "<sip:192.0.2.2;lr>");
    }

    #[test]
    fn passes() {
        passed_on(
            "Route: <sip:192.0.2.2;lr>, <sip:192.0.2.3;lr>",
            "Route: <sip:192.0.2.3;lr>",
        )
        .passes(&RULE);
    }

    #[test]
    fn not_provable_where_it_may_be_somebody_else() {
        let other = "Route: <sip:other.example.org;lr>";
        passed_on(other, other).cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_without_route() {
        passed_on("Subject: x", "Subject: x").says_nothing(&RULE);
    }
}
