//! A request within a dialog that is for another URI than the Contact of the other side.

use super::{CROSSES, request_of_end};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{DialogScene, Fault, Seen, Verdicts};
use crate::sip::{FirstLine, Name, Problems, Text, Uri};
use crate::trace::{Node, Target};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "DLG09",
    name: "not-sent-to-remote-target",
    family: Family::Dialog,
    severity: Severity::Error,
    flags: "A request within a dialog, ACK to a 2xx included, whose Request-URI is not the Contact that the other side gave last.",
    matters: "The last proxy of the path sends it to somebody else, or answers 404.",
    cause: "A user agent that goes on with the URI it dialled first, or does not see that a re-INVITE brought another Contact.",
    silenced: &[
        "The Contact of the side does not name the node that sends: a proxy may stand in front of it, and may have changed what it got.",
        "A Contact that was not seen to arrive: what was lost behind may have changed it.",
        "A Contact that holds no more: the request and the new one may have crossed.",
        "The port 5060, which is the same as none.",
        "A strict router is first in the route set: the Request-URI is its own.",
    ],
    citations: &[rfc("RFC 3261", "12.2.1.1"), rfc("RFC 3261", "13.2.2.4")],
    check: Check::Dialog(check),
};

fn check(dialog: &DialogScene<'_>, verdicts: &mut Verdicts) {
    for one in dialog.transactions().filter(|one| !one.transaction.makes) {
        let Some((request, node)) = request_of_end(dialog, &one) else {
            verdicts.not_provable();
            continue;
        };
        let state = dialog.state();
        let party = one.transaction.from;
        let strict = state.routes.of(party).as_ref();
        let strict = strict.and_then(|set| set.routes.first());
        let targets = state.targets.of(party);
        let known = targets.partition_point(|one| one.message < request.message.id());
        let FirstLine::Request { uri, .. } = request.sip.first_line() else {
            continue;
        };
        match targets[..known].last() {
            Some(target) if strict.is_none_or(|first| first.loose) => {
                let told = dialog.message(target.message);
                if let Some(told) = told {
                    let sent = (&request, uri, &node);
                    compare(sent, target, &targets[..known], &told, verdicts);
                }
            }
            _ => verdicts.not_provable(),
        }
    }
}

fn compare(
    (request, uri, node): (&Seen<'_>, Text<'_>, &Node<'_>),
    target: &Target,
    targets: &[Target],
    told: &Seen<'_>,
    verdicts: &mut Verdicts,
) {
    let is = |target: &Target| same(&uri.lossy(), &target.uri);
    if is(target) {
        return verdicts.pass();
    }
    let arrived = told.message.receiver_node();
    if arrived.is_none_or(|arrived| arrived.id() != node.id()) {
        return verdicts.not_provable();
    }
    let crossed = told.until(request).is_none_or(|time| time.least < CROSSES);
    if crossed && !told.is_of_document() && targets.iter().any(is) {
        return verdicts.not_provable();
    }
    let contact = told.sip.value(Name::Contact);
    let contact = contact.unwrap_or(told.sip.first_line_text());
    let fault = Fault::at(request, uri).with(told, contact);
    verdicts.fail(fault.expected(target.uri.clone()));
}

/// Whether both are the same place; a port that is said may be the one that would be used without.
fn same(one: &str, other: &str) -> bool {
    let plain = |uri: &str| uri.replace(":5060", "");
    let (one, other) = (plain(one), plain(other));
    let read = |uri| Uri::read(Text::all(uri), &mut Problems::ignored());
    one == other || read(one.as_bytes()).equivalent(&read(other.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    fn call() -> Wire {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .response(2, 1, "200 OK", &[])
    }

    const OLD: &str = "! BYE sip:bob@192.0.2.2 SIP/2.0";
    const DIALLED: &str = "! BYE sip:bob@example.org SIP/2.0";

    #[test]
    fn fails() {
        call()
            .within(1, 2, "2 BYE", &[DIALLED])
            .fails(&RULE, "sip:bob@example.org");
        call()
            .within(1, 2, "1 ACK", &["! ACK sip:bob@example.org SIP/2.0"])
            .fails(&RULE, "sip:bob@example.org");
    }

    #[test]
    fn passes() {
        call().within(1, 2, "2 BYE", &[OLD]).passes(&RULE);
        let port = "! BYE sip:bob@192.0.2.2:5060 SIP/2.0";
        call().within(1, 2, "2 BYE", &[port]).passes(&RULE);
        call()
            .within(2, 1, "2 BYE", &["! BYE sip:alice@192.0.2.1 SIP/2.0"])
            .passes(&RULE);
    }

    fn moved(wait: i64) -> Wire {
        let other = "Contact: <sip:robert@192.0.2.2>";
        call()
            .within(
                2,
                1,
                "1 INVITE",
                &["! INVITE sip:alice@192.0.2.1 SIP/2.0", other],
            )
            .answered(
                1,
                2,
                "200 OK",
                "1 INVITE",
                &["Contact: <sip:alice@192.0.2.1>"],
            )
            .later(wait)
    }

    #[test]
    fn fails_where_the_other_side_moved_long_ago() {
        moved(60)
            .within(1, 2, "2 BYE", &[OLD])
            .fails(&RULE, "sip:bob@192.0.2.2");
    }

    #[test]
    fn not_provable_where_both_may_have_crossed() {
        moved(0).within(1, 2, "2 BYE", &[OLD]).cannot_tell(&RULE);
    }

    /// The callee is at another address from the second INVITE on. The request that tells so, and its answer, go by a proxy; the
    /// trace has these hops of the request.
    fn moved_by_proxy(contact: &str, request_hops: &[usize]) -> Wire {
        const UPPER: &str = "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKmove";
        const LOWER: &str = "Via: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bKpass";
        let first = "! INVITE sip:alice@192.0.2.1 SIP/2.0";
        let route = "Record-Route: <sip:192.0.2.3;lr>";
        let way = [1, 3, 2];
        let mut wire = Wire::new()
            .passed(&way, "INVITE", &[&[], &[route]])
            .passed_back(&way, "INVITE", "200 OK", &[&[route], &[route]]);
        let ends = [
            "From: <sip:bob@example.org>;tag=b",
            "To: <sip:alice@example.org>;tag=a",
        ];
        let told = "Contact: <sip:robert@192.0.2.2>";
        let sent = [first, UPPER, told, ends[0], ends[1]];
        let passed = [first, LOWER, UPPER, contact, ends[0], ends[1]];
        if request_hops.contains(&0) {
            wire = wire.request(2, 3, "INVITE", &sent);
        }
        if request_hops.contains(&1) {
            wire = wire.request(3, 1, "INVITE", &passed);
        }
        let own = "Contact: <sip:alice@192.0.2.1>";
        wire.response(1, 3, "200 OK", &[LOWER, UPPER, own, ends[0], ends[1]])
            .response(3, 2, "200 OK", &[UPPER, own, ends[0], ends[1]])
            .later(60)
    }

    const ROUTE: &str = "Route: <sip:192.0.2.3;lr>";

    #[test]
    fn what_was_lost_on_the_last_hop_is_known_from_the_one_before() {
        let moved = "Contact: <sip:robert@192.0.2.2>";
        let new = ["! BYE sip:robert@192.0.2.2 SIP/2.0", ROUTE];
        let both = || moved_by_proxy(moved, &[0, 1]);
        both().within(1, 3, "2 BYE", &new).passes(&RULE);
        both()
            .within(1, 3, "2 BYE", &[OLD, ROUTE])
            .fails(&RULE, "sip:bob@192.0.2.2");
        let lost = || moved_by_proxy(moved, &[0]);
        lost().within(1, 3, "2 BYE", &new).passes(&RULE);
        lost()
            .within(1, 3, "2 BYE", &[OLD, ROUTE])
            .cannot_tell(&RULE);
    }

    #[test]
    fn what_was_lost_on_the_last_hop_may_have_been_changed_there() {
        let changed = "Contact: <sip:here@192.0.2.3>";
        let to_changed = ["! BYE sip:here@192.0.2.3 SIP/2.0", ROUTE];
        moved_by_proxy(changed, &[0, 1])
            .within(1, 3, "2 BYE", &to_changed)
            .passes(&RULE);
        moved_by_proxy(changed, &[0])
            .within(1, 3, "2 BYE", &to_changed)
            .cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_where_a_proxy_may_stand_in_front() {
        Wire::new()
            .request(1, 2, "INVITE", &["Contact: <sip:alice@192.0.2.77>"])
            .response(2, 1, "200 OK", &[])
            .within(1, 2, "2 BYE", &[DIALLED])
            .cannot_tell(&RULE);
    }
}
