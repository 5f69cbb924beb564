//! What a flow tells must be said by its messages: nobody is deregistered whose registration goes on.

use sipscope::flow::synthesis::Event;
use sipscope::flow::{Conclusion, Fate, templates};

use crate::flow_match::dialogs::told;
use crate::flow_match::played::{Verdict, cseq, edit, field, flow, later, matched, place, played};

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

/// Identifier, verdict and blamed steps.
fn verdicts(found: &[Verdict]) -> Vec<(&str, Conclusion, Vec<&str>)> {
    found
        .iter()
        .map(|one| (one.id.as_str(), one.conclusion, one.blamed()))
        .collect()
}

/// RFC 3261 10.2: contacts are bound, removed or asked for.
#[test]
fn what_a_registration_asks_for_tells_it_from_others() {
    let over = |event: &mut Event| edit(event, "CSeq: ", "Expires: 0\r\nCSeq: ");
    let none = |event: &mut Event| {
        let contact = field(event, "Contact");
        edit(event, &format!("{contact}\r\n"), "");
    };
    let ends = |event: &mut Event| edit(event, "Expires: 600000", "Expires: 0");
    type Change<'c> = &'c dyn Fn(&mut Event);
    let changes: [(&str, Change<'_>, &str, &[&str]); 3] = [
        (
            "rfc3665-registration",
            &over,
            "rfc3665-cancellation",
            &["F1", "F3"],
        ),
        (
            "rfc3665-registration",
            &none,
            "rfc3665-contact-list",
            &["F1", "F3"],
        ),
        ("ims-reregistration", &ends, "ims-deregistration", &["1"]),
    ];
    for (id, change, other, blamed) in changes {
        let mut events = played(&flow(id));
        events
            .iter_mut()
            .filter(|one| one.is_request)
            .for_each(change);
        let found = matched(&events, &templates());
        assert_eq!(verdicts(&found), [(other, Conclusion::Pass, vec![])]);
        // Where only registrations are looked for, it is one that asks for something else.
        let found = matched(&events, &[flow(id)]);
        assert_eq!(verdicts(&found), [(id, Conclusion::Fail, blamed.to_vec())]);
    }
}

/// One subscription is not that of the terminal and that of the P-CSCF: what it told before is beside the flow.
#[test]
fn one_subscription_is_not_two() {
    let template = flow(DEREGISTRATION);
    let mut before = played(&template);
    before
        .retain(|event| ["2", "3", "4", "5"].contains(&template.steps[event.step].number.as_str()));
    let after: Vec<Event> = before.iter().map(|event| later(event, 1, 5)).collect();
    for event in before.iter_mut().filter(|event| event.is_request) {
        edit(event, "terminated;reason=rejected", "active;expires=600");
        edit(event, "event=\"rejected\"", "event=\"created\" ");
    }
    let found = matched(&[before, after].concat(), &templates());
    assert_eq!(
        verdicts(&found),
        [(DEREGISTRATION, Conclusion::Pass, vec![])]
    );
}
