//! A challenge that offers no security mechanism to a terminal that requires one.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::sip::Name;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "REG11",
    name: "security-server-missing",
    family: Family::Registration,
    severity: Severity::Error,
    flags: "A 401 or 494 without Security-Server to a REGISTER with Security-Client that requires sec-agree.",
    matters: "The terminal has nothing to choose from: it cannot set up the association that it asked for.",
    cause: "A P-CSCF that passes the challenge of the S-CSCF on as it came, because IPsec is switched off.",
    silenced: &[
        "Documents, which print only the fields that their step is about.",
        "A terminal that only supports the agreement.",
        "Hops behind the first one: there the fields should not be at all.",
    ],
    citations: &[rfc("RFC 3329", "2.3.1"), rfc("3GPP TS 24.229", "5.2.2.2")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(request) = hop.request().filter(|request| request.is("REGISTER")) else {
        return;
    };
    let Some(offer) = request.sip.value(Name::SecurityClient) else {
        return;
    };
    let requires = [Name::Require, Name::ProxyRequire];
    let is_required = requires
        .iter()
        .any(|name| request.sip.has_token(*name, "sec-agree"));
    let is_first = request.vias().len() < 2;
    let answer = hop.answer().filter(|_| is_required && is_first);
    let Some(answer) = answer.filter(|answer| matches!(answer.sip.status(), Some(401 | 494)))
    else {
        return;
    };
    match answer.sip.has(Name::SecurityServer) {
        true => verdicts.pass(),
        false if !answer.has_all_headers() || answer.is_of_document() => verdicts.not_provable(),
        false => {
            let fault = Fault::missing(&answer).about(Name::SecurityServer);
            verdicts.fail(
                fault
                    .with(&request, offer)
                    .expected("the mechanisms that the server has"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const OFFER: &str = "Security-Client: ipsec-3gpp;alg=hmac-sha-1-96";
    const SERVER: &str = "Security-Server: ipsec-3gpp;alg=hmac-sha-1-96";

    fn challenged(asked: &[&str], answer: &str) -> Wire {
        Wire::new().request(1, 2, "REGISTER", asked).response(
            2,
            1,
            "401 Unauthorized",
            &["CSeq: 1 REGISTER", answer],
        )
    }

    #[test]
    fn fails() {
        for required in ["Require: sec-agree", "Proxy-Require: sec-agree"] {
            challenged(&[OFFER, required], "Subject: x").fails(&RULE, "no Security-Server");
        }
    }

    #[test]
    fn passes() {
        challenged(&[OFFER, "Require: sec-agree"], SERVER).passes(&RULE);
    }

    #[test]
    fn says_nothing_where_it_is_not_required_or_was_passed_on() {
        challenged(&[OFFER, "Supported: sec-agree"], "Subject: x").says_nothing(&RULE);
        let vias = [
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
            "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK9",
        ];
        Wire::new()
            .request(
                1,
                2,
                "REGISTER",
                &[OFFER, "Require: sec-agree", vias[0], vias[1]],
            )
            .response(
                2,
                1,
                "401 Unauthorized",
                &["CSeq: 1 REGISTER", vias[0], vias[1]],
            )
            .says_nothing(&RULE);
    }

    #[test]
    fn not_provable_where_the_end_was_not_captured() {
        challenged(&[OFFER, "Require: sec-agree"], "Subject: x")
            .cut()
            .cannot_tell(&RULE);
    }
}
