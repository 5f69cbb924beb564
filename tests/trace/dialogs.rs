//! Dialogs and what makes them: INVITE, SUBSCRIBE and REFER; and what makes none.

use super::scenario::Net;
use super::sip::{Sip, Talk};

pub fn notify(talk: &Talk, tag: &str, cseq: u32, state: &str) -> Sip {
    let notify = talk.back(tag).request("NOTIFY", cseq);
    let state = format!("Subscription-State: {state}");
    notify.with("Event: presence").with(&state)
}

pub fn subscribe(talk: &Talk, cseq: u32) -> Sip {
    let subscribe = talk.request("SUBSCRIBE", cseq);
    subscribe.with("Event: presence").with("Expires: 600")
}

/// RFC 6665 4.1.2.4: a NOTIFY may come before the 2xx.
#[test]
fn a_notify_before_the_200_of_its_subscribe() {
    let mut net = Net::new(&["watcher", "server"]);
    let talk = Talk::new("watch");
    let first = net.send("watcher", "server", subscribe(&talk, 1), 0);
    let state = net.send("server", "watcher", notify(&talk, "b", 1, "active"), 10);
    net.reply(&first, 200, "b", 20);
    net.reply(&state, 200, "", 30);
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 SUBSCRIBE watcher>server: request 200",
            "2 NOTIFY server>watcher: request 200",
        ]
    );
    assert_eq!(told.dialogs(), ["watch a/b made by 1: 1 2"]);
    assert_eq!(told.calls(), ["watch"]);
}

pub fn forked_subscribe() -> Net {
    let mut net = Net::new(&["watcher", "p", "s1", "s2"]);
    let talk = Talk::new("watch");
    let above = net.send("watcher", "p", subscribe(&talk, 1), 0);
    let one = net.pass_as(&above, "s1", "sip:bob@s1.example.com", 10);
    let other = net.pass_as(&above, "s2", "sip:bob@s2.example.com", 11);
    net.respond(&[above, one], 200, "b1", 100);
    // The proxy forwards one final response to a request that is no INVITE.
    net.reply(&other, 200, "b2", 150);
    for (from, tag, at) in [("s1", "b1", 200), ("s2", "b2", 300)] {
        let state = net.send(from, "watcher", notify(&talk, tag, 1, "active"), at);
        net.reply(&state, 200, "", at + 10);
    }
    net
}

/// RFC 6665 4.4.1: each NOTIFY to a SUBSCRIBE that forked makes a dialog, though only one 2xx comes back.
#[test]
fn a_subscribe_that_forked() {
    let net = forked_subscribe();
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 SUBSCRIBE watcher>p: request 200",
            "2 SUBSCRIBE p>s1 via 1: request 200",
            "3 SUBSCRIBE p>s2 via 1: request 200",
            "4 NOTIFY s1>watcher: request 200",
            "5 NOTIFY s2>watcher: request 200",
        ]
    );
    assert_eq!(
        told.dialogs(),
        ["watch a/b1 made by 1: 1 2 4", "watch a/b2 made by 3: 3 5"]
    );
}

/// The same as seen by the watcher alone: of the second dialog there is only the NOTIFY, and yet its start was captured.
#[test]
fn a_subscribe_that_forked_as_the_watcher_sees_it() {
    let mut net = Net::new(&["watcher", "p", "s1", "s2"]);
    let talk = Talk::new("watch");
    let first = net.send("watcher", "p", subscribe(&talk, 1), 0);
    net.reply(&first, 200, "b1", 100);
    for (from, tag, at) in [("s1", "b1", 200), ("s2", "b2", 300)] {
        let state = net.send(from, "watcher", notify(&talk, tag, 1, "active"), at);
        net.reply(&state, 200, "", at + 10);
    }
    let told = net.told();
    assert_eq!(
        told.dialogs(),
        ["watch a/b1 made by 1: 1 2", "watch a/b2 made by 1: 1 3"]
    );
}

/// RFC 6665 4.1.2.2: a refresh goes to the dialog that is there.
#[test]
fn a_subscription_that_is_refreshed_and_ended() {
    let mut net = Net::new(&["watcher", "server"]);
    let talk = Talk::new("watch");
    let mut next = |talk: Talk, cseq, state: &str, at| {
        let request = net.send("watcher", "server", subscribe(&talk, cseq), at);
        net.reply(&request, 200, "b", at + 10);
        let state = net.send(
            "server",
            "watcher",
            notify(&talk, "b", cseq, state),
            at + 20,
        );
        net.reply(&state, 200, "", at + 30);
    };
    next(talk.clone(), 1, "active;expires=600", 0);
    next(talk.with("b"), 2, "active;expires=600", 500_000);
    next(talk.with("b"), 3, "terminated;reason=timeout", 900_000);
    let told = net.told();
    assert_eq!(told.dialogs(), ["watch a/b made by 1: 1 2 3 4 5 6"]);
    assert_eq!(told.hops()[2], "3 SUBSCRIBE watcher>server: request 200");
}

/// Its first message is not the one that made it. A NOTIFY goes to the side that subscribed (RFC 6665 4.2.2).
#[test]
fn dialogs_that_were_joined_late() {
    for method in ["INVITE", "BYE", "UPDATE"] {
        let mut net = Net::new(&["uac", "uas"]);
        let request = net.send(
            "uac",
            "uas",
            Talk::new("late").with("b").request(method, 7),
            0,
        );
        net.reply(&request, 200, "b", 10);
        let told = net.told();
        assert_eq!(told.dialogs(), ["late a/b joined late: 1"], "{method}");
    }
    let mut net = Net::new(&["watcher", "server"]);
    let talk = Talk::new("late");
    let state = net.send("server", "watcher", notify(&talk, "b", 9, "active"), 0);
    net.reply(&state, 200, "", 10);
    assert_eq!(net.told().dialogs(), ["late a/b joined late: 1"]);
}

/// Both sides of a dialog send requests: what was joined late is still one.
#[test]
fn a_dialog_that_was_joined_late_is_one_for_both_sides() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("late");
    let update = net.send("uac", "uas", talk.with("b").request("UPDATE", 7), 0);
    net.reply(&update, 200, "b", 10);
    let bye = net.send("uas", "uac", talk.back("b").request("BYE", 3), 1000);
    net.reply(&bye, 200, "a", 1010);
    assert_eq!(net.told().dialogs(), ["late a/b joined late: 1 2"]);
}

/// RFC 3261 10 and 22: the client sends it again with credentials and the next number; no dialog comes of it.
#[test]
fn a_register_that_is_challenged() {
    let mut net = Net::new(&["ue", "registrar"]);
    let talk = Talk::between("reg", "alice", "alice");
    let first = net.send("ue", "registrar", talk.request("REGISTER", 1), 0);
    let challenge = "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"1\"";
    net.raw(
        "registrar",
        "ue",
        first.message.response(401, "r1").with(challenge),
        10,
    );
    let credentials = "Authorization: Digest username=\"alice\", nonce=\"1\", response=\"2\"";
    let second = talk.request("REGISTER", 2).with(credentials);
    let second = net.send("ue", "registrar", second, 20);
    net.reply(&second, 200, "r2", 30);
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 REGISTER ue>registrar: request 401",
            "2 REGISTER ue>registrar: request 200",
        ]
    );
    assert!(told.dialogs().is_empty());
    assert_eq!(told.calls(), ["reg"]);
}

/// An INVITE that is challenged: the second one has its own transaction, and only that makes the dialog.
#[test]
fn an_invite_that_is_challenged() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("auth");
    let first = net.send("uac", "uas", talk.request("INVITE", 1), 0);
    net.reply(&first, 401, "x", 10);
    net.ack(&first, "x", 20);
    let second = talk
        .request("INVITE", 2)
        .with("Authorization: Digest nonce=\"1\"");
    let second = net.send("uac", "uas", second, 30);
    net.reply(&second, 200, "b", 40);
    net.send("uac", "uas", talk.with("b").request("ACK", 2), 50);
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>uas: request 401 ack",
            "2 INVITE uac>uas: request 200",
            "3 ACK uac>uas: request",
        ]
    );
    assert_eq!(told.dialogs(), ["auth a/b made by 2: 2 3"]);
}

/// RFC 3262 and RFC 3311: requests within a dialog that no 2xx confirmed yet.
#[test]
fn prack_and_update_in_an_early_dialog() {
    let mut net = Net::new(&["uac", "p", "uas"]).record_routing(&["p"]);
    let talk = Talk::new("early");
    let nodes = ["uac", "p", "uas"];
    let invite = net.journey(talk.request("INVITE", 1), &nodes, 0);
    net.respond(&invite, 183, "b", 100);
    let prack = talk.with("b").request("PRACK", 2).with("RAck: 1 1 INVITE");
    let prack = net.journey(prack.routed(&["p"]), &nodes, 200);
    net.respond(&prack, 200, "b", 300);
    let update = net.journey(
        talk.with("b").request("UPDATE", 3).routed(&["p"]),
        &nodes,
        400,
    );
    net.respond(&update, 200, "b", 500);
    assert_eq!(
        net.told().dialogs(),
        ["early a/b early made by 1: 1 2 3 4 5 6"]
    );
    net.respond(&invite, 200, "b", 1000);
    net.journey(
        talk.with("b").request("ACK", 1).routed(&["p"]),
        &nodes,
        1100,
    );
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>p: request 183 200",
            "2 INVITE p>uas via 1: request 183 200",
            "3 PRACK uac>p: request 200",
            "4 PRACK p>uas via 3: request 200",
            "5 UPDATE uac>p: request 200",
            "6 UPDATE p>uas via 5: request 200",
            "7 ACK uac>p: request",
            "8 ACK p>uas via 7: request",
        ]
    );
    assert_eq!(told.dialogs(), ["early a/b made by 1: 1 2 3 4 5 6 7 8"]);
}

/// RFC 3515: the NOTIFYs of a REFER go over the dialog that it was sent in.
#[test]
fn a_refer_within_a_call() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("refer");
    let invite = net.send("uac", "uas", talk.request("INVITE", 1), 0);
    net.reply(&invite, 200, "b", 100);
    net.send("uac", "uas", talk.with("b").request("ACK", 1), 200);
    let refer = talk
        .with("b")
        .request("REFER", 2)
        .with("Refer-To: <sip:carol@example.com>");
    let refer = net.send("uac", "uas", refer, 1000);
    net.reply(&refer, 202, "b", 1010);
    let state = net.send("uas", "uac", notify(&talk, "b", 1, "active"), 1020);
    net.reply(&state, 200, "", 1030);
    let told = net.told();
    assert_eq!(told.dialogs(), ["refer a/b made by 1: 1 2 3 4"]);
    assert_eq!(told.hops()[2], "3 REFER uac>uas: request 202");
}

/// Outside of any dialog it makes one (RFC 3515 2.4.4), also when the NOTIFY is first.
#[test]
fn a_refer_outside_of_a_call() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("refer");
    let refer = talk
        .request("REFER", 1)
        .with("Refer-To: <sip:carol@example.com>");
    let refer = net.send("uac", "uas", refer, 0);
    let state = net.send("uas", "uac", notify(&talk, "b", 1, "active"), 10);
    net.reply(&state, 200, "", 20);
    net.reply(&refer, 202, "b", 30);
    assert_eq!(net.told().dialogs(), ["refer a/b made by 1: 1 2"]);
}

/// What needs no dialog makes none, though the answer has a tag (RFC 3261 12.1).
#[test]
fn requests_that_make_no_dialog() {
    for method in ["OPTIONS", "MESSAGE", "PUBLISH", "REGISTER"] {
        let mut net = Net::new(&["uac", "uas"]);
        let request = net.send("uac", "uas", Talk::new("none").request(method, 1), 0);
        net.reply(&request, 200, "b", 10);
        assert!(net.told().dialogs().is_empty(), "{method}");
    }
}

/// RFC 3261 17.1.1.3 wants the branch of the INVITE; whatever branch it has, a refusal makes no dialog (12.1).
#[test]
fn an_ack_to_a_refusal_with_a_branch_of_its_own() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("busy");
    let invite = net.send("uac", "uas", talk.request("INVITE", 1), 0);
    net.reply(&invite, 486, "b", 10);
    net.send("uac", "uas", talk.with("b").request("ACK", 1), 20);
    assert!(net.told().dialogs().is_empty());
    // A server may keep its tag for the INVITE that comes with credentials.
    let invite = net.send("uac", "uas", talk.request("INVITE", 2), 30);
    net.reply(&invite, 200, "b", 40);
    net.send("uac", "uas", talk.with("b").request("ACK", 2), 50);
    assert_eq!(net.told().dialogs().len(), 1);
}
