//! Which hop of the trace is which hop of the template.
//!
//! Trees are laid over each other: a hop of the template on one of the trace, what continues the one on what continues the
//! other. Either side may have hops more than the other: a proxy that the document does not know, a hop that nobody captured.
//! Trees follow each other as the template has them, others between. What is best is told by methods, header fields, statuses,
//! roles and names; then once more with what the first round said about dialogs and nodes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use foldhash::fast::RandomState;

use super::compare::{Met, meets};
use super::plan::Plan;
use super::scene::{Scene, SceneHop};
use crate::flow::template::{Actor, GroupKind, Template, What};
use crate::trace::{CallId, Node, NodeId, Role};

/// For each hop of the template the one of the trace.
pub(super) type Assignment = BTreeMap<usize, usize>;

/// A hop of the template that nobody captured. It costs more than one difference, or what differs would be taken for unseen.
const PER_UNSEEN: i32 = -4;
/// The same where the Via entries of what follows show that it was there.
const PER_SHOWN: i32 = -1;
/// Each Via entry more or less than the template has counts against a hop, up to so many.
const MOST_VIA_COST: usize = 3;
/// A hop of the trace that the template does not have.
const PER_EXTRA: i32 = -2;

/// Lays a template over a scene. Where one is chosen among several, what is about another event package is another flow.
pub(super) fn align(
    template: &Template,
    plan: &Plan,
    scene: &Scene<'_, '_>,
    is_chosen: bool,
) -> Assignment {
    let mut aligner = Aligner::over(template, plan, scene, is_chosen);
    let draft = aligner.with_alternatives();
    let mut known = Known::from(template, plan, scene, &draft, &aligner.users);
    if known.is_against(template, plan, scene, &draft) {
        // Dialogs that look the same may have changed places. Who takes part in them is told by all of them together, and that
        // tells them apart.
        aligner.known.actors = known.actors;
        let draft = aligner.with_alternatives();
        known = Known::from(template, plan, scene, &draft, &aligner.users);
    }
    aligner.known = known;
    aligner.with_alternatives()
}

/// What a first round said.
#[derive(Default)]
struct Known {
    /// The Call-ID of each dialog.
    dialogs: BTreeMap<usize, usize>,
    /// The node of each actor.
    actors: BTreeMap<usize, NodeId>,
    /// The users of the dialog that it begins with, by what the template calls them.
    users: BTreeMap<String, usize>,
    /// The call of that dialog.
    call: Option<CallId>,
}

impl Known {
    fn from(
        template: &Template,
        plan: &Plan,
        scene: &Scene<'_, '_>,
        draft: &Assignment,
        users: &[[usize; 2]],
    ) -> Self {
        let mut dialogs: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (hop, seen) in draft {
            if let Some(dialog) = template.dialog_of(plan.hops[*hop].request) {
                *dialogs
                    .entry((dialog, scene.hops[*seen].call_id))
                    .or_default() += 1;
            }
        }
        let mut known = Self {
            dialogs: most(dialogs),
            actors: nodes(template, plan, scene, draft),
            ..Self::default()
        };
        let first = plan.roots.first().map(|root| plan.hops[*root].request);
        let main = first.and_then(|request| template.dialog_of(request));
        let is_main = |hop: usize| template.dialog_of(plan.hops[hop].request) == main;
        if let Some((hop, seen)) = draft.iter().find(|(hop, _)| is_main(**hop)) {
            known.call = Some(scene.hops[*seen].hop.call().id());
            let own = plan.users(template, *hop).into_iter().flatten();
            let found = users.get(*seen).into_iter().flatten();
            known.users = own.map(str::to_owned).zip(found.copied()).collect();
        }
        known
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
            let step = &template.steps[plan.hops[*hop].request];
            let seen = &scene.hops[*seen];
            let ends = [(step.from, seen.source), (step.to, seen.destination)];
            ends.into_iter().any(|(actor, node)| {
                node.is_some_and(|node| self.actors.get(&actor) != Some(&node.id()))
            })
        })
    }
}

/// The node that each actor is on most hops.
pub(super) fn nodes(
    template: &Template,
    plan: &Plan,
    scene: &Scene<'_, '_>,
    assignment: &Assignment,
) -> BTreeMap<usize, NodeId> {
    let mut counts: BTreeMap<(usize, NodeId), usize> = BTreeMap::new();
    for (hop, seen) in assignment {
        let step = &template.steps[plan.hops[*hop].request];
        let seen = &scene.hops[*seen];
        for (actor, node) in [(step.from, seen.source), (step.to, seen.destination)] {
            if let Some(node) = node {
                *counts.entry((actor, node.id())).or_default() += 1;
            }
        }
    }
    most(counts)
}

/// For each key what it goes with most often.
fn most<V: Copy + Ord>(counts: BTreeMap<(usize, V), usize>) -> BTreeMap<usize, V> {
    let mut best: BTreeMap<usize, (usize, V)> = BTreeMap::new();
    for ((key, value), count) in counts {
        let entry = best.entry(key).or_insert((count, value));
        if count > entry.0 {
            *entry = (count, value);
        }
    }
    best.into_iter()
        .map(|(key, (_, value))| (key, value))
        .collect()
}

#[derive(Clone, Copy)]
enum Choice {
    /// The hops are one.
    Same,
    /// The template's hop was not seen; the rest of its tree is below.
    PlanSkipped(usize),
    /// The trace's hop is one more; the rest of its tree is below.
    SceneSkipped(usize),
}

struct Aligner<'a, 't> {
    template: &'a Template,
    plan: &'a Plan,
    scene: &'a Scene<'t, 'a>,
    known: Known,
    /// Hops of alternatives that are not taken.
    excluded: BTreeSet<usize>,
    /// Hops of the trace, those that continue one before it.
    upwards: Vec<usize>,
    /// Where in the following what is said of each of them begins.
    places: Vec<usize>,
    /// Which users each hop of the trace has in From and To; nothing where all are of one call.
    users: Vec<[usize; 2]>,
    /// How much each hop of the trace looks like each of the template by itself.
    alike: Vec<Option<Likeness>>,
    /// How good it is to lay the tree of each hop of the template over that of each of the trace.
    trees: Vec<Option<i32>>,
}

impl<'a, 't> Aligner<'a, 't> {
    fn over(
        template: &'a Template,
        plan: &'a Plan,
        scene: &'a Scene<'t, 'a>,
        is_chosen: bool,
    ) -> Self {
        let mut upwards = scene.looked_at();
        upwards.reverse();
        let mut places = vec![0; scene.hops.len()];
        for (place, seen) in upwards.iter().enumerate() {
            places[*seen] = place * plan.hops.len();
        }
        let mut looks = Looks {
            template,
            plan,
            scene,
            is_chosen,
            likenesses: HashMap::default(),
        };
        let mut alike = Vec::with_capacity(plan.hops.len() * upwards.len());
        for seen in &upwards {
            alike.extend((0..plan.hops.len()).map(|hop| looks.alike(hop, *seen)));
        }
        Self {
            template,
            plan,
            scene,
            known: Known::default(),
            excluded: BTreeSet::new(),
            upwards,
            places,
            users: scene.users(),
            trees: vec![None; alike.len()],
            alike,
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
            if other > score {
                (score, best, excluded) = (other, assignment, swapped);
            }
        }
        best
    }

    /// The best without some hops, and how good it is.
    fn without(&mut self, excluded: BTreeSet<usize>) -> (i32, Assignment) {
        self.excluded = excluded;
        for at in 0..self.upwards.len() {
            let seen = self.upwards[at];
            // What continues a hop of the template has a higher number.
            for hop in (0..self.plan.hops.len()).rev() {
                let best = self.best(hop, seen).map(|(score, _)| score);
                self.trees[self.places[seen] + hop] = best;
            }
        }
        self.whole()
    }

    /// How good it is to lay one tree over the other; `None` if they have nothing in common.
    fn tree(&self, hop: usize, seen: usize) -> Option<i32> {
        self.trees[self.places[seen] + hop]
    }

    /// Trees that follow each other in the order of the template; then what is left over, in any order.
    fn whole(&self) -> (i32, Assignment) {
        let (roots, seen) = (self.plan.roots.clone(), self.scene.roots.clone());
        // How good the first so many of one are over the first so many of the other.
        let width = seen.len() + 1;
        let mut best = vec![0_i32; (roots.len() + 1) * width];
        for (row, root) in roots.iter().enumerate() {
            for (column, tree) in seen.iter().enumerate() {
                let over = self.tree(*root, *tree).map_or(i32::MIN, |score| {
                    best[row * width + column].saturating_add(score)
                });
                let left = best[(row + 1) * width + column];
                let above = best[row * width + column + 1];
                best[(row + 1) * width + column + 1] = over.max(left).max(above);
            }
        }
        let mut total = best[roots.len() * width + seen.len()];
        let mut assignment = Assignment::new();
        let (mut row, mut column) = (roots.len(), seen.len());
        let mut free: HashSet<usize, RandomState> = seen.iter().copied().collect();
        let mut left = Vec::new();
        while row > 0 {
            let here = best[row * width + column];
            if column > 0 && here == best[row * width + column - 1] {
                column -= 1;
            } else if here == best[(row - 1) * width + column] {
                row -= 1;
                left.push(roots[row]);
            } else {
                (row, column) = (row - 1, column - 1);
                self.take(roots[row], seen[column], &mut assignment);
                free.remove(&seen[column]);
            }
        }
        // Then what moved, and what a message that nobody captured cut off from its tree.
        left.reverse();
        left.extend(0..self.plan.hops.len());
        for hop in left {
            if assignment.contains_key(&hop) {
                continue;
            }
            let trees = seen.iter().filter(|tree| free.contains(tree));
            let scored = trees.filter_map(|tree| Some((self.tree(hop, *tree)?, *tree)));
            // Of equal ones the first.
            let best = scored.max_by_key(|(score, tree)| (*score, std::cmp::Reverse(*tree)));
            if let Some((score, tree)) = best
                && score > 0
                && self.is_of_dialog(hop, tree)
                && self.is_of_journey(hop, tree, &assignment)
            {
                self.take(hop, tree, &mut assignment);
                free.remove(&tree);
                total += score;
            }
        }
        (total, assignment)
    }

    /// Whether a tree may belong to the dialog of a hop, as far as that is known.
    fn is_of_dialog(&self, hop: usize, seen: usize) -> bool {
        let dialog = self.template.dialog_of(self.plan.hops[hop].request);
        let known = dialog.and_then(|dialog| self.known.dialogs.get(&dialog));
        known.is_none_or(|known| *known == self.scene.hops[seen].call_id)
    }

    /// Whether a tree may be of the journey of what else was found of a hop's: what is passed on keeps Call-ID and CSeq.
    fn is_of_journey(&self, hop: usize, seen: usize, assignment: &Assignment) -> bool {
        let mut root = hop;
        while let Some(above) = self.plan.hops[root].parent {
            root = above;
        }
        let tree = self.plan.below(root).into_iter().chain([root]);
        let mut found = tree.filter_map(|kin| assignment.get(&kin)).peekable();
        let one = &self.scene.hops[seen];
        found.peek().is_none()
            || found.any(|other| {
                let other = &self.scene.hops[*other];
                one.call_id == other.call_id && one.hop.cseq() == other.hop.cseq()
            })
    }

    /// The best way to lay one tree over the other, those below being known.
    fn best(&self, hop: usize, seen: usize) -> Option<(i32, Choice)> {
        let mut best: Option<(i32, Choice)> = None;
        let mut offer = |score: i32, choice: Choice| {
            if best.is_none_or(|(other, _)| score > other) {
                best = Some((score, choice));
            }
        };
        if let Some(local) = self.local(hop, seen) {
            let pairs = self.pairs(hop, seen);
            let below: i32 = pairs.iter().map(|(_, _, score)| score).sum();
            offer(local + below, Choice::Same);
        }
        for below in &self.plan.hops[hop].children {
            if let Some(score) = self.tree(*below, seen) {
                let entries = (self.plan.hops[*below].vias, self.scene.hops[seen].vias);
                let cost = match entries {
                    (Some(planned), Some(found)) if found >= planned => PER_SHOWN,
                    _ => PER_UNSEEN,
                };
                offer(score + cost, Choice::PlanSkipped(*below));
            }
        }
        for below in &self.scene.hops[seen].children {
            if let Some(score) = self.tree(hop, *below) {
                offer(score + PER_EXTRA, Choice::SceneSkipped(*below));
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
        let mut left = vec![(hop, seen)];
        while let Some((hop, seen)) = left.pop() {
            match self.best(hop, seen) {
                Some((_, Choice::Same)) => {
                    assignment.entry(hop).or_insert(seen);
                    let pairs = self.pairs(hop, seen).into_iter();
                    left.extend(pairs.map(|(hop, seen, _)| (hop, seen)));
                }
                Some((_, Choice::PlanSkipped(below))) => left.push((below, seen)),
                Some((_, Choice::SceneSkipped(below))) => left.push((hop, below)),
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
        } = self.alike[self.places[seen] + hop]?;
        if self.excluded.contains(&hop) || !self.is_of_the_users(hop, seen) {
            return None;
        }
        let planned = self.plan.hops[hop].request;
        let (step, seen) = (&self.template.steps[planned], &self.scene.hops[seen]);
        for (actor, node) in [(step.from, seen.source), (step.to, seen.destination)] {
            let Some(node) = node else { continue };
            score += match self.known.actors.get(&actor) {
                None => 0,
                Some(known) if *known == node.id() => 2,
                Some(_) => -2,
            };
        }
        let dialog = self.template.dialog_of(planned)?;
        score += match self.known.dialogs.get(&dialog) {
            None if is_foreign => return None,
            Some(known) if is_foreign && *known != seen.call_id => return None,
            None => 0,
            Some(known) if *known == seen.call_id => 3,
            Some(_) => -6,
        };
        Some(score)
    }

    /// Whether a hop of another call than the one that the flow begins with has the users that the template gives it.
    fn is_of_the_users(&self, hop: usize, seen: usize) -> bool {
        let Some(found) = self.users.get(seen) else {
            return true;
        };
        if self.known.call == Some(self.scene.hops[seen].hop.call().id()) {
            return true;
        }
        let planned = self.plan.users(self.template, hop).into_iter().flatten();
        let mut pairs = planned.zip(found);
        pairs.all(|(planned, found)| {
            let known = self.known.users.get(planned);
            known.is_none_or(|known| known == found)
        })
    }
}

/// How much a hop of the trace looks like one of the template.
#[derive(Clone, Copy)]
struct Likeness {
    score: i32,
    /// Whether it has what tells another flow: then only its dialog shows that it is of this one.
    is_foreign: bool,
}

/// Looks at hops one by one.
struct Looks<'a, 't> {
    template: &'a Template,
    plan: &'a Plan,
    scene: &'a Scene<'t, 'a>,
    is_chosen: bool,
    /// How much each node looks like an actor.
    likenesses: HashMap<(usize, NodeId), i32, RandomState>,
}

impl Looks<'_, '_> {
    /// How much a hop of the trace looks like one of the template; `None` if it cannot be it.
    fn alike(&mut self, hop: usize, seen: usize) -> Option<Likeness> {
        let (planned, seen) = (&self.plan.hops[hop], &self.scene.hops[seen]);
        let step = &self.template.steps[planned.request];
        let method = self.template.method_of(planned.request)?;
        if !seen
            .hop
            .method_name()
            .eq_ignore_ascii_case(method.as_bytes())
        {
            return None;
        }
        if planned.begins && seen.is_within {
            return None;
        }
        let (mut score, mut is_foreign) = (4, false);
        if let Some(request) = seen.request {
            for demand in step.carry.iter() {
                let Some(demand) = self.template.origin(demand) else {
                    continue;
                };
                score += match meets(self.scene, request.id(), demand, |_| None) {
                    Met::Yes => 2,
                    Met::No { .. } => {
                        is_foreign |= self.is_chosen && demand.tells_apart();
                        -3
                    }
                    Met::Unknown => 0,
                };
            }
            if let (Some(planned), Some(vias)) = (planned.vias, seen.vias) {
                score += match planned.abs_diff(vias) {
                    0 => 2,
                    difference => -(difference.min(MOST_VIA_COST) as i32),
                };
            }
        }
        let by_answer = self.responses(&planned.responses, seen);
        // What may be left out is not there rather than otherwise.
        if by_answer < 0 && self.template.is_optional(planned.request) {
            return None;
        }
        score += by_answer;
        for (actor, node) in [(step.from, seen.source), (step.to, seen.destination)] {
            if let Some(node) = node {
                let template = self.template;
                let likeness = self.likenesses.entry((actor, node.id()));
                score += *likeness.or_insert_with(|| likeness_of(&template.actors[actor], node));
            }
        }
        Some(Likeness { score, is_foreign })
    }

    fn responses(&self, planned: &[usize], seen: &SceneHop<'_>) -> i32 {
        let of = |step: &usize| match &self.template.steps[*step].what {
            What::Response(response) => response.statuses.clone(),
            _ => Vec::new(),
        };
        let statuses: Vec<u16> = planned.iter().flat_map(of).map(|(code, _)| code).collect();
        let finals = statuses.iter().any(|status| *status >= 200);
        match seen.hop.status() {
            Some(status) if statuses.contains(&status) => 2,
            Some(_) if finals => -3,
            _ => 0,
        }
    }
}

/// How much a node looks like an actor.
fn likeness_of(actor: &Actor, node: Node<'_>) -> i32 {
    let label = node.label();
    let names = node.names();
    let is_named = |name: &str| {
        name.eq_ignore_ascii_case(&label)
            || names.iter().any(|other| other.eq_ignore_ascii_case(name))
    };
    let mut known = [Some(&actor.label), actor.name.as_ref()]
        .into_iter()
        .flatten()
        .chain(&actor.aliases);
    let by_name = if known.any(|name| is_named(name)) {
        2
    } else {
        0
    };
    let by_role = match (actor.role, node.role()) {
        (one, other) if one == other => 2,
        (one, other) if passes_on(one) != passes_on(other) => -1,
        _ => 0,
    };
    by_name + by_role
}

/// Whether a node with this role passes requests on that are not for itself.
fn passes_on(role: Role) -> bool {
    matches!(
        role,
        Role::PCscf
            | Role::ICscf
            | Role::SCscf
            | Role::ECscf
            | Role::Ibcf
            | Role::Bgcf
            | Role::Proxy
            | Role::Sbc
    )
}
