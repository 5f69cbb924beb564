//! A request that did not go to the address that its topmost Route names.

use std::net::IpAddr;

use super::is_inside;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, HopScene, Verdicts};
use crate::sip::Name;
use crate::trace::Link;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "RTE08",
    name: "not-sent-to-route",
    family: Family::Routing,
    severity: Severity::Warning,
    flags: "A request that went to another address than the one in its topmost Route.",
    matters: "The node that has to see the request next is left out, or gets it from one that cannot send it on.",
    cause: "A client with a fixed outbound proxy, or a node that forgot to put its next hop into Route.",
    silenced: &[
        "A host name: nothing here knows its addresses; and maddr.",
        "Another address of the node that got the request, by which only messages name it.",
        "An address of a private network next to a public one: something translates between them.",
        "Something on the way that is no SIP node and passes packets on.",
        "An entry without lr: RTE03 tells it.",
        "Who begins a request within a dialog: DLG08 holds it to the route set.",
    ],
    citations: &[rfc("RFC 3261", "8.1.2"), rfc("RFC 3261", "16.6 step 7")],
    check: Check::Hop(check),
};

fn check(hop: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some(request) = hop.request() else {
        return;
    };
    // The route set of a dialog is judged as a whole.
    if is_inside(&request) && request.vias().len() < 2 {
        return;
    }
    let Some((text, route)) = request
        .sip
        .value(Name::Route)
        .zip(request.sip.addresses(Name::Route).next())
    else {
        return;
    };
    let uri = route.uri();
    let went = request.message.sighting().destination();
    let went = went.and_then(|end| end.endpoint());
    let exact = uri.is_loose_router() && uri.param("maddr").is_none();
    let (Some(named), Some(went), true) = (uri.host.address(), went, exact) else {
        return verdicts.not_provable();
    };
    if named == went.address {
        return verdicts.pass();
    }
    let unseen = is_other_name(hop, named) || is_passed_on_unseen(hop);
    if is_private(named) != is_private(went.address) || unseen {
        return verdicts.not_provable();
    }
    let fault = Fault::at(&request, text);
    verdicts.fail(fault.expected(format!("an entry for {}, where it went", went.address)));
}

/// Whether the trace has the address for another one of the same node that only messages name, such as that of a cluster. One
/// that packets went to or came from is a place of its own.
fn is_other_name(hop: &HopScene<'_>, named: IpAddr) -> bool {
    let node = hop.hop.destination_node();
    let mut all = node.into_iter().flat_map(|node| node.addresses());
    all.any(|known| known.endpoint.address == named && !known.seen)
}

/// Whether the same request, with the same Via list, was seen in front of the node or behind it.
fn is_passed_on_unseen(hop: &HopScene<'_>) -> bool {
    let unchanged = |link| link == Link::Unchanged;
    let came = hop.hop.parent().is_some_and(|(_, link)| unchanged(link));
    let below = || {
        let mut below = hop.hop.continued_by();
        below.any(|next| next.parent().is_some_and(|(_, link)| unchanged(link)))
    };
    came || below()
}

/// RFC 1918, RFC 6598, RFC 4193, and what never leaves a link or a machine.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [one, two, ..] = address.octets();
            let shared = one == 100 && (64..128).contains(&two);
            address.is_private() || address.is_loopback() || address.is_link_local() || shared
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn sent(route: &str) -> Wire {
        let route = format!("Route: {route}");
        Wire::new().request(1, 2, "INVITE", &[&route])
    }

    #[test]
    fn fails() {
        sent("<sip:192.0.2.9;lr>").fails(&RULE, "<sip:192.0.2.9;lr>");
    }

    #[test]
    fn passes() {
        sent("<sip:192.0.2.2;lr>, <sip:192.0.2.9;lr>").passes(&RULE);
    }

    #[test]
    fn not_provable() {
        sent("<sip:proxy.example.org;lr>").cannot_tell(&RULE);
        sent("<sip:192.0.2.9;lr;maddr=192.0.2.2>").cannot_tell(&RULE);
        sent("<sip:192.0.2.9>").cannot_tell(&RULE);
        // The other side of an address translation.
        sent("<sip:10.0.0.9;lr>").cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_where_something_passes_packets_on() {
        let own = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1";
        let route = "Route: <sip:192.0.2.3;lr>";
        Wire::new()
            .request(1, 2, "INVITE", &[own, route])
            .request(2, 3, "INVITE", &[own, route])
            .cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_who_begins_a_request_within_a_dialog() {
        let route = "Route: <sip:192.0.2.9;lr>";
        Wire::new()
            .within(1, 2, "2 BYE", &[route])
            .says_nothing(&RULE);
    }

    #[test]
    fn says_nothing_without_route() {
        Wire::new().request(1, 2, "INVITE", &[]).says_nothing(&RULE);
    }
}
