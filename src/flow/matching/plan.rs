//! A template as trees of hops: the shape in which a trace has its messages too.

use std::collections::BTreeSet;

use crate::flow::template::{Demand, GroupKind, Template, What};

/// A hop of a template: a request with what answers it.
#[derive(Debug)]
pub(super) struct PlanHop {
    /// The step with the request.
    pub(super) request: usize,
    /// The steps with its responses.
    pub(super) responses: Vec<usize>,
    /// The step with the ACK to a response that is no 2xx.
    pub(super) ack: Option<usize>,
    /// The hops that continue it.
    pub(super) children: Vec<usize>,
    /// The hop that it continues.
    pub(super) parent: Option<usize>,
    /// Via entries of its request; `None` behind a node that hides them.
    pub(super) vias: Option<usize>,
}

/// All hops of a template.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) hops: Vec<PlanHop>,
    /// Hops whose request begins there, in the order of the steps.
    pub(super) roots: Vec<usize>,
    /// Hops that may be missing since their step and another one are the same in one network.
    pub(super) combined: BTreeSet<usize>,
    /// What the message of each step must carry.
    pub(super) demands: Vec<Vec<Demand>>,
}

impl Plan {
    pub(super) fn of(template: &Template) -> Self {
        let mut plan = Self {
            hops: Vec::new(),
            roots: Vec::new(),
            combined: BTreeSet::new(),
            demands: (0..template.steps.len())
                .map(|step| template.demands(step))
                .collect(),
        };
        for (number, step) in template.steps.iter().enumerate() {
            match &step.what {
                What::Request(request) => {
                    let refused = request.acknowledges.filter(|response| {
                        request.method == "ACK" && is_refusal(template, *response)
                    });
                    if let Some(hop) = refused.and_then(|response| plan.hop_of(template, response))
                    {
                        plan.hops[hop].ack = Some(number);
                        continue;
                    }
                    let parent = request.relays.and_then(|step| plan.hop_with(step));
                    let above = parent.map_or(Some(0), |parent| plan.hops[parent].vias);
                    let hop = plan.hops.len();
                    match parent {
                        Some(parent) => plan.hops[parent].children.push(hop),
                        None => plan.roots.push(hop),
                    }
                    plan.hops.push(PlanHop {
                        request: number,
                        responses: Vec::new(),
                        ack: None,
                        children: Vec::new(),
                        parent,
                        vias: above.filter(|_| !step.hides_via).map(|above| above + 1),
                    });
                }
                What::Response(response) => {
                    if let Some(hop) = plan.hop_with(response.answers) {
                        plan.hops[hop].responses.push(number);
                    }
                }
                What::Other { .. } | What::Action => {}
            }
        }
        for group in &template.groups {
            if group.kind == GroupKind::Combined {
                let hops = group.steps.iter().filter_map(|step| plan.hop_with(*step));
                plan.combined.extend(hops.collect::<Vec<_>>());
            }
        }
        plan
    }

    /// The hop with this request.
    fn hop_with(&self, request: usize) -> Option<usize> {
        self.hops.iter().position(|hop| hop.request == request)
    }

    /// The hop with this response.
    fn hop_of(&self, template: &Template, response: usize) -> Option<usize> {
        self.hop_with(template.request_of(response)?)
    }

    /// All hops below one.
    pub(super) fn below(&self, hop: usize) -> Vec<usize> {
        let mut below = self.hops[hop].children.clone();
        let mut at = 0;
        while let Some(hop) = below.get(at) {
            below.extend(self.hops[*hop].children.clone());
            at += 1;
        }
        below
    }
}

fn is_refusal(template: &Template, response: usize) -> bool {
    match &template.steps[response].what {
        What::Response(response) => response.statuses.iter().all(|(status, _)| *status >= 300),
        _ => false,
    }
}
