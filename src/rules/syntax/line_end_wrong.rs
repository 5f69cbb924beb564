//! Lines that do not end with CR LF.

use super::judge;
use crate::base::Spoiled;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Seen, Verdicts};
use crate::sip::ProblemKind;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN05",
    name: "line-end-wrong",
    family: Family::Syntax,
    severity: Severity::Warning,
    flags: "A header line that ends with LF alone, or a CR that no LF follows.",
    matters: "Some parsers take the message for malformed, others for one with another body.",
    cause: "Text that was written with the line ends of an editor.",
    silenced: &["A log or document does not keep line ends."],
    citations: &[rfc("RFC 3261", "7"), rfc("RFC 3261", "25.1")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.keeps(Spoiled::LINE_ENDS) {
        return verdicts.not_provable();
    }
    judge(seen, &RULE, verdicts, |kind| {
        use ProblemKind::*;
        matches!(kind, LineEnd | StrayReturn)
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::base::Spoiled;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        let bare = "Subject: one\nUser-Agent: two";
        Wire::new()
            .request(1, 2, "INVITE", &[bare])
            .fails(&RULE, "\n");
    }

    #[test]
    fn passes() {
        Wire::new().request(1, 2, "INVITE", &[]).passes(&RULE);
    }

    #[test]
    fn not_provable() {
        let wire = Wire::new().request(1, 2, "INVITE", &["Subject: one\nUser-Agent: two"]);
        wire.spoiled(Spoiled::LINE_ENDS).cannot_tell(&RULE);
    }
}
