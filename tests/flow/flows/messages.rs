//! Each message that a template gives an example of, put together and read: its fields and its body have no fault.

use sipscope::flow::{Step, Template, What, templates};
use sipscope::sip::{Index, Message, Problems};

/// What bodies of each type are read as; `other` is what nothing more is known of.
const BODIES: &[(&str, &str)] = &[
    ("pidf", "application/pidf+xml"),
    ("reginfo", "application/reginfo+xml"),
    ("poc-settings", "application/poc-settings+xml"),
    ("sdp", "application/sdp"),
    ("message-summary", "application/simple-message-summary"),
    ("sipfrag", "message/sipfrag;version=2.0"),
];

/// The message with what it must have anyway.
fn message(template: &Template, index: usize) -> Vec<u8> {
    let step = &template.steps[index];
    let method = template.method_of(index).unwrap();
    let first = match &step.what {
        What::Response(response) => {
            let (code, reason) = &response.statuses[0];
            format!("SIP/2.0 {code} {reason}")
        }
        _ => {
            let uri = step.uri.as_deref().unwrap_or("sip:a@b.example.com");
            format!("{method} {uri} SIP/2.0")
        }
    };
    let dialog = &template.dialogs[template.dialog_of(index).unwrap()];
    let (from, to) = (&dialog.from, &dialog.to);
    let mut head = format!(
        "{first}\r\nVia: SIP/2.0/UDP a.example.com;branch=z9hG4bK1\r\nFrom: <{from}>;tag=1\r\nTo: <{to}>;tag=2\r\n\
         Call-ID: 1\r\nCSeq: 1 {method}\r\n"
    );
    if matches!(step.what, What::Request(_)) {
        head += "Max-Forwards: 70\r\n";
    }
    for (name, value) in &step.example {
        head += &format!("{name}: {value}\r\n");
    }
    let body = match step.body {
        Some(body) => {
            let body = &template.bodies[body];
            head += &format!("Content-Type: {}\r\n", body.media_type);
            body.text.replace('\n', "\r\n")
        }
        None => String::new(),
    };
    format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn each(mut look: impl FnMut(&Template, &Step, &Message<'_>, &str)) {
    for template in templates() {
        for (index, step) in template.steps.iter().enumerate() {
            if step.is_sip() {
                let bytes = message(&template, index);
                let mut read = Index::default();
                let message = Message::read(&bytes, &mut read);
                let place = format!("{} step {}", template.id, step.number);
                look(&template, step, &message, &place);
            }
        }
    }
}

#[test]
fn examples_are_without_fault() {
    each(|_, _, message, place| {
        let problems = message.problems();
        let text = String::from_utf8_lossy(message.bytes());
        assert!(problems.is_empty(), "{place}: {problems:?}\n{text}");
    });
}

#[test]
fn bodies_are_what_their_type_says() {
    let mut seen = std::collections::BTreeSet::new();
    each(|template, step, message, place| {
        let Some(body) = step.body else {
            return;
        };
        let content = message.body().content(&mut Problems::ignored());
        let media_type = template.bodies[body].media_type.as_str();
        let mut known = BODIES.iter();
        let known = known.find(|(_, other)| *other == media_type);
        assert!(
            known.is_some(),
            "{place}: {media_type} is not in BODIES, and is read as {}",
            content.name()
        );
        let (expected, _) = known.unwrap();
        assert_eq!(content.name(), *expected, "{place}");
        seen.insert(expected);
    });
    assert_eq!(seen.len(), BODIES.len());
}

/// A field that must be there is there, where the example says it at all; what must be one of several is one of them.
#[test]
fn examples_carry_what_they_must() {
    use sipscope::flow::Must;
    let mut compared = 0;
    each(|template, step, _, place| {
        for demand in &step.carry {
            let example = step
                .example
                .iter()
                .filter(|(name, _)| *name == demand.header);
            let values: Vec<_> = example.map(|(_, value)| value.as_str()).collect();
            let body = step
                .body
                .map(|body| template.bodies[body].media_type.as_str());
            let values = match (demand.header.as_str(), body) {
                ("Content-Type", Some(media_type)) => vec![media_type],
                _ => values,
            };
            let [value] = values.as_slice() else {
                continue;
            };
            compared += 1;
            let mut parts = value.split([',', ';']).map(str::trim);
            let fine = match &demand.must {
                Must::BePresent | Must::BePresentAfter(_) => !value.is_empty(),
                Must::BeAbsent => false,
                Must::Be(allowed) => parts.any(|part| allowed.iter().any(|one| one == part)),
                Must::HaveParameter(name) => value
                    .split([',', ';', ' '])
                    .any(|part| part.split('=').next() == Some(name)),
                _ => false,
            };
            assert!(fine, "{place}: {} is {value}", demand.header);
        }
    });
    assert!(compared > 100, "{compared}");
}
