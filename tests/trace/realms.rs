//! The same addresses in two VLANs: the same elements, of which packets are seen twice, or clones of them.

use super::scenario::{MS, Net, Packet};
use super::sip::Talk;

/// A call over a proxy at addresses that may be used again.
fn private() -> Net {
    let mut net = Net::new(&[])
        .node("ue", "10.0.0.1:5060")
        .node("p", "10.0.0.2:5060")
        .node("as", "10.0.0.3:5060");
    let invite = Talk::new("1@10.0.0.1").request("INVITE", 1);
    let journey = net.journey(invite, &["ue", "p", "as"], 0);
    net.respond(&journey, 180, "b", 400);
    net.respond(&journey, 200, "b", 800);
    net
}

/// All packets on one VLAN, and what `other` makes of each and its number on another, in the order of time.
fn on_two(mut net: Net, other: impl Fn(&Packet, usize) -> Packet) -> Net {
    let both = net.packets.iter().enumerate().flat_map(|(number, packet)| {
        let other = other(packet, number).on_vlan(20);
        [packet.clone().on_vlan(10), other]
    });
    let mut both: Vec<_> = both.collect();
    both.sort_by_key(|packet| packet.at);
    net.packets = both;
    net
}

const TWICE: [&str; 2] = [
    "1 INVITE ue>p: request*2 180*2 200*2",
    "2 INVITE p>as via 1: request*2 180*2 200*2",
];

const CLONES: [&str; 4] = [
    "1 INVITE ue>p: request 180 200",
    "2 INVITE ue>p: request 180 200",
    "3 INVITE p>as via 1: request 180 200",
    "4 INVITE p>as via 2: request 180 200",
];

/// Two copies of a machine count their packets on their own. Everything else is equal, and one is just behind the other.
#[test]
fn clones_with_identifications_of_their_own() {
    let net = on_two(private(), |packet, _| {
        let id = packet.id + 1000;
        Packet {
            id,
            ..packet.later(3 * MS)
        }
    });
    let told = net.told();
    assert_eq!(told.messages().len(), 12);
    assert_eq!(told.hops(), CLONES);
}

/// The proxies number their packets, the others do not: what is known of the two VLANs counts for all.
#[test]
fn clones_of_which_some_number_their_packets() {
    let numbered = |mut packet: Packet, id: u16| {
        let is_proxy = packet.source == "10.0.0.2:5060".parse().unwrap();
        packet.id = if is_proxy { id } else { 0 };
        packet
    };
    let mut net = private();
    for (number, packet) in (1..).zip(&mut net.packets) {
        *packet = numbered(packet.clone(), number);
    }
    let net = on_two(net, |packet, number| {
        numbered(packet.later(3 * MS), 1000 + number as u16)
    });
    assert_eq!(net.told().hops(), CLONES);
}

/// Without identifications the spacing tells, even for a message that came in step by chance.
#[test]
fn clones_without_identification() {
    let mut net = private();
    net.packets = net.packets.into_iter().map(Packet::without_id).collect();
    let net = on_two(net, |packet, number| {
        packet.later(if number == 3 { 5 * MS } else { 60 * MS })
    });
    let hops = net.told().hops();
    let expected = [
        "1 INVITE ue>p: request 180 200",
        "2 INVITE p>as via 1: request 180 200",
        "3 INVITE ue>p: request 180 200",
        "4 INVITE p>as via 3: request 180 200",
    ];
    assert_eq!(hops, expected);
}

/// The clone has its request where it was not captured; the hop of the other is answered already.
#[test]
fn a_clone_whose_request_is_missing() {
    let mut net = Net::new(&[])
        .node("ue", "10.0.0.1:5060")
        .node("p", "10.0.0.2:5060");
    let options = net.send("ue", "p", Talk::new("1@10.0.0.1").request("OPTIONS", 1), 0);
    net.reply(&options, 200, "b", 100);
    let mut net = on_two(net, |packet, _| {
        let id = packet.id + 1000;
        Packet {
            id,
            ..packet.later(3 * MS)
        }
    });
    net.packets.retain(|packet| packet.id != 1001);
    assert_eq!(
        net.told().hops(),
        ["1 OPTIONS ue>p: request 200", "2 OPTIONS ue>p: 200-stray"]
    );
}

/// A router between the two: requests are seen on the near VLAN first, responses on the far one.
#[test]
fn a_packet_on_both_sides_of_a_router() {
    for with_id in [true, false] {
        let mut net = private();
        for packet in &mut net.packets {
            packet.id *= u16::from(with_id);
        }
        let asks = |packet: &Packet| packet.payload.starts_with(b"INVITE");
        let net = on_two(net, |packet, _| {
            packet.later(if asks(packet) { 50_000 } else { -50_000 })
        });
        assert_eq!(net.told().hops(), TWICE);
    }
}

/// A bridge adds the tag.
#[test]
fn a_packet_with_and_without_tag() {
    for with_id in [true, false] {
        let mut net = private();
        for packet in &mut net.packets {
            packet.id *= u16::from(with_id);
        }
        let mut net = on_two(net, |packet, _| packet.later(1000));
        for packet in &mut net.packets {
            packet.vlan = packet.vlan.filter(|vlan| *vlan == 20);
        }
        assert_eq!(net.told().hops(), TWICE);
    }
}

/// Sent again behind a router, without identifications: the second sending is no clone of the first.
#[test]
fn a_retransmission_on_both_sides_of_a_router() {
    let mut net = Net::new(&[])
        .node("ue", "10.0.0.1:5060")
        .node("p", "10.0.0.2:5060");
    let invite = net.send("ue", "p", Talk::new("again").request("INVITE", 1), 0);
    net.again(&invite, 500);
    net.again(&invite, 1500);
    net.reply(&invite, 200, "b", 1600);
    net.packets = net.packets.into_iter().map(Packet::without_id).collect();
    let net = on_two(net, |packet, _| packet.later(50_000));
    let expected = "1 INVITE ue>p: request*2 again*2 again*2 200*2";
    assert_eq!(net.told().hops(), [expected]);
}

/// A mirror of what comes in only: each side has a VLAN, and everything is seen on that of its sender.
#[test]
fn each_direction_in_a_vlan_of_its_own() {
    let mut net = private();
    for packet in &mut net.packets {
        let from_ue = packet.payload.starts_with(b"INVITE");
        packet.vlan = Some(if from_ue { 10 } else { 20 });
    }
    assert_eq!(
        net.told().hops(),
        [
            "1 INVITE ue>p: request 180 200",
            "2 INVITE p>as via 1: request 180 200"
        ]
    );
}

/// Two customers whose devices send the same OPTIONS, but have calls of their own.
#[test]
fn overlapping_networks_whose_calls_differ() {
    let mut net = Net::new(&[])
        .node("ue", "10.0.0.1:5060")
        .node("p", "10.0.0.2:5060");
    for (vlan, call) in [(10, "alice"), (20, "zoe")] {
        let first = net.packets.len();
        let at = i64::from(vlan);
        let keepalive = Talk::new("1@10.0.0.1").request("OPTIONS", 1);
        let keepalive = net.raw(
            "ue",
            "p",
            keepalive.via("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1"),
            at,
        );
        net.reply(&keepalive, 200, "x", at + 5);
        let invite = Talk::new(call).request("INVITE", 1);
        let invite = invite.via(&format!("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK{call}"));
        let invite = net.raw("ue", "p", invite, at + 100);
        net.reply(&invite, 200, "b", at + 200);
        for packet in &mut net.packets[first..] {
            packet.vlan = Some(vlan);
        }
    }
    net.packets.sort_by_key(|packet| packet.at);
    let told = net.told();
    assert_eq!(
        told.hops(),
        [
            "1 OPTIONS ue>p: request 200",
            "2 OPTIONS ue>p: request 200",
            "3 INVITE ue>p: request 200",
            "4 INVITE ue>p: request 200"
        ]
    );
    let addresses: Vec<_> = told.trace.nodes().map(|node| node.label()).collect();
    assert_eq!(
        addresses,
        [
            "10.0.0.1 VLAN 10",
            "10.0.0.2 VLAN 10",
            "10.0.0.1 VLAN 20",
            "10.0.0.2 VLAN 20"
        ]
    );
}
