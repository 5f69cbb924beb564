//! Where a command prints, and in which colours: what all commands take that print lines.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::{env, fmt};

use clap::{Args, ValueEnum};
use sipscope::base::Ink;
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

    #[command(flatten)]
    colours: Colours,
}

/// Whether in colours.
#[derive(Args, Clone)]
pub(super) struct Colours {
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

/// Of what came of a call.
pub(super) fn outcome_ink(outcome: &trace::Outcome) -> Ink {
    use trace::Outcome::*;
    match outcome {
        Status(status) | Proceeding(status) => Ink::of_status(*status),
        StillRegistered(_, last) | StillPublished(_, last) => outcome_ink(last),
        Answered { lost: Some(_), .. } | JoinedLate { lost: Some(_), .. } | RanOut(_) => {
            Ink::Doubtful
        }
        Canceled | NotRegistered => Ink::Doubtful,
        RefusalNotSeen(_) | NotListed | NoAnswer => Ink::Bad,
        AnswerNotSeen { .. } | Subscribed { .. } => Ink::Good,
        Answered { .. } | JoinedLate { .. } => Ink::Good,
        Registered(_) | Deregistered | Published(_) | Removed => Ink::Good,
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
    /// Lets a command print where it is to. A name that ends like no form of the command may be meant for another one.
    pub(super) fn to(
        &self,
        out: &mut dyn Write,
        print: impl FnOnce(&mut dyn Write) -> Outcome,
    ) -> Outcome {
        if let Some(path) = self.output.file().filter(|path| path.extension().is_some()) {
            F::of(self.format, path)?;
        }
        self.output.to(out, print)
    }

    /// The form that is meant: the first of all where nothing tells another.
    pub(super) fn form(&self) -> F {
        let of_name = || F::of_name(self.output.file()?);
        self.format
            .or_else(of_name)
            .unwrap_or(F::value_variants()[0])
    }

    /// The file that is written, if it is one.
    pub(super) fn file(&self) -> Option<&PathBuf> {
        self.output.file()
    }

    pub(super) fn paint(&self) -> Paint {
        Paint(self.colours.are_wanted(self.output.file().is_some()))
    }
}

impl Colours {
    /// Whether lines have them that go to a file or to standard output.
    pub(super) fn are_wanted(&self, to_file: bool) -> bool {
        match self.color {
            When::Always => true,
            When::Never => false,
            When::Auto => {
                let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
                let dumb = env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
                !to_file && io::stdout().is_terminal() && !set("NO_COLOR") && !dumb
            }
        }
    }
}

impl Paint {
    /// No colours.
    pub(super) const NONE: Self = Self(false);

    /// A text in a colour: one that was escaped, or was not from outside.
    pub(super) fn text<T: fmt::Display>(self, ink: Ink, text: T) -> Painted<T> {
        Painted {
            ink: self.0.then_some(ink),
            text,
        }
    }
}

/// A text in a colour, to be printed.
pub(super) struct Painted<T> {
    ink: Option<Ink>,
    text: T,
}

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(ink) = self.ink else {
            return self.text.fmt(f);
        };
        f.write_str(ink.on())?;
        self.text.fmt(f)?;
        f.write_str(Ink::OFF)
    }
}
