//! What one clock tells: an effect before its cause, and what comes too late.

use sipscope::flow::synthesis::Event;
use sipscope::flow::{Conclusion, Fate};

use crate::flow_match::played::{
    SECOND, Verdict, cseq, edit, field, flow, later, matched, place, played,
};

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

/// Two messages that change places: nothing is said of what stands between them.
#[test]
fn only_what_moved_is_out_of_order() {
    let mut wrong = Vec::new();
    for id in [
        "rfc3665-session",
        "rfc3665-registration",
        "rfc3665-two-proxies",
        "forking",
        "presence-polite-blocking",
        "presence-fetch",
        "ims-session-release",
    ] {
        let template = flow(id);
        let played = played(&template);
        let number = |at: usize| template.steps[played[at].step].number.as_str();
        for one in 0..played.len() {
            for other in (one + 1..played.len()).filter(|other| (one + other) % 3 == 0) {
                let mut events = played.clone();
                (events[one].time, events[other].time) = (events[other].time, events[one].time);
                events.sort_by_key(|event| event.time);
                let found = matched(&events, std::slice::from_ref(&template));
                let moved = [number(one), number(other)];
                let blamed = found[0].blamed();
                if !blamed.iter().all(|one| moved.contains(one)) {
                    wrong.push(format!("{id} {moved:?}: {blamed:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
            let told = found.told();
            assert_eq!(told, [("3", "time")]);
        }
    }
}

/// "As soon as it sends a 200 OK response to accept the subscription, it sends a NOTIFY": the notifier does nothing else toward the
/// subscriber before, in that dialog. What the subscriber does meanwhile is not its choice, nor is that it has to be answered.
#[test]
fn what_follows_at_once_has_nothing_before_it() {
    let id = "message-waiting";
    let events = played(&flow(id));
    let [subscribe, accepted, notify, taken] = [0, 1, 2, 3].map(|at| events[at].clone());
    let between = |mut inserted: Vec<Event>| {
        let mut all = events.clone();
        for event in &mut all[2..] {
            event.time += SECOND;
        }
        for (number, event) in inserted.iter_mut().enumerate() {
            event.time = accepted.time + (number as i64 + 1) * 10_000_000;
        }
        all.extend(inserted);
        verdict(id, all)
    };
    let mut refresh = [later(&subscribe, 1, 0), later(&accepted, 1, 0)];
    let mailbox = field(&notify, "From").replace("From: ", "To: ");
    for event in &mut refresh {
        let to = field(event, "To");
        edit(event, &to, &mailbox);
    }
    let info = |event: &Event| {
        let mut event = later(event, 7, 0);
        let cseq = field(&event, "CSeq");
        let method = cseq.rsplit(' ').next().unwrap().to_owned();
        edit(&mut event, &method, "INFO");
        event
    };
    let from_notifier = [&notify, &taken].map(info);
    let from_subscriber = [&refresh[0], &refresh[1]].map(info);
    let mut of_another_dialog = from_notifier.clone();
    for event in &mut of_another_dialog {
        edit(event, "Call-ID: ", "Call-ID: other");
    }
    let info = format!("INFO with CSeq {}", cseq(&from_notifier[0]));
    let answer = format!("200 to SUBSCRIBE with CSeq {}", cseq(&refresh[0]));
    for (what, inserted, order) in [
        ("a request of the notifier", from_notifier, Some(info)),
        ("a request of the subscriber", from_subscriber, None),
        ("another dialog", of_another_dialog, None),
        ("another subscription", refresh, Some(answer)),
    ] {
        let found = between(inserted.into());
        let told = found.differences();
        let told: Vec<_> = told
            .iter()
            .map(|(number, one)| (*number, one.what.as_str(), one.got.as_str()))
            .collect();
        let expected = order.iter().map(|got| ("3", "order", got.as_str()));
        let expected: Vec<_> = expected.collect();
        assert_eq!(told, expected, "{what}");
        let conclusion = match order {
            Some(_) => Conclusion::Fail,
            None => Conclusion::Pass,
        };
        assert_eq!(found.conclusion, conclusion, "{what}");
    }
}

/// The terminal and the P-CSCF are told on their own: nothing says who is first (3GPP TS 24.229 5.4.2.1.2).
#[test]
fn what_is_parallel_has_no_order() {
    let template = flow("ims-deregistration-by-network");
    let mut events = played(&template);
    let first = place(&template, &events, "6");
    let start = events[0].time;
    let mut own = events.split_off(first);
    for (event, at) in own.iter_mut().zip(1..) {
        event.time = start - 1_000_000 * (10 - at);
    }
    own.extend(events);
    let found = matched(&own, &[template]);
    assert_eq!(
        (found[0].conclusion, found[0].blamed()),
        (Conclusion::Pass, vec![])
    );
}
