//! The messages that are held at a time, with their bytes.

use std::cell::OnceCell;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{Ends, HopScene, Seen};
use crate::base::Timestamp;
use crate::sip::body::Content;
use crate::sip::{self, Index, Problem};
use crate::trace::{Hop, Message, MessageId};

/// A message that is held.
#[derive(Default)]
struct Held {
    range: std::ops::Range<usize>,
    index: Index,
    problems: Vec<Problem>,
}

/// Messages with their bytes, read together.
#[derive(Default)]
pub(in crate::rules) struct Loaded {
    bytes: Vec<u8>,
    messages: Vec<Held>,
    places: HashMap<MessageId, usize, RandomState>,
    used: usize,
}

impl Loaded {
    /// Forgets what was read, and keeps the room.
    pub(in crate::rules) fn clear(&mut self) {
        self.bytes.clear();
        self.places.clear();
        self.used = 0;
    }

    pub(in crate::rules) fn has(&self, message: MessageId) -> bool {
        self.places.contains_key(&message)
    }

    /// Takes a message in.
    pub(in crate::rules) fn add(&mut self, message: MessageId, bytes: &[u8], whole: bool) {
        let range = self.bytes.len()..self.bytes.len() + bytes.len();
        self.bytes.extend_from_slice(bytes);
        if self.used == self.messages.len() {
            self.messages.push(Held::default());
        }
        let held = &mut self.messages[self.used];
        held.range = range;
        let sip = sip::Message::read(bytes, &mut held.index);
        held.problems = match whole {
            true => sip.problems(),
            false => sip.problems_of_cut(),
        };
        self.places.insert(message, self.used);
        self.used += 1;
    }

    pub(in crate::rules) fn size(&self) -> usize {
        self.bytes.len()
    }
}

/// The same while rules look at it, with what they made of it.
pub(in crate::rules) struct View<'s> {
    loaded: &'s Loaded,
    ends: &'s Ends,
    /// The bodies that somebody asked for.
    contents: Vec<OnceCell<Box<Content<'s>>>>,
}

impl<'s> View<'s> {
    pub(in crate::rules) fn of(loaded: &'s Loaded, ends: &'s Ends) -> Self {
        let mut contents = Vec::new();
        contents.resize_with(loaded.used, OnceCell::new);
        Self {
            loaded,
            ends,
            contents,
        }
    }

    pub(in crate::rules) fn seen(&'s self, message: Message<'s>) -> Option<Seen<'s>> {
        let loaded = self.loaded;
        let place = *loaded.places.get(&message.id())?;
        let held = &loaded.messages[place];
        Some(Seen {
            message,
            sip: sip::Message::indexed(&loaded.bytes[held.range.clone()], &held.index),
            problems: held.problems.as_slice(),
            content: &self.contents[place],
            ends: self.ends,
        })
    }

    pub(in crate::rules) fn hop(&'s self, hop: Hop<'s>) -> HopScene<'s> {
        HopScene { hop, view: self }
    }

    /// The bytes of a message; none if it is not held.
    pub(super) fn bytes(&self, message: &Message<'_>) -> &'s [u8] {
        let place = self.loaded.places.get(&message.id());
        place.map_or(&[], |place| {
            &self.loaded.bytes[self.loaded.messages[*place].range.clone()]
        })
    }

    /// When the trace ends.
    pub(super) fn end(&self) -> Option<Timestamp> {
        self.ends.trace
    }
}
