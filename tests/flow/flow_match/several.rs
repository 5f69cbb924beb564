//! Flows one after the other, and what may be otherwise without being another flow.

use sipscope::flow::synthesis::Event;
use sipscope::flow::{Conclusion, Fate, GroupKind, templates};

use crate::flow_match::details::only;
use crate::flow_match::lost::take;
use crate::flow_match::played::{
    SECOND, Verdict, edit, field, flow, later, matched, place, played,
};

fn told(found: &[Verdict]) -> Vec<(&str, Conclusion)> {
    let all = found.iter();
    all.map(|one| (one.id.as_str(), one.conclusion)).collect()
}

/// Two requests of which no one was challenged are no challenge and its answer.
#[test]
fn each_refresh_of_a_registration_is_one() {
    let id = "ims-reregistration";
    let first = played(&flow(id));
    for times in 2..5 {
        let again = (0..times).flat_map(|time| {
            let first = first.iter();
            first.map(move |event| later(event, time, 600 * i64::from(time)))
        });
        let found = matched(&again.collect::<Vec<_>>(), &templates());
        assert_eq!(told(&found), vec![(id, Conclusion::Pass); times as usize]);
    }
}

/// RFC 3903 4.3 and 4.5: no body, and the tag of what was published.
#[test]
fn a_publication_is_refreshed_and_removed() {
    let (id, refresh) = ("presence-publish", "presence-publish-refresh");
    let mut events = played(&flow(id));
    for (time, expires) in [(1, "3600"), (2, "0")] {
        for event in played(&flow(refresh)) {
            let mut event = later(&event, time, 900 * i64::from(time));
            edit(&mut event, "Expires: 3600", &format!("Expires: {expires}"));
            events.push(event);
        }
    }
    let found = matched(&events, &templates());
    let expected = [id, refresh, refresh].map(|id| (id, Conclusion::Pass));
    assert_eq!(told(&found), expected);
}

/// What comes after a flow in its dialog makes no other flow of it that fails.
#[test]
fn who_was_blocked_politely_unsubscribes() {
    let template = flow("presence-polite-blocking");
    let mut events = played(&template);
    let to = field(&events[place(&template, &events, "5")], "From").replace("From: ", "To: ");
    let end: Vec<Event> = events
        .iter()
        .map(|event| {
            let mut event = later(event, 1, 60);
            let own = field(&event, "To");
            if !own.contains(";tag=") {
                edit(&mut event, &own, &to);
            }
            let text = String::from_utf8(event.bytes.clone()).unwrap();
            let text = text.replace("Expires: 3600", "Expires: 0");
            let text = text.replace("active;expires=3600", "terminated;reason=timeout");
            event.bytes = text.into_bytes();
            event
        })
        .collect();
    events.extend(end);
    let found = matched(&events, &templates());
    assert_eq!(
        told(&found),
        [("presence-polite-blocking", Conclusion::Pass)]
    );
}

/// Published information that has expired says so: not every notification is about that.
#[test]
fn what_is_still_there_has_not_expired() {
    let mut events = played(&flow("presence-expiry"));
    assert_eq!(
        told(&matched(&events, &templates())),
        [("presence-expiry", Conclusion::Pass)]
    );
    for event in events.iter_mut().filter(|event| event.is_request) {
        edit(event, "<basic>closed", "<basic>opened");
    }
    let found = matched(&events, &templates());
    assert!(
        found.iter().all(|one| one.id != "presence-expiry"),
        "{found:?}"
    );
}

/// The last notification may be the one that says that the subscription has ended (RFC 6665 4.4.1).
#[test]
fn a_subscription_to_a_mailbox_may_end() {
    let template = flow("message-waiting");
    let mut ended = played(&template);
    let at = place(&template, &ended, "5");
    let state = "terminated;reason=timeout";
    edit(&mut ended[at], "active;expires=80000", state);
    let found = only(&template, &ended);
    assert_eq!(
        (found.conclusion, found.blamed()),
        (Conclusion::Pass, vec![])
    );
}

#[test]
fn a_phone_that_is_answered_at_once_does_not_ring() {
    let template = flow("rfc3665-two-proxies");
    let mut events = played(&template);
    for number in ["F9", "F10", "F11"] {
        events.remove(place(&template, &events, number));
    }
    let found = only(&template, &events);
    assert_eq!(found.conclusion, Conclusion::Pass);
}

/// RFC 6665 4.1.2.4.
#[test]
fn the_first_notification_may_come_before_the_answer() {
    let template = flow("message-waiting");
    let mut events = played(&template);
    let [answer, notify] = ["2", "3"].map(|number| place(&template, &events, number));
    (events[answer].time, events[notify].time) = (events[notify].time, events[answer].time);
    events.swap(answer, notify);
    let found = only(&template, &events);
    assert_eq!(
        (found.conclusion, found.blamed()),
        (Conclusion::Pass, vec![])
    );
}

/// Tags tell which of the two hangs up, whichever way another message of theirs went.
#[test]
fn the_one_message_that_went_the_wrong_way_is_told() {
    let template = flow("rfc3665-session");
    let mut other_way = template.clone();
    for group in &mut other_way.groups {
        if let GroupKind::InsteadOf(usual) = &mut group.kind {
            std::mem::swap(&mut group.steps, usual);
        }
    }
    for number in ["F1", "F4"] {
        let mut events = played(&other_way);
        for event in &mut events {
            let text = String::from_utf8(event.bytes.clone()).unwrap();
            let text = text.replace("client.atlanta.example.com", "192.0.2.101");
            let text = text.replace("client.biloxi.example.com", "192.0.2.201");
            event.bytes = text.into_bytes();
        }
        let event = place(&template, &events, number);
        let event = &mut events[event];
        std::mem::swap(&mut event.source, &mut event.destination);
        let found = only(&template, &events);
        let told = found.told();
        assert_eq!(told, [(number, "direction")]);
    }
}

/// RFC 3262 3: only a reliable provisional response says so, and is acknowledged.
#[test]
fn a_phone_may_ring_without_being_acknowledged() {
    let template = flow("ims-session-preconditions");
    let mut events = played(&template);
    let acknowledged: Vec<String> = (51..=60).map(|number| number.to_string()).collect();
    events.retain(|event| !acknowledged.contains(&template.steps[event.step].number));
    let found = matched(&events, std::slice::from_ref(&template));
    assert_eq!(found[0].conclusion, Conclusion::Pass);
    for event in &mut events {
        if event.bytes.starts_with(b"SIP/2.0 180") {
            for name in ["RSeq", "Require"] {
                let line = field(event, name);
                edit(event, &format!("{line}\r\n"), "");
            }
        }
    }
    let found = matched(&events, std::slice::from_ref(&template));
    assert_eq!(found[0].differences(), []);
    assert_eq!(found[0].conclusion, Conclusion::Pass);
}

/// RFC 3515 2.4.4: a REFER may be sent in the dialog of a call.
#[test]
fn a_call_may_be_referred_on() {
    let template = flow("refer");
    let mut events = played(&template);
    let accepted = field(&events[place(&template, &events, "2")], "To");
    let refer = place(&template, &events, "1");
    let asked = field(&events[refer], "To");
    edit(&mut events[refer], &asked, &accepted);
    assert_eq!(
        told(&matched(&events, &templates())),
        [("refer", Conclusion::Pass)]
    );
}

/// RFC 3261 17.1.1.3: the ACK to a refusal is of the hop of its INVITE; none is missing.
#[test]
fn a_refusal_is_acknowledged() {
    let template = flow("refer");
    let mut events = played(&template);
    let [invite, answer, ack] = ["5", "7", "8"].map(|number| place(&template, &events, number));
    edit(
        &mut events[answer],
        "SIP/2.0 200 OK",
        "SIP/2.0 486 Busy Here",
    );
    let [own, via] = [ack, invite].map(|at| field(&events[at], "Via"));
    edit(&mut events[ack], &own, &via);
    let found = matched(&events, std::slice::from_ref(&template));
    let differences = found[0].differences();
    let told: Vec<_> = differences.iter().map(|(number, _)| *number).collect();
    assert_eq!(told, ["7"]);
    assert_eq!(found[0].fate("8"), &Fate::NotReached);
}

/// What has to come at once is the next one, though a later one is more like it.
#[test]
fn the_first_notification_is_the_next_one() {
    let template = flow("message-waiting");
    let mut events = played(&template);
    let more: Vec<Event> = events[4..]
        .iter()
        .map(|event| later(event, 1, 10))
        .collect();
    events.extend(more);
    let found = only(&template, &events);
    assert_eq!((found.differences(), found.extra), (vec![], 0));
    take(&mut events[2], "Content-Type");
    let found = only(&template, &events);
    let differences = found.told();
    assert_eq!(differences, [("3", "Content-Type")]);
    assert_eq!(found.extra, 0);
}

/// What somebody makes of the user on the way is told there, also in a call beside the one that the flow begins with.
#[test]
fn another_user_is_told_where_he_was_put_in() {
    let template = flow("poc-registration");
    let mut events = played(&template);
    let at = place(&template, &events, "17");
    let to = field(&events[at], "To");
    edit(&mut events[at], &to, &to.replace("sip:", "sip:x"));
    let found = only(&template, &events);
    let differences = found.told();
    assert_eq!(differences, [("17", "To")]);
}

/// RFC 3515 2.4.2 and 2.4.5: who is referred calls whom the REFER names, and tells in the end how that ended.
#[test]
fn a_referred_call_is_the_one_that_was_asked_for() {
    for (number, what, from, to) in [
        (
            "5",
            "Request-URI",
            "INVITE sip:c@agentc",
            "INVITE sip:d@agentd",
        ),
        ("9", "Body", "SIP/2.0 200 OK", "SIP/2.0 603 No"),
    ] {
        let template = flow("refer");
        let mut events = played(&template);
        let at = place(&template, &events, number);
        edit(&mut events[at], from, to);
        let found = only(&template, &events);
        assert_eq!(found.conclusion, Conclusion::Fail);
        assert_eq!(found.told(), [(number, what)]);
    }
    // A proxy that was not captured puts in where the user is registered (RFC 3261 16.5); an element may know another host for him.
    for (via, uri) in [
        (
            "Via: SIP/2.0/UDP 192.0.2.99;branch=z9hG4bKp\r\nVia: ",
            "sip:x7@192.0.2.3:5060;ob",
        ),
        ("Via: ", "sip:c@gateway.example.com"),
    ] {
        let template = flow("refer");
        let mut events = played(&template);
        for number in ["5", "6", "7"] {
            let at = place(&template, &events, number);
            edit(&mut events[at], "Via: ", via);
        }
        let at = place(&template, &events, "5");
        let line = "INVITE sip:c@agentc.example.com ";
        edit(&mut events[at], line, &format!("INVITE {uri} "));
        let found = only(&template, &events);
        assert!(!found.told().contains(&("5", "Request-URI")), "{found:?}");
    }
    // The class of the status is what says how it ended.
    let template = flow("refer");
    let mut events = played(&template);
    let at = place(&template, &events, "9");
    edit(&mut events[at], "SIP/2.0 200 OK", "SIP/2.0 202 OK");
    assert_eq!(only(&template, &events).conclusion, Conclusion::Pass);
}

/// What has not run out is no expiry, whatever a NOTIFY says; what has is one, and was seen to be.
#[test]
fn what_is_published_has_not_expired() {
    let expiry = flow("presence-expiry");
    for (seconds, conclusion, fate) in [
        (60, Conclusion::Fail, "deviates"),
        (2 * 3600, Conclusion::Pass, "matched"),
    ] {
        let mut events = played(&flow("presence-publish"));
        let mut notified = played(&expiry);
        for event in &mut notified {
            edit(event, "Call-ID: ", "Call-ID: n");
            event.time += seconds * SECOND;
        }
        events.extend(notified);
        let found = matched(&events, std::slice::from_ref(&expiry));
        let [found] = &found[..] else {
            panic!("{found:?}");
        };
        assert_eq!(
            (found.conclusion, found.fate("1").name()),
            (conclusion, fate)
        );
        let found = matched(&events, &templates());
        let is_told = found.iter().any(|one| one.id == expiry.id);
        assert_eq!(is_told, conclusion == Conclusion::Pass, "{found:?}");
    }
}
