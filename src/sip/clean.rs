//! What was looked at and found to have nothing odd about it. The same lines pass again and again, on every hop and in every
//! answer; they are looked at once.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;

/// What a stretch of a message is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Stretch {
    /// A first line that is one of a request or response.
    FirstLine,
    /// A header field with all its lines.
    Field,
    /// A session description.
    Sdp,
}

/// Stretches in which nothing is odd, as many as have room.
#[derive(Default)]
pub struct Clean {
    /// One for each value that the end of a hash may have; none where nothing is remembered.
    slots: Vec<Option<Slot>>,
    /// The stretches one behind the other.
    bytes: Vec<u8>,
    hasher: RandomState,
}

#[derive(Clone, Copy)]
struct Slot {
    what: Stretch,
    start: u32,
    length: u32,
}

/// A power of two.
const SLOTS: usize = 1 << 12;
/// All is forgotten when there is more.
const ROOM: usize = 512 << 10;
/// What is longer hardly comes again.
const LONGEST: usize = 1024;

impl Clean {
    /// Remembers.
    pub fn remembered() -> Self {
        Self {
            slots: vec![None; SLOTS],
            ..Self::default()
        }
    }

    /// Looks at a stretch, if it is not known to be clean. `look` tells whether it is.
    pub(super) fn unless_known(&mut self, what: Stretch, text: &[u8], look: impl FnOnce() -> bool) {
        if self.slots.is_empty() || text.len() > LONGEST {
            look();
            return;
        }
        let place = self.hasher.hash_one(text) as usize % SLOTS;
        let known = self.slots[place].is_some_and(|slot| {
            let start = slot.start as usize;
            slot.what == what && self.bytes[start..start + slot.length as usize] == *text
        });
        if !known && look() {
            self.remember(place, what, text);
        }
    }

    fn remember(&mut self, place: usize, what: Stretch, text: &[u8]) {
        if self.bytes.len() + text.len() > ROOM {
            self.bytes.clear();
            self.slots.fill(None);
        }
        self.slots[place] = Some(Slot {
            what,
            start: self.bytes.len() as u32,
            length: text.len() as u32,
        });
        self.bytes.extend_from_slice(text);
    }
}
