//! A request whose CSeq names another method.

use super::judge;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Seen, Verdicts};
use crate::sip::ProblemKind;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN03",
    name: "cseq-of-other-method",
    family: Family::Syntax,
    severity: Severity::Error,
    flags: "A request whose CSeq names another method than its first line.",
    matters: "Its answers are put to another transaction.",
    cause: "A request that was built from another one.",
    silenced: &[],
    citations: &[rfc("RFC 3261", "8.1.1.5")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    judge(seen, &RULE, verdicts, |kind| {
        use ProblemKind::*;
        matches!(kind, MethodDiffers)
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        Wire::new()
            .request(1, 2, "INVITE", &["CSeq: 1 BYE"])
            .fails(&RULE, "BYE");
    }

    #[test]
    fn passes() {
        Wire::new().request(1, 2, "INVITE", &[]).passes(&RULE);
    }
}
