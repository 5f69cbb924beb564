//! tcpdump: both addresses, microseconds, the transport; the headers of the packet in front of the message.

use sipscope::source::TextOptions;

use crate::logs::traffic::{Read, Sent, all, check, check_text, read_text};

fn read(text: &str) -> Vec<Read> {
    read_text(text.as_bytes(), TextOptions::default())
}

#[test]
fn everything_comes_back() {
    let traffic = all();
    let text: Vec<u8> = traffic
        .iter()
        .flat_map(|sent| sent.written("tcpdump", sent.source))
        .collect();
    let seen = traffic.iter().map(|sent| Read {
        nanos: Some(sent.cut_to(1000)),
        spoiled: vec!["line ends"],
        ..sent.exact()
    });
    check("tcpdump.txt", "tcpdump", &text, &seen.collect::<Vec<_>>());
}

const BYE: &str = "BYE sip:b@example.org SIP/2.0\nCall-ID: 1\nContent-Length: 0\n\n";

/// Line feeds in addresses and lengths, names, versions with an interface, and what is no SIP in between.
#[test]
fn packets_of_any_kind() {
    let udp = "E..f..@.@.......\n......1.";
    let other = "22:13:19.000001 IP 10.0.0.1.53 > 10.0.0.2.5353: 1+ A? example.org. (29)\nE..9....@.....\n......5...5.%....\n.............example.org.....\n\n                 22:13:19.000001 IP 10.0.0.1 > 10.0.0.2: ICMP 10.0.0.1 udp port 5060 unreachable, length 36\nE..8......\n\n...\n\n......\n\n\n";
    for (head, dump, ends, transport, timed) in [
        (
            "22:13:20.000001 IP 10.20.1.11.5060 > 10.20.0.5.5060: SIP: BYE sip:b@example.org SIP/2.0",
            udp,
            ("10.20.1.11:5060", "10.20.0.5:5060"),
            "UDP",
            true,
        ),
        (
            "2023-11-14 22:13:20.000001 eth0  In  IP 10.20.1.11.5060 > 10.20.0.5.5060: SIP: BYE sip:b@example.org SIP/2.0",
            udp,
            ("10.20.1.11:5060", "10.20.0.5:5060"),
            "UDP",
            true,
        ),
        (
            "IP ua.example.org.sip > sip.example.org.5062: UDP, length 65",
            udp,
            ("ua.example.org:5060", "sip.example.org:5062"),
            "UDP",
            false,
        ),
        (
            "22:13:20.000001 IP6 2001:db8::1.5060 > 2001:db8::2.5060: SIP: BYE sip:b@example.org SIP/2.0",
            "`....I.@ ...............\n ...............\n......I..",
            ("[2001:db8::1]:5060", "[2001:db8::2]:5060"),
            "UDP",
            true,
        ),
        (
            "22:13:20.000001 IP 10.20.1.11.5060 > 10.20.0.5.5060: Flags [P.], seq 1:66, ack 1, win 502, length 66: SIP: BYE sip:b@example.org SIP/2.0",
            "E..f..@.@.......\n.......\n......P...1...",
            ("10.20.1.11:5060", "10.20.0.5:5060"),
            "TCP",
            true,
        ),
    ] {
        let entry = format!("{head}\n{dump}{BYE}\n");
        let found = read(&format!(
            "tcpdump: verbose output suppressed\n{entry}{other}{entry}"
        ));
        assert_eq!(found.len(), 2, "{head}: {found:?}");
        for found in found {
            assert_eq!(found.message, BYE.replace('\n', "\r\n"), "{head}");
            assert_eq!((found.from.as_str(), found.to.as_str()), ends, "{head}");
            assert_eq!(
                (found.transport, found.whole, found.nanos.is_some()),
                (transport, true, timed),
                "{head}"
            );
        }
    }
}

/// Where a segment goes on in a message, nothing but its place tells what is of its headers, of which carriage returns in front of
/// line feeds are not printed.
#[test]
fn segments_of_tcp_are_put_together() {
    let body = "0123456789abcdef\r\n".repeat(200);
    let message = format!(
        "MESSAGE sip:b@example.org SIP/2.0\r\nCall-ID: 1\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    for source in [
        "10.10.10.1:5060",
        "[2001:db8::a]:5060",
        "10.13.10.10:40001",
        "10.13.10.13:2573",
        "[a0d:a0d::d]:2573",
    ] {
        let sent = Sent {
            nanos: 1_700_000_000_000_001_000,
            source: source.parse().unwrap(),
            destination: source.parse().unwrap(),
            transport: "TCP",
            bytes: message.clone().into_bytes(),
        };
        let text = String::from_utf8(sent.written("tcpdump", sent.source)).unwrap();
        // With `-AA` there are the bytes of the link too.
        for link in [0, 14, 20].map(|length| ".".repeat(length)) {
            let text = text.replace("\nE.", &format!("\n{link}E."));
            let read = read(&text.replace("\n`.", &format!("\n{link}`.")));
            assert_eq!(read.len(), 1, "{source} {link}");
            assert!(
                read[0].message == message && read[0].whole,
                "{source} {link}: {}",
                read[0].message
            );
        }
    }
}

/// Seconds since 1970 (`-tt`) are a time like any other. What has passed since another packet (`-ttt`, `-ttttt`) is none: nothing
/// tells which of them it is.
#[test]
fn times_of_every_kind() {
    for (stamp, nanos) in [
        ("1700000000.000001 ", Some(1_700_000_000_000_001_000)),
        (
            "1700000000.000001002 eth0  In  ",
            Some(1_700_000_000_000_001_002),
        ),
        (" 00:00:00.000001 ", None),
        ("-00:00:00.000001 ", None),
        ("eth0  Out ", None),
    ] {
        let entry = format!(
            "{stamp}IP 10.20.1.11.5060 > 10.20.0.5.5060: SIP: BYE sip:b@example.org SIP/2.0\nE..f..@.@.......\n......1.{BYE}\n"
        );
        let found = read(&entry.repeat(2));
        assert_eq!(found.len(), 2, "{stamp}: {found:?}");
        for found in found {
            assert_eq!(found.message, BYE.replace('\n', "\r\n"), "{stamp}");
            assert_eq!((found.nanos, found.whole), (nanos, true), "{stamp}");
        }
        // The same, passed on with a margin, which lines of the packet have too.
        let quoted: String = entry.lines().map(|line| format!("  {line}\n")).collect();
        let found = read(&quoted);
        assert_eq!(found.len(), 1, "{stamp}: {found:?}");
        assert_eq!(found[0].message, BYE.replace('\n', "\r\n"), "{stamp}");
    }
}

/// A line inside of the length that the announcement of a segment says announces nothing.
#[test]
fn segments_may_quote_announcements() {
    let body = format!(
        "Hi.\r\nIP 1.2.3.4 > 5.6.7.8: not a packet\r\n{}bye.",
        "23:59:59.000001 IP 192.0.2.3.5060 > 192.0.2.4.5060: SIP: OPTIONS sip:b SIP/2.0\r\n"
            .repeat(3)
    );
    let message = format!(
        "MESSAGE sip:b@example.org SIP/2.0\r\nCall-ID: 1\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let sent = Sent {
        nanos: 1_700_000_000_000_001_000,
        source: "192.0.2.1:5060".parse().unwrap(),
        destination: "192.0.2.2:5060".parse().unwrap(),
        transport: "TCP",
        bytes: message.into_bytes(),
    };
    let text = sent.written("tcpdump", sent.source);
    check_text(
        &text.repeat(2),
        &[0, 1].map(|_| Read {
            spoiled: vec!["line ends", "length"],
            ..sent.exact()
        }),
    );
}

/// Not all of the packet was captured: what follows is none of it, however long it was.
#[test]
fn packets_cut_by_the_capture_take_nothing_away() {
    let entry = |at: u32, number: u32, length: usize, rest: &str| {
        format!(
            "22:13:20.{at:06} IP 192.0.2.1.5060 > 192.0.2.2.5060: Flags [P.], seq 1:2, ack 1, win 502, length {length}: SIP: BYE sip:b@example.org SIP/2.0\nE..f..@.@...............................................BYE sip:b@example.org SIP/2.0\nCall-ID: {number}\n{rest}\n"
        )
    };
    let whole = "Content-Length: 0\n\n";
    let length = BYE.len() + BYE.lines().count();
    let text = [
        entry(1, 1, 1400, "Via: SIP/2.0/T"),
        entry(2, 2, length, whole),
        entry(3, 3, length, whole),
    ];
    let found = read(&text.concat());
    assert_eq!(found.len(), 3, "{found:?}");
    for (found, number) in found[1..].iter().zip(2..) {
        let message = BYE.replace("Call-ID: 1", &format!("Call-ID: {number}"));
        assert_eq!(found.message, message.replace('\n', "\r\n"));
    }
}

/// The addresses of the link, on the line of the announcement.
#[test]
fn announcements_with_those_of_the_link() {
    for (link, dump, ends) in [
        (
            "22:13:20.000001 02:00:00:00:00:01 > 12:00:00:00:00:02, ethertype IPv4 (0x0800), length 439: 10.20.1.11.5060 > 10.20.0.5.5060",
            "E..f..@.@.......\n......1.",
            ("10.20.1.11:5060", "10.20.0.5:5060"),
        ),
        (
            "22:13:20.000001 02:00:00:00:00:01 > 12:00:00:00:00:02, ethertype 802.1Q (0x8100), length 443: vlan 5, p 0, ethertype IPv6 (0x86dd), 2001:db8::1.5060 > 2001:db8::2.5060",
            "`....I.@ ...............\n ...............\n......I..",
            ("[2001:db8::1]:5060", "[2001:db8::2]:5060"),
        ),
        (
            "22:13:20.000001   In 02:00:00:00:00:01 ethertype IPv4 (0x0800), length 455: 10.20.1.11.5060 > 10.20.0.5.5060",
            "E..f..@.@.......\n......1.",
            ("10.20.1.11:5060", "10.20.0.5:5060"),
        ),
    ] {
        let entry = format!("{link}: SIP: BYE sip:b@example.org SIP/2.0\n{dump}{BYE}\n");
        let found = read(&entry.repeat(2));
        assert_eq!(found.len(), 2, "{link}: {found:?}");
        for found in found {
            assert_eq!(found.message, BYE.replace('\n', "\r\n"), "{link}");
            assert_eq!((found.from.as_str(), found.to.as_str()), ends, "{link}");
            let of_day = found.nanos.map(|nanos| nanos % 86_400_000_000_000);
            assert_eq!(of_day, Some(80_000_000_001_000), "{link}");
        }
    }
}
