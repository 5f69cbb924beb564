//! Whole calls through proxies, as RFC 3665 and RFC 3261 24 show them.

use sipscope::trace::Message;

use super::scenario::Net;
use super::sip::Talk;

/// Alice calls Bob over two proxies, sends an INFO, and Bob hangs up.
pub fn through_two_proxies(net: &mut Net, call_id: &str, at: i64) {
    let talk = Talk::new(call_id);
    let there = ["uac", "p1", "p2", "uas"];
    let back = ["uas", "p2", "p1", "uac"];
    let invite = net.journey(talk.request("INVITE", 1), &there, at);
    net.reply(&invite[0], 100, "", at + 5);
    net.reply(&invite[1], 100, "", at + 15);
    net.respond(&invite, 180, "b", at + 100);
    net.respond(&invite, 200, "b", at + 2000);
    let ack = talk.with("b").request("ACK", 1).routed(&["p1", "p2"]);
    net.journey(ack, &there, at + 2100);
    let info = talk.with("b").request("INFO", 2).routed(&["p1", "p2"]);
    let info = net.journey(info, &there, at + 3000);
    net.respond(&info, 200, "b", at + 3100);
    let bye = talk.back("b").request("BYE", 1).routed(&["p2", "p1"]);
    let bye = net.journey(bye, &back, at + 9000);
    net.respond(&bye, 200, "a", at + 9100);
}

#[test]
fn a_call_through_two_record_routing_proxies() {
    let mut net = Net::new(&["uac", "p1", "p2", "uas"]).record_routing(&["p1", "p2"]);
    through_two_proxies(&mut net, "basic", 0);
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>p1: request 100 180 200",
            "2 INVITE p1>p2 via 1: request 100 180 200",
            "3 INVITE p2>uas via 2: request 180 200",
            "4 ACK uac>p1: request",
            "5 ACK p1>p2 via 4: request",
            "6 ACK p2>uas via 5: request",
            "7 INFO uac>p1: request 200",
            "8 INFO p1>p2 via 7: request 200",
            "9 INFO p2>uas via 8: request 200",
            "10 BYE uas>p2: request 200",
            "11 BYE p2>p1 via 10: request 200",
            "12 BYE p1>uac via 11: request 200",
        ]
    );
    assert_eq!(
        told.dialogs(),
        ["basic a/b made by 1: 1 2 3 4 5 6 7 8 9 10 11 12"]
    );
    assert_eq!(told.calls(), ["basic"]);
    assert_eq!(told.messages().len(), 26);
}

/// Without Record-Route the ACK to a 2xx goes straight to the Contact (RFC 3261 13.2.2.4), and so does all that follows.
#[test]
fn an_ack_to_a_2xx_that_bypasses_the_proxy() {
    let mut net = Net::new(&["uac", "p", "uas"]);
    let talk = Talk::new("bypass");
    let invite = net.journey(talk.request("INVITE", 1), &["uac", "p", "uas"], 0);
    net.respond(&invite, 200, "b", 100);
    net.send("uac", "uas", talk.with("b").request("ACK", 1), 200);
    let bye = net.send("uac", "uas", talk.with("b").request("BYE", 2), 900);
    net.reply(&bye, 200, "b", 950);
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>p: request 200",
            "2 INVITE p>uas via 1: request 200",
            "3 ACK uac>uas: request",
            "4 BYE uac>uas: request 200",
        ]
    );
    assert_eq!(told.dialogs(), ["bypass a/b made by 1: 1 2 3 4"]);
}

pub fn cancelled() -> Net {
    cancelled_with("p")
}

/// The proxy answers the CANCEL with this tag.
fn cancelled_with(tag: &str) -> Net {
    let mut net = Net::new(&["uac", "p", "uas"]);
    let talk = Talk::new("cancelled");
    let invite = net.journey(talk.request("INVITE", 1), &["uac", "p", "uas"], 0);
    net.reply(&invite[0], 100, "", 5);
    net.respond(&invite, 180, "b", 100);
    let cancel = net.cancel(&invite[0], 1000);
    net.reply(&cancel, 200, tag, 1005);
    let cancel = net.cancel(&invite[1], 1010);
    net.reply(&cancel, 200, "b", 1020);
    net.reply(&invite[1], 487, "b", 1025);
    net.ack(&invite[1], "b", 1030);
    net.reply(&invite[0], 487, "b", 1035);
    net.ack(&invite[0], "b", 1040);
    net
}

/// CANCEL is hop by hop (RFC 3261 9.1 and 16.10), and so is the ACK to the 487 (17.1.1.3): both have one Via only.
#[test]
fn a_call_that_is_cancelled() {
    let net = cancelled();
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>p: request 100 180 487 ack",
            "2 INVITE p>uas via 1: request 180 487 ack",
            "3 CANCEL uac>p for 1: request 200",
            "4 CANCEL p>uas inferred 3 for 2: request 200",
        ]
    );
    assert_eq!(told.dialogs(), ["cancelled a/b early made by 1: 1 2"]);
    assert_eq!(told.calls(), ["cancelled"]);
}

/// A proxy cancels the branch that did not answer when another did (RFC 3261 16.7 step 10); nobody cancelled upstream.
#[test]
fn a_branch_that_the_proxy_cancels() {
    let mut net = Net::new(&["uac", "p", "u1", "u2"]);
    let talk = Talk::new("branch");
    let above = net.send("uac", "p", talk.request("INVITE", 1), 0);
    let one = net.pass_as(&above, "u1", "sip:bob@u1.example.com", 10);
    let other = net.pass_as(&above, "u2", "sip:bob@u2.example.com", 11);
    net.respond(&[above, one], 200, "b1", 500);
    let cancel = net.cancel(&other, 515);
    net.reply(&cancel, 200, "b2", 520);
    net.reply(&other, 487, "b2", 525);
    net.ack(&other, "b2", 530);
    net.send("uac", "u1", talk.with("b1").request("ACK", 1), 600);
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>p: request 200",
            "2 INVITE p>u1 via 1: request 200",
            "3 INVITE p>u2 via 1: request 487 ack",
            "4 CANCEL p>u2 for 3: request 200",
            "5 ACK uac>u1: request",
        ]
    );
    assert_eq!(told.dialogs(), ["branch a/b1 made by 1: 1 2 5"]);
}

/// Ends of connections have ports that nobody listens on; what answers comes back on the same connection (RFC 3261 18.2.2).
#[test]
fn a_call_over_tcp_with_ephemeral_ports() {
    let mut net = Net::new(&["p", "uas"])
        .node("uac:40000", "192.0.2.9:40000")
        .node("p:50000", "192.0.2.1:50000");
    net.connect("uac:40000", "p", -20);
    net.connect("p:50000", "uas", -10);
    let talk = Talk::new("stream");
    let via = |node: &str, branch: &str| format!("SIP/2.0/TCP {node}.example.com;branch={branch}");
    let there = |net: &mut Net, method: &str, cseq: u32, tag: &str, at: i64| {
        let request = talk.with(tag).request(method, cseq);
        let branch = net.branch();
        let first = net.raw("uac:40000", "p", request.via(&via("uac", &branch)), at);
        let (branch, passed) = (net.branch(), net.passed(&first));
        let second = net.raw("p:50000", "uas", passed.via(&via("p", &branch)), at + 10);
        [first, second]
    };
    let invite = there(&mut net, "INVITE", 1, "", 0);
    net.respond(&invite, 180, "b", 100);
    net.respond(&invite, 200, "b", 500);
    there(&mut net, "ACK", 1, "b", 600);
    let bye = there(&mut net, "BYE", 2, "b", 5000);
    net.respond(&bye, 200, "b", 5100);
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac:40000>p: request 180 200",
            "2 INVITE p:50000>uas via 1: request 180 200",
            "3 ACK uac:40000>p: request",
            "4 ACK p:50000>uas via 3: request",
            "5 BYE uac:40000>p: request 200",
            "6 BYE p:50000>uas via 5: request 200",
        ]
    );
    assert_eq!(told.dialogs(), ["stream a/b made by 1: 1 2 3 4 5 6"]);
}

/// What nodes passed on: the hop that goes on, and the messages.
fn relays(net: &Net) -> Vec<String> {
    let told = net.told();
    let number = |message: Message<'_>| message.id().number();
    let on_journeys = told.trace.hops().filter(|hop| hop.parent().is_some());
    let all = on_journeys.flat_map(|hop| hop.relays());
    let all = all.map(|relay| {
        let (before, after) = (number(relay.before), number(relay.after));
        format!("{}: {before} {after}", relay.lower_hop().id().number())
    });
    let all: Vec<_> = all.collect();
    // Each message tells the same.
    let of_messages = told.trace.messages().flat_map(|message| message.relays());
    assert_eq!(of_messages.count(), 2 * all.len());
    all
}

/// What made what be sent, in all calls.
fn made_be_sent(net: &Net) -> Vec<(usize, usize)> {
    let told = net.told();
    let all = told.trace.calls().flat_map(|call| call.made_be_sent());
    let numbers = all.map(|(one, other)| (one.id().number(), other.id().number()));
    numbers.collect()
}

/// Each node answers CANCEL itself, whatever comes back from below (RFC 3261 9.2, 16.10); the tag may be that of the INVITE.
#[test]
fn the_answer_to_a_cancel_is_not_passed_on() {
    let net = cancelled_with("b");
    assert_eq!(relays(&net), ["2: 1 3", "2: 4 5", "2: 10 12", "4: 6 8"]);
    let invite = [(1, 2), (12, 13), (3, 4), (10, 11), (1, 3), (10, 12)];
    let cancel = [(6, 7), (8, 9), (6, 8)];
    assert_eq!(made_be_sent(&net), [&invite[..], &cancel].concat());
}

/// A session through a back-to-back user agent that keeps the Call-ID, and a BYE that it answers at this time; the callee answers
/// it at 2050.
fn ended_by_a_b2bua(answered: i64) -> Net {
    let mut net = Net::new(&["uac", "b2bua", "uas"]);
    let talk = Talk::new("own");
    for (request, answered) in [
        (talk.request("INVITE", 1), 60),
        (talk.with("b").request("BYE", 2), answered),
    ] {
        let at = if request.method() == "BYE" { 2000 } else { 0 };
        let first = net.send("uac", "b2bua", request.clone(), at);
        let second = net.send("b2bua", "uas", request, at + 10);
        net.reply(&second, 200, "b", at + 50);
        net.reply(&first, 200, "b", answered);
    }
    net.packets.sort_by_key(|packet| packet.at);
    net
}

/// What left before the other answer came is an answer of the node itself; one with the tag that the callee gave is not.
#[test]
fn an_answer_before_that_from_below_is_not_passed_on() {
    let first = ["2: 1 2", "2: 3 4"];
    let (own, through) = (ended_by_a_b2bua(2005), ended_by_a_b2bua(2060));
    assert_eq!(relays(&own), [first[0], first[1], "4: 5 7"]);
    assert_eq!(relays(&through), [first[0], first[1], "4: 5 6", "4: 7 8"]);
    let invite = [(1, 4), (2, 3), (1, 2), (3, 4)];
    assert_eq!(
        made_be_sent(&own),
        [&invite[..], &[(5, 6), (7, 8), (5, 7)]].concat()
    );
    // By which of two clocks it came before would not show.
    assert_eq!(
        made_be_sent(&through),
        [&invite[..], &[(5, 8), (6, 7), (5, 6)]].concat()
    );
}
