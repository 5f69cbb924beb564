//! What stands in `sipscope.toml`: that of the working directory, or of the next one above it, or the file that is named instead.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use sipscope::rules::{Config, Policy};

use super::{WrongUsage, escape, say};

/// What is known before anything is read.
#[derive(Clone, Default)]
pub(super) struct Settings {
    /// The file in which they stand.
    pub(super) file: Option<PathBuf>,
    pub(super) policy: Policy,
    pub(super) baseline: Option<PathBuf>,
    pub(super) nodes: Option<PathBuf>,
}

const NAME: &str = "sipscope.toml";

impl Settings {
    /// Reads the file that was named, or the one that is there; which that is, is said.
    pub(super) fn read(named: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(path) = named {
            return of_file(path);
        }
        let Some(path) = above() else {
            return Ok(Self::default());
        };
        let found = of_file(&path)?;
        let path = escape::text(&path.to_string_lossy());
        say(&format!("sipscope: settings of {path}"));
        Ok(found)
    }
}

fn above() -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    let mut all = here.ancestors().map(|directory| directory.join(NAME));
    all.find(|path| path.is_file())
}

fn of_file(path: &Path) -> anyhow::Result<Settings> {
    let shown = escape::text(&path.to_string_lossy());
    let text = fs::read_to_string(path).with_context(|| {
        format!("{shown}: these settings cannot be read: --config names a file with others")
    })?;
    let config = Config::read(&text).map_err(|error| {
        let error = escape::text(&error.to_string());
        anyhow!(WrongUsage(format!("{shown}, {error}")))
    })?;
    // Names in the file are those that it sees.
    let folder = path.parent().unwrap_or(Path::new(""));
    Ok(Settings {
        file: Some(path.to_owned()),
        policy: config.policy,
        baseline: config.baseline.map(|name| folder.join(name)),
        nodes: config.nodes.map(|name| folder.join(name)),
    })
}
