//! What one clock tells: an effect before its cause, and what comes too late.

use sipscope::flow::synthesis::Event;
use sipscope::flow::{Conclusion, Fate};

use crate::played::{SECOND, Verdict, flow, matched, place, played};

fn verdict(id: &str, mut events: Vec<Event>) -> Verdict {
    events.sort_by_key(|event| event.time);
    let template = flow(id);
    let mut found = matched(&events, std::slice::from_ref(&template));
    assert_eq!(found.len(), 1);
    found.remove(0)
}

/// What puts a message before its cause in order does not make it right.
#[test]
fn an_effect_before_its_cause_is_out_of_order() {
    for (id, cause, effect) in [
        ("rfc3665-session", "F5", "F6"),
        ("rfc3665-session", "F1", "F2"),
        ("rfc3665-two-proxies", "F4", "F5"),
        ("rfc3665-two-proxies", "F12", "F13"),
        ("rfc3665-two-proxies", "F15", "F16"),
    ] {
        let template = flow(id);
        let mut events = played(&template);
        let [one, other] = [cause, effect].map(|number| place(&template, &events, number));
        events[other].time = events[one].time - 50_000;
        let found = verdict(id, events);
        let step = template.step(cause).unwrap();
        assert_eq!(found.fate(effect), &Fate::OutOfOrder(step), "{id} {effect}");
        assert_eq!(found.conclusion, Conclusion::Fail, "{id} {effect}");
    }
}

/// RFC 6665 4.1.2.4: a NOTIFY may overtake the answer, but nobody notifies who was not asked.
#[test]
fn a_notify_comes_after_what_asked_for_it() {
    let id = "message-waiting";
    let mut raced = played(&flow(id));
    let answer = raced[1].time;
    raced[1].time = raced[3].time + 1;
    raced[2].time = answer;
    assert_eq!(verdict(id, raced).conclusion, Conclusion::Pass);
    let mut unasked = played(&flow(id));
    let asked = unasked[0].time;
    for event in &mut unasked[..2] {
        event.time += SECOND;
    }
    unasked[2].time = asked;
    unasked[3].time = asked + 1_000_000;
    assert_eq!(verdict(id, unasked).conclusion, Conclusion::Fail);
}

/// 64*T1: so long a subscriber waits for the NOTIFY that follows at once (RFC 6665 4.1.2.4).
#[test]
fn what_follows_at_once_is_not_late() {
    let id = "message-waiting";
    for (seconds, expected) in [(31, Conclusion::Pass), (33, Conclusion::Fail)] {
        let mut events = played(&flow(id));
        for event in &mut events[2..] {
            event.time += seconds * SECOND;
        }
        let found = verdict(id, events);
        assert_eq!(found.conclusion, expected, "{seconds}");
        if expected == Conclusion::Fail {
            let told = found.differences();
            let told: Vec<_> = told
                .iter()
                .map(|(number, one)| (*number, one.what.as_str()))
                .collect();
            assert_eq!(told, [("3", "time")]);
        }
    }
}
