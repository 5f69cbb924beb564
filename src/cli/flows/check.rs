//! `sipscope flows check`: whether files are templates, and where they are not.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::library::{Known, Templates, clash, own, read, shown};
use crate::cli::{Ended, Outcome, counted, escape};

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
