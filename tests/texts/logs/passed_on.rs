//! Logs that others passed on: each entry in one line of syslog with escapes for its line ends, or each line with a stamp of whoever
//! collected it. What comes back is what the log itself gives, with the day and the zone that the stamps in front know.

use std::net::SocketAddr;

use sipscope::source::TextOptions;

use crate::logs::one_side::{MILLISECOND, SECOND};
use crate::logs::traffic::{Read, Sent, UNKNOWN, of_one_side, read_text};

const MICROSECOND: i64 = 1000;

/// Formats that have several lines for a message, with what they know of the second.
const FORMATS: [(&str, i64); 10] = [
    ("asterisk", MILLISECOND),
    ("baresip", MILLISECOND),
    ("cisco", MILLISECOND),
    ("clearwater", MILLISECOND),
    ("genesys", MILLISECOND),
    ("linphone", MILLISECOND),
    ("oracle", MILLISECOND),
    ("pjsua", MILLISECOND),
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
    let (traffic, own) = of_one_side();
    for (format, unit) in FORMATS {
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
    for behind in [" ", " stdout F ", " sbc prog[7]: "] {
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
