//! Texts that occur again and again, kept once and known by number.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// Texts by number, in order of first appearance. Numbers do not depend on hashing.
#[derive(Default)]
pub(super) struct Interner {
    table: HashTable<u32>,
    hasher: RandomState,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

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
        let (bytes, ends) = (&self.bytes, &self.ends);
        let found = self.table.find(hash, |id| slice(bytes, ends, *id) == text);
        found.copied()
    }

    fn add_short(&mut self, text: &[u8]) -> u32 {
        let hash = self.hasher.hash_one(text);
        let (bytes, ends) = (&self.bytes, &self.ends);
        if let Some(id) = self.table.find(hash, |id| slice(bytes, ends, *id) == text) {
            return *id;
        }
        let id = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len());
        let (bytes, ends, hasher) = (&self.bytes, &self.ends, &self.hasher);
        self.table
            .insert_unique(hash, id, |id| hasher.hash_one(slice(bytes, ends, *id)));
        id
    }

    /// Lets go of the table: nothing is added or looked for any more.
    pub(super) fn close(&mut self) {
        self.table = HashTable::new();
    }

    pub(super) fn get(&self, id: u32) -> &[u8] {
        slice(&self.bytes, &self.ends, id)
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }
}

fn slice<'a>(bytes: &'a [u8], ends: &[usize], id: u32) -> &'a [u8] {
    let id = id as usize;
    let start = if id == 0 { 0 } else { ends[id - 1] };
    &bytes[start..ends[id]]
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
}
