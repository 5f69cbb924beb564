//! One Call-ID in two calls: it shall be unique (RFC 3261 8.1.1.4), but tools count from 1 and scripts repeat what is written in
//! them. And what stays one call although its tags, ends or times would let one think otherwise.

use super::scenario::{MS, Net, Packet, Sent};
use super::sip::{Sip, Talk};

/// The same from another instance of a user agent, with a tag of its own (RFC 3261 19.3).
fn tagged(mut message: Sip, tag: &str) -> Sip {
    for line in &mut message.fields {
        *line = line.replace(";tag=a", &format!(";tag={tag}"));
    }
    message
}

/// The same from a user agent that knows no tags, as before RFC 3261.
fn untagged(mut message: Sip) -> Sip {
    for line in &mut message.fields {
        *line = line.replace(";tag=a", "");
    }
    message
}

/// A whole call over these nodes; its requests have this From tag instead of `a`.
fn call(net: &mut Net, talk: &Talk, nodes: &[&str], tags: [&str; 2], at: i64) {
    let [from, to] = tags;
    let invite = net.journey(tagged(talk.request("INVITE", 1), from), nodes, at);
    net.respond(&invite, 180, to, at + 100);
    net.respond(&invite, 200, to, at + 1000);
    let ack = tagged(talk.with(to).request("ACK", 1), from);
    net.journey(ack, nodes, at + 1100);
    let bye = net.journey(
        tagged(talk.with(to).request("BYE", 2), from),
        nodes,
        at + 5000,
    );
    net.respond(&bye, 200, to, at + 5100);
}

fn outcomes(net: &Net) -> Vec<String> {
    let told = net.told();
    let calls = told.trace.calls();
    calls.map(|call| call.outcome().to_string()).collect()
}

fn assert_none_forked(net: &Net) {
    assert!(net.told().states().iter().all(|state| !state.forked));
}

/// Nobody has anything to do with the others.
pub fn of_strangers() -> Net {
    let mut net = Net::new(&["uac", "uas", "other", "peer"]);
    let talk = Talk::between("strangers", "carol", "dave");
    call(
        &mut net,
        &Talk::new("strangers"),
        &["uac", "uas"],
        ["a", "b"],
        0,
    );
    let invite = net.send("other", "peer", talk.request("INVITE", 1), 500);
    net.reply(&invite, 486, "d", 600);
    net.ack(&invite, "d", 610);
    net
}

#[test]
fn strangers_with_one_call_id_have_a_call_each() {
    let net = of_strangers();
    let told = net.told();
    assert_eq!(told.calls(), ["strangers", "strangers"]);
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>uas: request 180 200",
            "2 ACK uac>uas: request",
            "3 BYE uac>uas: request 200",
            "4 INVITE other>peer: request 486 ack",
        ]
    );
    assert_eq!(told.dialogs(), ["strangers a/b made by 1: 1 2 3"]);
    assert_eq!(outcomes(&net), ["answered, 4 s", "486"]);
}

/// Two copies of one script on two hosts call the same server: names are the same, too.
pub fn of_copies() -> Net {
    let mut net = Net::new(&["uac", "uas", "other"]);
    let talk = Talk::new("1");
    call(&mut net, &talk, &["uac", "uas"], ["x", "b"], 0);
    call(&mut net, &talk, &["other", "uas"], ["y", "c"], 300);
    net
}

#[test]
fn copies_of_a_script_have_a_call_each() {
    let net = of_copies();
    assert_eq!(net.told().calls(), ["1", "1"]);
    assert_eq!(net.told().dialogs().len(), 2);
    assert_eq!(outcomes(&net), ["answered, 4 s", "answered, 4 s"]);
    assert_none_forked(&net);
}

/// The proxy sends on what each of them sent; its Via entries say whose that is.
#[test]
fn strangers_behind_one_proxy_have_a_call_each() {
    let mut net = Net::new(&["uac", "p", "uas", "other"]);
    let (one, two) = (Talk::new("1"), Talk::between("1", "carol", "dave"));
    call(&mut net, &one, &["uac", "p", "uas"], ["a", "b"], 0);
    call(&mut net, &two, &["other", "p", "uas"], ["c", "d"], 50);
    assert_eq!(net.told().calls(), ["1", "1"]);
    assert_none_forked(&net);
}

/// Both ends hang up with a server between them that has nothing to do with either: BYEs of the server are in its own name.
#[test]
fn a_server_that_hangs_up_joins_no_strangers() {
    let mut net = Net::new(&["uac", "uas", "other"]);
    for (node, from, tag, at) in [("uac", "alice", "b", 0), ("other", "carol", "c2", 40)] {
        let talk = Talk::between("1", from, "bob");
        let invite = net.send(node, "uas", talk.request("INVITE", 1), at);
        net.reply(&invite, 200, tag, at + 100);
        net.send(node, "uas", talk.with(tag).request("ACK", 1), at + 200);
        let bye = net.send("uas", node, talk.back(tag).request("BYE", 1), at + 900);
        net.reply(&bye, 200, "", at + 950);
    }
    assert_eq!(net.told().calls(), ["1", "1"]);
}

/// A script that is started again with everything as it was, but for what the stack makes up (the branch).
pub fn started_again() -> Net {
    let mut net = Net::new(&["uac", "p", "uas"]);
    for at in [0, 8000] {
        call(
            &mut net,
            &Talk::new("again"),
            &["uac", "p", "uas"],
            ["a", "b"],
            at,
        );
    }
    net
}

#[test]
fn a_script_that_is_started_again_after_its_bye_makes_a_second_call() {
    let net = started_again();
    let told = net.told();
    assert_eq!(told.calls(), ["again", "again"]);
    assert_eq!(
        told.dialogs(),
        [
            "again a/b made by 1: 1 2 3 4 5 6",
            "again a/b made by 7: 7 8 9 10 11 12"
        ]
    );
    assert_eq!(outcomes(&net), ["answered, 4.0 s", "answered, 4.0 s"]);
    assert_none_forked(&net);
}

/// It was killed in the middle, or nobody answered.
#[test]
fn a_script_that_is_started_again_after_an_hour_makes_a_second_call() {
    for status in [0, 200, 486] {
        let mut net = Net::new(&["uac", "uas"]);
        for (at, tag) in [(0, "x"), (3_600_000, "y")] {
            let invite = tagged(Talk::new("1").request("INVITE", 1), tag);
            let invite = net.send("uac", "uas", invite, at);
            if status > 0 {
                net.reply(&invite, status, "b", at + 100);
            }
        }
        assert_eq!(net.told().calls(), ["1", "1"], "{status}");
        assert_none_forked(&net);
    }
}

/// Of three starts, two calls go on for a while and one is cancelled; messages of each stay with it.
#[test]
fn a_cancelled_call_that_is_started_again() {
    let mut net = Net::new(&["uac", "uas"]);
    for at in [0, 400_000, 800_000] {
        let invite = net.send("uac", "uas", Talk::new("1").request("INVITE", 1), at);
        net.reply(&invite, 180, "b", at + 100);
        let cancel = net.cancel(&invite, at + 1000);
        net.reply(&cancel, 200, "b", at + 1005);
        net.reply(&invite, 487, "b", at + 1010);
        net.ack(&invite, "b", at + 1020);
    }
    let told = net.told();
    assert_eq!(told.calls(), ["1", "1", "1"]);
    assert_eq!(outcomes(&net), ["canceled", "canceled", "canceled"]);
    assert_eq!(told.hops()[5], "6 CANCEL uac>uas for 5: request 200");
}

/// RFC 3261 22.2 and 8.1.3.5: the same again with credentials, CSeq one higher; some change the From tag, too.
#[test]
fn an_authentication_retry_is_the_same_call() {
    for tags in [["a", "a"], ["x", "y"]] {
        let mut net = Net::new(&["uac", "uas"]);
        for (number, tag) in (1..).zip(tags) {
            let at = i64::from(number) * 1000;
            let invite = tagged(Talk::new("1").request("INVITE", number), tag);
            let invite = net.send("uac", "uas", invite, at);
            let status = if number == 1 { 401 } else { 200 };
            net.reply(&invite, status, &format!("b{number}"), at + 100);
        }
        assert_eq!(net.told().calls(), ["1"], "{tags:?}");
    }
}

/// RFC 3261 10.2: all registrations of a user agent have one Call-ID; the From tag may be a new one each time, and some begin with
/// CSeq 1 each time.
#[test]
fn refreshes_of_a_registration_are_one_call() {
    for step in [0, 1] {
        let mut net = Net::new(&["uac", "uas"]);
        for number in 0..3 {
            let talk = Talk::between("1", "alice", "alice");
            let request = tagged(
                talk.request("REGISTER", 1 + number * step),
                &format!("t{number}"),
            );
            let request = request
                .with("Contact: <sip:alice@192.0.2.1>")
                .with("Expires: 3600");
            let request = net.send("uac", "uas", request, i64::from(number) * 1_800_000);
            net.reply(&request, 200, "r", i64::from(number) * 1_800_000 + 50);
        }
        assert_eq!(net.told().calls(), ["1"]);
    }
}

/// RFC 3261 10.2: a device with two users.
#[test]
fn a_device_registers_its_users_in_one_call() {
    let mut net = Net::new(&["uac", "uas"]);
    for (number, user) in [(1, "alice"), (2, "carol")] {
        let request = Talk::between("1", user, user).request("REGISTER", number);
        let request = net.send("uac", "uas", request, i64::from(number) * 1000);
        net.reply(&request, 200, "r", i64::from(number) * 1000 + 50);
    }
    assert_eq!(net.told().calls(), ["1"]);
}

/// The same watcher subscribes anew, in a dialog of its own, and is notified in that (RFC 6665 4.1.2.1).
#[test]
fn a_watcher_that_subscribes_anew_is_the_same_call() {
    let mut net = Net::new(&["uac", "uas"]);
    for (number, from, to) in [(1, "x", "m"), (2, "y", "n")] {
        let at = i64::from(number) * 600_000;
        let talk = Talk::new("1");
        let subscribe = tagged(talk.request("SUBSCRIBE", number), from).with("Event: presence");
        let subscribe = net.send("uac", "uas", subscribe, at);
        net.reply(&subscribe, 200, to, at + 50);
        let notify = tagged(talk.back(to).request("NOTIFY", number), from);
        let notify = notify
            .with("Event: presence")
            .with("Subscription-State: active");
        let notify = net.send("uas", "uac", notify, at + 100);
        net.reply(&notify, 200, "", at + 150);
    }
    assert_eq!(net.told().calls(), ["1"]);
    assert_eq!(net.told().dialogs().len(), 2);
}

/// What a back-to-back user agent sends on: its own tag, its own Via.
fn other_leg(net: &mut Net, talk: &Talk, to: &str, tag: &str, at: i64) -> Sent {
    let invite = tagged(talk.request("INVITE", 1), tag);
    net.send("b2bua", to, invite, at)
}

/// Some keep the Call-ID and change both tags: what joins both sides is the element between them.
pub fn kept_by_a_b2bua() -> Net {
    let mut net = Net::new(&["uac", "b2bua", "uas"]);
    let talk = Talk::new("kept");
    let near = net.send("uac", "b2bua", talk.request("INVITE", 1), 0);
    let far = other_leg(&mut net, &talk, "uas", "x", 20);
    net.reply(&far, 200, "y", 3000);
    net.reply(&near, 200, "b", 3010);
    net.send("uac", "b2bua", talk.with("b").request("ACK", 1), 3100);
    net.send(
        "b2bua",
        "uas",
        tagged(talk.with("y").request("ACK", 1), "x"),
        3110,
    );
    net
}

#[test]
fn a_b2bua_that_keeps_the_call_id_and_changes_both_tags() {
    let net = kept_by_a_b2bua();
    let told = net.told();
    assert_eq!(told.calls(), ["kept (same Call-ID)"]);
    assert_eq!(
        told.dialogs(),
        ["kept a/b made by 1: 1 2", "kept x/y made by 3: 3 4"]
    );
    assert_none_forked(&net);
    assert_eq!(outcomes(&net), ["answered, no BYE"]);
}

#[test]
fn a_b2bua_that_keeps_the_call_id_and_rings_at_two_places() {
    let mut net = Net::new(&["uac", "b2bua", "u1", "u2"]);
    let talk = Talk::new("1");
    let near = net.send("uac", "b2bua", talk.request("INVITE", 1), 0);
    let one = other_leg(&mut net, &talk, "u1", "x1", 20);
    // Nobody is at home, so it tries elsewhere.
    net.reply(&one, 180, "y1", 100);
    net.reply(&one, 480, "y1", 40_000);
    net.ack(&one, "y1", 40_010);
    let two = other_leg(&mut net, &talk, "u2", "x2", 40_020);
    net.reply(&two, 200, "y2", 50_000);
    net.reply(&near, 200, "b", 50_010);
    // Each of its INVITEs is what it made of the first one.
    assert_eq!(net.told().calls(), ["1 (same Call-ID, same Call-ID)"]);
    assert_none_forked(&net);
}

/// A node that ends a call does not begin the next one an hour later.
#[test]
fn a_b2bua_that_is_used_again() {
    let mut net = Net::new(&["uac", "b2bua", "uas"]);
    for at in [0, 3_600_000] {
        let talk = Talk::new("1");
        let near = net.send("uac", "b2bua", talk.request("INVITE", 1), at);
        let far = other_leg(&mut net, &talk, "uas", "x", at + 20);
        net.reply(&far, 486, "y", at + 1000);
        net.ack(&far, "y", at + 1010);
        net.reply(&near, 486, "b", at + 1020);
        net.ack(&near, "b", at + 1030);
    }
    assert_eq!(net.told().calls(), ["1 (same Call-ID)", "1 (same Call-ID)"]);
}

/// RFC 3263 4.3: nobody answered at the first address for 64 times T1, and the same goes to the next, with another branch.
#[test]
fn a_failover_is_the_same_call() {
    let mut net = Net::new(&["uac", "u1", "u2"]);
    let invite = net.send("uac", "u1", Talk::new("1").request("INVITE", 1), 0);
    for at in [500, 1500, 3500, 7500, 15_500, 31_500] {
        net.again(&invite, at);
    }
    let next = net.send("uac", "u2", Talk::new("1").request("INVITE", 1), 32_010);
    net.reply(&next, 200, "b", 32_500);
    assert_eq!(net.told().calls(), ["1"]);
}

/// Both sides send requests in a dialog that began before the capture did.
#[test]
fn a_dialog_that_is_joined_late_is_one_call() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("1");
    let info = net.send("uac", "uas", talk.with("b").request("INFO", 7), 0);
    net.reply(&info, 200, "b", 50);
    let bye = net.send("uas", "uac", talk.back("b").request("BYE", 3), 5000);
    net.reply(&bye, 200, "a", 5050);
    assert_eq!(net.told().calls(), ["1"]);
    assert_eq!(net.told().dialogs(), ["1 a/b joined late: 1 2"]);
}

/// A caller who hangs up and calls again with the same Call-ID, but counts on.
#[test]
fn a_request_with_a_higher_cseq_starts_nothing_anew() {
    let mut net = Net::new(&["uac", "uas"]);
    call(&mut net, &Talk::new("1"), &["uac", "uas"], ["a", "b"], 0);
    let invite = net.send("uac", "uas", Talk::new("1").request("INVITE", 3), 9000);
    net.reply(&invite, 486, "c", 9100);
    assert_eq!(net.told().calls(), ["1"]);
}

/// RFC 3891: an INVITE in the place of a dialog with the same Call-ID, by a third party.
#[test]
fn replaces_names_the_dialog_of_a_stranger() {
    let mut net = Net::new(&["uac", "uas", "other"]);
    let talk = Talk::new("1");
    let invite = net.send("uac", "uas", talk.request("INVITE", 1), 0);
    net.reply(&invite, 200, "b", 100);
    let talk = Talk::between("1", "carol", "bob");
    let invite = talk
        .request("INVITE", 1)
        .with("Replaces: 1;to-tag=b;from-tag=a");
    let invite = net.send("other", "uas", invite, 5000);
    net.reply(&invite, 200, "e", 5100);
    assert_eq!(net.told().calls(), ["1 (dialog reference)"]);
}

/// Two hosts with everything equal, the From tag included: neither one call nor a request that forked.
#[test]
fn dialogs_of_two_senders_are_no_fork() {
    let mut net = Net::new(&["uac", "uas", "other"]);
    let talk = Talk::new("1");
    call(&mut net, &talk, &["uac", "uas"], ["a", "b"], 0);
    call(&mut net, &talk, &["other", "uas"], ["a", "c"], 300);
    assert_eq!(net.told().calls(), ["1", "1"]);
    assert_none_forked(&net);
}

/// RFC 2543 had no From tags: such a request may be of any call between the same names, but of no other.
#[test]
fn a_request_without_a_from_tag_joins_no_strangers() {
    let mut net = of_strangers();
    let options = untagged(Talk::between("strangers", "andy", "frank").request("OPTIONS", 1));
    net.send("other", "uas", options, 7000);
    assert_eq!(net.told().calls(), ["strangers"; 3]);
}

#[test]
fn a_call_without_from_tags_is_one() {
    let mut net = Net::new(&["uac", "p", "uas", "other", "peer"]);
    let talk = Talk::new("1");
    let invite = untagged(talk.request("INVITE", 1));
    let invite = net.journey(invite, &["uac", "p", "uas"], 0);
    net.respond(&invite, 200, "b", 1000);
    // Nobody asked for a Record-Route, so the rest goes straight.
    let bye = net.send(
        "uas",
        "uac",
        untagged(talk.back("b").request("BYE", 1)),
        5000,
    );
    net.reply(&bye, 200, "", 5100);
    let stranger = Talk::between("1", "carol", "dave").request("INVITE", 1);
    net.send("other", "peer", tagged(stranger, "c"), 500);
    assert_eq!(net.told().calls(), ["1", "1"]);
}

/// Several calls at once through an element that keeps the Call-ID: whose leg is whose, the names say.
#[test]
fn a_b2bua_that_keeps_one_call_id_of_strangers() {
    let users: Vec<String> = (0..24).map(|at| format!("a{at}")).collect();
    let names: Vec<[String; 2]> = (0..24)
        .map(|at| [format!("near{at}"), format!("far{at}")])
        .collect();
    let mut nodes: Vec<&str> = names.iter().flatten().map(String::as_str).collect();
    nodes.push("b2bua");
    let mut net = Net::new(&nodes);
    let legs = |at: usize| {
        let talk = Talk::between("1", &users[at], "zoe");
        (talk, at as i64, &names[at])
    };
    let mut sent = Vec::new();
    for (talk, at, [node, _]) in (0..24).map(legs) {
        let invite = tagged(talk.request("INVITE", 1), &format!("n{at}"));
        sent.push(net.send(node, "b2bua", invite, at));
    }
    for (talk, at, [_, node]) in (0..24).map(legs) {
        let far = other_leg(&mut net, &talk, node, &format!("f{at}"), 500 + at);
        net.reply(&far, 200, &format!("g{at}"), 3000 + at);
        net.reply(&sent[at as usize], 200, &format!("m{at}"), 3100 + at);
    }
    let told = net.told();
    assert_eq!(told.calls(), ["1 (same Call-ID)"; 24]);
    for call in told.trace.calls() {
        let mut from: Vec<_> = call.hops().map(|hop| hop.from().to_vec()).collect();
        from.dedup();
        assert_eq!((call.hops().count(), from.len()), (2, 1));
    }
}

/// It got two and sends with a name of its own: that may be of either.
#[test]
fn a_leg_that_may_be_of_either_stranger_joins_none() {
    let mut net = Net::new(&["uac", "other", "b2bua", "uas"]);
    for (node, from, at) in [("uac", "alice", 0), ("other", "carol", 10)] {
        let invite = Talk::between("1", from, "bob").request("INVITE", 1);
        net.send(node, "b2bua", tagged(invite, from), at);
    }
    let talk = Talk::between("1", "anonymous", "bob");
    other_leg(&mut net, &talk, "uas", "x", 100);
    assert_eq!(net.told().calls(), ["1", "1", "1"]);
}

/// A sender whose first call goes on while its second one ends and its third one begins.
#[test]
fn a_dialog_stays_whole_whatever_its_sender_starts_anew() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("1");
    let answered = |net: &mut Net, from: &str, to: &str, at: i64| {
        let invite = net.send("uac", "uas", tagged(talk.request("INVITE", 1), from), at);
        net.reply(&invite, 200, to, at + 100);
    };
    let ended = |net: &mut Net, from: &str, to: &str, at: i64| {
        let bye = tagged(talk.with(to).request("BYE", 2), from);
        let bye = net.send("uac", "uas", bye, at);
        net.reply(&bye, 200, to, at + 100);
    };
    answered(&mut net, "x", "b1", 0);
    answered(&mut net, "y", "b2", 1000);
    ended(&mut net, "y", "b2", 3000);
    answered(&mut net, "z", "b3", 6000);
    ended(&mut net, "x", "b1", 20_000);
    ended(&mut net, "z", "b3", 36_000);
    let told = net.told();
    assert_eq!(told.calls(), ["1", "1", "1"]);
    assert_eq!(
        told.dialogs(),
        [
            "1 x/b1 made by 1: 1 2",
            "1 y/b2 made by 3: 3 4",
            "1 z/b3 made by 5: 5 6"
        ]
    );
}

/// An element that answered a call itself, and soon calls somebody else in other names: nothing but time and place says that one made it
/// do the other. For one of its callers, or before it answered, it does so because of the first.
#[test]
fn what_an_element_calls_after_its_answer_is_another_call() {
    let cases = [
        ("zoe", "frank", 3000, 2),
        ("alice", "frank", 3000, 1),
        ("zoe", "bob", 3000, 1),
        ("zoe", "frank", 500, 1),
        ("alice", "bob", 30_000, 2),
    ];
    for (from, to, at, expected) in cases {
        let mut net = Net::new(&["uac", "pbx", "phone"]);
        let near = net.send("uac", "pbx", Talk::new("1").request("INVITE", 1), 0);
        let mut far = Talk::between("1", from, to).request("INVITE", 1);
        let own = format!(";tag={}", &from[..1]);
        for line in &mut far.fields {
            *line = line.replace(&own, ";tag=x");
        }
        let far = net.send("pbx", "phone", far, at);
        net.reply(&far, 200, "y", at + 1000);
        net.reply(&near, 200, "b", 2500);
        net.packets.sort_by_key(|packet| packet.at);
        assert_eq!(net.told().trace.calls().len(), expected, "{from} {to} {at}");
    }
}

/// Some keep the From tag, too. Each side is answered by another: no request was forked.
#[test]
fn a_b2bua_that_keeps_the_from_tag_is_no_fork() {
    let mut net = Net::new(&["uac", "b2bua", "uas"]);
    let talk = Talk::new("kept");
    let near = net.send("uac", "b2bua", talk.request("INVITE", 1), 0);
    let far = net.send("b2bua", "uas", talk.request("INVITE", 1), 20);
    net.reply(&far, 200, "y", 3000);
    net.reply(&near, 200, "b", 3010);
    assert_eq!(net.told().calls(), ["kept"]);
    assert_eq!(net.told().dialogs().len(), 2);
    assert_none_forked(&net);
}

/// The same in two virtual networks with the same addresses: each ACK is of its own.
#[test]
fn an_ack_in_one_of_two_networks() {
    let mut net = Net::new(&["uac", "uas"]);
    call(&mut net, &Talk::new("1"), &["uac", "uas"], ["a", "b"], 0);
    let again = net.packets.iter().map(|packet| Packet {
        id: packet.id + 100,
        ..packet.later(300 * MS).on_vlan(20)
    });
    let other: Vec<_> = again.collect();
    let one = net.packets.drain(..).map(|packet| packet.on_vlan(10));
    net.packets = one.collect();
    net.packets.extend(other);
    let told = net.told();
    let acks = told
        .trace
        .hops()
        .filter_map(|hop| Some((hop, hop.acknowledges()?)));
    let late = |message: sipscope::trace::Message<'_>| {
        message.time().unwrap().nanos() % 1_000_000_000 / 100_000_000
    };
    let pairs: Vec<_> = acks
        .map(|(ack, invite)| (late(ack.first_message()), late(invite.first_message())))
        .collect();
    assert_eq!(pairs, [(1, 0), (4, 3)]);
}
