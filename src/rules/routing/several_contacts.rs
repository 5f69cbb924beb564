//! A message that makes a dialog and says in several ways where to send to.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "RTE07",
    name: "several-contacts",
    family: Family::Routing,
    severity: Severity::Error,
    flags: "An INVITE, SUBSCRIBE, REFER, NOTIFY or UPDATE, or a 2xx answer to one, with more than one Contact value.",
    matters: "Which of them the next request goes to is up to the other side.",
    cause: "A device with several addresses that names all of them.",
    silenced: &["REGISTER and redirections, which may name many."],
    citations: &[rfc("RFC 3261", "8.1.1.8"), rfc("RFC 3261", "12.1.1")],
    check: Check::Message(check),
};

const METHODS: [&str; 5] = ["INVITE", "SUBSCRIBE", "REFER", "NOTIFY", "UPDATE"];

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    let concerned = match seen.sip.status() {
        None => METHODS.iter().any(|method| seen.is(method)),
        Some(200..300) => seen
            .cseq()
            .is_some_and(|cseq| METHODS.iter().any(|method| cseq.method == *method)),
        Some(_) => false,
    };
    let mut contacts = seen.sip.values(Name::Contact);
    if !concerned || contacts.next().is_none() {
        return;
    }
    match contacts.next() {
        None => verdicts.pass(),
        Some(second) => verdicts.fail(Fault::at(seen, second).expected("one Contact value")),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const TWO: &str = "Contact: <sip:a@192.0.2.1>, <sip:a@192.0.2.7>";

    #[test]
    fn fails() {
        Wire::new()
            .request(1, 2, "INVITE", &[TWO])
            .fails(&RULE, "<sip:a@192.0.2.7>");
    }

    #[test]
    fn passes() {
        Wire::new().request(1, 2, "INVITE", &[]).passes(&RULE);
    }

    #[test]
    fn says_nothing_of_registrations() {
        Wire::new()
            .request(1, 2, "REGISTER", &[TWO])
            .says_nothing(&RULE);
        Wire::new()
            .response(2, 1, "302 Moved Temporarily", &[TWO])
            .says_nothing(&RULE);
    }
}
