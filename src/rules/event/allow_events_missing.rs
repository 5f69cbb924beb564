//! A 489 that does not say which event packages there are.

use super::answered;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT06",
    name: "allow-events-missing",
    family: Family::Event,
    severity: Severity::Warning,
    flags: "A 489 (Bad Event) without Allow-Events.",
    matters: "The client cannot tell which packages it could use.",
    cause: "A server that rejects without saying why.",
    silenced: &["The header section was not captured to its end."],
    citations: &[rfc("RFC 3265", ""), rfc("RFC 6665", "8.3.2")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some((_, answer)) = answered(hop, &["SUBSCRIBE", "NOTIFY", "PUBLISH"], 489..490) else {
        return;
    };
    if answer.sip.has(Name::AllowEvents) {
        return verdicts.pass();
    }
    if !answer.has_all_headers() {
        return verdicts.not_provable();
    }
    verdicts.fail(
        Fault::missing(&answer)
            .about(Name::AllowEvents)
            .expected("Allow-Events with the packages there are"),
    );
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn answered(lines: &[&str]) -> Wire {
        let lines = [lines, &["CSeq: 1 SUBSCRIBE"]].concat();
        Wire::new()
            .request(1, 2, "SUBSCRIBE", &["Event: odd"])
            .response(2, 1, "489 Bad Event", &lines)
    }

    #[test]
    fn fails() {
        answered(&[]).fails(&RULE, "no Allow-Events");
    }

    #[test]
    fn passes() {
        answered(&["Allow-Events: presence, reg"]).passes(&RULE);
    }

    #[test]
    fn not_provable() {
        answered(&[]).cut().cannot_tell(&RULE);
    }
}
