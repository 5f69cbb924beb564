//! What TCP may do to whoever puts streams together: connections without end, segments without their beginning, messages without
//! an end. Each bound is kept and said, and what stands behind it is found.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use crate::support;

use sipscope::base::AnomalyKind;
use support::audit::audit;
use support::captures::{PcapStyle, Record, linktype, pcap};
use support::exchange::{Direction, START, capture, datagram};
use support::sip::request;

fn message() -> String {
    request("OPTIONS", "sip:bob@example.com", "behind", 1, &[], "")
}

/// The beginning of a message that never ends.
const BEGUN: &str =
    "MESSAGE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK";

/// All within a second, so that none of them was idle for long. A quarter of the room is made at once.
#[test]
fn countless_connections_are_given_up() {
    const CONNECTIONS: u16 = 25_000;
    let port = |number| Direction::new(1).with_port(10_000 + number);
    let connections = (0..CONNECTIONS).map(|number| port(number).data(0, BEGUN));
    let frames = connections.chain([datagram(message())]);
    let records: Vec<_> = frames.map(|frame| Record::new(START, 0, frame)).collect();
    let audit = audit(pcap(PcapStyle::default(), linktype::ETHERNET, &records));
    // What was begun is a message that is cut, and none of those is lost.
    assert_eq!(audit.found.len(), usize::from(CONNECTIONS) + 1);
    assert!(audit.texts().contains(&message()));
    let (record, _) = audit.first(AnomalyKind::StreamLimit);
    assert_eq!(record.number, 20_001);
    assert_eq!(audit.count(AnomalyKind::StreamLimit), 5_001);
}

/// 1,024 segments are held for the one that is missing; with the next it counts as lost.
#[test]
fn segments_behind_a_gap_are_held_up_to_the_limit() {
    let connection = Direction::new(1);
    let behind = BEGUN.len() + 10;
    let rest = request(
        "MESSAGE",
        "sip:bob@example.com",
        "late",
        1,
        &[],
        &"y".repeat(40_000),
    );
    let mut frames = vec![connection.syn(), connection.data(0, BEGUN)];
    for (number, piece) in rest.as_bytes().chunks(20).enumerate() {
        frames.push(connection.data(behind + number * 20, piece));
    }
    frames.push(datagram(message()));
    assert!(frames.len() > 2000);
    let audit = audit(capture(&frames));
    let (record, _) = audit.first(AnomalyKind::StreamLimit);
    assert_eq!(record.number, 2 + 1024 + 1);
    assert_eq!(audit.count(AnomalyKind::StreamGap), 1);
    assert_eq!(audit.texts(), [BEGUN.to_owned(), rest, message()]);
}

#[test]
fn messages_that_are_too_long_are_given_up_and_the_next_is_read() {
    let begin = "MESSAGE sip:bob@example.com SIP/2.0\r\nCall-ID: long\r\n";
    let body = "z".repeat(5 << 20);
    let whole = format!("{begin}Content-Length: {}\r\n\r\n{body}", body.len());
    let header = format!("{begin}X-Long: {}\r\n\r\n", "h".repeat(300 << 10));
    for (name, long) in [("body", whole), ("header", header)] {
        let connection = Direction::new(1);
        let stream = long + &message();
        let mut frames = vec![connection.syn()];
        for (number, piece) in stream.as_bytes().chunks(1400).enumerate() {
            frames.push(connection.data(number * 1400, piece));
        }
        let audit = audit(capture(&frames));
        assert_eq!(audit.count(AnomalyKind::MessageTooLong), 1, "{name}");
        assert_eq!(audit.texts().last(), Some(&message()), "{name}");
    }
}
