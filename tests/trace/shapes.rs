//! What journeys look like: forks, spirals, loops and nodes that are several, each beside what only looks like it.
//!
//! A shape is told as its kind, the node, and the numbers of its hops, which are numbered in the order in which they began.

use super::forks::answered_twice;
use super::journeys::{behind_nat, hidden, spiral, two_addresses};
use super::scenario::{Net, Sent};
use super::sip::{Sip, Talk, route_to};
use super::told::Told;
use sipscope::trace::Message;

impl Net {
    fn shapes(&self) -> Vec<String> {
        self.told().shapes()
    }

    /// The same, and how each shows.
    fn shapes_and_reasons(&self) -> Vec<(String, &'static str)> {
        let told = self.told();
        let reasons = told.trace.calls().flat_map(|call| call.shapes());
        let reasons = reasons.map(|shape| shape.why);
        told.shapes().into_iter().zip(reasons).collect()
    }
}

impl Told<'_> {
    /// The shapes of all calls.
    pub fn shapes(&self) -> Vec<String> {
        let shapes = self.trace.calls().flat_map(|call| call.shapes());
        let told = shapes.map(|shape| {
            // Every shape names messages of its hops.
            let of_hops = |message: &Message<'_>| {
                let mut hops = shape.hops.iter();
                hops.any(|hop| hop.id() == message.hop().id())
            };
            assert!(!shape.messages.is_empty() && shape.messages.iter().all(of_hops));
            let node = self.name(shape.hops[0].destination());
            let hops = shape.hops.iter().map(|hop| hop.id().number().to_string());
            let hops: Vec<_> = hops.collect();
            format!("{} at {node}: {}", shape.kind.name(), hops.join(" "))
        });
        told.collect()
    }
}

/// A proxy with one request from the caller.
fn incoming(nodes: &[&str]) -> (Net, Sent) {
    let mut net = Net::new(nodes);
    let above = net.send("uac", "p", Talk::new("shape").request("INVITE", 1), 0);
    (net, above)
}

#[test]
fn a_straight_journey_has_no_shape() {
    let mut net = Net::new(&["uac", "p1", "p2", "uas"]).record_routing(&["p1", "p2"]);
    let talk = Talk::new("straight");
    let invite = talk.request("INVITE", 1).routed(&["p1", "p2"]);
    let invite = net.journey(invite, &["uac", "p1", "p2", "uas"], 0);
    net.respond(&invite, 200, "b", 100);
    let ack = talk.with("b").request("ACK", 1).routed(&["p1", "p2"]);
    net.journey(ack, &["uac", "p1", "p2", "uas"], 200);
    assert!(net.shapes().is_empty());
}

#[test]
fn a_parallel_fork() {
    assert_eq!(answered_twice().shapes(), ["parallel fork at p: 1 2 3"]);
}

/// Two ports of one host are two places.
#[test]
fn a_fork_to_two_ports_of_one_host() {
    let (net, above) = incoming(&["uac", "p"]);
    let mut net = net
        .node("u1", "192.0.2.9:5060")
        .node("u2", "192.0.2.9:5070");
    net.pass_as(&above, "u1", "sip:bob@192.0.2.9:5060", 10);
    net.pass_as(&above, "u2", "sip:bob@192.0.2.9:5070", 11);
    assert_eq!(net.shapes(), ["parallel fork at p: 1 2 3"]);
}

#[test]
fn a_sequential_fork() {
    let (mut net, above) = incoming(&["uac", "p", "u1", "u2", "u3"]);
    let one = net.pass_as(&above, "u1", "sip:bob@u1.example.com", 10);
    net.reply(&one, 486, "b1", 100);
    net.ack(&one, "b1", 101);
    let two = net.pass_as(&above, "u2", "sip:bob@u2.example.com", 110);
    net.reply(&two, 180, "b2", 200);
    // It rang for long enough: what is canceled is over, though its 487 comes later.
    net.cancel(&two, 20_000);
    net.pass_as(&above, "u3", "sip:bob@u3.example.com", 20_001);
    net.reply(&two, 487, "b2", 20_010);
    assert_eq!(net.shapes(), ["sequential fork at p: 1 2 3 5"]);
}

/// First two at once, then a third.
#[test]
fn a_fork_that_is_parallel_then_sequential() {
    let (mut net, above) = incoming(&["uac", "p", "u1", "u2", "u3"]);
    let one = net.pass_as(&above, "u1", "sip:bob@u1.example.com", 10);
    let two = net.pass_as(&above, "u2", "sip:bob@u2.example.com", 11);
    net.reply(&one, 486, "b1", 300);
    net.reply(&two, 486, "b2", 200);
    net.pass_as(&above, "u3", "sip:bob@u3.example.com", 400);
    // The first branch was the last to end before the third began.
    let expected = ["parallel fork at p: 1 2 3", "sequential fork at p: 1 2 4"];
    assert_eq!(net.shapes(), expected);
}

#[test]
fn a_retransmission_is_no_fork() {
    let (mut net, above) = incoming(&["uac", "p", "uas"]);
    let below = net.pass(&above, "uas", 10);
    net.again(&above, 500);
    net.again(&below, 510);
    assert!(net.shapes().is_empty());
}

/// RFC 3261 16.7 step 4: the proxy tries the Contact of the 302 itself.
#[test]
fn a_redirection_that_the_proxy_follows() {
    let (mut net, above) = incoming(&["uac", "p", "redirect", "uas"]);
    let one = net.pass(&above, "redirect", 10);
    net.reply(&one, 302, "r", 20);
    net.ack(&one, "r", 21);
    net.pass_as(&above, "uas", "sip:bob@uas.example.com", 30);
    assert_eq!(net.shapes(), ["recursion at p: 1 2 3"]);
}

/// RFC 3263 4.3: the same target at its next address, after 503 and after a timeout.
#[test]
fn the_next_address_of_one_target() {
    let (mut net, above) = incoming(&["uac", "p", "s1", "s2", "s3"]);
    let one = net.pass(&above, "s1", 10);
    net.reply(&one, 503, "s", 20);
    net.pass(&above, "s2", 30);
    net.pass(&above, "s3", 32_030);
    assert_eq!(net.shapes(), ["failover at p: 1 2 3 4"]);
}

/// Proxies give an address up long before its timer is over. What still is sent, rang, or went at once is another branch.
#[test]
fn an_address_that_is_given_up_early() {
    for (sent, rang, then, shape) in [
        (&[510, 1510][..], false, 4510, "failover"),
        (&[510, 1510, 5510], false, 4510, "parallel fork"),
        (&[510, 1510], true, 4510, "parallel fork"),
        (&[], false, 20, "parallel fork"),
    ] {
        let (mut net, above) = incoming(&["uac", "p", "s1", "s2"]);
        let one = net.pass(&above, "s1", 10);
        for again in sent {
            net.again(&one, *again);
        }
        if rang {
            net.reply(&one, 180, "s", 3000);
        }
        let two = net.pass(&above, "s2", then);
        net.reply(&two, 200, "t", 6000);
        assert_eq!(net.shapes(), [format!("{shape} at p: 1 2 3")], "{sent:?}");
    }
}

/// A caller who is challenged or redirected asks anew, with another CSeq.
#[test]
fn what_the_caller_sends_anew_is_no_fork_and_no_loop() {
    let mut net = Net::new(&["uac", "p", "uas"]);
    let talk = Talk::new("digest");
    let first = net.journey(talk.request("INVITE", 1), &["uac", "p", "uas"], 0);
    net.respond(&first, 401, "b", 100);
    net.journey(talk.request("INVITE", 2), &["uac", "p", "uas"], 200);
    assert!(net.shapes().is_empty());
}

#[test]
fn a_session_that_is_changed_comes_to_no_node_twice() {
    let mut net = Net::new(&["uac", "p", "uas"]).record_routing(&["p"]);
    let talk = Talk::new("again");
    let first = net.journey(talk.request("INVITE", 1), &["uac", "p", "uas"], 0);
    net.respond(&first, 200, "b", 100);
    let next = talk.with("b").request("INVITE", 2).routed(&["p"]);
    let next = net.journey(next, &["uac", "p", "uas"], 1000);
    net.respond(&next, 200, "b", 1100);
    assert!(net.shapes().is_empty());
}

#[test]
fn a_cancel_of_two_branches_is_no_fork_of_its_own() {
    let (mut net, above) = incoming(&["uac", "p", "u1", "u2"]);
    let one = net.pass_as(&above, "u1", "sip:bob@u1.example.com", 10);
    let two = net.pass_as(&above, "u2", "sip:bob@u2.example.com", 11);
    net.cancel(&above, 500);
    net.cancel(&one, 510);
    net.cancel(&two, 511);
    assert_eq!(net.shapes(), ["parallel fork at p: 1 2 3"]);
}

#[test]
fn a_request_that_comes_back_changed_is_a_spiral() {
    let told = spiral().shapes_and_reasons();
    let why = "the request came again with another Request-URI or Route";
    assert_eq!(told, [("spiral at p: 1 3".to_owned(), why)]);
}

/// An S-CSCF tells its second turn from the first by what it put into Route itself (3GPP TS 24.229 5.4.3.2): the Request-URI
/// is the same.
#[test]
fn a_request_that_comes_back_from_an_application_server() {
    let mut net = Net::new(&["uac", "scscf", "as", "uas"]);
    let mut invite = Talk::new("isc").request("INVITE", 1);
    invite.routes = vec!["<sip:orig@scscf.example.com;lr>".to_owned()];
    let first = net.send("uac", "scscf", invite, 0);
    let mut to_as = net.passed(&first);
    to_as.routes = vec![
        route_to("as"),
        "<sip:odi-17@scscf.example.com;lr>".to_owned(),
    ];
    let second = net.send("scscf", "as", to_as, 10);
    let third = net.pass(&second, "scscf", 20);
    let mut last = net.passed(&third);
    last.routes.clear();
    net.send("scscf", "uas", last, 30);
    assert_eq!(net.shapes(), ["spiral at scscf: 1 3"]);
}

/// It had the same Request-URI and Route again, but something else told the node to send it another way.
#[test]
fn a_request_that_comes_back_unchanged_and_goes_on_is_no_loop() {
    let mut net = Net::new(&["uac", "p", "as", "uas"]);
    let first = net.send("uac", "p", Talk::new("seen").request("INVITE", 1), 0);
    let second = net.pass(&first, "as", 10);
    let marked = net.passed(&second).with("X-Visited: yes");
    let third = net.send("as", "p", marked, 20);
    let fourth = net.pass(&third, "uas", 30);
    net.respond(&[first, second, third, fourth], 200, "b", 100);
    let told = net.shapes_and_reasons();
    let why = "the request came again, and went another way with the same Request-URI and Route";
    assert_eq!(told, [("spiral at p: 1 3".to_owned(), why)]);
}

fn turning(rounds: &[&str]) -> (Net, Vec<Sent>) {
    let mut net = Net::new(&["uac", "p1", "p2"]);
    let invite = Talk::new("loop").request("INVITE", 1);
    let hops = net.journey(invite, rounds, 0);
    (net, hops)
}

fn refuse(net: &mut Net, hops: &[Sent], status: u16) {
    for (step, hop) in (0..).zip(hops.iter().rev()) {
        net.reply(hop, status, "p", 1000 + step * 10);
        net.ack(hop, "p", 1005 + step * 10);
    }
}

#[test]
fn a_loop_that_the_node_finds() {
    let (mut net, hops) = turning(&["uac", "p1", "p2", "p1"]);
    refuse(&mut net, &hops, 482);
    let why = "the request came again, and the node found that out (482)";
    assert_eq!(
        net.shapes_and_reasons(),
        [("loop at p1: 1 3".to_owned(), why)]
    );
}

/// The one that passed the 482 on found nothing.
#[test]
fn a_loop_that_the_next_node_finds() {
    let (mut net, hops) = turning(&["uac", "p1", "p2", "p1", "p2"]);
    refuse(&mut net, &hops, 482);
    let of_p1 = "the request came again, and a node behind this one found that out (482)";
    let of_p2 = "the request came again, and the node found that out (482)";
    assert_eq!(
        net.shapes_and_reasons(),
        [
            ("loop at p1: 1 3".to_owned(), of_p1),
            ("loop at p2: 2 4".to_owned(), of_p2),
        ]
    );
}

#[test]
fn a_loop_until_max_forwards_is_used_up() {
    let (mut net, hops) = turning(&["uac", "p1", "p2", "p1", "p2", "p1", "p2"]);
    refuse(&mut net, &hops, 483);
    let why = "the request came again unchanged, until Max-Forwards was used up (483)";
    // RFC 3261 16.3 step 4: a loop is a request that comes to one node again, and it comes to both.
    assert_eq!(
        net.shapes_and_reasons(),
        [
            ("loop at p1: 1 3 5".to_owned(), why),
            ("loop at p2: 2 4 6".to_owned(), why),
        ]
    );
}

#[test]
fn a_loop_that_nobody_has_answered_yet() {
    let (net, _) = turning(&["uac", "p1", "p2", "p1"]);
    let why = "the request came again unchanged, and nobody has answered it";
    assert_eq!(
        net.shapes_and_reasons(),
        [("loop at p1: 1 3".to_owned(), why)]
    );
}

/// The first time a Route value named the node, which took it off (RFC 3261 16.4); nothing else is another.
#[test]
fn a_loop_of_what_came_by_a_route() {
    let mut net = Net::new(&["uac", "p1", "p2"]);
    let invite = Talk::new("loop").request("INVITE", 1).routed(&["p1"]);
    net.journey(invite, &["uac", "p1", "p2", "p1"], 0);
    assert_eq!(net.shapes(), ["loop at p1: 1 3"]);
}

#[test]
fn a_node_that_sends_to_itself() {
    let mut net = Net::new(&["uac", "p", "uas"]);
    let first = net.send("uac", "p", Talk::new("self").request("INVITE", 1), 0);
    let second = net.pass_as(&first, "p", "sip:bob@home.example.com", 10);
    net.pass_as(&second, "uas", "sip:bob@uas.example.com", 20);
    assert_eq!(net.shapes(), ["spiral at p: 1 2"]);
}

/// A back-to-back user agent sends its own request: what comes back to the proxy is another one.
#[test]
fn a_hairpin_through_a_b2bua() {
    let mut net = Net::new(&["uac", "p", "b2bua", "uas"]);
    let vector = "P-Charging-Vector: icid-value=one";
    let first = Talk::new("leg-1").request("INVITE", 1).with(vector);
    net.journey(first, &["uac", "p", "b2bua"], 0);
    let second = Talk::new("leg-2").request("INVITE", 1).with(vector);
    net.journey(second, &["b2bua", "p", "uas"], 50);
    assert_eq!(net.told().calls(), ["leg-1 leg-2 (icid-value)"]);
    assert!(net.shapes().is_empty());
}

/// What address translation shows twice came to the proxy once.
#[test]
fn what_is_seen_on_both_sides_of_address_translation() {
    assert!(behind_nat().shapes().is_empty());
}

#[test]
fn a_p_cscf_that_hides_the_via_list_is_one_node() {
    assert!(hidden().shapes().is_empty());
}

/// What the node at the end of a hop sends on, changed.
fn passed_with(change: impl Fn(&mut Sip)) -> Net {
    let (mut net, above) = incoming(&["uac", "p", "uas"]);
    let mut message = net.passed(&above);
    change(&mut message);
    net.send("p", "uas", message, 10);
    net
}

#[test]
fn a_node_that_adds_two_vias() {
    let inner = "SIP/2.0/UDP inner.p.example.com;branch=z9hG4bKinner";
    let net = passed_with(|message| message.vias.insert(0, inner.to_owned()));
    assert_eq!(net.shapes(), ["collapsed node at p: 1 2"]);
}

#[test]
fn a_node_that_adds_two_or_three_record_routes() {
    let record = |nodes: &[&str]| {
        let routes: Vec<_> = nodes.iter().map(|node| route_to(node)).collect();
        passed_with(move |message| message.record_routes.clone_from(&routes)).shapes()
    };
    assert!(record(&["p"]).is_empty());
    assert_eq!(
        record(&["p-out", "p-in"]),
        ["double Record-Route at p: 1 2"]
    );
    assert_eq!(record(&["s", "i", "p"]), ["collapsed node at p: 1 2"]);
}

/// Only of a request that begins a dialog: within it both values of a double Record-Route go at once (RFC 5658 5).
#[test]
fn a_node_that_takes_two_routes() {
    let of = |message: Sip| {
        let mut net = Net::new(&["uac", "p", "uas"]);
        let invite = message.routed(&["i", "s", "later"]);
        let above = net.send("uac", "p", invite, 0);
        let below = net.passed(&above).routed(&["later"]);
        net.send("p", "uas", below, 10);
        net.shapes()
    };
    let talk = Talk::new("routes");
    assert_eq!(of(talk.request("INVITE", 1)), ["collapsed node at p: 1 2"]);
    assert!(of(talk.with("b").request("BYE", 2)).is_empty());
}

/// A node is told once, however often it shows.
#[test]
fn a_node_that_is_several_is_told_once() {
    let mut net = Net::new(&["uac", "p", "uas"]);
    for (cseq, at) in [(1, 0), (2, 1000)] {
        let above = net.send("uac", "p", Talk::new("twice").request("OPTIONS", cseq), at);
        let mut below = net.passed(&above);
        below.record_routes = vec![route_to("out"), route_to("in")];
        net.send("p", "uas", below, at + 10);
    }
    assert_eq!(net.shapes(), ["double Record-Route at p: 1 2 3 4"]);
}

/// What goes to the core and comes back from there is a spiral, whatever address of the node it came to: no fork, no loop.
#[test]
fn a_spiral_at_a_node_with_two_addresses() {
    assert_eq!(
        two_addresses().shapes(),
        ["spiral at p: 1 3", "spiral at p: 5 7"]
    );
}
