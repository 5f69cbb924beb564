//! Ingate: everything, with whole seconds and without year; a line of the message in an entry each.

use std::net::SocketAddr;

use crate::logs::traffic::{Read, Sent, analyze_text, check_with, of_one_side, read_text};
use sipscope::base::AnomalyKind;
use sipscope::source::TextOptions;

fn write(sent: &Sent, own: SocketAddr) -> String {
    String::from_utf8(sent.written("ingate", own)).unwrap()
}

#[test]
fn everything_comes_back_with_whole_seconds() {
    let (traffic, own) = of_one_side();
    let text: String = traffic.iter().map(|sent| write(sent, own)).collect();
    let expected: Vec<Read> = traffic
        .iter()
        .map(|sent| Read {
            nanos: Some(sent.cut_to(1_000_000_000)),
            spoiled: vec!["line ends", "white space"],
            ..sent.exact()
        })
        .collect();
    let options = TextOptions {
        year: Some(2023),
        ..TextOptions::default()
    };
    check_with("ingate.log", "ingate", text.as_bytes(), options, &expected);
}

#[test]
fn only_the_indentation_of_the_message_is_taken_away() {
    let front = "<30>Nov 14 22:13:20 netlogger: Info: sipfw:";
    let lines = [
        " recv from 192.0.2.1:5060 via 192.0.2.2:5060 UDP connection 2:",
        "         NOTIFY sip:a@b SIP/2.0",
        "         Call-ID: 1",
        "         Content-Length: 15",
        "         ",
        "         <a>",
        "           <b/>",
    ];
    let text: String = lines
        .iter()
        .map(|line| format!("{front}{line}\n"))
        .collect();
    let read = read_text(text.as_bytes(), TextOptions::default());
    assert_eq!(read.len(), 1);
    assert!(read[0].message.ends_with("<a>\r\n  <b/>\r\n"), "{read:?}");
}

/// A syslog server may take the blanks away that the lines of the message are indented by.
#[test]
fn the_lines_of_a_message_need_no_indentation() {
    let (traffic, own) = of_one_side();
    let text: String = traffic.iter().map(|sent| write(sent, own)).collect();
    let expected = read_text(text.as_bytes(), TextOptions::default());
    assert!(
        expected
            .iter()
            .all(|read| read.from != "unknown" && read.whole)
    );
    let other = "<30>Nov 14 22:13:20 netlogger: Info: sipfw: a connection was closed\n";
    let mut bare = text.replace("sipfw:         ", "sipfw: ");
    for place in ["sipfw: recv", "sipfw: send"] {
        let begins = bare
            .rfind(place)
            .map(|at| bare[..at].rfind('\n').unwrap() + 1);
        bare.insert_str(begins.unwrap(), other);
    }
    assert_eq!(read_text(bare.as_bytes(), TextOptions::default()), expected);
}

/// A log that begins in the midst of a message has what is left of that pointed to.
#[test]
fn a_message_without_its_beginning_is_told() {
    let (traffic, own) = of_one_side();
    let text: String = traffic.iter().map(|sent| write(sent, own)).collect();
    for cut in 2..6 {
        let rest: String = text.split_inclusive('\n').skip(cut).collect();
        let intake = analyze_text(rest.as_bytes(), TextOptions::default());
        let mut anomalies = intake.anomalies.iter();
        let headless = anomalies.find(|(kind, _)| *kind == AnomalyKind::LogEntryUnreadable);
        let (_, found) = headless.unwrap();
        assert_eq!(found.count, 1, "{cut}");
        assert!(found.detail.contains("no start line"), "{}", found.detail);
    }
}

/// A program may say which fields it reads: no message is lost there.
#[test]
fn what_a_program_says_of_a_field_is_no_message() {
    let (traffic, own) = of_one_side();
    let said = "2026-01-31 12:00:00 gw sipd: DEBUG parsed header CSeq: 1 OPTIONS\n\
                2026-01-31 12:00:00 gw sipd: DEBUG parsed header Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1\n";
    let text: String = traffic.iter().map(|sent| write(sent, own) + said).collect();
    let intake = analyze_text(text.as_bytes(), TextOptions::default());
    assert_eq!(intake.sightings.len(), traffic.len());
    assert_eq!(intake.anomalies.iter().count(), 0);
}
