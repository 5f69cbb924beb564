//! Whether a sighting tells the identification of the IP packet that carried it, which tells a packet that was captured
//! twice from a message that was sent twice; and whether it tells none where there is none to go by.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use crate::support;

use std::net::{IpAddr, SocketAddr};
use support::audit::audit;
use support::captures::linktype;
use support::exchange::{Direction, alice, alice6, bob, bob6, capture_of, socket};
use support::frames::{
    Hep, Ipv4Fields, SctpData, ah, esp_null, exported_pdu, gtpu, hep3, ip, ipv4_fragments,
    ipv4_with, ipv6_destination_options, ipv6_fragment, ipv6_fragments, port_type, protocol, sctp,
    sctp_data, udp, udp_packet,
};
use support::sip::request;

fn message() -> String {
    let subject = format!("Subject: {}", "x".repeat(200));
    request(
        "OPTIONS",
        "sip:bob@example.com",
        "named",
        1,
        &[&subject],
        "",
    )
}

/// The identifications of all sightings in a capture of IP packets without anything around them.
fn identifications(packets: &[Vec<u8>]) -> Vec<Option<u16>> {
    identifications_of(linktype::RAW, packets)
}

fn identifications_of(link: u16, frames: &[Vec<u8>]) -> Vec<Option<u16>> {
    let audit = audit(capture_of(link, frames));
    assert_eq!(audit.anomalies(), []);
    let sightings = audit.intake.sightings.iter();
    sightings
        .map(|sighting| sighting.identification())
        .collect()
}

fn octets(address: SocketAddr) -> [u8; 4] {
    match address.ip() {
        IpAddr::V4(address) => address.octets(),
        IpAddr::V6(_) => panic!("an IPv4 address"),
    }
}

fn octets6(address: SocketAddr) -> [u8; 16] {
    match address.ip() {
        IpAddr::V6(address) => address.octets(),
        IpAddr::V4(_) => panic!("an IPv6 address"),
    }
}

/// The message in UDP.
fn sip() -> Vec<u8> {
    udp(alice().ip(), bob().ip(), 5060, 5060, message())
}

fn sip6() -> Vec<u8> {
    udp(alice6().ip(), bob6().ip(), 5060, 5060, message())
}

/// A packet from Alice to Bob with this identification.
fn ipv4_named(id: u16, protocol: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    between(id, (alice(), bob()), protocol, payload)
}

/// A packet between the ends of a tunnel with this identification.
fn tunnel_named(id: u16, protocol: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    between(id, ends(), protocol, payload)
}

fn between(
    id: u16,
    (src, dst): (SocketAddr, SocketAddr),
    protocol: u8,
    payload: impl AsRef<[u8]>,
) -> Vec<u8> {
    let fields = Ipv4Fields {
        id,
        ..<_>::default()
    };
    ipv4_with(fields, octets(src), octets(dst), protocol, payload)
}

fn ends() -> (SocketAddr, SocketAddr) {
    (socket("198.51.100.1:2152"), socket("198.51.100.2:2152"))
}

/// A datagram of GTP-U around a packet.
fn gtp(packet: impl AsRef<[u8]>) -> Vec<u8> {
    let (src, dst) = ends();
    let tunnelled = gtpu(1, None, &[], packet);
    udp(src.ip(), dst.ip(), src.port(), dst.port(), tunnelled)
}

fn pieces(id: u16, datagram: impl AsRef<[u8]>) -> Vec<Vec<u8>> {
    ipv4_fragments(
        id,
        octets(alice()),
        octets(bob()),
        protocol::UDP,
        datagram,
        256,
    )
}

#[test]
fn of_a_datagram_over_ipv4() {
    let packets = [0x1234, 0xffff, 1].map(|id| ipv4_named(id, protocol::UDP, sip()));
    let expected = [Some(0x1234), Some(0xffff), Some(1)];
    assert_eq!(identifications(&packets), expected);
    // All messages of one datagram came in the same packet.
    let two = [message(), message()].concat();
    let two = udp(alice().ip(), bob().ip(), 5060, 5060, two);
    let packet = ipv4_named(9, protocol::UDP, two);
    assert_eq!(identifications(&[packet]), [Some(9), Some(9)]);
}

#[test]
fn zero_is_none() {
    let packet = ipv4_named(0, protocol::UDP, sip());
    assert_eq!(identifications(&[packet]), [None]);
    assert_eq!(identifications(&pieces(0, sip())), [None]);
}

#[test]
fn of_fragments_that_were_put_together() {
    let fragments = pieces(7, sip());
    assert_eq!(fragments.len(), 2);
    assert_eq!(identifications(&fragments), [Some(7)]);
}

/// What is not whole still tells which packet it is the beginning of.
#[test]
fn of_a_datagram_whose_end_is_missing() {
    let audit = audit(capture_of(linktype::RAW, &pieces(7, sip())[..1]));
    let sighting = audit.intake.sightings.get(1).unwrap();
    assert!(!sighting.whole());
    assert_eq!(sighting.identification(), Some(7));
}

#[test]
fn of_ipv6_only_in_fragments_and_the_low_half() {
    let whole = udp_packet(alice6(), bob6(), message());
    // A datagram in one piece may still have a fragment header (RFC 6946).
    let atomic = ipv6_fragment(protocol::UDP, 7, 0, false, sip6());
    let atomic = ip(alice6().ip(), bob6().ip(), protocol::FRAGMENT, atomic);
    assert_eq!(identifications(&[whole, atomic]), [None, None]);
    let cases = [
        (protocol::UDP, sip6()),
        // Headers behind the one of the fragments belong to the same packet.
        (
            protocol::DESTINATION_OPTIONS,
            ipv6_destination_options(protocol::UDP, sip6()),
        ),
    ];
    for (first, payload) in cases {
        let (src, dst) = (octets6(alice6()), octets6(bob6()));
        let fragments = ipv6_fragments(0xdead_beef, src, dst, first, payload, 256);
        assert_eq!(fragments.len(), 2);
        assert_eq!(identifications(&fragments), [Some(0xbeef)]);
    }
}

#[test]
fn of_the_innermost_packet_in_a_tunnel() {
    let inner = ipv4_named(5, protocol::UDP, sip());
    let packets = [
        tunnel_named(100, protocol::UDP, gtp(&inner)),
        tunnel_named(101, protocol::IPV4, &inner),
    ];
    assert_eq!(identifications(&packets), [Some(5), Some(5)]);
    // One that has none does not take that of the packet around it.
    let unnamed = ipv4_named(0, protocol::UDP, sip());
    let unnamed6 = udp_packet(alice6(), bob6(), message());
    let packets = [
        tunnel_named(100, protocol::UDP, gtp(unnamed)),
        tunnel_named(101, protocol::UDP, gtp(unnamed6)),
    ];
    assert_eq!(identifications(&packets), [None, None]);
}

#[test]
fn of_the_innermost_packet_whatever_is_in_fragments() {
    let inner = ipv4_named(5, protocol::UDP, sip());
    let around = pieces(100, gtp(inner));
    assert_eq!(identifications(&around), [Some(5)]);
    let inside: Vec<_> = (100..)
        .zip(pieces(7, sip()))
        .map(|(id, fragment)| tunnel_named(id, protocol::UDP, gtp(fragment)))
        .collect();
    assert_eq!(identifications(&inside), [Some(7)]);
}

/// Headers of IPsec in transport mode stand in the packet that they protect.
#[test]
fn of_a_packet_that_is_protected() {
    let esp = esp_null(0x1001, 5, protocol::UDP, sip(), 12);
    let authenticated = ah(protocol::UDP, 3, 4, 12, sip());
    let packets = [
        ipv4_named(21, protocol::ESP, esp),
        ipv4_named(22, protocol::AH, authenticated),
    ];
    assert_eq!(identifications(&packets), [Some(21), Some(22)]);
}

/// Segments and chunks are cut and repeated under new identifications.
#[test]
fn none_in_streams_and_associations() {
    let segment = Direction::new(1).packet(0, message());
    let chunk = sctp_data(SctpData::default(), message());
    let association = sctp(5060, 5060, 0xfeed, &[chunk]);
    let packets = [segment, ipv4_named(31, protocol::SCTP, association)];
    assert_eq!(identifications(&packets), [None, None]);
}

/// The packet around HEP is one of the agent, not the one that carried the message.
#[test]
fn none_where_the_encapsulation_leaves_it_out() {
    let hep = Hep {
        src: alice(),
        dst: bob(),
        ip_protocol: protocol::UDP,
        secs: 1_600_000_000,
        micros: 0,
        capture_id: 1,
    };
    let (src, dst) = (socket("198.51.100.1:9060"), socket("198.51.100.2:9060"));
    let packet = udp_packet(src, dst, hep3(hep, message()));
    assert_eq!(identifications(&[packet]), [None]);
    let pdu = exported_pdu("sip", port_type::UDP, alice(), bob(), message());
    assert_eq!(identifications_of(linktype::EXPORTED_PDU, &[pdu]), [None]);
}
