//! Chooses among templates and calls: each call is explained by the flow that explains most of it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::align::{Assignment, align};
use super::census::{Kinds, Seen, Wanted};
use super::judge::{Conclusion, Fate, Given, judge};
use super::looks::Looks;
use super::plan::Plan;
use super::scene::{HeldCall, MOST_HELD, Scene, Taken};
use super::shelf::{self, Shelf};
use super::users::Users;
use crate::base::in_order;
use crate::flow::template::Template;
use crate::trace::{Bytes, Call, CallId, HopId, MessageId, Trace};

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
    /// The flow with the best score, where that is another: this one passes and explains as much, that one does not.
    pub passed_over: Option<(usize, i64)>,
}

/// Only so many other flows are named.
const MOST_OTHERS: usize = 3;

/// A flow with its hops.
type Flow = (Found, Vec<HopId>);

/// What was found of a call.
#[derive(Default)]
struct Flows {
    flows: Vec<Flow>,
    passed: Option<Passed>,
}

/// A flow that begins with a later call was better than all that begins with this one: that is looked for without it.
struct Passed {
    score: i64,
    hops: Vec<HopId>,
}

/// Finds flows. Each call is looked at with each template that begins with a request which it has, and what the best of them
/// leaves over once more; only those are told of which at least half of the steps were seen as documented and that have more than two messages, unless there is only one template
/// to look for.
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
    search(trace, templates, &users, trace.calls(), bytes, threads)
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
    users: &Users<'t>,
    calls: impl Iterator<Item = Call<'t>>,
    bytes: &mut impl Bytes,
    threads: usize,
) -> io::Result<Vec<Found>> {
    let kinds = Kinds::of(templates);
    let all = All {
        trace,
        templates,
        plans: templates.iter().map(Plan::of).collect(),
        wanted: templates
            .iter()
            .map(|template| Wanted::of(template, &kinds))
            .collect(),
        kinds: &kinds,
    };
    let mut found: Vec<Flow> = Vec::new();
    let mut passed = Vec::new();
    let mut open = Vec::new();
    let mut calls = calls.filter_map(|call| Searched::of(&all, users, call));
    let alone = || calls.next().map(|one| one.read_alone(bytes));
    each(threads, alone, Searched::alone, |searched| match searched {
        Alone::Flows(flows) => found.extend(flows.flows),
        Alone::Open(one) => open.push(one),
    })?;
    let (mut open, mut shelf) = (open.into_iter(), Shelf::default());
    let together = || open.next().map(|one| one.read_all(&mut shelf, bytes));
    let look = |searched: Searched<'_>| (searched.call.id(), searched.together(&Taken::default()));
    each(threads, together, look, |(call, flows)| {
        found.extend(flows.flows);
        passed.extend(flows.passed.map(|one| (call, one)));
    })?;
    found.sort_by_key(|(one, _)| one.calls.first().copied());
    let among_the_rest = |call: CallId, taken: &Taken| -> io::Result<Flows> {
        let call = trace.call(call);
        let Some(searched) = call.and_then(|call| Searched::of(&all, users, call)) else {
            return Ok(Flows::default());
        };
        let read = searched.read_all(&mut Shelf::default(), bytes)?;
        Ok(read.together(taken))
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
struct All<'s> {
    trace: &'s Trace,
    templates: &'s [Template],
    plans: Vec<Plan>,
    wanted: Vec<Wanted>,
    kinds: &'s Kinds,
}

impl All<'_> {
    /// Whether a template has dialogs that may be in other calls.
    fn has_several(&self, template: usize) -> bool {
        self.templates[template].dialogs.len() > 1
    }
}

/// A call in which flows are looked for.
struct Searched<'s> {
    all: &'s All<'s>,
    call: Call<'s>,
    /// The templates that may begin with it.
    candidates: Vec<usize>,
    /// Calls that may have the other dialogs of a flow, if some template has any.
    related: Vec<Call<'s>>,
    /// What these have.
    beside: Seen<'s>,
    /// The messages that are held, those of the call first.
    held: Vec<HeldCall>,
}

impl<'s> Searched<'s> {
    /// None if nothing can be found in a call.
    fn of(all: &'s All<'s>, users: &Users<'s>, call: Call<'s>) -> Option<Self> {
        let templates = all.templates;
        let candidates = (0..templates.len()).filter(|at| match templates.len() {
            1 => has_a_beginning(&templates[*at], &all.plans[*at], call),
            _ => says_enough(&templates[*at]) && begins_in(&templates[*at], &all.plans[*at], call),
        });
        let candidates: Vec<usize> = candidates.collect();
        let mut several = candidates
            .iter()
            .filter(|at| all.has_several(**at))
            .peekable();
        let mut related = Vec::new();
        let mut beside = Seen::nothing(all.kinds);
        if several.peek().is_some() {
            related = users.related(call);
            related.iter().for_each(|call| beside.add(call.hops()));
            let mut seen = beside.clone();
            seen.add(call.hops());
            let mut may_be = several.map(|at| all.wanted[*at].best_over(&seen).is_some());
            if templates.len() > 1 && !may_be.any(|may_be| may_be) {
                related.clear();
            }
        }
        (!candidates.is_empty()).then_some(Self {
            all,
            call,
            candidates,
            related,
            beside,
            held: Vec::new(),
        })
    }

    fn read_alone(mut self, bytes: &mut impl Bytes) -> io::Result<Self> {
        self.held = vec![(self.call.id(), shelf::read(self.call, bytes)?)];
        Ok(self)
    }

    fn read_all(mut self, shelf: &mut Shelf, bytes: &mut impl Bytes) -> io::Result<Self> {
        shelf.forget_before(self.call.id());
        self.held = vec![(self.call.id(), shelf.take(self.call, bytes)?)];
        let mut size = self.held[0].1.size();
        for other in std::mem::take(&mut self.related) {
            if size > MOST_HELD {
                break;
            }
            let messages = shelf.look(other, bytes)?;
            size += messages.size();
            self.held.push((other.id(), messages));
            self.related.push(other);
        }
        Ok(self)
    }

    /// The flows of the call without the others.
    fn alone(self) -> Alone<'s> {
        let others = match self.related.is_empty() {
            true => Others::None,
            false => Others::Unread(&self.beside),
        };
        match self.flows(others, &Taken::default()) {
            Some(flows) => Alone::Flows(flows),
            None => Alone::Open(Self {
                held: Vec::new(),
                ..self
            }),
        }
    }

    /// The flows of the call and the others, but for what is taken.
    fn together(&self, taken: &Taken) -> Flows {
        let calls = std::iter::once(self.call).chain(self.related.iter().copied());
        let scene = Scene::of(self.all.trace, calls, &self.held, self.all.kinds, taken);
        self.flows(Others::Read(scene), taken).unwrap_or_default()
    }

    /// The flows of the call, one after the other, with their hops; none if others have to be read for that.
    fn flows(&self, others: Others<'_, '_>, taken: &Taken) -> Option<Flows> {
        let (trace, kinds) = (self.all.trace, self.all.kinds);
        let mut left = Left {
            alone: Scene::of(trace, [self.call], &self.held, kinds, taken),
            looks: BTreeMap::new(),
            is_whole: taken.is_empty(),
            others,
            all: self.all,
            call: self.call.id(),
            candidates: &self.candidates,
            passed: None,
        };
        let mut found: Vec<Flow> = Vec::new();
        let mut used = BTreeSet::new();
        loop {
            match left.best().ok()? {
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
        Some(Flows {
            flows: found,
            passed: left.passed,
        })
    }
}

/// What came of a look into a call alone.
enum Alone<'s> {
    /// Its flows.
    Flows(Flows),
    /// With the messages of others there may be better ones.
    Open(Searched<'s>),
}

/// Calls beside the one in which flows are looked for, as far as they may have a part in any.
enum Others<'h, 's> {
    None,
    /// How many messages of each kind they have.
    Unread(&'h Seen<'s>),
    /// The call and they.
    Read(Scene<'s, 'h>),
}

/// Other calls may have what is looked for: they have to be read.
struct Unread;

/// What is left of a call when the flows that were found in it are taken away.
struct Left<'h, 's> {
    all: &'h All<'s>,
    call: CallId,
    candidates: &'h [usize],
    /// What was seen of them in the scene that each is looked for in.
    looks: BTreeMap<usize, Looks<'h>>,
    /// Whether no flow was found in it yet.
    is_whole: bool,
    alone: Scene<'s, 'h>,
    others: Others<'h, 's>,
    /// The best flow that begins with a later call.
    passed: Option<Passed>,
}

impl<'h, 's> Left<'h, 's> {
    /// The flow that explains most of what is left, with its hops.
    fn best(&mut self) -> Result<Option<Flow>, Unread> {
        if self.alone.roots.is_empty() {
            return Ok(None);
        }
        let has_to_begin = self.has_to_begin();
        let mut scored: Vec<Flow> = Vec::new();
        for (bound, at) in self.bounds() {
            let best = scored.iter().max_by_key(|(one, _)| one.score);
            if best.is_some_and(|(best, _)| !best.may_be_passed_over(bound)) {
                break;
            }
            let all = self.all;
            let (template, plan) = (&all.templates[at], &all.plans[at]);
            let (scene, is_read) = match &self.others {
                Others::Read(together) if self.all.has_several(at) => (together, true),
                Others::Unread(_) if self.all.has_several(at) => (&self.alone, false),
                _ => (&self.alone, true),
            };
            let looks = self.looks.entry(at);
            let looks =
                looks.or_insert_with(|| Looks::new(template, plan, all.templates.len() > 1));
            let assignment = align(scene, looks);
            if has_to_begin && !begins(template, plan, &assignment) {
                continue;
            }
            let given = judge(template, plan, scene, &assignment);
            let score = score(template, &given);
            if !is_read && score < bound {
                return Err(Unread);
            }
            let hops = assignment.values().map(|seen| scene.hops[*seen].hop);
            let calls: BTreeSet<CallId> = hops.clone().map(|hop| hop.call().id()).collect();
            // A flow belongs to the call that it begins with.
            if calls.first() != Some(&self.call) {
                let is_told = all.templates.len() == 1 || is_seen(&given);
                let is_best = self.passed.as_ref().is_none_or(|one| one.score < score);
                if let Some(other) = calls.first().filter(|_| is_told && is_best) {
                    let of_other = all
                        .trace
                        .call(*other)
                        .into_iter()
                        .flat_map(|call| call.hops());
                    let ids = hops.map(|hop| hop.id());
                    let hops = ids.chain(of_other.map(|hop| hop.id())).collect();
                    self.passed = Some(Passed { score, hops });
                }
                continue;
            }
            let one = Found {
                template: at,
                calls: calls.into_iter().collect(),
                conclusion: given.conclusion(template),
                score,
                given,
                others: Vec::new(),
                passed_over: None,
            };
            scored.push((one, hops.map(|hop| hop.id()).collect()));
        }
        scored.sort_by_key(|(one, _)| (Reverse(one.score), one.other_answers(), one.template));
        let is_told = |one: &Flow| self.all.templates.len() == 1 || is_seen(&one.0.given);
        let Some(best) = scored.iter().position(is_told) else {
            return Ok(None);
        };
        let is_before = |one: &Flow| is_told(one) && one.0.explains_as_much_as(&scored[best].0);
        let chosen = scored.iter().position(is_before);
        let of = |(one, _): &Flow| (one.template, one.score);
        let passed_over = chosen.map(|_| of(&scored[best]));
        let (chosen, hops) = scored.remove(chosen.unwrap_or(best));
        let others = scored.iter().take(MOST_OTHERS).map(of).collect();
        let chosen = Found {
            others,
            passed_over,
            ..chosen
        };
        Ok(Some((chosen, hops)))
    }

    /// The templates that may explain something of what is left, with the score that each can have at best, the best first.
    fn bounds(&self) -> Vec<(i64, usize)> {
        let kinds = self.all.kinds;
        let alone = Seen::left_of(&self.alone, kinds);
        let together = match &self.others {
            Others::None => None,
            Others::Unread(others) => Some(alone.clone().with(others)),
            Others::Read(together) => Some(Seen::left_of(together, kinds)),
        };
        let bound = |at: &usize| {
            let wanted = &self.all.wanted[*at];
            let several = together.as_ref().filter(|_| self.all.has_several(*at));
            match self.all.templates.len() {
                1 => Some((wanted.most(), *at)),
                _ => Some((wanted.best_over(several.unwrap_or(&alone))?, *at)),
            }
        };
        let beginnings = match &self.others {
            Others::None => Some(Beginnings::of(&self.alone, kinds)),
            Others::Unread(_) => None,
            Others::Read(together) => Some(Beginnings::of(together, kinds)),
        };
        let may_begin = |at: &&usize| {
            let (template, plan) = (&self.all.templates[**at], &self.all.plans[**at]);
            let of = beginnings.as_ref().filter(|_| self.has_to_begin());
            of.is_none_or(|of| of.has(template, plan))
        };
        let candidates = self.candidates.iter().filter(may_begin);
        let mut bounds: Vec<_> = candidates.filter_map(bound).collect();
        bounds.sort_by_key(|(bound, at)| (Reverse(*bound), *at));
        bounds
    }

    /// Whether a flow is one only with what it begins with. What follows in a dialog of a flow that was found is no other flow; and
    /// where one flow is looked for, it is told how far each call gets in it.
    fn has_to_begin(&self) -> bool {
        self.all.templates.len() > 1 || !self.is_whole
    }

    /// Whether a flow with these hops is better looked for when more of the call is seen.
    fn may_go_on(&self, hops: &[HopId]) -> bool {
        match &self.others {
            Others::Read(together) => together.may_go_on(hops),
            _ => self.alone.may_go_on(hops),
        }
    }

    fn scenes(&mut self) -> impl Iterator<Item = &mut Scene<'s, 'h>> {
        let together = match &mut self.others {
            Others::Read(together) => Some(together),
            _ => None,
        };
        [Some(&mut self.alone), together].into_iter().flatten()
    }

    /// Looks further on in a long call, as long as it goes on.
    fn go_on(&mut self) -> bool {
        let went_on = self.scenes().map(Scene::go_on);
        went_on.fold(false, |any, one| any | one)
    }

    /// Does not look at these any more; gives their first messages.
    fn take(&mut self, hops: &[HopId]) -> Vec<MessageId> {
        self.is_whole = false;
        let taken = self.scenes().map(|scene| scene.take(hops));
        taken.last().unwrap_or_default()
    }
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
    let first = plan.beginnings(template).last();
    let first = first.map(|hop| plan.hops[*hop].request);
    let Some(method) = first.and_then(|step| template.method_of(step)) else {
        return false;
    };
    let mut hops = call.hops();
    hops.any(|hop| hop.method_name().eq_ignore_ascii_case(method.as_bytes()))
}

impl Found {
    /// Whether it is told before another flow that has a better score: it passes, the other does not; and it explains no less, or the
    /// other one lacks what it is told by.
    fn explains_as_much_as(&self, other: &Self) -> bool {
        let is_better = self.conclusion == Conclusion::Pass && other.conclusion != Conclusion::Pass;
        is_better
            && self.given.journeys_beside <= other.given.journeys_beside
            && (other.given.lacks_a_branch || self.matched() >= other.matched())
    }

    /// Whether a flow with this score at best may be told before it.
    fn may_be_passed_over(&self, bound: i64) -> bool {
        let by_verdict = self.conclusion != Conclusion::Pass
            && (self.given.lacks_a_branch || bound >= 2 * self.matched() as i64);
        self.score <= bound || by_verdict
    }

    /// Answers that are other ones than the flow has.
    fn other_answers(&self) -> usize {
        let steps = self.given.steps.iter();
        let is_other = |fate: &Fate| match fate {
            Fate::Deviates(all) => all.iter().any(|one| one.what == "status"),
            _ => false,
        };
        steps.filter(|result| is_other(&result.fate)).count()
    }

    /// Steps that were seen as documented.
    fn matched(&self) -> usize {
        let steps = self.given.steps.iter();
        steps
            .filter(|result| is_as_documented(&result.fate))
            .count()
    }
}

/// Methods of what is left and may stand outside of a dialog.
struct Beginnings<'k> {
    kinds: &'k Kinds,
    methods: BTreeSet<usize>,
}

impl<'k> Beginnings<'k> {
    fn of(scene: &Scene<'_, '_>, kinds: &'k Kinds) -> Self {
        let hops = scene.looked_at().into_iter().map(|hop| &scene.hops[hop]);
        let outside = hops.filter(|hop| !hop.is_within);
        Self {
            kinds,
            methods: outside.filter_map(|hop| hop.method).collect(),
        }
    }

    /// Whether there is one that a flow may begin with.
    fn has(&self, template: &Template, plan: &Plan) -> bool {
        let mut first = plan.beginnings(template).iter().map(|hop| &plan.hops[*hop]);
        first.any(|hop| {
            let method = template.method_of(hop.request).unwrap_or_default();
            let method = self.kinds.method(method.as_bytes());
            !hop.begins || method.is_some_and(|method| self.methods.contains(&method))
        })
    }
}

/// Whether something was seen of what a flow begins with, unless that is a dialog that was there before.
fn begins(template: &Template, plan: &Plan, assignment: &Assignment) -> bool {
    plan.beginnings(template).iter().any(|first| {
        let mut tree = plan.below(*first).into_iter().chain([*first]);
        !plan.hops[*first].begins || tree.any(|hop| assignment.contains_key(&hop))
    })
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
        (seen + usize::from(is_as_documented(fate)), all + 1)
    });
    seen * 2 >= all
}

fn is_as_documented(fate: &Fate) -> bool {
    matches!(fate, Fate::Matched | Fate::OutOfOrder(_))
}

/// What is chosen among, the best first.
enum Next {
    /// A flow, found when its call was looked into for so many times.
    Flow(Flow, usize),
    /// A call, without these hops.
    Again(CallId, Vec<HopId>),
}

/// The flows of a trace, one after the other.
struct Queue {
    /// A call is looked into again after all flows that explain as much as what was better in it.
    next: BTreeMap<(Reverse<i64>, bool, usize), Next>,
    numbers: usize,
    /// How often each call was looked into again.
    rounds: BTreeMap<CallId, usize>,
}

impl Queue {
    fn add(&mut self, score: i64, next: Next) {
        let is_again = matches!(next, Next::Again(..));
        self.numbers += 1;
        self.next
            .insert((Reverse(score), is_again, self.numbers), next);
    }

    fn add_flows(&mut self, flows: Vec<Flow>, round: usize) {
        for flow in flows {
            self.add(flow.0.score, Next::Flow(flow, round));
        }
    }

    /// What was found of a call now takes the place of what was found before.
    fn add_again(&mut self, call: CallId, found: Flows, without: Vec<HopId>) {
        let round = self.rounds.entry(call).or_default();
        *round += 1;
        let round = *round;
        self.add_flows(found.flows, round);
        if let Some(passed) = found.passed {
            let hops = passed.hops.into_iter().chain(without).collect();
            self.add(passed.score, Next::Again(call, hops));
        }
    }

    fn is_outdated(&self, call: Option<CallId>, round: usize) -> bool {
        let last = call.and_then(|call| self.rounds.get(&call));
        last.is_some_and(|last| round < *last)
    }
}

/// What is a step of a flow that explains more is not one of another. Who lost dialogs of other calls to it is looked for once more
/// `among_the_rest`: of several that look the same each flow has one. So is what begins with a call in which a flow of later ones
/// was better, as long as each time another of them is.
fn without_shared(
    trace: &Trace,
    found: Vec<Flow>,
    passed: Vec<(CallId, Passed)>,
    mut among_the_rest: impl FnMut(CallId, &Taken) -> io::Result<Flows>,
) -> io::Result<Vec<Found>> {
    let mut queue = Queue {
        next: BTreeMap::new(),
        numbers: 0,
        rounds: BTreeMap::new(),
    };
    queue.add_flows(found, 0);
    for (call, one) in passed {
        queue.add(one.score, Next::Again(call, one.hops));
    }
    let mut taken = Taken::default();
    let mut again: BTreeSet<CallId> = BTreeSet::new();
    let mut kept: BTreeMap<(Option<CallId>, usize), Found> = BTreeMap::new();
    while let Some(((.., number), next)) = queue.next.pop_first() {
        let (one, hops, round) = match next {
            Next::Flow((one, hops), round) => (one, hops, round),
            Next::Again(call, without) => {
                let mut own = trace.call(call).into_iter().flat_map(|call| call.hops());
                if own.any(|hop| !taken.contains(&hop.id())) {
                    let added = without.iter().filter(|hop| taken.insert(**hop));
                    let added: Vec<HopId> = added.copied().collect();
                    let found = among_the_rest(call, &taken)?;
                    added.iter().for_each(|hop| {
                        taken.remove(hop);
                    });
                    queue.add_again(call, found, without);
                }
                continue;
            }
        };
        let call = one.calls.first().copied();
        if queue.is_outdated(call, round) {
            continue;
        }
        let mut shared = hops.iter().filter(|hop| taken.contains(hop)).peekable();
        if shared.peek().is_none() {
            taken.extend(hops);
            kept.insert((call, number), one);
            continue;
        }
        let is_of_another = |hop: &HopId| {
            let hop = trace.hop(*hop);
            hop.map(|hop| hop.call().id()) != call
        };
        if let Some(call) = call.filter(|_| shared.all(is_of_another))
            && again.insert(call)
        {
            queue.add_again(call, among_the_rest(call, &taken)?, Vec::new());
        }
    }
    Ok(kept.into_values().collect())
}
