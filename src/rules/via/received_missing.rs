//! A node that passed a request on without noting where it really came from.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::trace::Link;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "VIA06",
    name: "received-missing",
    family: Family::Via,
    severity: Severity::Warning,
    flags: "A request that came from another address than its topmost Via names, and was passed on without received in that value.",
    matters: "Its answers go to the address that the sender believes to have, which may not be reachable.",
    cause: "A proxy that trusts what clients say, in front of an address translation.",
    silenced: &[
        "A host name: nothing here knows its addresses, and adding received is then left to be seen.",
        "A Via list that was hidden.",
    ],
    citations: &[rfc("RFC 3261", "18.2.1")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    if !relay.is_request() || relay.link != Link::Via {
        return;
    }
    let Some(via) = relay.before.via() else {
        return;
    };
    let (Some(named), Some(came)) = (
        via.host.address(),
        relay
            .before
            .message
            .sighting()
            .source()
            .and_then(|end| end.endpoint()),
    ) else {
        return verdicts.not_provable();
    };
    if named == came.address {
        return verdicts.pass();
    }
    let Some(kept) = relay.after.sip.vias().nth(1) else {
        return;
    };
    let received = kept.received();
    verdicts.check(received.is_some(), || {
        let text = relay.after.vias().get(1).copied().unwrap_or_default();
        let fault = Fault::at(&relay.after, text).with(&relay.before, via.text);
        fault.expected(format!("received={}, from where it came", came.address))
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn passed_on(first: &str, kept: &str) -> Wire {
        let (first, kept) = (format!("Via: {first}"), format!("Via: {kept}"));
        let second = "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2";
        Wire::new().request(1, 2, "INVITE", &[&first]).request(
            2,
            3,
            "INVITE",
            &[second, &kept, "Max-Forwards: 69"],
        )
    }

    const BEHIND: &str = "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1";

    #[test]
    fn fails() {
        passed_on(BEHIND, BEHIND).fails(&RULE, BEHIND);
    }

    #[test]
    fn passes() {
        passed_on(BEHIND, &format!("{BEHIND};received=192.0.2.1")).passes(&RULE);
        let own = "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1";
        passed_on(own, own).passes(&RULE);
    }

    #[test]
    fn not_provable() {
        let named = "SIP/2.0/UDP ue.example.org;branch=z9hG4bK1";
        passed_on(named, named).cannot_tell(&RULE);
    }
}
