//! Publications: the requests that make, change, prolong and remove one published state, chained by the entity-tag that each
//! answer gives and the next request names (RFC 3903 4).

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::Trace;
use super::attempt::{Attempt, AttemptKind, Entered, Follows, Reaction, entered};
use super::sightings::PUBLISH;
use super::subscription::event;
use super::view::{Call, Hop};
use crate::base::Timestamp;

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

    /// When it runs out, or ran out, if nothing prolongs it; none if it is gone for another reason.
    pub fn until(&self) -> Option<Timestamp> {
        let state = self.state();
        let stands = matches!(
            state,
            PublicationState::Published | PublicationState::Expired
        );
        let mut accepted = self.steps.iter().rev().filter(|step| step.is_accepted());
        accepted.next().filter(|_| stands)?.until()
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

/// What takes the place of a lost state is published this soon after the answer that tells so.
const SOON: i64 = 10_000_000_000;

fn is_soon(lost: Option<Timestamp>, again: Option<Timestamp>) -> bool {
    let both = lost.zip(again);
    both.is_none_or(|(lost, again)| again.nanos().saturating_sub(lost.nanos()) <= SOON)
}

/// A step of a publication, by both positions.
type Place = (usize, usize);

/// A publication that was lost, by position, and when the answer told so.
type Loss = (usize, Option<Timestamp>);

#[derive(Default)]
struct Found<'a> {
    all: Vec<Publication<'a>>,
    /// The step that gave an entity-tag, or named one that nobody was seen to give. Two servers may give the same tag for
    /// different states.
    tags: HashMap<(&'a [u8], &'a [u8]), Place, RandomState>,
    /// The latest step of each Call-ID.
    latest: HashMap<u32, Place, RandomState>,
    /// Of each publication, the latest entity-tag that it was given.
    current: Vec<Option<&'a [u8]>>,
    /// The latest publication of a state that was lost, and when, by who published what.
    lost: HashMap<(&'a [u8], &'a [u8], String), Loss, RandomState>,
}

impl<'a> Found<'a> {
    fn add(&mut self, entered: Entered<'a>) {
        let (request, hop) = (entered.request, entered.hop);
        let (tag, resource) = (request.entity_tag(), hop.to());
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
        let named = || {
            let place = self
                .tags
                .get(&(tag, resource))
                .filter(|_| !tag.is_empty())?;
            Some((*place, Reaction::EntityTag))
        };
        let before = again.or_else(named);
        let follows = before.map(|((_, step), why)| Follows { step, why });
        let event = event(request.event());
        let who = (hop.from(), resource, event.clone());
        let at = before.map_or(self.all.len(), |((at, _), _)| at);
        if before.is_none() {
            let lost = self.lost.remove(&who);
            let restarts = lost.filter(|(_, when)| is_soon(*when, request.time()));
            self.current.push(None);
            self.all.push(Publication {
                resource,
                event,
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
            self.tags.entry((tag, resource)).or_insert(place);
        }
        if loses(&attempt, self.current[at]) {
            let when = hop.answer().and_then(|answer| answer.time());
            self.lost.insert(who, (at, when));
        }
        if let Some(given) = given(&attempt) {
            self.tags.insert((given, resource), place);
            self.current[at] = Some(given);
        }
        self.all[at].steps.push(attempt);
    }
}
