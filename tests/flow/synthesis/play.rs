//! Plays a flow into a capture, audits it, and says at which steps what was found.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use sipscope::base::Transport;
use sipscope::flow::synthesis::{Event, Options, synthesize, write_capture};
use sipscope::flow::{Template, read_template, templates};
use sipscope::rules::Policy;
use sipscope::trace::{Hints, MessageId, Trace};
use sipscope::{Job, analyze, audit, correlate};

/// A finding: the rule, and the steps whose messages prove it, the one to blame first.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) code: &'static str,
    pub(crate) steps: Vec<String>,
    #[expect(dead_code, reason = "shown where a test fails")]
    said: String,
}

pub(crate) fn options(transport: Transport) -> Options {
    Options {
        transport,
        seed: 7,
        ..Options::default()
    }
}

/// The flows of the program, and those that have what none of them has.
pub(crate) fn flows() -> Vec<Template> {
    let mut all = templates();
    let texts = [
        include_str!("refused.toml"),
        include_str!("private.toml"),
        include_str!("session.toml"),
    ];
    all.extend(texts.map(|text| read_template(text).unwrap()));
    all
}

pub(crate) fn events(template: &Template, options: &Options) -> Vec<Event> {
    synthesize(template, options, 0)
}

pub(crate) fn capture(template: &Template, options: &Options) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_capture(&mut bytes, template, options).unwrap();
    bytes
}

/// How many messages were seen, and what the audit found.
pub(crate) fn audited(template: &Template, options: &Options) -> (usize, Vec<Found>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flow.pcapng");
    std::fs::write(&path, capture(template, options)).unwrap();
    let job = Job {
        inputs: vec![path],
        threads: 1,
        ..Job::default()
    };
    let mut intake = analyze(&job).unwrap();
    assert_eq!(intake.total().undecodable_total(), 0, "{}", template.id);
    let anomalies: Vec<_> = intake
        .anomalies
        .iter()
        .map(|(kind, _)| kind.name())
        .collect();
    let trace = correlate(&mut intake, &job, &Hints::default()).unwrap();
    let events = events(template, options);
    assert_apart(&trace, &events, template, options);
    let mut steps: BTreeMap<MessageId, String> = BTreeMap::new();
    for message in trace.messages() {
        let sighting = message.sighting();
        let place = (sighting.input(), sighting.location(), sighting.length());
        let bytes = intake.store.read(place.0, place.1, place.2).unwrap();
        let event = events.iter().find(|event| event.bytes.starts_with(bytes));
        let number = event.map_or_else(
            || "?".to_owned(),
            |event| template.steps[event.step].number.clone(),
        );
        steps.insert(message.id(), number);
    }
    let audit = audit(&intake, &trace, &job, &Policy::default()).unwrap();
    let found = audit.findings.into_iter().map(|finding| Found {
        code: finding.rule.code,
        steps: finding
            .places
            .iter()
            .map(|place| steps[&place.message].clone())
            .collect(),
        said: format!("expected {:?}, got {:?}", finding.expected, finding.got),
    });
    let found: Vec<_> = found.collect();
    if options.alterations.is_empty() {
        assert_eq!(anomalies, Vec::<&str>::new(), "{}", template.id);
    }
    (steps.len(), found)
}

/// Whatever is wrong with a flow, no two actors are one element.
fn assert_apart(trace: &Trace, events: &[Event], template: &Template, options: &Options) {
    let ends = events.iter().flat_map(|event| {
        let from = (event.source, event.from);
        [from, (event.destination, event.to)]
    });
    let actors: BTreeMap<SocketAddr, usize> = ends.collect();
    for node in trace.nodes() {
        let all = node.addresses().into_iter().map(|one| one.endpoint);
        let all = all.map(|end| SocketAddr::new(end.address, end.port));
        let mut of: Vec<usize> = all.filter_map(|end| actors.get(&end).copied()).collect();
        of.dedup();
        let broken = (&template.id, &options.alterations);
        assert!(of.len() < 2, "{broken:?}: {} is {of:?}", node.label());
    }
}
