//! A request whose From has no tag.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DLG01",
    name: "tag-missing-in-from",
    family: Family::Dialog,
    severity: Severity::Error,
    flags: "A request whose From has no tag.",
    matters: "Dialogs and forks of one call cannot be told apart.",
    cause: "A client of RFC 2543.",
    silenced: &["A request of RFC 2543: its branch has no magic cookie."],
    citations: &[rfc("RFC 3261", "8.1.1.3")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.is_request() {
        return;
    }
    let Some(from) = seen.from() else {
        return;
    };
    if from.tag().is_some_and(|tag| !tag.is_empty()) {
        return verdicts.pass();
    }
    let via = seen.via().and_then(|via| via.branch());
    if via.is_none_or(|branch| !branch.bytes().starts_with(b"z9hG4bK")) {
        return verdicts.not_provable();
    }
    let text = seen.sip.value(Name::From).unwrap_or_default();
    verdicts.fail(Fault::at(seen, text).expected("a tag behind the address"));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        let without = "From: <sip:alice@example.org;tag=inside>";
        Wire::new()
            .request(1, 2, "INVITE", &[without])
            .fails(&RULE, "<sip:alice@example.org;tag=inside>");
    }

    #[test]
    fn passes() {
        Wire::new().request(1, 2, "INVITE", &[]).passes(&RULE);
        let bare = "From: sip:alice@example.org;tag=a";
        Wire::new().request(1, 2, "INVITE", &[bare]).passes(&RULE);
    }

    #[test]
    fn not_provable_of_an_old_client() {
        let old = [
            "From: <sip:alice@example.org>",
            "Via: SIP/2.0/UDP 192.0.2.1",
        ];
        Wire::new().request(1, 2, "INVITE", &old).cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_where_a_document_leaves_the_value_out() {
        for line in ["From:", "From: (...)"] {
            Wire::new()
                .step("INVITE request (UE to P-CSCF)")
                .request(1, 2, "INVITE", &[line])
                .cannot_tell(&RULE);
            Wire::new()
                .request(1, 2, "INVITE", &["From: <sip:a>"])
                .fails(&RULE, "<sip:a>");
        }
    }
}
