//! An audit as JSON: one document, or a line for each finding.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::report::audit::{Accounting, AuditReport, Counts, FindingReport};

/// The schema of the document.
const SCHEMA: &str = "sipscope.audit/1";

#[derive(Serialize)]
struct Document<'r> {
    schema: &'static str,
    rules: BTreeMap<&'static str, Counts>,
    findings: &'r [FindingReport],
    accepted: usize,
    accounting: &'r Accounting,
}

#[derive(Serialize)]
struct Line<'r> {
    schema: &'static str,
    #[serde(flatten)]
    finding: &'r FindingReport,
}

/// All of it.
pub fn document(report: &AuditReport) -> impl Serialize {
    Document {
        schema: SCHEMA,
        rules: report.counts(),
        findings: &report.findings,
        accepted: report.accepted,
        accounting: &report.accounting,
    }
}

/// Each finding for itself, to be written as a line.
pub fn lines(report: &AuditReport) -> impl Iterator<Item = impl Serialize> {
    let all = report.findings.iter();
    all.map(|finding| Line {
        schema: SCHEMA,
        finding,
    })
}
