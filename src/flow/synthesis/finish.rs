//! What the template says of a message, put over what SIP makes of it: examples, what it must carry, its body.

use super::message::{Message, values};
use super::play::Player;
use crate::flow::made::is_made;
use crate::flow::parameter::has_parameter;
use crate::flow::template::{DEREGISTRATION, FETCH, QUERY, UNSUBSCRIPTION};
use crate::flow::{BODY, Must, PURPOSE, REQUEST_URI};

impl Player<'_> {
    pub(super) fn finish(&self, step: usize, message: &mut Message) {
        let one = &self.template.steps[step];
        if let Some(body) = one.body {
            let body = &self.template.bodies[body];
            message.set("Content-Type", body.media_type.clone());
            let text = match body.media_type.eq_ignore_ascii_case("application/sdp") {
                true => {
                    let name = self.template.actors[one.from].name.as_deref();
                    let address = self.endpoint(one.from).ip();
                    self.own.session(&body.text, address, name)
                }
                false => body.text.clone(),
            };
            let lines = text.lines().map(|line| format!("{line}\r\n"));
            message.body = lines.collect();
        }
        let mut written: Vec<&str> = Vec::new();
        for (name, value) in &one.example {
            let value = self.own.field(name, value);
            match written.contains(&name.as_str()) {
                true => message.add(name, value),
                false => message.set(name, value),
            }
            written.push(name);
        }
        for demand in &one.carry {
            let given = written.contains(&demand.header.as_str());
            match demand.header.as_str() {
                REQUEST_URI => self.ask_of_uri(&demand.must, message),
                PURPOSE => ask_for(&demand.must, message),
                // A step has the body that its template names.
                BODY => {}
                name if !is_made(name) => self.ask(name, &demand.must, given, message),
                _ => {}
            }
        }
    }

    fn ask_of_uri(&self, must: &Must, message: &mut Message) {
        let uri = match must {
            Must::Be(uris) if !uris.iter().any(|uri| uri == message.uri()) => uris.first().cloned(),
            Must::BeCopiedFrom(other) => self.meant[*other]
                .as_ref()
                .map(|other| other.uri().to_owned()),
            _ => None,
        };
        if let Some(uri) = uri {
            message.set_uri(&uri);
        }
    }

    fn ask(&self, name: &str, must: &Must, given: bool, message: &mut Message) {
        let of = |other: &usize| self.meant[*other].as_ref();
        match must {
            Must::BeAbsent => message.remove(name),
            Must::Be(expected) => {
                let found = values(message.all(name));
                let fits = found
                    .iter()
                    .any(|value| expected.iter().any(|one| is_but_for_parameters(value, one)));
                if let Some(first) = expected.first().filter(|_| !fits) {
                    message.set(name, first.clone());
                }
            }
            Must::HaveParameter(parameter) => {
                let is_there = message
                    .all(name)
                    .any(|value| has_parameter(value, parameter));
                message.change(name, |value| match is_there {
                    true => value.to_owned(),
                    false => with_parameter(value, parameter),
                });
            }
            Must::BeCopiedFrom(other) if !given => {
                let copied = of(other).map(|other| other.all(name).map(str::to_owned));
                let copied: Vec<_> = copied.into_iter().flatten().collect();
                message.set_all(name, copied);
            }
            Must::BeOneLessThanIn(other) if !given => {
                let number = of(other).and_then(|other| other.get(name)?.parse::<u64>().ok());
                if let Some(number) = number {
                    message.set(name, number.saturating_sub(1).to_string());
                }
            }
            _ => {}
        }
    }
}

/// Has a message ask for what it is there for: see [`PURPOSE`].
fn ask_for(must: &Must, message: &mut Message) {
    let Must::Be(purposes) = must else {
        return;
    };
    match purposes.first().map(String::as_str) {
        Some(QUERY) => message.remove("Contact"),
        Some(DEREGISTRATION | FETCH | UNSUBSCRIPTION) => message.set("Expires", "0"),
        _ => {}
    }
}

fn is_but_for_parameters(value: &str, expected: &str) -> bool {
    let rest = value.strip_prefix(expected);
    rest.is_some_and(|rest| rest.is_empty() || rest.trim_start().starts_with(';'))
}

/// A parameter of a challenge or of credentials is separated by a comma, any other by a semicolon.
fn with_parameter(value: &str, parameter: &str) -> String {
    match value.starts_with("Digest ") {
        true => format!("{value}, {parameter}=\"\""),
        false => format!("{value};{parameter}"),
    }
}
