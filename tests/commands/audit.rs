//! The audit over whole files: what is right stays without findings, and what is wrong is shown where it is.
#![allow(clippy::unwrap_used, reason = "a test")]

use crate::support;

use std::process::{Command, Output};

use crate::program::{forms, said, sipscope};
use serde_json::Value;
use support::captures::{PcapStyle, Record, linktype, pcap, written};
use support::exchange::{alice, bob};
use support::frames::udp_frame;
use support::sip::{request, response};
use tempfile::NamedTempFile;

const SAMPLE: &str = "samples/call.pcap";

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
    // Of two messages one is a request, and none goes on.
    let verdicts = |code: &str| {
        let one = &report["rules"][code];
        ["pass", "fail", "not_applicable", "not_provable"].map(|kind| one[kind].as_u64().unwrap())
    };
    assert_eq!(verdicts("MF01"), [1, 0, 1, 0]);
    assert_eq!(verdicts("MF03"), [0, 0, 0, 0]);
    assert_eq!(report["accounting"]["adds_up"], true);
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
    assert_eq!(sipscope(&["rules", "explain", "XX"]).status.code(), Some(2));
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
    let report = sipscope(&["audit", "--only", "DOC01", "--format", "json", path]);
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0]["code"], "DOC01");
    assert_eq!(findings[0]["subject"], "document");
    assert_eq!(findings[0]["lines"][0]["line"], line);
    assert_eq!(findings[0]["messages"].as_array().unwrap().len(), 1);
    let text = sipscope(&["audit", "--only", "DOC01", path]).stdout;
    let text = String::from_utf8(text).unwrap();
    assert!(
        text.contains(&format!("wrong.txt line {line}: got NOTIFY request")),
        "{text}"
    );
}

/// What the reader of documents finds to contradict its message is a finding of the rule for it, in its line.
#[test]
fn claims_of_a_document_that_are_not_so_are_findings() {
    let slips = [
        (
            "Figure 7.1.1-1: Instant",
            "Figure 7.1.2-1: Instant",
            "DOC06",
        ),
        (
            "\nMESSAGE request (S-CSCF to AS)",
            "\nMESAGE request (S-CSCF to AS)",
            "DOC04",
        ),
        (
            "MESSAGE request to S-CSCF#2.",
            "INVITE request to S-CSCF#2.",
            "DOC05",
        ),
        (
            "Table 7.1.1-6: 202 (Accepted)",
            "Table 7.1.1-6: 200 (OK)",
            "DOC07",
        ),
    ];
    let mut document = std::fs::read_to_string("samples/documents/numbered-steps.txt").unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("wrong.txt");
    let findings = |document: &str| -> Vec<(String, u64)> {
        std::fs::write(&path, document).unwrap();
        let path = path.to_str().unwrap();
        let report = sipscope(&["audit", "--only", "document", "--format", "json", path]);
        let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap().iter();
        let shown = findings.map(|finding| {
            let line = finding["lines"][0]["line"].as_u64().unwrap();
            (finding["code"].as_str().unwrap().to_owned(), line)
        });
        shown.collect()
    };
    let mut expected = findings(&document);
    assert_eq!(expected.len(), 2, "those of the sample");
    for (right, wrong, code) in slips {
        let at = document.find(right).unwrap() + usize::from(right.starts_with('\n'));
        let line = document[..at].matches('\n').count() as u64 + 1;
        document = document.replacen(right, wrong, 1);
        expected.push((code.to_owned(), line));
    }
    let mut found = findings(&document);
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn any_number_of_threads_finds_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("many.pcapng");
    let path = path.to_str().unwrap();
    let played = sipscope(&[
        "flows",
        "synthesize",
        "rfc3665-two-proxies",
        "--count",
        "600",
        "--break",
        "MF03@F5",
        "-o",
        path,
    ]);
    assert!(played.status.success(), "{played:?}");
    // Threads take batches of 2 MiB: there have to be several of them.
    assert!(std::fs::metadata(path).unwrap().len() > 6 << 20);
    let found = |threads: &str| {
        let arguments = ["audit", "--format", "json", "--threads", threads, path];
        sipscope(&arguments).stdout
    };
    let alone = found("1");
    let report: Value = serde_json::from_slice(&alone).unwrap();
    assert_eq!(report["rules"]["MF03"]["fail"], 600);
    // One proxy does it: that is one finding, which names every message.
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0]["also"].as_array().unwrap().len(), 599);
    assert!(found("3") == alone);
}

/// What is said twice of a subject, as a program that reads it would be deceived.
const HOSTILE: &str = "Subject: =HYPERLINK(\"x\"),</failure>`|\u{202e}\u{7}";

fn report_of(form: &str, more: &[&str]) -> (Option<i32>, String) {
    let file = refused(HOSTILE);
    let path = file.path().to_str().unwrap();
    let mut arguments = vec!["audit", "--only", "SYN02", "--format", form];
    arguments.extend(more);
    arguments.push(path);
    let output = sipscope(&arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.is_empty(), "{said}");
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

#[test]
fn no_form_lets_through_what_deceives() {
    for form in forms(&["audit"]) {
        let (status, text) = report_of(&form, &[]);
        assert_eq!(status, Some(1), "{form}");
        assert!(text.contains("SYN02"), "{form}: {text}");
        assert!(!text.contains(['\u{202e}', '\u{7}']), "{form}: {text}");
    }
    let (_, junit) = report_of("junit", &[]);
    assert_eq!(junit.matches("</failure>").count(), 1, "{junit}");
    let (_, lines) = report_of("ndjson", &[]);
    let line: Value = serde_json::from_str(lines.trim_end()).unwrap();
    assert_eq!(line["code"], "SYN02");
}

#[test]
fn a_finding_in_json_has_all_keys() {
    let (_, text) = report_of("json", &[]);
    let report: Value = serde_json::from_str(&text).unwrap();
    let finding = report["findings"][0].as_object().unwrap();
    let keys = [
        "code",
        "name",
        "severity",
        "subject",
        "messages",
        "records",
        "lines",
        "headers",
        "expected",
        "got",
        "citations",
        "call",
        "call_id",
        "explanation",
    ];
    for key in keys {
        assert!(finding.contains_key(key), "{key}");
    }
    assert_eq!(finding["headers"][0]["name"], "Subject");
    let excluded = finding["explanation"]["excluded"].as_array().unwrap();
    let names: Vec<_> = excluded.iter().map(|one| &one["explanation"]).collect();
    let expected = [
        "retransmission",
        "duplicate capture",
        "capture gap",
        "log damage",
    ];
    assert_eq!(names, expected);
}

/// The properties that sarif-schema-2.1.0.json requires of what is written, and the kinds of their values.
#[test]
fn sarif_has_what_its_schema_requires() {
    let (_, text) = report_of("sarif", &[]);
    let log: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "sipscope");
    let rules = driver["rules"].as_array().unwrap();
    for rule in rules {
        assert!(rule["id"].is_string() && rule["shortDescription"]["text"].is_string());
        // What a rule says is written once.
        let own = sipscope::rules::rule(rule["id"].as_str().unwrap()).unwrap();
        let help = rule["help"]["text"].as_str().unwrap();
        assert!(help.contains(own.matters), "{help}");
        let level = rule["defaultConfiguration"]["level"].as_str().unwrap();
        assert!(["none", "note", "warning", "error"].contains(&level));
    }
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 1);
    let result = &results[0];
    assert!(result["message"]["text"].is_string());
    assert!(["none", "note", "warning", "error"].contains(&result["level"].as_str().unwrap()));
    let index = result["ruleIndex"].as_u64().unwrap() as usize;
    assert_eq!(rules[index]["id"], result["ruleId"]);
    let prints = result["partialFingerprints"].as_object().unwrap();
    assert!(prints.values().all(Value::is_string));
    let places = result["locations"].as_array().unwrap();
    assert_eq!(places.len(), 1);
    for place in places
        .iter()
        .chain(result["relatedLocations"].as_array().unwrap())
    {
        let uri = &place["physicalLocation"]["artifactLocation"]["uri"];
        assert!(uri.as_str().unwrap().is_ascii());
        assert!(place["properties"].is_object());
    }
}

#[test]
fn why_it_is_nothing_else_is_told_in_short_and_at_length() {
    let (_, short) = report_of("text", &[]);
    let names = "excluded: retransmission, duplicate capture, capture gap, log damage";
    assert!(short.contains(names), "{short}");
    let (_, long) = report_of("text", &["--explain"]);
    assert!(
        long.contains("no duplicate capture: it was seen once"),
        "{long}"
    );
}

#[test]
fn settings_are_found_above_and_say_what_is_wrong_with_them() {
    let directory = tempfile::tempdir().unwrap();
    let below = directory.path().join("a/b");
    std::fs::create_dir_all(&below).unwrap();
    let file = refused("Subject: x");
    let found = |settings: &str, more: &[&str]| {
        std::fs::write(directory.path().join("sipscope.toml"), settings).unwrap();
        Command::new(env!("CARGO_BIN_EXE_sipscope"))
            .args(["audit", "--format", "json"])
            .args(more)
            .arg(file.path())
            .current_dir(&below)
            .output()
            .unwrap()
    };
    let severity = |output: &Output| {
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        report["findings"][0]["severity"].clone()
    };
    assert_eq!(severity(&found("", &[])), "error");
    let warned = found("[rules]\nSYN02 = \"warning\"\n", &[]);
    assert_eq!(
        (severity(&warned), warned.status.code()),
        ("warning".into(), Some(0))
    );
    let said = String::from_utf8_lossy(&warned.stderr).into_owned();
    assert!(said.contains("sipscope: settings of "), "{said}");
    assert_eq!(
        severity(&found("[rules]\nSYN02 = \"off\"\n", &[])),
        Value::Null
    );
    let sender = "[[allow]]\nrule = \"SYN02\"\nnode = \"NODE\"\n";
    assert_eq!(severity(&found(sender, &[])), "error");
    let wrong = found("[rules]\nSYN2 = \"off\"\n", &[]);
    assert_eq!(wrong.status.code(), Some(2));
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(
        said.contains("line 2: SYN2: unknown rule") && said.contains("meant?"),
        "{said}"
    );
    let baseline = directory.path().join("known.txt");
    let baseline = baseline.to_str().unwrap();
    assert_eq!(
        severity(&found("", &["--write-baseline", baseline])),
        "error"
    );
    let accepted = found("baseline = \"known.txt\"\n", &[]);
    let report: Value = serde_json::from_slice(&accepted.stdout).unwrap();
    assert_eq!(
        (&report["findings"], &report["accepted"]),
        (&serde_json::json!([]), &1.into())
    );
    assert!(accepted.status.success());
}

/// A node has the name that the settings give it, and what they accept is drawn nowhere.
#[test]
fn all_commands_keep_to_the_settings() {
    let directory = tempfile::tempdir().unwrap();
    let file = refused("Subject: x");
    let run = |settings: &str, arguments: &[&str]| {
        std::fs::write(directory.path().join("sipscope.toml"), settings).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_sipscope"))
            .args(arguments)
            .arg(file.path())
            .current_dir(&directory)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let nodes: Value = serde_json::from_str(&run("", &["nodes", "--format=json"])).unwrap();
    let address = nodes["nodes"][0]["addresses"][0]["endpoint"]
        .as_str()
        .unwrap();
    let named = format!("[[node]]\naddresses = [\"{address}\"]\nlabel = \"front door\"\n");
    std::fs::write(directory.path().join("nodes.toml"), named).unwrap();
    let baseline = directory.path().join("known.txt");
    let baseline = baseline.to_str().unwrap();
    run(
        "nodes = \"nodes.toml\"\n",
        &["audit", "--write-baseline", baseline],
    );
    assert!(std::fs::read_to_string(baseline).unwrap().contains("SYN02"));
    let settings = ["[rules]\nSYN02 = \"off\"\n", "baseline = \"known.txt\"\n"];
    let settings = settings.map(|settings| format!("nodes = \"nodes.toml\"\n{settings}"));
    let figures = [
        (["ladder", "--format=text"], "error SYN02"),
        (["document", "--format=markdown"], "SYN02"),
        (["report", "--draw=1"], "\"errors\":1,"),
    ];
    for (command, told) in figures {
        let found = run("", &command);
        assert!(found.contains(told), "{found}");
        assert!(!found.contains("front door"), "{found}");
        for settings in &settings {
            let kept_to = run(settings, &command);
            assert!(kept_to.contains("front door"), "{settings}: {kept_to}");
            assert!(!kept_to.contains(told), "{settings}: {kept_to}");
        }
    }
    assert!(run(&settings[0], &["nodes"]).contains("front door"));
}

#[test]
fn a_profile_leaves_out_what_is_written_later() {
    let rules = |profile: &str| -> Vec<String> {
        let arguments = ["audit", "--profile", profile, "--format", "json", SAMPLE];
        let report: Value = serde_json::from_slice(&sipscope(&arguments).stdout).unwrap();
        report["rules"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    };
    let (old, new) = (rules("rfc3261"), rules("3gpp-current"));
    assert!(
        old.contains(&"MF03".to_owned()) && !old.contains(&"IMS01".to_owned()),
        "{old:?}"
    );
    assert_eq!(new.len(), sipscope::rules::RULES.len());
}

#[test]
fn a_flow_is_told_beside_the_rules() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("flow.pcapng");
    let path = path.to_str().unwrap();
    let flow = "rfc3665-two-proxies";
    sipscope(&["flows", "synthesize", flow, "-o", path]);
    let report = sipscope(&["audit", "--flow", flow, "--format", "json", path]).stdout;
    let report: Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(report["schema"], "sipscope.audit/1");
    assert_eq!(
        (&report["flows"][0]["id"], &report["flows"][0]["verdict"]),
        (&flow.into(), &"pass".into())
    );
    for form in ["ndjson", "sarif", "markdown", "csv"] {
        let refused = sipscope(&["audit", "--flow", flow, "--format", form, path]);
        assert_eq!(refused.status.code(), Some(2), "{form}");
        assert!(said(&refused).contains("`sipscope flows match`"), "{form}");
    }
    let text = String::from_utf8(sipscope(&["audit", "--flow", flow, path]).stdout).unwrap();
    assert!(text.contains("0 errors") && text.contains(flow), "{text}");
}

/// What would have to be held at once and cannot be proves nothing: a request sent again and again, 70 MB of it.
#[test]
fn a_request_sent_again_without_end_proves_nothing() {
    let body = "x".repeat(62_000);
    let line = ["Content-Type: text/plain"];
    let sent = request("INVITE", "sip:bob@example.com", "again", 1, &line, &body);
    let again = |count: u64| {
        let records = (0..count).map(|second| {
            let mut frame = udp_frame(alice(), bob(), sent.clone());
            // The identification of each is its own.
            frame[18..20].copy_from_slice(&(second as u16).to_be_bytes());
            Record::new(second, 0, frame)
        });
        let file = written(&records.collect::<Vec<_>>());
        let path = file.path().to_str().unwrap().to_owned();
        let report = sipscope(&[
            "audit",
            "-q",
            "--format",
            "json",
            "--fail-on",
            "never",
            &path,
        ]);
        let report: Value = serde_json::from_slice(&report.stdout).unwrap();
        let of = |verdict: &str| report["rules"]["MF01"][verdict].as_u64().unwrap();
        (
            report["accounting"]["messages"].as_u64().unwrap(),
            of("pass"),
            of("not_provable"),
        )
    };
    assert_eq!(again(10), (10, 1, 0));
    assert_eq!(again(1_100), (1_100, 0, 1));
}

/// No finding in a file that could not be read does not mean that it is right: whoever sees only the report has to see that.
#[test]
fn every_report_tells_what_was_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = folder.path().join("a<b>.pcap");
    std::fs::write(&nothing, b"no capture at all").unwrap();
    let cut = folder.path().join("cut.pcap");
    let capture = std::fs::read("samples/call.pcap").unwrap();
    std::fs::write(&cut, &capture[..capture.len() - 7]).unwrap();
    let run = |form: &str| {
        let paths = [nothing.to_str().unwrap(), cut.to_str().unwrap()];
        let output = sipscope(&[&["audit", "-q", "-f", form][..], &paths].concat());
        assert_eq!(output.status.code(), Some(3), "{form}");
        String::from_utf8(output.stdout).unwrap()
    };
    let sarif: Value = serde_json::from_str(&run("sarif")).unwrap();
    let invocation = &sarif["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let notes = invocation["toolExecutionNotifications"].as_array().unwrap();
    let text = |at: usize| notes[at]["message"]["text"].as_str().unwrap();
    assert_eq!(notes[0]["level"], "error");
    assert!(
        text(0).contains("a<b>.pcap: no known format"),
        "{}",
        text(0)
    );
    assert!(
        notes.iter().any(|note| note["level"] == "note"),
        "{notes:?}"
    );
    let accounting = &invocation["properties"]["accounting"];
    assert_eq!(accounting["adds_up"], true);
    assert_eq!(accounting["unreadable"].as_array().unwrap().len(), 1);
    let junit = run("junit");
    assert!(junit.contains("<testsuite name=\"inputs\" tests=\"3\" errors=\"1\" failures=\"0\""));
    assert!(junit.contains("a&lt;b&gt;.pcap\"><error message=\"not read: no known format"));
    let page = run("markdown");
    assert!(
        page.contains("\nNot read: `") && page.contains("\nOdd about the inputs: `"),
        "{page}"
    );
    let json: Value = serde_json::from_str(&run("json")).unwrap();
    assert_eq!(&json["accounting"], accounting);
}

/// A baseline of what was not there would accept nothing of it, and the one before is gone.
#[test]
fn a_baseline_is_written_of_what_was_read_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (baseline, none, empty, other) = (
        path("known"),
        path("none.pcap"),
        path("empty.pcap"),
        path("other"),
    );
    let capture = std::fs::read(SAMPLE).unwrap();
    std::fs::write(&empty, &capture[..24]).unwrap();
    let kept = "# Mine\n\nMF01 a -> b: INVITE, first line\n";
    std::fs::write(&baseline, kept).unwrap();
    for (words, status) in [
        (vec![none.as_str()], 3),
        (vec![SAMPLE, &none], 3),
        (vec![&empty], 1),
        (vec![SAMPLE, "--from", "nobody"], 1),
    ] {
        let output = sipscope(
            &[
                &["audit", "-q", "--write-baseline", &baseline],
                words.as_slice(),
            ]
            .concat(),
        );
        assert_eq!(output.status.code(), Some(status), "{words:?}");
        assert!(
            said(&output).contains("no baseline is written"),
            "{words:?}"
        );
        assert_eq!(std::fs::read_to_string(&baseline).unwrap(), kept);
    }
    let output = sipscope(&["audit", "-q", "--write-baseline", &baseline, SAMPLE]);
    assert_eq!(output.status.code(), Some(0));
    assert_ne!(std::fs::read_to_string(&baseline).unwrap(), kept);
    // Nor is anything else put in its place, or taken for one.
    std::fs::write(&other, "MF01 a\nINVITE sip:b@example.org SIP/2.0\n").unwrap();
    let output = sipscope(&["audit", "-q", "--write-baseline", &other, SAMPLE]);
    assert_eq!(output.status.code(), Some(2));
    let output = sipscope(&["audit", "-q", "--baseline", &other, SAMPLE]);
    assert_eq!(output.status.code(), Some(2));
    let expected = format!("sipscope: {other}: line 2: this is no baseline");
    assert!(said(&output).starts_with(&expected), "{}", said(&output));
}

/// Who reads the file alone has to see it, too.
#[test]
fn an_audit_of_nothing_is_no_success_in_reports() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pcap");
    std::fs::write(&empty, &std::fs::read(SAMPLE).unwrap()[..24]).unwrap();
    let empty = empty.to_str().unwrap();
    let junit = sipscope(&["audit", "-q", "-f", "junit", empty]);
    let junit = String::from_utf8(junit.stdout).unwrap();
    assert!(junit.contains("<testsuite name=\"inputs\" tests=\"2\" errors=\"1\""));
    assert!(junit.contains("<error message=\"nothing was audited"));
    let sarif = sipscope(&["audit", "-q", "-f", "sarif", empty]);
    let sarif: Value = serde_json::from_slice(&sarif.stdout).unwrap();
    let invocation = &sarif["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let first = &invocation["toolExecutionNotifications"][0];
    assert_eq!(first["level"], "error");
}
