//! A PUBLISH that begins a publication without a state.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT15",
    name: "publication-empty",
    family: Family::Event,
    severity: Severity::Error,
    flags: "A PUBLISH with neither SIP-If-Match nor a body.",
    matters: "It names no state and brings none: the server answers 400.",
    cause: "A client that wants to refresh its publication and forgets the entity-tag.",
    silenced: &[
        "The message was not captured whole.",
        "A document may leave out the body.",
    ],
    citations: &[rfc("RFC 3903", "4.1"), rfc("RFC 3903", "6")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.is("PUBLISH") {
        return;
    }
    if seen.sip.has(Name::SipIfMatch) || !seen.sip.body().text.is_empty() {
        return verdicts.pass();
    }
    if !seen.is_whole() || seen.is_told() {
        return verdicts.not_provable();
    }
    let fault = Fault::missing(seen).about(Name::SipIfMatch);
    verdicts.fail(fault.expected("a body, or SIP-If-Match with the entity-tag of the state"));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn published(lines: &[&str]) -> Wire {
        let lines = [&["Event: presence", "Expires: 600"], lines].concat();
        Wire::new().request(1, 2, "PUBLISH", &lines)
    }

    #[test]
    fn fails() {
        published(&[]).fails(&RULE, "no SIP-If-Match");
    }

    #[test]
    fn passes() {
        published(&["SIP-If-Match: a"]).passes(&RULE);
        let body = ["Content-Type: text/plain", "Content-Length: 6", "", "open"];
        published(&body).passes(&RULE);
    }

    #[test]
    fn not_provable() {
        published(&[]).cut().cannot_tell(&RULE);
        let printed = Wire::new().step("PUBLISH request");
        printed
            .request(1, 2, "PUBLISH", &["Event: presence"])
            .cannot_tell(&RULE);
    }
}
