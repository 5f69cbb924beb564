//! A NOTIFY that gives a subscription more time than it has.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, SubscriptionScene, SubscriptionStep, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT07",
    name: "subscription-lengthened",
    family: Family::Event,
    severity: Severity::Error,
    flags: "A NOTIFY whose Subscription-State has more seconds left than the subscription was granted or the NOTIFY before left.",
    matters: "The two sides do not agree when the subscription ends: one goes on while the other has forgotten it.",
    cause: "A notifier that writes the time it was asked for first, or a fixed time, into every NOTIFY.",
    silenced: &[
        "A SUBSCRIBE between the two may prolong the subscription; after more than half a minute it may have been missed, which leaves a warning.",
        "Two seconds are allowed for rounding and for the way.",
        "A NOTIFY may shorten the time.",
        "What told the time before was seen in another input: its clock may be wrong.",
    ],
    citations: &[rfc("RFC 3265", ""), rfc("RFC 6665", "4.2.2")],
    check: Check::Subscription(check),
};

/// What rounding may add.
const ROUNDING: i64 = 2;
const SECOND: i64 = 1_000_000_000;
/// Nobody prolongs a subscription sooner.
const REFRESHES: i64 = 32 * SECOND;

/// How many seconds are left at most, as this message tells.
struct Left<'s> {
    seconds: u32,
    told_by: Seen<'s>,
    name: Name,
}

fn check(subscription: &SubscriptionScene<'_>, verdicts: &mut Verdicts) {
    let mut left: Option<Left<'_>> = None;
    for step in subscription.steps() {
        if !step.is_notify() {
            left = granted(&step);
            continue;
        }
        let Some((notify, seconds)) = told(&step) else {
            continue;
        };
        match &left {
            Some(before) => compare(before, &notify, seconds, verdicts),
            None => verdicts.not_provable(),
        }
        left = Some(Left {
            seconds,
            told_by: notify,
            name: Name::SubscriptionState,
        });
    }
}

fn granted<'s>(step: &SubscriptionStep<'s>) -> Option<Left<'s>> {
    Some(Left {
        seconds: step.step.granted?,
        told_by: step.answer()?,
        name: Name::Expires,
    })
}

fn told<'s>(step: &SubscriptionStep<'s>) -> Option<(Seen<'s>, u32)> {
    let notify = step.request()?;
    let seconds = notify.sip.subscription_state()?.expires?;
    Some((notify, seconds))
}

fn compare(before: &Left<'_>, notify: &Seen<'_>, seconds: u32, verdicts: &mut Verdicts) {
    // The answer may have come behind the NOTIFY, and a document knows no times: then no time went by.
    let elapsed = before.told_by.until(notify);
    let is_ordered = notify.is_of_document() || before.told_by.is_watched_until(notify);
    if elapsed.is_none() && !is_ordered {
        return verdicts.not_provable();
    }
    let passed = elapsed.map_or(0, |elapsed| elapsed.least.max(0) / SECOND);
    let most = i64::from(before.seconds) - passed;
    let texts = notify
        .sip
        .value(Name::SubscriptionState)
        .zip(before.told_by.sip.value(before.name));
    let Some((text, of)) = texts else {
        return verdicts.not_provable();
    };
    verdicts.check(i64::from(seconds) <= most.max(0) + ROUNDING, || {
        let fault = Fault::at(notify, text).with(&before.told_by, of);
        let fault = fault.expected(format!("at most {} seconds", most.max(0)));
        match elapsed.is_some_and(|elapsed| elapsed.most > REFRESHES) {
            true => fault.at_most(Severity::Warning),
            false => fault,
        }
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn subscribed(granted: &str) -> Wire {
        let lines = ["Expires: 600", "Event: presence"];
        let granted = format!("Expires: {granted}");
        Wire::new().request(1, 2, "SUBSCRIBE", &lines).response(
            2,
            1,
            "200 OK",
            &[&granted, "CSeq: 1 SUBSCRIBE"],
        )
    }

    fn notify(wire: Wire, number: u32, state: &str) -> Wire {
        let state = format!("Subscription-State: {state}");
        wire.within(
            2,
            1,
            &format!("{number} NOTIFY"),
            &["Event: presence", &state],
        )
    }

    #[test]
    fn fails_above_what_was_granted() {
        notify(subscribed("300"), 1, "active;expires=600").fails(&RULE, "active;expires=600");
    }

    #[test]
    fn fails_where_it_does_not_fall() {
        let wire = notify(subscribed("600"), 1, "active;expires=599").later(100);
        notify(wire, 2, "active;expires=599").fails(&RULE, "active;expires=599");
    }

    #[test]
    fn passes() {
        let wire = notify(subscribed("600"), 1, "active;expires=600").later(100);
        notify(wire, 2, "active;expires=500").passes(&RULE);
        notify(subscribed("600"), 1, "pending;expires=60").passes(&RULE);
    }

    #[test]
    fn a_refresh_prolongs_it() {
        let wire = notify(subscribed("600"), 1, "active;expires=600").later(300);
        let wire = wire
            .within(1, 2, "2 SUBSCRIBE", &["Expires: 600", "Event: presence"])
            .answered(2, 1, "200 OK", "2 SUBSCRIBE", &["Expires: 600"]);
        notify(wire, 2, "active;expires=600").passes(&RULE);
    }

    #[test]
    fn not_provable_where_the_clock_of_another_input_may_be_wrong() {
        let wire = notify(subscribed("600"), 1, "active;expires=300");
        notify(wire.elsewhere(), 2, "active;expires=600").cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_where_the_answer_was_not_seen() {
        let lines = ["Expires: 600", "Event: presence"];
        let wire = Wire::new().request(1, 2, "SUBSCRIBE", &lines);
        notify(wire, 1, "active;expires=700").cannot_tell(&RULE);
    }
}
