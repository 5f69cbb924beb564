//! The pipeline: inputs in the order of their time, batches of records to workers, what they find into the index.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::available_parallelism;

use crate::base::{
    Anomalies, AnomalyKind, Flow, Limits, Location, Party, Path, RecordId, Spoiled, Stamp, Tally,
    TimeBasis, Timestamp, Timing, in_order,
};
use crate::sip::Carried;
use crate::source::{
    Batch, Clocks, Entry, Facts, Named, Part, Source, SourceError, Spill, Store, TextOptions, Who,
    expand, parts, read_small,
};
use crate::trace::{Bytes, Sighting, Sightings};
use crate::transport::{Assembly, Draft, Frame, Sorted, sort};

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
    for queued in in_order_of_time(named, job, &mut collector) {
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
            None => points.take_for(&source, queued.begins, job, &mut collector),
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
    points.finish(&mut collector);
    collector.finish()
}

/// An input that waits for its turn.
struct Queued {
    named: Named,
    begins: Option<Timestamp>,
    /// Standard input and pipes can be opened only once.
    open: Option<Source>,
    /// What it is a part of, if it is one of a log that does not say all of the date.
    part: Option<Part>,
}

/// The parts of logs that were read, which others may go on with.
#[derive(Default)]
struct Rotated(BTreeMap<PathBuf, Earlier>);

/// A part of a log that was read.
struct Earlier {
    number: u32,
    input: u32,
    /// The input of the oldest part.
    writer: u32,
    capture_point: u32,
    clocks: Clocks,
}

impl Rotated {
    /// The part right before this one.
    fn take_before(&mut self, part: Option<&Part>) -> Option<Earlier> {
        let part = part?;
        let earlier = self.0.remove(&part.log)?;
        (part.number.checked_add(1) == Some(earlier.number)).then_some(earlier)
    }

    fn put(
        &mut self,
        part: Option<Part>,
        source: &Source,
        point: &CapturePoint,
        writer: &Writer,
        input: u32,
    ) {
        if let Some((part, clocks)) = part.zip(clocks_to_go_on_from(source)) {
            let earlier = Earlier {
                number: part.number,
                input,
                writer: writer.input,
                capture_point: point.number,
                clocks,
            };
            self.0.insert(part.log, earlier);
        }
    }
}

/// The machine that wrote a text: it goes by the name of the text, or of the first input that is a part of it.
struct Writer {
    name: String,
    input: u32,
}

/// Rotated files are one trace in the order of their time, whatever the order of the arguments; those of a log that does not say all of
/// the date are in that of their names.
fn in_order_of_time(named: Vec<Named>, job: &Job, collector: &mut Collector) -> Vec<Queued> {
    let mut queue = Vec::new();
    let paths: Vec<_> = named.iter().map(|named| named.path.as_path()).collect();
    let parts = parts(&paths);
    for (named, part) in named.into_iter().zip(parts) {
        // The look ahead is no progress: regular files are read again from their start.
        let rereadable = named.rereadable();
        let counter = if rereadable {
            Arc::default()
        } else {
            job.read.clone()
        };
        match Source::open(&named.path, &job.texts, counter) {
            Ok(mut source) => queue.push(Queued {
                begins: source.begins(&job.limits),
                part: part.filter(|_| rereadable && clocks_to_go_on_from(&source).is_some()),
                open: (!rereadable).then_some(source),
                named,
            }),
            Err(error) => collector.refuse(&named, error),
        }
    }
    let oldest = queue.iter().filter_map(|queued| {
        let part = queued
            .part
            .as_ref()
            .filter(|part| part.number == part.oldest)?;
        Some((
            (part.log.clone(), part.oldest),
            (queued.begins, queued.named.path.clone()),
        ))
    });
    let oldest: BTreeMap<_, _> = oldest.collect();
    queue.sort_by_cached_key(|queued| {
        let own = || (queued.begins, queued.named.path.clone());
        let part = queued.part.as_ref();
        let first = part.and_then(|part| oldest.get(&(part.log.clone(), part.oldest)).cloned());
        let number = part
            .filter(|_| first.is_some())
            .map_or(0, |part| part.number);
        (first.unwrap_or_else(own), Reverse(number))
    });
    queue
}

/// The clocks of a log that does not say all of the date, as far as it was read.
fn clocks_to_go_on_from(source: &Source) -> Option<Clocks> {
    source.clocks().filter(|clocks| !clocks.know_dates())
}

/// A place where traffic was captured: one file, or the files of a rotated set one after the other.
struct CapturePoint {
    number: u32,
    assembly: Assembly,
    ends: Option<Timestamp>,
    name: String,
}

/// Streams and fragments go on from file to file of a rotated set, but two captures of the same traffic must not be
/// mixed: a file continues a capture point only if it begins after that one's last file ended.
#[derive(Default)]
struct CapturePoints(Vec<CapturePoint>);

impl CapturePoints {
    fn take_for(
        &mut self,
        source: &Source,
        begins: Option<Timestamp>,
        job: &Job,
        collector: &mut Collector,
    ) -> CapturePoint {
        self.retire(begins, job, collector);
        let name = file_name(source.path());
        let alike = |other: &str| {
            let same = name.chars().zip(other.chars());
            same.take_while(|(a, b)| a == b).count()
        };
        let candidates = self
            .0
            .iter()
            .enumerate()
            .filter(|(_, point)| point.ends.is_some() && point.ends <= begins);
        let best = candidates
            .max_by_key(|(index, point)| (alike(&point.name), point.ends, Reverse(*index)));
        match best.map(|(index, _)| index) {
            Some(index) => {
                let mut point = self.0.remove(index);
                point.name = name;
                point
            }
            None => CapturePoint {
                number: collector.inputs.len() as u32,
                assembly: Assembly::new(&job.limits),
                ends: None,
                name,
            },
        }
    }

    /// The one with this number.
    fn take(&mut self, number: u32, job: &Job) -> CapturePoint {
        let place = self.0.iter().position(|point| point.number == number);
        match place {
            Some(place) => self.0.remove(place),
            None => CapturePoint {
                number,
                assembly: Assembly::new(&job.limits),
                ends: None,
                name: String::new(),
            },
        }
    }

    fn put_back(&mut self, point: CapturePoint) {
        self.0.push(point);
    }

    /// Finishes points that nothing can continue any more.
    fn retire(&mut self, begins: Option<Timestamp>, job: &Job, collector: &mut Collector) {
        let over = |point: &CapturePoint| match (begins, point.ends) {
            (Some(begins), Some(ends)) => {
                begins.nanos().saturating_sub(ends.nanos()) > job.limits.stream_age
            }
            _ => point.ends.is_none(),
        };
        let (over, live) = std::mem::take(&mut self.0).into_iter().partition(over);
        self.0 = live;
        Self(over).finish(collector);
    }

    fn finish(self, collector: &mut Collector) {
        for mut point in self.0 {
            point
                .assembly
                .finish(&mut |carried| collector.index.carried(&carried));
            collector.account(&mut point.assembly);
        }
    }
}

/// Where messages go: the index, and the spill file for bytes that lie whole in no input.
struct Index {
    sightings: Sightings,
    spill: Spill,
    spill_error: Option<io::Error>,
    anomalies: Anomalies,
}

impl Index {
    fn draft(&mut self, draft: &Draft, batch: &Batch) {
        let framed = &draft.framed;
        let range = draft.payload + framed.start..draft.payload + framed.end;
        let offset = batch.origin + range.start as u64;
        let bytes = &batch.bytes()[range];
        self.carried(&Carried {
            flow: draft.flow,
            bytes,
            glance: framed.glance,
            records: &[draft.record],
            first: draft.time,
            digits: None,
            last: draft.time,
            offset: batch.in_file.then_some(offset),
            identification: draft.identification,
            whole: draft.whole,
            spoiled: Spoiled::NOTHING,
        });
    }

    fn entry(&mut self, entry: &Entry, batch: &Batch, writer: &Writer) {
        let head = &entry.head;
        let mut path = Path::EMPTY;
        let fits = path.push(entry.layer);
        debug_assert!(fits, "a path has room for one layer");
        let flow = Flow {
            source: self.party(&head.source, writer),
            destination: self.party(&head.destination, writer),
            transport: head.transport,
            path,
        };
        let record = RecordId {
            input: batch.input,
            number: entry.line,
            interface: 0,
        };
        self.carried(&Carried {
            flow,
            bytes: batch.text(entry),
            glance: entry.glance,
            records: &[record],
            first: head.time.map(|stamp| stamp.time),
            digits: head.time.and_then(|stamp| stamp.digits),
            last: head.time.map(|stamp| stamp.time),
            offset: entry.offset.filter(|_| batch.in_file),
            identification: None,
            whole: entry.whole,
            spoiled: entry.spoiled,
        });
    }

    fn party(&mut self, who: &Who, writer: &Writer) -> Option<Party> {
        let name = match who {
            Who::Unknown => return None,
            Who::At(endpoint) => return Some(Party::Address(*endpoint)),
            Who::Own => &writer.name,
            Who::Named(name) => &**name,
        };
        Some(Party::Named(self.sightings.name(writer.input, name)))
    }

    fn carried(&mut self, carried: &Carried<'_>) {
        let location = match carried.offset {
            Some(offset) => Ok(Location::Input(offset)),
            None => self.spill.keep(carried.bytes),
        };
        match location {
            Ok(location) => self.sightings.add(carried, location, &mut self.anomalies),
            // The whole run fails with this error in the end.
            Err(error) => {
                self.spill_error.get_or_insert(error);
            }
        }
    }
}

struct Collector {
    inputs: Vec<InputReport>,
    unreadable: Vec<SourceError>,
    passed_over: Vec<SourceError>,
    anomalies: Anomalies,
    /// Key logs in the order in which they were found.
    key_logs: Vec<Vec<u8>>,
    tallies: BTreeMap<usize, Tally>,
    spans: BTreeMap<usize, (Stamp, Stamp)>,
    index: Index,
}

impl Collector {
    fn new(job: &Job, unreadable: Vec<SourceError>) -> Self {
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

    fn refuse(&mut self, named: &Named, error: SourceError) {
        if named.from_directory && error.foreign {
            self.passed_over.push(error);
        } else {
            self.unreadable.push(error);
        }
    }

    fn read_key_logs(&mut self, job: &Job) {
        for path in &job.key_logs {
            match read_small(path) {
                Ok(text) => self.key_logs.push(text),
                Err(error) => self.unreadable.push(error),
            }
        }
    }

    fn open(&mut self, named: Named, open: Option<Source>, job: &Job) -> Option<Source> {
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
    fn read(&mut self, source: &mut Source, writer: &Writer, assembly: &mut Assembly, job: &Job) {
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

    fn account(&mut self, assembly: &mut Assembly) {
        let (tallies, anomalies) = assembly.take_account();
        for (input, tally) in tallies.iter().enumerate() {
            self.tallies.entry(input).or_default().add(tally);
        }
        self.anomalies.append(anomalies);
    }

    fn close(&mut self, source: Source, point: &mut CapturePoint, goes_on_with: Option<u32>) {
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

    fn finish(mut self) -> io::Result<Intake> {
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

fn writer_of(path: &std::path::Path) -> String {
    match path == std::path::Path::new("-") {
        true => "stdin".to_owned(),
        false => file_name(path),
    }
}

fn file_name(path: &std::path::Path) -> String {
    let name = path.file_name();
    name.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
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
