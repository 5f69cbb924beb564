//! What a flow tells must be said by its messages: nobody is deregistered whose registration goes on.

use sipscope::flow::{Fate, templates};

use crate::flow_match::dialogs::told;
use crate::flow_match::played::{edit, field, flow, later, matched, place, played};

const DEREGISTRATION: &str = "ims-deregistration-by-network";

#[test]
fn nobody_is_deregistered_whose_registration_is_active() {
    let mut events = played(&flow(DEREGISTRATION));
    assert_eq!(told(&matched(&events, &templates())).len(), 1);
    for event in events.iter_mut().filter(|event| event.is_request) {
        edit(event, "terminated;reason=rejected", "active;expires=600");
        edit(event, "state=\"terminated\"", "state=\"active\"    ");
        edit(event, "event=\"rejected\"", "event=\"created\" ");
    }
    assert_eq!(told(&matched(&events, &templates())), []);
    // Who ends a registration by itself is not deregistered by the network.
    let mut events = played(&flow(DEREGISTRATION));
    for event in events.iter_mut().filter(|event| event.is_request) {
        edit(event, "event=\"rejected\"", "event=\"unregistered\"");
        let text = String::from_utf8(event.bytes.clone()).unwrap();
        let (_, body) = text.split_once("\r\n\r\n").unwrap();
        let length = format!("Content-Length: {}", body.len());
        let own = field(event, "Content-Length");
        edit(event, &own, &length);
    }
    assert_eq!(told(&matched(&events, &templates())), []);
}

#[test]
fn what_is_passed_on_is_of_one_journey() {
    let template = flow(DEREGISTRATION);
    let mut events = played(&template);
    let [sent, passed] = ["2", "3"].map(|number| place(&template, &events, number));
    // Another NOTIFY of the same subscription, which nobody passed on.
    let above = field(&events[sent], "Via");
    let branch = above.split("branch=").nth(1).unwrap().to_owned();
    for at in [passed, place(&template, &events, "4")] {
        let text = String::from_utf8(events[at].bytes.clone()).unwrap();
        let lines = text.split_inclusive("\r\n");
        let left: String = lines.filter(|line| !line.contains(&branch)).collect();
        events[at].bytes = left.into_bytes();
        events[at] = later(&events[at], 5, 2);
    }
    events.sort_by_key(|event| event.time);
    let found = matched(&events, std::slice::from_ref(&template));
    let step = found[0].fate("3");
    assert!(
        !matches!(step, Fate::Matched | Fate::Deviates(_)),
        "{step:?}"
    );
}
