//! A step whose number is not the one that it has by its place.

use super::contradictions;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DocumentScene, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DOC02",
    name: "step-number-out-of-order",
    family: Family::Document,
    severity: Severity::Warning,
    flags: "A step of a document whose number is not that of its place among the steps.",
    matters: "A reader looks for a step that is not there, or takes one for another.",
    cause: "A step that was put in or taken out, after which the others were not numbered again.",
    silenced: &["Numbers with letters and alternatives such as 5a."],
    citations: &[rfc("3GPP TR 21.801", "")],
    check: Check::Document(check),
};

fn check(document: &DocumentScene<'_>, verdicts: &mut Verdicts) {
    contradictions(document, &["number"], verdicts);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::document::printed;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        printed().contradicted("number", "4", "3").fails(&RULE, "4");
    }

    #[test]
    fn a_sentence_that_counts_otherwise_is_one_finding() {
        printed()
            .contradicted("number", "4", "3-1")
            .contradicted("number", "5", "3-2")
            .fails(&RULE, "4, 5");
    }

    #[test]
    fn passes() {
        printed().passes(&RULE);
        printed().contradicted("table", "one", "two").passes(&RULE);
    }

    #[test]
    fn says_nothing_where_there_is_no_document() {
        Wire::new().request(1, 2, "INVITE", &[]).says_nothing(&RULE);
    }
}
