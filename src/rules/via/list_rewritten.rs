//! A proxy that did not leave the Via values as they came in.

use super::same_but_receipt;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::trace::Link;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "VIA02",
    name: "via-list-rewritten",
    family: Family::Via,
    severity: Severity::Error,
    flags: "A request that left a proxy with more, fewer or other Via values than one new one on top of those it came in with.",
    matters: "Answers go back along this list: a value that is lost, doubled or changed sends them elsewhere.",
    cause: "A proxy that strips the list, or inserts its Via twice.",
    silenced: &[
        "received and rport, which every receiver adds to the topmost value.",
        "A back-to-back user agent begins a list of its own.",
        "Topology hiding at the edge of a network, and a P-CSCF toward the UE, put the list away and back again: then the trace links the hops by other evidence, and nothing is proved.",
    ],
    citations: &[rfc("RFC 3261", "16.6 step 8")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    if !relay.is_request() {
        return;
    }
    if relay.link != Link::Via {
        return verdicts.not_provable();
    }
    let (before, after) = (relay.before.vias(), relay.after.vias());
    let kept = after
        .get(after.len().saturating_sub(before.len())..)
        .unwrap_or_default();
    let changed = kept
        .iter()
        .zip(before)
        .find(|(kept, came)| !same_but_receipt(**kept, **came));
    match changed {
        None if after.len() == before.len() + 1 => verdicts.pass(),
        Some((kept, came)) => {
            let fault = Fault::at(&relay.after, *kept).with(&relay.before, *came);
            verdicts.fail(fault.expected(came.lossy()));
        }
        None => {
            let fault = Fault::at(&relay.after, after.first().copied().unwrap_or_default());
            let got = format!("{} values after {}", after.len(), before.len());
            verdicts.fail(fault.expected("one more value, on top").got(got));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const SECOND: &str = "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2";

    fn passed_on(below: &str) -> Wire {
        Wire::new().request(1, 2, "INVITE", &[]).request(
            2,
            3,
            "INVITE",
            &[SECOND, below, "Max-Forwards: 69"],
        )
    }

    #[test]
    fn fails() {
        passed_on("Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;added=here")
            .fails(&RULE, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;added=here");
    }

    #[test]
    fn passes() {
        passed_on("Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1").passes(&RULE);
        passed_on("v: SIP/2.0/UDP 192.0.2.1 ;received=192.0.2.1;branch=z9hG4bK1;rport=5060")
            .passes(&RULE);
    }

    #[test]
    fn not_provable_where_it_was_hidden() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .request(2, 3, "INVITE", &[SECOND])
            .cannot_tell(&RULE);
    }
}
