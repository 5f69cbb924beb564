//! Reads the inputs one after the other: batches of records to workers, what they find into the index, and the account of it all.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;

use crate::base::{Anomalies, AnomalyKind, RecordId, Stamp, Tally, in_order};
use crate::source::{Batch, Named, Source, SourceError, Spill, Store, read_small};
use crate::trace::Sightings;
use crate::transport::{Assembly, Frame, Sorted, sort};

use super::index::{Index, Writer};
use super::points::CapturePoint;
use super::{InputReport, Intake, Job};

pub(super) struct Collector {
    pub(super) inputs: Vec<InputReport>,
    pub(super) unreadable: Vec<SourceError>,
    passed_over: Vec<SourceError>,
    anomalies: Anomalies,
    /// Key logs in the order in which they were found.
    pub(super) key_logs: Vec<Vec<u8>>,
    tallies: BTreeMap<usize, Tally>,
    spans: BTreeMap<usize, (Stamp, Stamp)>,
    index: Index,
}

impl Collector {
    pub(super) fn new(job: &Job, unreadable: Vec<SourceError>) -> Self {
        Self {
            inputs: Vec::new(),
            unreadable,
            passed_over: Vec::new(),
            anomalies: Anomalies::default(),
            key_logs: Vec::new(),
            tallies: BTreeMap::new(),
            spans: BTreeMap::new(),
            index: Index {
                sightings: Sightings::default(),
                spill: Spill::new(job.keep_bytes),
                spill_error: None,
                anomalies: Anomalies::default(),
            },
        }
    }

    pub(super) fn refuse(&mut self, named: &Named, error: SourceError) {
        if named.from_directory && error.foreign {
            self.passed_over.push(error);
        } else {
            self.unreadable.push(error);
        }
    }

    pub(super) fn read_key_logs(&mut self, job: &Job) {
        for path in &job.key_logs {
            match read_small(path) {
                Ok(text) => self.key_logs.push(text),
                Err(error) => self.unreadable.push(error),
            }
        }
    }

    pub(super) fn open(&mut self, named: Named, open: Option<Source>, job: &Job) -> Option<Source> {
        if open.is_some() {
            return open;
        }
        match Source::open(&named.path, &job.texts, job.read.clone()) {
            Ok(source) => Some(source),
            Err(error) => {
                self.refuse(&named, error);
                None
            }
        }
    }

    /// Streams one input: reading and collecting here, sorting on all threads.
    pub(super) fn read(
        &mut self,
        source: &mut Source,
        writer: &Writer,
        assembly: &mut Assembly,
        job: &Job,
    ) {
        let input = self.inputs.len() as u32;
        let mut read_anomalies = Anomalies::default();
        let spare = RefCell::new(Vec::new());
        let produce = || {
            if job.has_enough() {
                return None;
            }
            let mut batch: Batch = spare.borrow_mut().pop().unwrap_or_default();
            source
                .next_batch(input, &mut batch, &job.limits, &mut read_anomalies)
                .then_some(batch)
        };
        let work = |batch: Batch| {
            let sorted = sort_batch(&batch);
            (batch, sorted)
        };
        in_order(job.threads, produce, work, |(batch, sorted)| {
            self.collect(&batch, writer, sorted, assembly);
            spare.borrow_mut().push(batch);
        });
        self.anomalies.append(read_anomalies);
        self.account(assembly);
    }

    fn collect(&mut self, batch: &Batch, writer: &Writer, sorted: Sorted, assembly: &mut Assembly) {
        let input = batch.input as usize;
        self.tallies.entry(input).or_default().add(&sorted.tally);
        self.anomalies.append(sorted.anomalies);
        self.tallies.entry(input).or_default().add(&batch.tally);
        for stamp in batch.stamps() {
            let (first, last) = self.spans.entry(input).or_insert((stamp, stamp));
            *first = stamp.min(*first);
            *last = stamp.max(*last);
        }
        for draft in &sorted.drafts {
            self.index.draft(draft, batch);
        }
        for entry in &batch.entries {
            self.index.entry(entry, batch, writer);
        }
        if !batch.key_logs.is_empty() {
            self.key_logs.extend_from_slice(&batch.key_logs);
            assembly.learn(&self.key_logs);
        }
        let origin = batch.in_file.then_some(batch.origin);
        for deferred in &sorted.deferred {
            assembly.add(deferred, batch.bytes(), origin, &mut |carried| {
                self.index.carried(&carried);
            });
        }
    }

    /// What was left of a place where traffic was captured.
    pub(super) fn complete(&mut self, mut point: CapturePoint) {
        point
            .assembly
            .finish(&mut |carried| self.index.carried(&carried));
        self.account(&mut point.assembly);
    }

    fn account(&mut self, assembly: &mut Assembly) {
        let (tallies, anomalies) = assembly.take_account();
        for (input, tally) in tallies.iter().enumerate() {
            self.tallies.entry(input).or_default().add(tally);
        }
        self.anomalies.append(anomalies);
    }

    pub(super) fn close(
        &mut self,
        source: Source,
        point: &mut CapturePoint,
        goes_on_with: Option<u32>,
    ) {
        let span = self.spans.get(&self.inputs.len()).copied();
        point.ends = span.map(|(_, last)| last.time).max(point.ends);
        let (path, format) = (source.path().to_owned(), source.format());
        let (records, timing) = (source.records(), source.timing());
        let is_text = source.is_text();
        let facts = source.into_facts();
        if facts.dropped > 0 {
            let at = RecordId {
                input: self.inputs.len() as u32,
                number: 1,
                interface: 0,
            };
            self.anomalies.note(AnomalyKind::FactsLimit, at, || {
                format!("{} comments, names or secrets were not kept", facts.dropped)
            });
        }
        self.inputs.push(InputReport {
            path,
            format,
            records,
            tally: Tally::default(),
            facts,
            span,
            timing,
            is_text,
            capture_point: point.number,
            goes_on_with,
        });
    }

    pub(super) fn finish(mut self) -> io::Result<Intake> {
        if let Some(error) = self.index.spill_error {
            return Err(io::Error::new(
                error.kind(),
                format!(
                    "the spill file in {}: {error}",
                    std::env::temp_dir().display()
                ),
            ));
        }
        for (input, report) in self.inputs.iter_mut().enumerate() {
            report.tally = self.tallies.remove(&input).unwrap_or_default();
        }
        self.anomalies.append(self.index.anomalies);
        let mut sightings = self.index.sightings;
        for input in sightings.undo_set_back(&mut self.anomalies) {
            self.inputs[input as usize].span = span_of(&sightings, input);
        }
        sightings.settle();
        let paths = self.inputs.iter().map(|input| input.path.clone()).collect();
        Ok(Intake {
            inputs: self.inputs,
            unreadable: self.unreadable,
            passed_over: self.passed_over,
            sightings,
            anomalies: self.anomalies,
            store: Store::new(paths, self.index.spill)?,
        })
    }
}

/// Times of the earliest and latest message of a log.
fn span_of(sightings: &Sightings, input: u32) -> Option<(Stamp, Stamp)> {
    let stamps = sightings.iter().filter_map(|sighting| {
        let time = sighting.time().filter(|_| sighting.input() == input)?;
        let digits = sighting.digits();
        Some(Stamp { time, digits })
    });
    let spans = stamps.map(|stamp| (stamp, stamp));
    spans.reduce(|(a, b), (c, d)| (a.min(c), b.max(d)))
}

fn sort_batch(batch: &Batch) -> Sorted {
    let frames = batch
        .records
        .iter()
        .enumerate()
        .map(|(index, record)| Frame {
            record: batch.id(index),
            time: record.time,
            link: record.link,
            bytes: batch.frame(record),
            missing: record.original.saturating_sub(record.captured) as usize,
        });
    sort(batch.bytes(), frames)
}
