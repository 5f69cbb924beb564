//! More than one writer in a log, what is left of messages, and what only looks like one.

use std::net::SocketAddr;

use sipscope::base::AnomalyKind;
use sipscope::source::TextOptions;

use crate::logs::traffic::{Read, Sent, analyze_text, of_one_side, read_text};

fn alone(write: fn(&Sent, SocketAddr) -> Vec<u8>) -> (Vec<Vec<u8>>, Vec<Read>) {
    let (traffic, own) = of_one_side();
    let entries: Vec<_> = traffic.iter().map(|sent| write(sent, own)).collect();
    let read = read_text(&entries.concat(), TextOptions::default());
    assert_eq!(read.len(), entries.len());
    (entries, read)
}

#[test]
fn two_programs_may_write_to_a_console() {
    let (asterisk, mut expected) = alone(crate::logs::asterisk::write_console);
    let (pjsua, others) = alone(crate::logs::pjsua::write);
    let both = asterisk
        .iter()
        .zip(&pjsua)
        .flat_map(|(one, other)| [one.clone(), other.clone()]);
    let text: Vec<u8> = both.flatten().collect();
    let read = read_text(&text, TextOptions::default());
    // The one has days of no year, and the other none: nothing compares their times.
    expected.extend(others.into_iter().map(|other| Read {
        nanos: None,
        ..other
    }));
    assert_eq!(read.len(), expected.len());
    for expected in &expected {
        assert!(read.contains(expected), "{expected:#?}");
    }
}

/// Who asks for a format gets no other.
#[test]
fn a_format_that_was_asked_for_is_not_changed() {
    let (pjsua, expected) = alone(crate::logs::pjsua::write);
    let (asterisk, _) = alone(crate::logs::asterisk::write_console);
    let asked = |text: &[u8], format: &str| {
        let options = TextOptions {
            format: Some(format.to_owned()),
            ..TextOptions::default()
        };
        read_text(text, options)
    };
    let options = TextOptions {
        format: Some("sipp".to_owned()),
        ..TextOptions::default()
    };
    let none = analyze_text(&pjsua.concat(), options);
    assert_eq!(none.sightings.len(), 0);
    let said = none.unreadable[0].to_string();
    assert!(said.contains("it looks like pjsua"), "{said}");
    let both = asked(&[pjsua.concat(), asterisk.concat()].concat(), "pjsua");
    let missing = expected.iter().find(|read| !both.contains(read));
    assert_eq!(missing, None);
    // The other format is read as any text.
    assert_eq!(both.len(), expected.len() + asterisk.len());
    let options = TextOptions {
        format: Some("pjsua".to_owned()),
        ..TextOptions::default()
    };
    let both = analyze_text(&[pjsua.concat(), asterisk.concat()].concat(), options);
    assert_eq!(both.inputs[0].format, "pjsua + text");
}

/// The body of a message may be the log of another program.
#[test]
fn what_a_message_quotes_does_not_tell_the_format() {
    let (traffic, own) = of_one_side();
    let mut quoting = traffic[0].clone();
    for host in ["asterisk", "clearwater", "pjsua"] {
        for quoted in [
            "opensips",
            "oracle",
            "sipdump",
            "sipp",
            "sngrep",
            "sofia-dump",
        ] {
            let record = String::from_utf8_lossy(&traffic[0].written(quoted, own)).into_owned();
            let lines = record.lines().map(|line| format!("{line}\r\n"));
            let body = format!("Seen:\r\n{}", lines.collect::<String>());
            let length = body.len();
            quoting.bytes = format!(
                "MESSAGE sip:b SIP/2.0\r\n{HEADERS}Content-Type: text/plain\r\n\
                 Content-Length: {length}\r\n\r\n{body}"
            )
            .into_bytes();
            let all = [&traffic[0], &quoting, &traffic[1]];
            let log: Vec<u8> = all
                .iter()
                .flat_map(|sent| sent.written(host, own))
                .collect();
            let intake = analyze_text(&log, TextOptions::default());
            assert_eq!(intake.inputs[0].format, host, "{host} quotes {quoted}");
            assert_eq!(intake.sightings.len(), 3, "{host} quotes {quoted}");
        }
    }
}

const HEADERS: &str =
    "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n";

/// A thread of chan_sip writes a message line by line, another writes between them.
#[test]
fn a_line_of_another_thread_is_taken_out_of_a_message() {
    let start = "OPTIONS sip:b@example.org SIP/2.0\r\n";
    let end = "Content-Length: 0\r\n\r\n";
    let notice = "[Nov 14 22:13:21] NOTICE[17] chan_sip.c: Peer is now reachable\n";
    let text = format!(
        "<--- SIP read from UDP:192.0.2.1:5060 --->\n{start}{HEADERS}{notice}{end}<------------->\n"
    );
    let read = read_text(text.as_bytes(), TextOptions::default());
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].message, format!("{start}{HEADERS}{end}"));
    assert!(read[0].whole && read[0].spoiled.contains(&"put together"));
    // Nothing more comes of it.
    let text = format!(
        "<--- SIP read from UDP:192.0.2.1:5060 --->\n{start}{HEADERS}{notice}Words of a console.\nAnd: more\n"
    );
    let read = read_text(text.as_bytes(), TextOptions::default());
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].message, format!("{start}{HEADERS}"));
    assert!(!read[0].whole);
}

/// How many messages, what could not be decoded, and where that is.
fn counts(text: &str) -> (usize, u64, Option<u64>) {
    let intake = analyze_text(text.as_bytes(), TextOptions::default());
    let mut unreadable = intake.anomalies.iter();
    let unreadable = unreadable.find(|(kind, _)| *kind == AnomalyKind::LogEntryUnreadable);
    (
        intake.sightings.len(),
        intake.total().undecodable_total(),
        unreadable.map(|(_, summary)| summary.first.number),
    )
}

#[test]
fn header_fields_without_a_start_line_are_pointed_to() {
    let message = format!("BYE sip:b@example.org SIP/2.0\r\n{HEADERS}Content-Length: 0\r\n\r\n");
    let text = format!("{message}words\n\n{HEADERS}\nwords\n{message}");
    assert_eq!(counts(&text), (2, 1, Some(9)));
    let quoted = format!("> {}", HEADERS.replace("\r\n", "\n> "));
    assert_eq!(
        counts(&format!("{message}words\n{quoted}\n")),
        (1, 1, Some(8))
    );
}

/// Two messages line by line one in the other, with nothing that tells whose line is whose.
#[test]
fn start_lines_of_which_no_message_comes_are_pointed_to() {
    let message = format!("BYE sip:b@example.org SIP/2.0\r\n{HEADERS}Content-Length: 0\r\n\r\n");
    let lines = message
        .lines()
        .flat_map(|line| [format!("gw1 {line}\r\n"), format!("{line}\r\n")]);
    let mixed: String = lines.collect();
    assert_eq!(counts(&format!("{message}words\n{mixed}")), (1, 2, Some(8)));
}

#[test]
fn what_speaks_of_messages_is_none() {
    let message = format!("BYE sip:b@example.org SIP/2.0\r\n{HEADERS}Content-Length: 0\r\n\r\n");
    let prose = "10:11:12 got INVITE sip:bob@example.org SIP/2.0 from the proxy\n\
                 INVITE sip:bob@example.org SIP/2.0\n\
                 goes out and is answered by\n\
                 SIP/2.0 200 OK\n\
                 with Via: SIP/2.0/UDP 192.0.2.1 and CSeq: 1 INVITE\n\
                 Via: SIP/2.0/UDP 192.0.2.1\n\
                 is what it says.\n\
                 From: alice\nTo: bob\nSubject: 1 INVITE\n\n\
                 GET / HTTP/1.1\nVia: 1.1 proxy\nHost: example.org\n\n\
                 SETUP rtsp://example.org RTSP/1.0\nCSeq: 1\nSession: 2\n";
    assert_eq!(counts(&format!("{message}{prose}{message}")), (2, 0, None));
    let sipp = format!(
        "{0} 2023-11-14 22:13:20.000000\nUDP message sent [1] bytes :\n\n{message}\n{0} 2023-11-14 22:13:21.000000\n{prose}",
        "-".repeat(47)
    );
    assert_eq!(counts(&sipp), (1, 0, None));
}

/// How many of each kind of anomaly there are, and the line of the first.
fn anomaly(text: &str, kind: AnomalyKind) -> Option<(u64, u64)> {
    let intake = analyze_text(text.as_bytes(), TextOptions::default());
    let mut anomalies = intake.anomalies.iter();
    let found = anomalies.find(|(known, _)| *known == kind)?.1;
    Some((found.count, found.first.number))
}

/// No more than 4 MiB are taken for one message.
#[test]
fn a_line_that_is_longer_than_any_message_is_told() {
    let announced = "<--- SIP read from UDP:192.0.2.1:5060 --->\n";
    let end = "<------------->\n";
    let message = format!("BYE sip:b@example.org SIP/2.0\r\n{HEADERS}Content-Length: 0\r\n\r\n");
    let huge = "x".repeat(5 << 20);
    let text = format!("{announced}{huge}\n{end}{announced}{message}{end}");
    assert_eq!(counts(&text), (1, 1, Some(2)));
    assert_eq!(anomaly(&text, AnomalyKind::MessageTooLong), Some((1, 1)));
    let cut = message.replace(
        "Content-Length",
        &format!("Subject: {huge}\r\nContent-Length"),
    );
    let text = format!("{announced}{cut}{end}{announced}{message}{end}");
    let read = read_text(text.as_bytes(), TextOptions::default());
    assert_eq!(
        read.iter().map(|read| read.whole).collect::<Vec<_>>(),
        [false, true]
    );
    assert_eq!(read[0].message.len(), 4 << 20);
    assert_eq!(anomaly(&text, AnomalyKind::MessageTooLong), Some((1, 1)));
}

/// In bytes that are no text an escape may mean something else.
#[test]
fn colours_inside_of_a_message_are_noted() {
    let message = format!("BYE sip:b@example.org SIP/2.0\r\n{HEADERS}Content-Length: 0\r\n\r\n");
    let coloured = message.replace("BYE", "\x1b[1;31mBYE\x1b[0m");
    let read = read_text(
        format!("{message}{coloured}").as_bytes(),
        TextOptions::default(),
    );
    let told = read
        .iter()
        .map(|read| (read.message.clone(), read.spoiled.clone()));
    let expected = [(message.clone(), vec![]), (message, vec!["white space"])];
    assert!(told.eq(expected), "{read:#?}");
}

/// Wherever between an announcement and the end of the header fields another thread writes, the message is the same, and so is what
/// its announcement says of it.
#[test]
fn another_thread_may_write_in_any_line_of_a_head() {
    let others = [
        (
            "cisco",
            "660009: Nov 14 22:13:19.130: //-1/xxxxxxxxxxxx/SIP/Info/ccsip_new: Checking\n",
        ),
        (
            "clearwater",
            "14-11-2023 22:13:19.130 UTC [7f01] Debug dispatcher.cpp:123: Queuing it\n",
        ),
        ("genesys", "22:13:19.130: SIPCM: timeout entered\n"),
        (
            "linphone",
            "2023-11-14 22:13:19:130 mediastreamer-message-Sending RTP 1 2 3\n",
        ),
        (
            "oracle",
            "Nov 14 22:13:19.130 [SIP] SipTransport::process done\n",
        ),
        (
            "pjsua",
            "22:13:19.130   sip_endpoint.c  .Processing incoming message\n",
        ),
        (
            "sofia",
            "2023-11-14 22:13:19.130000 [NOTICE] switch_channel.c:1142 New Channel x\n",
        ),
    ];
    let (traffic, own) = of_one_side();
    let with_body = |sent: &&Sent| sent.transport == "UDP" && sent.text().contains("m=audio");
    let sent = traffic.iter().find(with_body).unwrap();
    for (format, line) in others {
        let written = sent.written(format, own);
        let entry = String::from_utf8(written).unwrap();
        let lines: Vec<&str> = entry.split_inclusive('\n').collect();
        let start = lines.iter().position(|line| line.contains("SIP/2.0"));
        let start = start.unwrap();
        let end = lines
            .iter()
            .position(|line| line.contains("Content-Length"));
        let behind = sent.written(format, own);
        let behind = String::from_utf8(behind).unwrap();
        let options = || TextOptions {
            format: Some(format.to_owned()),
            year: Some(2023),
            zone: Some(0),
        };
        let expected = read_text(format!("{entry}{behind}").as_bytes(), options());
        assert_eq!(expected.len(), 2, "{format}");
        for at in start..=end.unwrap() {
            let (before, after) = lines.split_at(at);
            let text = [&before.concat(), line, &after.concat(), &behind].concat();
            let found = read_text(text.as_bytes(), options());
            let told = |read: &Read| Read {
                spoiled: Vec::new(),
                ..read.clone()
            };
            let plain = |reads: &[Read]| reads.iter().map(told).collect::<Vec<_>>();
            assert_eq!(plain(&found), plain(&expected), "{format} {at}");
        }
    }
}

/// The empty line behind its fields is of the other thread, as the margin is not in front.
#[test]
fn a_whole_message_of_another_thread_may_stand_in_a_head() {
    let message = |name: &str| {
        format!(
            "OPTIONS sip:{name}@example.org SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{name}\n\
             From: <sip:a@example.org>;tag={name}\nTo: <sip:b@example.org>\nCall-ID: {name}\n\
             CSeq: 1 OPTIONS\nMax-Forwards: 70\nContent-Length: 0\n\n"
        )
    };
    let (one, other) = (message("one"), message("other"));
    for place in 1..=8 {
        let mut text =
            "0a1b2c3d-1234-5678-9abc-def012345678 recv 283 bytes from udp/[192.0.2.1]:5060 at 10:00:00.100000:\n"
                .to_owned();
        let row = "-".repeat(72);
        let mut lines = vec![row.as_str()];
        lines.extend(one.lines());
        lines.push(&row);
        for (number, line) in lines.iter().enumerate() {
            if number == place + 1 {
                text += &other;
            }
            text += &format!("0a1b2c3d-1234-5678-9abc-def012345678    {line}\n");
        }
        let read = read_text(text.as_bytes(), TextOptions::default());
        let mut messages: Vec<_> = read.iter().map(|read| read.message.clone()).collect();
        messages.sort();
        let expected = [&one, &other].map(|text| text.replace('\n', "\r\n"));
        assert_eq!(messages, expected, "{place}\n{text}");
    }
}

/// Two announcements in a row, and two messages behind: whichever was announced first, none gets what is said of the other. Where one
/// message only is there, the announcement right in front is its own.
#[test]
fn of_two_that_are_announced_in_a_row_nothing_is_said() {
    type Announce = fn(u8, usize) -> String;
    let formats: [(Announce, &str); 3] = [
        (
            |end, _| {
                format!("2026-01-02 10:00:0{end}.123 received from 192.0.2.{end}:5060 via UDP\n")
            },
            "\n",
        ),
        (
            |end, length| {
                format!(
                    "<--- Received SIP request ({length} bytes) from UDP:192.0.2.{end}:5060 --->\n"
                )
            },
            "\n",
        ),
        (
            |end, length| {
                format!(
                    "10:00:0{end}.123   pjsua_core.c  .RX {length} bytes Request msg BYE/cseq=1 (rdata0x1) from UDP 192.0.2.{end}:5060:\n"
                )
            },
            "--end msg--\n",
        ),
    ];
    let message = |end: u8| {
        format!(
            "BYE sip:b@example.org SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.{end}:5060;branch=z9hG4bK{end}\r\n\
             From: <sip:a@example.org>;tag=1\r\nTo: <sip:b@example.org>;tag=2\r\nCall-ID: {end}\r\n\
             CSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n"
        )
    };
    for (announce, end) in formats {
        let both = [7, 8].map(|end| announce(end, message(end).len())).concat();
        for (one, other) in [(7, 8), (8, 7)] {
            let text = format!("{both}{}{end}{}{end}", message(one), message(other));
            let read = read_text(text.as_bytes(), TextOptions::default());
            let told = read.iter();
            let told: Vec<_> = told.map(|read| (&*read.from, read.nanos)).collect();
            assert_eq!(told, [("unknown", None), ("unknown", None)], "{text}");
            let found = anomaly(&text, AnomalyKind::LogEntryUnreadable);
            assert_eq!(found, Some((1, 1)), "{text}");
        }
        let text = format!("{both}{}{end}", message(8));
        let read = read_text(text.as_bytes(), TextOptions::default());
        assert_eq!(read[0].from, "192.0.2.8:5060", "{text}");
        assert_eq!(anomaly(&text, AnomalyKind::LogEntryUnreadable), None);
    }
}
