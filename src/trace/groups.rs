//! What belongs to one Call-ID, Call-ID by Call-ID. Nothing that is put together of messages reaches beyond its Call-ID before
//! calls are made, so that threads can work on different ones.

use std::ops::Range;

use crate::base::in_order;

/// Sightings or messages by Call-ID. Those without one are the last group.
pub(super) struct Groups {
    /// Where those of each group begin in `members`, and where the last ends.
    starts: Vec<u32>,
    members: Vec<u32>,
}

/// Members that are handed to a thread at a time, unless a Call-ID has more.
const SHARE: usize = 1024;

impl Groups {
    /// Of all that there is: each with the number of its Call-ID, which is too large where it has none. The members of a group
    /// stay in this order.
    pub(super) fn of(call_ids: usize, all: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let group = |call_id: u32| (call_id as usize).min(call_ids);
        let mut starts = vec![0u32; call_ids + 2];
        for (_, call_id) in all.clone() {
            starts[group(call_id) + 1] += 1;
        }
        for group in 0..=call_ids {
            starts[group + 1] += starts[group];
        }
        let count = starts[call_ids + 1];
        let mut members = vec![0; count as usize];
        let mut next = starts.clone();
        for (member, call_id) in all {
            let place = &mut next[group(call_id)];
            members[*place as usize] = member;
            *place += 1;
        }
        Self { starts, members }
    }

    /// The members of one group, or of several that stand next to each other.
    pub(super) fn members(&self, groups: Range<usize>) -> &[u32] {
        &self.members[self.starts[groups.start] as usize..self.starts[groups.end] as usize]
    }

    /// Works on all groups, each with its neighbours in one share, and takes what came out in the order of the groups.
    pub(super) fn work<R: Send>(
        &self,
        threads: usize,
        work: impl Fn(Range<usize>) -> R + Sync,
        take: impl FnMut(R),
    ) {
        let mut shares = self.shares();
        in_order(threads, || shares.next(), work, take);
    }

    fn shares(&self) -> impl Iterator<Item = Range<usize>> {
        let groups = self.starts.len() - 1;
        let mut start = 0;
        std::iter::from_fn(move || {
            let enough = self.starts[start] as usize + SHARE;
            let end = self.starts.partition_point(|at| (*at as usize) < enough);
            let share = start..end.min(groups);
            start = share.end;
            (!share.is_empty()).then_some(share)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_order_and_none_has_the_last_group() {
        let all = [(7, 1), (3, 0), (9, u32::MAX), (1, 1)];
        let groups = Groups::of(3, all.into_iter());
        let members: Vec<_> = (0..4)
            .map(|group| groups.members(group..group + 1))
            .collect();
        assert_eq!(members, [&[3][..], &[7, 1], &[], &[9]]);
        assert_eq!(groups.members(0..4), [3, 7, 1, 9]);
    }

    #[test]
    fn shares_cover_every_group_once() {
        // One Call-ID in the middle has most of all.
        let all = (0..30_000).map(|member: u32| {
            (
                member,
                if member.is_multiple_of(2) {
                    500
                } else {
                    member % 1000
                },
            )
        });
        let groups = Groups::of(1000, all);
        for threads in [1, 3] {
            let (mut covered, mut count, mut shares) = (0, 0, 0);
            groups.work(
                threads,
                |share| share,
                |share| {
                    assert_eq!(share.start, covered);
                    covered = share.end;
                    count += groups.members(share).len();
                    shares += 1;
                },
            );
            assert_eq!((covered, count), (1001, 30_000));
            assert!(shares > 2, "{shares} shares");
        }
    }

    #[test]
    fn nothing_has_no_share() {
        let groups = Groups::of(0, std::iter::empty());
        assert_eq!(
            groups
                .shares()
                .map(|share| groups.members(share).len())
                .sum::<usize>(),
            0
        );
    }
}
