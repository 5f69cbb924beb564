//! What was read in stretches of messages. The same lines pass again and again, on every hop and in every answer: whoever
//! remembers what one of them said reads it once.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;

/// What some stretches said, as many as have room. It is never wrong: the bytes are kept beside it and compared.
#[derive(Clone, Debug)]
pub struct Remembered<T> {
    /// One for each value that the end of a hash may have; none before anything was kept.
    slots: Vec<Option<Slot<T>>>,
    /// The stretches one behind the other.
    bytes: Vec<u8>,
    hasher: RandomState,
}

#[derive(Clone, Copy, Debug)]
struct Slot<T> {
    said: T,
    start: u32,
    length: u32,
}

/// A power of two.
const SLOTS: usize = 1 << 12;
/// All is forgotten when there is more.
const ROOM: usize = 512 << 10;
/// What is longer hardly comes again.
const LONGEST: usize = 1024;

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            bytes: Vec::new(),
            hasher: RandomState::default(),
        }
    }
}

impl<T: Copy> Remembered<T> {
    /// What these bytes say, as `read` has it, if nobody remembers.
    pub fn of(&mut self, text: &[u8], read: impl FnOnce(&[u8]) -> T) -> T {
        self.get(text).unwrap_or_else(|| {
            let said = read(text);
            self.keep(text, said);
            said
        })
    }

    /// What these bytes said, if that is known.
    #[inline]
    pub(super) fn get(&self, text: &[u8]) -> Option<T> {
        if self.slots.is_empty() || text.len() > LONGEST {
            return None;
        }
        let slot = self.slots[self.place(text)]?;
        let (start, length) = (slot.start as usize, slot.length as usize);
        let same = length == text.len() && self.bytes[start..start + length] == *text;
        same.then_some(slot.said)
    }

    /// Remembers it, in the place of what has the same one.
    pub(super) fn keep(&mut self, text: &[u8], said: T) {
        if text.len() > LONGEST {
            return;
        }
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, None);
        }
        if self.bytes.len() + text.len() > ROOM {
            self.bytes.clear();
            self.slots.fill(None);
        }
        let place = self.place(text);
        self.slots[place] = Some(Slot {
            said,
            start: self.bytes.len() as u32,
            length: text.len() as u32,
        });
        self.bytes.extend_from_slice(text);
    }

    fn place(&self, text: &[u8]) -> usize {
        self.hasher.hash_one(text) as usize % SLOTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stretches of all lengths up to more than is kept of one, more of them than have room.
    fn stretches() -> impl Iterator<Item = Vec<u8>> {
        (0..3 * SLOTS).map(|number| {
            let mut text = number.to_string().into_bytes();
            text.resize(number % (LONGEST + 100), b'.');
            text
        })
    }

    #[test]
    fn says_of_all_what_was_read_in_them() {
        let length = |text: &[u8]| text.len() * 3 + usize::from(text.first() == Some(&b'1'));
        let mut remembered = Remembered::default();
        for text in stretches().chain(stretches()) {
            assert_eq!(remembered.of(&text, length), length(&text));
            assert_eq!(remembered.of(&text, length), length(&text));
        }
    }

    #[test]
    fn reads_once_what_comes_again() {
        let mut remembered = Remembered::default();
        let mut read = Vec::new();
        for text in [&b"a"[..], b"b", b"a", b"", b"b", b"", b"a"] {
            remembered.of(text, |text| read.push(text.to_vec()));
        }
        assert_eq!(read, [&b"a"[..], b"b", b""]);
    }

    #[test]
    fn takes_no_more_room_however_much_is_read() {
        let mut remembered = Remembered::default();
        for text in stretches() {
            remembered.of(&text, |_| ());
            assert!(remembered.bytes.len() <= ROOM);
        }
        assert_eq!(remembered.slots.len(), SLOTS);
    }
}
