//! Chooses among templates and calls: each call is explained by the flow that explains most of it.

use std::collections::BTreeSet;
use std::io;

use super::census::{Kinds, Wanted};
use super::judge::{Conclusion, Given};
use super::plan::Plan;
use super::published::Published;
use super::scene::Taken;
use super::searched::{Alone, Searched};
use super::shared::without_shared;
use super::shelf::Shelf;
use super::torn::Torn;
use super::users::Users;
use crate::base::in_order;
use crate::flow::template::Template;
use crate::trace::{Bytes, Call, CallId, HopId, Trace};

/// A flow that a trace has in it.
#[derive(Clone, Debug)]
pub struct Found {
    /// Which of the templates.
    pub template: usize,
    /// The calls whose messages are its steps, the one that it begins with first.
    pub calls: Vec<CallId>,
    /// Step by step.
    pub given: Given,
    /// The verdict.
    pub conclusion: Conclusion,
    /// What the verdict would be if each answer were the one to the request of its hop: by that flows are chosen.
    pub fits: Conclusion,
    /// How well it explains the calls: two points for a step that was seen, less for what differs, is missing or stands beside it.
    pub score: i64,
    /// Flows that explain as well all that this one does, where the trace does not tell which of them it was.
    pub fits_as_well: Vec<usize>,
    /// Other flows that came close, with their scores, the best first.
    pub others: Vec<(usize, i64)>,
    /// The flow with the best score, where that is another: this one has the better verdict and explains as much.
    pub passed_over: Option<(usize, i64)>,
}

/// A flow with its hops.
pub(super) type Flow = (Found, Vec<HopId>);

/// What was found of a call.
#[derive(Default)]
pub(super) struct Flows {
    pub(super) flows: Vec<Flow>,
    pub(super) passed: Option<Passed>,
}

/// A flow that begins with a later call was better than all that begins with this one: that is looked for without it.
pub(super) struct Passed {
    pub(super) score: i64,
    pub(super) hops: Vec<HopId>,
}

/// Finds flows. Each call is looked at with each template that begins with a request which it has, and what the best of them
/// leaves over once more; only those are told of which at least half of the steps were seen as documented and that have more than
/// two messages, unless there is only one template to look for, another flow would fail where one of which less was captured
/// explains all that was seen, or another run took what such a flow had.
///
/// Each call is looked into alone first. Other calls are read beside it only where they can have dialogs of a flow that it does
/// not have whole.
pub fn find(
    trace: &Trace,
    templates: &[Template],
    bytes: &mut impl Bytes,
    threads: usize,
) -> io::Result<Vec<Found>> {
    let users = Users::of(trace);
    let torn = Torn::of(trace, bytes)?;
    let of = (&users, &torn);
    search(trace, templates, of, trace.calls(), bytes, threads)
}

/// Finds the flows that a call has a part in: those that begin with it, and those that begin with a call before it and that it may
/// have another dialog of.
pub fn find_of_call<'t>(
    trace: &'t Trace,
    templates: &[Template],
    call: Call<'t>,
    bytes: &mut impl Bytes,
    threads: usize,
) -> io::Result<Vec<Found>> {
    let users = Users::of(trace);
    let torn = Torn::of(trace, bytes)?;
    let calls = users.before(call).into_iter().chain([call.id()]);
    let calls: BTreeSet<CallId> = calls.map(|call| torn.whole(call)).collect();
    let calls = calls.into_iter().filter_map(|id| trace.call(id));
    let mut found = search(trace, templates, (&users, &torn), calls, bytes, threads)?;
    found.retain(|one| one.calls.contains(&call.id()));
    Ok(found)
}

/// Finds the flows that begin with these calls, which are in their order.
fn search<'t>(
    trace: &'t Trace,
    templates: &[Template],
    (users, torn): (&Users<'t>, &'t Torn<'t>),
    calls: impl Iterator<Item = Call<'t>>,
    bytes: &mut impl Bytes,
    threads: usize,
) -> io::Result<Vec<Found>> {
    let kinds = Kinds::of(templates);
    let published = Published::of(trace, templates);
    let all = All {
        trace,
        templates,
        plans: templates.iter().map(Plan::of).collect(),
        wanted: templates
            .iter()
            .map(|template| Wanted::of(template, &kinds))
            .collect(),
        kinds: &kinds,
        torn,
        published: &published,
    };
    let mut found: Vec<Flow> = Vec::new();
    let mut passed = Vec::new();
    let mut open = Vec::new();
    let mut calls = calls
        .filter(|call| torn.whole(call.id()) == call.id())
        .filter_map(|call| Searched::of(&all, users, call));
    let alone = || calls.next().map(|one| one.read_alone(bytes));
    each(threads, alone, Searched::alone, |searched| match searched {
        Alone::Flows(flows) => found.extend(flows.flows),
        Alone::Open(one) => open.push(one),
    })?;
    let (mut open, mut shelf) = (open.into_iter(), Shelf::default());
    let together = || open.next().map(|one| one.read_all(&mut shelf, bytes));
    let look = |searched: Searched<'_>| {
        (
            searched.call.id(),
            searched.together(&Taken::default(), None),
        )
    };
    each(threads, together, look, |(call, flows)| {
        found.extend(flows.flows);
        passed.extend(flows.passed.map(|one| (call, one)));
    })?;
    found.sort_by_key(|(one, _)| one.calls.first().copied());
    let among_the_rest = |call, taken: &Taken, told: Option<usize>| -> io::Result<Flows> {
        let call = trace.call(call);
        let Some(searched) = call.and_then(|call| Searched::of(&all, users, call)) else {
            return Ok(Flows::default());
        };
        let read = searched.read_all(&mut Shelf::default(), bytes)?;
        Ok(read.together(taken, told))
    };
    without_shared(trace, found, passed, among_the_rest)
}

/// Looks into what is read: one thread reads messages again, and all tell what they are.
fn each<'s, R: Send>(
    threads: usize,
    mut read: impl FnMut() -> Option<io::Result<Searched<'s>>>,
    look: impl Fn(Searched<'s>) -> R + Sync,
    take: impl FnMut(R),
) -> io::Result<()> {
    let mut failed = Ok(());
    let produce = || match read()? {
        Ok(searched) => Some(searched),
        Err(error) => {
            failed = Err(error);
            None
        }
    };
    in_order(threads, produce, look, take);
    failed
}

/// What is looked for.
pub(super) struct All<'s> {
    pub(super) trace: &'s Trace,
    pub(super) templates: &'s [Template],
    pub(super) plans: Vec<Plan>,
    pub(super) wanted: Vec<Wanted>,
    pub(super) kinds: &'s Kinds,
    pub(super) torn: &'s Torn<'s>,
    pub(super) published: &'s Published,
}

impl All<'_> {
    /// Whether a template has dialogs that may be in other calls.
    pub(super) fn has_several(&self, template: usize) -> bool {
        self.templates[template].dialogs.len() > 1
    }
}
