//! Which node each actor is, and which Call-ID each dialog has, when it is known which hop is which.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::align::Assignment;
use super::looks::likeness_of;
use super::plan::Plan;
use super::scene::{Scene, SceneHop};
use crate::flow::template::{Template, What};
use crate::trace::{MessageId, Node, NodeId};

/// The Call-ID that each dialog has on most hops, of as many the one that it has first; none that another one has which is apart from
/// it.
pub(super) fn call_ids(
    template: &Template,
    plan: &Plan,
    scene: &Scene<'_, '_>,
    assignment: &Assignment,
) -> BTreeMap<usize, usize> {
    let mut counts: BTreeMap<(usize, usize), (usize, Reverse<usize>)> = BTreeMap::new();
    for (hop, seen) in assignment {
        if let Some(dialog) = template.dialog_of(plan.hops[*hop].request) {
            let call_id = scene.hops[*seen].call_id;
            let count = counts.entry((dialog, call_id));
            count.or_insert((0, Reverse(*hop))).0 += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(key, count)| (Reverse(*count), *key));
    let mut call_ids: BTreeMap<usize, usize> = BTreeMap::new();
    for ((dialog, call_id), _) in counts {
        let mut known = call_ids.iter();
        let is_taken =
            known.any(|(other, of_other)| *of_other == call_id && plan.are_apart(*other, dialog));
        if !is_taken {
            call_ids.entry(dialog).or_insert(call_id);
        }
    }
    call_ids
}

/// Who an end of a hop is.
pub(super) struct End<'t> {
    pub(super) actor: usize,
    pub(super) node: Node<'t>,
    /// Whether hops that the template does not have stand before it or behind it: then it may be somebody else.
    pub(super) is_beside: bool,
}

/// Sender and receiver of a hop's request: who begins or ends its journey does so also where others stand before it or behind it.
pub(super) fn ends<'t>(
    template: &Template,
    plan: &Plan,
    scene: &Scene<'t, '_>,
    assignment: &Assignment,
    hop: usize,
    seen: usize,
) -> [Option<End<'t>>; 2] {
    let (planned, found) = (&plan.hops[hop], &scene.hops[seen]);
    let step = &template.steps[planned.request];
    let first = match planned.parent {
        None => Some(found.root),
        Some(above) => Some(seen).filter(|_| assignment.get(&above).copied() == found.parent),
    };
    let mut below = planned
        .children
        .iter()
        .filter_map(|below| assignment.get(below))
        .peekable();
    let last = match below.peek() {
        Some(_) => Some(seen).filter(|_| below.all(|below| found.children.contains(below))),
        None if planned.children.is_empty() => found.end,
        None => Some(seen).filter(|_| found.end == Some(seen)),
    };
    let end = |actor: usize, at: Option<usize>, node: fn(&SceneHop<'t>) -> Option<Node<'t>>| {
        Some(End {
            actor,
            node: node(&scene.hops[at.unwrap_or(seen)])?,
            is_beside: at.is_none(),
        })
    };
    [
        end(step.from, first, |hop| hop.source),
        end(step.to, last, |hop| hop.destination),
    ]
}

/// A node that an actor may be, the best first: on how many hops it is, how much it looks like it, and since when.
type Candidate = (Reverse<usize>, Reverse<i32>, MessageId, NodeId);

/// The node that each actor is on most hops, those with others beside them counted or not. Of several that are as good it is the
/// one that nobody else is, of these the one that stands on most ways, or on fewest if it does not stay on the path of a dialog, and
/// of these the one that it was first.
pub(super) fn nodes(
    template: &Template,
    plan: &Plan,
    scene: &Scene<'_, '_>,
    assignment: &Assignment,
    beside_too: bool,
) -> BTreeMap<usize, NodeId> {
    let mut counts: BTreeMap<(usize, NodeId), (usize, MessageId)> = BTreeMap::new();
    for (hop, seen) in assignment {
        let at = scene.hops[*seen].first_message;
        let ends = ends(template, plan, scene, assignment, *hop, *seen);
        for end in ends.into_iter().flatten() {
            if beside_too || !end.is_beside {
                let entry = counts.entry((end.actor, end.node.id())).or_insert((0, at));
                *entry = (entry.0 + 1, entry.1.min(at));
            }
        }
    }
    let mut actors: BTreeMap<usize, Vec<Candidate>> = BTreeMap::new();
    for ((actor, node), (count, first)) in counts {
        let likeness = scene
            .trace
            .node(node)
            .map(|node| likeness_of(&template.actors[actor], node));
        let likeness = Reverse(likeness.unwrap_or_default());
        let candidates = actors.entry(actor).or_default();
        candidates.push((Reverse(count), likeness, first, node));
    }
    for found in actors.values_mut() {
        found.sort();
        let most = found[0].0;
        found.retain(|(count, ..)| *count == most);
    }
    if actors.values().any(|found| found.len() > 1) {
        let ways = ways(scene);
        for (actor, found) in &mut actors {
            let leaves = passes_on(template, *actor) && !template.actors[*actor].records_route;
            found.sort_by_key(|(_, likeness, first, node)| {
                let ways = ways.get(node).copied().unwrap_or_default();
                let [most, fewest] = if leaves { [0, ways] } else { [ways, 0] };
                (*likeness, Reverse(most), fewest, *first, *node)
            });
        }
    }
    let mut actors: Vec<_> = actors.into_iter().collect();
    actors.sort_by_key(|(_, found)| found.len());
    let mut nodes = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (actor, found) in actors {
        let free = found.iter().find(|(.., node)| !taken.contains(node));
        if let Some((.., node)) = free.or(found.first()) {
            taken.insert(*node);
            nodes.insert(actor, *node);
        }
    }
    nodes
}

/// Whether an actor passes on requests of others.
fn passes_on(template: &Template, actor: usize) -> bool {
    template.steps.iter().any(|step| match &step.what {
        What::Request(request) => request.relays.is_some() && step.from == actor,
        _ => false,
    })
}

/// On how many of the ways that are looked at each node stands: who is on the path of a dialog is on more than who only passed on what
/// it began with.
fn ways(scene: &Scene<'_, '_>) -> BTreeMap<NodeId, usize> {
    let mut ways: BTreeMap<NodeId, usize> = BTreeMap::new();
    for root in &scene.roots {
        let hops = scene.tree(&[*root]).into_iter();
        let ends = hops.flat_map(|hop| [scene.hops[hop].source, scene.hops[hop].destination]);
        let nodes: BTreeSet<NodeId> = ends.flatten().map(|node| node.id()).collect();
        for node in nodes {
            *ways.entry(node).or_default() += 1;
        }
    }
    ways
}
