//! Documents as inputs of the program: `resolve`, and all commands that read captures.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use sipscope::base::Spoiled;
use sipscope::{Job, analyze};
use tempfile::TempDir;

const NUMBERED: &str = "samples/documents/numbered-steps.txt";

pub(crate) fn sipscope(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap()
}

#[track_caller]
fn stdout(arguments: &[&str]) -> String {
    let output = sipscope(arguments);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&stdout(arguments)).unwrap()
}

/// A byte that was damaged makes it no other kind of file.
#[test]
fn a_document_with_a_zero_byte_is_still_one() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("damaged.txt");
    let mut bytes = fs::read(NUMBERED).unwrap();
    let place = bytes.len() / 2;
    let place = place
        + bytes[place..]
            .iter()
            .position(|byte| *byte == b' ')
            .unwrap();
    bytes[place] = 0;
    fs::write(&path, bytes).unwrap();
    let whole = json(&["resolve", "--format", "json", NUMBERED]);
    let damaged = json(&["resolve", "--format", "json", path.to_str().unwrap()]);
    let steps = |resolved: &Value| resolved["flows"][0]["steps"].as_array().unwrap().len();
    assert_eq!(steps(&damaged), steps(&whole));
}

#[test]
fn resolve_gives_the_promised_shape() {
    let resolved = json(&["resolve", "--format", "json", NUMBERED]);
    assert_eq!(resolved["schema"], "sipscope.resolve/1");
    let flow = &resolved["flows"][0];
    assert_eq!(flow["id"], "7.1.1");
    assert_eq!(
        flow["title"],
        "Instant message to a user of another network"
    );
    assert_eq!(flow["actors"][2]["name"], "S-CSCF#1");
    assert_eq!(flow["actors"][2]["hosts"][0], "sc.east.example");
    let step = &flow["steps"][1];
    assert_eq!(
        (&step["number"], &step["kind"]),
        (&"2".into(), &"request".into())
    );
    assert_eq!(
        (&step["from"], &step["to"]),
        (&"P-CSCF".into(), &"S-CSCF#1".into())
    );
    assert_eq!(step["title"], "MESSAGE request");
    assert_eq!(step["start_line"], "MESSAGE sip:bob@west.example SIP/2.0");
    let from = &step["headers"][5];
    assert_eq!(
        (&from["name"], &from["elided"]),
        (&"From".into(), &true.into())
    );
    assert_eq!(from["value"], "<sip:alice@east.example>;tag=1928");
    assert_eq!(from["lines"], serde_json::json!([68]));
    assert_eq!(from["printed_in_lines"], serde_json::json!([31]));
    assert_eq!(step["body"]["text"], "Watson, come here.");
    assert_eq!(step["body"]["elided"], true);
    assert_eq!(flow["steps"][2]["start_line"], Value::Null);
    assert_eq!(resolved["announced"][0]["number"], "7.1.2");
}

#[test]
fn resolve_marks_what_is_filled_in_and_prints_nothing_raw() {
    let text = stdout(&["resolve", NUMBERED]);
    assert!(
        text.contains("  + Call-ID: ex7.1.1    (step 1)\n"),
        "{text}"
    );
    assert!(text.contains("    Max-Forwards: 69\n"), "{text}");
    assert!(
        text.contains("  ! line 125: caption says I-CSCF to AS, is S-CSCF to AS\n"),
        "{text}"
    );
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("hostile.txt");
    let whole = fs::read_to_string(NUMBERED).unwrap();
    let hostile = whole
        .replace("Watson", "\u{1b}[31mWatson")
        .replace("ex7.1.1", "ex\u{7}7");
    fs::write(
        &path,
        hostile.replace("7.1.1\nInstant", "7.1.1\nIn\u{9b}stant"),
    )
    .unwrap();
    let shown = stdout(&["resolve", path.to_str().unwrap()]);
    let raw = shown.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(raw, None);
}

#[test]
fn an_answer_with_a_wrong_via_stands_on_its_hop_and_says_so() {
    let whole = fs::read_to_string(NUMBERED).unwrap();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("faulty.txt");
    // Step 8, from S-CSCF#1 to P-CSCF: the protocol stands there twice.
    let (before, after) = whole.split_once("\n8.\n").unwrap();
    let faulty = after.replacen(
        "Via: SIP/2.0/UDP pc.",
        "Via: SIP/2.0/UDP SIP/2.0/UDP pc.",
        1,
    );
    assert_ne!(faulty, after);
    fs::write(&path, format!("{before}\n8.\n{faulty}")).unwrap();
    let path = path.to_str().unwrap();
    let call = json(&["call", "--format", "json", path, "1"]);
    let hops = call["journeys"].as_array().unwrap();
    assert_eq!(hops.len(), 4, "the answer is no hop of its own");
    let answer = &hops[1]["messages"][1];
    assert_eq!(
        (&answer["status"], &answer["part"]),
        (&202.into(), &"final".into())
    );
    assert_eq!(answer["placed"]["link"], "inferred");
    assert_eq!(
        answer["placed"]["reason"],
        "the document's Via does not match"
    );
    assert_eq!(hops[0]["messages"][1]["placed"], Value::Null);
    let text = stdout(&["call", path, "1"]);
    assert!(
        text.contains("202 (inferred: the document's Via does not match)\n"),
        "{text}"
    );
    let audit = sipscope(&["audit", path]).stdout;
    assert!(String::from_utf8_lossy(&audit).contains("answer-via-not-popped"));
}

#[test]
fn actors_have_the_roles_of_their_names() {
    let nodes = json(&["nodes", "--format", "json", NUMBERED]);
    let nodes = nodes["nodes"].as_array().unwrap();
    let roles: Vec<_> = nodes
        .iter()
        .map(|node| node["role"].as_str().unwrap())
        .collect();
    assert_eq!(roles, ["UE", "P-CSCF", "S-CSCF", "S-CSCF", "AS"]);
    for node in nodes {
        let first = &node["reasons"][0];
        assert_eq!(first["what"], "named so by the document");
        assert_eq!(first["decides"], true);
    }
}

#[test]
fn dots_of_another_length_are_no_change() {
    let relay = stdout(&["hop", "samples/documents/rfc-service.txt", "2"]);
    assert!(!relay.contains("Content-Length"), "{relay}");
}

#[test]
fn a_program_with_ladders_in_it_is_no_document() {
    for file in ["ladder.rs", "drawn.rs", "message.rs", "numbered.rs"] {
        let path = format!("src/source/document/{file}");
        let summary = sipscope(&["summary", "--format", "json", &path]).stdout;
        let summary: Value = serde_json::from_slice(&summary).unwrap_or_default();
        assert_ne!(summary["inputs"][0]["format"], "document", "{file}");
    }
}

#[test]
fn a_flow_far_behind_the_beginning_is_found() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("late.txt");
    let flow = fs::read_to_string(NUMBERED).unwrap();
    // What any log reader would take, and half a megabyte of prose.
    let message = "OPTIONS sip:a@example.com SIP/2.0\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK1\n\
        Call-ID: 1\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n";
    let prose = "This chapter tells what a flow is.\n\n".repeat(16 << 10);
    fs::write(&path, format!("{message}{prose}{flow}")).unwrap();
    let resolved = json(&["resolve", "--format", "json", path.to_str().unwrap()]);
    let ids: Vec<_> = resolved["flows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|flow| &flow["id"])
        .collect();
    assert!(ids.contains(&&Value::from("7.1.1")), "{ids:?}");
}

#[test]
fn resolve_says_when_there_is_no_flow() {
    let output = sipscope(&["resolve", "samples/call.pcap"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no flow document"));
}

#[test]
fn a_document_is_accounted_for_like_a_capture() {
    let summary = json(&["summary", "--format", "json", NUMBERED]);
    assert_eq!(summary["inputs"][0]["format"], "document");
    let accounting = &summary["accounting"];
    assert_eq!(accounting["records"], 9);
    assert_eq!(accounting["sip_records"], 8);
    assert_eq!(accounting["other"]["document step"], 1);
    assert_eq!(summary["requests"]["MESSAGE"], 4);
    assert_eq!(summary["responses"]["202"], 4);
    let forced = json(&[
        "summary",
        "--format",
        "json",
        "--input-format",
        "document",
        NUMBERED,
    ]);
    assert_eq!(forced["sightings"], 8);
}

#[test]
fn a_document_is_one_call_over_all_its_nodes() {
    let listed = json(&["calls", "--format", "json", NUMBERED]);
    let calls = listed["calls"].as_array().unwrap();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0]["messages"], 8);
    assert_eq!(calls[0]["hops"], 4);
    let call = stdout(&["call", NUMBERED, "1"]);
    let hops: Vec<_> = call
        .lines()
        .filter(|line| line.contains(" -> ") && line.contains("MESSAGE 5"))
        .collect();
    assert_eq!(hops.len(), 4, "{call}");
    let journey = ["UE", "P-CSCF", "S-CSCF#1", "S-CSCF#2", "AS"];
    for (hop, ends) in hops.iter().zip(journey.windows(2)) {
        let at = |name: &str| hop.find(name);
        assert!(at(ends[0]).unwrap() < hop.rfind(ends[1]).unwrap(), "{hop}");
    }
    assert!(hops[1..].iter().all(|hop| hop.ends_with("(via)")), "{call}");
    let nodes = json(&["nodes", "--format", "json", NUMBERED]);
    assert_eq!(nodes["nodes"].as_array().unwrap().len(), 5);
}

#[test]
fn messages_of_a_document_are_shown_with_what_is_filled_in() {
    let relay = stdout(&["hop", NUMBERED, "1"]);
    assert!(
        relay.contains("P-CSCF") && relay.contains("Max-Forwards"),
        "{relay}"
    );
    assert!(
        !relay.contains("Call-ID"),
        "what is filled in did not change: {relay}"
    );
    let raw = sipscope(&["show", "--format", "raw", NUMBERED, "2"]).stdout;
    let message = String::from_utf8(raw).unwrap();
    assert!(
        message.starts_with("MESSAGE sip:bob@west.example SIP/2.0\r\nVia: "),
        "{message}"
    );
    assert!(message.contains("\r\nCall-ID: ex7.1.1\r\n"), "{message}");
    assert!(
        message.contains("\r\nContent-Length: (\u{2026})\r\n\r\nWatson"),
        "{message}"
    );
    let row = json(&["show", "--format", "json", NUMBERED, "2"]);
    assert_eq!(row["record"], 54, "the line of the start line");
    assert_eq!(row["time"], Value::Null);
    let spoiled = spoiled(NUMBERED);
    assert!(
        spoiled
            .iter()
            .all(|spoiled| spoiled.has(Spoiled::LINE_ENDS))
    );
    assert!(!spoiled[0].has(Spoiled::FILLED) && spoiled[1].has(Spoiled::FILLED));
    assert!(
        spoiled[0].has(Spoiled::LENGTH),
        "the layout of the body is that of the document"
    );
    assert!(!spoiled[4].has(Spoiled::LENGTH), "there is no body");
}

/// What is not known of each message.
fn spoiled(path: &str) -> Vec<Spoiled> {
    let mut job = Job::default();
    job.inputs
        .push(Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
    let intake = analyze(&job).unwrap();
    intake
        .sightings
        .iter()
        .map(|sighting| sighting.spoiled())
        .collect()
}

#[test]
fn every_sample_goes_the_way_of_a_capture() {
    for (name, messages) in [
        ("rfc-layout.txt", 9),
        ("rfc-registration.txt", 4),
        ("rfc-service.txt", 3),
        ("ladder-and-tables.txt", 2),
        ("told-steps.txt", 0),
    ] {
        let path = format!("samples/documents/{name}");
        let summary = json(&["summary", "--format", "json", &path]);
        assert_eq!(summary["inputs"][0]["format"], "document", "{name}");
        assert_eq!(summary["sightings"], messages, "{name}");
        let parts = ["sip_records", "other_records", "undecodable_records"];
        let count = |key: &str| summary["accounting"][key].as_u64().unwrap();
        assert_eq!(
            parts.map(count).iter().sum::<u64>(),
            count("records"),
            "{name}"
        );
    }
    let call = stdout(&["call", "samples/documents/rfc-layout.txt", "1"]);
    assert!(call.contains("Alice") && call.contains("486"), "{call}");
}
