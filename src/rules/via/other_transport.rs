//! A topmost Via that names another transport than the request came over.

use crate::base::Transport;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "VIA05",
    name: "via-names-other-transport",
    family: Family::Via,
    severity: Severity::Warning,
    flags: "A request that came over another transport than its topmost Via says.",
    matters: "The answer goes over the transport that the Via names.",
    cause: "A client that fell back from UDP to TCP for a large request and did not change the Via, or encryption that a box in front takes off.",
    silenced: &[
        "What an agent, a log or a document says of the transport is not what went over the wire.",
        "TLS that was taken off before the capture: TCP here, TLS in the Via.",
    ],
    citations: &[rfc("RFC 3261", "18.1.1")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    let Some(via) = seen.via().filter(|_| seen.is_request()) else {
        return;
    };
    let transport = seen.message.sighting().transport();
    if seen.is_hearsay() || transport == Transport::Unknown {
        return verdicts.not_provable();
    }
    let name = via.transport.lossy().to_ascii_uppercase();
    let secure = matches!(name.as_str(), "TLS" | "WSS" | "TLS-SCTP");
    if name != transport.name() && secure && transport != Transport::Udp {
        return verdicts.not_provable();
    }
    verdicts.check(name == transport.name(), || {
        Fault::at(seen, via.transport).expected(format!("{}, over which it came", transport.name()))
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn over(transport: &str) -> Wire {
        let via = format!("Via: SIP/2.0/{transport} 192.0.2.1;branch=z9hG4bK1");
        Wire::new().request(1, 2, "INVITE", &[&via])
    }

    #[test]
    fn fails() {
        over("TCP").fails(&RULE, "TCP");
        over("TLS").fails(&RULE, "TLS");
    }

    #[test]
    fn passes() {
        over("UDP").passes(&RULE);
        over("udp").passes(&RULE);
    }

    #[test]
    fn not_provable_where_it_may_have_been_decrypted_on_the_way() {
        over("TLS").on_stream().cannot_tell(&RULE);
        over("TCP").step("INVITE").cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_responses() {
        Wire::new()
            .response(2, 1, "200 OK", &[])
            .says_nothing(&RULE);
    }
}
