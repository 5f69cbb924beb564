//! A text that speaks of a message by the number of another one.

use super::contradictions;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DocumentScene, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DOC05",
    name: "reference-to-other-message",
    family: Family::Document,
    severity: Severity::Warning,
    flags: "A sentence of a document that tells of another message than its step shows, names a message by the number of another one, or calls a request a response.",
    matters: "A reader follows the reference to the wrong message.",
    cause: "A text that was copied from another step, or steps that were numbered again.",
    silenced: &["Numbers of steps for which no message is shown."],
    citations: &[rfc("3GPP TR 21.801", "")],
    check: Check::Document(check),
};

fn check(document: &DocumentScene<'_>, verdicts: &mut Verdicts) {
    contradictions(document, &["reference"], verdicts);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::document::printed;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        printed()
            .contradicted("reference", "NOTIFY (2)", "2 SUBSCRIBE")
            .fails(&RULE, "NOTIFY (2)");
    }

    #[test]
    fn passes() {
        printed().passes(&RULE);
        printed().contradicted("number", "one", "two").passes(&RULE);
    }

    #[test]
    fn says_nothing_where_there_is_no_document() {
        Wire::new().request(1, 2, "INVITE", &[]).says_nothing(&RULE);
    }
}
