//! The pipeline: inputs in the order of their time, batches of records to workers, what they find into the index.

mod collector;
mod index;
mod points;
mod queue;
mod rotated;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::available_parallelism;

use crate::base::{Anomalies, Limits, Stamp, Tally, TimeBasis, Timing};
use crate::source::{Facts, SourceError, Store, TextOptions, expand};
use crate::trace::{Bytes, Sighting, Sightings};
use collector::Collector;
use index::Writer;
use points::CapturePoints;
use queue::in_order_of_time;
use rotated::Rotated;

/// What to analyze, and how.
#[derive(Clone, Debug)]
pub struct Job {
    /// Files and directories; `-` is standard input.
    pub inputs: Vec<PathBuf>,
    /// Files with TLS key logs (NSS format), beside those inside of pcapng files.
    pub key_logs: Vec<PathBuf>,
    /// Threads to use. The result does not depend on it.
    pub threads: usize,
    /// Whether the bytes of messages will be wanted again: what lies whole in no input then goes to a spill file.
    pub keep_bytes: bool,
    /// What texts do not say of themselves.
    pub texts: TextOptions,
    /// Bounds on memory.
    pub limits: Limits,
    /// Counts the bytes read, for whoever shows progress.
    pub read: Arc<AtomicU64>,
    /// Reads about so many bytes and no more, for a first look at what takes long to read.
    pub most: Option<u64>,
}

impl Job {
    fn has_enough(&self) -> bool {
        let read = || self.read.load(Ordering::Relaxed);
        self.most.is_some_and(|most| read() >= most)
    }
}

impl Default for Job {
    fn default() -> Self {
        Self {
            inputs: Vec::new(),
            key_logs: Vec::new(),
            threads: available_parallelism().map_or(1, Into::into),
            keep_bytes: true,
            texts: TextOptions::default(),
            limits: Limits::default(),
            read: Arc::default(),
            most: None,
        }
    }
}

/// One input and its account.
#[derive(Debug)]
pub struct InputReport {
    /// As it was named.
    pub path: PathBuf,
    /// Container and compression.
    pub format: String,
    /// Records read.
    pub records: u64,
    /// What became of them.
    pub tally: Tally,
    /// What the file says beside its records.
    pub facts: Facts,
    /// Times of the earliest and latest record.
    pub span: Option<(Stamp, Stamp)>,
    /// What its times say.
    pub timing: Timing,
    /// Whether it is a text: the numbers of its records are those of lines.
    pub is_text: bool,
    /// Which capture point it comes from: the files of a rotated set have the same.
    pub capture_point: u32,
    /// The input that this one goes on with: the older part of a log, by their names, whose stamps do not say all of the date.
    pub goes_on_with: Option<u32>,
}

/// Everything that came out of the inputs.
pub struct Intake {
    /// The inputs that could be read, in reading order.
    pub inputs: Vec<InputReport>,
    /// Inputs that could not be read at all.
    pub unreadable: Vec<SourceError>,
    /// Files of a named directory that are of no known format.
    pub passed_over: Vec<SourceError>,
    /// All messages.
    pub sightings: Sightings,
    /// What was odd.
    pub anomalies: Anomalies,
    /// For reading messages again.
    pub store: Store,
}

impl Bytes for Store {
    fn read(&mut self, sighting: &Sighting<'_>) -> io::Result<&[u8]> {
        Store::read(
            self,
            sighting.input(),
            sighting.location(),
            sighting.length(),
        )
    }
}

impl Intake {
    /// Records read from all inputs.
    pub fn records(&self) -> u64 {
        self.inputs.iter().map(|input| input.records).sum()
    }

    /// What became of all of them.
    pub fn total(&self) -> Tally {
        let mut total = Tally::default();
        for input in &self.inputs {
            total.add(&input.tally);
        }
        total
    }

    /// Times of the earliest and latest record of all inputs whose times are absolute.
    pub fn span(&self) -> Option<(Stamp, Stamp)> {
        let absolute = self.inputs.iter();
        let absolute = absolute.filter(|input| input.timing.basis == TimeBasis::Absolute);
        let spans = absolute.filter_map(|input| input.span);
        spans.reduce(|(a, b), (c, d)| (a.min(c), b.max(d)))
    }
}

/// Reads all inputs. An error is one of the spill file; what is wrong with an input is part of the result.
pub fn analyze(job: &Job) -> io::Result<Intake> {
    let (named, unreadable) = expand(&job.inputs);
    let mut collector = Collector::new(job, unreadable);
    collector.read_key_logs(job);
    let mut points = CapturePoints::default();
    let mut logs = Rotated::default();
    let (queue, refused) = in_order_of_time(named, job);
    for (named, error) in refused {
        collector.refuse(&named, error);
    }
    for queued in queue {
        if job.has_enough() {
            break;
        }
        let from_directory = queued.named.from_directory;
        let Some(mut source) = collector.open(queued.named, queued.open, job) else {
            continue;
        };
        let input = collector.inputs.len() as u32;
        let earlier = logs.take_before(queued.part.as_ref());
        let mut point = match &earlier {
            Some(earlier) => {
                source.go_on_from(&earlier.clocks);
                points.take(earlier.capture_point, job)
            }
            None => {
                for over in points.take_over(queued.begins, job) {
                    collector.complete(over);
                }
                points.take_for(file_name(source.path()), queued.begins, input, job)
            }
        };
        let writer = Writer {
            name: queued
                .part
                .as_ref()
                .map_or_else(|| writer_of(source.path()), |part| file_name(&part.log)),
            input: earlier.as_ref().map_or(input, |earlier| earlier.writer),
        };
        point.assembly.learn(&collector.key_logs);
        collector.read(&mut source, &writer, &mut point.assembly, job);
        logs.put(queued.part, &source, &point, &writer, input);
        if let Some(error) = source
            .unread()
            .filter(|error| !(from_directory && error.foreign))
        {
            collector.unreadable.push(error);
        }
        collector.close(source, &mut point, earlier.map(|earlier| earlier.input));
        points.put_back(point);
    }
    for point in points.take_all() {
        collector.complete(point);
    }
    collector.finish()
}

fn writer_of(path: &Path) -> String {
    match path == Path::new("-") {
        true => "stdin".to_owned(),
        false => file_name(path),
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name();
    name.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
