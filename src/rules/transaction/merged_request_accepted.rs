//! A user agent that takes a request that came to it on two ways for two.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use crate::rules::names;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{CallScene, Fault, HopScene, Seen, Verdicts};
use crate::sip::{FirstLine, Name};
use crate::trace::{NodeId, Role};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "TXN22",
    name: "merged-request-accepted",
    family: Family::Transaction,
    severity: Severity::Info,
    flags: "A request outside of dialogs that came to a user agent on a second way while it still worked at the first, and that it did not answer with 482.",
    matters: "The phone rings twice, or two dialogs are made of one call.",
    cause: "A proxy that forks to two names of one phone, and a phone that knows requests by their branch only.",
    silenced: &[
        "A node that passes one of them on, or whose answers do not name it in Contact: user agents may be behind it.",
        "Another Request-URI: two user agents may have one address.",
        "A back-to-back user agent, which may hand both on.",
        "The same branch, which is the same request sent again or seen twice.",
        "The first one was answered finally before the second came, or another input saw it.",
    ],
    citations: &[rfc("RFC 3261", "8.2.2.2")],
    check: Check::Call(check),
};

/// From, Call-ID, CSeq and method: what is the same on all ways of a request.
type Request<'s> = (Option<&'s [u8]>, Option<&'s [u8]>, u32, &'s [u8]);

fn check(call: &CallScene<'_>, verdicts: &mut Verdicts) {
    let mut first: HashMap<_, HopScene<'_>, RandomState> = HashMap::default();
    let mut pairs = Vec::new();
    for hop in call.hops() {
        let node = hop.hop.destination_node().map(|node| node.id());
        let is_passed_on = hop.hop.continued_by().next().is_some();
        let Some(key) = request_of(&hop).zip(node).filter(|_| !is_passed_on) else {
            continue;
        };
        match first.get(&key) {
            None => drop(first.insert(key, hop)),
            Some(before) => pairs.push((key, *before, hop)),
        }
    }
    if pairs.is_empty() {
        return;
    }
    let sent: HashSet<_, RandomState> = call.hops().filter_map(|hop| sent(&hop)).collect();
    for (key, before, hop) in pairs {
        match sent.contains(&key) {
            true => verdicts.not_provable(),
            false => compare(&before, &hop, verdicts),
        }
    }
}

/// What a request outside of dialogs is on all of its ways; none where it is of another one.
fn request_of<'s>(hop: &HopScene<'s>) -> Option<Request<'s>> {
    let of = &hop.hop;
    let request = of.request()?;
    let is_own = !matches!(of.method_name(), b"ACK" | b"CANCEL") && request.to_tag().is_none();
    let (call_id, number, method) = (of.call_id(), of.cseq(), of.method_name());
    is_own.then_some((request.from_tag(), call_id, number, method))
}

/// The same with who sent it.
fn sent<'s>(hop: &HopScene<'s>) -> Option<(Request<'s>, NodeId)> {
    let node = hop.hop.source_node()?;
    Some((request_of(hop)?, node.id()))
}

fn compare(first: &HopScene<'_>, second: &HopScene<'_>, verdicts: &mut Verdicts) {
    let Some((before, request)) = first.request().zip(second.request()) else {
        return;
    };
    let branch = |seen: &Seen<'_>| Some(seen.via()?.branch()?.bytes().to_vec());
    let is_other_way = branch(&before) != branch(&request);
    if !is_other_way || address(&before) != address(&request) {
        return;
    }
    if second
        .answers()
        .any(|answer| answer.sip.status() == Some(482))
    {
        return verdicts.pass();
    }
    let was_done = first
        .answer()
        .is_some_and(|answer| answer.message.id() < request.message.id());
    let is_sure = before.is_watched_until(&request) && !was_done;
    let both = own_answer(first).zip(own_answer(second));
    match both.filter(|_| is_sure) {
        None => verdicts.not_provable(),
        Some((_, answer)) => {
            let fault = Fault::at(&answer, answer.sip.first_line_text())
                .with(&request, request.sip.first_line_text())
                .with(&before, before.sip.first_line_text());
            verdicts.fail(fault.expected("482 (Loop Detected)"));
        }
    }
}

/// An answer other than 100 and refusals, from the user agent itself: its Contact names the node.
fn own_answer<'s>(hop: &HopScene<'s>) -> Option<Seen<'s>> {
    let server = hop.hop.destination_node()?;
    let is_own = |answer: &Seen<'s>| {
        let status = answer.sip.status();
        let contact = answer.sip.address(Name::Contact);
        status.is_some_and(|status| (101..300).contains(&status))
            && contact.is_some_and(|contact| names(&server, &contact.uri()))
    };
    let mut answers = hop.answers().filter(|_| server.role() != Role::B2bua);
    answers.find(is_own)
}

fn address<'s>(seen: &Seen<'s>) -> Option<&'s [u8]> {
    match seen.sip.first_line() {
        FirstLine::Request { uri, .. } => Some(uri.bytes()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    /// The INVITE of 1 comes to 4 by 2 and by 3; the second copy has these lines.
    fn forked(lines: &[&str]) -> Wire {
        let way = |element: u8| {
            [
                format!("Via: SIP/2.0/UDP 192.0.2.{element};branch=z9hG4bK{element}"),
                "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1".to_owned(),
            ]
        };
        let (two, three) = (way(2), way(3));
        let own: Vec<_> = three.iter().map(String::as_str).collect();
        Wire::new()
            .request(2, 4, "INVITE", &[&two[0], &two[1]])
            .request(3, 4, "INVITE", &[&own[..], lines].concat())
    }

    fn answered(wire: Wire, element: u8, status: &str, contact: &str) -> Wire {
        let via = format!("Via: SIP/2.0/UDP 192.0.2.{element};branch=z9hG4bK{element}");
        let first = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1";
        wire.response(4, element, status, &[&via, first, contact])
    }

    const PHONE: &str = "Contact: <sip:bob@192.0.2.4>";

    #[test]
    fn fails() {
        let wire = answered(forked(&[]), 2, "180 Ringing", PHONE);
        answered(wire, 3, "180 Ringing", PHONE).fails(&RULE, "SIP/2.0 180 Ringing");
    }

    #[test]
    fn passes() {
        let wire = answered(forked(&[]), 2, "180 Ringing", PHONE);
        answered(wire, 3, "482 Loop Detected", "-Contact").passes(&RULE);
    }

    #[test]
    fn not_provable_where_others_are_behind_the_address() {
        let other = "Contact: <sip:bob@192.0.2.77>";
        let wire = answered(forked(&[]), 2, "180 Ringing", other);
        answered(wire, 3, "180 Ringing", other).cannot_tell(&RULE);
    }

    #[test]
    fn not_provable_where_the_first_was_over() {
        let wire = Wire::new().request(
            2,
            4,
            "INVITE",
            &[
                "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2",
                "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
            ],
        );
        let wire = answered(wire, 2, "200 OK", PHONE).request(
            3,
            4,
            "INVITE",
            &[
                "Via: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bK3",
                "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
            ],
        );
        answered(wire, 3, "200 OK", PHONE).cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_two_user_agents_at_one_address() {
        let wire = forked(&["! INVITE sip:tom@example.org SIP/2.0"]);
        let wire = answered(wire, 2, "180 Ringing", PHONE);
        answered(wire, 3, "180 Ringing", PHONE).says_nothing(&RULE);
    }

    #[test]
    fn says_nothing_of_a_request_that_is_sent_again() {
        let wire = Wire::new()
            .request(1, 4, "INVITE", &[])
            .request(1, 4, "INVITE", &[]);
        wire.response(4, 1, "180 Ringing", &[PHONE])
            .says_nothing(&RULE);
    }

    #[test]
    fn says_nothing_of_a_proxy() {
        let first = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1";
        forked(&[])
            .request(
                4,
                5,
                "INVITE",
                &[
                    "Via: SIP/2.0/UDP 192.0.2.4;branch=z9hG4bK42",
                    "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2",
                    first,
                ],
            )
            .request(
                4,
                6,
                "INVITE",
                &[
                    "Via: SIP/2.0/UDP 192.0.2.4;branch=z9hG4bK43",
                    "Via: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bK3",
                    first,
                ],
            )
            .says_nothing(&RULE);
    }
}
