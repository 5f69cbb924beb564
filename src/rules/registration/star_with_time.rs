//! A client that means all its contacts, but not to remove them.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "REG09",
    name: "all-contacts-not-removed",
    family: Family::Registration,
    severity: Severity::Error,
    flags: "A REGISTER with Contact: * and Expires other than 0, or with further contacts.",
    matters: "The registrar must refuse it: all bindings can only be removed together.",
    cause: "A client that sends its usual Expires when it leaves.",
    silenced: &["The header section was not captured to its end."],
    citations: &[rfc("RFC 3261", "10.2.2"), rfc("RFC 3261", "10.3 step 6")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.is("REGISTER") || !seen.sip.contact_is_star() {
        return;
    }
    if let Some(other) = seen.sip.values(Name::Contact).find(|value| !value.is("*")) {
        return verdicts.fail(Fault::at(seen, other).expected("no other contact beside *"));
    }
    match seen.sip.value(Name::Expires) {
        None if !seen.has_all_headers() => verdicts.not_provable(),
        None => verdicts.fail(
            Fault::missing(seen)
                .about(Name::Expires)
                .expected("Expires: 0"),
        ),
        Some(text) => verdicts.check(text.number() == Some(0), || {
            Fault::at(seen, text).expected("0")
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn asked(lines: &[&str]) -> Wire {
        Wire::new().request(1, 2, "REGISTER", lines)
    }

    #[test]
    fn fails() {
        asked(&["Contact: *", "Expires: 3600"]).fails(&RULE, "3600");
        asked(&["Contact: *"]).fails(&RULE, "no Expires");
        asked(&["Contact: *", "Contact: <sip:a@192.0.2.1>", "Expires: 0"])
            .fails(&RULE, "<sip:a@192.0.2.1>");
    }

    #[test]
    fn passes() {
        asked(&["Contact: *", "Expires: 0"]).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_other_contacts() {
        asked(&["Expires: 3600"]).says_nothing(&RULE);
    }

    #[test]
    fn not_provable_where_the_end_was_not_captured() {
        asked(&["Contact: *"]).cut().cannot_tell(&RULE);
    }
}
