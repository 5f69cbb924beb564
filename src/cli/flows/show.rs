//! `sipscope flows show`: one flow in words.

use std::io::{Result, Write};

use clap::Args;
use sipscope::flow::{Actor, Demand, Group, GroupKind, Must, Request, Response, Template, What};

use super::library::{Known, Templates, named, shown};
use super::shape::FlowShown;
use crate::cli::printed::Printed;
use crate::cli::{Ended, Format, Outcome, escape, layout, wrap};

#[derive(Args)]
pub(super) struct Show {
    /// Its identifier, as `sipscope flows` gives it.
    #[arg(value_name = "ID")]
    id: String,

    #[command(flatten)]
    templates: Templates,

    #[command(flatten)]
    pub(super) printed: Printed<Format>,
}

impl Show {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let known = named(self.templates.load()?, &self.id)?;
        match self.printed.form() {
            Format::Text => print(out, &known)?,
            Format::Json => layout::write(out, &FlowShown::of(&known))?,
        }
        Ok((Ended::Fine, true))
    }
}

fn print(out: &mut impl Write, known: &Known) -> Result<()> {
    let template = &known.template;
    paragraph(out, "", &format!("{}: {}", template.id, template.title))?;
    paragraph(out, "", &format!("Source: {}", template.source))?;
    if !template.tests.is_empty() {
        paragraph(out, "", &format!("Tests: {}", template.tests.join(", ")))?;
    }
    if let Some(file) = &known.file {
        writeln!(out, "File: {}", shown(file))?;
    }
    if !template.about.is_empty() {
        writeln!(out)?;
        let words: Vec<_> = template.about.split_whitespace().collect();
        wrap::print(out, "", "", &escape::text(&words.join(" ")))?;
    }
    writeln!(out, "\nActors")?;
    for actor in &template.actors {
        paragraph(out, "  ", &in_words(actor))?;
    }
    writeln!(out, "\nSteps")?;
    for (index, step) in template.steps.iter().enumerate() {
        let text = format!("{}  {}", step.number, what_happens(template, index));
        wrap::print(out, "  ", "       ", &escape::text(&text))?;
        if let Some(carried) = carried(template, &step.carry) {
            wrap::print(out, "       ", "         ", &escape::text(&carried))?;
        }
    }
    writeln!(out)?;
    wrap::print(
        out,
        "",
        "",
        "Whatever is passed on keeps From, To, Call-ID and CSeq; a request has one less in Max-Forwards.",
    )?;
    if !template.groups.is_empty() {
        writeln!(out, "\nGroups")?;
        for group in &template.groups {
            paragraph(out, "  ", &in_group(template, group))?;
        }
    }
    Ok(())
}

fn paragraph(out: &mut impl Write, indent: &str, text: &str) -> Result<()> {
    let further = format!("{indent}  ");
    wrap::print(out, indent, &further, &escape::text(text))
}

/// `P-CSCF#1: P-CSCF of home1.net, pcscf1.home1.net, stays on the path; also P-CSCF`.
fn in_words(actor: &Actor) -> String {
    let mut text = format!("{}: {}", actor.label, actor.role.name());
    if let Some(network) = &actor.network {
        text += &format!(" of {network}");
    }
    if let Some(name) = &actor.name {
        text += &format!(", {name}");
    }
    if actor.records_route {
        text += ", stays on the path of dialogs";
    }
    if let Some(params) = &actor.contact_params {
        text += &format!(", Contact with {params}");
    }
    if !actor.aliases.is_empty() {
        text += &format!("; also called {}", actor.aliases.join(", "));
    }
    text
}

/// `UE -> P-CSCF: SUBSCRIBE, passes on step 1`.
fn what_happens(template: &Template, index: usize) -> String {
    let step = &template.steps[index];
    let number = |index: usize| &template.steps[index].number;
    let (from, to) = (&template.actors[step.from], &template.actors[step.to]);
    let mut text = match &step.what {
        What::Action => format!("{}: ", from.label),
        _ => format!("{} -> {}: ", from.label, to.label),
    };
    match &step.what {
        What::Request(request) => {
            text += &request.method;
            text += &reference(request, number);
        }
        What::Response(response) => {
            text += &statuses(response).join(" or ");
            text += &match response.relays {
                Some(relayed) => format!(", passes on step {}", number(relayed)),
                None => format!(", answers step {}", number(response.answers)),
            };
        }
        What::Other { .. } | What::Action => text += &step.caption(),
    }
    if let (true, Some(label)) = (step.is_sip(), &step.label) {
        text += &format!(" ({label})");
    }
    if let Some(before) = step.immediately_after {
        text += &format!(", immediately after step {}", number(before));
    }
    if let Some(dialog) = step.publications_over {
        let user = &template.dialogs[dialog].from;
        text += &format!(", after which nothing of {user} is published");
    }
    text
}

fn reference<'t>(request: &Request, number: impl Fn(usize) -> &'t String) -> String {
    let references = [
        (request.relays, "passes on"),
        (request.acknowledges, "acknowledges"),
        (request.cancels, "cancels"),
    ];
    let given = references
        .iter()
        .filter_map(|(step, what)| Some(format!(", {what} step {}", number((*step)?))));
    given.collect()
}

fn statuses(response: &Response) -> Vec<String> {
    let all = response.statuses.iter();
    all.map(|(code, reason)| format!("{code} {reason}"))
        .collect()
}

/// `must carry Event: presence; Expires; no Route`.
fn carried(template: &Template, demands: &[Demand]) -> Option<String> {
    let number = |step: usize| &template.steps[step].number;
    let one = |demand: &Demand| {
        let header = &demand.header;
        match &demand.must {
            Must::BePresent => header.clone(),
            Must::BePresentAfter(step) => format!("{header} after step {}", number(*step)),
            Must::BeAbsent => format!("no {header}"),
            Must::Be(values) => format!("{header}: {}", values.join(" or ")),
            Must::Say(values) => format!("{header} that says {}", values.join(" or ")),
            Must::HaveParameter(name) => format!("{header} with {name}"),
            Must::BeCopiedFrom(step) => format!("{header} as in step {}", number(*step)),
            Must::BeOneLessThanIn(step) => {
                format!("{header} one less than in step {}", number(*step))
            }
            Must::BeConsumedFrom(step) => {
                format!(
                    "{header} as in step {} without its first values",
                    number(*step)
                )
            }
            Must::BeReferredToIn(step) => {
                format!("{header} that step {} refers to", number(*step))
            }
            Must::TellStatusOf(step) => {
                format!("{header} that tells the status of step {}", number(*step))
            }
        }
    };
    let all: Vec<_> = demands.iter().map(one).collect();
    (!all.is_empty()).then(|| format!("must carry {}", all.join("; ")))
}

/// `optional, steps 3, 6: when`.
fn in_group(template: &Template, group: &Group) -> String {
    let listed = |steps: &[usize]| {
        let numbers: Vec<_> = steps
            .iter()
            .map(|step| template.steps[*step].number.as_str())
            .collect();
        let what = if numbers.len() == 1 { "step" } else { "steps" };
        format!("{what} {}", numbers.join(", "))
    };
    let mut text = format!("{}, {}", group.kind.name(), listed(&group.steps));
    if let GroupKind::InsteadOf(replaced) = &group.kind {
        text += &format!(" instead of {}", listed(replaced));
    }
    text + ": " + &group.when
}
