//! As many trees of hops as are looked at together: those of a long call one part after the other.

use std::collections::BTreeSet;

use super::{AT_A_TIME, Scene};
use crate::trace::{HopId, MessageId};

impl Scene<'_, '_> {
    /// Looks at as many trees as there is room for.
    pub(super) fn fill(&mut self) {
        let mut hops = self.tree(&self.roots).len();
        while hops < AT_A_TIME
            && let Some(root) = self.later.pop()
        {
            hops += self.tree(&[root]).len();
            self.roots.push(root);
        }
    }

    /// The hops that are looked at, each before those that continue it.
    pub(in crate::flow::matching) fn looked_at(&self) -> Vec<usize> {
        self.tree(&self.roots)
    }

    /// These hops and all that continue them.
    pub(in crate::flow::matching) fn tree(&self, roots: &[usize]) -> Vec<usize> {
        let mut hops = roots.to_vec();
        let mut at = 0;
        while let Some(hop) = hops.get(at) {
            hops.extend(&self.hops[*hop].children);
            at += 1;
        }
        hops
    }

    /// Whether none of these hops is in the first half of what is looked at, and more follows: what begins so late may go on there.
    pub(in crate::flow::matching) fn may_go_on(&self, hops: &[HopId]) -> bool {
        if self.later.is_empty() {
            return false;
        }
        let with_one = self.roots_of(hops);
        let mut first = self.first_half().iter();
        !first.any(|root| with_one.contains(root))
    }

    /// Leaves the first half of what is looked at behind, if more follows.
    pub(in crate::flow::matching) fn go_on(&mut self) -> bool {
        if self.later.is_empty() {
            return false;
        }
        self.roots.drain(..self.first_half().len());
        self.fill();
        true
    }

    fn first_half(&self) -> &[usize] {
        &self.roots[..self.roots.len().div_ceil(2)]
    }

    /// The trees that have one of these hops.
    fn roots_of(&self, hops: &[HopId]) -> BTreeSet<usize> {
        let numbers = hops.iter().filter_map(|hop| self.numbers.get(hop));
        numbers.map(|hop| self.hops[*hop].root).collect()
    }

    /// Leaves out trees that have one of these hops; gives the first messages of their hops.
    pub(in crate::flow::matching) fn take(&mut self, hops: &[HopId]) -> Vec<MessageId> {
        let with_one = self.roots_of(hops);
        let (taken, kept): (Vec<usize>, Vec<usize>) =
            self.roots.iter().partition(|root| with_one.contains(root));
        self.roots = kept;
        self.fill();
        let taken = self.tree(&taken).into_iter();
        taken.map(|hop| self.hops[hop].first_message).collect()
    }
}
