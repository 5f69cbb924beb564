//! What has no order toward the others: branches of a fork that end with a refusal (RFC 3261 16.7), and what a template says it of.

use super::plan::{Plan, is_refusal};
use crate::flow::template::{GroupKind, Template, What};

/// For each step the row of steps that has an order of its own: that of its group or of the branch which ends with a refusal, or of all
/// else.
pub(super) fn rows(template: &Template, plan: &Plan) -> Vec<usize> {
    let mut rows = vec![MAIN; template.steps.len()];
    for hop in &plan.hops {
        let is_fork = hop.children.len() > 1;
        for child in hop.children.iter().filter(|_| is_fork) {
            let mut responses = plan.hops[*child].responses.iter();
            if !responses.any(|response| is_refusal(template, *response)) {
                continue;
            }
            for below in plan.below(*child).into_iter().chain([*child]) {
                let below = &plan.hops[below];
                rows[below.request] = child + 1;
                for step in below.responses.iter().chain(&below.ack) {
                    rows[*step] = child + 1;
                }
            }
        }
    }
    // What follows from a step of a branch belongs to it.
    for (step, one) in template.steps.iter().enumerate() {
        let of = match &one.what {
            What::Request(request) => request.cancels,
            What::Response(response) => response.relays,
            _ => None,
        };
        if let Some(of) = of.filter(|of| rows[*of] != MAIN) {
            rows[step] = rows[of];
        }
        if let What::Response(response) = &one.what
            && rows[response.answers] != MAIN
        {
            rows[step] = rows[response.answers];
        }
    }
    let groups = template.groups.iter().zip(plan.hops.len() + 1..);
    for (group, row) in groups.filter(|(group, _)| group.kind == GroupKind::Parallel) {
        for step in &group.steps {
            rows[*step] = row;
        }
    }
    rows
}

/// The row of all that is in no such branch.
const MAIN: usize = 0;
