//! `sipscope audit`: which node broke which rule at which hop, with proof.

mod text;

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use sipscope::flow::Conclusion;
use sipscope::render::audit::{document, lines, log, page, table};
use sipscope::render::junit::junit;
use sipscope::report::audit::AuditReport;
use sipscope::report::suites;
use sipscope::rules;
use sipscope::rules::{Audit, Policy, RULES, Rule, Severity};
use sipscope::trace::CallId;
use sipscope::{audit, audit_calls};

use super::file::shown;
use super::filter::Filter;
use super::flows::{self, Matched, Templates};
use super::form::Form;
use super::printed::Printed;
use super::rulebook::{Rulebook, report};
use super::traced::Traced;
use super::unknown::unknown;
use super::{Ended, Outcome, WrongUsage, baseline, counted, ended, layout, say};

#[derive(Args)]
pub(super) struct OneAudit {
    #[command(flatten)]
    traced: Traced,

    #[command(flatten)]
    filter: Filter,

    #[command(flatten)]
    rulebook: Rulebook,

    /// Only rules with this code, name or family, or findings of this severity. May be given several times.
    #[arg(long, value_name = "RULE", value_parser = known)]
    only: Vec<String>,

    /// No rules with this code, name or family, no findings of this severity. May be given several times.
    #[arg(long, value_name = "RULE", value_parser = known)]
    ignore: Vec<String>,

    /// Write what is found as a file for --baseline. Nothing is left out then, and nothing that is found is a failure.
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,

    /// Exit with status 1 where something is found that is so bad or worse.
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "error")]
    fail_on: FailOn,

    /// How often each rule was looked at and what came out, instead of the findings.
    #[arg(long)]
    summary: bool,

    /// With each finding why it is not something else, and what the rule takes for legal.
    #[arg(long, conflicts_with = "summary")]
    explain: bool,

    /// Also how far the calls keep to this documented flow; `sipscope flows` lists them. Only in text, JSON and JUnit.
    #[arg(long, value_name = "ID")]
    flow: Option<String>,

    #[command(flatten)]
    templates: Templates,

    #[command(flatten)]
    pub(super) printed: Printed<Report>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Report {
    /// For people.
    Text,
    /// For programs: everything.
    Json,
    /// The same findings, one on a line.
    Ndjson,
    /// For editors and code hosts (SARIF 2.1.0).
    Sarif,
    /// For build servers.
    Junit,
    /// For reviews and tickets.
    Markdown,
    /// For spreadsheets.
    Csv,
}

impl Form for Report {
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["txt"],
            Self::Json => &["json"],
            Self::Ndjson => &["ndjson", "jsonl"],
            Self::Sarif => &["sarif"],
            Self::Junit => &["xml"],
            Self::Markdown => &["md", "markdown"],
            Self::Csv => &["csv"],
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Info,
    Never,
}

/// The worst first.
const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

impl OneAudit {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let form = self.printed.form();
        let tells_flows = matches!(form, Report::Text | Report::Json | Report::Junit);
        if self.flow.is_some() && !tells_flows {
            let wrong = "--flow: only text, JSON and JUnit tell flows; `sipscope flows match` sets the exit status by them";
            return Err(WrongUsage(wrong.to_owned()).into());
        }
        if self.flow.is_none() && !self.templates.is_empty() {
            let wrong = "--templates: --flow names the flow of them that is meant";
            return Err(WrongUsage(wrong.to_owned()).into());
        }
        if let Some(path) = &self.write_baseline {
            baseline::may_become_one(path)?;
        }
        let flow = self.flow.as_deref();
        let flow = flow.map(|id| flows::known(&self.templates, Some(id)));
        let flow = flow.transpose()?;
        let settings = self.traced.settings()?;
        let policy = self.rulebook.policy(settings);
        if !self.leaves_a_rule(&policy) {
            let wrong =
                "--only and --ignore leave no rule that is held to: `sipscope rules` lists them";
            return Err(WrongUsage(wrong.to_owned()).into());
        }
        let (mut intake, trace) = self.traced.trace()?;
        let chosen = self.filter.chosen(&trace, &mut intake)?;
        let chosen = chosen.as_deref();
        let of_calls = match chosen {
            Some(calls) => format!("{} of {} calls", calls.len(), trace.calls().len()),
            None => counted(trace.calls().len(), "call"),
        };
        let job = self.traced.job();
        let mut audit = match chosen {
            Some(calls) => audit_calls(&intake, &trace, calls, &job, &policy)?,
            None => audit(&intake, &trace, &job, &policy)?,
        };
        let mut report = report(&mut intake, &trace, &audit)?;
        report.accepted = audit.allowed.len();
        let mut inputs = intake.inputs.iter();
        let is_empty =
            trace.messages().len() == 0 && inputs.all(|input| input.facts.document.is_none());
        report.is_of_nothing = is_empty || chosen.is_some_and(<[CallId]>::is_empty);
        let wanted: Vec<_> = report
            .findings
            .iter()
            .map(|finding| self.wants(rules::rule(finding.code), finding.severity))
            .collect();
        keep(&mut report, &mut audit, &wanted);
        if let Some(path) = &self.write_baseline {
            match report.is_of_nothing || !intake.unreadable.is_empty() {
                true => say(
                    "sipscope: no baseline is written: not all that is meant was there to be read",
                ),
                false => baseline::write(path, &report)?,
            }
        } else if let Some(path) = self.rulebook.baseline(settings) {
            let known = baseline::known(path, &report)?;
            report.accepted += known.iter().filter(|known| **known).count();
            let new: Vec<_> = known.into_iter().map(|known| !known).collect();
            keep(&mut report, &mut audit, &new);
        }
        let first = report.fold();
        let mut each = first.into_iter();
        audit.findings.retain(|_| each.next() == Some(true));
        let matched = |intake| {
            let find = |known| Matched::of(known, intake, &trace, chosen, job.threads);
            flow.map(find).transpose()
        };
        match form {
            Report::Json => match matched(&mut intake)? {
                None => layout::write(out, &document(&report))?,
                Some(matched) => {
                    let audit = document(&report);
                    let flows = matched.table(&trace).flows;
                    layout::write(out, &WithFlows { audit, flows })?;
                }
            },
            Report::Ndjson => lines(&report).try_for_each(|line| layout::write_line(out, &line))?,
            Report::Sarif => layout::write(out, &log(&report))?,
            Report::Junit => {
                let flows = matched(&mut intake)?.map(|matched| {
                    let is_fail = |conclusion| conclusion == Conclusion::Fail;
                    matched.suite(&trace, self.flow.as_deref(), is_fail)
                });
                let mut all = suites::of_audit(&report);
                all.extend(flows);
                write!(out, "{}", junit(&all))?;
            }
            Report::Markdown => write!(out, "{}", page(&report))?,
            Report::Csv => write!(out, "{}", table(&report))?,
            Report::Text => {
                let manner = text::Manner {
                    explain: self.explain,
                    paint: self.printed.paint(),
                };
                match self.summary {
                    true => text::summary(out, &report)?,
                    false => {
                        text::print(out, &trace, &mut intake, &audit, &report, manner)?;
                        writeln!(out, "{} in {of_calls}", counts(&report))?;
                    }
                }
                if let Some(matched) = matched(&mut intake)? {
                    writeln!(out)?;
                    matched.print(
                        out,
                        &trace,
                        self.flow.as_deref(),
                        (self.summary, manner.paint),
                    )?;
                }
            }
        }
        if let Some(path) = self
            .printed
            .file()
            .filter(|_| !self.traced.inputs.common.quiet)
        {
            let path = shown(path);
            say(&format!(
                "sipscope: {path}: {} in {of_calls}",
                counts(&report)
            ));
        }
        let least = self.least();
        let fails = audit.findings.iter().any(|one| Some(one.severity) >= least);
        let fails = fails && least.is_some() && self.write_baseline.is_none();
        match report.is_of_nothing && least.is_some() || fails {
            true => ended(&intake, Ended::NothingFound),
            false => ended(&intake, Ended::Fine),
        }
    }

    fn wants(&self, rule: Option<&Rule>, severity: &str) -> bool {
        let is = |text: &String| severity == text || rule.is_some_and(|rule| is_of(rule, text));
        (self.only.is_empty() || self.only.iter().any(is)) && !self.ignore.iter().any(is)
    }

    /// Whether anything can be found. No finding is worse than its rule is held to.
    fn leaves_a_rule(&self, policy: &Policy) -> bool {
        RULES.iter().any(|rule| {
            let worst = policy.severity(rule);
            let mut all = SEVERITIES.into_iter().filter(|one| Some(*one) <= worst);
            all.any(|severity| self.wants(Some(rule), severity.name()))
        })
    }

    fn least(&self) -> Option<Severity> {
        match self.fail_on {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Info => Some(Severity::Info),
            FailOn::Never => None,
        }
    }
}

/// An audit and the flows beside it.
#[derive(serde::Serialize)]
struct WithFlows<D, F> {
    #[serde(flatten)]
    audit: D,
    flows: F,
}

/// Keeps these findings only.
fn keep(report: &mut AuditReport, audit: &mut Audit, kept: &[bool]) {
    let mut each = kept.iter();
    report.findings.retain(|_| each.next() == Some(&true));
    let mut each = kept.iter();
    audit.findings.retain(|_| each.next() == Some(&true));
}

/// Whether a text names a rule or its family.
fn is_of(rule: &Rule, text: &str) -> bool {
    rule.code.eq_ignore_ascii_case(text) || [rule.name, rule.family.name()].contains(&text)
}

fn known(text: &str) -> Result<String, String> {
    let severity = SEVERITIES.iter().any(|severity| severity.name() == text);
    match severity || RULES.iter().any(|rule| is_of(rule, text)) {
        true => Ok(text.to_owned()),
        false => {
            let names = RULES
                .iter()
                .flat_map(|rule| [rule.code, rule.name, rule.family.name()]);
            let names = names.chain(SEVERITIES.map(Severity::name));
            let what = "code, name, family or severity of a rule called";
            Err(unknown(what, text, names, "rules").to_string())
        }
    }
}

/// Findings of each severity, the worst first.
fn counts(report: &AuditReport) -> String {
    let of = |severity: Severity| {
        let count = report.count(severity.name());
        let plural = if count == 1 || severity == Severity::Info {
            ""
        } else {
            "s"
        };
        format!("{count} {}{plural}", severity.name())
    };
    let accepted = match report.accepted {
        0 => String::new(),
        count => format!(", {count} accepted"),
    };
    let places: usize = report.findings.iter().map(|one| one.occurrences).sum();
    let places = match places == report.findings.len() {
        true => String::new(),
        false => format!(", shown in {places} places"),
    };
    format!("{}{places}{accepted}", SEVERITIES.map(of).join(", "))
}
