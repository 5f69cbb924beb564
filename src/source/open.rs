//! Opening an input: what it is, and streaming it batch by batch.

use std::fs::File;
use std::io::{self, Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::compression::{Compression, not_read};
use super::document::DocumentReader;
use super::erf::Erf;
use super::hep::Hep;
use super::letters::Letters;
use super::pcap::Pcap;
use super::pcapng::Pcapng;
use super::{
    Batch, Clocks, Container, DOCUMENT, Facts, Found, HEP, TextOptions, Window, log, text_formats,
};
use crate::base::{Anomalies, AnomalyKind, Limits, RecordId, Timestamp, Timing};

/// Why an input cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", .path.display())]
pub struct SourceError {
    /// The input, as it was named.
    pub path: PathBuf,
    /// What is wrong, where, and what was expected.
    pub problem: String,
    /// It was read, and is simply nothing that this program knows.
    pub foreign: bool,
}

/// An input that is being streamed.
pub struct Source {
    path: PathBuf,
    /// The format that was recognised.
    name: &'static str,
    /// How that is written and packed.
    suffix: String,
    container: Box<dyn Container>,
    reader: Box<dyn Read + Send>,
    in_file: bool,
    packed: bool,
    /// Bytes read and not used up yet.
    carry: Vec<u8>,
    /// Offset of the first byte of `carry`.
    position: u64,
    records: u64,
    needs: usize,
    ended: bool,
    /// What went wrong when the beginning was read; the beginning itself is in `carry`.
    failure: Option<io::Error>,
    facts: Facts,
    timing: Timing,
    /// Whether it is a text: its places are lines.
    is_text: bool,
    /// Messages that a text gave so far.
    entries: u64,
    /// Why nothing could be read, if no message is found, and whether it is nothing that this program knows.
    doubt: Option<(String, bool)>,
    /// The first batch, read ahead to learn when the input begins.
    ahead: Option<(Batch, Anomalies)>,
}

/// Bytes looked at to recognise a format: enough for three ERF records.
pub(super) const PREFIX: usize = 192 << 10;
/// The same for a text: its format shows with the first message, and the first flow of a document may be far behind.
const TEXT_PREFIX: usize = 16 << 20;

impl Source {
    /// Opens and recognises an input; `-` is standard input. `read` counts the bytes taken from it.
    pub fn open(
        path: &Path,
        options: &TextOptions,
        read: Arc<AtomicU64>,
    ) -> Result<Self, SourceError> {
        let failed = |problem: String| SourceError {
            path: path.to_owned(),
            problem,
            foreign: false,
        };
        let not_opened = |error: io::Error| failed(format!("cannot be opened: {error}"));
        let (raw, regular): (Box<dyn Read + Send>, bool) = if path == Path::new("-") {
            (Box::new(io::stdin()), false)
        } else {
            let file = File::open(path).map_err(not_opened)?;
            let regular = file.metadata().map_err(not_opened)?.is_file();
            (Box::new(file), regular)
        };
        let mut counted = Counted { inner: raw, read };
        let (magic, _) = prefix(&mut counted, 16)
            .map_err(|error| failed(format!("cannot be read at offset 0: {error}")))?;
        let compression = Compression::sniff(&magic);
        let packed = Box::new(Cursor::new(magic).chain(counted));
        let mut reader = compression.unpack(packed).map_err(not_opened)?;
        let (mut carry, mut failure) = prefix(&mut reader, PREFIX)
            .map_err(|error| failed(format!("cannot be read{}: {error}", compression.suffix())))?;
        let letters = match recognise_capture(&carry) {
            Some(_) => Letters::Plain,
            None => Letters::sniff(&carry),
        };
        if letters != Letters::Plain {
            let whole = Cursor::new(std::mem::take(&mut carry)).chain(reader);
            reader = letters.read(Box::new(whole));
            let (text, failed) = prefix(&mut reader, PREFIX)
                .map_err(|error| failed(format!("cannot be read: {error}")))?;
            carry = text;
            failure = failed.or(failure);
        }
        let mut recognised = recognise(&carry, options);
        let is_open = match &recognised {
            Ok((_, name)) => options.format.is_none() && *name == log::ANY_TEXT,
            Err(_) => true,
        };
        let mut is_long = false;
        if is_open && carry.len() == PREFIX && !carry.contains(&0) {
            match prefix(&mut reader, TEXT_PREFIX - PREFIX) {
                Ok((more, failed)) => {
                    carry.extend_from_slice(&more);
                    failure = failed;
                }
                Err(error) => failure = Some(error),
            }
            if recognised.is_err() || DocumentReader::may_begin_late(&carry) {
                recognised = recognise(&carry, options);
            }
            is_long = carry.len() == TEXT_PREFIX && !carry.contains(&0);
            if failure.is_none() {
                // So much is held once, and not by every batch.
                let more = carry.split_off(PREFIX);
                carry.shrink_to_fit();
                reader = Box::new(Cursor::new(more).chain(reader));
            }
        }
        let mut doubt = doubt(&carry, options).map(|problem| (problem, false));
        // A longer text is read on: a message may stand anywhere.
        if let Err(problem) = &recognised
            && is_long
            && let Some((log, name)) = log::read_on(&carry, options)
        {
            let problem = format!(
                "{problem}; --input-format names the format of a log that does not show it"
            );
            doubt = Some((problem, true));
            recognised = Ok((Box::new(log), name));
        }
        let (container, name) = recognised.map_err(|problem| SourceError {
            path: path.to_owned(),
            problem,
            foreign: not_read(&carry).is_none(),
        })?;
        Ok(Self {
            path: path.to_owned(),
            name,
            suffix: format!("{}{}", letters.suffix(), compression.suffix()),
            container,
            reader,
            in_file: regular && compression == Compression::None && letters == Letters::Plain,
            packed: compression != Compression::None,
            carry,
            position: 0,
            records: 0,
            needs: 0,
            ended: false,
            failure,
            facts: Facts::default(),
            timing: Timing::default(),
            is_text: text_formats().any(|text| text == name),
            entries: 0,
            doubt,
            ahead: None,
        })
    }

    /// The input as it was named.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Container and compression, for people; all formats of a text that has several, after the last batch.
    pub fn format(&self) -> String {
        let found = self.container.formats();
        let name = match found.is_empty() {
            true => self.name.to_owned(),
            false => found.join(" + "),
        };
        format!("{name}{}", self.suffix)
    }

    /// Records read so far.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// What its times say; settled after the last batch.
    pub fn timing(&self) -> Timing {
        self.timing
    }

    /// Whether it is a text, whose places are lines.
    pub fn is_text(&self) -> bool {
        self.is_text
    }

    /// The clocks of a log at the end of what was read, if it is one.
    pub fn clocks(&self) -> Option<Clocks> {
        self.container.clocks()
    }

    /// Before anything is read: this goes on where another log ended.
    pub fn go_on_from(&mut self, clocks: &Clocks) {
        self.container.go_on_from(clocks);
    }

    /// Why nothing could be read of it, after the last batch: it is not of the format that was asked for, or a text without messages.
    pub fn unread(&self) -> Option<SourceError> {
        let (problem, foreign) = self.doubt.clone().filter(|_| self.entries == 0)?;
        Some(SourceError {
            path: self.path.clone(),
            problem,
            foreign,
        })
    }

    /// What the input says beside its records; whole after the last batch.
    pub fn into_facts(self) -> Facts {
        self.facts
    }

    /// Time of the first record, found by reading the first batch ahead.
    pub fn begins(&mut self, limits: &Limits) -> Option<Timestamp> {
        if self.ahead.is_none() {
            let mut batch = Batch::default();
            let mut anomalies = Anomalies::default();
            if !self.fill(&mut batch, limits, &mut anomalies) {
                batch.clear();
            }
            self.ahead = Some((batch, anomalies));
        }
        let (batch, _) = self.ahead.as_ref()?;
        batch.stamps().next().map(|stamp| stamp.time)
    }

    /// Reads the next batch into `batch`, whose buffers are used again. False at the end of the input.
    pub fn next_batch(
        &mut self,
        input: u32,
        batch: &mut Batch,
        limits: &Limits,
        anomalies: &mut Anomalies,
    ) -> bool {
        let mut own = Anomalies::default();
        let filled = match self.ahead.take() {
            Some((ahead, noted)) => {
                *batch = ahead;
                own = noted;
                // An empty batch that was read ahead is the end only if nothing is left either.
                !batch.is_empty() || self.fill(batch, limits, &mut own)
            }
            None => self.fill(batch, limits, &mut own),
        };
        batch.input = input;
        own.set_input(input);
        anomalies.append(own);
        filled
    }

    /// The input number is not known yet while reading ahead: anomalies are noted for input 0 and moved later.
    fn fill(&mut self, batch: &mut Batch, limits: &Limits, anomalies: &mut Anomalies) -> bool {
        batch.clear();
        let known_secrets = self.facts.secrets.len();
        loop {
            let more = self.read_into(batch, limits, anomalies);
            let window = Window {
                bytes: &batch.bytes[..batch.filled],
                origin: self.position,
                last: !more,
            };
            let mut found = Found {
                records: std::mem::take(&mut batch.records),
                entries: std::mem::take(&mut batch.entries),
                texts: std::mem::take(&mut batch.texts),
                ..Found::default()
            };
            let walked = self
                .container
                .walk(window, limits, &mut found, &mut self.facts);
            batch.origin = self.position;
            batch.in_file = self.in_file;
            batch.first_number = self.records + 1;
            batch.records = found.records;
            batch.entries = found.entries;
            batch.texts = found.texts;
            self.entries += batch.entries.len() as u64;
            batch.tally.add(&found.tally);
            self.timing = found.timing;
            for odd in found.oddities {
                let at = match odd.line {
                    Some(number) => RecordId {
                        input: 0,
                        number,
                        interface: 0,
                    },
                    None => self.record_id(odd.before as u64 + 1),
                };
                anomalies.note(odd.kind, at, || odd.detail);
            }
            self.records += batch.records.len() as u64 + found.tally.total();
            self.position += walked.consumed as u64;
            self.carry.clear();
            let tail = &batch.bytes[walked.consumed..batch.filled];
            self.carry.extend_from_slice(tail);
            self.needs = walked.needs;
            if !batch.is_empty() {
                batch.key_logs = self.facts.key_logs_from(known_secrets);
                return true;
            }
            if !more {
                self.note_cut(anomalies);
                return false;
            }
        }
    }

    fn record_id(&self, ahead: u64) -> RecordId {
        RecordId {
            input: 0,
            number: self.records + ahead,
            interface: 0,
        }
    }

    fn note_cut(&mut self, anomalies: &mut Anomalies) {
        let held = self.carry.len();
        if held == 0 {
            return;
        }
        let (at, needs) = (self.position, self.needs);
        anomalies.note(AnomalyKind::InputCut, self.record_id(1), || {
            format!("the record at offset {at} needs at least {needs} bytes, the input has {held}")
        });
        self.position += held as u64;
        self.carry.clear();
    }

    /// Nothing can be read after this many bytes of the batch.
    fn note_failure(&mut self, error: &io::Error, filled: usize, anomalies: &mut Anomalies) {
        self.ended = true;
        let at = self.position + filled as u64;
        let kind = if self.packed {
            AnomalyKind::Decompression
        } else {
            AnomalyKind::ReadFailed
        };
        anomalies.note(kind, self.record_id(1), || {
            format!("after {at} bytes of records: {error}")
        });
    }

    /// Moves what is left over into the batch and reads on. False when the input has ended.
    fn read_into(&mut self, batch: &mut Batch, limits: &Limits, anomalies: &mut Anomalies) -> bool {
        let wanted = limits.batch_bytes.max(self.needs).max(self.carry.len());
        if batch.bytes.len() < wanted {
            // New bytes are zero without being written: of a small file most are never touched.
            batch.bytes = vec![0; wanted];
        }
        batch.bytes[..self.carry.len()].copy_from_slice(&self.carry);
        batch.filled = self.carry.len();
        if let Some(failure) = self.failure.take() {
            self.note_failure(&failure, batch.filled, anomalies);
        }
        while !self.ended && batch.filled < wanted {
            match self.reader.read(&mut batch.bytes[batch.filled..wanted]) {
                Ok(0) => self.ended = true,
                Ok(count) => batch.filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => self.note_failure(&error, batch.filled, anomalies),
            }
        }
        !self.ended
    }
}

/// The first bytes of an input, as many as there are up to `wanted`.
pub(super) fn prefix(
    reader: &mut impl Read,
    wanted: usize,
) -> io::Result<(Vec<u8>, Option<io::Error>)> {
    let mut bytes = Vec::new();
    match reader.take(wanted as u64).read_to_end(&mut bytes) {
        Ok(_) => Ok((bytes, None)),
        Err(error) if bytes.is_empty() => Err(error),
        // What could be unpacked before the damage is still worth reading.
        Err(error) => Ok((bytes, Some(error))),
    }
}

/// What to say of a text of which nothing can be read in the format that was asked for, if it shows another.
fn doubt(prefix: &[u8], options: &TextOptions) -> Option<String> {
    let asked = options.format.as_deref()?;
    let open = TextOptions {
        format: None,
        ..options.clone()
    };
    // What shows no format may be of the one that was asked for, and have no message; a bit of it may look like any text.
    let (_, shown) = recognise(prefix, &open).ok()?;
    (shown != asked && shown != log::ANY_TEXT).then(|| {
        format!(
            "no message in it can be read as {asked}; it looks like {shown}: drop --input-format"
        )
    })
}

fn recognise(
    prefix: &[u8],
    options: &TextOptions,
) -> Result<(Box<dyn Container>, &'static str), String> {
    if let Some((capture, name)) = recognise_capture(prefix) {
        return match &options.format {
            Some(asked) if asked != name => Err(format!(
                "is {name} and cannot be read as {asked}: drop --input-format"
            )),
            _ => Ok((capture, name)),
        };
    }
    // Asked for and not shown by the first record: that one may be damaged.
    if options.format.as_deref() == Some(HEP) && !prefix.is_empty() {
        return Ok((Box::<Hep>::default(), HEP));
    }
    // A document holds what any log could hold, but no log holds the steps of a flow.
    let is_document = match &options.format {
        Some(name) => name == DOCUMENT,
        None => DocumentReader::sniff(prefix),
    };
    if is_document {
        return Ok((Box::<DocumentReader>::default(), DOCUMENT));
    }
    if let Some((log, name)) = log::recognise(prefix, options) {
        return Ok((Box::new(log), name));
    }
    const EXPECTED: &str = "expected pcap, pcapng, ERF, HEP packets, a log or a flow document, plain or packed with gzip or zstd";
    if prefix.is_empty() {
        return Err(format!("is empty; {EXPECTED}"));
    }
    if let Some(name) = not_read(prefix) {
        return Err(format!(
            "is packed with {name}, which is not read: unpack it first"
        ));
    }
    let start: Vec<_> = prefix.iter().take(8).map(|b| format!("{b:02x}")).collect();
    let start = start.join(" ");
    Err(format!(
        "no known format at offset 0 (found {start}); {EXPECTED}"
    ))
}

fn recognise_capture(prefix: &[u8]) -> Option<(Box<dyn Container>, &'static str)> {
    if let Some(pcapng) = Pcapng::sniff(prefix) {
        return Some((Box::new(pcapng), "pcapng"));
    }
    if let Some(pcap) = Pcap::sniff(prefix) {
        let name = pcap.name();
        return Some((Box::new(pcap), name));
    }
    if let Some(hep) = Hep::sniff(prefix) {
        return Some((Box::new(hep), HEP));
    }
    // Its records have zeros in their headers; in a text any two characters may be taken for a length.
    if prefix.contains(&0)
        && let Some(erf) = Erf::sniff(prefix, prefix.len() < PREFIX)
    {
        return Some((Box::new(erf), "ERF"));
    }
    None
}

/// Counts what is read, for whoever shows progress.
struct Counted {
    inner: Box<dyn Read + Send>,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
