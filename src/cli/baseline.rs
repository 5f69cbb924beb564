//! Findings that are known and accepted, as a text: a line for each, as `fingerprint` in JSON has it. It holds nothing that changes
//! from call to call, so that another trace of the same network has the same lines.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, bail};
use memchr::memrchr;
use sipscope::report::audit::AuditReport;

use super::file::{shown, whole};
use super::{WrongUsage, escape};

const HEAD: &str =
    "# Findings of sipscope that are known: rule, sender -> receiver: message, header field.\n";

/// Lines of a baseline that stand for nothing; those of rules begin with their codes.
const COMMENT: char = '#';

/// Whether each finding stands in a file.
pub(super) fn known(path: &Path, report: &AuditReport) -> anyhow::Result<Vec<bool>> {
    let named = shown(path);
    let cannot = || match path.exists() {
        true => format!("{named}: this baseline cannot be read"),
        false => format!("{named}, which `sipscope audit --write-baseline {named} INPUT` writes"),
    };
    if let Some(number) = first_strange(path).with_context(cannot)? {
        bail!(WrongUsage(format!(
            "{named}: line {number}: this is no baseline: each line begins with the code of a rule, or with {COMMENT}"
        )));
    }
    let text = fs::read_to_string(path).with_context(cannot)?;
    let lines: BTreeSet<_> = text.lines().map(str::trim).collect();
    Ok(prints(report)
        .map(|print| lines.contains(print.trim()))
        .collect())
}

/// The first line that a baseline does not have, if there is one among the first.
fn first_strange(path: &Path) -> io::Result<Option<usize>> {
    const LOOKED_AT: u64 = 64 << 10;
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(LOOKED_AT)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 == LOOKED_AT {
        // Its last line may be cut.
        bytes.truncate(memrchr(b'\n', &bytes).unwrap_or(bytes.len()));
    }
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines();
    Ok(lines.position(|line| !is_own(line)).map(|at| at + 1))
}

/// Whether a baseline may have this line. Rules that are there no more are as good as others.
fn is_own(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    let digits = first.trim_start_matches(|character: char| character.is_ascii_uppercase());
    let has_letters = digits.len() < first.len();
    let is_code =
        has_letters && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    first.is_empty() || first.starts_with(COMMENT) || is_code
}

/// Refuses to put a baseline in the place of anything else.
pub(super) fn may_become_one(path: &Path) -> anyhow::Result<()> {
    if path.as_os_str() == "-" {
        bail!(WrongUsage("--write-baseline names a file".to_owned()));
    }
    match path.is_file() && first_strange(path)?.is_some() {
        true => bail!(WrongUsage(format!(
            "{}: this is no baseline, and stays: name another file for the new one",
            shown(path)
        ))),
        false => Ok(()),
    }
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
