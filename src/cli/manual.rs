//! `sipscope manual`: manual pages, one for each command, out of the same definitions as the help texts.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Command};
use clap_mangen::Man;

use super::file::{at, shown, whole};
use super::{Ended, Outcome, command};

#[derive(Args)]
pub(super) struct Manual {
    /// The directory to write them into; it is made if it is not there.
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

impl Manual {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let cannot = || {
            at(
                &self.directory,
                "the directory for the pages cannot be made: name another one",
            )
        };
        fs::create_dir_all(&self.directory).with_context(cannot)?;
        let mut all = command();
        all.build();
        pages(&all, &self.directory, out)?;
        Ok((Ended::Fine, true))
    }
}

/// The page of a command, and those of the commands within it.
fn pages(command: &Command, directory: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let path = directory.join(format!("{name}.1"));
    let page = Man::new(command.clone()).title(name.to_ascii_uppercase());
    whole(&path, |mut out| Ok(page.render(&mut out)?))?;
    writeln!(out, "{}", shown(&path))?;
    let within = command.get_subcommands();
    let mut within = within.filter(|command| command.get_name() != "help");
    within.try_for_each(|command| pages(command, directory, out))
}
