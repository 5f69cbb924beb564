//! A registrar that does not say what it has bound.

use super::{accepted, same_uri};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::sip::{Address, Name, Text};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "REG07",
    name: "binding-not-listed",
    family: Family::Registration,
    severity: Severity::Error,
    flags: "A 2xx answer to a REGISTER that binds a contact, without any Contact, or with others only.",
    matters: "The client cannot tell whether it is registered, and for how long.",
    cause: "A server that answers 200 without keeping anything, or a border element that writes addresses anew in one direction only.",
    silenced: &[
        "Documents, which print only the fields that their step is about.",
        "REGISTERs for third parties, which application servers answer.",
        "Where other contacts are listed, the own one may be among them, written anew on the way: a warning.",
        "A request that removes bindings, or asks for them.",
        "Parameters of the URI, which registrars leave out or add.",
    ],
    citations: &[rfc("RFC 3261", "10.3 step 8")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some((request, answer)) = accepted(hop) else {
        return;
    };
    if hop.hop.from() != hop.hop.to() || request.sip.contact_is_star() {
        return;
    }
    let expires = request.sip.value(Name::Expires);
    let is_bound = |contact: &Address<'_>| {
        let own = contact.params.value("expires").or(expires);
        own.and_then(Text::number) != Some(0)
    };
    let mut contacts = request.sip.addresses(Name::Contact);
    let Some(contact) = contacts.find(is_bound) else {
        return;
    };
    let mut listed = answer.sip.addresses(Name::Contact);
    let fault = match (
        answer.sip.value(Name::Contact),
        answer.has_all_headers() && !answer.is_of_document(),
    ) {
        (None, false) => return verdicts.not_provable(),
        (None, true) => Fault::missing(&answer).about(Name::Contact),
        (Some(_), _) if listed.any(|binding| same_uri(&binding.uri(), &contact.uri())) => {
            return verdicts.pass();
        }
        (Some(other), _) => Fault::at(&answer, other).at_most(Severity::Warning),
    };
    verdicts.fail(
        fault
            .with(&request, contact.text)
            .expected(contact.uri_text().lossy()),
    );
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const OWN: [&str; 2] = [
        "From: <sip:bob@example.org>;tag=a",
        "To: <sip:bob@example.org>",
    ];

    fn registered(asked: &[&str], granted: &[&str]) -> Wire {
        let (asked, granted) = (
            [&OWN[..], asked].concat(),
            [&OWN[..], granted, &["CSeq: 1 REGISTER"]].concat(),
        );
        Wire::new()
            .request(1, 2, "REGISTER", &asked)
            .response(2, 1, "200 OK", &granted)
    }

    const BINDING: &str = "Contact: <sip:bob@192.0.2.1>";

    #[test]
    fn fails() {
        registered(&[BINDING], &["-Contact"]).fails(&RULE, "no Contact");
        registered(&[BINDING], &["Contact: <sip:bob@192.0.2.9>"])
            .fails(&RULE, "<sip:bob@192.0.2.9>");
    }

    #[test]
    fn passes() {
        registered(
            &[BINDING],
            &["Contact: <sip:bob@192.0.2.9>, <sip:bob@192.0.2.1:5060;alias=x>;expires=3"],
        )
        .passes(&RULE);
    }

    #[test]
    fn says_nothing_where_nothing_is_bound() {
        registered(&[BINDING, "Expires: 0"], &["-Contact"]).says_nothing(&RULE);
        registered(&["-Contact"], &["-Contact"]).says_nothing(&RULE);
        registered(&["Contact: *", "Expires: 0"], &["-Contact"]).says_nothing(&RULE);
    }

    #[test]
    fn says_nothing_of_third_parties() {
        let third = ["From: <sip:scscf.example.org>;tag=s", OWN[1], BINDING];
        Wire::new()
            .request(1, 2, "REGISTER", &third)
            .response(
                2,
                1,
                "200 OK",
                &[third[0], OWN[1], "-Contact", "CSeq: 1 REGISTER"],
            )
            .says_nothing(&RULE);
    }

    #[test]
    fn not_provable_where_the_end_was_not_captured() {
        registered(&[BINDING], &["-Contact"])
            .cut()
            .cannot_tell(&RULE);
    }
}
