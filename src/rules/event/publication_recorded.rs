//! A publication with Record-Route.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "EVT25",
    name: "publication-recorded",
    family: Family::Event,
    severity: Severity::Info,
    flags: "A PUBLISH with Record-Route.",
    matters: "It makes no dialog, so nobody uses the field: a proxy that wants to see the next PUBLISH does not by this.",
    cause: "A proxy that records itself in every request.",
    silenced: &["A PUBLISH within a dialog."],
    citations: &[rfc("RFC 3903", "")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.is("PUBLISH") || seen.message.to_tag().is_some() {
        return;
    }
    match seen.sip.value(Name::RecordRoute) {
        None => verdicts.pass(),
        Some(text) => verdicts.fail(Fault::at(seen, text).expected("no Record-Route")),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const RECORDED: &str = "Record-Route: <sip:192.0.2.2;lr>";

    fn published(lines: &[&str]) -> Wire {
        Wire::new().request(1, 2, "PUBLISH", &[&["Event: presence"], lines].concat())
    }

    #[test]
    fn fails() {
        published(&[RECORDED]).fails(&RULE, "<sip:192.0.2.2;lr>");
    }

    #[test]
    fn passes() {
        published(&[]).passes(&RULE);
    }

    #[test]
    fn says_nothing_within_a_dialog_and_of_other_requests() {
        Wire::new()
            .within(1, 2, "2 PUBLISH", &[RECORDED])
            .says_nothing(&RULE);
        Wire::new()
            .request(1, 2, "SUBSCRIBE", &[RECORDED])
            .says_nothing(&RULE);
    }
}
