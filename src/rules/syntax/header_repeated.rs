//! A header field that may stand once stands there several times.

use super::judge;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Seen, Verdicts};
use crate::sip::ProblemKind;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN02",
    name: "header-repeated",
    family: Family::Syntax,
    severity: Severity::Error,
    flags: "A header field of which there may be one only stands there again.",
    matters: "Which of them counts is up to the implementation: two nodes see two different messages.",
    cause: "A proxy that adds what is there already.",
    silenced: &[],
    citations: &[rfc("RFC 3261", "7.3.1")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    judge(seen, &RULE, verdicts, |kind| {
        use ProblemKind::*;
        matches!(kind, Repeated)
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        let twice = ["Max-Forwards: 70", "Max-Forwards: 69"];
        Wire::new()
            .request(1, 2, "INVITE", &twice)
            .fails(&RULE, "69");
    }

    #[test]
    fn passes() {
        let vias = [
            "Via: SIP/2.0/UDP a;branch=z9hG4bK1",
            "Via: SIP/2.0/UDP b;branch=z9hG4bK2",
        ];
        Wire::new().request(1, 2, "INVITE", &vias).passes(&RULE);
    }
}
