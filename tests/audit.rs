//! The audit over whole files: what is right stays without findings, and what is wrong is shown where it is.
#![allow(clippy::unwrap_used, reason = "a test")]

mod support;

use std::process::{Command, Output};

use serde_json::Value;
use support::captures::{PcapStyle, Record, linktype, pcap};
use support::exchange::{alice, bob};
use support::frames::udp_frame;
use support::sip::{request, response};
use tempfile::NamedTempFile;

const SAMPLE: &str = "samples/call.pcap";

fn sipscope(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap()
}

/// A call that is refused; the request has this header line twice.
fn refused(twice: &str) -> NamedTempFile {
    let invite = request(
        "INVITE",
        "sip:bob@example.com",
        "one",
        1,
        &[twice, twice],
        "",
    );
    let busy = response(486, "Busy Here", "INVITE", "one", 1, &[], "");
    let records = [
        Record::new(1, 0, udp_frame(alice(), bob(), invite.as_bytes())),
        Record::new(2, 0, udp_frame(bob(), alice(), busy.as_bytes())),
    ];
    let file = NamedTempFile::new().unwrap();
    std::fs::write(
        file.path(),
        pcap(PcapStyle::default(), linktype::ETHERNET, &records),
    )
    .unwrap();
    file
}

#[test]
fn a_correct_trace_has_no_findings() {
    let output = sipscope(&["audit", SAMPLE]);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text, "0 errors, 0 warnings, 0 info in 2 calls\n");
}

#[test]
fn a_finding_is_marked_where_it_is_and_sets_the_status() {
    let file = refused("Subject: x");
    let path = file.path().to_str().unwrap();
    let output = sipscope(&["audit", path]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text
        .lines()
        .position(|line| line.trim() == "| Subject: x")
        .unwrap();
    let mark = text.lines().nth(line + 1).unwrap();
    assert!(
        mark.contains('^') && text.contains("SYN02 header-repeated"),
        "{text}"
    );
    let kept = sipscope(&["audit", "--fail-on", "never", path]);
    assert!(kept.status.success());
    let ignored = sipscope(&["audit", "--ignore", "SYN02", path]);
    assert!(ignored.status.success());
}

#[test]
fn programs_get_verdicts_and_findings() {
    let file = refused("Subject: x");
    let path = file.path().to_str().unwrap();
    let output = sipscope(&["audit", "--format", "json", path]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["schema"], "sipscope.audit/1");
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!(
        (&findings[0]["code"], &findings[0]["call"]),
        (&"SYN02".into(), &1.into())
    );
    assert_eq!(findings[0]["records"], serde_json::json!([1]));
    assert_eq!(report["rules"]["SYN02"]["fail"], 1);
    assert_eq!(report["rules"]["SYN02"]["pass"], 1);
    assert_eq!(report["accounting"]["adds_up"], true);
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let command = [
        "audit",
        "--only",
        "dialog",
        "samples/documents/numbered-steps.txt",
    ];
    let printed = String::from_utf8(sipscope(&command).stdout).unwrap();
    let readme = include_str!("../README.md");
    let shown = format!("$ sipscope {}\n{printed}```", command.join(" "));
    assert!(readme.contains(&shown), "{printed}");
}

#[test]
fn an_unknown_rule_is_wrong_usage() {
    let output = sipscope(&["audit", "--only", "SYN99", SAMPLE]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("`sipscope rules` lists them"), "{said}");
}

#[test]
fn rules_are_listed_and_explained() {
    let listed = String::from_utf8(sipscope(&["rules"]).stdout).unwrap();
    assert_eq!(listed.lines().count(), sipscope::rules::RULES.len());
    let explained = String::from_utf8(sipscope(&["rules", "explain", "mf03"]).stdout).unwrap();
    assert!(explained.starts_with("MF03 max-forwards-not-decremented"));
    assert!(explained.contains("RFC 3261 16.6 step 3"));
    assert_eq!(sipscope(&["rules", "explain", "XX"]).status.code(), Some(1));
}

#[test]
fn a_title_for_another_message_is_found_in_the_text_of_a_document() {
    let document = std::fs::read_to_string("samples/documents/numbered-steps.txt").unwrap();
    let title = "MESSAGE request (P-CSCF to S-CSCF) - see";
    let line = document
        .lines()
        .position(|line| line.starts_with(title))
        .unwrap()
        + 1;
    let wrong = document.replacen(title, "NOTIFY request (P-CSCF to S-CSCF) - see", 1);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("wrong.txt");
    std::fs::write(&path, wrong).unwrap();
    let path = path.to_str().unwrap();
    let report = sipscope(&["audit", "--only", "document", "--format", "json", path]);
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0]["code"], "DOC01");
    assert_eq!(findings[0]["subject"], "document");
    assert_eq!(findings[0]["lines"][0]["line"], line);
    assert_eq!(findings[0]["messages"].as_array().unwrap().len(), 1);
    let text = sipscope(&["audit", "--only", "document", path]).stdout;
    let text = String::from_utf8(text).unwrap();
    assert!(
        text.contains(&format!("wrong.txt line {line}: got NOTIFY request")),
        "{text}"
    );
}
