//! Flows found in traces: a call that keeps to its flow passes step by step, and whatever is taken out of it, put in, moved or
//! changed is told at the step where it happened.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

#[path = "flow_match/challenges.rs"]
mod challenges;
#[path = "flow_match/changes.rs"]
mod changes;
#[path = "flow_match/choice.rs"]
mod choice;
#[path = "flow_match/clock.rs"]
mod clock;
#[path = "flow_match/details.rs"]
mod details;
#[path = "flow_match/dialogs.rs"]
mod dialogs;
#[path = "flow_match/directed.rs"]
mod directed;
#[path = "flow_match/documents.rs"]
mod documents;
#[path = "flow_match/elements.rs"]
mod elements;
#[path = "flow_match/every.rs"]
mod every;
#[path = "flow_match/foreign.rs"]
mod foreign;
#[path = "flow_match/hidden.rs"]
mod hidden;
#[path = "flow_match/identity.rs"]
mod identity;
#[path = "flow_match/long.rs"]
mod long;
#[path = "flow_match/lost.rs"]
mod lost;
#[path = "flow_match/once.rs"]
mod once;
#[path = "flow_match/one_element.rs"]
mod one_element;
#[path = "flow_match/own_hop.rs"]
mod own_hop;
#[path = "flow_match/partial.rs"]
mod partial;
#[path = "flow_match/played.rs"]
mod played;
#[path = "flow_match/recorded.rs"]
mod recorded;
#[path = "flow_match/registrations.rs"]
mod registrations;
#[path = "flow_match/runs.rs"]
mod runs;
#[path = "flow_match/several.rs"]
mod several;
#[path = "flow_match/through.rs"]
mod through;
#[path = "flow_match/torn.rs"]
mod torn;
#[path = "flow_match/vias.rs"]
mod vias;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sipscope::flow::{Conclusion, Fate, Found, Template, find, template, templates};
use sipscope::trace::{Hints, MessageId, Trace};
use sipscope::{Job, analyze, correlate};

const TWO_PROXIES: &str = "rfc3665-two-proxies";

/// What was found in a capture, with the frame of each message.
struct Matched {
    found: Vec<Found>,
    frames: BTreeMap<MessageId, u64>,
}

fn match_in(path: &Path, known: &[Template]) -> Matched {
    let mut job = Job {
        keep_bytes: true,
        ..Job::default()
    };
    job.inputs.push(path.into());
    let mut intake = analyze(&job).unwrap();
    let trace: Trace = correlate(&mut intake, &job, &Hints::default()).unwrap();
    let found = find(&trace, known, &mut intake.store, job.threads).unwrap();
    let frame = |message: sipscope::trace::Message<'_>| {
        (message.id(), message.sighting().records()[0].number)
    };
    Matched {
        found,
        frames: trace.messages().map(frame).collect(),
    }
}

impl Matched {
    /// Number, fate and frame of each step of the first flow.
    fn steps<'t>(&self, template: &'t Template) -> Vec<(&'t str, Fate, Option<u64>)> {
        let given = &self.found[0].given;
        let step = |result: &sipscope::flow::StepResult| {
            let number = template.steps[result.step].number.as_str();
            let frame = result.message.map(|message| self.frames[&message]);
            (number, result.fate.clone(), frame)
        };
        given.steps.iter().map(step).collect()
    }
}

/// The packets of the first call of the sample, which goes over UDP: header of the file, then each record.
fn first_call() -> (Vec<u8>, Vec<Vec<u8>>) {
    let bytes = fs::read(sample()).unwrap();
    let (header, mut rest) = bytes.split_at(24);
    let mut records = Vec::new();
    while !rest.is_empty() {
        let length = u32::from_le_bytes(rest[8..12].try_into().unwrap()) as usize;
        let (record, more) = rest.split_at(16 + length);
        // The protocol field of IPv4 over Ethernet, and SIP's port.
        let is_udp = record[16 + 23] == 17;
        let ports = [&record[16 + 34..][..2], &record[16 + 36..][..2]];
        if is_udp && ports.contains(&&[0x13, 0xc4][..]) {
            records.push(record.to_vec());
        }
        rest = more;
    }
    (header.to_vec(), records)
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/call.pcap")
}

fn written(header: &[u8], records: &[Vec<u8>]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), [header, &records.concat()].concat()).unwrap();
    file
}

fn fates(steps: &[(&str, Fate, Option<u64>)], fate: &str) -> Vec<String> {
    let of = steps.iter().filter(|(_, one, _)| one.name() == fate);
    of.map(|(number, _, _)| (*number).to_owned()).collect()
}

#[test]
fn a_call_through_two_proxies_keeps_to_its_flow() {
    let known = templates();
    let matched = match_in(&sample(), &known);
    // Both calls of the sample, over UDP and over TCP: without credentials, and the caller hangs up.
    assert_eq!(matched.found.len(), 2);
    for found in &matched.found {
        let template = &known[found.template];
        assert_eq!(template.id, TWO_PROXIES);
        assert_eq!(found.conclusion, Conclusion::Pass);
        assert_eq!(found.given.extra, []);
        let of = |fate: &str| -> Vec<&str> {
            let steps = found.given.steps.iter();
            let steps = steps.filter(|result| result.fate.name() == fate);
            steps
                .map(|result| template.steps[result.step].number.as_str())
                .collect()
        };
        assert_eq!(of("left out"), ["F1", "F2", "F3"]);
        assert_eq!(of("not SIP"), ["RTP"]);
        assert_eq!(of("replaced"), ["F18", "F19", "F20", "F21", "F22", "F23"]);
        let mut expected: Vec<String> = (4..18).map(|number| format!("F{number}")).collect();
        expected.extend((18..24).map(|number| format!("C{number}")));
        assert_eq!(of("matched"), expected);
    }
}

#[test]
fn a_missing_message_is_told_at_its_step() {
    let known = [template(TWO_PROXIES).unwrap()];
    let (header, records) = first_call();
    let whole = written(&header, &records);
    let whole = match_in(whole.path(), &known).steps(&known[0]);
    let seen: Vec<_> = whole
        .iter()
        .filter(|(_, _, frame)| frame.is_some())
        .collect();
    assert_eq!(seen.len(), 20);
    for (number, _, frame) in seen {
        let mut left = records.clone();
        left.remove(frame.unwrap() as usize - 1);
        let file = written(&header, &left);
        let matched = match_in(file.path(), &known);
        let steps = matched.steps(&known[0]);
        let fate = &steps
            .iter()
            .find(|(other, _, _)| other == number)
            .unwrap()
            .1;
        let conclusion = matched.found[0].conclusion;
        if ["F6", "F8"].contains(number) {
            // 100 Trying may be left out.
            assert_eq!(
                (fate, conclusion),
                (&Fate::LeftOut, Conclusion::Pass),
                "{number}"
            );
            continue;
        }
        assert!(
            matches!(fate, Fate::Missing | Fate::NotReached | Fate::NotCaptured),
            "{number}: {fate:?}"
        );
        assert_ne!(conclusion, Conclusion::Pass, "{number}");
        // Nothing else is said to be missing or to differ.
        let blamed: Vec<_> = ["missing", "not reached", "deviates", "out of order"]
            .into_iter()
            .flat_map(|fate| fates(&steps, fate))
            .filter(|other| other != number)
            .collect();
        assert_eq!(blamed, [""; 0], "{number}");
    }
}

#[test]
fn copies_and_retransmissions_change_nothing() {
    let known = [template(TWO_PROXIES).unwrap()];
    let (header, records) = first_call();
    for at in 0..records.len() {
        let mut more = records.clone();
        more.insert(at, records[at].clone());
        let file = written(&header, &more);
        let matched = match_in(file.path(), &known);
        assert_eq!(
            matched.found[0].conclusion,
            Conclusion::Pass,
            "frame {}",
            at + 1
        );
    }
}

#[test]
fn a_changed_header_field_is_the_only_difference() {
    let known = [template(TWO_PROXIES).unwrap()];
    let (header, mut records) = first_call();
    let whole = written(&header, &records);
    let steps = match_in(whole.path(), &known).steps(&known[0]);
    let (_, _, frame) = steps.iter().find(|(number, _, _)| *number == "F5").unwrap();
    // The first proxy does not count down.
    let record = &mut records[frame.unwrap() as usize - 1];
    let field = b"Max-Forwards: 69";
    let at = record
        .windows(field.len())
        .position(|at| at == field)
        .unwrap();
    record[at + field.len() - 2..][..2].copy_from_slice(b"70");
    let file = written(&header, &records);
    let matched = match_in(file.path(), &known);
    let steps = matched.steps(&known[0]);
    assert_eq!(fates(&steps, "deviates"), ["F5"]);
    let of = |number: &str| steps.iter().find(|(other, _, _)| *other == number).unwrap();
    let Fate::Deviates(all) = &of("F5").1 else {
        panic!("{:?}", of("F5"));
    };
    let said: Vec<_> = all
        .iter()
        .map(|one| (one.what.as_str(), one.expected.as_str(), one.got.as_str()))
        .collect();
    assert_eq!(said, [("Max-Forwards", "69", "70")]);
    assert_eq!(matched.found[0].conclusion, Conclusion::Fail);
}

#[test]
fn messages_in_another_order_are_told() {
    let known = [template(TWO_PROXIES).unwrap()];
    let (header, mut records) = first_call();
    let whole = written(&header, &records);
    let steps = match_in(whole.path(), &known).steps(&known[0]);
    let frame = |number: &str| {
        let found = steps.iter().find(|(other, _, _)| *other == number);
        found.unwrap().2.unwrap() as usize - 1
    };
    // The caller hangs up before it acknowledges: whole transactions change places.
    let (ack, bye) = (frame("F15"), frame("C18"));
    let ack_time = records[ack][..8].to_vec();
    let bye_time = records[bye][..8].to_vec();
    records[ack][..8].copy_from_slice(&bye_time);
    records[bye][..8].copy_from_slice(&ack_time);
    let file = written(&header, &records);
    let matched = match_in(file.path(), &known);
    let moved = fates(&matched.steps(&known[0]), "out of order");
    assert!(!moved.is_empty());
    let transaction = [
        "F15", "F16", "F17", "C18", "C19", "C20", "C21", "C22", "C23",
    ];
    assert!(
        moved
            .iter()
            .all(|number| transaction.contains(&number.as_str())),
        "{moved:?}"
    );
    assert_eq!(matched.found[0].conclusion, Conclusion::Fail);
}

/// Third-party captures, if they are there: file, and the flows in it with their verdicts.
#[test]
fn real_captures_are_recognised() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/captures");
    if !folder.is_dir() {
        // Straight to standard error: what a test prints is not shown when it passes.
        let said = format!("no captures in {}: nothing was checked\n", folder.display());
        let _ = std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes());
        return;
    }
    let known = templates();
    for (file, expected) in [
        (
            "goff_SIP-Call-Flow-Over-TCP.pcap",
            vec![("rfc3665-session", "pass")],
        ),
        (
            "goff_sip-phone-to-phone.pcapng",
            vec![("rfc3665-session", "pass")],
        ),
        // Credentials are not asked for.
        (
            "a_proxy_rr_udp.pcap",
            vec![("rfc3665-registration", "pass")],
        ),
    ] {
        let matched = match_in(&folder.join(file), &known);
        let found: Vec<_> = matched
            .found
            .iter()
            .take(expected.len())
            .map(|one| (known[one.template].id.as_str(), one.conclusion.name()))
            .collect();
        assert_eq!(found, expected, "{file}");
    }
    // A session of IMS without preconditions, which no template describes: the call through two proxies in it explains less of it.
    let matched = match_in(&folder.join("o5gs_volte.pcapng"), &known);
    let found = matched.found.iter();
    let failed: Vec<_> = found
        .filter(|one| one.conclusion == Conclusion::Fail)
        .map(|one| known[one.template].id.as_str())
        .collect();
    assert_eq!(failed, [""; 0]);
}

#[test]
fn the_command_tells_steps_and_sets_the_status() {
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_sipscope"))
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap()
    };
    let output = run(&["flows", "match", "-q", "samples/call.pcap", "--summary"]);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        text,
        "call 1: rfc3665-two-proxies pass, 20 matched, 6 replaced, 3 left out\n\
         call 2: rfc3665-two-proxies pass, 20 matched, 6 replaced, 3 left out\n"
    );
    let output = run(&[
        "flows",
        "match",
        "-q",
        "samples/call.pcap",
        "--flow",
        "rfc3665-registration",
    ]);
    assert_eq!(output.status.code(), Some(1));
    let output = run(&[
        "flows",
        "match",
        "-q",
        "samples/call.pcap",
        "--flow",
        "nonsense",
    ]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        text,
        "sipscope: there is no flow nonsense; `sipscope flows` lists them\n"
    );
    let output = run(&[
        "flows",
        "match",
        "-q",
        "samples/call.pcap",
        "--format",
        "json",
    ]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["schema"], "sipscope.match/1");
    assert_eq!(value["flows"][0]["steps"][3]["number"], "F4");
    assert_eq!(value["flows"][0]["steps"][3]["verdict"], "matched");
    assert_eq!(value["flows"][0]["steps"][3]["message"], 1);
}
