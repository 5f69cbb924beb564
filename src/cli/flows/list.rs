//! `sipscope flows list`: a line for each flow.

use std::io::Write;

use clap::Args;
use serde::Serialize;
use sipscope::flow::Template;
use sipscope::render::text::{self, Charset, Style};
use sipscope::report::ladder::{Options, of_template};

use super::library::{Known, Templates, shown};
use crate::cli::catalogue::{Catalogue, page_text};
use crate::cli::printed::Printed;
use crate::cli::{Ended, Outcome, counted, escape, layout, wrap};

#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    templates: Templates,

    #[command(flatten)]
    pub(super) printed: Printed<Catalogue>,
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
            Catalogue::Text => print(out, &known)?,
            Catalogue::Markdown => page(out, &known)?,
            Catalogue::Json => {
                let flows = known.iter().map(Row::of).collect();
                let schema = "sipscope.flows/1";
                layout::write(out, &Table { schema, flows })?;
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

/// How wide figures may be on the page.
const WIDTH: usize = 100;

/// All flows as a page.
fn page(out: &mut impl Write, known: &[Known]) -> std::io::Result<()> {
    writeln!(
        out,
        "# The flows\n\nWhat `sipscope flows match` looks for in a trace. This page is made of the templates themselves: \
         `sipscope flows --format markdown > FLOWS.md`. `sipscope flows show ID` tells what each message must carry, \
         `sipscope flows draw ID` draws the figure in other forms, `sipscope flows synthesize ID` makes a capture of it; \
         [templates/README.md](templates/README.md) says how one is written.\n"
    )?;
    writeln!(
        out,
        "| flow | what | steps | written in |\n|---|---|---|---|"
    )?;
    for Known { template, .. } in known {
        writeln!(
            out,
            "| [{}](#{0}) | {} | {} | {} |",
            template.id,
            page_text(&template.title),
            template.steps.len(),
            page_text(&template.source)
        )?;
    }
    known
        .iter()
        .try_for_each(|known| chapter(out, &known.template))
}

fn chapter(out: &mut impl Write, template: &Template) -> std::io::Result<()> {
    writeln!(
        out,
        "\n## {}\n\n{}.",
        template.id,
        page_text(&template.title)
    )?;
    writeln!(out, "\nWritten in: {}.", page_text(&template.source))?;
    if !template.tests.is_empty() {
        writeln!(out, "\nTest: {}.", page_text(&template.tests.join(", ")))?;
    }
    if !template.about.is_empty() {
        let words: Vec<_> = template.about.split_whitespace().collect();
        writeln!(out, "\n{}", page_text(&words.join(" ")))?;
    }
    let style = Style {
        width: WIDTH,
        charset: Charset::Unicode,
        in_colours: false,
    };
    let figure = text::draw(&of_template(template, &Options::default()), style);
    writeln!(out, "\n```text\n{}\n```", figure.trim_end())
}
