//! What the machine has to give: threads, memory, disk. More of it changes nothing but the time it takes, and what is missing is said.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test")]

use crate::support;

use std::fs;
use std::process::Command;

use crate::program::{said, sipscope};
use support::captures::{Record, written};
use support::exchange::{alice, bob};
use support::frames::udp_frame;
use support::sip::request;

const SAMPLE: &str = "samples/call.pcap";

/// Threads take half a MiB of an input at a time, and a quarter of what is read again: there are several of both.
#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.pcapng");
    let path = path.to_str().unwrap();
    let flow = [
        "flows",
        "synthesize",
        "rfc3665-two-proxies",
        "--break",
        "MF03@F5",
    ];
    assert!(
        sipscope(&[&flow[..], &["--count", "100", "-o", path]].concat())
            .status
            .success()
    );
    assert!(fs::metadata(path).unwrap().len() > 1 << 20);
    for command in [
        &["summary", "-f", "json"][..],
        &["messages", "-f", "json"],
        &["calls", "-f", "csv"],
        &["nodes", "--evidence"],
        &["audit", "-f", "ndjson"],
        &["flows", "match", "-f", "json"],
        &["report"],
    ] {
        let told = |threads| {
            let output = sipscope(&[command, &["-q", "--threads", threads, path]].concat());
            assert!(output.stdout.len() > 500, "{command:?}: {}", said(&output));
            output.stdout
        };
        assert!(told("1") == told("3"), "{command:?}");
    }
}

/// The device is always full.
#[test]
fn an_output_that_cannot_be_written_is_said() {
    let full = std::path::Path::new("/dev/full");
    if !full.exists() {
        println!("there is no /dev/full: left out");
        return;
    }
    for words in [
        &["summary", SAMPLE][..],
        &["messages", SAMPLE],
        &["audit", "-f", "json", SAMPLE],
        &["report", SAMPLE],
        &["ladder", "-f", "svg", SAMPLE, "1"],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_sipscope"))
            .args(words)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdout(fs::File::options().write(true).open(full).unwrap())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(3), "{words:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        let expected = "sipscope: standard output: cannot be written: No space left on device";
        assert!(
            said.lines().any(|line| line.starts_with(expected)),
            "{words:?}: {said}"
        );
    }
}

/// What comes out of a pipe cannot be read twice and goes to an unnamed file, but not where nobody reads it again.
#[test]
fn a_summary_writes_nothing_to_the_disk() {
    let run = |command: &str| {
        Command::new(env!("CARGO_BIN_EXE_sipscope"))
            .args([command, "-"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("TMPDIR", "/no/such/folder")
            .stdin(fs::File::open(SAMPLE).unwrap())
            .output()
            .unwrap()
    };
    assert_eq!(run("summary").status.code(), Some(0));
    let output = run("messages");
    assert_eq!(output.status.code(), Some(3));
    assert!(
        said(&output).contains("/no/such/folder"),
        "{}",
        said(&output)
    );
}

/// Twice as many bytes in as many messages: the same is held of them.
#[test]
fn memory_does_not_grow_with_the_size_of_messages() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.pcap");
    let body = "x".repeat(60_000);
    let lines = ["Content-Type: text/plain"];
    let record = |number: u64| {
        let call_id = format!("large{number}");
        let text = request("MESSAGE", "sip:bob@example.com", &call_id, 1, &lines, &body);
        Record::new(number, 0, udp_frame(alice(), bob(), text))
    };
    let records: Vec<_> = (0..1500).map(record).collect();
    let file = written(&records);
    fs::copy(file.path(), &path).unwrap();
    assert!(fs::metadata(&path).unwrap().len() > 85 << 20);
    for command in ["summary", "calls", "audit"] {
        // Of all that is mapped, the code of the program and of its threads included.
        let script = "ulimit -v 80000 && exec \"$0\" \"$1\" --quiet --threads 1 \"$2\"";
        let output = Command::new("sh")
            .args(["-c", script, env!("CARGO_BIN_EXE_sipscope"), command])
            .arg(&path)
            .output()
            .unwrap();
        assert!(output.status.success(), "{command}: {}", said(&output));
    }
}
