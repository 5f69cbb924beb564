//! `sipscope document`: a call as the document of a flow, as specifications print them.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use sipscope::base::escape;
use sipscope::document;
use sipscope::render::document::{html, markdown};
use sipscope::render::{svg, text};
use sipscope::report::document::options_of_figure;
use sipscope::report::ladder::of_call;
use sipscope::trace::{Call, CallId, Trace};

use super::rulebook::Rulebook;
use super::times::times;
use super::traced::Traced;
use super::{Ended, Outcome, WrongUsage, ended, messages, say};

#[derive(Args)]
pub(super) struct DocumentOf {
    #[command(flatten)]
    traced: Traced,

    #[command(flatten)]
    rulebook: Rulebook,

    /// Form of the document. Without it, as the name of the output ends, or Markdown.
    #[arg(long, short, value_enum)]
    format: Option<Form>,

    /// Where to write it; without it, to standard output.
    #[arg(long, short, value_name = "PATH")]
    output: Option<PathBuf>,

    /// Title, instead of what is known of the call.
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,

    /// No marks of what the audit finds.
    #[arg(long)]
    no_findings: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    /// Text that sipscope also reads as an input: messages stand in it word for word.
    Markdown,
    /// One page that browsers open and print.
    Html,
    /// The same for word processors: the figure is an image.
    Word,
}

/// Columns of characters of a figure in text.
const WIDTH: usize = 100;

impl DocumentOf {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let mut traced = self.traced.clone();
        let number = traced.inputs.take_number();
        let form = self.form()?;
        let (mut intake, trace) = traced.trace()?;
        let Some(call) = call(&trace, number)? else {
            return ended(&intake, Ended::NothingFound);
        };
        let findings = match self.no_findings {
            true => Vec::new(),
            false => {
                let audited = self.rulebook.audit(&traced, &mut intake, &trace)?;
                audited.findings
            }
        };
        let options = options_of_figure(self.title.clone());
        let times = times(&intake, &trace);
        let figure = of_call(&trace, &call, &findings, &times, &options, |message| {
            messages::read(&mut intake, message)
        })?;
        let document = document(&mut intake, &call, figure, &times)?;
        let written = match form {
            Form::Markdown => {
                let style = text::Style {
                    width: WIDTH,
                    charset: text::Charset::Unicode,
                };
                markdown::write(&document, &text::draw(&document.figure, style))
            }
            Form::Html => {
                let style = svg::Style {
                    theme: svg::Theme::Spec,
                    paper: svg::Paper::None,
                };
                let figure = svg::draw_in_page(&document.figure, style, html::anchor);
                html::write(&document, html::Figure::Part(&figure.source))
            }
            Form::Word => {
                let style = svg::Style {
                    theme: svg::Theme::Spec,
                    paper: svg::Paper::Page,
                };
                // In an image nothing is a link.
                let nowhere = |count| vec![String::new(); count];
                let pictures = svg::pictures(&document.figure, style, nowhere).into_iter();
                let images: Vec<_> = pictures
                    .map(|one| (one.source, one.width, one.height))
                    .collect();
                html::write(&document, html::Figure::Images(&images))
            }
        };
        match &self.output {
            None => out.write_all(written.as_bytes())?,
            Some(path) => {
                fs::write(path, written).with_context(|| escape::text(&path.to_string_lossy()))?;
            }
        }
        ended(&intake, Ended::Fine)
    }

    fn form(&self) -> anyhow::Result<Form> {
        if let Some(form) = self.format {
            return Ok(form);
        }
        let Some(path) = &self.output else {
            return Ok(Form::Markdown);
        };
        let extension = path.extension().and_then(OsStr::to_str);
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("md" | "markdown" | "txt") => Ok(Form::Markdown),
            Some("html" | "htm") => Ok(Form::Html),
            _ => {
                let path = escape::text(&path.to_string_lossy());
                let wrong = format!("the name {path} does not tell the form: --format does");
                Err(WrongUsage(wrong).into())
            }
        }
    }
}

/// The call that is meant; none where it is not there, which is said.
fn call<'t>(trace: &'t Trace, number: Option<usize>) -> anyhow::Result<Option<Call<'t>>> {
    let count = trace.calls().len();
    let call = match number {
        Some(number) => CallId::numbered(number).and_then(|id| trace.call(id)),
        None if count > 1 => {
            let wrong = format!(
                "the inputs hold {count} calls: say which behind the files, as `sipscope calls` \
                 numbers them"
            );
            return Err(WrongUsage(wrong).into());
        }
        None => trace.calls().next(),
    };
    if call.is_none() {
        let what = number.map_or(String::new(), |number| format!(" {number}"));
        say(&format!(
            "sipscope: there is no call{what}: the inputs hold {count}"
        ));
    }
    Ok(call)
}
