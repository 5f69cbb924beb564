//! Flows that are played several times: each time by itself, and what bodies say of places is true.

use std::collections::{BTreeMap, BTreeSet};

use sipscope::base::Transport;
use sipscope::flow::What;
use sipscope::flow::synthesis::{Event, Options, synthesize};
use sipscope::trace::Hints;
use sipscope::{Job, analyze, correlate};

use crate::synthesis::play::{capture, flows, options};

/// The values of a field.
fn values<'e>(event: &'e Event, name: &str) -> Vec<&'e str> {
    let text = std::str::from_utf8(&event.bytes).unwrap();
    let head = text.split("\r\n\r\n").next().unwrap();
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let of_name = lines.filter(|(other, _)| other.eq_ignore_ascii_case(name));
    of_name.map(|(_, value)| value).collect()
}

/// The lines of a session description that begin so.
fn lines<'e>(event: &'e Event, start: &str) -> Vec<&'e str> {
    let text = std::str::from_utf8(&event.bytes).unwrap();
    let body = text.split_once("\r\n\r\n").unwrap().1;
    match values(event, "Content-Type").contains(&"application/sdp") {
        true => body
            .lines()
            .filter(|line| line.starts_with(start))
            .collect(),
        false => Vec::new(),
    }
}

#[test]
fn no_call_has_messages_of_two_runs() {
    for template in flows() {
        let options = Options {
            count: 3,
            ..options(Transport::Udp)
        };
        let mut runs: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
        for run in 0..options.count {
            for event in synthesize(&template, &options, run) {
                runs.insert(values(&event, "Call-ID")[0].into(), run);
            }
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), capture(&template, &options)).unwrap();
        let job = Job {
            inputs: vec![file.path().into()],
            threads: 1,
            ..Job::default()
        };
        let mut intake = analyze(&job).unwrap();
        let trace = correlate(&mut intake, &job, &Hints::default()).unwrap();
        for call in trace.calls() {
            let of_call = call.hops().map(|hop| runs[hop.call_id().unwrap()]);
            let of_call: BTreeSet<u64> = of_call.collect();
            assert_eq!(of_call.len(), 1, "{}: {of_call:?}", template.id);
        }
    }
}

#[test]
fn sessions_are_where_their_parties_are() {
    let mut sessions = 0;
    for template in flows() {
        let options = options(Transport::Udp);
        let mut before: BTreeSet<String> = BTreeSet::new();
        for run in 0..3 {
            let mut here = BTreeSet::new();
            for event in synthesize(&template, &options, run) {
                let relays = match &template.steps[event.step].what {
                    What::Request(request) => request.relays,
                    What::Response(response) => response.relays,
                    _ => None,
                };
                let address = event.source.ip().to_string();
                let name = template.actors[event.from].name.clone().unwrap_or_default();
                for line in lines(&event, "c=").into_iter().chain(lines(&event, "o=")) {
                    let host = line.rsplit(' ').next().unwrap();
                    let own = relays.is_some() || host == address || host == name;
                    let nowhere = line == "c=IN IP4 0.0.0.0";
                    assert!(own || nowhere, "{} {line}: {address} {name}", template.id);
                    sessions += 1;
                }
                for line in lines(&event, "o=") {
                    // User, session, and where: what makes it one session (RFC 8866 5.2).
                    let words: Vec<_> = line.split(' ').collect();
                    here.insert(format!("{} {} {}", words[0], words[1], words[5]));
                }
            }
            assert!(here.is_disjoint(&before), "{} {here:?}", template.id);
            before.append(&mut here);
        }
    }
    assert!(sessions > 100, "{sessions}");
}
