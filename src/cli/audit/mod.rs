//! `sipscope audit`: which node broke which rule at which hop, with proof.

mod json;
mod text;

use std::io::Write;

use clap::{Args, ValueEnum};
use sipscope::audit;
use sipscope::rules::{Audit, Finding, Rule, Severity};

use super::traced::Traced;
use super::{Ended, Format, Outcome, ended};

#[derive(Args)]
pub(super) struct OneAudit {
    #[command(flatten)]
    traced: Traced,

    /// Only rules with this code, name, family or severity. May be given several times.
    #[arg(long, value_name = "RULE", value_parser = known)]
    only: Vec<String>,

    /// No rules with this code, name, family or severity. May be given several times.
    #[arg(long, value_name = "RULE", value_parser = known)]
    ignore: Vec<String>,

    /// Exit with status 1 where something is found that is so bad or worse.
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "error")]
    fail_on: FailOn,

    /// How often each rule was looked at and what came out, instead of the findings.
    #[arg(long)]
    summary: bool,

    /// Form of the output.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Info,
    Never,
}

impl OneAudit {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let (mut intake, trace) = self.traced.trace()?;
        let mut audit = audit(&mut intake, &trace)?;
        audit.findings.retain(|finding| self.wants(finding.rule));
        match self.format {
            Format::Json => json::print(out, &trace, &intake, &audit)?,
            Format::Text if self.summary => text::summary(out, &audit)?,
            Format::Text => text::print(out, &trace, &mut intake, &audit)?,
        }
        let fails = audit.findings.iter().any(|finding| self.fails(finding));
        ended(
            &intake,
            if fails {
                Ended::NothingFound
            } else {
                Ended::Fine
            },
        )
    }

    fn wants(&self, rule: &Rule) -> bool {
        let is = |text: &String| is_of(rule, text);
        (self.only.is_empty() || self.only.iter().any(is)) && !self.ignore.iter().any(is)
    }

    fn fails(&self, finding: &Finding) -> bool {
        let least = match self.fail_on {
            FailOn::Error => Severity::Error,
            FailOn::Warning => Severity::Warning,
            FailOn::Info => Severity::Info,
            FailOn::Never => return false,
        };
        finding.severity >= least
    }
}

/// Whether a text names a rule, its family or its severity.
fn is_of(rule: &Rule, text: &str) -> bool {
    rule.code.eq_ignore_ascii_case(text)
        || [rule.name, rule.family.name(), rule.severity.name()].contains(&text)
}

fn known(text: &str) -> Result<String, String> {
    let known = sipscope::rules::RULES.iter().any(|rule| is_of(rule, text));
    match known {
        true => Ok(text.to_owned()),
        false => Err(format!(
            "{text} is no code, name, family or severity of a rule; `sipscope rules` lists them"
        )),
    }
}

/// Findings of each severity, the worst first.
fn counts(audit: &Audit) -> String {
    let of = |severity: Severity| {
        let count = audit.count(severity);
        let plural = if count == 1 || severity == Severity::Info {
            ""
        } else {
            "s"
        };
        format!("{count} {}{plural}", severity.name())
    };
    let all = [Severity::Error, Severity::Warning, Severity::Info];
    all.map(of).join(", ")
}
