//! Groups: what of one Call-ID belongs together. What ties hops to one party is told in [`super::ties`], what of it is another call in
//! [`super::runs`]; here both are put together, and the hops taken apart.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;

use super::facts::{Fact, TextId};
use super::hops::Draft;
use super::ids::{HopId, MessageId};
use super::past::Past;
use super::runs::Runs;
use super::sightings::{INVITE, Sightings};
use super::ties::Evidence;

/// The groups of the hops of one Call-ID, in the order in which they begin.
pub(super) fn groups<'a>(
    hops: Vec<Draft<'a>>,
    sightings: &Sightings,
    fact: impl Fn(MessageId) -> Fact,
    time: impl Fn(MessageId) -> Option<i64>,
) -> Vec<Vec<Draft<'a>>> {
    // The examples of a document tell one flow, whatever is wrong in one of them.
    if hops.len() < 2 || hops.iter().any(|hop| hop.lead.told) {
        return vec![hops];
    }
    let evidence = Evidence {
        hops: &hops,
        sightings,
        fact,
    };
    let parties = evidence.parties();
    let mut starts: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (number, hop) in hops.iter().enumerate() {
        if is_start(&hops, hop) {
            starts.entry(parties[number]).or_default().push(number);
        }
    }
    starts.retain(|_, starts| starts.len() > 1);
    let mut members: BTreeMap<u32, Vec<&Draft<'_>>> = BTreeMap::new();
    for (hop, party) in hops.iter().zip(&parties) {
        if starts.contains_key(party) {
            members.entry(*party).or_default().push(hop);
        }
    }
    let runs = starts.into_iter().map(|(party, starts)| {
        let past = Past::of(&members[&party], sightings, &time);
        (party, Runs::of(&hops, &starts, &past, sightings))
    });
    let runs: BTreeMap<u32, Runs> = runs.filter(|(_, runs)| runs.count() > 1).collect();
    let begun = Begun::of(&evidence, &parties, &runs);
    let mut numbers = BTreeMap::new();
    let groups: Vec<usize> = (0..hops.len())
        .map(|hop| {
            let party = parties[hop];
            let run = runs.get(&party).map_or(0, |runs| {
                let top = top(&hops, hop);
                let run = begun.run_of(&hops[top], party);
                let run = runs.of_start(top).or(run);
                run.unwrap_or_else(|| runs.at(hops[top].messages[0].0))
            });
            let next = numbers.len();
            *numbers.entry((party, run)).or_insert(next)
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

/// What a request within a dialog names: both tags, or only that of the one who began something.
#[derive(PartialEq, Eq, Hash)]
enum Name {
    Dialog(TextId, TextId),
    Owner(TextId),
}

/// By which tags each call of a party is named, and since when: what is in a dialog is of the latest with its tags, whatever the
/// sender began since.
struct Begun(HashMap<(u32, Name), Vec<(MessageId, usize)>, RandomState>);

impl Begun {
    fn of<F: Fn(MessageId) -> Fact>(
        evidence: &Evidence<'_, '_, F>,
        parties: &[u32],
        runs: &BTreeMap<u32, Runs>,
    ) -> Self {
        let mut begun: HashMap<_, Vec<_>, RandomState> = HashMap::default();
        for (number, hop) in evidence.hops.iter().enumerate() {
            let party = parties[number];
            let outside = hop.lead.fact.to_tag.is_none() && hop.entry.request.known().is_some();
            let Some(runs) = runs.get(&party).filter(|_| outside) else {
                continue;
            };
            let first = evidence.hops[top(evidence.hops, number)].messages[0].0;
            let run = runs.of_start(top(evidence.hops, number));
            let run = run.unwrap_or_else(|| runs.at(first));
            let dialogs = evidence.tags(hop).into_iter();
            let dialogs = dialogs.map(|(one, other)| Name::Dialog(one, other));
            for name in dialogs.chain([Name::Owner(hop.lead.fact.from_tag)]) {
                begun.entry((party, name)).or_default().push((first, run));
            }
        }
        for all in begun.values_mut() {
            all.sort_unstable();
        }
        Self(begun)
    }

    fn run_of(&self, hop: &Draft<'_>, party: u32) -> Option<usize> {
        let (at, fact) = (hop.messages[0].0, hop.lead.fact);
        let (from, to) = (fact.from_tag, fact.to_tag);
        if to.is_none() {
            return None;
        }
        let latest = |name: Name| {
            let all = self.0.get(&(party, name))?;
            all[..all.partition_point(|(begin, _)| *begin <= at)]
                .last()
                .copied()
        };
        let dialog = latest(Name::Dialog(from.min(to), from.max(to)));
        let owners = [from, to].into_iter().filter(|tag| !tag.is_none());
        let owner = || owners.filter_map(|tag| latest(Name::Owner(tag))).max();
        dialog.or_else(owner).map(|(_, run)| run)
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
