//! Whether a SIP message comes out of everything that can be wrapped around it, byte for byte and with the addresses it
//! was sent between; and whether nothing else is taken for one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use crate::support;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use sipscope::base::AnomalyKind;
use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use support::audit::{Audit, Found, audit};
use support::captures::{Record, linktype};
use support::exchange::{
    Direction, alice, alice6, bob, bob6, capture, capture_of, datagram, socket, time_of,
};
use support::frames::{
    GreOptions, Hep, Ipv4Fields, SctpData, ah, erspan1, erspan2, erspan3, esp_encrypted, esp_null,
    ethernet, ethertype, exported_pdu, geneve, geneve_with_options, gre, gre_ethernet, gtpu, hep1,
    hep2, hep3, hep3_chunk, hep3_payload, hep3_with, icmp, icmpv6, ip, ip_ethertype,
    ipv4_fragments, ipv4_with, ipv6_destination_options, ipv6_fragment, ipv6_fragments,
    ipv6_hop_by_hop, ipv6_routing, mpls, null_link, port_type, ppp, ppp_protocol, pppoe, protocol,
    sctp, sctp_chunk, sctp_data, sll, sll2, udp, udp_frame, udp_packet, vlan, vxlan,
};
use support::sip::{request, response, sdp};

fn message() -> String {
    let offer = sdp("192.0.2.1", 4000);
    request("INVITE", "sip:bob@example.com", "wrapped", 1, &[], &offer)
}

/// The message in UDP and IPv4, from Alice to Bob.
fn sip4() -> Vec<u8> {
    udp_packet(alice(), bob(), message())
}

/// The same over IPv6.
fn sip6() -> Vec<u8> {
    udp_packet(alice6(), bob6(), message())
}

/// The ends of tunnels.
fn ends4() -> (SocketAddr, SocketAddr) {
    (socket("198.51.100.1:40000"), socket("198.51.100.2:40000"))
}

fn ends6() -> (SocketAddr, SocketAddr) {
    (
        socket("[2001:db8:f::1]:40000"),
        socket("[2001:db8:f::2]:40000"),
    )
}

/// An Ethernet frame with a packet of the tunnel's ends around this.
fn tunnel4(protocol: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    between(ends4(), protocol, payload)
}

fn tunnel6(protocol: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    between(ends6(), protocol, payload)
}

fn between(
    (src, dst): (SocketAddr, SocketAddr),
    protocol: u8,
    payload: impl AsRef<[u8]>,
) -> Vec<u8> {
    framed(ip(src.ip(), dst.ip(), protocol, payload))
}

/// An IP packet in Ethernet.
fn framed(packet: Vec<u8>) -> Vec<u8> {
    ethernet(ip_ethertype(&packet), packet)
}

/// A datagram between the tunnel's ends to this port.
fn over_udp(port: u16, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let (mut src, mut dst) = ends4();
    src.set_port(port);
    dst.set_port(port);
    udp_frame(src, dst, payload)
}

const GTP_U: u16 = 2152;
const ESP_IN_UDP: u16 = 4500;
const VXLAN: u16 = 4789;
const GENEVE: u16 = 6081;
const HEP: u16 = 9060;

/// The message as it should be found: whole, in the only record, from Alice to Bob over UDP.
fn over_ipv4(path: &str) -> Found {
    Found {
        subject: "INVITE".to_owned(),
        source: alice().to_string(),
        destination: bob().to_string(),
        transport: "UDP",
        times: (Some(time_of(1)), Some(time_of(1))),
        path: path.to_owned(),
        records: vec![(0, 1)],
        whole: true,
        bytes: message().into_bytes(),
    }
}

fn over_ipv6(path: &str) -> Found {
    Found {
        source: alice6().to_string(),
        destination: bob6().to_string(),
        ..over_ipv4(path)
    }
}

/// In several records, the last of which came then.
fn in_records(numbers: &[u64], found: Found) -> Found {
    let last = numbers.iter().max().unwrap();
    Found {
        records: numbers.iter().map(|number| (0, *number)).collect(),
        times: (found.times.0, Some(time_of(*last))),
        ..found
    }
}

/// Exactly this is found in the frames, nothing is odd, and all of them count as SIP.
fn expect_of(link: u16, frames: &[Vec<u8>], expected: &Found) {
    let audit = audit(capture_of(link, frames));
    assert_eq!(audit.found, std::slice::from_ref(expected));
    assert_eq!(audit.anomalies(), [], "{}", expected.path);
    let sip = ("SIP".to_owned(), frames.len() as u64);
    assert_eq!(audit.outcomes(), [sip], "{}", expected.path);
}

fn expect(frame: Vec<u8>, expected: &Found) {
    expect_of(linktype::ETHERNET, &[frame], expected);
}

#[test]
fn tags_and_labels() {
    let tagged = |inner| ethernet(ethertype::VLAN, vlan(7, ethertype::IPV4, inner));
    expect(tagged(sip4()), &over_ipv4("ethernet/vlan 7/ipv4"));
    let customer = vlan(8, ethertype::IPV6, sip6());
    let service = vlan(4094, ethertype::VLAN, customer.clone());
    let twice = ethernet(ethertype::QINQ, service.clone());
    expect(twice, &over_ipv6("ethernet/vlan 4094/vlan 8/ipv6"));
    // Only the first two are told.
    let thrice = ethernet(ethertype::QINQ, vlan(3, ethertype::QINQ, service));
    expect(thrice, &over_ipv6("ethernet/vlan 3/vlan 4094/ipv6"));
    let stacks = [
        (&[16][..], "mpls 16"),
        (&[16, 17, 1_048_575], "mpls 1048575"),
        // Entropy at the bottom (RFC 6790), and a label that only says IPv4 follows (RFC 3032).
        (&[16, 17, 7, 99], "mpls 17"),
        (&[16, 0], "mpls"),
    ];
    for (labels, told) in stacks {
        let frame = ethernet(ethertype::MPLS, mpls(labels, sip4()));
        expect(frame, &over_ipv4(&format!("ethernet/{told}/ipv4")));
        let frame = ethernet(ethertype::MPLS, mpls(labels, sip6()));
        expect(frame, &over_ipv6(&format!("ethernet/{told}/ipv6")));
        // A pseudowire with control word (RFC 4385).
        let wire = [&[0; 4][..], &ethernet(ethertype::IPV4, sip4())].concat();
        let frame = ethernet(ethertype::MPLS, mpls(labels, wire));
        expect(frame, &over_ipv4(&format!("ethernet/{told}/ethernet/ipv4")));
    }
}

/// What a short frame is filled up with is no part of the packet in it.
#[test]
fn padding_behind_a_packet_is_passed_over() {
    for packet in [sip4(), sip6()] {
        let padded = [framed(packet), vec![0; 18]].concat();
        let audit = audit(capture(&[padded]));
        assert_eq!(audit.texts(), [message()]);
    }
}

#[test]
fn point_to_point() {
    let session = pppoe(ppp_protocol::IPV4, sip4());
    let frame = ethernet(ethertype::PPPOE, session.clone());
    expect(frame, &over_ipv4("ethernet/pppoe/ppp/ipv4"));
    expect_of(linktype::PPPOE, &[session], &over_ipv4("pppoe/ppp/ipv4"));
    for link in [linktype::PPP, linktype::PPP_HDLC] {
        let with_address = ppp(ppp_protocol::IPV6, sip6());
        let without = with_address[2..].to_vec();
        expect_of(link, &[with_address], &over_ipv6("ppp/ipv6"));
        expect_of(link, &[without], &over_ipv6("ppp/ipv6"));
    }
}

#[test]
fn link_types_without_ethernet() {
    let (v4, v6) = (ethertype::IPV4, ethertype::IPV6);
    let cases = [
        (linktype::LINUX_SLL, sll(v4, sip4()), "sll/ipv4"),
        (linktype::LINUX_SLL, sll(v6, sip6()), "sll/ipv6"),
        (linktype::LINUX_SLL2, sll2(v4, 3, sip4()), "sll2/ipv4"),
        (linktype::LINUX_SLL2, sll2(v6, 3, sip6()), "sll2/ipv6"),
        (linktype::RAW, sip4(), "ipv4"),
        (linktype::RAW, sip6(), "ipv6"),
        (linktype::IPV4, sip4(), "ipv4"),
        (linktype::IPV6, sip6(), "ipv6"),
        (linktype::LOOP, null_link(2, true, sip4()), "null/ipv4"),
    ];
    for (link, frame, path) in cases {
        let expected = if path.ends_with('4') {
            over_ipv4(path)
        } else {
            over_ipv6(path)
        };
        expect_of(link, &[frame], &expected);
    }
    let tagged = sll(ethertype::VLAN, vlan(9, v4, sip4()));
    let expected = over_ipv4("sll/vlan 9/ipv4");
    expect_of(linktype::LINUX_SLL, &[tagged], &expected);
}

/// The family of IPv6 is another number on every system.
#[test]
fn loopback_families_of_every_system_in_both_byte_orders() {
    for big_endian in [false, true] {
        let frame = null_link(2, big_endian, sip4());
        expect_of(linktype::NULL, &[frame], &over_ipv4("null/ipv4"));
        for family in [24, 28, 30] {
            let frame = null_link(family, big_endian, sip6());
            expect_of(linktype::NULL, &[frame], &over_ipv6("null/ipv6"));
        }
    }
}

#[test]
fn exported_pdus_tell_addresses_and_transport() {
    let carriers = [
        (port_type::UDP, "UDP"),
        (port_type::TCP, "TCP"),
        (port_type::SCTP, "SCTP"),
    ];
    for (port_type, transport) in carriers {
        let pdu = exported_pdu("sip", port_type, alice(), bob(), message());
        let expected = Found {
            transport,
            ..over_ipv4("exported-pdu")
        };
        expect_of(linktype::EXPORTED_PDU, &[pdu], &expected);
        let pdu = exported_pdu("sip", port_type, alice6(), bob6(), message());
        let expected = Found {
            transport,
            ..over_ipv6("exported-pdu")
        };
        expect_of(linktype::EXPORTED_PDU, &[pdu], &expected);
    }
}

#[test]
fn ip_in_ip() {
    let cases = [
        (tunnel4(protocol::IPV4, sip4()), "ethernet/ipv4/ipv4"),
        (tunnel6(protocol::IPV4, sip4()), "ethernet/ipv6/ipv4"),
    ];
    for (frame, path) in cases {
        expect(frame, &over_ipv4(path));
    }
    let cases = [
        (tunnel4(protocol::IPV6, sip6()), "ethernet/ipv4/ipv6"),
        (tunnel6(protocol::IPV6, sip6()), "ethernet/ipv6/ipv6"),
    ];
    for (frame, path) in cases {
        expect(frame, &over_ipv6(path));
    }
}

fn every_gre_option() -> impl Iterator<Item = GreOptions> {
    (0..8).map(|bits| GreOptions {
        checksum: bits & 1 != 0,
        key: (bits & 2 != 0).then_some(0xdead_beef),
        sequence: (bits & 4 != 0).then_some(77),
    })
}

#[test]
fn gre_with_every_combination_of_options() {
    for options in every_gre_option() {
        let told = if options.key.is_some() {
            "gre 3735928559"
        } else {
            "gre"
        };
        let packet = gre(ethertype::IPV4, options, sip4());
        let frame = tunnel4(protocol::GRE, packet);
        expect(frame, &over_ipv4(&format!("ethernet/ipv4/{told}/ipv4")));
        let packet = gre(ethertype::IPV6, options, sip6());
        let frame = tunnel6(protocol::GRE, packet);
        expect(frame, &over_ipv6(&format!("ethernet/ipv6/{told}/ipv6")));
        let packet = gre_ethernet(options, framed(sip4()));
        let frame = tunnel4(protocol::GRE, packet);
        let path = format!("ethernet/ipv4/{told}/ethernet/ipv4");
        expect(frame, &over_ipv4(&path));
    }
}

#[test]
fn mirrors_and_overlays() {
    let inner = || framed(sip4());
    let options = [0, 1, 0, 1, 1, 2, 3, 4, 0, 2, 0, 0];
    let mirrored = "ethernet/ipv4/gre/erspan/ethernet/ipv4";
    let cases = [
        (tunnel4(protocol::GRE, erspan1(inner())), mirrored),
        (tunnel4(protocol::GRE, erspan2(5, 9, inner())), mirrored),
        (tunnel4(protocol::GRE, erspan3(5, 9, inner())), mirrored),
        (
            over_udp(VXLAN, vxlan(0xff_ffff, inner())),
            "ethernet/ipv4/udp/vxlan 16777215/ethernet/ipv4",
        ),
        (
            over_udp(GENEVE, geneve(5, inner())),
            "ethernet/ipv4/udp/geneve 5/ethernet/ipv4",
        ),
        (
            over_udp(GENEVE, geneve_with_options(5, &options, inner())),
            "ethernet/ipv4/udp/geneve 5/ethernet/ipv4",
        ),
    ];
    for (frame, path) in cases {
        expect(frame, &over_ipv4(path));
    }
}

#[test]
fn gtp_u_with_and_without_sequence_and_extension_headers() {
    let (pdu_session, pdcp_number) = ((0x85, vec![0, 9]), (0xc0, vec![1, 2]));
    let long = (0x85, vec![0x10, 9, 0, 0, 0, 0]);
    let extensions = [
        vec![],
        vec![pdu_session.clone()],
        vec![long.clone()],
        vec![pdcp_number, pdu_session, long],
    ];
    for extensions in &extensions {
        for sequence in [None, Some(0xffff)] {
            let packet = gtpu(0x1234, sequence, extensions, sip4());
            let frame = over_udp(GTP_U, packet);
            expect(frame, &over_ipv4("ethernet/ipv4/udp/gtp-u/ipv4"));
            let packet = gtpu(0x1234, sequence, extensions, sip6());
            let frame = over_udp(GTP_U, packet);
            expect(frame, &over_ipv6("ethernet/ipv4/udp/gtp-u/ipv6"));
        }
    }
}

/// A message that makes the packet `more` bytes longer, so that ESP pads it differently.
fn longer(more: usize) -> String {
    let subject = format!("Subject: {}", "x".repeat(more));
    request(
        "INVITE",
        "sip:bob@example.com",
        "padded",
        1,
        &[&subject],
        "",
    )
}

/// Check values of HMAC-MD5-96 and SHA-1-96, of SHA-2 with 256, 384 and 512 bits, and none.
const CHECK_VALUES: [usize; 5] = [12, 16, 24, 32, 0];

/// Everything that a packet of IMS signalling can be: carrier inside, its path, addresses, and the packet for a check
/// value and a message.
struct Protected {
    path: &'static str,
    transport: &'static str,
    ends: (SocketAddr, SocketAddr),
    packet: fn(&str, usize) -> Vec<u8>,
}

const PROTECTED: [fn() -> Protected; 6] = [
    || Protected {
        path: "ethernet/ipv4/esp",
        transport: "UDP",
        ends: (alice(), bob()),
        packet: |text, check| {
            let inner = udp(alice().ip(), bob().ip(), 5060, 5060, text);
            let esp = esp_null(0x1001, 5, protocol::UDP, inner, check);
            ip(alice().ip(), bob().ip(), protocol::ESP, esp)
        },
    },
    || Protected {
        path: "ethernet/ipv6/esp",
        transport: "UDP",
        ends: (alice6(), bob6()),
        packet: |text, check| {
            let inner = udp(alice6().ip(), bob6().ip(), 5060, 5060, text);
            let esp = esp_null(0x1001, 6, protocol::UDP, inner, check);
            ip(alice6().ip(), bob6().ip(), protocol::ESP, esp)
        },
    },
    || Protected {
        path: "ethernet/ipv4/esp",
        transport: "TCP",
        ends: (alice(), bob()),
        packet: |text, check| {
            let inner = &Direction::new(1).packet(0, text)[20..];
            let esp = esp_null(0x1001, 7, protocol::TCP, inner, check);
            ip(alice().ip(), bob().ip(), protocol::ESP, esp)
        },
    },
    || Protected {
        path: "ethernet/ipv6/esp",
        transport: "TCP",
        ends: (alice6(), bob6()),
        packet: |text, check| {
            let inner = &direction6().packet(0, text)[40..];
            let esp = esp_null(0x1001, 8, protocol::TCP, inner, check);
            ip(alice6().ip(), bob6().ip(), protocol::ESP, esp)
        },
    },
    || Protected {
        path: "ethernet/ipv4/esp/ipv4",
        transport: "UDP",
        ends: (alice(), bob()),
        packet: |text, check| {
            let inner = udp_packet(alice(), bob(), text);
            let esp = esp_null(0x1001, 9, protocol::IPV4, inner, check);
            let (src, dst) = ends4();
            ip(src.ip(), dst.ip(), protocol::ESP, esp)
        },
    },
    || Protected {
        path: "ethernet/ipv6/esp/ipv6",
        transport: "UDP",
        ends: (alice6(), bob6()),
        packet: |text, check| {
            let inner = udp_packet(alice6(), bob6(), text);
            let esp = esp_null(0x1001, 10, protocol::IPV6, inner, check);
            let (src, dst) = ends6();
            ip(src.ip(), dst.ip(), protocol::ESP, esp)
        },
    },
];

fn direction6() -> Direction {
    Direction {
        src: alice6(),
        dst: bob6(),
        initial: 1,
    }
}

#[test]
fn esp_without_encryption_in_every_form() {
    for protected in PROTECTED.map(|make| make()) {
        for check in CHECK_VALUES {
            for more in 0..4 {
                let text = longer(more);
                let packet = (protected.packet)(&text, check);
                let expected = Found {
                    transport: protected.transport,
                    source: protected.ends.0.to_string(),
                    destination: protected.ends.1.to_string(),
                    bytes: text.into_bytes(),
                    ..over_ipv4(protected.path)
                };
                expect(framed(packet), &expected);
            }
        }
    }
}

#[test]
fn esp_without_encryption_over_udp() {
    for check in CHECK_VALUES {
        let esp = esp_null(0x1001, 5, protocol::IPV4, sip4(), check);
        let expected = over_ipv4("ethernet/ipv4/udp/esp/ipv4");
        expect(over_udp(ESP_IN_UDP, esp), &expected);
    }
}

#[test]
fn encrypted_esp_is_never_taken_for_clear_text() {
    let cases: Vec<_> = (0..800_u64)
        .map(|seed| {
            let length = 40 + 4 * (seed as usize % 300);
            let esp = esp_encrypted(0x2002, seed as u32, length, seed);
            match seed % 3 {
                0 => tunnel4(protocol::ESP, esp),
                1 => tunnel6(protocol::ESP, esp),
                _ => over_udp(ESP_IN_UDP, esp),
            }
        })
        .collect();
    let audit = audit(capture(&cases));
    assert_eq!(audit.found, []);
    assert_eq!(audit.outcome("esp: encrypted, no keys"), 800);
}

#[test]
fn authentication_header() {
    for check in [12, 16] {
        let datagram = udp(alice().ip(), bob().ip(), 5060, 5060, message());
        let packet = ah(protocol::UDP, 3, 4, check, datagram);
        let frame = framed(ip(alice().ip(), bob().ip(), protocol::AH, packet));
        expect(frame, &over_ipv4("ethernet/ipv4/ah"));
        let tunnelled = ah(protocol::IPV6, 3, 4, check, sip6());
        let frame = tunnel6(protocol::AH, tunnelled);
        expect(frame, &over_ipv6("ethernet/ipv6/ah/ipv6"));
    }
}

fn octets(address: SocketAddr) -> [u8; 16] {
    match address.ip() {
        IpAddr::V6(address) => address.octets(),
        IpAddr::V4(_) => panic!("an IPv6 address"),
    }
}

#[test]
fn ipv6_extension_headers_in_a_row() {
    let datagram = || udp(alice6().ip(), bob6().ip(), 5060, 5060, message());
    let options = ipv6_destination_options(protocol::UDP, datagram());
    let routing = ipv6_routing(protocol::DESTINATION_OPTIONS, octets(bob6()), &options);
    let hop_by_hop = ipv6_hop_by_hop(protocol::ROUTING, &routing);
    // A datagram in one piece may still have a fragment header (RFC 6946).
    let atomic = ipv6_fragment(protocol::UDP, 1, 0, false, datagram());
    let chains = [
        (protocol::DESTINATION_OPTIONS, options),
        (protocol::ROUTING, routing),
        (protocol::HOP_BY_HOP, hop_by_hop),
        (protocol::FRAGMENT, atomic),
    ];
    for (first, chain) in chains {
        let frame = framed(ip(alice6().ip(), bob6().ip(), first, chain));
        expect(frame, &over_ipv6("ethernet/ipv6"));
    }
}

/// Fragments: the message in three pieces, of which the first two carry this much.
const PIECE: usize = 160;

fn octets4(address: SocketAddr) -> [u8; 4] {
    match address.ip() {
        IpAddr::V4(address) => address.octets(),
        IpAddr::V6(_) => panic!("an IPv4 address"),
    }
}

fn whole_datagram() -> Vec<u8> {
    udp(alice().ip(), bob().ip(), 5060, 5060, message())
}

fn pieces4(identification: u16, datagram: &[u8]) -> Vec<Vec<u8>> {
    let (src, dst) = (octets4(alice()), octets4(bob()));
    ipv4_fragments(identification, src, dst, protocol::UDP, datagram, PIECE)
}

fn pieces6(identification: u32, datagram: &[u8]) -> Vec<Vec<u8>> {
    let (src, dst) = (octets(alice6()), octets(bob6()));
    ipv6_fragments(identification, src, dst, protocol::UDP, datagram, PIECE)
}

/// The message in pieces over IPv4 and over IPv6, as frames, and how it should be found.
fn in_pieces() -> [(Vec<Vec<u8>>, Found); 2] {
    let datagram6 = udp(alice6().ip(), bob6().ip(), 5060, 5060, message());
    let frames = |packets: Vec<Vec<u8>>| -> Vec<_> { packets.into_iter().map(framed).collect() };
    let v4 = frames(pieces4(7, &whole_datagram()));
    let v6 = frames(pieces6(7, &datagram6));
    assert!(v4.len() >= 3, "the message is too short for this test");
    [
        (v4, over_ipv4("ethernet/ipv4/fragments")),
        (v6, over_ipv6("ethernet/ipv6/fragments")),
    ]
}

fn numbers(count: usize) -> Vec<u64> {
    (1..=count as u64).collect()
}

#[test]
fn fragments_in_any_order() {
    for (frames, expected) in in_pieces() {
        let all = numbers(frames.len());
        let expected = in_records(&all, expected);
        expect_of(linktype::ETHERNET, &frames, &expected);
        let reversed: Vec<_> = frames.into_iter().rev().collect();
        // The first bytes of the message come last.
        let last = Some(time_of(all.len() as u64));
        let expected = Found {
            times: (last, last),
            ..expected
        };
        expect_of(linktype::ETHERNET, &reversed, &expected);
    }
}

#[test]
fn a_repeated_fragment_brings_nothing_new() {
    for (frames, expected) in in_pieces() {
        let count = frames.len();
        // In between, and after the end.
        for repeated in 0..count {
            let mut more = frames.clone();
            more.insert(repeated + 1, frames[repeated].clone());
            let audit = audit(capture(&more));
            assert_eq!(audit.texts(), [message()]);
            assert_eq!(audit.found[0].path, expected.path);
            assert_eq!(audit.anomalies(), []);
            assert_eq!(audit.outcome("repeated fragment"), 1);
            assert_eq!(audit.outcome("SIP"), count as u64);
        }
    }
}

/// Eight copies at a time are told apart. What begins a ninth is still accounted for, and said not to be kept.
#[test]
fn more_copies_of_a_datagram_than_are_kept_are_said() {
    let [(frames, _), _] = in_pieces();
    let eight = vec![frames[0].clone(); 8];
    let audit_of_eight = audit(capture(&eight));
    assert_eq!(audit_of_eight.anomalies(), [("fragments-incomplete", 1)]);
    let ten = vec![frames[0].clone(); 10];
    let audit = audit(capture(&ten));
    let expected = [("fragments-incomplete", 1), ("fragment-limit", 2)];
    assert_eq!(audit.anomalies(), expected);
    let (record, detail) = audit.first(AnomalyKind::FragmentLimit);
    assert_eq!(record.number, 9);
    assert!(detail.contains("identification 7"), "{detail}");
    assert_eq!(audit.outcome("repeated fragment"), 9);
}

#[test]
fn fragments_of_two_datagrams_do_not_mix() {
    let other = request(
        "INVITE",
        "sip:bob@example.com",
        "another",
        1,
        &[],
        &sdp("192.0.2.1", 5),
    );
    let other_datagram = udp(alice().ip(), bob().ip(), 5060, 5060, &other);
    let first = pieces4(7, &whole_datagram());
    let second = pieces4(8, &other_datagram);
    assert_eq!(first.len(), second.len());
    let mixed = first.into_iter().zip(second);
    let frames: Vec<_> = mixed.flat_map(|(a, b)| [framed(a), framed(b)]).collect();
    let audit = audit(capture(&frames));
    let odd = (1..=frames.len() as u64).step_by(2).collect();
    let even = (2..=frames.len() as u64).step_by(2).collect();
    let expected = [(message(), odd, true), (other, even, true)];
    assert_eq!(audit.parts(), expected);
    assert_eq!(audit.anomalies(), []);
}

/// One fragment from `start` to `end` of the payload.
fn piece4(payload: &[u8], start: usize, end: usize) -> Vec<u8> {
    let fields = Ipv4Fields {
        id: 7,
        fragment_offset: start as u16,
        more_fragments: end < payload.len(),
        ..<_>::default()
    };
    let (src, dst) = (octets4(alice()), octets4(bob()));
    let piece = &payload[start..end];
    framed(ipv4_with(fields, src, dst, protocol::UDP, piece))
}

#[test]
fn overlapping_fragments_that_agree_are_put_together() {
    let payload = whole_datagram();
    let end = payload.len();
    for (first_end, second_start) in [(160, 80), (160, 152), (240, 8)] {
        let frames = [
            piece4(&payload, 0, first_end),
            piece4(&payload, second_start, end),
        ];
        let expected = in_records(&[1, 2], over_ipv4("ethernet/ipv4/fragments"));
        expect_of(linktype::ETHERNET, &frames, &expected);
    }
}

#[test]
fn overlapping_fragments_that_differ_are_reported() {
    let payload = whole_datagram();
    let mut other = payload.clone();
    other[150] ^= 0x20;
    let frames = [piece4(&payload, 0, 160), piece4(&other, 80, other.len())];
    let audit = audit(capture(&frames));
    // The first bytes stay.
    assert_eq!(audit.texts(), [message()]);
    assert_eq!(audit.anomalies(), [("fragments-overlap", 1)]);
}

#[test]
fn what_is_missing_of_a_datagram_is_named() {
    for (frames, expected) in in_pieces() {
        let last = frames.len() - 1;
        let end = PIECE * last;
        let cases = [
            (0, format!("0 to {}", PIECE - 1), 0),
            (1, format!("{PIECE} to {}", 2 * PIECE - 1), PIECE),
            (last, format!("from byte {end}"), end),
        ];
        for (missing, named, held) in cases {
            let mut rest = frames.clone();
            rest.remove(missing);
            let audit = audit(capture(&rest));
            let (record, detail) = audit.first(AnomalyKind::FragmentsIncomplete);
            assert_eq!(audit.count(AnomalyKind::FragmentsIncomplete), 1);
            assert!(detail.contains(&named), "{detail}");
            assert!(detail.contains("identification 7"), "{detail}");
            assert_eq!(record.number, 1);
            let count = rest.len();
            if held == 0 {
                assert_eq!(audit.found, []);
                assert_eq!(audit.outcome("fragments: incomplete"), count as u64);
                continue;
            }
            // What is there of the message, behind the header of UDP.
            let start = message()[..held - 8].to_owned();
            assert_eq!(audit.parts(), [(start, numbers(count), false)]);
            assert_eq!(audit.found[0].path, expected.path);
        }
    }
}

/// Identifications come round again: in 16 bits quickly. A datagram that was whole long ago says nothing about this one.
#[test]
fn a_reused_identification_does_not_hide_what_is_missing() {
    let first = pieces4(7, &whole_datagram());
    let other = message().replace("wrapped", "another");
    let datagram = udp(alice().ip(), bob().ip(), 5060, 5060, &other);
    let second = pieces4(7, &datagram);
    let frames = [&first[..], &second[..1]].concat();
    let mut seconds = (0..).map(|index| if index < 3 { index } else { 300 + index });
    let records: Vec<_> = frames
        .into_iter()
        .map(|packet| {
            let second = support::exchange::START + seconds.next().unwrap();
            Record::new(second, 0, framed(packet))
        })
        .collect();
    let style = support::captures::PcapStyle::default();
    let audit = audit(support::captures::pcap(style, linktype::ETHERNET, &records));
    let start = other[..PIECE - 8].to_owned();
    let whole: Vec<_> = audit.found.iter().map(|found| found.whole).collect();
    assert_eq!(whole, [true, false]);
    assert_eq!(audit.texts(), [message(), start]);
    assert_eq!(audit.count(AnomalyKind::FragmentsIncomplete), 1);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn fragments_of_any_size_in_any_order_make_the_same_datagram(
        body in vec(any::<u8>(), 1..900),
        // Not smaller: a datagram is given up after a minute, and each frame takes a second.
        units in 4..20_usize,
        places in vec(any::<Index>(), 50),
        repeated in vec(any::<Index>(), 0..4),
    ) {
        let length = format!("Content-Length: {}", body.len());
        let head = request("MESSAGE", "sip:bob@example.com", "fragments", 1, &[&length], "");
        let text = [head.as_bytes(), &body].concat();
        let datagram = udp(alice().ip(), bob().ip(), 5060, 5060, &text);
        let (src, dst) = (octets4(alice()), octets4(bob()));
        let in_order = ipv4_fragments(7, src, dst, protocol::UDP, datagram, 8 * units);
        prop_assume!(in_order.len() > 1);
        // Not the first: without it no second copy becomes whole.
        let others = &in_order[1..];
        let again = repeated.iter().map(|index| others[index.index(others.len())].clone());
        let mut frames = Vec::new();
        for (packet, place) in in_order.iter().cloned().chain(again).zip(&places) {
            frames.insert(place.index(frames.len() + 1), framed(packet));
        }
        let audit = audit(capture(&frames));
        prop_assert_eq!(audit.messages(), [&text[..]]);
        prop_assert!(audit.found[0].whole);
        prop_assert_eq!(audit.anomalies(), []);
    }
}

/// RFC 8200 4.5: fragments belong together by addresses and identification, and the next header of the first counts.
#[test]
fn only_the_first_ipv6_fragment_says_what_is_inside() {
    let payload = udp(alice6().ip(), bob6().ip(), 5060, 5060, message());
    let piece = |next_header, offset: usize, end: usize| {
        let more = end < payload.len();
        let piece = &payload[offset..end];
        let fragment = ipv6_fragment(next_header, 7, offset as u16, more, piece);
        let packet = ip(alice6().ip(), bob6().ip(), protocol::FRAGMENT, fragment);
        framed(packet)
    };
    let rest = piece(protocol::DESTINATION_OPTIONS, PIECE, payload.len());
    let frames = [piece(protocol::UDP, 0, PIECE), rest];
    let expected = in_records(&[1, 2], over_ipv6("ethernet/ipv6/fragments"));
    expect_of(linktype::ETHERNET, &frames, &expected);
}

#[test]
fn fragments_in_a_tunnel_whose_packets_are_fragments() {
    let (mut src, mut dst) = ends4();
    src.set_port(GTP_U);
    dst.set_port(GTP_U);
    let mut frames = Vec::new();
    for (identification, inner) in (100..).zip(pieces4(7, &whole_datagram())) {
        let tunnelled = gtpu(1, None, &[], inner);
        let datagram = udp(src.ip(), dst.ip(), GTP_U, GTP_U, tunnelled);
        let (src, dst) = (octets4(src), octets4(dst));
        let outer = ipv4_fragments(identification, src, dst, protocol::UDP, datagram, 80);
        frames.extend(outer.into_iter().map(framed));
    }
    let path = "ethernet/ipv4/fragments/udp/gtp-u/ipv4/fragments";
    let expected = in_records(&numbers(frames.len()), over_ipv4(path));
    expect_of(linktype::ETHERNET, &frames, &expected);
    // The first bytes then come with the last outer datagram.
    frames.reverse();
    let audit = audit(capture(&frames));
    assert_eq!(audit.texts(), [message()]);
    assert_eq!(audit.outcome("SIP"), frames.len() as u64);
}

fn hep_of(src: SocketAddr, dst: SocketAddr, ip_protocol: u8) -> Hep {
    Hep {
        src,
        dst,
        ip_protocol,
        secs: 1_600_000_000,
        micros: 123_456,
        capture_id: 2001,
    }
}

const INSIDE: i64 = 1_600_000_000_123_456_000;

/// What HEP says of the message counts; what is around the HEP packet is only the beginning of the path.
fn expect_hep(
    frame: Vec<u8>,
    time: i64,
    ends: (SocketAddr, SocketAddr),
    path: &str,
    transport: &str,
) {
    let audit = audit(capture(&[frame]));
    assert_eq!(audit.texts(), [message()]);
    let found = &audit.found[0];
    let inside = (found.source.clone(), found.destination.clone());
    assert_eq!(inside, (ends.0.to_string(), ends.1.to_string()));
    assert_eq!(found.transport, transport);
    assert_eq!(found.times, (Some(time), Some(time)));
    assert!(found.path.starts_with("ethernet/ipv4/"), "{}", found.path);
    assert!(found.path.ends_with(path), "{}", found.path);
    assert!(found.whole);
    assert_eq!(audit.anomalies(), []);
}

#[test]
fn hep_of_every_version_tells_addresses_time_and_agent() {
    let carriers = [
        (protocol::UDP, "UDP"),
        (protocol::TCP, "TCP"),
        (protocol::SCTP, "SCTP"),
    ];
    for ends in [(alice(), bob()), (alice6(), bob6())] {
        for (ip_protocol, transport) in carriers {
            let hep = hep_of(ends.0, ends.1, ip_protocol);
            let first = over_udp(HEP, hep1(hep, message()));
            expect_hep(first, time_of(1), ends, "/hep", transport);
            let second = over_udp(HEP, hep2(hep, message()));
            expect_hep(second, INSIDE, ends, "/hep 2001", transport);
            let third = over_udp(HEP, hep3(hep, message()));
            expect_hep(third, INSIDE, ends, "/hep 2001", transport);
        }
    }
}

#[test]
fn compressed_hep_payloads_are_unpacked() {
    let ends = (alice(), bob());
    let text = message();
    for packed in [zlib(text.as_bytes()), gzip(text.as_bytes())] {
        expect_hep(
            over_udp(HEP, packed_hep(packed)),
            INSIDE,
            ends,
            "/hep 2001",
            "UDP",
        );
    }
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn packed_hep(payload: Vec<u8>) -> Vec<u8> {
    let chunk = hep3_chunk(hep3_payload::COMPRESSED, payload);
    hep3_with(hep_of(alice(), bob(), protocol::UDP), &[chunk])
}

/// A compressed payload is unpacked up to 1 MiB; a message that goes on behind that is shown up to there, and it is said.
#[test]
fn a_compressed_hep_payload_beyond_the_limit_is_cut_and_said() {
    const MOST: usize = 1 << 20;
    let of_length = |length: usize| {
        let mut text = message();
        text.extend(std::iter::repeat_n('x', length - text.len()));
        text
    };
    for (length, whole) in [(MOST, true), (MOST + 1, false), (3 * MOST, false)] {
        let text = of_length(length);
        for packed in [zlib(text.as_bytes()), gzip(text.as_bytes())] {
            let packet = packed_hep(packed);
            let connection = Direction::new(1);
            let carriers = [
                vec![over_udp(HEP, packet.clone())],
                vec![connection.syn(), connection.data(0, &packet)],
            ];
            for frames in carriers {
                let audit = audit(capture(&frames));
                let last = frames.len() as u64;
                let shown = of_length(MOST);
                assert!(audit.parts() == [(shown, vec![last], whole)], "{length}");
                assert_eq!(audit.count(AnomalyKind::MessageTooLong), u64::from(!whole));
                if !whole {
                    let (record, detail) = audit.first(AnomalyKind::MessageTooLong);
                    assert_eq!(record.number, last);
                    assert!(detail.contains("1048576"), "{detail}");
                }
            }
        }
    }
}

/// A packet of another payload type than SIP (1), such as 5, RTCP as JSON.
fn hep3_of_type(kind: u8) -> Vec<u8> {
    let mut packet = hep3(hep_of(alice(), bob(), protocol::UDP), message());
    let chunk = [0, 0, 0, 11, 0, 7, 1];
    let at = packet.windows(7).position(|bytes| bytes == chunk).unwrap();
    packet[at + 6] = kind;
    packet
}

#[test]
fn hep_of_another_payload_type_is_no_sip() {
    expect_other(vec![over_udp(HEP, hep3_of_type(5))], "hep payload");
    let audit = audit(capture(&[over_udp(HEP, hep3_of_type(1))]));
    assert_eq!(audit.found.len(), 1);
}

/// HEP does not say how long the payload was in versions 1 and 2: the datagram around it does.
#[test]
fn a_hep_packet_cut_by_the_snap_length_shows_a_cut_message() {
    let hep = hep_of(alice(), bob(), protocol::UDP);
    for packet in [
        hep1(hep, message()),
        hep2(hep, message()),
        hep3(hep, message()),
    ] {
        let frame = over_udp(HEP, packet);
        let cut = Record::new(0, 0, frame.clone()).cut(frame.len() - 40);
        let style = support::captures::PcapStyle::default();
        let file = support::captures::pcap(style, linktype::ETHERNET, &[cut]);
        let audit = audit(file);
        let start = message()[..message().len() - 40].to_owned();
        assert_eq!(audit.parts(), [(start, vec![1], false)]);
        assert_eq!(audit.count(AnomalyKind::PacketCut), 1);
    }
}

/// A connection for every place where two packets in a row can be cut.
#[test]
fn hep_over_tcp_cut_anywhere() {
    let (invite, ok) = (
        message(),
        response(200, "OK", "INVITE", "wrapped", 1, &[], ""),
    );
    let packet = |text: &str| hep3(hep_of(alice6(), bob6(), protocol::UDP), text);
    let stream = [packet(&invite), packet(&ok)].concat();
    let mut frames = Vec::new();
    for cut in 1..stream.len() {
        let connection = Direction::new(cut as u32).with_port(20_000 + cut as u16);
        frames.push(connection.syn());
        frames.extend(connection.cut(&stream, &[cut]));
    }
    let audit = audit(capture(&frames));
    assert_eq!(audit.found.len(), 2 * (stream.len() - 1));
    for found in &audit.found {
        let expected = if found.subject == "200" { &ok } else { &invite };
        assert_eq!(found.bytes, expected.as_bytes());
        assert_eq!(found.source, alice6().to_string());
        assert_eq!(found.times, (Some(INSIDE), Some(INSIDE)));
        assert!(found.path.ends_with("hep 2001"), "{}", found.path);
        assert!(found.whole);
    }
    let responses = audit.found.iter().filter(|found| found.subject == "200");
    assert_eq!(responses.count(), stream.len() - 1);
    assert_eq!(audit.anomalies(), []);
}

/// A segment that is missing costs the packets it belongs to, not all that follow.
#[test]
fn hep_over_tcp_goes_on_behind_a_gap() {
    let packet = |number: u32| {
        let text = request("OPTIONS", "sip:bob@example.com", "gap", number, &[], "");
        hep3(hep_of(alice(), bob(), protocol::UDP), text)
    };
    let length = packet(1).len();
    let connection = Direction::new(1);
    let segment = |number: u32| connection.data(length * (number as usize - 1), packet(number));
    let frames = [connection.syn(), segment(1), segment(3), segment(4)];
    let audit = audit(capture(&frames));
    let numbers: Vec<_> = audit.intake.sightings.iter().map(|s| s.cseq()).collect();
    assert_eq!(numbers, [Some(1), Some(3), Some(4)]);
    assert_eq!(audit.count(AnomalyKind::StreamGap), 1);
}

fn sctp_frame(chunks: &[Vec<u8>]) -> Vec<u8> {
    let packet = sctp(5060, 5060, 0xfeed, chunks);
    framed(ip(alice().ip(), bob().ip(), protocol::SCTP, packet))
}

/// Part of a user message: number, stream, whether it begins and ends, bytes.
fn part(tsn: u32, stream: u16, (begin, end): (bool, bool), bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let fields = SctpData {
        tsn,
        stream,
        begin,
        end,
        ..<_>::default()
    };
    sctp_data(fields, bytes)
}

const WHOLE: (bool, bool) = (true, true);
const FIRST: (bool, bool) = (true, false);
const MIDDLE: (bool, bool) = (false, false);
const LAST: (bool, bool) = (false, true);

fn over_sctp() -> Found {
    Found {
        transport: "SCTP",
        ..over_ipv4("ethernet/ipv4")
    }
}

#[test]
fn sctp_messages_whole_and_in_parts() {
    let text = message();
    let (start, rest) = text.split_at(100);
    let (middle, end) = rest.split_at(101);
    expect(sctp_frame(&[part(1, 0, WHOLE, &text)]), &over_sctp());
    // The numbers go round.
    for tsn in [1, u32::MAX, u32::MAX - 1] {
        let parts = [
            sctp_frame(&[part(tsn, 3, FIRST, start)]),
            sctp_frame(&[part(tsn.wrapping_add(1), 3, MIDDLE, middle)]),
            sctp_frame(&[part(tsn.wrapping_add(2), 3, LAST, end)]),
        ];
        let expected = in_records(&[1, 2, 3], over_sctp());
        expect_of(linktype::ETHERNET, &parts, &expected);
        let [first, second, third] = parts;
        let audit = audit(capture(&[third, first, second]));
        assert_eq!(audit.parts(), [(text.clone(), vec![1, 2, 3], true)]);
        assert_eq!(audit.found[0].times.0, Some(time_of(2)));
    }
}

#[test]
fn sctp_messages_of_two_streams_do_not_mix() {
    let (text, ok) = (
        message(),
        response(200, "OK", "INVITE", "wrapped", 1, &[], ""),
    );
    let (text_start, text_end) = text.split_at(200);
    let (ok_start, ok_end) = ok.split_at(50);
    let frames = [
        sctp_frame(&[part(10, 1, FIRST, text_start)]),
        sctp_frame(&[part(12, 2, FIRST, ok_start)]),
        sctp_frame(&[part(11, 1, LAST, text_end)]),
        sctp_frame(&[part(13, 2, LAST, ok_end)]),
    ];
    let audit = audit(capture(&frames));
    let expected = [
        (text.clone(), vec![1, 3], true),
        (ok.clone(), vec![2, 4], true),
    ];
    assert_eq!(audit.parts(), expected);
    assert_eq!(audit.anomalies(), []);
}

#[test]
fn retransmitted_sctp_chunks_bring_nothing_new() {
    let text = message();
    let (start, end) = text.split_at(200);
    let whole = sctp_frame(&[part(1, 0, WHOLE, &text)]);
    let first = sctp_frame(&[part(2, 0, FIRST, start)]);
    let last = sctp_frame(&[part(3, 0, LAST, end)]);
    let frames = [
        whole.clone(),
        whole,
        first.clone(),
        first.clone(),
        last,
        first,
    ];
    let audit = audit(capture(&frames));
    let expected = [
        (text.clone(), vec![1], true),
        (text.clone(), vec![3, 5], true),
    ];
    assert_eq!(audit.parts(), expected);
    assert_eq!(audit.outcome("sctp retransmission"), 3);
}

#[test]
fn two_messages_bundled_in_one_sctp_packet() {
    let (text, ok) = (
        message(),
        response(200, "OK", "INVITE", "wrapped", 1, &[], ""),
    );
    let (sack, heartbeat) = (sctp_chunk(3, 0, [0; 12]), sctp_chunk(4, 0, [0, 1, 0, 5, 9]));
    let chunks = [
        sack,
        part(1, 0, WHOLE, &text),
        heartbeat,
        part(2, 1, WHOLE, &ok),
    ];
    let audit = audit(capture(&[sctp_frame(&chunks)]));
    let expected = [(text, vec![1], true), (ok, vec![1], true)];
    assert_eq!(audit.parts(), expected);
    assert_eq!(audit.outcomes(), [("SIP".to_owned(), 1)]);
}

/// The end of the first and the beginning of the second message are not one message because their numbers follow.
#[test]
fn sctp_messages_that_are_not_whole_do_not_mix() {
    let (text, ok) = (
        message(),
        response(200, "OK", "INVITE", "wrapped", 1, &[], ""),
    );
    let frames = [
        sctp_frame(&[part(11, 1, LAST, &text[200..])]),
        sctp_frame(&[part(12, 2, FIRST, &ok[..150])]),
    ];
    let audit = audit(capture(&frames));
    let start = ok[..150].to_owned();
    assert_eq!(audit.parts(), [(start, vec![2], false)]);
    assert_eq!(audit.count(AnomalyKind::MessageCut), 1);
    assert_eq!(audit.outcome("sctp: incomplete"), 1);
}

/// Signalling of a phone in a mobile network: TCP to the P-CSCF, protected without encryption, in the user plane.
#[test]
fn ims_signalling_of_a_phone() {
    let text = message();
    let phone = direction6();
    let frame = |(sequence, offset): (u32, usize), bytes: &str| {
        let segment = &phone.packet(offset, bytes)[40..];
        let esp = esp_null(0xc0ff_ee00, sequence, protocol::TCP, segment, 12);
        let packet = ip(alice6().ip(), bob6().ip(), protocol::ESP, esp);
        over_udp(GTP_U, gtpu(0x77, None, &[(0x85, vec![0, 9])], packet))
    };
    let frames = [frame((1, 0), &text[..250]), frame((2, 250), &text[250..])];
    let expected = Found {
        transport: "TCP",
        ..in_records(&[1, 2], over_ipv6("ethernet/ipv4/udp/gtp-u/ipv6/esp"))
    };
    expect_of(linktype::ETHERNET, &frames, &expected);
}

#[test]
fn a_link_type_that_is_not_read_is_named() {
    for (link, name) in [(147, "USER0"), (105, "IEEE802_11")] {
        let audit = audit(capture_of(link, &[framed(sip4()), framed(sip6())]));
        assert_eq!(audit.found, []);
        let reasons = audit.outcomes();
        let [(reason, 2)] = &reasons[..] else {
            panic!("{reasons:?}");
        };
        assert!(reason.contains(&link.to_string()), "{reason}");
        assert!(reason.contains(name), "{reason}");
        assert_eq!(audit.anomalies(), [("link-type-unknown", 2)]);
        let (record, detail) = audit.first(AnomalyKind::LinkTypeUnknown);
        assert_eq!(record.number, 1);
        assert!(detail.contains(name), "{detail}");
    }
}

#[test]
fn nesting_has_an_end() {
    let wrap = |packet, _| ip(alice().ip(), bob().ip(), protocol::IPV4, packet);
    let deep = (0..50).fold(sip4(), wrap);
    let audit = audit(capture(&[framed(deep), datagram(message())]));
    assert_eq!(audit.parts(), [(message(), vec![2], true)]);
    assert_eq!(audit.outcome("ipv4: nested too deep"), 1);
}

/// None of these frames holds SIP, and all of them count as this.
fn expect_other(frames: Vec<Vec<u8>>, outcome: &str) {
    let audit = audit(capture(&frames));
    assert_eq!(audit.found, [], "{outcome}");
    let all = (outcome.to_owned(), frames.len() as u64);
    assert_eq!(audit.outcomes(), [all]);
    assert_eq!(audit.anomalies(), [], "{outcome}");
}

/// What an error quotes was not sent again.
#[test]
fn quoted_packets_are_no_sightings() {
    let (src, dst) = (bob().ip(), alice().ip());
    let error = icmp(3, 3, sip4());
    let error6 = icmpv6(octets(bob6()), octets(alice6()), 1, 4, sip6());
    let frames = vec![
        framed(ip(src, dst, protocol::ICMP, error)),
        framed(ip(bob6().ip(), alice6().ip(), protocol::ICMPV6, error6)),
    ];
    expect_other(frames, "icmp");
}

#[test]
fn other_traffic_on_the_ports_of_sip_is_told_apart() {
    let magic_cookie = [0x21, 0x12, 0xa4, 0x42];
    let stun = [&[0, 1, 0, 0][..], &magic_cookie, &[7; 12]].concat();
    let rtp = [&[0x80, 8, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4][..], &[0xd5; 160]].concat();
    let query =
        b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x03com\x00\x00\x01\x00\x01";
    let dtls = [&[22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9][..], &[1; 9]].concat();
    let discovery = "NOTIFY * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\n\r\n";
    let (tag, arp) = (ethernet(ethertype::VLAN, vlan(1, 0x0806, [0; 28])), 0x0806);
    let isis = [0xfe, 0xfe, 0x03, 0x83];
    let (echo_request, ospf) = (1, 89);
    let connection = Direction::new(5);
    let cases = [
        (datagram(rtp), "udp payload"),
        (datagram(query), "udp payload"),
        (datagram(discovery), "udp payload"),
        (datagram(stun), "stun"),
        (datagram("\r\n\r\n"), "keep-alive"),
        (datagram("\r\n"), "keep-alive"),
        (datagram([0; 4]), "keep-alive"),
        (datagram(""), "keep-alive"),
        (datagram(dtls), "dtls: encrypted, no keys"),
        (tag, "arp"),
        (ethernet(arp, [0; 28]), "arp"),
        (ethernet(0x88cc, [0; 40]), "not ip"),
        (ethernet(4, isis), "not ip"),
        (tunnel4(ospf, [2; 44]), "other ip protocol"),
        (over_udp(ESP_IN_UDP, [0xff]), "tunnel control"),
        (
            over_udp(ESP_IN_UDP, [&[0; 4][..], &[9; 28]].concat()),
            "tunnel control",
        ),
        (
            over_udp(GTP_U, [0x32, echo_request, 0, 4, 0, 0, 0, 0, 0, 1, 0, 0]),
            "tunnel control",
        ),
        (
            sctp_frame(&[sctp_chunk(4, 0, [0, 1, 0, 4])]),
            "sctp control",
        ),
        (sctp_frame(&[part(1, 0, WHOLE, [0; 24])]), "sctp payload"),
        (connection.syn(), "tcp control"),
        (connection.ack(0), "tcp control"),
        (connection.fin(0), "tcp control"),
    ];
    for (frame, outcome) in cases {
        expect_other(vec![frame], outcome);
    }
}

#[test]
fn sip_is_found_on_the_ports_of_others() {
    for port in [GTP_U, ESP_IN_UDP, VXLAN, 8472, GENEVE, 53, HEP, 1, 65_535] {
        let mut ends = [(alice(), bob()), (alice(), bob())];
        ends[0].0.set_port(port);
        ends[1].1.set_port(port);
        for (src, dst) in ends {
            for text in [
                message(),
                response(200, "OK", "INVITE", "wrapped", 1, &[], ""),
            ] {
                let audit = audit(capture(&[udp_frame(src, dst, &text)]));
                let place = format!("{src} to {dst}");
                assert_eq!(audit.parts(), [(text, vec![1], true)], "{place}");
                assert_eq!(audit.found[0].source, src.to_string());
                assert_eq!(audit.found[0].destination, dst.to_string());
                assert_eq!(audit.anomalies(), [], "{place}");
            }
        }
    }
}

/// Keep-alives may stand in front of a message (RFC 3261 7.5), on every port.
#[test]
fn empty_lines_before_a_message_are_no_part_of_it() {
    for port in [5060, GTP_U, ESP_IN_UDP, VXLAN, GENEVE] {
        let frame = over_udp(port, format!("\r\n\r\n{}", message()));
        let audit = audit(capture(&[frame]));
        assert_eq!(audit.texts(), [message()], "port {port}");
    }
}

#[test]
fn requests_with_a_wrong_first_line_are_found() {
    let right = message();
    let (_, headers) = right.split_once("\r\n").unwrap();
    let lines = [
        "INVITE <sip:bob@example.com> SIP/2.0",
        "INVITE <sip:bob@example.com SIP/2.0",
        "INVITE sip:bob@example.com> SIP/2.0",
        "INVITE  sip:bob@example.com SIP/2.0",
        "INVITE sip:bob@example.com  SIP/2.0",
        "INVITE sip:bob@example.com SIP/2.0 ",
        "INVITE sip:bob @example.com SIP/2.0",
        "INVITE sip:bob@example.com; lr SIP/2.0",
        "INVITE\tsip:bob@example.com SIP/2.0",
    ];
    for line in lines {
        let text = format!("{line}\r\n{headers}");
        let audit = audit(capture(&[datagram(&text)]));
        assert_eq!(audit.texts(), [text], "{line}");
        assert_eq!(audit.found[0].subject, "INVITE", "{line}");
    }
}

/// Two messages in one datagram are two sightings of one record.
#[test]
fn messages_that_share_a_datagram_are_taken_apart() {
    let ok = response(200, "OK", "INVITE", "wrapped", 1, &[], "");
    let both = format!("{}{ok}", message());
    let audit: Audit = audit(capture(&[datagram(both)]));
    let expected = [(message(), vec![1], true), (ok, vec![1], true)];
    assert_eq!(audit.parts(), expected);
    assert_eq!(audit.outcomes(), [("SIP".to_owned(), 1)]);
}
