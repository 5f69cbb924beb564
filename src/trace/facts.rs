//! What is known of every sighting, in the order of the sightings: the clues with their texts kept once.

use super::clue::{Clue, ClueReader, LinkKind};
use super::intern::Interner;
use super::link_rule::LinkRule;
use super::marks::Marks;
use super::mention::Mention;
use crate::base::Span;

/// A text by number; the first is the empty one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TextId(pub(super) u32);

impl TextId {
    pub(super) fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// A clue whose texts are known by number. See [`Clue`] for what the fields mean.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fact {
    pub(super) via: u64,
    pub(super) stack: u64,
    pub(super) below: u64,
    pub(super) target: u32,
    /// 0 without a body.
    pub(super) body: u32,
    pub(super) from_tag: TextId,
    pub(super) to_tag: TextId,
    pub(super) from: TextId,
    pub(super) to: TextId,
    pub(super) sent_by: TextId,
    pub(super) contact: TextId,
    pub(super) route: TextId,
    pub(super) record_route: TextId,
    pub(super) record_route_below: TextId,
    /// Position in the details, counted from 1; 0 for none.
    details: u32,
    pub(super) vias: u16,
    pub(super) record_routes: u16,
    pub(super) routes: u8,
    pub(super) paths: u8,
    pub(super) marks: Marks,
    cookie: bool,
}

impl Fact {
    pub(super) fn cookie(&self) -> bool {
        self.cookie
    }

    pub(super) fn has_body(&self) -> bool {
        self.body != 0
    }
}

/// Details whose texts are known by number. See [`super::clue::Details`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Detail {
    pub(super) expires: Option<u32>,
    pub(super) event: TextId,
    pub(super) state: TextId,
    pub(super) reason: TextId,
    pub(super) etag: TextId,
    pub(super) credentials: bool,
}

/// A text in a message that may name other legs of its call.
#[derive(Clone, Copy, Debug)]
pub(super) struct LinkFact {
    pub(super) sighting: u32,
    pub(super) kind: LinkKind,
    pub(super) text: TextId,
}

/// An identity that a message names for a reason.
#[derive(Clone, Copy, Debug)]
pub(super) struct MentionFact {
    pub(super) sighting: u32,
    pub(super) mention: Mention,
    pub(super) text: TextId,
}

/// Facts of all sightings.
pub struct Facts {
    reader: ClueReader,
    pub(super) all: Vec<Fact>,
    /// Hashes of the bytes; only needed to find duplicates.
    pub(super) contents: Vec<u64>,
    details: Vec<Detail>,
    pub(super) links: Vec<LinkFact>,
    /// In the order of the sightings.
    mentions: Vec<MentionFact>,
    pub(super) texts: Interner,
}

impl Facts {
    /// With room for those of so many sightings.
    pub fn with_room_for(sightings: usize) -> Self {
        let mut texts = Interner::default();
        texts.add(b"");
        Self {
            reader: ClueReader::default(),
            all: Vec::with_capacity(sightings),
            contents: Vec::with_capacity(sightings),
            details: Vec::new(),
            links: Vec::new(),
            mentions: Vec::new(),
            texts,
        }
    }

    /// The same for a trace in which these rules join Call-IDs.
    pub fn linking(mut self, rules: &[LinkRule]) -> Self {
        self.reader = self.reader.linking(rules);
        self
    }

    /// A reader whose clues can be added here.
    pub fn reader(&self) -> ClueReader {
        self.reader.clone()
    }

    /// Adds the clue of the next sighting, read from these bytes.
    pub fn add(&mut self, clue: &Clue, bytes: &[u8]) {
        let sighting = self.all.len() as u32;
        let mut text = |span: Span| TextId(self.texts.add(span.of(bytes)));
        if let Some(details) = &clue.details {
            self.details.push(Detail {
                expires: details.expires,
                event: text(details.event),
                state: text(details.state),
                reason: text(details.reason),
                etag: text(details.etag),
                credentials: details.credentials,
            });
        }
        self.links
            .extend(clue.links.iter().map(|(kind, span)| LinkFact {
                sighting,
                kind: *kind,
                text: text(*span),
            }));
        self.mentions
            .extend(clue.mentions.iter().map(|(mention, span)| MentionFact {
                sighting,
                mention: *mention,
                text: text(*span),
            }));
        self.contents.push(clue.content);
        self.all.push(Fact {
            via: clue.via,
            stack: clue.stack,
            below: clue.below,
            target: clue.target as u32,
            body: match clue.body {
                0 => 0,
                hash => (hash as u32).max(1),
            },
            from_tag: text(clue.from_tag),
            to_tag: text(clue.to_tag),
            from: text(clue.from),
            to: text(clue.to),
            sent_by: text(clue.sent_by),
            contact: text(clue.contact),
            route: text(clue.route),
            record_route: text(clue.record_route),
            record_route_below: text(clue.record_route_below),
            details: clue.details.map_or(0, |_| self.details.len() as u32),
            vias: clue.vias,
            record_routes: clue.record_routes,
            routes: clue.routes,
            paths: clue.paths,
            marks: clue.marks,
            cookie: clue.cookie,
        });
    }

    /// The details of a sighting, if it has some.
    pub(super) fn details(&self, sighting: usize) -> Option<&Detail> {
        let position = (self.all[sighting].details as usize).checked_sub(1)?;
        self.details.get(position)
    }

    /// What a sighting mentions.
    pub(super) fn mentions(&self, sighting: usize) -> &[MentionFact] {
        let at = |bound: usize| {
            let is_before = |fact: &MentionFact| (fact.sighting as usize) < bound;
            self.mentions.partition_point(is_before)
        };
        &self.mentions[at(sighting)..at(sighting + 1)]
    }

    pub(super) fn text(&self, id: TextId) -> &[u8] {
        self.texts.get(id.0)
    }
}
