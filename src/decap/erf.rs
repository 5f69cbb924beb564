//! Endace records (link type 197): what the capture card puts in front of a frame, in ERF files and inside of pcap alike.

use super::Step;
use crate::base::{Layer, Why};

const LINK_TYPE: u16 = 197;
const HEADER: usize = 16;
const EXTENSION: usize = 8;
/// Extension headers follow.
const MORE: u8 = 0x80;
const ETHERNET: [u8; 4] = [2, 11, 16, 20];
const IPV4: u8 = 22;
const IPV6: u8 = 23;

pub(super) fn step(record: &[u8]) -> Step<'_> {
    let Some((header, mut rest)) = record.split_first_chunk::<HEADER>() else {
        return Step::short(Layer::Link);
    };
    let kind = header[8];
    let mut more = kind & MORE != 0;
    while more {
        let Some((extension, behind)) = rest.split_first_chunk::<EXTENSION>() else {
            return Step::short(Layer::Link);
        };
        more = extension[0] & MORE != 0;
        rest = behind;
    }
    match kind & !MORE {
        // Two bytes of offset and padding stand before the frame.
        kind if ETHERNET.contains(&kind) => match rest.get(2..) {
            Some(frame) => Step::Ethernet(frame),
            None => Step::short(Layer::Link),
        },
        IPV4 | IPV6 => Step::Ip(rest),
        _ => Step::undecodable(Layer::Link, Why::LinkType(LINK_TYPE)),
    }
}
