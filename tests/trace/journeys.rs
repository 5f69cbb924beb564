//! Which hop follows which: where the Via list tells, and where something took that away.

use sipscope::trace::{Hints, read_node_file};

use super::dialogs::{notify, subscribe};
use super::scenario::{Net, Sent};
use super::sip::Talk;

pub fn spiral() -> Net {
    let mut net = Net::new(&["uac", "p", "as", "uas"]);
    let talk = Talk::new("spiral");
    let first = net.send("uac", "p", talk.request("INVITE", 1), 0);
    let second = net.pass(&first, "as", 10);
    let third = net.pass_as(&second, "p", "sip:bob@home.example.com", 20);
    let fourth = net.pass_as(&third, "uas", "sip:bob@uas.example.com", 30);
    let all = [first, second, third, fourth];
    net.respond(&all, 180, "b", 100);
    net.respond(&all, 200, "b", 500);
    net
}

/// A request that comes back to a proxy with another Request-URI is a spiral, and legal (RFC 3261 6).
#[test]
fn a_spiral() {
    let net = spiral();
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>p: request 180 200",
            "2 INVITE p>as via 1: request 180 200",
            "3 INVITE as>p via 2: request 180 200",
            "4 INVITE p>uas via 3: request 180 200",
        ]
    );
    assert_eq!(told.dialogs(), ["spiral a/b made by 1: 1 2 3 4"]);
}

/// The same within one box: it sends to itself.
#[test]
fn a_spiral_of_a_node_with_itself() {
    let mut net = Net::new(&["uac", "p", "uas"]);
    let talk = Talk::new("self");
    let first = net.send("uac", "p", talk.request("INVITE", 1), 0);
    let second = net.pass_as(&first, "p", "sip:bob@home.example.com", 10);
    let third = net.pass_as(&second, "uas", "sip:bob@uas.example.com", 20);
    net.respond(&[first, second, third], 200, "b", 100);
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>p: request 200",
            "2 INVITE p>p via 1: request 200",
            "3 INVITE p>uas via 2: request 200",
        ]
    );
}

/// The proxy finds its own Via on what comes back unchanged (RFC 3261 16.3 step 4).
#[test]
fn a_loop_that_is_found() {
    let mut net = Net::new(&["uac", "p1", "p2"]);
    let invite = Talk::new("loop").request("INVITE", 1);
    let hops = net.journey(invite, &["uac", "p1", "p2", "p1"], 0);
    for (step, hop) in (0..).zip(hops.iter().rev()) {
        net.reply(hop, 482, "p", 100 + step * 10);
        net.ack(hop, "p", 105 + step * 10);
    }
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>p1: request 482 ack",
            "2 INVITE p1>p2 via 1: request 482 ack",
            "3 INVITE p2>p1 via 2: request 482 ack",
        ]
    );
    assert!(told.dialogs().is_empty());
}

/// Proxies that do not look for loops are stopped by Max-Forwards (RFC 3261 16.3 step 3).
#[test]
fn a_loop_until_max_forwards_is_used_up() {
    let mut net = Net::new(&["uac", "p1", "p2"]);
    let mut invite = Talk::new("hops").request("INVITE", 1);
    invite.max_forwards = Some(5);
    let round = ["uac", "p1", "p2", "p1", "p2", "p1", "p2"];
    let hops = net.journey(invite, &round, 0);
    assert_eq!(hops.last().unwrap().message.max_forwards, Some(0));
    for (step, hop) in (0..).zip(hops.iter().rev()) {
        net.reply(hop, 483, "p", 100 + step * 10);
        net.ack(hop, "p", 105 + step * 10);
    }
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>p1: request 483 ack",
            "2 INVITE p1>p2 via 1: request 483 ack",
            "3 INVITE p2>p1 via 2: request 483 ack",
            "4 INVITE p1>p2 via 3: request 483 ack",
            "5 INVITE p2>p1 via 4: request 483 ack",
            "6 INVITE p1>p2 via 5: request 483 ack",
        ]
    );
}

pub fn hidden() -> Net {
    let mut net = Net::new(&["uac", "scscf", "pcscf", "ue"]);
    let talk = Talk::new("hidden");
    let above = net.journey(talk.request("INVITE", 1), &["uac", "scscf", "pcscf"], 0);
    let mut bare = net.passed(&above[1]);
    bare.vias.clear();
    let last = net.send("pcscf", "ue", bare, 20);
    net.reply(&last, 180, "b", 100);
    net.respond(&above, 180, "b", 110);
    net.reply(&last, 200, "b", 500);
    net.respond(&above, 200, "b", 510);
    net
}

/// Towards the UE a P-CSCF may keep the Via values to itself (TS 24.229 5.2.6.4.4).
#[test]
fn a_p_cscf_that_hides_the_via_list_from_the_ue() {
    let net = hidden();
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>scscf: request 180 200",
            "2 INVITE scscf>pcscf via 1: request 180 200",
            "3 INVITE pcscf>ue inferred 2: request 180 200",
        ]
    );
    assert_eq!(told.dialogs(), ["hidden a/b made by 1: 1 2 3"]);
}

/// The same with a fork before it: each branch goes on at the node where it arrived.
#[test]
fn hidden_via_lists_behind_a_fork() {
    let mut net = Net::new(&["uac", "scscf", "p1", "p2", "ue1", "ue2"]);
    let talk = Talk::new("hidden");
    let above = net.send("uac", "scscf", talk.request("INVITE", 1), 0);
    for (number, at) in [("1", 10), ("2", 20)] {
        let proxy = format!("p{number}");
        let branch = net.pass(&above, &proxy, at);
        let mut bare = net.passed(&branch);
        bare.vias.clear();
        net.send(&proxy, &format!("ue{number}"), bare, at + 15);
    }
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>scscf: request",
            "2 INVITE scscf>p1 via 1: request",
            "3 INVITE scscf>p2 via 1: request",
            "4 INVITE p1>ue1 inferred 2: request",
            "5 INVITE p2>ue2 inferred 3: request",
        ]
    );
}

/// Two requests that have nothing to do with each other but Call-ID and From tag are no journey, though one follows the
/// other at the node: each has a CSeq of its own (RFC 3261 8.1.1.5).
#[test]
fn nothing_is_inferred_over_another_cseq() {
    let mut net = Net::new(&["ue", "p", "q"]);
    let talk = Talk::new("apart");
    net.send("ue", "p", talk.request("OPTIONS", 1), 0);
    net.send("p", "q", talk.request("OPTIONS", 2), 10);
    let told = net.told();
    assert_eq!(
        told.hops(),
        ["1 OPTIONS ue>p: request", "2 OPTIONS p>q: request"]
    );
}

pub fn behind_nat() -> Net {
    let mut net = Net::new(&["p", "registrar"])
        .node("ue", "10.0.0.5:5060")
        .node("nat", "203.0.113.1:40001");
    let talk = Talk::between("behind", "alice", "alice");
    let inside = net.send("ue", "p", talk.request("REGISTER", 1), 0);
    let outside = net.raw("nat", "p", inside.message, 1);
    let last = net.pass(&outside, "registrar", 10);
    net.respond(&[outside, last], 200, "r", 100);
    let mut answer = net.packets.last().unwrap().later(1_000_000);
    answer.destination = net.address("ue");
    net.packets.push(answer);
    net
}

/// Address translation changes nothing but the address; `received` tells the next node (RFC 3581).
#[test]
fn a_nat_between_two_hops() {
    let net = behind_nat();
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 REGISTER ue>p: request 200",
            "2 REGISTER nat>p unchanged 1: request 200",
            "3 REGISTER p>registrar via 2: request 200",
        ]
    );
}

/// A load balancer that passes on without a Via: it is reached under one address and sends from it.
#[test]
fn a_load_balancer_that_adds_nothing() {
    let mut net = Net::new(&["uac", "lb", "server"]);
    let first = net.send("uac", "lb", Talk::new("balanced").request("OPTIONS", 1), 0);
    let second = net.raw("lb", "server", first.message.clone(), 1);
    net.reply(&second, 200, "b", 100);
    net.reply(&first, 200, "b", 101);
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 OPTIONS uac>lb: request 200",
            "2 OPTIONS lb>server unchanged 1: request 200",
        ]
    );
}

/// A translation that changes both addresses: what goes in at `inside` comes out between two others.
fn translated(inside_at: i64, outside_at: i64) -> Net {
    let mut net = Net::new(&["inside", "outside"])
        .node("ue", "10.1.1.1:5060")
        .node("service", "10.1.1.99:5060");
    let invite = Talk::new("both").request("INVITE", 1);
    let invite = invite.via("SIP/2.0/UDP 10.1.1.1:5060;branch=z9hG4bK-both");
    let one = net.raw("ue", "service", invite.clone(), inside_at);
    let other = net.raw("inside", "outside", invite, outside_at);
    net.reply(&other, 486, "b", 100);
    net.reply(&one, 486, "b", 101);
    net
}

/// RFC 2663 4.3 (twice NAT): nothing but the addresses is another, and the sent-by says which side is that of the client, whatever
/// the capture has first.
#[test]
fn a_translation_of_both_addresses() {
    let expected = [
        "1 INVITE ue>service: request 486",
        "2 INVITE inside>outside unchanged 1: request 486",
    ];
    assert_eq!(translated(0, 1).told().hops(), expected);
    assert_eq!(translated(1, 0).told().hops(), expected);
}

/// What a proxy sent is no fork because it comes out between other addresses, too.
#[test]
fn a_translation_of_both_addresses_behind_a_proxy() {
    let mut net = Net::new(&["uac", "p", "service", "inside", "outside"]);
    let first = net.send("uac", "p", Talk::new("behind").request("INVITE", 1), 0);
    let sent = net.pass(&first, "service", 10);
    let out = net.raw("inside", "outside", sent.message.clone(), 11);
    net.reply(&out, 486, "b", 100);
    net.respond(&[first, sent], 486, "b", 101);
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>p: request 486",
            "2 INVITE p>service via 1: request 486",
            "3 INVITE inside>outside unchanged 2: request 486",
        ]
    );
}

/// A generator that repeats equal bytes: later, or to more than one server.
#[test]
fn equal_bytes_that_are_no_translation() {
    let late = translated(0, 2000).told().hops().join("\n");
    assert!(!late.contains("unchanged"), "{late}");
    let mut net = Net::new(&["c1", "c2", "c3", "s1", "s2", "s3"]);
    let invite = Talk::new("load").request("INVITE", 1);
    let invite = invite.via("SIP/2.0/UDP host.example.com;branch=z9hG4bK-load");
    for (from, to) in [("c1", "s1"), ("c2", "s2"), ("c3", "s3")] {
        net.raw(from, to, invite.clone(), 0);
    }
    let several = net.told().hops().join("\n");
    assert!(!several.contains("unchanged"), "{several}");
}

/// The second hop was stamped by a clock that is behind: the Via list needs none, and nothing stands before what caused it.
#[test]
fn a_hop_with_a_time_before_the_one_that_it_continues() {
    let mut net = Net::new(&["uac", "p", "uas"]);
    let invite = net.journey(
        Talk::new("early").request("INVITE", 1),
        &["uac", "p", "uas"],
        0,
    );
    net.respond(&invite, 200, "b", 100);
    let (p, uas) = (net.address("p"), net.address("uas"));
    for packet in &mut net.packets {
        if packet.is_between(p, uas) {
            *packet = packet.later(-5_000_000_000);
        }
    }
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE uac>p: request 200",
            "2 INVITE p>uas via 1: request 200",
        ]
    );
    let messages = told.messages();
    assert_eq!(messages[0], "INVITE uac>p");
    let place = |message: &str| messages.iter().position(|known| known == message);
    assert!(place("INVITE p>uas") < place("200 uas>p"));
}

/// A wide fork: whatever its width, each branch goes on where it arrived.
#[test]
fn hidden_via_lists_behind_a_fork_to_forty() {
    let names: Vec<_> = (0..40).map(|number| format!("p{number}")).collect();
    let mut net = Net::new(&["uac", "scscf", "ue"]);
    for (number, name) in names.iter().enumerate() {
        net = net.node(name, &format!("198.51.100.{}:5060", number + 1));
    }
    let above = net.send("uac", "scscf", Talk::new("wide").request("INVITE", 1), 0);
    let branches: Vec<_> = names
        .iter()
        .map(|name| net.pass(&above, name, 10))
        .collect();
    for branch in &branches {
        let mut bare = net.passed(branch);
        bare.vias.clear();
        net.send(&branch.to, "ue", bare, 20);
    }
    let told = net.told();
    let expected = (0..40).map(|number| {
        let (own, above) = (number + 42, number + 2);
        format!("{own} INVITE p{number}>ue inferred {above}: request")
    });
    assert_eq!(told.hops()[41..], expected.collect::<Vec<_>>());
}

/// RFC 3261 8.2.6.2: an answer has the Via list of its request, and so says where that stands although nobody saw it.
#[test]
fn a_hop_of_which_only_answers_were_seen_stands_where_its_via_says() {
    let nodes = ["uac", "p1", "p2", "uas"];
    let told_without = |missing: usize| {
        let mut net = Net::new(&nodes);
        let invite = net.journey(Talk::new("half").request("INVITE", 1), &nodes, 0);
        net.respond(&invite, 200, "b", 500);
        net.packets.remove(missing);
        let told = net.told();
        let outcomes = told.trace.calls().map(|call| call.outcome().to_string());
        (told.hops(), outcomes.collect::<Vec<_>>())
    };
    let (hops, outcomes) = told_without(0);
    assert_eq!(
        hops,
        [
            "1 INVITE p1>p2 via 3: request 200",
            "2 INVITE p2>uas via 1: request 200",
            "3 INVITE uac>p1: 200-stray",
        ]
    );
    assert_eq!(outcomes, ["answered, no BYE"]);
    let (hops, outcomes) = told_without(1);
    assert_eq!(
        hops,
        [
            "1 INVITE uac>p1: request 200",
            "2 INVITE p2>uas via 3: request 200",
            "3 INVITE p1>p2 via 1: 200-stray",
        ]
    );
    assert_eq!(outcomes, ["answered, no BYE"]);
    let (hops, outcomes) = told_without(2);
    assert_eq!(
        hops,
        [
            "1 INVITE uac>p1: request 200",
            "2 INVITE p1>p2 via 1: request 200",
            "3 INVITE p2>uas via 2: 200-stray",
        ]
    );
    assert_eq!(outcomes, ["answered, no BYE"]);
}

/// A P-CSCF with one address toward terminals and another toward the core.
fn with_two_addresses() -> Net {
    Net::new(&["ue1", "p", "s", "ue2"]).node("core", "10.0.0.1:5060")
}

/// It passes on what came from the core without the Via values (TS 24.229 5.2.6.4.4).
fn hidden_at(net: &mut Net, above: &Sent, next: [&str; 2], at: i64) -> Sent {
    let mut bare = net.passed(above);
    bare.vias.clear();
    net.send(next[0], next[1], bare, at)
}

pub fn two_addresses() -> Net {
    let mut net = with_two_addresses();
    let talk = Talk::new("faces");
    for (method, at) in [("INVITE", 0), ("ACK", 1000)] {
        let request = match method {
            "INVITE" => talk.request(method, 1),
            _ => talk.with("b").request(method, 1),
        };
        let first = net.send("ue1", "p", request.routed(&["p", "s"]), at);
        let passed = net.passed(&first);
        let second = net.send("core", "s", passed, at + 10);
        let third = net.pass_as(&second, "core", "sip:bob@ue2.example.com", at + 20);
        let last = hidden_at(&mut net, &third, ["p", "ue2"], at + 30);
        if method == "INVITE" {
            net.reply(&last, 200, "b", 500);
            net.respond(&[first, second, third], 200, "b", 510);
        }
    }
    net
}

/// What came to the one address of a node leaves it at the other: the hops before show that both are one.
#[test]
fn a_p_cscf_with_two_addresses_that_hides_the_via_list() {
    let told = two_addresses();
    let told = told.told();
    assert_eq!(
        told.hops(),
        [
            "1 INVITE ue1>p: request 200",
            "2 INVITE core>s via 1: request 200",
            "3 INVITE s>core via 2: request 200",
            "4 INVITE p>ue2 inferred 3: request 200",
            "5 ACK ue1>p: request",
            "6 ACK core>s via 5: request",
            "7 ACK s>core via 6: request",
            "8 ACK p>ue2 inferred 7: request",
        ]
    );
    assert_eq!(told.dialogs(), ["faces a/b made by 1: 1 2 3 4 5 6 7 8"]);
}

/// That both addresses are one node may show on another request only.
#[test]
fn a_notify_through_a_node_with_two_addresses() {
    let mut net = with_two_addresses();
    let talk = Talk::new("sub");
    let first = net.send("ue1", "p", subscribe(&talk, 1), 0);
    let passed = net.passed(&first);
    let second = net.send("core", "s", passed, 10);
    net.respond(&[first, second], 200, "s", 20);
    let above = net.send("s", "core", notify(&talk, "s", 1, "active"), 100);
    let last = hidden_at(&mut net, &above, ["p", "ue1"], 110);
    net.reply(&last, 200, "", 120);
    net.reply(&above, 200, "", 130);
    let told = net.told();
    assert_eq!(
        told.hops()[2..],
        [
            "3 NOTIFY s>core: request 200",
            "4 NOTIFY p>ue1 inferred 3: request 200",
        ]
    );
    let outcomes = told.trace.calls().map(|call| call.outcome().to_string());
    assert_eq!(outcomes.collect::<Vec<_>>(), ["active, 1 NOTIFY"]);
}

/// A request through a node that takes away the Via value and records these routes.
fn recorded(routes: [&str; 2]) -> Net {
    let mut net = Net::new(&["uac", "p", "uas"]).node("out", "172.16.0.1:5060");
    let first = net.send("uac", "p", Talk::new("twice").request("INVITE", 1), 0);
    let mut bare = net.passed(&first);
    bare.vias.clear();
    bare.record_routes = routes.map(str::to_owned).to_vec();
    let last = net.send("out", "uas", bare, 10);
    net.reply(&last, 200, "b", 100);
    net.reply(&first, 200, "b", 110);
    net
}

/// A node between two networks that records its route twice says by which two addresses it is known (RFC 5658 3), if it says
/// that both are its own; two values alone may be of two nodes, and who passes them on is neither.
#[test]
fn a_route_recorded_twice_names_both_addresses_of_a_node() {
    let (one, other) = ("<sip:172.16.0.1;lr;r2=on>", "<sip:192.0.2.2;lr;r2=on>");
    let hops = |routes| recorded(routes).told().hops();
    let first = "1 INVITE uac>p: request 200";
    let inferred = "2 INVITE out>uas inferred 1: request 200";
    let unknown = "2 INVITE out>uas: request 200";
    assert_eq!(hops([one, other]), [first, inferred]);
    let nodes: Vec<_> = recorded([one, other])
        .told()
        .trace
        .nodes()
        .map(|node| node.addresses().len())
        .collect();
    assert_eq!(nodes, [1, 2, 1]);
    let named = "<sip:out.example.com;lr;r2=on>";
    assert_eq!(hops([named, other]), [first, inferred]);
    let without = "<sip:192.0.2.2;lr>";
    assert_eq!(hops([one, without]), [first, unknown]);
    assert_eq!(hops([other, one]), [first, unknown]);
}

/// What evidence does not show the user may say.
#[test]
fn a_node_file_that_names_both_addresses() {
    let net = recorded(["<sip:172.16.0.1;lr>", "<sip:192.0.2.2;lr>"]);
    let file = "[[node]]\naddresses = [\"192.0.2.2\", \"172.16.0.1\"]\n";
    let hints = Hints {
        nodes: read_node_file(file).unwrap(),
        ..Hints::default()
    };
    let told = net.told_with(std::slice::from_ref(&net.packets), 1, &hints);
    assert_eq!(told.hops()[1], "2 INVITE out>uas inferred 1: request 200");
}

/// Two nodes have one private address, each in a VLAN of its own, and both pass the same request on.
#[test]
fn a_private_address_of_two_nodes_with_two_addresses() {
    let mut net = Net::new(&["uac", "one", "other", "uas"]).node("within", "10.0.0.1:5060");
    let mut vlan = |from: &str, way: [&str; 2], tag: u16, call_id: &str, at: i64| {
        let talk = Talk::new(call_id);
        let first = net.send("uac", from, talk.request("OPTIONS", 1), at);
        let via = format!("SIP/2.0/UDP {from}.example.com;branch={}", net.branch());
        let passed = net.passed(&first).via(&via);
        net.raw("within", "uas", passed, at + 10);
        let back = talk.back("b").request("MESSAGE", 1);
        let above = net.send("uas", "within", back, at + 20);
        let mut bare = net.passed(&above);
        bare.vias.clear();
        net.send(way[0], way[1], bare, at + 30);
        for packet in net.packets.iter_mut().rev().take(4) {
            packet.vlan = Some(tag);
        }
    };
    vlan("one", ["one", "uac"], 1, "a", 0);
    vlan("other", ["other", "uac"], 2, "b", 1000);
    // This one goes in at one node and comes out of the other.
    vlan("one", ["other", "uac"], 1, "c", 2000);
    let told = net.told();
    let hops: Vec<_> = told
        .hops()
        .into_iter()
        .filter(|hop| hop.contains("MESSAGE"))
        .collect();
    assert_eq!(
        hops,
        [
            "3 MESSAGE uas>within: request",
            "4 MESSAGE one>uac inferred 3: request",
            "7 MESSAGE uas>within: request",
            "8 MESSAGE other>uac inferred 7: request",
            "11 MESSAGE uas>within: request",
            "12 MESSAGE other>uac: request",
        ]
    );
}
