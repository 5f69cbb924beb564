//! The stacks nearly every test needs, with the IP version taken from the addresses.

use super::{TcpFields, ethernet, ethertype, ipv4, ipv6, protocol, tcp, udp};
use std::net::{IpAddr, SocketAddr};

/// An IP packet. Both addresses must be of one family.
pub fn ip(src: IpAddr, dst: IpAddr, protocol: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    match (src, dst) {
        (IpAddr::V4(src), IpAddr::V4(dst)) => ipv4(src.octets(), dst.octets(), protocol, payload),
        (IpAddr::V6(src), IpAddr::V6(dst)) => ipv6(src.octets(), dst.octets(), protocol, payload),
        _ => unreachable!("a packet has addresses of one family"),
    }
}

/// The ethertype of an IP packet, read from its version.
pub fn ip_ethertype(packet: &[u8]) -> u16 {
    if packet[0] >> 4 == 4 {
        ethertype::IPV4
    } else {
        ethertype::IPV6
    }
}

pub fn udp_packet(src: SocketAddr, dst: SocketAddr, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let datagram = udp(src.ip(), dst.ip(), src.port(), dst.port(), payload);
    ip(src.ip(), dst.ip(), protocol::UDP, datagram)
}

/// A TCP segment in IP; the ports come from the socket addresses.
pub fn tcp_packet(
    src: SocketAddr,
    dst: SocketAddr,
    (seq, ack, flags): (u32, u32, u8),
    payload: impl AsRef<[u8]>,
) -> Vec<u8> {
    let fields = TcpFields {
        sport: src.port(),
        dport: dst.port(),
        seq,
        ack,
        flags,
    };
    ip(
        src.ip(),
        dst.ip(),
        protocol::TCP,
        tcp(src.ip(), dst.ip(), fields, payload),
    )
}

pub fn udp_frame(src: SocketAddr, dst: SocketAddr, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let packet = udp_packet(src, dst, payload);
    ethernet(ip_ethertype(&packet), packet)
}

pub fn tcp_frame(
    src: SocketAddr,
    dst: SocketAddr,
    seq_ack_flags: (u32, u32, u8),
    payload: impl AsRef<[u8]>,
) -> Vec<u8> {
    let packet = tcp_packet(src, dst, seq_ack_flags, payload);
    ethernet(ip_ethertype(&packet), packet)
}
