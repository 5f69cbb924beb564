//! Reads a template. Names become positions; everything that refers to something is checked, and a mistake is told with its
//! line, its key and what to write instead.

use super::template::{
    Actor, Body, Demand, Dialog, Group, GroupKind, Must, REQUEST_URI, Request, Response, Step,
    Template, What,
};
use crate::base::FileError;
use crate::base::written::{Entry, Table, Toml, unknown};
use crate::trace::Role;

const TEMPLATE_KEYS: [&str; 10] = [
    "id", "title", "source", "about", "tests", "actor", "dialog", "body", "step", "group",
];
const ACTOR_KEYS: [&str; 8] = [
    "id",
    "label",
    "role",
    "network",
    "name",
    "aliases",
    "records_route",
    "contact_params",
];
const DIALOG_KEYS: [&str; 4] = ["id", "from", "to", "established"];
const BODY_KEYS: [&str; 3] = ["id", "type", "text"];
const STEP_KEYS: [&str; 23] = [
    "number",
    "label",
    "from",
    "to",
    "at",
    "request",
    "response",
    "protocol",
    "action",
    "dialog",
    "relays",
    "answers",
    "acknowledges",
    "cancels",
    "carry",
    "example",
    "remove",
    "uri",
    "contact_of",
    "route",
    "hides_via",
    "body",
    "immediately_after",
];
const GROUP_KEYS: [&str; 4] = ["steps", "kind", "instead_of", "when"];
const MUST_KEYS: [&str; 4] = [
    "copied_from",
    "one_less_than_in",
    "consumed_from",
    "has_parameter",
];
const KINDS: [&str; 4] = ["optional", "repeated", "combined", "alternative"];

/// Reads a template.
pub fn read_template(text: &str) -> Result<Template, FileError> {
    let file = Toml::parse(text)?;
    let root = file.root();
    let mut template = Template {
        id: String::new(),
        title: String::new(),
        source: String::new(),
        about: String::new(),
        tests: Vec::new(),
        actors: Vec::new(),
        dialogs: Vec::new(),
        bodies: Vec::new(),
        steps: Vec::new(),
        groups: Vec::new(),
    };
    for entry in root.entries() {
        match entry.key() {
            "id" => template.id = entry.text()?.to_owned(),
            "title" => template.title = entry.text()?.to_owned(),
            "source" => template.source = entry.text()?.to_owned(),
            "about" => template.about = entry.text()?.trim().to_owned(),
            "tests" => template.tests = texts(&entry)?,
            "actor" | "dialog" | "body" | "step" | "group" => {}
            _ => return Err(entry.unknown(&TEMPLATE_KEYS)),
        }
    }
    for (key, value) in [
        ("id", &template.id),
        ("title", &template.title),
        ("source", &template.source),
    ] {
        if value.is_empty() {
            return Err(root.error(format!("the template has no {key}")));
        }
    }
    // In the order in which they refer to each other, wherever they stand in the file.
    for table in tables(&root, "actor")? {
        let actor = read_actor(&table, &template)?;
        template.actors.push(actor);
    }
    for table in tables(&root, "dialog")? {
        let dialog = read_dialog(&table, &template)?;
        template.dialogs.push(dialog);
    }
    for table in tables(&root, "body")? {
        let body = read_body(&table, &template)?;
        template.bodies.push(body);
    }
    for table in tables(&root, "step")? {
        let step = StepReader::new(&table, &template)?.read()?;
        template.steps.push(step);
    }
    if template.steps.is_empty() {
        return Err(root.error("the template has no steps: write [[step]]"));
    }
    for table in tables(&root, "group")? {
        let group = read_group(&table, &template)?;
        template.groups.push(group);
    }
    Ok(template)
}

/// All tables `[[key]]`.
fn tables<'f>(root: &Table<'f>, key: &str) -> Result<Vec<Table<'f>>, FileError> {
    let entries = root.entries();
    match entries.into_iter().find(|entry| entry.key() == key) {
        Some(entry) => entry.tables(),
        None => Ok(Vec::new()),
    }
}

fn texts(entry: &Entry<'_>) -> Result<Vec<String>, FileError> {
    let list = entry.list()?;
    list.iter()
        .map(|one| one.text().map(str::to_owned))
        .collect()
}

/// A name that nothing else of its kind has.
fn new_id<'a>(
    entry: &Entry<'_>,
    kind: &str,
    mut known: impl Iterator<Item = &'a str>,
) -> Result<String, FileError> {
    let id = entry.text()?;
    if id.is_empty() || known.any(|other| other == id) {
        return Err(entry.error(format!("each {kind} needs a name of its own, not {id:?}")));
    }
    Ok(id.to_owned())
}

fn read_actor(table: &Table<'_>, template: &Template) -> Result<Actor, FileError> {
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
            "network" => actor.network = Some(entry.text()?.to_owned()),
            "name" => actor.name = Some(entry.text()?.to_owned()),
            "aliases" => actor.aliases = texts(&entry)?,
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

fn read_role(entry: &Entry<'_>) -> Result<Role, FileError> {
    let name = entry.text()?;
    Role::named(name).ok_or_else(|| {
        let names: Vec<_> = Role::ALL.iter().map(|role| role.name()).collect();
        entry.error(unknown("role", name, &names))
    })
}

fn read_dialog(table: &Table<'_>, template: &Template) -> Result<Dialog, FileError> {
    let mut dialog = Dialog {
        id: String::new(),
        from: String::new(),
        to: String::new(),
        established: false,
    };
    for entry in table.entries() {
        match entry.key() {
            "id" => {
                let known = template.dialogs.iter().map(|dialog| dialog.id.as_str());
                dialog.id = new_id(&entry, "dialog", known)?;
            }
            "from" => dialog.from = entry.text()?.to_owned(),
            "to" => dialog.to = entry.text()?.to_owned(),
            "established" => dialog.established = entry.flag()?,
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

fn read_body(table: &Table<'_>, template: &Template) -> Result<Body, FileError> {
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
            "type" => body.media_type = entry.text()?.to_owned(),
            "text" => body.text = entry.text()?.to_owned(),
            _ => return Err(entry.unknown(&BODY_KEYS)),
        }
    }
    if body.id.is_empty() || body.media_type.is_empty() {
        return Err(table.error("a body needs an id and a type"));
    }
    Ok(body)
}

/// Reads one step; the steps before it are in the template.
struct StepReader<'r> {
    template: &'r Template,
    table: &'r Table<'r>,
    entries: Vec<Entry<'r>>,
}

impl<'r> StepReader<'r> {
    fn new(table: &'r Table<'r>, template: &'r Template) -> Result<Self, FileError> {
        let entries = table.entries();
        for entry in &entries {
            if !STEP_KEYS.contains(&entry.key()) {
                return Err(entry.unknown(&STEP_KEYS));
            }
        }
        Ok(Self {
            template,
            table,
            entries,
        })
    }

    fn read(&self) -> Result<Step, FileError> {
        let number = self
            .entry("number")
            .ok_or_else(|| self.table.error("the step has no number"))?;
        let known = self.template.steps.iter().map(|step| step.number.as_str());
        let (from, to) = self.ends()?;
        let step = Step {
            number: new_id(number, "step", known)?,
            label: self.text("action")?.or(self.text("label")?),
            from,
            to,
            what: self.what(from, to)?,
            carry: self.carry()?,
            example: self.example()?,
            remove: self.entry("remove").map_or(Ok(Vec::new()), texts)?,
            uri: self.text("uri")?,
            contact_of: self.contact_of()?,
            route: self.route()?,
            hides_via: self.entry("hides_via").map_or(Ok(false), Entry::flag)?,
            body: self.body()?,
            immediately_after: self.step("immediately_after")?,
        };
        if !step.is_sip() {
            let of_messages = [
                "dialog",
                "relays",
                "answers",
                "acknowledges",
                "cancels",
                "carry",
                "example",
                "remove",
                "uri",
                "contact_of",
                "route",
                "hides_via",
                "body",
            ];
            if let Some(entry) = of_messages.iter().find_map(|key| self.entry(key)) {
                return Err(entry.error("only a SIP message has this"));
            }
        }
        Ok(step)
    }

    fn entry(&self, key: &str) -> Option<&Entry<'r>> {
        self.entries.iter().find(|entry| entry.key() == key)
    }

    fn text(&self, key: &str) -> Result<Option<String>, FileError> {
        let text = self.entry(key).map(Entry::text).transpose()?;
        Ok(text.map(str::to_owned))
    }

    fn ends(&self) -> Result<(usize, usize), FileError> {
        match (self.entry("at"), self.entry("from"), self.entry("to")) {
            (Some(at), None, None) => {
                let actor = self.actor(at)?;
                Ok((actor, actor))
            }
            (None, Some(from), Some(to)) => Ok((self.actor(from)?, self.actor(to)?)),
            _ => Err(self
                .table
                .error("a step needs `from` and `to`; what one actor does alone needs `at`")),
        }
    }

    fn actor(&self, entry: &Entry<'_>) -> Result<usize, FileError> {
        let actors = &self.template.actors;
        let id = entry.text()?;
        let found = actors.iter().position(|actor| actor.id == id);
        found.ok_or_else(|| {
            let known: Vec<_> = actors.iter().map(|actor| actor.id.as_str()).collect();
            entry.error(unknown("actor", id, &known))
        })
    }

    /// The step that a key names.
    fn step(&self, key: &str) -> Result<Option<usize>, FileError> {
        let entry = self.entry(key);
        entry
            .map(|entry| earlier_step(entry, self.template))
            .transpose()
    }

    fn what(&self, from: usize, to: usize) -> Result<What, FileError> {
        let kinds = ["request", "response", "protocol", "action"];
        let given: Vec<_> = kinds.iter().filter_map(|key| self.entry(key)).collect();
        let [what] = given.as_slice() else {
            return Err(self.table.error(
                "a step is one of a request, a response, another protocol or an action: write one of these keys",
            ));
        };
        let alone = self.entry("at").is_some();
        if alone != (what.key() == "action") {
            return Err(what.error("an action has `at`, everything else has `from` and `to`"));
        }
        match what.key() {
            "request" => self.request(what, from).map(What::Request),
            "response" => self.response(what, from, to).map(What::Response),
            "protocol" => Ok(What::Other {
                protocol: what.text()?.to_owned(),
            }),
            _ => Ok(What::Action),
        }
    }

    fn request(&self, what: &Entry<'_>, from: usize) -> Result<Request, FileError> {
        let method = what.text()?.to_owned();
        let relays = self.step("relays")?;
        let dialog = match (relays, self.entry("dialog")) {
            (Some(step), None) => {
                let entry = self.entry("relays").unwrap_or(what);
                let relayed = &self.template.steps[step];
                match &relayed.what {
                    What::Request(request) if request.method == method && relayed.to == from => {
                        request.dialog
                    }
                    _ => return Err(entry.error(format!(
                        "step {} is no {method} that comes to {}, so it cannot be passed on here",
                        relayed.number, self.template.actors[from].id
                    ))),
                }
            }
            (None, Some(entry)) => {
                let dialogs = &self.template.dialogs;
                let id = entry.text()?;
                let found = dialogs.iter().position(|dialog| dialog.id == id);
                found.ok_or_else(|| {
                    let known: Vec<_> = dialogs.iter().map(|dialog| dialog.id.as_str()).collect();
                    entry.error(unknown("dialog", id, &known))
                })?
            }
            _ => {
                return Err(
                    what.error("a request either begins in a `dialog` or `relays` another step")
                );
            }
        };
        let acknowledges = self.step("acknowledges")?;
        if let (Some(step), Some(entry)) = (acknowledges, self.entry("acknowledges"))
            && !matches!(self.template.steps[step].what, What::Response(_))
        {
            return Err(entry.error("only a response is acknowledged"));
        }
        if method == "ACK" && relays.is_none() && acknowledges.is_none() {
            return Err(what.error("an ACK needs `acknowledges`, the response that it is for"));
        }
        Ok(Request {
            method,
            dialog,
            relays,
            acknowledges,
            cancels: self.step("cancels")?,
        })
    }

    fn response(&self, what: &Entry<'_>, from: usize, to: usize) -> Result<Response, FileError> {
        let statuses = match what.as_text() {
            Some(_) => vec![status(what)?],
            None => what.list()?.iter().map(status).collect::<Result<_, _>>()?,
        };
        let relays = self.step("relays")?;
        let answers = match (self.step("answers")?, relays) {
            (Some(answers), _) => answers,
            (None, Some(relayed)) => self.answered_through(what, relayed)?,
            (None, None) => {
                return Err(
                    what.error("a response either `answers` a request or `relays` a response")
                );
            }
        };
        let request = &self.template.steps[answers];
        let is_request = matches!(request.what, What::Request(_));
        if !is_request || request.from != to || request.to != from {
            let actors = &self.template.actors;
            let (from, to) = (&actors[from].id, &actors[to].id);
            return Err(what.error(format!(
                "step {} is no request from {to} to {from}, so {from} cannot answer it to {to}",
                request.number
            )));
        }
        Ok(Response {
            statuses,
            answers,
            relays,
        })
    }

    /// The request that a response answers which was passed on.
    fn answered_through(&self, what: &Entry<'_>, relayed: usize) -> Result<usize, FileError> {
        let steps = &self.template.steps;
        let below = match &steps[relayed].what {
            What::Response(response) => Some(response.answers),
            _ => None,
        };
        let above = below.and_then(|below| match &steps[below].what {
            What::Request(request) => request.relays,
            _ => None,
        });
        above.ok_or_else(|| {
            what.error(format!(
                "step {} is no response to a request that was passed on",
                steps[relayed].number
            ))
        })
    }

    fn carry(&self) -> Result<Vec<Demand>, FileError> {
        let Some(entry) = self.entry("carry") else {
            return Ok(Vec::new());
        };
        let entries = entry.table()?.entries();
        let demand = |entry: &Entry<'_>| -> Result<Demand, FileError> {
            Ok(Demand {
                header: header(entry)?,
                must: self.must(entry)?,
            })
        };
        entries.iter().map(demand).collect()
    }

    fn must(&self, entry: &Entry<'_>) -> Result<Must, FileError> {
        if let Some(text) = entry.as_text() {
            return Ok(Must::Be(vec![text.to_owned()]));
        }
        if let Ok(flag) = entry.flag() {
            return Ok(if flag {
                Must::BePresent
            } else {
                Must::BeAbsent
            });
        }
        let Some(table) = entry.as_table() else {
            return Ok(Must::Be(texts(entry)?));
        };
        let entries = table.entries();
        let [only] = entries.as_slice() else {
            return Err(table.error(format!("one of {} is needed", MUST_KEYS.join(", "))));
        };
        let must = match only.key() {
            "has_parameter" => return Ok(Must::HaveParameter(only.text()?.to_owned())),
            "copied_from" => Must::BeCopiedFrom,
            "one_less_than_in" => Must::BeOneLessThanIn,
            "consumed_from" => Must::BeConsumedFrom,
            _ => return Err(only.unknown(&MUST_KEYS)),
        };
        Ok(must(earlier_step(only, self.template)?))
    }

    fn example(&self) -> Result<Vec<(String, String)>, FileError> {
        let Some(entry) = self.entry("example") else {
            return Ok(Vec::new());
        };
        let entries = entry.table()?.entries();
        let mut fields = Vec::new();
        for entry in &entries {
            let name = header(entry)?;
            match entry.as_text() {
                Some(text) => fields.push((name, text.to_owned())),
                None => {
                    let values = texts(entry)?;
                    fields.extend(values.into_iter().map(|value| (name.clone(), value)));
                }
            }
        }
        if let Some((name, _)) = fields
            .iter()
            .find(|(_, value)| value.contains(['\r', '\n']))
        {
            return Err(entry.error(format!("{name} has a line break in it")));
        }
        Ok(fields)
    }

    fn contact_of(&self) -> Result<Option<usize>, FileError> {
        let entry = self.entry("contact_of");
        if let (Some(entry), Some(_)) = (entry, self.entry("uri")) {
            return Err(entry.error("the Request-URI is said by `uri` already"));
        }
        entry.map(|entry| self.actor(entry)).transpose()
    }

    fn route(&self) -> Result<Vec<usize>, FileError> {
        let Some(entry) = self.entry("route") else {
            return Ok(Vec::new());
        };
        entry.list()?.iter().map(|one| self.actor(one)).collect()
    }

    fn body(&self) -> Result<Option<usize>, FileError> {
        let Some(entry) = self.entry("body") else {
            return Ok(None);
        };
        let bodies = &self.template.bodies;
        let id = entry.text()?;
        let found = bodies.iter().position(|body| body.id == id);
        found.map(Some).ok_or_else(|| {
            let known: Vec<_> = bodies.iter().map(|body| body.id.as_str()).collect();
            entry.error(unknown("body", id, &known))
        })
    }
}

/// The name of a header field.
fn header(entry: &Entry<'_>) -> Result<String, FileError> {
    let name = entry.key();
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) {
        return Err(entry.error(format!(
            "{name:?} is no name of a header field, nor {REQUEST_URI}"
        )));
    }
    Ok(name.to_owned())
}

/// `200 OK`.
fn status(entry: &Entry<'_>) -> Result<(u16, String), FileError> {
    let text = entry.text()?;
    let (code, reason) = text.split_once(' ').unwrap_or((text, ""));
    match code.parse::<u16>() {
        Ok(code @ 100..=699) => Ok((code, reason.to_owned())),
        _ => Err(entry.error("a response is a status code and a reason: \"200 OK\"")),
    }
}

/// A step that stands before.
fn earlier_step(entry: &Entry<'_>, template: &Template) -> Result<usize, FileError> {
    let number = entry.text()?;
    template
        .step(number)
        .ok_or_else(|| entry.error(format!("there is no step {number:?} before this one")))
}

fn read_group(table: &Table<'_>, template: &Template) -> Result<Group, FileError> {
    let mut steps = Vec::new();
    let mut replaced = Vec::new();
    let (mut kind, mut when) = (None, String::new());
    for entry in table.entries() {
        let named = || -> Result<Vec<usize>, FileError> {
            let list = entry.list()?;
            list.iter().map(|one| earlier_step(one, template)).collect()
        };
        match entry.key() {
            "steps" => steps = named()?,
            "instead_of" => replaced = named()?,
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
    let kind = match kind {
        Some("optional") => GroupKind::Optional,
        Some("repeated") => GroupKind::Repeated,
        Some("combined") => GroupKind::Combined,
        Some(_) if !replaced.is_empty() => GroupKind::InsteadOf(replaced),
        Some(_) => return Err(table.error("an alternative needs `instead_of`")),
        None => return Err(table.error("the group has no kind")),
    };
    if steps.is_empty() || when.is_empty() {
        return Err(table.error("a group needs `steps`, and `when` that is in words"));
    }
    Ok(Group { steps, kind, when })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "id = \"x\"\ntitle = \"X\"\nsource = \"RFC 3261\"\n\
        [[actor]]\nid = \"a\"\nrole = \"UE\"\n[[actor]]\nid = \"p\"\nrole = \"proxy\"\n[[actor]]\nid = \"b\"\nrole = \"AS\"\n\
        [[dialog]]\nid = \"d\"\nfrom = \"sip:a@x\"\nto = \"sip:b@x\"\n";

    fn step(number: u32, ends: [&str; 2], rest: &str) -> String {
        let [from, to] = ends;
        format!("[[step]]\nnumber = \"{number}\"\nfrom = \"{from}\"\nto = \"{to}\"\n{rest}\n")
    }

    #[test]
    fn names_become_positions() {
        let text = [
            HEAD.to_owned(),
            step(1, ["a", "p"], "request = \"PUBLISH\"\ndialog = \"d\"\ncarry = { Event = \"presence\", Expires = true, Route = false }"),
            step(2, ["p", "b"], "request = \"PUBLISH\"\nrelays = \"1\"\ncontact_of = \"b\"\ncarry = { Event = { copied_from = \"1\" }, Contact = { has_parameter = \"+x\" } }"),
            step(3, ["b", "p"], "response = [\"200 OK\", \"202 Accepted\"]\nanswers = \"2\""),
            step(4, ["p", "a"], "response = \"200 OK\"\nrelays = \"3\""),
            "[[step]]\nnumber = \"5\"\nat = \"b\"\naction = \"thinks\"\n".to_owned(),
            "[[group]]\nsteps = [\"5\"]\nkind = \"optional\"\nwhen = \"It likes to.\"\n".to_owned(),
        ]
        .concat();
        let template = read_template(&text).unwrap();
        let ends: Vec<_> = template
            .steps
            .iter()
            .map(|step| (step.from, step.to))
            .collect();
        assert_eq!(ends, [(0, 1), (1, 2), (2, 1), (1, 0), (2, 2)]);
        let What::Response(last) = &template.steps[3].what else {
            panic!("{:?}", template.steps[3]);
        };
        assert_eq!((last.answers, last.relays), (0, Some(2)));
        assert!(template.is_optional(4) && !template.is_optional(3));
        assert_eq!(template.method_of(3), Some("PUBLISH"));
        let musts: Vec<_> = template.steps[0]
            .carry
            .iter()
            .map(|one| &one.must)
            .collect();
        assert_eq!(
            musts,
            [
                &Must::Be(vec!["presence".to_owned()]),
                &Must::BePresent,
                &Must::BeAbsent
            ]
        );
        assert_eq!(template.steps[1].contact_of, Some(2));
        let contact = &template.steps[1].carry[1];
        assert_eq!(contact.must, Must::HaveParameter("+x".to_owned()));
        // What is passed on keeps its identity and loses one hop.
        let demands = template.demands(1);
        let of = |header: &str| {
            &demands
                .iter()
                .find(|one| one.header == header)
                .unwrap()
                .must
        };
        assert_eq!(of("Event"), &Must::BeCopiedFrom(0));
        assert_eq!(of("Call-ID"), &Must::BeCopiedFrom(0));
        assert_eq!(of("Max-Forwards"), &Must::BeOneLessThanIn(0));
    }

    #[test]
    fn every_key_is_documented() {
        let text = include_str!("../../templates/README.md");
        let keys = [
            &TEMPLATE_KEYS[..],
            &ACTOR_KEYS,
            &DIALOG_KEYS,
            &BODY_KEYS,
            &STEP_KEYS,
            &GROUP_KEYS,
            &MUST_KEYS,
            &KINDS,
        ];
        let roles: Vec<_> = Role::ALL.iter().map(|role| role.name()).collect();
        for key in keys.into_iter().flatten().chain(&roles) {
            let written = [
                format!("`{key}`"),
                format!("`[[{key}]]`"),
                format!("{key} = "),
            ];
            let found = written.iter().any(|one| text.contains(one.as_str()));
            assert!(found, "{key}");
        }
    }

    #[test]
    fn mistakes_are_told_with_line_and_key() {
        let first = step(1, ["a", "p"], "request = \"PUBLISH\"\ndialog = \"d\"");
        for (text, expected) in [
            (
                "id = \"x\"\n".to_owned(),
                "line 1: the template has no title",
            ),
            (
                HEAD.to_owned(),
                "line 1: the template has no steps: write [[step]]",
            ),
            (
                format!("{HEAD}{first}lable = \"x\""),
                "line 23: lable: unknown key \"lable\"; is \"label\" meant?",
            ),
            (
                HEAD.to_owned() + &step(1, ["a", "q"], "request = \"PUBLISH\"\ndialog = \"d\""),
                "line 20: to: unknown actor \"q\"; is \"a\" meant?",
            ),
            (
                format!("{HEAD}{first}")
                    + &step(2, ["b", "p"], "request = \"PUBLISH\"\nrelays = \"1\""),
                "line 28: relays: step 1 is no PUBLISH that comes to b, so it cannot be passed on here",
            ),
            (
                format!("{HEAD}{first}")
                    + &step(2, ["b", "p"], "response = \"200 OK\"\nanswers = \"1\""),
                "line 27: response: step 1 is no request from p to b, so b cannot answer it to p",
            ),
            (
                format!("{HEAD}{first}")
                    + &step(1, ["a", "p"], "request = \"PUBLISH\"\ndialog = \"d\""),
                "line 24: number: each step needs a name of its own, not \"1\"",
            ),
            (
                format!("{HEAD}{first}")
                    + &step(2, ["p", "a"], "response = \"OK\"\nanswers = \"1\""),
                "line 27: response: a response is a status code and a reason: \"200 OK\"",
            ),
            (
                HEAD.to_owned() + &step(1, ["a", "p"], "action = \"thinks\""),
                "line 21: action: an action has `at`, everything else has `from` and `to`",
            ),
            (
                format!("{HEAD}{first}carry = {{ Event = {{ copied_form = \"1\" }} }}"),
                "line 23: copied_form: unknown key \"copied_form\"; is \"copied_from\" meant?",
            ),
            (
                format!("{HEAD}{first}uri = \"sip:c@x\"\ncontact_of = \"b\""),
                "line 24: contact_of: the Request-URI is said by `uri` already",
            ),
            (
                format!(
                    "{HEAD}{first}[[group]]\nsteps = [\"2\"]\nkind = \"optional\"\nwhen = \"x\""
                ),
                "line 24: steps: there is no step \"2\" before this one",
            ),
        ] {
            let error = read_template(&text).unwrap_err().to_string();
            assert_eq!(error, expected, "{text}");
        }
    }
}
