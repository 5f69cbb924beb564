//! Homer encapsulation protocol, versions 1, 2 and 3: the addresses, times and protocol inside are what counts.

use std::io::Read;
use std::net::IpAddr;

use crate::base::hep::{MAGIC, MICROS, SECONDS, chunks, length};
use crate::base::{Endpoint, Timestamp, Transport};
use crate::sip::looks_like_sip;

/// What a HEP packet carries.
#[derive(Debug)]
pub(super) struct Hep<'a> {
    pub(super) source: Option<Endpoint>,
    pub(super) destination: Option<Endpoint>,
    pub(super) transport: Transport,
    pub(super) time: Option<Timestamp>,
    pub(super) capture_id: Option<u32>,
    /// Empty if it is not SIP.
    pub(super) payload: &'a [u8],
    /// The payload is compressed: see [`unpack`].
    pub(super) packed: bool,
}

/// What bytes are, as HEP.
#[derive(Debug)]
pub(super) enum Look<'a> {
    /// A packet.
    Packet(Hep<'a>),
    /// The beginning of one, or one that contradicts itself.
    Broken,
    /// Not HEP.
    No,
}

/// Looks at a datagram.
pub(super) fn look(bytes: &[u8], missing: usize) -> Look<'_> {
    if bytes.starts_with(MAGIC) {
        return version_3(bytes, missing).map_or(Look::Broken, Look::Packet);
    }
    // Versions 1 and 2 have no magic: the lengths and what they lead to must fit.
    match bytes {
        [1 | 2, 16 | 40, 2 | 10, 6 | 17 | 132, ..] => {
            version_1_2(bytes).map_or(Look::No, Look::Packet)
        }
        _ => Look::No,
    }
}

/// sipcapture/hep: hep_hdr, addresses, and in version 2 a time in the byte order of x86.
fn version_1_2(bytes: &[u8]) -> Option<Hep<'_>> {
    const HEADER: usize = 8;
    const TIME: usize = 12;
    let header = bytes.first_chunk::<HEADER>()?;
    let addresses = bytes.get(HEADER..usize::from(header[1]))?;
    let (source, destination) = match addresses.len() {
        8 if header[2] == 2 => pair::<4>(addresses)?,
        32 if header[2] == 10 => pair::<16>(addresses)?,
        _ => return None,
    };
    let mut payload = &bytes[usize::from(header[1])..];
    let mut time = None;
    let mut capture_id = None;
    if header[0] == 2 {
        let stamp = payload.first_chunk::<TIME>()?;
        let field = |at: usize| {
            u32::from_le_bytes([stamp[at], stamp[at + 1], stamp[at + 2], stamp[at + 3]])
        };
        time = Timestamp::new(i64::from(field(0)), field(4).saturating_mul(1000));
        capture_id = Some(u32::from(u16::from_le_bytes([stamp[8], stamp[9]])));
        payload = &payload[TIME..];
    }
    let port = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
    looks_like_sip(payload).then(|| Hep {
        source: Some(Endpoint::new(source, port(4))),
        destination: Some(Endpoint::new(destination, port(6))),
        transport: transport(header[3]),
        time,
        capture_id,
        payload,
        packed: false,
    })
}

fn pair<const N: usize>(bytes: &[u8]) -> Option<(IpAddr, IpAddr)>
where
    IpAddr: From<[u8; N]>,
{
    let (source, rest) = bytes.split_first_chunk::<N>()?;
    Some((
        IpAddr::from(*source),
        IpAddr::from(*rest.first_chunk::<N>()?),
    ))
}

fn version_3(bytes: &[u8], missing: usize) -> Option<Hep<'_>> {
    const SIP: u32 = 1;
    let length = length(bytes)?;
    if length > bytes.len() + missing {
        return None;
    }
    let mut addresses: [Option<IpAddr>; 2] = [None, None];
    let mut ports = [0u16; 2];
    let mut protocol = 0;
    let (mut seconds, mut micros) = (None, 0);
    let mut capture_id = None;
    let mut kind = 0;
    let mut payload: &[u8] = &[];
    let mut packed = false;
    for chunk in chunks(&bytes[..length.min(bytes.len())], missing > 0) {
        let chunk = chunk.ok()?;
        if chunk.vendor != 0 {
            continue;
        }
        match chunk.kind {
            2 => protocol = chunk.number() as u8,
            3 | 4 => {
                let address = chunk.value.first_chunk::<4>();
                addresses[usize::from(chunk.kind - 3)] = address.map(|a| IpAddr::from(*a));
            }
            5 | 6 => {
                let address = chunk.value.first_chunk::<16>();
                addresses[usize::from(chunk.kind - 5)] = address.map(|a| IpAddr::from(*a));
            }
            7 | 8 => ports[usize::from(chunk.kind - 7)] = chunk.number() as u16,
            SECONDS => seconds = Some(i64::from(chunk.number())),
            MICROS => micros = chunk.number(),
            11 => kind = chunk.number(),
            12 => capture_id = Some(chunk.number()),
            15 | 16 => (payload, packed) = (chunk.value, chunk.kind == 16),
            _ => {}
        }
    }
    if kind != SIP {
        (payload, packed) = (&[], false);
    }
    let endpoint = |side: usize| addresses[side].map(|address| Endpoint::new(address, ports[side]));
    Some(Hep {
        source: endpoint(0),
        destination: endpoint(1),
        transport: transport(protocol),
        time: seconds.and_then(|seconds| Timestamp::new(seconds, micros.saturating_mul(1000))),
        capture_id,
        payload,
        packed,
    })
}

/// The first `most` bytes of a compressed payload, and whether there are more. It is zlib or gzip, depending on the agent.
pub(super) fn unpack(payload: &[u8], most: usize) -> Option<(Vec<u8>, bool)> {
    let unpacker: &mut dyn Read = if payload.starts_with(&[0x1f, 0x8b]) {
        &mut flate2::read::GzDecoder::new(payload)
    } else {
        &mut flate2::read::ZlibDecoder::new(payload)
    };
    let mut bytes = Vec::new();
    let one_more = most as u64 + 1;
    unpacker.take(one_more).read_to_end(&mut bytes).ok()?;
    let more = bytes.len() > most;
    bytes.truncate(most);
    Some((bytes, more))
}

fn transport(protocol: u8) -> Transport {
    match protocol {
        6 => Transport::Tcp,
        17 => Transport::Udp,
        132 => Transport::Sctp,
        _ => Transport::Unknown,
    }
}
