//! Steps that a document tells together, as one message goes over several hops: `8-9. 200 OK (S-CSCF to P-CSCF to UE)`. Where the title
//! names no hops, those of responses are known if they go back all the way of the requests before; others are not.

use std::ops::Range;

use super::hosts::is_named_after;
use super::model::{Message, Step, StepKind};
use super::{hop, name, vias};

/// Steps that were read under one title that does not name the hop of each.
pub(super) struct Together {
    /// What was read: more than one where there are several examples.
    pub(super) steps: Range<usize>,
    /// The numbers of all.
    pub(super) numbers: Vec<String>,
}

/// What a title calls so many steps, and all ends of them.
pub(super) fn along(title: &str, steps: usize) -> Option<(String, Vec<String>)> {
    hop::along(title).filter(|(_, ends)| ends.len() == steps + 1)
}

/// The steps with these numbers, one for each hop between these ends, of what was read below them: more than one where there are several
/// examples.
pub(super) fn apart(
    told: Vec<Step>,
    numbers: Vec<String>,
    label: &str,
    ends: &[String],
) -> Vec<Step> {
    if told.len() >= ends.len() {
        return told;
    }
    let mut steps = one_each(told, numbers);
    for (step, ends) in steps.iter_mut().zip(ends.windows(2)) {
        label.clone_into(&mut step.title);
        step.said = (Some(ends[0].clone()), Some(ends[1].clone()));
    }
    put_in_place(&mut steps, ends);
    steps
}

/// The steps of a list, each of those that are told together for itself.
pub(super) fn each(steps: Vec<Step>, together: Vec<Together>) -> Vec<Step> {
    let mut all = Vec::new();
    let mut open = Open::default();
    let mut steps = steps.into_iter().enumerate().peekable();
    let mut together = together.into_iter().peekable();
    while let Some((at, step)) = steps.next() {
        let mut told = vec![step];
        if let Some(one) = together.next_if(|one| one.steps.start == at) {
            while let Some((_, step)) = steps.next_if(|(at, _)| one.steps.contains(at)) {
                told.push(step);
            }
            let ends = open.way_back(&told[0], one.numbers.len());
            told = one_each(told, one.numbers);
            let is_sip = |step: &&mut Step| step.kind.is_sip();
            for (at, step) in told.iter_mut().filter(is_sip).enumerate() {
                let end = |at: usize| ends.as_ref()?.get(at).cloned();
                step.said = end(at).zip(end(at + 1)).unzip();
            }
            if let Some(ends) = ends {
                put_in_place(&mut told, &ends);
            }
        }
        told.iter().for_each(|step| open.go_on(step));
        all.append(&mut told);
    }
    all
}

/// A step for each number. Of those of which nothing was read only the title is known, and what it says.
fn one_each(mut told: Vec<Step>, numbers: Vec<String>) -> Vec<Step> {
    let Some(first) = told.first().cloned() else {
        return told;
    };
    for _ in told.len()..numbers.len() {
        told.push(Step {
            title_line: first.title_line,
            kind: first.kind,
            method: first.method.clone(),
            status: first.status,
            ..Step::new(None, first.title.clone(), first.line)
        });
    }
    for (step, number) in told.iter_mut().zip(numbers) {
        step.number = Some(number);
    }
    told
}

/// Puts an only example to the hop that it is of: by the host of its topmost Via, which is that of the sender of a request and of the
/// receiver of a response, or of who has no such name at the beginning of all.
fn put_in_place(steps: &mut [Step], ends: &[String]) {
    let is_only = steps.iter().skip(1).all(|step| step.message.is_none());
    let Some(message) = steps[0].message.take_if(|_| is_only) else {
        return;
    };
    let at = place(&message, ends).min(steps.len() - 1);
    steps[at].message = Some(message);
}

fn place(message: &Message, ends: &[String]) -> usize {
    let host = vias::stack(message)
        .into_iter()
        .next()
        .map(|(host, _)| host);
    let is_named = |end: &String| host.as_ref().is_some_and(|host| is_named_after(host, end));
    let last = ends.len() - 2;
    match message.status() {
        Some(_) => ends[1..].iter().position(is_named).unwrap_or(last),
        None => ends[..=last].iter().position(is_named).unwrap_or(0),
    }
}

/// Only so many of the requests before are looked at.
const MOST_LOOKED_AT: usize = 64;

/// The requests that nobody has answered yet: their methods and ends.
#[derive(Default)]
struct Open(Vec<(Option<String>, [String; 2])>);

impl Open {
    fn go_on(&mut self, step: &Step) {
        let is_final = step.kind == StepKind::Response && step.status >= Some(200);
        let is_request = step.kind == StepKind::Request && step.method.as_deref() != Some("ACK");
        if !is_final && !is_request {
            return;
        }
        let (Some(from), Some(to)) = &step.said else {
            // Whatever it goes on with or answers.
            return self.0.clear();
        };
        if is_request {
            if self.0.len() == MOST_LOOKED_AT {
                self.0.remove(0);
            }
            let ends = [from.clone(), to.clone()];
            return self.0.push((step.method.clone(), ends));
        }
        let answered = self.0.iter().rposition(|(method, [sender, receiver])| {
            let same = step.method.is_none() || step.method == *method;
            same && is_one(sender, to) && is_one(receiver, from)
        });
        if let Some(answered) = answered {
            self.0.remove(answered);
        }
    }

    /// All ends of a response that goes back the whole way of the last request, if that has so many hops.
    fn way_back(&self, response: &Step, hops: usize) -> Option<Vec<String>> {
        // Each hop has a 100 of its own.
        if response.kind != StepKind::Response || response.status <= Some(100) {
            return None;
        }
        let (method, [_, last]) = self.0.last()?;
        let mut ends = vec![last.clone()];
        for (other, [from, to]) in self.0.iter().rev() {
            let before = ends.last().filter(|before| is_one(before, to));
            if before.is_none() || other != method {
                break;
            }
            ends.push(from.clone());
        }
        let is = |said: &Option<String>, end: Option<&String>| {
            let pair = said.as_ref().zip(end);
            pair.is_none_or(|(said, end)| is_one(said, end))
        };
        let is_said = is(&response.said.0, ends.first()) && is(&response.said.1, ends.last());
        let same_method = response.method.is_none() || response.method == *method;
        (ends.len() == hops + 1 && is_said && same_method).then_some(ends)
    }
}

fn is_one(one: &str, other: &str) -> bool {
    name::key(one) == name::key(other)
}
