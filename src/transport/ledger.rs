//! The account of records whose outcome shows only later: each is settled exactly once, however many parts of it end up
//! in however many streams.

use std::collections::HashMap;

use crate::base::{Outcome, RecordId, Records, Tally};

/// Outcomes of deferred records.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Records with several parts: how many are still open, and the best outcome so far.
    open: HashMap<RecordId, (usize, Outcome)>,
    tallies: Vec<Tally>,
}

impl Ledger {
    /// Announces that these records will be settled `parts` times.
    pub(super) fn expect(&mut self, records: &Records, parts: usize) {
        if parts > 1 {
            for record in records.all() {
                self.open.insert(*record, (parts, Outcome::LEAST));
            }
        }
    }

    /// Announces one more part of records that are still to be settled.
    pub(super) fn expect_another(&mut self, records: &Records) {
        for record in records.all() {
            let (parts, _) = self.open.entry(*record).or_insert((1, Outcome::LEAST));
            *parts += 1;
        }
    }

    /// Settles one part of each of these records.
    pub(super) fn settle(&mut self, records: &Records, outcome: Outcome) {
        for record in records.all() {
            if let Some((parts, best)) = self.open.get_mut(record) {
                *best = outcome.max(*best);
                *parts -= 1;
                if *parts > 0 {
                    continue;
                }
                let best = *best;
                self.open.remove(record);
                self.count(record.input, best);
            } else {
                self.count(record.input, outcome);
            }
        }
    }

    fn count(&mut self, input: u32, outcome: Outcome) {
        let input = input as usize;
        if self.tallies.len() <= input {
            self.tallies.resize_with(input + 1, Tally::default);
        }
        self.tallies[input].count(outcome);
    }

    /// What was settled so far, by input; counting starts anew.
    pub(super) fn take(&mut self) -> Vec<Tally> {
        std::mem::take(&mut self.tallies)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Other;

    #[test]
    fn a_record_of_many_parts_counts_once_with_its_best_outcome() {
        let record = Records::One(RecordId {
            input: 1,
            number: 5,
            interface: 0,
        });
        let mut ledger = Ledger::default();
        ledger.expect(&record, 3);
        ledger.settle(&record, Outcome::Other(Other::Sctp));
        ledger.settle(&record, Outcome::Sip);
        ledger.settle(&record, Outcome::Other(Other::Sctp));
        ledger.settle(
            &Records::One(RecordId {
                input: 0,
                number: 5,
                interface: 0,
            }),
            Outcome::Sip,
        );
        let tallies = ledger.take();
        assert_eq!((tallies[0].sip(), tallies[0].total()), (1, 1));
        assert_eq!((tallies[1].sip(), tallies[1].total()), (1, 1));
    }
}
