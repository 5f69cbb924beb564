//! A NOTIFY for a subscription that an earlier one ended.

use super::number;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, SubscriptionScene, SubscriptionStep, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT11",
    name: "told-after-end",
    family: Family::Event,
    severity: Severity::Warning,
    flags: "A NOTIFY that follows, with a higher CSeq, one that said terminated and was accepted.",
    matters: "The subscriber has forgotten the subscription and answers 481.",
    cause: "A notifier that still works off changes after it has ended the subscription.",
    silenced: &[
        "A NOTIFY with a lower number was only late.",
        "A NOTIFY that was not accepted may be sent again.",
        "A SUBSCRIBE between the two may have begun it again.",
    ],
    citations: &[
        rfc("RFC 3265", "3.2.4"),
        rfc("RFC 6665", "4.1.3"),
        rfc("RFC 6665", "4.4.1"),
    ],
    check: Check::Subscription(check),
};

fn check(subscription: &SubscriptionScene<'_>, verdicts: &mut Verdicts) {
    let mut end: Option<Seen<'_>> = None;
    for step in subscription.steps() {
        let Some(request) = step.request() else {
            continue;
        };
        if !step.is_notify() {
            end = None;
            continue;
        }
        match end {
            None => verdicts.pass(),
            Some(end) if number(&request) > number(&end) => {
                let last = end.sip.value(Name::SubscriptionState).unwrap_or_default();
                let fault = Fault::at(&request, request.sip.first_line_text()).with(&end, last);
                let expected = "no NOTIFY behind the one that said terminated";
                return verdicts.fail(fault.expected(expected));
            }
            Some(_) => {}
        }
        end = end.or(Some(request).filter(|_| ends(&step, &request)));
    }
}

fn ends(step: &SubscriptionStep<'_>, notify: &Seen<'_>) -> bool {
    let state = notify.sip.subscription_state();
    state.is_some_and(|state| state.state.is("terminated"))
        && step
            .step
            .status
            .is_some_and(|status| (200..300).contains(&status))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::event::testing::{again, notified, subscribed};
    use crate::rules::testing::Wire;

    fn ended(status: &str) -> Wire {
        notified(
            subscribed(&[]),
            5,
            "terminated;reason=noresource",
            &[],
            status,
        )
    }

    #[test]
    fn fails() {
        notified(ended("200 OK"), 6, "active;expires=60", &[], "481 Unknown")
            .fails(&RULE, "NOTIFY sip:bob@example.org SIP/2.0");
    }

    #[test]
    fn passes() {
        let wire = notified(subscribed(&[]), 1, "pending;expires=600", &[], "200 OK");
        notified(wire, 2, "terminated;reason=rejected", &[], "200 OK").passes(&RULE);
    }

    #[test]
    fn passes_where_it_was_late() {
        notified(ended("200 OK"), 4, "active;expires=60", &[], "200 OK").passes(&RULE);
    }

    #[test]
    fn passes_where_the_end_was_refused() {
        let wire = ended("401 Unauthorized");
        notified(wire, 6, "terminated;reason=noresource", &[], "200 OK").passes(&RULE);
    }

    #[test]
    fn passes_where_it_was_begun_again() {
        notified(again(ended("200 OK"), 2, 600), 6, "active", &[], "200 OK").passes(&RULE);
    }
}
