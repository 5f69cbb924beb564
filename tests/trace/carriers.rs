//! The same private addresses under the labels of a carrier, or in the captures of two machines: two networks only where the
//! messages show that they are.

use sipscope::trace::{Hints, node_file, read_node_file};

use super::scenario::{Carrier, MS, Net, Packet};
use super::sip::Talk;
use super::told::Told;

/// A terminal and its proxy at addresses that every customer uses.
pub fn site() -> Net {
    Net::new(&[])
        .node("ue", "10.0.0.1:5060")
        .node("p", "10.0.0.2:5060")
}

/// OPTIONS with these Call-IDs, a second apart, each answered. The terminal calls itself by this name.
pub fn pings(sent_by: &str, call_ids: &[&str]) -> Vec<Packet> {
    let mut net = site();
    for (number, call_id) in (0..).zip(call_ids) {
        let options = Talk::new(call_id).request("OPTIONS", 1);
        let via = format!("SIP/2.0/UDP {sent_by};branch=z9hG4bK{call_id}");
        let sent = net.raw("ue", "p", options.via(&via), number * 1000);
        net.reply(&sent, 200, "x", number * 1000 + 20);
    }
    net.packets
}

/// Requests under one label, answers under the other, as each end of a carrier gives out its own (RFC 4364 4.3.2).
fn each_way(packets: Vec<Packet>, there: Carrier, back: Carrier) -> Vec<Packet> {
    let under = |packet: Packet| match packet.payload.starts_with(b"SIP/2.0") {
        true => packet.under(back),
        false => packet.under(there),
    };
    packets.into_iter().map(under).collect()
}

/// Half a second later.
pub fn later(packets: Vec<Packet>) -> Vec<Packet> {
    packets
        .iter()
        .map(|packet| packet.later(500 * MS))
        .collect()
}

fn in_one_file(parts: [Vec<Packet>; 2]) -> Vec<Vec<Packet>> {
    let mut all = parts.concat();
    all.sort_by_key(|packet| packet.at);
    vec![all]
}

pub fn labels(told: &Told<'_>) -> Vec<String> {
    told.trace.nodes().map(|node| node.label()).collect()
}

const ONE: [&str; 2] = ["10.0.0.1", "10.0.0.2"];
const SECOND: [&str; 3] = ["2-a", "2-b", "2-c"];

#[test]
fn customers_by_mpls_label() {
    use Carrier::Mpls;
    let first = each_way(
        pings("10.0.0.1", &["1-a", "1-b", "1-c"]),
        Mpls(18),
        Mpls(19),
    );
    let second = each_way(later(pings("10.0.0.1", &SECOND)), Mpls(28), Mpls(29));
    let net = site();
    let told = net.told_of(&in_one_file([first, second]));
    let expected = [
        "10.0.0.1 mpls 18+mpls 19",
        "10.0.0.2 mpls 18+mpls 19",
        "10.0.0.1 mpls 28+mpls 29",
        "10.0.0.2 mpls 28+mpls 29",
    ];
    assert_eq!(labels(&told), expected);
    let hops = told.hops();
    assert!(
        hops.iter()
            .all(|hop| hop.ends_with("OPTIONS ue>p: request 200")),
        "{hops:?}"
    );
}

#[test]
fn customers_by_segment() {
    use Carrier::Vxlan;
    let first = each_way(
        pings("10.0.0.1", &["1-a", "1-b", "1-c"]),
        Vxlan(5),
        Vxlan(5),
    );
    let second = each_way(later(pings("10.0.0.1", &SECOND)), Vxlan(6), Vxlan(6));
    let net = site();
    let told = net.told_of(&in_one_file([first, second]));
    let expected = [
        "10.0.0.1 vxlan 5",
        "10.0.0.2 vxlan 5",
        "10.0.0.1 vxlan 6",
        "10.0.0.2 vxlan 6",
    ];
    assert_eq!(labels(&told), expected);
}

/// The node file that is written of them gives the same nodes again.
#[test]
fn what_is_written_of_customers_is_read_again() {
    use Carrier::Vxlan;
    let first = each_way(pings("10.0.0.1", &["1-a", "1-b"]), Vxlan(5), Vxlan(5));
    let second = each_way(
        later(pings("10.0.0.1", &["2-a", "2-b"])),
        Vxlan(6),
        Vxlan(6),
    );
    let net = site();
    let files = in_one_file([first, second]);
    let found = net.told_of(&files).trace;
    let written = node_file(&found, found.nodes());
    let hints = Hints {
        nodes: read_node_file(&written).unwrap(),
        ..Hints::default()
    };
    let told = net.told_with(&files, 1, &hints);
    assert_eq!(labels(&told).len(), 4, "{written}");
    assert_eq!(
        node_file(&told.trace, told.trace.nodes())
            .matches("vxlan 6")
            .count(),
        4
    );
}

/// One network: each direction has a label, and each destination too.
#[test]
fn each_direction_under_a_label_of_its_own() {
    use Carrier::Mpls;
    let packets = each_way(
        pings("10.0.0.1", &["1-a", "1-b", "1-c"]),
        Mpls(18),
        Mpls(19),
    );
    let net = site();
    let told = net.told_of(&[packets]);
    assert_eq!(labels(&told), ONE);
}

/// Only requests are captured, and each destination has a label.
#[test]
fn each_destination_under_a_label_of_its_own() {
    let mut net = site().node("q", "10.0.0.3:5060");
    for (number, to) in (0..).zip(["p", "q", "p", "q"]) {
        let options = Talk::new(&format!("{number}")).request("OPTIONS", 1);
        let via = format!("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK{number}");
        net.raw("ue", to, options.via(&via), number * 1000);
    }
    for packet in &mut net.packets {
        let label = u32::from(packet.destination == "10.0.0.3:5060".parse().unwrap()) + 18;
        packet.label = Some(Carrier::Mpls(label));
    }
    let told = net.told();
    assert_eq!(labels(&told), ["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
}

/// The carrier gave out new labels: never both at a time.
#[test]
fn a_label_that_changes() {
    use Carrier::Mpls;
    let before = each_way(pings("10.0.0.1", &["1-a", "1-b"]), Mpls(18), Mpls(19));
    let after = each_way(pings("10.0.0.1", &["2-a", "2-b"]), Mpls(28), Mpls(29));
    let after = after.iter().map(|packet| packet.later(5000 * MS)).collect();
    let net = site();
    let told = net.told_of(&in_one_file([before, after]));
    assert_eq!(labels(&told), ONE);
}

/// The same packet on both sides of an edge of the carrier, and mirrored into a segment.
#[test]
fn a_packet_with_and_without_label() {
    use Carrier::{Mpls, Vxlan};
    let plain = pings("10.0.0.1", &["1-a", "1-b", "1-c"]);
    let labelled = each_way(plain.clone(), Mpls(18), Mpls(19));
    let mirrored = each_way(plain.clone(), Vxlan(5), Vxlan(6));
    let net = site();
    for other in [labelled, mirrored] {
        let other = other.iter().map(|packet| packet.later(50_000)).collect();
        let told = net.told_of(&in_one_file([plain.clone(), other]));
        assert_eq!(labels(&told), ONE);
        assert_eq!(told.hops()[0], "1 OPTIONS ue>p: request*2 200*2");
    }
}

/// Terminals that register at two sites: names of their own tell one from the other, also where a trunk between the sites is in
/// both captures.
#[test]
fn two_sites_with_names_of_their_own() {
    let mut trunk = Net::new(&["a", "b"]);
    let invite = trunk.send("a", "b", Talk::new("trunk").request("INVITE", 1), 100);
    trunk.again(&invite, 600);
    trunk.reply(&invite, 486, "y", 700);
    trunk.ack(&invite, "y", 710);
    let trunk = trunk.packets;
    let sites = [
        [pings("phone.east.example", &["1-a", "1-b"]), trunk.clone()].concat(),
        [later(pings("phone.west.example", &["2-a", "2-b"])), trunk].concat(),
    ];
    let sites = sites.map(|mut packets| {
        packets.sort_by_key(|packet| packet.at);
        packets
    });
    let net = Net::new(&["a", "b"])
        .node("ue", "10.0.0.1:5060")
        .node("p", "10.0.0.2:5060");
    let told = net.told_of(&sites);
    let proxies: Vec<_> = labels(&told)
        .into_iter()
        .filter(|label| label.contains("10.0.0.2"))
        .collect();
    assert_eq!(proxies, ["10.0.0.2 in 0.pcap", "10.0.0.2 in 1.pcap"]);
    let names = ["phone.east.example", "phone.west.example"];
    assert!(
        names
            .iter()
            .all(|name| labels(&told).contains(&(*name).to_owned()))
    );
    let hops = told.hops();
    let trunk: Vec<_> = hops.iter().filter(|hop| hop.contains("INVITE")).collect();
    assert_eq!(trunk.len(), 1, "{hops:?}");
    assert!(
        trunk[0].ends_with("INVITE a>b: request*2 again*2 486*2 ack*2"),
        "{trunk:?}"
    );
}

/// Each site registers users of a domain of its own, from the same address.
#[test]
fn two_sites_that_register_users_of_their_own() {
    let register = |user: &str, domain: &str| {
        let mut net = site();
        for cseq in 1..4 {
            let mut message = Talk::between(user, user, user).request("REGISTER", cseq);
            for line in &mut message.fields {
                *line = line.replace("@example.com", &format!("@{domain}"));
            }
            let via = format!("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK{user}{cseq}");
            let sent = net.raw("ue", "p", message.via(&via), i64::from(cseq) * 1000);
            net.reply(&sent, 200, "r", i64::from(cseq) * 1000 + 20);
        }
        net.packets
    };
    let net = site();
    let east = register("alice", "east.example");
    let files = [east.clone(), later(register("zoe", "west.example"))];
    assert_eq!(labels(&net.told_of(&files)).len(), 4);
    // Users of one domain may well be behind one address.
    let files = [east, later(register("zoe", "east.example"))];
    assert_eq!(labels(&net.told_of(&files)), ONE);
}

/// Files of one network: by time, by call, and from both ends.
#[test]
fn files_of_one_network() {
    let all = pings("phone.east.example", &["1-a", "1-b", "1-c", "1-d"]);
    let is_of =
        |packet: &Packet, call_id: &str| String::from_utf8_lossy(&packet.payload).contains(call_id);
    let calls = [["1-a", "1-c"], ["1-b", "1-d"]].map(|ids| {
        let own = all
            .iter()
            .filter(|packet| ids.iter().any(|id| is_of(packet, id)));
        own.cloned().collect::<Vec<_>>()
    });
    let (early, late) = all.split_at(4);
    let other_end = all.iter().map(|packet| packet.later(2 * MS)).collect();
    let net = site();
    for files in [
        [early.to_vec(), late.to_vec()],
        calls,
        [all.clone(), other_end],
    ] {
        let told = net.told_of(&files);
        assert_eq!(labels(&told), ["phone.east.example", "10.0.0.2"]);
    }
}

/// A name that one message says is chance, and those that say none do not confirm it.
#[test]
fn a_name_that_is_said_once() {
    let mut second = pings("phone.west.example", &["2-a"]);
    second.extend(
        pings("10.0.0.1", &["2-b", "2-c"])
            .iter()
            .map(|packet| packet.later(1000 * MS)),
    );
    let files = [
        pings("phone.east.example", &["1-a", "1-b", "1-c"]),
        later(second),
    ];
    let told = site().told_of(&files).trace.nodes().len();
    assert_eq!(told, 2);
}

/// The node file says so, one way and the other.
#[test]
fn the_node_file_decides() {
    let files = [
        pings("10.0.0.1", &["1-a", "1-b"]),
        later(pings("10.0.0.1", &["2-a", "2-b"])),
    ];
    let net = site();
    let with = |files: &[Vec<Packet>], nodes: &str| {
        let hints = Hints {
            nodes: read_node_file(nodes).unwrap(),
            ..Hints::default()
        };
        labels(&net.told_with(files, 1, &hints))
    };
    assert_eq!(with(&files, ""), ONE);
    let two = "[[node]]\nlabel = \"east\"\naddresses = [\"10.0.0.1\"]\ncaptures = [\"0.pcap\"]\n\
               [[node]]\nlabel = \"west\"\naddresses = [\"10.0.0.1\"]\ncaptures = [\"1.pcap\"]\n";
    let expected = ["east", "10.0.0.2 in 0.pcap", "west", "10.0.0.2 in 1.pcap"];
    assert_eq!(with(&files, two), expected);
    let files = [
        pings("phone.east.example", &["1-a", "1-b"]),
        later(pings("phone.west.example", &["2-a", "2-b"])),
    ];
    let one = "[[node]]\nlabel = \"phone\"\naddresses = [\"10.0.0.1\"]\n\
               [[node]]\nlabel = \"proxy\"\naddresses = [\"10.0.0.2\"]\n";
    assert_eq!(with(&files, one), ["phone", "proxy"]);
}
