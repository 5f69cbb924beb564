//! Folds: runs of refreshes that are all alike, which people want to see as one line. Nothing is lost: a fold holds all of its
//! journeys, and whatever differs from its neighbours (another status, another way, another contact, another time
//! granted, sent again) stands outside.

mod rounds;

use std::collections::BTreeMap;

use super::view::{Call, Hop};
pub use rounds::is_about;
use rounds::{Round, Rounds};

/// What is refreshed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FoldKind {
    /// A subscription: SUBSCRIBE in its dialog, and the NOTIFY that it causes (RFC 6665 4.1.2.2) if it tells the same state;
    /// its body is not compared.
    Subscription,
    /// A binding: REGISTER, perhaps with a challenge before (RFC 3261 10.2.4).
    Registration,
    /// A published state: PUBLISH without body (RFC 3903 4.3).
    Publication,
    /// A session: UPDATE or INVITE in its dialog that changes nothing (RFC 4028 7.4).
    Session,
    /// Whether the other side is there: OPTIONS (RFC 3261 11).
    Ping,
}

impl FoldKind {
    /// How it is named in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Subscription => "subscription refresh",
            Self::Registration => "registration refresh",
            Self::Publication => "publication refresh",
            Self::Session => "session refresh",
            Self::Ping => "ping",
        }
    }
}

/// A hop of a journey, with how many stand above it.
pub type JourneyHop<'a> = (Hop<'a>, usize);

/// Refreshes that are all alike.
#[derive(Clone)]
pub struct Fold<'a> {
    /// What is refreshed.
    pub kind: FoldKind,
    /// How many refreshes there are; each may be several journeys.
    pub times: usize,
    /// All journeys, in the order in which they began.
    pub journeys: Vec<Vec<JourneyHop<'a>>>,
    /// Method and final status of each journey of a refresh; the same in all of them.
    pub each: Vec<(&'a [u8], Option<u16>)>,
    /// Nanoseconds between two refreshes, the shortest and the longest.
    pub every: Option<(i64, i64)>,
}

impl<'a> Fold<'a> {
    /// The hops of all its journeys.
    pub fn hops(&self) -> impl Iterator<Item = Hop<'a>> + use<'a, '_> {
        let all = self.journeys.iter().flatten();
        all.map(|(hop, _)| *hop)
    }
}

/// A part of a call.
#[derive(Clone)]
pub enum Entry<'a> {
    /// The hops of one journey.
    Journey(Vec<JourneyHop<'a>>),
    /// Several journeys.
    Fold(Fold<'a>),
}

/// So many refreshes make a fold; less are shown as quickly.
const LEAST: usize = 3;

impl<'a> Call<'a> {
    /// Its journeys in the order in which they began; refreshes that are alike stand together at the place of the first.
    pub fn folded(&self) -> Vec<Entry<'a>> {
        let mut journeys: Vec<Vec<JourneyHop<'a>>> = Vec::new();
        for (hop, depth) in self.journeys() {
            match journeys.last_mut() {
                Some(journey) if depth > 0 => journey.push((hop, depth)),
                _ => journeys.push(vec![(hop, depth)]),
            }
        }
        let mut rounds = Rounds::default();
        for (position, journey) in journeys.iter().enumerate() {
            rounds.add(position, journey);
        }
        // What stands at a position in place of the journey: a fold at the first of its journeys, nothing at the others.
        let mut instead: BTreeMap<usize, Option<Fold<'a>>> = BTreeMap::new();
        for series in rounds.finish() {
            for run in alike(&series).filter(|run| run.len() >= LEAST) {
                let members = run.iter().flat_map(|round| &round.journeys);
                instead.extend(members.map(|position| (*position, None)));
                instead.insert(run[0].journeys[0], Some(fold(run, &journeys)));
            }
        }
        let all = journeys.into_iter().enumerate();
        all.filter_map(|(position, journey)| match instead.remove(&position) {
            None => Some(Entry::Journey(journey)),
            Some(fold) => fold.map(Entry::Fold),
        })
        .collect()
    }
}

/// Runs of rounds that are like the first of them.
fn alike(series: &[Round]) -> impl Iterator<Item = &[Round]> {
    let mut rest = series;
    std::iter::from_fn(move || {
        let (first, others) = rest.split_first()?;
        let like = others.iter().take_while(|other| first.is_like(other));
        let (run, behind) = rest.split_at(1 + like.count());
        rest = behind;
        Some(run)
    })
}

fn fold<'a>(run: &[Round], journeys: &[Vec<JourneyHop<'a>>]) -> Fold<'a> {
    let first = |round: &Round| journeys[round.journeys[0]][0].0;
    let times: Vec<_> = run
        .iter()
        .filter_map(|round| first(round).first_message().time())
        .collect();
    let gaps = times
        .windows(2)
        .map(|pair| pair[1].nanos().saturating_sub(pair[0].nanos()));
    let every = gaps.clone().min().zip(gaps.max());
    let each = run[0].journeys.iter().map(|position| {
        let (hop, _) = journeys[*position][0];
        (hop.method_name(), hop.status())
    });
    let mut members: Vec<usize> = run
        .iter()
        .flat_map(|round| &round.journeys)
        .copied()
        .collect();
    members.sort_unstable();
    Fold {
        kind: run[0].kind,
        times: run.len(),
        each: each.collect(),
        journeys: members
            .iter()
            .map(|position| journeys[*position].clone())
            .collect(),
        every: every.filter(|_| times.len() == run.len()),
    }
}
