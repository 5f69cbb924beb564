//! Where bytes and records are to be found again.

/// A record of an input: frame number as the capture counts it, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId {
    /// Which input, in the order in which the inputs are read.
    pub input: u32,
    /// Frame number, from 1.
    pub number: u64,
    /// Which interface of the input saw it, from 0 (pcapng, ERF); 0 where an input has one only.
    pub interface: u16,
}

/// The records that brought some bytes: mostly one, several for a reassembled datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Records {
    /// A single record.
    One(RecordId),
    /// Several records.
    Many(Box<[RecordId]>),
}

impl Records {
    /// One or several, in the order in which they were read, each once.
    pub fn of(mut records: Vec<RecordId>) -> Self {
        records.sort_unstable();
        records.dedup();
        match records.as_slice() {
            [record] => Self::One(*record),
            _ => Self::Many(records.into_boxed_slice()),
        }
    }

    /// All of them.
    pub fn all(&self) -> &[RecordId] {
        match self {
            Self::One(record) => std::slice::from_ref(record),
            Self::Many(records) => records,
        }
    }
}

/// Where the bytes of a message lie whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// At this offset of the input file.
    Input(u64),
    /// At this offset of the spill file: reassembled, unmasked or decompressed bytes.
    Spill(u64),
}

const SPILL: u64 = 1 << 63;

impl Location {
    /// Eight bytes for the index.
    pub fn pack(self) -> u64 {
        match self {
            Self::Input(offset) => offset & !SPILL,
            Self::Spill(offset) => offset | SPILL,
        }
    }

    /// The inverse of [`Location::pack`].
    pub fn unpack(packed: u64) -> Self {
        if packed & SPILL != 0 {
            Self::Spill(packed & !SPILL)
        } else {
            Self::Input(packed)
        }
    }
}
