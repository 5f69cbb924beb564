//! Trees that follow each other, laid over trees that do.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use foldhash::fast::RandomState;

use super::{Aligner, Assignment};

/// Trees one behind the other: of those that are as good the ones of which the requests were seen, and of these the ones that stand
/// together, so that what was tried before in vain is none of them.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    score: i32,
    /// How many of them have their request.
    asked: usize,
    /// How many trees of the call stand between them.
    between: Reverse<usize>,
}

/// What comes at once is not what comes after another one that may be it: more than one difference does, less than two.
const PER_PASSED_BY: i32 = -6;

impl Aligner<'_, '_> {
    /// Trees that follow each other in the order of the template; then what is left over, in any order.
    pub(super) fn whole(&self) -> (i32, Assignment) {
        let (roots, seen) = (&self.plan.roots, &self.scene.roots);
        let height = roots.len() + 1;
        let most: i32 = roots.iter().map(|root| self.most[*root]).sum();
        // How good the first so many of the one are over the first so many of the other, until nothing can be better.
        let mut best = vec![Row::default(); height];
        // The last tree of each of these rows.
        let mut lasts: Vec<Option<usize>> = vec![None; height];
        let before = self.before_of_its_kind(seen);
        let (mut column, mut end) = (0, 0);
        while best[end * height + roots.len()].score < most
            && let Some(tree) = seen.get(column)
        {
            best.push(Row::default());
            lasts.push(None);
            for (row, root) in roots.iter().enumerate() {
                let at = column * height + row;
                let step = &self.template.steps[self.plan.hops[*root].request];
                let passes_by = step.immediately_after.is_some()
                    && lasts[at].is_some_and(|last| before[column] > Some(last));
                let cost = if passes_by { PER_PASSED_BY } else { 0 };
                let over = self.tree(*root, *tree).map(|score| score + cost);
                let over = over.filter(|score| *score > 0);
                let over = over.map(|score| self.with(best[at], *tree, score));
                let left = self.past(best[at + 1], *tree);
                let above = best[(column + 1) * height + row];
                let here = left.max(above).max(over.unwrap_or_default());
                best.push(here);
                lasts.push(match here {
                    here if over == Some(here) => Some(column),
                    here if here == above => lasts[(column + 1) * height + row],
                    _ => lasts[at + 1],
                });
            }
            column += 1;
            if best[column * height + roots.len()] > best[end * height + roots.len()] {
                end = column;
            }
        }
        column = end;
        let mut total = best[column * height + roots.len()].score;
        let mut assignment = Assignment::new();
        let mut row = roots.len();
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        let mut left = Vec::new();
        while row > 0 {
            let here = best[column * height + row];
            let before = column.checked_sub(1);
            let past = before.map(|at| self.past(best[at * height + row], seen[at]));
            if past == Some(here) {
                column -= 1;
            } else if here == best[column * height + row - 1] {
                row -= 1;
                left.push(roots[row]);
            } else {
                (row, column) = (row - 1, column - 1);
                self.take(roots[row], seen[column], &mut assignment);
                taken.insert(seen[column]);
            }
        }
        // Then what moved, and what a message that nobody captured cut off from its tree.
        left.reverse();
        left.extend(0..self.plan.hops.len());
        for hop in left {
            if assignment.contains_key(&hop) || self.most[hop] == 0 {
                continue;
            }
            let trees = seen.iter().filter(|tree| !taken.contains(tree));
            // What need not happen is nothing that came at another time with another answer.
            let trees = trees.filter(|tree| {
                let looks = self.looks.alike(hop, **tree);
                looks.is_none_or(|looks| !looks.is_otherwise)
            });
            let scored = trees.filter_map(|tree| Some((self.tree(hop, *tree)?, *tree)));
            // Of equal ones the first.
            let best = scored.max_by_key(|(score, tree)| (*score, Reverse(*tree)));
            if let Some((score, tree)) = best
                && score > 0
                && self.is_of_dialog(hop, tree)
                && self.is_of_journey(hop, tree, &assignment)
            {
                self.take(hop, tree, &mut assignment);
                taken.insert(tree);
                total += score;
            }
        }
        (total, assignment)
    }

    /// For each tree the one before it with a request of that method from the same end of the same dialog.
    fn before_of_its_kind(&self, trees: &[usize]) -> Vec<Option<usize>> {
        let mut known: HashMap<_, usize, RandomState> = HashMap::default();
        let kinds = trees.iter().map(|tree| {
            let one = &self.scene.hops[*tree];
            (one.call_id, one.hop.method_name(), one.is_backward)
        });
        let numbered = kinds.enumerate();
        numbered
            .map(|(column, kind)| known.insert(kind, column))
            .collect()
    }

    /// What a row is with another tree that is as good as this.
    fn with(&self, row: Row, tree: usize, score: i32) -> Row {
        Row {
            score: row.score.saturating_add(score),
            asked: row.asked + usize::from(self.scene.hops[tree].request.is_some()),
            ..row
        }
    }

    /// What a row is when another tree follows that has no part in it.
    fn past(&self, row: Row, tree: usize) -> Row {
        let first = self.scene.hops.first().map(|hop| hop.call);
        let is_between = row.score > 0 && Some(self.scene.hops[tree].call) == first;
        Row {
            between: Reverse(row.between.0 + usize::from(is_between)),
            ..row
        }
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
}
