//! A 423 that does not say which time would be long enough.

use super::answered;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT05",
    name: "min-expires-missing",
    family: Family::Event,
    severity: Severity::Error,
    flags: "A 423 (Interval Too Brief) without Min-Expires.",
    matters: "The client can only guess which time to ask for.",
    cause: "A server that rejects without saying why.",
    silenced: &["The header section was not captured to its end."],
    citations: &[
        rfc("RFC 3261", "10.3"),
        rfc("RFC 6665", "4.2.1.1"),
        rfc("RFC 3903", "6"),
    ],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some((_, answer)) = answered(hop, &["REGISTER", "SUBSCRIBE", "PUBLISH"], 423..424) else {
        return;
    };
    if answer.sip.has(Name::MinExpires) {
        return verdicts.pass();
    }
    if !answer.has_all_headers() {
        return verdicts.not_provable();
    }
    verdicts.fail(
        Fault::missing(&answer)
            .about(Name::MinExpires)
            .expected("Min-Expires with the shortest time"),
    );
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn answered(lines: &[&str]) -> Wire {
        let lines = [lines, &["CSeq: 1 REGISTER"]].concat();
        Wire::new()
            .request(1, 2, "REGISTER", &["Expires: 1"])
            .response(2, 1, "423 Interval Too Brief", &lines)
    }

    #[test]
    fn fails() {
        answered(&[]).fails(&RULE, "no Min-Expires");
    }

    #[test]
    fn passes() {
        answered(&["Min-Expires: 60"]).passes(&RULE);
    }

    #[test]
    fn not_provable() {
        answered(&[]).cut().cannot_tell(&RULE);
    }
}
