//! A 422 that does not say how long a session has to be.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "SES13",
    name: "min-se-missing",
    family: Family::Session,
    severity: Severity::Error,
    flags: "A 422 (Session Interval Too Small) without Min-SE.",
    matters: "The client does not know what to ask for, and gives up.",
    cause: "A server that makes the answer by hand.",
    silenced: &["The header section was not captured to its end."],
    citations: &[rfc("RFC 4028", "6")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if seen.sip.status() != Some(422) {
        return;
    }
    if seen.sip.has(Name::MinSe) {
        return verdicts.pass();
    }
    if !seen.has_all_headers() {
        return verdicts.not_provable();
    }
    let fault = Fault::missing(seen).about(Name::MinSe);
    verdicts.fail(fault.expected("Min-SE with the least seconds that are allowed"));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn refused(lines: &[&str]) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &["Session-Expires: 90"])
            .response(2, 1, "422 Session Interval Too Small", lines)
    }

    #[test]
    fn fails() {
        refused(&[]).fails(&RULE, "no Min-SE");
    }

    #[test]
    fn passes() {
        refused(&["Min-SE: 1800"]).passes(&RULE);
    }

    #[test]
    fn not_provable_where_it_was_cut() {
        refused(&[]).cut().cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_others() {
        Wire::new()
            .response(2, 1, "423 Interval Too Brief", &[])
            .says_nothing(&RULE);
    }
}
