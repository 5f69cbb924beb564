//! A challenge that calls a nonce stale which nobody has used.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "REG15",
    name: "stale-without-credentials",
    family: Family::Registration,
    severity: Severity::Warning,
    flags: "A 401 or 407 with stale=true to a request that has no credentials.",
    matters: "The client concludes that its password was right, and tries again without asking its user.",
    cause: "A server that writes the parameter into every challenge.",
    silenced: &[
        "An answer that a proxy made of several: the request on another way may have had credentials.",
    ],
    citations: &[rfc("RFC 2617", "3.2.1"), rfc("RFC 7616", "3.3")],
    check: Check::Hop(check),
};

const FIELDS: [(u16, Name, Name); 2] = [
    (401, Name::WwwAuthenticate, Name::Authorization),
    (407, Name::ProxyAuthenticate, Name::ProxyAuthorization),
];

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(status @ (401 | 407)) = hop.hop.status() else {
        return;
    };
    let (Some(request), Some(answer)) = (hop.request(), hop.answer()) else {
        return;
    };
    let fields = FIELDS.iter().find(|(code, _, _)| *code == status);
    let Some((_, asks, answers)) = fields else {
        return;
    };
    for challenge in answer.sip.auths(*asks) {
        let stale = challenge
            .params
            .value("stale")
            .filter(|stale| stale.is("true"));
        let Some(stale) = stale else {
            verdicts.pass();
            continue;
        };
        match request.sip.has(*answers) {
            true => verdicts.pass(),
            false if !request.has_all_headers() => verdicts.not_provable(),
            false => verdicts.fail(Fault::at(&answer, stale).expected("false, or no stale")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::base::Spoiled;
    use crate::rules::testing::Wire;

    fn challenged(lines: &[&str], more: &str) -> Wire {
        let challenge = format!("WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"{more}");
        Wire::new().request(1, 2, "REGISTER", lines).response(
            2,
            1,
            "401 Unauthorized",
            &["CSeq: 1 REGISTER", &challenge],
        )
    }

    const CREDENTIALS: &str = "Authorization: Digest username=\"a\", realm=\"r\", nonce=\"old\"";

    #[test]
    fn fails() {
        challenged(&[], ", stale=true").fails(&RULE, "true");
    }

    #[test]
    fn passes() {
        challenged(&[CREDENTIALS], ", stale=TRUE").passes(&RULE);
        challenged(&[], ", stale=FALSE").passes(&RULE);
        challenged(&[], "").passes(&RULE);
    }

    #[test]
    fn not_provable_where_fields_were_left_out() {
        challenged(&[], ", stale=true")
            .spoiled(Spoiled::ABRIDGED)
            .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_other_answers() {
        Wire::new()
            .request(1, 2, "REGISTER", &[])
            .response(2, 1, "200 OK", &["CSeq: 1 REGISTER"])
            .says_nothing(&RULE);
    }
}
