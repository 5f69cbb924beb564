//! Forks: a node that sent one request on more than once. Those whose branches were under way together are parallel; of the
//! others it is told why the next one was tried.

use std::collections::{BTreeMap, BTreeSet};

use super::{Shape, ShapeKind};
use crate::trace::ids::{HopId, MessageId};
use crate::trace::journeys::Link;
use crate::trace::sightings::Subject;
use crate::trace::view::{Call, Hop, Message};

/// After so long without an answer a request has failed: 64 times T1 (timers B and F, RFC 3261 17.1).
const TIMEOUT: i64 = 32_000_000_000;
/// What is not answered is sent again after this (RFC 3261 17.1.1.1).
const T1: i64 = 500_000_000;

pub(super) fn find<'a>(call: &Call<'a>, journeys: &[(Hop<'a>, usize)]) -> Vec<Shape<'a>> {
    let mut forks: BTreeMap<HopId, Vec<Hop<'a>>> = BTreeMap::new();
    for (hop, _) in journeys {
        // Address translation shows one branch a second time.
        if let Some((parent, Link::Via | Link::Inferred)) = hop.parent() {
            forks.entry(parent.id()).or_default().push(*hop);
        }
    }
    forks.retain(|_, branches| branches.len() > 1);
    if forks.is_empty() {
        return Vec::new();
    }
    let cancels = call.hops().filter_map(|hop| {
        let canceled = hop.about()?.id();
        Some((canceled, hop.request()?.id()))
    });
    let canceled: BTreeMap<HopId, MessageId> = cancels.collect();
    let branches = forks.into_values().map(|hops| {
        let branch = |hop| Branch::new(hop, canceled.get(&hop.id()).copied());
        hops.into_iter().map(branch).collect()
    });
    branches
        .flat_map(|branches: Vec<_>| shapes(&branches))
        .collect()
}

struct Branch<'a> {
    hop: Hop<'a>,
    began: MessageId,
    /// Its first final response or its CANCEL, whatever came first.
    ended: Option<MessageId>,
    canceled: bool,
}

impl<'a> Branch<'a> {
    fn new(hop: Hop<'a>, canceled: Option<MessageId>) -> Self {
        let answer = hop.answer().map(|answer| answer.id());
        Self {
            hop,
            began: hop.first_message().id(),
            ended: answer.into_iter().chain(canceled).min(),
            canceled: canceled.is_some(),
        }
    }

    fn is_over_before(&self, next: &Self) -> bool {
        match self.ended {
            Some(ended) => ended < next.began,
            None => {
                let time = |branch: &Self| branch.hop.first_message().time();
                let times = time(self).zip(time(next));
                times.is_some_and(|(one, other)| {
                    let later = other.nanos().saturating_sub(one.nanos());
                    later >= TIMEOUT || later >= T1 && self.is_given_up_for(next)
                })
            }
        }
    }

    /// Whether nothing came back, and nothing was sent any more when another address of the same target was tried: few wait for
    /// all of the time that they may.
    fn is_given_up_for(&self, next: &Self) -> bool {
        let is_silent = |message: Message<'_>| {
            matches!(message.subject(), Subject::Request(_)) && message.id() < next.began
        };
        self.has_target_of(next) && self.hop.messages().all(is_silent)
    }

    fn has_target_of(&self, other: &Self) -> bool {
        self.hop.heading().target == other.hop.heading().target
    }

    fn is_redirected(&self) -> bool {
        matches!(self.hop.status(), Some(300..400))
    }

    /// Whether another address of the same target may serve what this branch did not (RFC 3263 4.3).
    fn is_unserved(&self) -> bool {
        !self.canceled && matches!(self.hop.status(), None | Some(408 | 503))
    }
}

/// What each branch is to one before it; branches of one kind are one shape.
fn shapes<'a>(branches: &[Branch<'a>]) -> Vec<Shape<'a>> {
    let mut kinds: BTreeMap<ShapeKind, BTreeSet<usize>> = BTreeMap::new();
    // The branch so far that is under way longest, and one that was redirected and did not go on yet.
    let (mut longest, mut redirected) = (0, None);
    for (position, branch) in branches.iter().enumerate().skip(1) {
        if branches[position - 1].is_redirected() {
            redirected = Some(position - 1);
        }
        let redirect = redirected.filter(|at: &usize| branches[*at].is_over_before(branch));
        let before = redirect.unwrap_or(longest);
        let over = branches[before].is_over_before(branch);
        let kind = match redirect {
            Some(_) => ShapeKind::Recursion,
            None if !over => ShapeKind::ParallelFork,
            None if branches[before].is_unserved() && branches[before].has_target_of(branch) => {
                ShapeKind::Failover
            }
            None => ShapeKind::SequentialFork,
        };
        if redirect.is_some() {
            redirected = None;
        }
        kinds.entry(kind).or_default().extend([before, position]);
        let end = |at: usize| branches[at].ended.unwrap_or(MessageId::NONE);
        if branches[longest].is_over_before(branch) || end(position) > end(longest) {
            longest = position;
        }
    }
    let parent = branches[0].hop.parent().map(|(parent, _)| parent);
    let shapes = kinds.into_iter().map(|(kind, members)| {
        let members = members.iter().map(|at| branches[*at].hop);
        let mut shape = Shape::new(kind, why(kind), parent.into_iter().chain(members).collect());
        let branches = shape.hops.iter().skip(1);
        shape.messages.extend(branches.filter_map(Hop::answer));
        shape.messages.sort_unstable_by_key(Message::id);
        shape
    });
    shapes.collect()
}

fn why(kind: ShapeKind) -> &'static str {
    match kind {
        ShapeKind::ParallelFork => "its branches were under way at the same time",
        ShapeKind::Recursion => "a branch began when another one had been redirected",
        ShapeKind::Failover => {
            "the same target was tried again when a branch was not answered, or with 408 or 503"
        }
        _ => "each branch began when the one before had failed or was canceled",
    }
}
