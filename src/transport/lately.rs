//! Packets that came lately in one direction of a connection: one that was captured once more is told from one that was
//! sent again. What is sent again is another packet: later, or with another IP identification, or with another header.

use std::collections::VecDeque;
use std::hash::{BuildHasher, Hasher};
use std::num::NonZeroU16;
use std::ops::Range;

use foldhash::fast::RandomState;

use crate::base::{COPY, TRANSIT, Timestamp};
use crate::decap::IpPayload;

/// What the copies of a packet have in common, and when this one came.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    hash: u64,
    identification: Option<NonZeroU16>,
    time: Option<Timestamp>,
}

impl Mark {
    /// Machines that have their network adapter compute the `checksum` capture what they send without it.
    pub(super) fn of(
        packet: &IpPayload<'_>,
        checksum: Range<usize>,
        time: Option<Timestamp>,
        hasher: &RandomState,
    ) -> Self {
        let mut hash = hasher.build_hasher();
        hash.write(packet.bytes.get(..checksum.start).unwrap_or_default());
        hash.write(packet.bytes.get(checksum.end..).unwrap_or_default());
        hash.write_usize(packet.missing);
        Self {
            hash: hash.finish(),
            identification: packet.identification,
            time,
        }
    }

    fn is_copy_of(&self, known: &Self) -> bool {
        let (Some(one), Some(other)) = (known.time, self.time) else {
            return false;
        };
        let apart = other.nanos().saturating_sub(one.nanos()).saturating_abs();
        let most = match (known.identification, self.identification) {
            (Some(one), Some(other)) if one != other => return false,
            (Some(_), Some(_)) => TRANSIT,
            _ => COPY,
        };
        known.hash == self.hash && apart <= most
    }
}

struct Packet {
    mark: Mark,
    place: u64,
    copies: u8,
}

/// See above.
#[derive(Default)]
pub(super) struct Lately {
    packets: VecDeque<Packet>,
}

/// Packets remembered. One that was captured twice comes right behind its first copy.
const MOST: usize = 32;

impl Lately {
    /// A packet that brings something new, at some place.
    pub(super) fn remember(&mut self, mark: Mark, place: u64) {
        if self.packets.len() >= MOST {
            self.packets.pop_front();
        }
        self.packets.push_back(Packet {
            mark,
            place,
            copies: 0,
        });
    }

    /// If a packet came before: the how manieth copy of it this one is, and the place of that.
    pub(super) fn copy(&mut self, mark: &Mark) -> Option<(u8, u64)> {
        let mut packets = self.packets.iter_mut().rev();
        let known = packets.find(|packet| mark.is_copy_of(&packet.mark))?;
        known.copies = known.copies.checked_add(1)?;
        Some((known.copies, known.place))
    }
}
