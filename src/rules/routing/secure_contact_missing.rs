//! A dialog that was asked for with sips, and a Contact that is not sips.

use super::makes_dialog;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Seen, Verdicts};
use crate::sip::{Name, Scheme, Uri};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "RTE10",
    name: "secure-contact-missing",
    family: Family::Routing,
    severity: Severity::Warning,
    flags: "A Contact with a sip URI in a request to a sips URI that makes a dialog, or in the answer to one.",
    matters: "Later requests of the dialog need not go over TLS any more, though the caller asked for it.",
    cause: "A terminal that builds its Contact without a look at the Request-URI.",
    silenced: &[
        "The answer to a request that has the same fault.",
        "A Contact that is neither sip nor sips.",
        "Requests within a dialog: DLG09 holds them to its Contacts.",
        "Requests that were passed on, and answers from further on: the first hop is told.",
    ],
    citations: &[
        rfc("RFC 3261", "8.1.1.8"),
        rfc("RFC 3261", "12.1.1"),
        rfc("RFC 5630", "5.1"),
    ],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(request) = hop.request() else {
        return;
    };
    let secure = |uri: Uri<'_>| uri.scheme == Scheme::Sips;
    if !makes_dialog(&request) || !request.sip.first_line().uri().is_some_and(secure) {
        return;
    }
    if let Some(fault) = plain_contact(&request) {
        if request.vias().len() < 2 {
            verdicts.fail(fault);
        }
        return;
    }
    for answer in hop.answers() {
        let accepts = answer
            .sip
            .status()
            .is_some_and(|status| (101..300).contains(&status));
        if !accepts || !answer.sip.has(Name::Contact) || hop.is_passed_on(&answer) {
            continue;
        }
        match plain_contact(&answer) {
            None => verdicts.pass(),
            Some(fault) => {
                verdicts.fail(fault.with(&request, request.sip.first_line_text()));
            }
        }
    }
    verdicts.pass();
}

fn plain_contact(seen: &Seen<'_>) -> Option<Fault> {
    let contact = seen.sip.address(Name::Contact)?;
    let plain = contact.uri().scheme == Scheme::Sip;
    plain.then(|| Fault::at(seen, contact.text).expected("a sips URI"))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const TO_SECURE: &str = "! INVITE sips:bob@example.org SIP/2.0";
    const SECURE: &str = "Contact: <sips:alice@192.0.2.1>";

    #[test]
    fn fails() {
        Wire::new()
            .request(1, 2, "INVITE", &[TO_SECURE])
            .response(2, 1, "200 OK", &[])
            .fails(&RULE, "<sip:alice@192.0.2.1>");
        Wire::new()
            .request(1, 2, "INVITE", &[TO_SECURE, SECURE])
            .response(2, 1, "200 OK", &[])
            .fails(&RULE, "<sip:bob@192.0.2.2>");
    }

    #[test]
    fn passes() {
        Wire::new()
            .request(1, 2, "INVITE", &[TO_SECURE, SECURE])
            .response(2, 1, "200 OK", &["Contact: <sips:bob@192.0.2.2>"])
            .passes(&RULE);
    }

    #[test]
    fn says_nothing_within_a_dialog() {
        Wire::new()
            .within(1, 2, "2 INVITE", &[TO_SECURE])
            .answered(2, 1, "200 OK", "2 INVITE", &[])
            .says_nothing(&RULE);
    }

    #[test]
    fn says_nothing_of_sip() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
            .says_nothing(&RULE);
    }
}
