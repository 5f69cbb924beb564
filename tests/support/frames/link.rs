//! Link layers: what a capture's link type promises at the start of each frame.

/// The protocol numbers PPP uses for the payloads of interest.
pub mod ppp_protocol {
    pub const IPV4: u16 = 0x0021;
    pub const IPV6: u16 = 0x0057;
}

const DESTINATION: [u8; 6] = [0x02, 0, 0, 0, 0, 0x02];
const SOURCE: [u8; 6] = [0x02, 0, 0, 0, 0, 0x01];

pub fn ethernet(ethertype: u16, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let ethertype = ethertype.to_be_bytes();
    [&DESTINATION, &SOURCE, &ethertype[..], payload.as_ref()].concat()
}

/// The tag after its own ethertype: the layer above names the tag's kind, so stacks compose as
/// `ethernet(QINQ, vlan(7, VLAN, vlan(8, IPV4, packet)))`.
pub fn vlan(vid: u16, ethertype: u16, payload: impl AsRef<[u8]>) -> Vec<u8> {
    [
        &vid.to_be_bytes()[..],
        &ethertype.to_be_bytes(),
        payload.as_ref(),
    ]
    .concat()
}

/// A label stack, outermost first, with the bottom bit on the last label.
pub fn mpls(labels: &[u32], payload: impl AsRef<[u8]>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (position, label) in labels.iter().enumerate() {
        let bottom = u32::from(position + 1 == labels.len());
        bytes.extend_from_slice(&(label << 12 | bottom << 8 | 64).to_be_bytes());
    }
    bytes.extend_from_slice(payload.as_ref());
    bytes
}

/// A PPPoE session packet, to be put under ethertype 0x8864.
pub fn pppoe(ppp_protocol: u16, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let payload = payload.as_ref();
    let length = (payload.len() as u16 + 2).to_be_bytes();
    [
        &[0x11, 0, 0, 1],
        &length[..],
        &ppp_protocol.to_be_bytes(),
        payload,
    ]
    .concat()
}

/// PPP with the HDLC-like address and control bytes.
pub fn ppp(ppp_protocol: u16, payload: impl AsRef<[u8]>) -> Vec<u8> {
    [
        &[0xff, 0x03],
        &ppp_protocol.to_be_bytes()[..],
        payload.as_ref(),
    ]
    .concat()
}

/// Linux cooked capture, version 1.
pub fn sll(ethertype: u16, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let (packet_type, arphrd, address_len) = ([0, 0], [0, 1], [0, 6]);
    let ethertype = ethertype.to_be_bytes();
    let payload = payload.as_ref();
    [
        &packet_type,
        &arphrd,
        &address_len,
        &SOURCE[..],
        &[0, 0],
        &ethertype,
        payload,
    ]
    .concat()
}

/// Linux cooked capture, version 2.
pub fn sll2(ethertype: u16, interface: u32, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let (reserved, arphrd, packet_type_and_address_len) = ([0, 0], [0, 1], [0, 6]);
    [
        &ethertype.to_be_bytes()[..],
        &reserved,
        &interface.to_be_bytes(),
        &arphrd,
        &packet_type_and_address_len,
        &SOURCE,
        &[0, 0],
        payload.as_ref(),
    ]
    .concat()
}

/// BSD loopback: the address family in the byte order of the capturing host.
pub fn null_link(family: u32, big_endian: bool, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let family = if big_endian {
        family.to_be_bytes()
    } else {
        family.to_le_bytes()
    };
    [&family, payload.as_ref()].concat()
}
