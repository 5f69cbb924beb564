//! Findings that are known and accepted, as a text: a line for each, as `fingerprint` in JSON has it. It holds nothing that changes
//! from call to call, so that another trace of the same network has the same lines.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Context;
use sipscope::report::audit::AuditReport;

use super::escape;
use super::file::{shown, whole};

const HEAD: &str =
    "# Findings of sipscope that are known: rule, sender -> receiver: message, header field.\n";

/// Whether each finding stands in a file.
pub(super) fn known(path: &Path, report: &AuditReport) -> anyhow::Result<Vec<bool>> {
    let text = fs::read_to_string(path).with_context(|| {
        let path = shown(path);
        format!("{path}, which `sipscope audit --write-baseline {path} INPUT` writes")
    })?;
    let lines: BTreeSet<_> = text.lines().map(str::trim).collect();
    Ok(prints(report)
        .map(|print| lines.contains(print.trim()))
        .collect())
}

/// Writes such a file.
pub(super) fn write(path: &Path, report: &AuditReport) -> anyhow::Result<()> {
    let all: BTreeSet<_> = prints(report).collect();
    let lines: String = all.iter().map(|print| format!("{print}\n")).collect();
    whole(path, |out| Ok(write!(out, "{HEAD}{lines}")?))
}

fn prints(report: &AuditReport) -> impl Iterator<Item = String> {
    let findings = report.findings.iter();
    findings.map(|finding| escape::text(&finding.fingerprint))
}
