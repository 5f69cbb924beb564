//! Wrappers directly around a SIP message: WebSocket frames and exported PDUs.

use super::super::checksum::address_bytes;
use std::net::SocketAddr;

/// One WebSocket frame; opcode 1 is text, 0 continues. Clients mask, servers do not.
pub fn websocket_frame(
    fin: bool,
    opcode: u8,
    mask: Option<[u8; 4]>,
    payload: impl AsRef<[u8]>,
) -> Vec<u8> {
    let payload = payload.as_ref();
    let masked = u8::from(mask.is_some()) << 7;
    let mut frame = vec![u8::from(fin) << 7 | opcode];
    match payload.len() {
        len @ ..126 => frame.push(masked | len as u8),
        len @ ..0x1_0000 => {
            frame.push(masked | 126);
            frame.extend_from_slice(&(len as u16).to_be_bytes());
        }
        len => {
            frame.push(masked | 127);
            frame.extend_from_slice(&(len as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(mask.as_ref().map_or(&[], |mask| mask));
    let mask = mask.unwrap_or_default();
    frame.extend(
        payload
            .iter()
            .zip(mask.iter().cycle())
            .map(|(byte, mask)| byte ^ mask),
    );
    frame
}

/// The port types an exported PDU distinguishes.
pub mod port_type {
    pub const SCTP: u32 = 1;
    pub const TCP: u32 = 2;
    pub const UDP: u32 = 3;
}

/// An exported PDU (link type 252) for the dissector of that name, such as `sip`.
pub fn exported_pdu(
    dissector: &str,
    port_type: u32,
    src: SocketAddr,
    dst: SocketAddr,
    payload: impl AsRef<[u8]>,
) -> Vec<u8> {
    let (src_tag, dst_tag) = if src.is_ipv4() { (20, 21) } else { (22, 23) };
    [
        pdu_tag(12, dissector),
        pdu_tag(src_tag, address_bytes(src.ip())),
        pdu_tag(dst_tag, address_bytes(dst.ip())),
        pdu_tag(24, port_type.to_be_bytes()),
        pdu_tag(25, u32::from(src.port()).to_be_bytes()),
        pdu_tag(26, u32::from(dst.port()).to_be_bytes()),
        pdu_tag(0, []),
        payload.as_ref().to_vec(),
    ]
    .concat()
}

/// A tag with its value padded to four bytes; the padding counts as part of the value.
fn pdu_tag(tag: u16, value: impl AsRef<[u8]>) -> Vec<u8> {
    let mut value = value.as_ref().to_vec();
    value.resize(value.len().next_multiple_of(4), 0);
    [
        &tag.to_be_bytes()[..],
        &(value.len() as u16).to_be_bytes(),
        &value,
    ]
    .concat()
}
