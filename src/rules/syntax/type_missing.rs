//! A body that nothing says the type of.

use super::judge;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Seen, Verdicts};
use crate::sip::ProblemKind;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN09",
    name: "type-missing",
    family: Family::Syntax,
    severity: Severity::Error,
    flags: "A body without a Content-Type that says what it is.",
    matters: "The receiver has to guess, or answers 415.",
    cause: "A field that a proxy took away, or an example without it.",
    silenced: &["A body that was not captured."],
    citations: &[rfc("RFC 3261", "7.4.1"), rfc("RFC 3261", "20.15")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    judge(seen, &RULE, verdicts, |kind| {
        use ProblemKind::*;
        matches!(kind, ContentType)
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        let lines = ["Content-Length: 7", "", "hello"];
        Wire::new()
            .request(1, 2, "INVITE", &lines)
            .fails(&RULE, "hello\r\n");
    }

    #[test]
    fn passes() {
        Wire::new().request(1, 2, "INVITE", &[]).passes(&RULE);
    }
}
