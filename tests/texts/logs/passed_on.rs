//! Logs that others passed on: each entry in one line of syslog with escapes for its line ends, or each line with a stamp of whoever
//! collected it. What comes back is what the log itself gives, with the day and the zone that the stamps in front know.

use std::net::SocketAddr;

use sipscope::source::TextOptions;

use crate::logs::one_side::{MILLISECOND, SECOND};
use crate::logs::traffic::{Read, Sent, UNKNOWN, of_one_side, read_text};

const MICROSECOND: i64 = 1000;

/// Formats that have several lines for a message, with what they know of the second.
const FORMATS: [(&str, i64); 15] = [
    ("asterisk", MILLISECOND),
    ("baresip", MILLISECOND),
    ("cisco", MILLISECOND),
    ("clearwater", MILLISECOND),
    ("genesys", MILLISECOND),
    ("homer-text", MICROSECOND),
    ("linphone", MILLISECOND),
    ("opensips", SECOND),
    ("oracle", MILLISECOND),
    ("pjsua", MILLISECOND),
    ("sipp", MICROSECOND),
    ("sipviewer", MILLISECOND),
    ("sngrep", MICROSECOND),
    ("sofia", MICROSECOND),
    ("sofia-dump", MICROSECOND),
];

fn stamp(sent: &Sent) -> String {
    format!("{}T{}Z", sent.date('-'), sent.time_of_day(6))
}

/// What the log gives by itself, at the times at which it was sent as far as the log has digits for them.
fn expected(format: &str, unit: i64, traffic: &[Sent], own: SocketAddr) -> Vec<Read> {
    let text: Vec<u8> = traffic
        .iter()
        .flat_map(|sent| sent.written(format, own))
        .collect();
    let read = read_text(&text, TextOptions::default());
    assert_eq!(read.len(), traffic.len(), "{format}");
    let timed = read.into_iter().zip(traffic).map(|(read, sent)| Read {
        nanos: Some(sent.cut_to(unit)),
        spoiled: Vec::new(),
        ..read
    });
    timed.collect()
}

/// What is read when every entry is passed on like this, whatever is noted of its bytes.
#[track_caller]
fn check(pass_on: impl Fn(&Sent, &str) -> String, options: &TextOptions) {
    check_of(&FORMATS, pass_on, options);
}

#[track_caller]
fn check_of(
    formats: &[(&str, i64)],
    pass_on: impl Fn(&Sent, &str) -> String,
    options: &TextOptions,
) {
    let (traffic, own) = of_one_side();
    for (format, unit) in formats.iter().copied() {
        let text = traffic.iter().map(|sent| {
            let entry = String::from_utf8(sent.written(format, own)).unwrap();
            pass_on(sent, &entry)
        });
        let text: String = text.collect();
        let read = read_text(text.as_bytes(), options.clone());
        let read = read.into_iter().map(|read| Read {
            spoiled: Vec::new(),
            ..read
        });
        let read: Vec<_> = read.collect();
        let expected = expected(format, unit, &traffic, own);
        for (number, (read, expected)) in read.iter().zip(&expected).enumerate() {
            assert_eq!(read, expected, "{format}: message {}", number + 1);
        }
        assert_eq!(read.len(), expected.len(), "{format}");
    }
}

/// An entry on one line.
fn folded(entry: &str, [carriage, line, tab]: [&str; 3]) -> String {
    entry
        .replace('\r', carriage)
        .replace('\n', line)
        .replace('\u{b}', tab)
}

const OF_SYSLOG: [&str; 3] = ["#015", "#012", "#013"];

#[test]
fn an_entry_may_be_one_line_of_syslog() {
    let told = TextOptions::default();
    check(
        |sent, entry| {
            let entry = folded(entry, OF_SYSLOG);
            format!("{} sbc prog[7]: {entry}\n", stamp(sent))
        },
        &told,
    );
    check(
        |sent, entry| {
            let entry = folded(entry, OF_SYSLOG);
            format!("<134>1 {} sbc prog 12 - - {entry}\n", stamp(sent))
        },
        &told,
    );
    let kiwi = ["<013>", "<010>", "\u{b}"];
    check(
        |sent, entry| format!("{}\tsbc\t{}\n", stamp(sent), folded(entry, kiwi)),
        &told,
    );
    // No year and no zone in front either.
    let options = TextOptions {
        year: Some(2023),
        zone: Some(0),
        ..TextOptions::default()
    };
    check(
        |sent, entry| {
            let time = sent.time_of_day(0);
            format!("Nov 14 {time} sbc prog[7]: {}\n", folded(entry, OF_SYSLOG))
        },
        &options,
    );
}

#[test]
fn a_program_may_write_an_entry_on_one_line() {
    let letters = [r"\r", r"\n", "\u{b}"];
    check(
        |sent, entry| format!("{} sbc prog[7]: {}\n", stamp(sent), folded(entry, letters)),
        &TextOptions::default(),
    );
}

#[test]
fn every_line_may_have_a_stamp_of_who_collected_it() {
    for behind in [" ", " stdout F ", " stderr F ", " sbc prog[7]: "] {
        check(
            |sent, entry| {
                let lines = entry.split_inclusive('\n');
                let lines = lines.map(|line| format!("{}{behind}{line}", stamp(sent)));
                lines.collect()
            },
            &TextOptions::default(),
        );
    }
    check(
        |sent, entry| {
            let lines = entry.split_inclusive('\n').map(|line| {
                let object = serde_json::json!({
                    "log": line, "stream": "stdout", "time": stamp(sent)
                });
                format!("{object}\n")
            });
            lines.collect()
        },
        &TextOptions::default(),
    );
}

/// Entries of a program that writes JSON, and what others made of them.
#[test]
fn an_entry_may_be_in_an_object() {
    use serde_json::{Value, json};
    type Around = fn(&Sent, &str) -> Value;
    let around: [Around; 8] = [
        |sent, entry| json!({ "timestamp": stamp(sent), "level": "info", "message": entry }),
        |sent, entry| {
            let seconds = (sent.nanos / MICROSECOND) as f64 / 1e6;
            json!({ "level": "info", "ts": seconds, "caller": "x.go:1", "msg": entry })
        },
        |sent, entry| json!({ "log": entry, "stream": "stdout", "time": stamp(sent) }),
        // The last line end is lost, and another time is that of the store.
        |sent, entry| {
            let source = json!({ "@timestamp": stamp(sent), "message": entry.trim_end() });
            json!({ "_index": "sip", "_source": source, "sort": [1] })
        },
        |sent, entry| {
            let micros = (sent.nanos / MICROSECOND).to_string();
            json!({
                "__REALTIME_TIMESTAMP": micros, "PRIORITY": "6", "_COMM": "prog",
                "MESSAGE": entry.trim_end().as_bytes()
            })
        },
        |sent, entry| {
            let labels = json!({ "app": "sbc" });
            json!({ "labels": labels, "line": entry, "timestamp": stamp(sent) })
        },
        |sent, entry| {
            let inner = json!({ "level": "info", "msg": entry, "ts": stamp(sent) });
            json!({ "log": format!("{inner}\n"), "stream": "stdout", "time": stamp(sent) })
        },
        |sent, entry| {
            let result = json!({ "_raw": entry, "_time": "x", "time": stamp(sent) });
            json!({ "preview": false, "result": result })
        },
    ];
    // A list of them is as good as a line for each, however it is written.
    for lists in [false, true] {
        let (traffic, own) = of_one_side();
        let all = traffic.iter().map(|sent| {
            let entry = String::from_utf8(sent.written("asterisk", own)).unwrap();
            json!({ "line": entry, "timestamp": sent.nanos.to_string() })
        });
        let all = Value::Array(all.collect());
        let hits = json!({ "took": 1, "hits": { "total": { "value": 1 }, "hits": all } });
        let text = match lists {
            false => all.to_string(),
            true => serde_json::to_string_pretty(&hits).unwrap(),
        };
        let read = read_text(text.as_bytes(), TextOptions::default());
        let read = read.into_iter().map(|read| Read {
            spoiled: Vec::new(),
            ..read
        });
        let read: Vec<_> = read.collect();
        assert_eq!(read, expected("asterisk", MILLISECOND, &traffic, own));
    }
    for around in around {
        check_of(
            &FORMATS[..3],
            |sent, entry| format!("{}\n", around(sent, entry)),
            &TextOptions::default(),
        );
    }
    let behind = |front: &'static str| {
        check_of(
            &FORMATS[..3],
            move |sent, entry| {
                let object = json!({ "time": stamp(sent), "msg": entry });
                format!("{front}{object}\n")
            },
            &TextOptions::default(),
        );
    };
    behind("sbc-1  | ");
    behind("2023-11-14T22:13:20.5Z stdout F ");
}

/// A table of a store, with the times as that shows them.
#[test]
fn an_entry_may_be_in_a_table() {
    let (traffic, own) = of_one_side();
    for time in ["iso", "kibana"] {
        let mut text = "\"@timestamp\",message,\"host.name\"\n".to_owned();
        for sent in &traffic {
            let entry = String::from_utf8(sent.written("asterisk", own)).unwrap();
            let time = match time {
                "iso" => stamp(sent),
                _ => format!("Nov 14, 2023 @ {}", sent.time_of_day(3)),
            };
            text += &format!("\"{time}\",\"{}\",sbc-1\n", entry.replace('"', "\"\""));
        }
        let options = TextOptions {
            zone: Some(0),
            ..TextOptions::default()
        };
        let read = read_text(text.as_bytes(), options);
        let read = read.into_iter().map(|read| Read {
            spoiled: Vec::new(),
            ..read
        });
        let read: Vec<_> = read.collect();
        assert_eq!(
            read,
            expected("asterisk", MILLISECOND, &traffic, own),
            "{time}"
        );
    }
}

/// The first line of an entry may be empty, and where a stamp stands in front of that one only, it is the one of the entry.
#[test]
fn a_stamp_may_stand_alone_in_front() {
    let entry = format!("<--- SIP read from UDP:192.0.2.2:5060 --->\n{INVITE}<------------->\n");
    for front in ["2025-11-20T12:00:00.5Z\t", "Nov 20 12:00:00 pbx prog[12]: "] {
        let text = format!("{front}\n{entry}");
        let indented = format!("{front}\n{}", indented(&entry));
        for text in [text, indented] {
            assert_eq!(
                told(&text),
                [invite(43_200, "192.0.2.2:5060", "own.log")],
                "{text}"
            );
        }
    }
}

/// A stamp of the entry behind the one of who passed it on is no year and no zone of that.
#[test]
fn an_entry_on_one_line_may_have_a_stamp_behind_another() {
    let said = "2025-11-20 12:00:00.008 INFO sip: received from 192.0.2.2:5060\n";
    let entry = folded(&format!("{said}{INVITE}"), OF_SYSLOG);
    let text = format!("Nov 20 12:00:00 pbx prog[12]: {entry}\n").repeat(2);
    let expected = invite(43_200, "192.0.2.2:5060", "own.log");
    assert_eq!(told(&text), [expected.clone(), expected]);
}

/// What else an object says of its message.
#[test]
fn an_object_may_say_between_whom() {
    let object = |time: u32, ends: serde_json::Value| {
        let mut object = ends;
        object["time"] = format!("2025-11-20T12:00:0{time}Z").into();
        object["payload"] = INVITE.replace('\n', "\r\n").into();
        format!("{object}\n")
    };
    let text = object(
        1,
        serde_json::json!({ "src": "192.0.2.1:5060", "dst": "192.0.2.2:5060" }),
    ) + &object(
        2,
        serde_json::json!({ "src_ip": "192.0.2.2", "src_port": 5060, "dst_ip": "192.0.2.1", "dst_port": 5060 }),
    );
    let (one, other) = ("192.0.2.1:5060", "192.0.2.2:5060");
    assert_eq!(
        told(&text),
        [invite(43_201, one, other), invite(43_202, other, one)]
    );
}

#[test]
fn an_entry_may_be_a_field() {
    check(
        |sent, entry| {
            let entry = entry.replace('\\', r"\\").replace('"', r#"\""#);
            let entry = folded(&entry, [r"\r", r"\n", r"\v"]);
            format!(
                "time=\"{}\" level=info msg=\"{entry}\" peer=x\n",
                stamp(sent)
            )
        },
        &TextOptions::default(),
    );
}

/// A runtime of containers parts long lines, and says so or leaves out the line end.
#[test]
fn a_line_may_be_in_several() {
    let parted = |entry: &str| -> Vec<(String, bool)> {
        let lines = entry.split_inclusive('\n').flat_map(|line| {
            let half = line.len() / 2;
            match line.is_char_boundary(half) && half > 0 {
                true => vec![
                    (line[..half].to_owned(), false),
                    (line[half..].to_owned(), true),
                ],
                false => vec![(line.to_owned(), true)],
            }
        });
        lines.collect()
    };
    check(
        |sent, entry| {
            let parts = parted(entry).into_iter().map(|(part, ends)| match ends {
                true => format!("{} stdout F {part}", stamp(sent)),
                false => format!("{} stdout P {part}\n", stamp(sent)),
            });
            parts.collect()
        },
        &TextOptions::default(),
    );
    check(
        |sent, entry| {
            let parts = parted(entry).into_iter().map(|(part, _)| {
                let object =
                    serde_json::json!({ "log": part, "stream": "stdout", "time": stamp(sent) });
                format!("{object}\n")
            });
            parts.collect()
        },
        &TextOptions::default(),
    );
}

const INVITE: &str = "INVITE sip:b@example.org SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\nFrom: <sip:a@example.org>;tag=1\n\
                      To: <sip:b@example.org>\nCall-ID: 1\nCSeq: 1 INVITE\nContent-Length: 0\n\n";

/// Time in seconds of 2025-11-20, ends, and how the start line begins.
fn told(text: &str) -> Vec<(Option<i64>, String, String, String)> {
    let options = TextOptions {
        year: Some(2025),
        zone: Some(0),
        ..TextOptions::default()
    };
    let read = read_text(text.as_bytes(), options).into_iter();
    let told = read.map(|read| {
        let time = read.nanos.map(|nanos| nanos / SECOND - 1_763_596_800);
        let start = read.message[..6].to_owned();
        (time, read.from, read.to, start)
    });
    told.collect()
}

fn invite(time: i64, from: &str, to: &str) -> (Option<i64>, String, String, String) {
    (Some(time), from.into(), to.into(), "INVITE".into())
}

fn indented(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| format!("   {line}"));
    lines.collect()
}

#[test]
fn lines_in_one_line_may_be_indented() {
    let front = "Nov 20 12:00:00 fs freeswitch[12]: ";
    let row = format!("{}\n", "-".repeat(72));
    let console = format!(
        "send 402 bytes to udp/[192.0.2.2]:5060 at 12:00:00.123456:\n{}",
        indented(&(row + INVITE))
    );
    let text = format!("{front}{}\n", folded(&console, OF_SYSLOG));
    assert_eq!(told(&text), [invite(43_200, "own.log", "192.0.2.2:5060")]);
    for said in ["", "got this from 192.0.2.2:5060\n"] {
        let text = format!("{said}{}", indented(INVITE));
        let text = format!("{front}{}\n", folded(&text, OF_SYSLOG));
        let ends = match said {
            "" => [UNKNOWN, UNKNOWN],
            _ => ["192.0.2.2:5060", "own.log"],
        };
        assert_eq!(told(&text), [invite(43_200, ends[0], ends[1])], "{said}");
    }
}

#[test]
fn a_line_of_any_program_says_when_and_to_whom() {
    let sent = folded(&format!("sent to 192.0.2.2:5060\n{INVITE}"), OF_SYSLOG);
    let text = format!("Nov 20 12:00:00 pbx app[12]: {sent}\nNov 20 12:00:09 pbx app[12]: over\n");
    assert_eq!(told(&text), [invite(43_200, "own.log", "192.0.2.2:5060")]);
}

/// A message ends with its line, however much it says that it has: syslog cuts what is too long.
#[test]
fn what_was_cut_ends_with_its_line() {
    let announced = "<--- Received SIP request (500 bytes) from UDP:192.0.2.2:5060 --->\n";
    let entry = |message: &str| folded(&format!("{announced}{message}"), OF_SYSLOG);
    let long = INVITE.replace("Length: 0", "Length: 100") + "v=0\no=- 1 1";
    let in_head = &INVITE[..100];
    let text = [&long, in_head, INVITE]
        .map(|message| format!("Nov 20 12:00:00 pbx asterisk[12]: {}\n", entry(message)));
    let read = read_text(text.concat().as_bytes(), TextOptions::default());
    let whole: Vec<_> = read.iter().map(|read| read.whole).collect();
    assert_eq!(whole, [false, false, true]);
    let is_told =
        |read: &Read| (read.from.as_str(), read.to.as_str()) == ("192.0.2.2:5060", "own.log");
    assert!(read.iter().all(is_told), "{read:#?}");
    assert!(read[0].message.ends_with("v=0\r\no=- 1 1\r\n"), "{read:#?}");
    assert_eq!(read[2].message, INVITE.replace('\n', "\r\n"));
}

/// Such a line in the body of a message is of that.
#[test]
fn a_body_may_quote_such_lines() {
    let announced = "<--- Received SIP request (9 bytes) from UDP:192.0.2.2:5060 --->\n";
    let quoted = format!(
        "Nov 20 12:00:00 pbx asterisk[12]: {}\n",
        folded(&format!("{announced}{INVITE}"), OF_SYSLOG)
    );
    let length = format!("Content-Type: text/plain\nContent-Length: {}", quoted.len());
    let message = INVITE
        .replace("INVITE", "MESSAGE")
        .replace("Content-Length: 0", &length);
    let text = format!("{announced}{message}{quoted}\n");
    let read = read_text(text.as_bytes(), TextOptions::default());
    assert_eq!(read.len(), 1, "{read:#?}");
    assert!(read[0].message.ends_with(&quoted), "{read:#?}");
    assert!(read[0].whole);
}

/// What syslog did not write is no escape of it.
#[test]
fn other_signs_of_a_line_of_syslog_are_left() {
    let message = INVITE.replace("<sip:a@", r#""A \"B\" \\ \n" <sip:a@"#);
    let entry = folded(&message, OF_SYSLOG);
    let text = format!("Nov 20 12:00:00 pbx app[12]: {entry}\n");
    let read = read_text(text.as_bytes(), TextOptions::default());
    assert_eq!(read[0].message, message.replace('\n', "\r\n"));
}

/// The name of the month and the length of a number in front may change.
#[test]
fn what_stands_in_front_may_change_over_new_year() {
    let line = |front: &str, text: &str| -> String {
        let lines = text.split_inclusive('\n');
        lines.map(|line| format!("{front}{line}")).collect()
    };
    let sent = |time: &str| {
        let row = "-".repeat(47);
        format!("{row} {time}.900000\nUDP message sent (402 bytes):\n\n{INVITE}")
    };
    let text = line(
        "Dec 31 23:59:59 gw sipp[99]: ",
        &sent("2025-12-31T23:59:59"),
    ) + &line(
        "Jan  1 00:00:00 gw sipp[100]: ",
        &sent("2026-01-01T00:00:00"),
    );
    let last = 41 * 86_400 + 86_399;
    let expected = [last, last + 1].map(|time| invite(time, "own.log", UNKNOWN));
    assert_eq!(told(&text), expected);
}

/// Where all lines of a message have something in front, one that was cut ends where that stands again.
#[test]
fn a_line_that_was_cut_has_the_next_right_behind_it() {
    let container: fn(&str) -> String = |line| format!("2025-11-20T12:00:00.5Z stdout F {line}");
    let logger: fn(&str) -> String = |line| format!("Nov 20 12:00:00 pbx prog[12]: {line}");
    let object: fn(&str) -> String = |line| {
        format!(
            "{}\n",
            serde_json::json!({ "log": line, "stream": "stdout" })
        )
    };
    let length = INVITE.replace('\n', "\r\n").len();
    let entry = format!(
        "<--- Received SIP request ({length} bytes) from UDP:192.0.2.2:5060 --->\n{INVITE}"
    );
    for around in [container, logger, object] {
        let lines: Vec<String> = entry.split_inclusive('\n').map(around).collect();
        let whole = lines.concat();
        // In the midst of the first header field, and the rest of another message behind it.
        let field = lines[2].find("SIP/2.0").unwrap();
        let cut = format!(
            "{}{}{}",
            lines[..2].concat(),
            &lines[2][..field],
            lines[3..].concat()
        );
        let text = format!("{whole}{cut}{whole}");
        let read = read_text(text.as_bytes(), TextOptions::default());
        let told: Vec<_> = read
            .iter()
            .map(|read| (read.whole, read.message.len()))
            .collect();
        let head = "INVITE sip:b@example.org SIP/2.0\r\nVia: ";
        assert_eq!(told[0], (true, length), "{text}");
        assert_eq!(told[2], (true, length), "{text}");
        assert!(
            !told[1].0 && read[1].message.trim_end() == head.trim_end(),
            "{read:#?}"
        );
        assert_eq!(told.len(), 3);
    }
}

/// What the body of a message quotes says nothing of the log, and is no entry of it.
#[test]
fn a_body_may_quote_what_no_other_line_shows() {
    let announced = "<--- Received SIP request (9 bytes) from UDP:192.0.2.2:5060 --->\n";
    let body = format!("look:\n{announced}{INVITE}thanks\n");
    let length = format!("Content-Type: text/plain\nContent-Length: {}", body.len());
    let message = INVITE
        .replace("INVITE", "MESSAGE")
        .replace("Content-Length: 0", &length);
    let said = "2025-11-20 12:00:00 app: received 192.0.2.1:5060 -> 192.0.2.2:5060\n";
    let text = format!("{said}{message}{body}{said}{INVITE}");
    let (one, other) = ("192.0.2.1:5060", "192.0.2.2:5060");
    let (time, from, to, _) = invite(43_200, one, other);
    assert_eq!(
        told(&text),
        [
            (time, from, to, "MESSAG".into()),
            invite(43_200, one, other)
        ]
    );
}
