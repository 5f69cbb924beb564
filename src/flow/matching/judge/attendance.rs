//! Who of those who have to be there was not seen, and who would be two of them.

use std::collections::{BTreeMap, BTreeSet};

use super::Judge;
use crate::flow::template::GroupKind;

impl Judge<'_, '_> {
    /// Those who have to be there.
    fn needed(&self) -> BTreeSet<usize> {
        let steps = self.template.steps.iter().enumerate();
        let needed =
            steps.filter(|(number, step)| step.is_sip() && !self.template.is_optional(*number));
        needed.flat_map(|(_, step)| [step.from, step.to]).collect()
    }

    /// Whether nothing was seen of somebody who has to be there.
    pub(super) fn lacks_an_actor(&self) -> bool {
        let mut needed = self.needed().into_iter();
        needed.any(|actor| !self.nodes.contains_key(&actor))
    }

    /// Whether two of those who have to be there would be one node.
    pub(super) fn folds_actors(&self) -> bool {
        let mut needed = self.needed().into_iter();
        needed.any(|actor| self.others_at(actor).next().is_some())
    }

    /// Whether the first message of some way that was seen has more Via entries than the flow has there: others sent it before.
    pub(super) fn is_cut_off(&self) -> bool {
        let mut first = self.first_vias().into_iter();
        first.any(|(seen, [_, most])| seen > most)
    }

    /// Whether it has fewer: who passed it on before in the flow did not.
    pub(super) fn is_cut_short(&self) -> bool {
        let mut first = self.first_vias().into_iter();
        first.any(|(seen, [least, _])| seen < least)
    }

    /// How many Via entries the first message of each way has that was seen, and how few and how many the flow has there.
    fn first_vias(&self) -> Vec<(usize, [usize; 2])> {
        let mut planned: BTreeMap<usize, [usize; 2]> = BTreeMap::new();
        for (hop, seen) in self.assignment {
            let one = &self.plan.hops[*hop];
            let least = one.vias - one.hidden;
            let least = least.saturating_sub(self.plan.combined_above(*hop));
            let first = planned.entry(self.scene.hops[*seen].root);
            let first = first.or_insert([least, one.vias]);
            if one.vias < first[1] {
                *first = [least, one.vias];
            }
        }
        let seen = |hop: usize| self.scene.hops[hop].vias;
        let known = planned.into_iter();
        known
            .filter_map(|(first, planned)| Some((seen(first)?, planned)))
            .collect()
    }

    /// Whether an actor has its node together with another one, though nothing that the two do is combined.
    pub(super) fn is_mixed_up(&self, actor: usize) -> bool {
        let groups = self.template.groups.iter();
        let combined = groups.filter(|group| group.kind == GroupKind::Combined);
        let combined: Vec<BTreeSet<usize>> = combined
            .map(|group| {
                let steps = group.steps.iter().map(|step| &self.template.steps[*step]);
                steps.flat_map(|step| [step.from, step.to]).collect()
            })
            .collect();
        self.others_at(actor).any(|other| {
            let both =
                |actors: &BTreeSet<usize>| actors.contains(&actor) && actors.contains(&other);
            !combined.iter().any(both)
        })
    }

    /// The other actors at the node of one.
    fn others_at(&self, actor: usize) -> impl Iterator<Item = usize> {
        let own = self.nodes.get(&actor);
        let others = self.nodes.iter();
        others
            .filter(move |(other, node)| **other != actor && Some(*node) == own)
            .map(|(other, _)| *other)
    }
}
