//! Where the bytes of a stream came from: which record brought which stretch, when, and where it lies in the file.

use std::collections::VecDeque;

use super::Exits;
use crate::base::{Outcome, RecordId, Records, Timestamp};

/// How some bytes arrived.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    pub(super) records: Records,
    /// Time of the first byte.
    pub(super) first: Option<Timestamp>,
    /// Time of the last byte.
    pub(super) last: Option<Timestamp>,
    /// Offset of the first byte in the input file, if they all lie there in a row.
    pub(super) offset: Option<u64>,
}

impl Arrival {
    /// The same, from a later byte on.
    pub(super) fn skip(mut self, bytes: usize) -> Self {
        self.offset = self.offset.map(|offset| offset + bytes as u64);
        self
    }
}

struct Run {
    start: u64,
    end: u64,
    arrival: Arrival,
    /// The best that became of any of its bytes so far.
    outcome: Outcome,
}

/// The stretches of a stream whose bytes are not all used up.
#[derive(Default)]
pub(super) struct Runs {
    runs: VecDeque<Run>,
    used: u64,
}

impl Runs {
    /// What a run costs in memory.
    pub(super) const COST: usize = 128;

    pub(super) fn push(&mut self, start: u64, length: usize, arrival: Arrival) {
        self.runs.push_back(Run {
            start,
            end: start + length as u64,
            arrival,
            outcome: Outcome::LEAST,
        });
    }

    /// Takes in those of the stretch behind.
    pub(super) fn append(&mut self, mut behind: Self) {
        self.runs.append(&mut behind.runs);
    }

    pub(super) fn len(&self) -> usize {
        self.runs.len()
    }

    /// The bytes up to `end` became this; runs that are used up are settled.
    pub(super) fn use_up(&mut self, end: u64, outcome: Outcome, exits: &mut Exits<'_>) {
        for run in &mut self.runs {
            if run.start >= end {
                break;
            }
            run.outcome = run.outcome.max(outcome);
        }
        self.used = end;
        while self.runs.front().is_some_and(|run| run.end <= self.used) {
            if let Some(run) = self.runs.pop_front() {
                exits.ledger.settle(&run.arrival.records, run.outcome);
            }
        }
    }

    /// The record that brought the first byte that is not used up.
    pub(super) fn first_record(&self) -> Option<RecordId> {
        self.runs.front().map(|run| run.arrival.records.all()[0])
    }

    /// How the bytes between two positions arrived. The record of the first byte must still be there.
    pub(super) fn arrival(&self, start: u64, end: u64) -> Option<Arrival> {
        let mut overlapping = self
            .runs
            .iter()
            .filter(|run| run.start < end && run.end > start);
        let first = overlapping.next()?;
        if end <= first.end {
            return Some(first.arrival.clone().skip((start - first.start) as usize));
        }
        let mut records = first.arrival.records.all().to_vec();
        let mut last = first.arrival.last;
        for run in overlapping {
            records.extend_from_slice(run.arrival.records.all());
            last = last.max(run.arrival.last);
        }
        Some(Arrival {
            records: Records::of(records),
            first: first.arrival.first,
            last,
            offset: None,
        })
    }
}
