//! Which element of the trace each actor is: two that are one, one that nobody saw, and messages that go the wrong way.

use std::net::SocketAddr;

use sipscope::flow::{Conclusion, Fate, templates};

use crate::flow_match::played::{flow, matched, played};

/// The presence server is on the host of the core, at another port.
#[test]
fn an_answer_that_is_passed_on_is_no_other_answer() {
    let template = flow("presence-fetch");
    let actor = |label: &str| {
        let mut actors = template.actors.iter();
        actors.position(|actor| actor.label == label).unwrap()
    };
    let (core, server) = (actor("SIP/IP Core (presentity)"), actor("PS"));
    let events = played(&template);
    let end = |actor: usize| {
        let sent = events.iter().find(|event| event.from == actor);
        sent.unwrap().source
    };
    let (of_core, of_server) = (end(core), end(server));
    let one: SocketAddr = format!("{}:5080", of_core.ip()).parse().unwrap();
    let [name, core_name] = [server, core].map(|actor| template.actors[actor].name.clone());
    let port = format!("{}:5080", core_name.clone().unwrap());
    for named in [core_name.unwrap(), port] {
        let mut events = events.clone();
        for event in &mut events {
            let text = String::from_utf8(event.bytes.clone()).unwrap();
            let text = text.replace(name.as_deref().unwrap(), &named);
            let text = text.replace(&of_server.ip().to_string(), &of_core.ip().to_string());
            event.bytes = text.into_bytes();
            for end in [&mut event.source, &mut event.destination] {
                if *end == of_server {
                    *end = one;
                }
            }
        }
        let found = matched(&events, std::slice::from_ref(&template));
        assert_eq!(found[0].differences(), []);
        assert_eq!(
            found[0].conclusion,
            Conclusion::Pass,
            "{:?}",
            found[0].steps
        );
    }
}

/// What one element saw: between two others is nothing to see.
#[test]
fn what_nobody_captured_is_not_combined() {
    let template = flow("presence-fetch");
    let mut actors = template.actors.iter();
    let core = actors.position(|actor| actor.label == "SIP/IP Core (watcher)");
    let core = core.unwrap();
    let mut events = played(&template);
    events.retain(|event| [event.from, event.to].contains(&core));
    let found = matched(&events, std::slice::from_ref(&template));
    assert_eq!(found[0].blamed(), ["3", "4"]);
    for number in ["3", "4"] {
        assert_eq!(found[0].fate(number), &Fate::NotCaptured, "{number}");
    }
    assert_eq!(found[0].conclusion, Conclusion::Inconclusive);
}

/// Whoever gets what it should send, and sends what it should get, is told.
#[test]
fn a_message_in_the_wrong_direction_is_told() {
    let mut wrong = Vec::new();
    for id in [
        "rfc3665-session",
        "rfc3665-registration",
        "rfc3665-two-proxies",
        "presence-publish",
        "refer",
    ] {
        let template = flow(id);
        let events = played(&template);
        for at in 0..events.len() {
            let mut events = events.clone();
            let event = &mut events[at];
            std::mem::swap(&mut event.source, &mut event.destination);
            let number = template.steps[event.step].number.as_str();
            for one in matched(&events, &templates()) {
                if one.conclusion == Conclusion::Pass
                    || one.id == id && !one.blamed().contains(&number)
                {
                    wrong.push(format!(
                        "{id} {number}: {} {:?} {:?}",
                        one.id,
                        one.conclusion,
                        one.blamed()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The first message of a call: nobody else is blamed.
    let mut events = played(&flow("rfc3665-session"));
    let event = &mut events[0];
    std::mem::swap(&mut event.source, &mut event.destination);
    let found = matched(&events, &templates());
    let told = found[0].differences();
    let told: Vec<_> = told
        .iter()
        .map(|(number, one)| (*number, one.what.as_str()))
        .collect();
    assert_eq!(told, [("F1", "direction")]);
}
