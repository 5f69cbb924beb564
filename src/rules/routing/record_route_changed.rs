//! A proxy that did not leave the Record-Route values of others as they came in.

use super::list;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "RTE04",
    name: "record-route-changed",
    family: Family::Routing,
    severity: Severity::Error,
    flags: "A request that left a proxy without Record-Route values that it came in with, or with others in their place.",
    matters: "Later requests of the dialog leave out the nodes whose entries are gone.",
    cause: "A proxy that hides the nodes before it, or rewrites what it does not understand.",
    silenced: &[
        "Values that the proxy puts on top, one or two of its own.",
        "A back-to-back user agent, and hops that the Via list does not link.",
    ],
    citations: &[rfc("RFC 3261", "16.6 step 4")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    if !relay.is_request() {
        return;
    }
    let before = list(&relay.before, Name::RecordRoute);
    if before.is_empty() {
        return;
    }
    let after = list(&relay.after, Name::RecordRoute);
    if !relay.is_proxied() {
        return verdicts.not_provable();
    }
    let kept = after
        .get(after.len().saturating_sub(before.len())..)
        .unwrap_or_default();
    let wrong = before.iter().enumerate().find(|(position, came)| {
        kept.get(*position)
            .is_none_or(|left| !left.same_but_space(**came))
    });
    match wrong {
        None => verdicts.pass(),
        Some((position, came)) => {
            let fault = match kept.get(position) {
                Some(left) => Fault::at(&relay.after, *left),
                None => Fault::missing(&relay.after).about(Name::RecordRoute),
            };
            verdicts.fail(fault.with(&relay.before, *came).expected(came.lossy()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn passed_on(after: &[&str]) -> Wire {
        let vias = [
            "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2",
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
            "Max-Forwards: 69",
        ];
        Wire::new()
            .request(1, 2, "INVITE", &["Record-Route: <sip:p1.example.org;lr>"])
            .request(2, 3, "INVITE", &[&vias, after].concat())
    }

    #[test]
    fn fails() {
        passed_on(&["Record-Route: <sip:p2.example.org;lr>"])
            .fails(&RULE, "<sip:p2.example.org;lr>");
        passed_on(&[]).fails(&RULE, "no Record-Route");
    }

    #[test]
    fn passes() {
        passed_on(&["Record-Route: <sip:p2.example.org;lr>, <sip:p1.example.org;lr>"])
            .passes(&RULE);
        passed_on(&["Record-Route: <sip:p1.example.org;lr>"]).passes(&RULE);
    }

    #[test]
    fn not_provable() {
        Wire::new()
            .request(1, 2, "INVITE", &["Record-Route: <sip:p1.example.org;lr>"])
            .request(2, 3, "INVITE", &[])
            .cannot_tell(&RULE);
    }
}
