//! How much hops of a trace look like those of a template by themselves.
//!
//! A hop is looked at once, however often what stands around it is taken away. Hops that look the same, with all that continues
//! them, have one shape: what is said of one of them is said of all.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::beside::Beside;
use super::compare::{Met, meets};
use super::plan::Plan;
use super::scene::{AT_A_TIME, Scene, SceneHop};
use crate::flow::template::{Actor, Demand, Must, PRACK, PURPOSE, REQUEST_URI, Template, What};
use crate::trace::{CallId, Node, NodeId, Role};

/// Each Via entry more or less than the template has counts against a hop, up to so many.
const MOST_VIA_COST: usize = 3;

/// The other end of the dialog sent it.
const PER_WRONG_END: i32 = -3;

/// It has another answer, or is for another one.
const PER_OTHER_ANSWER: i32 = -3;

/// So many shapes are kept: those of what is looked at, and of as much that was before it.
const MOST_SHAPES: usize = 4 * AT_A_TIME;

/// How much a hop of the trace looks like one of the template.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Likeness {
    pub(super) score: i32,
    /// Whether it has what tells another flow: then only its dialog shows that it is of this one.
    pub(super) is_foreign: bool,
    /// Whether it need not happen and was answered otherwise: then only its place shows that it is of this flow.
    pub(super) is_otherwise: bool,
}

/// All by which two hops can be told apart here.
#[derive(PartialEq, Eq, Hash)]
struct Shape {
    /// How much it looks like each hop of the template.
    alike: Vec<Option<Likeness>>,
    vias: Option<usize>,
    is_next: bool,
    /// Its own, and the last one of its way.
    ends: [Option<NodeId>; 3],
    users: Option<[usize; 2]>,
    call: CallId,
    call_id: usize,
    children: Vec<usize>,
}

/// What the hops of one scene look like beside those of one template.
pub(super) struct Looks<'a> {
    pub(super) template: &'a Template,
    pub(super) plan: &'a Plan,
    is_chosen: bool,
    /// What the request of each hop of the template can be told by.
    carried: Vec<Vec<&'a Demand>>,
    /// What answers the PRACK of each hop of the template is for.
    acknowledged: Vec<Option<usize>>,
    /// Nobody, as long as it is not known who takes part.
    beside: Beside,
    /// How much each node looks like an actor.
    likenesses: HashMap<(usize, NodeId), i32, RandomState>,
    /// The shape of each hop of the scene that was looked at.
    shape_of: Vec<Option<usize>>,
    numbers: HashMap<Shape, usize, RandomState>,
    /// For each shape a hop that has it.
    firsts: Vec<usize>,
    /// For each shape how much it looks like each hop of the template.
    alike: Vec<Option<Likeness>>,
}

impl<'a> Looks<'a> {
    /// Nothing was looked at yet. Where the template is one of several, what is about another event package is another flow.
    pub(super) fn new(template: &'a Template, plan: &'a Plan, is_chosen: bool) -> Self {
        Self {
            template,
            plan,
            is_chosen,
            carried: plan
                .hops
                .iter()
                .map(|hop| carried(template, hop.request))
                .collect(),
            acknowledged: plan
                .hops
                .iter()
                .map(|hop| acknowledged(template, hop.request))
                .collect(),
            beside: Beside::default(),
            likenesses: HashMap::default(),
            shape_of: Vec::new(),
            numbers: HashMap::default(),
            firsts: Vec::new(),
            alike: Vec::new(),
        }
    }

    /// How many shapes there are. What continues a hop has another one with a lower number.
    pub(super) fn shapes(&self) -> usize {
        self.firsts.len()
    }

    /// A hop with this shape.
    pub(super) fn first(&self, shape: usize) -> usize {
        self.firsts[shape]
    }

    /// The shape of a hop that is looked at.
    pub(super) fn shape(&self, seen: usize) -> usize {
        self.shape_of[seen].expect("`look` gave each that is looked at one")
    }

    /// How much a hop that is looked at is like one of the template; `None` if it cannot be it.
    pub(super) fn alike(&self, hop: usize, seen: usize) -> Option<Likeness> {
        self.alike[self.shape(seen) * self.plan.hops.len() + hop]
    }

    /// Looks at what was not looked at before.
    pub(super) fn look(&mut self, scene: &Scene<'_, '_>) {
        if self.shapes() > MOST_SHAPES {
            *self = Self::new(self.template, self.plan, self.is_chosen);
        }
        self.shape_of.resize(scene.hops.len(), None);
        let roots = scene.roots.iter().copied();
        let new: Vec<usize> = roots.filter(|hop| self.shape_of[*hop].is_none()).collect();
        for seen in scene.tree(&new).into_iter().rev() {
            let hop = &scene.hops[seen];
            let hops = 0..self.plan.hops.len();
            let shape = Shape {
                alike: hops.map(|hop| self.likeness(scene, hop, seen)).collect(),
                vias: hop.vias,
                is_next: scene.is_next(seen),
                ends: [hop.source, hop.destination, scene.last_destination(seen)]
                    .map(|node| Some(node?.id())),
                users: scene.users.get(seen).copied(),
                call: hop.call,
                call_id: hop.call_id,
                children: hop.children.iter().map(|one| self.shape(*one)).collect(),
            };
            let next = self.firsts.len();
            let number = match self.numbers.get(&shape) {
                Some(number) => *number,
                None => {
                    self.firsts.push(seen);
                    self.alike.extend(&shape.alike);
                    self.numbers.insert(shape, next);
                    next
                }
            };
            self.shape_of[seen] = Some(number);
        }
    }

    /// How much a hop of the trace looks like one of the template; `None` if it cannot be it.
    fn likeness(&mut self, scene: &Scene<'_, '_>, hop: usize, seen: usize) -> Option<Likeness> {
        let ends = self.plan.ends(hop, scene, seen);
        let is_asked_for = |must: &Must| match must {
            Must::Be(wanted) => scene.is_asked_for(seen, wanted),
            _ => false,
        };
        let (planned, seen) = (&self.plan.hops[hop], &scene.hops[seen]);
        let step = &self.template.steps[planned.request];
        let method = self.template.method_of(planned.request)?;
        if !seen
            .hop
            .method_name()
            .eq_ignore_ascii_case(method.as_bytes())
        {
            return None;
        }
        let is_too_late = planned.begins && !planned.may_be_inside && seen.is_within;
        if is_too_late || seen.is_empty() {
            return None;
        }
        let (mut score, mut is_foreign) = (4, false);
        let own = seen.request.map(|request| request.id());
        if let Some(request) = seen.told_by.map(|request| request.id()) {
            for demand in &self.carried[hop] {
                let points = match meets(scene, request, demand, &self.beside, |_| None) {
                    Met::Yes => 2,
                    // What asks for something else is of another flow, unless only this one of its requests does.
                    Met::No { .. }
                        if self.is_chosen
                            && demand.header == PURPOSE
                            && !is_asked_for(&demand.must) =>
                    {
                        return None;
                    }
                    // Who has none is not known to be somebody else.
                    Met::No { .. } if demand.must == Must::BePresent => 0,
                    Met::No { .. } => {
                        // What has none is about nothing else.
                        let values = scene.values(request, &demand.header);
                        let is_there = values.is_some_and(|values| !values.is_empty());
                        is_foreign |= self.is_chosen && demand.tells_apart() && is_there;
                        -3
                    }
                    Met::Unknown => 0,
                };
                // What is passed on may differ in all but what it is about.
                if own.is_some() {
                    score += points;
                }
            }
        }
        if let Some(vias) = seen.vias.filter(|_| own.is_some()) {
            let (above, most) = (planned.parent, planned.vias);
            let least = most - planned.hidden;
            let least = least.saturating_sub(self.plan.combined_above(hop));
            // What it continues tells its place; elements that the template does not have may be on that way.
            let difference = match above.zip(seen.parent) {
                Some(_) => 0,
                None => vias.abs_diff(vias.clamp(least, most)),
            };
            score += match difference {
                0 => 2,
                difference => -(difference.min(MOST_VIA_COST) as i32),
            };
        }
        // Either end of a dialog may begin something else in it.
        let is_backward = seen.is_backward.filter(|_| !planned.may_be_inside);
        if is_backward.is_some_and(|is| is != planned.is_backward) {
            score += PER_WRONG_END;
        }
        if let Some((status, of)) = seen.acknowledges.zip(self.acknowledged[hop]) {
            score += match self.statuses(&[of]).any(|other| other == status) {
                true => 2,
                false => PER_OTHER_ANSWER,
            };
        }
        let by_answer = self.responses(&planned.responses, seen);
        let is_otherwise = by_answer < 0 && self.template.is_optional(planned.request);
        // What may be left out is not there where the answer is that of another request.
        if is_otherwise && self.is_answered_as_another(method, seen) {
            return None;
        }
        score += by_answer;
        for (actor, node) in [step.from, step.to].into_iter().zip(ends) {
            if let Some(node) = node {
                let template = self.template;
                let likeness = self.likenesses.entry((actor, node.id()));
                score += *likeness.or_insert_with(|| likeness_of(&template.actors[actor], node));
            }
        }
        Some(Likeness {
            score,
            is_foreign,
            is_otherwise,
        })
    }

    fn responses(&self, planned: &[usize], seen: &SceneHop<'_>) -> i32 {
        let statuses: Vec<u16> = self.statuses(planned).collect();
        let finals = statuses.iter().any(|status| *status >= 200);
        match seen.hop.status() {
            Some(status) if statuses.contains(&status) => 2,
            Some(_) if finals => PER_OTHER_ANSWER,
            _ => 0,
        }
    }

    /// Whether some request with this method has the answer that was seen.
    fn is_answered_as_another(&self, method: &str, seen: &SceneHop<'_>) -> bool {
        let mut like = self.plan.hops.iter().filter(|hop| {
            let other = self.template.method_of(hop.request);
            other.is_some_and(|other| other.eq_ignore_ascii_case(method))
        });
        seen.hop.status().is_some_and(|status| {
            like.any(|hop| self.statuses(&hop.responses).any(|other| other == status))
        })
    }

    fn statuses(&self, responses: &[usize]) -> impl Iterator<Item = u16> {
        let of = |step: &usize| match &self.template.steps[*step].what {
            What::Response(response) => response.statuses.as_slice(),
            _ => &[],
        };
        let statuses = responses.iter().flat_map(of);
        statuses.map(|(code, _)| *code)
    }
}

/// What a request can be told by: values of its own in header fields and in the body, also where they were passed on.
fn carried(template: &Template, request: usize) -> Vec<&Demand> {
    let mut carried: Vec<&Demand> = Vec::new();
    let mut known: Vec<&String> = Vec::new();
    let mut at = Some(request);
    while let Some(number) = at {
        let step = &template.steps[number];
        for demand in &step.carry {
            let is_known = known
                .iter()
                .any(|one| one.eq_ignore_ascii_case(&demand.header));
            // Each that passes it on may put another Request-URI there.
            let is_own = number == request || demand.header != REQUEST_URI;
            if !is_known && is_own {
                carried.push(template.origin(demand));
                known.push(&demand.header);
            }
        }
        known.extend(&step.remove);
        at = match &step.what {
            What::Request(request) => request.relays,
            _ => None,
        };
    }
    carried.retain(|demand| {
        let is_route = demand.header == "Route";
        match demand.must {
            Must::Be(_) | Must::Say(_) => true,
            // Who is the last to get a request is told by its having none left, who is not by its having one.
            Must::BeAbsent | Must::BePresent => is_route,
            _ => false,
        }
    });
    carried
}

/// The response that a PRACK, or what it passes on, is for.
fn acknowledged(template: &Template, request: usize) -> Option<usize> {
    match &template.steps[request].what {
        What::Request(request) if request.method == PRACK => match request.relays {
            Some(passed_on) => acknowledged(template, passed_on),
            None => request.acknowledges,
        },
        _ => None,
    }
}

/// How much a node looks like an actor.
pub(super) fn likeness_of(actor: &Actor, node: Node<'_>) -> i32 {
    let label = node.label();
    let names = node.names();
    let is_named = |name: &str| {
        name.eq_ignore_ascii_case(&label)
            || names.iter().any(|other| other.eq_ignore_ascii_case(name))
    };
    let mut known = [Some(&actor.label), actor.name.as_ref()]
        .into_iter()
        .flatten()
        .chain(&actor.aliases);
    match (actor.role, node.role()) {
        // What it looks like was only concluded.
        _ if known.any(|name| is_named(name)) => 4,
        (one, other) if one == other => 2,
        (one, other) if passes_on(one) != passes_on(other) => -1,
        _ => 0,
    }
}

/// Whether a node with this role passes requests on that are not for itself.
fn passes_on(role: Role) -> bool {
    matches!(
        role,
        Role::PCscf
            | Role::ICscf
            | Role::SCscf
            | Role::ECscf
            | Role::Ibcf
            | Role::Bgcf
            | Role::Proxy
            | Role::Sbc
    )
}
