//! What a message is held to: that which it passes on, that which it acknowledges, and the meaning of what is written, not its
//! spelling.

use sipscope::flow::{Conclusion, Fate, Template, templates};

use crate::flow_match::played::{
    Verdict, cseq, edit, field, flow, matched, place, played, with_a_proxy,
};

pub(crate) fn only(template: &Template, events: &[sipscope::flow::synthesis::Event]) -> Verdict {
    let mut found = matched(events, std::slice::from_ref(template));
    assert_eq!(found.len(), 1);
    found.remove(0)
}

/// A flow with one message changed.
pub(crate) fn changed(id: &str, number: &str, from: &str, to: &str) -> Verdict {
    let template = flow(id);
    let mut events = played(&template);
    let at = place(&template, &events, number);
    edit(&mut events[at], from, to);
    only(&template, &events)
}

#[test]
fn what_may_be_left_out_is_left_out_together() {
    for (id, number) in [
        ("rfc3665-two-proxies", "F3"),
        ("rfc3665-two-proxies", "F2"),
        ("poc-registration", "27"),
    ] {
        let template = flow(id);
        let mut events = played(&template);
        events.remove(place(&template, &events, number));
        let found = only(&template, &events);
        assert_ne!(found.conclusion, Conclusion::Pass, "{id} {number}");
        assert_eq!(found.blamed(), [number], "{id}");
    }
}

#[test]
fn another_event_package_is_a_difference() {
    let known = templates();
    for (id, number, from, to) in [
        ("presence-fetch", "2", "Event: presence", "Event: presents"),
        (
            "message-waiting",
            "1",
            "Event: message-summary",
            "Event: message-digest",
        ),
        ("message-waiting", "3", "Event: message-summary\r\n", ""),
        ("poc-registration", "25", "Event: poc-settings\r\n", ""),
    ] {
        let template = flow(id);
        let mut events = played(&template);
        let at = place(&template, &events, number);
        edit(&mut events[at], from, to);
        let found = matched(&events, &known);
        let [found] = &found[..] else {
            panic!("{id} {number}: {found:?}");
        };
        assert_eq!(
            (found.id.as_str(), found.conclusion),
            (id, Conclusion::Fail)
        );
        let told = found.told();
        assert!(told.contains(&(number, "Event")), "{id} {number}: {told:?}");
        assert!(
            told.iter().all(|(_, what)| *what == "Event"),
            "{id}: {told:?}"
        );
    }
}

#[test]
fn a_route_is_used_up_by_those_who_are_on_it() {
    let template = flow("rfc3665-two-proxies");
    let events = played(&template);
    let at = place(&template, &events, "F16");
    let route = format!("{}\r\n", field(&events[at], "Route"));
    let found = changed("rfc3665-two-proxies", "F16", &route, "");
    let told = found.told();
    assert!(told.contains(&("F16", "Route")), "{told:?}");
}

/// A difference is one: what was never put on a route is not used up.
#[test]
fn what_is_told_differs() {
    let mut same = Vec::new();
    for template in templates() {
        let mut events = played(&template);
        for event in &mut events {
            let text = String::from_utf8(event.bytes.clone()).unwrap();
            let lines = text.split_inclusive("\r\n");
            let left = lines.filter(|line| !line.starts_with("Route: "));
            event.bytes = left.collect::<String>().into_bytes();
        }
        for found in matched(&events, std::slice::from_ref(&template)) {
            let all = found.differences().into_iter();
            let wrong = all.filter(|(_, one)| one.expected == one.got);
            same.extend(wrong.map(|(number, one)| format!("{} {number} {one:?}", template.id)));
        }
    }
    assert!(same.is_empty(), "{}", same.join("\n"));
}

#[test]
fn each_proxy_takes_one_of_the_hops_that_are_left() {
    for (id, number) in [
        ("rfc3665-two-proxies", "F7"),
        ("rfc3665-two-proxies", "F5"),
        ("ims-presence-subscribe", "8"),
        ("presence-polite-blocking", "2"),
    ] {
        let template = flow(id);
        let ends = &template.steps[template.step(number).unwrap()];
        let events = with_a_proxy(&played(&template), [ends.from, ends.to]);
        let found = only(&template, &events);
        assert_eq!(
            found.blamed(),
            [""; 0],
            "{id} {number}: {:?}",
            found.differences()
        );
    }
}

const SESSION: &str = "rfc3665-session";
const FROM: &str = "From: <sip:alice@atlanta.example.com>;tag=";

/// RFC 3261 7.3.1, 19.1.4 and 25.1.
#[test]
fn the_spelling_of_a_value_does_not_matter() {
    for to in [
        "From:<sip:alice@atlanta.example.com>;tag=",
        "From: <sip:alice@ATLANTA.Example.com>;tag=",
        "From: <SIP:alice@atlanta.example.com>;tag=",
        "From: <sip:alice@atlanta.example.com> ; tag = ",
        "From:\r\n <sip:alice@atlanta.example.com>\r\n ;Tag=",
        "f: <sip:%61lice@atlanta.example.com>;tag=",
    ] {
        let found = changed(SESSION, "F3", FROM, to);
        assert_eq!(found.blamed(), [""; 0], "{to}: {:?}", found.differences());
    }
    for to in [
        "From: <sip:ALICE@atlanta.example.com>;tag=",
        "From: <sips:alice@atlanta.example.com>;tag=",
        "From: \"Alice\" <sip:alice@atlanta.example.com>;tag=",
        "From: <sip:alice@atlanta.example.com>;tag=x",
    ] {
        let found = changed(SESSION, "F3", FROM, to);
        assert_eq!(found.blamed(), ["F3"], "{to}");
    }
    let template = flow(SESSION);
    for (all, one) in [
        ("From: \"A. Bell\" <", "From: \"A. Bell\"<"),
        ("From: Alice <", "From: \"Alice\" <"),
        ("From: Alice Bell <", "From: Alice  Bell<"),
    ] {
        let mut events = played(&template);
        for event in &mut events[..4] {
            edit(event, "From: <", all);
        }
        edit(&mut events[2], all, one);
        let found = only(&template, &events);
        assert_eq!(found.blamed(), [""; 0], "{one}: {:?}", found.differences());
    }
    for (from, to) in [
        ("CSeq: ", "CSeq:  "),
        (" INVITE\r\n", "   INVITE\r\n"),
        ("Call-ID: ", "i:"),
    ] {
        let found = changed(SESSION, "F3", from, to);
        assert_eq!(found.blamed(), [""; 0], "{to}: {:?}", found.differences());
    }
}

/// RFC 3261 13.2.2.4.
#[test]
fn an_ack_is_held_to_what_it_acknowledges() {
    let events = played(&flow(SESSION));
    let number = cseq(&events[0]);
    let to = field(&events[3], "To");
    for (from, to, what) in [
        (
            format!("CSeq: {number} ACK"),
            format!("CSeq: {} ACK", number + 1),
            "CSeq",
        ),
        (
            format!("CSeq: {number} ACK"),
            format!("CSeq: {number} OPTIONS"),
            "CSeq",
        ),
        (to.clone(), format!("{to}x"), "To"),
    ] {
        let found = changed(SESSION, "F4", &from, &to);
        let told = found.told();
        assert_eq!(told, [("F4", what)]);
    }
}

/// What an answer says wrongly is no fault of the ACK behind it.
#[test]
fn an_ack_has_the_number_of_its_invite() {
    let number = cseq(&played(&flow(SESSION))[0]);
    let own = format!("CSeq: {number} INVITE");
    let found = changed(SESSION, "F3", &own, &format!("CSeq: {} INVITE", number + 9));
    assert_eq!(found.blamed(), ["F3"], "{:?}", found.differences());
}

/// RFC 3262 7.2.
#[test]
fn a_prack_is_held_to_what_it_acknowledges() {
    let template = flow("ims-session-preconditions");
    let mut events = played(&template);
    let is_first =
        |event: &&mut sipscope::flow::synthesis::Event| event.bytes.starts_with(b"PRACK");
    let prack = events.iter_mut().find(is_first).unwrap();
    let number = template.steps[prack.step].number.clone();
    let rack = field(prack, "RAck");
    edit(prack, &rack, "RAck: 7 7 INVITE");
    let found = only(&template, &events);
    let told = found.differences();
    assert_eq!(told[0].0, number);
    assert_eq!(told[0].1.what, "RAck");
}

/// RFC 3262 3: who passes them on has no part in the numbers.
#[test]
fn numbers_of_reliable_answers_are_passed_on() {
    let template = flow("ims-session-preconditions");
    for (start, what) in [(&b"PRACK"[..], "RAck"), (b"SIP/2.0 183", "RSeq")] {
        let mut events = played(&template);
        let mut all = (0..events.len()).filter(|at| events[*at].bytes.starts_with(start));
        // The second is the first that passes it on.
        let at = all.nth(1).unwrap();
        let number = template.steps[events[at].step].number.clone();
        let written = field(&events[at], what);
        edit(&mut events[at], &written, &format!("{what}: 77 7 INVITE"));
        let found = only(&template, &events);
        let told = found.differences();
        assert_eq!(
            (told[0].0, told[0].1.what.as_str()),
            (number.as_str(), what)
        );
    }
}

#[test]
fn the_message_that_is_wrong_is_the_one_that_is_blamed() {
    let id = "rfc3665-two-proxies";
    let template = flow(id);
    let events = played(&template);
    let number = cseq(&events[place(&template, &events, "F5")]);
    let found = changed(
        id,
        "F5",
        &format!("CSeq: {number} "),
        &format!("CSeq: {} ", number + 7),
    );
    assert_eq!(found.fate("F4"), &Fate::Matched);
    assert_eq!(found.fate("F6"), &Fate::Matched);
    let Fate::Deviates(all) = found.fate("F5") else {
        panic!("{:?}", found.fate("F5"));
    };
    let said: Vec<_> = all.iter().map(|one| one.what.as_str()).collect();
    assert_eq!(said, ["CSeq"]);
    // What answers it and what passes it on is not as it is.
    assert!(
        found
            .blamed()
            .iter()
            .all(|one| ["F5", "F7", "F8"].contains(one)),
        "{:?}",
        found.blamed()
    );
}

/// Of a flow through a core only what one side of it says was captured: what was not is no fault and no merit, what was is held to
/// all that the flow asks of it.
#[test]
fn what_is_copied_from_what_was_not_seen_has_to_be_there() {
    let template = flow("presence-publish");
    let mut events = played(&template);
    let numbers = ["2", "3"].map(|number| template.step(number).unwrap());
    events.retain(|event| !numbers.contains(&event.step));
    let found = only(&template, &events);
    assert_eq!(found.conclusion, Conclusion::Inconclusive);
    assert_eq!(found.blamed(), ["2", "3"]);
    assert_eq!(
        (found.fate("1"), found.fate("4")),
        (&Fate::Matched, &Fate::Matched)
    );
    let tag = field(&events[1], "SIP-ETag");
    edit(&mut events[1], &format!("{tag}\r\n"), "");
    let found = only(&template, &events);
    assert_eq!(found.conclusion, Conclusion::Fail);
    let told = found.differences();
    let told: Vec<_> = told
        .iter()
        .map(|(number, one)| (*number, one.what.as_str(), one.got.as_str()))
        .collect();
    assert_eq!(told, [("4", "SIP-ETag", "none")]);
}

/// Another answer than the documented one ends the request, whatever comes after it and whether or not it came in place of what may
/// be left out (RFC 3261 17.2.1).
#[test]
fn a_refusal_is_told_though_an_answer_follows() {
    for (id, number, status) in [
        (SESSION, "F2", "180 Ringing"),
        ("refer", "6", "180 Ringing"),
    ] {
        let found = changed(id, number, status, "500 Server Internal Error");
        let told = found.differences();
        let told: Vec<_> = told
            .iter()
            .map(|(number, one)| (*number, one.what.as_str(), one.got.as_str()))
            .collect();
        assert_eq!(told, [(number, "status", "500")], "{id}");
    }
    // Where all that is documented came, too, it is the answer that is wrong.
    let template = flow(SESSION);
    let mut events = played(&template);
    let at = place(&template, &events, "F3");
    let mut refusal = events[at].clone();
    refusal.time -= 1_000_000;
    edit(&mut refusal, "200 OK", "500 Server Internal Error");
    events.insert(at, refusal);
    let found = only(&template, &events);
    assert_eq!(found.blamed(), ["F3"]);
}

/// An answer to a request of another method answers nothing (RFC 3261 8.2.6.2, 17.1.3).
#[test]
fn an_answer_names_the_method_of_its_request() {
    let template = flow(SESSION);
    let number = cseq(&played(&template)[0]);
    let found = changed(
        SESSION,
        "F2",
        &format!("CSeq: {number} INVITE"),
        &format!("CSeq: {number} OPTIONS"),
    );
    let told = found.told();
    assert_eq!(told, [("F2", "CSeq")]);
}
