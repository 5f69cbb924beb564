//! In which form something is written: as was asked for, or as the name of the output ends.

use std::ffi::OsStr;
use std::path::Path;

use clap::ValueEnum;

use super::WrongUsage;
use super::file::shown;

/// Whether a name ends in one of these ways, in any case.
pub(super) fn ends_with_one_of(path: &Path, ends: &[&str]) -> bool {
    let extension = path.extension().and_then(OsStr::to_str);
    extension.is_some_and(|extension| ends.iter().any(|end| end.eq_ignore_ascii_case(extension)))
}

/// Refuses a name for the only form of an output that tells another one.
pub(super) fn only(path: &Path, ends: &[&str]) -> anyhow::Result<()> {
    let all: Vec<_> = ends.iter().map(|end| format!(".{end}")).collect();
    match path.extension().is_none() || ends_with_one_of(path, ends) {
        true => Ok(()),
        false => Err(WrongUsage(format!(
            "the name {} tells another form than the one that is written: {}",
            shown(path),
            all.join(", ")
        ))
        .into()),
    }
}

/// Refuses a name for the folder of several files that is one of a file.
pub(super) fn folder(path: &Path, ends: &[&str]) -> anyhow::Result<()> {
    match !path.is_dir() && ends_with_one_of(path, ends) {
        true => Err(WrongUsage(format!(
            "the name {} is that of one file, and several are written: name a folder for them",
            shown(path)
        ))
        .into()),
        false => Ok(()),
    }
}

/// Forms of an output.
pub(super) trait Form: ValueEnum + Copy {
    /// How names of files end, the usual way first.
    fn extensions(self) -> &'static [&'static str];

    /// The one that a name tells.
    fn of_name(path: &Path) -> Option<Self> {
        let extension = path.extension().and_then(OsStr::to_str)?;
        let extension = extension.to_ascii_lowercase();
        let mut all = Self::value_variants().iter().copied();
        all.find(|form| form.extensions().contains(&extension.as_str()))
    }

    /// The one that was asked for, or that the name tells: one of them has to.
    fn of(asked: Option<Self>, path: &Path) -> anyhow::Result<Self> {
        asked.or_else(|| Self::of_name(path)).ok_or_else(|| {
            let path = shown(path);
            let all = Self::value_variants().iter();
            let ends = all.filter_map(|form| form.extensions().first());
            let mut ends: Vec<_> = ends.map(|end| format!(".{end}")).collect();
            ends.dedup();
            let ends = ends.join(", ");
            let built = match path.ends_with(".png") {
                true => "; pictures of points are written by a program built with --features png",
                false => "",
            };
            let wrong = format!(
                "the name {path} does not tell the form: --format does, or one of {ends} at its end{built}"
            );
            WrongUsage(wrong).into()
        })
    }
}
