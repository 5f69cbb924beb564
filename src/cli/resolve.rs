//! `sipscope resolve`: the flows of a document with every header filled in.

use std::io::{self, Write};

use clap::Args;
use serde::Serialize;
use sipscope::source::document::{Contradiction, Document, Flow, Header, Message, Step};

use super::printed::Printed;
use super::{Ended, Format, Inputs, Outcome, ended, escape, layout, say};

#[derive(Args)]
pub(super) struct Resolve {
    #[command(flatten)]
    inputs: Inputs,

    #[command(flatten)]
    pub(super) printed: Printed<Format>,
}

#[derive(Serialize)]
struct Resolved<'a> {
    schema: &'static str,
    flows: Vec<FlowShown<'a>>,
    /// Headings that announce a flow and contain none.
    announced: Vec<HeadingShown<'a>>,
}

#[derive(Serialize)]
struct HeadingShown<'a> {
    number: &'a str,
    title: &'a str,
    line: u64,
}

#[derive(Serialize)]
struct FlowShown<'a> {
    input: String,
    id: &'a str,
    title: &'a str,
    line: u64,
    figures: Vec<FigureShown<'a>>,
    contradictions: Vec<ContradictionShown<'a>>,
    actors: Vec<ActorShown<'a>>,
    steps: Vec<StepShown<'a>>,
}

/// The caption of a figure.
#[derive(Serialize)]
struct FigureShown<'a> {
    line: u64,
    caption: &'a str,
}

#[derive(Serialize)]
struct ActorShown<'a> {
    name: &'a str,
    aliases: &'a [String],
    hosts: &'a [String],
}

#[derive(Serialize)]
struct StepShown<'a> {
    number: Option<&'a str>,
    title: &'a str,
    line: u64,
    kind: &'static str,
    method: Option<&'a str>,
    status: Option<u16>,
    from: Option<&'a str>,
    to: Option<&'a str>,
    /// What goes back in the same step, in a protocol other than SIP.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<AnswerShown<'a>>,
    start_line: Option<&'a str>,
    headers: Vec<HeaderShown<'a>>,
    body: Option<BodyShown<'a>>,
    contradictions: Vec<ContradictionShown<'a>>,
}

#[derive(Serialize)]
struct AnswerShown<'a> {
    from: Option<&'a str>,
    to: Option<&'a str>,
    title: &'a str,
    line: u64,
}

#[derive(Serialize)]
struct HeaderShown<'a> {
    name: &'a str,
    value: &'a str,
    /// Whether the document leaves the value out here.
    elided: bool,
    lines: &'a [u64],
    /// Where the value is printed, if not here.
    #[serde(skip_serializing_if = "Option::is_none")]
    printed_in_lines: Option<&'a [u64]>,
}

#[derive(Serialize)]
struct BodyShown<'a> {
    text: &'a str,
    elided: bool,
    /// Whether the document only says that there is a body.
    placeholder: bool,
    lines: [u64; 2],
}

#[derive(Serialize)]
struct ContradictionShown<'a> {
    line: u64,
    what: &'static str,
    says: &'a str,
    is: &'a str,
}

impl Resolve {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let intake = self.inputs.analyze(false)?;
        let inputs = intake.inputs.iter();
        let documents: Vec<_> = inputs
            .filter_map(|input| Some((input.path.as_path(), input.facts.document.as_ref()?)))
            .collect();
        if documents
            .iter()
            .all(|(_, document)| document.flows.is_empty())
        {
            say("sipscope: there is no flow document with a flow among the inputs");
            return ended(&intake, Ended::NothingFound);
        }
        match self.printed.form() {
            Format::Text => {
                for (_, document) in &documents {
                    print(document, out)?;
                }
            }
            Format::Json => {
                let flows = documents.iter().flat_map(|(path, document)| {
                    let path = path.to_string_lossy();
                    let flows = document.flows.iter();
                    flows.map(move |flow| FlowShown::of(flow, path.clone().into_owned()))
                });
                let announced = documents
                    .iter()
                    .flat_map(|(_, document)| &document.announced);
                let resolved = Resolved {
                    schema: "sipscope.resolve/1",
                    flows: flows.collect(),
                    announced: announced
                        .map(|heading| HeadingShown {
                            number: &heading.number,
                            title: &heading.title,
                            line: heading.line,
                        })
                        .collect(),
                };
                layout::write(out, &resolved)?;
            }
        }
        ended(&intake, Ended::Fine)
    }
}

impl<'a> FlowShown<'a> {
    fn of(flow: &'a Flow, input: String) -> Self {
        let actors = flow.actors.iter().map(|actor| ActorShown {
            name: &actor.name,
            aliases: &actor.aliases,
            hosts: &actor.hosts,
        });
        Self {
            input,
            id: &flow.id,
            title: &flow.title,
            line: flow.line,
            figures: flow
                .figures
                .iter()
                .map(|figure| FigureShown {
                    line: figure.line,
                    caption: &figure.text,
                })
                .collect(),
            contradictions: shown(&flow.contradictions),
            actors: actors.collect(),
            steps: flow
                .steps
                .iter()
                .map(|step| StepShown::of(flow, step))
                .collect(),
        }
    }
}

impl<'a> StepShown<'a> {
    fn of(flow: &'a Flow, step: &'a Step) -> Self {
        let message = step.message.as_ref();
        let headers = message.map_or(&[][..], |message| &message.headers);
        let body = message.and_then(|message| message.body.as_ref());
        Self {
            number: step.number.as_deref(),
            title: &step.title,
            line: step.line,
            kind: step.kind.name(),
            method: step.method.as_deref(),
            status: step.status,
            from: actor(flow, step.from),
            to: actor(flow, step.to),
            answer: step.answer.as_ref().map(|answer| AnswerShown {
                from: actor(flow, step.to),
                to: actor(flow, step.from),
                title: &answer.text,
                line: answer.line,
            }),
            start_line: message.map(|message| message.start_line.as_str()),
            headers: headers.iter().map(HeaderShown::of).collect(),
            body: body.map(|body| BodyShown {
                text: &body.text,
                elided: body.inherited.is_some(),
                placeholder: body.is_placeholder,
                lines: [body.lines.0, body.lines.1],
            }),
            contradictions: shown(&step.contradictions),
        }
    }
}

impl<'a> HeaderShown<'a> {
    fn of(header: &'a Header) -> Self {
        let inherited = header.inherited.as_ref();
        Self {
            name: &header.name,
            value: &header.value,
            elided: inherited.is_some(),
            lines: &header.lines,
            printed_in_lines: inherited.map(|inherited| inherited.lines.as_slice()),
        }
    }
}

impl<'a> ContradictionShown<'a> {
    fn of(contradiction: &'a Contradiction) -> Self {
        Self {
            line: contradiction.line,
            what: contradiction.what.name(),
            says: &contradiction.says,
            is: &contradiction.is,
        }
    }
}

fn shown(contradictions: &[Contradiction]) -> Vec<ContradictionShown<'_>> {
    contradictions.iter().map(ContradictionShown::of).collect()
}

fn actor(flow: &Flow, position: Option<usize>) -> Option<&str> {
    let actor = flow.actors.get(position?)?;
    Some(&actor.name)
}

fn print(document: &Document, out: &mut impl Write) -> io::Result<()> {
    for flow in &document.flows {
        // What stands under no number may have a title only, or none.
        let id = match flow.id.is_empty() {
            true => String::new(),
            false => format!(" {}", escape::text(&flow.id)),
        };
        let title = match flow.title.is_empty() {
            true => String::new(),
            false => format!(": {}", escape::text(&flow.title)),
        };
        writeln!(out, "flow{id}{title} (line {})", flow.line)?;
        for actor in &flow.actors {
            let all = actor.aliases.iter().chain(&actor.hosts);
            let all: Vec<_> = all.map(|name| escape::text(name)).collect();
            let also = match all.is_empty() {
                true => String::new(),
                false => format!(" = {}", all.join(", ")),
            };
            writeln!(out, "actor {}{also}", escape::text(&actor.name))?;
        }
        print_contradictions(&flow.contradictions, "", out)?;
        for step in &flow.steps {
            print_step(flow, step, out)?;
        }
        writeln!(out)?;
    }
    for heading in &document.announced {
        let title = escape::text(&heading.title);
        writeln!(
            out,
            "no flow in {} {title} (line {})",
            heading.number, heading.line
        )?;
    }
    Ok(())
}

fn print_step(flow: &Flow, step: &Step, out: &mut impl Write) -> io::Result<()> {
    let number = step.number.as_deref().unwrap_or("-");
    let end = |at| actor(flow, at).map(escape::text);
    let ends = match (end(step.from), end(step.to)) {
        (None, None) => String::new(),
        (Some(one), None) => format!(" {one}"),
        (from, to) => {
            let unknown = || "unknown".to_owned();
            format!(
                " {} -> {}",
                from.unwrap_or_else(unknown),
                to.unwrap_or_else(unknown)
            )
        }
    };
    let (kind, title) = (step.kind.name(), escape::text(&step.title));
    writeln!(
        out,
        "\nstep {}{ends}: {title} ({kind}, line {})",
        escape::text(number),
        step.line
    )?;
    if let Some(answer) = &step.answer {
        let back = |at| end(at).unwrap_or_else(|| "unknown".to_owned());
        let (from, to) = (back(step.to), back(step.from));
        let (title, line) = (escape::text(&answer.text), answer.line);
        writeln!(out, "  answer {from} -> {to}: {title} (line {line})")?;
    }
    print_contradictions(&step.contradictions, "  ", out)?;
    match &step.message {
        Some(message) => print_message(flow, message, out),
        None => Ok(()),
    }
}

fn print_contradictions(
    all: &[Contradiction],
    indent: &str,
    out: &mut impl Write,
) -> io::Result<()> {
    all.iter().try_for_each(|contradiction| {
        writeln!(
            out,
            "{indent}! line {}: {} says {}, is {}",
            contradiction.line,
            contradiction.what.name(),
            escape::text(&contradiction.says),
            escape::text(&contradiction.is),
        )
    })
}

/// What is not printed in the document at this place has a `+` in front, and the step that it is from behind.
fn print_message(flow: &Flow, message: &Message, out: &mut impl Write) -> io::Result<()> {
    let number = |step: usize| {
        let number = flow.steps.get(step).and_then(|step| step.number.as_deref());
        escape::text(number.unwrap_or("-"))
    };
    writeln!(out, "    {}", escape::text(&message.start_line))?;
    for header in &message.headers {
        let (name, value) = (escape::text(&header.name), escape::text(&header.value));
        match &header.inherited {
            Some(from) => writeln!(out, "  + {name}: {value}    (step {})", number(from.step))?,
            None => writeln!(out, "    {name}: {value}")?,
        }
    }
    if let Some(body) = &message.body {
        let from = body.inherited.map(number);
        let from = from.map_or_else(String::new, |step| format!("    (step {step})"));
        writeln!(out, "{from}")?;
        let sign = if body.inherited.is_some() { '+' } else { ' ' };
        for line in body.text.lines() {
            writeln!(out, "  {sign} {}", escape::text(line))?;
        }
    }
    Ok(())
}
