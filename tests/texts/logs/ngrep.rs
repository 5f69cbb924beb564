//! ngrep: both addresses, microseconds, the transport; dots for what is not printable, which carriage returns are made of again.

use sipscope::base::AnomalyKind;
use sipscope::source::TextOptions;

use crate::logs::traffic::{Read, all, analyze_text, check, read_text};

fn read(text: &str) -> Vec<Read> {
    read_text(text.as_bytes(), TextOptions::default())
}

#[test]
fn everything_comes_back() {
    let traffic = all();
    let numbered = traffic.iter().enumerate();
    let text = numbered.flat_map(|(place, sent)| sent.numbered("ngrep", place + 1, sent.source));
    let text: Vec<u8> = text.collect();
    let seen = traffic.iter().map(|sent| Read {
        nanos: Some(sent.cut_to(1000)),
        ..sent.exact()
    });
    check("ngrep.txt", "ngrep", &text, &seen.collect::<Vec<_>>());
}

const BYE: &str = "BYE sip:b@example.org SIP/2.0.\nCall-ID: 1.\nContent-Length: 0.\n.\n";

#[test]
fn entries_with_hashes_and_in_any_order_of_options() {
    for (head, time, transport) in [
        (
            "U 2023/11/14 22:13:20.000001 192.0.2.1:5060 -> 192.0.2.2:5061 #7",
            true,
            "UDP",
        ),
        (
            "U 2023/11/14 22:13:20.000001 192.0.2.1:5060 -> 192.0.2.2:5061",
            true,
            "UDP",
        ),
        ("U 192.0.2.1:5060 -> 192.0.2.2:5061 #7", false, "UDP"),
        ("U +0.004211 192.0.2.1:5060 -> 192.0.2.2:5061", false, "UDP"),
        ("U(17) 192.0.2.1:5060 -> 192.0.2.2:5061", false, "UDP"),
        (
            "T 2023/11/14 22:13:20.000001 192.0.2.1:5060 -> 192.0.2.2:5061 [AP]",
            true,
            "TCP",
        ),
        (
            "T(6) 192.0.2.1:5060 -> 192.0.2.2:5061 [AP] #12",
            false,
            "TCP",
        ),
    ] {
        for between in ["##\n", "\n##\n", "\n", "\n\n"] {
            let text = format!(
                "interface: eth0 (192.0.2.0/255.255.255.0)\n#\n{head}\n{BYE}{between}{head}\n{BYE}exit\n9 received, 0 dropped\n"
            );
            let found = read(&text);
            assert_eq!(found.len(), 2, "{head} {between:?}");
            for found in found {
                assert_eq!(
                    found.message,
                    BYE.replace(".\n", "\r\n"),
                    "{head} {between:?}"
                );
                assert_eq!(
                    (found.from.as_str(), found.to.as_str()),
                    ("192.0.2.1:5060", "192.0.2.2:5061")
                );
                assert_eq!(found.nanos.is_some(), time, "{head}");
                assert_eq!((found.transport, found.whole), (transport, true), "{head}");
                assert!(found.spoiled.is_empty(), "{head}: {:?}", found.spoiled);
            }
        }
    }
}

/// A packet ends anywhere, also between a carriage return and a line feed.
#[test]
fn segments_of_tcp_are_put_together() {
    let sent = "MESSAGE sip:b@example.org SIP/2.0\r\nCall-ID: 1\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\na\nb.\r\nc\r\n";
    for cut in 1..sent.len() {
        // A lone line feed at the end of a packet is taken for the one that ngrep puts there, and a dot for a carriage return.
        let is_bare = |text: &str| text.ends_with('\n') && !text.ends_with("\r\n");
        let ends_so = |text: &str| text.ends_with('.') || is_bare(text);
        if ends_so(&sent[..cut]) {
            continue;
        }
        for between in ["#\n", "\n"] {
            let segment = |number: usize, part: &str| {
                let head = "T 2023/11/14 22:13:20.000001 192.0.2.1:5060 -> 192.0.2.2:5060 [AP]";
                format!("{head} #{number}\n{}\n{between}", part.replace('\r', "."))
            };
            // The first message shows the format.
            let first = format!("U 192.0.2.1:5060 -> 192.0.2.2:5060\n{BYE}{between}");
            let text = first + &segment(1, &sent[..cut]) + &segment(2, &sent[cut..]);
            let found = read(&text).into_iter().skip(1);
            let texts: Vec<_> = found.map(|read| (read.message, read.whole)).collect();
            assert_eq!(texts, [(sent.to_owned(), true)], "{cut} {between:?}");
        }
    }
}

#[test]
fn a_body_keeps_the_line_ends_that_it_has() {
    let text = format!(
        "#\nU 192.0.2.1:5060 -> 192.0.2.2:5060\nMESSAGE sip:b@example.org SIP/2.0.\nCall-ID: 2.\nContent-Type: a/b.\nContent-Length: 8.\n.\na\n\nb\n\nc\n#\nU 192.0.2.1:5060 -> 192.0.2.2:5060\n{BYE}"
    );
    let found = read(&text);
    assert_eq!(found.len(), 2);
    assert!(
        found[0].message.ends_with("\r\n\r\na\n\nb\n\nc\n"),
        "{}",
        found[0].message
    );
    assert_eq!((found[0].whole, found[0].spoiled.len()), (true, 0));
}

/// What lost its line ends is pointed to by its line, and what is no SIP is not.
#[test]
fn folded_messages_are_told_and_other_protocols_are_not() {
    let folded = "U 192.0.2.1:5060 -> 192.0.2.2:5060\n  BYE sip:b@example.org SIP/2.0..Call-ID: 1..Via: SIP/2.0/UDP 192.0.2.1\n  ..Content-Length: 0....\n";
    let other = "U 192.0.2.1:5353 -> 192.0.2.2:53\n.............example.org.....\n";
    for (text, messages, lost) in [
        (format!("#\n{folded}#\n{folded}"), 0, 2),
        (
            format!("#\n{folded}#\nU 192.0.2.1:5060 -> 192.0.2.2:5060\n{BYE}"),
            1,
            1,
        ),
        (
            format!("#\n{other}#\nU 192.0.2.1:5060 -> 192.0.2.2:5060\n{BYE}"),
            1,
            0,
        ),
    ] {
        let intake = analyze_text(text.as_bytes(), TextOptions::default());
        assert_eq!(intake.inputs[0].format, "ngrep", "{text}");
        assert_eq!(
            (intake.sightings.len(), intake.total().undecodable_total()),
            (messages, lost),
            "{text}"
        );
        let mut anomalies = intake.anomalies.iter();
        let told = anomalies.find(|(kind, _)| *kind == AnomalyKind::LogEntryUnreadable);
        let told =
            told.map(|(_, summary)| (summary.first.number, summary.detail.contains("-W byline")));
        assert_eq!(told, (lost > 0).then_some((3, true)), "{text}");
    }
}

/// A text that begins in the midst of a message has what is left of that pointed to, also where no Via is left.
#[test]
fn a_message_without_its_beginning_is_told() {
    let text = "From: <sip:a@a.example>;tag=1.\nTo: <sip:b@b.example>.\nCall-ID: 1.\nCSeq: 1 OPTIONS.\n.\n\n\
                U 2023/11/14 22:13:20.000001 192.0.2.1:5060 -> 192.0.2.2:5060 #2\n\
                OPTIONS sip:b@b.example SIP/2.0.\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1.\n\
                From: <sip:a@a.example>;tag=1.\nTo: <sip:b@b.example>.\nCall-ID: 2.\nCSeq: 1 OPTIONS.\n\
                Content-Length: 0.\n.\n\n";
    for begin in ["", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK0.\n"] {
        let text = format!("{begin}{text}");
        let intake = analyze_text(text.as_bytes(), TextOptions::default());
        let mut anomalies = intake.anomalies.iter();
        let headless = anomalies.find(|(kind, _)| *kind == AnomalyKind::LogEntryUnreadable);
        let (_, found) = headless.unwrap();
        assert_eq!(found.count, 1);
        assert!(found.detail.starts_with("line 1: "), "{}", found.detail);
    }
}

/// A message whose announcement was lost, or that stands behind a start line of its own or what is no text, has its dots taken off too;
/// what others write there has not.
#[test]
fn a_message_that_nothing_announced_comes_back_too() {
    let entry = |bytes: &str| format!("U 192.0.2.1:5060 -> 192.0.2.2:5060 #1\n{bytes}\n");
    let lost = "SIP/2.0 200 OK.\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK2.\nCall-ID: 2.\nCSeq: 1 BYE.\nContent-Length: 0.\n.\n";
    let expected = lost.replace(".\n", "\r\n");
    for text in [
        lost.to_owned(),
        entry(&format!("SIP/2.0 200 OK.\n{lost}")),
        entry(&format!("\0\0\0\n{lost}")),
    ] {
        let text = format!("{}{text}\n{}", entry(BYE), entry(BYE));
        let read = read(&text);
        let mut found = read
            .iter()
            .filter(|read| read.message.contains("Call-ID: 2"));
        assert_eq!(found.next().unwrap().message, expected, "{text:?}");
        assert!(found.next().is_none());
    }
    let other = "BYE sip:b@example.org SIP/2.0\nCall-ID: 2\nSubject: Hello.\nContent-Length: 0\n\n";
    let text = format!("{}{lost}\n{}{other}{}", entry(BYE), entry(BYE), entry(BYE));
    let (read, expected) = (read(&text), other.replace('\n', "\r\n"));
    assert!(
        read.iter().any(|read| read.message == expected),
        "{read:#?}"
    );
}
