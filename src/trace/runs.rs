//! Which calls one party made, one after the other or at once: what its INVITEs outside of dialogs begin anew.
//!
//! | an INVITE after another of the same sender | is |
//! |---|---|
//! | the same From tag, CSeq higher | another try, or a refresh: the same call (RFC 3261 8.1.3.5, 22.2) |
//! | the same From tag, CSeq not higher, before the other is settled, or to another place or URI | a branch (8.1.3.4; RFC 3263 4.3): the same call |
//! | the same From tag, CSeq not higher, the same again after the other is settled | another call |
//! | another From tag, the other answered | another call: it made a dialog of its own |
//! | another From tag, CSeq higher, the other not answered | another try: the same call |
//! | another From tag, CSeq not higher, the other refused by what asks for another try | the same call |
//! | another From tag, CSeq not higher, the other refused for good or still open | another call |
//! | CSeq not higher, after the other has ended or a long silence | another call |

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::facts::TextId;
use super::hops::{Draft, Part, UNDERWAY};
use super::ids::MessageId;
use super::journeys::whereabouts;
use super::past::Past;
use super::sightings::Sightings;
use super::ties::{Sender, sender};

/// The calls of a party.
#[derive(Default)]
pub(super) struct Runs {
    /// The first INVITE of each.
    begins: Vec<MessageId>,
    /// To which of them the INVITE with which a journey begins belongs.
    of_start: HashMap<usize, usize, RandomState>,
    latest: HashMap<Sender, Attempt, RandomState>,
    latest_of_tag: HashMap<(Sender, TextId), Attempt, RandomState>,
    /// The latest with this From tag.
    of_tag: HashMap<TextId, usize, RandomState>,
}

/// An INVITE by its hop.
#[derive(Clone, Copy)]
struct Attempt {
    hop: usize,
    run: usize,
    /// The highest CSeq so far.
    cseq: u32,
}

impl Runs {
    /// Of a party these INVITEs, in their order.
    pub(super) fn of(
        hops: &[Draft<'_>],
        starts: &[usize],
        past: &Past,
        sightings: &Sightings,
    ) -> Self {
        let mut runs = Self::default();
        for start in starts {
            runs.add(hops, *start, past, sightings);
        }
        runs
    }

    pub(super) fn count(&self) -> usize {
        self.begins.len()
    }

    /// Which one goes on when a message is sent.
    pub(super) fn at(&self, message: MessageId) -> usize {
        let begun = self.begins.partition_point(|begin| *begin <= message);
        begun.saturating_sub(1)
    }

    /// To which one the INVITE with which a journey begins belongs.
    pub(super) fn of_start(&self, hop: usize) -> Option<usize> {
        self.of_start.get(&hop).copied()
    }

    fn add(&mut self, hops: &[Draft<'_>], start: usize, past: &Past, sightings: &Sightings) {
        let hop = &hops[start];
        let (request, cseq, tag) = (hop.messages[0].0, hop.entry.cseq, hop.lead.fact.from_tag);
        let sender = sender(hop, sightings);
        let same_tag = self.latest_of_tag.get(&(sender, tag));
        let before = same_tag.or(self.latest.get(&sender)).copied();
        let going_on = self.of_tag.get(&tag).copied();
        let run = match before {
            None => going_on.or(self.begins.len().checked_sub(1)),
            Some(before) => {
                let since = self.begins[before.run];
                let other = &hops[before.hop];
                let rises = cseq > before.cseq;
                let is_over = !rises && past.is_over(tag, since, request);
                let continues = match (same_tag.is_some(), rises) {
                    (true, true) => true,
                    (true, false) => !is_again(other, hop, past, sightings),
                    (false, _) if is_answered(other) => false,
                    (false, true) => true,
                    (false, false) => asks_for_another(other.entry.status),
                };
                match continues && !is_over {
                    true => Some(before.run),
                    // Another leg of the same may have begun already.
                    false => going_on.filter(|run| *run > before.run),
                }
            }
        };
        let run = run.unwrap_or_else(|| {
            self.begins.push(request);
            self.begins.len() - 1
        });
        let highest = before.filter(|before| before.run == run);
        let attempt = Attempt {
            hop: start,
            run,
            cseq: highest.map_or(cseq, |before| before.cseq.max(cseq)),
        };
        self.latest.insert(sender, attempt);
        self.latest_of_tag.insert((sender, tag), attempt);
        self.of_tag.insert(tag, run);
        self.of_start.insert(start, run);
    }
}

fn is_answered(hop: &Draft<'_>) -> bool {
    (200..300).contains(&hop.entry.status)
}

/// Whether a request is the same that was sent before, to the same place, and was settled there so long ago that none of it is
/// underway.
fn is_again(before: &Draft<'_>, hop: &Draft<'_>, past: &Past, sightings: &Sightings) -> bool {
    let place = |hop: &Draft<'_>| whereabouts(sightings, hop.entry.destination);
    let same_aim =
        place(before) == place(hop) && before.lead.heading.target == hop.lead.heading.target;
    let is_final = |part: &Part| matches!(part, Part::Final);
    let mut finals = before.messages.iter().filter(|(_, part)| is_final(part));
    let settled = finals.next().is_some_and(|(answer, _)| {
        let request = hop.messages[0].0;
        *answer < request && past.lies_between(*answer, request, UNDERWAY)
    });
    same_aim && settled && !asks_for_another(before.entry.status)
}

/// Whether a refusal lets the sender try in another way: with credentials, what is understood, at another place or later
/// (RFC 3261 8.1.3.4 and 8.1.3.5, RFC 3263 4.3, RFC 4028 6).
fn asks_for_another(status: u16) -> bool {
    matches!(
        status,
        300..=399
            | 401
            | 407
            | 408
            | 412..=417
            | 420..=425
            | 428..=440
            | 469
            | 470
            | 484
            | 488
            | 491
            | 493
            | 494
            | 500..600
    )
}
