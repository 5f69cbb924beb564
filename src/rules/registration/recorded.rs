//! A REGISTER with Record-Route.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "REG02",
    name: "record-route-in-register",
    family: Family::Registration,
    severity: Severity::Warning,
    flags: "A REGISTER that carries Record-Route.",
    matters: "There is no dialog for which it could count: registrars ignore it, and who wants to stay in the path needs Path.",
    cause: "A proxy that records its route in every request.",
    silenced: &[],
    citations: &[rfc("RFC 3261", "10.2"), rfc("RFC 3327", "5.2")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.is("REGISTER") {
        return;
    }
    match seen.sip.value(Name::RecordRoute) {
        None => verdicts.pass(),
        Some(text) => verdicts.fail(Fault::at(seen, text).expected("no Record-Route")),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        let recorded = "Record-Route: <sip:p.example.org;lr>";
        Wire::new()
            .request(1, 2, "REGISTER", &[recorded])
            .fails(&RULE, "<sip:p.example.org;lr>");
    }

    #[test]
    fn passes() {
        Wire::new().request(1, 2, "REGISTER", &[]).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_others() {
        Wire::new().request(1, 2, "INVITE", &[]).says_nothing(&RULE);
    }
}
