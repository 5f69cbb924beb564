//! A step whose title names another message than the one that is printed for it.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DocumentScene, Fault, Seen, Verdicts};
use crate::sip::METHODS;

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
        // Where none is printed the request that is answered tells.
        let other = step.step.contradictions.iter();
        let other = other.filter(|one| one.what == "message" && step.message.is_none());
        for other in other {
            verdicts.fail(Fault::written(document.flow, title).expected(&other.is));
        }
        let Some((message, named)) = step.message.zip(named(&title.text)) else {
            continue;
        };
        let line = message.sip.first_line_text();
        verdicts.check(is(&message, &named), || {
            let fault = Fault::written(document.flow, title);
            fault.with(&message, line).expected(line.lossy())
        });
    }
}

/// What a title names.
enum Named {
    Status(u16),
    Method(String),
}

/// The first status of a title; without one, its first method.
fn named(title: &str) -> Option<Named> {
    let words = || title.split(|letter: char| !letter.is_ascii_alphanumeric());
    let is_status = |word: &&str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
    let status = words().find(is_status).and_then(|word| word.parse().ok());
    let status = status.filter(|status| (100..700).contains(status));
    let method = || words().find(|word| METHODS.contains(word));
    let method = || method().map(|method| Named::Method(method.to_owned()));
    status.map(Named::Status).or_else(method)
}

fn is(message: &Seen<'_>, named: &Named) -> bool {
    match named {
        Named::Status(status) => message.sip.status() == Some(*status),
        Named::Method(method) if message.is_request() => message.is(method),
        Named::Method(method) => {
            let asked = message.cseq().map(|cseq| cseq.method);
            asked.is_some_and(|asked| asked == method.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn answered(title: &str) -> Wire {
        Wire::new()
            .step("INVITE request (UE to P-CSCF)")
            .request(1, 2, "INVITE", &[])
            .step(title)
            .response(2, 1, "180 Ringing", &[])
    }

    #[test]
    fn fails() {
        answered("200 OK response (P-CSCF to UE)").fails(&RULE, "200 OK response (P-CSCF to UE)");
        answered("SUBSCRIBE request").fails(&RULE, "SUBSCRIBE request");
        Wire::new()
            .step("NOTIFY request (UE to P-CSCF)")
            .request(1, 2, "INVITE", &[])
            .fails(&RULE, "NOTIFY request (UE to P-CSCF)");
    }

    #[test]
    fn passes() {
        for title in [
            "180 Ringing",
            "180 (Ringing) response to INVITE",
            "INVITE response",
        ] {
            answered(title).passes(&RULE);
        }
    }

    #[test]
    fn says_nothing_of_titles_without_a_message() {
        Wire::new()
            .step("The user is called")
            .request(1, 2, "INVITE", &[])
            .says_nothing(&RULE);
    }
}
