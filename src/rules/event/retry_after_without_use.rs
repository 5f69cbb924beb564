//! A NOTIFY that ends a subscription for good and says when to come back.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT22",
    name: "retry-after-without-use",
    family: Family::Event,
    severity: Severity::Info,
    flags: "A Subscription-State with retry-after beside a reason for which it has no meaning.",
    matters: "The subscriber does what the reason says and does not wait.",
    cause: "A notifier that adds retry-after to every reason.",
    silenced: &["Without a reason, or with one of an extension, it may have a meaning."],
    citations: &[rfc("RFC 3265", "3.2.4"), rfc("RFC 6665", "4.1.3")],
    check: Check::Message(check),
};

/// Beside these nobody waits: the subscriber comes back at once, or never.
const NO_WAIT: [&str; 4] = ["deactivated", "rejected", "timeout", "invariant"];

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.is("NOTIFY") {
        return;
    }
    let Some(state) = seen.sip.subscription_state() else {
        return;
    };
    let Some(reason) = state.reason.filter(|_| state.retry_after.is_some()) else {
        return;
    };
    verdicts.check(!NO_WAIT.iter().any(|word| reason.is(word)), || {
        let text = seen.sip.value(Name::SubscriptionState).unwrap_or_default();
        Fault::at(seen, text).expected("no retry-after beside this reason")
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
        let state = "terminated;reason=rejected;retry-after=60";
        notify(state).fails(&RULE, state);
    }

    #[test]
    fn passes() {
        notify("terminated;reason=probation;retry-after=60").passes(&RULE);
        notify("terminated;reason=giveup;retry-after=60").passes(&RULE);
    }

    #[test]
    fn says_nothing_without_it() {
        notify("terminated;reason=rejected").says_nothing(&RULE);
        notify("terminated;retry-after=60").says_nothing(&RULE);
    }
}
