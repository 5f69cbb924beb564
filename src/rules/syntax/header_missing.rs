//! A header field that every message has is not there.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::{Name, ProblemKind};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN01",
    name: "header-missing",
    family: Family::Syntax,
    severity: Severity::Error,
    flags: "A message without To, From, Call-ID, CSeq or Via.",
    matters: "It cannot be put to any call or transaction.",
    cause: "A message built by hand, or a document that leaves fields out.",
    silenced: &["The header section was not captured to its end, or dots stand among its fields."],
    citations: &[rfc("RFC 3261", "8.1.1"), rfc("RFC 3261", "8.2.6.2")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.has_all_headers() {
        return verdicts.not_provable();
    }
    let problems = seen.problems().iter();
    let missing = problems.filter(|problem| {
        // A family of its own judges Max-Forwards.
        problem.kind == ProblemKind::Missing && problem.name != Name::MaxForwards
    });
    let missing: Vec<_> = missing.map(|problem| problem.name.spelling()).collect();
    verdicts.check(missing.is_empty(), || {
        let mut fault = Fault::missing(seen).got(format!("no {}", missing.join(", ")));
        fault.bytes = fault.got.clone().into_bytes();
        fault.expected("the header fields that every such message has")
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
            .request(1, 2, "INVITE", &["-To"])
            .fails(&RULE, "no To");
        Wire::new()
            .response(2, 1, "200 OK", &["-CSeq"])
            .fails(&RULE, "no CSeq");
        Wire::new()
            .request(1, 2, "INVITE", &["-To", "-From"])
            .fails(&RULE, "no From, To");
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
        Wire::new()
            .request(1, 2, "INVITE", &["-To"])
            .spoiled(Spoiled::ABRIDGED)
            .cannot_tell(&RULE);
    }
}
