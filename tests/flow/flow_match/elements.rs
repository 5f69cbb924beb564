//! Which element of the trace each actor is: two that are one, one that nobody saw, and messages that go the wrong way.

use std::net::SocketAddr;

use sipscope::flow::synthesis::Event;
use sipscope::flow::{Conclusion, Fate, Template, read_template, templates};

use crate::flow_match::played::{SECOND, cseq, edit, field, flow, matched, played, with_a_proxy};

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
    let told = found[0].told();
    assert_eq!(told, [("F1", "direction")]);
}

/// A proxy that the document does not know stands anywhere, also next to the first or the last who takes part.
#[test]
fn a_proxy_more_is_nobody_of_the_flow() {
    for (id, number) in [
        ("rfc3665-session", "F1"),
        ("rfc3665-two-proxies", "F4"),
        ("rfc3665-two-proxies", "F7"),
        ("forking", "F1"),
        ("forking", "F3"),
        ("presence-polite-blocking", "1"),
        ("presence-polite-blocking", "5"),
        ("presence-polite-blocking", "6"),
        ("presence-fetch", "3"),
        ("presence-fetch", "8"),
        ("presence-reactive-authorization", "7"),
        ("poc-registration", "1"),
        ("refer", "1"),
    ] {
        let template = flow(id);
        let step = &template.steps[template.step(number).unwrap()];
        let events = with_a_proxy(&played(&template), [step.from, step.to]);
        let found = matched(&events, std::slice::from_ref(&template));
        let [found] = &found[..] else {
            panic!("{id} {number}: {found:?}");
        };
        assert_eq!(found.differences(), [], "{id} {number}");
        assert_eq!(found.conclusion, Conclusion::Pass, "{id} {number}");
    }
}

/// The messages with addresses in place of all names.
fn without_names(template: &Template, mut events: Vec<Event>) -> Vec<Event> {
    let address = |actor: usize| {
        let mut sent = events.iter().filter(|event| event.from == actor);
        sent.next().map(|event| event.source.ip().to_string())
    };
    let actors = 0..template.actors.len();
    let names =
        actors.filter_map(|actor| Some((template.actors[actor].name.clone()?, address(actor)?)));
    let names: Vec<(String, String)> = names.collect();
    for event in &mut events {
        let text = String::from_utf8(event.bytes.clone()).unwrap();
        let text = names
            .iter()
            .fold(text, |text, (name, address)| text.replace(name, address));
        event.bytes = text.into_bytes();
    }
    events
}

/// Who stays on the path of the dialog is not who only passed on what it began with.
#[test]
fn a_proxy_more_that_records_its_route_is_nobody() {
    let mut text = include_str!("../../../templates/ims-presence-subscribe.toml").to_owned();
    let mut put = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    };
    put("id = \"ims-presence-subscribe\"", "id = \"longer\"");
    let actor =
        "id = \"ibcf\"\nrole = \"proxy\"\nname = \"ibcf.home1.net\"\nrecords_route = true\n";
    put(
        "[[actor]]\nid = \"icscf2\"",
        &format!("[[actor]]\n{actor}\n[[actor]]\nid = \"icscf2\""),
    );
    // In each direction it stands between the S-CSCF of the watcher and what comes behind.
    let way = "from = \"scscf1\"\nto = \"icscf2\"\nrequest = \"SUBSCRIBE\"\nrelays = \"2\"";
    put("route = [\"icscf2\"]", "route = [\"ibcf\"]");
    put(way, &way.replace("icscf2", "ibcf"));
    let more = |number: &str, from: &str, to: &str, rest: &str| {
        format!(
            "[[step]]\nnumber = \"{number}b\"\nfrom = \"{from}\"\nto = \"{to}\"\n{rest}\nrelays = \"{number}\"\n\n"
        )
    };
    let before = |number: &str| format!("[[step]]\nnumber = \"{number}\"\n");
    // Whom it is passed on to by its domain is in no Route.
    let request = "request = \"SUBSCRIBE\"";
    let mut add = |at: &str, step: String| put(&before(at), &(step + &before(at)));
    add("6", more("5", "ibcf", "icscf2", request));
    add("16", more("15", "ibcf", "scscf1", "response = \"200 OK\""));
    add("20", more("19", "ibcf", "scscf1", "request = \"NOTIFY\""));
    add("25", more("24", "ibcf", "scscf2", "response = \"200 OK\""));
    for (from, to) in [
        (
            "to = \"scscf1\"\nresponse = \"100 Trying\"\nanswers = \"5\"",
            "to = \"ibcf\"\nresponse = \"100 Trying\"\nanswers = \"5b\"",
        ),
        (
            "relays = \"5\"\nroute = [\"scscf2\"]",
            "relays = \"5b\"\nroute = [\"scscf2\"]",
        ),
        (
            "to = \"scscf1\"\nresponse = [\"200 OK\", \"202 Accepted\"]\nrelays = \"14\"",
            "to = \"ibcf\"\nresponse = [\"200 OK\", \"202 Accepted\"]\nrelays = \"14\"",
        ),
        ("relays = \"15\"\ncarry", "relays = \"15b\"\ncarry"),
        (
            "to = \"scscf1\"\nrequest = \"NOTIFY\"\nrelays = \"18\"",
            "to = \"ibcf\"\nrequest = \"NOTIFY\"\nrelays = \"18\"",
        ),
        ("relays = \"19\"\ncarry", "relays = \"19b\"\ncarry"),
        ("copied_from = \"19\"", "copied_from = \"19b\""),
        ("consumed_from = \"19\"", "consumed_from = \"19b\""),
        (
            "to = \"scscf2\"\nresponse = \"200 OK\"\nrelays = \"23\"",
            "to = \"ibcf\"\nresponse = \"200 OK\"\nrelays = \"23\"",
        ),
        (
            "to = \"ps\"\nresponse = \"200 OK\"\nrelays = \"24\"",
            "to = \"ps\"\nresponse = \"200 OK\"\nrelays = \"24b\"",
        ),
    ] {
        put(from, to);
    }
    let longer = read_template(&text).unwrap();
    let events = without_names(&longer, played(&longer));
    let found = matched(&events, &templates());
    assert_eq!(found[0].id, "ims-presence-subscribe");
    assert_eq!(found[0].differences(), []);
    assert_eq!(found[0].conclusion, Conclusion::Pass);
}

/// Where nobody has a name, what messages say tells who is who: who has no Route left cannot pass it on to the next one of the flow.
#[test]
fn a_proxy_more_is_nobody_where_nobody_has_a_name() {
    let template = flow("ims-presence-subscribe");
    let events = without_names(&template, played(&template));
    let step = &template.steps[template.step("5").unwrap()];
    let mut events = with_a_proxy(&events, [step.from, step.to]);
    // Whom it is passed on to by its domain is in no Route.
    for event in events
        .iter_mut()
        .filter(|event| event.step == template.step("5").unwrap())
    {
        let route = field(event, "Route");
        edit(event, &format!("{route}\r\n"), "");
    }
    let found = matched(&events, std::slice::from_ref(&template));
    assert_eq!(found[0].differences(), []);
    assert_eq!(found[0].conclusion, Conclusion::Pass);
}

/// What it passes on says what the flow asks for on both sides of it.
#[test]
fn a_proxy_more_leaves_what_is_said() {
    let template = flow("message-waiting");
    let ends = |number: &str| {
        let step = &template.steps[template.step(number).unwrap()];
        [step.from, step.to]
    };
    for (number, from, to, what) in [
        ("3", "Event: message-summary", "Event: presence", "Event"),
        (
            "3",
            "Subscription-State: active",
            "Subscription-State: pending",
            "Subscription-State",
        ),
        ("3", "From: ", "From: \"Other\" ", "From"),
        (
            "2",
            "SIP/2.0 200 OK",
            "SIP/2.0 500 Server Internal Error",
            "status",
        ),
    ] {
        let events = with_a_proxy(&played(&template), ends(number));
        let step = template.step(number).unwrap();
        let hops: Vec<usize> = (0..events.len())
            .filter(|at| events[*at].step == step)
            .collect();
        assert_eq!(hops.len(), 2);
        for hop in hops {
            let mut events = events.clone();
            edit(&mut events[hop], from, to);
            let found = matched(&events, std::slice::from_ref(&template));
            assert_eq!(found[0].conclusion, Conclusion::Fail, "{what} {hop}");
            let told = found[0].differences();
            assert!(
                told.iter().any(|(_, one)| one.what == what),
                "{what} {hop}: {told:?}"
            );
        }
    }
}

/// What is not acknowledged is missing, and nobody hangs up in the place of the other, though nothing but addresses tells who is who.
#[test]
fn two_who_take_part_are_not_one() {
    let template = flow("rfc3665-session");
    let mut events = played(&template);
    let [caller, called] = [events[0].source, events[0].destination];
    for event in &mut events {
        let text = String::from_utf8(event.bytes.clone()).unwrap();
        let text = text.replace("client.atlanta.example.com", &caller.ip().to_string());
        let text = text.replace("client.biloxi.example.com", &called.ip().to_string());
        event.bytes = text.into_bytes();
    }
    let of_call = |event: &Event, name: &str| field(event, name);
    let head = [
        format!("Via: SIP/2.0/UDP {};branch=z9hG4bKbye", caller.ip()),
        of_call(&events[0], "From"),
        of_call(&events[2], "To"),
        of_call(&events[0], "Call-ID"),
        format!("CSeq: {} BYE", cseq(&events[0]) + 1),
        "Content-Length: 0\r\n\r\n".to_owned(),
    ];
    let head = head.join("\r\n");
    let mut bye = events[0].clone();
    let mut answer = events[2].clone();
    bye.bytes = format!(
        "BYE sip:bob@{} SIP/2.0\r\nMax-Forwards: 70\r\n{head}",
        called.ip()
    )
    .into_bytes();
    answer.bytes = format!("SIP/2.0 200 OK\r\n{head}").into_bytes();
    bye.time = answer.time + SECOND;
    answer.time = bye.time + 1_000_000;
    events.truncate(3);
    events.extend([bye, answer]);
    let found = matched(&events, std::slice::from_ref(&template));
    assert_eq!(found[0].blamed(), ["F4"], "{:?}", found[0].steps);
    for number in ["C5", "C6"] {
        assert_eq!(found[0].fate(number), &Fate::Matched, "{number}");
    }
}

/// What it adds to Record-Route and Route is its own affair.
#[test]
fn a_proxy_more_may_stay_on_the_path() {
    let behind = read_template(include_str!("behind_a_proxy.toml")).unwrap();
    let template = flow("presence-polite-blocking");
    let events = played(&behind);
    let found = matched(&events, std::slice::from_ref(&template));
    assert_eq!(
        found[0].conclusion,
        Conclusion::Pass,
        "{:?}",
        found[0].differences()
    );
    // Nobody else has a part in it.
    let mut events = played(&behind);
    let mut answers = (0..events.len()).filter(|at| events[*at].bytes.starts_with(b"SIP/2.0 200"));
    // The one that came out of the proxy.
    let at = answers.nth(1).unwrap();
    edit(
        &mut events[at],
        "<sip:n1.n.example.org;lr>",
        "<sip:n2.n.example.org;lr>",
    );
    let found = matched(&events, std::slice::from_ref(&template));
    assert_eq!(found[0].conclusion, Conclusion::Fail);
}

/// Where both parties are in one domain, one core is both.
#[test]
fn what_one_core_does_is_combined() {
    let events = played(&read_template(include_str!("one_domain.toml")).unwrap());
    let found = matched(&events, &[flow("presence-fetch")]);
    assert_eq!(
        found[0].conclusion,
        Conclusion::Pass,
        "{:?}",
        found[0].steps
    );
    let combined = found[0]
        .steps
        .iter()
        .filter(|(_, fate)| *fate == Fate::Combined);
    let combined: Vec<_> = combined.map(|(number, _)| number.as_str()).collect();
    assert_eq!(combined, ["2", "5"]);
}
