//! `sipscope rules`: what the audit looks for, and why.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use serde::Serialize;
use sipscope::rules::{Policy, Profile, RULES, Rule, Severity, rule};

use super::catalogue::{Catalogue, page_text};
use super::printed::Printed;
use super::rulebook::policy;
use super::settings::Settings;
use super::unknown::unknown;
use super::{Ended, Outcome, layout, say};

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Rules {
    #[command(flatten)]
    pub(super) printed: Printed<Catalogue>,

    #[command(flatten)]
    held: Held,

    #[command(subcommand)]
    what: Option<What>,
}

/// What is held to.
#[derive(Args)]
struct Held {
    /// Settings: profile, severities of rules. Without it, the file sipscope.toml in the working directory or the next directory
    /// above that has one.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Which documents the network keeps to. Default: 3gpp-current, or what the settings say.
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(Profile::ALL.map(Profile::name)))]
    profile: Option<String>,
}

impl Held {
    fn policy(&self) -> anyhow::Result<Policy> {
        let settings = match Settings::read(self.config.as_deref()) {
            // Who mends that file looks the names of rules up here.
            Err(error) if self.config.is_none() => {
                say(&format!("sipscope: {error:#}"));
                say("sipscope: what follows is without these settings");
                Settings::default()
            }
            read => read?,
        };
        Ok(policy(self.profile.as_deref(), &settings))
    }
}

#[derive(Subcommand)]
enum What {
    /// One rule: what it flags, why it matters, what silences it, where it is written.
    Explain {
        /// Its code or name.
        #[arg(value_name = "CODE")]
        code: String,

        #[command(flatten)]
        held: Held,
    },
}

impl Rules {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        match &self.what {
            None => match self.printed.form() {
                Catalogue::Text => list(out, &self.held.policy()?)?,
                Catalogue::Json => layout::write(out, &Table::of_all(&self.held.policy()?))?,
                Catalogue::Markdown => catalogue(out)?,
            },
            Some(What::Explain { code, held }) => {
                let known = RULES.iter().flat_map(|rule| [rule.code, rule.name]);
                let rule = rule(code).ok_or_else(|| unknown("rule", code, known, "rules"))?;
                explain(out, rule, &held.policy()?)?;
            }
        }
        Ok((Ended::Fine, true))
    }
}

fn list(out: &mut impl Write, policy: &Policy) -> std::io::Result<()> {
    for rule in RULES {
        let severity = severity(rule, policy);
        let family = rule.family.name();
        let subject = rule.check.subject().name();
        writeln!(
            out,
            "{:<6} {severity:<8} {family:<13} {subject:<12} {:<32} {} ({})",
            rule.code,
            rule.name,
            rule.flags,
            profiles(rule)
        )?;
    }
    Ok(())
}

/// How bad it is here that a rule fails.
fn severity(rule: &Rule, policy: &Policy) -> &'static str {
    policy.severity(rule).map_or("off", Severity::name)
}

/// The rules as programs get them.
#[derive(Serialize)]
struct Table {
    schema: &'static str,
    rules: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    code: &'static str,
    name: &'static str,
    family: &'static str,
    subject: &'static str,
    severity: &'static str,
    /// With the profile and the settings that are in force; or off.
    here: &'static str,
    /// The severity in each profile that holds to it.
    profiles: BTreeMap<&'static str, &'static str>,
    flags: &'static str,
    matters: &'static str,
    cause: &'static str,
    silenced_by: &'static [&'static str],
    citations: Vec<String>,
}

impl Table {
    fn of_all(policy: &Policy) -> Self {
        let rules = RULES.iter().map(|rule| Row {
            code: rule.code,
            name: rule.name,
            family: rule.family.name(),
            subject: rule.check.subject().name(),
            severity: rule.severity.name(),
            here: severity(rule, policy),
            profiles: Profile::ALL
                .iter()
                .filter_map(|profile| Some((profile.name(), profile.severity(rule)?.name())))
                .collect(),
            flags: rule.flags,
            matters: rule.matters,
            cause: rule.cause,
            silenced_by: rule.silenced,
            citations: rule.citations.iter().map(ToString::to_string).collect(),
        });
        Self {
            schema: "sipscope.rules/1",
            rules: rules.collect(),
        }
    }
}

fn explain(out: &mut impl Write, rule: &Rule, policy: &Policy) -> std::io::Result<()> {
    writeln!(out, "{} {}", rule.code, rule.name)?;
    writeln!(
        out,
        "{} about {}, looks at each {}",
        rule.severity.name(),
        rule.family.name(),
        rule.check.subject().name()
    )?;
    writeln!(
        out,
        "\n{}\n\nWhy it matters: {}\n\nUsual cause: {}",
        rule.flags, rule.matters, rule.cause
    )?;
    if !rule.silenced.is_empty() {
        writeln!(out, "\nNo finding where there is a legal explanation:")?;
        for reason in rule.silenced {
            writeln!(out, "- {reason}")?;
        }
    }
    writeln!(out, "\nHeld to in: {}", profiles(rule))?;
    writeln!(
        out,
        "With profile {} and the settings here: {}",
        policy.profile.name(),
        severity(rule, policy)
    )?;
    writeln!(out, "\nWritten in:")?;
    for citation in rule.citations {
        writeln!(out, "- {citation}")?;
    }
    Ok(())
}

/// The profiles in which a rule is held to, with the severity where it is another one.
fn profiles(rule: &Rule) -> String {
    let held = |profile: &Profile| {
        let severity = profile.severity(rule)?;
        Some(match severity == rule.severity {
            true => profile.name().to_owned(),
            false => format!("{} as {}", profile.name(), severity.name()),
        })
    };
    let held: Vec<_> = Profile::ALL.iter().filter_map(held).collect();
    match held.len() == Profile::ALL.len() && held.iter().all(|one| !one.contains(' ')) {
        true => "all profiles".to_owned(),
        false => held.join(", "),
    }
}

/// All rules as a page.
fn catalogue(out: &mut impl Write) -> std::io::Result<()> {
    writeln!(
        out,
        "# The rules\n\nWhat `sipscope audit` holds a trace to. This page is made of the rules themselves: \
         `sipscope rules --format markdown > RULES.md`."
    )?;
    let mut family = None;
    for rule in RULES {
        if family != Some(rule.family) {
            family = Some(rule.family);
            writeln!(out, "\n## {}", rule.family.name())?;
        }
        let citations: Vec<_> = rule.citations.iter().map(ToString::to_string).collect();
        writeln!(
            out,
            "\n### {} {}\n\n{}, looks at each {}; {}. {}.\n\n{}\n\nWhy it matters: {}\n\nUsual cause: {}",
            rule.code,
            rule.name,
            rule.severity.name(),
            rule.check.subject().name(),
            profiles(rule),
            citations.join(", "),
            page_text(rule.flags),
            page_text(rule.matters),
            page_text(rule.cause)
        )?;
        if !rule.silenced.is_empty() {
            writeln!(out, "\nNo finding where there is a legal explanation:\n")?;
        }
        for reason in rule.silenced {
            writeln!(out, "- {}", page_text(reason))?;
        }
    }
    Ok(())
}
