//! The messages that are held at a time, with their bytes.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::io;

use foldhash::fast::RandomState;

use super::hop::HopMade;
use super::{Ends, HopScene, Seen};
use crate::base::Timestamp;
use crate::sip::body::Content;
use crate::sip::{self, Address, CSeq, Clean, Index, Problem, Text, Via};
use crate::trace::{Bytes, Held, Hop, HopId, Message};

/// Messages with their bytes, read together.
pub(in crate::rules) struct Loaded {
    held: Held,
    /// The hops that they are on.
    hops: HashMap<HopId, usize, RandomState>,
    clean: RefCell<Clean>,
}

impl Default for Loaded {
    fn default() -> Self {
        Self {
            held: Held::default(),
            hops: HashMap::default(),
            clean: RefCell::new(Clean::remembered()),
        }
    }
}

impl Loaded {
    /// Forgets what was read, and keeps the room.
    pub(in crate::rules) fn clear(&mut self) {
        self.held.clear();
        self.hops.clear();
    }

    /// Takes a message in, once.
    pub(in crate::rules) fn add(
        &mut self,
        message: Message<'_>,
        bytes: &mut impl Bytes,
    ) -> io::Result<()> {
        if self.held.place(message.id()).is_some() {
            return Ok(());
        }
        let hops = self.hops.len();
        self.hops.entry(message.hop().id()).or_insert(hops);
        self.held.add(message, bytes)
    }

    pub(in crate::rules) fn size(&self) -> usize {
        self.held.size()
    }
}

/// The same while rules look at it, with what they made of it.
pub(in crate::rules) struct View<'s> {
    loaded: &'s Loaded,
    pub(super) ends: &'s Ends,
    /// What somebody asked for, of each message.
    made: Vec<Made<'s>>,
    /// The same of each hop.
    hops: Vec<HopMade<'s>>,
    /// Where nothing stands in what is not held.
    nothing: Index,
    /// Of a hop of which nothing is held.
    no_hop: HopMade<'s>,
}

/// What was read in a message because a rule asked for it; the others have it from here.
#[derive(Default)]
pub(super) struct Made<'s> {
    pub(super) problems: OnceCell<Vec<Problem>>,
    pub(super) content: OnceCell<Box<Content<'s>>>,
    pub(super) via: OnceCell<Option<Via<'s>>>,
    pub(super) vias: OnceCell<Vec<Text<'s>>>,
    pub(super) cseq: OnceCell<Option<CSeq<'s>>>,
    pub(super) from: OnceCell<Option<Address<'s>>>,
    pub(super) to: OnceCell<Option<Address<'s>>>,
}

impl<'s> View<'s> {
    pub(in crate::rules) fn of(loaded: &'s Loaded, ends: &'s Ends) -> Self {
        let (mut made, mut hops) = (Vec::new(), Vec::new());
        made.resize_with(loaded.held.len(), Made::default);
        hops.resize_with(loaded.hops.len(), HopMade::default);
        Self {
            loaded,
            ends,
            made,
            hops,
            nothing: Index::default(),
            no_hop: HopMade::default(),
        }
    }

    pub(in crate::rules) fn seen(&'s self, message: Message<'s>) -> Option<Seen<'s>> {
        let place = self.loaded.held.place(message.id())?;
        Some(Seen {
            message,
            subject: message.subject(),
            sip: self.loaded.held.at(place),
            made: &self.made[place],
            view: self,
        })
    }

    pub(in crate::rules) fn hop(&'s self, hop: Hop<'s>) -> HopScene<'s> {
        let place = self.loaded.hops.get(&hop.id());
        HopScene {
            hop,
            view: self,
            made: place.map_or(&self.no_hop, |place| &self.hops[*place]),
        }
    }

    /// What stands in a message; nothing if it is not held.
    pub(super) fn sip(&self, message: &Message<'_>) -> sip::Message<'_> {
        let held = self.loaded.held.sip(message.id());
        held.unwrap_or(sip::Message::indexed(&[], &self.nothing))
    }

    /// What stands otherwise in a message than its grammar has it. What is clean in one is not looked at again in the next: they
    /// are looked at call by call, and those of a call have most in common.
    pub(super) fn problems(&self, message: &sip::Message<'_>, is_whole: bool) -> Vec<Problem> {
        let mut clean = self.loaded.clean.borrow_mut();
        match is_whole {
            true => message.problems_beside(&mut clean),
            false => message.problems_of_cut_beside(&mut clean),
        }
    }

    /// When the trace ends.
    pub(super) fn end(&self) -> Option<Timestamp> {
        self.ends.trace
    }
}
