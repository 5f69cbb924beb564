//! A header field of requests in an answer.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN15",
    name: "request-field-in-answer",
    family: Family::Syntax,
    severity: Severity::Warning,
    flags: "An answer with a header field that only requests have, such as Event, Max-Forwards or Route.",
    matters: "Who gets it has to leave it aside: what it was meant to say is not said.",
    cause: "A server that builds its answer from a copy of the request, or an example that was made so.",
    silenced: &[
        "Fields that may stand in both, such as Expires, Require and Record-Route.",
        "Fields of extensions that say nothing of it.",
    ],
    citations: &[
        rfc("RFC 3261", "7.3.2"),
        rfc("RFC 3261", "20"),
        rfc("RFC 6665", ""),
    ],
    check: Check::Message(check),
};

/// Those that RFC 3261 20 (table 2), RFC 3262, RFC 3515, RFC 3891, RFC 3903 and RFC 6665 have in requests only.
const OF_REQUESTS: [Name; 12] = [
    Name::Authorization,
    Name::Event,
    Name::InReplyTo,
    Name::MaxForwards,
    Name::ProxyAuthorization,
    Name::ProxyRequire,
    Name::RAck,
    Name::ReferTo,
    Name::Replaces,
    Name::Route,
    Name::SipIfMatch,
    Name::SubscriptionState,
];

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if seen.is_request() {
        return;
    }
    let mut any = false;
    for name in OF_REQUESTS {
        if let Some(text) = seen.sip.value(name) {
            any = true;
            let expected = format!("no {} in an answer", name.spelling());
            verdicts.fail(Fault::at(seen, text).expected(expected));
        }
    }
    if !any {
        verdicts.pass();
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        for (line, value) in [
            ("Event: presence", "presence"),
            ("o: presence", "presence"),
            ("Max-Forwards: 70", "70"),
            ("Route: <sip:192.0.2.9;lr>", "<sip:192.0.2.9;lr>"),
        ] {
            Wire::new()
                .response(2, 1, "200 OK", &[line])
                .fails(&RULE, value);
        }
    }

    #[test]
    fn the_same_further_on_follows_from_the_first() {
        let event = ["Event: presence"];
        Wire::new()
            .passed(&[1, 2, 3], "SUBSCRIBE", &[&event])
            .passed_back(&[1, 2, 3], "SUBSCRIBE", "200 OK", &[&event])
            .fails(&RULE, "presence");
    }

    #[test]
    fn passes() {
        Wire::new()
            .response(2, 1, "200 OK", &["Expires: 60", "Require: timer"])
            .passes(&RULE);
    }

    #[test]
    fn says_nothing_of_requests() {
        Wire::new()
            .request(1, 2, "SUBSCRIBE", &["Event: presence"])
            .says_nothing(&RULE);
    }
}
