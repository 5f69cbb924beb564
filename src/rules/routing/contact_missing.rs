//! A message that makes or keeps a dialog and does not say where to send to.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "RTE06",
    name: "contact-missing",
    family: Family::Routing,
    severity: Severity::Error,
    flags: "An INVITE, SUBSCRIBE, REFER, NOTIFY or UPDATE, or a 2xx answer to INVITE, SUBSCRIBE or UPDATE, without Contact or with Contact: *, which only REGISTER may have.",
    matters: "The other side does not know where to send the next request of the dialog.",
    cause: "A message built by hand, or a document that leaves the field out.",
    silenced: &[
        "The header section was not captured to its end.",
        "A message of RFC 2543, whose branch has no magic cookie: a warning.",
    ],
    citations: &[
        rfc("RFC 3261", "8.1.1.8"),
        rfc("RFC 3261", "12.1.1"),
        rfc("RFC 3261", "20.10"),
        rfc("RFC 3515", "2.2"),
        rfc("RFC 3265", "7.1"),
        rfc("RFC 3311", "5.1"),
    ],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    let needs = match seen.sip.status() {
        None => ["INVITE", "SUBSCRIBE", "REFER", "NOTIFY", "UPDATE"]
            .iter()
            .any(|method| seen.is(method)),
        Some(200..300) => seen.cseq().is_some_and(|cseq| {
            ["INVITE", "SUBSCRIBE", "UPDATE"]
                .iter()
                .any(|method| cseq.method == *method)
        }),
        Some(_) => false,
    };
    if !needs {
        return;
    }
    const NEEDED: &str = "Contact with a URI to reach the sender at";
    if let Some(contact) = seen.sip.value(Name::Contact) {
        return verdicts.check(!contact.is("*"), || {
            Fault::at(seen, contact).expected(NEEDED)
        });
    }
    if !seen.has_all_headers() {
        return verdicts.not_provable();
    }
    let fault = Fault::missing(seen).about(Name::Contact);
    let fault = fault.expected(NEEDED);
    let branch = seen.sip.vias().next().and_then(|via| via.branch());
    let has_cookie = branch.is_some_and(|branch| branch.bytes().starts_with(b"z9hG4bK"));
    verdicts.fail(match has_cookie {
        true => fault,
        false => fault.at_most(Severity::Warning),
    });
}

#[cfg(test)]
mod tests {
    use super::{RULE, Severity};
    use crate::rules::testing::Wire;

    #[test]
    fn all_contacts_are_no_place_to_send_to() {
        Wire::new()
            .request(1, 2, "INVITE", &["Contact: *"])
            .fails(&RULE, "*");
        Wire::new()
            .request(1, 2, "REGISTER", &["Contact: *"])
            .says_nothing(&RULE);
    }

    #[test]
    fn fails() {
        Wire::new()
            .request(1, 2, "INVITE", &["-Contact"])
            .fails(&RULE, "no Contact");
        Wire::new()
            .response(2, 1, "200 OK", &["-Contact"])
            .fails(&RULE, "no Contact");
    }

    #[test]
    fn passes() {
        Wire::new().request(1, 2, "INVITE", &[]).passes(&RULE);
        Wire::new()
            .request(1, 2, "SUBSCRIBE", &["m: <sip:a@b>", "-Contact"])
            .passes(&RULE);
    }

    #[test]
    fn a_client_of_rfc_2543_is_warned_of() {
        let old = ["-Contact", "Via: SIP/2.0/UDP 192.0.2.1"];
        let (findings, _) = Wire::new().request(1, 2, "INVITE", &old).judge(&RULE);
        assert_eq!(findings[0].severity, Severity::Warning);
    }

    #[test]
    fn not_provable() {
        Wire::new()
            .request(1, 2, "INVITE", &["-Contact"])
            .cut()
            .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_others() {
        Wire::new()
            .request(1, 2, "BYE", &["-Contact"])
            .says_nothing(&RULE);
        Wire::new()
            .response(2, 1, "180 Ringing", &["-Contact"])
            .says_nothing(&RULE);
    }
}
