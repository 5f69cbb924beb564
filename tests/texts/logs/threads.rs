//! Several threads or programs write one line each by turns, also in the midst of messages.

use sipscope::base::AnomalyKind;
use sipscope::source::TextOptions;

use crate::logs::traffic::{Read, analyze_text, read_text};

/// The lines of a message that this writer sees.
fn message(writer: usize, number: usize) -> Vec<String> {
    let id = format!("{writer}-{number}");
    let (start, body) = match number % 3 {
        0 => ("MESSAGE sip:ben@b.example SIP/2.0", "Hello, Ben."),
        1 => ("SIP/2.0 200 OK", ""),
        _ => ("OPTIONS sip:ben@b.example SIP/2.0", ""),
    };
    let head = format!(
        "{start}|Via: SIP/2.0/UDP 192.0.2.{writer}:5060;branch=z9hG4bK{id}|Max-Forwards: 70|\
         From: <sip:ann@a.example>;tag={id}|To: <sip:ben@b.example>;tag=t|Call-ID: {id}@a.example|\
         CSeq: {number} MESSAGE|Content-Type: text/plain|Content-Length: {}|",
        body.len()
    );
    let body = Some(body).filter(|body| !body.is_empty());
    head.split('|').chain(body).map(str::to_owned).collect()
}

const NUMBERS: std::ops::Range<usize> = 1..6;

/// The lines of these writers, each time some of one, and who wrote them.
fn by_turns(writers: usize) -> Vec<(usize, String)> {
    all_by_turns(writers, message)
}

/// The same, where each message is written like this.
fn all_by_turns(
    writers: usize,
    entry: impl Fn(usize, usize) -> Vec<String> + Copy,
) -> Vec<(usize, String)> {
    let lines = |writer| NUMBERS.flat_map(move |number| entry(writer, number));
    let mut lines: Vec<_> = (0..writers)
        .map(|writer| lines(writer).peekable())
        .collect();
    let mut all = Vec::new();
    let mut turn: usize = 0;
    while lines.iter_mut().any(|lines| lines.peek().is_some()) {
        turn += 1;
        let writer = turn % writers;
        let some = lines[writer].by_ref().take(1 + turn * turn % 5 % 3);
        all.extend(some.map(|line| (writer, line)));
    }
    all
}

fn log(lines: &[(usize, String)], front: impl Fn(usize, usize) -> String) -> String {
    let lines = lines.iter().enumerate();
    let lines = lines.map(|(at, (writer, line))| format!("{}{line}\n", front(*writer, at)));
    lines.collect()
}

fn read(text: &str) -> Vec<Read> {
    read_text(text.as_bytes(), TextOptions::default())
}

/// The messages, in whatever order.
fn messages(text: &str) -> Vec<String> {
    let mut messages: Vec<_> = read(text).into_iter().map(|read| read.message).collect();
    messages.sort();
    messages
}

fn expected(writers: usize) -> Vec<String> {
    let all = (0..writers).flat_map(|writer| NUMBERS.map(move |number| message(writer, number)));
    let text = |lines: Vec<String>| {
        let (head, body) = lines.split_at(10);
        head.join("\r\n") + "\r\n" + &body.concat()
    };
    let mut messages: Vec<_> = all.map(text).collect();
    messages.sort();
    messages
}

const PROGRAMS: [&str; 3] = ["edge", "core", "app"];

#[test]
fn each_message_has_the_lines_of_its_writer() {
    type Front = fn(usize, usize) -> String;
    let fronts: [Front; 7] = [
        |writer, at| format!("2026-11-20 10:00:{:02}.123 [T-{}] ", at / 10, 17 + writer),
        |writer, at| format!("10:00:{:02}.123 [{}] DEBUG: ", at / 10, 1417 + writer),
        |writer, at| format!("Nov 20 10:00:{:02} gw sipd[{}]: ", at / 10, 3100 + writer),
        |writer, at| {
            format!(
                "Nov 20 10:00:{:02} gw {}[{}]: ",
                at / 10,
                PROGRAMS[writer],
                31 + writer
            )
        },
        |writer, at| {
            format!(
                "Nov 20 10:00:{:02} gw sipd[{}]: #{at} ",
                at / 10,
                3100 + writer
            )
        },
        |writer, _| format!("{:<5}| ", PROGRAMS[writer]),
        |writer, _| format!("(worker-{writer}) "),
    ];
    for writers in [2, 3] {
        let lines = by_turns(writers);
        for front in fronts {
            let text = log(&lines, front);
            assert_eq!(messages(&text), expected(writers), "{text}");
        }
    }
}

/// What a thread says in front of its message stands in front of that, and nothing that another one says.
#[test]
fn the_line_in_front_is_of_the_same_writer() {
    let front = |writer: usize, at: usize| format!("10:00:{:02}.123 [{}] ", at / 10, 1417 + writer);
    let said = |writer: usize| (writer, format!("received from 192.0.2.{}:5060", writer + 7));
    let mut lines = by_turns(2);
    lines.splice(0..0, [said(0), said(1)]);
    let text = log(&lines, front);
    let mut read = read(&text);
    read.retain(|read| {
        read.message.contains("branch=z9hG4bK0-1") || read.message.contains("branch=z9hG4bK1-1")
    });
    read.sort_by_key(|read| read.message.clone());
    let from: Vec<_> = read.iter().map(|read| &*read.from).collect();
    assert_eq!(from, ["192.0.2.7:5060", "192.0.2.8:5060"]);
}

/// On 2026-11-20, in UTC.
const TEN_O_CLOCK: i64 = 1_795_168_800;

/// An entry as sngrep saves it: one line in front of the message, and an empty one behind.
fn sngrep(writer: usize, number: usize) -> Vec<String> {
    let front = format!(
        "2026/11/20 10:{number:02}:{writer:02}.000001 192.0.2.{}:5060 -> 192.0.2.99:5060",
        writer + 7
    );
    let lines = message(writer, number);
    let ends_blank = lines.last().is_some_and(String::is_empty);
    let behind = std::iter::repeat_n(String::new(), 2 - usize::from(ends_blank));
    [front].into_iter().chain(lines).chain(behind).collect()
}

/// An entry as Kamailio dumps it: a block of lines in front of the message, and a row behind.
fn sipdump(writer: usize, number: usize) -> Vec<String> {
    let block = format!(
        "====================|tag: rcv|pid: {writer}|process: 1|time: {}.000001|date: d|\
         proto: udp ipv4|srcip: 192.0.2.{}|srcport: 5060|dstip: 192.0.2.99|dstport: 5060|\
         ~~~~~~~~~~~~~~~~~~~~",
        TEN_O_CLOCK + 60 * number as i64 + writer as i64,
        writer + 7
    );
    let lines = message(writer, number);
    let body = lines.len() - usize::from(lines.last().is_some_and(|line| !line.is_empty()));
    let mut all: Vec<String> = block.split('|').map(str::to_owned).collect();
    all.extend(lines[..body].iter().cloned());
    match lines.get(body) {
        Some(body) => all.push(format!("{body}||||||||||||||||||||")),
        None => all.push("||||||||||||||||||||".to_owned()),
    }
    all
}

/// What stands in front of a message says when it was and between whom; of two that come one behind the other each is of its own.
#[test]
fn what_announces_a_message_is_of_the_same_writer() {
    type Entry = fn(usize, usize) -> Vec<String>;
    type Front = fn(usize, usize) -> String;
    let syslog: Front = |writer, _| format!("Nov 20 10:09:59 gw sipd[{}]: ", 3100 + writer);
    let thread: Front = |writer, _| format!("2026-11-20 10:09:59.123 [T-{}] ", 17 + writer);
    let module: Front = |writer, _| format!("10:09:59.123 [INFO] ({}) sip.c:7 ", 17 + writer);
    let all: [(Entry, Front); 4] = [
        (sngrep, syslog),
        (sipdump, syslog),
        (sipdump, thread),
        (sipdump, module),
    ];
    for (entry, front) in all {
        for writers in [1, 2, 3] {
            let lines = all_by_turns(writers, entry);
            let text = log(&lines, front);
            let all = read(&text);
            assert_eq!(all.len(), writers * NUMBERS.len(), "{text}");
            for read in all {
                let id = read.message.split("branch=z9hG4bK").nth(1).unwrap();
                let (writer, number) = (
                    id[..1].parse::<usize>().unwrap(),
                    id[2..3].parse::<i64>().unwrap(),
                );
                assert_eq!(read.from, format!("192.0.2.{}:5060", writer + 7), "{text}");
                let seconds = TEN_O_CLOCK + 60 * number + writer as i64;
                assert_eq!(read.nanos, Some(seconds * 1_000_000_000 + 1000), "{text}");
            }
        }
    }
}

/// One that ends in the midst keeps nobody waiting for long.
#[test]
fn a_message_that_breaks_off_loses_no_other() {
    let front = |writer: usize, at: usize| format!("10:00:{:02}.123 [{}] ", at / 10, 1417 + writer);
    let mut lines = by_turns(2);
    let broken = message(3, 1).into_iter().take(4);
    lines.splice(0..0, broken.map(|line| (3, line)));
    let all = messages(&log(&lines, front));
    let whole: Vec<_> = all.into_iter().filter(|one| !one.contains("3-1")).collect();
    assert_eq!(whole, expected(2));
}

/// Names of containers stand in one column, also that of one who has no messages.
#[test]
fn a_container_may_write_in_the_midst_of_messages_of_another() {
    let lines = NUMBERS.flat_map(|number| message(0, number));
    let lines = lines.enumerate().map(|(at, line)| match at % 4 {
        1 => format!("edge-1     | {line}\npostgres-1 | 2026-11-20 10:00:00 UTC LOG: checkpoint\n"),
        _ => format!("edge-1     | {line}\n"),
    });
    let text: String = lines.collect();
    assert_eq!(messages(&text), expected(1), "{text}");
}

/// Numbers that only count tell nobody from another.
#[test]
fn a_counter_is_no_writer() {
    let lines: Vec<_> = NUMBERS.flat_map(|number| message(0, number)).collect();
    let lines: Vec<_> = lines.into_iter().map(|line| (0, line)).collect();
    for front in [
        |_, at| format!("[{at:06}] "),
        |_, at| format!("<{}.{at:04}> sipd: ", 5000 + at / 7),
    ] {
        let text = log(&lines, front);
        assert_eq!(messages(&text), expected(1), "{text}");
    }
}

/// Numbers come again for other reasons as well: lines of a source, processors, hundredths of a second, levels.
#[test]
fn what_comes_again_in_front_of_one_writer_tells_nothing() {
    let lines: Vec<_> = NUMBERS.flat_map(|number| message(0, number)).collect();
    let lines: Vec<_> = lines.into_iter().map(|line| (0, line)).collect();
    type Front = fn(usize, usize) -> String;
    let fronts: [Front; 6] = [
        |_, at| format!("10:00:{:02}:{:02} ", at / 10, at * 37 % 100),
        |_, at| format!("I0101 10:00:00.000001 7 sip.go:{}] ", 103 + at % 3 * 7),
        |_, at| format!("[   12.345678] [C{}] ", at % 2),
        |_, at| format!("{}.43% [DEBUG] sofia.c:1 ", 90 + at % 4),
        |_, at| format!("<13{}>gw sipd: ", 4 + at % 2),
        |_, at| format!("[pool-{}] sip.c:{} ", at * at % 3, 5 + at % 2),
    ];
    for front in fronts {
        let text = log(&lines, front);
        assert_eq!(messages(&text), expected(1), "{text}");
    }
}

/// Where nothing tells the lines apart, first lines whose messages cannot be told are pointed to.
#[test]
fn a_first_line_without_its_message_is_told() {
    for front in ["", "Nov 20 10:00:00 gw sipd: "] {
        let (one, other) = (message(0, 2), message(1, 1));
        let both = one.iter().zip(&other);
        let lines = both.flat_map(|(one, other)| [one, other]);
        let text: String = lines.map(|line| format!("{front}{line}\n")).collect();
        let intake = analyze_text(text.as_bytes(), TextOptions::default());
        let mut anomalies = intake.anomalies.iter();
        let unreadable = anomalies.find(|(kind, _)| *kind == AnomalyKind::LogEntryUnreadable);
        let (_, found) = unreadable.unwrap();
        assert!(found.detail.starts_with("line 1: "), "{}", found.detail);
    }
}

/// Messages that come whole, and what another thread says of its own between one and what was said of that.
#[test]
fn what_another_says_in_between_is_no_end() {
    let fronts: [fn(usize) -> String; 3] = [
        |thread| format!("10:00:00.040 [w-{thread}] "),
        |thread| format!("Jan 31 10:00:00 gw sipd[{}]: ", 100 + thread),
        |thread| format!("[{thread}] 10:00:00.040 "),
    ];
    for front in fronts {
        let mut text = String::new();
        for number in NUMBERS {
            let (own, other) = (front(number % 3), front((number + 1) % 3));
            text += &format!("{own}received 300 bytes from 192.0.2.{number}:5060 via UDP\n");
            text += &format!("{other}sent 300 bytes to 198.51.100.9:5070 via TCP\n");
            for line in message(9, number) {
                text += &format!("{own}{line}\n");
            }
        }
        let found = read(&text);
        assert_eq!(found.len(), NUMBERS.len(), "{text}");
        for (number, read) in NUMBERS.zip(found) {
            assert_eq!(read.from, format!("192.0.2.{number}:5060"), "{text}");
            assert_eq!(read.transport, "UDP", "{text}");
        }
    }
}
