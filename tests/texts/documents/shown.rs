//! Short forms of what is read, to compare.

use std::path::Path;

use sipscope::source::document::{Document, Flow, Step};

/// A sample.
pub(crate) fn sample(name: &str) -> Document {
    Document::read(&text(name))
}

pub(crate) fn text(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/documents");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

pub(crate) const SAMPLES: [&str; 7] = [
    "numbered-steps.txt",
    "told-steps.txt",
    "hop-titles.txt",
    "ladder-and-tables.txt",
    "rfc-layout.txt",
    "rfc-registration.txt",
    "rfc-service.txt",
];

/// The flow with this id.
pub(crate) fn flow<'a>(document: &'a Document, id: &str) -> &'a Flow {
    document.flows.iter().find(|flow| flow.id == id).unwrap()
}

/// The step with this number.
pub(crate) fn step<'a>(flow: &'a Flow, number: &str) -> &'a Step {
    let mut steps = flow.steps.iter();
    steps
        .find(|step| step.number.as_deref() == Some(number))
        .unwrap()
}

pub(crate) fn actor(flow: &Flow, position: Option<usize>) -> &str {
    position.map_or("-", |position| &flow.actors[position].name)
}

/// `2 request MESSAGE: A > B`
pub(crate) fn line(flow: &Flow, step: &Step) -> String {
    let status = step.status.map(|status| status.to_string());
    let what: Vec<_> = [status.as_deref(), step.method.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    format!(
        "{} {} {}: {} > {}",
        step.number.as_deref().unwrap_or("-"),
        step.kind.name(),
        what.join(" "),
        actor(flow, step.from),
        actor(flow, step.to)
    )
}

/// All steps.
pub(crate) fn lines(flow: &Flow) -> Vec<String> {
    flow.steps.iter().map(|step| line(flow, step)).collect()
}

/// `line what: says, is`
pub(crate) fn contradictions(flow: &Flow) -> Vec<String> {
    let of_steps = flow.steps.iter().flat_map(|step| &step.contradictions);
    let all = flow.contradictions.iter().chain(of_steps);
    let shown = all.map(|one| {
        let what = one.what.name();
        format!("{} {what}: {}, {}", one.line, one.says, one.is)
    });
    shown.collect()
}
