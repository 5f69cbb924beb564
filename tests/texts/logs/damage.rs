//! A small log of each format, cut at every byte, with every line lost or there twice: nothing panics, everything is accounted
//! for, and the messages outside of the damage are read as they are without it.

use std::net::SocketAddr;

use sipscope::source::TextOptions;

use crate::logs::traffic::{Read, Sent, formats_but, read_text};

type Write = Box<dyn Fn(&Sent, SocketAddr) -> Vec<u8>>;

const OTHERS: &[(&str, &str)] = &[
    (
        "cisco",
        "what is left of a date is a time of day, which no date is compared with",
    ),
    ("hep", "no text"),
    (
        "opensips",
        "what is left of an announcement is one of sngrep",
    ),
    ("tshark", "a file is one object of JSON"),
];

/// Formats, and how they are written; chan_sip on a console too.
fn formats() -> Vec<(&'static str, Write)> {
    let all = formats_but(OTHERS).into_iter().map(|format| {
        let write: Write = Box::new(move |sent, own| sent.written(format, own));
        (format, write)
    });
    let console: Write = Box::new(crate::logs::asterisk::write_console);
    all.chain([("asterisk", console)]).collect()
}

fn traffic() -> (Vec<Sent>, SocketAddr) {
    let own: SocketAddr = "192.0.2.1:5060".parse().unwrap();
    let peer: SocketAddr = "192.0.2.2:5060".parse().unwrap();
    let texts = [
        "BYE sip:b SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 0\r\n\r\n",
        "SIP/2.0 200 OK\r\nCall-ID: 2\r\nContent-Type: a/b\r\nContent-Length: 12\r\n\r\nv=0\r\n\r\ns=-\r\n",
        "ACK sip:b SIP/2.0\r\nCall-ID: 3\r\nContent-Length: 0\r\n\r\n",
    ];
    let sent = texts.iter().enumerate().map(|(number, text)| {
        let (source, destination) = if number == 1 {
            (own, peer)
        } else {
            (peer, own)
        };
        Sent {
            nanos: 1_700_000_000_000_000_000 + number as i64 * 1_000_000_000,
            source,
            destination,
            transport: if number == 0 { "UDP" } else { "TCP" },
            bytes: text.as_bytes().to_vec(),
        }
    });
    (sent.collect(), own)
}

fn read(text: &[u8], format: &str) -> Vec<Read> {
    let options = TextOptions {
        format: Some(format.to_owned()),
        year: Some(2023),
        zone: Some(0),
    };
    read_text(text, options)
}

/// The entries of a log, and what each gives.
fn log(format: &str, write: &Write) -> (Vec<Vec<u8>>, Vec<Read>) {
    let (traffic, own) = traffic();
    let entries: Vec<_> = traffic.iter().map(|sent| write(sent, own)).collect();
    let expected = read(&entries.concat(), format);
    let texts: Vec<_> = expected.iter().map(|read| read.message.clone()).collect();
    let sent: Vec<_> = traffic.iter().map(Sent::text).collect();
    assert_eq!(texts, sent, "{format}");
    (entries, expected)
}

#[test]
fn a_log_cut_at_any_byte_gives_what_stands_before_or_behind() {
    for (number, (format, write)) in formats().into_iter().enumerate() {
        let (entries, expected) = log(format, &write);
        let whole = entries.concat();
        let mut ends = Vec::new();
        for entry in &entries {
            ends.push(ends.last().unwrap_or(&0) + entry.len());
        }
        // The last entry is like the first, and all that may stand at a cut comes in several formats.
        for cut in (number % 11..=ends[1]).step_by(11) {
            let before = read(&whole[..cut], format);
            for (expected, end) in expected.iter().zip(&ends) {
                assert!(
                    *end > cut || before.contains(expected),
                    "{format} up to {cut}: {before:?}"
                );
            }
            let behind = read(&whole[cut..], format);
            for (number, expected) in expected.iter().enumerate() {
                let begins = if number == 0 { 0 } else { ends[number - 1] };
                assert!(
                    begins < cut || behind.contains(expected),
                    "{format} from {cut}: {behind:?}"
                );
            }
        }
    }
}

#[test]
fn a_lost_or_doubled_line_harms_no_other_message() {
    for (format, write) in formats() {
        let (entries, expected) = log(format, &write);
        for (damaged, entry) in entries.iter().enumerate() {
            let lines: Vec<_> = entry.split_inclusive(|byte| *byte == b'\n').collect();
            for line in 0..lines.len() {
                let mut lost = lines.clone();
                let twice = lost.remove(line);
                let mut doubled = lines.clone();
                doubled.insert(line, twice);
                for damage in [lost, doubled] {
                    let mut entries = entries.clone();
                    entries[damaged] = damage.concat();
                    let read = read(&entries.concat(), format);
                    for (number, expected) in expected.iter().enumerate() {
                        let survives = number == damaged || read.contains(expected);
                        assert!(
                            survives,
                            "{format}, line {} of entry {}: {number} not in {read:#?}",
                            line + 1,
                            damaged + 1
                        );
                    }
                }
            }
        }
    }
}

/// What would take for ever if it were looked at again with every line.
#[test]
fn blank_lines_without_end_are_passed_over() {
    for (format, write) in formats() {
        let (entries, expected) = log(format, &write);
        let first = entries[0].split(|byte| *byte == b'\n').take(2);
        let mut text = first.collect::<Vec<_>>().join(&b'\n');
        text.resize(text.len() + (1 << 14), b'\n');
        text.extend_from_slice(&entries[1]);
        let read = read(&text, format);
        assert!(read.contains(&expected[1]), "{format}: {read:?}");
    }
}
