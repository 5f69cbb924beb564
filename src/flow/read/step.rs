//! A step of a template.

use super::demand::{header, is_spelt, is_token, read_demand};
use super::{earlier_step, new_id};
use crate::base::FileError;
use crate::base::written::{Entry, Table, misspelt, unknown};
use crate::flow::made::is_made;
use crate::flow::template::{
    Demand, Must, PURPOSE, PURPOSES, Request, Response, Step, Template, What,
};
use crate::sip::METHODS;

pub(super) const STEP_KEYS: [&str; 24] = [
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
    "publications_over",
];
/// Without these nobody knows what a message belongs to (RFC 3261 8.1.1, 8.2.6.2).
const NEVER_REMOVED: [&str; 5] = ["Via", "From", "To", "Call-ID", "CSeq"];

/// Reads one step; the steps before it are in the template.
pub(super) struct StepReader<'r> {
    template: &'r Template,
    table: &'r Table<'r>,
    entries: Vec<Entry<'r>>,
}

impl<'r> StepReader<'r> {
    pub(super) fn new(table: &'r Table<'r>, template: &'r Template) -> Result<Self, FileError> {
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

    pub(super) fn read(&self) -> Result<Step, FileError> {
        let number = self
            .entry("number")
            .ok_or_else(|| self.table.error("the step has no number"))?;
        let known = self.template.steps.iter().map(|step| step.number.as_str());
        let (from, to) = self.ends()?;
        let step = Step {
            number: new_id(number, "step", known)?,
            label: self.action()?.or(self.text("label")?),
            from,
            to,
            what: self.what(from, to)?,
            carry: self.carry()?,
            example: self.example()?,
            remove: self.remove()?,
            uri: self.uri()?,
            contact_of: self.contact_of()?,
            route: self.route()?,
            hides_via: self.entry("hides_via").map_or(Ok(false), Entry::flag)?,
            body: self.body()?,
            immediately_after: self.step("immediately_after")?,
            publications_over: self.publications_over()?,
        };
        self.check_purpose(&step)?;
        if matches!(step.what, What::Response(_)) {
            let of_requests = [
                "dialog",
                "acknowledges",
                "cancels",
                "uri",
                "contact_of",
                "route",
                "hides_via",
            ];
            self.refuse(&of_requests, "only a request has this")?;
        }
        if matches!(step.what, What::Request(_)) {
            self.refuse(&["answers"], "only a response has this")?;
        }
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
            self.refuse(&of_messages, "only a SIP message has this")?;
        }
        Ok(step)
    }

    /// Refuses to ask for what no request with this method asks for.
    fn check_purpose(&self, step: &Step) -> Result<(), FileError> {
        let mut demands = step.carry.iter();
        let demand = demands.find(|demand| demand.header == PURPOSE);
        let (Some(demand), Some(entry)) = (demand, self.entry("carry")) else {
            return Ok(());
        };
        let method = match &step.what {
            What::Request(request) => request.method.as_str(),
            _ => "",
        };
        let of_method = PURPOSES.iter().find(|(one, _)| *one == method);
        let Some((_, known)) = of_method else {
            let methods = PURPOSES.map(|(method, _)| method);
            let methods = methods.join(" and ");
            return Err(entry.error(format!("only {methods} have a {PURPOSE}")));
        };
        match &demand.must {
            Must::Be(wanted) if wanted.iter().all(|one| known.contains(&one.as_str())) => Ok(()),
            _ => Err(entry.error(format!(
                "{PURPOSE} of a {method} is one of {}",
                known.join(", ")
            ))),
        }
    }

    /// Refuses keys that something else has.
    fn refuse(&self, keys: &[&str], why: &str) -> Result<(), FileError> {
        match keys.iter().find_map(|key| self.entry(key)) {
            Some(entry) => Err(entry.error(why)),
            None => Ok(()),
        }
    }

    /// What is done, in words.
    fn action(&self) -> Result<Option<String>, FileError> {
        match self.entry("action") {
            Some(entry) if entry.text()?.trim().is_empty() => {
                Err(entry.error("say in words what is done"))
            }
            _ => self.text("action"),
        }
    }

    /// Header fields that end here.
    fn remove(&self) -> Result<Vec<String>, FileError> {
        let Some(entry) = self.entry("remove") else {
            return Ok(Vec::new());
        };
        let names = entry.texts()?;
        let list = entry.list()?;
        for (name, one) in names.iter().zip(&list) {
            is_spelt(name, one)?;
        }
        let mut both = names.iter().zip(&list);
        match both.find(|(name, _)| {
            NEVER_REMOVED
                .iter()
                .any(|one| one.eq_ignore_ascii_case(name))
        }) {
            Some((name, one)) => Err(one.error(format!("no message is without {name}"))),
            None => Ok(names),
        }
    }

    fn entry(&self, key: &str) -> Option<&Entry<'r>> {
        self.entries.iter().find(|entry| entry.key() == key)
    }

    fn text(&self, key: &str) -> Result<Option<String>, FileError> {
        let text = self.entry(key).map(Entry::text).transpose()?;
        Ok(text.map(str::to_owned))
    }

    fn uri(&self) -> Result<Option<String>, FileError> {
        let uri = self.entry("uri").map(Entry::word).transpose()?;
        Ok(uri.map(str::to_owned))
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

    fn dialog(&self, entry: &Entry<'_>) -> Result<usize, FileError> {
        let dialogs = &self.template.dialogs;
        let id = entry.text()?;
        let found = dialogs.iter().position(|dialog| dialog.id == id);
        found.ok_or_else(|| {
            let known: Vec<_> = dialogs.iter().map(|dialog| dialog.id.as_str()).collect();
            entry.error(unknown("dialog", id, &known))
        })
    }

    fn publications_over(&self) -> Result<Option<usize>, FileError> {
        if self.entry("action").is_none() {
            self.refuse(&["publications_over"], "only an action has this")?;
        }
        let entry = self.entry("publications_over");
        entry.map(|entry| self.dialog(entry)).transpose()
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
        if !is_token(&method) {
            return Err(what.error(format!("{method:?} is no name of a method")));
        }
        // Any token is one (RFC 3261 25.1), but hardly one like that.
        if let Some(meant) = misspelt(&method, METHODS) {
            return Err(what.error(format!("unknown method {method:?}; is {meant:?} meant?")));
        }
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
            (None, Some(entry)) => self.dialog(entry)?,
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
        if statuses.is_empty() {
            return Err(what.error("nothing is one of none: name a status at least"));
        }
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
        let demands = entries.iter();
        demands
            .map(|entry| read_demand(entry, self.template))
            .collect()
    }

    fn example(&self) -> Result<Vec<(String, String)>, FileError> {
        let Some(entry) = self.entry("example") else {
            return Ok(Vec::new());
        };
        let entries = entry.table()?.entries();
        let mut fields = Vec::new();
        for entry in &entries {
            let name = header(entry)?;
            if is_made(&name) {
                return Err(entry.error(format!(
                    "{name} follows from who sends what to whom: no example can say it"
                )));
            }
            match entry.as_text() {
                Some(_) => fields.push((name, entry.text()?.to_owned())),
                None => {
                    let is_list = entry.list().is_ok_and(|list| !list.is_empty());
                    if !is_list {
                        return Err(entry.error("an example is a text, or a list of texts"));
                    }
                    let values = entry.texts()?;
                    fields.extend(values.into_iter().map(|value| (name.clone(), value)));
                }
            }
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

/// `200 OK`.
fn status(entry: &Entry<'_>) -> Result<(u16, String), FileError> {
    let text = entry.text()?;
    let (code, reason) = text.split_once(' ').unwrap_or((text, ""));
    match code.parse::<u16>() {
        Ok(code @ 100..=699) if !reason.trim().is_empty() => Ok((code, reason.to_owned())),
        _ => Err(entry.error("a response is a status code and a reason: \"200 OK\"")),
    }
}
