//! Overlays that carry Ethernet frames in UDP.

use super::ethertype;

/// The UDP payload for port 4789.
pub fn vxlan(vni: u32, ethernet_frame: impl AsRef<[u8]>) -> Vec<u8> {
    [
        &[0x08, 0, 0, 0],
        &(vni << 8).to_be_bytes()[..],
        ethernet_frame.as_ref(),
    ]
    .concat()
}

/// The UDP payload for port 6081.
pub fn geneve(vni: u32, ethernet_frame: impl AsRef<[u8]>) -> Vec<u8> {
    geneve_with_options(vni, &[], ethernet_frame)
}

/// `options` are whole GENEVE options, so their length is a multiple of four.
pub fn geneve_with_options(vni: u32, options: &[u8], ethernet_frame: impl AsRef<[u8]>) -> Vec<u8> {
    let protocol = ethertype::TRANSPARENT_ETHERNET.to_be_bytes();
    let option_words = (options.len() / 4) as u8;
    let vni = (vni << 8).to_be_bytes();
    [
        &[option_words, 0],
        &protocol[..],
        &vni,
        options,
        ethernet_frame.as_ref(),
    ]
    .concat()
}
