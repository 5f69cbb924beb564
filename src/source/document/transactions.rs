//! Which request of a flow goes on with which, and which response answers or repeats which message. A flow has no clock and
//! hardly any branch that can be trusted; the order of its steps and the ends that it names have to do where Via does not.

use super::model::{Step, StepKind};
use super::name;
use super::vias;

/// Only so many of the steps before are looked at.
const MOST_LOOKED_AT: usize = 64;

/// What a step goes on with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Before {
    /// For a request: the same request on the hop before. For a response: the request that it answers.
    pub(super) request: Option<usize>,
    /// For a response: the same response on the hop before.
    pub(super) response: Option<usize>,
    /// For a request on the first hop: the same one that its sender had refused.
    pub(super) refused: Option<usize>,
}

/// Topmost host and branch of a step, and the number of its Vias.
struct Known {
    stack: Vec<(String, String)>,
    from: Option<String>,
    to: Option<String>,
}

impl Known {
    /// The topmost Via, unless its host is left out.
    fn top(&self) -> Option<&(String, String)> {
        self.stack.first().filter(|(host, _)| !host.is_empty())
    }
}

/// What each step goes on with.
pub(super) fn of(steps: &[Step]) -> Vec<Before> {
    let known: Vec<_> = steps
        .iter()
        .map(|step| Known {
            stack: step.message.as_ref().map(vias::stack).unwrap_or_default(),
            from: step.said.0.as_deref().map(name::key),
            to: step.said.1.as_deref().map(name::key),
        })
        .collect();
    let mut answered = vec![false; steps.len()];
    let mut refused = vec![false; steps.len()];
    let mut all: Vec<Before> = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let earlier = at.saturating_sub(MOST_LOOKED_AT)..at;
        let mut before = Before::default();
        match step.kind {
            StepKind::Request => {
                let same = |other: &usize| {
                    let other = &steps[*other];
                    other.kind == StepKind::Request && is_same_request(step, other)
                };
                let candidates: Vec<_> = earlier.rev().filter(same).collect();
                let over_via = candidates.iter().copied().find(|other| {
                    let below = known[at].stack.get(1..).unwrap_or_default();
                    let is_known = below.iter().all(|(host, _)| !host.is_empty());
                    !below.is_empty() && is_known && below == known[*other].stack
                });
                let adjacent = || {
                    let mut all = candidates.iter().copied();
                    all.find(|other| {
                        is_end(&known[*other].to, &known[at].from) && !answered[*other]
                    })
                };
                before.request = over_via.or_else(adjacent);
                let again = |other: &usize| {
                    let (own, other) = (&known[at], &known[*other]);
                    is_end(&other.from, &own.from) && is_end(&other.to, &own.to)
                };
                let latest = candidates.iter().copied().find(again);
                before.refused = latest.filter(|other| before.request.is_none() && refused[*other]);
            }
            StepKind::Response => {
                before.request = asked(steps, &known, &answered, at);
                let beyond = |other: &usize| {
                    let same = steps[*other].kind == StepKind::Response
                        && steps[*other].status == step.status
                        && step.status != Some(100);
                    // It came to where this one leaves, and answers what became of the request that this one answers.
                    let asked = all[*other].request;
                    let parent = asked.and_then(|asked| all[asked].request);
                    same && is_end(&known[*other].to, &known[at].from) && parent == before.request
                };
                before.response = earlier.rev().find(beyond);
                if let (Some(request), Some(200..)) = (before.request, step.status) {
                    answered[request] = true;
                    refused[request] = step.status >= Some(300);
                }
            }
            StepKind::Internal | StepKind::OtherProtocol => {}
        }
        all.push(before);
    }
    all
}

fn is_same_request(step: &Step, other: &Step) -> bool {
    step.method == other.method
}

fn is_end(one: &Option<String>, other: &Option<String>) -> bool {
    one.is_some() && one == other
}

/// The request that a response answers: by its topmost Via, else the latest without an answer between the same two.
fn asked(steps: &[Step], known: &[Known], answered: &[bool], at: usize) -> Option<usize> {
    let own = &known[at];
    let earlier = (at.saturating_sub(MOST_LOOKED_AT)..at).rev();
    let requests: Vec<_> = earlier
        .filter(|other| {
            let other = &steps[*other];
            let method = steps[at].method.as_ref();
            other.kind == StepKind::Request && (method.is_none() || other.method.as_ref() == method)
        })
        .collect();
    let open = || {
        requests
            .iter()
            .copied()
            .filter(|request| !answered[*request])
    };
    let reversed = |request: &usize| {
        let other = &known[*request];
        is_end(&other.from, &own.to) && is_end(&other.to, &own.from)
    };
    let same_via = |request: &usize| own.top().is_some() && own.top() == known[*request].top();
    let same_host = |request: &usize| {
        let host = |known: &Known| known.top().map(|(host, _)| host.clone());
        host(own).is_some() && host(own) == host(&known[*request])
    };
    open()
        .find(|request| same_via(request) && reversed(request))
        .or_else(|| open().find(|request| same_host(request) && reversed(request)))
        .or_else(|| open().find(same_via))
        .or_else(|| open().find(reversed))
}
