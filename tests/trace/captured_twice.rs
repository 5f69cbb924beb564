//! One message that was captured more than once, and two that only look like it; capture points whose clocks differ.

use sipscope::trace::{ClockSource, Hints};

use super::calls::through_two_proxies;
use super::scenario::{MS, Net, Packet};
use super::sip::Talk;
use super::told::Told;

const BASIC: [&str; 12] = [
    "1 INVITE uac>p1: request*2 100*2 180*2 200*2",
    "2 INVITE p1>p2 via 1: request*2 100*2 180*2 200*2",
    "3 INVITE p2>uas via 2: request*2 180*2 200*2",
    "4 ACK uac>p1: request*2",
    "5 ACK p1>p2 via 4: request*2",
    "6 ACK p2>uas via 5: request*2",
    "7 INFO uac>p1: request*2 200*2",
    "8 INFO p1>p2 via 7: request*2 200*2",
    "9 INFO p2>uas via 8: request*2 200*2",
    "10 BYE uas>p2: request*2 200*2",
    "11 BYE p2>p1 via 10: request*2 200*2",
    "12 BYE p1>uac via 11: request*2 200*2",
];

fn basic() -> Net {
    let mut net = Net::new(&["uac", "p1", "p2", "uas"]).record_routing(&["p1", "p2"]);
    through_two_proxies(&mut net, "basic", 0);
    net
}

/// Each packet and behind it what `copy` makes of it.
fn doubled(packets: &[Packet], copy: impl Fn(&Packet) -> Packet) -> Vec<Packet> {
    let pairs = packets.iter().map(|packet| [packet.clone(), copy(packet)]);
    pairs.flatten().collect()
}

/// The `any` interface of Linux shows a packet on each interface that it crosses.
#[test]
fn a_capture_on_all_interfaces() {
    let mut net = basic();
    net.packets = doubled(&net.packets, |packet| packet.later(20_000));
    assert_eq!(net.told().hops(), BASIC);
    assert_eq!(net.told().messages().len(), 26);
}

/// The same of connections: TCP, whose segments a stream takes once.
#[test]
fn a_capture_of_connections_on_all_interfaces() {
    for with_id in [true, false] {
        let mut net = Net::new(&["uac", "p1", "p2", "uas"]).record_routing(&["p1", "p2"]);
        for ends in ["uac p1", "p1 p2", "p2 uas"] {
            let (one, other) = ends.split_once(' ').unwrap();
            net.connect(one, other, -10);
        }
        through_two_proxies(&mut net, "basic", 0);
        for packet in &mut net.packets {
            packet.id *= u16::from(with_id);
        }
        net.packets = doubled(&net.packets, |packet| packet.later(20_000));
        assert_eq!(net.told().hops(), BASIC);
        assert_eq!(net.told().messages().len(), 26);
    }
}

/// Many systems number no packets that may not be cut.
#[test]
fn a_capture_on_all_interfaces_of_packets_without_identification() {
    let mut net = basic();
    let numbered = net.packets.drain(..);
    let bare: Vec<_> = numbered.map(Packet::without_id).collect();
    net.packets = doubled(&bare, |packet| packet.later(20_000));
    assert_eq!(net.told().hops(), BASIC);
}

/// A mirror port on both sides of a router.
#[test]
fn a_capture_of_two_vlans() {
    for with_id in [true, false] {
        let mut net = basic();
        for packet in &mut net.packets {
            packet.vlan = Some(10);
            packet.id *= u16::from(with_id);
        }
        net.packets = doubled(&net.packets, |packet| packet.later(5_000).on_vlan(20));
        assert_eq!(net.told().hops(), BASIC);
    }
}

/// The same bytes half a second later in another packet are sent again (RFC 3261 17.1.1.2), each captured twice.
#[test]
fn a_retransmission_is_no_duplicate() {
    for with_id in [true, false] {
        let mut net = Net::new(&["uac", "uas"]);
        let invite = net.send("uac", "uas", Talk::new("again").request("INVITE", 1), 0);
        net.again(&invite, 500);
        net.reply(&invite, 200, "b", 600);
        net.reply(&invite, 200, "b", 1100);
        for packet in &mut net.packets {
            packet.id *= u16::from(with_id);
        }
        net.packets = doubled(&net.packets, |packet| packet.later(20_000));
        let expected = "1 INVITE uac>uas: request*2 again*2 200*2 200-again*2";
        assert_eq!(net.told().hops(), [expected]);
    }
}

/// What may not be fragmented needs no identification of its own (RFC 6864 4.1): some systems always send the same.
#[test]
fn retransmissions_with_one_identification() {
    let mut net = Net::new(&["uac", "uas"]);
    let invite = net.send("uac", "uas", Talk::new("again").request("INVITE", 1), 0);
    for at in [500, 1500, 3500] {
        net.again(&invite, at);
    }
    for packet in &mut net.packets {
        packet.id = 7;
    }
    assert_eq!(
        net.told().hops(),
        ["1 INVITE uac>uas: request again again again"]
    );
    net.packets = doubled(&net.packets, |packet| packet.later(20_000));
    let expected = "1 INVITE uac>uas: request*2 again*2 again*2 again*2";
    assert_eq!(net.told().hops(), [expected]);
}

/// A system that is in a hurry sends again at once; the identification tells.
#[test]
fn a_retransmission_right_behind_the_first() {
    let mut net = Net::new(&["uac", "uas"]);
    let invite = net.send("uac", "uas", Talk::new("hurry").request("INVITE", 1), 0);
    net.again(&invite, 2);
    net.reply(&invite, 200, "b", 600);
    assert_eq!(net.told().hops(), ["1 INVITE uac>uas: request again 200"]);
}

/// Two customers, each with its network of private addresses, and devices that count their Call-IDs from 1.
#[test]
fn the_same_private_addresses_in_two_vlans() {
    let mut net = Net::new(&[])
        .node("ue", "10.0.0.1:5060")
        .node("p", "10.0.0.2:5060");
    let mut expected = Vec::new();
    for (vlan, tag) in [(10, "b1"), (20, "b2")] {
        let talk = Talk::between(
            "1@10.0.0.1",
            if vlan == 10 { "alice" } else { "zoe" },
            "bob",
        );
        let first = net.packets.len();
        let invite = net.send("ue", "p", talk.request("INVITE", 1), i64::from(vlan));
        net.reply(&invite, 200, tag, i64::from(vlan) + 100);
        for packet in &mut net.packets[first..] {
            packet.vlan = Some(vlan);
        }
        expected.push(format!("{} INVITE ue>p: request 200", expected.len() + 1));
    }
    let told = net.told();
    assert_eq!(told.hops(), expected);
    assert_eq!(
        told.dialogs(),
        [
            "1@10.0.0.1 a/b1 made by 1: 1",
            "1@10.0.0.1 z/b2 made by 2: 2"
        ]
    );
}

/// Even the same bytes are two messages if they came in two packets.
#[test]
fn the_same_bytes_between_the_same_private_addresses_in_two_vlans() {
    let mut net = Net::new(&[])
        .node("ue", "10.0.0.1:5060")
        .node("p", "10.0.0.2:5060");
    let options = net.send("ue", "p", Talk::new("1@10.0.0.1").request("OPTIONS", 1), 0);
    net.again(&options, 3);
    net.packets[0].vlan = Some(10);
    net.packets[1].vlan = Some(20);
    assert_eq!(net.told().messages(), ["OPTIONS ue>p", "OPTIONS ue>p"]);
}

const AHEAD: i64 = 1_700_000_000;
/// How long a packet is on its way.
const TRANSIT: i64 = MS / 2;

/// What one end of a line sees, and what the other end sees with a clock that is ahead.
fn both_ends(net: &Net, one: &str, other: &str) -> [Vec<Packet>; 2] {
    let there = net.between(one, other);
    let here = net.address(one);
    let far = there.iter().map(|packet| {
        let way = if packet.source == here {
            TRANSIT
        } else {
            -TRANSIT
        };
        packet.later(AHEAD + way)
    });
    [there.clone(), far.collect()]
}

/// By how much the second clock is set against the first.
fn offset(told: &Told<'_>) -> i64 {
    told.clock(1).offset - told.clock(0).offset
}

/// How many messages the clock of a file rests on.
fn shared(told: &Told<'_>, file: usize) -> Option<usize> {
    match told.clock(file).source {
        ClockSource::Shared { messages, .. } => Some(messages),
        _ => None,
    }
}

#[test]
fn two_capture_points_whose_clocks_differ() {
    for with_id in [true, false] {
        let mut net = basic();
        for packet in &mut net.packets {
            packet.id *= u16::from(with_id);
        }
        let files = both_ends(&net, "uac", "p1");
        let told = net.told_of(&files);
        assert_eq!(offset(&told), -AHEAD);
        assert_eq!(shared(&told, 1), Some(9));
        assert_eq!(
            told.hops(),
            [
                "1 INVITE uac>p1: request*2 100*2 180*2 200*2",
                "2 ACK uac>p1: request*2",
                "3 INFO uac>p1: request*2 200*2",
                "4 BYE p1>uac: request*2 200*2",
            ]
        );
        assert_eq!(
            told.messages(),
            [
                "INVITE uac>p1*2",
                "100 p1>uac*2",
                "180 p1>uac*2",
                "200 p1>uac*2",
                "ACK uac>p1*2",
                "INFO uac>p1*2",
                "200 p1>uac*2",
                "BYE p1>uac*2",
                "200 uac>p1*2",
            ]
        );
    }
}

/// Each at a proxy of its own: they share only what goes from one to the other, and that brings all in order.
#[test]
fn capture_points_that_share_one_line() {
    let net = basic();
    let near = net.at("p1");
    let far: Vec<_> = net
        .at("p2")
        .iter()
        .map(|packet| packet.later(AHEAD))
        .collect();
    for files in [[near.clone(), far.clone()], [far, near]] {
        let told = net.told_of(&files);
        assert_eq!(offset(&told).abs(), AHEAD);
        let plain = BASIC.iter().map(|line| {
            let shared = line.contains("p1>p2") || line.contains("p2>p1");
            if shared {
                line.to_string()
            } else {
                line.replace("*2", "")
            }
        });
        assert_eq!(told.hops(), plain.collect::<Vec<_>>());
    }
}

/// What one of them saw twice at once is still one message to compare clocks by.
#[test]
fn capture_points_of_which_one_saw_everything_twice() {
    let net = basic();
    let [near, far] = both_ends(&net, "uac", "p1");
    let near = doubled(&near, |packet| packet.later(20_000));
    let told = net.told_of(&[near, far]);
    let off = (offset(&told) + AHEAD).abs();
    assert!(off <= 20_000, "{off} ns off");
    assert_eq!(
        told.hops()[0],
        "1 INVITE uac>p1: request*3 100*3 180*3 200*3"
    );
}

#[test]
fn capture_points_that_share_nothing() {
    let net = basic();
    let near = net.between("uac", "p1");
    let far: Vec<_> = net.between("p2", "uas");
    let told = net.told_of(&[near, far]);
    for file in [0, 1] {
        let clock = told.clock(file);
        assert_eq!((clock.offset, &clock.source), (0, &ClockSource::Own));
    }
    assert_eq!(told.calls(), ["basic"]);
}

/// What the user says counts more than what could be estimated.
#[test]
fn an_offset_that_is_given() {
    let net = basic();
    let files = both_ends(&net, "uac", "p1");
    let hints = Hints {
        offsets: [(1, -1_600_000_000)].into(),
        ..Hints::default()
    };
    let told = net.told_with(&files, 1, &hints);
    let clock = told.clock(1);
    assert_eq!(
        (clock.offset, &clock.source),
        (-1_600_000_000, &ClockSource::Given)
    );
}

/// The sender sent three times, and only the last one arrived.
#[test]
fn captures_of_the_sender_and_of_the_receiver() {
    for with_id in [true, false] {
        let mut net = Net::new(&["uac", "uas"]);
        let talk = Talk::new("lossy");
        let invite = net.send("uac", "uas", talk.request("INVITE", 1), 0);
        net.again(&invite, 500);
        net.again(&invite, 1500);
        net.reply(&invite, 200, "b", 1600);
        net.send("uac", "uas", talk.with("b").request("ACK", 1), 1700);
        for packet in &mut net.packets {
            packet.id *= u16::from(with_id);
        }
        let sender = net.packets.clone();
        let receiver: Vec<_> = net.packets[2..]
            .iter()
            .map(|packet| packet.later(MS))
            .collect();
        let told = net.told_of(&[sender, receiver]);
        assert_eq!(
            told.hops(),
            [
                "1 INVITE uac>uas: request again again*2 200*2",
                "2 ACK uac>uas: request*2",
            ]
        );
    }
}

/// A capture that was cut into files, with a retransmission on either side of the cut. The identification says that these
/// are two packets, so the clocks need no offset.
#[test]
fn a_retransmission_across_two_files() {
    let mut net = Net::new(&["uac", "uas"]);
    let invite = net.send("uac", "uas", Talk::new("cut").request("INVITE", 1), 0);
    net.again(&invite, 500);
    net.reply(&invite, 200, "b", 600);
    let files = [net.packets[..1].to_vec(), net.packets[1..].to_vec()];
    let told = net.told_of(&files);
    assert_eq!(offset(&told), 0);
    assert_eq!(told.hops(), ["1 INVITE uac>uas: request again 200"]);
}

/// The first and the third share nothing, but both share something with the second.
#[test]
fn three_capture_points_in_a_chain() {
    let net = basic();
    let [first, second, third] =
        [("p1", 0), ("p2", AHEAD), ("uas", -3 * AHEAD)].map(|(node, ahead)| {
            let seen = net.at(node).into_iter();
            seen.map(|packet| packet.later(ahead)).collect::<Vec<_>>()
        });
    let told = net.told_of(&[first, second, third]);
    let offset = |file| told.clock(file).offset - told.clock(0).offset;
    assert_eq!([1, 2].map(offset), [-AHEAD, 3 * AHEAD]);
    let once = BASIC.iter().map(|line| match line.contains("uac") {
        true => line.replace("*2", ""),
        false => line.to_string(),
    });
    assert_eq!(told.hops(), once.collect::<Vec<_>>());
}

/// What is estimated is told relative to what is given.
#[test]
fn an_offset_that_is_given_moves_the_others_too() {
    let net = basic();
    let files = both_ends(&net, "uac", "p1");
    let hints = Hints {
        offsets: [(0, 5_000_000_000)].into(),
        ..Hints::default()
    };
    let told = net.told_with(&files, 1, &hints);
    assert_eq!(offset(&told), -AHEAD);
    assert_eq!(told.clock(0).offset, 5_000_000_000);
}

/// Whichever clock of a chain is given, the others keep their distances to it.
#[test]
fn an_offset_that_is_given_for_any_of_a_chain() {
    let net = basic();
    let aheads = [0, AHEAD, -3 * AHEAD];
    let seen = |node: &str, ahead: i64| {
        net.at(node)
            .into_iter()
            .map(move |packet| packet.later(ahead))
    };
    let files = [("p1", aheads[0]), ("p2", aheads[1]), ("uas", aheads[2])]
        .map(|(node, ahead)| seen(node, ahead).collect::<Vec<_>>());
    // Inputs are numbered in the order of their times.
    for (given, ahead) in [(0, aheads[2]), (1, aheads[0]), (2, aheads[1])] {
        for moved in [0, 5_000_000_000] {
            let hints = Hints {
                offsets: [(given, moved)].into(),
                ..Hints::default()
            };
            let told = net.told_with(&files, 1, &hints);
            let expected = aheads.map(|own| moved + ahead - own);
            assert_eq!(
                [0, 1, 2].map(|file| told.clock(file).offset),
                expected,
                "{given} {moved}"
            );
        }
    }
}

/// Capture points that share nothing and whose clocks differ: the Via list still tells what came first.
#[test]
fn clocks_that_nothing_compares_do_not_turn_a_journey_round() {
    let net = basic();
    let near = net.between("uac", "p1");
    let far = [net.between("p1", "p2"), net.between("p2", "uas")].concat();
    let far: Vec<_> = far.iter().map(|packet| packet.later(-AHEAD)).collect();
    let told = net.told_of(&[near, far]);
    assert_eq!(told.hops(), BASIC.map(|line| line.replace("*2", "")));
    let messages = told.messages();
    let invites: Vec<_> = messages
        .iter()
        .filter(|line| line.starts_with("INVITE"))
        .collect();
    assert_eq!(invites, ["INVITE uac>p1", "INVITE p1>p2", "INVITE p2>uas"]);
}

/// The same without identifications: of the two sendings, each file has one. They are still two, half a second
/// apart by one clock, and not one by two clocks.
#[test]
fn a_retransmission_without_identification_across_two_files() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("cut");
    for number in 0..20 {
        let options = net.send(
            "uac",
            "uas",
            talk.request("OPTIONS", number),
            i64::from(number) * 100,
        );
        net.reply(&options, 200, "b", i64::from(number) * 100 + 50);
    }
    let invite = net.send("uac", "uas", talk.request("INVITE", 100), 2000);
    let cut = net.packets.len();
    net.again(&invite, 2500);
    net.reply(&invite, 200, "b", 2600);
    for number in 30..50 {
        let options = net.send(
            "uac",
            "uas",
            talk.request("OPTIONS", number),
            i64::from(number) * 100,
        );
        net.reply(&options, 200, "b", i64::from(number) * 100 + 50);
    }
    for packet in &mut net.packets {
        packet.id = 0;
    }
    let files = [net.packets[..cut].to_vec(), net.packets[cut..].to_vec()];
    let told = net.told_of(&files);
    assert_eq!(offset(&told), 0);
    assert_eq!(told.hops()[20], "21 INVITE uac>uas: request again 200");
}

/// Clocks tick; what two files have at the same tick has no order, but each order of the files must give the same.
#[test]
fn messages_of_the_same_time_in_two_files() {
    let mut net = Net::new(&["uac", "uas"]);
    for (number, name) in ["one", "other", "third", "fourth"].into_iter().enumerate() {
        let options = net.send("uac", "uas", Talk::new(name).request("OPTIONS", 1), 0);
        net.reply(&options, 200, "b", 10 * (1 + number as i64 / 2));
    }
    let files = [net.packets[..4].to_vec(), net.packets[4..].to_vec()];
    let (told, turned) = (net.told_of(&files), net.told_backwards(&files));
    assert_eq!(told.everything(), turned.everything());
}

/// A request every ten seconds for an hour, seen at both ends; the clock of the far end is ahead by what `ahead` says of each.
fn an_hour(ahead: impl Fn(i64) -> i64) -> (Net, [Vec<Packet>; 2]) {
    let mut net = Net::new(&["uac", "uas"]);
    for number in 0..360 {
        let at = i64::from(number) * 10_000;
        let options = net.send(
            "uac",
            "uas",
            Talk::new("hour").request("OPTIONS", number),
            at,
        );
        net.reply(&options, 200, "b", at + 50);
    }
    net.packets = net.packets.into_iter().map(Packet::without_id).collect();
    let start = net.packets[0].at;
    let [near, far] = both_ends(&net, "uac", "uas");
    let far = far
        .iter()
        .map(|packet| packet.later(ahead(packet.at - AHEAD - start)));
    let far = far.collect();
    (net, [near, far])
}

fn all_twice(told: &Told<'_>) -> bool {
    told.messages().iter().all(|line| line.ends_with("*2"))
}

#[test]
fn a_clock_that_drifts() {
    // 50 and 200 millionths; the second is 720 ms in an hour.
    for (part, rate) in [(20_000, 50_000), (5_000, 200_000)] {
        let (net, files) = an_hour(|at| at / part);
        let told = net.told_of(&files);
        assert!(all_twice(&told));
        assert_eq!(told.messages().len(), 720);
        let [near, far] = [0, 1].map(|file| told.clock(file).drift);
        // One of them is told in the clock of the other.
        let drift = near.or(far).unwrap();
        assert!(near.is_none() || far.is_none());
        assert!((drift.rate.abs() - rate).abs() < 100, "{drift:?}");
        assert_eq!(drift.rate > 0, near.is_some());
        // The other one is what it is told by, and stays as it is.
        assert!(near.is_none() || far.is_none());
        let reference = told.clock(usize::from(near.is_some()));
        assert_eq!((reference.offset, reference.drift), (0, None));
    }
}

#[test]
fn a_clock_with_jitter_does_not_drift() {
    let (net, files) = an_hour(|at| at / MS / 10_000 * 7 % 37 * MS);
    let told = net.told_of(&files);
    assert!(all_twice(&told));
    assert_eq!([0, 1].map(|file| told.clock(file).drift), [None, None]);
}
