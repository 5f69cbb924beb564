//! A method that is spelled as none is.

use super::contradictions;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DocumentScene, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DOC04",
    name: "method-misspelled",
    family: Family::Document,
    severity: Severity::Warning,
    flags: "A title, caption or sentence of a document with a method that is spelled as none is.",
    matters: "Whoever searches the document for the method misses the step.",
    cause: "A slip of the pen.",
    silenced: &["Words that could be names of their own."],
    citations: &[rfc("RFC 3261", "7.1")],
    check: Check::Document(check),
};

fn check(document: &DocumentScene<'_>, verdicts: &mut Verdicts) {
    contradictions(document, &["method"], verdicts);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::document::printed;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        printed()
            .contradicted("method", "SUSBCRIBE", "SUBSCRIBE")
            .fails(&RULE, "SUSBCRIBE");
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
