//! Which flow is told where several may explain what was seen.

use sipscope::flow::{Conclusion, read_template, templates};

use crate::flow_match::played::{Verdict, edit, flow, matched, place, played, with_a_proxy};

/// A proxy that the document does not know makes no other flow of it, though one that fails has a step for each hop.
#[test]
fn a_flow_that_passes_is_before_a_longer_one_that_fails() {
    let template = flow("presence-polite-blocking");
    let events = played(&template);
    let ends = &template.steps[template.step("2").unwrap()];
    let found = matched(&with_a_proxy(&events, [ends.from, ends.to]), &templates());
    let told: Vec<_> = found
        .iter()
        .map(|one| (one.id.as_str(), one.conclusion))
        .collect();
    assert_eq!(told, [("presence-polite-blocking", Conclusion::Pass)]);
}

/// Two who take part in a longer flow are not one element only because that flow has a step for each hop.
#[test]
fn a_flow_of_whom_two_would_be_one_is_behind_one_that_explains_all() {
    let six = flow("presence-six-messages");
    let ends = &six.steps[six.step("F1").unwrap()];
    let behind = read_template(include_str!("behind_a_proxy.toml")).unwrap();
    for (events, id) in [
        (
            with_a_proxy(&played(&six), [ends.from, ends.to]),
            six.id.as_str(),
        ),
        (played(&behind), "presence-polite-blocking"),
    ] {
        let found = matched(&events, &templates());
        let told: Vec<_> = found
            .iter()
            .map(|one| (one.id.as_str(), one.conclusion))
            .collect();
        assert_eq!(told, [(id, Conclusion::Pass)]);
    }
}

/// A call through one proxy does not fork only because it might.
#[test]
fn a_flow_of_whom_one_was_not_seen_is_behind_one_that_explains_all() {
    let template = flow("forking");
    let mut events = played(&template);
    for number in ["F4", "F7", "F8", "F11", "F12", "F13", "F14"] {
        events.remove(place(&template, &events, number));
    }
    let found = matched(&events, &templates());
    let told: Vec<_> = found
        .iter()
        .map(|one| (one.id.as_str(), one.conclusion))
        .collect();
    assert_eq!(told, [("rfc3665-session", Conclusion::Pass)]);
    // The second proxy would be the phone, and nothing was seen of who is behind it.
    assert_eq!(found[0].passed_over.as_deref(), Some("rfc3665-two-proxies"));
}

/// A refusal that two packets hide is still a refusal.
#[test]
fn of_equal_flows_the_one_with_these_answers_is_told() {
    let id = "presence-publish-refused";
    let template = flow(id);
    let mut events = played(&template);
    let [one, other] = ["3", "4"].map(|number| place(&template, &events, number));
    (events[one].time, events[other].time) = (events[other].time, events[one].time);
    events.swap(one, other);
    let found = matched(&events, &templates());
    let told: Vec<_> = found
        .iter()
        .map(|one| (one.id.as_str(), one.conclusion))
        .collect();
    assert_eq!(told, [(id, Conclusion::Fail)]);
    assert_eq!(found[0].differences(), []);
}

/// What tells a refusal that looks like consent from consent is what the watcher gets to see. Who sees more was not blocked: that fails the
/// test where it is looked for, and is no such test where nobody asks.
#[test]
fn a_flow_is_told_by_what_its_bodies_say() {
    let template = flow("presence-polite-blocking");
    let mut events = played(&template);
    for step in ["5", "6"] {
        let at = place(&template, &events, step);
        edit(
            &mut events[at],
            "<basic>closed</basic>",
            "<basic>open</basic>  ",
        );
    }
    assert!(matched(&events, &templates()).is_empty());
    let found = matched(&events, &[template]);
    let differences: Vec<_> = found.iter().flat_map(Verdict::differences).collect();
    let [(step, difference)] = differences[..] else {
        panic!("{found:?}");
    };
    assert_eq!((step, difference.what.as_str()), ("5", "Body"));
    assert_eq!(found[0].conclusion, Conclusion::Fail);
}

/// A body that is missing says nothing else: the flow is told, with what it lacks.
#[test]
fn a_flow_is_told_where_a_body_is_missing() {
    let template = flow("presence-polite-blocking");
    let mut events = played(&template);
    for step in ["5", "6"] {
        let at = place(&template, &events, step);
        let text = String::from_utf8(events[at].bytes.clone()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let length = format!("Content-Length: {}", body.len());
        let head = head.replace(&length, "Content-Length: 0");
        events[at].bytes = format!("{head}\r\n\r\n").into_bytes();
    }
    let found = matched(&events, &templates());
    let [found] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(found.id, template.id);
    assert_eq!(found.told(), [("5", "Body")]);
    assert_eq!(found.differences()[0].1.got, "none");
}
