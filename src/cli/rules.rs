//! `sipscope rules`: what the audit looks for, and why.

use std::io::Write;

use clap::{Args, Subcommand, ValueEnum};
use sipscope::rules::{Profile, RULES, Rule, rule};

use super::form::Form;
use super::printed::Printed;
use super::{Ended, Outcome, say};

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Rules {
    #[command(flatten)]
    pub(super) printed: Printed<Listed>,

    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Listed {
    /// A line for each rule.
    Text,
    /// All that is known of them.
    Markdown,
}

impl Form for Listed {
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["txt"],
            Self::Markdown => &["md", "markdown"],
        }
    }
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
            None if self.printed.form() == Listed::Markdown => catalogue(out)?,
            None => {
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
            }
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

/// Signs that mean something in Markdown are put behind a backslash.
fn page_text(text: &str) -> String {
    let mut page = String::with_capacity(text.len());
    for sign in text.chars() {
        if matches!(sign, '<' | '>' | '*' | '_' | '[' | ']' | '`' | '|' | '\\') {
            page.push('\\');
        }
        page.push(sign);
    }
    page
}
