//! Groups: what of one Call-ID belongs together. A Call-ID shall be unique (RFC 3261 8.1.1.4), but tools count from 1 and scripts
//! repeat what is written in them. So an equal Call-ID alone says nothing: a journey, a tag or the same sender has to join two
//! hops, and what a sender starts anew when all is over is another group.

use std::collections::{BTreeMap, HashMap, HashSet};

use foldhash::fast::RandomState;

use super::facts::TextId;
use super::hops::{Draft, Part};
use super::ids::{HopId, MessageId};
use super::journeys::whereabouts;
use super::sets::Sets;
use super::sightings::{BYE, INVITE, REGISTER, Sightings};
use crate::base::Party;

/// No INVITE is without any message for longer: a proxy cancels it (timer C, RFC 3261 16.6 step 11).
const SILENCE: i64 = 180_000_000_000;

/// Who sends a request that was not passed on: from where, in which realm, in whose name.
type Sender = (Option<Party>, u32, TextId);

/// What two hops have in common that belong together.
#[derive(PartialEq, Eq, Hash)]
enum Tie {
    Tag(TextId),
    Sender(Sender),
    /// A device registers all its users with one Call-ID (RFC 3261 10.2).
    Device(Option<Party>, u32),
    /// From and To, whichever is which.
    Names(TextId, TextId),
    /// Between whom, in which realm.
    Way(Option<Party>, Option<Party>, u32),
}

/// The groups of the hops of one Call-ID, in the order in which they begin.
pub(super) fn groups<'a>(
    hops: Vec<Draft<'a>>,
    sightings: &Sightings,
    time: impl Fn(MessageId) -> Option<i64>,
) -> Vec<Vec<Draft<'a>>> {
    // The examples of a document tell one flow, whatever is wrong in one of them.
    if hops.len() < 2 || hops.iter().any(|hop| hop.lead.told) {
        return vec![hops];
    }
    let starts: Vec<usize> = (0..hops.len())
        .filter(|hop| is_start(&hops, &hops[*hop]))
        .collect();
    let related = share_a_tag(&hops);
    if related && starts.len() < 2 {
        return vec![hops];
    }
    let parties = match related {
        true => vec![0; hops.len()],
        false => parties(&hops, sightings),
    };
    let mut by_party: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for start in starts {
        by_party.entry(parties[start]).or_default().push(start);
    }
    by_party.retain(|_, starts| starts.len() > 1);
    let mut begun: HashMap<(u32, TextId), Vec<MessageId>, RandomState> = HashMap::default();
    for (party, starts) in &by_party {
        for hop in starts.iter().map(|start| &hops[*start]) {
            let of_tag = begun.entry((*party, hop.lead.fact.from_tag)).or_default();
            of_tag.push(hop.messages[0].0);
        }
    }
    // What is in a dialog is of the latest start with one of its tags, whatever the sender started since.
    let begins = |hop: &Draft<'_>, party: u32| {
        let (at, fact) = (hop.messages[0].0, hop.lead.fact);
        let in_dialog = !fact.from_tag.is_none() && !fact.to_tag.is_none();
        let tags = [fact.from_tag, fact.to_tag]
            .into_iter()
            .filter(|_| in_dialog);
        let starts = tags.filter_map(|tag| {
            let all = begun.get(&(party, tag))?;
            all[..all.partition_point(|start| *start <= at)].last()
        });
        starts.max().copied().unwrap_or(at)
    };
    let runs: BTreeMap<u32, Vec<MessageId>> = by_party
        .into_iter()
        .map(|(party, starts)| {
            let members = hops.iter().zip(&parties);
            let members = members.filter(|(_, of)| **of == party);
            let past = Past::of(members.map(|(hop, _)| hop), &time);
            (party, past.runs(&hops, &starts, sightings))
        })
        .collect();
    let mut numbers = BTreeMap::new();
    let groups: Vec<usize> = (0..hops.len())
        .map(|hop| {
            let begins = begins(&hops[top(&hops, hop)], parties[hop]);
            let runs = runs.get(&parties[hop]);
            let run = runs.map_or(0, |runs| runs.partition_point(|start| *start <= begins));
            let next = numbers.len();
            *numbers.entry((parties[hop], run)).or_insert(next)
        })
        .collect();
    taken_apart(hops, &groups, numbers.len())
}

/// Whether it is an INVITE outside of any dialog that was not seen to be passed on.
fn is_start(hops: &[Draft<'_>], hop: &Draft<'_>) -> bool {
    hop.entry.method == INVITE
        && hop.entry.begins(|above| &hops[above.position()].entry)
        && hop.entry.request.known().is_some()
        && hop.lead.fact.to_tag.is_none()
}

/// Whether one tag is in all hops, as it is in most calls.
fn share_a_tag(hops: &[Draft<'_>]) -> bool {
    let tags = |hop: &Draft<'_>| [hop.lead.fact.from_tag, hop.lead.fact.to_tag];
    let mut candidates = tags(&hops[0]).into_iter();
    candidates.any(|tag| !tag.is_none() && hops.iter().all(|hop| tags(hop).contains(&tag)))
}

/// To which party each hop belongs, by the number of the first one of it. Without a From tag it may belong to any with the same
/// names (RFC 2543 knew no tags) or, without names, to any between the same two.
fn parties(hops: &[Draft<'_>], sightings: &Sightings) -> Vec<u32> {
    let mut sets = Sets::of(hops.len());
    let untagged = hops.iter().filter(|hop| hop.lead.fact.from_tag.is_none());
    let wanted = untagged.map(|hop| names(hop).unwrap_or_else(|| way(hop, sightings)));
    let wanted: HashSet<Tie, RandomState> = wanted.collect();
    let mut known: HashMap<Tie, u32, RandomState> = HashMap::default();
    for (hop, number) in hops.iter().zip(0..) {
        let (entry, fact) = (&hop.entry, &hop.lead.fact);
        for other in [entry.parent, entry.about] {
            if let Some(other) = other.known() {
                sets.join(number, other.position() as u32);
            }
        }
        let tags = [fact.from_tag, fact.to_tag].into_iter();
        let tags = tags.filter(|tag| !tag.is_none()).map(Tie::Tag);
        // Within a dialog a server speaks in one name with many.
        let sends = entry.parent.known().or(entry.about.known()).is_none()
            && entry.request.known().is_some()
            && fact.to_tag.is_none();
        let sender = sends.then(|| sender(hop, sightings));
        let registers = entry.method == REGISTER && fact.vias == 1;
        let device = sender.filter(|_| registers);
        let device = device.map(|(at, realm, _)| Tie::Device(at, realm));
        let ties = tags.chain(sender.map(Tie::Sender)).chain(device);
        let all = (!wanted.is_empty()).then(|| names(hop).into_iter().chain([way(hop, sightings)]));
        let all = all.into_iter().flatten().filter(|tie| wanted.contains(tie));
        for tie in ties.chain(all) {
            let first = *known.entry(tie).or_insert(number);
            sets.join(number, first);
        }
    }
    (0..hops.len() as u32).map(|hop| sets.root(hop)).collect()
}

fn names(hop: &Draft<'_>) -> Option<Tie> {
    let (from, to) = (hop.lead.fact.from, hop.lead.fact.to);
    (!from.is_none() && !to.is_none()).then(|| Tie::Names(from.min(to), from.max(to)))
}

fn way(hop: &Draft<'_>, sightings: &Sightings) -> Tie {
    let ends = [hop.entry.source, hop.entry.destination];
    let mut ends = ends.map(|end| whereabouts(sightings, end));
    ends.sort_unstable();
    Tie::Way(ends[0], ends[1], hop.lead.realm)
}

fn sender(hop: &Draft<'_>, sightings: &Sightings) -> Sender {
    let at = whereabouts(sightings, hop.entry.source);
    (at, hop.lead.realm, hop.lead.fact.from)
}

/// What happened in one party.
struct Past {
    /// All messages in their order, each with its time and the one that was known last before it.
    messages: Vec<(MessageId, Option<i64>, Option<i64>)>,
    /// The answers that ended a session, in their order.
    ends: Vec<MessageId>,
}

impl Past {
    fn of<'d, 'a: 'd>(
        hops: impl Iterator<Item = &'d Draft<'a>>,
        time: impl Fn(MessageId) -> Option<i64>,
    ) -> Self {
        let (mut messages, mut ends) = (Vec::new(), Vec::new());
        for hop in hops {
            let all = hop.messages.iter().map(|(message, _)| *message);
            messages.extend(all.map(|message| (message, time(message), None)));
            // A challenged BYE comes again.
            if hop.entry.method == BYE && !matches!(hop.entry.status, 0 | 401 | 407) {
                let is_answer = |part: &Part| matches!(part, Part::Final | Part::Stray);
                let mut answers = hop.messages.iter().filter(|(_, part)| is_answer(part));
                ends.extend(answers.next().map(|(message, _)| *message));
            }
        }
        messages.sort_unstable();
        let mut latest = None;
        for (_, time, before) in &mut messages {
            (*before, latest) = (latest, time.or(latest));
        }
        ends.sort_unstable();
        Self { messages, ends }
    }

    /// The requests with which a sender began anew: CSeq only grows within a Call-ID, but for requests that are sent elsewhere
    /// instead (RFC 3261 8.1.3.4, RFC 3263 4.3), and these do not wait until all is over.
    fn runs(&self, hops: &[Draft<'_>], starts: &[usize], sightings: &Sightings) -> Vec<MessageId> {
        let mut runs = Vec::new();
        let mut since = MessageId::at(0);
        let mut highest: HashMap<Sender, u32, RandomState> = HashMap::default();
        for start in starts {
            let hop = &hops[*start];
            let (request, cseq) = (hop.messages[0].0, hop.entry.cseq);
            let sender = sender(hop, sightings);
            let known = highest.get(&sender).copied();
            if known.is_some_and(|highest| cseq <= highest) && self.is_over(since, request) {
                runs.push(request);
                since = request;
                highest.clear();
            }
            let highest = highest.entry(sender).or_default();
            *highest = cseq.max(*highest);
        }
        runs
    }

    /// Whether a session that began since then has ended before this message, or nobody said anything for long.
    fn is_over(&self, since: MessageId, message: MessageId) -> bool {
        let end = self.ends.partition_point(|end| *end < since);
        let has_ended = self.ends.get(end).is_some_and(|end| *end < message);
        let at = self
            .messages
            .partition_point(|(other, ..)| *other < message);
        let known = self.messages.get(at);
        let silence = known.and_then(|(_, now, last)| last.zip(*now));
        let silence = silence.map(|(last, now)| now.saturating_sub(last));
        has_ended || silence.is_some_and(|silence| silence > SILENCE)
    }
}

/// The hop with which a journey begins; of a CANCEL the INVITE that it is for.
fn top(hops: &[Draft<'_>], mut hop: usize) -> usize {
    let above = |hop: usize| {
        let entry = &hops[hop].entry;
        entry.parent.known().or(entry.about.known())
    };
    while let Some(next) = above(hop) {
        hop = next.position();
    }
    hop
}

/// Each hop in its group, where what it continues has another number.
fn taken_apart<'a>(hops: Vec<Draft<'a>>, groups: &[usize], count: usize) -> Vec<Vec<Draft<'a>>> {
    if count < 2 {
        return vec![hops];
    }
    let mut places = vec![0; count];
    let place = |group: &usize| {
        places[*group] += 1;
        HopId::at(places[*group] - 1)
    };
    let numbers: Vec<HopId> = groups.iter().map(place).collect();
    let number = |hop: HopId| hop.known().map_or(hop, |hop| numbers[hop.position()]);
    let mut apart: Vec<Vec<Draft<'a>>> = (0..count).map(|_| Vec::new()).collect();
    for (mut hop, group) in hops.into_iter().zip(groups) {
        hop.entry.parent = number(hop.entry.parent);
        hop.entry.about = number(hop.entry.about);
        apart[*group].push(hop);
    }
    apart
}
