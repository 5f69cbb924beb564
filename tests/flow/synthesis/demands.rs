//! What a template demands of a step is in the message that is made for it.

use sipscope::base::Transport;
use sipscope::flow::{BODY, Must, PURPOSE, REQUEST_URI, Template};

use crate::synthesis::play::{events, flows, options};

/// The values of a field, or the Request-URI, as written.
fn values(text: &str, name: &str) -> Vec<String> {
    let head = text.split("\r\n\r\n").next().unwrap();
    if name == REQUEST_URI {
        return vec![head.split(' ').nth(1).unwrap().to_owned()];
    }
    if name == PURPOSE {
        return vec![purpose(text).to_owned()];
    }
    if name == BODY {
        return vec![text.split_once("\r\n\r\n").unwrap().1.to_owned()];
    }
    let lines = head.split("\r\n").skip(1);
    let fields = lines.filter_map(|line| line.split_once(": "));
    let of_name = fields.filter(|(field, _)| field.eq_ignore_ascii_case(name));
    of_name.map(|(_, value)| value.to_owned()).collect()
}

/// What a request asks for, as the fields of made ones say it (RFC 3261 10.2, RFC 6665 4.4.3).
fn purpose(text: &str) -> &'static str {
    let is_over = text.contains("\r\nExpires: 0\r\n");
    match (text.starts_with("REGISTER"), is_over) {
        (true, _) if !text.contains("\r\nContact: ") => "query",
        (true, true) => "deregistration",
        (true, false) => "registration",
        (false, true) => "fetch",
        (false, false) => "subscription",
    }
}

fn number(values: &[String]) -> Option<u32> {
    values.first()?.parse().ok()
}

fn holds(
    must: &Must,
    found: &[String],
    of: impl Fn(usize) -> Vec<String>,
    text: impl Fn(usize) -> Option<String>,
) -> bool {
    match must {
        // Everything that may happen is played.
        Must::BePresent | Must::BePresentAfter(_) => !found.is_empty(),
        Must::BeAbsent => found.is_empty(),
        Must::Be(expected) => {
            let mut one = found.iter().flat_map(|line| line.split(','));
            one.any(|value| {
                let value = value.trim();
                expected.iter().any(|expected| {
                    let rest = value.strip_prefix(expected.as_str());
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(';'))
                }) || expected.iter().any(|one| found.contains(one))
            })
        }
        Must::Say(expected) => expected.iter().any(|one| found[0].contains(one.as_str())),
        Must::HaveParameter(name) => found.iter().any(|line| line.contains(name.as_str())),
        Must::BeCopiedFrom(other) => found == of(*other),
        Must::BeOneLessThanIn(other) => number(found)
            .zip(number(&of(*other)))
            .is_some_and(|(one, other)| one + 1 == other),
        Must::BeConsumedFrom(other) => {
            let before = of(*other);
            found.len() < before.len() && before.ends_with(found)
        }
        Must::BeReferredToIn(other) => {
            let refer = values(&text(*other).unwrap(), "Refer-To");
            refer == [format!("<{}>", found[0])]
        }
        Must::TellStatusOf(other) => {
            let answer = text(*other).unwrap();
            found[0].lines().next() == answer.lines().next()
        }
    }
}

fn unmet(template: &Template) -> Vec<String> {
    let events = events(template, &options(Transport::Udp));
    let text = |step: usize| {
        let event = events.iter().find(|event| event.step == step);
        event.map(|event| String::from_utf8(event.bytes.clone()).unwrap())
    };
    let mut unmet = Vec::new();
    for event in &events {
        let message = text(event.step).unwrap();
        for demand in template.demands(event.step) {
            let found = values(&message, &demand.header);
            let of = |step| text(step).map_or(Vec::new(), |text| values(&text, &demand.header));
            if !holds(&demand.must, &found, of, text) {
                let number = &template.steps[event.step].number;
                unmet.push(format!(
                    "{} step {number}: {demand:?}, found {found:?}",
                    template.id
                ));
            }
        }
    }
    unmet
}

#[test]
fn what_is_demanded_is_there() {
    let unmet: Vec<_> = flows().iter().flat_map(unmet).collect();
    assert!(unmet.is_empty(), "{}", unmet.join("\n"));
}
