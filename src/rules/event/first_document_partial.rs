//! A subscription that begins with a part of a list.

use super::stated;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, SubscriptionScene, Verdicts};
use crate::sip::body::Extent;
use crate::trace::StepKind;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT19",
    name: "first-document-partial",
    family: Family::Event,
    severity: Severity::Warning,
    flags: "The first NOTIFY of a subscription with registration or watcher information, or a list of resources, that is only partial.",
    matters: "The subscriber does not know the rest, to which the part belongs.",
    cause: "A notifier that sends what changed to all subscribers, new ones too.",
    silenced: &[
        "A NOTIFY before it may not have been seen: its CSeq has to be the lowest, and its version 0.",
    ],
    citations: &[
        rfc("RFC 3680", "5"),
        rfc("RFC 3858", "4"),
        rfc("RFC 4662", "5.2"),
    ],
    check: Check::Subscription(check),
};

fn check(subscription: &SubscriptionScene<'_>, verdicts: &mut Verdicts) {
    let begins = |kind| matches!(kind, StepKind::Initial | StepKind::Fetch);
    let mut steps = subscription.requests();
    if !steps.next().is_some_and(|step| begins(step.step.kind)) {
        return;
    }
    let first = subscription.notifies().filter_map(|step| step.request());
    let Some(first) = first.min_by_key(super::number) else {
        return;
    };
    match stated(&first) {
        Some((_, Some(Extent::Full))) => verdicts.pass(),
        Some((Some(0), Some(Extent::Partial))) => {
            let fault = Fault::at(&first, first.sip.first_line_text());
            verdicts.fail(fault.got("state partial").expected("state full"));
        }
        Some((_, Some(Extent::Partial))) => verdicts.not_provable(),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::event::testing::notified;
    use crate::rules::testing::Wire;

    const KIND: &str = "application/watcherinfo+xml";

    fn told(version: u32, state: &str) -> Wire {
        let body = format!(
            "<watcherinfo xmlns=\"urn:ietf:params:xml:ns:watcherinfo\" version=\"{version}\" state=\"{state}\"/>"
        );
        with_body(KIND, &body)
    }

    fn listed(version: u32, full: bool) -> Wire {
        let body = format!(
            "--b\r\nContent-Type: application/rlmi+xml\r\n\r\n<list xmlns=\"urn:ietf:params:xml:ns:rlmi\" \
             uri=\"sip:l@example.org\" version=\"{version}\" fullState=\"{full}\"/>\r\n--b--"
        );
        with_body(
            "multipart/related;type=\"application/rlmi+xml\";boundary=b",
            &body,
        )
    }

    fn with_body(kind: &str, body: &str) -> Wire {
        let lines = ["Event: presence.winfo", "Expires: 600"];
        let wire = Wire::new().request(1, 2, "SUBSCRIBE", &lines).response(
            2,
            1,
            "200 OK",
            &["Expires: 600", "CSeq: 1 SUBSCRIBE"],
        );
        let length = format!("Content-Length: {}", body.len() + 2);
        let kind = format!("Content-Type: {kind}");
        let lines = ["Event: presence.winfo", &kind, &length, "", body];
        notified(wire, 1, "active", &lines, "200 OK")
    }

    #[test]
    fn fails() {
        told(0, "partial").fails(&RULE, "state partial");
        listed(0, false).fails(&RULE, "state partial");
    }

    #[test]
    fn passes() {
        told(0, "full").passes(&RULE);
        listed(0, true).passes(&RULE);
    }

    #[test]
    fn not_provable_where_one_may_be_missing() {
        told(3, "partial").cannot_tell(&RULE);
    }
}
