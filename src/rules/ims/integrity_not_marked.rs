//! A P-CSCF that did not tell the S-CSCF whether a REGISTER came protected.

use super::{comes_from_terminal, is_registration};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS13",
    name: "integrity-not-marked",
    family: Family::Ims,
    severity: Severity::Warning,
    flags: "A REGISTER with an answer to an AKA challenge that a P-CSCF passed on without integrity-protected in Authorization.",
    matters: "The S-CSCF decides by it whether a request came over a security association or has to be challenged again.",
    cause: "A P-CSCF that passes the credentials on as they are, in a network that does without.",
    silenced: &[
        "The first request, which has no response yet.",
        "Digest without AKA, where there is no security association.",
        "Only where the trace shows which node is the P-CSCF and which the terminal.",
    ],
    citations: &[
        rfc("3GPP TS 24.229", "5.2.2"),
        rfc("3GPP TS 24.229", "7.2A.2"),
    ],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    if !is_registration(&relay.after) || !comes_from_terminal(relay) {
        return;
    }
    let Some(credentials) = relay.after.sip.auths(Name::Authorization).next() else {
        return;
    };
    let algorithm = credentials.params.value("algorithm").unwrap_or_default();
    let is_aka = algorithm
        .bytes()
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"AKAv"));
    let response = credentials.params.value("response").unwrap_or_default();
    if !is_aka || response.is_empty() {
        return;
    }
    verdicts.check(credentials.params.has("integrity-protected"), || {
        let fault = Fault::at(&relay.after, credentials.text);
        fault.expected("integrity-protected")
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const CREDENTIALS: &str =
        "Authorization: Digest username=\"a\", nonce=\"n\", response=\"1\", algorithm=AKAv1-MD5";

    fn registered(wire: Wire, after: &str) -> Wire {
        let own = ["! REGISTER sip:example.org SIP/2.0", "Call-ID: again"];
        let (before, after) = (
            [&own[..], &[CREDENTIALS]].concat(),
            [&own[..], &[after]].concat(),
        );
        wire.passed(&[1, 2, 3], "REGISTER", &[&before, &after])
    }

    #[test]
    fn fails() {
        let got = CREDENTIALS.strip_prefix("Authorization: ").unwrap();
        registered(Wire::ims(), CREDENTIALS).fails(&RULE, got);
    }

    #[test]
    fn passes() {
        registered(
            Wire::ims(),
            &format!("{CREDENTIALS}, integrity-protected=no"),
        )
        .passes(&RULE);
    }

    #[test]
    fn says_nothing_where_there_is_no_security_association() {
        registered(Wire::ims(), &CREDENTIALS.replace("AKAv1-", "")).says_nothing(&RULE);
        registered(Wire::new(), CREDENTIALS).says_nothing(&RULE);
        let first = CREDENTIALS.replace("response=\"1\"", "response=\"\"");
        registered(Wire::ims(), &first).says_nothing(&RULE);
    }
}
