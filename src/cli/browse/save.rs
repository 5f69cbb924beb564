//! Writes what is shown to a file; the end of its name says the form. What comes of it is said in the interface.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use sipscope::base::escape;
use sipscope::render::sequence::{mermaid, plantuml};
use sipscope::render::{svg, text};
use sipscope::report::ladder::Ladder;
use sipscope::trace::{CallId, Trace};
use sipscope::tui::{ENDS_OF_CALLS, ENDS_OF_LADDER, ENDS_OF_LINES};
use sipscope::{Gaps, Intake, Job, extract};

use super::load::Audited;
use crate::cli::calls::{self, CallsFormat};
use crate::cli::printed::Paint;
use crate::cli::{counted, report};

/// Text that is saved is as wide as it needs to be, up to this.
const WIDTH: usize = 160;

/// Whether the name asks for calls as a whole, also where a ladder is shown.
pub(super) fn is_of_calls(name: &str) -> bool {
    matches!(extension(name), Some("html" | "pcapng"))
}

fn extension(name: &str) -> Option<&str> {
    Path::new(name).extension().and_then(OsStr::to_str)
}

/// A ladder.
pub(super) fn ladder(ladder: &Ladder, name: &str) -> String {
    let style = text::Style {
        width: WIDTH,
        charset: text::Charset::Unicode,
        in_colours: false,
    };
    let picture = svg::Style {
        theme: svg::Theme::Plain,
        paper: svg::Paper::None,
    };
    let drawn = match extension(name) {
        Some("svg") => {
            let picture = svg::draw(ladder, picture);
            let mut said = self::text(&picture.source, name);
            if picture.is_too_large() {
                let most = svg::Picture::MOST;
                said.push_str(&format!(", larger than some programs draw ({most} points)"));
            }
            return said;
        }
        Some("txt") => text::draw(ladder, style),
        Some("mmd") => mermaid::draw(ladder),
        Some("puml") => plantuml::draw(ladder),
        _ => {
            return has_to_end_in(ENDS_OF_LADDER);
        }
    };
    self::text(&drawn, name)
}

/// What calls are written as.
enum Form {
    List(CallsFormat),
    /// Their ladders and messages.
    Page,
    /// Their messages.
    Capture,
}

/// Calls, in the form that the name says.
pub(super) fn calls(
    intake: &mut Intake,
    trace: &Trace,
    job: &Job,
    audited: Option<&Audited>,
    chosen: &[CallId],
    name: &str,
) -> String {
    let form = match extension(name) {
        Some("txt") => Form::List(CallsFormat::Text),
        Some("csv") => Form::List(CallsFormat::Csv),
        Some("json") => Form::List(CallsFormat::Json),
        Some("html") => Form::Page,
        Some("pcapng") => Form::Capture,
        _ => return has_to_end_in(ENDS_OF_CALLS),
    };
    let what = counted(chosen.len(), "call");
    let mut bare = 0;
    let mut said = said(&what, name, |file| {
        let mut file = BufWriter::new(file);
        match form {
            Form::List(format) => {
                calls::write(
                    &mut file,
                    (format, Paint::NONE),
                    intake,
                    trace,
                    chosen.to_vec(),
                )?;
            }
            Form::Page => {
                let found = audited.map_or_else(Vec::new, |one| one.findings.to_vec());
                let rules = audited.map_or(&[][..], |one| &one.rules);
                let found = (found, rules);
                report::page_of_calls(&mut file, intake, trace, found, chosen, report::DRAWN)?;
            }
            Form::Capture => {
                bare = extract(
                    &mut file,
                    intake,
                    trace,
                    job,
                    chosen,
                    (sipscope::Form::Pcapng, Gaps::Open),
                )?
                .bare
            }
        }
        Ok(file.flush()?)
    });
    if bare > 0 {
        let messages = counted(bare, "message");
        said.push_str(&format!(", {messages} without frames, as exported PDUs"));
    }
    said
}

/// A screen of lines. It has no other form.
pub(super) fn page(text: &str, name: &str) -> String {
    match extension(name) {
        Some("txt") => self::text(text, name),
        _ => has_to_end_in(ENDS_OF_LINES),
    }
}

fn has_to_end_in(ends: &str) -> String {
    format!("the name has to end in {ends}")
}

/// A text. What is there already is not written over.
fn text(text: &str, name: &str) -> String {
    said("", name, |file| Ok(file.write_all(text.as_bytes())?))
}

/// Writes a new file, whole or not at all; says what came of it.
fn said(what: &str, name: &str, write: impl FnOnce(&mut File) -> anyhow::Result<()>) -> String {
    let shown = escape::text(name);
    let written = created(name).map_err(anyhow::Error::from);
    let written = written.and_then(|mut file| {
        write(&mut file).inspect_err(|_| {
            // What is told is why it was not written.
            let _ = fs::remove_file(name);
        })
    });
    match written {
        Ok(()) if what.is_empty() => format!("saved as {shown}"),
        Ok(()) => format!("{what} saved as {shown}"),
        Err(error) => not_saved(&shown, &error),
    }
}

pub(super) fn not_saved(shown: &str, error: &anyhow::Error) -> String {
    let there = |error: &io::Error| error.kind() == io::ErrorKind::AlreadyExists;
    match error.downcast_ref().is_some_and(there) {
        true => format!("not saved: {shown} is there already"),
        false => format!("not saved as {shown}: {error:#}"),
    }
}

pub(super) fn created(name: impl AsRef<Path>) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(name)
}

#[cfg(test)]
mod tests {
    use sipscope::report::ladder::{Column, Panel, PanelKind, Row};

    use super::*;

    fn high(rows: usize) -> Ladder {
        let row = Row::Panel(Panel {
            number: String::new(),
            first: 0,
            last: 0,
            text: "thinks".to_owned(),
            kind: PanelKind::Action,
            folded: Vec::new(),
        });
        Ladder {
            columns: vec![Column::default()],
            rows: vec![row; rows],
            ..Ladder::default()
        }
    }

    #[test]
    fn a_picture_that_is_too_large_for_some_programs_is_said_to_be() {
        let folder = tempfile::tempdir().unwrap();
        for (rows, is_said) in [(10, false), (2000, true)] {
            let path = folder.path().join(format!("{rows}.svg"));
            let said = ladder(&high(rows), path.to_str().unwrap());
            assert!(path.exists(), "{said}");
            assert_eq!(
                said.contains("larger than some programs draw"),
                is_said,
                "{said}"
            );
        }
    }
}
