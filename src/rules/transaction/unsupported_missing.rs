//! A 420 that does not say which extension it is about.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN07",
    name: "unsupported-missing",
    family: Family::Transaction,
    severity: Severity::Error,
    flags: "A 420 (Bad Extension) without Unsupported.",
    matters: "The client does not know which option it has to leave out to try again.",
    cause: "A server that refuses with 420 for another reason.",
    silenced: &["The header section was not captured to its end."],
    citations: &[rfc("RFC 3261", "8.2.2.3"), rfc("RFC 3261", "20.40")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if seen.sip.status() != Some(420) {
        return;
    }
    if seen.sip.has(Name::Unsupported) {
        return verdicts.pass();
    }
    if !seen.has_all_headers() {
        return verdicts.not_provable();
    }
    let fault = Fault::missing(seen).about(Name::Unsupported);
    verdicts.fail(fault.expected("Unsupported with the option tags that are not understood"));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn refused(line: &str) -> Wire {
        Wire::new().response(2, 1, "420 Bad Extension", &[line])
    }

    #[test]
    fn fails() {
        refused("Server: x").fails(&RULE, "no Unsupported");
    }

    #[test]
    fn passes() {
        refused("Unsupported: foo").passes(&RULE);
    }

    #[test]
    fn not_provable() {
        refused("Server: x").cut().cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_other_answers() {
        Wire::new()
            .response(2, 1, "421 Extension Required", &[])
            .says_nothing(&RULE);
    }
}
