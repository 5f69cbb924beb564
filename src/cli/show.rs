//! `sipscope show`: one message whole, where it came from, and what is odd about it.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;
use sipscope::Intake;
use sipscope::sip::{Index, Message, Problem};
use sipscope::trace::{Message as Sent, MessageId};

use super::file::shown;
use super::form::Form;
use super::inherited::{self, InheritedRow};
use super::messages::{Row, read};
use super::printed::Printed;
use super::terminal::is_seen;
use super::times::times;
use super::traced::Traced;
use super::unknown::no_number;
use super::{Ended, Outcome, ended, escape, layout, say, typed};

#[derive(Args)]
pub(super) struct Show {
    #[command(flatten)]
    traced: Traced,

    #[command(flatten)]
    pub(super) printed: Printed<ShowFormat>,
}

/// What the number stands for, in error messages.
struct MessageNumber;

impl super::Numbered for MessageNumber {
    const WHAT: &'static str = "message";
    const COMMAND: &'static str = "messages";
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ShowFormat {
    /// For people: where the message came from, what is odd about it, and the message with control characters escaped.
    Text,
    /// For programs: all that, and each header field and the body taken apart, with typed values and their places in the
    /// message. What is not UTF-8 is replaced.
    Json,
    /// The bytes of the message and nothing else; at a terminal with control characters escaped.
    Raw,
}

impl Form for ShowFormat {
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["txt"],
            Self::Json => &["json"],
            Self::Raw => &["sip", "bin"],
        }
    }
}

#[derive(Serialize)]
struct Shown<'a> {
    schema: &'static str,
    #[serde(flatten)]
    row: Row,
    /// What the step of a document has from others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inherited: Vec<InheritedRow>,
    message: String,
    parsed: typed::Typed<'a>,
}

impl Show {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let mut traced = self.traced.clone();
        let number = traced.inputs.take_needed_number::<MessageNumber>()?;
        if says_what_is_not_there(&traced.inputs.files) {
            return Ok((Ended::Fine, false));
        }
        let (mut intake, trace) = traced.trace()?;
        let found = MessageId::numbered(number).and_then(|id| trace.message(id));
        let Some(found) = found else {
            let count = trace.messages().len();
            if count == 0 && !intake.unreadable.is_empty() {
                // Why there are no messages has been said.
                return ended(&intake, Ended::NothingFound);
            }
            no_number("message", number, count, "messages");
            return ended(&intake, Ended::NothingFound);
        };
        let bytes = read(&mut intake, &found)?;
        let row = Row::of(&intake, &trace, &times(&intake, &trace), &found, &bytes);
        if self.printed.form() == ShowFormat::Raw {
            match is_seen(self.printed.file().map(PathBuf::as_path)) {
                true => out.write_all(escape::lines(&bytes).as_bytes())?,
                false => out.write_all(&bytes)?,
            }
            return ended(&intake, Ended::Fine);
        }
        let mut index = Index::default();
        let message = Message::read(&bytes, &mut index);
        let problems = if found.sighting().whole() {
            message.problems()
        } else {
            message.problems_of_cut()
        };
        let inherited = inherited::rows(&intake, found.sighting().records()[0]);
        if self.printed.form() == ShowFormat::Json {
            let shown = Shown {
                schema: "sipscope.show/1",
                row,
                inherited,
                message: String::from_utf8_lossy(&bytes).into_owned(),
                parsed: typed::Typed {
                    message,
                    problems: &problems,
                },
            };
            layout::write(out, &shown)?;
        } else {
            row.print(out)?;
            records(&intake, &found, out)?;
            inherited::print(out, &inherited)?;
            list(&problems, &bytes, out)?;
            writeln!(out, "\n{}", escape::lines(&bytes))?;
        }
        ended(&intake, Ended::Fine)
    }
}

/// Messages are numbered over all inputs: without one of them the number may mean another message, so that none is shown.
fn says_what_is_not_there(files: &[PathBuf]) -> bool {
    let is_absent = |path: &&PathBuf| {
        path.as_path() != Path::new("-") && matches!(path.try_exists(), Ok(false))
    };
    let absent: Vec<_> = files.iter().filter(is_absent).collect();
    for path in &absent {
        let path = shown(path);
        say(&format!("sipscope: {path}: there is no such file"));
    }
    !absent.is_empty()
}

/// Every record that brought a part, for messages that came in several.
fn records(intake: &Intake, message: &Sent<'_>, out: &mut impl Write) -> std::io::Result<()> {
    for record in message.sighting().records() {
        let input = intake.inputs.get(record.input as usize);
        let path = input.map_or_else(String::new, |input| {
            input.path.to_string_lossy().into_owned()
        });
        let unit = super::unit(intake, record.input);
        writeln!(out, "{unit} {} of {}", record.number, escape::text(&path))?;
    }
    Ok(())
}

/// So many problems are listed for a person.
const LISTED: usize = 20;

/// What is odd, a line each: where, in which header field, what.
fn list(problems: &[Problem], message: &[u8], out: &mut impl Write) -> std::io::Result<()> {
    let more: u64 = problems.iter().map(|problem| u64::from(problem.more)).sum();
    let count = problems.len() as u64 + more;
    if count == 0 {
        return writeln!(out, "problems: none");
    }
    writeln!(out, "problems: {count}")?;
    for problem in problems.iter().take(LISTED) {
        let expected = if problem.kind.is_limit() {
            ""
        } else {
            "expected "
        };
        let header = match problem.name.spelling() {
            "" => String::new(),
            name => format!(" {name}:"),
        };
        writeln!(
            out,
            "  bytes {} to {}:{header} {expected}{} ({}){}",
            problem.span.start,
            problem.span.end,
            problem.kind.expected(),
            problem.kind.code(),
            found(problem.span.of(message)),
        )?;
    }
    let rest = count - problems.len().min(LISTED) as u64;
    if rest > 0 {
        writeln!(out, "  and {rest} more: --format json lists more of them")?;
    }
    Ok(())
}

/// The beginning of what stands there instead.
fn found(text: &[u8]) -> String {
    const LONGEST: usize = 40;
    match text {
        [] => String::new(),
        short if short.len() <= LONGEST => format!(": {}", escape::bytes(short)),
        long => format!(": {}...", escape::bytes(&long[..LONGEST])),
    }
}
