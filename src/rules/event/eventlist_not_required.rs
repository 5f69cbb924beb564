//! A NOTIFY about a list of resources that does not require the extension.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT21",
    name: "eventlist-not-required",
    family: Family::Event,
    severity: Severity::Warning,
    flags: "A NOTIFY with a list of resources (multipart/related with application/rlmi+xml) without eventlist in Require.",
    matters: "A subscriber that does not know lists takes the body for something else.",
    cause: "A list server that only looks at the Supported of the SUBSCRIBE.",
    silenced: &["The header section was not captured to its end."],
    citations: &[rfc("RFC 4662", "")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.is("NOTIFY") {
        return;
    }
    let Some(kind) = seen.sip.item(Name::ContentType) else {
        return;
    };
    let root = kind.params.value("type").map(|root| root.unquoted());
    let is_list = root.is_some_and(|root| root.is("application/rlmi+xml"));
    if !is_list || !kind.is_media_type("multipart", "related") {
        return;
    }
    if seen.sip.has_token(Name::Require, "eventlist") {
        return verdicts.pass();
    }
    if !seen.has_all_headers() {
        return verdicts.not_provable();
    }
    let fault = Fault::at(seen, kind.text).got("no Require: eventlist");
    verdicts.fail(fault.expected("Require: eventlist"));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn told(require: &str) -> Wire {
        let kind = "Content-Type: multipart/related; type=\"application/rlmi+xml\"; boundary=b";
        let lines = [
            "Event: presence",
            "Subscription-State: active",
            kind,
            require,
        ];
        Wire::new().request(1, 2, "NOTIFY", &lines)
    }

    #[test]
    fn fails() {
        told("Require: 100rel").fails(&RULE, "no Require: eventlist");
    }

    #[test]
    fn passes() {
        told("Require: 100rel, eventlist").passes(&RULE);
    }

    #[test]
    fn not_provable() {
        told("Subject: x").cut().cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_other_bodies() {
        let kind = "Content-Type: application/pidf+xml";
        Wire::new()
            .request(1, 2, "NOTIFY", &["Event: presence", kind])
            .says_nothing(&RULE);
    }
}
