//! Entries that were written in parts, as the telephones of one maker do: put together where it is told what belongs together.

use sipscope::base::AnomalyKind;
use sipscope::source::TextOptions;

use crate::logs::traffic::{Read, Sent, analyze_text, of_one_side, read_text};

const OWN: &str = "own.log";

/// Year and zone are those of the person; the year stands in the entries too.
fn options() -> TextOptions {
    TextOptions {
        zone: Some(0),
        ..TextOptions::default()
    }
}

fn read(text: &str) -> Vec<Read> {
    read_text(text.as_bytes(), options())
}

/// What stands in front of what a telephone says in an entry.
fn front(sent: &Sent, host: &str) -> String {
    let (year, _, day, hour, minute, second, nanos) = sent.clock();
    let millis = nanos / 1_000_000;
    format!(
        "<166>Nov {day:2} {hour:02}:{minute:02}:{second:02} {host} SIPMESSAGE: +01:00 {year} {millis:03} 1 .TEL | 0 "
    )
}

/// What it says: who the other is, and the message.
fn said(sent: &Sent, own: std::net::SocketAddr) -> String {
    let text = sent.text();
    match sent.is_from(own) {
        true => {
            let peer = sent.destination;
            format!("CSIPServer::SendToNetwork(): Outbound SIP message to {peer}\nTX {text}")
        }
        false => {
            let (ip, port) = (sent.source.ip(), sent.source.port());
            let names = "CNetworkInputManager::ProcessInput(): Inbound SIP message from";
            format!("{names} ip = {ip} port: {port}\nRX {text}")
        }
    }
}

/// The entries of a message, none longer than this.
fn entries(sent: &Sent, own: std::net::SocketAddr, host: &str, longest: usize) -> Vec<String> {
    let (front, said) = (front(sent, host), said(sent, own));
    let parts: Vec<_> = said.as_bytes().chunks(longest).collect();
    let of = parts.len();
    let numbered = parts.iter().zip(1..).map(|(part, number)| {
        let part = std::str::from_utf8(part).unwrap();
        match of {
            1 => format!("{front}{part}\n"),
            _ => format!("{front}[Part {number:02} of {of:02}]\n{part}\n"),
        }
    });
    numbered.collect()
}

/// What is to come back: the transport is not there, and whole milliseconds.
fn expected(sent: &Sent, own: std::net::SocketAddr, parted: bool) -> Read {
    let mut read = sent.seen_by(own, OWN, 1_000_000);
    read.transport = "unknown";
    read.spoiled = match parted {
        // What stands in front of the start line is taken away.
        false => vec!["white space"],
        true => vec!["white space", "put together"],
    };
    read
}

#[test]
fn parts_are_put_together_wherever_they_were_parted() {
    let (traffic, own) = of_one_side();
    for longest in [61, 150, 333, 500, 100_000] {
        let text: String = traffic
            .iter()
            .flat_map(|sent| entries(sent, own, "192.0.2.7", longest))
            .collect();
        let found = read(&text);
        for (number, (found, sent)) in found.iter().zip(&traffic).enumerate() {
            let parted = said(sent, own).len() > longest;
            assert_eq!(*found, expected(sent, own, parted), "{longest} {number}");
        }
        assert_eq!(found.len(), traffic.len(), "{longest}");
    }
}

/// A file may have lost the carriage returns, or have one in front of each line end: what can begin a line does.
#[test]
fn parts_are_put_together_where_line_ends_tell_nothing() {
    let (traffic, own) = of_one_side();
    let sent = traffic.iter().find(|sent| sent.bytes.len() > 600).unwrap();
    let (said, front) = (said(sent, own), front(sent, "192.0.2.7"));
    let lines: Vec<&str> = said.split_inclusive('\n').collect();
    for at in 4..lines.len() {
        let (first, second) = (lines[..at].concat(), lines[at..].concat());
        let first = first.trim_end();
        let text = format!("{front}[Part 01 of 02]\n{first}\n{front}[Part 02 of 02]\n{second}");
        let plain = text.replace("\r\n", "\n");
        for text in [plain.clone(), plain.replace('\n', "\r\n")] {
            let found = read(&text);
            assert_eq!(found.len(), 1, "{at}");
            assert_eq!(
                (&found[0].message, found[0].whole),
                (&sent.text(), true),
                "{at}"
            );
        }
    }
}

/// Two parts of each of two messages, the second of them from a host of this name.
fn two(host: &str) -> (Vec<[String; 2]>, Vec<Read>) {
    let (traffic, own) = of_one_side();
    let long = traffic.iter().filter(|sent| sent.bytes.len() > 500);
    let parts = long.take(2).zip(["192.0.2.7", host]).map(|(sent, host)| {
        let half = said(sent, own).len() / 2 + 1;
        let parts: [String; 2] = entries(sent, own, host, half).try_into().unwrap();
        (parts, expected(sent, own, true))
    });
    parts.unzip()
}

/// How many parts came of those that lack some.
fn lacking(text: &str) -> u64 {
    let intake = analyze_text(text.as_bytes(), options());
    let mut all = intake.anomalies.iter();
    let found = all.find(|(kind, _)| *kind == AnomalyKind::LogEntryUnreadable);
    found.map_or(0, |(_, summary)| summary.count)
}

#[test]
fn others_may_write_between_the_parts() {
    let (parts, expected) = two("192.0.2.8");
    let other = "<30>Nov 14 22:13:20 192.0.2.9 kernel: eth0 is up\n";
    for order in [
        [&parts[0][0], &parts[1][0], &parts[0][1], &parts[1][1]],
        [&parts[0][0], &parts[1][0], &parts[1][1], &parts[0][1]],
    ] {
        let text = order.map(String::as_str).join(other);
        let mut found = read(&text);
        found.sort_by_key(|read| read.nanos);
        assert_eq!(found, expected);
        assert_eq!(lacking(&text), 0);
    }
}

/// Of one writer in one millisecond nothing tells which part is whose.
#[test]
fn parts_that_may_be_of_either_message_are_joined_to_none() {
    let (parts, expected) = two("192.0.2.7");
    let same = |part: &String| {
        let end = part.find(" 1 .TEL").unwrap();
        format!(
            "<166>Nov 14 22:13:20 192.0.2.7 SIPMESSAGE: +01:00 2023 001{}",
            &part[end..]
        )
    };
    let [first, second] = [0, 1].map(|number: usize| parts[number].each_ref().map(same));
    let text = [&first[0], &second[0], &first[1], &second[1]].map(String::as_str);
    let found = read(&text.concat());
    assert_eq!(found.len(), 2);
    for (found, expected) in found.iter().zip(&expected) {
        assert!(!found.whole && found.spoiled.contains(&"put together"));
        let common = expected.message.starts_with(found.message.trim_end());
        assert!(common, "{found:#?}");
    }
    assert!(lacking(&text.concat()) >= 2);
    // Where the milliseconds tell, they are joined.
    let text = [&parts[0][0], &parts[1][0], &parts[0][1], &parts[1][1]].map(String::as_str);
    assert_eq!(read(&text.concat()), expected);
}

/// A datagram of syslog may be lost.
#[test]
fn a_message_that_lacks_a_part_is_cut_and_no_other_takes_its_place() {
    let (traffic, own) = of_one_side();
    let sent = traffic.iter().find(|sent| sent.bytes.len() > 600).unwrap();
    let third = said(sent, own).len() / 3 + 1;
    let parts = entries(sent, own, "192.0.2.7", third);
    assert_eq!(parts.len(), 3);
    for missing in 0..3 {
        let mut rest = parts.clone();
        rest.remove(missing);
        let other = entries(&traffic[0], own, "192.0.2.7", 100_000).concat();
        let text = other + &rest.concat();
        let mut found = read(&text);
        assert!(found.remove(0).whole);
        assert!(
            found.iter().all(|read| !read.whole),
            "{missing}: {found:#?}"
        );
        assert_eq!(found.len(), usize::from(missing > 0), "{missing}");
        assert!(lacking(&text) > 0, "{missing}");
        let whole = sent.text();
        for read in &found {
            // What is there stands in the message as it is here.
            let there = read.message.trim_end();
            assert!(whole.starts_with(there), "{missing}: {there}");
        }
    }
}

/// Neither a value nor a body begins a part, nor words without a time.
#[test]
fn what_only_speaks_of_parts_is_none() {
    let body = "<166>Nov 14 22:13:20 192.0.2.7 SIPMESSAGE: +01:00 2023 001 1 .TEL | 0 [Part 01 of 02]\r\n\
                Outbound SIP message to 192.0.2.66:5060\r\nTX \
                <166>Nov 14 22:13:20 192.0.2.7 SIPMESSAGE: +01:00 2023 001 1 .TEL | 0 [Part 02 of 02]\r\nBYE sip\r\n";
    let message = format!(
        "MESSAGE sip:b@example.org SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1\r\nCall-ID: 1\r\n\
         Subject: 22:13:20 [Part 01 of 02]\r\nDate: Sat, 13 Nov 2010 23:29:00 GMT Part 02 of 02\r\n\
         CSeq: 1 MESSAGE\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let text = format!("Part 1 of 2\n{message}\nPart 2 of 2\n");
    let found = read(&text);
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0].message, found[0].whole), (&message, true));
    assert!(found[0].spoiled.is_empty());
    assert_eq!(lacking(&text), 0);
}

/// A body may hold whole entries, as whoever sends it likes.
#[test]
fn parts_in_a_body_are_bytes_of_it() {
    let (traffic, own) = of_one_side();
    let planted = entries(&traffic[0], own, "192.0.2.7", 400).concat();
    for format in ["clearwater", "pjsua", "sipdump", "sipp"] {
        let mut sent = traffic[0].clone();
        let head =
            "MESSAGE sip:b@example.org SIP/2.0\r\nCall-ID: 1\r\nContent-Type: text/plain\r\n";
        let length = planted.len();
        sent.bytes = format!("{head}Content-Length: {length}\r\n\r\n{planted}").into_bytes();
        let log = [sent.written(format, own), traffic[1].written(format, own)].concat();
        let found = read(std::str::from_utf8(&log).unwrap());
        let texts: Vec<_> = found
            .iter()
            .map(|read| (&read.message, read.whole))
            .collect();
        let expected = [(&sent.text(), true), (&traffic[1].text(), true)];
        assert_eq!(texts, expected, "{format}");
    }
}

/// Other loggers put the mark elsewhere, and line ends may be escapes.
#[test]
fn the_mark_may_stand_in_the_line_and_line_ends_be_escapes() {
    let head = "INVITE sip:b@example.net SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\r\nCall-ID: 1\r\n";
    let rest = "CSeq: 1 INVITE\r\nContent-Type: application/sdp\r\nContent-Length: 12\r\n\r\nv=0\r\nt=0 0\r\n";
    let stamp = "<134>Nov 14 22:13:20 gw";
    let whole = format!("{head}{rest}");
    let kiwi = |text: &str| text.replace('\r', "<013>").replace('\n', "<010>");
    let syslog = |text: &str| text.replace('\r', "#015").replace('\n', "#012");
    let said = "UDP 192.0.2.1:5060 -> 192.0.2.2:5070";
    let ends = ("192.0.2.1:5060".to_owned(), "192.0.2.2:5070".to_owned());
    let shapes = [
        [
            format!("{stamp} sip: (Part 01 of 02) {said} {}", syslog(head)),
            format!("{stamp} sip: (Part 02 of 02) {}", syslog(rest)),
        ],
        [
            format!("{stamp} sip: {said} Part 1 of 2\n{head}"),
            format!("{stamp} sip: Part 2 of 2\n{rest}"),
        ],
        [
            format!("{stamp} sip: {said} [part 1 of 2]<010>{}", kiwi(head)),
            format!("{stamp} sip: {said} [part 2 of 2]<010>{}", kiwi(rest)),
        ],
    ];
    for [first, second] in shapes {
        let found = read(&format!("{first}\n{second}\n"));
        assert_eq!(found.len(), 1, "{first}");
        let found = &found[0];
        assert_eq!((&found.message, found.whole), (&whole, true));
        assert_eq!((found.from.clone(), found.to.clone()), ends);
        assert!(found.spoiled.contains(&"put together"));
    }
}

/// What is no SIP is counted as it stands there.
#[test]
fn parts_of_something_else_stay_as_they_are() {
    let text = "22:13:20 upload [Part 01 of 03]\none\n22:13:21 upload [Part 02 of 03]\ntwo\n22:13:22 done\n\
                BYE sip:b@example.org SIP/2.0\nCall-ID: 1\nContent-Length: 0\n\n";
    let intake = analyze_text(text.as_bytes(), options());
    assert_eq!(intake.sightings.len(), 1);
    assert_eq!(intake.records(), 6);
    assert_eq!(lacking(text), 0);
}
