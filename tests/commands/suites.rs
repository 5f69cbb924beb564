//! Documented flows for build servers: verdicts as cases of a JUnit report, from `flows match` and beside an audit.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::program::sipscope;

/// A capture of a call between two users, played with these options.
fn played(folder: &TempDir, options: &[&str]) -> PathBuf {
    let path = folder.path().join("call.pcapng");
    let mut arguments = vec!["flows", "synthesize", "rfc3665-session"];
    arguments.extend(options);
    arguments.extend(["-o", path.to_str().unwrap()]);
    assert!(sipscope(&arguments).status.success());
    path
}

/// The exit status and the report of `flows match`.
fn matched(path: &Path, options: &[&str]) -> (Option<i32>, String) {
    let mut arguments = vec!["flows", "match", "-q", "-f", "junit"];
    arguments.extend(options);
    arguments.push(path.to_str().unwrap());
    let output = sipscope(&arguments);
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

#[test]
fn a_flow_that_is_kept_to_is_a_case_that_passes() {
    let folder = TempDir::new().unwrap();
    let (status, report) = matched(&played(&folder, &[]), &[]);
    assert_eq!(status, Some(0));
    let expected = concat!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
        "<testsuites name=\"sipscope\">\n",
        "  <testsuite name=\"flows\" tests=\"1\" errors=\"0\" failures=\"0\" skipped=\"0\">\n",
        "    <testcase classname=\"sipscope.flows\" name=\"rfc3665-session: call 1\"/>\n",
        "  </testsuite>\n",
        "</testsuites>\n",
    );
    assert_eq!(report, expected);
}

#[test]
fn a_flow_that_is_not_kept_to_fails_with_the_step() {
    let folder = TempDir::new().unwrap();
    let path = played(&folder, &["--reorder", "F2,F3"]);
    let (status, report) = matched(&path, &["--flow", "rfc3665-session"]);
    assert_eq!(status, Some(1), "{report}");
    assert!(report.contains("failures=\"1\" skipped=\"0\""), "{report}");
    assert!(report.contains("<failure type=\"fail\" message=\"call 1: rfc3665-session fail"));
    let failure = report.split_once("<failure").unwrap().1;
    assert!(failure.contains("out of order"), "{report}");
    assert!(!failure.contains("matched message 1"), "{report}");
}

#[test]
fn what_nobody_can_tell_is_skipped_unless_it_is_to_fail() {
    let folder = TempDir::new().unwrap();
    let path = played(&folder, &["--drop", "F6"]);
    let (status, report) = matched(&path, &[]);
    assert_eq!(status, Some(0), "{report}");
    assert!(report.contains("failures=\"0\" skipped=\"1\""), "{report}");
    assert!(report.contains("<skipped message=\"call 1: rfc3665-session inconclusive"));
    let (status, report) = matched(&path, &["--fail-on", "inconclusive"]);
    assert_eq!(status, Some(1), "{report}");
    assert!(
        report.contains("<failure type=\"inconclusive\""),
        "{report}"
    );
}

#[test]
fn a_flow_that_is_not_there_is_no_success() {
    let folder = TempDir::new().unwrap();
    let path = played(&folder, &[]);
    let (status, report) = matched(&path, &["--flow", "presence-fetch"]);
    assert_eq!(status, Some(1));
    assert!(
        report.contains("tests=\"1\" errors=\"1\" failures=\"0\""),
        "{report}"
    );
    assert!(report.contains("name=\"presence-fetch\"><error message=\"No call begins as"));
    let nothing = folder.path().join("nothing.pcap");
    std::fs::write(&nothing, "no capture at all").unwrap();
    let (status, report) = matched(&nothing, &[]);
    assert_eq!(status, Some(3));
    assert!(report.contains("tests=\"2\" errors=\"2\""), "{report}");
}

#[test]
fn an_audit_tells_a_flow_as_a_suite_of_its_own() {
    let folder = TempDir::new().unwrap();
    let path = played(&folder, &[]);
    let path = path.to_str().unwrap();
    let output = sipscope(&[
        "audit",
        "-q",
        "-f",
        "junit",
        "--flow",
        "rfc3665-session",
        path,
    ]);
    assert!(output.status.success());
    let report = String::from_utf8(output.stdout).unwrap();
    let (rules, flows) = report
        .split_once("<testsuite name=\"flows\" tests=\"1\"")
        .unwrap();
    assert!(rules.contains("<testsuite name=\"inputs\""));
    assert!(
        flows.contains("name=\"rfc3665-session: call 1\"/>"),
        "{report}"
    );
}
