//! What the messages of a dialog say about it: route sets, remote targets, CSeq and how it ends.

use sipscope::trace::{DialogState, EndReason, Ended, Party, RouteSet};

use super::scenario::Net;
use super::sip::{Sip, Talk};

/// How far it came: `confirmed by 4, ended by 9 (Bye)`.
fn life(state: &DialogState<'_>) -> String {
    let mut parts = Vec::new();
    if state.forked {
        parts.push("forked".to_owned());
    }
    let confirmed = state.life.confirmed_by;
    parts.extend(confirmed.map(|by| format!("confirmed by {}", by.number())));
    let ended = |what: &str, ended: Option<Ended>| {
        ended.map(|by| format!("{what} by {} ({:?})", by.message.number(), by.reason))
    };
    parts.extend(ended("session ended", state.life.session_ended));
    parts.extend(ended("ended", state.life.ended));
    parts.join(", ")
}

/// The proxies on the way of one side: `p1 p2 by 6`, `strict:` in front of a strict router, `elsewhere` where it was not seen
/// at that side.
fn route(state: &DialogState<'_>, party: Party) -> String {
    let Some(set) = state.routes.of(party) else {
        return "not seen".to_owned();
    };
    let RouteSet {
        routes, message, ..
    } = set;
    let mut line = String::new();
    for route in routes {
        let strict = if route.loose { "" } else { "strict:" };
        let name = route.uri.trim_start_matches("sip:");
        let name = name.split(['.', ';']).next().unwrap();
        line += &format!("{strict}{name} ");
    }
    line += &format!("by {}", message.number());
    if !set.at_own_hop {
        line += " elsewhere";
    }
    line
}

/// Where one side sends to, the latest last: `u1 by 2, u2 by 9`.
fn targets(state: &DialogState<'_>, party: Party) -> String {
    let all = state.targets.of(party).iter();
    let all = all.map(|target| {
        let name = target.uri.trim_start_matches("sip:");
        format!("{name} by {}", target.message.number())
    });
    all.collect::<Vec<_>>().join(", ")
}

/// Numbers of one side: `1 to 4`, with `3>5` for gaps and `5>4` for steps backwards.
fn cseq(state: &DialogState<'_>, party: Party) -> String {
    let Some(sequence) = state.cseq.of(party) else {
        return "none".to_owned();
    };
    let mut line = format!("{} to {}", sequence.first, sequence.latest);
    for jump in sequence.gaps.iter().chain(&sequence.back) {
        line += &format!(", {}>{} by {}", jump.from, jump.to, jump.message.number());
    }
    line
}

use Party::{Callee, Caller};

pub fn at(user: &str) -> String {
    format!("Contact: <sip:{user}>")
}

/// A call over these proxies, all of which stay in its route; messages are numbered hop by hop: INVITE, 200, ACK.
fn call(net: &mut Net, talk: &Talk, nodes: &[&str]) {
    let invite = talk.request("INVITE", 1).with(&at("alice"));
    let invite = net.journey(invite, nodes, 0);
    let ok = invite
        .last()
        .unwrap()
        .message
        .response(200, "b")
        .with(&at("bob"));
    net.respond_as(&invite, ok, 100);
    let proxies = &nodes[1..nodes.len() - 1];
    let ack = talk.with("b").request("ACK", 1).routed(proxies);
    net.journey(ack, nodes, 200);
}

/// RFC 3261 12.1.1 and 12.1.2: the callee has the proxies in the order of Record-Route, the caller in the reverse order.
#[test]
fn routes_of_both_sides() {
    let nodes = ["uac", "p1", "p2", "uas"];
    let mut net = Net::new(&nodes).record_routing(&["p1", "p2"]);
    let talk = Talk::new("routes");
    call(&mut net, &talk, &nodes);
    // 1 2 3 INVITE, 4 5 6 200, 7 8 9 ACK
    let bye = talk.with("b").request("BYE", 2).routed(&["p1", "p2"]);
    let bye = net.journey(bye, &nodes, 1000);
    net.respond(&bye, 200, "b", 1100);
    let told = net.told();
    let [state] = &told.states()[..] else {
        panic!("one dialog")
    };
    assert_eq!(route(state, Caller), "p1 p2 by 6");
    assert_eq!(route(state, Callee), "p2 p1 by 3");
    assert_eq!(targets(state, Caller), "bob by 6");
    assert_eq!(targets(state, Callee), "alice by 3");
    assert_eq!(cseq(state, Caller), "1 to 2");
    assert_eq!(cseq(state, Callee), "none");
    let ended = "confirmed by 6, session ended by 10 (Bye), ended by 10 (Bye)";
    assert_eq!(life(state), ended);
}

/// One tap sees one hop: what the side at the other end knows is taken from there, and said so.
#[test]
fn routes_as_seen_on_one_hop() {
    let nodes = ["uac", "p1", "p2", "uas"];
    let mut net = Net::new(&nodes).record_routing(&["p1", "p2"]);
    call(&mut net, &Talk::new("routes"), &nodes);
    let routes = |one, other| {
        let packets = net.between(one, other);
        let told = net.told_of(&[packets]);
        let states = told.states();
        assert_eq!(states.len(), 1);
        [Caller, Callee].map(|party| route(&states[0], party))
    };
    assert_eq!(routes("uac", "p1"), ["p1 p2 by 2", "p2 p1 by 2 elsewhere"]);
    assert_eq!(
        routes("p1", "p2"),
        ["p1 p2 by 2 elsewhere", "p2 p1 by 2 elsewhere"]
    );
    assert_eq!(routes("p2", "uas"), ["p1 p2 by 2 elsewhere", "p2 p1 by 1"]);
}

/// A proxy between two networks is there twice, once for each (RFC 5658); another is a strict router.
#[test]
fn double_record_route_and_a_strict_router() {
    let mut net = Net::new(&["uac", "p1", "p2", "uas"]);
    let talk = Talk::new("double");
    let first = net.send("uac", "p1", talk.request("INVITE", 1), 0);
    let mut passed = net.passed(&first);
    passed.record_routes = vec!["<sip:p1.example.com>".to_owned()];
    let second = net.send("p1", "p2", passed, 10);
    let mut passed = net.passed(&second);
    let sides = [
        "<sip:outer.p2.example.com;lr>",
        "<sip:inner.p2.example.com;lr>",
    ];
    let sides = sides.map(str::to_owned).into_iter();
    passed.record_routes = sides.chain(passed.record_routes).collect();
    let third = net.send("p2", "uas", passed, 20);
    net.respond(&[first, second, third], 180, "b", 100);
    let told = net.told();
    let state = &told.states()[0];
    assert_eq!(route(state, Caller), "strict:p1 inner outer by 6");
    assert_eq!(route(state, Callee), "outer inner strict:p1 by 3");
    assert_eq!(life(state), "");
    assert!(!state.dialog.confirmed());
}

/// A response that comes later confirms the route set anew (RFC 3261 13.2.2.4); without Record-Route it is empty.
#[test]
fn the_2xx_has_the_last_word_on_the_route() {
    let nodes = ["uac", "p", "uas"];
    let mut net = Net::new(&nodes).record_routing(&["p"]);
    let invite = net.journey(Talk::new("late").request("INVITE", 1), &nodes, 0);
    net.respond(&invite, 180, "b", 100);
    let without_route = |status| {
        let mut response = invite[1].message.response(status, "b");
        response.record_routes.clear();
        response
    };
    // Another provisional response has not.
    net.respond_as(&invite, without_route(183), 150);
    assert_eq!(route(&net.told().states()[0], Caller), "p by 4");
    net.respond_as(&invite, without_route(200), 200);
    let told = net.told();
    let state = &told.states()[0];
    assert_eq!(route(state, Caller), "by 8");
    // What arrived at the callee stays what it is.
    assert_eq!(route(state, Callee), "p by 2");
}

/// Each branch that rings is a dialog of its own; what ends the INVITE for the caller ends both (RFC 3261 13.2.2.3).
#[test]
fn forked_early_dialogs() {
    let ring = |net: &mut Net| {
        let talk = Talk::new("fork");
        let above = net.send("uac", "p", talk.request("INVITE", 1), 0);
        let one = net.pass_as(&above, "u1", "sip:bob@u1.example.com", 10);
        let other = net.pass_as(&above, "u2", "sip:bob@u2.example.com", 11);
        let (one, other) = ([above.clone(), one], [above, other]);
        let ringing = one[1].message.response(180, "b1").with(&at("u1"));
        net.respond_as(&one, ringing, 100);
        let ringing = other[1].message.response(180, "b2").with(&at("u2"));
        net.respond_as(&other, ringing, 200);
        (one, other)
    };
    let nodes = ["uac", "p", "u1", "u2"];
    // 1 2 3 INVITE, 4 5 180 of the one, 6 7 180 of the other
    let mut net = Net::new(&nodes).record_routing(&["p"]);
    let (_, other) = ring(&mut net);
    net.respond(&other, 200, "b2", 1000);
    let told = net.told();
    let states = told.states();
    let lives: Vec<_> = states.iter().map(life).collect();
    assert_eq!(lives, ["forked", "forked, confirmed by 9"]);
    assert_eq!(targets(&states[0], Caller), "u1 by 5");
    assert_eq!(targets(&states[1], Caller), "u2 by 7");
    assert_eq!(route(&states[0], Callee), "p by 2");
    assert_eq!(route(&states[1], Callee), "p by 3");

    let mut net = Net::new(&nodes);
    let (one, other) = ring(&mut net);
    net.reply(&other[1], 486, "b2", 300); // 8
    net.reply(&one[1], 487, "b1", 400); // 9
    net.reply(&one[0], 487, "b1", 410); // 10
    let told = net.told();
    let lives: Vec<_> = told.states().iter().map(life).collect();
    assert_eq!(
        lives,
        [
            "forked, session ended by 10 (Refused(487)), ended by 10 (Refused(487))",
            "forked, session ended by 8 (Refused(486)), ended by 8 (Refused(486))",
        ]
    );
}

/// UPDATE and re-INVITE move the target of the other side, their 2xx that of their sender; a refused one moves nothing.
#[test]
fn targets_are_refreshed() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("move");
    call(&mut net, &talk, &["uac", "uas"]); // 1 2 3
    let within = talk.with("b");
    let update = within.request("UPDATE", 2).with(&at("alice2"));
    let update = net.send("uac", "uas", update, 1000); // 4
    net.reply(&update, 200, "b", 1010); // 5, without Contact
    let invite = talk.back("b").request("INVITE", 7).with(&at("bob2"));
    let invite = net.send("uas", "uac", invite, 2000); // 6
    let ok = invite.message.response(200, "a").with(&at("alice3"));
    net.respond_as(&[invite], ok, 2010); // 7
    net.send("uas", "uac", talk.back("b").request("ACK", 7), 2020);
    let refused = within.request("INVITE", 3).with(&at("alice4"));
    let refused = net.send("uac", "uas", refused, 3000); // 9
    net.reply(&refused, 488, "b", 3010);
    net.ack(&refused, "b", 3020);
    let told = net.told();
    let state = &told.states()[0];
    assert_eq!(targets(state, Caller), "bob by 2, bob2 by 6");
    assert_eq!(
        targets(state, Callee),
        "alice by 1, alice2 by 4, alice3 by 7"
    );
    assert_eq!(life(state), "confirmed by 2");
    assert_eq!(cseq(state, Callee), "7 to 7");
}

#[test]
fn numbers_that_jump_and_step_back() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("count");
    call(&mut net, &talk, &["uac", "uas"]);
    let numbers = [(2, 1000), (5, 2000), (4, 3000), (4, 4000), (6, 5000)];
    for (number, at) in numbers {
        let info = talk.with("b").request("INFO", number);
        let info = net.send("uac", "uas", info, at);
        net.reply(&info, 200, "b", at + 10);
    }
    let told = net.told();
    // INFO are messages 4, 6, 8, 10 and 12.
    let expected = "1 to 6, 2>5 by 6, 4>6 by 12, 5>4 by 8, 4>4 by 10";
    assert_eq!(cseq(&told.states()[0], Caller), expected);
}

/// A BYE of the callee; one that is challenged ends nothing until it comes again.
#[test]
fn a_bye_of_the_callee_that_is_challenged() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("bye");
    call(&mut net, &talk, &["uac", "uas"]); // 1 2 3
    let bye = net.send("uas", "uac", talk.back("b").request("BYE", 20), 1000); // 4
    net.reply(&bye, 407, "a", 1010); // 5
    let life_of = |net: &Net| life(&net.told().states()[0]);
    assert_eq!(life_of(&net), "confirmed by 2");
    let bye = net.send("uas", "uac", talk.back("b").request("BYE", 21), 1020); // 6
    net.reply(&bye, 200, "a", 1030);
    let ended = "confirmed by 2, session ended by 6 (Bye), ended by 6 (Bye)";
    assert_eq!(life_of(&net), ended);
    assert_eq!(cseq(&net.told().states()[0], Callee), "20 to 21");
}

/// The same messages before and behind an address translation are one request, sent once.
#[test]
fn a_call_on_both_sides_of_an_address_translation() {
    let mut net = Net::new(&["uac", "nat", "uas"]);
    let talk = Talk::new("nat");
    let mut both = |message: Sip, status: u16, at: i64| {
        let message = message.via(&format!("SIP/2.0/UDP uac;branch=z9hG4bK{at}"));
        let inner = net.raw("uac", "uas", message.clone(), at);
        let outer = net.raw("nat", "uas", message, at + 1);
        net.reply(&outer, status, "b", at + 10);
        net.reply(&inner, status, "b", at + 11);
    };
    both(talk.request("INVITE", 1).with(&at("alice")), 200, 0); // 1 2 3 4
    both(talk.with("b").request("INFO", 2), 200, 1000); // 5 6 7 8
    let told = net.told();
    let states = told.states();
    assert_eq!(states.len(), 1);
    assert_eq!(cseq(&states[0], Caller), "1 to 2");
    assert_eq!(targets(&states[0], Callee), "alice by 2");
    assert_eq!(life(&states[0]), "confirmed by 4");
}

/// RFC 3261 12.2.1.2; a 481 to PRACK says something else.
#[test]
fn a_side_that_does_not_know_the_dialog_any_more() {
    for (method, status, lost) in [
        ("UPDATE", 481, true),
        ("INFO", 408, true),
        ("PRACK", 481, false),
        ("UPDATE", 491, false),
    ] {
        let mut net = Net::new(&["uac", "uas"]);
        let talk = Talk::new("lost");
        call(&mut net, &talk, &["uac", "uas"]); // 1 2 3
        let request = net.send("uac", "uas", talk.with("b").request(method, 2), 1000); // 4
        net.reply(&request, status, "b", 1010); // 5
        let told = net.told();
        let ended = told.states()[0].life.ended;
        let ended = ended.map(|by| (by.message.number(), by.reason));
        let expected = lost.then_some((5, EndReason::Lost(status)));
        assert_eq!(ended, expected, "{method} {status}");
    }
}

/// RFC 3261 12.1 and 12.3: what rings is early, whoever saw the INVITE, and gone when that is refused.
#[test]
fn a_dialog_that_was_joined_while_it_rang() {
    let mut net = Net::new(&["uac", "uas"]);
    let invite = net.send("uac", "uas", Talk::new("rings").request("INVITE", 1), 0);
    net.reply(&invite, 180, "b", 100); // 1
    net.packets.remove(0);
    let confirmed = |net: &Net| {
        let told = net.told();
        let states = told.states();
        let dialog = told.trace.dialogs().next().unwrap();
        assert!(dialog.joined_late());
        (dialog.confirmed(), life(&states[0]))
    };
    assert_eq!(confirmed(&net), (false, String::new()));
    net.reply(&invite, 200, "b", 2000); // 2
    assert_eq!(confirmed(&net), (true, "confirmed by 2".to_owned()));
    net.packets.pop();
    net.reply(&invite, 486, "b", 2000); // 2
    let ended = "session ended by 2 (Refused(486)), ended by 2 (Refused(486))";
    assert_eq!(confirmed(&net), (false, ended.to_owned()));
}

/// What was before the trace is not seen, and is not made up from what came after.
#[test]
fn a_dialog_that_was_joined_late() {
    let nodes = ["uac", "p", "uas"];
    let mut net = Net::new(&nodes).record_routing(&["p"]);
    let talk = Talk::new("late");
    let info = talk.with("b").request("INFO", 7).routed(&["p"]);
    let info = net.journey(info, &nodes, 0); // 1 2
    net.respond(&info, 200, "b", 100); // 3 4
    let told = net.told();
    let state = &told.states()[0];
    assert_eq!(route(state, Caller), "not seen");
    assert_eq!(route(state, Callee), "not seen");
    assert_eq!(
        (targets(state, Caller), targets(state, Callee)),
        Default::default()
    );
    assert_eq!(cseq(state, Caller), "7 to 7");
    assert_eq!(life(state), "");
    let update = talk.with("b").request("UPDATE", 8).with(&at("alice2"));
    let update = net.journey(update.routed(&["p"]), &nodes, 1000); // 5 6
    net.respond(&update, 200, "b", 1100); // 7 8
    let told = net.told();
    let state = &told.states()[0];
    assert_eq!(targets(state, Callee), "alice2 by 6");
    assert_eq!(route(state, Callee), "not seen");
}

fn subscribe(talk: &Talk, cseq: u32) -> Sip {
    let subscribe = talk.request("SUBSCRIBE", cseq).with(&at("watcher"));
    subscribe.with("Event: presence").with("Expires: 600")
}

fn notify(talk: &Talk, cseq: u32, event: &str, state: &str) -> Sip {
    let notify = talk.back("b").request("NOTIFY", cseq).with(&at("notifier"));
    let event = format!("Event: {event}");
    let state = format!("Subscription-State: {state}");
    notify.with(&event).with(&state)
}

/// RFC 6665 4.4.1: the NOTIFY makes the dialog; the subscriber takes its route from there, and the last one ends it.
#[test]
fn a_dialog_that_a_notify_made() {
    let nodes = ["watcher", "p", "server"];
    let back = ["server", "p", "watcher"];
    let mut net = Net::new(&nodes).record_routing(&["p"]);
    let talk = Talk::new("watch");
    let asked = net.journey(subscribe(&talk, 1), &nodes, 0); // 1 2
    let told_state = notify(&talk, 1, "presence", "active;expires=600");
    let first = net.journey(told_state, &back, 50); // 3 4
    net.respond(&first, 200, "", 100); // 5 6
    let mut ok = asked[1].message.response(200, "b").with(&at("server"));
    ok.record_routes.clear();
    net.respond_as(&asked, ok, 200); // 7 8
    let told = net.told();
    let state = &told.states()[0];
    assert_eq!(route(state, Caller), "p by 4");
    assert_eq!(route(state, Callee), "p by 2");
    assert_eq!(targets(state, Caller), "notifier by 4, server by 8");
    assert_eq!(targets(state, Callee), "watcher by 2");
    assert_eq!(life(state), "confirmed by 3");
    let last = notify(&talk, 2, "presence", "terminated;reason=timeout");
    let last = net.journey(last.routed(&["p"]), &back, 9000); // 9 10
    net.respond(&last, 200, "", 9100);
    let told = net.told();
    assert_eq!(
        life(&told.states()[0]),
        "confirmed by 3, ended by 9 (Terminated)"
    );
}

/// The only NOTIFY of a fetch may come before the 2xx; the dialog is over all the same.
#[test]
fn a_fetch_whose_notify_is_first() {
    let mut net = Net::new(&["watcher", "server"]);
    let talk = Talk::new("fetch");
    let fetch = talk.request("SUBSCRIBE", 1).with("Event: presence");
    let fetch = net.send("watcher", "server", fetch.with("Expires: 0"), 0); // 1
    let state = notify(&talk, 1, "presence", "terminated;reason=timeout");
    let state = net.send("server", "watcher", state, 10); // 2
    net.reply(&state, 200, "", 20); // 3
    net.reply(&fetch, 200, "b", 30); // 4
    let told = net.told();
    let ended = "confirmed by 2, ended by 2 (Terminated)";
    assert_eq!(life(&told.states()[0]), ended);
}

/// In a dialog that was there before, or that an INVITE made, a NOTIFY confirms nothing.
#[test]
fn a_notify_that_makes_no_dialog() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("other");
    let state = net.send("uas", "uac", notify(&talk, 1, "presence", "active"), 0);
    net.reply(&state, 200, "", 10);
    assert_eq!(life(&net.told().states()[0]), "");
    let mut net = Net::new(&["uac", "uas"]);
    let invite = net.send("uac", "uas", talk.request("INVITE", 1), 0);
    net.reply(&invite, 180, "b", 10);
    let state = net.send("uas", "uac", notify(&talk, 1, "refer", "active"), 20);
    net.reply(&state, 200, "", 30);
    assert_eq!(life(&net.told().states()[0]), "");
}

/// RFC 5057 3.1: a dialog lives as long as any of its usages.
#[test]
fn a_bye_leaves_the_subscription_of_a_refer() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("transfer");
    call(&mut net, &talk, &["uac", "uas"]); // 1 2 3
    let refer = talk.with("b").request("REFER", 2);
    let refer = refer.with("Refer-To: <sip:carol@example.com>");
    let refer = net.send("uac", "uas", refer, 1000); // 4
    net.reply(&refer, 202, "b", 1010); // 5
    let state = net.send("uas", "uac", notify(&talk, 1, "refer", "active"), 1020); // 6
    net.reply(&state, 200, "", 1030); // 7
    let bye = net.send("uac", "uas", talk.with("b").request("BYE", 3), 2000); // 8
    net.reply(&bye, 200, "b", 2010); // 9
    let life_of = |net: &Net| life(&net.told().states()[0]);
    assert_eq!(life_of(&net), "confirmed by 2, session ended by 8 (Bye)");
    let over = notify(&talk, 2, "refer", "terminated;reason=noresource");
    let over = net.send("uas", "uac", over, 3000); // 10
    net.reply(&over, 200, "", 3010);
    let ended = "confirmed by 2, session ended by 8 (Bye), ended by 10 (Terminated)";
    assert_eq!(life_of(&net), ended);
}

/// RFC 3515 2.4.6: the NOTIFYs of the first REFER in a dialog may give its `id`, each as it likes; one that was refused was none.
#[test]
fn the_first_refer_with_and_without_its_id() {
    for refused in [false, true] {
        for events in ["refer refer", "refer refer;id=3", "refer;id=3 refer"] {
            let mut net = Net::new(&["uac", "uas"]);
            let talk = Talk::new("transfer");
            call(&mut net, &talk, &["uac", "uas"]); // 1 2 3
            let refer = |net: &mut Net, cseq: u32, status: u16, at: i64| {
                let refer = talk.with("b").request("REFER", cseq);
                let refer = refer.with("Refer-To: <sip:carol@example.com>");
                let refer = net.send("uac", "uas", refer, at);
                net.reply(&refer, status, "b", at + 10);
            };
            if refused {
                refer(&mut net, 2, 603, 500);
            }
            refer(&mut net, 3, 202, 1000);
            let states = ["active", "terminated;reason=noresource"];
            for (cseq, (event, state)) in (1..).zip(events.split(' ').zip(states)) {
                let at = 1000 + i64::from(cseq) * 100;
                let state = net.send("uas", "uac", notify(&talk, cseq, event, state), at);
                net.reply(&state, 200, "", at + 10);
            }
            let bye = net.send("uac", "uas", talk.with("b").request("BYE", 5), 2000);
            net.reply(&bye, 200, "b", 2010);
            let ended = net.told().states()[0].life.ended.map(|ended| ended.reason);
            assert_eq!(ended, Some(EndReason::Bye), "{events} {refused}");
        }
    }
}

/// The subscription of a further REFER is one of its own, which a BYE leaves.
#[test]
fn a_further_refer_has_a_subscription_of_its_own() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("transfer");
    call(&mut net, &talk, &["uac", "uas"]); // 1 2 3
    for (cseq, at) in [(2, 500), (3, 1000)] {
        let refer = talk.with("b").request("REFER", cseq);
        let refer = refer.with("Refer-To: <sip:carol@example.com>");
        let refer = net.send("uac", "uas", refer, at);
        net.reply(&refer, 202, "b", at + 10);
    }
    let told = [("refer;id=3", "active"), ("refer;id=2", "terminated")];
    for (cseq, (event, state)) in (1..).zip(told) {
        let at = 1000 + i64::from(cseq) * 100;
        let state = net.send("uas", "uac", notify(&talk, cseq, event, state), at);
        net.reply(&state, 200, "", at + 10);
    }
    let bye = net.send("uac", "uas", talk.with("b").request("BYE", 5), 2000);
    net.reply(&bye, 200, "b", 2010);
    assert_eq!(net.told().states()[0].life.ended, None);
}

/// A BYE is never outside of a dialog (RFC 3261 15.1.1): its answer alone shows that there was one, and that it is over.
#[test]
fn an_answer_to_a_bye_alone() {
    let mut net = Net::new(&["uac", "uas"]);
    let bye = Talk::new("late").with("b").request("BYE", 7);
    let bye = net.send("uac", "uas", bye, 0);
    net.reply(&bye, 200, "b", 10);
    net.packets.remove(0);
    let told = net.told();
    assert_eq!(told.dialogs(), ["late a/b joined late: 1"]);
    let expected = "session ended by 1 (Bye), ended by 1 (Bye)";
    assert_eq!(life(&told.states()[0]), expected);
}

/// Fields that a capture cut off prove nothing: no Record-Route was seen, and no Contact either.
#[test]
fn a_response_that_the_capture_cut() {
    let mut net = Net::new(&["uac", "uas"]);
    call(&mut net, &Talk::new("cut"), &["uac", "uas"]);
    assert_eq!(route(&net.told().states()[0], Caller), "by 2");
    // Of the field that it breaks off in one letter is there.
    net.packets[1] = net.packets[1].clone().cut_at("ontact");
    let told = net.told();
    let states = told.states();
    assert_eq!(states.len(), 1);
    assert_eq!(route(&states[0], Caller), "not seen");
    assert_eq!(targets(&states[0], Caller), "");
    assert_eq!(targets(&states[0], Callee), "alice by 1");
    assert_eq!(life(&states[0]), "confirmed by 2");
}

/// Of any number of dialogs that one request made only the first have its messages.
#[test]
fn a_request_that_made_too_many_dialogs() {
    let mut net = Net::new(&["uac", "uas"]);
    let invite = net.send("uac", "uas", Talk::new("many").request("INVITE", 1), 0);
    for number in 0..100 {
        net.reply(&invite, 180, &format!("b{number}"), 10 + number);
    }
    let told = net.told();
    let states = told.states();
    assert_eq!(states.len(), 100);
    let incomplete = states.iter().filter(|state| state.incomplete);
    assert_eq!(incomplete.count(), 36);
    assert_eq!(route(&states[63], Caller), "by 65");
    assert_eq!(route(&states[64], Caller), "not seen");
}

/// However many refreshes there are, each message is read once.
#[test]
fn every_message_is_read_once_and_in_order() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("long");
    call(&mut net, &talk, &["uac", "uas"]);
    for cseq in 2..2000 {
        let update = talk.with("b").request("UPDATE", cseq).with(&at("alice"));
        let sent = net.send("uac", "uas", update, i64::from(cseq) * 1000);
        net.reply(&sent, 200, "b", i64::from(cseq) * 1000 + 10);
    }
    let told = net.told();
    let mut read = Vec::new();
    for call in told.trace.calls() {
        let states = call.dialog_states(|message| {
            read.push(message.id());
            Err(())
        });
        assert!(states.is_err(), "an error of reading is handed on");
        read.clear();
        let states = call.dialog_states(|message| {
            read.push(message.id());
            Ok::<_, ()>(Vec::new())
        });
        assert_eq!(states.unwrap().len(), 1);
    }
    assert!(read.is_sorted_by(|one, next| one < next));
    assert_eq!(read.len(), told.trace.messages().len());
    assert_eq!(targets(&told.states()[0], Callee), "alice by 1");
    assert_eq!(cseq(&told.states()[0], Caller), "1 to 1999");
}

/// RFC 3261 17.1.1.3: an ACK has the number of its INVITE, which it tells where that was not seen.
#[test]
fn an_ack_alone_tells_the_number_of_its_invite() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("lone").with("b");
    net.send("uac", "uas", talk.request("UPDATE", 8), 0);
    net.send("uac", "uas", talk.request("ACK", 7), 10); // overtaken
    net.send("uac", "uas", talk.request("ACK", 9), 1000);
    net.send("uac", "uas", talk.request("BYE", 10), 2000);
    let told = net.told();
    assert_eq!(cseq(&told.states()[0], Caller), "8 to 10");
}

/// RFC 3261 12.1.1 and 12.1.2: the tag of a peer of RFC 2543 that sends none is the null tag, in From and in To.
#[test]
fn dialogs_with_the_null_tag() {
    for (from, tag) in [("", "b"), ("a", ""), ("", "")] {
        let mut net = Net::new(&["uac", "uas"]);
        let untag = |mut message: Sip| {
            for line in &mut message.fields {
                if from.is_empty() {
                    *line = line.replace(";tag=a", "");
                }
            }
            message
        };
        let talk = Talk::new("null");
        let invite = net.send("uac", "uas", untag(talk.request("INVITE", 1)), 0); // 1
        net.reply(&invite, 180, "", 50); // 2
        net.reply(&invite, 200, tag, 100); // 3
        net.send("uac", "uas", untag(talk.with(tag).request("ACK", 1)), 200); // 4
        let bye = net.send("uas", "uac", untag(talk.back(tag).request("BYE", 1)), 900); // 5
        net.reply(&bye, 200, "", 910); // 6
        let told = net.told();
        assert_eq!(
            told.dialogs(),
            [format!("null {from}/{tag} made by 1: 1 2 3")]
        );
        let state = &told.states()[0];
        assert_eq!(cseq(state, Caller), "1 to 1", "{from}/{tag}");
        let ended = "confirmed by 3, session ended by 5 (Bye), ended by 5 (Bye)";
        assert_eq!(life(state), ended, "{from}/{tag}");
    }
}

/// What is refused, or only rings, makes no dialog with a null tag.
#[test]
fn no_dialog_without_a_tag_and_a_2xx() {
    let mut net = Net::new(&["uac", "uas"]);
    let invite = net.send("uac", "uas", Talk::new("busy").request("INVITE", 1), 0);
    net.reply(&invite, 180, "", 50);
    net.reply(&invite, 486, "", 100);
    net.ack(&invite, "", 110);
    assert!(net.told().dialogs().is_empty());
}

/// TS 24.229 5.2.6.4: a P-CSCF may keep Via and Record-Route of others to itself, or all of it, and puts them back into the
/// answer. The callee saw the proxy next to it only, or none.
#[test]
fn the_route_of_a_callee_from_which_others_are_hidden() {
    for (left, expected) in [(1, "pcscf by 3"), (0, "by 3")] {
        let nodes = ["uac", "scscf", "pcscf", "ue"];
        let mut net = Net::new(&nodes).record_routing(&["scscf", "pcscf"]);
        let invite = Talk::new("hidden").request("INVITE", 1);
        let above = net.journey(invite, &nodes[..3], 0); // 1 2
        let mut bare = net.passed(&above[1]);
        let full = bare.record_routes.clone();
        bare.vias.clear();
        bare.record_routes.truncate(left);
        let last = net.send("pcscf", "ue", bare, 20); // 3
        net.reply(&last, 200, "b", 100); // 4
        let mut answer = above[1].message.response(200, "b");
        answer.record_routes = full;
        net.respond_as(&above, answer, 110); // 5 6
        let told = net.told();
        let [state] = &told.states()[..] else {
            panic!("one dialog")
        };
        assert_eq!(route(state, Callee), expected);
        assert_eq!(route(state, Caller), "scscf pcscf by 6");
    }
}
