//! Findings that are known and accepted, as a text: a line for each, as `fingerprint` in JSON has it. It holds nothing that changes
//! from call to call, so that another trace of the same network has the same lines.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use sipscope::report::audit::AuditReport;

use crate::cli::escape;

#[derive(Args)]
pub(super) struct Baseline {
    /// Findings that are known: they are counted and not told. A finding is known again by its rule, by the nodes that sent and
    /// got the message, by its method and status, and by the header field.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Write what is found as such a file. Nothing is left out then.
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
}

const HEAD: &str =
    "# Findings of sipscope that are known: rule, sender -> receiver: message, header field.\n";

impl Baseline {
    /// Whether each finding is known.
    pub(super) fn accepts(
        &self,
        report: &AuditReport,
        default: Option<&Path>,
    ) -> anyhow::Result<Vec<bool>> {
        let prints = report.findings.iter();
        let prints = prints.map(|finding| escape::text(&finding.fingerprint));
        let prints: Vec<_> = prints.collect();
        if let Some(path) = &self.write_baseline {
            let all: BTreeSet<_> = prints.iter().collect();
            let lines: String = all.iter().map(|print| format!("{print}\n")).collect();
            fs::write(path, format!("{HEAD}{lines}")).with_context(|| shown(path))?;
            return Ok(vec![false; prints.len()]);
        }
        let Some(path) = self.baseline.as_deref().or(default) else {
            return Ok(vec![false; prints.len()]);
        };
        let text = fs::read_to_string(path).with_context(|| shown(path))?;
        let known: BTreeSet<_> = text.lines().map(str::trim).collect();
        Ok(prints
            .iter()
            .map(|print| known.contains(print.trim()))
            .collect())
    }
}

fn shown(path: &Path) -> String {
    escape::text(&path.to_string_lossy())
}
