//! An answer that did not go to where the topmost Via sends it.

use super::may_be_protected;
use crate::base::{Endpoint, Transport};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "VIA07",
    name: "not-answered-to-sender",
    family: Family::Via,
    severity: Severity::Warning,
    flags: "An answer over UDP that went to another port than the one the request came from, though the request asked for that with rport.",
    matters: "Behind an address translation only that port is open.",
    cause: "A server that does not know RFC 3581.",
    silenced: &[
        "Protected ports of IPsec, where answers go to a port of their own by agreement (3GPP TS 33.203).",
        "Ports that may be such where a log, an agent or an export tells of a packet, and so not of IPsec: all but 5060 and 5061.",
        "Other transports answer on the connection.",
    ],
    citations: &[rfc("RFC 3581", "4")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(request) = hop.request() else {
        return;
    };
    let asks = request.via().is_some_and(|via| via.rport().is_some());
    let sighting = request.message.sighting();
    let secured = sighting.path().contains(crate::base::Layer::Esp);
    if !asks || sighting.transport() != Transport::Udp || secured {
        return;
    }
    let Some(from) = sighting.source().and_then(|end| end.endpoint()) else {
        return verdicts.not_provable();
    };
    for answer in hop.answers() {
        let sighting = answer.message.sighting();
        if sighting.transport() != Transport::Udp {
            continue;
        }
        let went = sighting.destination().and_then(|end| end.endpoint());
        let provable = |went: &Endpoint| *went == from || !may_be_protected(&request, &answer);
        let Some(went) = went.filter(provable) else {
            verdicts.not_provable();
            continue;
        };
        verdicts.check(went == from, || {
            let text = answer
                .via()
                .map_or(answer.sip.first_line_text(), |via| via.text);
            Fault::at(&answer, text)
                .expected(format!("an answer to {from}, from where the request came"))
                .got(format!("an answer to {went}"))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const RPORT: &str = "Via: SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bK1";

    #[test]
    fn passes() {
        Wire::new()
            .request(1, 2, "INVITE", &[RPORT])
            .response(2, 1, "200 OK", &[RPORT])
            .passes(&RULE);
    }

    #[test]
    fn fails() {
        Wire::new()
            .request(1, 2, "INVITE", &[RPORT])
            .response(2, 3, "200 OK", &[RPORT])
            .fails(&RULE, "an answer to 192.0.2.3:5060");
    }

    #[test]
    fn not_provable_where_an_end_is_not_known() {
        Wire::new()
            .request(0, 2, "INVITE", &[RPORT])
            .response(2, 1, "200 OK", &[RPORT])
            .cannot_tell(&RULE);
        Wire::new()
            .request(1, 2, "INVITE", &[RPORT])
            .response(2, 0, "200 OK", &[RPORT])
            .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_where_it_was_not_asked_for() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
            .says_nothing(&RULE);
    }
}
