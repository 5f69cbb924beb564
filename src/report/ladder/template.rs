//! The ladder of a documented flow, as its document draws it: every step a row, in the order of the document.

use super::arrange::{Candidate, Draft, arrange};
use super::fragments::{self, Framed};
use super::{Arrow, Column, Kind, Labels, Ladder, Numbering, Options, Panel, PanelKind, Row};
use crate::base::escape;
use crate::flow::{Actor, Group, GroupKind, Step, Template, What};
use crate::trace::Role;

/// The ladder of a documented flow.
pub fn of_template(template: &Template, options: &Options) -> Ladder {
    let candidates = template.actors.iter().map(candidate).collect();
    let wanted = |step: &usize| {
        let method = template.method_of(*step).unwrap_or_default();
        let all = options.only_methods.is_empty();
        all || options
            .only_methods
            .iter()
            .any(|only| only.eq_ignore_ascii_case(method))
    };
    let (frames, notes) = told(template);
    let mut drafts = Vec::new();
    for step in 0..=template.steps.len() {
        let edges = fragments::edges(&frames, step).into_iter();
        drafts.extend(edges.map(|edge| Draft::of(edge, Vec::new(), None)));
        if step < template.steps.len() && wanted(&step) {
            drafts.push(draft(template, step, options));
        }
    }
    let mut ladder = arrange(candidates, drafts, options, true);
    ladder.title = match &options.title {
        Some(title) => escape::text(title),
        None => escape::text(&template.title),
    };
    ladder.source = escape::text(&template.source);
    let strand = |dialog: &crate::flow::Dialog| {
        escape::text(&format!("{}: {} to {}", dialog.id, dialog.from, dialog.to))
    };
    ladder.strands = template.dialogs.iter().map(strand).collect();
    ladder.notes.extend(notes);
    ladder
}

fn candidate(actor: &Actor) -> Candidate {
    let names = actor.name.iter().chain(&actor.aliases);
    let names: Vec<_> = names.chain([&actor.id]).cloned().collect();
    Candidate {
        column: Column {
            label: escape::text(&actor.label),
            detail: detail(&actor.label, actor.role).to_owned(),
            about: escape::text(actor.name.as_deref().unwrap_or(&actor.label)),
        },
        network: actor.network.as_deref().map(escape::text),
        names,
    }
}

/// The role, where the label does not begin with it.
fn detail(label: &str, role: Role) -> &'static str {
    let (label, role_name) = (label.to_lowercase(), role.name());
    match label.starts_with(&role_name.to_lowercase()) {
        true => "",
        false => role_name,
    }
}

fn draft(template: &Template, at: usize, options: &Options) -> Draft {
    let step = &template.steps[at];
    let number = match options.numbering {
        Numbering::None => String::new(),
        Numbering::Steps | Numbering::Messages => escape::text(&step.number),
    };
    let caption = caption(template, step, options.labels);
    let row = match step.what {
        What::Action => Row::Panel(Panel {
            number,
            first: 0,
            last: 0,
            text: caption,
            kind: PanelKind::Action,
            folded: Vec::new(),
        }),
        _ => Row::Arrow(Arrow {
            number,
            message: None,
            time: String::new(),
            from: 0,
            to: 0,
            small: small_print(step, options),
            kind: kind(step),
            strand: template.dialog_of(at).unwrap_or_default(),
            again: Vec::new(),
            seen: 1,
            marks: Vec::new(),
            about: escape::text(&step.caption()),
            caption,
        }),
    };
    let columns = match step.what {
        What::Action => vec![step.from],
        _ => vec![step.from, step.to],
    };
    Draft::of(row, columns, None)
}

fn kind(step: &Step) -> Kind {
    match step.what {
        What::Request(_) => Kind::Request,
        What::Response(_) => Kind::Response,
        What::Other { .. } | What::Action => Kind::Other,
    }
}

fn caption(template: &Template, step: &Step, labels: Labels) -> String {
    let short = match (&step.what, labels) {
        (What::Response(response), Labels::Short) => response.statuses.first(),
        _ => None,
    };
    let mut caption = short.map_or_else(|| step.caption(), |(status, _)| status.to_string());
    let body = body(template, step).filter(|_| step.is_sip() && labels != Labels::Short);
    if let Some(body) = body {
        let carried = super::caption::body_word(&template.bodies[body].media_type);
        caption = format!("{caption} ({carried})");
    }
    escape::text(&caption)
}

/// The body of a message, also where it is one that is passed on.
fn body(template: &Template, step: &Step) -> Option<usize> {
    let mut at = step;
    for _ in &template.steps {
        let relays = match &at.what {
            What::Request(request) => request.relays,
            What::Response(response) => response.relays,
            What::Other { .. } | What::Action => None,
        };
        match (at.body, relays) {
            (None, Some(from)) => at = template.steps.get(from)?,
            (body, _) => return body,
        }
    }
    None
}

/// The examples of the header fields that are asked for.
fn small_print(step: &Step, options: &Options) -> Vec<String> {
    let wanted = options.small_print();
    let shown = wanted.iter().flat_map(|name| {
        let mut lines = Vec::new();
        if name.eq_ignore_ascii_case("Request-URI") {
            lines.extend(step.uri.clone());
        }
        let examples = step.example.iter();
        lines.extend(
            examples
                .filter(|(field, _)| field.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.clone()),
        );
        lines
            .into_iter()
            .map(move |value| escape::text(&format!("{name}: {value}")))
    });
    shown.collect()
}

/// What is special about steps: frames around them where that can be drawn, and notes for the rest, such as
/// `Steps 3, 6 and 9 may be left out: ...`, and where that holds for several steps by themselves, `Each of steps 3 and 6 ...`.
fn told(template: &Template) -> (Vec<Framed>, Vec<String>) {
    let mut notes: Vec<(&GroupKind, &str, Vec<&Group>)> = Vec::new();
    for group in &template.groups {
        let alone = |other: &Group| other.steps.len() == 1;
        let same = notes.iter_mut().find(|(kind, when, groups)| {
            **kind == group.kind && *when == group.when && alone(group) && alone(groups[0])
        });
        match same {
            Some((_, _, groups)) => groups.push(group),
            None => notes.push((&group.kind, &group.when, vec![group])),
        }
    }
    let mut frames: Vec<Framed> = Vec::new();
    notes.retain(|(_, _, groups)| {
        let alone = groups.first().filter(|_| groups.len() == 1);
        let framed = alone.and_then(|group| fragments::framed(template, group));
        let framed = framed.filter(|one| frames.iter().all(|other| one.stands_beside(other)));
        let told = framed.is_none();
        frames.extend(framed);
        told
    });
    let note = |(kind, when, groups): &(&GroupKind, &str, Vec<&Group>)| {
        let steps: Vec<usize> = groups
            .iter()
            .flat_map(|group| group.steps.clone())
            .collect();
        let steps = numbers(template, &steps);
        let steps = match groups.len() {
            1 => format!("S{}", steps.strip_prefix('s').unwrap_or(&steps)),
            _ => format!("Each of {steps}"),
        };
        let said = match kind {
            GroupKind::Optional => "may be left out".to_owned(),
            GroupKind::Repeated => "may come several times".to_owned(),
            GroupKind::Combined => "may be one".to_owned(),
            GroupKind::Parallel => "may come before or after the others".to_owned(),
            GroupKind::InsteadOf(others) => {
                format!("may come instead of {}", numbers(template, others))
            }
        };
        escape::text(&format!("{steps} {said}: {when}"))
    };
    (frames, notes.iter().map(note).collect())
}

fn numbers(template: &Template, steps: &[usize]) -> String {
    let names = steps
        .iter()
        .map(|step| template.steps[*step].number.as_str());
    let names: Vec<_> = names.collect();
    match names.as_slice() {
        [] => "steps that are not there".to_owned(),
        [only] => format!("step {only}"),
        [rest @ .., last] => format!("steps {} and {last}", rest.join(", ")),
    }
}
