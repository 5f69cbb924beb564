//! A text that names a table or figure that is not there, or is another one.

use super::contradictions;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DocumentScene, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DOC06",
    name: "other-figure-named",
    family: Family::Document,
    severity: Severity::Warning,
    flags: "A sentence or title of a document that names a table that does not exist or is that of another step, or a caption of a figure or table whose number is that of another section, or which does not fit the flow.",
    matters: "A reader looks at the wrong example, or finds none.",
    cause: "A section that was copied with its numbers from another document, or numbered again.",
    silenced: &["Tables of other documents and sections."],
    citations: &[rfc("3GPP TR 21.801", "")],
    check: Check::Document(check),
};

fn check(document: &DocumentScene<'_>, verdicts: &mut Verdicts) {
    contradictions(document, &["table", "figure"], verdicts);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::document::printed;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        printed()
            .contradicted("table", "6.1.1-9", "6.1.1-8")
            .fails(&RULE, "6.1.1-9");
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
