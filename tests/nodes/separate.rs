//! What stays apart for lack of evidence.

use crate::scene::{Scene, joins, members, request, roles};

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
