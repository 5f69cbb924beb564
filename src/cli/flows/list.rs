//! `sipscope flows list`: a line for each flow.

use std::io::Write;

use clap::Args;
use serde::Serialize;

use super::library::{Known, Templates, shown};
use crate::cli::printed::Printed;
use crate::cli::{Ended, Format, Outcome, counted, escape, wrap};

#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    templates: Templates,

    #[command(flatten)]
    pub(super) printed: Printed<Format>,
}

#[derive(Serialize)]
struct Table<'a> {
    schema: &'static str,
    flows: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    title: &'a str,
    source: &'a str,
    tests: &'a [String],
    steps: usize,
    /// None for those of the program.
    file: Option<String>,
}

impl List {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let known = self.templates.load()?;
        match self.printed.form() {
            Format::Text => print(out, &known)?,
            Format::Json => {
                let flows = known.iter().map(Row::of).collect();
                let schema = "sipscope.flows/1";
                serde_json::to_writer_pretty(&mut *out, &Table { schema, flows })?;
                writeln!(out)?;
            }
        }
        Ok((Ended::Fine, true))
    }
}

impl<'a> Row<'a> {
    fn of(known: &'a Known) -> Self {
        let template = &known.template;
        Self {
            id: &template.id,
            title: &template.title,
            source: &template.source,
            tests: &template.tests,
            steps: template.steps.len(),
            file: known.file.as_deref().map(|file| file.display().to_string()),
        }
    }
}

fn print(out: &mut impl Write, known: &[Known]) -> std::io::Result<()> {
    for Known { template, file } in known {
        let mut lines = vec![template.title.clone(), template.source.clone()];
        if !template.tests.is_empty() {
            lines.push(format!("test {}", template.tests.join(", ")));
        }
        let id = escape::text(&template.id);
        let steps = counted(template.steps.len(), "step");
        match file {
            Some(file) => writeln!(out, "{id}  {steps}, {}", shown(file))?,
            None => writeln!(out, "{id}  {steps}")?,
        }
        for line in lines {
            wrap::print(out, "    ", "      ", &escape::text(&line))?;
        }
    }
    Ok(())
}
