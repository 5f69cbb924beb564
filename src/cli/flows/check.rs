//! `sipscope flows check`: whether files are templates, and where they are not.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use sipscope::flow::synthesis::unsaid;
use sipscope::flow::{BODY, Template};

use super::library::{Known, Templates, clash, own, read, shown};
use crate::cli::{Ended, Outcome, counted, escape};

/// What steps must carry of which nothing says what it is.
pub(super) fn missing_examples(template: &Template) -> impl Iterator<Item = String> {
    let all = unsaid(template).into_iter();
    all.map(|(step, header)| {
        let number = escape::text(&template.steps[step].number);
        let key = if header == BODY { "body" } else { "example" };
        let header = escape::text(header);
        format!(
            "step {number} must carry {header}, and no `{key}` says which: no message can be made"
        )
    })
}

#[derive(Args)]
pub(super) struct Check {
    /// The files.
    #[arg(value_name = "FILE.toml", required_unless_present = "directories")]
    files: Vec<PathBuf>,

    #[command(flatten)]
    templates: Templates,
}

impl Check {
    /// Every file has its line, whatever is wrong with those before it.
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let mut known: Vec<Known> = own().collect();
        let mut ended = Ended::Fine;
        let files = self.files.iter().cloned();
        let directories = self.templates.files()?;
        for file in files.chain(directories) {
            let read = read(&file)?;
            let checked = read.and_then(|template| match clash(&known, &template, &file) {
                Some(fault) => Err(fault),
                None => Ok(template),
            });
            match checked {
                Ok(template) => {
                    let steps = counted(template.steps.len(), "step");
                    let id = escape::text(&template.id);
                    writeln!(out, "{}: {id}, {steps}", shown(&file))?;
                    warn(&template, &file, out)?;
                    known.push(Known {
                        template,
                        file: Some(file),
                    });
                }
                Err(fault) => {
                    writeln!(out, "{fault}")?;
                    ended = Ended::NothingFound;
                }
            }
        }
        Ok((ended, true))
    }
}

/// Tells what no message can be made with, and which dialogs nothing puts together with the one that the flow begins with.
fn warn(template: &Template, file: &Path, out: &mut impl Write) -> std::io::Result<()> {
    for text in missing_examples(template) {
        writeln!(out, "{}: warning: {text}", shown(file))?;
    }
    let Some((first, apart)) = template.dialogs_apart() else {
        return Ok(());
    };
    let name = |dialog: usize| escape::text(&template.dialogs[dialog].id);
    for dialog in apart {
        writeln!(
            out,
            "{}: warning: dialog {} has no user in common with {}, in which the flow begins: in a trace they are not found together",
            shown(file),
            name(dialog),
            name(first),
        )?;
    }
    Ok(())
}
