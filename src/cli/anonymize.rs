//! `sipscope anonymize`: traces that may be shared.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use sipscope::source::expand;
use sipscope::{Anonymized, Anonymizer, Intake, Job, analyze};
use tempfile::NamedTempFile;

use super::file::{put, shown, unnamed};
use super::form::{ends_with_one_of, folder};
use super::terminal::refuse_captures;
use super::{Ended, Inputs, Outcome, WrongUsage, counted, ended, kept, say};

#[derive(Args, Clone)]
pub(super) struct Anonymize {
    #[command(flatten)]
    inputs: Inputs,

    /// Where to write it: of one input a file, which is a capture of its messages (pcapng, or pcap by its name) or a log again, or -
    /// for standard output; of several a folder with a file for each, named by its place among them.
    #[arg(long, short, value_name = "OUT", help_heading = "Output")]
    output: PathBuf,

    /// A file whose bytes are the key: the same key always gives the same replacements. Without it, nobody can tell them again.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    key: Option<PathBuf>,

    /// Numbers and addresses that begin alike still do, as those of a country or of a network; this tells more of them.
    #[arg(long, help_heading = "Output")]
    keep_prefixes: bool,

    /// Keep header fields, bodies and lines of logs that nobody knows, but for what is replaced elsewhere; they may name somebody.
    /// Header fields and bodies that are no text in UTF-8 are replaced whole.
    #[arg(long, help_heading = "Output")]
    keep_unknown: bool,
}

const NO_TEMPORARY: &str = "a temporary file cannot be made; TMPDIR names the folder for them";

/// How names of captures end.
const CAPTURES: [&str; 4] = ["pcapng", "ntar", "pcap", "cap"];

/// How names of logs end that are written.
const LOGS: [&str; 3] = ["log", "txt", "json"];

/// As many bytes as the hash has.
const KEY_LENGTH: u64 = 32;
/// All keys with fewer bytes may be tried.
const SHORTEST_KEY: usize = 16;
/// What is longer is another file, or never ends.
const LONGEST_KEY: u64 = 1 << 20;

impl Anonymize {
    pub(super) fn run(&self, out: &mut dyn Write) -> Outcome {
        let folder = tempfile::tempdir().map_err(unnamed).context(NO_TEMPORARY)?;
        let files = self.inputs.files.iter().zip(1..);
        let files: io::Result<Vec<_>> = files
            .map(|(file, number)| read_once_only(file, folder.path(), number))
            .collect();
        let mut again = self.clone();
        again.inputs.files = files?;
        again.of_files(out)
    }

    fn of_files(&self, out: &mut dyn Write) -> Outcome {
        let key = self.key()?;
        let job = self.inputs.job(true);
        let mut intake = self.inputs.analyze_job(&job)?;
        let mut inputs = intake.inputs.iter();
        if intake.sightings.is_empty() && inputs.all(|input| input.facts.document.is_none()) {
            say("sipscope: nothing is written: there is no message to anonymize");
            return ended(&intake, Ended::NothingFound);
        }
        let outputs = self.outputs(&intake)?;
        let mut anonymizer = Anonymizer::new(&key, self.keep_prefixes, self.keep_unknown);
        if self.keep_unknown || intake.inputs.iter().any(|input| input.is_text) {
            anonymizer
                .learn(&mut intake)
                .context("reading messages again")?;
        }
        if self.key.is_none() {
            say("sipscope: without --key the replacements are of this run alone");
        }
        let mut written = Anonymized::default();
        let (mut in_logs, mut files) = (0, 0);
        let count = outputs.len();
        for (input, path) in outputs {
            if intake.inputs[input as usize].is_text {
                match self.log((&mut anonymizer, &mut intake), input, &path, out)? {
                    Ok(messages) => {
                        in_logs += messages;
                        files += 1;
                    }
                    // What is asked for beside it can be written all the same.
                    Err(refused) => say(&format!("sipscope: {refused}")),
                }
                continue;
            }
            let many_layers = path
                .extension()
                .is_none_or(|extension| extension != "pcap" && extension != "cap");
            let own = put(&path, out, |mut out| {
                Ok(anonymizer.capture(&mut out, &mut intake, input, many_layers)?)
            })?;
            written.wrapped += own.wrapped;
            written.bare += own.bare;
            files += 1;
        }
        if files > 0 {
            told(&anonymizer, written, in_logs, self.keep_unknown);
            left_out(&intake);
        }
        let (ended, all_read) = ended(&intake, Ended::Fine)?;
        Ok((ended, all_read && files == count))
    }

    /// Writes a log and counts its messages, if it is read as the same again; else why it is not written.
    fn log(
        &self,
        (anonymizer, intake): (&mut Anonymizer, &mut Intake),
        input: u32,
        path: &Path,
        out: &mut dyn Write,
    ) -> anyhow::Result<Result<usize, String>> {
        let report = &intake.inputs[input as usize];
        let named = shown(&report.path);
        let is_empty = || {
            intake
                .sightings
                .iter()
                .all(|sighting| sighting.input() != input)
        };
        if report.facts.document.is_some() && is_empty() {
            return Ok(Err(format!(
                "{named}: not written: a flow document is no trace, and its prose is not anonymized; no message is printed in it"
            )));
        }
        if report.facts.document.is_some() {
            return Ok(Err(format!(
                "{named}: not written: a flow document is no trace, and its prose is not anonymized: `sipscope export {named} -f text` \
                 writes its messages alone, which can be"
            )));
        }
        let mut new = NamedTempFile::new()
            .map_err(unnamed)
            .context(NO_TEMPORARY)?;
        let done = anonymizer.log(&mut BufWriter::new(new.as_file_mut()), intake, input)?;
        let job = Job {
            inputs: vec![new.path().to_owned()],
            ..self.inputs.job(true)
        };
        let mut written = analyze(&job)?;
        if !done || !anonymizer.is_read_again(intake, input, &mut written)? {
            return Ok(Err(format!(
                "{named}: not written: this log would be read as another one if it were anonymized as it is: `sipscope export {named} \
                 -f text` gives one that can be"
            )));
        }
        put(path, out, |out| Ok(io::copy(&mut new.reopen()?, out)?))?;
        Ok(Ok(written.sightings.len()))
    }

    fn key(&self) -> anyhow::Result<Vec<u8>> {
        let mut key = Vec::new();
        if let Some(path) = &self.key {
            let named = shown(path);
            let read = fs::File::open(path)
                .and_then(|file| file.take(LONGEST_KEY + 1).read_to_end(&mut key));
            let made = match &read {
                // What is there may be somebody's key.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    format!("; `head -c {KEY_LENGTH} /dev/urandom > {named}` makes one")
                }
                _ => String::new(),
            };
            read.with_context(|| format!("{named}: this key cannot be read{made}"))?;
            match key.len() {
                0 => bail!(WrongUsage(format!("{named}: the key is empty"))),
                length if length as u64 > LONGEST_KEY => bail!(WrongUsage(format!(
                    "{named}: a key has no more than {LONGEST_KEY} bytes"
                ))),
                length if length < SHORTEST_KEY => say(&format!(
                    "sipscope: {named}: a key of {} may be found by trying: {KEY_LENGTH} random ones make a good one",
                    counted(length, "byte")
                )),
                _ => {}
            }
            return Ok(key);
        }
        let random = fs::File::open("/dev/urandom");
        let read = random.and_then(|random| random.take(KEY_LENGTH).read_to_end(&mut key));
        read.context("no random key is to be had here: --key names one")?;
        Ok(key)
    }

    /// The file for each input. Names of files may name somebody as well.
    fn outputs(&self, intake: &Intake) -> anyhow::Result<Vec<(u32, PathBuf)>> {
        let count = intake.inputs.len() as u32;
        if self.output.as_os_str() == "-" {
            if count > 1 {
                bail!(WrongUsage(
                    "several traces are written: name a folder for them with --output".to_owned()
                ));
            }
            if !intake.inputs[0].is_text {
                refuse_captures(&self.output)?;
            }
            return Ok(vec![(0, self.output.clone())]);
        }
        if count > 1 {
            folder(&self.output, &[&CAPTURES[..], &LOGS[..]].concat())?;
        }
        let (named, _) = expand(&self.inputs.files);
        let name = |input: u32| {
            let report = &intake.inputs[input as usize];
            let place = named.iter().position(|named| named.path == report.path);
            let ending = if report.is_text { "log" } else { "pcapng" };
            format!("{}.{ending}", place.map_or(named.len(), |place| place) + 1)
        };
        let outputs: Vec<_> = match count {
            1 => vec![(0, self.output.clone())],
            _ => (0..count)
                .map(|input| (input, self.output.join(name(input))))
                .collect(),
        };
        for (input, path) in &outputs {
            kept::refuse(path)?;
            let is_text = intake.inputs[*input as usize].is_text;
            let is_capture = ends_with_one_of(path, &CAPTURES);
            if path.extension().is_some() && is_capture == is_text {
                let what = if is_text { "a log" } else { "a capture" };
                let name = shown(path);
                bail!(WrongUsage(format!(
                    "the name {name} is not one of {what}, which is what is written"
                )));
            }
        }
        if count > 1 {
            fs::create_dir_all(&self.output).with_context(|| shown(&self.output))?;
        }
        Ok(outputs)
    }
}

/// A log is read twice, and what comes out of a pipe can be read once: it is kept in a file while the program runs.
fn read_once_only(path: &Path, folder: &Path, number: usize) -> io::Result<PathBuf> {
    let is_input = path.as_os_str() == "-";
    if !is_input && (path.is_file() || path.is_dir() || !path.exists()) {
        return Ok(path.to_owned());
    }
    let kept = folder.join(format!("input-{number}"));
    let mut file = fs::File::create(&kept)?;
    match is_input {
        true => io::copy(&mut io::stdin(), &mut file)?,
        false => io::copy(&mut fs::File::open(path)?, &mut file)?,
    };
    Ok(kept)
}

/// What came of it, in a few lines.
fn told(anonymizer: &Anonymizer, written: Anonymized, in_logs: usize, kept: bool) {
    let ways = [
        (written.wrapped, "in new packets"),
        (
            written.bare,
            "as exported PDUs: their ends or transports were told and not seen",
        ),
        (in_logs, "in logs"),
    ];
    let ways = ways.into_iter().filter(|(count, _)| *count > 0);
    let ways: Vec<_> = ways
        .map(|(count, how)| format!("{} {how}", counted(count, "message")))
        .collect();
    if ways.is_empty() {
        say("sipscope: written: no message");
    } else {
        say(&format!("sipscope: written: {}", ways.join("; ")));
    }
    let replaced = anonymizer.replaced();
    say(&format!(
        "sipscope: replaced: {}, {}, {}, {}, and all other words beside them",
        several(replaced.addresses, "address", "addresses"),
        counted(replaced.hosts, "host name"),
        counted(replaced.users, "user"),
        counted(replaced.numbers, "number"),
    ));
    let unknown = anonymizer.unknown();
    let how = match kept {
        true => "kept, but for what is replaced elsewhere: they may name somebody",
        false => "replaced whole",
    };
    if unknown.fields > 0 {
        let fields = counted(unknown.fields, "header field");
        say(&format!(
            "sipscope: {fields} of unknown names, which stay: {how}"
        ));
    }
    if unknown.bodies > 0 {
        let bodies = several(unknown.bodies, "body", "bodies");
        say(&format!("sipscope: {bodies} of unknown types: {how}"));
    }
    if unknown.encoded > 0 {
        let bodies = several(unknown.encoded, "encoded body", "encoded bodies");
        say(&format!("sipscope: {bodies}: replaced whole"));
    }
    if kept && in_logs > 0 {
        say(&format!(
            "sipscope: lines of logs around the messages: {how}"
        ));
    }
    if unknown.opaque > 0 {
        let opaque = several(
            unknown.opaque,
            "unknown header field or body",
            "unknown header fields and bodies",
        );
        say(&format!(
            "sipscope: {opaque}, no text in UTF-8: replaced whole"
        ));
    }
}

/// Says what of the captures is not written.
fn left_out(intake: &Intake) {
    let captures = || intake.inputs.iter().filter(|input| !input.is_text);
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    for input in captures() {
        let other = input.tally.other();
        let other = other.map(|(kind, count)| (kind.name().to_owned(), count));
        let undecodable = input.tally.undecodable();
        let undecodable = undecodable.map(|(reason, count)| (reason.to_string(), count));
        for (kind, count) in other.chain(undecodable) {
            *kinds.entry(kind).or_default() += count;
        }
    }
    let mut parts: Vec<_> = kinds
        .into_iter()
        .map(|(kind, count)| format!("{} ({kind})", counted(count as usize, "record")))
        .collect();
    let facts = || captures().map(|input| &input.facts);
    let beside = [
        (facts().map(|facts| facts.comments.len()).sum(), "comment"),
        (facts().map(|facts| facts.names.len()).sum(), "host name"),
        (facts().map(|facts| facts.secrets.len()).sum(), "key log"),
    ];
    let beside = beside.into_iter().filter(|(count, _)| *count > 0);
    parts.extend(beside.map(|(count, what)| counted(count, what)));
    if !parts.is_empty() {
        say(&format!("sipscope: left out: {}", parts.join(", ")));
    }
}

fn several(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {many}"),
    }
}
