//! A step whose title names another message than the one that is printed for it.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DocumentScene, Fault, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DOC01",
    name: "title-of-other-message",
    family: Family::Document,
    severity: Severity::Warning,
    flags: "A step of a document whose title names another method or status than the message that is printed for it.",
    matters: "Nobody can tell which of the two is meant, and who builds after the document takes one of them.",
    cause: "A step that was copied from another one, title or example.",
    silenced: &[
        "A title that names no method and no status.",
        "The title of a response may name the method that it answers.",
    ],
    citations: &[rfc("RFC 3261", "7.1"), rfc("RFC 3261", "7.2")],
    check: Check::Document(check),
};

fn check(document: &DocumentScene<'_>, verdicts: &mut Verdicts) {
    for step in document.steps() {
        let title = &step.step.title;
        let mut wrong = step.step.contradictions.iter();
        match (wrong.find(|one| one.what == "message"), step.message) {
            (None, None) => {}
            (None, Some(_)) => verdicts.pass(),
            (Some(wrong), message) => {
                let fault = Fault::written(document.flow, title).expected(&wrong.is);
                verdicts.fail(match message {
                    Some(message) => fault.with(&message, message.sip.first_line_text()),
                    None => fault,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn printed() -> Wire {
        Wire::new()
            .step("INVITE request (UE to P-CSCF)")
            .request(1, 2, "INVITE", &[])
            .step("200 OK response (P-CSCF to UE)")
            .response(2, 1, "180 Ringing", &[])
    }

    #[test]
    fn fails() {
        printed()
            .contradicted("message", "200", "180")
            .fails(&RULE, "200 OK response (P-CSCF to UE)");
    }

    #[test]
    fn passes() {
        printed().passes(&RULE);
        printed().contradicted("title", "one", "two").passes(&RULE);
    }

    #[test]
    fn says_nothing_where_there_is_no_document() {
        Wire::new().request(1, 2, "INVITE", &[]).says_nothing(&RULE);
    }
}
