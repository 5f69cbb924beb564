//! What became of calls, in the words of the list of calls.

use sipscope::trace::{Hints, Kind, State};

use super::dialogs::{notify, subscribe};
use super::forks::answered_twice;
use super::scenario::{MS, Net, Packet, Sent};
use super::sip::{Sip, Talk};

pub fn outcomes(net: &Net) -> Vec<String> {
    let told = net.told();
    let all = told.trace.calls();
    all.map(|call| call.outcome().to_string()).collect()
}

/// RFC 3261 13.2.2.4: the caller ends the dialog that it does not want; the session goes on in the other, here for 28 s.
#[test]
fn a_session_lasts_as_long_as_the_last_dialog_of_its_fork() {
    let mut net = answered_twice();
    assert_eq!(outcomes(&net), ["answered, no BYE"]);
    let bye = Talk::new("fork").back("b1").request("BYE", 1);
    let bye = net.send("u1", "uac", bye, 29_020);
    net.reply(&bye, 200, "", 29_030);
    assert_eq!(outcomes(&net), ["answered, 28 s"]);
}

/// A fork of which only the branches were captured.
fn branches(net: &mut Net) -> [Sent; 2] {
    let invite = Talk::new("down").request("INVITE", 1);
    let invite = invite.via("SIP/2.0/UDP uac.example.com;branch=z9hG4bK-uac");
    let one = net.send(
        "p",
        "u1",
        invite.clone().retargeted("sip:bob@u1.example.com"),
        0,
    );
    let other = net.send("p", "u2", invite.retargeted("sip:bob@u2.example.com"), 1);
    [one, other]
}

/// RFC 3261 16.7 step 6: a 6xx, or else the lowest class; a branch that rings is waited for.
#[test]
fn the_best_answer_of_a_fork_counts() {
    let net = || Net::new(&["p", "u1", "u2"]);
    let expected = [
        (500, 486, "486"),
        (486, 500, "486"),
        (302, 486, "302"),
        (486, 603, "603"),
        (500, 180, "no final response after 180"),
        (603, 180, "603"),
    ];
    for (first, second, outcome) in expected {
        let mut net = net();
        let [one, other] = branches(&mut net);
        net.reply(&one, first, "b1", 100);
        net.reply(&other, second, "b2", 200);
        assert_eq!(outcomes(&net), [outcome], "{first} {second}");
    }
    let mut net = net();
    let [one, other] = branches(&mut net);
    net.reply(&other, 500, "b2", 100);
    let cancel = net.cancel(&one, 200);
    net.reply(&cancel, 200, "b1", 210);
    net.reply(&one, 487, "b1", 220);
    assert_eq!(outcomes(&net), ["canceled"]);
}

/// RFC 3261 22.1: a challenged request was not accepted; it comes again with credentials, or the session goes on.
#[test]
fn a_challenged_bye_ends_nothing() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("bye");
    let invite = net.send("uac", "uas", talk.request("INVITE", 1), 0);
    net.reply(&invite, 200, "b", 1000);
    net.send("uac", "uas", talk.with("b").request("ACK", 1), 1100);
    let bye = net.send("uac", "uas", talk.with("b").request("BYE", 2), 5000);
    net.reply(&bye, 401, "", 5100);
    assert_eq!(outcomes(&net), ["answered, no BYE"]);
    assert_eq!(net.told().states()[0].life.session_ended, None);
    let bye = talk.with("b").request("BYE", 3);
    let bye = net.send(
        "uac",
        "uas",
        bye.with("Authorization: Digest response=\"1\""),
        7000,
    );
    net.reply(&bye, 200, "", 7100);
    assert_eq!(outcomes(&net), ["answered, 6 s"]);
    assert!(net.told().states()[0].life.session_ended.is_some());
}

/// A trace may lack the answers, or what one side sent. Only a 2xx has an ACK with a Via of its own (RFC 3261 17.1.1.3).
#[test]
fn a_gap_in_the_trace_is_no_failure() {
    let talk = Talk::new("gap");
    let mut net = Net::new(&["uac", "uas"]);
    let invite = net.send("uac", "uas", talk.request("INVITE", 1), 0);
    assert_eq!(outcomes(&net), ["no answer"]);
    net.reply(&invite, 180, "b", 100);
    assert_eq!(outcomes(&net), ["no final response after 180"]);
    net.send("uac", "uas", talk.with("b").request("ACK", 1), 1100);
    assert_eq!(outcomes(&net), ["answered (answer not seen), no BYE"]);
    net.send("uac", "uas", talk.with("b").request("BYE", 2), 5000);
    assert_eq!(outcomes(&net), ["answered (answer not seen)"]);
}

/// The ACK to a refusal is part of its transaction, and the ACK to an answer within a session tells nothing of another attempt.
#[test]
fn not_each_ack_tells_of_an_answer() {
    let mut net = Net::new(&["uac", "uas"]);
    let invite = net.send("uac", "uas", Talk::new("gap").request("INVITE", 1), 0);
    net.ack(&invite, "b", 1000);
    assert_eq!(outcomes(&net), ["no answer"]);
    let ack = Talk::new("gap").with("b").request("ACK", 2);
    net.send("uac", "uas", ack, 2000);
    assert_eq!(outcomes(&net), ["no answer"]);
}

/// RFC 3261 16.7 step 5: a proxy passes on each 2xx at once.
#[test]
fn an_answer_that_was_seen_on_a_later_hop_only() {
    let refused = "486 (answer to the caller not seen)";
    for (status, outcome) in [(200, "answered, 4 s"), (486, refused)] {
        let mut net = Net::new(&["uac", "p", "uas"]);
        let talk = Talk::new("gap");
        let invite = net.journey(talk.request("INVITE", 1), &["uac", "p", "uas"], 0);
        net.reply(&invite[1], status, "b", 1000);
        if status == 200 {
            net.send("uac", "p", talk.with("b").request("BYE", 2), 5000);
        }
        assert_eq!(outcomes(&net), [outcome]);
    }
}

/// What the proxy made of it, nobody saw: it takes the best of its branches (RFC 3261 16.7 step 6), and waits for one that is open.
#[test]
fn a_refusal_that_was_seen_on_a_later_hop_only() {
    let first = [(486, "486"), (404, "404"), (603, "603")];
    for (status, expected) in first {
        let mut net = Net::new(&["uac", "p", "u1", "u2"]);
        let invite = net.send("uac", "p", Talk::new("gap").request("INVITE", 1), 0);
        net.reply(&invite, 180, "b", 30);
        let one = net.pass(&invite, "u1", 10);
        let other = net.pass(&invite, "u2", 20);
        net.reply(&one, status, "b1", 100);
        assert_eq!(outcomes(&net), ["no final response after 180"], "{status}");
        net.reply(&other, 503, "b2", 200);
        let expected = format!("{expected} (answer to the caller not seen)");
        assert_eq!(outcomes(&net), [expected]);
    }
}

/// RFC 3261 15.1.1: who sends a BYE has ended the session, whatever comes back. A stranger who knows the tags ends nothing by what the
/// other side refuses, or does not answer.
#[test]
fn a_bye_that_was_refused_ends_only_what_its_sender_is_in() {
    let talk = Talk::new("bye");
    let own = [481, 408, 0, 403, 405, 500].map(|status| ("uac", status, true));
    let strange = [481, 408, 0, 403, 405, 500].map(|status| ("other", status, false));
    for (from, status, ends) in own.into_iter().chain(strange) {
        let mut net = Net::new(&["uac", "uas", "other"]);
        let invite = net.send("uac", "uas", talk.request("INVITE", 1), 0);
        net.reply(&invite, 200, "b", 1000);
        net.send("uac", "uas", talk.with("b").request("ACK", 1), 1100);
        let bye = net.send(from, "uas", talk.with("b").request("BYE", 2), 5000);
        if status > 0 {
            net.reply(&bye, status, "", 5100);
        }
        let (text, life) = match ends {
            true => ("answered, 4 s", Some(4)),
            false => ("answered, no BYE", None),
        };
        assert_eq!(outcomes(&net), [text], "{from} {status}");
        let ended = net.told().states()[0].life.session_ended;
        let ended = ended.map(|ended| ended.message.number());
        assert_eq!(ended, life, "{from} {status}");
        // What the same script begins after that is another call only if the first has ended.
        let again = net.send(
            "uac",
            "uas",
            talk.request("INVITE", 1).retargeted("sip:b2@x"),
            9000,
        );
        net.reply(&again, 486, "c", 9100);
        let calls = if ends && status > 0 { 2 } else { 1 };
        assert_eq!(outcomes(&net).len(), calls, "{from} {status}");
    }
}

/// It may have been a mistake: what is accepted later shows that the dialog was there.
#[test]
fn a_bye_that_was_refused_ends_nothing_if_the_dialog_goes_on() {
    let talk = Talk::new("bye");
    for (status, from) in [(481, "other"), (481, "uac"), (403, "uac")] {
        let mut net = Net::new(&["uac", "uas", "other"]);
        let invite = net.send("uac", "uas", talk.request("INVITE", 1), 0);
        net.reply(&invite, 200, "b", 1000);
        net.send("uac", "uas", talk.with("b").request("ACK", 1), 1100);
        let bye = net.send(from, "uas", talk.with("b").request("BYE", 2), 5000);
        net.reply(&bye, status, "", 5100);
        let update = net.send("uas", "uac", talk.back("b").request("UPDATE", 1), 9000);
        net.reply(&update, 200, "", 9100);
        assert_eq!(outcomes(&net), ["answered, no BYE"], "{status}");
        assert_eq!(net.told().states()[0].life.session_ended, None);
        let bye = net.send("uac", "uas", talk.with("b").request("BYE", 3), 61_000);
        net.reply(&bye, 200, "", 61_100);
        assert_eq!(outcomes(&net), ["answered, 60 s"], "{status}");
        let ended = net.told().states()[0].life.session_ended.unwrap();
        assert_eq!(ended.message.number(), 8);
    }
}

/// An ACK belongs to an INVITE (RFC 3261 13.2.2.4, 17.1.1.3), also where that was before the trace.
#[test]
fn a_lone_ack_is_of_a_session() {
    let mut net = Net::new(&["uac", "uas"]);
    net.send(
        "uac",
        "uas",
        Talk::new("ack").with("b").request("ACK", 1),
        0,
    );
    let told = net.told();
    let call = told.trace.calls().next().unwrap();
    assert_eq!(call.kind(), Kind::Session);
    assert_eq!(call.outcome().to_string(), "joined late");
}

fn register(net: &mut Net, cseq: u32, fields: &[&str], status: u16, listed: &[&str], at: i64) {
    let request = Talk::between("reg", "alice", "alice").request("REGISTER", cseq);
    let add = |message: Sip, fields: &[&str]| {
        let all = fields.iter();
        all.fold(message, |message, line| message.with(line))
    };
    let sent = net.send("ue", "reg", add(request, fields), at);
    let answer = add(sent.message.response(status, "r"), listed);
    net.raw("reg", "ue", answer, at + 50);
}

const OWN: &str = "Contact: <sip:alice@192.0.2.1>";
const OTHERS: &str = "Contact: <sip:alice@192.0.2.9>;expires=3599";

/// RFC 3261 10.3 step 8: the answer lists the bindings of others, too; 10.2.3: without Contact it is a query.
#[test]
fn a_registration_is_told_by_its_own_contact() {
    let own = "Contact: <sip:alice@192.0.2.1>;expires=300";
    let both = "Contact: <sip:alice@192.0.2.7>, <sip:alice@192.0.2.1>;expires=0";
    let seven = "Contact: <sip:alice@192.0.2.7>;expires=100";
    let expected: [(&[&str], &[&str], &str); 7] = [
        (&[OWN, "Expires: 300"], &[OTHERS, own], "registered 300 s"),
        (&[OWN, "Expires: 200"], &[], "registered 200 s"),
        (&[OWN, "Expires: 0"], &[OTHERS], "deregistered"),
        (&["Contact: *", "Expires: 0"], &[], "deregistered"),
        (&["Expires: 0"], &[own], "registered 300 s"),
        (&["Expires: 0"], &[], "not registered"),
        (
            &[both, "Expires: 100"],
            &[OTHERS, seven],
            "registered 100 s",
        ),
    ];
    for (fields, listed, outcome) in expected {
        let mut net = Net::new(&["ue", "reg"]);
        register(&mut net, 1, fields, 200, listed, 0);
        assert_eq!(outcomes(&net), [outcome], "{fields:?} {listed:?}");
    }
}

/// RFC 3261 10.3 step 8: who removes one of several contacts is still registered with the others.
#[test]
fn what_is_left_after_a_contact_was_removed() {
    const TWO: &str = "Contact: <sip:alice@192.0.2.1>, <sip:alice@192.0.2.2>";
    const FIRST: &str = "Contact: <sip:alice@192.0.2.1>;expires=0";
    const SECOND: &str = "Contact: <sip:alice@192.0.2.2>;expires=890";
    let two = "Contact: <sip:alice@192.0.2.1>;expires=900, <sip:alice@192.0.2.2>;expires=900";
    let cases: [(&[&str], &[&str], i64, &str); 5] = [
        (&[FIRST], &[SECOND], 10_000, "registered 890 s"),
        // The registrar dropped the other.
        (&[FIRST], &[], 10_000, "deregistered"),
        (&[FIRST], &[OTHERS], 10_000, "deregistered"),
        (&["Contact: *", "Expires: 0"], &[], 10_000, "deregistered"),
        (&["Expires: 0", TWO], &[], 10_000, "deregistered"),
    ];
    for (fields, listed, at, outcome) in cases {
        let mut net = Net::new(&["ue", "reg"]);
        register(&mut net, 1, &[TWO, "Expires: 900"], 200, &[two], 0);
        register(&mut net, 2, fields, 200, listed, at);
        assert_eq!(outcomes(&net), [outcome], "{fields:?} {listed:?}");
    }
}

/// One Call-ID for the registrations of two addresses: the removal of one leaves the other.
#[test]
fn what_is_left_after_another_address_was_removed() {
    let mut net = Net::new(&["ue", "reg"]);
    for (cseq, to, seconds, at) in [
        (1, "alice", 600, 0),
        (2, "alicia", 300, 1000),
        (3, "alice", 0, 2000),
    ] {
        let request = Talk::between("reg", to, to).request("REGISTER", cseq);
        let request = request.with(OWN).with(&format!("Expires: {seconds}"));
        let sent = net.send("ue", "reg", request, at);
        net.reply(&sent, 200, "r", at + 50);
    }
    assert_eq!(outcomes(&net), ["registered 300 s"]);
}

/// On its way to where it is captured a CANCEL may overtake its INVITE.
#[test]
fn a_cancel_that_is_seen_before_its_invite() {
    for apart in [-1, 1, 5] {
        let mut net = Net::new(&["uac", "uas"]);
        let invite = net.send(
            "uac",
            "uas",
            Talk::new("overtaken").request("INVITE", 1),
            10,
        );
        let cancel = net.cancel(&invite, 10 - apart);
        net.reply(&cancel, 200, "b", 30);
        net.reply(&invite, 487, "b", 40);
        net.ack(&invite, "b", 50);
        assert_eq!(outcomes(&net), ["canceled"], "{apart}");
        let told = net.told();
        let cancels = told.trace.hops().filter_map(|hop| hop.about());
        assert_eq!(cancels.count(), 1);
    }
}

/// Of a call that rang when the trace began only the answers show what became of it.
#[test]
fn a_call_that_rang_when_the_trace_began() {
    for (status, with_cancel, outcome) in [
        (486, false, "486"),
        (487, true, "canceled"),
        (487, false, "487"),
        (200, false, "joined late"),
    ] {
        let mut net = Net::new(&["uac", "uas"]);
        let invite = net.send("uac", "uas", Talk::new("rings").request("INVITE", 1), 0);
        net.reply(&invite, 180, "b", 100);
        if with_cancel {
            net.cancel(&invite, 1000);
        }
        net.reply(&invite, status, "b", 2000);
        net.packets.remove(0);
        assert_eq!(outcomes(&net), [outcome], "{status}");
    }
}

/// RFC 3261 10.3: a request that fails leaves the bindings as they are, as long as they last.
#[test]
fn a_refused_refresh_leaves_the_binding() {
    for (at, outcome) in [(250_000, "registered 300 s, then 423"), (400_000, "423")] {
        let mut net = Net::new(&["ue", "reg"]);
        register(
            &mut net,
            1,
            &[OWN, "Expires: 300"],
            200,
            &[OWN, "Expires: 300"],
            0,
        );
        register(
            &mut net,
            2,
            &[OWN, "Expires: 30"],
            423,
            &["Min-Expires: 60"],
            at,
        );
        assert_eq!(outcomes(&net), [outcome]);
    }
}

/// RFC 3261 10.2.1, RFC 3903 4.1: state that nobody prolongs is gone when its time is over, if the trace goes on until then.
#[test]
fn what_was_granted_runs_out() {
    for (at, expired) in [(40_000, ""), (100_000, ", expired")] {
        let mut net = Net::new(&["ue", "reg"]);
        register(
            &mut net,
            1,
            &[OWN, "Expires: 60"],
            200,
            &[OWN, "Expires: 60"],
            0,
        );
        let publish = Talk::between("pub", "alice", "alice").request("PUBLISH", 1);
        let sent = net.send("ue", "reg", publish.with("Expires: 60"), 100);
        let answer = sent.message.response(200, "p").with("Expires: 60");
        net.raw("reg", "ue", answer, 150);
        net.send("ue", "reg", Talk::new("other").request("OPTIONS", 1), at);
        let told = outcomes(&net);
        assert_eq!(told[0], format!("registered 60 s{expired}"));
        assert_eq!(told[1], format!("published 60 s{expired}"));
    }
    // It was there when the refresh was refused, and ran out later.
    let mut net = Net::new(&["ue", "reg"]);
    register(
        &mut net,
        1,
        &[OWN, "Expires: 60"],
        200,
        &[OWN, "Expires: 60"],
        0,
    );
    register(&mut net, 2, &[OWN, "Expires: 60"], 503, &[], 30_000);
    assert_eq!(outcomes(&net), ["registered 60 s, then 503"]);
    net.send(
        "ue",
        "reg",
        Talk::new("other").request("OPTIONS", 1),
        100_000,
    );
    assert_eq!(outcomes(&net)[0], "registered 60 s, then 503, expired");
}

/// What comes in another call prolongs it in time, or too late.
#[test]
fn what_another_call_prolongs() {
    for (at, expired) in [(40_000, ""), (100_000, ", expired")] {
        for second in [OWN, "Contact: *"] {
            let mut net = Net::new(&["ue", "reg"]);
            register(
                &mut net,
                1,
                &[OWN, "Expires: 60"],
                200,
                &[OWN, "Expires: 60"],
                0,
            );
            let again = Talk::between("other", "alice", "alice").request("REGISTER", 1);
            let seconds = if second == OWN {
                "Expires: 60"
            } else {
                "Expires: 0"
            };
            let sent = net.send("ue", "reg", again.with(second).with(seconds), at);
            net.reply(&sent, 200, "r", at + 50);
            let expected = format!("registered 60 s{expired}");
            assert_eq!(outcomes(&net)[0], expected, "{second}");
        }
    }
}

/// RFC 3261 12.2.1.2: 481 or 408 to a request within a dialog that was joined late ends it; what else is refused does not.
#[test]
fn a_session_that_was_joined_late_and_is_not_known() {
    let expected = [
        ("INVITE", 481, "joined late, lost (481)"),
        ("INVITE", 408, "joined late, lost (408)"),
        ("INVITE", 488, "joined late"),
        ("INVITE", 200, "joined late"),
        ("BYE", 481, "481"),
    ];
    for (method, status, outcome) in expected {
        let mut net = Net::new(&["uac", "uas"]);
        let talk = Talk::new("late").with("b");
        let sent = net.send("uac", "uas", talk.request(method, 7), 0);
        net.reply(&sent, status, "b", 50);
        assert_eq!(outcomes(&net), [outcome], "{method} {status}");
    }
}

/// RFC 6665 8.2.3, RFC 3261 7.3.1: the words of Subscription-State are the same in any case.
#[test]
fn a_state_in_capitals() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("sub");
    let sent = net.send("uac", "uas", subscribe(&talk, 1), 0);
    net.reply(&sent, 200, "b", 50);
    let state = net.send("uas", "uac", notify(&talk, "b", 1, "ACTIVE"), 100);
    net.reply(&state, 200, "", 150);
    assert_eq!(outcomes(&net), ["active, 1 NOTIFY"]);
}

/// RFC 6665 4.1.2.2, 4.1.2.3 and 4.2.2: 481 to a refresh or a NOTIFY ends a subscription, and so does its time.
#[test]
fn a_subscription_is_told_where_it_stands() {
    let talk = Talk::new("sub");
    let start = || {
        let mut net = Net::new(&["uac", "uas"]);
        let subscribe = talk.request("SUBSCRIBE", 1);
        let subscribe = subscribe.with("Event: presence").with("Expires: 60");
        let sent = net.send("uac", "uas", subscribe, 0);
        let answer = sent.message.response(200, "b").with("Expires: 60");
        net.raw("uas", "uac", answer, 50);
        net
    };
    let notify = |net: &mut Net, status: u16| {
        let notify = talk.back("b").request("NOTIFY", 1).with("Event: presence");
        let notify = notify.with("Subscription-State: active;expires=60");
        let sent = net.send("uas", "uac", notify, 100);
        net.reply(&sent, status, "", 150);
    };
    let mut net = start();
    notify(&mut net, 481);
    assert_eq!(outcomes(&net), ["lost (481), 1 NOTIFY"]);
    let mut net = start();
    notify(&mut net, 200);
    assert_eq!(outcomes(&net), ["active, 1 NOTIFY"]);
    let refresh = talk.with("b").request("SUBSCRIBE", 2);
    let refresh = refresh.with("Event: presence").with("Expires: 60");
    let mut lost = start();
    notify(&mut lost, 200);
    let sent = lost.send("uac", "uas", refresh, 30_000);
    lost.reply(&sent, 481, "", 30_050);
    assert_eq!(outcomes(&lost), ["lost (481), 1 NOTIFY"]);
    let other = Talk::new("other").request("OPTIONS", 1);
    net.send("uac", "uas", other, 60_200);
    assert_eq!(outcomes(&net)[0], "expired, 1 NOTIFY");
    let told = net.told();
    let call = told.trace.calls().next().unwrap();
    assert_eq!(call.subscriptions()[0].state(), State::Expired);
}

/// RFC 6665 4.4.1: a forked SUBSCRIBE makes several subscriptions; that one ends says nothing of the others.
#[test]
fn a_subscription_that_lives_counts_before_one_that_is_over() {
    let mut net = Net::new(&["uac", "p", "u1", "u2"]);
    let talk = Talk::new("sub");
    let sent = net.send("uac", "p", subscribe(&talk, 1), 0);
    net.reply(&sent, 200, "b1", 50);
    let told = [
        ("u1", "b1", 1, "active;expires=600"),
        ("u2", "b2", 1, "active;expires=600"),
        ("u2", "b2", 2, "terminated;reason=noresource"),
    ];
    for (at, (node, tag, cseq, state)) in (1..).zip(told) {
        let sent = net.send(node, "uac", notify(&talk, tag, cseq, state), at * 1000);
        net.reply(&sent, 200, "", at * 1000 + 50);
    }
    assert_eq!(outcomes(&net), ["active, 3 NOTIFY"]);
    let last = notify(&talk, "b1", 2, "terminated;reason=rejected");
    let sent = net.send("u1", "uac", last, 9000);
    net.reply(&sent, 200, "", 9050);
    assert_eq!(outcomes(&net), ["terminated (rejected), 4 NOTIFY"]);
}

/// RFC 6665 5.4.9: a watcher that takes one branch of a fork only answers 481 to what the others send. That branch lives on.
#[test]
fn a_branch_that_is_refused_is_not_what_became_of_the_subscription() {
    let mut net = Net::new(&["watcher", "p", "s1", "s2"]);
    let talk = Talk::new("watch");
    let above = net.send("watcher", "p", subscribe(&talk, 1), 0);
    net.reply(&above, 200, "b1", 100);
    for (from, tag, at, status) in [("s1", "b1", 200, 200), ("s2", "b2", 300, 481)] {
        let state = net.send(from, "watcher", notify(&talk, tag, 1, "active"), at);
        net.reply(&state, status, "", at + 10);
    }
    assert_eq!(outcomes(&net), ["active, 2 NOTIFY"]);
}

/// One tap saw only what the caller sent, another one further on the answer and nothing else of it: their clocks have nothing in
/// common, so nobody knows for how long the session lasted. Where one tap saw both, or messages that both saw tell how far the
/// clocks are apart, it is known.
#[test]
fn how_long_a_session_lasted_by_two_clocks_is_not_known() {
    let mut net = Net::new(&["uac", "p", "uas"]);
    let invite = Talk::new("1").request("INVITE", 1);
    let journey = net.journey(invite, &["uac", "p", "uas"], 0);
    net.respond(&journey, 200, "b", 1000);
    let bye = Talk::new("1").with("b").request("BYE", 2);
    let bye = net.send("uac", "p", bye, 29_000);
    net.reply(&bye, 200, "b", 29_010);
    let [uac, p, uas] = ["uac", "p", "uas"].map(|node| net.address(node));
    let near = |packet: &&Packet| packet.source == uac;
    let near: Vec<_> = net.packets.iter().filter(near).cloned().collect();
    let far = |packet: &&Packet| packet.is_between(p, uas);
    let far = net.packets.iter().filter(far);
    let far: Vec<_> = far.map(|packet| packet.later(20_000 * MS)).collect();
    let outcome = |files: &[Vec<Packet>]| {
        let told = net.told_of(files);
        let outcome = told.trace.calls().next().unwrap().outcome();
        outcome.to_string()
    };
    assert_eq!(outcome(&[near.clone(), far.clone()]), "answered");
    assert_eq!(outcome(&[far.clone(), near.clone()]), "answered");
    // The user knows how far the clocks are apart.
    for input in [0, 1] {
        let given = [20_000 * MS, -20_000 * MS][input as usize];
        let hints = Hints {
            offsets: [(input, given)].into(),
            ..Hints::default()
        };
        let told = net.told_with(&[near.clone(), far.clone()], 1, &hints);
        let outcome = told.trace.calls().next().unwrap().outcome();
        assert_eq!(outcome.to_string(), "answered, 28 s");
    }
    assert_eq!(
        outcome(std::slice::from_ref(&net.packets)),
        "answered, 28 s"
    );
    let both = net
        .packets
        .iter()
        .filter(|packet| packet.source != p || packet.destination != uac);
    let both: Vec<_> = both.cloned().collect();
    assert_eq!(outcome(&[both, far]), "answered, 28 s");
}

/// A tap for each direction: the clock of the one that saw what the callee sent is off by so many seconds. The session lasted 5 s.
fn by_direction(off: i64) -> (Net, [Vec<Packet>; 2]) {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("ways");
    let invite = net.send("uac", "uas", talk.request("INVITE", 1), 0);
    net.reply(&invite, 180, "b", 100);
    net.reply(&invite, 200, "b", 1000);
    net.send("uac", "uas", talk.with("b").request("ACK", 1), 1010);
    let bye = net.send("uac", "uas", talk.with("b").request("BYE", 2), 6000);
    net.reply(&bye, 200, "", 6010);
    let uac = net.address("uac");
    let (sent, came): (Vec<_>, Vec<_>) = net
        .packets
        .iter()
        .cloned()
        .partition(|packet| packet.source == uac);
    let came = came
        .iter()
        .map(|packet| packet.later(off * 1000 * MS))
        .collect();
    (net, [sent, came])
}

/// Whether the files overlap, as those of two taps do, or follow each other, as those of a rotated set would: where an answer
/// stands before its request, or its ACK before it, they are of two clocks.
#[test]
fn how_long_a_session_lasted_by_a_tap_for_each_direction_is_not_known() {
    for off in [0, -3, 3, -30, 30] {
        let (net, files) = by_direction(off);
        let told = net.told_of(&files);
        let outcome = told.trace.calls().next().unwrap().outcome();
        assert_eq!(outcome.to_string(), "answered", "{off}");
        let call = told.trace.calls().next().unwrap();
        let all = call.made_be_sent();
        let mut all = all.iter().map(|(one, other)| (one.time(), other.time()));
        assert_eq!(all.any(|(one, other)| other < one), off != 0, "{off}");
    }
}

/// Where a capture goes on in another file, one clock has made both; a tap that saw the BYE further on has another one, but
/// the same may have seen it, too.
#[test]
fn how_long_a_session_lasted_over_two_files_of_one_clock() {
    let (net, _) = by_direction(0);
    let (first, second) = net.packets.split_at(4);
    let told = net.told_of(&[first.to_vec(), second.to_vec()]);
    let outcome = told.trace.calls().next().unwrap().outcome();
    assert_eq!(outcome.to_string(), "answered, 5 s");
    let mut net = Net::new(&["uac", "p", "uas"]);
    let talk = Talk::new("far");
    let invite = net.journey(talk.request("INVITE", 1), &["uac", "p", "uas"], 0);
    net.respond(&invite, 200, "b", 1000);
    let bye = net.journey(talk.back("b").request("BYE", 1), &["uas", "p", "uac"], 9010);
    net.respond(&bye, 200, "", 9100);
    let near = net.between("uac", "p");
    let far = net
        .between("p", "uas")
        .iter()
        .map(|packet| packet.later(-2500 * MS))
        .collect();
    let told = net.told_of(&[near, far]);
    let outcome = told.trace.calls().next().unwrap().outcome();
    assert_eq!(outcome.to_string(), "answered, 8.0 s");
}

/// RFC 3261 9.2, 15.1.2: what nobody knows was no session, as far as anybody can tell.
#[test]
fn an_end_that_finds_no_session() {
    let talk = Talk::new("none").with("b");
    for (method, status, outcome) in [
        ("BYE", 481, "481"),
        ("CANCEL", 481, "481"),
        ("BYE", 200, "joined late, ended"),
        ("CANCEL", 200, "joined late"),
    ] {
        let mut net = Net::new(&["uac", "p", "uas"]);
        let journey = net.journey(talk.request(method, 2), &["uac", "p", "uas"], 0);
        net.respond(&journey, status, "b", 100);
        assert_eq!(outcomes(&net), [outcome], "{method} {status}");
    }
    let mut net = Net::new(&["uac", "uas"]);
    let update = net.send("uac", "uas", talk.request("UPDATE", 2), 0);
    net.reply(&update, 200, "b", 10);
    let bye = net.send("uac", "uas", talk.request("BYE", 3), 100);
    net.reply(&bye, 481, "b", 110);
    assert_eq!(outcomes(&net), ["joined late, ended"]);
}

/// RFC 3261 12.2.1.2: who does not know the dialog any more, or does not answer, has ended it.
#[test]
fn a_session_that_the_other_side_lost() {
    for (method, status) in [
        ("INVITE", 481),
        ("UPDATE", 481),
        ("INFO", 481),
        ("UPDATE", 408),
    ] {
        let mut net = Net::new(&["uac", "uas"]);
        let talk = Talk::new("lost").with("b");
        let invite = Talk::new("lost").request("INVITE", 1);
        let invite = net.send("uac", "uas", invite, 0);
        net.reply(&invite, 200, "b", 1000);
        net.send("uac", "uas", talk.request("ACK", 1), 1100);
        let again = net.send("uac", "uas", talk.request(method, 2), 5000);
        net.reply(&again, status, "b", 5010);
        let lost = format!("answered, lost ({status})");
        assert_eq!(outcomes(&net), [lost], "{method}");
        let next = net.send("uac", "uas", talk.request("UPDATE", 3), 6000);
        net.reply(&next, 200, "b", 6010);
        assert_eq!(outcomes(&net), ["answered, no BYE"], "{method}");
        let bye = net.send("uac", "uas", talk.request("BYE", 4), 8000);
        net.reply(&bye, 200, "b", 8010);
        assert_eq!(outcomes(&net), ["answered, 7 s"], "{method}");
    }
}

/// RFC 3261 16.7 step 5: a 2xx goes on also after the proxy has given up, and makes a dialog; who acknowledges that has it.
#[test]
fn an_answer_after_a_proxy_gave_up() {
    let mut net = Net::new(&["uac", "p", "uas"]);
    let talk = Talk::new("late").with("b");
    let invite = Talk::new("late").request("INVITE", 1);
    let invite = net.journey(invite, &["uac", "p", "uas"], 0);
    net.reply(&invite[0], 408, "p", 29_000);
    net.ack(&invite[0], "p", 29_010);
    net.respond(&invite, 200, "b", 30_000);
    assert_eq!(outcomes(&net), ["408"]);
    net.send("uac", "uas", talk.request("ACK", 1), 30_100);
    assert_eq!(outcomes(&net), ["answered, no BYE"]);
    let bye = net.send("uac", "uas", talk.request("BYE", 2), 33_010);
    net.reply(&bye, 200, "b", 33_020);
    assert_eq!(outcomes(&net), ["answered, 3 s"]);
}
