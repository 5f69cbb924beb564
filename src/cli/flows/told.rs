//! Flows of documents that tell their steps without messages, held to templates.

use sipscope::Intake;
use sipscope::flow::{Fate, Template, Told, ToldFlow, ToldKind, match_told};
use sipscope::report::{FlowLine, Standing, deviation_line, step_ends};
use sipscope::source::document::{Contradicted, Flow, Step, StepKind};

use super::find::{ActorRow, Candidate, FlowRow, StepRow, deviation_rows};
use crate::cli::escape;

/// A told flow with the template that it is most like.
pub(super) struct FoundTold<'i> {
    flow: &'i Flow,
    template: usize,
    pub(super) found: ToldFlow,
    others: Vec<(usize, i64)>,
}

/// Only so many other templates are named.
const MOST_OTHERS: usize = 3;

/// Told flows in the order of the documents; those that are like no template are left out.
pub(super) fn find<'i>(intake: &'i Intake, known: &[Template]) -> Vec<FoundTold<'i>> {
    let documents = intake
        .inputs
        .iter()
        .filter_map(|input| input.facts.document.as_ref());
    let flows = documents.flat_map(|document| &document.flows);
    let told = flows.filter(|flow| flow.steps.iter().all(|step| step.message.is_none()));
    told.filter_map(|flow| best(flow, known)).collect()
}

fn best<'i>(flow: &'i Flow, known: &[Template]) -> Option<FoundTold<'i>> {
    let steps: Vec<Told> = flow.steps.iter().map(|step| told(flow, step)).collect();
    let all = known.iter().map(|template| match_told(template, &steps));
    let mut all: Vec<(usize, ToldFlow)> = all.enumerate().collect();
    all.sort_by_key(|(number, found)| (std::cmp::Reverse(found.score), *number));
    let others = all.iter().skip(1).take(MOST_OTHERS);
    let others = others
        .map(|(number, found)| (*number, found.score))
        .collect();
    let (template, found) = all.into_iter().next()?;
    let seen = found
        .steps
        .iter()
        .filter(|(told, _)| told.is_some())
        .count();
    let most = seen * 2 > flow.steps.len() && seen * 2 > found.steps.len();
    (most || known.len() == 1).then_some(FoundTold {
        flow,
        template,
        found,
        others,
    })
}

fn told(flow: &Flow, step: &Step) -> Told {
    let kind = match (step.kind, &step.method, step.status) {
        (StepKind::Request, Some(method), _) => ToldKind::Request(method.clone()),
        (StepKind::Response, _, Some(status)) => ToldKind::Response(status),
        _ => ToldKind::Other,
    };
    let names = |actor: Option<usize>| -> Vec<String> {
        let actor = actor.and_then(|actor| flow.actors.get(actor));
        let names = actor.map(|actor| [&actor.name].into_iter().chain(&actor.aliases));
        names.into_iter().flatten().cloned().collect()
    };
    let misprint = step.contradictions.iter();
    let mut misprint = misprint.filter(|contradiction| contradiction.what == Contradicted::Number);
    let number = match misprint.next() {
        Some(misprint) => Some(misprint.says.clone()),
        None => step.number.clone(),
    };
    Told {
        number,
        kind,
        from: names(step.from),
        to: names(step.to),
    }
}

/// As programs get it.
pub(super) fn row(known: &[Template], told: &FoundTold<'_>) -> FlowRow {
    let template = &known[told.template];
    let steps = told
        .found
        .steps
        .iter()
        .enumerate()
        .map(|(step, (at, fate))| {
            let one = &template.steps[step];
            let deviations = match fate {
                Fate::Deviates(deviations) => deviations.clone(),
                _ => Vec::new(),
            };
            StepRow {
                number: one.number.clone(),
                from: template.actors[one.from].id.clone(),
                to: template.actors[one.to].id.clone(),
                what: one.caption(),
                verdict: fate.name(),
                message: None,
                line: at.map(|at| told.flow.steps[at].line),
                before: None,
                deviations: deviation_rows(deviations),
                echoes: 0,
            }
        });
    let actors = template.actors.iter().map(|actor| ActorRow {
        id: actor.id.clone(),
        label: actor.label.clone(),
        node: None,
        node_label: None,
    });
    FlowRow {
        id: template.id.clone(),
        title: template.title.clone(),
        source: template.source.clone(),
        tests: template.tests.clone(),
        calls: Vec::new(),
        document_flow: Some(told.flow.id.clone()),
        verdict: told.found.conclusion.name(),
        score: told.found.score,
        fits_as_well: Vec::new(),
        other_candidates: told
            .others
            .iter()
            .map(|(other, score)| Candidate {
                id: known[*other].id.clone(),
                score: *score,
            })
            .collect(),
        actors: actors.collect(),
        steps: steps.collect(),
        extra_requests: Vec::new(),
    }
}

/// For people: the verdict first; everything else stands further in.
pub(super) fn lines(known: &[Template], told: &FoundTold<'_>) -> Vec<FlowLine> {
    let template = &known[told.template];
    let line = |text: String, standing| FlowLine {
        text,
        message: None,
        standing,
    };
    let title = escape::text(&template.title);
    let title = format!("  {title} ({})", escape::text(&template.source));
    let mut lines = vec![
        line(verdict(template, told), told.found.conclusion.into()),
        line(title, Standing::Neutral),
    ];
    for (step, (at, fate)) in told.found.steps.iter().enumerate() {
        let one = &template.steps[step];
        let printed = at.map_or_else(String::new, |at| {
            format!(" line {}", told.flow.steps[at].line)
        });
        let text = format!(
            "  {:<5} {:<30} {:<24} {}{printed}",
            escape::text(&one.number),
            escape::text(&step_ends(template, step)),
            escape::text(&one.caption()),
            fate.name()
        );
        lines.push(line(text.trim_end().to_owned(), fate.into()));
        if let Fate::Deviates(deviations) = fate {
            let deviations = deviations.iter().map(deviation_line);
            lines.extend(deviations.map(|text| line(text, Standing::Broken)));
        }
    }
    for extra in &told.found.extra {
        let step = &told.flow.steps[*extra];
        let number = step.number.as_deref().unwrap_or("without number");
        let text = format!(
            "  beside the flow: step {} in line {}: {}",
            escape::text(number),
            step.line,
            escape::text(&step.title)
        );
        lines.push(line(text, Standing::Neutral));
    }
    lines
}

fn verdict(template: &Template, told: &FoundTold<'_>) -> String {
    let count = |name: &str| {
        let steps = told.found.steps.iter();
        steps.filter(|(_, fate)| fate.name() == name).count()
    };
    let names = ["matched", "deviates", "missing", "left out"];
    let counts = names.map(|name| (count(name), name));
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: String = counts
        .map(|(count, name)| format!(", {count} {name}"))
        .collect();
    format!(
        "document flow {}: {} {}{counts}",
        escape::text(&told.flow.id),
        escape::text(&template.id),
        told.found.conclusion.name()
    )
}
