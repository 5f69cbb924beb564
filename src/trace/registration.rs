//! Registrations and publications: soft state that a node keeps for another, made, prolonged and removed by requests that
//! stand on their own (RFC 3261 10, RFC 3903).

use super::sightings::Subject;
use super::view::{Call, Hop, Message};

/// Methods by their places in [`crate::sip::METHODS`].
const REGISTER: u16 = 4;
const PUBLISH: u16 = 13;

/// One REGISTER or PUBLISH.
#[derive(Clone)]
pub struct Attempt<'a> {
    /// The hop on which it entered the trace.
    pub hop: Hop<'a>,
    /// What it wanted.
    pub kind: AttemptKind,
    /// The binding that it is about: the first Contact; empty where there is none.
    pub contact: &'a [u8],
    /// Seconds that it asks for.
    pub asked: Option<u32>,
    /// Seconds that the answer grants.
    pub granted: Option<u32>,
    /// The final status, if it was seen.
    pub status: Option<u16>,
    /// Whether it carries credentials.
    pub with_credentials: bool,
    /// The attempt before it, by position, whose challenge (401, 407) it answers, or whose published state it changes.
    pub follows: Option<usize>,
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

impl<'a> Call<'a> {
    /// Its registrations, in order: a challenge and what answers it are two.
    pub fn registrations(&self) -> Vec<Attempt<'a>> {
        let mut attempts: Vec<Attempt<'a>> = Vec::new();
        for hop in self.entering(REGISTER) {
            let Some(request) = hop.request() else {
                continue;
            };
            let contact = request.contact();
            let earlier = || attempts.iter().rposition(|one| one.contact == contact);
            let bound = || {
                let same = attempts
                    .iter()
                    .rev()
                    .find(|one| one.contact == contact && is_accepted(one.status));
                same.is_some_and(|one| one.kind != AttemptKind::Remove)
            };
            let kind = match (contact.is_empty(), request.expires()) {
                // `Contact: *` is only there to remove all (RFC 3261 10.2.2).
                (_, Some(0)) => AttemptKind::Remove,
                (true, _) => AttemptKind::Query,
                _ if bound() => AttemptKind::Refresh,
                _ => AttemptKind::Create,
            };
            let follows = earlier().filter(|at| is_challenge(attempts[*at].status));
            let follows = follows.filter(|_| request.has_credentials());
            attempts.push(Attempt::of(hop, &request, kind, follows));
        }
        attempts
    }

    /// Its publications, in order. A chain of entity-tags makes them one state; a 412 ends it.
    pub fn publications(&self) -> Vec<Attempt<'a>> {
        let mut attempts: Vec<Attempt<'a>> = Vec::new();
        for hop in self.entering(PUBLISH) {
            let Some(request) = hop.request() else {
                continue;
            };
            let matched = request.entity_tag();
            let gave = |one: &Attempt<'_>| {
                let answer = one.hop.answer();
                answer.is_some_and(|answer| !matched.is_empty() && answer.entity_tag() == matched)
            };
            let challenged = || attempts.last().is_some_and(|one| is_challenge(one.status));
            let follows = attempts.iter().rposition(gave).or_else(|| {
                let last = attempts.len().checked_sub(1)?;
                (challenged() && request.has_credentials()).then_some(last)
            });
            let kind = match (matched.is_empty(), request.expires(), request.has_body()) {
                (false, Some(0), _) => AttemptKind::Remove,
                (false, _, true) => AttemptKind::Modify,
                (false, _, false) => AttemptKind::Refresh,
                (true, ..) => AttemptKind::Create,
            };
            attempts.push(Attempt::of(hop, &request, kind, follows));
        }
        attempts
    }

    /// Hops with this method that continue no other, in order.
    fn entering(&self, method: u16) -> Vec<Hop<'a>> {
        let hops = self.hops();
        let mut hops: Vec<_> = hops
            .filter(|hop| hop.method().0 == method && hop.parent().is_none())
            .collect();
        hops.sort_by_key(|hop| hop.first_message().id());
        hops
    }
}

impl<'a> Attempt<'a> {
    fn of(hop: Hop<'a>, request: &Message<'a>, kind: AttemptKind, follows: Option<usize>) -> Self {
        let answer = hop.answer();
        Self {
            hop,
            kind,
            contact: request.contact(),
            asked: request.expires(),
            granted: answer.and_then(|answer| answer.expires()),
            status: answer.and_then(|answer| match answer.subject() {
                Subject::Response(status) => Some(status),
                Subject::Request(_) => None,
            }),
            with_credentials: request.has_credentials(),
            follows,
        }
    }
}

fn is_accepted(status: Option<u16>) -> bool {
    matches!(status, Some(200..300))
}

fn is_challenge(status: Option<u16>) -> bool {
    matches!(status, Some(401 | 407))
}
