//! Followed streams: addresses and every byte, no time.

use std::net::SocketAddr;

use sipscope::source::TextOptions;

use crate::logs::traffic::{Read, Sent, all, analyze_text, check, check_text};

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
