//! Credentials that do not repeat what the challenge gave.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, RegistrationScene, Seen, Verdicts};
use crate::sip::{Auth, Name};
use crate::trace::Reaction;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "REG12",
    name: "challenge-not-repeated",
    family: Family::Registration,
    severity: Severity::Error,
    flags: "A REGISTER that answers a challenge with another realm, opaque or algorithm than the challenge has.",
    matters: "The server computes the response from what it gave, and refuses the request.",
    cause: "A client that writes its configured realm, or MD5 whatever it was asked for.",
    silenced: &[
        "Credentials with another nonce answer another challenge.",
        "No algorithm is MD5.",
        "A server may offer several challenges; one of them has to fit.",
    ],
    citations: &[
        rfc("RFC 3261", "22.4"),
        rfc("RFC 2617", "3.2.2"),
        rfc("RFC 7616", "3.4"),
    ],
    check: Check::Registration(check),
};

const FIELDS: [(Name, Name); 2] = [
    (Name::WwwAuthenticate, Name::Authorization),
    (Name::ProxyAuthenticate, Name::ProxyAuthorization),
];

fn check(registration: &RegistrationScene<'_>, verdicts: &mut Verdicts) {
    let challenged = |follows: &crate::trace::Follows| follows.why == Reaction::Challenge;
    for step in registration.steps() {
        if !step.attempt.follows.as_ref().is_some_and(challenged) {
            continue;
        }
        let before = registration.before(&step);
        let Some((request, challenge)) = step
            .request()
            .zip(before.and_then(|before| before.answer()))
        else {
            continue;
        };
        for (asks, answers) in FIELDS {
            for credentials in request.sip.auths(answers) {
                judge(&request, &credentials, &challenge, asks, verdicts);
            }
        }
    }
}

fn judge(
    request: &Seen<'_>,
    credentials: &Auth<'_>,
    challenge: &Seen<'_>,
    asks: Name,
    verdicts: &mut Verdicts,
) {
    let nonce = |auth: &Auth<'_>| auth.params.value("nonce").map(|text| text.bytes().to_vec());
    let given = nonce(credentials).filter(|nonce| !nonce.is_empty());
    let offered = || {
        challenge
            .sip
            .auths(asks)
            .filter(|one| given.is_some() && nonce(one) == given)
    };
    let Some(first) = offered().next() else {
        return;
    };
    let wrong = |one: &Auth<'_>| {
        let names = ["realm", "opaque", "algorithm"];
        names
            .into_iter()
            .find(|name| value(one, name) != value(credentials, name))
    };
    if offered().any(|one| wrong(&one).is_none()) {
        return verdicts.pass();
    }
    let name = wrong(&first).unwrap_or_default();
    let [own, asked] =
        [credentials, &first].map(|auth| auth.params.value(name).unwrap_or(auth.text));
    let fault = Fault::at(request, own).with(challenge, asked);
    let said = |auth: &Auth<'_>| match auth.params.value(name) {
        Some(value) => format!("{name} {:?}", value.lossy()),
        None => format!("no {name}"),
    };
    verdicts.fail(fault.expected(said(&first)).got(said(credentials)));
}

/// What a parameter means: without algorithm it is MD5.
fn value(auth: &Auth<'_>, name: &str) -> Option<Vec<u8>> {
    let value = auth.params.value(name).map(|text| text.bytes());
    match name {
        "algorithm" => Some(value.unwrap_or(b"MD5").to_ascii_lowercase()),
        _ => value.map(<[u8]>::to_vec),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const TO: &str = "To: <sip:alice@example.org>";

    fn answered(challenge: &str, credentials: &str) -> Wire {
        let challenge = format!("WWW-Authenticate: Digest {challenge}");
        let credentials = format!("Authorization: Digest username=\"a\", {credentials}");
        let refused = [
            "CSeq: 1 REGISTER",
            "To: <sip:alice@example.org>;tag=r",
            &challenge,
        ];
        Wire::new()
            .request(1, 2, "REGISTER", &[TO])
            .response(2, 1, "401 Unauthorized", &refused)
            .request(1, 2, "REGISTER", &[TO, "CSeq: 2 REGISTER", &credentials])
    }

    const ASKED: &str = "realm=\"r\", nonce=\"n\", opaque=\"o\", algorithm=AKAv1-MD5";

    #[test]
    fn fails() {
        for (given, got) in [
            (
                "realm=\"x\", nonce=\"n\", opaque=\"o\", algorithm=AKAv1-MD5",
                "realm \"x\"",
            ),
            ("realm=\"r\", nonce=\"n\", algorithm=AKAv1-MD5", "no opaque"),
            (
                "realm=\"r\", nonce=\"n\", opaque=\"o\", algorithm=MD5",
                "algorithm \"MD5\"",
            ),
            ("realm=\"r\", nonce=\"n\", opaque=\"o\"", "no algorithm"),
        ] {
            answered(ASKED, given).fails(&RULE, got);
        }
    }

    #[test]
    fn passes() {
        answered(ASKED, ASKED).passes(&RULE);
        answered(
            "realm=\"r\", nonce=\"n\"",
            "realm=\"r\", nonce=\"n\", algorithm=md5",
        )
        .passes(&RULE);
    }

    #[test]
    fn passes_where_one_of_several_fits() {
        let two = "realm=\"r\", nonce=\"n\", algorithm=SHA-256\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=MD5";
        answered(two, "realm=\"r\", nonce=\"n\"").passes(&RULE);
    }

    #[test]
    fn says_nothing_of_another_nonce() {
        answered(ASKED, "realm=\"x\", nonce=\"older\"").says_nothing(&RULE);
        answered(ASKED, "realm=\"x\", nonce=\"\"").says_nothing(&RULE);
    }
}
