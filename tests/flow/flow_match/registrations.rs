//! What a flow tells must be said by its messages: nobody is deregistered whose registration goes on.

use sipscope::flow::synthesis::Event;
use sipscope::flow::{Conclusion, Fate, templates};

use crate::flow_match::dialogs::told;
use crate::flow_match::played::{cseq, edit, field, flow, later, matched, place, played};

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

/// Who was refused tries again, with the same Call-ID (RFC 3261 10.2): what was refused is beside what was accepted.
#[test]
fn a_registration_that_was_refused_before_is_not_the_challenge_of_another() {
    for id in ["rfc3665-registration", "ims-registration"] {
        let clean = played(&flow(id));
        let refused = |events: &[Event], status: &str| -> Vec<Event> {
            let mut refused = events.to_vec();
            for event in &mut refused {
                // Nothing is asked for that could be answered.
                let text = std::str::from_utf8(&event.bytes).unwrap();
                let lines = text.split_inclusive("\r\n");
                let left: String = lines
                    .filter(|line| !line.starts_with("WWW-Authenticate"))
                    .collect();
                event.bytes = left.into_bytes();
                if event.bytes.starts_with(status.as_bytes()) {
                    edit(event, status, "SIP/2.0 403 Forbidden");
                }
            }
            refused
        };
        let again: Vec<Event> = clean.iter().map(|event| later(event, 2, 20)).collect();
        let mut attempts = [
            refused(&clean, "SIP/2.0 200 OK"),
            refused(&clean, "SIP/2.0 401 Unauthorized"),
        ];
        // Whose first request is refused does not answer a challenge.
        let challenged = attempts[1]
            .iter()
            .position(|event| event.is_request && cseq(event) != cseq(&clean[0]));
        attempts[1].truncate(challenged.unwrap());
        for attempt in attempts {
            let events = [attempt, again.clone()].concat();
            let found = matched(&events, &templates());
            let passed: Vec<_> = found
                .iter()
                .filter(|one| one.conclusion == Conclusion::Pass)
                .collect();
            assert_eq!(passed.len(), 1, "{found:?}");
            assert_eq!(passed[0].id, id);
            let number = ["F1", "1"]
                .into_iter()
                .find(|number| passed[0].steps.iter().any(|(one, _)| one == number));
            assert_eq!(passed[0].fate(number.unwrap()), &Fate::Matched);
        }
    }
}
