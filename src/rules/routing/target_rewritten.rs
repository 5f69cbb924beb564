//! A proxy that changed where a request inside of a dialog goes.

use std::net::IpAddr;

use super::{is_inside, may_replace_route};
use crate::rules::names;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Verdicts};
use crate::sip::{Name, Problems, Text, Uri};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "RTE09",
    name: "target-rewritten",
    family: Family::Routing,
    severity: Severity::Warning,
    flags: "A request inside of a dialog that left a proxy with another user, host or port in its Request-URI than it came in with.",
    matters: "The Request-URI is the Contact of the other side: it finds itself there or refuses the request.",
    cause: "A proxy that looks up every request in its location service, those of a dialog included.",
    silenced: &[
        "A Request-URI that names the proxy, or a host name for which it may answer.",
        "A next hop that is a strict router: it finds itself in the Request-URI (RFC 3261 16.6 step 6).",
        "Parameters, in which proxies note how to reach a terminal behind an address translation.",
        "CSCFs, back-to-back user agents, and hops that the Via list does not link.",
    ],
    citations: &[rfc("RFC 3261", "16.5")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    let (before, after) = (&relay.before, &relay.after);
    if !relay.is_request() || !is_inside(before) {
        return;
    }
    let (came, left) = (before.sip.first_line(), after.sip.first_line());
    let Some((came, left)) = came.uri_text().zip(left.uri_text()) else {
        return;
    };
    if came == left {
        return verdicts.pass();
    }
    let [came, left] = [came, left].map(|uri| Uri::read(uri, &mut Problems::ignored()));
    if place(&came) == place(&left) {
        return verdicts.pass();
    }
    let mut route = before.sip.addresses(Name::Route);
    let strict = route.any(|entry| !entry.is_loose_router());
    let foreign =
        came.host.address().is_some() && relay.node.is_some_and(|node| !names(&node, &came));
    if !relay.is_proxied() || may_replace_route(relay) || strict || !foreign {
        return verdicts.not_provable();
    }
    let fault = Fault::at(after, left.text).with(before, came.text);
    verdicts.fail(fault.expected(came.text.lossy()));
}

/// What of a URI has to stay: user, address or name, and port.
fn place<'u>(uri: &Uri<'u>) -> (Option<Text<'u>>, Option<IpAddr>, Vec<u8>, u16) {
    let name = match uri.host.address() {
        Some(_) => Vec::new(),
        None => uri.host.text.bytes().to_ascii_lowercase(),
    };
    let port = uri.port.and_then(|port| port.number).unwrap_or(5060);
    (uri.user, uri.host.address(), name, port)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const IN: &str = "! BYE sip:bob@192.0.2.4 SIP/2.0";

    fn passed_on(inside: bool, came: &str, left: &str) -> Wire {
        let to = match inside {
            true => "To: <sip:bob@example.org>;tag=b",
            false => "To: <sip:bob@example.org>",
        };
        Wire::new().request(1, 2, "BYE", &[came, to]).request(
            2,
            3,
            "BYE",
            &[
                left,
                to,
                "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2",
                "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
                "Max-Forwards: 69",
            ],
        )
    }

    #[test]
    fn fails() {
        for wrong in [
            "sip:bob@192.0.2.5",
            "sip:192.0.2.4",
            "sip:bob@192.0.2.4:5070",
        ] {
            let left = format!("! BYE {wrong} SIP/2.0");
            passed_on(true, IN, &left).fails(&RULE, wrong);
        }
    }

    #[test]
    fn passes() {
        passed_on(true, IN, IN).passes(&RULE);
        passed_on(true, "! BYE sip:bob@192.0.2.4;alias=x SIP/2.0", IN).passes(&RULE);
    }

    #[test]
    fn not_provable() {
        let left = "! BYE sip:bob@192.0.2.5 SIP/2.0";
        // It names the proxy itself, or a domain.
        passed_on(true, "! BYE sip:bob@192.0.2.2 SIP/2.0", left).cannot_tell(&RULE);
        passed_on(true, "! BYE sip:bob@example.org SIP/2.0", left).cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_outside_of_a_dialog() {
        let left = "! BYE sip:bob@192.0.2.5 SIP/2.0";
        passed_on(false, IN, left).says_nothing(&RULE);
    }
}
