//! What an audit looked for, why, and how often it came out how.

use serde::Serialize;

use crate::rules::{Audit, RULES, Rule, Tally, Verdict};

/// A rule, and what it said of the trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Its code.
    pub code: &'static str,
    /// The bad pattern.
    pub name: &'static str,
    /// What it is about.
    pub family: &'static str,
    /// How bad it is.
    pub severity: &'static str,
    /// What it flags.
    pub flags: &'static str,
    /// Why it matters.
    pub matters: &'static str,
    /// What usually causes it.
    pub cause: &'static str,
    /// Legal explanations that silence it.
    pub silenced: &'static [&'static str],
    /// Where it is written.
    pub citations: Vec<String>,
    /// Subjects that are as they have to be.
    pub pass: u64,
    /// Subjects that are not.
    pub fail: u64,
    /// Subjects that it says nothing of.
    pub not_applicable: u64,
    /// Subjects of which the trace does not show enough.
    pub not_provable: u64,
}

/// All rules.
pub fn checked(audit: &Audit) -> Vec<Checked> {
    RULES.iter().zip(&audit.tallies).map(of).collect()
}

fn of((rule, tally): (&'static Rule, &Tally)) -> Checked {
    Checked {
        code: rule.code,
        name: rule.name,
        family: rule.family.name(),
        severity: rule.severity.name(),
        flags: rule.flags,
        matters: rule.matters,
        cause: rule.cause,
        silenced: rule.silenced,
        citations: rule.citations.iter().map(ToString::to_string).collect(),
        pass: tally.of(Verdict::Pass),
        fail: tally.of(Verdict::Fail),
        not_applicable: tally.of(Verdict::NotApplicable),
        not_provable: tally.of(Verdict::NotProvable),
    }
}
