//! Clocks that are set back while a log is written: the order of its lines is that of the messages.

use std::fs;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// A call in its order, each message behind a line with one of these stamps.
fn call(name: &str, stamps: [&str; 7]) -> String {
    let messages = [
        "INVITE sip:bob@198.51.100.20 SIP/2.0\nMax-Forwards: 70\nCSeq: 1 INVITE\n",
        "SIP/2.0 100 Trying\nCSeq: 1 INVITE\n",
        "SIP/2.0 180 Ringing\nCSeq: 1 INVITE\n",
        "SIP/2.0 200 OK\nContact: <sip:bob@198.51.100.20>\nCSeq: 1 INVITE\n",
        "ACK sip:bob@198.51.100.20 SIP/2.0\nMax-Forwards: 70\nCSeq: 1 ACK\n",
        "BYE sip:bob@198.51.100.20 SIP/2.0\nMax-Forwards: 70\nCSeq: 2 BYE\n",
        "SIP/2.0 200 OK\nCSeq: 2 BYE\n",
    ];
    let entries = stamps.iter().zip(messages).enumerate();
    let entries = entries.map(|(number, (stamp, message))| {
        let way = match message.starts_with("SIP") {
            true => "received from",
            false => "sent to",
        };
        let branch = [0, 0, 0, 0, 1, 2, 2][number];
        let to = if number < 2 { "" } else { ";tag=b" };
        let contact = match number {
            0 => "Contact: <sip:alice@192.0.2.10>\n",
            _ => "",
        };
        format!(
            "{stamp} {way} 198.51.100.20:5060 udp\n{message}Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK{name}{branch}\n\
             From: <sip:alice@192.0.2.10>;tag=a\nTo: <sip:bob@198.51.100.20>{to}\nCall-ID: {name}\n{contact}\
             Content-Length: 0\n\n"
        )
    });
    entries.collect()
}

fn written(text: &str) -> (TempDir, String) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("some.log");
    fs::write(&path, text).unwrap();
    (directory, path.to_str().unwrap().to_owned())
}

fn shown(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(arguments)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Time and start line of each message, in the order of the trace.
fn messages(path: &str, options: &[&str]) -> Vec<(String, String)> {
    let text = shown(&[&["messages", path], options].concat());
    let lines = text.lines().filter(|line| line.starts_with(' '));
    let fields = lines.map(|line| {
        let fields: Vec<_> = line.split("  ").collect();
        let field = |name: &str| fields.iter().position(|field| *field == name);
        let carrier = field("udp").or(field("UDP")).unwrap();
        let start = fields[carrier + 1].split(' ').next().unwrap();
        let start = match start {
            "SIP/2.0" => fields[carrier + 1].split(' ').nth(1).unwrap(),
            method => method,
        };
        (fields[carrier - 2].trim().to_owned(), start.to_owned())
    });
    fields.collect()
}

/// The anomalies of an input, by kind, and the details of the first of each.
fn anomalies(path: &str) -> Vec<(String, String)> {
    let summary: Value =
        serde_json::from_str(&shown(&["summary", path, "--format", "json"])).unwrap();
    let all = summary["anomalies"].as_array().unwrap().iter();
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    all.map(|one| (text(one, "kind"), text(one, "detail")))
        .collect()
}

fn findings(path: &str) -> String {
    shown(&["audit", path])
        .lines()
        .last()
        .unwrap_or_default()
        .to_owned()
}

const AUTUMN: [&str; 7] = [
    "2026-10-25 02:59:57",
    "2026-10-25 02:59:58",
    "2026-10-25 02:59:59",
    "2026-10-25 02:00:00",
    "2026-10-25 02:00:01",
    "2026-10-25 02:00:02",
    "2026-10-25 02:00:03",
];
const IN_ORDER: [&str; 7] = ["INVITE", "100", "180", "200", "ACK", "BYE", "200"];

#[test]
fn the_hour_in_autumn_turns_no_call_around() {
    let (_directory, path) = written(&call("autumn", AUTUMN));
    let (times, order): (Vec<_>, Vec<_>) = messages(&path, &[]).into_iter().unzip();
    assert_eq!(order, IN_ORDER);
    let told = [
        "02:59:57", "02:59:58", "02:59:59", "03:00:00", "03:00:01", "03:00:02", "03:00:03",
    ];
    assert_eq!(times, told.map(|time| format!("2026-10-25T{time}")));
    // The clock was two hours ahead, and the zone is that of its beginning.
    let zoned = messages(&path, &["--tz", "+02:00"]);
    assert_eq!(zoned[2].0, "2026-10-25T00:59:59Z");
    assert_eq!(zoned[3].0, "2026-10-25T01:00:00Z");
    let noted = anomalies(&path);
    assert_eq!(noted.len(), 1, "{noted:?}");
    assert_eq!(noted[0].0, "clock-set-back");
    let line = call("autumn", AUTUMN)
        .lines()
        .position(|line| line.starts_with("SIP/2.0 200"))
        .unwrap()
        + 1;
    assert_eq!(
        noted[0].1,
        format!(
            "line {line}: the clock was set back by an hour; times from there on are told as if it had not been"
        )
    );
    let summary = shown(&["summary", &path]);
    assert!(
        summary.contains("2026-10-25T02:59:57 to 2026-10-25T03:00:03"),
        "{summary}"
    );
    assert_eq!(findings(&path), findings_in_order());
}

/// What the audit says of the call where no clock was set.
fn findings_in_order() -> String {
    let stamps = AUTUMN.map(|stamp| stamp.replace("02:00:", "03:00:"));
    let (_directory, path) = written(&call("autumn", stamps.each_ref().map(String::as_str)));
    assert_eq!(anomalies(&path), []);
    findings(&path)
}

#[test]
fn a_clock_that_was_wrong_and_is_set_turns_no_call_around() {
    let stamps = [
        "2026-11-22 10:00:05",
        "2026-11-22 10:00:06",
        "2026-11-22 10:00:06",
        "2026-11-22 10:00:07",
        "2026-11-22 09:59:50",
        "2026-11-22 09:59:51",
        "2026-11-22 09:59:51",
    ];
    let (_directory, path) = written(&call("wrong", stamps));
    let (times, order): (Vec<_>, Vec<_>) = messages(&path, &[]).into_iter().unzip();
    assert_eq!(order, IN_ORDER);
    // How long nobody said anything at the step is not known.
    assert_eq!(times[3..5], ["2026-11-22T10:00:07"; 2]);
    assert_eq!(times[6], "2026-11-22T10:00:08");
    let noted = anomalies(&path);
    assert_eq!(noted[0].0, "clock-set-back");
    assert!(noted[0].1.contains("by about 17 s;"), "{noted:?}");
}

/// Two files one behind the other, as `cat` makes them, the later first.
#[test]
fn another_log_behind_the_first_keeps_its_times() {
    let in_order = |hour: &str, name: &str| {
        let stamps: [String; 7] =
            std::array::from_fn(|number| format!("2026-10-25 {hour}:10:0{number}"));
        call(name, stamps.each_ref().map(String::as_str))
    };
    let text = in_order("12", "late") + &in_order("11", "early");
    let (_directory, path) = written(&text);
    let found = messages(&path, &[]);
    let (times, order): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    assert_eq!(order, [IN_ORDER, IN_ORDER].concat());
    assert_eq!(times[0], "2026-10-25T11:10:00");
    assert_eq!(times[13], "2026-10-25T12:10:06");
    let noted = anomalies(&path);
    assert_eq!(noted[0].0, "times-go-back");
    assert!(
        noted[0].1.contains("by about 3606 s, and no message tells"),
        "{noted:?}"
    );
}
