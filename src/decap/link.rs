//! Link layers and what stands between them and IP: Ethernet, tags, MPLS, PPPoE, PPP, cooked captures, loopback.

use etherparse::{
    Ethernet2HeaderSlice, LinuxSllHeader, SingleVlanHeaderSlice, ether_type as known,
};

use super::{Step, enter, erf, exported_pdu};
use crate::base::{Layer, Other, Path, Why};

/// Below this an EtherType is the length of an 802.3 frame (IEEE 802.3 3.2.6).
const LEAST_ETHER_TYPE: u16 = 0x0600;
const RARP: u16 = 0x8035;
const TRANSPARENT_ETHERNET: u16 = 0x6558;
const PPP_IN_GRE: u16 = 0x880b;
const QINQ_OLD: [u16; 2] = [0x9200, 0x9300];

/// The record by its link type (tcpdump.org/linktypes.html).
pub(super) fn step<'a>(link: u16, frame: &'a [u8], missing: usize, path: &mut Path) -> Step<'a> {
    match link {
        0 | 108 => loopback(frame, path),
        1 => Step::Ethernet(frame),
        9 | 50 | 166 => Step::Ppp(frame),
        12 | 14 | 101 | 228 | 229 => Step::Ip(frame),
        51 => pppoe(frame, path),
        104 => match frame.get(2..4) {
            // Cisco HDLC: address, control, EtherType.
            Some(kind) => Step::EtherType(u16::from_be_bytes([kind[0], kind[1]]), &frame[4..]),
            None => Step::short(Layer::Link),
        },
        113 => cooked(frame, path),
        197 => erf::step(frame),
        252 => exported_pdu::step(frame, missing, path),
        276 => cooked_2(frame, path),
        other => Step::undecodable(Layer::Link, Why::LinkType(other)),
    }
}

pub(super) fn ethernet<'a>(frame: &'a [u8], path: &mut Path) -> Step<'a> {
    enter!(path, Layer::Ethernet);
    match Ethernet2HeaderSlice::from_slice(frame) {
        Ok(header) => Step::EtherType(header.ether_type().0, &frame[header.slice().len()..]),
        Err(_) => Step::short(Layer::Ethernet),
    }
}

pub(super) fn ether_type<'a>(kind: u16, bytes: &'a [u8], path: &mut Path) -> Step<'a> {
    match etherparse::EtherType(kind) {
        known::IPV4 | known::IPV6 => Step::Ip(bytes),
        known::VLAN_TAGGED_FRAME | known::PROVIDER_BRIDGING | known::VLAN_DOUBLE_TAGGED_FRAME => {
            vlan(bytes, path)
        }
        known::ARP => Step::other(Other::Arp),
        known::MACSEC => Step::undecodable(Layer::Macsec, Why::Encrypted),
        _ => match kind {
            0x8847 | 0x8848 => mpls(bytes, path),
            0x8864 => pppoe(bytes, path),
            RARP => Step::other(Other::Arp),
            TRANSPARENT_ETHERNET => Step::Ethernet(bytes),
            PPP_IN_GRE => Step::Ppp(bytes),
            tag if QINQ_OLD.contains(&tag) => vlan(bytes, path),
            length if length < LEAST_ETHER_TYPE => Step::Llc(bytes),
            _ => Step::other(Other::NonIp),
        },
    }
}

fn vlan<'a>(bytes: &'a [u8], path: &mut Path) -> Step<'a> {
    let Ok(tag) = SingleVlanHeaderSlice::from_slice(bytes) else {
        return Step::short(Layer::Vlan);
    };
    if !path.push_vlan(tag.vlan_identifier().value()) {
        return Step::undecodable(Layer::Vlan, Why::TooDeep);
    }
    Step::EtherType(tag.ether_type().0, &bytes[tag.slice().len()..])
}

/// IEEE 802.2 with the sub-network access protocol: an EtherType further in.
pub(super) fn llc(bytes: &[u8]) -> Step<'_> {
    match bytes {
        [0xaa, 0xaa, 3, 0, 0, 0 | 0xf8, high, low, rest @ ..] => {
            match u16::from_be_bytes([*high, *low]) {
                // A length in here would lead back to this very function.
                length if length < LEAST_ETHER_TYPE => Step::other(Other::NonIp),
                kind => Step::EtherType(kind, rest),
            }
        }
        _ => Step::other(Other::NonIp),
    }
}

/// RFC 3032: labels down to the bottom of the stack. What follows is not said: the first nibble tells IP from a
/// pseudowire with control word (RFC 4385) from plain Ethernet.
pub(super) fn mpls<'a>(bytes: &'a [u8], path: &mut Path) -> Step<'a> {
    let mut labels = bytes.chunks_exact(4);
    let bottom = labels.position(|label| label[2] & 1 == 1);
    let stack = bottom.map_or(bytes, |bottom| &bytes[..4 * (bottom + 1)]);
    let fits = match network_label(stack) {
        Some(label) => path.push_label(Layer::Mpls, label),
        None => path.push(Layer::Mpls),
    };
    if !fits {
        return Step::undecodable(Layer::Mpls, Why::TooDeep);
    }
    let Some(bottom) = bottom else {
        return Step::short(Layer::Mpls);
    };
    let inner = &bytes[4 * (bottom + 1)..];
    match inner.first().map(|byte| byte >> 4) {
        None => Step::short(Layer::Mpls),
        Some(4 | 6) => Step::Ip(inner),
        Some(0) if inner.len() > 4 => Step::Ethernet(&inner[4..]),
        Some(_) => Step::Ethernet(inner),
    }
}

/// The label at the bottom says which network it is for (RFC 4364 3); those above only how to get there. An entropy label at
/// the bottom says nothing (RFC 6790 4), nor does a reserved one (RFC 3032 2.1).
fn network_label(stack: &[u8]) -> Option<u32> {
    const ENTROPY_FOLLOWS: u32 = 7;
    const FIRST_FREE: u32 = 16;
    let labels = stack.chunks_exact(4).rev();
    let mut labels = labels.map(|label| u32::from_be_bytes([0, label[0], label[1], label[2]]) >> 4);
    let (bottom, above) = (labels.next()?, labels.next());
    let label = match above {
        Some(ENTROPY_FOLLOWS) => labels.next()?,
        _ => bottom,
    };
    (label >= FIRST_FREE).then_some(label)
}

/// RFC 2516, session stage.
fn pppoe<'a>(bytes: &'a [u8], path: &mut Path) -> Step<'a> {
    enter!(path, Layer::Pppoe);
    match bytes {
        [0x11, 0, _, _, _, _, rest @ ..] => Step::Ppp(rest),
        [0x11, ..] => Step::other(Other::NonIp),
        [] => Step::short(Layer::Pppoe),
        _ => Step::undecodable(Layer::Pppoe, Why::Malformed),
    }
}

/// RFC 1661 and 1662: address and control may be left out, the protocol may be one byte.
pub(super) fn ppp<'a>(bytes: &'a [u8], path: &mut Path) -> Step<'a> {
    enter!(path, Layer::Ppp);
    let bytes = bytes.strip_prefix(&[0xff, 0x03]).unwrap_or(bytes);
    let (protocol, rest) = match bytes {
        [odd, rest @ ..] if odd & 1 == 1 => (u16::from(*odd), rest),
        [high, low, rest @ ..] => (u16::from_be_bytes([*high, *low]), rest),
        _ => return Step::short(Layer::Ppp),
    };
    match protocol {
        0x0021 | 0x0057 => Step::Ip(rest),
        0x0281 | 0x0283 => mpls(rest, path),
        _ => Step::other(Other::NonIp),
    }
}

/// Linux cooked capture: hardware types whose protocol field is an EtherType.
fn cooked<'a>(frame: &'a [u8], path: &mut Path) -> Step<'a> {
    enter!(path, Layer::Sll);
    // Hardware types that etherparse does not know still have their protocol at the end of the header.
    let length = LinuxSllHeader::LEN;
    match frame.get(..length) {
        Some(header) => {
            let protocol = u16::from_be_bytes([header[length - 2], header[length - 1]]);
            cooked_protocol(protocol, &frame[length..])
        }
        None => Step::short(Layer::Sll),
    }
}

fn cooked_2<'a>(frame: &'a [u8], path: &mut Path) -> Step<'a> {
    enter!(path, Layer::Sll2);
    const HEADER: usize = 20;
    match frame.get(..HEADER) {
        Some(header) => {
            let protocol = u16::from_be_bytes([header[0], header[1]]);
            cooked_protocol(protocol, &frame[HEADER..])
        }
        None => Step::short(Layer::Sll2),
    }
}

fn cooked_protocol(protocol: u16, rest: &[u8]) -> Step<'_> {
    const LLC_FRAMES: u16 = 4;
    match protocol {
        LLC_FRAMES => Step::Llc(rest),
        own if own < LEAST_ETHER_TYPE => Step::other(Other::NonIp),
        kind => Step::EtherType(kind, rest),
    }
}

/// The address family in the byte order of whoever captured: both are tried, the numbers do not collide.
fn loopback<'a>(frame: &'a [u8], path: &mut Path) -> Step<'a> {
    enter!(path, Layer::Null);
    let Some((family, rest)) = frame.split_first_chunk::<4>() else {
        return Step::short(Layer::Null);
    };
    let family = u32::from_le_bytes(*family).min(u32::from_be_bytes(*family));
    match family {
        // AF_INET everywhere; AF_INET6 of Linux, NetBSD, FreeBSD, Darwin.
        2 | 10 | 24 | 28 | 30 => Step::Ip(rest),
        _ => Step::other(Other::NonIp),
    }
}
