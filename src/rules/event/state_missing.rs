//! A NOTIFY that does not say what state the subscription is in.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT02",
    name: "subscription-state-missing",
    family: Family::Event,
    severity: Severity::Error,
    flags: "A NOTIFY without Subscription-State.",
    matters: "The subscriber cannot tell whether the subscription is pending, active or over.",
    cause: "A notifier from before RFC 3265.",
    silenced: &["The header section was not captured to its end."],
    citations: &[
        rfc("RFC 3265", "7.2.3"),
        rfc("RFC 6665", "4.1.3"),
        rfc("RFC 6665", "8.2.3"),
    ],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.is("NOTIFY") {
        return;
    }
    if seen.sip.has(Name::SubscriptionState) {
        return verdicts.pass();
    }
    if !seen.has_all_headers() {
        return verdicts.not_provable();
    }
    let fault = Fault::missing(seen).about(Name::SubscriptionState);
    verdicts.fail(fault.expected("Subscription-State: active, pending or terminated"));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        Wire::new()
            .request(1, 2, "NOTIFY", &["Event: presence"])
            .fails(&RULE, "no Subscription-State");
    }

    #[test]
    fn passes() {
        let state = "Subscription-State: active;expires=60";
        Wire::new()
            .request(1, 2, "NOTIFY", &["Event: presence", state])
            .passes(&RULE);
    }

    #[test]
    fn not_provable() {
        Wire::new()
            .request(1, 2, "NOTIFY", &[])
            .cut()
            .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_others() {
        Wire::new()
            .request(1, 2, "SUBSCRIBE", &[])
            .says_nothing(&RULE);
    }
}
