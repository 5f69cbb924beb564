//! What is about another event package is another flow, also where its own beginning was not captured: an answer tells nothing of
//! what it is about.

use sipscope::flow::synthesis::Event;
use sipscope::flow::{Conclusion, Template, What, templates};

use crate::flow_match::dialogs::told;
use crate::flow_match::played::{edit, flow, later, matched, played};

/// A flow about an event package that no flow is about.
fn about_another(id: &str) -> Vec<Event> {
    let mut events = played(&flow(id));
    for event in events.iter_mut().filter(|event| event.is_request) {
        edit(event, "\r\nEvent: ", "\r\nEvent: x-");
    }
    events
}

/// Of a request that is passed on, some hops were captured only with their answers.
#[test]
fn a_journey_of_another_package_is_no_flow_however_late_it_begins() {
    for id in [
        "presence-expiry",
        "presence-publish",
        "presence-publish-refresh",
        "ims-presence-notify",
        "ims-deregistration-by-network",
    ] {
        let events = about_another(id);
        let answered = events.iter().position(|event| !event.is_request).unwrap();
        for first in 0..answered {
            let found = matched(&events[first..], &templates());
            assert_eq!(told(&found), [], "{id} from message {first} on");
        }
    }
}

/// Answers to what nobody captured may be about anything, whatever follows in their dialog.
#[test]
fn answers_alone_are_no_flow() {
    for id in [
        "presence-expiry",
        "ims-presence-notify",
        "ims-deregistration-by-network",
    ] {
        let events = about_another(id);
        let asked = events.iter().take_while(|event| event.is_request).count();
        let answers = &events[asked..2 * asked];
        let again: Vec<_> = events.iter().map(|event| later(event, 1, 60)).collect();
        for events in [answers, &[answers, &again].concat()] {
            assert_eq!(told(&matched(events, &templates())), [], "{id}");
        }
    }
}

/// The answer to one request of a dialog does not make the next request a step.
#[test]
fn an_answer_brings_no_request_of_another_package_in() {
    for id in ["presence-expiry", "ims-presence-notify"] {
        let events = about_another(id);
        let again: Vec<_> = events.iter().map(|event| later(event, 1, 60)).collect();
        let answer = &events[events.len() - 1..];
        let found = matched(&[answer, &again].concat(), &templates());
        assert_eq!(told(&found), [], "{id}");
    }
}

/// What is left of a flow may be told as that flow; it is no failure of another.
#[test]
fn a_flow_that_is_seen_late_fails_no_other() {
    let mut wrong = Vec::new();
    for template in templates().iter().filter(|one| tells_events(one)) {
        let events = played(template);
        for first in 1..events.len() {
            let found = matched(&events[first..], &templates());
            for one in found.iter().filter(|one| one.id != template.id) {
                if one.conclusion == Conclusion::Fail {
                    wrong.push(format!(
                        "{} from message {first} on: {}",
                        template.id, one.id
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a flow is about an event package.
fn tells_events(template: &Template) -> bool {
    template.steps.iter().any(|step| match &step.what {
        What::Request(request) => ["NOTIFY", "PUBLISH"].contains(&request.method.as_str()),
        _ => false,
    })
}
