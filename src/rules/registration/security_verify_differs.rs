//! A terminal that does not give back the security mechanisms that it was offered.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, RegistrationScene, Seen, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "REG05",
    name: "security-verify-differs",
    family: Family::Registration,
    severity: Severity::Error,
    flags: "A REGISTER after a challenge with Security-Server whose Security-Verify does not say the same.",
    matters: "Security-Verify is how the network notices that somebody changed the offer on its way; it must refuse the request.",
    cause: "A terminal that writes what it chose, or what it offered, instead of what it was offered.",
    silenced: &[
        "White space, and how the list is spread over fields.",
        "A challenge without Security-Server offers nothing.",
        "Toward the core a P-CSCF takes these fields away.",
    ],
    citations: &[rfc("RFC 3329", "2.3.1")],
    check: Check::Registration(check),
};

fn check(registration: &RegistrationScene<'_>, verdicts: &mut Verdicts) {
    for step in registration.steps() {
        let challenged = registration
            .before(&step)
            .and_then(|before| before.answer());
        let Some((request, challenge)) = step.request().zip(challenged) else {
            continue;
        };
        let Some(offered) = challenge.sip.value(Name::SecurityServer) else {
            continue;
        };
        let Some(verify) = request.sip.value(Name::SecurityVerify) else {
            match request.has_all_headers() {
                true => {
                    let fault = Fault::missing(&request).about(Name::SecurityVerify);
                    verdicts.fail(fault.with(&challenge, offered).expected(offered.lossy()));
                }
                false => verdicts.not_provable(),
            }
            continue;
        };
        let same = all(&request, Name::SecurityVerify) == all(&challenge, Name::SecurityServer);
        verdicts.check(same, || {
            let fault = Fault::at(&request, verify).with(&challenge, offered);
            fault.expected(offered.lossy())
        });
    }
}

/// The values of all fields with this name, white space aside.
fn all(seen: &Seen<'_>, name: Name) -> Vec<Vec<u8>> {
    let plain = |byte: &u8| !byte.is_ascii_whitespace();
    let values = seen.sip.values(name);
    values
        .map(|value| value.bytes().iter().copied().filter(plain).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const OFFERED: &str = "Security-Server: ipsec-3gpp;q=0.1;alg=hmac-sha-1-96;spi-c=98765432";

    fn registered(offered: &str, verify: &str) -> Wire {
        let to = "To: <sip:alice@example.org>";
        let answer = [
            "CSeq: 1 REGISTER",
            "To: <sip:alice@example.org>;tag=r",
            offered,
        ];
        let again = [
            to,
            "CSeq: 2 REGISTER",
            "Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"sip:r\", response=\"1\"",
            verify,
        ];
        Wire::new()
            .request(1, 2, "REGISTER", &[to])
            .response(2, 1, "401 Unauthorized", &answer)
            .request(1, 2, "REGISTER", &again)
    }

    #[test]
    fn fails() {
        registered(
            OFFERED,
            "Security-Verify: ipsec-3gpp;q=0.1;alg=hmac-md5-96;spi-c=98765432",
        )
        .fails(&RULE, "ipsec-3gpp;q=0.1;alg=hmac-md5-96;spi-c=98765432");
        registered(OFFERED, "Subject: none").fails(&RULE, "no Security-Verify");
    }

    #[test]
    fn passes() {
        let same = OFFERED.replace("Server", "Verify");
        registered(OFFERED, &same).passes(&RULE);
        registered(OFFERED, &same.replace(';', " ; ")).passes(&RULE);
    }

    #[test]
    fn not_provable_where_the_request_was_cut() {
        registered(OFFERED, "Subject: none")
            .cut()
            .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_where_nothing_was_offered() {
        registered("Subject: x", "Subject: none").says_nothing(&RULE);
    }
}
