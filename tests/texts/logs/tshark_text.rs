//! The tree of tshark: times, both ends, fields and session descriptions; no other bodies.

use sipscope::base::AnomalyKind;
use sipscope::source::TextOptions;

use crate::logs::traffic::{Read, Sent, all, analyze_text, check, read_text};

/// A packet as a tree, with only some of what tshark says of fields.
fn tree(number: usize, sent: &Sent) -> String {
    let text = sent.text();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines = head.split("\r\n");
    let first = lines.next().unwrap();
    let (kind, name) = match first.strip_prefix("SIP/2.0 ") {
        Some(rest) => ("Status-Line", &rest[..3]),
        None => ("Request-Line", first.split(' ').next().unwrap()),
    };
    let carrier = match sent.transport {
        "UDP" => "User Datagram Protocol",
        _ => "Transmission Control Protocol",
    };
    let mut tree = format!(
        "Frame {number}: 954 bytes on wire (7632 bits), 954 bytes captured (7632 bits)\n    Encapsulation type: Ethernet (1)\n\
         \x20   Arrival Time: Nov 14, 2023 22:13:20.000001000 UTC\n    Epoch Time: {}.{:09} seconds\n\
         Internet Protocol Version 4, Src: {}, Dst: {}\n    0100 .... = Version: 4\n\
         {carrier}, Src Port: {}, Dst Port: {}\n    Source Port: 5060\n\
         Session Initiation Protocol ({name})\n    {kind}: {first}\n        [Resent Packet: False]\n    Message Header\n",
        sent.nanos / 1_000_000_000,
        sent.nanos % 1_000_000_000,
        sent.source.ip(),
        sent.destination.ip(),
        sent.source.port(),
        sent.destination.port(),
    );
    for field in lines {
        tree += &format!("        {field}\n            Transport: UDP\n");
    }
    if !body.is_empty() {
        tree += "        [Generated Call-ID: 1]\n    Message Body\n        Session Description Protocol\n";
    }
    for line in body.lines() {
        let (letter, value) = line.split_once('=').unwrap();
        tree += &format!(
            "            Something of it ({letter}): {value}\n                More of it: 1\n"
        );
    }
    tree + "\n"
}

fn whole() -> String {
    (1..)
        .zip(all())
        .map(|(number, sent)| tree(number, &sent))
        .collect()
}

#[test]
fn fields_and_descriptions_come_back() {
    let seen = all().into_iter().map(|sent| Read {
        spoiled: vec!["line ends"],
        ..sent.exact()
    });
    check(
        "tshark_tree.txt",
        "tshark-text",
        whole().as_bytes(),
        &seen.collect::<Vec<_>>(),
    );
}

/// What the tree cut is no field, and a body that it does not show is missing.
#[test]
fn what_the_tree_leaves_out_is_said_to_be() {
    let read = |text: &str| read_text(text.as_bytes(), TextOptions::default());
    let sent = all()
        .into_iter()
        .find(|sent| sent.text().contains("v=0"))
        .unwrap();
    let whole = tree(1, &sent);
    let cut = whole.replace("        Via: ", "        [truncated]Via: ");
    let found = &read(&cut)[0];
    assert!(!found.message.contains("Via:"));
    assert!(
        found.spoiled.contains(&"header fields left out"),
        "{:?}",
        found.spoiled
    );
    let other = whole.replace("): ", ") ");
    let found = &read(&other)[0];
    assert!(
        !found.whole && found.message.ends_with("\r\n\r\n"),
        "{found:?}"
    );
}

#[test]
fn packets_without_messages_are_counted() {
    let other = "Frame 9: 60 bytes on wire\n    Epoch Time: 1700000000.000001000 seconds\n\
                 Internet Protocol Version 4, Src: 192.0.2.1, Dst: 192.0.2.2\nUser Datagram Protocol, Src Port: 53, Dst Port: 53\n\
                 Domain Name System (query)\n    Transaction ID: 0x0001\n\n";
    let folded = "Session Initiation Protocol (BYE)\n\n";
    let text = format!(
        "{}{other}{}\n{folded}",
        tree(1, &all()[0]),
        other.trim_end()
    );
    let intake = analyze_text(text.as_bytes(), TextOptions::default());
    let total = intake.total();
    assert_eq!(
        (
            intake.sightings.len(),
            intake.records(),
            total.undecodable_total()
        ),
        (1, 3, 1)
    );
}

/// Cut or damaged anywhere, what stands before is read, and nothing panics.
#[test]
fn a_tree_may_be_cut_and_damaged_anywhere() {
    let traffic: Vec<_> = all().into_iter().take(3).collect();
    let text: String = (1..)
        .zip(&traffic)
        .map(|(number, sent)| tree(number, sent))
        .collect();
    let first = tree(1, &traffic[0]).len();
    for at in (0..text.len()).step_by(37) {
        let options = TextOptions {
            format: Some("tshark-text".to_owned()),
            ..TextOptions::default()
        };
        let read = read_text(&text.as_bytes()[..at], options.clone());
        let is_whole = read.first().is_some_and(|read| read.whole);
        assert!(is_whole || at < first, "{at}");
        assert!(
            !is_whole || read[0].message == traffic[0].text(),
            "{at}: {}",
            read[0].message
        );
        let mut damaged = text.clone().into_bytes();
        damaged[at] ^= 0x20;
        let read = read_text(&damaged, options);
        assert!(read.len() >= 2, "{at}: {}", read.len());
    }
}

/// No more than 4 MiB are taken for one message.
#[test]
fn a_message_that_is_longer_than_any_is_told() {
    let sent = &all()[0];
    let field = format!("        Subject: {}\n", "x".repeat(1 << 20));
    let named = "    Message Header\n";
    let long = tree(1, sent).replace(named, &format!("{named}{}", field.repeat(5)));
    let text = long + &tree(2, sent);
    let read = read_text(text.as_bytes(), TextOptions::default());
    let whole: Vec<_> = read.iter().map(|read| read.whole).collect();
    assert_eq!(whole, [false, true]);
    assert_eq!(read[0].message.len(), 4 << 20);
    let intake = analyze_text(text.as_bytes(), TextOptions::default());
    let mut anomalies = intake.anomalies.iter();
    let (_, found) = anomalies
        .find(|(kind, _)| *kind == AnomalyKind::MessageTooLong)
        .unwrap();
    assert_eq!(found.count, 1);
    assert!(found.detail.contains("shown up to byte"));
}
