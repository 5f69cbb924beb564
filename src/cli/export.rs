//! `sipscope export`: calls for other programs, as a capture, as their messages, or as what plays them.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, ValueEnum};
use sipscope::base::escape;
use sipscope::trace::{CallId, Trace};
use sipscope::{Extracted, Form, Intake, extract};
use tempfile::NamedTempFile;

use super::filter::Filter;
use super::times::times;
use super::traced::Traced;
use super::{Ended, Outcome, WrongUsage, counted, ended, say, scenario};

#[derive(Args)]
pub(super) struct Export {
    #[command(flatten)]
    traced: Traced,

    #[command(flatten)]
    filter: Filter,

    /// In which form; without it, the one that the end of the output's name says.
    #[arg(long, short, value_enum)]
    format: Option<Written>,

    /// Where to write it; - is standard output.
    #[arg(long, short, value_name = "PATH")]
    output: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Written {
    /// A capture with any number of link layers, comments, and keys for what is encrypted.
    Pcapng,
    /// A capture that every program reads, with one link layer.
    Pcap,
    /// Messages with their times and ends, as Kamailio's sipdump writes them.
    Text,
    /// Messages with their times and ends, as Homer gives them out, a line each.
    Json,
    /// One call as two scenarios for SIPp, as of call.xml call-uac.xml and call-uas.xml.
    Sipp,
}

impl Written {
    /// How names of files end.
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Pcapng => &["pcapng", "ntar"],
            Self::Pcap => &["pcap", "cap"],
            Self::Text => &["txt", "log", "sip"],
            Self::Json => &["json", "ndjson"],
            Self::Sipp => &["xml"],
        }
    }

    /// The form, unless the messages are not written as they are.
    fn form(self) -> Option<Form> {
        match self {
            Self::Pcapng => Some(Form::Pcapng),
            Self::Pcap => Some(Form::Pcap),
            Self::Text => Some(Form::Text),
            Self::Json => Some(Form::Json),
            Self::Sipp => None,
        }
    }
}

impl Export {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let mut traced = self.traced.clone();
        let number = traced.inputs.take_number();
        let written = self.written()?;
        let to_terminal = self.output.as_os_str() == "-" && io::stdout().is_terminal();
        if to_terminal && matches!(written, Written::Pcapng | Written::Pcap) {
            let wrong = "a capture is nothing for a terminal: name a file with --output";
            return Err(WrongUsage(wrong.to_owned()).into());
        }
        if written == Written::Sipp {
            scenario::check(&self.output)?;
        }
        let (mut intake, trace) = traced.trace()?;
        let calls = self.calls(number, &mut intake, &trace)?;
        if calls.is_empty() {
            return ended(&intake, Ended::NothingFound);
        }
        let Some(form) = written.form() else {
            let how = scenario::write(&self.output, &mut intake, &trace, &calls)?;
            return ended(&intake, how);
        };
        let job = traced.job();
        let mut write =
            |out: &mut dyn Write| extract(&mut &mut *out, &mut intake, &trace, &job, &calls, form);
        let extracted = match self.output.as_os_str() == "-" {
            true => write(out)?,
            false => whole(&self.output, write).with_context(|| shown(&self.output))?,
        };
        say(&told(calls.len(), extracted, written));
        ended(&intake, Ended::Fine)
    }

    fn written(&self) -> anyhow::Result<Written> {
        if let Some(format) = self.format {
            return Ok(format);
        }
        let extension = self.output.extension().and_then(OsStr::to_str);
        let extension = extension.unwrap_or_default().to_ascii_lowercase();
        let mut all = Written::value_variants().iter().copied();
        let meant = all.find(|one| one.extensions().contains(&extension.as_str()));
        meant.ok_or_else(|| {
            let path = shown(&self.output);
            WrongUsage(format!(
                "the name {path} does not tell the form: --format does"
            ))
            .into()
        })
    }

    /// The calls that are meant; it is said where there are none.
    fn calls(
        &self,
        number: Option<usize>,
        intake: &mut Intake,
        trace: &Trace,
    ) -> anyhow::Result<Vec<CallId>> {
        let count = trace.calls().len();
        if let Some(number) = number {
            let call = CallId::numbered(number).and_then(|id| trace.call(id));
            if call.is_none() {
                say(&format!(
                    "sipscope: there is no call {number}: the inputs hold {count}"
                ));
            }
            return Ok(call.iter().map(|call| call.id()).collect());
        }
        let times = times(intake, trace);
        let mut calls = Vec::new();
        for call in trace.calls() {
            if self.filter.matches(&call, &times, intake)? {
                calls.push(call.id());
            }
        }
        if calls.is_empty() {
            say(&format!(
                "sipscope: nothing to export: none of {} is meant",
                counted(count, "call")
            ));
        }
        Ok(calls)
    }
}

/// Writes a file whole or not at all: what is written over may be one of the inputs, which are read meanwhile.
pub(super) fn whole<T>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<T>,
) -> io::Result<T> {
    // What is no file, as a pipe, cannot be put in place of another.
    if fs::metadata(path).is_ok_and(|known| !known.is_file()) {
        let mut file = BufWriter::new(fs::File::create(path)?);
        let written = write(&mut file)?;
        file.flush()?;
        return Ok(written);
    }
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    // What must not be written must not be put aside for another file, either.
    let known = match fs::metadata(&target) {
        Ok(known) if known.permissions().readonly() => {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "the file is read-only",
            ));
        }
        known => known.ok(),
    };
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let new = new_in(folder.unwrap_or(Path::new(".")))?;
    let mut file = BufWriter::new(new.as_file());
    let written = write(&mut file)?;
    file.flush()?;
    drop(file);
    if let Some(known) = known {
        new.as_file().set_permissions(known.permissions())?;
    }
    new.persist(&target)?;
    Ok(written)
}

/// A file that others may read as any that the user makes; by itself a temporary one is private.
fn new_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

pub(super) fn shown(path: &Path) -> String {
    escape::text(&path.to_string_lossy())
}

/// What came of it, in a line.
fn told(calls: usize, extracted: Extracted, written: Written) -> String {
    let Extracted {
        frames,
        wrapped,
        bare,
        listed,
        changed,
        keys,
    } = extracted;
    let mut parts = vec![counted(calls, "call")];
    let mut part = |count: usize, what: &str, how: &str| {
        if count > 0 {
            parts.push(format!("{}{how}", counted(count, what)));
        }
    };
    part(listed, "message", "");
    part(
        changed,
        "message",
        " with bytes that are no UTF-8, which JSON cannot hold: they are U+FFFD there",
    );
    part(frames, "frame", " copied");
    part(
        wrapped,
        "message",
        " in new packets: no frames, or none without other messages",
    );
    part(
        bare,
        "message",
        " as exported PDUs, too little being known of their ends",
    );
    match written {
        Written::Pcap => part(
            keys,
            "key log",
            " left out, for which pcap has no place: other programs need them beside it",
        ),
        _ => part(keys, "key log", " copied"),
    }
    format!("sipscope: {}", parts.join("; "))
}
