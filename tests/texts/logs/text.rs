//! Any text: plain messages, a mail that quotes a log, a page with code blocks, entries of an unknown program.

use crate::logs::traffic::{
    Read, Sent, UNKNOWN, all, analyze_at_most, analyze_text, check, check_text, read_text,
};
use sipscope::base::AnomalyKind;
use sipscope::source::TextOptions;
use sipscope::{Job, analyze};

/// A message of which the text says nothing.
fn bare(sent: &Sent) -> Read {
    Read {
        nanos: None,
        from: UNKNOWN.to_owned(),
        to: UNKNOWN.to_owned(),
        transport: UNKNOWN,
        ..sent.exact()
    }
}

fn stamp(sent: &Sent) -> String {
    let (year, month, day, hour, minute, second, nanos) = sent.clock();
    let micros = nanos / 1000;
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
}

#[test]
fn plain_messages_come_back_byte_by_byte() {
    let traffic = all();
    let text: Vec<u8> = traffic.iter().flat_map(|sent| sent.bytes.clone()).collect();
    let expected: Vec<Read> = traffic.iter().map(bare).collect();
    check("plain.sip", "text", &text, &expected);
}

/// Hours of other lines may stand in front of the first message.
#[test]
fn messages_far_behind_are_read() {
    let line = format!("{}\n", "work goes on ".repeat(5000));
    let other = line.repeat((17 << 20) / line.len());
    let log: Vec<u8> = all()
        .iter()
        .flat_map(|sent| sent.written("sngrep", sent.source))
        .collect();
    let expected: Vec<_> = read_text(&log, TextOptions::default());
    let text = [other.as_bytes(), &log].concat();
    check_text(&text, &expected);
    let intake = analyze_text(&text, TextOptions::default());
    assert_eq!(intake.inputs[0].format, "sngrep");
}

#[test]
fn a_long_text_without_messages_is_no_input() {
    let line = format!("{}\n", "work goes on ".repeat(5000));
    let other = line.repeat((17 << 20) / line.len());
    let intake = analyze_text(other.as_bytes(), TextOptions::default());
    let [error] = &intake.unreadable[..] else {
        panic!("{:?}", intake.unreadable);
    };
    assert!(error.problem.contains("--input-format"), "{error}");
    // In a folder of captures nobody asked for it.
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("other.log"), other).unwrap();
    let inputs = vec![folder.path().to_owned()];
    let intake = analyze(&Job {
        inputs,
        threads: 1,
        ..Job::default()
    })
    .unwrap();
    assert!(intake.unreadable.is_empty(), "{:?}", intake.unreadable);
}

/// What Kamailio writes to its standard error, as the journal keeps it: without blank lines.
#[test]
fn an_entry_with_a_process_in_front_ends_a_message() {
    let traffic = all();
    let entries = traffic.iter().map(|sent| {
        let message = sent.text().replace("\r\n", "\n").replace("\n\n", "\n");
        format!(" 1(77) INFO: <script>: received from {} to {} proto udp:\n{message}18(1033) NOTICE: <core> [main.c:1]: done\n", sent.source, sent.destination)
    });
    let text: String = entries.collect();
    let found = read_text(text.as_bytes(), TextOptions::default());
    let found: Vec<_> = found
        .iter()
        .map(|read| (&*read.from, &*read.message, read.whole))
        .collect();
    let sent: Vec<_> = traffic
        .iter()
        .map(|sent| (sent.source.to_string(), sent.text()))
        .collect();
    let sent: Vec<_> = sent
        .iter()
        .map(|(from, text)| (&**from, &**text, true))
        .collect();
    assert_eq!(found, sent);
}

#[test]
fn a_mail_that_quotes_a_log_is_read() {
    let traffic = all();
    let mut text = "From: Alice\nSubject: the call\n\nHello Bob, this is the log:\n\n".to_owned();
    for sent in &traffic {
        let head = format!(
            "{} {} {} -> {}",
            stamp(sent),
            sent.transport.to_lowercase(),
            sent.source,
            sent.destination
        );
        for line in format!("{head}\n{}\n", sent.text()).lines() {
            text += format!("> {line}").trim_end();
            text += "\n";
        }
    }
    text += "\nCan you see why?\n";
    let expected: Vec<Read> = traffic
        .iter()
        .map(|sent| Read {
            spoiled: vec!["line ends", "white space"],
            ..sent.exact()
        })
        .collect();
    check("mail.txt", "text", text.as_bytes(), &expected);
}

#[test]
fn code_blocks_are_read_one_by_one() {
    let traffic = all();
    let mut text =
        "# A call\n\nIt begins with INVITE sip:b SIP/2.0 and ends with BYE.\n".to_owned();
    for sent in &traffic {
        // The last line end of a block is that of the page.
        let message = sent.text().replace("\r\n", "\n");
        text += &format!("\nThen:\n\n```sip\n{message}```\n\nAnd so on.\n");
    }
    let expected: Vec<Read> = traffic
        .iter()
        .map(|sent| Read {
            spoiled: vec!["line ends"],
            ..bare(sent)
        })
        .collect();
    check_text(text.as_bytes(), &expected);
}

#[test]
fn a_logger_in_front_of_every_line_is_taken_away() {
    let traffic = all();
    let mut text = String::new();
    for (number, sent) in traffic.iter().enumerate() {
        text += &format!("{} [{number:03}] something else\n", stamp(sent));
        for line in sent.text().lines() {
            text += &format!("{} [{number:03}] dump: {line}\n", stamp(sent));
        }
    }
    let expected: Vec<Read> = traffic
        .iter()
        .map(|sent| Read {
            nanos: Some(sent.nanos),
            spoiled: vec!["line ends", "white space"],
            ..bare(sent)
        })
        .collect();
    check_text(text.as_bytes(), &expected);
}

#[test]
fn whole_messages_on_a_line_are_read() {
    let traffic = all();
    let expected: Vec<Read> = traffic
        .iter()
        .map(|sent| Read {
            nanos: Some(sent.nanos),
            spoiled: vec!["white space"],
            ..bare(sent)
        })
        .collect();
    for escape in ["#015#012", "\\r\\n"] {
        let text: String = traffic
            .iter()
            .map(|sent| {
                let message = sent.text().replace("\r\n", escape);
                format!("{} proxy[7]: got: {message}\n", stamp(sent))
            })
            .collect();
        check_text(text.as_bytes(), &expected);
    }
}

#[test]
fn strings_of_a_program_are_read() {
    let traffic = &all()[..4];
    let mut text = "int main() {\n".to_owned();
    for sent in traffic {
        text += "    const char *text =\n";
        for line in sent.text().split_inclusive("\r\n") {
            let line = line.replace('"', "\\\"").replace("\r\n", "\\r\\n");
            text += &format!("        \"{line}\"\n");
        }
        text += "        ;\n    use(text);\n";
    }
    let expected: Vec<Read> = traffic
        .iter()
        .map(|sent| Read {
            spoiled: vec!["white space"],
            ..bare(sent)
        })
        .collect();
    check_text(text.as_bytes(), &expected);
}

#[test]
fn a_message_that_is_cut_does_not_swallow_the_next() {
    let traffic = &all()[..3];
    let texts: Vec<String> = traffic.iter().map(Sent::text).collect();
    let cut = &texts[0][..texts[0].len() - 60];
    let read = read_text(
        format!("{cut}\r\n{}{}", texts[1], texts[2]).as_bytes(),
        TextOptions::default(),
    );
    assert_eq!(read.len(), 3);
    assert!(!read[0].whole);
    assert_eq!([&read[1].message, &read[2].message], [&texts[1], &texts[2]]);
}

#[test]
fn messages_far_behind_the_beginning_are_found() {
    let sent = &all()[0];
    let mut text = "nothing to see\n".repeat(100_000).into_bytes();
    text.extend(&sent.bytes);
    check_text(&text, &[bare(sent)]);
}

#[test]
fn a_text_without_messages_is_no_input() {
    let texts = [
        "",
        "just prose\n",
        "# SIP\n\nAn INVITE sip:b SIP/2.0 goes out.\n\nSIP/2.0 200 OK\n\nIt is answered.\n",
        "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n",
        "OPTIONS rtsp://example.org/ RTSP/1.0\r\nCSeq: 1\r\n\r\n",
        "{\"layers\": 1}\n",
        "We got SIP/2.0 486 Busy Here.\nSubject: closed.\n",
        "> We got SIP/2.0 486 Busy Here.\n> Subject: closed.\n> Bye\n",
        "the PBX sends INVITE sip:x@y SIP/2.0 and gets SIP/2.0 486 Busy Here.\nFrom: and To: are right.\n1. A\n",
    ];
    for text in texts {
        assert!(
            analyze_text(text.as_bytes(), TextOptions::default())
                .inputs
                .is_empty(),
            "{text}"
        );
    }
}

/// Words in front are those of a logger where fields stand below that every message has.
#[test]
fn words_in_front_of_a_message_are_left_out() {
    for (front, fields) in [
        (
            "we received ",
            "Server: x\r\nDate: y\r\nVia: SIP/2.0/UDP 192.0.2.1\r\n",
        ),
        ("received ", "From: <sip:a@b>\r\nSubject: x\r\n"),
        ("received ", "Allow: INVITE,\r\n ACK\r\nCall-ID: x\r\n"),
        ("INFO: got message ", "Server: x\r\n"),
        ("12:00:01 got ", "Subject: x\r\n"),
    ] {
        let message = format!("SIP/2.0 200 OK\r\n{fields}\r\n");
        let text = format!("words\n{front}{message}\nmore words\n");
        let intake = analyze_text(text.as_bytes(), TextOptions::default());
        assert_eq!(intake.sightings.len(), 1, "{text}");
    }
}

#[test]
fn a_message_inside_of_another_is_its_body() {
    let inner = "SIP/2.0 200 OK\r\nFrom: <sip:a@b>\r\nCall-ID: inner\r\n\r\n";
    let outer = format!(
        "NOTIFY sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP b\r\nCall-ID: outer\r\nCSeq: 1 NOTIFY\r\n\
         Content-Type: message/sipfrag\r\nContent-Length: {}\r\n\r\n{inner}",
        inner.len()
    );
    let text = format!("{outer}{outer}");
    let read = read_text(text.as_bytes(), TextOptions::default());
    let messages: Vec<_> = read.iter().map(|read| &read.message).collect();
    assert_eq!(messages, [&outer, &outer]);
}

/// A body of any kind may hold a message, in lines or on one; its length tells.
#[test]
fn a_message_in_a_body_of_text_is_its_body() {
    let headed = |method: &str, id: &str, length: usize| {
        format!(
            "{method} sip:b@example.org SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK{id}\r\n\
             Call-ID: {id}\r\nCSeq: 1 {method}\r\nContent-Type: text/plain\r\n\
             Content-Length: {length}\r\n\r\n"
        )
    };
    let inner = headed("OPTIONS", "inner", 5) + "hello";
    let bodies = [
        inner.clone(),
        format!("See this:\r\n\r\n{inner}\r\n"),
        format!("{inner}\r\n{inner}\r\nThat is all.\r\n"),
        format!("See \"{}\".\r\n", inner.replace("\r\n", "\\r\\n")),
    ];
    let next = headed("NOTIFY", "next", 0);
    for body in bodies {
        let outer = headed("MESSAGE", "outer", body.len()) + &body;
        let text = format!("{outer}\r\n{next}");
        for text in [text.replace("\r\n", "\n"), text] {
            let read = read_text(text.as_bytes(), TextOptions::default());
            let messages: Vec<_> = read
                .iter()
                .map(|read| (&read.message, read.whole))
                .collect();
            assert_eq!(messages, [(&outer, true), (&next, true)]);
        }
        // One that is not as long as it says has no other in it.
        for more in [1, 40, 5000, 100_000] {
            let longer = headed("MESSAGE", "outer", 7 + more) + "a body\n";
            let text = format!("{longer}{inner}\r\n{next}");
            let read = read_text(text.as_bytes(), TextOptions::default());
            let begun: Vec<_> = read.iter().map(|read| &read.message[..7]).collect();
            assert_eq!(begun, ["MESSAGE", "OPTIONS", "NOTIFY "], "{more}");
            assert_eq!([&read[1].message, &read[2].message], [&inner, &next]);
        }
    }
}

#[test]
fn what_stands_in_front_counts_only_for_the_message_below() {
    let sent = &all()[0];
    let head = format!(
        "{} udp {} -> {}",
        stamp(sent),
        sent.source,
        sent.destination
    );
    let gap = "\n".repeat(5);
    let message = sent.text();
    let text =
        format!("{head}\n\n{message}\n{message}\n{head}\n{gap}{message}\n{head} ?\nno\n{message}");
    let expected = [sent.exact(), bare(sent), bare(sent), bare(sent)];
    check_text(text.as_bytes(), &expected);
}

#[test]
fn time_since_a_start_is_read() {
    let sent = &all()[0];
    let mut text = String::new();
    for line in sent.text().lines() {
        text += &format!("[   12.345678] sip: {line}\n");
    }
    text += &format!("[  100.000001] got\n{}", sent.text());
    let read = read_text(text.as_bytes(), TextOptions::default());
    let nanos: Vec<_> = read.iter().map(|read| read.nanos.unwrap()).collect();
    assert_eq!(nanos, [12_345_678_000, 100_000_001_000]);
}

/// The other is the one who wrote the text.
#[test]
fn the_own_side_goes_by_the_name_of_the_text() {
    let message = "OPTIONS sip:b SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 0\r\n\r\n";
    for (head, from, to) in [
        ("received from 192.0.2.1:5060", "192.0.2.1:5060", "own.log"),
        ("sent to udp:192.0.2.1:5060", "own.log", "192.0.2.1:5060"),
        ("192.0.2.1:5060", UNKNOWN, UNKNOWN),
    ] {
        let read = read_text(
            format!("{head}\n{message}").as_bytes(),
            TextOptions::default(),
        );
        assert_eq!((read[0].from.as_str(), read[0].to.as_str()), (from, to));
    }
}

/// As in RFC 4475 and the tests of sofia-sip.
#[test]
fn the_first_field_may_be_indented() {
    let message =
        "OPTIONS sip:b SIP/2.0\r\n  To :\r\n  <sip:b>\r\nCall-ID: 1\r\nContent-Length: 0\r\n\r\n";
    let read = read_text(message.as_bytes(), TextOptions::default());
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].message, message);
    // In prose a first word with a colon says nothing.
    let prose = "\n\nOPTIONS sip:b SIP/2.0\n   Note: that is a start line.\n";
    assert!(
        analyze_text(prose.as_bytes(), TextOptions::default())
            .inputs
            .is_empty()
    );
}

#[test]
fn a_line_that_is_too_long_is_said_and_counts_once() {
    let sent = &all()[0];
    // More than is looked at to recognise a format.
    let long = "x".repeat(500_000);
    let text = format!("{long}\n{}", sent.text());
    let intake = analyze_at_most(text.as_bytes(), 2000);
    let kinds: Vec<_> = intake.anomalies.iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, [AnomalyKind::InputDamaged]);
    let lines = intake
        .sightings
        .iter()
        .map(|sighting| sighting.records()[0].number);
    assert_eq!(lines.collect::<Vec<_>>(), [2]);
}

/// Where a logger drops empty lines, a message without a body ends in front of the next entry, however that begins.
#[test]
fn an_entry_that_begins_as_the_one_in_front_is_no_line_of_a_message() {
    let message = |number: usize, length: &str| {
        format!(
            "OPTIONS sip:b@b.example SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{number}\nMax-Forwards: 70\n\
             From: <sip:a@a.example>;tag=1\nTo: <sip:b@b.example>\nCall-ID: {number}\nCSeq: 1 OPTIONS\n{length}"
        )
    };
    type Front = fn(usize) -> String;
    let fronts: [Front; 4] = [
        |at| format!("10:00:01.{at:03} [17] DEBUG"),
        |at| format!("{}.{at:03}: transport", 12 + at / 4),
        |at| format!("1795168801.{at:06}: "),
        |at| format!("2026-11-20T10:00:01.{at:03}:"),
    ];
    for front in fronts {
        for length in ["", "Content-Length: 0\n", "Content-Length: 6\nHello.\n"] {
            let entries = (0..3).map(|number| {
                let at = 4 * number;
                format!(
                    "{} received\n{}{} request: OPTIONS\n{} work: goes on\n",
                    front(at),
                    message(number, length),
                    front(at + 1),
                    front(at + 2)
                )
            });
            let text: String = entries.collect();
            let read = read_text(text.as_bytes(), TextOptions::default());
            assert_eq!(read.len(), 3, "{text}");
            for read in read {
                assert!(!read.message.contains("OPTIONS\r\n1"), "{}", read.message);
                for other in ["request: ", "work: ", "received"] {
                    assert!(!read.message.contains(other), "{}", read.message);
                }
            }
        }
    }
}

/// Numbers in front of lines of a body are its own, as far as the message says.
#[test]
fn lines_of_a_body_may_begin_as_entries_do() {
    let body = "10:00:01.001 first\r\n10:00:01.002 second\r\n";
    let text = format!(
        "10:00:00.123 received\nMESSAGE sip:b@b.example SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
         From: <sip:a@a.example>;tag=1\r\nTo: <sip:b@b.example>\r\nCall-ID: 1\r\nCSeq: 1 MESSAGE\r\n\
         Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}10:00:01.003 done\n",
        body.len()
    );
    let read = read_text(text.as_bytes(), TextOptions::default());
    assert_eq!(read.len(), 1);
    assert!(read[0].message.ends_with(body), "{}", read[0].message);
}
