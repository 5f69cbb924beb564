//! How far columns stand apart so that everything between them has room. The unit is that of who draws: cells, pixels.

/// What some columns need between the first and the last of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    /// The leftmost column.
    pub first: usize,
    /// The rightmost one.
    pub last: usize,
    /// How far they must be apart at least.
    pub room: usize,
}

/// The distances between neighbouring columns: each at least `least`, and altogether what is needed. What columns further
/// apart need beyond what their neighbours do is shared by all gaps between them.
pub fn gaps(columns: usize, least: usize, needs: &[Need]) -> Vec<usize> {
    let mut gaps = vec![least; columns.saturating_sub(1)];
    let mut needs: Vec<_> = needs
        .iter()
        .filter(|need| need.first < need.last && need.last < columns)
        .collect();
    needs.sort_by_key(|need| (need.last - need.first, **need));
    for need in needs {
        let between = &mut gaps[need.first..need.last];
        let there: usize = between.iter().sum();
        let missing = need.room.saturating_sub(there);
        let (each, rest) = (missing / between.len(), missing % between.len());
        for (position, gap) in between.iter_mut().enumerate() {
            *gap += each + usize::from(position < rest);
        }
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_first_then_what_is_missing_is_shared() {
        let need = |first, last, room| Need { first, last, room };
        let needs = [need(0, 3, 30), need(0, 1, 12), need(1, 2, 4)];
        // 12, 6 and 6 are there; 6 are missing.
        assert_eq!(gaps(4, 6, &needs), [14, 8, 8]);
        assert_eq!(gaps(4, 6, &[need(0, 3, 20)]), [7, 7, 6]);
        assert_eq!(gaps(1, 6, &[need(0, 0, 9)]), [0; 0]);
        assert_eq!(gaps(0, 6, &[]), [0; 0]);
    }
}
