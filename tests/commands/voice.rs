//! One voice: what several commands tell of the same inputs agrees, over all samples; outputs, forms, colours and filters are the
//! same for all of them.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{json, printed, sipscope};
use serde_json::Value;

const TRACE: &str = "samples/call.pcap";

/// The samples, each for itself, and what is one message a file together.
fn samples() -> Vec<PathBuf> {
    let mut samples = vec![
        "samples/torture".into(),
        TRACE.into(),
        "samples/call.hep".into(),
    ];
    for folder in ["documents", "flows", "logs"] {
        let files = fs::read_dir(format!("{}/samples/{folder}", env!("CARGO_MANIFEST_DIR")));
        let names = files.unwrap().map(|file| file.unwrap().file_name());
        samples.extend(names.map(|name| PathBuf::from("samples").join(folder).join(name)));
    }
    samples.sort();
    samples
}

/// A part of the page that holds data.
fn embedded(page: &str, name: &str) -> Value {
    let begin = format!("<script type=\"application/json\" id=\"{name}\">");
    let (_, rest) = page.split_once(&begin).unwrap();
    serde_json::from_str(rest.split("</script>").next().unwrap()).unwrap()
}

fn sum(rows: &[Value], key: &str) -> u64 {
    rows.iter().map(|row| row[key].as_u64().unwrap()).sum()
}

#[test]
fn counts_and_numbers_agree_between_commands() {
    let mut all = 0;
    for sample in samples() {
        let sample = sample.to_str().unwrap();
        let summary = json(&["summary", "-q", "-f", "json", sample]);
        let lines = printed(&["messages", "-q", "-f", "json", sample]);
        let messages: Vec<Value> = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let calls = json(&["calls", "-q", "-f", "json", sample]);
        let calls = calls["calls"].as_array().unwrap();
        let audit = json(&["audit", "-q", "-f", "json", sample]);
        let page = printed(&["report", "-q", sample]);

        all += messages.len();
        let seen = summary["sightings"].as_u64().unwrap();
        assert_eq!(sum(&messages, "seen"), seen, "{sample}");
        assert_eq!(sum(calls, "messages"), messages.len() as u64, "{sample}");
        let accounting = &audit["accounting"];
        assert_eq!(accounting["messages"], messages.len(), "{sample}");
        assert_eq!(accounting["calls"], calls.len(), "{sample}");
        let records = &summary["accounting"]["records"];
        assert_eq!(&accounting["records"], records, "{sample}");

        let of_page = embedded(&page, "calls");
        let of_page = of_page.as_array().unwrap();
        assert_eq!(of_page.len(), calls.len(), "{sample}");
        for (shown, call) in of_page.iter().zip(calls) {
            for (key, value) in call.as_object().unwrap() {
                assert_eq!(&shown[key], value, "{sample} {key}");
            }
        }
        assert_eq!(&embedded(&page, "facts")["accounting"]["records"], records);
        let findings = audit["findings"].as_array().unwrap();
        let of_calls = findings.iter().filter(|finding| !finding["call"].is_null());
        // What several messages of a node have in common is one finding of the audit, which tells in how many places it shows.
        for (severity, key) in [
            ("error", "errors"),
            ("warning", "warnings"),
            ("info", "infos"),
        ] {
            let audited = of_calls.clone().filter(|one| one["severity"] == severity);
            let shown: u64 = audited
                .map(|one| one["occurrences"].as_u64().unwrap())
                .sum();
            assert_eq!(sum(of_page, key), shown, "{sample} {severity}");
        }
        // The same message has the same number everywhere.
        let by_number: BTreeMap<u64, &Value> = messages
            .iter()
            .map(|message| (message["number"].as_u64().unwrap(), message))
            .collect();
        for finding in findings {
            let numbers = finding["messages"].as_array().unwrap();
            let records = finding["records"].as_array().unwrap();
            for (number, record) in numbers.iter().zip(records) {
                let message = by_number[&number.as_u64().unwrap()];
                assert_eq!(record, &message["record"], "{sample} {finding}");
            }
        }
        if let Some(number) = by_number.keys().next_back() {
            let shown = json(&["show", "-q", "-f", "json", sample, &number.to_string()]);
            assert_eq!(
                shown["start_line"], by_number[number]["start_line"],
                "{sample}"
            );
        }
    }
    assert!(all > 400, "{all}");
}

#[test]
fn all_forms_of_the_audit_tell_the_same_findings() {
    for sample in [
        "samples/torture",
        "samples/documents/numbered-steps.txt",
        TRACE,
    ] {
        let audit = json(&["audit", "-q", "-f", "json", sample]);
        let count = audit["findings"].as_array().unwrap().len();
        let of = |form: &str| printed(&["audit", "-q", "-f", form, sample]);
        assert_eq!(of("ndjson").lines().count(), count, "{sample}");
        assert_eq!(of("csv").matches("\r\n").count(), count + 1, "{sample}");
        let sarif: Value = serde_json::from_str(&of("sarif")).unwrap();
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), count, "{sample}");
        let text = of("text");
        let told = text.lines().filter(|line| {
            let severity = line
                .strip_prefix("  ")
                .and_then(|line| line.split(' ').next());
            matches!(severity, Some("error" | "warning" | "info"))
        });
        assert_eq!(told.count(), count, "{sample}");
    }
}

/// What is written to a file is what is printed, in the form that its name tells.
#[test]
fn every_command_writes_what_it_prints() {
    let folder = tempfile::tempdir().unwrap();
    let commands: [(&[&str], &str, &str); 13] = [
        (&["summary", TRACE], "json", "json"),
        (&["messages", TRACE], "jsonl", "json"),
        (&["calls", TRACE], "csv", "csv"),
        (&["call", TRACE, "1"], "json", "json"),
        (&["show", TRACE, "1"], "sip", "raw"),
        (&["nodes", TRACE], "json", "json"),
        (&["hop", TRACE, "2"], "json", "json"),
        (&["audit", TRACE], "sarif", "sarif"),
        (&["rules"], "md", "markdown"),
        (&["flows"], "json", "json"),
        (&["flows", "show", "refer"], "json", "json"),
        (&["flows", "match", TRACE], "json", "json"),
        (
            &["resolve", "samples/documents/rfc-layout.txt"],
            "json",
            "json",
        ),
    ];
    for (words, extension, form) in commands {
        let named = format!("out.{extension}");
        for (name, form) in [(named.as_str(), form), ("out.txt", "text"), ("out", "text")] {
            let path = folder.path().join(name);
            let path = path.to_str().unwrap();
            let written = [words, &["-o", path]].concat();
            assert_eq!(printed(&written), "", "{words:?}");
            let expected = printed(&[words, &["-f", form]].concat());
            assert!(!expected.is_empty());
            assert!(
                fs::read_to_string(path).unwrap() == expected,
                "{words:?} {form}"
            );
        }
    }
}

#[test]
fn a_command_that_fails_writes_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.txt");
    let output = sipscope(&["call", TRACE, "-o", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2), "two calls are meant");
    assert!(!path.exists());
}

/// ECMA-48 8.3.117: ESC [ 31 m begins red, ESC [ 0 m ends it. Taken away, the text is the same.
#[test]
fn colours_come_where_they_are_asked_for() {
    let commands: [&[&str]; 9] = [
        &["audit", "samples/documents/numbered-steps.txt"],
        &["hop", TRACE, "2"],
        &["flows", "match", "samples/flows/ims-registration.pcapng"],
        &["messages", TRACE],
        &["calls", TRACE],
        &["call", TRACE, "1"],
        &["ladder", "samples/documents/numbered-steps.txt", "1"],
        &["ladder", "-f", "ascii", "--width", "40", TRACE, "1"],
        &["flows", "draw", "-f", "text", "ims-registration"],
    ];
    for words in commands {
        let plain = printed(words);
        assert!(!plain.contains('\x1b'), "{words:?}: no terminal shows it");
        assert_eq!(printed(&[words, &["--color", "never"]].concat()), plain);
        let coloured = printed(&[words, &["--color", "always"]].concat());
        let without: String = coloured
            .split("\x1b[")
            .enumerate()
            .map(|(at, part)| match at {
                0 => part,
                _ => part.split_once('m').unwrap().1,
            })
            .collect();
        assert_eq!(without, plain, "{words:?}");
        assert!(coloured.contains('\x1b'), "{words:?}");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        printed(&[words, &["-o", path.to_str().unwrap()]].concat());
        assert_eq!(fs::read_to_string(path).unwrap(), plain);
    }
}

/// A filter means the same calls to every command.
#[test]
fn filters_mean_the_same_calls_everywhere() {
    let hostile = "samples/torture";
    let all = json(&["audit", "-q", "-f", "json", hostile]);
    let listed = json(&["calls", "-q", "-f", "json", "--method", "REGISTER", hostile]);
    let numbers: Vec<&Value> = listed["calls"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| &call["number"])
        .collect();
    let messages = sum(listed["calls"].as_array().unwrap(), "messages");
    assert!(
        !numbers.is_empty()
            && numbers.len() < all["accounting"]["calls"].as_u64().unwrap() as usize
    );

    let some = json(&["audit", "-q", "-f", "json", "--method", "REGISTER", hostile]);
    let expected: Vec<&Value> = all["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| numbers.contains(&&finding["call"]))
        .collect();
    let got: Vec<&Value> = some["findings"].as_array().unwrap().iter().collect();
    assert!(!expected.is_empty() && got == expected);
    let lines = printed(&[
        "messages", "-q", "-f", "json", "--method", "REGISTER", hostile,
    ]);
    assert_eq!(lines.lines().count() as u64, messages);

    // Verdicts are counted of these calls only.
    let of_two = json(&["audit", "-q", "-f", "json", TRACE]);
    let of_one = json(&[
        "audit",
        "-q",
        "-f",
        "json",
        "--from",
        "4930100000001",
        TRACE,
    ]);
    let passed = |audit: &Value| audit["rules"]["MF01"]["pass"].as_u64().unwrap();
    assert_eq!(passed(&of_two), 2 * passed(&of_one));
    let text = printed(&["audit", "-q", "--from", "4930100000001", TRACE]);
    assert_eq!(text, "0 errors, 0 warnings, 0 info in 1 of 2 calls\n");

    let matched = json(&[
        "flows",
        "match",
        "-q",
        "-f",
        "json",
        "--from",
        "4930100000001",
        TRACE,
    ]);
    let calls: Vec<&Value> = matched["flows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|flow| &flow["calls"])
        .collect();
    assert!(
        calls.iter().all(|calls| **calls == serde_json::json!([1])),
        "{calls:?}"
    );
    let of_first = ["--from", "4930100000001", TRACE];
    let told = |of: &[&str]| json(&[&["summary", "-q", "-f", "json"][..], of].concat());
    let (whole, of_first) = (told(&[TRACE]), told(&of_first));
    let meant = serde_json::json!({"calls": 1, "of_calls": 2, "of_sightings": 42});
    assert_eq!(
        (&of_first["meant"], &of_first["sightings"]),
        (&meant, &serde_json::json!(21))
    );
    let requests = serde_json::json!({"ACK": 3, "BYE": 3, "INVITE": 3});
    assert_eq!(of_first["requests"], requests);
    assert_eq!(of_first["call_ids"], 1);
    assert_eq!(of_first["accounting"], whole["accounting"]);
    assert!(whole["meant"].is_null());
    for command in ["call", "ladder", "document"] {
        let by_number = printed(&[command, "-q", TRACE, "2"]);
        assert_eq!(
            printed(&[command, "-q", "--from", "4930100000002", TRACE]),
            by_number,
            "{command}"
        );
    }
}

/// Nodes are those that the calls came by.
#[test]
fn filters_choose_nodes_by_calls() {
    let inputs = ["samples/flows/ims-registration.pcapng", TRACE];
    let roles = |filter: &[&str]| -> Vec<String> {
        let words: [&[&str]; 3] = [&["nodes", "-q", "-f", "json"], filter, &inputs];
        let nodes = json(&words.concat());
        let nodes = nodes["nodes"].as_array().unwrap().iter();
        nodes
            .map(|node| node["role"].as_str().unwrap().to_owned())
            .collect()
    };
    let of_registration = ["UE", "P-CSCF", "I-CSCF", "S-CSCF"];
    assert_eq!(roles(&["--method", "REGISTER"]), of_registration);
    let all = roles(&[]);
    assert!(
        all.len() > 4
            && of_registration
                .iter()
                .all(|role| all.iter().any(|one| one == role))
    );
    let words: [&[&str]; 2] = [
        &["nodes", "-q", "-f", "toml", "--method", "REGISTER"],
        &inputs,
    ];
    let written = printed(&words.concat());
    assert_eq!(written.matches("\nlabel = ").count(), 4, "{written}");
    let none = sipscope(&["nodes", "-q", "--from", "nobody", TRACE]);
    assert_eq!(none.status.code(), Some(1));
}

/// What is asked for too vaguely, or twice, is said with what would do.
#[test]
fn one_call_is_named_or_the_only_one() {
    for command in ["call", "ladder", "document"] {
        let said = |arguments: &[&str]| {
            let output = sipscope(&[&[command, "-q", TRACE][..], arguments].concat());
            (
                output.status.code(),
                String::from_utf8(output.stderr).unwrap(),
            )
        };
        let (status, text) = said(&[]);
        assert_eq!(status, Some(2));
        assert!(
            text.contains("2 calls are meant (1, 2): say which behind the files"),
            "{text}"
        );
        let (status, text) = said(&["1", "--from", "alice"]);
        assert_eq!(status, Some(2));
        assert!(text.contains("filters are for more of them"), "{text}");
    }
}

/// All commands say it in the same words, and figures and pages of nothing are not written.
#[test]
fn filters_that_match_nothing_are_told_alike() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (page, figures, copy) = (path("page.html"), path("figures"), path("copy.pcapng"));
    for words in [
        &["summary"][..],
        &["messages"],
        &["calls"],
        &["calls", "-f", "csv"],
        &["call"],
        &["nodes"],
        &["audit"],
        &["audit", "--flow", "refer"],
        &["flows", "match"],
        &["ladder"],
        &["ladder", "--all", "-o", &figures],
        &["document"],
        &["report"],
        &["report", "-o", &page],
        &["export", "-o", &copy],
    ] {
        let output = sipscope(&[words, &["-q", "--from", "nobody", TRACE]].concat());
        assert_eq!(output.status.code(), Some(1), "{words:?}");
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            "sipscope: none of 2 calls is meant by the filters: `sipscope calls` without them lists all\n",
            "{words:?}"
        );
        if words == ["report"] {
            assert!(output.stdout.is_empty());
        }
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

/// Where nothing is there, the filters are not to blame.
#[test]
fn filters_of_nothing_are_not_blamed() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pcap");
    // The header of a capture of Ethernet frames, without any.
    let capture = fs::read(TRACE).unwrap();
    fs::write(&empty, &capture[..24]).unwrap();
    for command in ["calls", "export"] {
        let copy = folder.path().join("copy.pcapng");
        let words = [command, "-q", "--from", "nobody", empty.to_str().unwrap()];
        let output = match command {
            "export" => sipscope(&[&words[..], &["-o", copy.to_str().unwrap()]].concat()),
            _ => sipscope(&words),
        };
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said, "sipscope: no SIP message in 0 records\n");
    }
}

/// What went well is green and what was refused red, in every command.
#[test]
fn a_colour_means_the_same_everywhere() {
    let trace = "samples/flows/ims-registration.pcapng";
    let always = |words: &[&str]| printed(&[words, &["--color", "always"]].concat());
    let messages = always(&["messages", trace]);
    assert!(messages.contains("\x1b[31mSIP/2.0 401 Unauthorized\x1b[0m"));
    assert!(messages.contains("\x1b[32mSIP/2.0 200 OK\x1b[0m"));
    assert!(always(&["calls", trace]).contains("\x1b[32mregistered"));
    let call = always(&["call", trace]);
    assert!(call.contains("\x1b[31m401\x1b[0m") && call.contains("\x1b[32m200\x1b[0m"));
    for ladder in [
        always(&["ladder", trace, "1"]),
        always(&["flows", "draw", "-f", "text", "ims-registration"]),
    ] {
        for painted in ["\x1b[1mREGISTER\x1b[0m", "\x1b[31m401 ", "\x1b[32m200 OK"] {
            assert!(ladder.contains(painted), "{painted:?}: {ladder}");
        }
    }
}

/// A mark in a ladder is as red as what it stands for, beside the arrow and below the figure.
#[test]
fn marks_have_the_colour_of_what_was_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.pcapng");
    let path = path.to_str().unwrap();
    printed(&[
        "flows",
        "synthesize",
        "rfc3665-two-proxies",
        "--break",
        "MF03",
        "-o",
        path,
    ]);
    let ladder = printed(&["ladder", "-q", "--color", "always", path]);
    let begins = |line: &&str| line.starts_with("\x1b[31m[1] \x1b[0merror MF03 ");
    assert_eq!(ladder.lines().filter(begins).count(), 1, "{ladder}");
    let request = "\x1b[1mINVITE (SDP)\x1b[0m\x1b[31m [1]\x1b[0m";
    assert_eq!(ladder.matches(request).count(), 1, "{ladder}");
}

/// Neither the order in which inputs are named, nor threads, nor where the user lives change what is told.
#[test]
fn the_same_inputs_give_the_same_bytes() {
    let mut files: Vec<String> = fs::read_dir("samples/flows")
        .unwrap()
        .map(|one| one.unwrap().path().to_str().unwrap().to_owned())
        .filter(|path| path.ends_with(".pcapng"))
        .collect();
    files.sort();
    files.push(TRACE.to_owned());
    files.push("samples/logs/pjsua.log".to_owned());
    let mut turned = files.clone();
    turned.reverse();
    for command in [
        &["summary", "-f", "json"][..],
        &["messages"],
        &["calls", "-f", "csv"],
        &["nodes"],
        &["audit", "-f", "sarif"],
        &["flows", "match"],
        &["report"],
    ] {
        let run = |files: &[String], threads: &str, zone: &str| {
            let output = Command::new(env!("CARGO_BIN_EXE_sipscope"))
                .args(command)
                .args(["-q", "--threads", threads])
                .args(files)
                .env("TZ", zone)
                .env("LC_ALL", if zone == "UTC" { "C" } else { "tr_TR.UTF-8" })
                .output()
                .unwrap();
            assert!(output.stdout.len() > 200, "{command:?}");
            output.stdout
        };
        let plain = run(&files, "1", "UTC");
        assert!(
            plain == run(&turned, "2", "America/St_Johns"),
            "{command:?}"
        );
    }
}

/// A capture that is written over is gone; so are a key and the names of nodes.
#[test]
fn what_is_read_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (capture, nodes, key) = (path("in.pcap"), path("nodes.toml"), path("key"));
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(TRACE), &capture).unwrap();
    fs::write(&nodes, "").unwrap();
    fs::write(&key, "secret").unwrap();
    let around = format!("{}/../{}/in.pcap", folder.path().display(), {
        folder.path().file_name().unwrap().to_str().unwrap()
    });
    for (words, output) in [
        (vec!["export", &capture, "1"], &capture),
        (vec!["export", &capture, "1"], &around),
        (vec!["messages", &capture], &capture),
        (vec!["calls", &capture, "--nodes", &nodes], &nodes),
        (vec!["ladder", &capture, "1", "-f", "svg"], &capture),
        (vec!["anonymize", &capture, "--key", &key], &key),
        (vec!["anonymize", &capture], &capture),
    ] {
        let read = || [&capture, &nodes, &key].map(|path| fs::read(path).unwrap());
        let before = read();
        let output = sipscope(&[words.as_slice(), &["-o", output]].concat());
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("this is to be read, and stays"), "{said}");
        assert!(read() == before, "{words:?}");
    }
}

/// Not in a directory that is read, either, nor under a name that is made of another, nor as a baseline.
#[test]
fn what_is_read_stays_under_any_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let all = path("");
    let names = ["in.pcap", "call-uac.xml", "call-1.svg"].map(path);
    let [capture, scenario, picture] = &names;
    for name in &names {
        fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(TRACE), name).unwrap();
    }
    let own = path("own.toml");
    let template = fs::read_to_string("templates/refer.toml").unwrap();
    fs::write(&own, template.replace("id = \"refer\"", "id = \"own\"")).unwrap();
    let to = path("call.xml");
    for words in [
        vec!["calls", &all, "-f", "text", "-o", capture],
        vec!["audit", capture, "--write-baseline", capture],
        vec!["audit", &all, "--write-baseline", capture],
        vec!["export", scenario, "1", "-o", &to],
        vec!["ladder", "--all", picture, "-f", "svg", "-o", &all],
        vec![
            "flows",
            "draw",
            "own",
            "--templates",
            &all,
            "-f",
            "svg",
            "-o",
            &own,
        ],
    ] {
        let read = || {
            let captures = names.iter().chain([&own]);
            captures
                .map(|path| fs::read(path).unwrap())
                .collect::<Vec<_>>()
        };
        let before = read();
        let output = sipscope(&words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("this is to be read, and stays"), "{said}");
        assert!(read() == before, "{words:?}");
    }
}
