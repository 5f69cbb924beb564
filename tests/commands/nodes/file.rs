//! The node file: it overrides what was found, and what was found can be written as one.

use sipscope::trace::node_file;

use crate::nodes::scene::{Scene, joins, members, request, roles};

const A: &str = "192.0.2.1:5060";
const P: &str = "192.0.2.10:5060";
const P2: &str = "198.51.100.10:5070";
const B: &str = "198.51.100.2:5060";

fn relayed() -> Scene {
    let mut scene = Scene::default();
    scene.udp(A, P, &request("INVITE", &["192.0.2.1 1"], &[]));
    scene.udp(
        P2,
        B,
        &request("INVITE", &["p.example.org 2", "192.0.2.1 1"], &[]),
    );
    scene
}

#[test]
fn the_file_labels_and_joins() {
    let file = "[[node]]\nlabel = \"ends\"\nrole = \"SBC\"\nnetwork = \"home\"\ntrust_domain = \"inner\"\n\
        addresses = [\"192.0.2.1\", \"198.51.100.2:5060\"]\n";
    let trace = relayed().trace_with(file);
    assert_eq!(members(&trace), [vec![A, B], vec![P, P2, "p.example.org"]]);
    assert_eq!(roles(&trace)[0], ("ends".to_owned(), "SBC"));
    let node = trace.nodes().next().unwrap();
    assert_eq!(
        (node.network(), node.trust_domain()),
        (Some("home"), Some("inner"))
    );
    assert_eq!(
        joins(&trace)[0],
        "192.0.2.1:5060 = 198.51.100.2:5060: node-file at 2 x1"
    );
    assert_eq!(node.reasons()[0].to_string(), "the node file says so");
}

#[test]
fn what_the_file_keeps_apart_no_evidence_joins() {
    let file = "[[node]]\nlabel = \"in\"\naddresses = [\"192.0.2.10\"]\n\
        [[node]]\nlabel = \"out\"\nnames = [\"p.example.org\"]\n";
    let trace = relayed().trace_with(file);
    let expected = [vec![A], vec![P], vec![P2, "p.example.org"], vec![B]];
    assert_eq!(members(&trace), expected);
    assert_eq!(roles(&trace)[2].0, "out");
}

#[test]
fn networks_of_the_file_are_one_node_unless_a_part_is_named() {
    let file = "[[node]]\nlabel = \"terminals\"\nrole = \"UE\"\naddresses = [\"192.0.2.0/24\"]\n\
        [[node]]\nlabel = \"proxy\"\naddresses = [\"192.0.2.10:5060\"]\n";
    let mut scene = relayed();
    scene.udp(
        "192.0.2.77:5060",
        P,
        &request("OPTIONS", &["localhost 1"], &["Call-ID: 2"]),
    );
    let trace = scene.trace_with(file);
    let expected = [
        vec![A, "192.0.2.77:5060"],
        vec![P, P2, "p.example.org"],
        vec![B],
    ];
    assert_eq!(members(&trace), expected);
}

/// One host name in two VLANs makes what is there at one address one node, which has that address in both.
#[test]
fn an_address_in_two_vlans_is_written_once() {
    let mut scene = Scene::default();
    for (tag, via, id) in [
        (100, "p.example.org 1", "Call-ID: 1"),
        (200, "p.example.org 2", "Call-ID: 2"),
    ] {
        scene.tagged(tag, "10.0.0.1:5060", B, &request("OPTIONS", &[via], &[id]));
    }
    let found = scene.trace();
    let file = node_file(&found, found.nodes());
    assert!(file.contains("addresses = [\"10.0.0.1:5060\"]\n"), "{file}");
    assert!(file.contains("vlans = [100, 200]\n"), "{file}");
    let again = scene.trace_with(&file);
    assert_eq!(members(&again), members(&found));
    assert_eq!(roles(&again), roles(&found));
}

#[test]
fn what_was_found_can_be_written_and_read_again() {
    let mut scene = relayed();
    for (tag, via, id) in [
        (1, "10.0.0.1 1", "Call-ID: 1"),
        (2, "10.0.0.1 2", "Call-ID: 2"),
    ] {
        scene.tagged(tag, "10.0.0.1:5060", B, &request("OPTIONS", &[via], &[id]));
    }
    let found = scene.trace();
    let file = node_file(&found, found.nodes());
    let again = scene.trace_with(&file);
    assert_eq!(members(&again), members(&found));
    assert_eq!(roles(&again), roles(&found));
    assert_eq!(again.nodes().len(), 5);
}
