//! What is joined, and by which evidence.

use crate::nodes::scene::{Scene, joins, members, request, response};

const A: &str = "192.0.2.1:5060";
const P: &str = "192.0.2.10:5060";
const P2: &str = "198.51.100.10:5070";
const B: &str = "198.51.100.2:5060";

#[test]
fn the_sent_by_of_a_request_names_its_sender() {
    let mut scene = Scene::default();
    scene.udp(
        "192.0.2.1:40000",
        B,
        &request("OPTIONS", &["192.0.2.1 1"], &[]),
    );
    scene.udp(
        P,
        B,
        &request("OPTIONS", &["P.example.org 2"], &["Call-ID: 2"]),
    );
    scene.udp(
        P2,
        B,
        &request("OPTIONS", &["p.example.org:5060 3"], &["Call-ID: 3"]),
    );
    let trace = scene.trace();
    let expected = [
        vec!["192.0.2.1:40000", A],
        vec![B],
        vec![P, P2, "p.example.org"],
    ];
    assert_eq!(members(&trace), expected);
    let expected = [
        "192.0.2.1:40000 = 192.0.2.1:5060: sent-by at 1 x1",
        "192.0.2.10:5060 = p.example.org: sent-by at 2 x1",
        "198.51.100.10:5070 = p.example.org: sent-by at 3 x1",
    ];
    assert_eq!(joins(&trace), expected);
}

#[test]
fn a_request_comes_out_of_the_node_that_it_went_into() {
    let mut scene = Scene::default();
    scene.udp(A, P, &request("INVITE", &["192.0.2.1 1"], &[]));
    scene.udp(
        P2,
        B,
        &request("INVITE", &["198.51.100.10:5070 2", "192.0.2.1 1"], &[]),
    );
    let trace = scene.trace();
    assert_eq!(members(&trace), [vec![A], vec![P, P2], vec![B]]);
    assert_eq!(
        joins(&trace),
        ["192.0.2.10:5060 = 198.51.100.10:5070: relayed at 2 x1"]
    );
}

#[test]
fn record_route_and_route_name_the_node_that_adds_or_removes_them() {
    let routes = [
        "Route: <sip:in.example.org;lr>, <sip:far.example.org;lr>",
        "Route: <sip:far.example.org;lr>",
    ];
    let added = "Record-Route: <sip:icscf2_s.example.org;lr>, <sip:icscf2.example.org:4060;lr>";
    let mut scene = Scene::default();
    scene.udp(A, P, &request("INVITE", &["192.0.2.1 1"], &routes[..1]));
    let vias = ["192.0.2.10 2", "192.0.2.1 1"];
    scene.udp(P, B, &request("INVITE", &vias, &[routes[1], added]));
    let trace = scene.trace();
    let own = vec![
        P,
        "icscf2.example.org:4060",
        "icscf2_s.example.org",
        "in.example.org",
    ];
    assert_eq!(members(&trace), [vec![A], own, vec![B]]);
    let expected = [
        "192.0.2.10:5060 = icscf2_s.example.org: record-route at 2 x1",
        "192.0.2.10:5060 = icscf2.example.org:4060: record-route at 2 x1",
        "192.0.2.10:5060 = in.example.org: route at 2 x1",
    ];
    assert_eq!(joins(&trace), expected);
}

/// P passes a request on to P2, and that to B, with Record-Route in front.
fn passed_by_two(first: &str, second: &str, unseen: bool) -> Scene {
    let vias = ["198.51.100.10:5070 3", "192.0.2.10 2", "192.0.2.1 1"];
    let mut scene = Scene::default();
    scene.udp(A, P, &request("INVITE", &vias[2..], &[]));
    match unseen {
        true => scene.udp(P2, P, &response(100, "INVITE", &vias[1..], &[])),
        false => scene.udp(P, P2, &request("INVITE", &vias[1..], &[first])),
    }
    scene.udp(P2, B, &request("INVITE", &vias, &[second]));
    scene
}

#[test]
fn what_records_its_route_is_not_the_one_that_it_has_the_request_from() {
    let own = "Record-Route: <sip:192.0.2.10;lr>";
    let both = "Record-Route: <sip:198.51.100.10:5070;lr>, <sip:192.0.2.10;lr>";
    let swapped = "Record-Route: <sip:192.0.2.10;lr>, <sip:198.51.100.10:5070;lr>";
    for scene in [
        passed_by_two(own, both, false),
        passed_by_two(own, swapped, false),
        passed_by_two(own, both, true),
    ] {
        let trace = scene.trace();
        assert_eq!(members(&trace), [vec![A], vec![P], vec![P2], vec![B]]);
    }
    // What the request brought is not known where only its answer was seen: either may have added it.
    let trace = passed_by_two(own, own, true).trace();
    for node in trace.nodes() {
        let reasons = node.reasons();
        assert!(reasons.iter().all(|one| !one.what.contains("Record-Route")));
    }
}

#[test]
fn a_node_may_answer_from_another_interface() {
    let mut scene = Scene::default();
    scene.udp(A, P, &request("OPTIONS", &["192.0.2.1 1"], &[]));
    scene.udp(P2, A, &response(200, "OPTIONS", &["192.0.2.1 1"], &[]));
    let trace = scene.trace();
    assert_eq!(members(&trace), [vec![A], vec![P, P2]]);
    assert_eq!(
        joins(&trace),
        ["192.0.2.10:5060 = 198.51.100.10:5070: response-from at 2 x1"]
    );
}

#[test]
fn the_contact_of_a_registration_is_the_terminals_protected_port() {
    let contact = [
        "To: <sip:alice@example.com>",
        "Contact: <sip:a@10.0.0.7:6300>",
    ];
    let mut scene = Scene::default();
    scene.udp(
        "10.0.0.7:5060",
        P,
        &request("REGISTER", &["10.0.0.7:5060 1"], &[]),
    );
    scene.udp(
        "10.0.0.7:6301",
        P,
        &request("REGISTER", &["10.0.0.7:6301 2"], &contact),
    );
    let trace = scene.trace();
    assert_eq!(
        members(&trace),
        [
            vec!["10.0.0.7:5060", "10.0.0.7:6300", "10.0.0.7:6301"],
            vec![P]
        ]
    );
    let expected = [
        "10.0.0.7:6301 = 10.0.0.7:6300: registered-contact at 2 x1",
        "10.0.0.7:5060 = 10.0.0.7:6301: same-registration at 2 x1",
    ];
    let mut found = joins(&trace);
    found.sort_by_key(|join| !join.contains("contact"));
    assert_eq!(found, expected);
}

#[test]
fn a_connection_from_a_passing_port_belongs_to_the_only_element_at_its_address() {
    let mut scene = Scene::default();
    scene.udp(A, P, &request("OPTIONS", &["192.0.2.1 1"], &[]));
    // The response goes back on a new connection that nothing names.
    let answer = response(200, "OPTIONS", &["192.0.2.1 9"], &["Call-ID: 2"]);
    scene.tcp("192.0.2.10:43210", A, &answer);
    let trace = scene.trace();
    assert_eq!(members(&trace), [vec![A], vec!["192.0.2.10:43210", P]]);
    assert_eq!(
        joins(&trace),
        ["192.0.2.10:5060 = 192.0.2.10:43210: connection at 2 x1"]
    );
}

#[test]
fn evidence_is_kept_up_to_a_bound_and_counted_beyond() {
    let mut scene = Scene::default();
    for number in 0..100 {
        let via = format!("192.0.2.1:5060 {number}");
        let (from, id) = (
            format!("192.0.2.1:{}", 20000 + number),
            format!("Call-ID: {number}"),
        );
        scene.udp(&from, P, &request("OPTIONS", &[&via], &[&id]));
    }
    let trace = scene.trace();
    let node = trace.nodes().next().unwrap();
    assert_eq!(node.addresses().len(), 101);
    assert_eq!((node.evidence().len(), node.further_evidence()), (64, 36));
}

#[test]
fn a_message_seen_in_two_vlans_makes_them_one_network() {
    let mut scene = Scene::default();
    let (from, to) = ("10.0.0.1:5060", "10.0.0.2:5060");
    let message = request("OPTIONS", &["10.0.0.1 1"], &[]);
    scene.tagged(1, from, to, &message);
    scene.tagged(2, from, to, &message);
    scene.at_once();
    scene.tagged(
        2,
        from,
        to,
        &request("OPTIONS", &["10.0.0.1 2"], &["Call-ID: 2"]),
    );
    assert_eq!(members(&scene.trace()), [[from], [to]]);
}

/// RFC 3261 18.2.2: the sent-by of a request over a connection names the port that its sender listens at, not the one it opened. Behind
/// an address translation the address is another one, and that port may be anybody's.
#[test]
fn the_sent_by_over_a_connection_is_the_port_that_its_sender_listens_at() {
    let mut scene = Scene::default();
    scene.tcp(
        "192.0.2.1:40000",
        P,
        &request("OPTIONS", &["192.0.2.1:5070 1"], &[]),
    );
    scene.tcp(
        "192.0.2.77:40000",
        P,
        &request("OPTIONS", &["10.0.0.7:5070 2"], &["Call-ID: 2"]),
    );
    for port in ["192.0.2.1:5070", "192.0.2.77:5070"] {
        let id = format!("Call-ID: to {port}");
        scene.udp(P, port, &request("OPTIONS", &["192.0.2.10 3"], &[&id]));
    }
    let trace = scene.trace();
    let expected = [
        vec!["192.0.2.1:40000", "192.0.2.1:5070"],
        vec![P],
        vec!["192.0.2.77:40000"],
        vec!["192.0.2.77:5070"],
    ];
    assert_eq!(members(&trace), expected);
}

/// RFC 3329 2.3 and TS 33.203 7.1: a P-CSCF offers protected ports, and the terminal goes on at one of them and says back what it was
/// offered.
fn protected(server: &str, lines: &[&str]) -> Vec<Vec<String>> {
    let to = "To: <sip:alice@example.com>";
    let offer =
        "Security-Server: ipsec-3gpp;alg=hmac-sha-1-96;spi-c=1;spi-s=2;port-c=6001;port-s=6002";
    let mut scene = Scene::default();
    scene.udp(
        "10.0.0.7:5060",
        P,
        &request("REGISTER", &["10.0.0.7:5060 1"], &[to]),
    );
    scene.udp(
        P,
        "10.0.0.7:5060",
        &response(401, "REGISTER", &["10.0.0.7:5060 1"], &[to, offer]),
    );
    let lines = [&[to], lines].concat();
    scene.udp(
        "10.0.0.7:3001",
        server,
        &request("REGISTER", &["10.0.0.7:3001 2"], &lines),
    );
    members(&scene.trace())
}

#[test]
fn the_protected_port_is_one_of_the_node_that_offered_it() {
    let verify =
        "Security-Verify: ipsec-3gpp;alg=hmac-sha-1-96;spi-c=1;spi-s=2;port-c=6001;port-s=6002";
    let (port, ue) = ("192.0.2.10:6002", vec!["10.0.0.7:3001", "10.0.0.7:5060"]);
    assert_eq!(protected(port, &[verify]), [ue.clone(), vec![P, port]]);
    // Without it, or at another address, it may be anybody's.
    assert_eq!(protected(port, &[]), [ue.clone(), vec![P], vec![port]]);
    assert_eq!(protected(P2, &[verify]), [ue, vec![P], vec![P2]]);
}
