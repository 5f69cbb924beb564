//! A registrar that does not say for how long it keeps a contact.

use super::{accepted, same_uri};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "REG08",
    name: "binding-without-time",
    family: Family::Registration,
    severity: Severity::Error,
    flags: "A 2xx answer to REGISTER that lists the Contact of the request without an expires parameter.",
    matters: "The client does not know when it has to register again.",
    cause: "A registrar made after RFC 2543, or one that repeats the Contact of the request.",
    silenced: &[
        "Where the answer has Expires the client may go by that, and documents shorten what they print: a warning.",
        "Contacts that the request does not have: they are of others, or no bindings at all.",
    ],
    citations: &[rfc("RFC 3261", "10.3 step 8")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some((request, answer)) = accepted(hop) else {
        return;
    };
    let at_most = match answer.sip.has(Name::Expires) {
        true => Severity::Warning,
        false if answer.is_of_document() => Severity::Warning,
        false if !answer.has_all_headers() => Severity::Info,
        false => Severity::Error,
    };
    for binding in answer.sip.addresses(Name::Contact) {
        let mut asked = request.sip.addresses(Name::Contact);
        if !asked.any(|contact| same_uri(&contact.uri(), &binding.uri())) {
            continue;
        }
        if binding.params.has("expires") {
            verdicts.pass();
        } else if at_most == Severity::Info {
            verdicts.not_provable();
        } else {
            let fault = Fault::at(&answer, binding.text).at_most(at_most);
            verdicts.fail(fault.expected("an expires parameter"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::Severity;
    use crate::rules::testing::Wire;

    fn registered(granted: &[&str]) -> Wire {
        let granted = [granted, &["CSeq: 1 REGISTER"]].concat();
        Wire::new()
            .request(1, 2, "REGISTER", &["Contact: <sip:bob@192.0.2.1>"])
            .response(2, 1, "200 OK", &granted)
    }

    const BARE: &str = "Contact: <sip:bob@192.0.2.1>";

    #[test]
    fn fails() {
        registered(&[BARE]).fails(&RULE, "<sip:bob@192.0.2.1>");
        registered(&["Contact: <sip:bob@192.0.2.1;expires=60>"])
            .fails(&RULE, "<sip:bob@192.0.2.1;expires=60>");
    }

    #[test]
    fn is_a_warning_where_the_answer_has_a_time_for_all() {
        let (findings, _) = registered(&[BARE, "Expires: 60"]).judge(&RULE);
        let severities: Vec<_> = findings.iter().map(|finding| finding.severity).collect();
        assert_eq!(severities, [Severity::Warning]);
    }

    #[test]
    fn passes() {
        registered(&["Contact: <sip:bob@192.0.2.1>;expires=60"]).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_other_contacts() {
        registered(&["Contact: <sip:bob@192.0.2.9>"]).says_nothing(&RULE);
    }

    #[test]
    fn says_nothing_without_bindings() {
        registered(&["-Contact"]).says_nothing(&RULE);
    }

    #[test]
    fn not_provable_where_the_end_was_not_captured() {
        registered(&[BARE]).cut().cannot_tell(&RULE);
    }
}
