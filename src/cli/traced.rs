//! What all commands take that look at the trace: inputs, and what the user knows about them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{fs, io};

use anyhow::{Context, anyhow, bail};
use clap::Args;
use sipscope::trace::{Hints, LinkRule, NodeHint, Trace, read_node_file};
use sipscope::{Intake, Job, correlate};

use super::settings::Settings;
use super::{Inputs, WrongUsage, escape, say};

#[derive(Args, Clone)]
pub(super) struct Traced {
    #[command(flatten)]
    pub(super) inputs: Inputs,

    /// Time to add to what a file says, such as 1.5s or -20ms; instead of what its messages tell when other inputs have seen
    /// them too. May be given several times.
    #[arg(long = "offset", value_name = "FILE=TIME", value_parser = offset, allow_hyphen_values = true)]
    offsets: Vec<(PathBuf, i64)>,

    /// What is known of the nodes: labels, roles, which addresses and names are one (TOML). `sipscope nodes -f toml` gives
    /// one to start from.
    #[arg(long = "nodes", value_name = "FILE")]
    node_file: Option<PathBuf>,

    /// What else makes several Call-IDs one call. May be given several times. header=NAME: fields of this name with the same
    /// value. call-id-prefix: Call-IDs that are the same but for the host behind the @ and for endings such as _b2b-1 and
    /// -b2b_1. call-id-prefix=N: Call-IDs with the same first N bytes.
    #[arg(long = "link", value_name = "RULE")]
    links: Vec<LinkRule>,

    /// Settings: node file, profile, severities of rules, known deviations, baseline. Without it, the file sipscope.toml in the
    /// working directory or the next directory above that has one.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// What stands there, once it was read.
    #[arg(skip)]
    settings: OnceLock<Settings>,
}

impl Traced {
    pub(super) fn settings(&self) -> anyhow::Result<&Settings> {
        if let Some(settings) = self.settings.get() {
            return Ok(settings);
        }
        let read = Settings::read(self.config.as_deref())?;
        Ok(self.settings.get_or_init(|| read))
    }

    /// Whether all is right that is said of the trace, where nobody needs it.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        self.settings()?;
        self.nodes().map(|_| ())
    }

    /// Where the user keeps what is known of nodes.
    pub(super) fn node_file(&self) -> anyhow::Result<Option<&Path>> {
        let named = self.node_file.as_deref();
        Ok(match named {
            Some(_) => named,
            None => self.settings()?.nodes.as_deref(),
        })
    }

    /// What is read, and on how many threads.
    pub(super) fn job(&self) -> Job {
        self.inputs.job(true)
    }

    /// Reads everything and puts it together.
    pub(super) fn trace(&self) -> anyhow::Result<(Intake, Trace)> {
        self.with_nodes(self.nodes()?)
    }

    /// The same for who makes a node file, which the settings may name before there is one.
    pub(super) fn trace_for_node_file(&self) -> anyhow::Result<(Intake, Trace)> {
        match (&self.node_file, self.node_file()?) {
            (None, Some(path)) if !path.exists() => self.with_nodes(Vec::new()),
            _ => self.trace(),
        }
    }

    fn with_nodes(&self, nodes: Vec<NodeHint>) -> anyhow::Result<(Intake, Trace)> {
        let job = self.job();
        let intake = self.inputs.analyze_job(&job)?;
        self.together(intake, &job, nodes)
    }

    /// Puts together what was read.
    pub(super) fn together(
        &self,
        mut intake: Intake,
        job: &Job,
        nodes: Vec<NodeHint>,
    ) -> anyhow::Result<(Intake, Trace)> {
        let hints = Hints {
            offsets: self.offsets(&intake)?,
            nodes,
            links: self.links.clone(),
        };
        let trace = correlate(&mut intake, job, &hints).context("reading messages again")?;
        Ok((intake, trace))
    }

    /// What the node file says.
    fn nodes(&self) -> anyhow::Result<Vec<NodeHint>> {
        let Some(path) = self.node_file()? else {
            return Ok(Vec::new());
        };
        if let Some((_, nodes)) = read_nodes(path)? {
            return Ok(nodes);
        }
        let shown = |path: &Path| escape::text(&path.to_string_lossy());
        let settings = match &self.node_file {
            Some(_) => None,
            None => self.settings()?.file.as_deref(),
        };
        let named = settings.map_or_else(String::new, |settings| {
            format!(", which {} names", shown(settings))
        });
        let path = shown(path);
        bail!(
            "{path}: there is no such node file{named}: `sipscope nodes -f toml INPUT -o {path}` writes one"
        )
    }

    /// What is added to the times of each input.
    pub(super) fn offsets(&self, intake: &Intake) -> anyhow::Result<BTreeMap<u32, i64>> {
        let mut offsets = BTreeMap::new();
        for (file, nanos) in &self.offsets {
            let inputs = || intake.inputs.iter().map(|input| input.path.as_path());
            // The name alone will do where it is one input's only.
            let named: Vec<_> = (0..)
                .zip(inputs())
                .filter(|(_, path)| path.file_name() == file.file_name())
                .collect();
            let input = match (inputs().position(|path| path == file), named.as_slice()) {
                (Some(exact), _) => exact as u32,
                (None, [(only, _)]) => *only,
                (None, several) => {
                    let shown = escape::text(&file.to_string_lossy());
                    let which = if several.is_empty() {
                        "is none"
                    } else {
                        "is the name of several"
                    };
                    let wrong = format!("--offset: {shown} {which} of the inputs");
                    bail!(WrongUsage(wrong));
                }
            };
            let mut messages = intake.sightings.iter();
            if !messages.any(|message| message.input() == input) {
                let shown = escape::text(&file.to_string_lossy());
                say(&format!(
                    "sipscope: --offset: there is no message in {shown} of which the time could be set"
                ));
            }
            offsets.insert(input, *nanos);
        }
        Ok(offsets)
    }
}

/// What a node file says, as it is written and as it is meant; none where there is no such file.
pub(super) fn read_nodes(path: &Path) -> anyhow::Result<Option<(String, Vec<NodeHint>)>> {
    let shown = || escape::text(&path.to_string_lossy());
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(shown),
    };
    let nodes = read_node_file(&text).map_err(|error| {
        let error = escape::text(&error.to_string());
        anyhow!(WrongUsage(format!("{}, {error}", shown())))
    })?;
    Ok(Some((text, nodes)))
}

/// `b.pcap=+1.5s`.
fn offset(text: &str) -> Result<(PathBuf, i64), String> {
    let (file, time) = text
        .rsplit_once('=')
        .ok_or("FILE=TIME is wanted, such as b.pcap=+1.5s")?;
    let nanos = nanos(time).ok_or_else(|| format!("{time} is no time such as +1.5s or -20ms"))?;
    Ok((file.into(), nanos))
}

/// `+1.5s`, `-20ms`, `2`: seconds where no unit is given.
fn nanos(text: &str) -> Option<i64> {
    let units = [("ns", 1.0), ("us", 1e3), ("ms", 1e6), ("s", 1e9), ("", 1e9)];
    let (number, unit) = units
        .iter()
        .find_map(|(unit, nanos)| Some((text.strip_suffix(unit)?, nanos)))?;
    let number: f64 = number.parse().ok()?;
    let nanos = number * unit;
    // A hundred years; beyond that it is a mistake.
    (nanos.abs() < 3.2e18).then_some(nanos.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::nanos;

    #[test]
    fn times_with_and_without_unit() {
        let expected = [
            ("+1.5s", Some(1_500_000_000)),
            ("-20ms", Some(-20_000_000)),
            ("2", Some(2_000_000_000)),
            ("3us", Some(3_000)),
            ("7ns", Some(7)),
            ("", None),
            ("s", None),
            ("1h", None),
            ("1e30s", None),
            ("NaN", None),
        ];
        for (text, nanos_expected) in expected {
            assert_eq!(nanos(text), nanos_expected, "{text}");
        }
    }
}
