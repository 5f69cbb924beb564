//! Publications: the requests that make, change, prolong and remove one published state, chained by the entity-tag that each
//! answer gives and the next request names (RFC 3903 4).

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::Trace;
use super::attempt::{Attempt, AttemptKind, Entered, Follows, Reaction, entered};
use super::ids::HopId;
use super::journeys::whereabouts;
use super::legs::SOON;
use super::sightings::PUBLISH;
use super::subscription::event;
use super::uris::canonical;
use super::view::{Call, Hop};
use crate::base::{Party, Timestamp};

/// All requests about one published state.
#[derive(Clone)]
pub struct Publication<'a> {
    /// Whose state it is: the URI of To.
    pub resource: &'a [u8],
    /// The event package.
    pub event: String,
    /// The requests in their order: a challenge and what answers it are two.
    pub steps: Vec<Attempt<'a>>,
    /// The publication, by position, in whose place it stands: the server did not know that one any more (412).
    pub restarts: Option<usize>,
}

/// Where a publication stands at the end of the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicationState {
    /// Nobody answered yet.
    Asked,
    /// The first request was refused with this status.
    Refused(u16),
    /// The state is there.
    Published,
    /// It was not prolonged before its time ran out.
    Expired,
    /// It was removed.
    Removed,
    /// The server does not know it any more (412, RFC 3903 11.2.1).
    Lost,
}

impl PublicationState {
    /// How it is named in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Refused(_) => "refused",
            Self::Published => "published",
            Self::Expired => "expired",
            Self::Removed => "removed",
            Self::Lost => "unknown to the server",
        }
    }
}

/// Conditional Request Failed (RFC 3903 11.2.1).
const FAILED: u16 = 412;

impl Publication<'_> {
    /// Where it stands at the end of the trace.
    pub fn state(&self) -> PublicationState {
        let mut current = None;
        let mut decided = None;
        for step in &self.steps {
            if step.is_accepted() || loses(step, current) {
                decided = Some(step);
            }
            current = given(step).or(current);
        }
        match decided {
            Some(step) if step.status == Some(FAILED) => PublicationState::Lost,
            Some(step) if step.kind == AttemptKind::Remove => PublicationState::Removed,
            Some(step) => match step.until().zip(step.hop.trace.end()) {
                Some((until, end)) if until < end => PublicationState::Expired,
                _ => PublicationState::Published,
            },
            None => match self.steps.last().and_then(|step| step.status) {
                Some(status) => PublicationState::Refused(status),
                None => PublicationState::Asked,
            },
        }
    }

    /// The last request that was accepted.
    pub(super) fn accepted(&self) -> Option<&Attempt<'_>> {
        let mut steps = self.steps.iter().rev();
        steps.find(|step| step.is_accepted())
    }

    /// When it runs out, or ran out, if nothing prolongs it; none if it is gone for another reason.
    pub fn until(&self) -> Option<Timestamp> {
        let state = self.state();
        let stands = matches!(
            state,
            PublicationState::Published | PublicationState::Expired
        );
        self.accepted().filter(|_| stands)?.until()
    }

    /// Whether its beginning was before the trace.
    pub fn joined_late(&self) -> bool {
        let first = self.steps.first().map(|step| step.kind);
        first != Some(AttemptKind::Create)
    }
}

impl Trace {
    /// All publications, in the order in which they begin.
    pub fn publications(&self) -> Vec<Publication<'_>> {
        publications(self.hops())
    }
}

impl<'a> Call<'a> {
    /// Its publications, in the order in which they begin.
    pub fn publications(&self) -> Vec<Publication<'a>> {
        publications(self.hops())
    }
}

/// The PUBLISHs that were the last to be accepted of what ran out before the end of the trace.
pub(super) fn run_out(trace: &Trace) -> Vec<HopId> {
    let all = publications(trace.hops()).into_iter();
    let expired = all.filter(|one| one.state() == PublicationState::Expired);
    expired
        .filter_map(|one| Some(one.accepted()?.hop.id()))
        .collect()
}

/// Groups that are one because a request in one names the entity-tag that was given in the other.
pub(super) fn chained(trace: &Trace) -> Vec<(u32, u32)> {
    let mut pairs = Vec::new();
    for one in publications(trace.hops()) {
        for step in &one.steps {
            let by_tag = step.follows.filter(|by| by.why == Reaction::EntityTag);
            pairs.extend(by_tag.map(|by| {
                let before = &one.steps[by.step];
                (before.hop.entry.group, step.hop.entry.group)
            }));
        }
    }
    pairs
}

fn publications<'a>(hops: impl Iterator<Item = Hop<'a>>) -> Vec<Publication<'a>> {
    let mut found = Found::default();
    for entered in entered(hops, PUBLISH) {
        found.add(entered);
    }
    found.all
}

/// The entity-tag that the answer gives.
fn given<'a>(step: &Attempt<'a>) -> Option<&'a [u8]> {
    let tag = step.hop.answer()?.entity_tag();
    Some(tag).filter(|tag| !tag.is_empty())
}

/// Whether its 412 says that the state is gone. To a tag in whose place another was given it only says that: the state goes on
/// under the other (RFC 3903 4.1, 11.2.1).
fn loses(step: &Attempt<'_>, current: Option<&[u8]>) -> bool {
    let named = step.hop.request().map(|request| request.entity_tag());
    step.status == Some(FAILED) && (current.is_none() || named == current)
}

fn is_soon(lost: Option<Timestamp>, again: Option<Timestamp>) -> bool {
    let both = lost.zip(again);
    both.is_none_or(|(lost, again)| again.nanos().saturating_sub(lost.nanos()) <= SOON)
}

/// A step of a publication, by both positions.
type Place = (usize, usize);

/// A publication that was lost, by position, and when the answer told so.
type Loss = (usize, Option<Timestamp>);

/// What an entity-tag names a publication with (RFC 3903 4.1). Two servers may give the same tag for different states.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Named<'a> {
    tag: &'a [u8],
    state: State,
    server: Option<Party>,
}

/// Whose state of which event package.
#[derive(Clone, PartialEq, Eq, Hash)]
struct State {
    resource: Vec<u8>,
    event: String,
}

/// Where a request was sent to, and where it came to: what stands behind one place is one server, whether it shows or not.
fn servers(entered: &Entered<'_>) -> [Option<Party>; 2] {
    let sightings = &entered.hop.trace.sightings;
    [entered.hop, entered.last].map(|hop| whereabouts(sightings, hop.entry.destination))
}

#[derive(Default)]
struct Found<'a> {
    all: Vec<Publication<'a>>,
    /// The step that gave an entity-tag, or named one that nobody was seen to give.
    tags: HashMap<Named<'a>, Place, RandomState>,
    /// The latest step of each Call-ID.
    latest: HashMap<u32, Place, RandomState>,
    /// Of each publication, the latest entity-tag that it was given.
    current: Vec<Option<&'a [u8]>>,
    /// The latest publication of a state that was lost, and when, by who published what.
    lost: HashMap<(Vec<u8>, State), Loss, RandomState>,
}

impl<'a> Found<'a> {
    fn add(&mut self, entered: Entered<'a>) {
        let (request, hop) = (entered.request, entered.hop);
        let (tag, servers) = (request.entity_tag(), servers(&entered));
        let state = State {
            resource: canonical(request.target().unwrap_or(hop.to())),
            event: event(request.event()),
        };
        let named = |tag: &'a [u8]| {
            let all = servers.into_iter();
            all.map(|server| Named {
                tag,
                state: state.clone(),
                server,
            })
        };
        let kind = match (tag.is_empty(), request.expires(), request.has_body()) {
            (false, Some(0), _) => AttemptKind::Remove,
            (false, _, true) => AttemptKind::Modify,
            (false, _, false) => AttemptKind::Refresh,
            (true, ..) => AttemptKind::Create,
        };
        let again = self.latest.get(&hop.entry.group).and_then(|place| {
            let before = &self.all[place.0].steps[place.1];
            let same = before.hop.request()?.entity_tag() == tag;
            let why = before.reaction(&request).filter(|_| same)?;
            Some((*place, why))
        });
        let by_tag = || {
            let mut all = named(tag).filter(|_| !tag.is_empty());
            let place = all.find_map(|named| self.tags.get(&named))?;
            Some((*place, Reaction::EntityTag))
        };
        let before = again.or_else(by_tag);
        let follows = before.map(|((_, step), why)| Follows { step, why });
        let who = (canonical(hop.from()), state.clone());
        let at = before.map_or(self.all.len(), |((at, _), _)| at);
        if before.is_none() {
            let lost = self.lost.remove(&who);
            let restarts = lost.filter(|(_, when)| is_soon(*when, request.time()));
            self.current.push(None);
            self.all.push(Publication {
                resource: hop.to(),
                event: state.event.clone(),
                steps: Vec::new(),
                restarts: restarts
                    .filter(|_| kind == AttemptKind::Create)
                    .map(|(at, _)| at),
            });
        }
        let attempt = Attempt::of(entered, kind, follows);
        let place = (at, self.all[at].steps.len());
        self.latest.insert(hop.entry.group, place);
        if !tag.is_empty() {
            for named in named(tag) {
                self.tags.entry(named).or_insert(place);
            }
        }
        if loses(&attempt, self.current[at]) {
            let when = hop.answer().and_then(|answer| answer.time());
            self.lost.insert(who, (at, when));
        }
        if let Some(given) = given(&attempt) {
            self.tags.extend(named(given).map(|named| (named, place)));
            self.current[at] = Some(given);
        }
        self.all[at].steps.push(attempt);
    }
}
