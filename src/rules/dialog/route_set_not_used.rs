//! A request within a dialog that is not sent over the route set.

use std::cell::LazyCell;

use super::request_of_end;
use crate::rules::names;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, HopScene, Seen, Verdicts};
use crate::sip::{Name, Problems, Text, Uri};
use crate::trace::{Node, Route, RouteSet};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DLG08",
    name: "route-set-not-used",
    family: Family::Dialog,
    severity: Severity::Error,
    flags: "A request within a dialog whose Route is not the route set of the side that sends it: the Record-Route of the request that made the dialog in the same order for the callee, that of the answer backwards for the caller.",
    matters: "The request leaves out proxies that have to see it, goes to them in the wrong order, or does not arrive.",
    cause: "A user agent that does not turn the list around, sends everything to its proxy or straight to Contact, or builds the list anew from a later message.",
    silenced: &[
        "The Contact of the side does not name the node that sends: a proxy may stand in front of it.",
        "The message that the route set comes from was not seen where the side itself sends or gets it.",
        "A request from before the answer that the route set comes from.",
        "A Route without brackets: SYN07 tells it.",
        "A document that prints Record-Route without a value, or dots among the fields that it may be one of.",
        "A strict router is first: it has to find itself in the Request-URI.",
        "Further entries in front of the right ones are a warning: they may be a proxy that is set by hand.",
    ],
    citations: &[
        rfc("RFC 3261", "12.1.1"),
        rfc("RFC 3261", "12.1.2"),
        rfc("RFC 3261", "12.2.1.1"),
    ],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    let is_left_out = LazyCell::new(|| is_left_out(dialog));
    for one in dialog.transactions().filter(|one| !one.transaction.makes) {
        let Some((request, node)) = request_of_end(dialog, &one) else {
            verdicts.not_provable();
            continue;
        };
        let set = dialog.state().routes.of(one.transaction.from).as_ref();
        let set = set.filter(|set| set.at_own_hop && set.message < request.message.id());
        let told = set.and_then(|set| dialog.message(set.message));
        let is_unknown = |(set, told): &(&RouteSet, Seen<'_>)| {
            leaves_out(told) || set.routes.is_empty() && *is_left_out
        };
        let set = set.zip(told).filter(|set| !is_unknown(set));
        match set.filter(|_| request.has_all_headers()) {
            Some((set, told)) if set.routes.first().is_none_or(|first| first.loose) => {
                compare(&request, own(&set.routes, &node), &told, verdicts);
            }
            _ => verdicts.not_provable(),
        }
    }
}

/// Whether a node of the way on which the dialog was made may have put itself into the path: what stands for its value is not known.
fn is_left_out(dialog: &DialogScene<'_>) -> bool {
    let mut all = dialog.transactions();
    let made = all.find(|one| one.transaction.makes);
    made.is_some_and(|made| {
        let near = made.hop();
        let far = near.journey();
        let mut messages = far.iter().chain([&near]).flat_map(HopScene::messages);
        messages.any(|seen| leaves_out(&seen))
    })
}

fn leaves_out(seen: &Seen<'_>) -> bool {
    let mut left_out = seen.left_out();
    let is_open = seen.is_of_document() && !seen.has_all_headers();
    left_out.any(|field| field.known == Name::RecordRoute)
        || is_open && !seen.sip.has(Name::RecordRoute)
}

/// What is behind the node itself, if it put itself in the path.
fn own<'r>(routes: &'r [Route], node: &Node<'_>) -> &'r [Route] {
    let is_own = |route: &Route| names(node, &uri_of(&route.uri));
    let behind = routes.iter().rposition(is_own).map_or(0, |at| at + 1);
    &routes[behind..]
}

fn uri_of(text: &str) -> Uri<'_> {
    Uri::read(Text::all(text.as_bytes()), &mut Problems::ignored())
}

fn compare(request: &Seen<'_>, set: &[Route], told: &Seen<'_>, verdicts: &mut Verdicts) {
    let sent: Vec<_> = request.sip.addresses(Name::Route).collect();
    // Without brackets the parameters are not those of the URI: that is told as such.
    if sent.iter().any(|entry| !entry.text.bytes().contains(&b'<')) {
        return verdicts.not_provable();
    }
    let same = |route: &Route, at: usize| {
        let entry = sent.get(at).map(|entry| entry.uri_text());
        entry.is_some_and(|entry| {
            entry.bytes() == route.uri.as_bytes()
                || uri_of(&entry.lossy()).equivalent(&uri_of(&route.uri))
        })
    };
    let is_set_from = |from: usize| {
        let mut all = set.iter().enumerate();
        sent.len() == from + set.len() && all.all(|(at, route)| same(route, from + at))
    };
    let more = sent.len().saturating_sub(set.len());
    verdicts.check(is_set_from(0), || {
        let first = (0..sent.len()).find(|at| set.get(*at).is_none_or(|route| !same(route, *at)));
        let fault = match first {
            Some(at) => Fault::at(request, sent[at].text),
            None => Fault::missing(request).about(Name::Route),
        };
        let listed: Vec<_> = set.iter().map(|route| format!("<{}>", route.uri)).collect();
        let expected = match listed.is_empty() {
            true => "no Route".to_owned(),
            false => listed.join(", "),
        };
        let got: Vec<_> = sent.iter().map(|entry| entry.text.lossy()).collect();
        let fault = match got.is_empty() {
            true => fault,
            false => fault.got(got.join(", ")),
        };
        let from = told.sip.value(Name::RecordRoute);
        let from = from.unwrap_or(told.sip.first_line_text());
        let fault = fault.with(told, from).expected(expected);
        match more > 0 && is_set_from(more) {
            true => fault.at_most(Severity::Warning),
            false => fault,
        }
    });
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const BELOW: &str = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1";
    const ABOVE: &str = "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK9";
    const BOTH: &str = "Record-Route: <sip:two.example.org;lr>, <sip:one.example.org;lr>";

    /// A call through a node with two proxies in it. The caller is 1, the callee is 2.
    fn call() -> Wire {
        let far = "Contact: <sip:bob@192.0.2.2>";
        Wire::new()
            .request(1, 9, "INVITE", &[])
            .request(9, 2, "INVITE", &[ABOVE, BELOW, BOTH, "Max-Forwards: 69"])
            .response(2, 9, "200 OK", &[ABOVE, BELOW, BOTH, far])
            .response(9, 1, "200 OK", &[BELOW, BOTH, far])
    }

    fn by_caller(route: &str) -> Wire {
        call().within(1, 9, "2 BYE", &[route])
    }

    const RIGHT: &str = "Route: <sip:one.example.org;lr>, <sip:two.example.org;lr>";

    #[test]
    fn fails() {
        let wrong = "<sip:two.example.org;lr>, <sip:one.example.org;lr>";
        by_caller(&format!("Route: {wrong}")).fails(&RULE, wrong);
        by_caller("Subject: x").fails(&RULE, "no Route");
        by_caller("Route: <sip:one.example.org;lr>").fails(&RULE, "<sip:one.example.org;lr>");
        let ends = [
            "From: <sip:bob@example.org>;tag=b",
            "To: <sip:alice@example.org>;tag=a",
            RIGHT,
        ];
        let turned = RIGHT.trim_start_matches("Route: ");
        call().within(2, 9, "7 BYE", &ends).fails(&RULE, turned);
    }

    #[test]
    fn passes() {
        by_caller(RIGHT).passes(&RULE);
        by_caller("Route: <sip:ONE.example.org;lr>,<sip:two.example.org;lr>").passes(&RULE);
        let ends = [
            "From: <sip:bob@example.org>;tag=b",
            "To: <sip:alice@example.org>;tag=a",
            "Route: <sip:two.example.org;lr>, <sip:one.example.org;lr>",
        ];
        call().within(2, 9, "7 BYE", &ends).passes(&RULE);
    }

    #[test]
    fn passes_where_nobody_wants_to_be_in_the_path() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
            .within(1, 2, "2 BYE", &[])
            .passes(&RULE);
    }

    #[test]
    fn not_provable_where_a_proxy_may_stand_in_front() {
        Wire::new()
            .request(1, 2, "INVITE", &["Contact: <sip:alice@192.0.2.77>"])
            .response(2, 1, "200 OK", &[BOTH])
            .within(1, 2, "2 BYE", &[])
            .cannot_tell(&RULE);
    }

    /// RFC 3261 16.6: any proxy of the way may have put itself into the path; of a document only its steps are told.
    #[test]
    fn not_provable_where_a_document_leaves_the_route_set_out() {
        let empty = "Record-Route:";
        let told = |asked: &str, answered: [&str; 2]| {
            let contact = "Contact: <sip:bob@192.0.2.2>";
            Wire::new()
                .step("INVITE request (UE to P-CSCF)")
                .request(1, 9, "INVITE", &[])
                .step("INVITE request (P-CSCF to AS)")
                .request(9, 2, "INVITE", &[ABOVE, BELOW, asked, "Max-Forwards: 69"])
                .step("200 OK response (AS to P-CSCF)")
                .response(2, 9, "200 OK", &[ABOVE, BELOW, answered[0], contact])
                .step("200 OK response (P-CSCF to UE)")
                .response(9, 1, "200 OK", &[BELOW, answered[1], contact])
                .step("BYE request (UE to P-CSCF)")
                .within(1, 9, "2 BYE", &[RIGHT])
        };
        let none = "Subject: x";
        for (asked, answered) in [
            (empty, [empty, empty]),
            (empty, [none, none]),
            ("Record-Route: ...", [none, none]),
            (none, [empty, none]),
            (none, [none, empty]),
            (
                none,
                [
                    none,
                    "Record-Route: <sip:two.example.org;lr>\r\nRecord-Route:",
                ],
            ),
        ] {
            told(asked, answered).cannot_tell(&RULE);
        }
        told(none, [none, none]).fails(&RULE, RIGHT.trim_start_matches("Route: "));
        // What the node itself got is what it has to use, whatever the others leave out.
        told(empty, [empty, BOTH]).passes(&RULE);
    }

    #[test]
    fn not_provable_where_the_dialog_began_before() {
        Wire::new().within(1, 2, "2 BYE", &[]).cannot_tell(&RULE);
    }
}
