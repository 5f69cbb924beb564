//! What all commands take that hold the trace to the rules: which rules count, and which findings are known.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValuesParser;
use sipscope::report::audit::{
    Accounting, AnomalyReport, AuditReport, InputName, RecordReport, UnreadableReport,
};
use sipscope::rules::{Audit, Policy, Profile};
use sipscope::trace::Trace;
use sipscope::{Intake, audit};

use super::settings::Settings;
use super::traced::Traced;
use super::{baseline, messages};

#[derive(Args, Clone)]
#[command(next_help_heading = "Which rules")]
pub(super) struct Rulebook {
    /// Which documents the network keeps to: rules that are written in no such document are left out. Default: 3gpp-current,
    /// or what the settings say.
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(Profile::ALL.map(Profile::name)))]
    profile: Option<String>,

    /// Findings that are known: they are counted and not told. A finding is known again by its rule, by the nodes that sent and
    /// got the message, by its method and status, and by the header field.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

impl Rulebook {
    pub(super) fn policy(&self, settings: &Settings) -> Policy {
        policy(self.profile.as_deref(), settings)
    }

    /// The file of findings that are known.
    pub(super) fn baseline<'s>(&'s self, settings: &'s Settings) -> Option<&'s Path> {
        let named = self.baseline.as_deref();
        named.or(settings.baseline.as_deref())
    }

    /// Holds a trace to the rules; what is known is not among the findings.
    pub(super) fn audit(
        &self,
        traced: &Traced,
        intake: &mut Intake,
        trace: &Trace,
    ) -> anyhow::Result<Audit> {
        let settings = traced.settings()?;
        let mut found = audit(intake, trace, &traced.job(), &self.policy(settings))?;
        if let Some(path) = self.baseline(settings) {
            let known = baseline::known(path, &report(intake, trace, &found)?)?;
            let mut each = known.into_iter();
            let known = found.findings.extract_if(.., |_| each.next() == Some(true));
            found.allowed.extend(known);
        }
        Ok(found)
    }
}

/// What is held to: in a profile that was named, or as the settings say.
pub(super) fn policy(profile: Option<&str>, settings: &Settings) -> Policy {
    let mut policy = settings.policy.clone();
    let own = profile.and_then(Profile::named);
    policy.profile = own.unwrap_or(policy.profile);
    policy
}

/// The audit with all texts and numbers.
pub(super) fn report(
    intake: &mut Intake,
    trace: &Trace,
    audit: &Audit,
) -> anyhow::Result<AuditReport> {
    let inputs = intake.inputs.iter().map(|input| InputName {
        path: input.path.to_string_lossy().into_owned(),
        is_text: input.is_text,
    });
    let inputs: Vec<_> = inputs.collect();
    let path = |input: u32| {
        let input = inputs.get(input as usize);
        input.map_or_else(String::new, |input: &InputName| input.path.clone())
    };
    let anomalies = intake.anomalies.iter();
    let anomalies = anomalies.map(|(kind, summary)| AnomalyReport {
        kind: kind.name(),
        count: summary.count,
        first: RecordReport {
            input: path(summary.first.input),
            record: summary.first.number,
        },
        detail: summary.detail.clone(),
    });
    let unreadable = intake.unreadable.iter();
    let unreadable = unreadable.map(|error| UnreadableReport {
        path: error.path.to_string_lossy().into_owned(),
        problem: error.problem.clone(),
    });
    let accounting = Accounting {
        records: intake.records(),
        messages: trace.messages().len(),
        calls: trace.calls().len(),
        adds_up: intake.total().total() == intake.records(),
        unreadable: unreadable.collect(),
        anomalies: anomalies.collect(),
    };
    AuditReport::of(audit, trace, &inputs, accounting, |message| {
        messages::read(intake, message)
    })
}
