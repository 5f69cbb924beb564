//! Tags and numbers of dialogs (RFC 3261 8.2.6.2, 12.2.1.1): each is told where it is wrong, whoever has it right elsewhere.

use crate::flow_match::details::{changed, only};
use crate::flow_match::played::{cseq, edit, field, flow, place, played};

/// A header field of a step as it was played.
fn written(id: &str, number: &str, name: &str) -> String {
    let template = flow(id);
    let events = played(&template);
    field(&events[place(&template, &events, number)], name)
}

#[test]
fn requests_of_a_dialog_have_its_tags() {
    for (id, number, name) in [
        ("rfc3665-session", "F5", "From"),
        ("rfc3665-session", "F5", "To"),
        ("refer", "3", "To"),
        ("refer", "9", "From"),
        ("refer", "8", "To"),
        ("presence-six-messages", "F3", "To"),
        ("presence-six-messages", "F5", "From"),
        // What all others have is the tag: here it is the first that is wrong.
        ("rfc3665-session", "F1", "From"),
        ("presence-six-messages", "F2", "To"),
        ("refer", "2", "To"),
    ] {
        let own = written(id, number, name);
        let (address, _) = own.split_once(";tag=").unwrap();
        let is_asked = number != "F1" && number != "2" && number != "F2";
        let found = changed(id, number, &own, &format!("{address};tag=another"));
        assert_eq!(found.told(), [(number, name)], "{id} {number} {name}");
        if is_asked {
            let found = changed(id, number, &own, address);
            assert_eq!(found.told(), [(number, name)], "{id} {number} {name}: none");
        }
    }
}

#[test]
fn an_answer_has_a_tag() {
    for (id, number) in [
        ("rfc3665-session", "F3"),
        ("rfc3665-session", "F2"),
        ("rfc3665-two-proxies", "F2"),
        ("forking", "F13"),
        ("rfc3665-registration", "F2"),
    ] {
        let own = written(id, number, "To");
        let (address, _) = own.split_once(";tag=").unwrap();
        let found = changed(id, number, &own, address);
        assert_eq!(found.told(), [(number, "To")], "{id} {number}");
    }
}

/// RFC 3261 9.1: Request-URI and Via are those of the INVITE, since by them it is found (9.2, 17.2.3).
#[test]
fn a_cancel_is_of_its_invite() {
    let template = flow("forking");
    for (what, from, to) in [
        ("Via", "branch=z9hG4bK", "branch=z9hG4bKx"),
        (
            "Request-URI",
            "CANCEL sip:bob@mobile",
            "CANCEL sip:bob@other",
        ),
    ] {
        let mut events = played(&template);
        let at = place(&template, &events, "F11");
        for event in &mut events[at..at + 2] {
            if event.is_request || what == "Via" {
                edit(event, from, to);
            }
        }
        assert_eq!(only(&template, &events).told(), [("F11", what)]);
    }
}

/// RFC 3261 9.1 and 17.1.1.3.
#[test]
fn what_is_of_one_hop_is_from_one_sender() {
    for (id, number) in [("forking", "F14"), ("forking", "F11")] {
        let own = written(id, number, "From");
        let found = changed(id, number, &own, &format!("{own}x"));
        assert_eq!(found.told(), [(number, "From")], "{id} {number}");
    }
}

#[test]
fn numbers_rise_in_a_dialog() {
    for (id, number, method) in [("forking", "F17", "BYE"), ("refer", "9", "NOTIFY")] {
        let template = flow(id);
        let mut events = played(&template);
        let at = place(&template, &events, number);
        let own = cseq(&events[at]);
        let line = format!("CSeq: {own} {method}");
        for event in &mut events[at..] {
            if field(event, "CSeq") == line {
                edit(event, &line, &format!("CSeq: 0 {method}"));
            }
        }
        let found = only(&template, &events);
        assert_eq!(found.told(), [(number, "CSeq")], "{id}");
    }
}

/// A phone that others ring beside may answer where another one rang (RFC 3261 12.1, 16.7).
#[test]
fn who_rings_need_not_be_who_answers() {
    let own = written("rfc3665-session", "F2", "To");
    let found = changed("rfc3665-session", "F2", &own, &format!("{own}x"));
    assert_eq!(found.told(), []);
}

/// What is protected is sent from another port (3GPP TS 33.203 7.1): that is the same terminal, though its tag was changed before.
#[test]
fn a_terminal_may_send_from_several_ports() {
    let template = flow("ims-registration");
    let mut events = played(&template);
    let tag = field(&events[0], "From");
    edit(&mut events[0], &tag, &format!("{tag}9"));
    let at = place(&template, &events, "12");
    let usual = events[at].source;
    for event in &mut events[at..] {
        let text = std::str::from_utf8(&event.bytes).unwrap();
        let own = format!("{}:", usual.ip());
        let text = text.replace(&format!("{own}{}", usual.port()), &format!("{own}1357"));
        event.bytes = text.into_bytes();
        for end in [&mut event.source, &mut event.destination] {
            if *end == usual {
                end.set_port(1357);
            }
        }
    }
    let found = only(&template, &events);
    assert_eq!(found.told(), [("1", "From")]);
}

/// RFC 3261 8.2.6.2, 9.1, 12.2.1.1, 17.1.1.3 and 22.2: what all others say otherwise is told at the one that is wrong, and not at each of
/// them.
#[test]
fn one_that_all_others_contradict_is_the_wrong_one() {
    for (id, number, from, to, what) in [
        (
            "rfc3665-session",
            "F1",
            "From: <sip:alice@",
            "From: <sip:ali@",
            "From",
        ),
        (
            "rfc3665-session",
            "F1",
            "To: <sip:bob@",
            "To: <sip:rob@",
            "To",
        ),
        (
            "rfc3665-session",
            "F4",
            "From: <sip:alice@",
            "From: <sip:ali@",
            "From",
        ),
        (
            "rfc3665-session",
            "F5",
            "From: <sip:bob@",
            "From: <sip:rob@",
            "From",
        ),
        (
            "rfc3665-two-proxies",
            "F1",
            "From: <sip:alice@",
            "From: <sip:ali@",
            "From",
        ),
        ("forking", "F1", "To: <sip:bob@", "To: <sip:rob@", "To"),
        ("forking", "F11", "To: <sip:bob@", "To: <sip:rob@", "To"),
        (
            "forking",
            "F4",
            "INVITE sip:bob@mobile",
            "INVITE sip:bob@other",
            "Request-URI",
        ),
        (
            "ims-registration",
            "1",
            "From: <sip:user1",
            "From: <sip:user2",
            "From",
        ),
        (
            "ims-registration",
            "1",
            "To: <sip:user1",
            "To: <sip:user2",
            "To",
        ),
        ("ims-registration", "1", ";tag=", ";tag=9", "From"),
        ("refer", "3", "CSeq: ", "CSeq: 7", "CSeq"),
        ("poc-registration", "1", "CSeq: ", "CSeq: 7", "CSeq"),
    ] {
        let found = changed(id, number, from, to);
        assert_eq!(found.told(), [(number, what)], "{id} {number} {what}");
        assert_eq!(found.blamed(), [number], "{id} {number} {what}");
    }
}

/// Who answers two requests in other names than they have is wrong twice: what goes on in the dialog says who it is.
#[test]
fn what_the_dialog_goes_on_with_is_right() {
    let template = flow("rfc3665-session");
    let mut events = played(&template);
    for number in ["F2", "F3"] {
        let at = place(&template, &events, number);
        edit(&mut events[at], "From: <sip:alice@", "From: <sip:ali@");
    }
    let told = only(&template, &events);
    assert_eq!(told.told(), [("F2", "From"), ("F3", "From")]);
}
