//! Messages read again and held together, for whoever looks into several at a time.

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::sync::OnceLock;

use foldhash::fast::RandomState;

use super::{Bytes, Message, MessageId};
use crate::sip::{self, Index};

#[derive(Debug)]
struct OneHeld {
    range: Range<usize>,
    whole: bool,
    index: OnceLock<Index>,
}

/// Some messages with their bytes. Where everything stands in one is found when it is first looked into, by whichever thread
/// that is.
#[derive(Debug, Default)]
pub struct Held {
    bytes: Vec<u8>,
    messages: Vec<OneHeld>,
    places: HashMap<MessageId, usize, RandomState>,
}

impl Held {
    /// Reads a message again, and keeps it.
    pub fn add(&mut self, message: Message<'_>, bytes: &mut impl Bytes) -> io::Result<()> {
        let sighting = message.sighting();
        let read = bytes.read(&sighting)?;
        let range = self.bytes.len()..self.bytes.len() + read.len();
        self.bytes.extend_from_slice(read);
        self.places.insert(message.id(), self.messages.len());
        self.messages.push(OneHeld {
            range,
            whole: sighting.whole(),
            index: OnceLock::new(),
        });
        Ok(())
    }

    /// How many messages are held.
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Bytes that are held.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Forgets all messages, and keeps the room.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.messages.clear();
        self.places.clear();
    }

    /// What stands in a message, if it is held.
    pub fn sip(&self, message: MessageId) -> Option<sip::Message<'_>> {
        Some(self.at(self.place(message)?))
    }

    /// Which of those that are held a message is.
    pub fn place(&self, message: MessageId) -> Option<usize> {
        self.places.get(&message).copied()
    }

    /// What stands in the message with this place.
    pub fn at(&self, place: usize) -> sip::Message<'_> {
        let held = &self.messages[place];
        let bytes = &self.bytes[held.range.clone()];
        let read = || {
            let mut index = Index::default();
            sip::Message::read_seen(bytes, held.whole, &mut index);
            index
        };
        sip::Message::indexed(bytes, held.index.get_or_init(read))
    }
}
