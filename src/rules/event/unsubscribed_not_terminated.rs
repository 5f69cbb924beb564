//! A subscription that was ended, or a state that was asked for once, and NOTIFYs that say that it goes on.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, SubscriptionScene, Verdicts};
use crate::sip::Name;
use crate::trace::StepKind;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT10",
    name: "unsubscribed-not-terminated",
    family: Family::Event,
    severity: Severity::Error,
    flags: "A NOTIFY behind the 2xx to a SUBSCRIBE with Expires: 0 whose Subscription-State is not terminated.",
    matters: "The subscriber waits for the end of the subscription, and keeps its dialog.",
    cause: "A notifier that tells active or pending with no time left.",
    silenced: &[
        "A NOTIFY that was sent before the 2xx may tell the state before.",
        "Packets may overtake each other: what comes within a few seconds of the 2xx is a warning.",
        "A later NOTIFY that says terminated ends it.",
    ],
    citations: &[
        rfc("RFC 3265", "3.1.4.3"),
        rfc("RFC 6665", "4.4.1"),
        rfc("RFC 6665", "4.4.3"),
    ],
    check: Check::Subscription(check),
};

/// Longer than a packet lives on its way.
const OVERTAKES: i64 = 4_000_000_000;

fn check(subscription: &SubscriptionScene<'_>, verdicts: &mut Verdicts) {
    let mut ends = subscription
        .requests()
        .filter(|step| matches!(step.step.kind, StepKind::Unsubscribe | StepKind::Fetch));
    let Some(answer) = ends.next_back().and_then(|step| step.answer()) else {
        return;
    };
    if !answer.accepts() {
        return;
    }
    let told = subscription.notifies().filter_map(|step| step.request());
    let told: Vec<_> = told
        .filter(|notify| notify.message.id() > answer.message.id())
        .filter_map(|notify| Some((notify, notify.sip.subscription_state()?.state)))
        .collect();
    if told.iter().any(|(_, state)| state.is("terminated")) {
        return verdicts.pass();
    }
    let Some((notify, state)) = told.first() else {
        return verdicts.not_provable();
    };
    let elapsed = answer.until(notify);
    let may_overtake = elapsed.is_some_and(|elapsed| elapsed.least < OVERTAKES);
    let fault = Fault::at(notify, *state).expected("terminated");
    let fault = match answer.sip.value(Name::Expires) {
        Some(expires) => fault.with(&answer, expires),
        None => fault,
    };
    verdicts.fail(match may_overtake {
        true => fault.at_most(Severity::Warning),
        false => fault,
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::event::testing::{again, notified, subscribed};
    use crate::rules::testing::Wire;

    fn ended() -> Wire {
        let wire = notified(subscribed(&[]), 1, "active;expires=600", &[], "200 OK");
        again(wire, 2, 0)
    }

    #[test]
    fn fails() {
        notified(ended(), 2, "active;expires=0", &[], "200 OK").fails(&RULE, "active");
        let lines = ["Event: presence", "Expires: 0"];
        let answer = ["Expires: 0", "CSeq: 1 SUBSCRIBE"];
        let fetched = Wire::new()
            .request(1, 2, "SUBSCRIBE", &lines)
            .response(2, 1, "200 OK", &answer);
        notified(fetched, 1, "pending", &[], "200 OK").fails(&RULE, "pending");
    }

    #[test]
    fn passes() {
        notified(ended(), 2, "terminated;reason=timeout", &[], "200 OK").passes(&RULE);
    }

    #[test]
    fn passes_where_another_was_on_its_way() {
        let wire = notified(ended(), 2, "active;expires=500", &[], "200 OK");
        notified(wire, 3, "terminated;reason=timeout", &[], "200 OK").passes(&RULE);
    }

    #[test]
    fn not_provable() {
        ended().cannot_tell(&RULE);
    }
}
