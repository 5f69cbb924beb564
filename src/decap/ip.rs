//! IPv4 and IPv6 with all their extension headers, and what an IP protocol number leads to.

use std::net::IpAddr;
use std::num::NonZeroU16;

use etherparse::err::ipv4::HeaderSliceError as Ipv4Error;
use etherparse::err::ipv6::HeaderSliceError as Ipv6Error;
use etherparse::{
    IpAuthHeaderSlice, Ipv4HeaderSlice, Ipv6FragmentHeaderSlice, Ipv6HeaderSlice,
    Ipv6RawExtHeaderSlice, ip_number,
};

use super::{Packet, Step, Udp, enter, esp, link, tunnel};
use crate::base::{Layer, Other, Path, Why};

const HOP_BY_HOP: u8 = ip_number::IPV6_HEADER_HOP_BY_HOP.0;
const ROUTING: u8 = ip_number::IPV6_ROUTE_HEADER.0;
const DESTINATION_OPTIONS: u8 = ip_number::IPV6_DESTINATION_OPTIONS.0;
const MOBILITY: u8 = ip_number::MOBILITY_HEADER.0;
const HIP: u8 = ip_number::HIP.0;
const SHIM6: u8 = ip_number::SHIM6.0;
const FRAGMENT: u8 = ip_number::IPV6_FRAGMENTATION_HEADER.0;
const IPV4: u8 = ip_number::IPV4.0;
const IPV6: u8 = ip_number::IPV6.0;
const UDP: u8 = ip_number::UDP.0;
const TCP: u8 = ip_number::TCP.0;
const SCTP: u8 = ip_number::SCTP.0;
const GRE: u8 = ip_number::GRE.0;
const ESP: u8 = ip_number::ENCAP_SEC.0;
const AH: u8 = ip_number::AUTH.0;
const ICMP: u8 = ip_number::ICMP.0;
const ICMPV6: u8 = ip_number::IPV6_ICMP.0;
const MPLS: u8 = ip_number::MPLS_IN_IP.0;

/// An IP packet of either version, by its first nibble.
pub(super) fn packet<'a>(bytes: &'a [u8], path: &mut Path) -> Step<'a> {
    match bytes.first().map(|byte| byte >> 4) {
        Some(4) => ipv4(bytes, path),
        Some(6) => ipv6(bytes, path),
        Some(_) => Step::undecodable(Layer::Ipv4, Why::Malformed),
        None => Step::short(Layer::Ipv4),
    }
}

fn ipv4<'a>(bytes: &'a [u8], path: &mut Path) -> Step<'a> {
    enter!(path, Layer::Ipv4);
    let header = match Ipv4HeaderSlice::from_slice(bytes) {
        Ok(header) => header,
        Err(Ipv4Error::Len(_)) => return Step::short(Layer::Ipv4),
        Err(Ipv4Error::Content(_)) => return Step::undecodable(Layer::Ipv4, Why::Malformed),
    };
    let header_length = header.slice().len();
    let held = &bytes[header_length..];
    let length = match usize::from(header.total_len()) {
        // Segmentation offload: captured before the length was filled in.
        0 => held.len(),
        total if total < header_length => return Step::undecodable(Layer::Ipv4, Why::Malformed),
        total => total - header_length,
    };
    let payload = Packet {
        source: IpAddr::V4(header.source_addr()),
        destination: IpAddr::V4(header.destination_addr()),
        protocol: header.protocol().0,
        bytes: &held[..held.len().min(length)],
        missing: length.saturating_sub(held.len()),
        identification: NonZeroU16::new(header.identification()),
    };
    if header.is_fragmenting_payload() {
        return Step::Fragment(
            payload,
            u32::from(header.identification()),
            usize::from(header.fragments_offset().byte_offset()),
            header.more_fragments(),
        );
    }
    Step::Protocol(payload)
}

fn ipv6<'a>(bytes: &'a [u8], path: &mut Path) -> Step<'a> {
    enter!(path, Layer::Ipv6);
    let header = match Ipv6HeaderSlice::from_slice(bytes) {
        Ok(header) => header,
        Err(Ipv6Error::Len(_)) => return Step::short(Layer::Ipv6),
        Err(Ipv6Error::Content(_)) => return Step::undecodable(Layer::Ipv6, Why::Malformed),
    };
    let held = &bytes[header.slice().len()..];
    let length = match usize::from(header.payload_length()) {
        // Jumbogram or segmentation offload.
        0 => held.len(),
        length => length,
    };
    Step::Protocol(Packet {
        source: IpAddr::V6(header.source_addr()),
        destination: IpAddr::V6(header.destination_addr()),
        protocol: header.next_header().0,
        bytes: &held[..held.len().min(length)],
        missing: length.saturating_sub(held.len()),
        identification: None,
    })
}

/// What the protocol number says follows. Extension headers are protocols like any other here.
pub(super) fn protocol<'a>(payload: Packet<'a>, path: &mut Path) -> Step<'a> {
    let bytes = payload.bytes;
    match payload.protocol {
        UDP => udp(payload, path),
        TCP | SCTP => Step::Payload(payload),
        ICMP | ICMPV6 => Step::other(Other::Icmp),
        HOP_BY_HOP | ROUTING | DESTINATION_OPTIONS | MOBILITY | HIP | SHIM6
            if payload.source.is_ipv6() =>
        {
            match Ipv6RawExtHeaderSlice::from_slice(bytes) {
                Ok(header) => inside(payload, header.next_header().0, header.slice().len()),
                Err(_) => Step::short(Layer::Ipv6),
            }
        }
        FRAGMENT if payload.source.is_ipv6() => ipv6_fragment(payload),
        AH => {
            enter!(path, Layer::Ah);
            match IpAuthHeaderSlice::from_slice(bytes) {
                Ok(header) => inside(payload, header.next_header().0, header.slice().len()),
                Err(_) => Step::undecodable(Layer::Ah, Why::Malformed),
            }
        }
        ESP => encapsulating_security(payload, path),
        IPV4 | IPV6 => Step::Ip(bytes),
        GRE => tunnel::gre(bytes, path),
        MPLS => link::mpls(bytes, path),
        _ => Step::other(Other::IpProtocol),
    }
}

/// The same packet, one header further in.
fn inside(payload: Packet<'_>, protocol: u8, skip: usize) -> Step<'_> {
    Step::Protocol(Packet {
        protocol,
        bytes: &payload.bytes[skip..],
        ..payload
    })
}

fn ipv6_fragment(payload: Packet<'_>) -> Step<'_> {
    let Ok(header) = Ipv6FragmentHeaderSlice::from_slice(payload.bytes) else {
        return Step::short(Layer::Ipv6);
    };
    let whole = Packet {
        protocol: header.next_header().0,
        bytes: &payload.bytes[header.slice().len()..],
        ..payload
    };
    if !header.is_fragmenting_payload() {
        return Step::Protocol(whole);
    }
    Step::Fragment(
        whole,
        header.identification(),
        usize::from(header.fragment_offset().byte_offset()),
        header.more_fragments(),
    )
}

fn encapsulating_security<'a>(payload: Packet<'a>, path: &mut Path) -> Step<'a> {
    enter!(path, Layer::Esp);
    if payload.missing > 0 {
        // The trailer, which says what is inside, was not captured.
        return Step::short(Layer::Esp);
    }
    match esp::null_encrypted(&payload) {
        Some((protocol, bytes)) => Step::Protocol(Packet {
            protocol,
            bytes,
            ..payload
        }),
        None => Step::undecodable(Layer::Esp, Why::Encrypted),
    }
}

fn udp<'a>(payload: Packet<'a>, path: &mut Path) -> Step<'a> {
    if let Some(udp) = Udp::parse(payload.bytes, payload.missing)
        && let Some(port) = tunnel::udp_port(&udp)
        && let Some(step) = tunnel::over_udp(port, &udp, payload, path)
    {
        return step;
    }
    Step::Payload(payload)
}

/// ESP in UDP (RFC 3948): a security parameter index that is not zero.
pub(super) fn esp_over_udp<'a>(outer: Packet<'a>, udp: &Udp<'a>, path: &mut Path) -> Step<'a> {
    let inner = Packet {
        protocol: ESP,
        bytes: udp.payload,
        missing: udp.missing,
        ..outer
    };
    encapsulating_security(inner, path)
}
