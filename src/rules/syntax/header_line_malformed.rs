//! A line of the header section that is no header field.

use super::judge;
use crate::base::Spoiled;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Seen, Verdicts};
use crate::sip::ProblemKind;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN06",
    name: "header-line-malformed",
    family: Family::Syntax,
    severity: Severity::Error,
    flags: "A line without a colon, a name that is no token, control characters or bytes that are no UTF-8.",
    matters: "What stands in that line is lost, or taken for something else.",
    cause: "A field that was broken over two lines without white space in front of the second.",
    silenced: &["White space and line ends that a log changed."],
    citations: &[rfc("RFC 3261", "7.3.1"), rfc("RFC 3261", "25.1")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.keeps(Spoiled::SPACES) {
        return verdicts.not_provable();
    }
    judge(seen, &RULE, verdicts, |kind| {
        use ProblemKind::*;
        matches!(kind, NoColon | FieldName | Nul | ControlCharacter | Utf8)
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::base::Spoiled;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        Wire::new()
            .request(1, 2, "INVITE", &["Subject one"])
            .fails(&RULE, "Subject one");
    }

    #[test]
    fn passes() {
        Wire::new()
            .request(1, 2, "INVITE", &["Subject: one,", " and more"])
            .passes(&RULE);
    }

    #[test]
    fn not_provable() {
        let wire = Wire::new().request(1, 2, "INVITE", &["Subject one"]);
        wire.spoiled(Spoiled::SPACES).cannot_tell(&RULE);
    }
}
