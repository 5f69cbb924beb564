//! In which order columns stand: whoever sends first on the left, columns of a network together, and the others so that arrows
//! are short and cross few lifelines.

use std::collections::BTreeMap;

/// Beyond so many columns no order makes a figure readable, and none is looked for.
const MOST_COLUMNS: usize = 32;

/// How often two columns talk; the one that sends first to the other is the first.
pub(super) type Talks = BTreeMap<(usize, usize), usize>;

/// The columns in the order in which they are to stand. They are given in the order in which they appear, each with its
/// network; those in front of `given` stay where they are.
pub(super) fn order(networks: &[Option<&str>], talks: &Talks, given: usize) -> Vec<usize> {
    let count = networks.len();
    let mut blocks = blocks(networks, given);
    if count > MOST_COLUMNS {
        return blocks.concat();
    }
    // The first stays: it sends first, or was asked for.
    let fixed = given.max(1);
    while let Some(better) = improved(&blocks, talks, fixed) {
        blocks = better;
    }
    blocks.concat()
}

/// Columns that stay together, in the order in which they appear.
fn blocks(networks: &[Option<&str>], given: usize) -> Vec<Vec<usize>> {
    let mut blocks: Vec<Vec<usize>> = Vec::new();
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for (column, network) in networks.iter().enumerate() {
        let network = network.filter(|_| column >= given);
        match network.and_then(|name| known.get(name)) {
            Some(block) => blocks[*block].push(column),
            None => {
                known.extend(network.map(|name| (name, blocks.len())));
                blocks.push(vec![column]);
            }
        }
    }
    blocks
}

/// One step that makes it better: a block or a column of a block elsewhere.
fn improved(blocks: &[Vec<usize>], talks: &Talks, fixed: usize) -> Option<Vec<Vec<usize>>> {
    let now = cost(blocks, talks);
    let mut best: Option<(usize, Vec<Vec<usize>>)> = None;
    let mut consider = |other: Vec<Vec<usize>>| {
        let cost = cost(&other, talks);
        let least = best.as_ref().map_or(now, |(least, _)| *least);
        if cost < least && starts_alike(blocks, &other, fixed) {
            best = Some((cost, other));
        }
    };
    for from in 0..blocks.len() {
        for to in 0..blocks.len() {
            let mut other = blocks.to_vec();
            let block = other.remove(from);
            other.insert(to, block);
            consider(other);
        }
        for one in 0..blocks[from].len() {
            for to in 0..blocks[from].len() {
                let mut other = blocks.to_vec();
                let column = other[from].remove(one);
                other[from].insert(to, column);
                consider(other);
            }
        }
    }
    best.map(|(_, better)| better)
}

fn starts_alike(one: &[Vec<usize>], other: &[Vec<usize>], fixed: usize) -> bool {
    let columns = |blocks: &[Vec<usize>]| -> Vec<usize> {
        blocks.iter().flatten().copied().take(fixed).collect()
    };
    columns(one) == columns(other)
}

/// What it costs, in columns that an arrow passes, that the one of two that sends first stands on the right.
const TO_THE_LEFT: usize = 4;

/// How long all arrows are together, with what those cost that go to the left.
fn cost(blocks: &[Vec<usize>], talks: &Talks) -> usize {
    let mut place = BTreeMap::new();
    place.extend(blocks.iter().flatten().copied().zip(0usize..));
    let lengths = talks.iter().map(|((one, other), times)| {
        let (from, to) = (place[one], place[other]);
        let to_the_left = if from > to { TO_THE_LEFT } else { 0 };
        (from.abs_diff(to) + to_the_left) * times
    });
    lengths.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talks(all: &[(usize, usize, usize)]) -> Talks {
        let all = all.iter();
        all.map(|(one, other, times)| ((*one, *other), *times))
            .collect()
    }

    #[test]
    fn whoever_talks_much_stands_near() {
        // A star that appeared in the order hub, far, near: far talks less.
        let talks = talks(&[(0, 1, 2), (0, 2, 9), (1, 2, 1)]);
        assert_eq!(order(&[None; 3], &talks, 0), [0, 2, 1]);
    }

    #[test]
    fn a_chain_is_put_in_a_row_whatever_appeared_first() {
        let talks = talks(&[(0, 3, 5), (3, 1, 5), (1, 2, 5)]);
        assert_eq!(order(&[None; 4], &talks, 0), [0, 3, 1, 2]);
    }

    /// Of two branches of a fork the shorter way would have one on the left of the node that forks.
    #[test]
    fn requests_go_from_left_to_right_where_that_is_not_much_longer() {
        let talks = talks(&[(0, 1, 3), (1, 2, 4), (1, 3, 2), (0, 3, 1)]);
        assert_eq!(order(&[None; 4], &talks, 0), [0, 1, 2, 3]);
    }

    /// The branch that answers is talked to by the caller itself from then on: it still does not stand in front of the node that
    /// forks.
    #[test]
    fn a_branch_stands_behind_the_node_that_forks() {
        let talks = talks(&[(0, 1, 6), (1, 2, 6), (1, 3, 3), (1, 4, 6), (0, 3, 3)]);
        assert_eq!(order(&[None; 5], &talks, 0), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn networks_stay_together_and_what_was_asked_for_stays_in_front() {
        let talks = talks(&[(0, 1, 1), (1, 2, 1), (2, 3, 1)]);
        let networks = [Some("a"), Some("b"), Some("a"), Some("b")];
        assert_eq!(order(&networks, &talks, 0), [0, 2, 1, 3]);
        assert_eq!(order(&networks, &talks, 4), [0, 1, 2, 3]);
        let none: Talks = Talks::new();
        assert_eq!(order(&[], &none, 0), [0; 0]);
    }
}
