//! Followed streams: addresses and every byte, no time.

use std::net::SocketAddr;

use sipscope::source::TextOptions;

use crate::logs::traffic::{Read, Sent, UNKNOWN, all, analyze_text, check, check_text, read_text};

/// The messages of each stream, and the side that began.
fn streams() -> Vec<(SocketAddr, Vec<Sent>)> {
    let mut streams: Vec<(SocketAddr, Vec<Sent>)> = Vec::new();
    for sent in all() {
        let same = |other: &Sent| {
            (other.source, other.destination) == (sent.source, sent.destination)
                || (other.source, other.destination) == (sent.destination, sent.source)
        };
        match streams.iter_mut().find(|(_, stream)| same(&stream[0])) {
            Some((_, stream)) => stream.push(sent),
            None => streams.push((sent.source, vec![sent])),
        }
    }
    streams
}

fn write(shape: &str, part: impl Fn(&mut Vec<u8>, &[u8], &str)) -> (Vec<u8>, Vec<Read>) {
    let (mut text, mut expected) = (Vec::new(), Vec::new());
    let row = "=".repeat(67);
    for (number, (first, stream)) in streams().iter().enumerate() {
        let sent = &stream[0];
        let name = sent.transport.to_lowercase();
        text.extend(
            format!(
                "\n{row}\nFollow: {name},{shape}\nFilter: {name}.stream eq {number}\nNode 0: {}\nNode 1: {}\n",
                sent.source, sent.destination
            )
            .bytes(),
        );
        for sent in stream {
            let tab = if sent.source == *first { "" } else { "\t" };
            // A stream is read in pieces that have nothing to do with messages.
            let half = if sent.transport == "TCP" {
                sent.bytes.len() / 2
            } else {
                0
            };
            for bytes in [&sent.bytes[..half], &sent.bytes[half..]] {
                if !bytes.is_empty() {
                    part(&mut text, bytes, tab);
                }
            }
            expected.push(Read {
                nanos: None,
                ..sent.exact()
            });
        }
        text.extend(format!("{row}\n").bytes());
    }
    (text, expected)
}

#[test]
fn text_comes_back_without_times() {
    let (text, expected) = write("ascii", |text, bytes, tab| {
        text.extend(format!("{tab}{}\n", bytes.len()).bytes());
        text.extend(bytes);
        text.push(b'\n');
    });
    check("follow.txt", "follow", &text, &expected);
}

/// An editor took the carriage returns out, and the lengths still count them.
#[test]
fn text_without_carriage_returns_comes_back() {
    let (text, expected) = write("ascii", |text, bytes, tab| {
        text.extend(format!("{tab}{}\n", bytes.len()).bytes());
        text.extend(bytes);
        text.push(b'\n');
    });
    let text = String::from_utf8(text).unwrap().replace("\r\n", "\n");
    let expected = expected.into_iter().map(|read| Read {
        spoiled: vec!["line ends"],
        ..read
    });
    check_text(text.as_bytes(), &expected.collect::<Vec<_>>());
}

#[test]
fn raw_bytes_and_dumps_come_back_too() {
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<Vec<_>>()
    };
    let (text, expected) = write("raw", |text, bytes, tab| {
        text.extend(format!("{tab}{}\n", hex(bytes).concat()).bytes());
    });
    check_text(&text, &expected);
    check_behind(&text, expected.len());
    let (text, expected) = write("hex", |text, bytes, tab| {
        for (number, row) in bytes.chunks(16).enumerate() {
            let (left, right) = row.split_at(row.len().min(8));
            let digits = format!("{}  {}", hex(left).join(" "), hex(right).join(" "));
            text.extend(format!("{tab}{:08X}  {digits:<49} ....\n", number * 16).bytes());
        }
    });
    check_text(&text, &expected);
    check_behind(&text, expected.len());
}

/// What was said of the stream in front is not said of one whose beginning was lost; its messages are there.
#[test]
fn a_stream_whose_beginning_was_lost_is_between_nobody() {
    let message = |call: u8| {
        format!(
            "OPTIONS sip:b@example.org SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{call}\r\n\
             Call-ID: {call}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
        )
    };
    let row = "=".repeat(67);
    let nodes = "Node 0: 192.0.2.1:5060\nNode 1: 192.0.2.2:5060\n";
    let hex = |text: &str| -> String {
        let bytes = text.bytes();
        bytes.map(|byte| format!("{byte:02x}")).collect()
    };
    for (transport, name) in [("udp", "UDP"), ("tcp", "TCP")] {
        for shape in ["ascii", "raw"] {
            let part = |call| match shape {
                "ascii" => format!("{}\n{}\n", message(call).len(), message(call)),
                _ => format!("{}\n", hex(&message(call))),
            };
            let begin = format!(
                "\n{row}\nFollow: {transport},{shape}\nFilter: {transport}.stream eq 0\n{nodes}"
            );
            let text = format!(
                "{begin}{}{row}\n\n{}{row}\n{begin}{}{row}\n",
                part(1),
                part(2),
                part(3)
            );
            let read = read_text(text.as_bytes(), TextOptions::default());
            let read = read.into_iter();
            let told: Vec<_> = read.map(|read| (read.from, read.transport)).collect();
            let known = ("192.0.2.1:5060".to_owned(), name);
            let unknown = (UNKNOWN.to_owned(), UNKNOWN);
            assert_eq!(told, [known.clone(), unknown, known], "{text}");
        }
    }
}

/// The same behind a log of another program, though no line of it has a word of SIP.
#[track_caller]
fn check_behind(text: &[u8], count: usize) {
    let log = std::fs::read("samples/logs/sipp_messages.log").unwrap();
    let intake = analyze_text(&[&log[..], b"\n", text].concat(), TextOptions::default());
    // SIPp does not say who the other is.
    let streams = intake
        .sightings
        .iter()
        .filter(|seen| seen.source().is_some());
    let streams = streams.filter(|seen| seen.destination().is_some());
    assert_eq!(streams.count(), count);
    assert_eq!(intake.inputs[0].format, "sipp + follow");
}
