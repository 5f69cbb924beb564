//! Where a command prints, and in which colours: what all commands take that print lines.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::{env, fmt};

use clap::{Args, ValueEnum};
use sipscope::trace;

use super::form::Form;
use super::{Outcome, file};

/// Where a command prints.
#[derive(Args, Clone)]
#[command(next_help_heading = "Output")]
pub(super) struct Output {
    /// Where to write it; without it, to standard output.
    #[arg(long, short, value_name = "PATH")]
    output: Option<PathBuf>,
}

/// And how.
#[derive(Args, Clone)]
#[command(next_help_heading = "Output")]
pub(super) struct Printed<F: Form + Send + Sync + 'static> {
    /// Form of the output. Without it, as the name of --output ends, or text.
    #[arg(long, short, value_enum)]
    format: Option<F>,

    #[command(flatten)]
    output: Output,

    /// Whether lines for people have colours. On its own, where a terminal shows them and NO_COLOR is not set.
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    color: When,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

/// Colours, if there are to be any.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Paint(bool);

/// What a colour stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// What is wrong, or was taken away.
    Bad,
    /// What may be wrong.
    Doubtful,
    /// What is only told.
    Told,
    /// What is right, or came to it.
    Good,
    /// What stands above others.
    Head,
}

impl Style {
    /// Of an answer with this status.
    pub(super) fn of_status(status: u16) -> Self {
        match status {
            ..200 => Self::Told,
            200..300 => Self::Good,
            300..400 => Self::Doubtful,
            _ => Self::Bad,
        }
    }

    /// Of what came of a call.
    pub(super) fn of_outcome(outcome: &trace::Outcome) -> Self {
        use trace::Outcome::*;
        match outcome {
            Status(status) | Proceeding(status) => Self::of_status(*status),
            StillRegistered(_, last) | StillPublished(_, last) => Self::of_outcome(last),
            Answered { lost: Some(_), .. } | JoinedLate { lost: Some(_), .. } | RanOut(_) => {
                Self::Doubtful
            }
            Canceled | NotRegistered => Self::Doubtful,
            RefusalNotSeen(_) | NotListed | NoAnswer => Self::Bad,
            AnswerNotSeen { .. } | Subscribed { .. } => Self::Good,
            Answered { .. } | JoinedLate { .. } => Self::Good,
            Registered(_) | Deregistered | Published(_) | Removed => Self::Good,
        }
    }
}

impl Output {
    /// Lets a command print there.
    pub(super) fn to(
        &self,
        out: &mut dyn Write,
        print: impl FnOnce(&mut dyn Write) -> Outcome,
    ) -> Outcome {
        match self.file() {
            Some(path) => file::whole(path, print),
            None => print(out),
        }
    }

    fn file(&self) -> Option<&PathBuf> {
        self.output.as_ref().filter(|path| path.as_os_str() != "-")
    }
}

impl<F: Form + Send + Sync + 'static> Printed<F> {
    /// Lets a command print where it is to.
    pub(super) fn to(
        &self,
        out: &mut dyn Write,
        print: impl FnOnce(&mut dyn Write) -> Outcome,
    ) -> Outcome {
        self.output.to(out, print)
    }

    /// The form that is meant: the first of all where nothing tells another.
    pub(super) fn form(&self) -> F {
        let of_name = || F::of_name(self.output.file()?);
        self.format
            .or_else(of_name)
            .unwrap_or(F::value_variants()[0])
    }

    pub(super) fn paint(&self) -> Paint {
        Paint(match self.color {
            When::Always => true,
            When::Never => false,
            When::Auto => {
                let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
                let dumb = env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
                self.output.file().is_none()
                    && io::stdout().is_terminal()
                    && !set("NO_COLOR")
                    && !dumb
            }
        })
    }
}

impl Paint {
    /// No colours.
    pub(super) const NONE: Self = Self(false);

    /// A text in a colour: one that was escaped, or was not from outside.
    pub(super) fn text<T: fmt::Display>(self, style: Style, text: T) -> Painted<T> {
        Painted {
            style: self.0.then_some(style),
            text,
        }
    }
}

/// A text in a colour, to be printed.
pub(super) struct Painted<T> {
    style: Option<Style>,
    text: T,
}

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // ECMA-48 8.3.117.
        let code = match self.style {
            None => return self.text.fmt(f),
            Some(Style::Bad) => "31",
            Some(Style::Doubtful) => "33",
            Some(Style::Told) => "36",
            Some(Style::Good) => "32",
            Some(Style::Head) => "1",
        };
        write!(f, "\x1b[{code}m")?;
        self.text.fmt(f)?;
        write!(f, "\x1b[0m")
    }
}
