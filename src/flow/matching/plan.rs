//! A template as trees of hops: the shape in which a trace has its messages too.

use std::collections::BTreeSet;

use super::branches::rows;
use super::scene::Scene;
use super::tags::{Tagged, tags};
use crate::flow::template::{CHALLENGES, Demand, GroupKind, Template, What};
use crate::trace::Node;

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
    /// Via entries of its request.
    pub(super) vias: usize,
    /// How many of them a node before it may hide.
    pub(super) hidden: usize,
    /// Whether its request stands outside of a dialog, as one that begins one does.
    pub(super) begins: bool,
    /// Whether that may be inside a dialog of something else.
    pub(super) may_be_inside: bool,
    /// Whether the one sends it who is the receiver of what its dialog begins with.
    pub(super) is_backward: bool,
    /// Whether its receiver may ask for credentials, and need not.
    pub(super) may_be_asked: bool,
}

/// All hops of a template.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) hops: Vec<PlanHop>,
    /// Hops whose request begins there, in the order of the steps.
    pub(super) roots: Vec<usize>,
    /// Hops that may be missing since their step and another one are the same in one network.
    pub(super) combined: BTreeSet<usize>,
    /// The methods of the requests that begin in each dialog.
    methods: Vec<BTreeSet<String>>,
    /// What the message of each step must carry.
    pub(super) demands: Vec<Vec<Demand>>,
    /// Whose tags its From and To have.
    pub(super) tags: Vec<[Option<Tagged>; 2]>,
    /// The row of steps that each has its place in.
    pub(super) rows: Vec<usize>,
}

impl Plan {
    pub(super) fn of(template: &Template) -> Self {
        let mut plan = Self {
            hops: Vec::new(),
            roots: Vec::new(),
            combined: BTreeSet::new(),
            methods: vec![BTreeSet::new(); template.dialogs.len()],
            demands: (0..template.steps.len())
                .map(|step| template.demands(step))
                .collect(),
            tags: Vec::new(),
            rows: Vec::new(),
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
                    let above = parent.map_or(0, |parent| plan.hops[parent].vias);
                    let hidden = parent.map_or(0, |parent| plan.hops[parent].hidden);
                    let hop = plan.hops.len();
                    let begins = match parent {
                        Some(parent) => plan.hops[parent].begins,
                        None => {
                            !template.dialogs[request.dialog].established
                                && !plan.has_made(template, request.dialog)
                        }
                    };
                    let is_backward = match parent {
                        Some(parent) => plan.hops[parent].is_backward,
                        None => plan
                            .first_of(template, request.dialog)
                            .is_some_and(|first| template.steps[first].from != step.from),
                    };
                    match parent {
                        Some(parent) => plan.hops[parent].children.push(hop),
                        None => {
                            plan.roots.push(hop);
                            plan.methods[request.dialog].insert(request.method.clone());
                        }
                    }
                    plan.hops.push(PlanHop {
                        request: number,
                        responses: Vec::new(),
                        ack: None,
                        children: Vec::new(),
                        parent,
                        vias: above + 1,
                        hidden: if step.hides_via { above } else { hidden },
                        begins,
                        may_be_inside: template.dialogs[request.dialog].may_be_inside,
                        is_backward,
                        may_be_asked: false,
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
        for hop in &mut plan.hops {
            let is_asked = hop
                .responses
                .iter()
                .any(|step| is_challenge(template, *step));
            let is_last = hop.children.is_empty();
            hop.may_be_asked = is_last && is_asked && template.is_optional(hop.request);
        }
        plan.tags = tags(template, &plan);
        plan.rows = rows(template, &plan);
        plan
    }

    /// The hops that a flow may begin with, the last of them being the first that has to be there.
    pub(super) fn beginnings(&self, template: &Template) -> &[usize] {
        let is_needed = |root: &usize| !template.is_optional(self.hops[*root].request);
        let needed = self.roots.iter().position(is_needed);
        &self.roots[..needed.map_or(self.roots.len(), |at| at + 1)]
    }

    /// Who sends and gets the request of a hop if it is one of the trace: who ends its journey does so also where others stand before
    /// it.
    pub(super) fn ends<'t>(
        &self,
        hop: usize,
        scene: &Scene<'t, '_>,
        seen: usize,
    ) -> [Option<Node<'t>>; 2] {
        let last = match self.hops[hop].children.is_empty() {
            true => scene.last_destination(seen),
            false => scene.hops[seen].destination,
        };
        [scene.hops[seen].source, last]
    }

    /// From and To of a hop's request, as the template has them.
    pub(super) fn users<'t>(&self, template: &'t Template, hop: usize) -> Option<[&'t str; 2]> {
        let hop = &self.hops[hop];
        let dialog = &template.dialogs[template.dialog_of(hop.request)?];
        let (from, to) = (dialog.from.as_str(), dialog.to.as_str());
        Some(if hop.is_backward {
            [to, from]
        } else {
            [from, to]
        })
    }

    /// Whether requests with one method begin in two dialogs: no Call-ID is of both then.
    pub(super) fn are_apart(&self, one: usize, other: usize) -> bool {
        one != other && !self.methods[one].is_disjoint(&self.methods[other])
    }

    /// The first request of a dialog so far.
    fn first_of(&self, template: &Template, dialog: usize) -> Option<usize> {
        let mut roots = self.roots.iter().map(|root| self.hops[*root].request);
        roots.find(|request| template.dialog_of(*request) == Some(dialog))
    }

    /// Whether some request so far may have made a dialog: nothing refuses it (RFC 3261 12.1).
    fn has_made(&self, template: &Template, dialog: usize) -> bool {
        let mut hops = self.hops.iter();
        hops.any(|hop| {
            let mut responses = hop.responses.iter();
            template.dialog_of(hop.request) == Some(dialog)
                && !responses.any(|response| is_refusal(template, *response))
        })
    }

    /// The hop with this request.
    fn hop_with(&self, request: usize) -> Option<usize> {
        self.hops.iter().position(|hop| hop.request == request)
    }

    /// The hop with this response.
    fn hop_of(&self, template: &Template, response: usize) -> Option<usize> {
        self.hop_with(template.request_of(response)?)
    }

    /// How many of those that a hop continues may be one with another hop, so that nothing is seen of them.
    pub(super) fn combined_above(&self, hop: usize) -> usize {
        let mut count = 0;
        let mut at = self.hops[hop].parent;
        while let Some(above) = at {
            count += usize::from(self.combined.contains(&above));
            at = self.hops[above].parent;
        }
        count
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

/// Whether a response asks for credentials (RFC 3261 22).
pub(super) fn is_challenge(template: &Template, response: usize) -> bool {
    match &template.steps[response].what {
        What::Response(response) => {
            let mut statuses = response.statuses.iter();
            statuses.all(|(status, _)| CHALLENGES.contains(status))
        }
        _ => false,
    }
}

pub(super) fn is_refusal(template: &Template, response: usize) -> bool {
    match &template.steps[response].what {
        What::Response(response) => response.statuses.iter().all(|(status, _)| *status >= 300),
        _ => false,
    }
}
