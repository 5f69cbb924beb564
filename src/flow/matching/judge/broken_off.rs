//! Messages that break off: nobody knows all that tells where they belong.

use super::{Fate, Judge, StepResult};
use crate::trace::MessageId;

/// How long after its request a response may come, in nanoseconds: 64 times T1 (RFC 3261 17.1.2.2).
const LONGEST_TRANSACTION: i64 = 32_000_000_000;

impl Judge<'_, '_> {
    /// One that breaks off may be the one that seems to be missing or to come at another time, or that another one was taken for. What
    /// failed in front of it did so whatever it is.
    pub(super) fn broken_off(&self, steps: &mut [StepResult]) {
        let Some(broken) = self.first_broken_off() else {
            return;
        };
        // What comes after a step that was seen in front of it is behind that.
        let seen = |result: &StepResult| result.message.is_some_and(|seen| seen < broken);
        let in_front = steps.iter().rposition(seen).map_or(0, |last| last + 1);
        for result in steps {
            let is_in_front = match result.message {
                Some(message) => message < broken,
                None => result.step < in_front,
            };
            let fails = matches!(
                result.fate,
                Fate::Missing | Fate::OutOfOrder(_) | Fate::Deviates(_)
            );
            if fails && !is_in_front {
                result.fate = Fate::NotCaptured;
            }
        }
    }

    /// The first that breaks off while the flow goes on, or so short before it that what it asks for may be answered then.
    fn first_broken_off(&self) -> Option<MessageId> {
        let seen = || self.messages.iter().flatten().copied();
        let (first, last) = (seen().min()?, seen().max()?);
        let all = self.scene.trace.broken_off();
        let (before, after) = all.split_at(all.partition_point(|one| *one < first));
        let before = before.last().copied().filter(|before| {
            let nanos = self.nanos_between(*before, first);
            nanos.is_some_and(|nanos| nanos <= LONGEST_TRANSACTION)
        });
        before.or(after.first().copied().filter(|after| *after <= last))
    }
}
