//! A request that came back to a node as it had left it.

use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Seen, Verdicts};
use crate::sip::{FirstLine, Name, Via};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "VIA11",
    name: "request-in-circles",
    family: Family::Via,
    severity: Severity::Warning,
    flags: "A request that a node sends for the second time with the same Request-URI and Route, with its own earlier Via below the new one.",
    matters: "It goes round until Max-Forwards is used up; where it is forked, each round doubles it.",
    cause: "Two proxies whose routing tables name each other.",
    silenced: &[
        "A spiral: the request comes back for another Request-URI or with another Route.",
        "The earlier sending was not seen.",
    ],
    citations: &[rfc("RFC 3261", "16.3 step 4"), rfc("RFC 5393", "4.2")],
    check: Check::Hop(check),
};

/// No way through proxies is longer (RFC 3261 20.22).
const MOST_LOOKED_AT: usize = 255;

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(request) = hop.request() else {
        return;
    };
    let Some(own) = request.via() else {
        return;
    };
    let vias = request.sip.vias().skip(1);
    let mut earlier = vias.filter(|via| is_same_sender(via, &own)).peekable();
    if earlier.peek().is_none() {
        return verdicts.pass();
    }
    for earlier in earlier {
        match sent_with(hop, &earlier) {
            None => verdicts.not_provable(),
            Some(before) => verdicts.check(!is_same_target(&request, &before), || {
                let line = request.sip.first_line_text();
                let fault = Fault::at(&request, line).with(&before, before.sip.first_line_text());
                fault
                    .expected("482 (Loop Detected), or another Request-URI or Route than before")
                    .got("the same request again")
            }),
        }
    }
}

fn is_same_sender(one: &Via<'_>, other: &Via<'_>) -> bool {
    let port = |via: &Via<'_>| via.port.map(|port| port.number);
    one.host.equivalent(&other.host) && port(one) == port(other)
}

/// The request further up whose topmost Via this is.
fn sent_with<'s>(hop: &HopScene<'s>, via: &Via<'_>) -> Option<Seen<'s>> {
    let up = std::iter::successors(hop.hop.parent(), |(hop, _)| hop.parent());
    let mut requests = up
        .take(MOST_LOOKED_AT)
        .filter_map(|(above, _)| hop.request_of(above));
    requests.find(|request| {
        let top = request.via();
        top.is_some_and(|top| top.branch().is_some() && top.branch() == via.branch())
    })
}

fn is_same_target(one: &Seen<'_>, other: &Seen<'_>) -> bool {
    let uri = |seen: &Seen<'_>| match seen.sip.first_line() {
        FirstLine::Request { uri, .. } => Some(uri.bytes().to_vec()),
        _ => None,
    };
    let route = |seen: &Seen<'_>| -> Vec<Vec<u8>> {
        let values = seen.sip.values(Name::Route);
        values.map(|value| value.bytes().to_vec()).collect()
    };
    uri(one) == uri(other) && route(one) == route(other) && one.vias().len() > other.vias().len()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const FIRST: &str = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1";
    const SECOND: &str = "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2";
    const THIRD: &str = "Via: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bK3";
    const BACK: &str = "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK4";

    /// From 1 to 2 to 3, and back to 2, which sends it on to 3 once more.
    fn round(last: &str) -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[FIRST])
            .request(2, 3, "INVITE", &[SECOND, FIRST, "Max-Forwards: 69"])
            .request(3, 2, "INVITE", &[THIRD, SECOND, FIRST, "Max-Forwards: 68"])
            .request(
                2,
                3,
                "INVITE",
                &[BACK, THIRD, SECOND, FIRST, "Max-Forwards: 67", last],
            )
    }

    #[test]
    fn fails() {
        round("Subject: x").fails(&RULE, "the same request again");
    }

    #[test]
    fn passes() {
        Wire::new().request(1, 2, "INVITE", &[]).passes(&RULE);
        // A spiral.
        round("! INVITE sip:carol@example.org SIP/2.0").passes(&RULE);
        round("Route: <sip:192.0.2.3;lr>").passes(&RULE);
    }

    #[test]
    fn not_provable_where_the_earlier_round_was_not_seen() {
        Wire::new()
            .request(2, 3, "INVITE", &[BACK, THIRD, SECOND, FIRST])
            .cannot_tell(&RULE);
    }
}
