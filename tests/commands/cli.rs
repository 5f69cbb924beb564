//! The program as people and scripts meet it: output forms, exit status, standard input, closed pipes.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use crate::program::{json, sipscope};
use serde_json::Value;
use tempfile::TempDir;

const SAMPLE: &str = "samples/call.pcap";

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn summary_json_has_the_promised_shape() {
    let summary = json(&["summary", "--format", "json", SAMPLE]);
    assert_eq!(summary["schema"], "sipscope.summary/1");
    assert_eq!(summary["inputs"][0]["path"], SAMPLE);
    assert_eq!(summary["inputs"][0]["format"], "pcap");
    let accounting = &summary["accounting"];
    let number = |key: &str| accounting[key].as_u64().unwrap();
    let parts = number("sip_records") + number("other_records") + number("undecodable_records");
    assert_eq!(number("records"), parts);
    assert_eq!(summary["inputs"][0]["records"], accounting["records"]);
    assert!(accounting["undecodable"].is_object());
    // The sample holds two calls of seven messages over three links.
    assert_eq!(summary["sightings"], 42);
    assert_eq!(summary["requests"]["INVITE"], 6);
    assert_eq!(summary["requests"]["ACK"], 6);
    assert_eq!(summary["requests"]["BYE"], 6);
    assert_eq!(summary["responses"]["100"], 6);
    assert_eq!(summary["responses"]["180"], 6);
    assert_eq!(summary["responses"]["200"], 12);
    assert_eq!(summary["call_ids"], 2);
    assert_eq!(summary["transports"]["UDP"], 21);
    assert_eq!(summary["transports"]["TCP"], 21);
    assert_eq!(summary["anomalies"], Value::Array(Vec::new()));
}

#[test]
fn summary_for_people_prints_the_sum() {
    let output = sipscope(&["summary", SAMPLE]);
    let text = text(&output.stdout);
    assert!(text.contains("undecodable (adds up)"), "{text}");
    assert!(text.contains("SIP messages as captured: 42"), "{text}");
}

#[test]
fn messages_and_show_give_the_same_bytes_as_the_capture() {
    let output = sipscope(&["messages", "--format", "json", SAMPLE]);
    let capture = fs::read(SAMPLE).unwrap();
    let rows: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(rows.len(), 42);
    for (index, row) in rows.iter().enumerate() {
        assert_eq!(row["number"], index + 1);
        assert_eq!(row["input"], SAMPLE);
        assert_eq!(row["records"][0], row["record"]);
        let number = (index + 1).to_string();
        let shown = sipscope(&["show", "--format", "raw", SAMPLE, &number]).stdout;
        assert_eq!(row["bytes"], shown.len());
        assert!(shown.starts_with(row["start_line"].as_str().unwrap().as_bytes()));
        if row["records"].as_array().unwrap().len() == 1 {
            assert!(memchr::memmem::find(&capture, &shown).is_some());
        }
    }
}

#[test]
fn show_says_where_a_message_came_from() {
    let output = text(&sipscope(&["show", SAMPLE, "1"]).stdout);
    assert!(output.starts_with("message 1  "), "{output}");
    assert!(output.contains("of samples/call.pcap"), "{output}");
    assert!(output.contains("\nINVITE sip:"), "{output}");
    let shown = json(&["show", "--format", "json", SAMPLE, "1"]);
    assert_eq!(shown["schema"], "sipscope.show/1");
    assert!(shown["message"].as_str().unwrap().ends_with("\r\n"));
}

#[test]
fn show_json_takes_the_message_apart() {
    let shown = json(&["show", "--format", "json", SAMPLE, "1"]);
    let message = shown["message"].as_str().unwrap();
    let parsed = &shown["parsed"];
    let headers = parsed["headers"].as_array().unwrap();
    let names: Vec<_> = headers.iter().map(|header| &header["name"]).collect();
    assert_eq!(names[..4], ["Via", "Max-Forwards", "Route", "Route"]);
    // The Via line begins behind the first line of 60 bytes and its line end.
    assert_eq!(headers[0]["name_span"], serde_json::json!([62, 65]));
    let via = &headers[0]["values"][0]["typed"];
    assert_eq!(
        (&via["transport"], &via["host"]),
        (&"UDP".into(), &"10.64.0.1".into())
    );
    assert_eq!(via["port"], 5060);
    for header in headers {
        let span = |key: &str, end: usize| header[key][end].as_u64().unwrap() as usize;
        let value = &message[span("value_span", 0)..span("value_span", 1)];
        assert_eq!(
            header["values"][0]["text"], value,
            "the sample has no lists"
        );
    }
    // Route, P-Access-Network-Info, From, To, Call-ID: it has no reader for the second and the last.
    let rsip = headers[3..8]
        .iter()
        .map(|header| header["values"][0]["rsip"].as_str());
    let agrees = Some("agrees");
    assert_eq!(
        rsip.collect::<Vec<_>>(),
        [agrees, None, agrees, agrees, None]
    );
    assert_eq!(parsed["first_line"]["uri"]["user"], "+4930200000001");
    assert_eq!(parsed["body"]["format"], "sdp");
    assert_eq!(parsed["problems"], serde_json::json!([]));
}

#[test]
fn exit_status_tells_how_it_went() {
    let status = |arguments: &[&str]| sipscope(arguments).status.code();
    assert_eq!(status(&["summary", SAMPLE]), Some(0));
    assert_eq!(status(&["show", SAMPLE, "999"]), Some(1));
    assert_eq!(status(&["show", SAMPLE, "0"]), Some(1));
    assert_eq!(status(&["summary"]), Some(2));
    assert_eq!(status(&["summary", "--threads", "0", SAMPLE]), Some(2));
    assert_eq!(status(&["summary", "no such file"]), Some(3));
    // What can be read is read all the same.
    let output = sipscope(&["summary", "Cargo.toml", SAMPLE]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stdout).contains("SIP messages as captured: 42"));
    let complaint = text(&output.stderr);
    let expected = "sipscope: Cargo.toml: no known format at offset 0";
    assert!(complaint.starts_with(expected), "{complaint}");
}

#[test]
fn show_without_a_number_says_that_it_needs_one() {
    for arguments in [&["show", SAMPLE][..], &["show", SAMPLE, SAMPLE]] {
        let output = sipscope(arguments);
        assert_eq!(output.status.code(), Some(2));
        let complaint = text(&output.stderr);
        assert!(
            complaint.contains("message number is needed"),
            "{complaint}"
        );
    }
}

/// A directory with the sample and this beside it: what can be read is read, what cannot is said.
fn expect_complaint(directory: &TempDir, complaint: &str) {
    fs::copy(SAMPLE, directory.path().join("call.pcap")).unwrap();
    let output = sipscope(&["summary", directory.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3), "{complaint}");
    assert!(text(&output.stdout).contains("SIP messages as captured: 42"));
    let said = text(&output.stderr);
    assert!(said.contains(complaint), "{said}");
}

/// A file of another kind in a directory is passed over, but a capture that is packed was meant.
#[test]
fn a_capture_packed_with_xz_in_a_directory_is_unreadable() {
    let directory = tempfile::tempdir().unwrap();
    let magic = [0xfd, b'7', b'z', b'X', b'Z', 0];
    let file = [&magic[..], &[0; 100]].concat();
    fs::write(directory.path().join("more.pcap.xz"), file).unwrap();
    expect_complaint(&directory, "more.pcap.xz: is packed with xz");
}

/// The memory of a process is a file that even root cannot read at its start.
#[cfg(target_os = "linux")]
#[test]
fn a_file_in_a_directory_that_cannot_be_read_is_unreadable() {
    let directory = tempfile::tempdir().unwrap();
    let link = directory.path().join("more.pcap");
    std::os::unix::fs::symlink("/proc/self/mem", link).unwrap();
    expect_complaint(&directory, "more.pcap: cannot be read at offset 0");
}

#[cfg(target_os = "linux")]
#[test]
fn nobody_to_complain_to_is_no_crash() {
    let run = |arguments: &[&str]| {
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        Command::new(env!("CARGO_BIN_EXE_sipscope"))
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stderr(full)
            .output()
            .unwrap()
    };
    let output = run(&["summary", "no such file", SAMPLE]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stdout).contains("SIP messages as captured: 42"));
    assert_eq!(run(&["show", SAMPLE, "999"]).status.code(), Some(1));
    assert_eq!(run(&["show", SAMPLE]).status.code(), Some(2));
}

#[test]
fn a_capture_without_sip_has_no_messages() {
    let header = &fs::read(SAMPLE).unwrap()[..24];
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), header).unwrap();
    let path = file.path().to_str().unwrap();
    assert_eq!(sipscope(&["messages", path]).status.code(), Some(1));
    assert_eq!(sipscope(&["summary", path]).status.code(), Some(0));
}

#[test]
fn standard_input_is_an_input() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(["show", "--format", "raw", "-", "3"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let capture = fs::read(SAMPLE).unwrap();
    child.stdin.take().unwrap().write_all(&capture).unwrap();
    let piped = child.wait_with_output().unwrap();
    let direct = sipscope(&["show", "--format", "raw", SAMPLE, "3"]);
    assert!(piped.status.success());
    assert_eq!(piped.stdout, direct.stdout);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(["messages", SAMPLE])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stderr), "");
}

/// What is wrong, where, and what to do.
#[test]
fn what_cannot_be_done_is_told_with_what_can() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("none/out.txt");
    let inside = inside.to_str().unwrap();
    let parent = folder.path().join("none");
    let parent = parent.to_str().unwrap();
    let none = folder.path().join("accepted.txt");
    let none = none.to_str().unwrap();
    let cases: [(&[&str], i32, String); 29] = [
        (
            &["calls"],
            2,
            "the following required arguments were not provided: <FILE>...; see `sipscope calls --help`".to_owned(),
        ),
        (
            &["flows", "match", "--flows", SAMPLE],
            2,
            "unexpected argument '--flows' found; a similar argument exists: '--flow'; see `sipscope flows match --help`".to_owned(),
        ),
        (
            &["calls", "--format", "\u{202e}lmth", SAMPLE],
            2,
            "invalid value '\\u{202e}lmth' for '--format <FORMAT>' [possible values: text, json, csv]; see `sipscope calls --help`".to_owned(),
        ),
        (
            &["calls", "--since", "noon", SAMPLE],
            2,
            "invalid value 'noon' for '--since <TIME>': a time with its zone is wanted, such as 2026-01-31T12:00:00Z; see `sipscope calls --help`".to_owned(),
        ),
        (
            &["calls", SAMPLE, "-o", "calls.html"],
            2,
            "the name calls.html does not tell the form: --format does, or one of .txt, .json, .csv at its end".to_owned(),
        ),
        (
            &["sumary", SAMPLE],
            2,
            "sumary is neither a file nor a command: `sipscope --help` lists the commands".to_owned(),
        ),
        (
            &["-q", "summary", SAMPLE],
            2,
            "options of `sipscope summary` stand behind its name".to_owned(),
        ),
        (
            &["ladder", SAMPLE, "1", "2"],
            2,
            "1: there is no such file, and behind the files stands one number only".to_owned(),
        ),
        (
            &["show", SAMPLE, "3", "4"],
            2,
            "3: there is no such file, and behind the files stands one number only".to_owned(),
        ),
        (
            &["ladder", SAMPLE, "--all", "-o", "all.svg"],
            2,
            "the name all.svg is that of one file, and several are written: name a folder for them".to_owned(),
        ),
        (
            &["anonymize", SAMPLE, "samples/flows/rfc3665-two-proxies.pcapng", "-o", "out.pcapng"],
            2,
            "the name out.pcapng is that of one file, and several are written: name a folder for them".to_owned(),
        ),
        (
            &["audit", SAMPLE, "--templates", "samples"],
            2,
            "--templates: --flow names the flow of them that is meant".to_owned(),
        ),
        (
            &["audit", SAMPLE, "--write-baseline", "-"],
            2,
            "--write-baseline names a file".to_owned(),
        ),
        (
            &["calls", SAMPLE, "-o", inside],
            3,
            format!("{inside}: there is no directory {parent}: make it first"),
        ),
        (
            &["audit", SAMPLE, "--baseline", none],
            3,
            format!("{none}, which `sipscope audit --write-baseline {none} INPUT` writes: No such file or directory (os error 2)"),
        ),
        (
            &["calls", SAMPLE, "--config", none],
            3,
            format!("{none}: these settings cannot be read: --config names a file with others: No such file or directory (os error 2)"),
        ),
        (
            &["export", SAMPLE, "-o", "call.doc"],
            2,
            "the name call.doc does not tell the form: --format does, or one of .pcapng, .pcap, .txt, .json, .xml at its end".to_owned(),
        ),
        (
            &["hop", SAMPLE],
            2,
            "a hop number is needed behind the files, as `sipscope call` gives it".to_owned(),
        ),
        (
            &["ladder", SAMPLE, "abc"],
            2,
            "abc: there is no such file, and it is no number of a call, as `sipscope calls` gives it".to_owned(),
        ),
        (
            &["show", SAMPLE, "abc"],
            2,
            "abc is none: a message number is needed behind the files, as `sipscope messages` gives it".to_owned(),
        ),
        (
            &["calls", SAMPLE, "--year", "abc"],
            2,
            "invalid value 'abc' for '--year <YEAR>': a whole number is wanted; see `sipscope calls --help`".to_owned(),
        ),
        (
            &["audit", SAMPLE, "--only", "via", "--ignore", "via"],
            2,
            "--only and --ignore leave no rule that is held to: `sipscope rules` lists them".to_owned(),
        ),
        (
            &["audit", SAMPLE, "--write-baseline", inside, "--baseline", none],
            2,
            "the argument '--write-baseline <FILE>' cannot be used with '--baseline <FILE>'; see `sipscope audit --help`".to_owned(),
        ),
        (
            &["audit", SAMPLE, "--only", "vi07"],
            2,
            "invalid value 'vi07' for '--only <RULE>': there is no code, name, family or severity of a rule called vi07; is VIA07 meant? \
             `sipscope rules` lists them; see `sipscope audit --help`".to_owned(),
        ),
        (
            &["audit", SAMPLE, "--flow", "rfc3665-sesion"],
            2,
            "there is no flow rfc3665-sesion; is rfc3665-session meant? `sipscope flows` lists them".to_owned(),
        ),
        (
            &["ladder", SAMPLE, "1", "--paper", "a4"],
            2,
            "--paper: only pictures have pages: -o NAME.svg draws one".to_owned(),
        ),
        (
            &["ladder", SAMPLE, "1", "--theme", "dark"],
            2,
            "--theme: only pictures have one that is dark: -o NAME.svg draws one".to_owned(),
        ),
        (
            &["ladder", SAMPLE, "--all", "-f", "html", "--width", "90", "-o", parent],
            2,
            "--width: only text has columns of characters: without -f and -o it is drawn".to_owned(),
        ),
        (
            &["ladder", SAMPLE, "1", "-o", "/proc/call.svg"],
            3,
            "/proc/call.svg: no file can be made there: name another place: entity not found".to_owned(),
        ),
    ];
    for (arguments, status, said) in cases {
        // Options in front of a command are no options of it.
        let quiet: &[&str] = if arguments[0] == "-q" { &[] } else { &["-q"] };
        let output = sipscope(&[arguments, quiet].concat());
        assert_eq!(text(&output.stderr), format!("sipscope: {said}\n"));
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
    }
}

/// These take no -q, and the same holds for them.
#[test]
fn what_is_no_flow_no_rule_and_no_template_is_told_with_what_to_do() {
    let file = "Cargo.toml";
    let cases: [(&[&str], i32, &str); 6] = [
        (
            &["flows", "show", "rfc3665-sesion"],
            2,
            "there is no flow rfc3665-sesion; is rfc3665-session meant? `sipscope flows` lists them",
        ),
        (
            &["flows", "draw", "zzz"],
            2,
            "there is no flow zzz; `sipscope flows` lists them",
        ),
        (
            &["rules", "explain", "vi07"],
            2,
            "there is no rule vi07; is VIA07 meant? `sipscope rules` lists them",
        ),
        (
            &["manual", file],
            3,
            "Cargo.toml: the directory for the pages cannot be made: name another one: File exists (os error 17)",
        ),
        (
            &["flows", "check", "samples"],
            3,
            "samples: a file with a template is wanted; --templates names a directory of them: Is a directory (os error 21)",
        ),
        (
            &["flows", "--templates", file],
            3,
            "Cargo.toml: --templates names a directory of templates: Not a directory (os error 20)",
        ),
    ];
    for (arguments, status, said) in cases {
        let output = sipscope(arguments);
        assert_eq!(text(&output.stderr), format!("sipscope: {said}\n"));
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
    }
}

#[test]
fn every_command_that_writes_a_file_takes_standard_output_for_a_dash() {
    for command in [
        &["report", "samples/call.pcap"][..],
        &["document", "samples/call.pcap", "1"],
        &["ladder", "-f", "svg", "samples/call.pcap", "1"],
        &["flows", "draw", "-f", "svg", "ims-registration"],
        &["calls", "samples/call.pcap"],
    ] {
        let plain = sipscope(command);
        let dash = sipscope(&[command, &["-o", "-"]].concat());
        assert!(dash.status.success(), "{command:?}");
        assert!(!plain.stdout.is_empty(), "{command:?}");
        assert_eq!(dash.stdout, plain.stdout, "{command:?}");
    }
}
