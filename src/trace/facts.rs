//! What is known of every sighting, in the order of the sightings: the clues with their texts kept once.

use std::collections::HashMap;

use foldhash::fast::RandomState;

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
    /// 0 without a body.
    pub(super) body: u32,
    pub(super) from_tag: TextId,
    pub(super) to_tag: TextId,
    pub(super) from: TextId,
    pub(super) to: TextId,
    pub(super) sent_by: TextId,
    pub(super) contact: TextId,
    heading: u32,
    pub(super) vias: u16,
    pub(super) marks: Marks,
}

/// A fact as it is stored. There is one for every message: what several share, or only some need, stands elsewhere.
#[derive(Clone, Copy)]
struct Row {
    /// Position in the pairs.
    pair: u32,
    sent_by: TextId,
    contact: TextId,
    body: u32,
    /// Position in the headings and trails.
    heading: u32,
    /// Position in the details, counted from 1; 0 for none.
    details: u32,
    vias: u16,
    marks: Marks,
}

/// From and To: most messages of a dialog have the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Pair {
    from_tag: TextId,
    to_tag: TextId,
    from: TextId,
    to: TextId,
}

impl Fact {
    pub(super) fn cookie(&self) -> bool {
        self.marks.has(Marks::COOKIE)
    }

    pub(super) fn has_body(&self) -> bool {
        self.body != 0
    }
}

/// Where a request is to go: what is wanted of a response, it has from its request. See [`Clue`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Heading {
    pub(super) target: u32,
    pub(super) route: TextId,
    pub(super) record_route: TextId,
    pub(super) record_route_below: TextId,
    pub(super) record_routes: u16,
    pub(super) routes: u8,
    pub(super) paths: u8,
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

/// A contact of a REGISTER or its answer with its seconds. See [`Clue::bindings`].
#[derive(Clone, Copy, Debug)]
pub(super) struct BindingFact {
    pub(super) sighting: u32,
    pub(super) contact: TextId,
    pub(super) expires: Option<u32>,
}

/// Facts of all sightings.
pub struct Facts {
    reader: ClueReader,
    rows: Vec<Row>,
    pairs: Vec<Pair>,
    known_pairs: HashMap<Pair, u32, RandomState>,
    /// Hashes of the bytes, to find duplicates.
    pub(super) contents: Vec<u64>,
    /// What is left of them to tell the responses of one hop apart.
    pub(super) prints: Vec<u32>,
    /// Hashes of the top Via. See [`Clue`].
    pub(super) vias: Vec<u64>,
    /// What is left of them to tell the requests of a dialog with one number apart.
    senders: Vec<u32>,
    /// Of all requests; the first is empty, for everything else.
    headings: Vec<Heading>,
    /// Hashes of the Via values below it, until hops are put together.
    pub(super) belows: Vec<u64>,
    /// Requests with more than two Via values, in order, and hashes of those below the second, as long as the others are kept.
    farther: Vec<(u32, u64)>,
    details: Vec<Detail>,
    pub(super) links: Vec<LinkFact>,
    /// In the order of the sightings, as are those below.
    mentions: Vec<MentionFact>,
    bindings: Vec<BindingFact>,
    pub(super) texts: Interner,
}

impl Facts {
    /// With room for those of so many sightings.
    pub fn with_room_for(sightings: usize) -> Self {
        let mut texts = Interner::default();
        texts.add(b"");
        Self {
            reader: ClueReader::default(),
            rows: Vec::with_capacity(sightings),
            pairs: Vec::new(),
            known_pairs: HashMap::default(),
            contents: Vec::with_capacity(sightings),
            prints: Vec::new(),
            vias: Vec::with_capacity(sightings),
            senders: Vec::new(),
            belows: Vec::with_capacity(sightings),
            farther: Vec::new(),
            headings: vec![Heading::default()],
            details: Vec::new(),
            links: Vec::new(),
            mentions: Vec::new(),
            bindings: Vec::new(),
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
        let sighting = self.rows.len() as u32;
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
        self.bindings
            .extend(clue.bindings.iter().map(|(contact, expires)| BindingFact {
                sighting,
                contact: text(*contact),
                expires: *expires,
            }));
        let mut heading = 0;
        if !clue.response {
            heading = self.headings.len() as u32;
            self.headings.push(Heading {
                target: clue.target as u32,
                route: text(clue.route),
                record_route: text(clue.record_route),
                record_route_below: text(clue.record_route_below),
                record_routes: clue.record_routes,
                routes: clue.routes,
                paths: clue.paths,
            });
        }
        self.contents.push(clue.content);
        self.vias.push(clue.via);
        self.belows.push(clue.below);
        if clue.vias > 2 && !clue.response {
            self.farther.push((sighting, clue.farther));
        }
        let pair = Pair {
            from_tag: text(clue.from_tag),
            to_tag: text(clue.to_tag),
            from: text(clue.from),
            to: text(clue.to),
        };
        let known = self.known_pairs.entry(pair);
        let pair = *known.or_insert_with(|| {
            self.pairs.push(pair);
            (self.pairs.len() - 1) as u32
        });
        self.rows.push(Row {
            pair,
            sent_by: text(clue.sent_by),
            contact: text(clue.contact),
            body: match clue.body {
                0 => 0,
                hash => (hash as u32).max(1),
            },
            heading,
            details: clue.details.map_or(0, |_| self.details.len() as u32),
            vias: clue.vias,
            marks: clue.marks,
        });
    }

    /// The fact of a sighting.
    pub(super) fn of(&self, sighting: usize) -> Fact {
        let row = self.rows[sighting];
        let pair = self.pairs[row.pair as usize];
        Fact {
            body: row.body,
            from_tag: pair.from_tag,
            to_tag: pair.to_tag,
            from: pair.from,
            to: pair.to,
            sent_by: row.sent_by,
            contact: row.contact,
            heading: row.heading,
            vias: row.vias,
            marks: row.marks,
        }
    }

    /// The heading of a request; an empty one for anything else.
    pub(super) fn heading(&self, fact: &Fact) -> &Heading {
        &self.headings[fact.heading as usize]
    }

    /// Lets go of what only adding needs.
    pub(super) fn close(&mut self) {
        self.known_pairs = HashMap::default();
        self.texts.close();
    }

    /// Lets go of what only duplicates need.
    pub(super) fn shorten_contents(&mut self) {
        let contents = std::mem::take(&mut self.contents).into_iter();
        self.prints = contents.map(|content| content as u32).collect();
    }

    /// Lets go of what only hops need.
    pub(super) fn forget_hashes(&mut self) {
        if !self.vias.is_empty() {
            let vias = std::mem::take(&mut self.vias).into_iter();
            self.senders = vias.map(|via| via as u32).collect();
        }
        self.prints = Vec::new();
        (self.belows, self.farther) = (Vec::new(), Vec::new());
    }

    /// Stands for the Via values of a request but the two top ones, if it has more.
    pub(super) fn farther(&self, sighting: usize) -> Option<u64> {
        let found = self
            .farther
            .binary_search_by_key(&(sighting as u32), |(of, _)| *of);
        Some(self.farther[found.ok()?].1)
    }

    /// Stands for sent-by and branch of the top Via of a sighting.
    pub(super) fn sender(&self, sighting: usize) -> u32 {
        let left = self.senders.get(sighting);
        left.copied().unwrap_or_else(|| self.vias[sighting] as u32)
    }

    /// The details of a sighting, if it has some.
    pub(super) fn details(&self, sighting: usize) -> Option<&Detail> {
        let position = (self.rows[sighting].details as usize).checked_sub(1)?;
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

    /// The contacts of a sighting, where the first does not say all.
    pub(super) fn bindings(&self, sighting: usize) -> &[BindingFact] {
        let at = |bound: usize| {
            let is_before = |fact: &BindingFact| (fact.sighting as usize) < bound;
            self.bindings.partition_point(is_before)
        };
        &self.bindings[at(sighting)..at(sighting + 1)]
    }

    pub(super) fn text(&self, id: TextId) -> &[u8] {
        self.texts.get(id.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// There may be millions: what only some messages need belongs elsewhere.
    #[test]
    fn a_row_is_small() {
        assert_eq!(size_of::<Row>(), 28);
    }
}
