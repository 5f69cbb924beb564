//! Chooses among templates and calls: each call is explained by the flow that explains most of it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::align::align;
use super::census::{Seen, Wanted};
use super::judge::{Conclusion, Fate, Given, judge};
use super::plan::Plan;
use super::scene::{HeldCall, Scene};
use crate::base::in_order;
use crate::flow::template::Template;
use crate::trace::{Bytes, Call, CallId, Held, HopId, MessageId, Trace};

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
    /// How well it explains the calls: two points for a step that was seen, less for what differs, is missing or stands beside it.
    pub score: i64,
    /// Other flows that came close, with their scores, the best first.
    pub others: Vec<(usize, i64)>,
}

/// Calls beside the first one that are looked into for the other dialogs of a flow: those of the same users, next in time.
const MOST_RELATED: usize = 16;
/// Bytes of messages that are held for one call; what is beyond that is not provable.
const MOST_HELD: usize = 64 << 20;
/// Only so many other flows are named.
const MOST_OTHERS: usize = 3;

/// Finds flows. Each call is looked at with each template that begins with a request which it has, and what the best of them
/// leaves over once more; only those are told of which at least half of the steps were seen as documented and that have more than two messages, unless there is only one template
/// to look for.
pub fn find(
    trace: &Trace,
    templates: &[Template],
    bytes: &mut impl Bytes,
    threads: usize,
) -> io::Result<Vec<Found>> {
    let users = Users::of(trace);
    search(trace, templates, &users, trace.calls(), bytes, threads)
}

/// Finds the flows that a call has a part in: those that begin with it, and those that begin with a call before it and that it may
/// have another dialog of.
pub fn find_of_call(
    trace: &Trace,
    templates: &[Template],
    call: Call<'_>,
    bytes: &mut impl Bytes,
    threads: usize,
) -> io::Result<Vec<Found>> {
    let users = Users::of(trace);
    let calls = users.before(call).into_iter().chain([call.id()]);
    let calls = calls.filter_map(|id| trace.call(id));
    let mut found = search(trace, templates, &users, calls, bytes, threads)?;
    found.retain(|one| one.calls.contains(&call.id()));
    Ok(found)
}

/// Finds the flows that begin with these calls, which are in their order.
fn search<'t>(
    trace: &'t Trace,
    templates: &[Template],
    users: &Users,
    mut calls: impl Iterator<Item = Call<'t>>,
    bytes: &mut impl Bytes,
    threads: usize,
) -> io::Result<Vec<Found>> {
    let all = All {
        trace,
        templates,
        plans: templates.iter().map(Plan::of).collect(),
        wanted: templates.iter().map(Wanted::of).collect(),
    };
    let mut failed = None;
    let mut found: Vec<(Found, Vec<HopId>)> = Vec::new();
    let mut shelf = Shelf::default();
    // One thread reads messages again; what they are is told by all.
    let read = || {
        loop {
            match Searched::read(&all, users, calls.next()?, &mut shelf, bytes) {
                Ok(None) => {}
                Ok(searched) => return searched,
                Err(error) => {
                    failed = Some(error);
                    return None;
                }
            }
        }
    };
    in_order(threads, read, Searched::flows, |flows| found.extend(flows));
    match failed {
        Some(error) => Err(error),
        None => Ok(without_shared(found)),
    }
}

/// What is looked for.
struct All<'a, 't> {
    trace: &'t Trace,
    templates: &'a [Template],
    plans: Vec<Plan>,
    wanted: Vec<Wanted>,
}

/// A call in which flows are looked for.
struct Searched<'a, 't> {
    all: &'a All<'a, 't>,
    call: Call<'t>,
    /// The templates that may begin with it.
    candidates: Vec<usize>,
    /// Calls that may have the other dialogs of a flow, if some template has any.
    related: Vec<Call<'t>>,
    /// The messages of all these calls, the first one's first.
    held: Vec<HeldCall>,
}

impl<'a, 't> Searched<'a, 't> {
    /// Reads what belongs to a call, if anything can be found in it.
    fn read(
        all: &'a All<'a, 't>,
        users: &Users,
        call: Call<'t>,
        shelf: &mut Shelf,
        bytes: &mut impl Bytes,
    ) -> io::Result<Option<Self>> {
        let templates = all.templates;
        let candidates: Vec<usize> = (0..templates.len())
            .filter(|at| match templates.len() {
                1 => has_a_beginning(&templates[*at], &all.plans[*at], call),
                _ => {
                    says_enough(&templates[*at])
                        && begins_in(&templates[*at], &all.plans[*at], call)
                }
            })
            .collect();
        if candidates.is_empty() {
            return Ok(None);
        }
        let mut several = candidates
            .iter()
            .filter(|at| templates[**at].dialogs.len() > 1)
            .peekable();
        let mut related = Vec::new();
        if several.peek().is_some() {
            related = users.related(all.trace, call);
            // Messages are read again only where one of these flows can be there.
            let calls = std::iter::once(call).chain(related.iter().copied());
            let seen = Seen::of_hops(calls.flat_map(|call| call.hops()));
            let mut may_be = several.map(|at| all.wanted[*at].best_over(&seen).is_some());
            if templates.len() > 1 && !may_be.any(|may_be| may_be) {
                related.clear();
            }
        }
        shelf.forget_before(call.id());
        let mut held = vec![(call.id(), shelf.take(call, bytes)?)];
        let mut size = held[0].1.size();
        for other in std::mem::take(&mut related) {
            if size > MOST_HELD {
                break;
            }
            let messages = shelf.look(other, bytes)?;
            size += messages.size();
            held.push((other.id(), messages));
            related.push(other);
        }
        Ok(Some(Self {
            all,
            call,
            candidates,
            related,
            held,
        }))
    }

    /// The flows of the call, one after the other, with their hops.
    fn flows(self) -> Vec<(Found, Vec<HopId>)> {
        let trace = self.all.trace;
        let mut left = Left {
            alone: Scene::of(trace, [self.call], &self.held),
            together: (!self.related.is_empty()).then(|| {
                let calls = std::iter::once(self.call).chain(self.related.iter().copied());
                Scene::of(trace, calls, &self.held)
            }),
            all: self.all,
            call: self.call.id(),
            candidates: &self.candidates,
        };
        let mut found = Vec::new();
        let mut used = BTreeSet::new();
        loop {
            match left.best() {
                Some((best, hops)) if !left.may_go_on(&hops) => {
                    used.extend(left.take(&hops));
                    found.push((best, hops));
                }
                _ if left.go_on() => {}
                _ => break,
            }
        }
        for (one, _) in &mut found {
            let extra: &mut Vec<MessageId> = &mut one.given.extra;
            extra.retain(|message| !used.contains(message));
        }
        found
    }
}

/// What is left of a call when the flows that were found in it are taken away.
struct Left<'a, 't> {
    all: &'a All<'a, 't>,
    call: CallId,
    candidates: &'a [usize],
    alone: Scene<'t, 'a>,
    /// With related calls, if there are any.
    together: Option<Scene<'t, 'a>>,
}

impl<'t> Left<'_, 't> {
    /// The flow that explains most of what is left, with its hops.
    fn best(&self) -> Option<(Found, Vec<HopId>)> {
        if self.alone.roots.is_empty() {
            return None;
        }
        let mut scored: Vec<(Found, Vec<HopId>)> = Vec::new();
        for (bound, at) in self.bounds() {
            // Nothing behind it can be better.
            if scored.iter().any(|(one, _)| one.score > bound) {
                break;
            }
            let (template, plan) = (&self.all.templates[at], &self.all.plans[at]);
            let several = self
                .together
                .as_ref()
                .filter(|_| template.dialogs.len() > 1);
            let scene = several.unwrap_or(&self.alone);
            let assignment = align(template, plan, scene, self.all.templates.len() > 1);
            let given = judge(template, plan, scene, &assignment);
            let hops = assignment.values().map(|seen| scene.hops[*seen].hop);
            let calls: BTreeSet<CallId> = hops.clone().map(|hop| hop.call().id()).collect();
            // A flow belongs to the call that it begins with.
            if calls.first() != Some(&self.call) {
                continue;
            }
            let one = Found {
                template: at,
                calls: calls.into_iter().collect(),
                conclusion: given.conclusion(template),
                score: score(template, &given),
                given,
                others: Vec::new(),
            };
            scored.push((one, hops.map(|hop| hop.id()).collect()));
        }
        scored.sort_by_key(|(one, _)| (std::cmp::Reverse(one.score), one.template));
        let others = scored.iter().skip(1).take(MOST_OTHERS);
        let others = others.map(|(one, _)| (one.template, one.score)).collect();
        let (best, hops) = scored.into_iter().next()?;
        let is_one = self.all.templates.len() == 1 || is_seen(&best.given);
        is_one.then_some((Found { others, ..best }, hops))
    }

    /// The templates that may explain something of what is left, with the score that each can have at best, the best first.
    fn bounds(&self) -> Vec<(i64, usize)> {
        let alone = Seen::of(&self.alone);
        let together = self.together.as_ref().map(Seen::of);
        let bound = |at: &usize| {
            let several = together
                .as_ref()
                .filter(|_| self.all.templates[*at].dialogs.len() > 1);
            let best = self.all.wanted[*at].best_over(several.unwrap_or(&alone));
            match self.all.templates.len() {
                1 => Some((i64::MAX, *at)),
                _ => Some((best?, *at)),
            }
        };
        let mut bounds: Vec<_> = self.candidates.iter().filter_map(bound).collect();
        bounds.sort_by_key(|(bound, at)| (std::cmp::Reverse(*bound), *at));
        bounds
    }

    /// Whether a flow with these hops is better looked for when more of the call is seen.
    fn may_go_on(&self, hops: &[HopId]) -> bool {
        let scene = self.together.as_ref().unwrap_or(&self.alone);
        scene.may_go_on(hops)
    }

    /// Looks further on in a long call, as long as it goes on.
    fn go_on(&mut self) -> bool {
        let scenes = [Some(&mut self.alone), self.together.as_mut()];
        let went_on = scenes.into_iter().flatten().map(Scene::go_on);
        went_on.fold(false, |any, one| any | one)
    }

    /// Does not look at these any more; gives their first messages.
    fn take(&mut self, hops: &[HopId]) -> Vec<MessageId> {
        let scenes = [Some(&mut self.alone), self.together.as_mut()];
        let taken = scenes.into_iter().flatten().map(|scene| scene.take(hops));
        taken.last().unwrap_or_default()
    }
}

/// Messages of calls that several others look into: each is read again once.
#[derive(Default)]
struct Shelf {
    calls: BTreeMap<CallId, Arc<Held>>,
    size: usize,
}

impl Shelf {
    /// Nobody looks into calls before this one any more.
    fn forget_before(&mut self, call: CallId) {
        while let Some(entry) = self.calls.first_entry()
            && *entry.key() < call
        {
            self.size -= entry.remove().size();
        }
    }

    /// The messages of a call that others will look into, too.
    fn look(&mut self, call: Call<'_>, bytes: &mut impl Bytes) -> io::Result<Arc<Held>> {
        if let Some(held) = self.calls.get(&call.id()) {
            return Ok(held.clone());
        }
        let held = read(call, bytes)?;
        self.size += held.size();
        self.calls.insert(call.id(), held.clone());
        // What is wanted last goes first.
        while self.size > MOST_HELD
            && let Some((_, last)) = self.calls.pop_last()
        {
            self.size -= last.size();
        }
        Ok(held)
    }

    /// The messages of a call that nobody looks into afterwards.
    fn take(&mut self, call: Call<'_>, bytes: &mut impl Bytes) -> io::Result<Arc<Held>> {
        match self.calls.remove(&call.id()) {
            Some(held) => {
                self.size -= held.size();
                Ok(held)
            }
            None => read(call, bytes),
        }
    }
}

fn read(call: Call<'_>, bytes: &mut impl Bytes) -> io::Result<Arc<Held>> {
    let mut held = Held::default();
    for message in call.hops().flat_map(|hop| hop.messages()) {
        if held.size() > MOST_HELD {
            break;
        }
        held.add(message, bytes)?;
    }
    Ok(Arc::new(held))
}

/// Whether a flow can be told from others: one of a message or two is in every trace.
fn says_enough(template: &Template) -> bool {
    let messages = template.steps.iter().filter(|step| step.is_sip());
    messages.count() > 2
}

/// Whether a call has any request with which a dialog of a flow can begin: the first one may not have been captured.
fn has_a_beginning(template: &Template, plan: &Plan, call: Call<'_>) -> bool {
    let roots = plan.roots.iter().map(|root| plan.hops[*root].request);
    let methods: Vec<&str> = roots.filter_map(|step| template.method_of(step)).collect();
    call.hops().any(|hop| {
        let is = |method: &&str| hop.method_name().eq_ignore_ascii_case(method.as_bytes());
        methods.iter().any(is)
    })
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

/// Two points for a step that was seen, less one for each difference; from that two for each that is missing, one for each that
/// was not captured, and one for each request that the flow does not have.
fn score(template: &Template, given: &Given) -> i64 {
    let of = |fate: &Fate, optional: bool| match fate {
        Fate::Matched => 2,
        Fate::OutOfOrder(_) => 1,
        Fate::Deviates(all) => 2 - all.len().min(4) as i64,
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

/// Whether at least half of the messages that have to be there were seen as documented.
fn is_seen(given: &Given) -> bool {
    let steps = given.steps.iter().map(|result| &result.fate);
    let had_to_be = |fate: &&Fate| !matches!(fate, Fate::LeftOut | Fate::Replaced | Fate::NotSip);
    let (seen, all) = steps.filter(had_to_be).fold((0, 0), |(seen, all), fate| {
        let as_documented = matches!(fate, Fate::Matched | Fate::OutOfOrder(_));
        (seen + usize::from(as_documented), all + 1)
    });
    seen * 2 >= all
}

/// What is a step of a flow that explains more is not one of another.
fn without_shared(found: Vec<(Found, Vec<HopId>)>) -> Vec<Found> {
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(found[*at].0.score), *at));
    let mut taken: HashSet<HopId, RandomState> = HashSet::default();
    let mut kept = vec![false; found.len()];
    for at in order {
        let hops = &found[at].1;
        kept[at] = hops.iter().all(|hop| !taken.contains(hop));
        if kept[at] {
            taken.extend(hops);
        }
    }
    let chosen = found.into_iter().zip(kept).filter(|(_, kept)| *kept);
    chosen.map(|((one, _), _)| one).collect()
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

    /// Calls of the same users that begin before a call, as far as it can be among those related to them.
    fn before(&self, call: Call<'_>) -> BTreeSet<CallId> {
        let before = |calls: &[CallId]| {
            let end = calls.partition_point(|other| *other < call.id());
            calls[end.saturating_sub(MOST_RELATED)..end].to_vec()
        };
        if let Some(all) = &self.all {
            return before(all).into_iter().collect();
        }
        let users = users(call).into_iter();
        let calls = users.filter_map(|user| self.calls.get(&user));
        calls.flat_map(|calls| before(calls)).collect()
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
