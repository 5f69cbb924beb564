//! `sipscope rules`: what the audit looks for, and why.

use std::collections::BTreeMap;
use std::io::Write;

use clap::{Args, Subcommand};
use serde::Serialize;
use sipscope::rules::{Profile, RULES, Rule, rule};

use super::catalogue::{Catalogue, page_text};
use super::printed::Printed;
use super::{Ended, Outcome, layout, say};

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Rules {
    #[command(flatten)]
    pub(super) printed: Printed<Catalogue>,

    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// One rule: what it flags, why it matters, what silences it, where it is written.
    Explain {
        /// Its code or name.
        #[arg(value_name = "CODE")]
        code: String,
    },
}

impl Rules {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        match &self.what {
            None => match self.printed.form() {
                Catalogue::Text => list(out)?,
                Catalogue::Json => layout::write(out, &Table::of_all())?,
                Catalogue::Markdown => catalogue(out)?,
            },
            Some(What::Explain { code }) => match rule(code) {
                Some(rule) => explain(out, rule)?,
                None => {
                    say(&format!(
                        "sipscope: there is no rule {code}; `sipscope rules` lists them"
                    ));
                    return Ok((Ended::NothingFound, true));
                }
            },
        }
        Ok((Ended::Fine, true))
    }
}

fn list(out: &mut impl Write) -> std::io::Result<()> {
    for rule in RULES {
        let severity = rule.severity.name();
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
    /// The severity in each profile that holds to it.
    profiles: BTreeMap<&'static str, &'static str>,
    flags: &'static str,
    matters: &'static str,
    cause: &'static str,
    silenced_by: &'static [&'static str],
    citations: Vec<String>,
}

impl Table {
    fn of_all() -> Self {
        let rules = RULES.iter().map(|rule| Row {
            code: rule.code,
            name: rule.name,
            family: rule.family.name(),
            subject: rule.check.subject().name(),
            severity: rule.severity.name(),
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

fn explain(out: &mut impl Write, rule: &Rule) -> std::io::Result<()> {
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
