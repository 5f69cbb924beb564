//! A terminal that asks for another sequence number, and gets no new challenge.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, RegistrationScene, Seen, Verdicts};
use crate::sip::{Name, Params, Text};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "REG16",
    name: "resync-not-challenged",
    family: Family::Registration,
    severity: Severity::Info,
    flags: "A REGISTER with auts that is accepted, or that is challenged with the nonce that it refuses.",
    matters: "With auts the password is empty, so that anybody could register; and the terminal refuses the same nonce for ever.",
    cause: "A registrar that looks at the response alone, or a proxy that does not hand auts on to it.",
    silenced: &[
        "An auts that the server finds wrong: it may refuse the request.",
        "Credentials of another algorithm than AKA, in which auts has no meaning.",
        "Other credentials beside these, for which it may be accepted.",
        "Several challenges of which one has another nonce.",
    ],
    citations: &[rfc("RFC 3310", "3.4")],
    check: Check::Registration(check),
};

fn check(registration: &RegistrationScene<'_>, verdicts: &mut Verdicts) {
    for step in registration.steps() {
        let Some(request) = step.request() else {
            continue;
        };
        let mut credentials = request.sip.auths(Name::Authorization);
        let (Some(one), None) = (credentials.next(), credentials.next()) else {
            continue;
        };
        let Some(auts) = asks(&one.params) else {
            continue;
        };
        match step.answer() {
            None => verdicts.not_provable(),
            Some(answer) if answer.accepts() => {
                let fault = Fault::at(&answer, answer.sip.first_line_text());
                verdicts.fail(fault.with(&request, auts).expected("401 with a new nonce"));
            }
            Some(answer) => challenged(&request, one.params.value("nonce"), &answer, verdicts),
        }
    }
}

/// The auts of credentials for AKA.
fn asks<'s>(params: &Params<'s>) -> Option<Text<'s>> {
    let algorithm = params.value("algorithm")?.bytes();
    let is_aka = algorithm
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"AKAv"));
    let auts = params.value("auts").filter(|auts| !auts.is_empty());
    auts.filter(|_| is_aka)
}

/// Whether one of the challenges is a new one.
fn challenged(
    request: &Seen<'_>,
    refused: Option<Text<'_>>,
    answer: &Seen<'_>,
    verdicts: &mut Verdicts,
) {
    let challenges = answer.sip.auths(Name::WwwAuthenticate);
    let nonces: Vec<_> = challenges
        .filter_map(|one| one.params.value("nonce"))
        .collect();
    let (Some(401), Some(refused), Some(nonce)) = (answer.sip.status(), refused, nonces.first())
    else {
        return verdicts.not_provable();
    };
    let is_new = nonces.iter().any(|nonce| nonce.bytes() != refused.bytes());
    verdicts.check(is_new, || {
        let fault = Fault::at(answer, *nonce).with(request, refused);
        fault.expected("a new nonce")
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const TO: &str = "To: <sip:alice@example.org>";
    const AKA: &str = "algorithm=AKAv1-MD5, auts=\"5PYxMuX2NOT2NeQ=\"";
    const CSEQ: &str = "CSeq: 2 REGISTER";

    /// A REGISTER with these parameters for the nonce `n`.
    fn asked(params: &str) -> Wire {
        let credentials =
            format!("Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", {params}");
        Wire::new().request(1, 2, "REGISTER", &[TO, CSEQ, &credentials])
    }

    fn challenged(wire: Wire, nonces: &[&str]) -> Wire {
        let challenge =
            |nonce: &&str| format!("WWW-Authenticate: Digest realm=\"r\", nonce=\"{nonce}\"");
        let challenges: Vec<_> = nonces.iter().map(challenge).collect();
        let mut lines = vec![TO, CSEQ];
        lines.extend(challenges.iter().map(String::as_str));
        wire.response(2, 1, "401 Unauthorized", &lines)
    }

    #[test]
    fn fails() {
        asked(AKA)
            .response(2, 1, "200 OK", &[TO, CSEQ])
            .fails(&RULE, "SIP/2.0 200 OK");
        challenged(asked(AKA), &["n"]).fails(&RULE, "n");
    }

    #[test]
    fn passes() {
        challenged(asked(AKA), &["m"]).passes(&RULE);
        challenged(asked(AKA), &["n", "m"]).passes(&RULE);
    }

    #[test]
    fn not_provable() {
        asked(AKA).cannot_tell(&RULE);
        // The server may have found auts wrong.
        asked(AKA)
            .response(2, 1, "403 Forbidden", &[TO, CSEQ])
            .cannot_tell(&RULE);
        challenged(asked(AKA), &[]).cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_other_credentials() {
        for params in [
            "algorithm=AKAv1-MD5",
            "algorithm=AKAv1-MD5, auts=\"\"",
            "algorithm=MD5, auts=\"5PYxMuX2NOT2NeQ=\"",
            "auts=\"5PYxMuX2NOT2NeQ=\"",
            "algorithm=AKAv1-MD5, auts=\"5PYxMuX2NOT2NeQ=\"\r\nAuthorization: Digest username=\"a\"",
        ] {
            asked(params)
                .response(2, 1, "200 OK", &[TO, CSEQ])
                .says_nothing(&RULE);
        }
    }
}
