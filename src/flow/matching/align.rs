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
use crate::flow::template::{GroupKind, Must, Template, What};
use crate::trace::{Node, NodeId, Role};

/// For each hop of the template the one of the trace.
pub(super) type Assignment = BTreeMap<usize, usize>;

/// A hop of the template that nobody captured. It costs more than one difference, or what differs would be taken for unseen.
const PER_UNSEEN: i32 = -4;
/// A hop of the trace that the template does not have.
const PER_EXTRA: i32 = -2;

/// Lays a template over a scene. Where one is chosen among several, what is about another event package is another flow.
pub(super) fn align(
    template: &Template,
    plan: &Plan,
    scene: &Scene<'_>,
    is_chosen: bool,
) -> Assignment {
    let mut aligner = Aligner {
        template,
        plan,
        scene,
        is_chosen,
        known: Known::default(),
        excluded: BTreeSet::new(),
        trees: HashMap::default(),
    };
    let draft = aligner.with_alternatives();
    aligner.known = Known::from(template, plan, scene, &draft);
    aligner.with_alternatives()
}

/// What a first round said.
#[derive(Default)]
struct Known {
    /// The Call-ID of each dialog.
    dialogs: BTreeMap<usize, usize>,
    /// The node of each actor.
    actors: BTreeMap<usize, NodeId>,
}

impl Known {
    fn from(template: &Template, plan: &Plan, scene: &Scene<'_>, draft: &Assignment) -> Self {
        let mut dialogs: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (hop, seen) in draft {
            if let Some(dialog) = template.dialog_of(plan.hops[*hop].request) {
                *dialogs
                    .entry((dialog, scene.hops[*seen].call_id))
                    .or_default() += 1;
            }
        }
        Self {
            dialogs: most(dialogs),
            actors: nodes(template, plan, scene, draft),
        }
    }
}

/// The node that each actor is on most hops.
pub(super) fn nodes(
    template: &Template,
    plan: &Plan,
    scene: &Scene<'_>,
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
    scene: &'a Scene<'t>,
    is_chosen: bool,
    known: Known,
    /// Hops of alternatives that are not taken.
    excluded: BTreeSet<usize>,
    /// How good it is to lay one tree over the other, and how that is done.
    trees: HashMap<(usize, usize), Option<(i32, Choice)>, RandomState>,
}

impl<'a, 't> Aligner<'a, 't> {
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
        self.trees.clear();
        self.whole()
    }

    /// Trees that follow each other in the order of the template; then what is left over, in any order.
    fn whole(&mut self) -> (i32, Assignment) {
        let (roots, seen) = (self.plan.roots.clone(), self.scene.roots.clone());
        // How good the first so many of one are over the first so many of the other.
        let width = seen.len() + 1;
        let mut best = vec![0_i32; (roots.len() + 1) * width];
        for (row, root) in roots.iter().enumerate() {
            for (column, tree) in seen.iter().enumerate() {
                let over = self.tree(*root, *tree).map_or(i32::MIN, |(score, _)| {
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
            let scored = trees.filter_map(|tree| Some((self.tree(hop, *tree)?.0, *tree)));
            // Of equal ones the first.
            let best = scored.max_by_key(|(score, tree)| (*score, std::cmp::Reverse(*tree)));
            if let Some((score, tree)) = best
                && score > 0
                && self.is_of_dialog(hop, tree)
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

    /// How good it is to lay one tree over the other; `None` if they have nothing in common.
    fn tree(&mut self, hop: usize, seen: usize) -> Option<(i32, Choice)> {
        if let Some(known) = self.trees.get(&(hop, seen)) {
            return *known;
        }
        let mut best: Option<(i32, Choice)> = None;
        let mut offer = |score: i32, choice: Choice| {
            if best.is_none_or(|(other, _)| score > other) {
                best = Some((score, choice));
            }
        };
        if let Some(local) = self.local(hop, seen) {
            let (plan, scene) = (self.plan, self.scene);
            let pairs = self.pairs(&plan.hops[hop].children, &scene.hops[seen].children);
            let below: i32 = pairs.iter().map(|(_, _, score)| score).sum();
            offer(local + below, Choice::Same);
        }
        for below in &self.plan.hops[hop].children {
            if let Some((score, _)) = self.tree(*below, seen) {
                offer(score + PER_UNSEEN, Choice::PlanSkipped(*below));
            }
        }
        for below in &self.scene.hops[seen].children {
            if let Some((score, _)) = self.tree(hop, *below) {
                offer(score + PER_EXTRA, Choice::SceneSkipped(*below));
            }
        }
        self.trees.insert((hop, seen), best);
        best
    }

    /// Which of some hops is which of some others, the best first.
    fn pairs(&mut self, hops: &[usize], seen: &[usize]) -> Vec<(usize, usize, i32)> {
        let mut all = Vec::new();
        for hop in hops {
            for other in seen {
                if let Some((score, _)) = self.tree(*hop, *other) {
                    all.push((*hop, *other, score));
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

    fn take(&mut self, hop: usize, seen: usize, assignment: &mut Assignment) {
        match self.tree(hop, seen) {
            Some((_, Choice::Same)) => {
                assignment.entry(hop).or_insert(seen);
                let (plan, scene) = (self.plan, self.scene);
                for (hop, seen, _) in
                    self.pairs(&plan.hops[hop].children, &scene.hops[seen].children)
                {
                    self.take(hop, seen, assignment);
                }
            }
            Some((_, Choice::PlanSkipped(below))) => self.take(below, seen, assignment),
            Some((_, Choice::SceneSkipped(below))) => self.take(hop, below, assignment),
            None => {}
        }
    }

    /// How much a hop of the trace looks like one of the template; `None` if it cannot be it.
    fn local(&self, hop: usize, seen: usize) -> Option<i32> {
        let (planned, seen) = (&self.plan.hops[hop], &self.scene.hops[seen]);
        let step = &self.template.steps[planned.request];
        let method = self.template.method_of(planned.request)?;
        let found = seen.hop.method_name();
        if self.excluded.contains(&hop) || !found.eq_ignore_ascii_case(method.as_bytes()) {
            return None;
        }
        let mut score = 4;
        if let Some(request) = seen.request {
            for demand in &step.carry {
                if !matches!(demand.must, Must::Be(_)) {
                    continue;
                }
                score += match meets(self.scene, request.id(), demand, |_| None) {
                    Met::Yes => 2,
                    Met::No { .. } if self.is_chosen && demand.header == "Event" => return None,
                    Met::No { .. } => -3,
                    Met::Unknown => 0,
                };
            }
            if let (Some(planned), Some(vias)) = (planned.vias, seen.vias) {
                score += if planned == vias { 2 } else { -1 };
            }
        }
        let by_answer = self.responses(&planned.responses, seen);
        // What may be left out is not there rather than otherwise.
        if by_answer < 0 && self.template.is_optional(planned.request) {
            return None;
        }
        score += by_answer;
        for (actor, node) in [(step.from, seen.source), (step.to, seen.destination)] {
            let Some(node) = node else { continue };
            score += self.likeness(actor, node);
            score += match self.known.actors.get(&actor) {
                None => 0,
                Some(known) if *known == node.id() => 2,
                Some(_) => -2,
            };
        }
        let dialog = self.template.dialog_of(planned.request)?;
        score += match self.known.dialogs.get(&dialog) {
            None => 0,
            Some(known) if *known == seen.call_id => 3,
            Some(_) => -6,
        };
        Some(score)
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

    /// How much a node looks like an actor.
    fn likeness(&self, actor: usize, node: Node<'_>) -> i32 {
        let actor = &self.template.actors[actor];
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
