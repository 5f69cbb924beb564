//! Cisco gateways: which way it went, milliseconds, no year, no addresses.

use std::net::SocketAddr;

use crate::logs::traffic::{
    Read, Sent, UNKNOWN, analyze_text, check_with, of_one_side, one_sided, read_text,
};
use sipscope::base::TimeBasis;
use sipscope::source::TextOptions;

fn write(number: usize, sent: &Sent, own: SocketAddr) -> String {
    String::from_utf8(sent.numbered("cisco", number, own)).unwrap()
}

#[test]
fn everything_but_the_addresses_comes_back() {
    const OWN: &str = "ccsip.log";
    let (traffic, own) = of_one_side();
    let text: String = traffic
        .iter()
        .enumerate()
        .map(|(number, sent)| write(number + 1, sent, own))
        .collect();
    let expected: Vec<Read> = traffic
        .iter()
        .map(|sent| Read {
            nanos: Some(sent.cut_to(1_000_000)),
            transport: UNKNOWN,
            spoiled: vec!["line ends"],
            ..one_sided(sent, own, OWN, false)
        })
        .collect();
    let options = TextOptions {
        year: Some(2023),
        ..TextOptions::default()
    };
    check_with(OWN, "cisco", text.as_bytes(), options, &expected);
}

/// `service timestamps debug uptime`: hours since the start until a day has gone by, then days, then weeks.
#[test]
fn uptimes_are_no_times_of_day() {
    let message = "OPTIONS sip:b@example.org SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\nCall-ID: 1\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n";
    let heads = [
        ("000123: 00:12:34: ", TimeBasis::Uptime, 754_000),
        ("23:59:59.250: ", TimeBasis::Uptime, 86_399_250),
        ("1d02h: ", TimeBasis::Uptime, 93_600_000),
        // The server that keeps the log dates it.
        (
            "Nov 14 22:13:20 192.0.2.9 123: 00:12:34: ",
            TimeBasis::NoYear,
            80_000_000,
        ),
    ];
    for (head, basis, millis) in heads {
        let text =
            format!("{head}//-1/xxxxxxxxxxxx/SIP/Msg/ccsipDisplayMsg:\nReceived:\n{message}");
        let intake = analyze_text(text.as_bytes(), TextOptions::default());
        assert_eq!(intake.inputs[0].timing.basis, basis, "{head}");
        let time = intake.sightings.get(1).unwrap().time().unwrap();
        assert_eq!(
            time.nanos() / 1_000_000 % 86_400_000,
            millis % 86_400_000,
            "{head}"
        );
    }
}

/// A point in front says that the clock is not in step with others, an asterisk that nobody set it: the date is there all the same.
#[test]
fn a_clock_that_may_be_wrong_has_dates() {
    for mark in ["", ".", "*"] {
        let text = format!(
            "6600: {mark}Dec  9 07:18:47.029: //21/C5/SIP/Msg/ccsipDisplayMsg:\nReceived:\nBYE sip:b SIP/2.0\nCall-ID: 1\n\
             Content-Length: 0\n\n"
        );
        let options = TextOptions {
            year: Some(2025),
            zone: Some(0),
            ..TextOptions::default()
        };
        let read = read_text(text.as_bytes(), options);
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].nanos, Some(1_765_264_727_029_000_000), "{mark:?}");
    }
}

/// A syslog server puts its stamp in front of every row, and the gateway its own, or a number, or both; numbers get longer.
#[test]
fn every_row_may_have_stamps_and_a_number_in_front() {
    let (traffic, own) = of_one_side();
    let plain: String = traffic.iter().map(|sent| write(1, sent, own)).collect();
    let options = || TextOptions {
        year: Some(2023),
        zone: Some(0),
        ..TextOptions::default()
    };
    let expected = read_text(plain.as_bytes(), options());
    assert_eq!(expected.len(), traffic.len());
    assert!(
        expected
            .iter()
            .all(|read| read.nanos.is_some() && read.from != read.to)
    );
    // What stands in front of the row of the command, and of the others.
    type Front = fn(usize, &str) -> String;
    let fronts: [(Front, Front); 5] = [
        (
            |number, time| format!("Nov 14 {} gw {number}: Nov 14 {time}: ", &time[..8]),
            |number, time| format!("Nov 14 {} gw {number}: Nov 14 {time}: ", &time[..8]),
        ),
        (
            |number, time| format!("Nov 14 {} gw {number}: Nov 14 {time}: ", &time[..8]),
            |number, time| format!("Nov 14 {} gw {number}: ", &time[..8]),
        ),
        (
            |number, time| format!("Nov 14 {} gw {number}: Nov 14 {time}: ", &time[..8]),
            |_, time| format!("Nov 14 {} gw ", &time[..8]),
        ),
        (
            |number, time| format!("{number}: Nov 14 {time}: "),
            |number, time| format!("{number}: Nov 14 {time}: "),
        ),
        (
            |number, time| {
                format!(
                    "Nov 14 {} 192.0.2.9 {number}: gw: Nov 14 {time}: ",
                    &time[..8]
                )
            },
            |number, time| {
                format!(
                    "Nov 14 {} 192.0.2.9 {number}: gw: Nov 14 {time}: ",
                    &time[..8]
                )
            },
        ),
    ];
    for (place, (first, other)) in fronts.into_iter().enumerate() {
        let mut text = String::new();
        let mut number = 90;
        for sent in &traffic {
            let time = sent.time_of_day(3);
            let entry = write(1, sent, own);
            let (_, entry) = entry.split_once("//").unwrap();
            text += &format!(
                "{}//{}\n",
                first(number, &time),
                entry.lines().next().unwrap()
            );
            for (row, line) in entry.lines().skip(1).enumerate() {
                number += 1;
                text += &format!("{}{line}\n", other(number, &time));
                if row == 3 {
                    number += 1;
                    text += &format!("{}%SYS-5-CONFIG_I: Configured\n", other(number, &time));
                }
            }
            number += 1;
        }
        let read = read_text(text.as_bytes(), options());
        let told = |read: &[Read]| -> Vec<Read> {
            let told = read.iter().map(|read| Read {
                spoiled: Vec::new(),
                ..read.clone()
            });
            told.collect()
        };
        assert_eq!(told(&read), told(&expected), "{place}");
    }
}
