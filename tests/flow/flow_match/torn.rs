//! A field that is wrong on a whole transaction, or on one hop of it: what is torn off so is a step of the flow that it stands in, and
//! the difference is told once, where it was made.

use std::collections::BTreeSet;

use sipscope::flow::synthesis::Event;
use sipscope::flow::{Conclusion, templates};

use crate::flow_match::details::only;
use crate::flow_match::played::{
    SECOND, branch, cseq, edit, field, flow, matched, place, played, with_a_proxy,
};

const BLOCKING: &str = "presence-polite-blocking";

/// A flow with one field of a step changed in all messages of its transaction, or of its hop.
fn changed(id: &str, number: &str, name: &str, is_hop: bool) -> Vec<Event> {
    let template = flow(id);
    let mut events = played(&template);
    let at = place(&template, &events, number);
    let key = |event: &Event| (field(event, "CSeq"), field(event, "From"));
    let (own, hop) = (key(&events[at]), branch(&field(&events[at], "Via")));
    for event in &mut events {
        if key(event) == own && (!is_hop || branch(&field(event, "Via")) == hop) {
            let line = field(event, name);
            let (before, _) = line.split_once(";tag=").unwrap_or((&line, ""));
            let wrong = match name {
                "Call-ID" => "Call-ID: another".to_owned(),
                _ => format!("{before};tag=another"),
            };
            if line.contains(";tag=") || name == "Call-ID" {
                edit(event, &line, &wrong);
            }
        }
    }
    events
}

/// What is told of each change, all flows being looked for and this one alone.
fn assert_told(id: &str, number: &str, name: &str, is_hop: bool, expected: (&str, &str)) {
    let events = changed(id, number, name, is_hop);
    for known in [templates(), vec![flow(id)]] {
        let found = matched(&events, &known);
        let [found] = &found[..] else {
            panic!("{id} {number} {name}: {found:?}");
        };
        assert_eq!(
            (found.id.as_str(), found.conclusion, found.told()),
            (id, Conclusion::Fail, vec![expected]),
            "{number} {name}"
        );
    }
}

/// RFC 3261 12.2.1.1: a NOTIFY with another tag is not the expiry of a publication.
#[test]
fn a_transaction_with_a_field_of_its_own_is_of_its_flow() {
    for (id, number, name) in [
        (BLOCKING, "5", "To"),
        (BLOCKING, "5", "From"),
        (BLOCKING, "5", "Call-ID"),
        ("presence-reactive-authorization", "12", "To"),
        ("presence-fetch", "7", "Call-ID"),
        ("rfc3665-two-proxies", "F18", "From"),
        ("rfc3665-two-proxies", "F18", "Call-ID"),
        ("forking", "F11", "Call-ID"),
        ("presence-six-messages", "F5", "To"),
    ] {
        assert_told(id, number, name, false, (number, name));
    }
}

/// What the request that makes a dialog and its answers say is what the others are held to.
#[test]
fn the_first_request_says_what_a_dialog_is_known_by() {
    for (id, number, name, expected) in [
        (BLOCKING, "1", "From", ("5", "To")),
        (BLOCKING, "1", "Call-ID", ("5", "Call-ID")),
        ("presence-reactive-authorization", "1", "From", ("7", "To")),
        ("rfc3665-session", "F1", "From", ("F4", "From")),
        ("presence-six-messages", "F1", "From", ("F3", "To")),
        ("ims-session-preconditions", "1", "From", ("23", "From")),
    ] {
        assert_told(id, number, name, false, expected);
    }
}

/// RFC 3261 16.6: who passes a request on keeps its Call-ID and tags. Who puts back in the answer what was there does nothing else.
#[test]
fn a_hop_with_a_field_of_its_own_is_of_its_flow() {
    for (id, number, name, expected) in [
        (BLOCKING, "2", "Call-ID", "2"),
        (BLOCKING, "6", "Call-ID", "6"),
        (BLOCKING, "6", "To", "6"),
        ("ims-presence-notify", "4", "Call-ID", "4"),
        ("ims-presence-notify", "3", "To", "3"),
        ("rfc3665-two-proxies", "F19", "Call-ID", "F19"),
        ("rfc3665-two-proxies", "F19", "To", "F19"),
    ] {
        assert_told(id, number, name, true, (expected, name));
    }
}

/// RFC 3261 8.2.6.2, 12.2.1.1 and 16.6: one message with another Call-ID is the step that its Via entries show it to be.
#[test]
fn a_message_with_a_call_id_of_its_own_is_of_its_flow() {
    for (id, number) in [
        ("rfc3665-session", "F1"),
        ("rfc3665-session", "F2"),
        ("rfc3665-session", "F3"),
        ("rfc3665-session", "F6"),
        ("rfc3665-two-proxies", "F1"),
        ("forking", "F4"),
        ("forking", "F6"),
        ("ims-registration", "2"),
        ("ims-registration", "8"),
        ("presence-fetch", "3"),
    ] {
        let template = flow(id);
        let mut events = played(&template);
        let at = place(&template, &events, number);
        let own = field(&events[at], "Call-ID");
        edit(&mut events[at], &own, "Call-ID: another");
        for known in [templates(), vec![template]] {
            let found = matched(&events, &known);
            let [found] = &found[..] else {
                panic!("{id} {number}: {found:?}");
            };
            assert_eq!(found.id, id, "{number}");
            assert_eq!(found.told(), [(number, "Call-ID")], "{id}");
            assert_eq!(found.blamed(), [number], "{id}");
        }
    }
}

/// A back-to-back user agent may keep all but the Call-ID, Via entries and Contact included: each of its legs is a call that is as
/// documented, and neither is part of the other.
#[test]
fn legs_of_a_back_to_back_user_agent_stay_apart() {
    for (id, ends) in [
        ("rfc3665-session", [0, 1]),
        ("rfc3665-two-proxies", [0, 1]),
        ("rfc3665-two-proxies", [1, 2]),
        ("rfc3665-two-proxies", [2, 3]),
        ("refer", [1, 2]),
        ("forking", [0, 1]),
    ] {
        let plain = played(&flow(id));
        let is_far = |actor: &usize| *actor >= ends[1];
        let sent = plain.iter().filter(|event| is_far(&event.from));
        let far: BTreeSet<_> = sent.map(|event| event.source).collect();
        let mut events = with_a_proxy(&plain, ends);
        for event in &mut events {
            if far.contains(&event.source) || far.contains(&event.destination) {
                let line = field(event, "Call-ID");
                edit(event, &line, &format!("{line}-2"));
            }
        }
        for known in [templates(), vec![flow(id)]] {
            for found in matched(&events, &known) {
                assert_ne!(
                    found.conclusion,
                    Conclusion::Fail,
                    "{id} {ends:?} {found:?}"
                );
            }
        }
    }
}

/// Scripts repeat what is written in them: calls that somebody began each are no pieces of another.
#[test]
fn calls_with_the_same_tags_stay_apart() {
    for (id, count) in [
        ("rfc3665-session", 4),
        ("rfc3665-two-proxies", 2),
        ("presence-fetch", 2),
        ("ims-registration", 2),
    ] {
        let all: Vec<Event> = (0..count).flat_map(|number| again(id, number)).collect();
        let found = matched(&all, &templates());
        let told: Vec<_> = found
            .iter()
            .map(|one| (one.id.as_str(), one.conclusion))
            .collect();
        assert_eq!(told, vec![(id, Conclusion::Pass); count as usize]);
    }
}

/// The same flow with the same tags, in another call, so many minutes later.
fn again(id: &str, minutes: i64) -> Vec<Event> {
    let mut events = played(&flow(id));
    for event in &mut events {
        let line = field(event, "Call-ID");
        edit(event, &line, &format!("{line}{minutes}"));
        edit(event, "branch=z9hG4bK", &format!("branch=z9hG4bK{minutes}"));
        event.time += minutes * 60 * SECOND;
    }
    events
}

/// What was captured of the end of one call tears nothing off the next one.
#[test]
fn the_end_of_a_call_before_is_no_piece() {
    let late = again("rfc3665-two-proxies", 0);
    let bye = place(&flow("rfc3665-two-proxies"), &late, "F18");
    let mut all = late[bye..].to_vec();
    all.extend(again("rfc3665-two-proxies", 1));
    let found = matched(&all, &templates());
    let passed = found
        .iter()
        .filter(|one| one.conclusion == Conclusion::Pass);
    let passed: Vec<_> = passed.map(|one| one.id.as_str()).collect();
    assert_eq!(passed, ["rfc3665-two-proxies"], "{found:?}");
}

/// A wrong answer that proxies pass on is told of who gave it.
#[test]
fn a_refusal_is_told_where_it_was_made() {
    let template = flow("rfc3665-two-proxies");
    let mut events = played(&template);
    let at = place(&template, &events, "F22");
    let number = cseq(&events[at]);
    for event in &mut events[at..] {
        if !event.is_request && cseq(event) == number {
            edit(event, "SIP/2.0 200 OK", "SIP/2.0 481 Gone");
        }
    }
    assert_eq!(only(&template, &events).told(), [("F22", "status")]);
}
