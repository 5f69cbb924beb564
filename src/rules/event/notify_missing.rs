//! A SUBSCRIBE that was accepted, and that no NOTIFY followed.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, SubscriptionScene, SubscriptionStep, Verdicts};
use crate::trace::StepKind;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT09",
    name: "notify-missing",
    family: Family::Event,
    severity: Severity::Warning,
    flags: "A SUBSCRIBE, the first or a later one, that was accepted with 2xx, without a NOTIFY in the time that the subscriber waits for it.",
    matters: "The subscriber does not know the state, and takes the subscription for failed.",
    cause: "A notifier that sends NOTIFY only when something changes.",
    silenced: &[
        "The NOTIFY may come in front of the 2xx.",
        "NOTIFYs may go another way than the SUBSCRIBE: one has to be seen, or the hop has to be that of the subscriber.",
        "The trace has to go on for longer than Timer N (64 times T1); a document shows what its author chose.",
        "A NOTIFY that was refused may have ended the subscription.",
    ],
    citations: &[
        rfc("RFC 3265", "3.1.6.2"),
        rfc("RFC 6665", "4.2.1.2"),
        rfc("RFC 6665", "4.1.2.4"),
    ],
    check: Check::Subscription(check),
};

/// 64 times T1, and some more for the way.
const WAITS: i64 = 40_000_000_000;

fn check(subscription: &SubscriptionScene<'_>, verdicts: &mut Verdicts) {
    for step in subscription.requests() {
        if step.step.kind != StepKind::Refer
            && let (Some(request), Some(answer)) = (step.request(), step.answer())
            && answer.accepts()
        {
            judge(subscription, &step, (&request, &answer), verdicts);
        }
    }
}

fn judge(
    subscription: &SubscriptionScene<'_>,
    step: &SubscriptionStep<'_>,
    (request, answer): (&Seen<'_>, &Seen<'_>),
    verdicts: &mut Verdicts,
) {
    let notifies = || {
        subscription
            .notifies()
            .filter_map(|notify| notify.request())
    };
    if notifies().any(|notify| notify.message.id() > request.message.id()) {
        return verdicts.pass();
    }
    let mut told = subscription.notifies();
    let is_refused = told.any(|notify| notify.step.status.is_some_and(|status| status >= 300));
    let is_first_hop = request.vias().len() == 1;
    let is_shown =
        notifies().next().is_some() || is_first_hop && step.step.kind != StepKind::Refresh;
    if is_refused || !is_shown || answer.is_told() || !answer.is_watched_for(WAITS) {
        return verdicts.not_provable();
    }
    let line = answer.sip.first_line_text();
    let fault = Fault::at(answer, line).with(request, request.sip.first_line_text());
    verdicts.fail(fault.got("no NOTIFY").expected("a NOTIFY at once"));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::event::testing::{again, notified, subscribed};
    use crate::rules::testing::Wire;

    /// The trace goes on.
    fn much_later(wire: Wire) -> Wire {
        let lines = ["Call-ID: other", "From: <sip:x@example.org>;tag=x"];
        wire.later(60).request(1, 2, "OPTIONS", &lines)
    }

    #[test]
    fn fails() {
        much_later(subscribed(&[])).fails(&RULE, "no NOTIFY");
        let told = notified(subscribed(&[]), 1, "active;expires=600", &[], "200 OK");
        much_later(again(told, 2, 600)).fails(&RULE, "no NOTIFY");
    }

    #[test]
    fn passes() {
        let told = notified(subscribed(&[]), 1, "active;expires=600", &[], "200 OK");
        much_later(told).passes(&RULE);
    }

    #[test]
    fn passes_where_it_comes_before_the_answer() {
        let wire = Wire::new()
            .request(1, 2, "SUBSCRIBE", &["Event: presence", "Expires: 600"])
            .within(
                2,
                1,
                "1 NOTIFY",
                &["Event: presence", "Subscription-State: active"],
            )
            .response(2, 1, "200 OK", &["CSeq: 1 SUBSCRIBE", "Expires: 600"]);
        much_later(wire).passes(&RULE);
    }

    #[test]
    fn not_provable_where_the_trace_ends() {
        subscribed(&[]).cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_where_it_may_go_another_way() {
        let via =
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1, SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK9";
        let wire = Wire::new()
            .request(1, 2, "SUBSCRIBE", &[via, "Event: presence", "Expires: 600"])
            .response(2, 1, "200 OK", &[via, "CSeq: 1 SUBSCRIBE", "Expires: 600"]);
        much_later(wire).cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_a_refusal() {
        let wire = Wire::new()
            .request(1, 2, "SUBSCRIBE", &["Event: presence"])
            .response(2, 1, "403 Forbidden", &["CSeq: 1 SUBSCRIBE"]);
        much_later(wire).says_nothing(&RULE);
    }
}
