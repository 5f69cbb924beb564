//! Tunnels between one IP packet and the next: GRE with ERSPAN, VXLAN, Geneve, GTP-U, ESP over UDP.

use super::{Packet, Step, Udp, enter, ip};
use crate::base::{Layer, Other, Path, Why};

const GTP_U: u16 = 2152;
const VXLAN: u16 = 4789;
/// What Linux used before the assignment.
const VXLAN_OLD: u16 = 8472;
const GENEVE: u16 = 6081;
const ESP_IN_UDP: u16 = 4500;

/// Flags of GRE.
const CHECKSUM: u8 = 0x80;
const KEY: u8 = 0x20;

/// GRE (RFC 2784, 2890) and the Ethernet mirrors in it.
pub(super) fn gre<'a>(bytes: &'a [u8], path: &mut Path) -> Step<'a> {
    const ROUTING: u8 = 0x40;
    const SEQUENCE: u8 = 0x10;
    const ERSPAN_1_2: u16 = 0x88be;
    const ERSPAN_3: u16 = 0x22eb;
    let (header, key) = (bytes.first_chunk::<4>(), gre_key(bytes));
    let fits = match key {
        Some(key) => path.push_label(Layer::Gre, key),
        None => path.push(Layer::Gre),
    };
    if !fits {
        return too_deep(Layer::Gre);
    }
    let Some([flags, version, high, low]) = header.copied() else {
        return Step::short(Layer::Gre);
    };
    let kind = u16::from_be_bytes([high, low]);
    let mut skip = 4;
    match version & 7 {
        0 if flags & ROUTING != 0 => return Step::undecodable(Layer::Gre, Why::Malformed),
        0 => {
            skip += if flags & CHECKSUM != 0 { 4 } else { 0 };
            skip += if flags & KEY != 0 { 4 } else { 0 };
        }
        // PPTP (RFC 2637): key always, acknowledgement by a bit of the second byte.
        1 => skip += 4 + if version & 0x80 != 0 { 4 } else { 0 },
        _ => return Step::undecodable(Layer::Gre, Why::Malformed),
    }
    skip += if flags & SEQUENCE != 0 { 4 } else { 0 };
    let Some(inner) = bytes.get(skip..) else {
        return Step::short(Layer::Gre);
    };
    match kind {
        // Type I has neither sequence number nor header of its own.
        ERSPAN_1_2 => erspan(inner, if flags & SEQUENCE != 0 { 8 } else { 0 }, path),
        ERSPAN_3 => erspan_3(inner, path),
        _ if inner.is_empty() => Step::other(Other::TunnelControl),
        kind => Step::EtherType(kind, inner),
    }
}

/// The key of RFC 2890 2.1, behind the checksum; that of PPTP is a length and a call.
fn gre_key(bytes: &[u8]) -> Option<u32> {
    let [flags, version, ..] = *bytes else {
        return None;
    };
    let at = if flags & CHECKSUM != 0 { 8 } else { 4 };
    let key = bytes.get(at..)?.first_chunk::<4>()?;
    (flags & KEY != 0 && version & 7 == 0).then_some(u32::from_be_bytes(*key))
}

fn erspan<'a>(bytes: &'a [u8], header: usize, path: &mut Path) -> Step<'a> {
    enter!(path, Layer::Erspan);
    match bytes.get(header..) {
        Some(inner) => Step::Ethernet(inner),
        None => Step::short(Layer::Erspan),
    }
}

/// draft-foschiano-erspan 4.3: twelve bytes, eight more if the last bit says so; the frame type may be IP.
fn erspan_3<'a>(bytes: &'a [u8], path: &mut Path) -> Step<'a> {
    enter!(path, Layer::Erspan);
    let Some(header) = bytes.first_chunk::<12>() else {
        return Step::short(Layer::Erspan);
    };
    let optional = if header[11] & 1 == 1 { 8 } else { 0 };
    let frame_type = header[10] >> 2 & 0x1f;
    match (bytes.get(header.len() + optional..), frame_type) {
        (Some(inner), 0) => Step::Ethernet(inner),
        (Some(inner), 2) => Step::Ip(inner),
        (Some(_), _) => Step::other(Other::NonIp),
        (None, _) => Step::short(Layer::Erspan),
    }
}

/// The port that makes a datagram a candidate for a tunnel.
pub(super) fn udp_port(udp: &Udp<'_>) -> Option<u16> {
    match (udp.source_port, udp.destination_port) {
        (_, port @ (VXLAN | VXLAN_OLD | GENEVE | GTP_U | ESP_IN_UDP)) => Some(port),
        (port @ (GTP_U | ESP_IN_UDP), _) => Some(port),
        _ => None,
    }
}

/// A tunnel over UDP. The port only suggests it: what does not have the shape stays a datagram.
pub(super) fn over_udp<'a>(
    port: u16,
    udp: &Udp<'a>,
    outer: Packet<'a>,
    path: &mut Path,
) -> Option<Step<'a>> {
    match port {
        GTP_U => gtp_u(udp, path),
        GENEVE => geneve(udp.payload, path),
        ESP_IN_UDP => esp_in_udp(udp, outer, path),
        _ => vxlan(udp.payload, path),
    }
}

/// RFC 7348: only the flag that marks the identifier as valid may be set.
fn vxlan<'a>(bytes: &'a [u8], path: &mut Path) -> Option<Step<'a>> {
    match bytes {
        [0x08, 0, 0, 0, a, b, c, 0, inner @ ..] => {
            let segment = u32::from_be_bytes([0, *a, *b, *c]);
            let fits = path.push(Layer::Udp) && path.push_label(Layer::Vxlan, segment);
            Some(if fits {
                Step::Ethernet(inner)
            } else {
                too_deep(Layer::Vxlan)
            })
        }
        _ => None,
    }
}

/// RFC 8926.
fn geneve<'a>(bytes: &'a [u8], path: &mut Path) -> Option<Step<'a>> {
    let [first, flags, high, low, rest @ ..] = bytes else {
        return None;
    };
    if first >> 6 != 0 || flags & 0x3f != 0 {
        return None;
    }
    let options = usize::from(first & 0x3f) * 4;
    let inner = rest.get(4 + options..)?;
    let segment = u32::from_be_bytes([0, rest[0], rest[1], rest[2]]);
    let fits = path.push(Layer::Udp) && path.push_label(Layer::Geneve, segment);
    let kind = u16::from_be_bytes([*high, *low]);
    Some(if fits {
        Step::EtherType(kind, inner)
    } else {
        too_deep(Layer::Geneve)
    })
}

/// 3GPP TS 29.281 clause 5: G-PDUs with any extension headers; every other message is signalling.
fn gtp_u<'a>(udp: &Udp<'a>, path: &mut Path) -> Option<Step<'a>> {
    const G_PDU: u8 = 255;
    const EXTENSION: u8 = 4;
    let header = udp.payload.first_chunk::<8>()?;
    let [flags, message, high, low, ..] = *header;
    let length = usize::from(u16::from_be_bytes([high, low]));
    let rest = &udp.payload[header.len()..];
    // Version 1, protocol type GTP, spare bit zero.
    if flags >> 3 != 0b00110 || length > rest.len() + udp.missing {
        return None;
    }
    if message != G_PDU {
        return Some(Step::other(Other::TunnelControl));
    }
    let mut inner = &rest[..length.min(rest.len())];
    if flags & 7 != 0 {
        let options = inner.first_chunk::<4>()?;
        let mut next = if flags & EXTENSION != 0 {
            options[3]
        } else {
            0
        };
        inner = &inner[4..];
        while next != 0 {
            // Length in units of four bytes, the type of the next one in the last byte.
            let length = usize::from(*inner.first()?) * 4;
            next = *inner.get(length.checked_sub(1)?)?;
            inner = &inner[length..];
        }
    }
    let step = match inner.first().map(|byte| byte >> 4) {
        Some(4 | 6) => Step::Ip(inner),
        // PDU sessions of other types: Ethernet, unstructured.
        _ => Step::other(Other::NonIp),
    };
    let fits = path.push(Layer::Udp) && path.push(Layer::Gtpu);
    Some(if fits { step } else { too_deep(Layer::Gtpu) })
}

/// RFC 3948: keep-alive, key exchange behind four zero bytes, or ESP.
fn esp_in_udp<'a>(udp: &Udp<'a>, outer: Packet<'a>, path: &mut Path) -> Option<Step<'a>> {
    match udp.payload {
        [0xff] | [0, 0, 0, 0, ..] => Some(Step::other(Other::TunnelControl)),
        // Text on this port is no ESP: indexes are drawn at random.
        [a, b, c, d, ..] if [a, b, c, d].iter().all(|byte| is_text(**byte)) => None,
        payload if payload.len() < 16 => None,
        _ => {
            if !path.push(Layer::Udp) {
                return Some(too_deep(Layer::Udp));
            }
            Some(ip::esp_over_udp(outer, udp, path))
        }
    }
}

fn is_text(byte: u8) -> bool {
    (0x20..0x7f).contains(&byte) || matches!(byte, b'\r' | b'\n')
}

fn too_deep<'a>(layer: Layer) -> Step<'a> {
    Step::undecodable(layer, Why::TooDeep)
}
