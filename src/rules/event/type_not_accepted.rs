//! A NOTIFY with a body of a type that the subscriber did not ask for.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, SubscriptionScene, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT13",
    name: "told-type-not-accepted",
    family: Family::Event,
    severity: Severity::Warning,
    flags: "A NOTIFY with a body whose Content-Type is not among what the Accept of the SUBSCRIBE lists.",
    matters: "The subscriber cannot read it.",
    cause: "A notifier that knows one type only, or a subscriber that lists the name of an old draft.",
    silenced: &[
        "Without Accept the event package tells what is accepted.",
        "Ranges such as */* and application/*.",
        "A later SUBSCRIBE may list other types: of all that were listed one has to fit.",
    ],
    citations: &[
        rfc("RFC 3265", ""),
        rfc("RFC 6665", ""),
        rfc("RFC 3261", "20.1"),
    ],
    check: Check::Subscription(check),
};

fn check(subscription: &SubscriptionScene<'_>, verdicts: &mut Verdicts) {
    let asking: Vec<_> = subscription
        .requests()
        .filter_map(|step| step.request())
        .collect();
    let all_say = asking.iter().all(|request| request.sip.has(Name::Accept));
    let Some(first) = asking.first().filter(|_| all_say) else {
        return;
    };
    for notify in subscription.notifies().filter_map(|step| step.request()) {
        let item = notify.sip.item(Name::ContentType);
        let Some((item, (main, sub))) = item.and_then(|item| Some((item, item.media_type()?)))
        else {
            continue;
        };
        if notify.sip.body().text.is_empty() {
            continue;
        }
        let fits = |request: &Seen<'_>| {
            let mut accepted = request.sip.items(Name::Accept);
            accepted.any(|range| match range.media_type() {
                Some((of, any)) if any.is("*") => of.is("*") || of.is(&main.lossy()),
                Some((of, kind)) => of.is(&main.lossy()) && kind.is(&sub.lossy()),
                None => true,
            })
        };
        verdicts.check(asking.iter().any(fits), || {
            let accept = first.sip.value(Name::Accept).unwrap_or_default();
            let fault = Fault::at(&notify, item.word).with(first, accept);
            fault.expected("a type that Accept lists")
        });
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::event::testing::{notified, subscribed};

    const BODY: [&str; 4] = [
        "Content-Type: application/pidf+xml;charset=utf-8",
        "Content-Length: 4",
        "",
        "<a/>",
    ];

    #[test]
    fn fails() {
        let wire = subscribed(&["Accept: application/cpim-pidf+xml, text/plain"]);
        notified(wire, 1, "active", &BODY, "200 OK").fails(&RULE, "application/pidf+xml");
    }

    #[test]
    fn passes() {
        for accept in [
            "application/pidf+xml",
            "text/plain, Application/PIDF+xml;q=0.5",
            "application/*",
            "*/*",
        ] {
            let wire = subscribed(&[&format!("Accept: {accept}")]);
            notified(wire, 1, "active", &BODY, "200 OK").passes(&RULE);
        }
    }

    #[test]
    fn says_nothing_without_accept_or_body() {
        notified(subscribed(&[]), 1, "active", &BODY, "200 OK").says_nothing(&RULE);
        let wire = subscribed(&["Accept: text/plain"]);
        notified(wire, 1, "active", &[], "200 OK").says_nothing(&RULE);
    }
}
