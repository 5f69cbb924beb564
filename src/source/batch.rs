//! Records travel in batches: one buffer as it was read, and where in it each record lies.

use super::Entry;
use crate::base::{LinkType, RecordId, Stamp, Tally, Timestamp};

/// One record as the container describes it.
#[derive(Clone, Copy, Debug)]
pub struct RawRecord {
    /// Capture time; absent where the container has none.
    pub time: Option<Timestamp>,
    /// First byte in the batch.
    pub start: u32,
    /// Bytes that were kept.
    pub captured: u32,
    /// Bytes that were on the wire.
    pub original: u32,
    /// What it begins with.
    pub link: LinkType,
    /// Interface that saw it, from 0.
    pub interface: u16,
}

/// A buffer of input and the records in it.
#[derive(Debug, Default)]
pub struct Batch {
    pub(super) bytes: Vec<u8>,
    pub(super) filled: usize,
    /// Which input.
    pub input: u32,
    /// Offset of the buffer in the (decompressed) input.
    pub origin: u64,
    /// Whether that offset is one of the file itself, so that bytes can be read again from there.
    pub in_file: bool,
    /// Number of the first record.
    pub first_number: u64,
    /// The records, in file order.
    pub records: Vec<RawRecord>,
    /// TLS key logs that stand among them.
    pub key_logs: Vec<Vec<u8>>,
    /// Messages of a text, in the order of their lines.
    pub entries: Vec<Entry>,
    pub(super) texts: Vec<u8>,
    /// What became of the records of a text.
    pub tally: Tally,
}

impl Batch {
    /// The bytes of a record.
    pub fn frame(&self, record: &RawRecord) -> &[u8] {
        let start = record.start as usize;
        &self.bytes[start..start + record.captured as usize]
    }

    /// All bytes that were read.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }

    /// The bytes of a message of a text.
    pub fn text(&self, entry: &Entry) -> &[u8] {
        let start = entry.start as usize;
        &self.texts[start..start + entry.length as usize]
    }

    /// The times of all records.
    pub fn stamps(&self) -> impl Iterator<Item = Stamp> {
        let times = self.records.iter().filter_map(|record| record.time);
        let records = times.map(|time| Stamp { time, digits: None });
        records.chain(self.entries.iter().filter_map(|entry| entry.head.time))
    }

    /// Whether nothing was read into it.
    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty() && self.entries.is_empty() && self.tally.total() == 0
    }

    pub(super) fn clear(&mut self) {
        self.records.clear();
        self.entries.clear();
        self.texts.clear();
        self.tally = Tally::default();
    }

    /// The record with this index of the batch.
    pub fn id(&self, index: usize) -> RecordId {
        RecordId {
            input: self.input,
            number: self.first_number + index as u64,
            interface: self.records.get(index).map_or(0, |record| record.interface),
        }
    }
}
