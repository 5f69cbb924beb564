//! Addresses and names, and which of them evidence shows to be one element. Grows with their number, not with the messages.

use std::collections::HashMap;
use std::net::IpAddr;

use foldhash::fast::RandomState;

use super::hinted::Hinted;
use super::reason::JoinReason;
use crate::base::NameId;
use crate::trace::ids::MessageId;
use crate::trace::intern::Interner;

/// What can be part of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// Address, port, and the realm of an address that is used in several.
    Address(IpAddr, u16, u32),
    /// A host name, with its port where that is not the default one.
    Name(u32),
    /// A party without an address, that the source names.
    Party(NameId),
}

pub(super) type PointId = u32;
pub(super) const NOBODY: u32 = u32::MAX;
const SEVERAL: u32 = u32::MAX - 1;

/// An address or a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    pub(super) key: Key,
    /// The first message that went from it or to it, or named it.
    pub(super) first: MessageId,
    above: PointId,
    /// The node of the user's file that it belongs to, kept at the root of its set.
    hint: u32,
    /// The only one that it speaks with.
    peer: PointId,
    /// Kept joins that it has part in.
    joins: u16,
    /// Joins that were seen and not kept.
    further: u32,
    flags: u8,
}

/// Messages went from it or to it.
const SEEN: u8 = 1;
/// All of them on connections.
const CONNECTED: u8 = 2;
/// A message names its port.
const NAMED: u8 = 4;
/// It is the sent-by of a Via.
const SENT_BY: u8 = 8;
/// What it sends says that it comes from a private address behind a translation.
const TRANSLATED: u8 = 16;

/// Two that are one, and why.
#[derive(Clone, Copy, Debug)]
pub(super) struct JoinEntry {
    pub(super) one: PointId,
    pub(super) other: PointId,
    pub(super) reason: JoinReason,
    /// The first message that shows it.
    pub(super) first: MessageId,
    pub(super) count: u32,
}

/// Only so many joins of one address or name are kept, beside those that made its node.
const MOST_KEPT: u16 = 64;

/// All addresses and names.
#[derive(Default)]
pub(super) struct Points {
    all: Vec<Point>,
    by_key: HashMap<Key, PointId, RandomState>,
    pub(super) names: Interner,
    pub(super) joins: Vec<JoinEntry>,
    by_ends: HashMap<(PointId, PointId, JoinReason), u32, RandomState>,
    hinted: Hinted,
    /// The first point of each node of the user's file.
    of_hint: HashMap<u32, PointId, RandomState>,
}

impl Points {
    /// With room for so many: a table that grows is there twice for a while.
    pub(super) fn new(hinted: Hinted, room: usize) -> Self {
        Self {
            all: Vec::with_capacity(room),
            by_key: HashMap::with_capacity_and_hasher(room, RandomState::default()),
            hinted,
            ..Self::default()
        }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn get(&self, point: PointId) -> &Point {
        &self.all[point as usize]
    }

    pub(super) fn name(&mut self, name: &str, message: MessageId) -> PointId {
        let key = Key::Name(self.names.add(name.as_bytes()));
        self.add(key, message)
    }

    /// The point of a key, which this message shows if it is new.
    pub(super) fn add(&mut self, key: Key, message: MessageId) -> PointId {
        if let Some(known) = self.by_key.get(&key) {
            return *known;
        }
        let point = self.all.len() as PointId;
        let hint = match key {
            Key::Address(address, port, realm) => self.hinted.address(address, port, realm),
            Key::Name(name) => self.hinted.name(self.names.get(name)),
            Key::Party(_) => None,
        };
        self.by_key.insert(key, point);
        self.all.push(Point {
            key,
            first: message,
            above: point,
            hint: hint.unwrap_or(NOBODY),
            peer: NOBODY,
            joins: 0,
            further: 0,
            flags: CONNECTED,
        });
        if let Some(hint) = hint {
            let first = *self.of_hint.entry(hint).or_insert(point);
            self.join(first, point, JoinReason::NodeFile, message);
        }
        point
    }

    /// A message went between these two.
    pub(super) fn saw(&mut self, one: PointId, other: PointId, connected: bool) {
        for (own, peer) in [(one, other), (other, one)] {
            let point = &mut self.all[own as usize];
            point.flags |= SEEN;
            if !connected {
                point.flags &= !CONNECTED;
            }
            point.peer = match point.peer {
                NOBODY => peer,
                known if known == peer => peer,
                _ => SEVERAL,
            };
        }
    }

    pub(super) fn is_seen(&self, point: PointId) -> bool {
        self.get(point).flags & SEEN != 0
    }

    /// For each point that stands for a set, whether messages went from one of the set or to it.
    pub(super) fn seen_sets(&mut self) -> Vec<bool> {
        let mut seen = vec![false; self.len()];
        for point in 0..self.len() as PointId {
            let root = self.root(point) as usize;
            seen[root] |= self.is_seen(point);
        }
        seen
    }

    /// A message names it, as the sent-by of its Via or otherwise.
    pub(super) fn named(&mut self, point: PointId, sent_by: bool) {
        self.all[point as usize].flags |= if sent_by { NAMED | SENT_BY } else { NAMED };
    }

    /// A message says that whoever sends from it has another, private address.
    pub(super) fn translated(&mut self, point: PointId) {
        self.all[point as usize].flags |= TRANSLATED;
    }

    pub(super) fn is_sent_by(&self, point: PointId) -> bool {
        self.get(point).flags & SENT_BY != 0
    }

    /// The peer of an end of a connection whose port means nothing: no message names it, and nobody else speaks with it.
    pub(super) fn peer_of_passing_port(&self, point: PointId) -> Option<PointId> {
        let of = self.get(point);
        let Key::Address(_, port, _) = of.key else {
            return None;
        };
        let assigned = port < 1024 || port == 5060 || port == 5061;
        let passing = SEEN | CONNECTED;
        let passing = of.flags & (passing | NAMED | TRANSLATED) == passing && !assigned;
        (passing && of.peer < SEVERAL).then_some(of.peer)
    }

    /// Whether nothing was joined with it.
    pub(super) fn is_alone(&self, point: PointId) -> bool {
        self.get(point).joins == 0
    }

    /// The point that stands for all of its set: the one that was there first.
    pub(super) fn root(&mut self, point: PointId) -> PointId {
        let mut at = point as usize;
        while self.all[at].above as usize != at {
            let above = self.all[at].above as usize;
            self.all[at].above = self.all[above].above;
            at = above;
        }
        at as PointId
    }

    /// The node of the user's file that a root belongs to.
    pub(super) fn hint_of(&self, root: PointId) -> Option<u32> {
        Some(self.get(root).hint).filter(|hint| *hint != NOBODY)
    }

    /// Makes two one, unless the user's file says that they are not.
    pub(super) fn join(
        &mut self,
        one: PointId,
        other: PointId,
        reason: JoinReason,
        message: MessageId,
    ) {
        if one == other {
            return;
        }
        let (one_root, other_root) = (self.root(one), self.root(other));
        let hints = (self.hint_of(one_root), self.hint_of(other_root));
        if let (Some(a), Some(b)) = hints
            && a != b
        {
            return;
        }
        let apart = one_root != other_root;
        if apart {
            let (low, high) = (one_root.min(other_root), one_root.max(other_root));
            self.all[high as usize].above = low;
            self.all[low as usize].hint = hints.0.or(hints.1).unwrap_or(NOBODY);
        }
        self.keep(one.min(other), one.max(other), reason, message, apart);
    }

    fn keep(
        &mut self,
        one: PointId,
        other: PointId,
        reason: JoinReason,
        first: MessageId,
        needed: bool,
    ) {
        if let Some(known) = self.by_ends.get(&(one, other, reason)) {
            let known = &mut self.joins[*known as usize];
            known.count = known.count.saturating_add(1);
            return;
        }
        let full = |point: PointId| self.get(point).joins >= MOST_KEPT;
        if !needed && (full(one) || full(other)) {
            let further = &mut self.all[one as usize].further;
            *further = further.saturating_add(1);
            return;
        }
        for end in [one, other] {
            let joins = &mut self.all[end as usize].joins;
            *joins = joins.saturating_add(1);
        }
        let number = self.joins.len() as u32;
        self.by_ends.insert((one, other, reason), number);
        self.joins.push(JoinEntry {
            one,
            other,
            reason,
            first,
            count: 1,
        });
    }

    /// Joins of a point that were seen and not kept.
    pub(super) fn further(&self, point: PointId) -> u32 {
        self.get(point).further
    }

    /// Lets go of what only building needs.
    pub(super) fn freeze(&mut self) {
        self.by_key = HashMap::default();
        self.by_ends = HashMap::default();
        self.of_hint = HashMap::default();
    }
}
