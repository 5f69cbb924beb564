//! The messages that are held at a time, with their bytes.

use std::cell::OnceCell;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{Ends, HopScene, Seen};
use crate::base::Timestamp;
use crate::sip::body::Content;
use crate::sip::{self, CSeq, Clean, Index, Problem, Via};
use crate::trace::{Hop, Message, MessageId};

/// A message that is held.
#[derive(Default)]
struct Held {
    range: std::ops::Range<usize>,
    index: Index,
    problems: Vec<Problem>,
}

/// Messages with their bytes, read together.
pub(in crate::rules) struct Loaded {
    bytes: Vec<u8>,
    messages: Vec<Held>,
    places: HashMap<MessageId, usize, RandomState>,
    used: usize,
    clean: Clean,
}

impl Default for Loaded {
    fn default() -> Self {
        Self {
            bytes: Vec::new(),
            messages: Vec::new(),
            places: HashMap::default(),
            used: 0,
            clean: Clean::remembered(),
        }
    }
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
            true => sip.problems_beside(&mut self.clean),
            false => sip.problems_of_cut_beside(&mut self.clean),
        };
        self.places.insert(message, self.used);
        self.used += 1;
    }

    fn sip(&self, place: usize) -> sip::Message<'_> {
        let held = &self.messages[place];
        sip::Message::indexed(&self.bytes[held.range.clone()], &held.index)
    }

    pub(in crate::rules) fn size(&self) -> usize {
        self.bytes.len()
    }
}

/// The same while rules look at it, with what they made of it.
pub(in crate::rules) struct View<'s> {
    loaded: &'s Loaded,
    ends: &'s Ends,
    /// What somebody asked for, of each message.
    made: Vec<Made<'s>>,
    /// Where nothing stands in what is not held.
    nothing: Index,
}

/// What was read in a message because a rule asked for it; the others have it from here.
#[derive(Default)]
pub(super) struct Made<'s> {
    pub(super) content: OnceCell<Box<Content<'s>>>,
    pub(super) via: OnceCell<Option<Via<'s>>>,
    pub(super) cseq: OnceCell<Option<CSeq<'s>>>,
}

impl<'s> View<'s> {
    pub(in crate::rules) fn of(loaded: &'s Loaded, ends: &'s Ends) -> Self {
        let mut made = Vec::new();
        made.resize_with(loaded.used, Made::default);
        Self {
            loaded,
            ends,
            made,
            nothing: Index::default(),
        }
    }

    pub(in crate::rules) fn seen(&'s self, message: Message<'s>) -> Option<Seen<'s>> {
        let loaded = self.loaded;
        let place = *loaded.places.get(&message.id())?;
        Some(Seen {
            message,
            sip: loaded.sip(place),
            problems: loaded.messages[place].problems.as_slice(),
            made: &self.made[place],
            ends: self.ends,
        })
    }

    pub(in crate::rules) fn hop(&'s self, hop: Hop<'s>) -> HopScene<'s> {
        HopScene { hop, view: self }
    }

    /// What stands in a message; nothing if it is not held.
    pub(super) fn sip(&self, message: &Message<'_>) -> sip::Message<'_> {
        let place = self.loaded.places.get(&message.id());
        place.map_or(sip::Message::indexed(&[], &self.nothing), |place| {
            self.loaded.sip(*place)
        })
    }

    /// When the trace ends.
    pub(super) fn end(&self) -> Option<Timestamp> {
        self.ends.trace
    }
}
