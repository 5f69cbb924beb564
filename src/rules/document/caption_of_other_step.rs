//! A caption of a table that names other ends or another procedure than the step it belongs to.

use super::contradictions;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DocumentScene, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DOC07",
    name: "caption-of-other-step",
    family: Family::Document,
    severity: Severity::Warning,
    flags: "A caption of an example or table whose message, ends or procedure are not those of the step that it belongs to.",
    matters: "Nobody can tell which of the two is meant.",
    cause: "A table that was copied from another step with its caption.",
    silenced: &["Names that the document uses for the same element."],
    citations: &[rfc("3GPP TR 21.801", "")],
    check: Check::Document(check),
};

fn check(document: &DocumentScene<'_>, verdicts: &mut Verdicts) {
    contradictions(document, &["caption"], verdicts);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::document::printed;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        printed()
            .contradicted("caption", "Location query", "Registration query")
            .fails(&RULE, "Location query");
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
