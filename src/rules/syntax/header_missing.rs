//! A header field that every message has is not there.

use super::judge;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Seen, Verdicts};
use crate::sip::ProblemKind;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN01",
    name: "header-missing",
    family: Family::Syntax,
    severity: Severity::Error,
    flags: "A message without To, From, Call-ID, CSeq or Via.",
    matters: "It cannot be put to any call or transaction.",
    cause: "A message built by hand, or a document that leaves fields out.",
    silenced: &["The header section was not captured to its end."],
    citations: &[rfc("RFC 3261", "8.1.1"), rfc("RFC 3261", "8.2.6.2")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.has_all_headers() {
        return verdicts.not_provable();
    }
    judge(seen, verdicts, |kind| {
        use ProblemKind::*;
        matches!(kind, Missing)
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        Wire::new()
            .request(1, 2, "INVITE", &["-To"])
            .fails(&RULE, "no To");
        Wire::new()
            .response(2, 1, "200 OK", &["-CSeq"])
            .fails(&RULE, "no CSeq");
    }

    #[test]
    fn passes() {
        Wire::new().request(1, 2, "INVITE", &[]).passes(&RULE);
        Wire::new()
            .request(1, 2, "INVITE", &["t: <sip:bob@example.org>", "-To"])
            .passes(&RULE);
    }

    #[test]
    fn not_provable() {
        Wire::new()
            .request(1, 2, "INVITE", &["-To"])
            .cut()
            .cannot_tell(&RULE);
    }
}
