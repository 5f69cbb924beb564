//! What an audit is held to, from options and from `sipscope.toml`: that of the working directory, or of the next one above it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::Args;
use clap::builder::PossibleValuesParser;
use sipscope::rules::{Config, Policy, Profile};

use crate::cli::{WrongUsage, escape, say};

#[derive(Args)]
pub(super) struct Settings {
    /// Which documents the network keeps to: rules that are written in no such document are left out. Default: 3gpp-current,
    /// or what the settings say.
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(Profile::ALL.map(Profile::name)))]
    profile: Option<String>,

    /// Settings: profile, severities of rules, known deviations, baseline, node file. Without it, the file sipscope.toml in the
    /// working directory or the next directory above that has one.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// The settings of an audit.
#[derive(Default)]
pub(super) struct Found {
    pub(super) policy: Policy,
    pub(super) baseline: Option<PathBuf>,
    pub(super) nodes: Option<PathBuf>,
}

const NAME: &str = "sipscope.toml";

impl Settings {
    pub(super) fn read(&self) -> anyhow::Result<Found> {
        let path = match &self.config {
            Some(path) => Some(path.clone()),
            None => above(),
        };
        let mut found = match &path {
            Some(path) => of_file(path)?,
            None => Found::default(),
        };
        // Nobody named this one.
        if let (Some(path), None) = (&path, &self.config) {
            let path = escape::text(&path.to_string_lossy());
            say(&format!("sipscope: settings of {path}"));
        }
        let own = self.profile.as_deref().and_then(Profile::named);
        found.policy.profile = own.unwrap_or(found.policy.profile);
        Ok(found)
    }
}

fn above() -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    let mut all = here.ancestors().map(|directory| directory.join(NAME));
    all.find(|path| path.is_file())
}

fn of_file(path: &Path) -> anyhow::Result<Found> {
    let shown = escape::text(&path.to_string_lossy());
    let text = fs::read_to_string(path).with_context(|| shown.clone())?;
    let config = Config::read(&text).map_err(|error| {
        let error = escape::text(&error.to_string());
        anyhow!(WrongUsage(format!("{shown}, {error}")))
    })?;
    // Names in the file are those that it sees.
    let folder = path.parent().unwrap_or(Path::new(""));
    Ok(Found {
        policy: config.policy,
        baseline: config.baseline.map(|name| folder.join(name)),
        nodes: config.nodes.map(|name| folder.join(name)),
    })
}
