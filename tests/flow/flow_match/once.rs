//! One field of one message is changed: that is told once, at the message, and the flow is still found.

use sipscope::flow::{Conclusion, Fate, templates};

use crate::flow_match::details::changed;
use crate::flow_match::played::{Verdict, edit, field, flow, later, matched, place, played};

/// 3GPP TS 24.229 5.1.1.2 and 5.2.2, RFC 3329 2.3.1: the terminal asks for a security agreement, and the P-CSCF for Path.
#[test]
fn what_registrations_require_is_asked_of_them_among_all_flows() {
    let of_terminal = ["Require", "Proxy-Require", "Security-Client"];
    for (id, number, names) in [
        ("ims-registration", "1", &of_terminal[..]),
        ("ims-registration", "2", &["Require"]),
        ("ims-registration", "5", &["Require"]),
        ("ims-registration", "12", &of_terminal),
        ("ims-registration", "13", &["Require"]),
        ("ims-registration", "16", &["Require"]),
        ("ims-reregistration", "1", &of_terminal),
        ("ims-reregistration", "1", &["Supported", "Security-Verify"]),
        ("ims-reregistration", "2", &["Require"]),
        ("ims-reregistration", "5", &["Require"]),
        ("ims-deregistration", "1", &of_terminal),
        ("ims-deregistration", "2", &["Require"]),
        ("ims-deregistration", "12", &of_terminal),
        ("ims-deregistration", "12", &["Security-Verify"]),
        ("ims-deregistration", "16", &["Require"]),
    ] {
        let template = flow(id);
        for name in names {
            let mut events = played(&template);
            let at = place(&template, &events, number);
            let line = format!("\r\n{}\r\n", field(&events[at], name));
            edit(&mut events[at], &line, "\r\n");
            let found = matched(&events, &templates());
            let told: Vec<_> = found
                .iter()
                .map(|one| (one.id.as_str(), one.told()))
                .collect();
            assert_eq!(told, [(id, vec![(number, *name)])], "{id} {number} {name}");
        }
    }
}

/// The P-CSCF hides the Via entries from the terminal: nothing but the dialog and the time tell what it passes on.
#[test]
fn another_number_of_what_is_passed_on_without_its_via_entries() {
    for (id, number) in [
        ("ims-presence-subscribe", "21"),
        ("ims-presence-notify", "4"),
    ] {
        let template = flow(id);
        let events = played(&template);
        let own = field(&events[place(&template, &events, number)], "CSeq");
        let found = changed(id, number, &own, "CSeq: 9876 NOTIFY");
        assert_eq!(found.told(), [(number, "CSeq")], "{id}");
        assert_eq!(found.extra, 0, "{id}");
    }
}

/// One was lost on its last hop, and the next one on all but its last.
#[test]
fn what_comes_when_the_one_before_it_was_answered_is_another_one() {
    let template = flow("ims-presence-notify");
    let mut events = played(&template);
    for number in ["4", "5"] {
        let at = place(&template, &events, number);
        events[at] = later(&events[at], 1, 2);
    }
    events.sort_by_key(|event| event.time);
    let found = matched(&events, std::slice::from_ref(&template));
    let unseen = |one: &Verdict| one.fate("4") == &Fate::NotCaptured;
    let told: Vec<_> = found
        .iter()
        .map(|one| (one.conclusion, one.told(), unseen(one)))
        .collect();
    let first = (Conclusion::Inconclusive, Vec::new(), true);
    let second = (Conclusion::Inconclusive, Vec::new(), false);
    assert_eq!(told, [first, second]);
}

/// RFC 3261 12.1.1: both answers have what the request had before its Record-Route was changed.
#[test]
fn several_answers_tell_once_what_their_request_has_otherwise() {
    let own = "Record-Route: <sip:pcscf2.home2.net;lr>\r\n";
    let found = changed("ims-session-preconditions", "15", own, "");
    assert_eq!(found.told(), [("17", "Record-Route")]);
}

/// All others name the user: one that names somebody else takes no step away from the flow.
#[test]
fn one_message_that_names_another_user_leaves_the_others_theirs() {
    let own = "To: <sip:poc-user-a@home1.net>";
    let found = changed(
        "poc-registration",
        "1",
        own,
        "To: <sip:poc-user-z@home1.net>",
    );
    assert_eq!(found.told(), [("1", "To")]);
    assert_eq!(found.blamed(), ["1"]);
}

/// RFC 3261 8.1.1 and 8.2.6.2: what every message has is missed in each.
#[test]
fn a_message_without_what_every_message_has() {
    for (id, number, name) in [
        ("ims-registration", "20", "To"),
        ("ims-registration", "21", "To"),
        ("rfc3665-session", "F1", "To"),
        ("rfc3665-session", "F3", "To"),
        ("rfc3665-session", "F4", "CSeq"),
        ("presence-publish", "4", "To"),
    ] {
        let template = flow(id);
        let events = played(&template);
        let own = field(&events[place(&template, &events, number)], name);
        let found = changed(id, number, &format!("\r\n{own}\r\n"), "\r\n");
        assert_eq!(found.told(), [(number, name)], "{id} {number}: no {name}");
        assert_eq!(found.blamed(), [number], "{id} {number}: no {name}");
    }
}
