//! IPv4 and IPv6 with their extension headers and fragments.

use super::super::checksum;
use super::protocol;

/// The IPv4 header fields a test may want to choose.
#[derive(Clone, Copy)]
pub struct Ipv4Fields {
    pub id: u16,
    /// In bytes; a multiple of eight.
    pub fragment_offset: u16,
    pub more_fragments: bool,
    pub ttl: u8,
}

impl Default for Ipv4Fields {
    fn default() -> Self {
        Self {
            id: 1,
            fragment_offset: 0,
            more_fragments: false,
            ttl: 64,
        }
    }
}

pub fn ipv4(src: [u8; 4], dst: [u8; 4], protocol: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    ipv4_with(Ipv4Fields::default(), src, dst, protocol, payload)
}

pub fn ipv4_with(
    fields: Ipv4Fields,
    src: [u8; 4],
    dst: [u8; 4],
    protocol: u8,
    payload: impl AsRef<[u8]>,
) -> Vec<u8> {
    let payload = payload.as_ref();
    let flags = (u16::from(fields.more_fragments) << 13) | (fields.fragment_offset / 8);
    let mut header = [0; 20];
    header[0] = 0x45;
    header[2..4].copy_from_slice(&(payload.len() as u16 + 20).to_be_bytes());
    header[4..6].copy_from_slice(&fields.id.to_be_bytes());
    header[6..8].copy_from_slice(&flags.to_be_bytes());
    header[8] = fields.ttl;
    header[9] = protocol;
    header[12..16].copy_from_slice(&src);
    header[16..20].copy_from_slice(&dst);
    let sum = checksum::internet(&header);
    header[10..12].copy_from_slice(&sum.to_be_bytes());
    [&header, payload].concat()
}

/// Cuts an IPv4 payload into packets of `size` payload bytes (a multiple of eight).
pub fn ipv4_fragments(
    id: u16,
    src: [u8; 4],
    dst: [u8; 4],
    protocol: u8,
    payload: impl AsRef<[u8]>,
    size: usize,
) -> Vec<Vec<u8>> {
    pieces(payload.as_ref(), size)
        .map(|(offset, more, piece)| {
            let fields = Ipv4Fields {
                id,
                fragment_offset: offset,
                more_fragments: more,
                ..<_>::default()
            };
            ipv4_with(fields, src, dst, protocol, piece)
        })
        .collect()
}

pub fn ipv6(src: [u8; 16], dst: [u8; 16], next_header: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let payload = payload.as_ref();
    let length = (payload.len() as u16).to_be_bytes();
    let hop_limit = 64;
    [
        &[0x60, 0, 0, 0],
        &length[..],
        &[next_header, hop_limit],
        &src,
        &dst,
        payload,
    ]
    .concat()
}

/// A hop-by-hop header whose only option is padding.
pub fn ipv6_hop_by_hop(next_header: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    [&[next_header, 0, 1, 4, 0, 0, 0, 0], payload.as_ref()].concat()
}

/// A destination options header of two units, to be told from a hop-by-hop header by its length.
pub fn ipv6_destination_options(next_header: u8, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let mut header = [0; 16];
    header[..4].copy_from_slice(&[next_header, 1, 1, 12]);
    [&header, payload.as_ref()].concat()
}

/// A segment routing header with one segment, already visited.
pub fn ipv6_routing(next_header: u8, segment: [u8; 16], payload: impl AsRef<[u8]>) -> Vec<u8> {
    [
        &[next_header, 2, 4, 0, 0, 0, 0, 0],
        &segment[..],
        payload.as_ref(),
    ]
    .concat()
}

/// The fragment header; `offset` is in bytes, a multiple of eight.
pub fn ipv6_fragment(
    next_header: u8,
    id: u32,
    offset: u16,
    more: bool,
    payload: impl AsRef<[u8]>,
) -> Vec<u8> {
    let offset_and_more = (offset | u16::from(more)).to_be_bytes();
    [
        &[next_header, 0],
        &offset_and_more[..],
        &id.to_be_bytes(),
        payload.as_ref(),
    ]
    .concat()
}

/// Cuts an IPv6 payload into packets of `size` payload bytes (a multiple of eight).
pub fn ipv6_fragments(
    id: u32,
    src: [u8; 16],
    dst: [u8; 16],
    next_header: u8,
    payload: impl AsRef<[u8]>,
    size: usize,
) -> Vec<Vec<u8>> {
    pieces(payload.as_ref(), size)
        .map(|(offset, more, piece)| {
            let fragment = ipv6_fragment(next_header, id, offset, more, piece);
            ipv6(src, dst, protocol::FRAGMENT, fragment)
        })
        .collect()
}

/// Offset, whether more follow, and bytes of each fragment.
fn pieces(payload: &[u8], size: usize) -> impl Iterator<Item = (u16, bool, &[u8])> {
    payload.chunks(size).enumerate().map(move |(index, piece)| {
        let offset = index * size;
        (offset as u16, offset + piece.len() < payload.len(), piece)
    })
}
