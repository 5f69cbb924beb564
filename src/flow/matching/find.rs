//! Chooses among templates and calls: each call is explained by the flow that explains most of it.

use std::collections::{BTreeSet, HashMap};
use std::io;

use foldhash::fast::RandomState;

use super::align::align;
use super::judge::{Conclusion, Fate, Given, judge};
use super::plan::Plan;
use super::scene::Scene;
use crate::flow::template::Template;
use crate::trace::{Bytes, Call, CallId, Trace};

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
    /// How well it explains the calls: see [`score`].
    pub score: i64,
    /// Other flows that came close, with their scores, the best first.
    pub others: Vec<(usize, i64)>,
}

/// Calls beside the first one that are looked into for the other dialogs of a flow: those of the same users, next in time.
const MOST_RELATED: usize = 16;
/// Only so many other flows are named.
const MOST_OTHERS: usize = 3;

/// Finds flows. Each call is looked at with each template that begins with a request which it has; only those are told of
/// which at least half of the steps were seen, unless there is only one template to look for.
pub fn find(
    trace: &Trace,
    templates: &[Template],
    bytes: &mut impl Bytes,
) -> io::Result<Vec<Found>> {
    let plans: Vec<Plan> = templates.iter().map(Plan::of).collect();
    let users = Users::of(trace);
    let mut found = Vec::new();
    for call in trace.calls() {
        let candidates: Vec<usize> = (0..templates.len())
            .filter(|at| begins_in(&templates[*at], &plans[*at], call))
            .collect();
        if candidates.is_empty() {
            continue;
        }
        let mut alone = Scene::of(trace);
        alone.add(call, bytes)?;
        let mut together: Option<Scene<'_>> = None;
        let mut scored = Vec::new();
        for at in candidates {
            let (template, plan) = (&templates[at], &plans[at]);
            let scene = match template.dialogs.len() {
                0 | 1 => &alone,
                _ => {
                    if together.is_none() {
                        let mut scene = Scene::of(trace);
                        scene.add(call, bytes)?;
                        for other in users.related(trace, call) {
                            scene.add(other, bytes)?;
                        }
                        together = Some(scene);
                    }
                    together.as_ref().unwrap_or(&alone)
                }
            };
            let assignment = align(template, plan, scene);
            let given = judge(template, plan, scene, &assignment);
            let used: BTreeSet<CallId> = assignment
                .values()
                .map(|seen| scene.hops[*seen].hop.call().id())
                .collect();
            // A flow belongs to the call that it begins with.
            let first = used.iter().next().copied();
            if first.is_some_and(|first| first < call.id()) {
                continue;
            }
            scored.push(Found {
                template: at,
                calls: used.into_iter().collect(),
                conclusion: given.conclusion(template),
                score: score(template, &given),
                given,
                others: Vec::new(),
            });
        }
        scored.sort_by_key(|one| (std::cmp::Reverse(one.score), one.template));
        let others = scored.iter().skip(1).take(MOST_OTHERS);
        let others = others.map(|one| (one.template, one.score)).collect();
        let enough =
            |one: &Found| templates.len() == 1 || is_seen(&templates[one.template], &one.given);
        if let Some(best) = scored.into_iter().next()
            && !best.calls.is_empty()
            && enough(&best)
        {
            found.push(Found { others, ..best });
        }
    }
    Ok(without_shared(found))
}

/// Whether a call has a request with which a flow can begin.
fn begins_in(template: &Template, plan: &Plan, call: Call<'_>) -> bool {
    let mut roots = plan.roots.iter().map(|root| plan.hops[*root].request);
    let first = roots.find(|step| !template.is_optional(*step));
    let first = first.or_else(|| Some(plan.hops[*plan.roots.first()?].request));
    let Some(method) = first.and_then(|step| template.method_of(step)) else {
        return false;
    };
    let mut hops = call.hops();
    hops.any(|hop| hop.method_name().eq_ignore_ascii_case(method.as_bytes()))
}

/// Half points: two for a step that was seen as documented; from that two for each that is missing, four for each that
/// differs, one for each that was not captured, and one for each request that the flow does not have.
fn score(template: &Template, given: &Given) -> i64 {
    let of = |fate: &Fate, optional: bool| match fate {
        Fate::Matched => 2,
        Fate::OutOfOrder(_) => 1,
        Fate::Deviates(_) => -4,
        Fate::Missing | Fate::NotReached => -2,
        Fate::NotCaptured if !optional => -1,
        _ => 0,
    };
    let steps = given.steps.iter();
    let points: i64 = steps
        .map(|result| of(&result.fate, template.is_optional(result.step)))
        .sum();
    points - given.extra.len() as i64
}

/// Whether at least half of the messages that have to be there were seen.
fn is_seen(template: &Template, given: &Given) -> bool {
    let mandatory = given.steps.iter().filter(|result| {
        template.steps[result.step].is_sip() && !template.is_optional(result.step)
    });
    let (seen, all) = mandatory.fold((0, 0), |(seen, all), result| {
        (seen + usize::from(result.message.is_some()), all + 1)
    });
    seen * 2 >= all
}

/// A call that belongs to a flow which explains more is not told again.
fn without_shared(mut found: Vec<Found>) -> Vec<Found> {
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(found[*at].score), *at));
    let mut taken: BTreeSet<CallId> = BTreeSet::new();
    let mut kept = BTreeSet::new();
    for at in order {
        if found[at].calls.iter().all(|call| !taken.contains(call)) {
            taken.extend(&found[at].calls);
            kept.insert(at);
        }
    }
    let mut at = 0;
    found.retain(|_| {
        at += 1;
        kept.contains(&(at - 1))
    });
    found
}

/// Which calls a user is in, as sender or receiver of a request.
struct Users {
    calls: HashMap<Vec<u8>, Vec<CallId>, RandomState>,
    /// In a small trace everything is near.
    all: Option<Vec<CallId>>,
}

impl Users {
    fn of(trace: &Trace) -> Self {
        if trace.calls().len() <= MOST_RELATED {
            return Self {
                calls: HashMap::default(),
                all: Some(trace.calls().map(|call| call.id()).collect()),
            };
        }
        let mut calls: HashMap<Vec<u8>, Vec<CallId>, RandomState> = HashMap::default();
        for call in trace.calls() {
            for user in users(call) {
                calls.entry(user).or_default().push(call.id());
            }
        }
        Self { calls, all: None }
    }

    /// Calls of the same users that begin after a call, the nearest first.
    fn related<'t>(&self, trace: &'t Trace, call: Call<'t>) -> Vec<Call<'t>> {
        let mut related: BTreeSet<CallId> = BTreeSet::new();
        let after = |calls: &[CallId]| {
            let start = calls.partition_point(|other| *other <= call.id());
            calls[start..]
                .iter()
                .take(MOST_RELATED)
                .copied()
                .collect::<Vec<_>>()
        };
        match &self.all {
            Some(all) => related.extend(after(all)),
            None => {
                for user in users(call) {
                    related.extend(
                        self.calls
                            .get(&user)
                            .map(|calls| after(calls))
                            .unwrap_or_default(),
                    );
                }
            }
        }
        let nearest = related.into_iter().take(MOST_RELATED);
        nearest.filter_map(|id| trace.call(id)).collect()
    }
}

/// From and To of the requests of a call.
fn users(call: Call<'_>) -> BTreeSet<Vec<u8>> {
    let mut users = BTreeSet::new();
    for hop in call.hops() {
        for user in [hop.from(), hop.to()] {
            if !user.is_empty() {
                users.insert(user.to_vec());
            }
        }
    }
    users
}
