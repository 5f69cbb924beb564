//! Texts that occur again and again, kept once and known by number.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// Texts by number, in order of first appearance. Numbers do not depend on hashing.
#[derive(Default)]
pub(super) struct Interner {
    table: HashTable<u32>,
    hasher: RandomState,
    texts: Texts,
}

/// One behind the other.
#[derive(Default)]
struct Texts {
    bytes: Vec<u8>,
    /// Where every block of them begins.
    starts: Vec<usize>,
    /// Where each ends, counted from the beginning of its block: there may be more texts than messages.
    ends: Vec<u16>,
}

/// So many texts are a block.
const BLOCK: usize = 256;

/// A longer text is kept by its beginning, its length and a hash of all of it.
const LONGEST: usize = 128;

impl Interner {
    /// The number of a text.
    pub(super) fn add(&mut self, text: &[u8]) -> u32 {
        if text.len() > LONGEST {
            return self.add_short(&shortened(text));
        }
        self.add_short(text)
    }

    /// The number of a text, if it was added.
    pub(super) fn find(&self, text: &[u8]) -> Option<u32> {
        let short;
        let text = match text.len() > LONGEST {
            true => {
                short = shortened(text);
                &short
            }
            false => text,
        };
        let hash = self.hasher.hash_one(text);
        let found = self.table.find(hash, |id| self.texts.get(*id) == text);
        found.copied()
    }

    fn add_short(&mut self, text: &[u8]) -> u32 {
        let hash = self.hasher.hash_one(text);
        if let Some(id) = self.table.find(hash, |id| self.texts.get(*id) == text) {
            return *id;
        }
        let id = u32::try_from(self.len()).unwrap_or(u32::MAX);
        self.texts.push(text);
        let (texts, hasher) = (&self.texts, &self.hasher);
        self.table
            .insert_unique(hash, id, |id| hasher.hash_one(texts.get(*id)));
        id
    }

    /// Lets go of the table: nothing is added or looked for any more.
    pub(super) fn close(&mut self) {
        self.table = HashTable::new();
    }

    pub(super) fn get(&self, id: u32) -> &[u8] {
        self.texts.get(id)
    }

    pub(super) fn len(&self) -> usize {
        self.texts.ends.len()
    }
}

impl Texts {
    fn push(&mut self, text: &[u8]) {
        if self.ends.len().is_multiple_of(BLOCK) {
            self.starts.push(self.bytes.len());
        }
        self.bytes.extend_from_slice(text);
        let start = self.starts.last().copied().unwrap_or_default();
        let end = u16::try_from(self.bytes.len() - start);
        self.ends
            .push(end.expect("a block of the longest texts has 32 KiB"));
    }

    fn get(&self, id: u32) -> &[u8] {
        let id = id as usize;
        let of_block = &self.bytes[self.starts[id / BLOCK]..];
        let start = match id.is_multiple_of(BLOCK) {
            true => 0,
            false => self.ends[id - 1],
        };
        &of_block[usize::from(start)..usize::from(self.ends[id])]
    }
}

/// Memory does not grow with the length of hostile texts: two that differ only far behind are still told apart.
fn shortened(text: &[u8]) -> Vec<u8> {
    use std::hash::{DefaultHasher, Hasher};
    let mut hasher = DefaultHasher::new();
    hasher.write(text);
    let mut short = text[..LONGEST / 2].to_vec();
    short.extend_from_slice(
        format!("... ({} bytes, {:016x})", text.len(), hasher.finish()).as_bytes(),
    );
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_has_the_same_number() {
        let mut interner = Interner::default();
        let numbers: Vec<_> = ["a", "b", "a", "", "b", ""]
            .iter()
            .map(|text| interner.add(text.as_bytes()))
            .collect();
        assert_eq!(numbers, [0, 1, 0, 2, 1, 2]);
        assert_eq!(
            (interner.get(1), interner.get(2), interner.len()),
            (&b"b"[..], &b""[..], 3)
        );
    }

    #[test]
    fn long_texts_are_told_apart_and_do_not_grow() {
        let mut interner = Interner::default();
        let long = "x".repeat(100_000);
        let first = interner.add(format!("{long}1").as_bytes());
        let second = interner.add(format!("{long}2").as_bytes());
        assert_ne!(first, second);
        assert_eq!(interner.add(format!("{long}1").as_bytes()), first);
        assert!(interner.get(first).len() < 400);
    }

    #[test]
    fn texts_of_many_blocks_come_back() {
        let mut interner = Interner::default();
        let longest = |number: usize| format!("{number:0LONGEST$}");
        for number in 0..4 * BLOCK {
            assert_eq!(interner.add(longest(number).as_bytes()), number as u32);
        }
        for number in 0..4 * BLOCK {
            let text = longest(number);
            assert_eq!(interner.get(number as u32), text.as_bytes());
            assert_eq!(interner.find(text.as_bytes()), Some(number as u32));
        }
        assert_eq!(interner.len(), 4 * BLOCK);
    }
}
