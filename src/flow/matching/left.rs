//! Chooses the flow that explains most of what is left of a call, time after time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::align::Assignment;
use super::census::{Bound, Kinds, Seen};
use super::find::{All, Flow, Found, Passed};
use super::judge::Conclusion;
use super::looks::Looks;
use super::plan::Plan;
use super::reading::read;
use super::scene::Scene;
use super::score::{is_all_of_one, is_recognised, score};
use crate::flow::template::Template;
use crate::trace::{CallId, HopId, MessageId};

/// Only so many other flows are named, and those that are as good.
const MOST_OTHERS: usize = 3;

/// Calls beside the one in which flows are looked for, as far as they may have a part in any.
pub(super) enum Others<'h, 's> {
    None,
    /// How many messages of each kind they have.
    Unread(&'h Seen<'s>),
    /// The call and they.
    Read(Box<Scene<'s, 'h>>),
}

/// Other calls may have what is looked for: they have to be read.
pub(super) struct Unread;

/// What is left of a call when the flows that were found in it are taken away.
pub(super) struct Left<'h, 's> {
    pub(super) all: &'h All<'s>,
    pub(super) call: CallId,
    pub(super) candidates: &'h [usize],
    /// What was seen of them in the scene that each is looked for in.
    pub(super) looks: BTreeMap<usize, Looks<'h>>,
    /// Whether no flow was found in it yet.
    pub(super) is_whole: bool,
    /// The template whose flow is told however little it is.
    pub(super) told: Option<usize>,
    pub(super) alone: Scene<'s, 'h>,
    pub(super) others: Others<'h, 's>,
    /// The best flow that begins with a later call.
    pub(super) passed: Option<Passed>,
}

impl<'h, 's> Left<'h, 's> {
    /// The flow that explains most of what is left, with its hops.
    pub(super) fn best(&mut self) -> Result<Option<Flow>, Unread> {
        if self.alone.roots.is_empty() {
            return Ok(None);
        }
        let has_to_begin = self.has_to_begin();
        let all_seen = Seen::left_of(&self.alone, self.all.kinds).messages();
        let mut scored: Vec<Flow> = Vec::new();
        for (bound, at) in self.bounds() {
            let best = scored.iter().max_by_key(|(one, _)| one.score);
            let may_be_told = match best {
                Some((best, _)) => best.may_be_passed_over(&bound),
                None => bound.is_half || self.told == Some(at) || bound.seen >= all_seen,
            };
            if !may_be_told {
                continue;
            }
            let all = self.all;
            let (template, plan) = (&all.templates[at], &all.plans[at]);
            let (scene, is_read) = match &self.others {
                Others::Read(together) if self.all.has_several(at) => (&**together, true),
                Others::Unread(_) if self.all.has_several(at) => (&self.alone, false),
                _ => (&self.alone, true),
            };
            let looks = self.looks.entry(at);
            let looks =
                looks.or_insert_with(|| Looks::new(template, plan, all.templates.len() > 1));
            let (assignment, given) = read(scene, looks);
            if has_to_begin && !begins(template, plan, &assignment) {
                continue;
            }
            if goes_on(template, plan, scene, &assignment) {
                continue;
            }
            // Answers alone do not say what they are about.
            let mut seen = assignment.values();
            if all.templates.len() > 1 && !seen.any(|seen| scene.hops[*seen].told_by.is_some()) {
                continue;
            }
            let score = score(template, &given);
            if !is_read && score < bound.score {
                return Err(Unread);
            }
            let hops = assignment.values().map(|seen| scene.hops[*seen].hop);
            let calls: BTreeSet<CallId> = hops.clone().map(|hop| hop.call().id()).collect();
            // What was torn off a call is no flow of its own.
            let is_piece = |call: &CallId| all.torn.whole(*call) != *call;
            if calls.iter().all(is_piece) {
                continue;
            }
            // A flow belongs to the call that it begins with.
            let first = calls.first().map(|call| all.torn.whole(*call));
            if first != Some(self.call) {
                let is_told = all.templates.len() == 1 || is_recognised(template, &given);
                let is_best = self.passed.as_ref().is_none_or(|one| one.score < score);
                if let Some(other) = first.filter(|_| is_told && is_best) {
                    let of_other = all
                        .trace
                        .call(other)
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
                fits: given.fits(template),
                score,
                given,
                fits_as_well: Vec::new(),
                others: Vec::new(),
                passed_over: None,
            };
            if one.fits != Conclusion::Pass
                && all.templates.len() > 1
                && began_before(template, plan, scene, &assignment)
            {
                continue;
            }
            // Whose answers were put where their request is has nothing left.
            let emptied = assignment.values().flat_map(|seen| {
                let children = scene.hops[*seen].children.iter();
                children
                    .map(|child| &scene.hops[*child])
                    .filter(|child| child.is_empty())
            });
            let hops = hops.chain(emptied.map(|one| one.hop));
            scored.push((one, hops.map(|hop| hop.id()).collect()));
        }
        scored.sort_by_key(|(one, _)| {
            let beside = one.given.journeys_beside;
            (
                Reverse(one.score),
                beside,
                one.other_answers(),
                one.differences(),
                one.template,
            )
        });
        let is_told = |(one, _): &Flow| {
            let is_half = self.all.templates.len() == 1
                || is_recognised(&self.all.templates[one.template], &one.given);
            is_half || self.told == Some(one.template) && one.fits == Conclusion::Inconclusive
        };
        let is_of_one = |(one, _): &Flow| {
            self.is_whole && is_all_of_one(&self.all.templates[one.template], &one.given)
        };
        let best = scored.iter().position(is_told);
        let Some(best) = best.or_else(|| scored.iter().position(is_of_one)) else {
            return Ok(None);
        };
        let is_before = |one: &Flow| {
            one.0
                .explains_as_much_as(&scored[best].0, self.all.templates)
        };
        let failing = &scored[best].0;
        let templates = self.all.templates;
        let is_what_happened = |one: &Flow| one.0.explains_what_fails(failing, templates);
        let mut chosen = scored.iter().position(is_before);
        if chosen.is_none() {
            let numbered = scored.iter().enumerate();
            let happened = numbered.filter(|(_, one)| is_what_happened(one));
            let nearest = happened.min_by_key(|(_, (one, _))| one.given.journeys_beside);
            chosen = nearest.map(|(at, _)| at);
        }
        // What fails and explains less than a flow of which too little was seen to be told is not what happened, either.
        let explains_less = failing.score < scored[0].0.score;
        if chosen.is_none() && failing.fits == Conclusion::Fail && explains_less {
            return Ok(None);
        }
        let of = |(one, _): &Flow| (one.template, one.score);
        let passed_over = chosen.map(|_| of(&scored[best]));
        let (chosen, hops) = scored.remove(chosen.unwrap_or(best));
        let is_as_good = |one: &Flow| one.0.score >= chosen.score;
        let named = scored.iter().enumerate();
        let named = named.take_while(|(at, one)| *at < MOST_OTHERS || is_as_good(one));
        let others = named.map(|(_, one)| of(one)).collect();
        let as_well = scored.iter().map(|(one, _)| one);
        let as_well = as_well.filter(|one| one.may_be_instead_of(&chosen));
        let fits_as_well: Vec<usize> = as_well.map(|one| one.template).collect();
        let is_open = chosen.conclusion == Conclusion::Pass && !fits_as_well.is_empty();
        let chosen = Found {
            conclusion: if is_open {
                Conclusion::Inconclusive
            } else {
                chosen.conclusion
            },
            fits_as_well,
            others,
            passed_over,
            ..chosen
        };
        Ok(Some((chosen, hops)))
    }

    /// The templates that may explain something of what is left, with what each can be at best, the best first.
    fn bounds(&self) -> Vec<(Bound, usize)> {
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
            let bound = match self.all.templates.len() {
                1 => wanted.whole(),
                _ => wanted.best_over(several.unwrap_or(&alone)),
            };
            (bound, *at)
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
        let mut bounds: Vec<_> = candidates.map(bound).collect();
        bounds.sort_by_key(|(bound, at)| (!bound.is_half, Reverse(bound.score), *at));
        bounds
    }

    /// Whether a flow is one only with what it begins with. What follows in a dialog of a flow that was found is no other flow; and
    /// where one flow is looked for, it is told how far each call gets in it.
    fn has_to_begin(&self) -> bool {
        self.all.templates.len() > 1 || !self.is_whole
    }

    /// Whether a flow with these hops is better looked for when more of the call is seen.
    pub(super) fn may_go_on(&self, hops: &[HopId]) -> bool {
        match &self.others {
            Others::Read(together) => together.may_go_on(hops),
            _ => self.alone.may_go_on(hops),
        }
    }

    fn scenes(&mut self) -> impl Iterator<Item = &mut Scene<'s, 'h>> {
        let together = match &mut self.others {
            Others::Read(together) => Some(&mut **together),
            _ => None,
        };
        [Some(&mut self.alone), together].into_iter().flatten()
    }

    /// Looks further on in a long call, as long as it goes on.
    pub(super) fn go_on(&mut self) -> bool {
        let went_on = self.scenes().map(Scene::go_on);
        went_on.fold(false, |any, one| any | one)
    }

    /// Does not look at these any more; gives their first messages.
    pub(super) fn take(&mut self, hops: &[HopId]) -> Vec<MessageId> {
        self.is_whole = false;
        let taken = self.scenes().map(|scene| scene.take(hops));
        taken.last().unwrap_or_default()
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
            !hop.begins
                || hop.may_be_inside
                || method.is_some_and(|method| self.methods.contains(&method))
        })
    }
}

/// Whether a flow has a dialog that was there before it, and the trace has what made that: what is not as documented then is of
/// another flow, which goes on in that dialog.
fn began_before(
    template: &Template,
    plan: &Plan,
    scene: &Scene<'_, '_>,
    assignment: &Assignment,
) -> bool {
    let is_established = |hop: usize| {
        let dialog = template.dialog_of(plan.hops[hop].request);
        dialog.is_some_and(|dialog| template.dialogs[dialog].established)
    };
    assignment.iter().any(|(hop, seen)| {
        let dialog = scene.hops[*seen].hop.dialog();
        let made = dialog.and_then(|dialog| dialog.made_by());
        is_established(*hop) && made.is_some_and(|made| made.request().is_some())
    })
}

/// Whether some dialog in which a flow has a part was made by a request of a flow that was found: it goes on with that one, and what
/// was refused before is not what it began with.
fn goes_on(
    template: &Template,
    plan: &Plan,
    scene: &Scene<'_, '_>,
    assignment: &Assignment,
) -> bool {
    assignment.iter().any(|(hop, seen)| {
        let dialog = template.dialog_of(plan.hops[*hop].request);
        let is_made = dialog.is_some_and(|dialog| {
            let dialog = &template.dialogs[dialog];
            !dialog.established && !dialog.may_be_inside
        });
        let dialog = scene.hops[*seen].hop.dialog().filter(|_| is_made);
        let made = dialog.and_then(|dialog| dialog.made_by());
        made.is_some_and(|made| scene.is_taken(made.id()))
    })
}

/// Whether something was seen of what a flow begins with, unless that is a dialog that was there before.
fn begins(template: &Template, plan: &Plan, assignment: &Assignment) -> bool {
    plan.beginnings(template).iter().any(|first| {
        let mut tree = plan.below(*first).into_iter().chain([*first]);
        !plan.hops[*first].begins || tree.any(|hop| assignment.contains_key(&hop))
    })
}
