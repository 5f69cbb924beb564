//! Files that a command is given to read stay: a capture that was written over cannot be made again.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::bail;
use clap::ArgMatches;
use sipscope::source::expand;

use super::WrongUsage;
use super::file::shown;

/// What a command writes, by the names of its options.
const WRITTEN: [&str; 2] = ["output", "write_baseline"];

/// What is read, by what the arguments say. Names of outputs may be made of others, so that each is held to it where it is written.
static READ: OnceLock<BTreeSet<PathBuf>> = OnceLock::new();

/// Remembers what is to be read, and refuses to write to it before that takes time.
pub(super) fn check(mut matches: &ArgMatches) -> anyhow::Result<()> {
    while let Some((_, inner)) = matches.subcommand() {
        matches = inner;
    }
    let all = |id: &str| matches.try_get_many::<PathBuf>(id).ok().flatten();
    let written = || WRITTEN.iter().filter_map(|id| all(id)).flatten();
    let of_option = |id: &str| -> Vec<PathBuf> {
        let mut paths: Vec<_> = all(id).into_iter().flatten().cloned().collect();
        if id == "baseline" {
            // A new one may take the place of the one before.
            let new = || all("write_baseline").into_iter().flatten();
            paths.retain(|path| !new().any(|new| is_same(new, path)));
        }
        let (files, _) = expand(&paths);
        let mut files: Vec<_> = files.into_iter().map(|file| file.path).collect();
        files.retain(|path| path.is_file());
        if id == "templates" {
            files.retain(|path| path.extension().is_some_and(|end| end == "toml"));
        }
        files
    };
    let ids = matches.ids().map(|id| id.as_str());
    let read = ids.filter(|id| !WRITTEN.contains(id)).flat_map(of_option);
    let read = read
        .filter_map(|path| fs::canonicalize(path).ok())
        .collect();
    let _ = READ.set(read);
    written().try_for_each(|path| refuse(path))
}

/// Refuses to write to a file that is to be read.
pub(super) fn refuse(path: &Path) -> anyhow::Result<()> {
    let path_there = fs::canonicalize(path);
    let is_read = |path: PathBuf| READ.get().is_some_and(|read| read.contains(&path));
    match path_there.is_ok_and(is_read) {
        true => bail!(WrongUsage(format!(
            "{}: this is to be read, and stays: name another file for the output",
            shown(path)
        ))),
        false => Ok(()),
    }
}

/// Whether both are one file.
fn is_same(one: &Path, other: &Path) -> bool {
    let canonical = |path: &Path| fs::canonicalize(path).ok();
    canonical(one).is_some_and(|one| canonical(other) == Some(one))
}
