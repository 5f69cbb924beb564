//! `sipscope rules`: what the audit looks for, and why.

use std::io::Write;

use clap::{Args, Subcommand};
use sipscope::rules::{RULES, Rule, rule};

use super::{Ended, Outcome, say};

#[derive(Args)]
pub(super) struct Rules {
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
            None => {
                for rule in RULES {
                    let severity = rule.severity.name();
                    let subject = rule.check.subject().name();
                    writeln!(
                        out,
                        "{:<6} {severity:<8} {subject:<12} {:<32} {}",
                        rule.code, rule.name, rule.flags
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
    writeln!(out, "\nWritten in:")?;
    for citation in rule.citations {
        writeln!(out, "- {citation}")?;
    }
    Ok(())
}
