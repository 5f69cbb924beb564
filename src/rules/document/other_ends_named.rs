//! A text that names other ends of a message than the steps around it.

use super::contradictions;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DocumentScene, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DOC03",
    name: "other-ends-named",
    family: Family::Document,
    severity: Severity::Warning,
    flags: "A title or sentence of a document, or the name of a test case, that names another sender or receiver than the rest of its flow, or than the Via of the message.",
    matters: "Nobody can tell which element has to send the message, and who builds after the document may build the wrong one.",
    cause: "A step that was copied from another one, of which only one place was changed.",
    silenced: &["Names that the document uses for the same element."],
    citations: &[rfc("3GPP TR 21.801", "")],
    check: Check::Document(check),
};

fn check(document: &DocumentScene<'_>, verdicts: &mut Verdicts) {
    contradictions(document, &["sender", "receiver", "title", "name"], verdicts);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::document::printed;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        printed()
            .contradicted("sender", "S-CSCF", "P-CSCF")
            .fails(&RULE, "S-CSCF");
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
