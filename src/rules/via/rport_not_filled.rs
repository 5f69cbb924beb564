//! A server that did not say from which port a request came.

use crate::base::Transport;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "VIA08",
    name: "rport-not-filled",
    family: Family::Via,
    severity: Severity::Warning,
    flags: "An answer over UDP whose topmost Via still has rport without a value, though the request asked for it.",
    matters: "The client does not learn under which port it is seen, and cannot keep an address translation open.",
    cause: "A server that does not know RFC 3581 and copies the Via as it came.",
    silenced: &[
        "An answer that went to another port than the request came from: VIA07 tells it.",
        "A request from another address than it names, and no received either: VIA09 tells it.",
        "A server that follows RFC 3261 alone, and so does not add received: this is only worth knowing.",
        "Other transports, where the answer comes back on the connection.",
    ],
    citations: &[rfc("RFC 3581", "4")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(request) = hop.request() else {
        return;
    };
    let asks = request.via().and_then(|via| via.rport()) == Some(None);
    if !asks || request.message.sighting().transport() != Transport::Udp {
        return;
    }
    let from = request.message.sighting().source();
    let came = from.and_then(|end| end.endpoint());
    for answer in hop.answers() {
        let Some(via) = answer.via() else {
            continue;
        };
        let went = answer.message.sighting().destination();
        let noted = via.received().is_some();
        let translated = came.is_some_and(|came| via.host.address() != Some(came.address));
        if via.rport() != Some(None) || went != from || translated && !noted {
            verdicts.pass();
            continue;
        }
        let expected = match came {
            Some(from) => format!("rport={}, from where the request came", from.port),
            None => "rport with the port that the request came from".to_owned(),
        };
        let fault = Fault::at(&answer, via.text).expected(expected);
        // A server that notes nothing at all may be one that does not know RFC 3581.
        verdicts.fail(match noted {
            true => fault,
            false => fault.at_most(Severity::Info),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::Severity;
    use crate::rules::testing::Wire;

    const ASKS: &str = "Via: SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bK1";

    fn answered(via: &str) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[ASKS])
            .response(2, 1, "200 OK", &[via])
    }

    #[test]
    fn fails() {
        answered(ASKS).fails(&RULE, "SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bK1");
    }

    #[test]
    fn passes() {
        let filled = "Via: SIP/2.0/UDP 192.0.2.1;rport=5060;received=192.0.2.1;branch=z9hG4bK1";
        answered(filled).passes(&RULE);
    }

    #[test]
    fn an_answer_to_another_place_is_another_fault() {
        Wire::new()
            .request(1, 2, "INVITE", &[ASKS])
            .response(2, 3, "200 OK", &[ASKS])
            .passes(&RULE);
    }

    #[test]
    fn a_server_that_knows_nothing_of_it_is_not_to_blame() {
        let severity = |via: &str| answered(via).judge(&RULE).0[0].severity;
        assert_eq!(severity(ASKS), Severity::Info);
        let noted = format!("{ASKS};received=192.0.2.1");
        assert_eq!(severity(&noted), Severity::Warning);
        let other = "Via: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bK1";
        Wire::new()
            .request(1, 2, "INVITE", &[other])
            .response(2, 1, "200 OK", &[other])
            .passes(&RULE);
    }

    #[test]
    fn says_nothing_where_it_was_not_asked_for() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
            .says_nothing(&RULE);
        answered(ASKS).on_stream().says_nothing(&RULE);
    }
}
