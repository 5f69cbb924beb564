//! GTP-U, the user plane tunnel of mobile networks.

const G_PDU: u8 = 0xff;

/// The UDP payload for port 2152. Each extension header is its type and its content, whose length
/// must be two less than a multiple of four.
pub fn gtpu(
    teid: u32,
    sequence: Option<u16>,
    extensions: &[(u8, Vec<u8>)],
    ip_packet: impl AsRef<[u8]>,
) -> Vec<u8> {
    let has_extensions = u8::from(!extensions.is_empty()) << 2;
    let has_sequence = u8::from(sequence.is_some()) << 1;
    let mut body = Vec::new();
    if has_extensions | has_sequence != 0 {
        let npdu = 0;
        body.extend_from_slice(&sequence.unwrap_or(0).to_be_bytes());
        body.extend_from_slice(&[npdu, extension_type(extensions, 0)]);
    }
    for (position, (_, content)) in extensions.iter().enumerate() {
        body.push((content.len() / 4 + 1) as u8);
        body.extend_from_slice(content);
        body.push(extension_type(extensions, position + 1));
    }
    body.extend_from_slice(ip_packet.as_ref());

    let flags = 0x30 | has_extensions | has_sequence;
    let length = (body.len() as u16).to_be_bytes();
    [&[flags, G_PDU], &length[..], &teid.to_be_bytes(), &body].concat()
}

/// The type of an extension header stands in the header before it; zero says none follows.
fn extension_type(extensions: &[(u8, Vec<u8>)], position: usize) -> u8 {
    extensions.get(position).map_or(0, |(kind, _)| *kind)
}
