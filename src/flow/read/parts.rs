//! Actors, dialogs, bodies and groups of a template.

use super::demand::is_token;
use super::{earlier_step, new_id};
use crate::base::FileError;
use crate::base::written::{Entry, Table, unknown};
use crate::flow::template::{Actor, Body, Dialog, Group, GroupKind, Template};
use crate::sip::{Problems, Scheme, Text, Uri};
use crate::trace::Role;

pub(super) const ACTOR_KEYS: [&str; 8] = [
    "id",
    "label",
    "role",
    "network",
    "name",
    "aliases",
    "records_route",
    "contact_params",
];
pub(super) const DIALOG_KEYS: [&str; 5] = ["id", "from", "to", "established", "may_be_inside"];
pub(super) const BODY_KEYS: [&str; 3] = ["id", "type", "text"];
pub(super) const GROUP_KEYS: [&str; 4] = ["steps", "kind", "instead_of", "when"];
pub(super) const KINDS: [&str; 5] = [
    "optional",
    "repeated",
    "combined",
    "parallel",
    "alternative",
];

pub(super) fn read_actor(table: &Table<'_>, template: &Template) -> Result<Actor, FileError> {
    let mut actor = Actor {
        id: String::new(),
        label: String::new(),
        role: Role::UserAgent,
        network: None,
        name: None,
        aliases: Vec::new(),
        records_route: false,
        contact_params: None,
    };
    let mut role = None;
    for entry in table.entries() {
        match entry.key() {
            "id" => {
                let known = template.actors.iter().map(|actor| actor.id.as_str());
                actor.id = new_id(&entry, "actor", known)?;
            }
            "label" => actor.label = entry.text()?.to_owned(),
            "role" => role = Some(read_role(&entry)?),
            "network" => actor.network = Some(read_host(&entry)?),
            "name" => actor.name = Some(read_host(&entry)?),
            "aliases" => actor.aliases = entry.texts()?,
            "records_route" => actor.records_route = entry.flag()?,
            "contact_params" => actor.contact_params = Some(entry.text()?.to_owned()),
            _ => return Err(entry.unknown(&ACTOR_KEYS)),
        }
    }
    actor.role = role.ok_or_else(|| table.error("the actor has no role"))?;
    if actor.id.is_empty() {
        return Err(table.error("the actor has no id"));
    }
    if actor.label.is_empty() {
        actor.label = actor.role.name().to_owned();
    }
    Ok(actor)
}

/// The name of a domain or host: labels with dots between them (RFC 1123 2.1).
fn read_host(entry: &Entry<'_>) -> Result<String, FileError> {
    let name = entry.text()?;
    let is_label = |label: &str| {
        let is_of_label = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
        !label.is_empty() && label.chars().all(is_of_label)
    };
    match name.split('.').all(is_label) {
        true => Ok(name.to_owned()),
        false => Err(entry.error(format!(
            "{name:?} is no name of a domain or host; write one such as \"pcscf1.example.com\""
        ))),
    }
}

fn read_role(entry: &Entry<'_>) -> Result<Role, FileError> {
    let name = entry.text()?;
    Role::named(name).ok_or_else(|| {
        let names: Vec<_> = Role::ALL.iter().map(|role| role.name()).collect();
        entry.error(unknown("role", name, &names))
    })
}

pub(super) fn read_dialog(table: &Table<'_>, template: &Template) -> Result<Dialog, FileError> {
    let mut dialog = Dialog {
        id: String::new(),
        from: String::new(),
        to: String::new(),
        established: false,
        may_be_inside: false,
    };
    for entry in table.entries() {
        match entry.key() {
            "id" => {
                let known = template.dialogs.iter().map(|dialog| dialog.id.as_str());
                dialog.id = new_id(&entry, "dialog", known)?;
            }
            "from" => dialog.from = read_user(&entry)?,
            "to" => dialog.to = read_user(&entry)?,
            "established" => dialog.established = entry.flag()?,
            "may_be_inside" => dialog.may_be_inside = entry.flag()?,
            _ => return Err(entry.unknown(&DIALOG_KEYS)),
        }
    }
    for (key, value) in [
        ("id", &dialog.id),
        ("from", &dialog.from),
        ("to", &dialog.to),
    ] {
        if value.is_empty() {
            return Err(table.error(format!("the dialog has no {key}")));
        }
    }
    Ok(dialog)
}

/// The URI of a user.
fn read_user(entry: &Entry<'_>) -> Result<String, FileError> {
    let user = entry.word()?;
    let uri = Uri::read(Text::all(user.as_bytes()), &mut Problems::ignored());
    let names_nobody = uri.host.text.is_empty() && uri.opaque.is_empty();
    if uri.scheme == Scheme::Absent || names_nobody {
        return Err(entry.error(format!(
            "{user:?} is no URI; write one such as \"sip:alice@example.com\""
        )));
    }
    Ok(user.to_owned())
}

pub(super) fn read_body(table: &Table<'_>, template: &Template) -> Result<Body, FileError> {
    let mut body = Body {
        id: String::new(),
        media_type: String::new(),
        text: String::new(),
    };
    for entry in table.entries() {
        match entry.key() {
            "id" => {
                let known = template.bodies.iter().map(|body| body.id.as_str());
                body.id = new_id(&entry, "body", known)?;
            }
            "type" => body.media_type = read_media_type(&entry)?,
            "text" => body.text = entry.lines()?.to_owned(),
            _ => return Err(entry.unknown(&BODY_KEYS)),
        }
    }
    if body.id.is_empty() || body.media_type.is_empty() {
        return Err(table.error("a body needs an id and a type"));
    }
    Ok(body)
}

/// A type and a subtype, perhaps with parameters behind them (RFC 3261 20.15).
fn read_media_type(entry: &Entry<'_>) -> Result<String, FileError> {
    let text = entry.text()?;
    let name = text.split(';').next().unwrap_or_default();
    let parts = name.split_once('/').map(|(one, other)| [one, other]);
    match parts.is_some_and(|parts| parts.iter().all(|part| is_token(part.trim()))) {
        true => Ok(text.to_owned()),
        false => Err(entry.error(format!(
            "{text:?} is no type of a body; write one such as \"application/sdp\""
        ))),
    }
}

pub(super) fn read_group(table: &Table<'_>, template: &Template) -> Result<Group, FileError> {
    let mut steps = Vec::new();
    let mut replaced = Vec::new();
    let (mut kind, mut when, mut instead_of) = (None, String::new(), None);
    for entry in table.entries() {
        let named = || -> Result<Vec<usize>, FileError> {
            let mut steps: Vec<usize> = Vec::new();
            for one in entry.list()? {
                let step = earlier_step(&one, template)?;
                if steps.contains(&step) {
                    let number = &template.steps[step].number;
                    return Err(one.error(format!("step {number:?} stands here twice")));
                }
                steps.push(step);
            }
            Ok(steps)
        };
        match entry.key() {
            "steps" => steps = named()?,
            "instead_of" => {
                replaced = named()?;
                instead_of = Some(entry.clone());
            }
            "kind" => {
                let text = entry.text()?;
                if !KINDS.contains(&text) {
                    return Err(entry.error(unknown("kind of group", text, &KINDS)));
                }
                kind = Some(text);
            }
            "when" => when = entry.text()?.to_owned(),
            _ => return Err(entry.unknown(&GROUP_KEYS)),
        }
    }
    if let (Some(entry), Some(kind)) = (&instead_of, kind)
        && kind != "alternative"
    {
        return Err(entry.error(format!(
            "only an alternative comes in place of others; this is {kind}"
        )));
    }
    let kind = match kind {
        Some("optional") => GroupKind::Optional,
        Some("repeated") => GroupKind::Repeated,
        Some("combined") => GroupKind::Combined,
        Some("parallel") => GroupKind::Parallel,
        Some(_) if steps.iter().any(|step| replaced.contains(step)) => {
            return Err(table.error("a step cannot come in place of itself"));
        }
        Some(_) if !replaced.is_empty() => GroupKind::InsteadOf(replaced),
        Some(_) => return Err(table.error("an alternative needs `instead_of`")),
        None => return Err(table.error("the group has no kind")),
    };
    if steps.is_empty() || when.is_empty() {
        return Err(table.error("a group needs `steps`, and `when` that is in words"));
    }
    Ok(Group { steps, kind, when })
}
