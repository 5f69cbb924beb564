//! `sipscope document`: a call as the document of a flow, as specifications print them.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use sipscope::document;
use sipscope::render::document::{html, markdown};
use sipscope::render::{svg, text};
use sipscope::report::document::options_of_figure;
use sipscope::report::ladder::of_call;

use super::file::put;
use super::filter::Filter;
use super::form::Form;
use super::rulebook::Rulebook;
use super::times::times;
use super::traced::Traced;
use super::{Ended, Outcome, ended, messages};

#[derive(Args)]
pub(super) struct DocumentOf {
    #[command(flatten)]
    traced: Traced,

    #[command(flatten)]
    filter: Filter,

    #[command(flatten)]
    rulebook: Rulebook,

    /// Form of the document. Without it, as the name of the output ends, or Markdown.
    #[arg(long, short, value_enum, help_heading = "Output")]
    format: Option<Written>,

    /// Where to write it; without it, to standard output.
    #[arg(long, short, value_name = "PATH", help_heading = "Output")]
    output: Option<PathBuf>,

    /// Title, instead of what is known of the call.
    #[arg(long, value_name = "TEXT", help_heading = "Output")]
    title: Option<String>,

    /// No marks of what the audit finds.
    #[arg(long, help_heading = "Output")]
    no_findings: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Written {
    /// Text that sipscope also reads as an input: messages stand in it word for word.
    Markdown,
    /// One page that browsers open and print.
    Html,
    /// The same for word processors: the figure is an image.
    Word,
}

impl Form for Written {
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Markdown => &["md", "markdown", "txt"],
            Self::Html => &["html", "htm"],
            Self::Word => &[],
        }
    }
}

/// Columns of characters of a figure in text.
const WIDTH: usize = 100;

impl DocumentOf {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let mut traced = self.traced.clone();
        let number = traced.inputs.take_number()?;
        let form = match &self.output {
            Some(path) if path.as_os_str() != "-" => Written::of(self.format, path)?,
            _ => self.format.unwrap_or(Written::Markdown),
        };
        let (mut intake, trace) = traced.trace()?;
        let Some(call) = self.filter.one(number, &trace, &mut intake)? else {
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
            Written::Markdown => {
                let style = text::Style {
                    width: WIDTH,
                    charset: text::Charset::Unicode,
                    in_colours: false,
                };
                markdown::write(&document, &text::draw(&document.figure, style))
            }
            Written::Html => {
                let style = svg::Style {
                    theme: svg::Theme::Spec,
                    paper: svg::Paper::None,
                };
                let figure = svg::draw_in_page(&document.figure, style, html::anchor);
                html::write(&document, html::Figure::Part(&figure.source))
            }
            Written::Word => {
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
                put(path, out, |out| Ok(out.write_all(written.as_bytes())?))?;
            }
        }
        ended(&intake, Ended::Fine)
    }
}
