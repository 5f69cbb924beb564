//! A 2xx answer to PUBLISH without an entity-tag.

use super::answered;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT04",
    name: "entity-tag-missing",
    family: Family::Event,
    severity: Severity::Error,
    flags: "A 2xx answer to PUBLISH without SIP-ETag.",
    matters: "The client can neither refresh nor change nor remove what it published.",
    cause: "A proxy that answers in the place of the server, or an example that leaves the field out.",
    silenced: &["The header section was not captured to its end."],
    citations: &[rfc("RFC 3903", "6"), rfc("RFC 3903", "11.3.1")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some((_, answer)) = answered(hop, &["PUBLISH"], 200..300) else {
        return;
    };
    if answer.sip.has(Name::SipEtag) {
        return verdicts.pass();
    }
    if !answer.has_all_headers() {
        return verdicts.not_provable();
    }
    verdicts.fail(
        Fault::missing(&answer)
            .about(Name::SipEtag)
            .expected("SIP-ETag with a new entity-tag"),
    );
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn answered(lines: &[&str]) -> Wire {
        let lines = [lines, &["CSeq: 1 PUBLISH"]].concat();
        Wire::new()
            .request(1, 2, "PUBLISH", &["Event: presence"])
            .response(2, 1, "200 OK", &lines)
    }

    #[test]
    fn fails() {
        answered(&[]).fails(&RULE, "no SIP-ETag");
    }

    #[test]
    fn passes() {
        answered(&["SIP-ETag: a1"]).passes(&RULE);
    }

    #[test]
    fn not_provable() {
        answered(&[]).cut().cannot_tell(&RULE);
    }
}
