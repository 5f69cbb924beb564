//! What ties two hops of one Call-ID together, whenever they were sent. A Call-ID shall be unique (RFC 3261 8.1.1.4), but tools
//! count from 1 and scripts repeat what is written in them, tags included. So neither it nor a tag says anything alone:
//!
//! | evidence | why |
//! |---|---|
//! | a journey, an INVITE and its CANCEL | Via entries are of one request (RFC 3261 16.6, 9.1) |
//! | a request outside of any dialog from the same place in the same name | one user agent, which may begin several things |
//! | REGISTER from the same place | a device registers all its users with one Call-ID (10.2) |
//! | the tag with which somebody began something, at the same place | a tag and where its owner is (12.1.2) |
//! | both tags, and both names | a dialog, wherever its messages go |
//! | both tags, between the same two | a dialog, whatever an element does to the names |
//! | a From tag, its name, CSeq and method, where one of both was passed on | branches whose fork was not seen (16.7) |
//! | names, or without them the way, of what has no From tag | RFC 2543 knew no tags |

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::facts::{Fact, TextId};
use super::hops::Draft;
use super::ids::MessageId;
use super::journeys::whereabouts;
use super::sets::Sets;
use super::sightings::{NOTIFY, REGISTER, Sightings};
use crate::base::Party;

/// Who sends a request that was not passed on: from where, in which realm, in whose name.
pub(super) type Sender = (Option<Party>, u32, TextId);

/// Two of a kind, whichever is which.
type Both<T> = (T, T);

/// Where somebody is: the address, and in which realm.
type Place = (Option<Party>, u32);

/// What two hops have in common that belong together.
#[derive(PartialEq, Eq, Hash)]
enum Tie {
    Sender(Sender),
    Device(Place),
    Owner(TextId, Place),
    Dialog(Both<TextId>, Both<TextId>),
    DialogOnWay(Both<TextId>, Both<Place>),
    Names(Both<TextId>),
    Way(Both<Place>),
}

/// A request wherever it goes: From tag, From, CSeq and method.
type Passed = (TextId, TextId, u32, u16);

/// What is asked of hops and their messages here.
pub(super) struct Evidence<'e, 'a, F> {
    pub(super) hops: &'e [Draft<'a>],
    pub(super) sightings: &'e Sightings,
    /// The fact of a message.
    pub(super) fact: F,
}

impl<F: Fn(MessageId) -> Fact> Evidence<'_, '_, F> {
    /// To which party each hop belongs, by the number of the first one of it.
    pub(super) fn parties(&self) -> Vec<u32> {
        let mut sets = Sets::of(self.hops.len());
        let mut known: HashMap<Tie, u32, RandomState> = HashMap::default();
        let mut passed: HashMap<Passed, (u32, bool), RandomState> = HashMap::default();
        let wanted = self.wanted();
        for (hop, number) in self.hops.iter().zip(0..) {
            for other in [hop.entry.parent, hop.entry.about] {
                if let Some(other) = other.known() {
                    sets.join(number, other.position() as u32);
                }
            }
            for tie in self.ties(hop, &wanted) {
                let first = *known.entry(tie).or_insert(number);
                sets.join(number, first);
            }
            if let Some((request, was_passed)) = unlinked(hop) {
                let latest = passed.entry(request).or_insert((number, was_passed));
                if latest.1 || was_passed {
                    sets.join(number, latest.0);
                }
                if !was_passed {
                    *latest = (number, false);
                }
            }
        }
        (0..self.hops.len() as u32)
            .map(|hop| sets.root(hop))
            .collect()
    }

    /// Ties of which the one side is there, so that the other would find it: the tags of those who began something, where they are, and
    /// what has no From tag.
    fn wanted(&self) -> HashSet<Tie, RandomState> {
        let mut wanted = HashSet::default();
        for hop in self.hops {
            let (entry, fact) = (&hop.entry, hop.lead.fact);
            if fact.from_tag.is_none() {
                wanted.insert(names(hop).unwrap_or_else(|| self.way(hop)));
            } else if fact.to_tag.is_none() {
                wanted.insert(Tie::Owner(fact.from_tag, self.place(hop, entry.source)));
            } else if entry.method == NOTIFY && entry.request.known().is_some() {
                // Its receiver has subscribed (RFC 6665 4.1.3).
                wanted.insert(Tie::Owner(fact.to_tag, self.place(hop, entry.destination)));
            }
        }
        wanted
    }

    fn ties(&self, hop: &Draft<'_>, wanted: &HashSet<Tie, RandomState>) -> Vec<Tie> {
        let (entry, fact) = (&hop.entry, &hop.lead.fact);
        let mut ties = vec![
            Tie::Owner(fact.from_tag, self.place(hop, entry.source)),
            Tie::Owner(fact.to_tag, self.place(hop, entry.destination)),
            self.way(hop),
        ];
        ties.extend(names(hop));
        ties.retain(|tie| wanted.contains(tie));
        // Within a dialog a server speaks in one name with many.
        let is_first = entry.parent.known().or(entry.about.known()).is_none();
        if is_first && entry.request.known().is_some() && fact.to_tag.is_none() {
            let (at, realm, name) = sender(hop, self.sightings);
            ties.push(Tie::Sender((at, realm, name)));
            let device = Some(Tie::Device((at, realm)));
            ties.extend(device.filter(|_| entry.method == REGISTER && fact.vias == 1));
        }
        for tags in self.tags(hop) {
            let (from, to) = (fact.from, fact.to);
            ties.push(Tie::Dialog(tags, (from.min(to), from.max(to))));
            ties.push(Tie::DialogOnWay(tags, self.ends(hop)));
        }
        ties
    }

    /// The tags of the dialogs that it is of.
    pub(super) fn tags(&self, hop: &Draft<'_>) -> Vec<Both<TextId>> {
        let both = |fact: &Fact| {
            let tags = (
                fact.from_tag.min(fact.to_tag),
                fact.from_tag.max(fact.to_tag),
            );
            (!tags.0.is_none()).then_some(tags)
        };
        let answers = hop.messages.iter();
        let answers = answers.filter_map(|(message, _)| both(&(self.fact)(*message)));
        // Who answers with another tag than the request has begins another dialog.
        let mut all: Vec<_> = both(&hop.lead.fact).into_iter().chain(answers).collect();
        all.dedup();
        all
    }

    fn way(&self, hop: &Draft<'_>) -> Tie {
        Tie::Way(self.ends(hop))
    }

    fn ends(&self, hop: &Draft<'_>) -> Both<Place> {
        let ends = [hop.entry.source, hop.entry.destination];
        let [one, other] = ends.map(|end| self.place(hop, end));
        (one.min(other), one.max(other))
    }

    fn place(&self, hop: &Draft<'_>, end: u32) -> Place {
        (whereabouts(self.sightings, end), hop.lead.realm)
    }
}

pub(super) fn sender(hop: &Draft<'_>, sightings: &Sightings) -> Sender {
    let at = whereabouts(sightings, hop.entry.source);
    (at, hop.lead.realm, hop.lead.fact.from)
}

fn names(hop: &Draft<'_>) -> Option<Tie> {
    let (from, to) = (hop.lead.fact.from, hop.lead.fact.to);
    let both = (from.min(to), from.max(to));
    (!both.0.is_none()).then_some(Tie::Names(both))
}

/// A request that continues none that was seen, and whether another one passed it on.
fn unlinked(hop: &Draft<'_>) -> Option<(Passed, bool)> {
    let (entry, fact) = (&hop.entry, &hop.lead.fact);
    let of = (fact.from_tag, fact.from, entry.cseq, entry.method);
    let is_unlinked = entry.parent.known().is_none() && entry.request.known().is_some();
    let begins = fact.to_tag.is_none() && !fact.from_tag.is_none();
    (is_unlinked && begins).then_some((of, fact.vias > 1))
}
