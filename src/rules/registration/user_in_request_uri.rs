//! A REGISTER for a user at the domain instead of for the domain.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::{FirstLine, Problems, Uri};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "REG01",
    name: "user-in-request-uri-of-register",
    family: Family::Registration,
    severity: Severity::Error,
    flags: "A REGISTER whose Request-URI has a user.",
    matters: "It names the domain of the registrar; a proxy may route it like a request to that user.",
    cause: "A client that copies To into the Request-URI.",
    silenced: &[],
    citations: &[rfc("RFC 3261", "10.2")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !seen.is("REGISTER") {
        return;
    }
    let FirstLine::Request { uri, .. } = seen.sip.first_line() else {
        return;
    };
    let read = Uri::read(uri, &mut Problems::ignored());
    verdicts.check(read.user.is_none(), || {
        Fault::at(seen, uri).expected("the domain without a user")
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        Wire::new()
            .request(1, 2, "REGISTER", &[])
            .fails(&RULE, "sip:bob@example.org");
    }

    #[test]
    fn passes() {
        Wire::new()
            .request(1, 2, "REGISTER", &["! REGISTER sip:example.org SIP/2.0"])
            .passes(&RULE);
    }

    #[test]
    fn says_nothing_of_others() {
        Wire::new().request(1, 2, "INVITE", &[]).says_nothing(&RULE);
    }
}
