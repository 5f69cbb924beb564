//! `sipscope flows`: flows that documents describe, listed, explained, drawn, checked, found in traces, and played.

mod check;
mod draw;
mod find;
mod library;
mod list;
mod shape;
mod show;
mod suite;
mod synthesize;
mod told;

use std::io::Write;

use clap::{Args, Subcommand};

use super::Outcome;

pub(super) use find::{Matched, known};
pub(super) use library::Templates;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Flows {
    #[command(subcommand)]
    what: Option<What>,

    #[command(flatten)]
    list: list::List,
}

#[derive(Subcommand)]
enum What {
    /// All flows; the same as without a word.
    List(list::List),
    /// One flow in words: who takes part, its steps, what each message must carry, which steps need not be there.
    Show(show::Show),
    /// One flow as a figure, as its document draws it.
    Draw(draw::Draw),
    /// Whether files are templates; what is wrong with them, at which line.
    Check(check::Check),
    /// Which of the flows a trace has in it, and step by step whether it keeps to them.
    Match(Box<find::Match>),
    /// A capture of a flow, or a log: right hop by hop, or wrong in one place on purpose.
    Synthesize(synthesize::Synthesize),
}

impl Flows {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        macro_rules! printed {
            ($command:expr) => {
                $command.printed.to(out, |mut out| $command.run(&mut out))
            };
        }
        match &self.what {
            None => printed!(self.list),
            Some(What::List(command)) => printed!(command),
            Some(What::Show(command)) => printed!(command),
            Some(What::Draw(command)) => command.run(out),
            Some(What::Check(command)) => command.run(out),
            Some(What::Match(command)) => printed!(command),
            Some(What::Synthesize(command)) => command.run(out),
        }
    }
}
