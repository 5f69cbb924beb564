//! A header field that every message of its kind has is not there.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::{Name, ProblemKind};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SYN01",
    name: "header-missing",
    family: Family::Syntax,
    severity: Severity::Error,
    flags: "A message without To, From, Call-ID, CSeq or Via, a PRACK without RAck, or a provisional answer that requires 100rel without RSeq.",
    matters: "It cannot be put to any call or transaction, or no PRACK to its answer.",
    cause: "A message built by hand, or a document that leaves fields out.",
    silenced: &["The header section was not captured to its end, or dots stand among its fields."],
    citations: &[
        rfc("RFC 3261", "8.1.1"),
        rfc("RFC 3261", "8.2.6.2"),
        rfc("RFC 3262", "3"),
        rfc("RFC 3262", "7.2"),
    ],
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
    let missing = missing.map(|problem| problem.name);
    let missing = missing.chain(
        reliable(seen)
            .into_iter()
            .filter(|name| !seen.sip.has(*name)),
    );
    let missing: Vec<_> = missing.map(Name::spelling).collect();
    verdicts.check(missing.is_empty(), || {
        let mut fault = Fault::missing(seen).got(format!("no {}", missing.join(", ")));
        fault.bytes = fault.got.clone().into_bytes();
        fault.expected("the header fields that every such message has")
    });
}

/// What puts a PRACK and the answer that it acknowledges together.
fn reliable(seen: &Seen<'_>) -> Option<Name> {
    match seen.sip.status() {
        None => seen.is("PRACK").then_some(Name::RAck),
        Some(101..200) => {
            let required = seen.sip.has_token(Name::Require, "100rel");
            required.then_some(Name::RSeq)
        }
        Some(_) => None,
    }
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
    fn a_reliable_answer_and_its_prack_have_numbers() {
        let answered = |lines: &[&str]| {
            Wire::new()
                .request(1, 2, "INVITE", &["Supported: 100rel"])
                .response(2, 1, "183 Session Progress", lines)
        };
        answered(&["Require: precondition, 100rel"]).fails(&RULE, "no RSeq");
        answered(&["Require: 100rel", "RSeq: 7"]).passes(&RULE);
        answered(&["Supported: 100rel"]).passes(&RULE);
        let prack = |lines: &[&str]| Wire::new().within(1, 2, "2 PRACK", lines);
        prack(&[]).fails(&RULE, "no RAck");
        prack(&["RAck: 7 1 INVITE"]).passes(&RULE);
        prack(&[]).cut().cannot_tell(&RULE);
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
