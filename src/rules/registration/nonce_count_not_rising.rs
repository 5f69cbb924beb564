//! A client that counts its requests with one nonce wrongly.

use std::collections::HashMap;

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, RegistrationScene, Seen, Verdicts};
use crate::sip::{Name, Text};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "REG13",
    name: "nonce-count-not-rising",
    family: Family::Registration,
    severity: Severity::Warning,
    flags: "A REGISTER whose nc is not higher than that of an earlier one of the same client with the same nonce.",
    matters: "The server takes it for a replay and challenges again.",
    cause: "A client that writes 00000001 into every request.",
    silenced: &[
        "Credentials without qop have no nc.",
        "The requests of several clients with one nonce.",
        "The same request seen on two ways that nothing links.",
    ],
    citations: &[rfc("RFC 2617", "3.2.2"), rfc("RFC 7616", "3.4")],
    check: Check::Registration(check),
};

fn check(registration: &RegistrationScene<'_>, verdicts: &mut Verdicts) {
    let mut latest: HashMap<_, (u64, Text<'_>, Seen<'_>)> = HashMap::new();
    for step in registration.steps() {
        let Some(request) = step.request() else {
            continue;
        };
        let Some(credentials) = request.sip.auths(Name::Authorization).next() else {
            continue;
        };
        let params = credentials.params;
        let (Some(nonce), Some(text)) = (params.value("nonce"), params.value("nc")) else {
            continue;
        };
        let digits = std::str::from_utf8(text.bytes()).unwrap_or_default();
        let Ok(count) = u64::from_str_radix(digits, 16) else {
            continue;
        };
        let hop = step.attempt.hop;
        let (source, destination) = (hop.source_node(), hop.destination_node());
        let ends = (
            source.map(|node| node.id()),
            destination.map(|node| node.id()),
        );
        let cnonce = params.value("cnonce").map(Text::bytes);
        let key = (ends, nonce.bytes(), cnonce);
        let last = latest.insert(key, (count, text, request));
        let Some((least, other, earlier)) = last else {
            continue;
        };
        if earlier.cseq().map(|cseq| cseq.number) == request.cseq().map(|cseq| cseq.number) {
            // Sent to another server as it was, or counted wrongly as a whole.
            verdicts.not_provable();
            continue;
        }
        verdicts.check(count > least, || {
            let fault = Fault::at(&request, text).with(&earlier, other);
            fault.expected(format!("more than {least:08x}"))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const TO: &str = "To: <sip:alice@example.org>";

    fn registered(mut wire: Wire, number: u8, params: &str) -> Wire {
        let credentials = format!("Authorization: Digest username=\"a\", realm=\"r\", {params}");
        let cseq = format!("CSeq: {number} REGISTER");
        wire = wire.request(1, 2, "REGISTER", &[TO, &cseq, &credentials]);
        wire.response(2, 1, "200 OK", &[TO, &cseq])
    }

    fn twice(first: &str, second: &str) -> Wire {
        registered(registered(Wire::new(), 2, first), 3, second)
    }

    const FIRST: &str = "nonce=\"n\", cnonce=\"c\", nc=00000009";

    #[test]
    fn fails() {
        twice(FIRST, FIRST).fails(&RULE, "00000009");
        twice(FIRST, "nonce=\"n\", cnonce=\"c\", nc=00000001").fails(&RULE, "00000001");
    }

    #[test]
    fn passes() {
        twice(FIRST, "nonce=\"n\", cnonce=\"c\", nc=0000000a").passes(&RULE);
    }

    #[test]
    fn says_nothing_of_other_nonces_and_without_count() {
        twice(FIRST, "nonce=\"m\", cnonce=\"c\", nc=00000001").says_nothing(&RULE);
        twice("nonce=\"n\"", "nonce=\"n\"").says_nothing(&RULE);
    }

    #[test]
    fn not_provable_where_it_is_the_same_request() {
        let again = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKagain";
        let credentials = format!("Authorization: Digest username=\"a\", realm=\"r\", {FIRST}");
        registered(Wire::new(), 2, FIRST)
            .request(
                1,
                2,
                "REGISTER",
                &[TO, "CSeq: 2 REGISTER", &credentials, again],
            )
            .cannot_tell(&RULE);
    }
}
