//! Times as commands show them: what a log does not know of them is in no output. Also what they say of inputs that are of
//! another format than was asked for.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

fn sipscope(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap()
}

fn shown(arguments: &[&str]) -> String {
    let output = sipscope(arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn rows(arguments: &[&str]) -> Vec<Value> {
    let text = shown(arguments);
    let rows = text.lines().map(|line| serde_json::from_str(line).unwrap());
    rows.collect()
}

/// A file with these texts one behind the other, each with an OPTIONS of its own below it.
fn log(heads: &[&str]) -> (TempDir, String) {
    let mut text = String::new();
    for (number, head) in heads.iter().enumerate() {
        text += &format!(
            "{head}\nOPTIONS sip:b@example.org SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{number}\n\
             From: <sip:a@example.org>;tag=1\nTo: <sip:b@example.org>\nCall-ID: call-{number}\n\
             CSeq: 1 OPTIONS\nMax-Forwards: 70\nContent-Length: 0\n\n"
        );
    }
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("some.log");
    fs::write(&path, text).unwrap();
    (directory, path.to_str().unwrap().to_owned())
}

/// The time at the beginning of each line of `messages`.
fn times(path: &str, options: &[&str]) -> Vec<String> {
    let text = shown(&[&["messages", path], options].concat());
    let lines = text.lines().filter(|line| line.starts_with(' '));
    let times = lines.map(|line| line[8..].split("  ").next().unwrap().to_owned());
    times.collect()
}

#[test]
fn text_shows_no_more_than_the_log_knows() {
    let cases = [
        ("clearwater_sprout.log", "2023-11-14T22:13:20.008Z"),
        ("linphone.log", "2023-11-14T22:13:20.008"),
        ("opensips.log", "2023-11-14T22:13:20"),
        ("audiocodes.log", "Nov 14 22:13:20.008"),
        ("ingate.log", "Nov 14 22:13:20"),
        ("pjsua.log", "22:13:20.008"),
        ("sofia_tport.dump", "22:13:20.008708"),
        ("follow.txt", "no time"),
        ("tshark.json", "2023-11-14T22:13:20.000001Z"),
    ];
    for (name, expected) in cases {
        let path = format!("samples/logs/{name}");
        assert_eq!(times(&path, &[])[0], expected, "{name}");
        let commands: [&[&str]; 3] = [
            &["calls", &path],
            &["show", &path, "1"],
            &["call", &path, "1"],
        ];
        for command in commands {
            let text = shown(command);
            let unknown = text.contains("time unknown");
            assert!(
                text.contains(expected) || unknown && expected == "no time",
                "{text}"
            );
        }
        let all = [
            &["summary", &path, "--format", "json"][..],
            &["messages", &path, "--format", "json"],
            &["calls", &path, "--format", "json"],
            &["call", &path, "1", "--format", "json"],
            &["show", &path, "1", "--format", "json"],
            &["summary", &path],
        ];
        for command in all {
            let text = shown(command);
            let made_up = ["1970-", "1971-", "1972-", "1973-"];
            assert!(!made_up.iter().any(|year| text.contains(year)), "{text}");
            if !expected.ends_with('Z') {
                assert!(
                    !text.contains("T22:13:20Z") && !text.contains("000Z"),
                    "{text}"
                );
            }
        }
    }
}

#[test]
fn programs_get_no_moment_where_there_is_none() {
    let first = |name: &str| {
        let path = format!("samples/logs/{name}");
        rows(&["messages", &path, "--format", "json"]).remove(0)
    };
    let row = first("pjsua.log");
    assert_eq!(
        (&row["time"], &row["last_time"]),
        (&Value::Null, &Value::Null)
    );
    let expected = json!({"basis": "time of day only", "time_of_day": "22:13:20.008", "days": 0});
    assert_eq!(row["relative_time"], expected);
    let expected = json!({"basis": "without year", "date": "--11-14", "time_of_day": "22:13:20"});
    assert_eq!(first("ingate.log")["relative_time"], expected);
    let expected =
        json!({"basis": "without zone", "date": "2023-11-14", "time_of_day": "22:13:20"});
    assert_eq!(first("opensips.log")["relative_time"], expected);
    let row = first("clearwater_sprout.log");
    assert_eq!(row["time"], "2023-11-14T22:13:20.008Z");
    assert_eq!(row.get("relative_time"), None);
}

/// The capture knows the date, and the log is brought in line with it.
#[test]
fn a_capture_dates_a_log() {
    let files = ["samples/call.pcap", "samples/logs/pjsua.log"];
    let rows = rows(&[&["messages", "--format", "json"], &files[..]].concat());
    assert!(rows.iter().all(|row| {
        row["time"]
            .as_str()
            .unwrap()
            .starts_with("2023-11-14T22:13:")
    }));
    let seen = rows.iter().find(|row| row["seen"] == 2).unwrap();
    let clocks = shown(&[&["calls", "--format", "json"], &files[..]].concat());
    let clocks: Value = serde_json::from_str(&clocks).unwrap();
    assert_eq!(clocks["clocks"][0]["input"], files[1]);
    assert_eq!(clocks["clocks"][0]["offset_nanoseconds"], Value::Null);
    // The log has milliseconds of the same clock.
    let of_day = clocks["clocks"][0]["of_day_nanoseconds"].as_i64().unwrap();
    assert!(of_day.abs() <= 1_000_000, "{of_day}");
    let text = shown(&[&["calls"], &files[..]].concat());
    assert!(
        text.contains(" s in the day, from 28 messages that"),
        "{text}"
    );
    let of_log = seen["also_seen"].as_array().unwrap();
    assert_eq!(of_log[0]["time"], Value::Null);
    assert_eq!(of_log[0]["relative_time"]["basis"], "time of day only");
}

/// One of the logs has whole seconds, and one no date: all is as the capture has it.
#[test]
fn logs_of_any_precision_stand_beside_a_capture() {
    let names = [
        "linphone.log",
        "opensips.log",
        "pjsua.log",
        "sipp_messages.log",
    ];
    let logs = names.map(|name| format!("samples/logs/{name}"));
    let logs = logs.iter().map(String::as_str);
    let files: Vec<_> = ["samples/call.pcap"].into_iter().chain(logs).collect();
    let alone = rows(&["messages", "--format", "json", files[0]]);
    let joined = rows(&[&["messages", "--format", "json"], &files[..]].concat());
    assert_eq!((alone.len(), joined.len()), (42, 42));
    for (one, other) in joined.iter().zip(&alone) {
        for key in ["time", "from", "to", "transport", "start_line", "call_id"] {
            assert_eq!(one[key], other[key]);
        }
        // The second element sees 28 of the messages; the log of OpenSIPS has all of them.
        assert!(one["seen"] == 5 || one["seen"] == 2, "{one}");
    }
    let seen = joined.iter().filter(|row| row["seen"] == 5);
    assert_eq!(seen.count(), 28);
    let clocks = shown(&[&["calls", "--format", "json"], &files[..]].concat());
    let clocks: Value = serde_json::from_str(&clocks).unwrap();
    for clock in clocks["clocks"].as_array().unwrap() {
        let nanos = clock["offset_nanoseconds"].as_i64().unwrap_or_default();
        assert!(nanos.abs() < 1_000_000, "{clock}");
    }
}

/// A file with stamps of several kinds: each message has the digits of its own.
#[test]
fn every_stamp_has_its_own_digits() {
    let heads = [
        "2026-11-21T15:04:05Z udp",
        "2026-11-21T15:04:05.25Z udp",
        "2026-11-21T15:04:06.123456Z udp",
        "2026-11-21T15:04:07Z udp",
    ];
    let (_directory, path) = log(&heads);
    let expected = heads.map(|head| head.split(' ').next().unwrap());
    assert_eq!(times(&path, &[]), expected);
    let summary = shown(&["summary", &path]);
    let span = "  2026-11-21T15:04:05Z to 2026-11-21T15:04:07Z\n";
    assert!(summary.contains(span), "{summary}");
}

/// Of two logs the one that knows the day tells it to the other.
#[test]
fn a_log_dates_another() {
    let files = ["samples/logs/pjsua.log", "samples/logs/ingate.log"];
    let rows = rows(&[&["messages", "--format", "json"], &files[..]].concat());
    assert_eq!(rows.len(), 28);
    for row in rows {
        assert_eq!((&row["seen"], &row["time"]), (&json!(2), &Value::Null));
        assert_eq!(row["relative_time"]["date"], "--11-14");
    }
}

/// The clock of the log was set back, and it has no dates: no number of seconds would mend it.
#[test]
fn no_offset_mends_a_log_without_dates() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("set-back.log");
    let text = fs::read_to_string("samples/logs/pjsua.log").unwrap();
    let text = text
        .replace("22:13:34", "22:13:29")
        .replace("22:13:38", "22:13:29");
    fs::write(&path, text).unwrap();
    let files = ["samples/call.pcap", path.to_str().unwrap()];
    let calls = shown(&[&["calls", "--format", "json"], &files[..]].concat());
    let calls: Value = serde_json::from_str(&calls).unwrap();
    let found = &calls["clock_contradictions"][0];
    assert_eq!(
        (&found["input"], &found["other"]),
        (&json!(files[0]), &json!(files[1]))
    );
    let by = found["by_nanoseconds"].as_i64().unwrap();
    assert!((8_900_000_000..9_100_000_000).contains(&by), "{by}");
    assert_eq!(found["offset_nanoseconds"], Value::Null);
    let text = shown(&[&["calls"], &files[..]].concat());
    let told = text
        .lines()
        .find(|line| line.contains("contradict each other"));
    assert!(told.unwrap().ends_with("which it passes on"), "{text}");
}

/// What comes through a pipe has no name.
#[test]
fn the_own_side_of_standard_input_has_a_name() {
    let text = fs::File::open("samples/logs/pjsua.log").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(["messages", "-", "--format", "json"])
        .stdin(text)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let rows = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let own: Vec<_> = rows
        .filter(|row| row["from"] == "stdin" || row["to"] == "stdin")
        .collect();
    assert_eq!(own.len(), 28);
}

/// A log of whole seconds in another zone: what only it has is shown at the seconds that it has.
#[test]
fn a_log_of_seconds_keeps_its_seconds_beside_one_that_knows_more() {
    for fraction in ["05", "25", "50", "90"] {
        let heads = ["58", "59"].map(|second| format!("2026-10-25T02:59:{second}.{fraction}Z udp"));
        let (_exact, exact) = log(&[&heads[0], &heads[1]]);
        let coarse = [
            "Oct 25 04:59:58 udp",
            "Oct 25 04:59:59 udp",
            "Oct 25 04:59:57 udp",
        ];
        let (_coarse, coarse) = log(&coarse);
        let text = shown(&["messages", &exact, &coarse]);
        assert!(
            text.lines()
                .any(|line| line.starts_with("     1  2026-10-25T02:59:57Z  ")),
            "{fraction}: {text}"
        );
    }
}

/// Without any time there is nothing but the messages themselves.
#[test]
fn a_text_without_times_shows_what_the_capture_has() {
    for name in ["follow.txt", "plain.sip"] {
        let path = format!("samples/logs/{name}");
        let joined = rows(&["messages", "--format", "json", "samples/call.pcap", &path]);
        let alone = rows(&["messages", "--format", "json", "samples/call.pcap"]);
        assert_eq!(joined.len(), 42, "{name}");
        for (one, other) in joined.iter().zip(&alone) {
            assert_eq!(one["seen"], 2, "{name}: {one}");
            for key in ["time", "from", "to", "transport", "start_line", "call_id"] {
                assert_eq!(one[key], other[key], "{name}");
            }
        }
    }
}

#[test]
fn stamps_of_all_kinds_are_read() {
    let cases = [
        ("11/21/2026 3:04:05 PM udp", "2026-11-21T15:04:05"),
        ("21/11/2026 15:04:05.25 udp", "2026-11-21T15:04:05.25"),
        ("2026-11-21 15:04:05 CET udp", "2026-11-21T14:04:05Z"),
        ("2026-11-21 15:04:05 CST udp", "2026-11-21T15:04:05"),
        ("Sun Nov 22 10:00:02 2026 GMT udp", "2026-11-22T10:00:02Z"),
        ("Sun, 22 Nov 2026 10:00:02 GMT udp", "2026-11-22T10:00:02Z"),
        ("Sun Nov 22 10:00:02 2026 -0500 udp", "2026-11-22T15:00:02Z"),
        ("[22/Nov/2026:10:00:00 +0100] udp", "2026-11-22T09:00:00Z"),
        ("22-Nov-2026 10:00:00.250 udp", "2026-11-22T10:00:00.250"),
        ("10:00:00.5Z udp", "10:00:00.5Z"),
        ("1700000000.123 udp", "2023-11-14T22:13:20.123Z"),
        ("1700000000123 udp", "2023-11-14T22:13:20.123Z"),
        ("uptime 12345 s: udp", "+12345s"),
        ("[   12.345678] udp", "+12.345678s"),
        ("1d02h: udp", "+93600s"),
        ("Nov 21 15:04:05 udp", "Nov 21 15:04:05"),
    ];
    for (head, expected) in cases {
        let (_directory, path) = log(&[head]);
        assert_eq!(times(&path, &[]), [expected], "{head}");
    }
    let (_directory, path) = log(&["Nov 21 23:59:59 udp", "Nov 22 00:00:01 udp"]);
    let told = ["2026-11-21T22:59:59Z", "2026-11-21T23:00:01Z"];
    assert_eq!(times(&path, &["--year", "2026", "--tz", "+01:00"]), told);
    let (_directory, path) = log(&["23:59:59.5 udp", "00:00:01.5 udp"]);
    assert_eq!(times(&path, &[]), ["23:59:59.5", "00:00:01.5+1d"]);
    // What `call` tells since the beginning has no more digits than the log.
    let text = shown(&["call", "samples/logs/ingate.log", "1"]);
    assert!(
        text.contains(" +0 s  request") && !text.contains("+0.0"),
        "{text}"
    );
}

/// The zone that was told is that of stamps which have none.
#[test]
fn a_zone_that_is_written_is_not_replaced() {
    let heads = [
        "Sun Nov 22 10:00:02 2026 GMT udp",
        "Sun, 22 Nov 2026 10:00:03 GMT udp",
        "Sun Nov 22 10:00:04 2026 +0000 udp",
        "2026-11-22 11:00:05 udp",
    ];
    let (_directory, path) = log(&heads);
    let told = ["02", "03", "04", "05"].map(|second| format!("2026-11-22T10:00:{second}Z"));
    assert_eq!(times(&path, &["--tz", "+01:00"]), told);
}

/// Half a day may lie between them: nothing tells.
#[test]
fn a_stamp_with_a_zone_says_nothing_among_stamps_without() {
    let zoned = "2026-11-22 05:00:03 EST udp";
    for (heads, expected) in [
        (
            ["2026-11-22 10:00:02.5 udp", zoned],
            ["2026-11-22T10:00:02.5", "no time"],
        ),
        (
            [zoned, "2026-11-22 10:00:02.5 udp"],
            ["2026-11-22T10:00:03Z", "no time"],
        ),
    ] {
        let (_directory, path) = log(&heads);
        assert_eq!(times(&path, &[]), expected);
        let summary = shown(&["summary", &path]);
        assert!(summary.contains("1  time-unrelated"), "{summary}");
    }
    // Who tells the zone relates them.
    let (_directory, path) = log(&["2026-11-22 10:00:02.5 udp", zoned]);
    let told = ["2026-11-22T10:00:02.5Z", "2026-11-22T10:00:03Z"];
    assert_eq!(times(&path, &["--tz", "+00:00"]), told);
}

#[test]
fn doubtful_dates_are_told() {
    let summary = |path: &str, options: &[&str]| {
        let text = shown(&[&["summary", path], options].concat());
        let anomalies = text.split_once("Anomalies:").unwrap().1;
        anomalies.trim().to_owned()
    };
    let (_directory, path) = log(&["Feb 29 15:04:05 udp"]);
    let told = summary(&path, &["--year", "2023"]);
    assert!(
        told.contains("no-such-day") && told.contains(".log line "),
        "{told}"
    );
    assert!(
        told.contains("2023 has no day 02-29; is --year right?"),
        "{told}"
    );
    assert_eq!(times(&path, &["--year", "2023"]), ["no time"]);
    assert_eq!(summary(&path, &["--year", "2024"]), "none");
    let (_directory, path) = log(&["03/04/2026 15:04:05 udp", "04/13/2026 15:04:05 udp"]);
    let told = summary(&path, &[]);
    assert!(told.contains("1  date-ambiguous"), "{told}");
}

fn appended(path: &str, samples: &[&str]) {
    let mut text = fs::read(path).unwrap();
    for name in samples {
        text.extend(fs::read(format!("samples/logs/{name}")).unwrap());
    }
    fs::write(path, text).unwrap();
}

/// Of two programs that wrote to one log the one that knows less says what can be known of all its times.
#[test]
fn a_log_of_two_programs_knows_what_both_know() {
    let (_directory, path) = log(&[]);
    appended(&path, &["clearwater_sprout.log", "opensips.log"]);
    let rows = rows(&["messages", "--format", "json", &path]);
    assert!(rows.len() > 1);
    for row in rows {
        assert_eq!(row["time"], Value::Null);
        assert_eq!(row["relative_time"]["basis"], "without zone");
        assert_eq!(row["relative_time"]["date"], "2023-11-14");
    }
}

/// Nor can the uptime of one program be compared with the calendar of another.
#[test]
fn an_uptime_of_another_program_dates_nothing() {
    let (_directory, path) = log(&["[   12.345678] udp"]);
    appended(&path, &["clearwater_sprout.log"]);
    let told = times(&path, &[]);
    assert_eq!(told[0], "+12.345678s");
    assert!(told.len() > 1 && told[1..].iter().all(|time| time == "no time"));
    let summary = shown(&["summary", &path]);
    let doubt = summary.lines().find(|line| line.contains("time-unrelated"));
    // The message above has nine lines, and a blank one behind it.
    let place = doubt
        .and_then(|doubt| doubt.split_once("some.log line "))
        .unwrap()
        .1;
    let line: usize = place.split_once(':').unwrap().0.parse().unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let stamped = text.lines().nth(line - 1).unwrap();
    assert!(stamped.contains("22:13:20.008"), "{stamped}");
}

#[test]
fn a_word_in_front_is_no_method() {
    let (_directory, path) = log(&["INFO: got message"]);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen('\n', " ", 1)).unwrap();
    let rows = rows(&["messages", "--format", "json", &path]);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["start_line"], "OPTIONS sip:b@example.org SIP/2.0");
    assert_eq!(rows[0]["call_id"], "call-0");
    let audit = sipscope(&["audit", "--only", "syntax", &path]);
    let findings = String::from_utf8(audit.stdout).unwrap();
    assert!(findings.contains("0 errors"), "{findings}");
}

#[test]
fn a_wrong_format_is_said_once_and_is_no_success() {
    let cases = [
        (
            "tshark",
            "samples/logs/sipdump.data",
            "it looks like sipdump",
        ),
        ("homer", "samples/logs/baresip.log", "it looks like baresip"),
        ("pjsua", "samples/logs/homer.json", "it looks like homer"),
        (
            "sipdump",
            "samples/call.pcap",
            "is pcap and cannot be read as sipdump",
        ),
    ];
    for (format, path, expected) in cases {
        let output = sipscope(&["messages", "--quiet", "--input-format", format, path]);
        assert_eq!(output.status.code(), Some(3), "{format} {path}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(path) && said.contains(expected), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    // What shows no format may be of this one, and have no message: nothing was found.
    let output = sipscope(&["messages", "--input-format", "sipp", "README.md"]);
    assert_eq!(output.status.code(), Some(1));
    let summary = shown(&["summary", "--input-format", "sipp", "README.md"]);
    assert!(summary.contains("no-message"), "{summary}");
    // What can be read in it is not wrong.
    let output = sipscope(&[
        "messages",
        "--input-format",
        "text",
        "samples/logs/pjsua.log",
    ]);
    assert_eq!(output.status.code(), Some(0));
}

/// More than is looked at to recognise other inputs.
#[test]
fn json_is_found_behind_any_number_of_lines() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("late.json");
    for name in ["tshark.json", "tshark_ek.json", "homer.json"] {
        for line in [
            "Nov 21 09:08:07 host prog: started",
            "[12] warning: {x",
            "{\"level\": 3}",
        ] {
            let mut text = format!("{line}\n").repeat(10_000).into_bytes();
            text.extend(fs::read(format!("samples/logs/{name}")).unwrap());
            fs::write(&path, text).unwrap();
            let found = rows(&["messages", "--format", "json", path.to_str().unwrap()]);
            assert_eq!(found.len(), 42, "{line} {name}");
            assert!(
                found.iter().all(|row| row["from"] != Value::Null),
                "{line} {name}"
            );
        }
    }
}

#[test]
fn warnings_in_front_of_json_are_no_obstacle() {
    let directory = TempDir::new().unwrap();
    let path: PathBuf = directory.path().join("warned.json");
    for name in ["tshark.json", "tshark_ek.json", "homer.json"] {
        let mut text =
            b"Running as user \"root\" and group \"root\". This could be dangerous.\n[warn] {x\n"
                .to_vec();
        text.extend(fs::read(format!("samples/logs/{name}")).unwrap());
        fs::write(&path, text).unwrap();
        let summary = shown(&["summary", "--format", "json", path.to_str().unwrap()]);
        let summary: Value = serde_json::from_str(&summary).unwrap();
        assert_eq!(summary["sightings"], 42, "{name}");
        assert_eq!(summary["accounting"]["undecodable_records"], 0, "{name}");
        assert_eq!(summary["accounting"]["adds_up"], true);
    }
}

/// A stamp that lacks what all others have cannot be compared with them: it has no time, and takes none from the others.
#[test]
fn one_odd_stamp_costs_no_other() {
    let good = [
        "2023-11-14 22:13:20.008Z udp",
        "2023-11-14 22:13:21.008Z udp",
        "2023-11-14 22:13:22.008Z udp",
    ];
    let odd = [
        "22:13:20.008 udp",
        "2023x11-14 22:13:20.008Z udp",
        "Nov 14 22:13:20.008 udp",
        "2023-11-14 22:13:20.008 udp",
    ];
    for odd in odd {
        for place in 0..3 {
            let mut heads = good;
            heads[place] = odd;
            let (_directory, path) = log(&heads);
            let told = times(&path, &[]);
            for (number, time) in told.iter().enumerate() {
                let expected = match number == place {
                    true => "no time".to_owned(),
                    false => format!("2023-11-14T22:13:2{number}.008Z"),
                };
                assert_eq!(*time, expected, "{odd} {place}");
            }
        }
    }
    let (_directory, path) = log(&["22:13:20 udp", "Nov 14 22:13:21 udp", "Nov 14 22:13:22 udp"]);
    assert_eq!(
        times(&path, &[]),
        ["no time", "Nov 14 22:13:21", "Nov 14 22:13:22"]
    );
    // One that has more than the others is no better known than they are.
    let (_directory, path) = log(&[
        "22:13:20 udp",
        "22:13:21 udp",
        "2026-11-14 22:13:22 udp",
        "22:13:23 udp",
    ]);
    assert_eq!(
        times(&path, &[]),
        ["22:13:20", "22:13:21", "22:13:22", "22:13:23"]
    );
}

/// A writer who says less than most, or is damaged, has no time where it cannot be compared, and takes the date from nobody.
#[test]
fn a_time_without_a_date_takes_none_from_other_writers() {
    let between = "192.0.2.1:5060 -> 198.51.100.7:5070";
    let heads = [
        "14 09:26:53.123456",
        "17 09:27:00.000000",
        "1x 09:28:00.000000",
    ];
    let heads = heads.map(|day| format!("2025/03/{day} {between}"));
    let (_directory, path) = log(&heads.each_ref().map(String::as_str));
    let mut told = times(&path, &[]);
    told.sort();
    let expected = [
        "2025-03-14T09:26:53.123456",
        "2025-03-17T09:27:00.000000",
        "no time",
    ];
    assert_eq!(told, expected);
    let told = times(&path, &["--tz", "+00:00"]);
    assert!(
        told.contains(&"2025-03-17T09:27:00.000000Z".to_owned()),
        "{told:?}"
    );
    // An entry of pjsua, which has no dates, among those of sipdump.
    let pjsua = fs::read_to_string("samples/logs/pjsua.log").unwrap();
    let end = pjsua.find("--end msg--\n").unwrap() + 12;
    let sipdump = fs::read("samples/logs/sipdump.data").unwrap();
    fs::write(&path, [&sipdump, &pjsua.as_bytes()[..end]].concat()).unwrap();
    let told = times(&path, &[]);
    let dated = told
        .iter()
        .filter(|time| time.starts_with("2023-11-14T22:"));
    assert_eq!(dated.count() + 1, told.len(), "{told:?}");
    assert!(told.contains(&"no time".to_owned()));
    // Where most have no date, none is known.
    let (_directory, path) = log(&[&heads[0]]);
    appended(&path, &["pjsua.log"]);
    for row in rows(&["messages", "--format", "json", &path]) {
        assert_eq!(row["relative_time"]["basis"], "time of day only");
    }
}

/// No day of one is told by the other.
#[test]
fn a_time_of_day_and_a_stamp_without_year_are_not_compared() {
    let sofia = "recv 200 bytes from udp/[192.0.2.1]:5060 at 10:00:00.100000:\n\
                 ------------------------------------------------------------------------";
    for (heads, expected) in [
        (
            ["10:00:00.100000 udp", "Mar  5 10:00:01 udp"],
            ["10:00:00.100000", "no time"],
        ),
        (
            [sofia, "Dec 31 10:00:01 udp"],
            ["10:00:00.100000", "no time"],
        ),
        (
            ["Mar  5 10:00:01 udp", sofia],
            ["Mar 05 10:00:01", "no time"],
        ),
    ] {
        let (_directory, path) = log(&heads);
        assert_eq!(times(&path, &[]), expected, "{heads:?}");
        let summary = shown(&["summary", &path]);
        assert!(summary.contains("1  time-unrelated"), "{summary}");
        assert!(!summary.contains("times-go-back"), "{summary}");
        // Who tells the year leaves them as they are.
        let told = times(&path, &["--year", "2026"]);
        assert_eq!(told, ["10:00:00.100000", "10:00:01"], "{heads:?}");
    }
    // What one writer writes behind a date is of that day.
    let (_directory, path) = log(&["Mar  5 10:00:01 udp", "10:00:02.5 udp"]);
    assert_eq!(times(&path, &[]), ["Mar 05 10:00:01", "Mar 05 10:00:02.5"]);
}
