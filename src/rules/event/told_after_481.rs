//! A NOTIFY for a subscription that the subscriber said it does not know.

use super::number;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, SubscriptionScene, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT12",
    name: "told-after-481",
    family: Family::Event,
    severity: Severity::Warning,
    flags: "A NOTIFY that its sender sends after a NOTIFY before, in the same subscription, was answered with 481.",
    matters: "The notifier goes on for a subscriber that is not there any more.",
    cause: "A notifier that does not look at the answers to its NOTIFYs.",
    silenced: &[
        "A NOTIFY that was sent before the 481 came.",
        "A SUBSCRIBE between the two may have begun it again.",
    ],
    citations: &[rfc("RFC 3265", "3.2.2"), rfc("RFC 6665", "4.2.2")],
    check: Check::Subscription(check),
};

fn check(subscription: &SubscriptionScene<'_>, verdicts: &mut Verdicts) {
    let mut refused: Option<(Seen<'_>, Seen<'_>)> = None;
    for step in subscription.steps() {
        let Some(request) = step.request() else {
            continue;
        };
        if !step.is_notify() {
            refused = None;
            continue;
        }
        if let Some((before, answer)) = &refused {
            let is_later = number(&request) > number(before);
            let is_known = request.message.id() > answer.message.id();
            if is_later && is_known {
                let fault = Fault::at(&request, request.sip.first_line_text());
                let fault = fault.with(answer, answer.sip.first_line_text());
                return verdicts.fail(fault.expected("no NOTIFY behind the 481"));
            }
            verdicts.pass();
            continue;
        }
        match step.answer() {
            Some(answer) if answer.sip.status() == Some(481) => refused = Some((request, answer)),
            Some(_) => verdicts.pass(),
            None => verdicts.not_provable(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::event::testing::{again, notified, subscribed};
    use crate::rules::testing::Wire;

    fn refused() -> Wire {
        notified(subscribed(&[]), 1, "active;expires=600", &[], "481 Unknown")
    }

    #[test]
    fn fails() {
        notified(refused(), 2, "active;expires=60", &[], "481 Unknown")
            .fails(&RULE, "NOTIFY sip:bob@example.org SIP/2.0");
    }

    #[test]
    fn passes() {
        let wire = notified(subscribed(&[]), 1, "active;expires=600", &[], "200 OK");
        notified(wire, 2, "active;expires=590", &[], "481 Unknown").passes(&RULE);
        notified(again(refused(), 2, 600), 2, "active", &[], "200 OK").passes(&RULE);
    }

    #[test]
    fn passes_where_the_refusal_had_not_come() {
        let state = "Subscription-State: active;expires=600";
        let lines = ["Event: presence", state];
        let wire = subscribed(&[])
            .within(2, 1, "1 NOTIFY", &lines)
            .within(2, 1, "2 NOTIFY", &lines);
        wire.answered(1, 2, "481 Unknown", "1 NOTIFY", &[])
            .answered(1, 2, "481 Unknown", "2 NOTIFY", &[])
            .passes(&RULE);
    }

    #[test]
    fn not_provable() {
        let lines = ["Event: presence", "Subscription-State: active"];
        subscribed(&[])
            .within(2, 1, "1 NOTIFY", &lines)
            .cannot_tell(&RULE);
    }
}
