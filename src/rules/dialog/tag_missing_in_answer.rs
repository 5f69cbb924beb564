//! An answer whose To has no tag.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DLG02",
    name: "tag-missing-in-answer",
    family: Family::Dialog,
    severity: Severity::Error,
    flags: "An answer other than 100 whose To has no tag.",
    matters: "No dialog can come of it, and answers of two branches of a fork cannot be told apart.",
    cause: "A server or gateway of RFC 2543, or an error answer that is made in a hurry.",
    silenced: &["100 (Trying), which need not have one."],
    citations: &[rfc("RFC 3261", "8.2.6.2")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    let (Some(status), Some(to)) = (seen.sip.status(), seen.to()) else {
        return;
    };
    if status == 100 {
        return;
    }
    verdicts.check(to.tag().is_some_and(|tag| !tag.is_empty()), || {
        let text = seen.sip.value(Name::To).unwrap_or_default();
        Fault::at(seen, text).expected("a tag behind the address")
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const WITHOUT: &str = "To: <sip:bob@example.org>";

    #[test]
    fn fails() {
        Wire::new()
            .response(2, 1, "404 Not Found", &[WITHOUT])
            .fails(&RULE, "<sip:bob@example.org>");
    }

    #[test]
    fn passes() {
        Wire::new().response(2, 1, "200 OK", &[]).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_trying() {
        Wire::new()
            .response(2, 1, "100 Trying", &[WITHOUT])
            .says_nothing(&RULE);
    }

    #[test]
    fn the_same_answer_further_on_follows_from_the_first() {
        let (one, two) = (
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
            "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2",
        );
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .request(2, 3, "INVITE", &[two, one])
            .response(3, 2, "404 Not Found", &[two, one, WITHOUT])
            .response(2, 1, "404 Not Found", &[one, WITHOUT])
            .fails(&RULE, "<sip:bob@example.org>");
    }
}
