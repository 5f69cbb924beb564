//! A URI without the angle brackets that it needs.

use super::judge;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Seen, Verdicts};
use crate::sip::ProblemKind;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN07",
    name: "brackets-missing",
    family: Family::Syntax,
    severity: Severity::Error,
    flags: "An address without the angle brackets that its comma, question mark, semicolon or header field asks for, or with one bracket or quotation mark only.",
    matters: "Parameters of the URI are taken for those of the header field: a Route loses its lr.",
    cause: "An example or configuration in which the brackets were left out.",
    silenced: &[],
    citations: &[
        rfc("RFC 3261", "20.10"),
        rfc("RFC 3261", "20.34"),
        rfc("RFC 3261", "20.30"),
        rfc("RFC 7315", "5"),
    ],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    judge(seen, &RULE, verdicts, |kind| {
        use ProblemKind::*;
        matches!(kind, BracketsNeeded | BracketsAlways | Bracket | Quote)
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        let bare = "Record-Route: sip:proxy.example.org;lr";
        Wire::new()
            .request(1, 2, "INVITE", &[bare])
            .fails(&RULE, "sip:proxy.example.org");
    }

    #[test]
    fn passes() {
        Wire::new()
            .request(1, 2, "INVITE", &["From: sip:alice@example.org;tag=a"])
            .passes(&RULE);
    }
}
