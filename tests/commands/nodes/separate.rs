//! What stays apart for lack of evidence.

use crate::nodes::scene::{Scene, joins, members, request, roles};

const P: &str = "192.0.2.10:5060";

#[test]
fn an_address_behind_a_translation_is_not_joined() {
    let mut scene = Scene::default();
    let contact = [
        "To: <sip:alice@example.com>",
        "Contact: <sip:a@10.0.0.5:5060>",
    ];
    for (from, id) in [
        ("203.0.113.7:40000", "Call-ID: 1"),
        ("203.0.113.8:40000", "Call-ID: 2"),
    ] {
        let lines = [contact[0], contact[1], id];
        scene.udp(from, P, &request("REGISTER", &["10.0.0.5:5060 1"], &lines));
    }
    let trace = scene.trace();
    assert_eq!(
        members(&trace),
        [["203.0.113.7:40000"], [P], ["203.0.113.8:40000"]]
    );
    assert_eq!(joins(&trace).len(), 0);
}

#[test]
fn names_that_any_machine_may_have_join_nothing() {
    for name in [
        "localhost",
        "asterisk",
        "localhost.localdomain",
        "a1b2c3.invalid",
    ] {
        let mut scene = Scene::default();
        let via = format!("{name} 1");
        scene.udp("192.0.2.1:5060", P, &request("OPTIONS", &[&via], &[]));
        scene.udp(
            "192.0.2.2:5060",
            P,
            &request("OPTIONS", &[&via], &["Call-ID: 2"]),
        );
        assert_eq!(
            members(&scene.trace()),
            [["192.0.2.1:5060"], [P], ["192.0.2.2:5060"]]
        );
    }
}

#[test]
fn a_private_address_in_two_vlans_is_two_nodes() {
    let mut scene = Scene::default();
    for (tag, via, id) in [
        (1, "10.0.0.1 1", "Call-ID: 1"),
        (2, "10.0.0.1 2", "Call-ID: 2"),
    ] {
        let message = request("OPTIONS", &[via], &[id]);
        scene.tagged(tag, "10.0.0.1:5060", "198.51.100.2:5060", &message);
    }
    let labels: Vec<_> = roles(&scene.trace())
        .into_iter()
        .map(|(label, _)| label)
        .collect();
    assert_eq!(
        labels,
        ["10.0.0.1 VLAN 1", "198.51.100.2", "10.0.0.1 VLAN 2"]
    );
}

#[test]
fn ports_of_the_loopback_address_are_nodes_of_their_own() {
    let (client, proxy, server) = ("127.0.0.1:5071", "127.0.0.1:5060", "127.0.0.1:5070");
    let mut scene = Scene::default();
    // A registration for another port, and a Via without the port that it should have.
    let contact = ["Call-ID: 2", "Contact: <sip:bob@127.0.0.1:5070>"];
    scene.udp(
        client,
        proxy,
        &request("REGISTER", &["127.0.0.1 0"], &contact),
    );
    scene.udp(
        client,
        proxy,
        &request("INVITE", &["127.0.0.1:5071 1"], &[]),
    );
    let vias = ["127.0.0.1 2", "127.0.0.1:5071 1"];
    let record = "Record-Route: <sip:127.0.0.1;lr>";
    scene.udp(proxy, server, &request("INVITE", &vias, &[record]));
    assert_eq!(members(&scene.trace()), [[client], [proxy], [server]]);
}

#[test]
fn an_address_translation_between_two_hops_is_no_interface_of_the_server() {
    let mut scene = Scene::default();
    let message = request("OPTIONS", &["ua.example.org 1"], &[]);
    scene.udp("10.0.0.5:5060", P, &message);
    scene.udp("203.0.113.7:40000", P, &message);
    let expected = [
        vec!["10.0.0.5:5060", "ua.example.org"],
        vec![P],
        vec!["203.0.113.7:40000"],
    ];
    assert_eq!(members(&scene.trace()), expected);
}

#[test]
fn two_connections_from_an_address_with_two_elements_stay_apart() {
    let mut scene = Scene::default();
    for (from, id) in [
        ("192.0.2.1:5060", "Call-ID: 1"),
        ("192.0.2.1:5080", "Call-ID: 2"),
    ] {
        let via = format!("{from} 1");
        scene.udp(from, P, &request("OPTIONS", &[&via], &[id]));
    }
    let message = request("OPTIONS", &["localhost 3"], &["Call-ID: 3"]);
    scene.tcp("192.0.2.1:43210", P, &message);
    let expected = [
        ["192.0.2.1:5060"],
        [P],
        ["192.0.2.1:5080"],
        ["192.0.2.1:43210"],
    ];
    assert_eq!(members(&scene.trace()), expected);
}

#[test]
fn one_element_on_loopback_does_not_get_the_connections_of_others() {
    let mut scene = Scene::default();
    scene.udp(
        "127.0.0.1:5060",
        P,
        &request("OPTIONS", &["127.0.0.1 1"], &[]),
    );
    let message = request("OPTIONS", &["localhost 3"], &["Call-ID: 3"]);
    scene.tcp("127.0.0.1:43210", P, &message);
    assert_eq!(
        members(&scene.trace()),
        [["127.0.0.1:5060"], [P], ["127.0.0.1:43210"]]
    );
}

/// RFC 3261 16.4: who removes a Route entry says that it is its own, unless a packet shows that it is the address of another.
#[test]
fn a_route_to_another_element_is_no_name_of_the_one_that_removes_it() {
    let ends = ["192.0.2.1:5060", "198.51.100.2:5070"];
    for end in ends {
        let mut scene = Scene::default();
        let route = format!("Route: <sip:{end};lr>");
        let vias = ["192.0.2.10 2", "192.0.2.1 1"];
        scene.udp(ends[0], P, &request("INVITE", &vias[1..], &[&route]));
        scene.udp(P, ends[1], &request("INVITE", &vias, &[]));
        assert_eq!(members(&scene.trace()), [[ends[0]], [P], [ends[1]]]);
    }
}

/// The same where a Via tells later whose name it is, and where the Route has no port.
#[test]
fn a_route_with_the_name_of_another_element() {
    let vias = ["192.0.2.10 2", "192.0.2.1 1"];
    let (near, far) = ("192.0.2.1:5060", "198.51.100.2:5070");
    let mut scene = Scene::default();
    let route = ["Route: <sip:far.example.org;lr>"];
    scene.udp(near, P, &request("INVITE", &vias[1..], &route));
    scene.udp(P, far, &request("INVITE", &vias, &[]));
    let other = request("OPTIONS", &["far.example.org 3"], &["Call-ID: 2"]);
    scene.udp(far, P, &other);
    let expected = [vec![near], vec![P], vec![far, "far.example.org"]];
    assert_eq!(members(&scene.trace()), expected);
    let mut scene = Scene::default();
    let route = ["Route: <sip:198.51.100.2;lr>"];
    scene.udp(near, P, &request("INVITE", &vias[1..], &route));
    scene.udp(P, far, &request("INVITE", &vias, &[]));
    assert_eq!(members(&scene.trace()), [[near], [P], [far]]);
}
