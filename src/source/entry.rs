//! What a text yields: a message with what the text says of it. There is no frame around it, so it goes straight to the index.

use crate::base::{Endpoint, Layer, Spoiled, Stamp, Transport};
use crate::sip::Glance;

/// Who a text names as sender or receiver.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Who {
    /// Nobody.
    #[default]
    Unknown,
    /// The machine that wrote the text, which has no name in it.
    Own,
    /// An address.
    At(Endpoint),
    /// A name.
    Named(Box<str>),
}

/// What a text says of a message in front of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// When.
    pub time: Option<Stamp>,
    /// Sender.
    pub source: Who,
    /// Receiver.
    pub destination: Who,
    /// Carrier.
    pub transport: Transport,
}

impl Default for Head {
    fn default() -> Self {
        Self {
            time: None,
            source: Who::Unknown,
            destination: Who::Unknown,
            transport: Transport::Unknown,
        }
    }
}

/// A message of a text.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The line that the message begins in, from 1.
    pub line: u64,
    /// What kind of text it stands in.
    pub layer: Layer,
    /// What the text says of it.
    pub head: Head,
    /// First byte in the texts of the batch.
    pub start: u32,
    /// How many bytes.
    pub length: u32,
    /// What one look told.
    pub glance: Glance,
    /// Where the same bytes lie in the (decompressed) input, if they lie there whole.
    pub offset: Option<u64>,
    /// Whether all of it is there.
    pub whole: bool,
    /// What is not known of the original bytes.
    pub spoiled: Spoiled,
}
