//! A SUBSCRIBE, NOTIFY or PUBLISH that does not say which event package it is about.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT01",
    name: "event-missing",
    family: Family::Event,
    severity: Severity::Error,
    flags: "A SUBSCRIBE, NOTIFY or PUBLISH without Event.",
    matters: "Nobody knows what is subscribed to, told or published; servers answer 489.",
    cause: "Message waiting indications from before RFC 3842, or an example that leaves the field out.",
    silenced: &["The header section was not captured to its end."],
    citations: &[
        rfc("RFC 3265", "7.2.1"),
        rfc("RFC 6665", "8.2.1"),
        rfc("RFC 3903", "4"),
    ],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !["SUBSCRIBE", "NOTIFY", "PUBLISH"]
        .iter()
        .any(|method| seen.is(method))
    {
        return;
    }
    if seen.sip.has(Name::Event) {
        return verdicts.pass();
    }
    if !seen.has_all_headers() {
        return verdicts.not_provable();
    }
    verdicts.fail(
        Fault::missing(seen)
            .about(Name::Event)
            .expected("Event with the name of the event package"),
    );
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        for method in ["SUBSCRIBE", "NOTIFY", "PUBLISH"] {
            Wire::new()
                .request(1, 2, method, &[])
                .fails(&RULE, "no Event");
        }
    }

    #[test]
    fn passes() {
        Wire::new()
            .request(1, 2, "SUBSCRIBE", &["Event: presence"])
            .passes(&RULE);
        Wire::new()
            .request(1, 2, "SUBSCRIBE", &["o: presence"])
            .passes(&RULE);
    }

    #[test]
    fn not_provable() {
        Wire::new()
            .request(1, 2, "SUBSCRIBE", &[])
            .cut()
            .cannot_tell(&RULE);
    }
}
