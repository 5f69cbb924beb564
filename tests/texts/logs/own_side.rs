//! Who wrote a log that does not say it: another input that has the same messages knows.

use std::fs;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// An OPTIONS of its own number behind a line that says where it went.
fn entry(said: &str, number: u32) -> String {
    format!(
        "2026-11-22T10:00:{number:02}.000Z {said} udp\nOPTIONS sip:b@example.org SIP/2.0\n\
         Via: SIP/2.0/UDP 198.51.100.99;branch=z9hG4bK{number}\nFrom: <sip:a@example.org>;tag={number}\n\
         To: <sip:b@example.org>\nCall-ID: call-{number}\nCSeq: 1 OPTIONS\nMax-Forwards: 70\nContent-Length: 0\n\n"
    )
}

/// The nodes that two texts show: their labels and the evidence that names a log.
fn nodes(full: &str, own: &str) -> (Vec<String>, Vec<String>) {
    let directory = TempDir::new().unwrap();
    let path = |name: &str| directory.path().join(name);
    fs::write(path("full.log"), full).unwrap();
    fs::write(path("own.log"), own).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .arg("nodes")
        .args([path("full.log"), path("own.log")])
        .args(["--format", "json"])
        .output()
        .unwrap();
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let nodes = told["nodes"].as_array().unwrap();
    let text = |of: &Value, key: &str| of[key].as_str().unwrap().to_owned();
    let labels = nodes.iter().map(|node| text(node, "label"));
    let evidence = nodes
        .iter()
        .flat_map(|node| node["evidence"].as_array().unwrap());
    let evidence = evidence.filter(|join| join["reason"] == "same-message");
    let evidence = evidence.map(|join| {
        let (one, other) = (text(join, "one"), text(join, "other"));
        format!("{one} = {other} x{}", join["count"])
    });
    let mut labels: Vec<_> = labels.collect();
    labels.sort();
    (labels, evidence.collect())
}

#[test]
fn messages_that_both_have_tell_who_wrote_a_log() {
    let full = entry("192.0.2.1:5060 -> 192.0.2.2:5060", 1)
        + &entry("192.0.2.3:5060 -> 192.0.2.1:5060", 2);
    let own = entry("sent to 192.0.2.2:5060", 1)
        + &entry("received from 192.0.2.3:5060", 2)
        + &entry("sent to 203.0.113.9:5060", 3);
    let (labels, evidence) = nodes(&full, &own);
    assert_eq!(evidence, ["192.0.2.1:5060 = own.log x2"]);
    assert_eq!(labels.len(), 4, "{labels:?}");
    assert!(!labels.contains(&"own.log".to_owned()), "{labels:?}");
}

/// Two machines sent to each other, and somebody put their logs into one file.
#[test]
fn the_log_of_several_machines_is_nobodys() {
    let full = entry("192.0.2.1:5060 -> 192.0.2.2:5060", 1)
        + &entry("192.0.2.1:5060 -> 192.0.2.2:5060", 2);
    let own = entry("sent to 192.0.2.2:5060", 1)
        + &entry("received from 192.0.2.1:5060", 2)
        + &entry("sent to 203.0.113.9:5060", 3);
    let (labels, evidence) = nodes(&full, &own);
    assert!(evidence.is_empty(), "{evidence:?}");
    assert_eq!(labels.len(), 4, "{labels:?}");
}

/// Each knows the address of the other.
#[test]
fn logs_of_both_ends_tell_who_wrote_them() {
    let one = entry("sent to 192.0.2.2:5060", 1) + &entry("received from 192.0.2.2:5060", 2);
    let other = entry("received from 192.0.2.1:5060", 1) + &entry("sent to 192.0.2.1:5060", 2);
    let (labels, evidence) = nodes(&one, &other);
    assert_eq!(labels, ["192.0.2.1", "192.0.2.2"]);
    assert_eq!(evidence, ["own.log = 192.0.2.2:5060 x2"]);
    // What one of them saw alone is of the same two.
    let alone = entry("sent to 192.0.2.2:5060", 3);
    let (labels, evidence) = nodes(&(one + &alone), &other);
    assert_eq!(labels, ["192.0.2.1", "192.0.2.2"]);
    assert_eq!(
        evidence,
        [
            "192.0.2.1:5060 = full.log x2",
            "own.log = 192.0.2.2:5060 x2"
        ]
    );
}

/// The log of two machines in one file, and that of one of them.
#[test]
fn a_log_of_both_ends_is_nobodys() {
    let one = entry("sent to 192.0.2.2:5060", 1) + &entry("received from 192.0.2.2:5060", 2);
    let other = entry("received from 192.0.2.1:5060", 1) + &entry("sent to 192.0.2.1:5060", 2);
    let of_one = one.clone();
    let (_, evidence) = nodes(&(one + &other), &of_one);
    assert!(
        !evidence.iter().any(|join| join.contains("full.log")),
        "{evidence:?}"
    );
}
