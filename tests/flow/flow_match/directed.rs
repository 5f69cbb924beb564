//! Where the ends of a dialog send to: the remote target and the route set (RFC 3261 12.2.1.1), as far as the trace has what tells them;
//! and what a message has to have whoever sends it.

use sipscope::flow::Conclusion;

use crate::flow_match::details::{changed, only};
use crate::flow_match::played::{edit, flow, place, played};

const FLOW: &str = "rfc3665-two-proxies";

#[test]
fn an_end_sends_to_the_contact_of_the_other() {
    for (id, number, from, to) in [
        (FLOW, "F15", " sip:bob@", " sip:nobody@"),
        (FLOW, "F18", " sip:alice@", " sip:nobody@"),
        ("rfc3665-session", "F4", " sip:bob@", " sip:nobody@"),
        ("message-waiting", "5", " sip:alice@", " sip:nobody@"),
    ] {
        let found = changed(id, number, from, to);
        assert_eq!(found.told(), [(number, "Request-URI")], "{id} {number}");
    }
}

#[test]
fn an_end_sends_over_the_proxies_that_are_in_the_path() {
    let first = "Route: <sip:ss1.atlanta.example.com;lr>";
    let second = "Route: <sip:ss2.biloxi.example.com;lr>";
    for (number, value) in [
        ("F15", first),
        ("F15", second),
        ("F18", first),
        ("F18", second),
    ] {
        let other = value.replace("sip:ss", "sip:xx");
        let found = changed(FLOW, number, value, &other);
        assert_eq!(found.told(), [(number, "Route")], "{number}: {value}");
        let found = changed(FLOW, number, &format!("{value}\r\n"), "");
        assert_eq!(found.told(), [(number, "Route")], "{number}: no {value}");
    }
    // A proxy that is set by hand may come first.
    let more = format!("Route: <sip:own.atlanta.example.com;lr>\r\n{first}");
    let found = changed(FLOW, "F15", first, &more);
    let told = found.told();
    assert!(!told.contains(&("F15", "Route")), "{told:?}");
}

/// A reliable answer is enough to know the route set of an early dialog (RFC 3262 4).
#[test]
fn a_prack_goes_over_the_route_set_of_what_it_acknowledges() {
    let own = "Route: <sip:pcscf1.home1.net;lr>\r\n";
    let found = changed("ims-session-preconditions", "23", own, "");
    assert_eq!(found.told(), [("23", "Route")]);
}

/// What the dialog was made with was not seen: nobody can tell where it goes.
#[test]
fn nothing_is_asked_of_a_dialog_that_was_there_before() {
    let found = changed("ims-session-release", "1", " sip:user2_", " sip:user3_");
    assert_eq!(found.told(), []);
    assert_eq!(found.conclusion, Conclusion::Pass);
}

/// Which of them is wrong nobody knows: it is told once, with both.
#[test]
fn a_contact_that_nobody_sends_to_is_told_once() {
    for (id, number, told) in [
        ("rfc3665-session", "F1", "F5"),
        ("message-waiting", "1", "3"),
        ("refer", "1", "3"),
    ] {
        let found = changed(id, number, "Contact: <sip:", "Contact: <sip:other");
        let all = found.differences();
        let [(step, one)] = all[..] else {
            panic!("{id}: {all:?}");
        };
        assert_eq!((step, one.what.as_str()), (told, "Request-URI"), "{id}");
        assert_eq!(
            one.expected,
            one.got.replacen("sip:", "sip:other", 1),
            "{id}"
        );
    }
}

#[test]
fn an_entry_of_a_route_that_comes_back_is_told_where_it_is_missing() {
    for (id, number, entry) in [
        ("ims-session-preconditions", "24", "scscf1.home1.net"),
        ("ims-session-preconditions", "25", "scscf2.home2.net"),
        ("ims-presence-notify", "2", "scscf1.home1.net"),
    ] {
        let found = changed(id, number, &format!("Route: <sip:{entry};lr>\r\n"), "");
        assert_eq!(found.told(), [(number, "Route")], "{id} {number}");
    }
}

#[test]
fn an_ack_is_from_and_for_those_of_its_invite() {
    for (id, number, what, from, to) in [
        (FLOW, "F3", "Request-URI", "ACK sip:bob@", "ACK sip:eve@"),
        (FLOW, "F3", "From", "<sip:alice@", "<sip:eve@"),
        (FLOW, "F3", "To", "<sip:bob@", "<sip:eve@"),
        ("rfc3665-session", "F4", "From", "<sip:alice@", "<sip:eve@"),
        ("refer", "8", "To", "To: <sip:c@", "To: <sip:eve@"),
    ] {
        let found = changed(id, number, from, to);
        assert_eq!(found.told(), [(number, what)], "{id} {number} {to}");
    }
}

#[test]
fn a_message_has_what_its_kind_needs() {
    let contact = "Contact: <sip:ps.home2.net>\r\n";
    let found = changed("ims-presence-notify", "1", contact, "");
    assert_eq!(found.told(), [("1", "Contact")]);
    let kind = "Content-Type: application/sdp\r\n";
    for (id, number) in [
        ("rfc3665-session", "F1"),
        ("rfc3665-session", "F3"),
        (FLOW, "F12"),
    ] {
        let found = changed(id, number, kind, "");
        assert_eq!(found.told(), [(number, "Content-Type")], "{id} {number}");
    }
}

#[test]
fn nobody_subscribes_for_longer_than_was_asked() {
    let id = "message-waiting";
    let template = flow(id);
    let events = played(&template);
    let expires =
        crate::flow_match::played::field(&events[place(&template, &events, "2")], "Expires");
    let found = changed(id, "2", &expires, "Expires: 9000000");
    assert_eq!(found.told(), [("2", "Expires")]);
    let found = changed(id, "2", &expires, "Expires: 7");
    assert_eq!(found.told(), []);
}

/// One change is told once: what acknowledges a wrong number has it too, and a fork changes a request for all branches.
#[test]
fn what_follows_from_a_difference_is_no_other_one() {
    let id = "ims-session-preconditions";
    let found = changed(id, "22", "RSeq: 9021", "RSeq: 9077");
    assert_eq!(found.told(), [("22", "RSeq")]);
    let found = changed(
        "forking",
        "F1",
        "Contact: <sip:alice@",
        "Contact: <sip:eve@",
    );
    assert_eq!(found.told(), [("F3", "Contact")]);
}

/// A request with the Call-ID of its dialog is of that, whomever it names.
#[test]
fn a_request_in_other_names_is_found_by_its_dialog() {
    let template = flow("poc-registration");
    for (number, what) in [("20", "From"), ("20", "To"), ("29", "To"), ("7", "To")] {
        let mut events = played(&template);
        let at = place(&template, &events, number);
        let name = format!("{what}: <sip:poc-user-a@");
        edit(&mut events[at], &name, &format!("{what}: <sip:eve@"));
        let found = only(&template, &events);
        assert_eq!(found.told(), [(number, what)], "{number}");
        assert_eq!(found.blamed(), [number], "{number} {what}");
    }
}
