//! More asserted identities than there may be.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::{Name, Scheme};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS01",
    name: "too-many-asserted-identities",
    family: Family::Ims,
    severity: Severity::Error,
    flags: "A P-Asserted-Identity or P-Preferred-Identity with more than two values, or with two of the same kind.",
    matters: "Who the caller is depends on which value the receiver takes.",
    cause: "A proxy that adds its own value and leaves the one that was there.",
    silenced: &["One sip or sips URI and one tel URI beside each other."],
    citations: &[rfc("RFC 3325", "9.1"), rfc("RFC 3325", "9.2")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    for name in [Name::PAssertedIdentity, Name::PPreferredIdentity] {
        let mut telephone = 0;
        let mut other = 0;
        let mut wrong = None;
        let values = seen.sip.values(name).zip(seen.sip.addresses(name));
        let mut any = false;
        for (text, address) in values {
            any = true;
            let count = match address.uri().scheme {
                Scheme::Tel => &mut telephone,
                _ => &mut other,
            };
            *count += 1;
            if *count > 1 {
                wrong.get_or_insert(text);
            }
        }
        match wrong {
            Some(text) => {
                let expected = "at most one sip or sips URI and one tel URI";
                verdicts.fail(Fault::at(seen, text).expected(expected));
            }
            None if any => verdicts.pass(),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        let two = "P-Asserted-Identity: <sip:a@example.org>, <sip:b@example.org>";
        Wire::new()
            .request(1, 2, "INVITE", &[two])
            .fails(&RULE, "<sip:b@example.org>");
    }

    #[test]
    fn passes() {
        let two = "P-Asserted-Identity: <sip:a@example.org>, <tel:+4930123456>";
        Wire::new().request(1, 2, "INVITE", &[two]).passes(&RULE);
    }

    #[test]
    fn says_nothing_without_them() {
        Wire::new().request(1, 2, "INVITE", &[]).says_nothing(&RULE);
    }
}
