//! `sipscope flows`: flows that documents describe.

mod find;
mod told;

use std::io::Write;

use clap::{Args, Subcommand};

use super::Outcome;

#[derive(Args)]
pub(super) struct Flows {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Which of the flows a trace has in it, and step by step whether it keeps to them.
    Match(find::Match),
}

impl Flows {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        match &self.what {
            What::Match(command) => command.run(out),
        }
    }
}
