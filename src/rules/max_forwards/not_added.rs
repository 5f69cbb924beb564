//! A proxy that passed on a request without Max-Forwards and did not add one.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "MF06",
    name: "max-forwards-not-added",
    family: Family::MaxForwards,
    severity: Severity::Warning,
    flags: "A request that came to a proxy without Max-Forwards, and left it without.",
    matters: "The proxy is the last that can see to it that the request does not go in circles.",
    cause: "A proxy that counts the field down where it is, and forgets it where it is not.",
    silenced: &[
        "The Via list does not show that both are one request, or the node is a back-to-back user agent.",
        "The header section was not captured to its end.",
    ],
    citations: &[rfc("RFC 3261", "16.6 step 3")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    if !relay.is_request() || relay.before.sip.has(Name::MaxForwards) {
        return;
    }
    if relay.after.sip.has(Name::MaxForwards) {
        return verdicts.pass();
    }
    let whole = relay.before.has_all_headers() && relay.after.has_all_headers();
    if !relay.is_proxied() || !whole {
        return verdicts.not_provable();
    }
    let fault = Fault::missing(&relay.after).about(Name::MaxForwards);
    let fault = fault.with(&relay.before, relay.before.sip.first_line_text());
    verdicts.fail(fault.expected("Max-Forwards: 70"));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn passed_on(second: &str) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &["-Max-Forwards"])
            .request(
                2,
                3,
                "INVITE",
                &[
                    "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2",
                    "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
                    second,
                ],
            )
    }

    #[test]
    fn fails() {
        passed_on("-Max-Forwards").fails(&RULE, "no Max-Forwards");
    }

    #[test]
    fn passes() {
        passed_on("Max-Forwards: 70").passes(&RULE);
    }

    #[test]
    fn not_provable() {
        passed_on("-Max-Forwards").cut().cannot_tell(&RULE);
        Wire::new()
            .request(1, 2, "INVITE", &["-Max-Forwards"])
            .request(2, 3, "INVITE", &["-Max-Forwards"])
            .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_where_there_was_one() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .request(2, 3, "INVITE", &["-Max-Forwards"])
            .says_nothing(&RULE);
    }
}
