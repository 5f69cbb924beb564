//! A first line that is not written as the grammar has it.

use super::judge;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Seen, Verdicts};
use crate::sip::ProblemKind;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN04",
    name: "start-line-malformed",
    family: Family::Syntax,
    severity: Severity::Error,
    flags: "A first line with wrong spaces, another version, a URI in brackets or a status out of range.",
    matters: "Strict parsers answer 400 or drop the message.",
    cause: "A message built by hand; a trailing space in an example.",
    silenced: &[],
    citations: &[rfc("RFC 3261", "7.1"), rfc("RFC 3261", "7.2")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    judge(seen, &RULE, verdicts, |kind| {
        use ProblemKind::*;
        matches!(
            kind,
            StartLine | StartLineSpace | Version | UriInBrackets | StatusCode
        )
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        Wire::new()
            .request(1, 2, "INVITE", &["! INVITE sip:bob@example.org  SIP/2.0"])
            .fails(&RULE, "INVITE sip:bob@example.org  SIP/2.0");
        Wire::new()
            .request(1, 2, "INVITE", &["! INVITE <sip:bob@example.org> SIP/2.0"])
            .fails(&RULE, "<sip:bob@example.org>");
    }

    #[test]
    fn what_the_rule_cites_is_not_cited_in_the_finding_again() {
        let line = ["! INVITE sip:bob@example.org  SIP/2.0"];
        let (findings, _) = Wire::new().request(1, 2, "INVITE", &line).judge(&RULE);
        let expected = "one space between the parts of the first line and none around them";
        assert_eq!(findings[0].expected, expected);
    }

    #[test]
    fn passes() {
        Wire::new().request(1, 2, "INVITE", &[]).passes(&RULE);
        Wire::new().response(2, 1, "200 ", &[]).passes(&RULE);
    }
}
