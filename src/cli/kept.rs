//! Files that a command is given to read stay: a capture that was written over cannot be made again.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::ArgMatches;

use super::WrongUsage;
use super::file::shown;

/// What a command writes, by the names of its options: a new baseline may take the place of the one before.
const WRITTEN: [&str; 2] = ["output", "write_baseline"];

/// Refuses to write to a file that is to be read.
pub(super) fn check(mut matches: &ArgMatches) -> anyhow::Result<()> {
    while let Some((_, inner)) = matches.subcommand() {
        matches = inner;
    }
    let output = matches.try_get_one::<PathBuf>("output").ok().flatten();
    let Some(output) = output.filter(|path| path.is_file()) else {
        return Ok(());
    };
    let read = matches.ids().filter(|id| !WRITTEN.contains(&id.as_str()));
    let mut read = read.filter_map(|id| matches.try_get_many::<PathBuf>(id.as_str()).ok()?);
    match read.any(|mut paths| paths.any(|path| is_same(path, output))) {
        true => bail!(WrongUsage(format!(
            "{}: this is to be read, and stays: name another file for the output",
            shown(output)
        ))),
        false => Ok(()),
    }
}

/// Whether both are one file.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    let canonical = |path: &Path| fs::canonicalize(path).ok();
    canonical(one).is_some_and(|one| canonical(other) == Some(one))
}
