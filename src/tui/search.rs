//! Looks for a text on a thread: place by place in what is said there, and in the messages that stand behind it.

use memchr::memmem::Finder;

use super::beside::{self, Beside, Desk};
use super::world::Known;
use crate::trace::{Bytes, CallId, MessageId};

/// Messages that are looked through before it is told how many were.
const AT_A_TIME: usize = 500;

/// A place to look at.
pub(super) struct Spot {
    pub(super) hit: Hit,
    /// What is said there.
    pub(super) said: String,
    /// What stands behind it.
    pub(super) messages: Vec<MessageId>,
}

/// Where a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hit {
    Call(CallId),
    /// A line of a ladder: a row, or one that is folded in it.
    Line((usize, Option<usize>)),
}

enum Part {
    Looked(usize),
    Found(Hit),
}

/// A text that is looked for.
pub(super) struct Search {
    pub(super) forth: bool,
    /// Messages that were looked through.
    pub(super) looked: usize,
    parts: Beside<Part>,
}

/// How far it is.
pub(super) enum News {
    NotYet,
    Found(Hit),
    Nowhere,
}

impl Search {
    /// Looks at places one after the other, for a text in any case.
    pub(super) fn start(
        known: Known,
        text: &str,
        forth: bool,
        spots: impl FnOnce(&Known) -> Box<dyn Iterator<Item = Spot> + '_> + Send + 'static,
    ) -> Self {
        let text = Text::of(text);
        let parts = Beside::start(move |desk| {
            if let Some(hit) = find(&known, &text, spots(&known), desk) {
                desk.give(Part::Found(hit));
            }
        });
        Self {
            forth,
            looked: 0,
            parts,
        }
    }

    pub(super) fn news(&mut self) -> News {
        loop {
            match self.parts.next() {
                beside::News::Part(Part::Looked(looked)) => self.looked = looked,
                beside::News::Part(Part::Found(hit)) => return News::Found(hit),
                beside::News::NotYet => return News::NotYet,
                beside::News::Over => return News::Nowhere,
            }
        }
    }
}

fn find(
    known: &Known,
    text: &Text,
    spots: impl Iterator<Item = Spot>,
    desk: &Desk<Part>,
) -> Option<Hit> {
    let mut reader = Reader::of(known);
    let mut looked = 0;
    for spot in spots {
        if text.is_in(&spot.said) {
            return Some(spot.hit);
        }
        for message in spot.messages {
            if desk.is_given_up() {
                return None;
            }
            if reader.has(message, text) {
                return Some(spot.hit);
            }
            looked += 1;
            if looked % AT_A_TIME == 0 {
                desk.give(Part::Looked(looked));
            }
        }
    }
    None
}

/// A text that may stand anywhere, in any case.
pub(super) struct Text(Box<Finder<'static>>);

impl Text {
    pub(super) fn of(text: &str) -> Self {
        Self(Box::new(Finder::new(&text.to_lowercase()).into_owned()))
    }

    fn is_in(&self, said: &str) -> bool {
        self.0.find(said.to_lowercase().as_bytes()).is_some()
    }
}

/// Looks into messages.
pub(super) struct Reader<'k> {
    pub(super) known: &'k Known,
    bytes: Box<dyn Bytes + Send>,
}

impl<'k> Reader<'k> {
    pub(super) fn of(known: &'k Known) -> Self {
        Self {
            known,
            bytes: known.bytes(),
        }
    }

    /// Whether a message has a text; one that cannot be read any more has none.
    pub(super) fn has(&mut self, message: MessageId, text: &Text) -> bool {
        let message = self.known.trace.message(message);
        let read = message.and_then(|message| self.bytes.read(&message.sighting()).ok());
        read.is_some_and(|read| text.is_in(&String::from_utf8_lossy(read)))
    }
}
