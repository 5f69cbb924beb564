//! Credentials for another Request-URI than the request has.

use super::same_uri;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::{FirstLine, Name, Problems, Uri};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "REG14",
    name: "digest-uri-differs",
    family: Family::Registration,
    severity: Severity::Warning,
    flags: "A request whose sender computed its credentials for another URI than the Request-URI.",
    matters: "A server that compares the two must refuse the request; one that does not lets credentials be used for other requests.",
    cause: "A client that computes them for To or for its proxy.",
    silenced: &[
        "Behind the first hop proxies may have changed the Request-URI: a request with several Via.",
        "A border controller that passes a request on as its own changes it, too: no more than a warning.",
        "Parameters of the URI, and the usual port written out.",
        "Credentials without nonce, which prove nothing.",
        "A REGISTER with a user in the Request-URI, which is another fault.",
    ],
    citations: &[rfc("RFC 3261", "22.4"), rfc("RFC 2617", "3.2.2.5")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    let names = [Name::Authorization, Name::ProxyAuthorization];
    let Some(name) = names.into_iter().find(|name| seen.sip.has(*name)) else {
        return;
    };
    // An ACK and a CANCEL repeat the credentials of the INVITE (RFC 3261 22.1).
    let FirstLine::Request { uri, .. } = seen.sip.first_line() else {
        return;
    };
    if seen.vias().len() > 1 || seen.is("ACK") || seen.is("CANCEL") {
        return;
    }
    let target = Uri::read(uri, &mut Problems::ignored());
    if seen.is("REGISTER") && target.user.is_some() {
        // That there is a user is what is wrong with it.
        return;
    }
    for credentials in seen.sip.auths(name) {
        let nonce = credentials.params.value("nonce");
        let computed = credentials.params.value("uri");
        let Some(computed) = computed.filter(|_| nonce.is_some_and(|nonce| !nonce.is_empty()))
        else {
            continue;
        };
        let own = Uri::read(computed, &mut Problems::ignored());
        let same = computed == uri || same_uri(&own, &target);
        verdicts.check(same, || {
            let fault = Fault::at(seen, computed).with(seen, uri);
            fault.expected(uri.lossy())
        });
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn asked(method: &str, params: &str, lines: &[&str]) -> Wire {
        let credentials =
            format!("Proxy-Authorization: Digest username=\"a\", realm=\"r\", {params}");
        let lines = [lines, &[credentials.as_str()]].concat();
        Wire::new().request(1, 2, method, &lines)
    }

    const OTHER: &str = "nonce=\"n\", uri=\"sip:example.org\"";

    #[test]
    fn fails() {
        asked("INVITE", OTHER, &[]).fails(&RULE, "sip:example.org");
    }

    #[test]
    fn passes() {
        asked("INVITE", "nonce=\"n\", uri=\"sip:bob@example.org\"", &[]).passes(&RULE);
        for same in [
            "sip:bob@EXAMPLE.org",
            "sip:bob@example.org:5060",
            "sip:bob@example.org;transport=tcp",
        ] {
            asked("INVITE", &format!("nonce=\"n\", uri=\"{same}\""), &[]).passes(&RULE);
        }
    }

    #[test]
    fn says_nothing_where_it_was_passed_on_or_repeated() {
        let vias = [
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
            "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK9",
        ];
        asked("INVITE", OTHER, &vias).says_nothing(&RULE);
        asked("ACK", OTHER, &[]).says_nothing(&RULE);
        asked("INVITE", "nonce=\"\", uri=\"sip:example.org\"", &[]).says_nothing(&RULE);
    }
}
