//! What a rule sees: the trace, and the messages of one call with their bytes.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::base::{Layer, Span, Spoiled, Timestamp};
use crate::sip::{self, Index, Problem, is_placeholder};
use crate::trace::{Hop, Link, Message, MessageId, Node, Part, Role, Subject};

/// A message with its bytes.
#[derive(Clone, Copy)]
pub struct Seen<'s> {
    /// Its place in the trace.
    pub message: Message<'s>,
    /// What stands in it.
    pub sip: sip::Message<'s>,
    /// What stands otherwise in it than its grammar has it.
    pub(super) problems: &'s [Problem],
}

impl Seen<'_> {
    pub(super) fn is_request(&self) -> bool {
        matches!(self.message.subject(), Subject::Request(_))
    }

    /// Whether it is a request with this method.
    pub(super) fn is(&self, method: &str) -> bool {
        self.sip.method().is_some_and(|found| found == method)
    }

    /// Whether all of it was seen.
    pub(super) fn is_whole(&self) -> bool {
        self.message.sighting().whole()
    }

    /// Whether its source kept this of its original bytes.
    pub(super) fn keeps(&self, what: Spoiled) -> bool {
        !self.message.sighting().spoiled().has(what)
    }

    /// Whether it is known from a log or document, or has no time.
    pub(super) fn is_told(&self) -> bool {
        let path = self.message.sighting().path();
        path.contains(Layer::Log) || path.contains(Layer::Document) || self.message.time().is_none()
    }

    /// Whether a document writes only that something stands there: `(...)`.
    pub(super) fn leaves_out(&self, span: Span) -> bool {
        let text = String::from_utf8_lossy(span.of(self.sip.bytes()));
        is_placeholder(&text) && self.message.sighting().path().contains(Layer::Document)
    }

    /// Whether an empty line ended its header section: without it a header may be missing because it was not captured.
    pub(super) fn has_all_headers(&self) -> bool {
        self.is_whole() || !self.sip.rest().is_empty()
    }
}

/// A hop with its messages.
pub struct HopScene<'s> {
    /// Its place in the trace.
    pub hop: Hop<'s>,
    loaded: &'s Loaded,
}

impl<'s> HopScene<'s> {
    pub(super) fn request(&self) -> Option<Seen<'s>> {
        self.loaded.seen(self.hop.request()?)
    }

    /// The answers in their order, those that were sent again left out.
    pub(super) fn answers(&self) -> impl Iterator<Item = Seen<'s>> + use<'s> {
        let loaded = self.loaded;
        let all = self.hop.messages().filter(|message| {
            matches!(
                message.part(),
                Part::Provisional | Part::Final | Part::Late | Part::Second
            )
        });
        all.filter_map(move |message| loaded.seen(message))
    }

    /// All messages in their order.
    pub(super) fn messages(&self) -> impl Iterator<Item = Seen<'s>> + use<'s> {
        let loaded = self.loaded;
        self.hop
            .messages()
            .filter_map(move |message| loaded.seen(message))
    }

    /// Whether an answer was seen to come from further on, by the Via list.
    pub(super) fn is_passed_on(&self, answer: &Seen<'s>) -> bool {
        let mut hops = self.hop.continued_by().into_iter();
        hops.any(|next| {
            let mut relays = next.relays().into_iter();
            relays.any(|passed| {
                passed.after.id() == answer.message.id() && passed.link() == Link::Via
            })
        })
    }

    /// The request of another hop.
    pub(super) fn request_of(&self, other: Hop<'s>) -> Option<Seen<'s>> {
        self.loaded.seen(other.request()?)
    }

    /// When the trace ends.
    pub(super) fn end(&self) -> Option<Timestamp> {
        self.loaded.end
    }

    /// The ACK to a final response that is no 2xx.
    pub(super) fn ack(&self) -> Option<Seen<'s>> {
        let mut all = self.hop.messages();
        self.loaded
            .seen(all.find(|message| message.part() == Part::Ack)?)
    }
}

/// A message that a node passed on.
pub struct Relay<'s> {
    /// As it came in.
    pub before: Seen<'s>,
    /// As it went out.
    pub after: Seen<'s>,
    /// The request of the hop on which it went out: of an answer, what it answers there.
    pub asked: Option<Seen<'s>>,
    /// How it is known that one became the other.
    pub link: Link,
    /// The node that passed it on.
    pub node: Option<Node<'s>>,
}

impl Relay<'_> {
    pub(super) fn is_request(&self) -> bool {
        self.before.is_request()
    }

    /// Whether it is known that both are one request: the Via list says so, and the node is no back-to-back user agent.
    pub(super) fn is_proxied(&self) -> bool {
        let role = self.node.map(|node| node.role());
        self.link == Link::Via && role != Some(Role::B2bua)
    }
}

/// A message that is held.
#[derive(Default)]
struct Held {
    range: std::ops::Range<usize>,
    index: Index,
    problems: Vec<Problem>,
}

/// Messages with their bytes, read together.
#[derive(Default)]
pub(super) struct Loaded {
    bytes: Vec<u8>,
    messages: Vec<Held>,
    places: HashMap<MessageId, usize, RandomState>,
    used: usize,
    /// When the trace ends.
    end: Option<Timestamp>,
}

impl Loaded {
    /// Of a trace that ends then.
    pub(super) fn until(end: Option<Timestamp>) -> Self {
        Self {
            end,
            ..Self::default()
        }
    }

    /// Forgets what was read, and keeps the room.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.places.clear();
        self.used = 0;
    }

    /// Takes a message in.
    pub(super) fn add(&mut self, message: MessageId, bytes: &[u8], whole: bool) {
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

    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn seen<'s>(&'s self, message: Message<'s>) -> Option<Seen<'s>> {
        let place = *self.places.get(&message.id())?;
        let held = &self.messages[place];
        let sip = sip::Message::indexed(&self.bytes[held.range.clone()], &held.index);
        let problems = held.problems.as_slice();
        Some(Seen {
            message,
            sip,
            problems,
        })
    }

    pub(super) fn hop<'s>(&'s self, hop: Hop<'s>) -> HopScene<'s> {
        HopScene { hop, loaded: self }
    }
}
