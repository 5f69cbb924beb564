//! `sipscope completions`: what a shell needs to complete commands, options and their values.

use std::io::Write;

use clap::Args;
use clap_complete::{Shell, generate};

use super::printed::Output;
use super::{Ended, NAME, Outcome, command};

#[derive(Args)]
pub(super) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,

    #[command(flatten)]
    pub(super) printed: Output,
}

impl Completions {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let mut text = Vec::new();
        generate(self.shell, &mut command(), NAME, &mut text);
        out.write_all(&text)?;
        Ok((Ended::Fine, true))
    }
}
