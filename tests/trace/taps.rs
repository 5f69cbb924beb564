//! Several capture points in one file: interfaces, as a file has that was merged from the captures of two machines, and agents
//! that send what they see to one collector. They are told apart as two files are.

use sipscope::trace::{Hints, node_file, read_node_file};

use super::carriers::{labels, later, pings, site};
use super::scenario::{MS, Net, Packet, Tap, file};
use super::sip::Talk;

/// Two sites behind two capture points that use the same addresses.
fn two_sites(one: Tap, other: Tap) -> Vec<Packet> {
    let east = pings("phone.east.example", &["1-a", "1-b", "1-c"]);
    let west = later(pings("phone.west.example", &["2-a", "2-b", "2-c"]));
    in_one(east, one, west, other)
}

fn in_one(first: Vec<Packet>, one: Tap, second: Vec<Packet>, other: Tap) -> Vec<Packet> {
    let first = first.into_iter().map(|packet| packet.by(one));
    let second = second.into_iter().map(|packet| packet.by(other));
    let mut all: Vec<_> = first.chain(second).collect();
    all.sort_by_key(|packet| packet.at);
    all
}

#[test]
fn two_sites_of_two_capture_points() {
    let pairs = [
        [Tap::Interface(0), Tap::Interface(1)],
        [Tap::Agent(2001), Tap::Agent(2002)],
    ];
    let names = [["interface 0", "interface 1"], ["agent 2001", "agent 2002"]];
    for ([one, other], [of_one, of_other]) in pairs.into_iter().zip(names) {
        let net = site();
        let told = net.told_of(&[two_sites(one, other)]);
        let expected = [
            "phone.east.example".to_owned(),
            format!("10.0.0.2 in 0.pcap {of_one}"),
            "phone.west.example".to_owned(),
            format!("10.0.0.2 in 0.pcap {of_other}"),
        ];
        assert_eq!(labels(&told), expected);
    }
}

/// Two pcapng files written one behind the other are one with two sections, each of which counts its interfaces anew.
#[test]
fn two_sites_in_two_sections() {
    let both = two_sites(Tap::Interface(1), Tap::Interface(1));
    let is_east = |packet: &Packet| String::from_utf8_lossy(&packet.payload).contains("z9hG4bK1-");
    let (east, west): (Vec<_>, Vec<_>) = both.into_iter().partition(is_east);
    let file = ("0.pcapng".to_owned(), [file(&east), file(&west)].concat());
    let net = site();
    let told = net.told_of_bytes(&[file], 1, &Hints::default());
    let expected = [
        "phone.east.example",
        "10.0.0.2 in 0.pcapng interface 1",
        "phone.west.example",
        "10.0.0.2 in 0.pcapng interface 3",
    ];
    assert_eq!(labels(&told), expected);
}

/// The same terminal on both interfaces of the machine: what nothing contradicts is one network.
#[test]
fn one_network_on_two_interfaces() {
    let first = pings("phone.east.example", &["1-a", "1-b", "1-c"]);
    let second = later(pings("phone.east.example", &["2-a", "2-b", "2-c"]));
    let packets = in_one(first, Tap::Interface(0), second, Tap::Interface(1));
    let net = site();
    assert_eq!(
        labels(&net.told_of(&[packets])),
        ["phone.east.example", "10.0.0.2"]
    );
}

/// A request goes in at one interface and its answer comes at the other (each direction has a wire of its own): whatever else
/// the two say, they are one network.
#[test]
fn each_direction_on_an_interface_of_its_own() {
    let by_direction = |packet: Packet| match packet.payload.starts_with(b"SIP/2.0") {
        true => packet.by(Tap::Interface(1)),
        false => packet.by(Tap::Interface(0)),
    };
    let packets = pings("10.0.0.1", &["1-a", "1-b", "1-c"]);
    let packets = packets.into_iter().map(by_direction).collect();
    let net = site();
    let told = net.told_of(&[packets]);
    assert_eq!(labels(&told), ["10.0.0.1", "10.0.0.2"]);
    let hops = told.hops();
    assert!(
        hops.iter()
            .all(|hop| hop.ends_with("OPTIONS ue>p: request 200")),
        "{hops:?}"
    );
}

/// Two machines, of which the second has its packet 60 ms later, and no identification tells: one message seen twice. One
/// capture point that sees the same bytes again after so long saw them sent again.
#[test]
fn what_two_interfaces_see_late_is_a_copy() {
    let mut net = site();
    let options = Talk::new("1@10.0.0.1").request("OPTIONS", 1);
    net.send("ue", "p", options, 0);
    let packet = net.packets[0].clone().without_id();
    let twice = |tap| vec![packet.clone(), packet.later(60 * MS).by(tap)];
    let hops = |tap| net.told_of(&[twice(tap)]).hops();
    assert_eq!(hops(Tap::Interface(1)), ["1 OPTIONS ue>p: request*2"]);
    assert_eq!(hops(Tap::Interface(0)), ["1 OPTIONS ue>p: request again"]);
}

/// The file that is written names the interface, and gives the same nodes again; one that names the input takes all of it.
#[test]
fn the_node_file_names_capture_points() {
    let files = [two_sites(Tap::Interface(0), Tap::Interface(1))];
    let net = site();
    let found = net.told_of(&files).trace;
    let written = node_file(&found, found.nodes());
    for interface in ["0.pcap interface 0\"]", "0.pcap interface 1\"]"] {
        let of_it = |line: &&str| line.starts_with("captures") && line.ends_with(interface);
        assert_eq!(written.lines().filter(of_it).count(), 2, "{written}");
    }
    let with = |net: &Net, nodes: &str| {
        let hints = Hints {
            nodes: read_node_file(nodes).unwrap(),
            ..Hints::default()
        };
        labels(&net.told_with(&files, 1, &hints)).len()
    };
    assert_eq!(with(&net, &written), 4, "{written}");
    let node = |label: &str, capture: &str| {
        format!(
            "[[node]]\nlabel = \"{label}\"\naddresses = [\"10.0.0.2\"]\ncaptures = [\"{capture}\"]\n"
        )
    };
    let one = node("p", "0.pcap");
    assert_eq!(with(&net, &one), 3, "both proxies are the one of the file");
    let of_one = node("p", "0.pcap interface 1");
    assert_eq!(with(&net, &of_one), 4);
}
