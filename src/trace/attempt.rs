//! One REGISTER or PUBLISH: what it wants of soft state that a node keeps for another, and what came of it (RFC 3261 10,
//! RFC 3903).

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::ids::HopId;
use super::sightings::Subject;
use super::view::{Hop, Message};
use crate::base::Timestamp;

/// One REGISTER or PUBLISH.
#[derive(Clone)]
pub struct Attempt<'a> {
    /// The hop on which it entered the trace.
    pub hop: Hop<'a>,
    /// The hop on which it came to whoever keeps the state; the same if nobody passed it on.
    pub last: Hop<'a>,
    /// What it wanted.
    pub kind: AttemptKind,
    /// The binding that it is about: the first Contact that is to be bound, or else the first; empty where there is none.
    pub contact: &'a [u8],
    /// Seconds that it asks for.
    pub asked: Option<u32>,
    /// Seconds that the answer grants.
    pub granted: Option<u32>,
    /// The final status, if it was seen.
    pub status: Option<u16>,
    /// Whether it carries credentials.
    pub with_credentials: bool,
    /// The attempt to which it is the reaction.
    pub follows: Option<Follows>,
}

/// What a REGISTER or PUBLISH wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptKind {
    /// To make a binding, or publish a state.
    Create,
    /// To prolong it.
    Refresh,
    /// To publish another state in place of the one before.
    Modify,
    /// To remove it.
    Remove,
    /// To know the bindings (REGISTER without Contact, RFC 3261 10.2.3).
    Query,
}

impl AttemptKind {
    /// How it is named in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Refresh => "refresh",
            Self::Modify => "modify",
            Self::Remove => "remove",
            Self::Query => "query",
        }
    }
}

/// How an attempt follows another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Follows {
    /// Position of the other among the steps of the same registration or publication.
    pub step: usize,
    /// Why it follows.
    pub why: Reaction,
}

/// To what an attempt is the reaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// It has credentials after a challenge (401, 407).
    Challenge,
    /// It asks for more time after 423 (RFC 3261 10.2.8, RFC 3903 4.1).
    TooBrief,
    /// It is sent again after 494 (RFC 3329 2.3.1).
    SecurityAgreement,
    /// It names the entity-tag that the other was given (RFC 3903 4.1).
    EntityTag,
}

impl Reaction {
    /// How it is named in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Challenge => "challenge",
            Self::TooBrief => "interval too brief",
            Self::SecurityAgreement => "security agreement",
            Self::EntityTag => "entity-tag",
        }
    }
}

impl<'a> Attempt<'a> {
    pub(super) fn of(entered: Entered<'a>, kind: AttemptKind, follows: Option<Follows>) -> Self {
        let Entered { hop, last, request } = entered;
        let answer = hop.answer();
        Self {
            hop,
            last,
            kind,
            contact: request.contact(),
            asked: request.expires(),
            granted: answer.and_then(|answer| answer.grants()),
            status: answer.and_then(|answer| match answer.subject() {
                Subject::Response(status) => Some(status),
                Subject::Request(_) => None,
            }),
            with_credentials: request.has_credentials(),
            follows,
        }
    }

    /// Whether it got what it wanted.
    pub fn is_accepted(&self) -> bool {
        matches!(self.status, Some(200..300))
    }

    /// When what it was granted runs out; without a number in the answer, what it asked for counts.
    pub fn until(&self) -> Option<Timestamp> {
        let granted = self.granted.or(self.asked).filter(|_| self.is_accepted());
        after(self.hop.answer()?.time(), granted)
    }

    /// Why a later request of the same client was sent, if this one is the reason.
    pub(super) fn reaction(&self, later: &Message<'_>) -> Option<Reaction> {
        match self.status? {
            401 | 407 => later.has_credentials().then_some(Reaction::Challenge),
            423 => (later.expires() > self.asked).then_some(Reaction::TooBrief),
            494 => Some(Reaction::SecurityAgreement),
            _ => None,
        }
    }
}

/// So many seconds after a time.
pub(super) fn after(time: Option<Timestamp>, seconds: Option<u32>) -> Option<Timestamp> {
    let (time, seconds) = time.zip(seconds)?;
    let nanos = i64::from(seconds).checked_mul(1_000_000_000)?;
    time.nanos().checked_add(nanos).map(Timestamp::from_nanos)
}

/// A request as it entered the trace.
#[derive(Clone, Copy)]
pub(super) struct Entered<'a> {
    pub(super) hop: Hop<'a>,
    pub(super) last: Hop<'a>,
    pub(super) request: Message<'a>,
}

/// More hops than a request can take (RFC 3261 20.22); a trace may claim anything.
const LONGEST: usize = 256;

/// The requests with this method that continue no other, in order, each with the last hop of its journey.
pub(super) fn entered<'a>(hops: impl Iterator<Item = Hop<'a>>, method: u16) -> Vec<Entered<'a>> {
    let mut below: HashMap<HopId, Hop<'a>, RandomState> = HashMap::default();
    let mut all = Vec::new();
    for hop in hops.filter(|hop| hop.method().0 == method) {
        match (hop.parent(), hop.request()) {
            (Some((parent, _)), _) => {
                let other = below.entry(parent.id()).or_insert(hop);
                // Of several ways the one counts whose answer was passed on.
                if other.status() != parent.status() {
                    *other = hop;
                }
            }
            (None, Some(request)) => all.push(Entered {
                hop,
                last: hop,
                request,
            }),
            (None, None) => {}
        }
    }
    for entered in &mut all {
        let next = |hop: &Hop<'a>| below.get(&hop.id()).copied();
        let way = std::iter::successors(Some(entered.hop), next).take(LONGEST);
        entered.last = way.last().unwrap_or(entered.hop);
    }
    all.sort_unstable_by_key(|entered| entered.request.id());
    all
}
