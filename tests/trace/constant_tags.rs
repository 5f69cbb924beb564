//! One Call-ID and tags that are constants of a program: what is one call all the same, and what is not. A tag is a tag of its owner
//! (RFC 3261 12.1.2), so what a script writes into every call says nothing of two hosts; and a sender that begins again
//! makes another call, whatever is equal in it.

use super::scenario::{MS, Net, Sent};
use super::sip::{Sip, Talk};

/// The same with another From tag than `a`, in requests of the caller and of the callee.
fn tagged(mut message: Sip, tag: &str) -> Sip {
    for line in &mut message.fields {
        *line = line.replace(";tag=a", &format!(";tag={tag}"));
    }
    message
}

/// What a test says of a call.
struct Plan<'p> {
    names: [&'p str; 2],
    nodes: [&'p str; 2],
    tags: [&'p str; 2],
    cseq: u32,
    status: u16,
    /// When it begins, and when it ends with a BYE if it was answered.
    times: (i64, Option<i64>),
}

impl Plan<'_> {
    fn put(&self, net: &mut Net) {
        let ([from, to], [uac, uas], [a, b]) = (self.names, self.nodes, self.tags);
        let talk = Talk::between("1", from, to);
        let own = format!(";tag={}", &from[..1]);
        let tagged = |mut message: Sip| {
            for line in &mut message.fields {
                *line = line.replace(&own, &format!(";tag={a}"));
            }
            message
        };
        let (at, until) = self.times;
        let invite = net.send(uac, uas, tagged(talk.request("INVITE", self.cseq)), at);
        net.reply(&invite, 180, b, at + 50);
        net.reply(&invite, self.status, b, at + 100);
        if self.status >= 300 {
            return net.ack(&invite, b, at + 110);
        }
        let ack = tagged(talk.with(b).request("ACK", self.cseq));
        net.send(uac, uas, ack, at + 110);
        if let Some(until) = until {
            let bye = tagged(talk.with(b).request("BYE", self.cseq + 1));
            let bye = net.send(uac, uas, bye, until);
            net.reply(&bye, 200, b, until + 50);
        }
    }
}

const ALONE: Plan<'_> = Plan {
    names: ["alice", "bob"],
    nodes: ["uac", "uas"],
    tags: ["x", "y"],
    cseq: 1,
    status: 200,
    times: (0, Some(5100)),
};

fn calls(net: &Net) -> Vec<(usize, String)> {
    let told = net.told();
    let calls = told.trace.calls();
    let calls = calls.map(|call| (call.messages().len(), call.outcome().to_string()));
    calls.collect()
}

fn answered(seconds: &str) -> (usize, String) {
    (6, format!("answered, {seconds} s"))
}

/// Two phones of one make whose tag is always the same, and servers that do the same.
#[test]
fn tags_of_two_hosts_are_not_one() {
    for tags in [["x", "y"], ["x", "z"]] {
        let mut net = Net::new(&["uac", "uas", "other", "peer"]);
        ALONE.put(&mut net);
        let other = Plan {
            names: ["carol", "dave"],
            nodes: ["other", "peer"],
            tags,
            times: (300, Some(6400)),
            ..ALONE
        };
        other.put(&mut net);
        let other = answered("6");
        assert_eq!(calls(&net), [answered("5"), other], "{tags:?}");
        assert_eq!(net.told().dialogs().len(), 2);
    }
}

/// The server answers everybody with one To tag.
#[test]
fn callers_of_a_server_with_one_tag_have_a_call_each() {
    for tag in ["x", "z"] {
        let mut net = Net::new(&["uac", "uas", "other"]);
        ALONE.put(&mut net);
        let other = Plan {
            names: ["carol", "dave"],
            nodes: ["other", "uas"],
            tags: [tag, "y"],
            times: (300, Some(6400)),
            ..ALONE
        };
        other.put(&mut net);
        let other = answered("6");
        assert_eq!(calls(&net), [answered("5"), other], "{tag}");
    }
}

/// The server hangs up, of which the request itself says only both tags.
#[test]
fn a_server_with_one_tag_hangs_up() {
    let mut net = Net::new(&["uac", "uas", "other"]);
    for (node, from, at) in [("uac", "alice", 0), ("other", "carol", 40)] {
        let talk = Talk::between("1", from, "bob");
        let invite = net.send(node, "uas", talk.request("INVITE", 1), at);
        net.reply(&invite, 200, "y", at + 100);
        net.send(node, "uas", talk.with("y").request("ACK", 1), at + 200);
        let bye = net.send("uas", node, talk.back("y").request("BYE", 1), at + 900);
        net.reply(&bye, 200, "", at + 950);
    }
    assert_eq!(calls(&net).len(), 2);
    assert!(net.told().states().iter().all(|state| !state.forked));
}

/// Phones register with the same Call-ID and From tag (RFC 3261 10.2 is of one device).
#[test]
fn registrations_of_two_devices_are_two() {
    let mut net = Net::new(&["uac", "uas", "other"]);
    for (node, user, at) in [("uac", "alice", 0), ("other", "carol", 1000)] {
        let request = Talk::between("1", user, user).request("REGISTER", 1);
        let own = format!(";tag={}", &user[..1]);
        let mut request = request.with("Contact: <sip:phone>");
        for line in &mut request.fields {
            *line = line.replace(&own, ";tag=1");
        }
        let request = net.send(node, "uas", request, at);
        net.reply(&request, 200, "r", at + 50);
    }
    assert_eq!(net.told().calls(), ["1", "1"]);
}

/// Two taps, and nothing between them: both tags and both names are of one dialog, wherever its messages go.
#[test]
fn a_call_of_which_the_middle_is_missing_is_one() {
    let mut net = Net::new(&["uac", "p1", "p2", "uas"]).record_routing(&["p1", "p2"]);
    let nodes = ["uac", "p1", "p2", "uas"];
    let talk = Talk::new("1");
    let invite = net.journey(talk.request("INVITE", 1), &nodes, 0);
    net.respond(&invite, 200, "b", 1000);
    let ack = talk.with("b").request("ACK", 1).routed(&["p1", "p2"]);
    net.journey(ack, &nodes, 1100);
    let bye = talk.with("b").request("BYE", 2).routed(&["p1", "p2"]);
    let bye = net.journey(bye, &nodes, 5000);
    net.respond(&bye, 200, "b", 5100);
    let mut seen = net.between("uac", "p1");
    seen.extend(net.between("p2", "uas"));
    net.packets = seen;
    assert_eq!(net.told().calls(), ["1"]);
}

/// A proxy rings at two places, and only those two ways were captured: nobody shares the place, and only one side answers with what the
/// caller gets.
#[test]
fn branches_whose_fork_was_not_seen_are_one_call() {
    let mut net = Net::new(&["uac", "p", "p1", "p2", "u1", "u2"]);
    let invite = net.send("uac", "p", Talk::new("1").request("INVITE", 1), 0);
    for (proxy, phone, status, tag, at) in
        [("p1", "u1", 486, "b1", 10), ("p2", "u2", 200, "b2", 12)]
    {
        let near = net.pass(&invite, proxy, at);
        let far = net.pass(&near, phone, at + 10);
        net.reply(&far, status, tag, at + 500);
    }
    let mut seen = net.between("p1", "u1");
    seen.extend(net.between("p2", "u2"));
    seen.sort_by_key(|packet| packet.at);
    net.packets = seen;
    assert_eq!(net.told().calls(), ["1"]);
}

/// Everything is as it was, the branches included: only what came before tells that it is not sent again (RFC 3261 17.1.1.2 and
/// 17.1.2.2: a client that got its answer sends no more).
#[test]
fn a_script_with_constant_branches_is_started_again() {
    for (status, after) in [(200, 10_000), (200, 60_000), (486, 10_000), (486, 60_000)] {
        let mut net = Net::new(&["uac", "uas"]);
        Plan { status, ..ALONE }.put(&mut net);
        let once = net.packets.clone();
        for round in 1..3 {
            let again = once.iter().map(|packet| packet.later(round * after * MS));
            net.packets.extend(again);
        }
        for (number, packet) in net.packets.iter_mut().enumerate() {
            packet.id = number as u16 + 1;
        }
        let expected = match status {
            200 => answered("5"),
            _ => (4, "486".to_owned()),
        };
        assert_eq!(calls(&net), vec![expected; 3], "{status} after {after} ms");
    }
}

/// What is sent again is no second call: a caller that did not hear the answer, and one whose ACK was lost.
#[test]
fn retransmissions_are_no_second_call() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("1");
    let invite = net.send("uac", "uas", talk.request("INVITE", 1), 0);
    net.reply(&invite, 200, "b", 400);
    net.again(&invite, 500);
    let ack = net.send("uac", "uas", talk.with("b").request("ACK", 1), 600);
    // It was on its way while the ACK was sent.
    net.again(&invite, 620);
    for at in [900, 1900, 3900, 7900, 11_900] {
        net.reply(&invite, 200, "b", at);
        net.again(&ack, at + 10);
    }
    let bye = net.send("uac", "uas", talk.with("b").request("BYE", 2), 20_000);
    for at in [20_500, 21_500, 23_500, 27_500, 31_500] {
        net.again(&bye, at);
    }
    net.reply(&bye, 200, "b", 31_600);
    let told = net.told();
    assert_eq!(told.hops().len(), 3, "{:?}", told.hops());
    assert_eq!(told.calls(), ["1"]);
}

/// One sender, several calls at once.
#[test]
fn dialogs_of_one_sender_at_once_are_a_call_each() {
    for cseq in [1, 7] {
        let mut net = Net::new(&["uac", "uas"]);
        ALONE.put(&mut net);
        let second = Plan {
            tags: ["v", "w"],
            cseq,
            times: (1000, Some(3100)),
            ..ALONE
        };
        second.put(&mut net);
        let third = Plan {
            tags: ["t", "u"],
            cseq,
            times: (4000, Some(14_100)),
            ..ALONE
        };
        third.put(&mut net);
        let expected = [answered("5"), answered("2"), answered("10")];
        assert_eq!(calls(&net), expected, "{cseq}");
    }
}

/// What is legal with one Call-ID and two From tags or dialogs: a subscription whose NOTIFY is in another dialog beside the one of a
/// call, and a REFER.
#[test]
fn what_else_a_sender_does_beside_its_call_stays_with_it() {
    let mut net = Net::new(&["uac", "uas", "third"]);
    let talk = Talk::new("1");
    let invite = net.send("uac", "uas", talk.request("INVITE", 1), 0);
    net.reply(&invite, 200, "b", 100);
    let subscribe = tagged(talk.request("SUBSCRIBE", 2), "s").with("Event: dialog");
    let subscribe = net.send("uac", "uas", subscribe, 1000);
    net.reply(&subscribe, 200, "n", 1050);
    for (from, tag, at) in [("uas", "n", 1100), ("third", "m", 1200)] {
        let notify = tagged(talk.back(tag).request("NOTIFY", 1), "s")
            .with("Event: dialog")
            .with("Subscription-State: active");
        let notify = net.send(from, "uac", notify, at);
        net.reply(&notify, 200, "", at + 50);
    }
    let refer = talk.with("b").request("REFER", 3);
    let refer = net.send(
        "uac",
        "uas",
        refer.with("Refer-To: <sip:zoe@example.com>"),
        2000,
    );
    net.reply(&refer, 202, "b", 2050);
    let notify = talk.back("b").request("NOTIFY", 1).with("Event: refer");
    let notify = net.send(
        "uas",
        "uac",
        notify.with("Subscription-State: active"),
        2100,
    );
    net.reply(&notify, 200, "", 2150);
    assert_eq!(net.told().calls(), ["1"]);
}

fn attempt(net: &mut Net, tag: &str, cseq: u32, status: u16, at: i64) -> Sent {
    let invite = tagged(Talk::new("1").request("INVITE", cseq), tag);
    let invite = net.send("uac", "uas", invite, at);
    net.reply(&invite, status, &format!("t{at}"), at + 100);
    if status >= 300 {
        net.ack(&invite, &format!("t{at}"), at + 110);
    }
    invite
}

/// The script calls again with a tag of its own, though it was refused.
#[test]
fn a_call_that_is_made_again_after_a_refusal_is_another() {
    for status in [403, 404, 480, 486, 487, 600, 603] {
        let mut net = Net::new(&["uac", "uas"]);
        attempt(&mut net, "x", 1, status, 0);
        attempt(&mut net, "y", 1, status, 10_000);
        attempt(&mut net, "z", 1, 200, 20_000);
        assert_eq!(net.told().calls(), ["1", "1", "1"], "{status}");
    }
}

/// RFC 3261 8.1.3.4, 8.1.3.5 and 22.2, RFC 4028 6, RFC 3263 4.3: the answer asks for another try, which some make with another tag.
#[test]
fn a_try_that_the_answer_asked_for_is_the_same_call() {
    for status in [302, 401, 407, 415, 420, 422, 423, 488, 503] {
        for (tags, cseq) in [
            (["x", "x"], 2),
            (["x", "y"], 2),
            (["x", "x"], 1),
            (["x", "y"], 1),
        ] {
            let mut net = Net::new(&["uac", "uas"]);
            attempt(&mut net, tags[0], 1, status, 0);
            attempt(&mut net, tags[1], cseq, 200, 1000);
            assert_eq!(net.told().calls(), ["1"], "{status} {tags:?} {cseq}");
        }
    }
}

/// A phone that counts on goes on after any refusal.
#[test]
fn a_try_with_a_higher_cseq_after_a_refusal_is_the_same_call() {
    let mut net = Net::new(&["uac", "uas"]);
    attempt(&mut net, "x", 1, 486, 0);
    attempt(&mut net, "y", 2, 200, 10_000);
    assert_eq!(net.told().calls(), ["1"]);
}

/// Everything but the branch is as it was: after the answer it is no branch any more, unless it was on its way already.
#[test]
fn a_call_that_is_made_again_with_the_same_tag_is_another() {
    for (status, at, calls) in [
        (200, 10_000, 2),
        (486, 10_000, 2),
        (200, 3000, 1),
        (503, 10_000, 1),
    ] {
        let mut net = Net::new(&["uac", "uas"]);
        attempt(&mut net, "x", 1, status, 0);
        attempt(&mut net, "x", 1, status, at);
        assert_eq!(net.told().trace.calls().len(), calls, "{status} {at}");
    }
    // To another URI it is a branch.
    let mut net = Net::new(&["uac", "uas"]);
    attempt(&mut net, "x", 1, 486, 0);
    let other = tagged(Talk::new("1").request("INVITE", 1), "x");
    let other = other.retargeted("sip:bob@198.51.100.7");
    net.send("uac", "uas", other, 10_000);
    assert_eq!(net.told().calls(), ["1"]);
}

/// An element between them changes the names (RFC 3323): the tags are of one dialog between the same two, or of who began it, where that
/// one is.
#[test]
fn a_dialog_whose_names_change_is_one_call() {
    let hidden = Talk::between("1", "anonymous", "robert");
    for method in ["INVITE", "INFO"] {
        let mut net = Net::new(&["uac", "uas"]);
        let talk = match method {
            "INVITE" => Talk::new("1"),
            _ => Talk::new("1").with("b"),
        };
        net.send("uac", "uas", talk.request(method, 1), 0);
        let bye = net.send("uas", "uac", hidden.back("b").request("BYE", 1), 5000);
        net.reply(&bye, 200, "", 5050);
        assert_eq!(net.told().calls(), ["1"], "{method}");
    }
}

/// Who gets a NOTIFY has subscribed with the tag in To (RFC 6665 4.1.3): branches of one SUBSCRIBE that was not captured.
#[test]
fn notifiers_of_one_subscriber_are_one_call() {
    let mut net = Net::new(&["uac", "n1", "n2"]);
    for (node, name, tag, at) in [("n1", "bob", "b", 0), ("n2", "zoe", "z", 500)] {
        let notify = Talk::between("1", "alice", name).back(tag);
        let notify = notify.request("NOTIFY", 4).with("Event: presence");
        let notify = net.send(node, "uac", notify.with("Subscription-State: active"), at);
        net.reply(&notify, 200, "", at + 50);
    }
    assert_eq!(net.told().calls(), ["1"]);
}
