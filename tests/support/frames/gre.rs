//! GRE and the ERSPAN mirrors that travel in it: payloads of IP protocol 47.

use super::super::checksum;
use super::ethertype;

/// The optional fields of a GRE header.
#[derive(Clone, Copy, Default)]
pub struct GreOptions {
    pub checksum: bool,
    pub key: Option<u32>,
    pub sequence: Option<u32>,
}

pub fn gre(ethertype: u16, options: GreOptions, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let flags = u8::from(options.checksum) << 7
        | u8::from(options.key.is_some()) << 5
        | u8::from(options.sequence.is_some()) << 4;
    let mut packet = [&[flags, 0], &ethertype.to_be_bytes()[..]].concat();
    if options.checksum {
        packet.extend_from_slice(&[0; 4]);
    }
    for field in [options.key, options.sequence].into_iter().flatten() {
        packet.extend_from_slice(&field.to_be_bytes());
    }
    packet.extend_from_slice(payload.as_ref());
    if options.checksum {
        let sum = checksum::internet(&packet);
        packet[4..6].copy_from_slice(&sum.to_be_bytes());
    }
    packet
}

const ERSPAN: u16 = 0x88be;
const ERSPAN_3: u16 = 0x22eb;

/// Type I has no header of its own: the mirrored frame follows a bare GRE header.
pub fn erspan1(ethernet_frame: impl AsRef<[u8]>) -> Vec<u8> {
    gre(ERSPAN, GreOptions::default(), ethernet_frame)
}

pub fn erspan2(vlan: u16, session: u16, ethernet_frame: impl AsRef<[u8]>) -> Vec<u8> {
    let version = 1;
    let index = 0x0001_u32;
    let header = [erspan_head(version, vlan, session), index.to_be_bytes()].concat();
    gre(
        ERSPAN,
        sequenced(),
        [&header, ethernet_frame.as_ref()].concat(),
    )
}

pub fn erspan3(vlan: u16, session: u16, ethernet_frame: impl AsRef<[u8]>) -> Vec<u8> {
    let version = 2;
    let timestamp = 0x0102_0304_u32;
    let (security_group, ethernet_in_100_microseconds) = ([0, 0], [0x80, 0]);
    let header = [
        &erspan_head(version, vlan, session)[..],
        &timestamp.to_be_bytes(),
        &security_group,
        &ethernet_in_100_microseconds,
    ]
    .concat();
    gre(
        ERSPAN_3,
        sequenced(),
        [&header, ethernet_frame.as_ref()].concat(),
    )
}

/// Version, VLAN, and session, which types II and III share.
fn erspan_head(version: u32, vlan: u16, session: u16) -> [u8; 4] {
    (version << 28 | u32::from(vlan) << 16 | u32::from(session)).to_be_bytes()
}

/// Types II and III always number their packets.
fn sequenced() -> GreOptions {
    GreOptions {
        sequence: Some(1),
        ..<_>::default()
    }
}

/// GRE that bridges whole Ethernet frames.
pub fn gre_ethernet(options: GreOptions, ethernet_frame: impl AsRef<[u8]>) -> Vec<u8> {
    gre(ethertype::TRANSPARENT_ETHERNET, options, ethernet_frame)
}
