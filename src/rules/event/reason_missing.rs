//! A NOTIFY that ends a subscription and does not say why.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT17",
    name: "reason-missing",
    family: Family::Event,
    severity: Severity::Warning,
    flags: "A NOTIFY whose Subscription-State is terminated without a reason.",
    matters: "The subscriber cannot tell whether it may subscribe again, and when.",
    cause: "A notifier that has one way to end all subscriptions.",
    silenced: &["Without Subscription-State there is nothing that could have a reason."],
    citations: &[
        rfc("RFC 3265", "3.2.2"),
        rfc("RFC 6665", "4.2.2"),
        rfc("RFC 6665", "4.1.3"),
    ],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.is("NOTIFY") {
        return;
    }
    let state = seen.sip.subscription_state();
    let Some(state) = state.filter(|state| state.state.is("terminated")) else {
        return;
    };
    verdicts.check(state.reason.is_some(), || {
        let text = seen.sip.value(Name::SubscriptionState).unwrap_or_default();
        Fault::at(seen, text).expected("terminated with a reason")
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn notify(state: &str) -> Wire {
        let state = format!("Subscription-State: {state}");
        Wire::new().request(1, 2, "NOTIFY", &["Event: presence", &state])
    }

    #[test]
    fn fails() {
        notify("terminated").fails(&RULE, "terminated");
        notify("Terminated;retry-after=5").fails(&RULE, "Terminated;retry-after=5");
    }

    #[test]
    fn passes() {
        notify("terminated;reason=timeout").passes(&RULE);
    }

    #[test]
    fn says_nothing_of_what_goes_on() {
        notify("active;expires=60").says_nothing(&RULE);
    }
}
