//! One flow as programs get it.

use serde::Serialize;
use sipscope::flow::{Actor, Demand, Group, GroupKind, Must, Template, What};

use super::library::Known;

#[derive(Serialize)]
pub(super) struct FlowShown<'a> {
    schema: &'static str,
    id: &'a str,
    title: &'a str,
    source: &'a str,
    about: &'a str,
    tests: &'a [String],
    /// None for a flow of the program.
    file: Option<String>,
    actors: Vec<ActorShown<'a>>,
    steps: Vec<StepShown<'a>>,
    groups: Vec<GroupShown<'a>>,
}

#[derive(Serialize)]
struct ActorShown<'a> {
    id: &'a str,
    label: &'a str,
    role: &'static str,
    network: Option<&'a str>,
    name: Option<&'a str>,
    aliases: &'a [String],
    records_route: bool,
    contact_params: Option<&'a str>,
}

/// References are numbers of steps and identifiers of actors.
#[derive(Serialize)]
struct StepShown<'a> {
    number: &'a str,
    kind: &'static str,
    from: &'a str,
    to: &'a str,
    label: Option<&'a str>,
    /// Of the request, or of the one that a response answers.
    method: Option<&'a str>,
    statuses: Vec<String>,
    protocol: Option<&'a str>,
    dialog: Option<&'a str>,
    relays: Option<&'a str>,
    answers: Option<&'a str>,
    acknowledges: Option<&'a str>,
    cancels: Option<&'a str>,
    immediately_after: Option<&'a str>,
    publications_over: Option<&'a str>,
    must_carry: Vec<DemandShown<'a>>,
    optional: bool,
}

/// What is asked, and the values, the parameter or the step of which that is said.
#[derive(Serialize)]
struct DemandShown<'a> {
    header: String,
    must: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<&'a str>,
}

#[derive(Serialize)]
struct GroupShown<'a> {
    kind: &'static str,
    steps: Vec<&'a str>,
    instead_of: Vec<&'a str>,
    when: &'a str,
}

impl<'a> FlowShown<'a> {
    pub(super) fn of(known: &'a Known) -> Self {
        let template = &known.template;
        let groups = template.groups.iter();
        Self {
            schema: "sipscope.flow/1",
            id: &template.id,
            title: &template.title,
            source: &template.source,
            about: &template.about,
            tests: &template.tests,
            file: known.file.as_deref().map(|file| file.display().to_string()),
            actors: template.actors.iter().map(ActorShown::of).collect(),
            steps: (0..template.steps.len())
                .map(|step| StepShown::of(template, step))
                .collect(),
            groups: groups
                .map(|group| GroupShown::of(template, group))
                .collect(),
        }
    }
}

impl<'a> ActorShown<'a> {
    fn of(actor: &'a Actor) -> Self {
        Self {
            id: &actor.id,
            label: &actor.label,
            role: actor.role.name(),
            network: actor.network.as_deref(),
            name: actor.name.as_deref(),
            aliases: &actor.aliases,
            records_route: actor.records_route,
            contact_params: actor.contact_params.as_deref(),
        }
    }
}

impl<'a> StepShown<'a> {
    fn of(template: &'a Template, index: usize) -> Self {
        let step = &template.steps[index];
        let number = |step: usize| template.steps[step].number.as_str();
        let actor = |actor: usize| template.actors[actor].id.as_str();
        let mut shown = Self {
            number: &step.number,
            kind: "action",
            from: actor(step.from),
            to: actor(step.to),
            label: step.label.as_deref(),
            method: template.method_of(index),
            statuses: Vec::new(),
            protocol: None,
            dialog: template
                .dialog_of(index)
                .map(|dialog| template.dialogs[dialog].id.as_str()),
            relays: None,
            answers: None,
            acknowledges: None,
            cancels: None,
            immediately_after: step.immediately_after.map(number),
            publications_over: step
                .publications_over
                .map(|dialog| template.dialogs[dialog].id.as_str()),
            must_carry: Vec::new(),
            optional: template.is_optional(index),
        };
        match &step.what {
            What::Request(request) => {
                shown.kind = "request";
                shown.relays = request.relays.map(number);
                shown.acknowledges = request.acknowledges.map(number);
                shown.cancels = request.cancels.map(number);
            }
            What::Response(response) => {
                let statuses = response.statuses.iter();
                shown.kind = "response";
                shown.statuses = statuses
                    .map(|(code, reason)| format!("{code} {reason}"))
                    .collect();
                shown.relays = response.relays.map(number);
                shown.answers = Some(number(response.answers));
            }
            What::Other { protocol } => {
                shown.kind = "other";
                shown.protocol = Some(protocol);
            }
            What::Action => {}
        }
        if step.is_sip() {
            let demands = template.demands(index).into_iter();
            shown.must_carry = demands
                .map(|demand| DemandShown::of(template, demand))
                .collect();
        }
        shown
    }
}

impl<'a> DemandShown<'a> {
    fn of(template: &'a Template, demand: Demand) -> Self {
        let mut shown = Self {
            header: demand.header,
            must: "",
            values: None,
            parameter: None,
            step: demand
                .must
                .step()
                .map(|step| template.steps[step].number.as_str()),
        };
        shown.must = match demand.must {
            Must::BePresent => "be_present",
            Must::BePresentAfter(_) => "be_present_after",
            Must::BeAbsent => "be_absent",
            Must::Be(values) => {
                shown.values = Some(values);
                "be_one_of"
            }
            Must::Say(values) => {
                shown.values = Some(values);
                "say_one_of"
            }
            Must::HaveParameter(name) => {
                shown.parameter = Some(name);
                "have_parameter"
            }
            Must::BeCopiedFrom(_) => "be_copied_from",
            Must::BeOneLessThanIn(_) => "be_one_less_than_in",
            Must::BeConsumedFrom(_) => "be_consumed_from",
            Must::BeReferredToIn(_) => "be_referred_to_in",
            Must::TellStatusOf(_) => "tell_status_of",
        };
        shown
    }
}

impl<'a> GroupShown<'a> {
    fn of(template: &'a Template, group: &'a Group) -> Self {
        let numbers = |steps: &[usize]| -> Vec<&'a str> {
            let steps = steps.iter();
            steps
                .map(|step| template.steps[*step].number.as_str())
                .collect()
        };
        Self {
            kind: group.kind.name(),
            steps: numbers(&group.steps),
            instead_of: match &group.kind {
                GroupKind::InsteadOf(replaced) => numbers(replaced),
                _ => Vec::new(),
            },
            when: &group.when,
        }
    }
}
