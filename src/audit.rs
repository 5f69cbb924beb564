//! The third part of the pipeline: the trace is held to the rules, its messages read again as they are wanted. What documents say
//! beside their messages is handed over with it.

use std::io;

use crate::intake::{InputReport, Intake, Job};
use crate::rules::{
    self, Audit, DocumentContradiction, DocumentFlow, DocumentRemark, DocumentStep, Policy,
};
use crate::source::document::{Contradiction, Flow, Remark, Step};
use crate::trace::{CallId, Trace};

/// Holds a trace to the rules of a policy. An error is one of reading messages again.
pub fn audit(intake: &Intake, trace: &Trace, job: &Job, policy: &Policy) -> io::Result<Audit> {
    held(intake, trace, None, job, policy)
}

/// Holds some calls of a trace to the rules, in their order.
pub fn audit_calls(
    intake: &Intake,
    trace: &Trace,
    calls: &[CallId],
    job: &Job,
    policy: &Policy,
) -> io::Result<Audit> {
    held(intake, trace, Some(calls), job, policy)
}

fn held(
    intake: &Intake,
    trace: &Trace,
    calls: Option<&[CallId]>,
    job: &Job,
    policy: &Policy,
) -> io::Result<Audit> {
    let inputs = (0..).zip(&intake.inputs);
    let flows: Vec<_> = inputs
        .flat_map(|(number, input)| flows(number, input))
        .collect();
    let reader = || intake.store.reader();
    rules::audit(trace, &flows, calls, policy, job.threads, reader)
}

/// What a document says of its flows.
fn flows(number: u32, input: &InputReport) -> impl Iterator<Item = DocumentFlow> {
    let document = input.facts.document.iter();
    let flows = document.flat_map(|document| &document.flows);
    flows.map(move |flow| of_flow(number, flow))
}

fn of_flow(input: u32, flow: &Flow) -> DocumentFlow {
    let actors = flow.actors.iter().map(|actor| {
        let names = std::iter::once(&actor.name).chain(&actor.aliases);
        names.cloned().collect()
    });
    DocumentFlow {
        input,
        id: flow.id.clone(),
        title: flow.title.clone(),
        line: flow.line,
        figures: flow.figures.iter().map(remark).collect(),
        contradictions: flow.contradictions.iter().map(contradiction).collect(),
        actors: actors.collect(),
        steps: flow.steps.iter().map(of_step).collect(),
    }
}

fn of_step(step: &Step) -> DocumentStep {
    DocumentStep {
        number: step.number.clone(),
        title: DocumentRemark {
            line: step.title_line,
            text: step.title.clone(),
        },
        method: step.method.clone(),
        status: step.status,
        said: step.said.clone(),
        ends: (step.from, step.to),
        prose: step.prose.iter().map(remark).collect(),
        caption: step.caption.as_ref().map(remark),
        contradictions: step.contradictions.iter().map(contradiction).collect(),
        message: step.message.as_ref().map(|message| message.line),
    }
}

fn remark(remark: &Remark) -> DocumentRemark {
    DocumentRemark {
        line: remark.line,
        text: remark.text.clone(),
    }
}

fn contradiction(contradiction: &Contradiction) -> DocumentContradiction {
    DocumentContradiction {
        line: contradiction.line,
        what: contradiction.what.name(),
        says: contradiction.says.clone(),
        is: contradiction.is.clone(),
    }
}
