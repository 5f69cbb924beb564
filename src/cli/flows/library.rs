//! The flows of the program, and those that the user adds: all files `*.toml` of the directories given.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use sipscope::flow::{Template, read_template, templates};

use crate::cli::file::at;
use crate::cli::unknown::unknown;
use crate::cli::{WrongUsage, escape};

#[derive(Args)]
pub(in crate::cli) struct Templates {
    /// Directory with templates of your own (*.toml). May be given several times.
    #[arg(long = "templates", value_name = "DIR")]
    directories: Vec<PathBuf>,
}

/// A flow, and the file that it was read from unless it is part of the program.
pub(super) struct Known {
    pub(super) template: Template,
    pub(super) file: Option<PathBuf>,
}

impl Templates {
    /// Whether the user adds none.
    pub(in crate::cli) fn is_empty(&self) -> bool {
        self.directories.is_empty()
    }

    /// All flows: first those of the program, then those of each directory by name of the file.
    pub(super) fn load(&self) -> anyhow::Result<Vec<Known>> {
        let mut all: Vec<_> = own().collect();
        for file in self.files()? {
            let template = match read(&file)? {
                Ok(template) => template,
                Err(fault) => bail!(WrongUsage(fault)),
            };
            if let Some(fault) = clash(&all, &template, &file) {
                bail!(WrongUsage(fault));
            }
            all.push(Known {
                template,
                file: Some(file),
            });
        }
        Ok(all)
    }

    /// The files of the user.
    pub(super) fn files(&self) -> anyhow::Result<Vec<PathBuf>> {
        let mut all = Vec::new();
        for directory in &self.directories {
            let cannot = || at(directory, "--templates names a directory of templates");
            let entries = fs::read_dir(directory).with_context(cannot)?;
            let mut files = Vec::new();
            for entry in entries {
                let path = entry.with_context(cannot)?.path();
                if path
                    .extension()
                    .is_some_and(|extension| extension == "toml")
                {
                    // From a pipe or a device nobody may ever write to its end.
                    if fs::metadata(&path).is_ok_and(|known| !known.is_file()) {
                        bail!(
                            "{}: it is no file; --templates reads all files *.toml of a directory",
                            shown(&path)
                        );
                    }
                    files.push(path);
                }
            }
            files.sort();
            all.append(&mut files);
        }
        Ok(all)
    }
}

/// The flows of the program.
pub(super) fn own() -> impl Iterator<Item = Known> {
    let all = templates().into_iter();
    all.map(|template| Known {
        template,
        file: None,
    })
}

/// Reads a file; inside is what is wrong with what it says.
pub(super) fn read(file: &Path) -> anyhow::Result<Result<Template, String>> {
    let cannot = || {
        at(
            file,
            "a file with a template is wanted; --templates names a directory of them",
        )
    };
    let bytes = fs::read(file).with_context(cannot)?;
    let template = match str::from_utf8(&bytes) {
        Ok(text) => read_template(text).map_err(|error| error.to_string()),
        Err(error) => {
            let before = bytes[..error.valid_up_to()].iter();
            let line = before.filter(|byte| **byte == b'\n').count() + 1;
            Err(format!("line {line}: this is no UTF-8 text"))
        }
    };
    Ok(template.map_err(|error| format!("{}: {}", shown(file), escape::text(&error))))
}

/// What to say if there is a flow with this identifier already.
pub(super) fn clash(known: &[Known], template: &Template, file: &Path) -> Option<String> {
    let other = known
        .iter()
        .find(|known| known.template.id == template.id)?;
    let owner = match &other.file {
        Some(file) => format!("{} has it already", shown(file)),
        None => "a flow of the program has it already, which no file replaces".to_owned(),
    };
    let id = escape::text(&template.id);
    Some(format!(
        "{}: line {}: id: {id} is taken, {owner}; choose another",
        shown(file),
        template.id_line
    ))
}

/// The flow with this identifier.
pub(super) fn named(mut known: Vec<Known>, id: &str) -> anyhow::Result<Known> {
    let ids = known.iter().map(|known| known.template.id.as_str());
    match ids.clone().position(|known| known == id) {
        Some(at) => Ok(known.swap_remove(at)),
        None => Err(unknown("flow", id, ids, "flows").into()),
    }
}

pub(super) fn shown(path: &Path) -> String {
    escape::text(&path.to_string_lossy())
}
