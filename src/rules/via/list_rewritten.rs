//! A proxy that did not leave the Via values as they came in.

use super::{COOKIE, leaves_out_via, same_but_receipt};
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Relay, Seen, Verdicts};
use crate::sip::{Problems, Text, Via};
use crate::trace::Link;

pub(in crate::rules) const RULE: Rule = Rule {
    code: "VIA02",
    name: "via-list-rewritten",
    family: Family::Via,
    severity: Severity::Error,
    flags: "A request that left a proxy with more, fewer or other Via values than one new one on top of those it came in with.",
    matters: "Answers go back along this list: a value that is lost, doubled or changed sends them elsewhere.",
    cause: "A proxy that strips the list, or inserts its Via twice.",
    silenced: &[
        "received and rport, which every receiver adds to the topmost value.",
        "A back-to-back user agent begins a list of its own.",
        "Topology hiding at the edge of a network, and a P-CSCF toward the UE, put the list away and back again, its topmost value first: where that is gone, nothing is proved.",
        "More values on top than one, which others may have put there who were not captured: unless both name one sender, and Max-Forwards tells that the request was passed on once.",
    ],
    citations: &[rfc("RFC 3261", "16.6 step 8")],
    check: Check::Relay(check),
};

fn check(relay: &Relay<'_>, verdicts: &mut Verdicts) {
    if !relay.is_request() {
        return;
    }
    let (before, after) = (relay.before.vias(), relay.after.vias());
    let left_out = leaves_out_via(&relay.before) || leaves_out_via(&relay.after);
    let kept = match relay.link {
        Link::Via => after.len().checked_sub(before.len()),
        _ if left_out || relay.is_by_b2bua() => None,
        _ => came_through(relay),
    };
    let Some(kept) = kept else {
        return verdicts.not_provable();
    };
    let mut pairs = after[kept..].iter().zip(before);
    let changed = pairs.find(|(kept, came)| !same_but_receipt(**kept, **came));
    match changed {
        None if kept == 1 && after.len() == before.len() + 1 => verdicts.pass(),
        Some((got, came)) if kept > 0 => {
            let fault = Fault::at(&relay.after, *got).with(&relay.before, *came);
            verdicts.fail(fault.expected(came.lossy()));
        }
        _ => {
            let fault = Fault::at(&relay.after, after.first().copied().unwrap_or_default());
            let got = match kept {
                0 => format!("the value that it came in with on top of {}", after.len()),
                _ => format!("{} values after {}", after.len(), before.len()),
            };
            verdicts.fail(fault.expected("one more value, on top").got(got));
        }
    }
}

/// How many values stand on top of those that a request came in with, where the list is another one, and shows nevertheless that
/// this is the request: the topmost value that it came in with, whose branch nobody else has, is still there. Who hides the list hides
/// that first. More than one on top may be of those between who were not captured, unless both are of one and Max-Forwards
/// tells that the request was passed on once.
fn came_through(relay: &Relay<'_>) -> Option<usize> {
    let (before, after) = (relay.before.vias(), relay.after.vias());
    let top = before.first().filter(|_| has_own_branch(&relay.before))?;
    let mut places = after.iter().enumerate();
    let (place, _) = places.find(|(_, value)| same_but_receipt(**value, *top))?;
    match place {
        // It may be what a translation let through.
        0 if after.len() == before.len() => None,
        0 | 1 => Some(place),
        2 => {
            let left = |seen: &Seen<'_>| seen.sip.max_forwards();
            let is_once = left(&relay.before)?.checked_sub(left(&relay.after)?) == Some(1);
            (is_once && have_one_sender(after[0], after[1])).then_some(place)
        }
        _ => None,
    }
}

/// Whether the branch of the topmost value is one that nobody else gives (RFC 3261 8.1.1.7).
fn has_own_branch(seen: &Seen<'_>) -> bool {
    let via = seen.via();
    let branch = via.as_ref().and_then(|via| via.branch());
    branch.is_some_and(|branch| branch.bytes().starts_with(COOKIE))
}

fn have_one_sender(one: Text<'_>, other: Text<'_>) -> bool {
    let [one, other] = [one, other].map(|text| Via::read(text, &mut Problems::ignored()));
    let port = |via: &Via<'_>| via.port.map(|port| port.number);
    one.host.equivalent(&other.host) && port(&one) == port(&other)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const SECOND: &str = "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2";

    fn passed_on(below: &str) -> Wire {
        Wire::new().request(1, 2, "INVITE", &[]).request(
            2,
            3,
            "INVITE",
            &[SECOND, below, "Max-Forwards: 69"],
        )
    }

    #[test]
    fn fails() {
        passed_on("Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;added=here")
            .fails(&RULE, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;added=here");
    }

    /// What a request came in with at the second node, and how it left that.
    fn changed(came: &[&str], left: &[&str]) -> Wire {
        let left = [left, &["Max-Forwards: 68"]].concat();
        let came = [came, &["Max-Forwards: 69"]].concat();
        Wire::new()
            .request(2, 3, "INVITE", &came)
            .request(3, 4, "INVITE", &left)
    }

    const FIRST: &str = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1";
    const THIRD: &str = "Via: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bK3";

    #[test]
    fn fails_where_a_value_is_lost_doubled_or_in_another_place() {
        let came = [SECOND, FIRST];
        changed(&came, &[THIRD, SECOND]).fails(&RULE, "2 values after 2");
        let other = "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK8";
        changed(&came, &[THIRD, SECOND, &format!("Via: {other}")]).fails(&RULE, other);
        let twice = "Via: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bK33";
        changed(&came, &[THIRD, twice, SECOND, FIRST]).fails(&RULE, "4 values after 2");
        let on_top = "the value that it came in with on top of 3";
        changed(&came, &[SECOND, FIRST, THIRD]).fails(&RULE, on_top);
        changed(&came, &[SECOND, THIRD, FIRST]).fails(&RULE, on_top);
        let moved = &SECOND["Via: ".len()..];
        changed(&came, &[THIRD, SECOND, SECOND]).fails(&RULE, moved);
    }

    #[test]
    fn not_provable_where_others_may_have_been_between() {
        let came = [SECOND, FIRST];
        let unseen = "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK9";
        changed(&came, &[THIRD, unseen, SECOND, FIRST]).cannot_tell(&RULE);
        // Twice through the same node, as Max-Forwards tells.
        Wire::new()
            .request(2, 3, "INVITE", &[SECOND, FIRST, "Max-Forwards: 69"])
            .request(
                3,
                4,
                "INVITE",
                &[
                    THIRD,
                    "Via: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bK33",
                    SECOND,
                    FIRST,
                    "Max-Forwards: 67",
                ],
            )
            .cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_where_the_topmost_value_is_hidden() {
        let hidden = "Via: SIP/2.0/UDP hidden.example;branch=z9hG4bK8";
        changed(&[SECOND, FIRST], &[THIRD, hidden, FIRST]).cannot_tell(&RULE);
        changed(&[SECOND, FIRST], &[THIRD, FIRST]).cannot_tell(&RULE);
        let no_cookie = "Via: SIP/2.0/UDP 192.0.2.2;branch=1";
        changed(&[no_cookie, FIRST], &[THIRD, no_cookie]).cannot_tell(&RULE);
    }

    #[test]
    fn passes() {
        passed_on("Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1").passes(&RULE);
        passed_on("v: SIP/2.0/UDP 192.0.2.1 ;received=192.0.2.1;branch=z9hG4bK1;rport=5060")
            .passes(&RULE);
    }

    #[test]
    fn not_provable_where_it_was_hidden() {
        Wire::new()
            .request(1, 2, "INVITE", &[])
            .request(2, 3, "INVITE", &[SECOND])
            .cannot_tell(&RULE);
    }
}
