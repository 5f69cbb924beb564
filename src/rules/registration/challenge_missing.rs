//! A 401 or 407 that does not say how to authenticate.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "REG04",
    name: "challenge-missing",
    family: Family::Registration,
    severity: Severity::Error,
    flags: "A 401 without WWW-Authenticate, or a 407 without Proxy-Authenticate.",
    matters: "The client cannot answer it and gives up.",
    cause: "A proxy that takes the field off, or a server that rejects with the wrong status.",
    silenced: &["The header section was not captured to its end."],
    citations: &[rfc("RFC 3261", "21.4.2"), rfc("RFC 3261", "21.4.8")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    let name = match seen.sip.status() {
        Some(401) => Name::WwwAuthenticate,
        Some(407) => Name::ProxyAuthenticate,
        _ => return,
    };
    if seen.sip.has(name) {
        return verdicts.pass();
    }
    if !seen.has_all_headers() {
        return verdicts.not_provable();
    }
    verdicts.fail(Fault::missing(seen).about(name).expected("a challenge"));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    #[test]
    fn fails() {
        Wire::new()
            .response(2, 1, "401 Unauthorized", &[])
            .fails(&RULE, "no WWW-Authenticate");
        let wrong = "WWW-Authenticate: Digest realm=\"x\", nonce=\"y\"";
        Wire::new()
            .response(2, 1, "407 Proxy Authentication Required", &[wrong])
            .fails(&RULE, "no Proxy-Authenticate");
    }

    #[test]
    fn passes() {
        let challenge = "WWW-Authenticate: Digest realm=\"x\", nonce=\"y\"";
        Wire::new()
            .response(2, 1, "401 Unauthorized", &[challenge])
            .passes(&RULE);
    }

    #[test]
    fn not_provable() {
        Wire::new()
            .response(2, 1, "401 Unauthorized", &[])
            .cut()
            .cannot_tell(&RULE);
    }
}
