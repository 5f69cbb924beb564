//! What was published and how long that lasted: a flow in which it runs out is none while it is there.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::users::address_of_record;
use crate::flow::template::Template;
use crate::trace::{AttemptKind, Publication, Trace};

/// What a server had of a publication since then, in nanoseconds: until when, or nothing any more.
type Since = (i64, Option<i64>);

/// All publications by their users and event packages.
#[derive(Default)]
pub(super) struct Published(HashMap<(Vec<u8>, String), Vec<Vec<Since>>, RandomState>);

/// What became of the publications of a user.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// None was seen, or not how it ended.
    Unknown,
    /// One has run out.
    RanOut,
    /// Nothing ran out, and this is when the last will.
    InForce(i64),
}

/// Servers and captures have clocks of their own.
const MARGIN: i64 = 2_000_000_000;

impl Published {
    /// The publications of a trace, if some template asks for them.
    pub(super) fn of(trace: &Trace, templates: &[Template]) -> Self {
        let mut published = Self::default();
        let mut steps = templates.iter().flat_map(|template| &template.steps);
        if !steps.any(|step| step.publications_over.is_some()) {
            return published;
        }
        for one in trace.publications() {
            let key = (address_of_record(one.resource), package(&one.event));
            published.0.entry(key).or_default().push(since(&one));
        }
        published
    }

    /// What became of the publications of a user by then.
    pub(super) fn standing(&self, user: &[u8], event: &str, then: i64) -> Standing {
        let key = (address_of_record(user), package(event));
        let mut standing = Standing::Unknown;
        for publication in self.0.get(&key).into_iter().flatten() {
            let before = publication.partition_point(|(since, _)| *since <= then);
            let Some((_, Some(until))) = before.checked_sub(1).map(|at| publication[at]) else {
                continue;
            };
            if until <= then.saturating_add(MARGIN) {
                return Standing::RanOut;
            }
            standing = match standing {
                Standing::InForce(other) => Standing::InForce(other.max(until)),
                _ => Standing::InForce(until),
            };
        }
        standing
    }
}

/// What the accepted requests made of it, one after the other.
fn since(publication: &Publication<'_>) -> Vec<Since> {
    let decided = publication.steps.iter().filter(|step| step.is_accepted());
    let mut since: Vec<Since> = decided
        .filter_map(|step| {
            let at = step.hop.answer()?.time()?.nanos();
            let is_there = step.kind != AttemptKind::Remove;
            let until = step.until().filter(|_| is_there);
            Some((at, until.map(|until| until.nanos())))
        })
        .collect();
    since.sort_unstable();
    since
}

/// An event package without parameters, whose case does not count.
fn package(event: &str) -> String {
    let name = event.split(';').next().unwrap_or_default();
    name.trim().to_ascii_lowercase()
}
