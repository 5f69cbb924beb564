//! Writes what is shown to a file; the end of its name says the form. What comes of it is said in the interface.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use sipscope::Intake;
use sipscope::base::escape;
use sipscope::render::sequence::{mermaid, plantuml};
use sipscope::render::{svg, text};
use sipscope::report::ladder::Ladder;
use sipscope::trace::{CallId, Trace};

use super::load::Audited;
use crate::cli::calls::{self, CallsFormat};
use crate::cli::{counted, report};

/// Text that is saved is as wide as it needs to be, up to this.
const WIDTH: usize = 160;

/// A ladder.
pub(super) fn ladder(ladder: &Ladder, name: &str) -> String {
    let extension = Path::new(name).extension().and_then(OsStr::to_str);
    let style = text::Style {
        width: WIDTH,
        charset: text::Charset::Unicode,
    };
    let drawn = match extension {
        Some("svg") => svg::draw(
            ladder,
            svg::Style {
                theme: svg::Theme::Plain,
                paper: svg::Paper::None,
            },
        ),
        Some("txt") => text::draw(ladder, style),
        Some("mmd") => mermaid::draw(ladder),
        Some("puml") => plantuml::draw(ladder),
        _ => return "the name has to end in .svg, .txt, .mmd or .puml".to_owned(),
    };
    self::text(&drawn, name)
}

/// Calls: a list, or a page with their ladders and messages.
pub(super) fn calls(
    intake: &mut Intake,
    trace: &Trace,
    audited: Option<&Audited>,
    chosen: &[CallId],
    name: &str,
) -> String {
    let extension = Path::new(name).extension().and_then(OsStr::to_str);
    let format = match extension {
        Some("txt") => Some(CallsFormat::Text),
        Some("csv") => Some(CallsFormat::Csv),
        Some("json") => Some(CallsFormat::Json),
        Some("html") => None,
        _ => return "the name has to end in .txt, .csv, .json or .html".to_owned(),
    };
    let what = counted(chosen.len(), "call");
    said(&what, name, || {
        let mut file = BufWriter::new(created(name)?);
        match (format, audited) {
            (Some(format), _) => calls::write(&mut file, format, intake, trace, chosen.to_vec())?,
            (None, audited) => {
                let found = audited.map_or_else(Vec::new, |one| one.findings.to_vec());
                let rules = audited.map_or(&[][..], |one| &one.rules);
                let found = (found, rules);
                report::page_of_calls(&mut file, intake, trace, found, chosen, report::DRAWN)?;
            }
        }
        Ok(file.flush()?)
    })
}

/// A text. What is there already is not written over.
pub(super) fn text(text: &str, name: &str) -> String {
    said("", name, || Ok(created(name)?.write_all(text.as_bytes())?))
}

/// A node file. The one that the user keeps is written anew, and stays beside it as it was.
pub(super) fn nodes(text: &str, name: &str, kept: bool) -> Result<(), String> {
    let shown = escape::text(name);
    let write = || {
        if !kept {
            return created(name)?.write_all(text.as_bytes());
        }
        // Whole or not at all: a node file cut in the middle is of no use.
        let new = format!("{name}.new");
        fs::write(&new, text)?;
        fs::copy(name, format!("{name}.before"))?;
        fs::rename(new, name)
    };
    write().map_err(|error: io::Error| not_saved(&shown, &error.into()))
}

/// Writes; says what came of it.
fn said(what: &str, name: &str, write: impl FnOnce() -> anyhow::Result<()>) -> String {
    let shown = escape::text(name);
    match write() {
        Ok(()) if what.is_empty() => format!("saved as {shown}"),
        Ok(()) => format!("{what} saved as {shown}"),
        Err(error) => not_saved(&shown, &error),
    }
}

fn not_saved(shown: &str, error: &anyhow::Error) -> String {
    let there = |error: &io::Error| error.kind() == io::ErrorKind::AlreadyExists;
    match error.downcast_ref().is_some_and(there) {
        true => format!("not saved: {shown} is there already"),
        false => format!("not saved as {shown}: {error:#}"),
    }
}

fn created(name: &str) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(name)
}
