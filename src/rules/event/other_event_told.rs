//! A NOTIFY about another event than its dialog was made for.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, SubscriptionScene, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT14",
    name: "other-event-told",
    family: Family::Event,
    severity: Severity::Warning,
    flags: "A NOTIFY whose Event, package or id, is that of no SUBSCRIBE of its dialog.",
    matters: "The subscriber cannot tell which of its subscriptions is meant, and answers 481.",
    cause: "A notifier that leaves out the id, or tells one package in the dialog of another.",
    silenced: &[
        "A dialog that was there before the trace began may have further subscriptions.",
        "Dialogs that a REFER or INVITE made.",
    ],
    citations: &[rfc("RFC 3265", "7.2.1"), rfc("RFC 6665", "8.2.1")],
    check: Check::Subscription(check),
};

fn check(subscription: &SubscriptionScene<'_>, verdicts: &mut Verdicts) {
    let Some(made_by) = subscription.dialog().and_then(|dialog| dialog.made_by()) else {
        return;
    };
    let mut notifies = subscription.notifies();
    let Some(notify) = notifies.next() else {
        return;
    };
    let asked = notify.hop().request_of(made_by);
    let Some(asked) = asked.filter(|asked| asked.is("SUBSCRIBE")) else {
        return;
    };
    if !subscription.subscription.unsolicited() {
        return verdicts.pass();
    }
    let Some(notify) = notify.request() else {
        return;
    };
    let texts = notify
        .sip
        .value(Name::Event)
        .zip(asked.sip.value(Name::Event));
    match texts {
        Some((told, of)) => {
            let fault = Fault::at(&notify, told).with(&asked, of);
            verdicts.fail(fault.expected(of.lossy()));
        }
        None => verdicts.not_provable(),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::event::testing::{notified, subscribed};
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        let wire = notified(subscribed(&[]), 1, "active", &["Event: dialog"], "200 OK");
        wire.fails(&RULE, "dialog");
        let wire = notified(
            subscribed(&[]),
            1,
            "active",
            &["Event: presence;id=7"],
            "200 OK",
        );
        wire.fails(&RULE, "presence;id=7");
    }

    #[test]
    fn passes() {
        notified(subscribed(&[]), 1, "active", &[], "200 OK").passes(&RULE);
    }

    #[test]
    fn not_provable_without_event() {
        let lines = ["Subscription-State: active"];
        subscribed(&[])
            .within(2, 1, "1 NOTIFY", &lines)
            .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_what_began_before_the_trace() {
        let lines = ["Event: dialog", "Subscription-State: active"];
        Wire::new()
            .within(2, 1, "1 NOTIFY", &lines)
            .says_nothing(&RULE);
    }
}
