//! What belongs together by way of others: sets that only grow, of things that are known by number.

/// Which parent each has, until one has itself: the smallest of its set.
pub(super) struct Sets(Vec<u32>);

impl Sets {
    /// So many, each alone.
    pub(super) fn of(count: usize) -> Self {
        Self((0..count as u32).collect())
    }

    /// The smallest number of a set.
    pub(super) fn root(&mut self, mut at: u32) -> u32 {
        while self.0[at as usize] != at {
            let above = self.0[at as usize];
            self.0[at as usize] = self.0[above as usize];
            at = self.0[at as usize];
        }
        at
    }

    /// Makes one of two. Whether they were apart.
    pub(super) fn join(&mut self, one: u32, other: u32) -> bool {
        let (one, other) = (self.root(one), self.root(other));
        let (low, high) = (one.min(other), one.max(other));
        self.0[high as usize] = low;
        low != high
    }
}
