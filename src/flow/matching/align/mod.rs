//! Which hop of the trace is which hop of the template.
//!
//! Trees are laid over each other: a hop of the template on one of the trace, what continues the one on what continues the
//! other. Either side may have hops more than the other: a proxy that the document does not know, a hop that nobody captured.
//! Trees follow each other as the template has them, others between. What is best is told by methods, header fields, statuses,
//! roles and names; then once more with what the first round said about dialogs and nodes.

mod rows;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::actors::{call_ids, ends, nodes};
use super::looks::{Likeness, Looks};
use super::plan::Plan;
use super::scene::Scene;
use crate::flow::template::{GroupKind, Template};
use crate::trace::{CallId, Node, NodeId};

/// For each hop of the template the one of the trace.
pub(super) type Assignment = BTreeMap<usize, usize>;

/// What hops of the template that nobody captured count.
#[derive(Clone, Copy)]
pub(super) enum Reading {
    /// More than one difference does, or what differs would be taken for unseen.
    Close,
    /// Nothing.
    Loose,
}

impl Reading {
    fn per_unseen(self) -> i32 {
        match self {
            Self::Close => -4,
            Self::Loose => 0,
        }
    }

    /// The same where the Via entries of what follows show that it was there, or the two may be one.
    fn per_shown(self) -> i32 {
        match self {
            Self::Close => -1,
            Self::Loose => 0,
        }
    }
}

/// Hops of the trace, one behind the other, that the template does not have.
const PER_EXTRA: i32 = -2;

/// Lays a template over a scene, of which it knows the looks.
pub(super) fn align(scene: &Scene<'_, '_>, looks: &mut Looks<'_>, reading: Reading) -> Assignment {
    let (template, plan) = (looks.template, looks.plan);
    let mut aligner = Aligner::over(scene, looks, reading);
    let draft = aligner.with_alternatives();
    let mut known = Known::from(template, plan, scene, &draft);
    if known.is_against(template, plan, scene, &draft) {
        // Dialogs that look the same may have changed places. Who takes part in them is told by all of them together, and that
        // tells them apart.
        aligner.known.actors = known.actors;
        let draft = aligner.with_alternatives();
        known = Known::from(template, plan, scene, &draft);
    }
    aligner.known = known;
    aligner.with_alternatives()
}

/// What a first round said.
#[derive(Default)]
struct Known {
    /// The Call-ID of each dialog.
    dialogs: BTreeMap<usize, usize>,
    /// Dialogs of which a request was seen: an answer alone may be to a request about something else.
    asked: BTreeSet<usize>,
    /// The node of each actor.
    actors: BTreeMap<usize, NodeId>,
    /// The users of the dialog that it begins with, by what the template calls them.
    users: BTreeMap<String, usize>,
    /// The call of that dialog.
    call: Option<CallId>,
}

impl Known {
    fn from(template: &Template, plan: &Plan, scene: &Scene<'_, '_>, draft: &Assignment) -> Self {
        let mut known = Self {
            actors: nodes(template, plan, scene, draft, true),
            ..Self::default()
        };
        let first = plan.roots.first().map(|root| plan.hops[*root].request);
        let main = first.and_then(|request| template.dialog_of(request));
        let is_main = |hop: usize| template.dialog_of(plan.hops[hop].request) == main;
        let mut named: BTreeMap<&str, BTreeMap<usize, usize>> = BTreeMap::new();
        for (hop, seen) in draft.iter().filter(|(hop, _)| is_main(**hop)) {
            let call = scene.hops[*seen].call;
            if *known.call.get_or_insert(call) != call {
                continue;
            }
            let own = plan.users(template, *hop).into_iter().flatten();
            let found = scene.users.get(*seen).into_iter().flatten();
            for (own, found) in own.zip(found) {
                *named.entry(own).or_default().entry(*found).or_default() += 1;
            }
        }
        // One message may name somebody else.
        let mostly = |found: BTreeMap<usize, usize>| {
            let most = found
                .into_iter()
                .max_by_key(|(found, times)| (*times, Reverse(*found)));
            most.map(|(found, _)| found)
        };
        let named = named.into_iter();
        known.users = named
            .filter_map(|(own, found)| Some((own.to_owned(), mostly(found)?)))
            .collect();
        let mut own = draft.clone();
        own.retain(|hop, seen| known.has_users_of(template, plan, scene, *hop, *seen));
        known.dialogs = call_ids(template, plan, scene, &own);
        for (hop, seen) in own {
            let dialog = template.dialog_of(plan.hops[hop].request);
            let seen = &scene.hops[seen];
            let is_of = |dialog: &usize| known.dialogs.get(dialog) == Some(&seen.call_id);
            let of_request = dialog.filter(|dialog| seen.request.is_some() && is_of(dialog));
            known.asked.extend(of_request);
        }
        known
    }

    /// Whether a dialog that is apart from one has a Call-ID.
    fn is_of_another(&self, plan: &Plan, dialog: usize, call_id: usize) -> bool {
        let mut known = self.dialogs.iter();
        known.any(|(other, of_other)| *of_other == call_id && plan.are_apart(*other, dialog))
    }

    /// Whether a hop of another call than the one that the flow begins with has the users that the template gives it.
    fn has_users_of(
        &self,
        template: &Template,
        plan: &Plan,
        scene: &Scene<'_, '_>,
        hop: usize,
        seen: usize,
    ) -> bool {
        // What is passed on is of those who began it, whatever became of it on the way.
        let Some(found) = scene.users.get(scene.hops[seen].root) else {
            return true;
        };
        if self.call == Some(scene.hops[seen].call) {
            return true;
        }
        let planned = plan.users(template, hop).into_iter().flatten();
        let mut pairs = planned.zip(found);
        pairs.all(|(planned, found)| {
            let known = self.users.get(planned);
            known.is_none_or(|known| known == found)
        })
    }

    /// Whether some hop of the draft has another end than its actor has on most.
    fn is_against(
        &self,
        template: &Template,
        plan: &Plan,
        scene: &Scene<'_, '_>,
        draft: &Assignment,
    ) -> bool {
        draft.iter().any(|(hop, seen)| {
            let ends = ends(template, plan, scene, draft, *hop, *seen);
            ends.into_iter()
                .flatten()
                .any(|end| self.actors.get(&end.actor) != Some(&end.node.id()))
        })
    }
}

#[derive(Clone, Copy)]
enum Choice {
    /// The hops are one.
    Same,
    /// The template's hop was not seen; the rest of its tree is below.
    PlanSkipped(usize),
    /// The trace's hop is one more; the rest of its tree is below, perhaps behind others.
    SceneSkipped(usize),
}

struct Aligner<'a, 't> {
    template: &'a Template,
    plan: &'a Plan,
    scene: &'a Scene<'t, 'a>,
    looks: &'a Looks<'a>,
    reading: Reading,
    known: Known,
    /// Hops of alternatives that are not taken.
    excluded: BTreeSet<usize>,
    /// The shapes of the trees that are looked at.
    roots: Vec<usize>,
    /// These and the shapes of all that continues them, which stand before what they continue.
    shapes: Vec<usize>,
    /// How good it is to lay the tree of each hop of the template over one of each shape.
    trees: Vec<Option<i32>>,
    /// The same where hops of the trace were left out before it: how many does not matter.
    behind: Vec<Option<i32>>,
    /// How good it is at best, for each hop of the template.
    most: Vec<i32>,
}

impl<'a, 't> Aligner<'a, 't> {
    fn over(scene: &'a Scene<'t, 'a>, looks: &'a mut Looks<'_>, reading: Reading) -> Self {
        looks.look(scene);
        let looks = &*looks;
        let mut is_there = vec![false; looks.shapes()];
        for root in &scene.roots {
            is_there[looks.shape(*root)] = true;
        }
        let of = |is_there: &[bool]| -> Vec<usize> {
            let all = 0..is_there.len();
            all.filter(|shape| is_there[*shape]).collect()
        };
        let roots = of(&is_there);
        for shape in (0..is_there.len()).rev() {
            if is_there[shape] {
                for child in &scene.hops[looks.first(shape)].children {
                    is_there[looks.shape(*child)] = true;
                }
            }
        }
        Self {
            template: looks.template,
            plan: looks.plan,
            scene,
            looks,
            reading,
            known: Known::default(),
            excluded: BTreeSet::new(),
            roots,
            shapes: of(&is_there),
            trees: vec![None; looks.shapes() * looks.plan.hops.len()],
            behind: vec![None; looks.shapes() * looks.plan.hops.len()],
            most: Vec::new(),
        }
    }

    /// Of steps and what may happen in their place only one does: what explains more.
    fn with_alternatives(&mut self) -> Assignment {
        let hops = |steps: &[usize]| -> BTreeSet<usize> {
            let all = self.plan.hops.iter().enumerate();
            let of = all.filter(|(_, hop)| steps.contains(&hop.request));
            of.map(|(number, _)| number).collect()
        };
        let alternatives = self.template.groups.iter().filter_map(|group| {
            let GroupKind::InsteadOf(others) = &group.kind else {
                return None;
            };
            Some((hops(&group.steps), hops(others)))
        });
        let alternatives: Vec<_> = alternatives.collect();
        let usual = alternatives.iter().flat_map(|(instead, _)| instead);
        let mut excluded: BTreeSet<usize> = usual.copied().collect();
        let (mut score, mut best) = self.without(excluded.clone());
        for (instead, others) in alternatives.iter().filter(|(hops, _)| !hops.is_empty()) {
            let swapped: BTreeSet<usize> = excluded
                .difference(instead)
                .chain(others)
                .copied()
                .collect();
            let (other, assignment) = self.without(swapped.clone());
            // What nobody answered did not happen in place of what somebody did.
            let explains_more = self
                .is_answered(&assignment, instead)
                .cmp(&self.is_answered(&best, others));
            if explains_more.then(other.cmp(&score)).is_gt() {
                (score, best, excluded) = (other, assignment, swapped);
            }
        }
        best
    }

    /// Whether some of these hops was seen with a final answer.
    fn is_answered(&self, assignment: &Assignment, hops: &BTreeSet<usize>) -> bool {
        let seen = hops.iter().filter_map(|hop| assignment.get(hop));
        let mut hops = seen.map(|seen| self.scene.hops[*seen].hop);
        hops.any(|hop| hop.status().is_some())
    }

    /// The best without some hops, and how good it is.
    fn without(&mut self, excluded: BTreeSet<usize>) -> (i32, Assignment) {
        self.excluded = excluded;
        let hops = self.plan.hops.len();
        for at in 0..self.shapes.len() {
            let shape = self.shapes[at];
            let seen = self.looks.first(shape);
            // What continues a hop of the template has a higher number.
            for hop in (0..hops).rev() {
                let here = self.here(hop, seen);
                let score = |best: Option<(i32, Choice)>| best.map(|(score, _)| score);
                let at = shape * hops + hop;
                self.trees[at] = score(self.or_further_on(here, hop, seen, PER_EXTRA));
                self.behind[at] = score(self.or_further_on(here, hop, seen, 0));
            }
        }
        let most = |hop: usize| {
            let all = self.roots.iter();
            let all = all.filter_map(|shape| self.trees[shape * hops + hop]);
            all.fold(0, i32::max)
        };
        self.most = (0..hops).map(most).collect();
        self.whole()
    }

    /// How good it is to lay one tree over the other; `None` if they have nothing in common.
    fn tree(&self, hop: usize, seen: usize) -> Option<i32> {
        self.trees[self.looks.shape(seen) * self.plan.hops.len() + hop]
    }

    /// The best way to lay one tree over the other that does not leave out the first hop of the trace, those below being known.
    fn here(&self, hop: usize, seen: usize) -> Option<(i32, Choice)> {
        let mut best: Option<(i32, Choice)> = None;
        let mut offer = |score: i32, choice: Choice| {
            if best.is_none_or(|(other, _)| score > other) {
                best = Some((score, choice));
            }
        };
        if let Some(local) = self.local(hop, seen) {
            let pairs = self.pairs(hop, seen);
            let below: i32 = pairs.iter().map(|(_, _, score)| score).sum();
            let children = self.scene.hops[seen].children.iter();
            let others = children.filter(|child| !self.scene.hops[**child].is_empty());
            let extra = others.count() as i32 - pairs.len() as i32;
            offer(local + below + extra * PER_EXTRA, Choice::Same);
        }
        let is_next = self.plan.hops[hop].parent.is_some() && self.scene.is_next(seen);
        for below in &self.plan.hops[hop].children {
            if let Some(score) = self.tree(*below, seen) {
                let is_combined = [&hop, below]
                    .iter()
                    .all(|one| self.plan.combined.contains(*one));
                let behind = &self.plan.hops[*below];
                let found = self.scene.hops[seen].vias;
                let is_shown = found.is_some_and(|found| found >= behind.vias - behind.hidden);
                let cost = match () {
                    () if is_combined => self.reading.per_shown(),
                    // Nobody stands between one Via entry and the next.
                    () if is_next => Reading::Close.per_unseen(),
                    () if is_shown => self.reading.per_shown(),
                    () => self.reading.per_unseen(),
                };
                offer(score + cost, Choice::PlanSkipped(*below));
            }
        }
        best
    }

    /// That, or a better one that leaves out hops of the trace before it.
    fn or_further_on(
        &self,
        here: Option<(i32, Choice)>,
        hop: usize,
        seen: usize,
        cost: i32,
    ) -> Option<(i32, Choice)> {
        let mut best = here;
        for below in &self.scene.hops[seen].children {
            let behind = self.behind[self.looks.shape(*below) * self.plan.hops.len() + hop];
            if let Some(score) = behind.map(|score| score + cost)
                && best.is_none_or(|(other, _)| score > other)
            {
                best = Some((score, Choice::SceneSkipped(*below)));
            }
        }
        best
    }

    /// Which of the hops that continue one is which of those that continue the other, the best first.
    fn pairs(&self, hop: usize, seen: usize) -> Vec<(usize, usize, i32)> {
        let mut all = Vec::new();
        for hop in &self.plan.hops[hop].children {
            for seen in &self.scene.hops[seen].children {
                if let Some(score) = self.tree(*hop, *seen) {
                    all.push((*hop, *seen, score));
                }
            }
        }
        all.sort_by_key(|(_, _, score)| -score);
        let mut taken: Vec<(usize, usize, i32)> = Vec::new();
        for (hop, other, score) in all {
            let free = |one: &(usize, usize, i32)| one.0 != hop && one.1 != other;
            if score > 0 && taken.iter().all(free) {
                taken.push((hop, other, score));
            }
        }
        taken
    }

    fn take(&self, hop: usize, seen: usize, assignment: &mut Assignment) {
        let mut left = vec![(hop, seen, PER_EXTRA)];
        while let Some((hop, seen, cost)) = left.pop() {
            match self.or_further_on(self.here(hop, seen), hop, seen, cost) {
                Some((_, Choice::Same)) => {
                    assignment.entry(hop).or_insert(seen);
                    let pairs = self.pairs(hop, seen).into_iter();
                    left.extend(pairs.map(|(hop, seen, _)| (hop, seen, PER_EXTRA)));
                }
                Some((_, Choice::PlanSkipped(below))) => left.push((below, seen, PER_EXTRA)),
                Some((_, Choice::SceneSkipped(below))) => left.push((hop, below, 0)),
                None => {}
            }
        }
    }

    /// How much a hop of the trace looks like one of the template, with what is known of dialogs and nodes; `None` if it cannot
    /// be it.
    fn local(&self, hop: usize, seen: usize) -> Option<i32> {
        let Likeness {
            mut score,
            is_foreign,
            ..
        } = self.looks.alike(hop, seen)?;
        let planned = self.plan.hops[hop].request;
        let dialog = self.template.dialog_of(planned)?;
        // What has the Call-ID of its dialog is of that, whomever it names.
        let is_of_dialog = self.known.asked.contains(&dialog)
            && self.known.dialogs.get(&dialog) == Some(&self.scene.hops[seen].call_id);
        if self.excluded.contains(&hop)
            || !is_of_dialog
                && !self
                    .known
                    .has_users_of(self.template, self.plan, self.scene, hop, seen)
        {
            return None;
        }
        let has_a_dialog = self.scene.has_a_dialog(seen);
        let step = &self.template.steps[planned];
        let ends = self.plan.ends(hop, self.scene, seen);
        // Whoever a request passes may ask for credentials (RFC 3261 22.1): what somebody else asked for is another step.
        let is_elsewhere = |end: Node<'_>| {
            let known = self.known.actors.get(&step.to);
            known.is_some_and(|known| *known != end.id())
        };
        if self.plan.hops[hop].may_be_asked && ends[1].is_some_and(is_elsewhere) {
            return None;
        }
        let seen = &self.scene.hops[seen];
        for (actor, node) in [step.from, step.to].into_iter().zip(ends) {
            let Some(node) = node else { continue };
            score += match self.known.actors.get(&actor) {
                None => 0,
                Some(known) if *known == node.id() => 2,
                Some(_) => -2,
            };
        }
        if self.known.is_of_another(self.plan, dialog, seen.call_id) {
            return None;
        }
        let known = self.known.dialogs.get(&dialog);
        let has_this = known == Some(&seen.call_id) && self.known.asked.contains(&dialog);
        if is_foreign && !has_this {
            return None;
        }
        score += match known {
            None => 0,
            Some(known) if *known == seen.call_id => 3,
            // Requests of another dialog are none of this one; a single one may have a wrong Call-ID.
            Some(_) if has_a_dialog => return None,
            Some(_) => -6,
        };
        Some(score)
    }
}
