//! What proxies leave as it is in what makes a dialog, and within one: the Record-Route of others (RFC 3261 16.6, 16.7) and the
//! Request-URI that is the Contact of an end (RFC 3261 12.2.1.1, 16.5).

use sipscope::flow::Conclusion;
use sipscope::flow::synthesis::Event;

use crate::flow_match::details::{changed, only};
use crate::flow_match::played::{edit, flow, place, played};

const FIRST: &str = "<sip:ss1.atlanta.example.com;lr>";
const SECOND: &str = "<sip:ss2.biloxi.example.com;lr>";
const FLOW: &str = "rfc3665-two-proxies";

/// The flow with changes in several messages.
fn with(edits: &[(&str, &str, &str)]) -> Vec<Event> {
    let template = flow(FLOW);
    let mut events = played(&template);
    for (number, from, to) in edits {
        let at = place(&template, &events, number);
        edit(&mut events[at], from, to);
    }
    events
}

#[test]
fn a_value_of_record_route_is_told_where_it_is_another_one() {
    let [of_first, of_second] = [FIRST, SECOND].map(|value| format!("Record-Route: {value}"));
    for (number, value) in [
        ("F5", &of_first),
        ("F7", &of_first),
        ("F7", &of_second),
        ("F9", &of_first),
        ("F9", &of_second),
        ("F10", &of_first),
        ("F11", &of_second),
        ("F12", &of_second),
        ("F13", &of_first),
        ("F14", &of_second),
    ] {
        let other = value.replace("sip:ss", "sip:xx");
        let found = changed(FLOW, number, value, &other);
        assert_eq!(
            found.told(),
            [(number, "Record-Route")],
            "{number}: {value}"
        );
        // Who is not captured may have put it there behind this hop.
        if number == "F7" && value == &of_second {
            continue;
        }
        let found = changed(FLOW, number, &format!("{value}\r\n"), "");
        assert_eq!(
            found.told(),
            [(number, "Record-Route")],
            "{number}: no {value}"
        );
    }
}

/// RFC 3261 16.7: the value may have to be another one on the side of who called.
#[test]
fn a_proxy_writes_its_own_value_anew_in_answers() {
    let inside = FIRST.replace("ss1", "inside");
    let own = [
        ("F11", FIRST, &inside[..]),
        ("F14", FIRST, &inside),
        ("F15", FIRST, &inside),
    ];
    let found = only(&flow(FLOW), &with(&own));
    assert_eq!(found.told(), []);
    assert_eq!(found.conclusion, Conclusion::Pass);
}

#[test]
fn a_request_within_a_dialog_goes_to_the_contact_on_all_its_way() {
    for (number, user) in [
        ("F16", "bob"),
        ("F17", "bob"),
        ("F19", "alice"),
        ("F20", "alice"),
    ] {
        let found = changed(FLOW, number, &format!(" sip:{user}@"), " sip:nobody@");
        assert_eq!(found.told(), [(number, "Request-URI")], "{number}");
    }
}

/// RFC 3261 16.6: who is sent to over a strict router finds it in the Request-URI; and who gave out a name of its own knows who is meant.
#[test]
fn others_may_be_put_in_place_of_what_is_no_contact() {
    let of_bob = "sip:bob@client.biloxi.example.com";
    let public = "sip:gr@ss2.biloxi.example.com";
    let given = ["F9", "F10", "F11", "F12", "F13", "F14"].map(|number| (number, of_bob, public));
    let used = [("F15", of_bob, public), ("F16", of_bob, public)];
    let found = only(
        &flow(FLOW),
        &with(&[&given[2..3], &given[5..], &used].concat()),
    );
    let told = found.told();
    assert!(
        told.iter().all(|(_, what)| *what != "Request-URI"),
        "{told:?}"
    );
}

/// RFC 5627 3.3: the proxy of its domain knows where such a URI leads.
#[test]
fn a_uri_that_is_routable_from_everywhere_is_translated() {
    let own = "sip:bob@client.biloxi.example.com";
    let public = "sip:bob@biloxi.example.com;gr=1";
    let told = ["F9", "F10", "F11", "F12", "F13", "F14", "F15", "F16"];
    let mut edits: Vec<_> = told.map(|number| (number, own, public)).to_vec();
    edits.push(("F17", own, "sip:bob@192.0.2.77"));
    let found = only(&flow(FLOW), &with(&edits));
    let told = found.told();
    assert!(
        told.iter().all(|(_, what)| *what != "Request-URI"),
        "{told:?}"
    );
}
