//! Which sightings are one message: the same packet captured twice, on two interfaces, by two machines, inside and outside
//! of a tunnel, on both sides of a router. A retransmission has the same bytes too, but was sent again: it comes later, with
//! another IP identification. So have clones in another VLAN; [`Crossings`] knows which VLANs show the same packets.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};
use std::num::NonZeroU16;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::MessageEntry;
use super::clocks::Clocks;
use super::crossings::Crossings;
use super::facts::Facts;
use super::groups::Groups;
use super::loose;
use super::sightings::Sightings;
use crate::base::{COPY, SAME_PACKET, TRANSIT, Transport};

/// The messages in the order of their first sightings.
#[derive(Default)]
pub(super) struct Same {
    pub(super) messages: Vec<MessageEntry>,
    /// Lists of the sightings of those that were seen several times: their number, then they in their order, but one of which
    /// both ends are known, and that was seen whole, stands in front of the others.
    pub(super) seen: Vec<u32>,
}

/// Only so many of the latest messages with the same bytes are looked at.
const MOST_LOOKED_AT: usize = 8;
/// And only so many of their sightings.
const MOST_SEEN: usize = 64;

pub(super) const NONE: u32 = u32::MAX;

/// A message being put together: its sightings are a chain.
pub(super) struct Draft {
    /// [`NONE`] where it was put to another.
    pub(super) first: u32,
    last: u32,
    /// The message before it with the same bytes between the same endpoints.
    before: u32,
}

impl Same {
    /// Puts sightings, in the order of time, together that are one message. Their Call-IDs are the same, so it is done Call-ID by Call-ID.
    pub(super) fn find(
        sightings: &Sightings,
        facts: &Facts,
        clocks: &Clocks,
        crossings: &Crossings<'_>,
        order: &[u32],
        threads: usize,
    ) -> Self {
        let all = order.iter().map(|sighting| {
            let call_id = sightings.call_id_at(*sighting as usize);
            (*sighting, call_id)
        });
        let groups = Groups::of(sightings.call_ids(), all);
        let mut by_first = vec![None; sightings.len()];
        let mut same = Self::default();
        let work = |share| {
            let share = groups.members(share);
            let mut drafts = Drafts::of(share, sightings, facts, clocks, crossings);
            loose::join(&mut drafts, facts);
            drafts.found()
        };
        groups.work(threads, work, |found: Found| {
            for (first, mut message) in found.messages {
                if message.several {
                    message.seen += same.seen.len() as u32;
                }
                by_first[first as usize] = Some(message);
            }
            same.seen.extend(found.seen);
        });
        let first = order.iter().map(|sighting| by_first[*sighting as usize]);
        same.messages.reserve_exact(sightings.len());
        same.messages.extend(first.flatten());
        same
    }
}

/// The messages of a share, each with its first sighting; lists in `seen` count from its own beginning.
#[derive(Default)]
struct Found {
    messages: Vec<(u32, MessageEntry)>,
    seen: Vec<u32>,
}

/// The latest message by a key of its sightings.
struct Latest<F> {
    table: HashTable<u32>,
    hasher: RandomState,
    key: F,
}

impl<K: Eq + Hash, F: Fn(u32) -> K> Latest<F> {
    fn new(key: F, room: usize) -> Self {
        Self {
            table: HashTable::with_capacity(room),
            hasher: RandomState::default(),
            key,
        }
    }

    /// The latest message with the key of a sighting.
    fn find(&self, sighting: u32, drafts: &Drafts<'_>) -> u32 {
        let key = (self.key)(sighting);
        let same = |known: &u32| (self.key)(drafts.all[*known as usize].first) == key;
        let found = self.table.find(self.hasher.hash_one(&key), same);
        found.copied().unwrap_or(NONE)
    }

    fn set(&mut self, sighting: u32, draft: u32, drafts: &Drafts<'_>) {
        let Self { table, hasher, key } = self;
        let of = |draft: u32| key(drafts.all[draft as usize].first);
        let own = key(sighting);
        let hash = hasher.hash_one(&own);
        match table.find_mut(hash, |known| of(*known) == own) {
            Some(known) => *known = draft,
            None => {
                table.insert_unique(hash, draft, |known| hasher.hash_one(of(*known)));
            }
        }
    }
}

/// Messages of a share being put together.
pub(super) struct Drafts<'a> {
    pub(super) all: Vec<Draft>,
    /// The sighting where each of them stands: of those whose time is told best the first.
    stands: Vec<u32>,
    /// The next sighting of the same message, if there is one.
    next: HashMap<u32, u32, RandomState>,
    pub(super) sightings: &'a Sightings,
    clocks: &'a Clocks,
    crossings: &'a Crossings<'a>,
}

impl<'a> Drafts<'a> {
    fn of(
        share: &[u32],
        sightings: &'a Sightings,
        facts: &Facts,
        clocks: &'a Clocks,
        crossings: &'a Crossings<'a>,
    ) -> Self {
        let mut drafts = Self {
            all: Vec::with_capacity(share.len()),
            stands: Vec::with_capacity(share.len()),
            next: HashMap::default(),
            sightings,
            clocks,
            crossings,
        };
        let content = |sighting: u32| {
            let at = sighting as usize;
            (facts.contents[at], sightings.ends_of(at))
        };
        let packet = |sighting: u32| sightings.packet_of(sighting as usize);
        let mut by_content = Latest::new(content, share.len());
        let mut by_packet = Latest::new(packet, 0);
        for sighting in share.iter().copied() {
            let draft = Draft {
                first: sighting,
                last: sighting,
                before: by_content.find(sighting, &drafts),
            };
            let same = drafts.same_as(&draft, |_| true).or_else(|| {
                // A cut copy has other bytes; its packet is the same.
                let before = by_packet.find(sighting, &drafts);
                drafts.same_as(&Draft { before, ..draft }, |known| {
                    drafts.is_cut(known) || drafts.is_cut(sighting)
                })
            });
            match same {
                Some(same) => drafts.add(same, sighting),
                None => {
                    let number = drafts.all.len() as u32;
                    drafts.all.push(draft);
                    drafts.stands.push(sighting);
                    by_content.set(sighting, number, &drafts);
                    if packet(sighting).identification.is_some() {
                        by_packet.set(sighting, number, &drafts);
                    }
                }
            }
        }
        drafts
    }

    fn found(&self) -> Found {
        let mut found = Found::default();
        for (draft, stands) in self.all.iter().zip(&self.stands) {
            if draft.first == NONE {
                continue;
            }
            if draft.first == draft.last {
                let message = MessageEntry::new(draft.first, false);
                found.messages.push((*stands, message));
                continue;
            }
            let start = found.seen.len() as u32;
            let mut seen: Vec<u32> = self.chain(draft).collect();
            seen.sort_by_key(|sighting| {
                let at = *sighting as usize;
                let lacks_end = !self.sightings.knows_ends(at);
                (
                    self.sightings.is_loose(at),
                    lacks_end,
                    self.is_cut(*sighting),
                )
            });
            found
                .messages
                .push((*stands, MessageEntry::new(start, true)));
            found.seen.push(seen.len() as u32);
            found.seen.extend(seen);
        }
        found
    }

    pub(super) fn chain(&self, draft: &Draft) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(draft.first), |sighting| {
            self.next.get(sighting).copied()
        })
    }

    fn add(&mut self, draft: u32, sighting: u32) {
        let draft = &mut self.all[draft as usize];
        self.next.insert(draft.last, sighting);
        draft.last = sighting;
    }

    /// How much is not known of the time of a sighting.
    fn doubt(&self, sighting: u32) -> i64 {
        match self.has_time(sighting) {
            true => self.sightings.grain(sighting as usize),
            false => i64::MAX,
        }
    }

    /// Whether a sighting has one.
    pub(super) fn has_time(&self, sighting: u32) -> bool {
        self.clocks
            .time(self.sightings, sighting as usize)
            .is_some()
    }

    /// Puts a message to another. The two stand where the one stood whose time is known better, or the first of them.
    pub(super) fn merge(&mut self, into: u32, from: u32) {
        let from_draft = &mut self.all[from as usize];
        let (first, last) = (from_draft.first, from_draft.last);
        from_draft.first = NONE;
        self.add(into, first);
        self.all[into as usize].last = last;
        let place = |draft: u32| (self.doubt(self.stands[draft as usize]), draft);
        if place(from) < place(into) {
            self.all.swap(from as usize, into as usize);
        }
    }

    /// How far two sightings are from each other in time at least, if that is known.
    pub(super) fn apart(&self, one: u32, other: u32) -> Option<i64> {
        let time = |sighting: u32| self.clocks.time(self.sightings, sighting as usize);
        let frame = |sighting: u32| self.clocks.frame(self.sightings, sighting as usize);
        let later = time(other)?.saturating_sub(time(one)?);
        let earlier = if later < 0 { other } else { one };
        let apart = later.saturating_abs() - self.sightings.grain(earlier as usize);
        (frame(one) == frame(other)).then_some(apart.max(0))
    }

    /// Whether its time is cut to so few digits that a copy cannot be told from what was sent again.
    fn is_coarse(&self, sighting: u32) -> bool {
        self.sightings.grain(sighting as usize) > COPY
    }

    fn is_cut(&self, sighting: u32) -> bool {
        !self.sightings.at(sighting as usize).whole()
    }

    /// The message that a new one is another sighting of; `may_be` looks at the first sighting of each.
    fn same_as(&self, new: &Draft, may_be: impl Fn(u32) -> bool) -> Option<u32> {
        let latest = Some(new.before).filter(|before| *before != NONE);
        let earlier = std::iter::successors(latest, |draft| {
            Some(self.all[*draft as usize].before).filter(|before| *before != NONE)
        });
        let mut candidates = earlier.take(MOST_LOOKED_AT);
        candidates.find(|candidate| {
            let known = &self.all[*candidate as usize];
            may_be(known.first) && self.is_same(known, new)
        })
    }

    fn is_same(&self, known: &Draft, new: &Draft) -> bool {
        // Without time there is only one place to have seen it at: it was sent again.
        let Some(apart) = self.apart(known.first, new.first) else {
            return false;
        };
        if self.is_coarse(known.first) || self.is_coarse(new.first) {
            return false;
        }
        let id = |draft: &Draft| self.sightings.identification_of(draft.first as usize);
        let input = |sighting: u32| self.sightings.input_and_time(sighting as usize).0;
        let place = |sighting: u32| {
            let at = sighting as usize;
            (self.sightings.taken_at(at), self.sightings.place_of(at).1)
        };
        let here = || {
            let mut seen = self.chain(known).take(MOST_SEEN);
            seen.any(|seen| place(seen) == place(new.first))
        };
        let (one, other) = (known.first, new.first);
        let crossed = self.crossings.differ(self.sightings, one, other);
        if crossed && self.crossings.are_apart(self.sightings, one, other) {
            return false;
        }
        match (id(known), id(new)) {
            // Some systems give one identification to all that may not be fragmented (RFC 6864 4.1): what one place sees again
            // after the time of a retransmission was sent again.
            (Some(one), Some(other)) if here() => one == other && apart <= TRANSIT,
            (Some(one), Some(other)) => one == other && apart <= SAME_PACKET,
            // One machine saw it on its way from one network to the other.
            _ if crossed && input(one) == input(other) => apart <= COPY,
            // A stream brings its bytes once. What comes again over it is a copy that took another way.
            _ if self.is_stream(new) => apart <= TRANSIT,
            _ if here() => apart <= COPY,
            _ => apart <= TRANSIT,
        }
    }

    fn is_stream(&self, draft: &Draft) -> bool {
        let transport = self.sightings.ends_of(draft.first as usize).transport;
        !matches!(transport, Transport::Udp | Transport::Unknown)
    }
}

/// Between whom, for telling messages apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Ends {
    pub(super) source: u32,
    pub(super) destination: u32,
    pub(super) transport: Transport,
}

/// What the copies of a packet share even if one of them is cut.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Packet {
    pub(super) identification: Option<NonZeroU16>,
    pub(super) ends: Ends,
    pub(super) subject: u16,
    pub(super) call_id: u32,
    pub(super) cseq: u32,
}
