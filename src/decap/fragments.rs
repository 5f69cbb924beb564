//! IP datagrams put together from their fragments, IPv4 and IPv6 alike, whatever order they come in.
//!
//! A capture may hold the same datagram more than once (two interfaces, two taps), its fragments interleaved with those
//! of its twin. A fragment that is already there therefore opens a second copy beside the first, and both come out.
//! Where fragments overlap, the first bytes stay and the difference is reported.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::IpAddr;
use std::num::NonZeroU16;

use super::{IpPayload, Scope};
use crate::base::{Layer, Limits, Path, Records, Timestamp};

/// What fragments of one datagram have in common (RFC 791 3.2, RFC 8200 4.5), and where they were seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FragmentKey {
    /// Sender.
    pub source: IpAddr,
    /// Receiver.
    pub destination: IpAddr,
    /// IP protocol number of the datagram over IPv4; over IPv6 only the first fragment's counts (RFC 8200 4.5).
    pub protocol: Option<u8>,
    /// Identification field.
    pub identification: u32,
    /// Every layer around it: the same datagram inside and outside of a tunnel are two.
    pub path: Path,
    /// Which tunnel it was seen in.
    pub scope: Scope,
}

/// One fragment.
#[derive(Clone, Copy, Debug)]
pub struct Fragment<'a> {
    /// Which datagram.
    pub key: FragmentKey,
    /// The protocol that it names.
    pub protocol: u8,
    /// Place of its first byte in the datagram.
    pub offset: usize,
    /// Whether more follow.
    pub more: bool,
    /// Its bytes, as far as they were captured.
    pub bytes: &'a [u8],
    /// Bytes of it that were not captured.
    pub missing: usize,
}

/// Which records brought which bytes of a datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// First byte of the datagram that it brought.
    pub start: usize,
    /// The records: several if the fragment itself was put together from fragments.
    pub records: Records,
    /// Time of its first and last byte.
    pub times: Times,
}

/// Times of the first and the last byte of something.
pub type Times = (Option<Timestamp>, Option<Timestamp>);

/// A whole datagram.
#[derive(Debug)]
pub struct Reassembled {
    /// What the fragments had in common.
    pub key: FragmentKey,
    /// The protocol of its payload.
    pub protocol: u8,
    /// Its payload.
    pub bytes: Vec<u8>,
    /// Which record brought what, in the order of the bytes.
    pub pieces: Vec<Piece>,
}

impl Reassembled {
    /// As an IP payload to unwrap further.
    pub fn payload(&self, missing: usize) -> IpPayload<'_> {
        let mut path = self.key.path;
        // Where nesting has reached its limit the layer goes unnamed; the datagram itself is still read.
        let _ = path.push(Layer::Fragments);
        IpPayload {
            source: self.key.source,
            destination: self.key.destination,
            protocol: self.protocol,
            bytes: &self.bytes,
            missing,
            path,
            scope: self.key.scope,
            // Half of IPv6's is enough to tell packets apart, and all that IPv4 has.
            identification: NonZeroU16::new(self.key.identification as u16),
        }
    }
}

/// What came of a fragment.
#[derive(Debug, Default)]
pub struct Added {
    /// The datagram that it made whole.
    pub whole: Option<Reassembled>,
    /// It overlaps others and differs from them.
    pub contradicts: bool,
    /// It begins one more copy of its datagram than are kept: only its record is.
    pub one_too_many: bool,
}

/// A datagram that will never be whole.
#[derive(Debug)]
pub struct GivenUp {
    /// The bytes from its start up to the first that is missing, and the records of all that was there.
    pub start: Reassembled,
    /// How many bytes are missing in all, if the end was seen.
    pub missing: Option<usize>,
    /// What is missing, for people.
    pub detail: String,
    /// It only repeats what another copy already brought.
    pub repeat: bool,
}

struct Part {
    bytes: Box<[u8]>,
    records: Records,
    times: Times,
}

struct Partial {
    protocol: u8,
    serial: u64,
    born: Option<Timestamp>,
    parts: BTreeMap<usize, Part>,
    /// Records that brought nothing of their own.
    idle: Vec<Piece>,
    held: usize,
    total: Option<usize>,
    repeat: bool,
}

/// Datagrams that are not whole yet.
#[derive(Default)]
pub struct Fragments {
    partial: HashMap<FragmentKey, Vec<Partial>>,
    by_age: BTreeMap<u64, FragmentKey>,
    /// Datagrams that became whole a while ago: what still comes of them is a repeat.
    finished: HashMap<FragmentKey, (u64, Option<Timestamp>)>,
    finished_by_age: VecDeque<(u64, FragmentKey)>,
    serial: u64,
    held: usize,
}

/// What a part costs beside its bytes.
const OVERHEAD: usize = 160;
/// Finished datagrams remembered.
const FINISHED: usize = 4096;

impl Fragments {
    /// Adds a fragment.
    pub fn add(
        &mut self,
        fragment: &Fragment<'_>,
        records: Records,
        times: Times,
        limits: &Limits,
    ) -> Added {
        self.serial += 1;
        let finished = self.finished_lately(&fragment.key, times.0, limits);
        let copies = self.partial.entry(fragment.key).or_default();
        let wanting = copies.iter().position(|copy| !copy.has(fragment));
        let one_too_many = wanting.is_none() && copies.len() >= limits.fragment_copies;
        let last = copies.len().checked_sub(1);
        let taker = wanting.or(last.filter(|_| one_too_many));
        let index = taker.unwrap_or_else(|| {
            copies.push(Partial {
                protocol: fragment.protocol,
                serial: self.serial,
                born: times.0,
                parts: BTreeMap::new(),
                idle: Vec::new(),
                held: 0,
                total: None,
                repeat: !copies.is_empty() || finished,
            });
            self.by_age.insert(self.serial, fragment.key);
            copies.len() - 1
        });
        let copy = &mut copies[index];
        let before = copy.cost();
        let mut added = Added {
            whole: None,
            contradicts: copy.insert(fragment, records, times),
            one_too_many,
        };
        self.held += copy.cost() - before;
        if copy.total != Some(copy.held) {
            return added;
        }
        let whole = copies.remove(index);
        if copies.is_empty() {
            self.partial.remove(&fragment.key);
        }
        self.by_age.remove(&whole.serial);
        self.held -= whole.cost();
        self.remember_finished(fragment.key, times.1);
        added.whole = Some(whole.start(fragment.key));
        added
    }

    /// The oldest datagram, if it is too old or there are too many; `limited` says which.
    pub fn give_up(&mut self, now: Option<Timestamp>, limits: &Limits) -> Option<(GivenUp, bool)> {
        let (serial, key) = self.by_age.first_key_value()?;
        let (serial, key) = (*serial, *key);
        let limited =
            self.held > limits.fragment_bytes || self.by_age.len() > limits.fragment_datagrams;
        let old = || {
            let copies = self.partial.get(&key)?;
            let born = copies.iter().find(|copy| copy.serial == serial)?.born?;
            Some(now?.nanos().saturating_sub(born.nanos()) > limits.fragment_age)
        };
        if !limited && !old().unwrap_or(false) {
            return None;
        }
        self.take(serial, key).map(|given_up| (given_up, limited))
    }

    /// The oldest datagram, at the end of everything.
    pub fn finish(&mut self) -> Option<GivenUp> {
        let (serial, key) = self.by_age.first_key_value()?;
        self.take(*serial, *key)
    }

    fn take(&mut self, serial: u64, key: FragmentKey) -> Option<GivenUp> {
        self.by_age.remove(&serial);
        let copies = self.partial.get_mut(&key)?;
        let index = copies.iter().position(|copy| copy.serial == serial)?;
        let partial = copies.remove(index);
        if copies.is_empty() {
            self.partial.remove(&key);
        }
        self.held -= partial.cost();
        Some(partial.give_up(key))
    }

    fn remember_finished(&mut self, key: FragmentKey, time: Option<Timestamp>) {
        self.finished.insert(key, (self.serial, time));
        self.finished_by_age.push_back((self.serial, key));
        if self.finished_by_age.len() > FINISHED
            && let Some((serial, key)) = self.finished_by_age.pop_front()
            && self
                .finished
                .get(&key)
                .is_some_and(|known| known.0 == serial)
        {
            self.finished.remove(&key);
        }
    }

    /// Identifications are used again: only what became whole a short while ago can be repeated.
    fn finished_lately(&self, key: &FragmentKey, now: Option<Timestamp>, limits: &Limits) -> bool {
        match (self.finished.get(key), now) {
            (Some((_, Some(then))), Some(now)) => {
                now.nanos().saturating_sub(then.nanos()) <= limits.fragment_age
            }
            (known, _) => known.is_some(),
        }
    }
}

impl Partial {
    fn cost(&self) -> usize {
        self.held + (self.parts.len() + self.idle.len()) * OVERHEAD
    }

    fn has(&self, fragment: &Fragment<'_>) -> bool {
        self.parts
            .get(&fragment.offset)
            .is_some_and(|part| *part.bytes == *fragment.bytes)
    }

    /// Takes in what is new of a fragment. True if it contradicts what is there.
    fn insert(&mut self, fragment: &Fragment<'_>, records: Records, times: Times) -> bool {
        if fragment.offset == 0 {
            self.protocol = fragment.protocol;
        }
        let end = fragment.offset + fragment.bytes.len();
        let mut contradicts = false;
        if !fragment.more {
            let total = end + fragment.missing;
            contradicts |= self.total.is_some_and(|known| known != total);
            self.total.get_or_insert(total);
        }
        let mut at = fragment.offset;
        let mut new: Vec<(usize, usize)> = Vec::new();
        // An empty fragment ends where it begins.
        let behind = fragment.offset + 1;
        let before = self.parts.range(..=fragment.offset).next_back();
        let after = self.parts.range(behind..end.max(behind));
        for (start, part) in before.into_iter().chain(after) {
            let part_end = start + part.bytes.len();
            if *start > at {
                new.push((at, *start));
            }
            let (from, to) = ((*start).max(fragment.offset), part_end.min(end));
            if from < to {
                let known = &part.bytes[from - start..to - start];
                contradicts |=
                    known != &fragment.bytes[from - fragment.offset..to - fragment.offset];
            }
            at = at.max(part_end);
        }
        if at < end {
            new.push((at, end));
        }
        if new.is_empty() {
            let start = fragment.offset;
            self.idle.push(Piece {
                start,
                records,
                times,
            });
            return contradicts;
        }
        for (from, to) in new {
            let bytes = &fragment.bytes[from - fragment.offset..to - fragment.offset];
            self.held += bytes.len();
            let part = Part {
                bytes: bytes.into(),
                records: records.clone(),
                times,
            };
            self.parts.insert(from, part);
        }
        contradicts
    }

    /// The bytes up to the first gap, and all records.
    fn start(self, key: FragmentKey) -> Reassembled {
        let mut bytes = Vec::with_capacity(self.held);
        let mut pieces = Vec::with_capacity(self.parts.len());
        for (start, part) in self.parts {
            if start == bytes.len() {
                bytes.extend_from_slice(&part.bytes);
            }
            pieces.push(Piece {
                start,
                records: part.records,
                times: part.times,
            });
        }
        pieces.extend(self.idle);
        Reassembled {
            key,
            protocol: self.protocol,
            bytes,
            pieces,
        }
    }

    fn give_up(self, key: FragmentKey) -> GivenUp {
        let mut gaps = Vec::new();
        let mut at = 0;
        for (start, part) in &self.parts {
            if *start > at {
                gaps.push(format!("bytes {at} to {}", start - 1));
            }
            at = start + part.bytes.len();
        }
        match self.total {
            Some(total) if at < total => gaps.push(format!("bytes {at} to {}", total - 1)),
            Some(_) => {}
            None => gaps.push(format!("everything from byte {at}")),
        }
        let detail = format!(
            "{} to {}, identification {}: missing {}",
            key.source,
            key.destination,
            key.identification,
            gaps.join(", ")
        );
        GivenUp {
            missing: self.total.map(|total| total.saturating_sub(self.held)),
            repeat: self.repeat,
            detail,
            start: self.start(key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::RecordId;

    fn fragment(offset: usize, more: bool, bytes: &[u8]) -> Fragment<'_> {
        Fragment {
            key: FragmentKey {
                source: IpAddr::from([192, 0, 2, 1]),
                destination: IpAddr::from([192, 0, 2, 2]),
                protocol: Some(17),
                identification: 7,
                path: Path::EMPTY,
                scope: Scope::default(),
            },
            protocol: 17,
            offset,
            more,
            bytes,
            missing: 0,
        }
    }

    fn added(fragments: &mut Fragments, number: u64, fragment: &Fragment<'_>) -> Added {
        let record = Records::One(RecordId {
            input: 0,
            number,
            interface: 0,
        });
        let time = Timestamp::new(number as i64, 0);
        fragments.add(fragment, record, (time, time), &Limits::default())
    }

    fn add(fragments: &mut Fragments, number: u64, fragment: &Fragment<'_>) -> Option<Vec<u8>> {
        added(fragments, number, fragment)
            .whole
            .map(|whole| whole.bytes)
    }

    #[test]
    fn any_order_makes_the_same_datagram() {
        let parts = [
            fragment(0, true, b"aaaaaaaa"),
            fragment(8, true, b"bbbbbbbb"),
            fragment(16, false, b"cc"),
        ];
        for order in [
            [0, 1, 2],
            [0, 2, 1],
            [1, 0, 2],
            [1, 2, 0],
            [2, 0, 1],
            [2, 1, 0],
        ] {
            let mut fragments = Fragments::default();
            let whole: Vec<_> = order
                .iter()
                .filter_map(|part| add(&mut fragments, *part as u64, &parts[*part]))
                .collect();
            assert_eq!(whole, [b"aaaaaaaabbbbbbbbcc".to_vec()], "{order:?}");
            assert_eq!(fragments.held, 0);
            assert!(fragments.finish().is_none());
        }
    }

    #[test]
    fn two_interleaved_copies_both_come_out() {
        let (first, second) = (fragment(0, true, b"aaaaaaaa"), fragment(8, false, b"b"));
        let mut fragments = Fragments::default();
        assert!(add(&mut fragments, 1, &first).is_none());
        assert!(add(&mut fragments, 2, &first).is_none());
        assert!(add(&mut fragments, 3, &second).is_some());
        assert!(add(&mut fragments, 4, &second).is_some());
        assert!(fragments.finish().is_none());
    }

    #[test]
    fn a_lone_repeat_is_no_loss() {
        let (first, second) = (fragment(0, true, b"aaaaaaaa"), fragment(8, false, b"b"));
        let mut fragments = Fragments::default();
        add(&mut fragments, 1, &first);
        assert!(add(&mut fragments, 2, &second).is_some());
        add(&mut fragments, 3, &first);
        assert!(fragments.finish().unwrap().repeat);
    }

    #[test]
    fn overlaps_keep_the_first_bytes_and_are_reported() {
        let mut fragments = Fragments::default();
        add(&mut fragments, 1, &fragment(0, true, b"aaaaaaaa"));
        let second = added(&mut fragments, 2, &fragment(4, false, b"XXXXbbbb"));
        assert_eq!(second.whole.unwrap().bytes, b"aaaaaaaabbbb");
        assert!(second.contradicts);
        let mut fragments = Fragments::default();
        add(&mut fragments, 1, &fragment(4, false, b"bbbbcccc"));
        let second = added(&mut fragments, 2, &fragment(0, true, b"aaaabbbb"));
        assert_eq!(second.whole.unwrap().bytes, b"aaaabbbbcccc");
        assert!(!second.contradicts);
    }

    /// A fragment behind others that brings nothing, and more copies of one than anybody captures.
    #[test]
    fn empty_and_countless_fragments_are_survived() {
        let most = Limits::default().fragment_copies as u64;
        let mut fragments = Fragments::default();
        let mut one_too_many =
            |number, fragment| added(&mut fragments, number, fragment).one_too_many;
        let (first, empty) = (fragment(0, true, b"aaaaaaaa"), fragment(8, true, b""));
        assert!(!one_too_many(1, &first));
        assert!(!one_too_many(2, &empty));
        assert!((1..most).all(|copy| !one_too_many(2 + copy, &first)));
        assert!((20..100).all(|number| one_too_many(number, &first)));
        assert_eq!(fragments.by_age.len() as u64, most);
        assert!(add(&mut fragments, 100, &fragment(8, false, b"b")).is_some());
    }

    #[test]
    fn what_is_missing_is_named() {
        let mut fragments = Fragments::default();
        add(&mut fragments, 1, &fragment(0, true, b"aaaaaaaa"));
        add(&mut fragments, 2, &fragment(16, false, b"cc"));
        let given_up = fragments.finish().unwrap();
        assert!(
            given_up.detail.ends_with("missing bytes 8 to 15"),
            "{}",
            given_up.detail
        );
        assert_eq!(given_up.start.bytes, b"aaaaaaaa");
        assert_eq!(given_up.missing, Some(8));
        assert_eq!(given_up.start.pieces.len(), 2);
    }

    #[test]
    fn age_and_amount_are_bounded() {
        let limits = Limits {
            fragment_datagrams: 2,
            ..Limits::default()
        };
        let mut fragments = Fragments::default();
        add(&mut fragments, 1, &fragment(0, true, b"aaaaaaaa"));
        let soon = Timestamp::new(2, 0);
        assert!(fragments.give_up(soon, &limits).is_none());
        let late = Timestamp::new(100, 0);
        assert!(!fragments.give_up(late, &limits).unwrap().1);
        for identification in 0..3 {
            let mut one = fragment(0, true, b"aaaaaaaa");
            one.key.identification = identification;
            add(&mut fragments, 1, &one);
        }
        assert!(fragments.give_up(soon, &limits).unwrap().1);
        assert!(fragments.give_up(soon, &limits).is_none());
    }
}
