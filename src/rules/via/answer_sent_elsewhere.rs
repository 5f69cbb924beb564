//! An answer that went neither to where its topmost Via says nor to where the request came from.

use super::may_be_protected;
use crate::base::{Endpoint, Layer, Transport};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::sip::Via;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "VIA10",
    name: "answer-sent-elsewhere",
    family: Family::Via,
    severity: Severity::Warning,
    flags: "An answer over UDP that went neither to the address and port that its topmost Via names nor to where the request came from.",
    matters: "The client does not listen there: the answer is lost, and the request is sent again.",
    cause: "A server that answers to a port of its configuration, or to the Contact.",
    silenced: &[
        "A request that asked with rport: VIA07 looks at it.",
        "A host name, or maddr: nothing here knows its addresses.",
        "Protected ports of IPsec, where answers go to a port of their own by agreement (3GPP TS 33.203).",
        "Ports that may be such where a log, an agent or an export tells of a packet, and so not of IPsec: all but 5060 and 5061.",
        "An address translation between server and capture: then received names another address than the packet has.",
    ],
    citations: &[rfc("RFC 3261", "18.2.2")],
    check: Check::Hop(check),
};

/// Where a Via is answered without port (RFC 3261 18.2.2).
const USUAL: u16 = 5060;

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(request) = hop.request() else {
        return;
    };
    let sighting = request.message.sighting();
    let asks = request.via().and_then(|via| via.rport());
    let secured = sighting.path().contains(Layer::Esp);
    if asks.is_some() || sighting.transport() != Transport::Udp || secured {
        return;
    }
    let from = sighting.source().and_then(|end| end.endpoint());
    for answer in hop.answers() {
        let sighting = answer.message.sighting();
        let Some(via) = answer
            .via()
            .filter(|_| sighting.transport() == Transport::Udp)
        else {
            continue;
        };
        let went = sighting.destination();
        let went = went.and_then(|end| end.endpoint());
        let (Some(from), Some(went), Some(named)) = (from, went, named(&via)) else {
            verdicts.not_provable();
            continue;
        };
        let is_right = went == from || went == named;
        let translated = || via.received().is_some() && named.address != from.address;
        if !is_right && (translated() || may_be_protected(&request, &answer)) {
            verdicts.not_provable();
            continue;
        }
        verdicts.check(is_right, || {
            Fault::at(&answer, via.text)
                .with(&request, request.sip.first_line_text())
                .expected(format!("an answer to {named}, as Via says"))
                .got(format!("an answer to {went}"))
        });
    }
}

/// Where a Via says that its answers go.
fn named(via: &Via<'_>) -> Option<Endpoint> {
    if via.maddr().is_some() {
        return None;
    }
    let address = match via.received() {
        Some(received) => received.lossy().trim_matches(['[', ']']).parse().ok(),
        None => via.host.address(),
    };
    let port = via.port.map_or(Some(USUAL), |port| port.number);
    Some(Endpoint::new(address?, port?))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn answered(via: &str, to: u8) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[via])
            .response(2, to, "200 OK", &[via])
    }

    const OWN: &str = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1";

    #[test]
    fn fails() {
        answered(OWN, 3).fails(&RULE, "an answer to 192.0.2.3:5060");
    }

    #[test]
    fn passes() {
        answered(OWN, 1).passes(&RULE);
        // The address that is named, and the source of a client that sends from another.
        answered("Via: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bK1", 3).passes(&RULE);
        answered("Via: SIP/2.0/UDP 192.0.2.1:5080;branch=z9hG4bK1", 1).passes(&RULE);
    }

    #[test]
    fn not_provable() {
        answered("Via: SIP/2.0/UDP a.example.org;branch=z9hG4bK1", 3).cannot_tell(&RULE);
        let translated = "Via: SIP/2.0/UDP 10.0.0.1;received=203.0.113.1;branch=z9hG4bK1";
        answered(translated, 3).cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_where_rport_was_asked_for() {
        let asks = "Via: SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bK1";
        answered(asks, 3).says_nothing(&RULE);
    }
}
