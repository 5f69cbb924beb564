//! Legs of one call that have their own Call-IDs: joined where something says so, and only there.

use super::scenario::{MS, Net};
use super::sip::{Sip, Talk};

/// Two back-to-back user agents between Alice and Bob: three Call-IDs. `mark` puts in what the leg with this number carries.
fn three_legs(mark: impl Fn(usize, Sip) -> Sip) -> Net {
    let nodes = ["uac", "b1", "b2", "uas"];
    let mut net = Net::new(&nodes);
    let mut invites = Vec::new();
    for number in 1..4 {
        let (from, to) = (nodes[number - 1], nodes[number]);
        let talk = Talk::new(&format!("leg-{number}"));
        let at = number as i64 * 20;
        let invite = mark(number, talk.request("INVITE", 1));
        invites.push((talk, net.send(from, to, invite, at)));
    }
    for (at, (talk, invite)) in (1000..).step_by(20).zip(invites.iter().rev()) {
        net.reply(invite, 200, "b", at);
        let ack = talk.with("b").request("ACK", 1);
        net.send(&invite.from, &invite.to, ack, at + 10);
    }
    net
}

fn assert_one_call(net: &Net, reason: &str) {
    let expected = format!("leg-1 leg-2 leg-3 ({reason}, {reason})");
    assert_eq!(net.told().calls(), [expected]);
    let hops = net.told().hops();
    assert_eq!(
        hops,
        [
            "1 INVITE uac>b1: request 200",
            "2 ACK uac>b1: request",
            "3 INVITE b1>b2: request 200",
            "4 ACK b1>b2: request",
            "5 INVITE b2>uas: request 200",
            "6 ACK b2>uas: request",
        ],
        "legs are no journey"
    );
}

/// RFC 7315 5.6.
#[test]
fn three_legs_with_one_icid_value() {
    assert_one_call(&charged_legs(), "icid-value");
}

pub fn charged_legs() -> Net {
    let vector = "P-Charging-Vector: icid-value=\"1234bc9876e\";icid-generated-at=192.0.2.1";
    three_legs(|_, invite| invite.with(vector))
}

/// RFC 7989 5: the UUID of the caller goes from end to end.
#[test]
fn three_legs_with_one_session_id() {
    let (local, nil) = ("ab30317f1a784dc48ff824d0d3715d86", "0".repeat(32));
    let field = format!("Session-ID: {local};remote={nil}");
    let net = three_legs(|_, invite| invite.with(&field));
    assert_one_call(&net, "Session-ID");
}

/// Each leg names the one before it.
#[test]
fn three_legs_that_name_each_other_in_x_call_id() {
    let net = three_legs(|number, invite| match number {
        1 => invite,
        _ => invite.with(&format!("X-Call-ID: leg-{}", number - 1)),
    });
    assert_one_call(&net, "Call-ID in a header");
}

/// RFC 8866 5.2: the origin is unique for the session, and these pass it on as it is.
#[test]
fn three_legs_with_one_sdp_origin() {
    let origin = "alice 2890844526 2890844526 IN IP4 192.0.2.1";
    let net = three_legs(|_, invite| invite.offering(origin));
    assert_one_call(&net, "SDP origin");
}

#[test]
fn three_legs_with_nothing_in_common() {
    let net = three_legs(|_, invite| invite);
    assert_eq!(net.told().calls(), ["leg-1", "leg-2", "leg-3"]);
    let net = three_legs(|number, invite| {
        let vector = format!("P-Charging-Vector: icid-value={number}");
        let session = format!("Session-ID: {number:032};remote={}", "0".repeat(32));
        let origin = format!("- {number} {number} IN IP4 192.0.2.{number}");
        invite.with(&vector).with(&session).offering(&origin)
    });
    assert_eq!(net.told().calls(), ["leg-1", "leg-2", "leg-3"]);
}

/// A Session-ID of zeros stands for one that is not known (RFC 7989 5).
#[test]
fn three_legs_with_the_nil_session_id() {
    let nil = "0".repeat(32);
    let net = three_legs(|_, invite| invite.with(&format!("Session-ID: {nil}")));
    assert_eq!(net.told().calls(), ["leg-1", "leg-2", "leg-3"]);
}

/// RFC 3891: the new call takes the place of the one that it names.
#[test]
fn a_call_that_replaces_another() {
    let mut net = Net::new(&["uac", "uas", "other"]);
    let talk = Talk::new("first");
    let invite = net.send("uac", "uas", talk.request("INVITE", 1), 0);
    net.reply(&invite, 200, "b", 100);
    net.send("uac", "uas", talk.with("b").request("ACK", 1), 200);
    let talk = Talk::between("second", "carol", "bob");
    let invite = talk
        .request("INVITE", 1)
        .with("Replaces: first;to-tag=b;from-tag=a");
    let invite = net.send("other", "uas", invite, 5000);
    net.reply(&invite, 200, "b2", 5100);
    assert_eq!(net.told().calls(), ["first second (dialog reference)"]);
}

/// What generates load sends the same session description in every call.
const LOAD: &str = "user1 53655765 2353687637 IN IP4 192.0.2.1";

/// One call of a load generator; the side that hangs up sends the BYE.
fn load(net: &mut Net, nodes: &[&str], number: i64, hangs_up: &str) {
    let at = number * 700;
    let talk = Talk::new(&format!("{number}-load"));
    let offer = talk.request("INVITE", 1).offering(LOAD);
    let invite = net.journey(offer, nodes, at);
    net.respond(&invite, 200, "b", at + 100);
    net.journey(talk.with("b").request("ACK", 1), nodes, at + 200);
    if hangs_up == nodes[0] {
        let bye = net.journey(talk.with("b").request("BYE", 2), nodes, at + 500);
        net.respond(&bye, 200, "b", at + 550);
    } else {
        let nodes: Vec<_> = nodes.iter().rev().copied().collect();
        let bye = net.journey(talk.back("b").request("BYE", 1), &nodes, at + 500);
        net.respond(&bye, 200, "a", at + 550);
    }
}

fn assert_apart(net: &Net, calls: i64) {
    let expected: Vec<_> = (0..calls).map(|number| format!("{number}-load")).collect();
    assert_eq!(net.told().calls(), expected);
}

#[test]
fn calls_of_a_load_generator_are_not_one() {
    let mut net = Net::new(&["uac", "p", "uas"]);
    (0..20).for_each(|number| load(&mut net, &["uac", "p", "uas"], number, "uac"));
    assert_apart(&net, 20);
}

/// The BYE arrives where the next call begins: at the generator. That makes it no cause of the next call.
#[test]
fn calls_of_a_load_generator_that_the_other_side_ends() {
    let mut net = Net::new(&["uac", "uas"]);
    (0..20).for_each(|number| load(&mut net, &["uac", "uas"], number, "uas"));
    assert_apart(&net, 20);
}

/// All on one machine: an address alone does not tell its elements apart.
#[test]
fn calls_of_a_load_generator_on_a_loopback_interface() {
    let mut net = Net::new(&[])
        .node("uac", "127.0.0.1:5061")
        .node("p", "127.0.0.1:5060")
        .node("uas", "127.0.0.1:5062");
    (0..20).for_each(|number| load(&mut net, &["uac", "p", "uas"], number, "uac"));
    assert_apart(&net, 20);
}

/// Both sides generate calls to each other: what arrives is no cause of what leaves, each has its own origin.
#[test]
fn calls_in_both_directions_with_their_own_origins() {
    let mut net = Net::new(&["one", "other"]);
    for number in 0..10 {
        let (from, to) = if number % 2 == 0 {
            ("one", "other")
        } else {
            ("other", "one")
        };
        let talk = Talk::new(&format!("{number}-load"));
        let origin = format!("{from} 1 1 IN IP4 192.0.2.1");
        let invite = net.send(
            from,
            to,
            talk.request("INVITE", 1).offering(&origin),
            number * 100,
        );
        net.reply(&invite, 200, "b", number * 100 + 50);
    }
    assert_apart(&net, 10);
}

/// Calls of a load generator over a back-to-back user agent: each leg belongs to the one that caused it, and to no other.
#[test]
fn legs_of_a_load_generator_over_a_back_to_back_user_agent() {
    let mut net = Net::new(&["uac", "b2b", "uas"]);
    let mut expected = Vec::new();
    for number in 0..10 {
        let at = number * 300;
        let (near, far) = (format!("{number}-in"), format!("{number}-out"));
        let leg = |id: &str| Talk::new(id).request("INVITE", 1).offering(LOAD);
        let first = net.send("uac", "b2b", leg(&near), at);
        let second = net.send("b2b", "uas", leg(&far), at + 10);
        net.reply(&second, 200, "b", at + 100);
        net.reply(&first, 200, "b", at + 110);
        expected.push(format!("{near} {far} (SDP origin)"));
    }
    assert_eq!(net.told().calls(), expected);
}

/// RFC 7315 5.6: an icid-value is unique together with where it was generated; not every node says where.
#[test]
fn one_icid_value_that_two_nodes_gave() {
    let told = |places: [&str; 3]| {
        let net = three_legs(|number, invite| {
            let place = match places[number - 1] {
                "" => String::new(),
                place => format!(";icid-generated-at={place}"),
            };
            invite.with(&format!("P-Charging-Vector: icid-value=7{place}"))
        });
        net.told().calls()
    };
    let (one, other) = ("a.example.com", "b.example.com");
    assert_eq!(
        told([one, other, one]),
        ["leg-1 leg-3 (icid-value)", "leg-2"]
    );
    let all = ["leg-1 leg-2 leg-3 (icid-value, icid-value)"];
    assert_eq!(told([one, "", "A.example.com"]), all);
    assert_eq!(told(["", "", ""]), all);
    // Which of the two the one in the middle belongs to, nothing says.
    assert_eq!(told([one, "", other]), ["leg-1", "leg-2", "leg-3"]);
}

/// Two back-to-back user agents between Alice and Bob, each with another address on each side.
#[test]
fn three_legs_over_nodes_with_an_address_on_each_side() {
    let mut net = Net::new(&["uac", "b1", "b2", "uas"])
        .node("b1 out", "198.51.100.1:5060")
        .node("b2 out", "198.51.100.2:5060");
    let links = [("uac", "b1"), ("b1 out", "b2"), ("b2 out", "uas")];
    let vector = "P-Charging-Vector: icid-value=1;icid-generated-at=192.0.2.1";
    let mut invites = Vec::new();
    for (number, (from, to)) in (1..).zip(links) {
        let invite = Talk::new(&format!("leg-{number}"))
            .request("INVITE", 1)
            .with(vector);
        invites.push(net.send(from, to, invite, number * 20));
    }
    for (at, invite) in (1000..).step_by(20).zip(invites.iter().rev()) {
        net.reply(invite, 200, "b", at);
    }
    let told = net.told();
    let call = told.trace.calls().next().unwrap();
    let edges = call.edges().map(|edge| {
        let text = |id: &[u8]| String::from_utf8_lossy(id).into_owned();
        (text(edge.call_id), text(edge.other))
    });
    let chain = [("leg-1", "leg-2"), ("leg-2", "leg-3")];
    let chain = chain.map(|(one, other)| (one.to_owned(), other.to_owned()));
    assert_eq!(edges.collect::<Vec<_>>(), chain);
}

/// Nothing was seen by both captures, and one clock is 3 s behind: that the request came in before the other went out (RFC 3261
/// 6, back-to-back user agent) says which leg is the first.
#[test]
fn legs_in_two_captures_whose_clocks_are_not_in_line() {
    for behind in [3, -3, 3000] {
        let net = three_legs(|_, invite| {
            invite.with("P-Charging-Vector: icid-value=1;icid-generated-at=192.0.2.1")
        });
        let far: Vec<_> = net
            .at("uas")
            .iter()
            .map(|packet| packet.later(-behind * 1000 * MS))
            .collect();
        let near: Vec<_> = net.at("b1");
        for files in [[near.clone(), far.clone()], [far.clone(), near.clone()]] {
            let told = net.told_of(&files);
            assert_eq!(
                told.calls(),
                ["leg-1 leg-2 leg-3 (icid-value, icid-value)"],
                "{behind}"
            );
            let messages = told.messages();
            let place = |what: &str| messages.iter().position(|line| line == what).unwrap();
            assert!(
                place("INVITE uac>b1") < place("INVITE b1>b2"),
                "{messages:?}"
            );
            assert!(
                place("INVITE b1>b2") < place("INVITE b2>uas"),
                "{messages:?}"
            );
            assert!(place("INVITE b2>uas") < place("200 uas>b2"), "{messages:?}");
        }
    }
}

/// Messages of the same capture come in the order of its clock: an element that answers first and calls then is no contradiction.
#[test]
fn one_capture_is_in_order_as_it_is() {
    let mut net = Net::new(&["uac", "b", "uas"]);
    let mark = |invite: Sip| invite.with("Session-ID: ab30317f1a784dc48ff824d0d3715d86");
    let near = net.send("uac", "b", mark(Talk::new("near").request("INVITE", 1)), 0);
    net.reply(&near, 200, "b", 50);
    let far = net.send(
        "b",
        "uas",
        mark(Talk::new("far").request("INVITE", 1)),
        1000,
    );
    net.reply(&far, 200, "c", 2000);
    let told = net.told();
    assert_eq!(
        told.messages(),
        ["INVITE uac>b", "200 b>uac", "INVITE b>uas", "200 uas>b"]
    );
    assert_eq!(told.calls(), ["near far (Session-ID)"]);
}

/// Calls of strangers, each over two nodes of its own or all over the same two, that begin so many milliseconds apart and last
/// ten seconds. `mark` puts in what all of them carry.
fn strangers(nodes: &[[&str; 2]], apart: i64, mark: impl Fn(Sip) -> Sip) -> Net {
    let names: Vec<&str> = nodes.iter().flatten().copied().collect();
    let mut net = Net::new(&names);
    for (number, [from, to]) in (1..).zip(nodes) {
        let users = [format!("caller{number}"), format!("callee{number}")];
        let talk = Talk::between(&format!("call-{number}"), &users[0], &users[1]);
        let at = number * apart;
        let invite = net.send(from, to, mark(talk.request("INVITE", 1)), at);
        net.reply(&invite, 200, "b", at + 20);
        let bye = net.send(from, to, talk.with("b").request("BYE", 2), at + 10_000);
        net.reply(&bye, 200, "b", at + 10_010);
    }
    net
}

/// Scripts and some elements have one value for all calls, such as the example of RFC 7315: neither an element nor a user
/// is in two of them.
#[test]
fn a_constant_value_joins_no_strangers() {
    let local = "ab30317f1a784dc48ff824d0d3715d86";
    let marks = [
        "P-Charging-Vector: icid-value=1234bc9876e".to_owned(),
        format!("Session-ID: {local};remote={}", "0".repeat(32)),
        "X-Call-ID: call-1".to_owned(),
    ];
    let apart = [["a", "b"], ["c", "d"], ["e", "f"], ["g", "h"]];
    let same = [["a", "b"]; 4];
    let expected = ["call-1", "call-2", "call-3", "call-4"];
    for mark in &marks {
        for (nodes, milliseconds) in [(apart, 30_000), (same, 30_000), (same, 2000)] {
            let net = strangers(&nodes, milliseconds, |invite| invite.with(mark));
            assert_eq!(
                net.told().calls(),
                expected,
                "{mark} {milliseconds} {nodes:?}"
            );
        }
    }
    // One after the other, and at once.
    for milliseconds in [30_000, 2000] {
        let net = strangers(&apart, milliseconds, |invite| invite.with(&marks[0]));
        assert_eq!(net.told().calls(), expected, "{milliseconds}");
    }
}

/// Only the outer legs were captured, and the elements between them changed the names: they lie one within the other.
#[test]
fn legs_of_which_the_elements_between_are_unknown() {
    let mut net = Net::new(&["uac", "b1", "b2", "uas"]);
    let vector = "P-Charging-Vector: icid-value=\"a7f3\"";
    let outer = Talk::between("outer", "alice", "bob").request("INVITE", 1);
    let inner = Talk::between("inner", "x4711", "x4712").request("INVITE", 1);
    let outer = net.send("uac", "b1", outer.with(vector), 0);
    let inner = net.send("b2", "uas", inner.with(vector), 60);
    net.reply(&inner, 200, "b", 3000);
    net.reply(&outer, 200, "c", 3060);
    assert_eq!(net.told().calls(), ["outer inner (icid-value)"]);
}
