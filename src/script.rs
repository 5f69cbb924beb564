//! What documents among the inputs say beside their messages, for ladders: step by step it is laid beside the trace.

use std::collections::BTreeMap;

use crate::intake::Intake;
use crate::report::ladder::{Aside, Script};
use crate::source::document::{Flow, Step};
use crate::trace::{Message, MessageId, Trace};

/// What the documents say of the messages of a trace.
pub fn script(intake: &Intake, trace: &Trace) -> Script {
    let documents: Vec<_> = (0..)
        .zip(&intake.inputs)
        .filter_map(|(number, input)| Some((number, input.facts.document.as_ref()?)))
        .collect();
    let mut script = Script::default();
    if documents.is_empty() {
        return script;
    }
    let mut messages: BTreeMap<(u32, u64), MessageId> = BTreeMap::new();
    for message in trace.messages() {
        for sighting in message.sightings() {
            let line = sighting.records().first().map(|record| record.number);
            messages.extend(line.map(|line| ((sighting.input(), line), message.id())));
        }
    }
    for (input, document) in documents {
        for flow in &document.flows {
            let of_step = |step: &Step| {
                let line = step.message.as_ref()?.line;
                trace.message(*messages.get(&(input, line))?)
            };
            of_flow(flow, of_step, &mut script);
        }
    }
    script
}

fn of_flow<'t>(flow: &Flow, message: impl Fn(&Step) -> Option<Message<'t>>, script: &mut Script) {
    let first = flow.steps.iter().find_map(&message);
    let mut before = None;
    let called = called(flow, &message);
    let name = |actor: Option<usize>| -> Option<String> {
        let own = &flow.actors.get(actor?)?.name;
        Some(called.get(&actor?).unwrap_or(own).clone())
    };
    for step in &flow.steps {
        if let Some(message) = message(step) {
            let number = step.number.clone();
            script
                .numbers
                .extend(number.map(|number| (message.id(), number)));
            before = Some(message);
        } else if let (false, Some(beside)) = (step.kind.is_sip(), before.or(first)) {
            script.asides.push(Aside {
                number: step.number.clone().unwrap_or_default(),
                text: step.title.clone(),
                from: name(step.from),
                to: name(step.to),
                beside: beside.id(),
                is_behind: before.is_some(),
            });
        }
    }
}

/// How the trace calls those who take part, as far as they send or get messages.
fn called<'t>(
    flow: &Flow,
    message: impl Fn(&Step) -> Option<Message<'t>>,
) -> BTreeMap<usize, String> {
    let mut called = BTreeMap::new();
    for step in &flow.steps {
        let Some(message) = message(step) else {
            continue;
        };
        let (from, to) = message.nodes();
        for (actor, node) in [(step.from, from), (step.to, to)] {
            if let (Some(actor), Some(node)) = (actor, node) {
                called.entry(actor).or_insert_with(|| node.label());
            }
        }
    }
    called
}
