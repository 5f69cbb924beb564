//! Whether messages come out of TCP connections as they were sent, however the bytes were cut, doubled, reordered or
//! lost; and whether what was lost is said.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

#[path = "streams/copies.rs"]
mod copies;
use crate::support;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use sipscope::Job;
use sipscope::base::AnomalyKind;
use support::audit::{audit, audit_with};
use support::captures::{PcapStyle, Record, linktype, pcap};
use support::exchange::{
    Direction, START, alice, alice6, bob, bob6, capture, datagram, records, time_of,
};
use support::frames::{
    SctpData, ethernet, ethertype, ip, ipv4_fragments, protocol, sctp, sctp_data, tcp_flags,
    tcp_frame, udp, udp_frame, websocket_frame,
};
use support::sip::{request, response, sdp};

/// A message with this body.
fn text(number: u32, body: &str) -> String {
    let kind = ["Content-Type: text/plain"];
    request(
        "MESSAGE",
        "sip:bob@example.com",
        "stream",
        number,
        &kind,
        body,
    )
}

/// Three messages: with text, with a session description, without a body.
fn three() -> [String; 3] {
    let offer = sdp("192.0.2.1", 4000);
    [
        text(1, "hello\r\n"),
        request("INVITE", "sip:bob@example.com", "stream", 2, &[], &offer),
        request("OPTIONS", "sip:bob@example.com", "stream", 3, &[], ""),
    ]
}

/// The three in a row.
fn stream() -> String {
    three().concat()
}

/// Where each of the three begins and ends in the stream.
fn places() -> [(usize, usize); 3] {
    let [first, second, third] = three().map(|text| text.len());
    [
        (0, first),
        (first, first + second),
        (first + second, first + second + third),
    ]
}

fn connection() -> Direction {
    Direction::new(1_000)
}

/// A message that is found in these records, whole.
fn whole(text: &str, records: &[u64]) -> (String, Vec<u64>, bool) {
    (text.to_owned(), records.to_vec(), true)
}

/// The beginning of a message.
fn cut(text: &str, records: &[u64]) -> (String, Vec<u64>, bool) {
    (text.to_owned(), records.to_vec(), false)
}

/// Frames, what is found in them, and what is odd about them.
struct Case {
    name: &'static str,
    frames: Vec<Vec<u8>>,
    found: Vec<(String, Vec<u64>, bool)>,
    anomalies: &'static [&'static str],
}

impl Case {
    fn check(&self) {
        let audit = audit(capture(&self.frames));
        assert_eq!(audit.parts(), self.found, "{}", self.name);
        let kinds: Vec<_> = audit.anomalies().iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, self.anomalies, "{}", self.name);
        assert!(audit.found.iter().all(|found| found.transport == "TCP"));
    }
}

#[test]
fn one_segment_may_hold_several_messages() {
    let frames = [connection().syn(), connection().data(0, stream())];
    let audit = audit(capture(&frames));
    assert_eq!(audit.parts(), three().map(|text| whole(&text, &[2])));
    assert_eq!(audit.anomalies(), []);
    let ends = (alice().to_string(), bob().to_string());
    for found in &audit.found {
        assert_eq!((&found.source, &found.destination), (&ends.0, &ends.1));
        assert_eq!(found.path, "ethernet/ipv4");
    }
}

/// The records of the two segments around a cut, those of which hold bytes from `start` to `end`, in order of bytes.
fn records_of((start, end): (usize, usize), cut: usize, segments: [u64; 2]) -> Vec<u64> {
    let holds = [start < cut, end > cut];
    let holding = segments.into_iter().zip(holds);
    holding
        .filter_map(|(record, holds)| holds.then_some(record))
        .collect()
}

/// Also where sequence numbers go round, somewhere in the messages.
#[test]
fn a_stream_may_be_cut_anywhere_and_come_in_any_order() {
    let length = stream().len();
    for cut in 1..length {
        let connection = Direction::new(0_u32.wrapping_sub((cut * 7 % length) as u32));
        let segments = connection.cut(stream().as_bytes(), &[cut]);
        for order in [[0, 1], [1, 0]] {
            let frames = [
                connection.syn(),
                segments[order[0]].clone(),
                segments[order[1]].clone(),
            ];
            let audit = audit(capture(&frames));
            let numbers = [2 + order[0] as u64, 2 + order[1] as u64];
            assert_eq!(audit.found.len(), 3, "cut at {cut}");
            for found in &audit.found {
                let mut messages = three().into_iter().zip(places());
                let known = messages.find(|(text, _)| text.as_bytes() == found.bytes);
                let (_, place) = known.unwrap();
                let mut records = records_of(place, cut, numbers);
                assert_eq!(found.times.0, Some(time_of(records[0])), "cut at {cut}");
                records.sort_unstable();
                let records: Vec<_> = records.into_iter().map(|number| (0, number)).collect();
                assert_eq!(found.records, records, "cut at {cut}");
                assert!(found.whole);
            }
            assert_eq!(audit.anomalies(), [], "cut at {cut}");
        }
    }
}

#[test]
fn first_and_last_byte_have_the_times_of_their_segments() {
    let (second, _) = places()[1];
    let frames = [
        connection().syn(),
        connection().data(0, &stream()[..second + 50]),
        connection().ack(second + 50),
        connection().data(second + 50, &stream()[second + 50..second + 90]),
        connection().data(second + 90, &stream()[second + 90..]),
    ];
    let audit = audit(capture(&frames));
    let times: Vec<_> = audit.found.iter().map(|found| found.times).collect();
    let between = |first, last| (Some(time_of(first)), Some(time_of(last)));
    assert_eq!(times, [between(2, 2), between(2, 5), between(5, 5)]);
    assert_eq!(audit.outcome("tcp control"), 2);
}

#[test]
fn single_bytes_in_reverse_order() {
    let message = text(1, "hello");
    let cuts: Vec<_> = (1..message.len()).collect();
    let mut segments = connection().cut(message.as_bytes(), &cuts);
    segments.push(connection().syn());
    segments.reverse();
    let audit = audit(capture(&segments));
    let records: Vec<_> = (2..=segments.len() as u64).collect();
    assert_eq!(audit.parts(), [whole(&message, &records)]);
    assert_eq!(audit.anomalies(), []);
}

#[test]
fn what_was_there_before_brings_nothing_new() {
    let all = stream();
    let segment = |start: usize, end: usize| connection().data(start, &all[start..end]);
    let length = all.len();
    // Copies, in and out of order, and one with FIN.
    let (start, rest) = (segment(0, 300), segment(300, length));
    let copies = vec![
        connection().syn(),
        start.clone(),
        start.clone(),
        rest.clone(),
        rest.clone(),
        start,
        connection().fin(length),
        rest,
    ];
    let audit_of_copies = audit(capture(&copies));
    assert_eq!(audit_of_copies.texts(), three());
    assert_eq!(audit_of_copies.outcome("tcp retransmission"), 4);
    assert_eq!(audit_of_copies.anomalies(), []);
    // Other boundaries: each brings something and repeats something.
    let shifted = vec![
        connection().syn(),
        segment(0, 120),
        segment(60, 260),
        segment(500, length),
        segment(100, 380),
        segment(370, 520),
    ];
    let audit_of_shifted = audit(capture(&shifted));
    // The first byte of the third came before that of the second.
    let [first, second, third] = three();
    assert_eq!(audit_of_shifted.texts(), [first, third, second]);
    assert_eq!(audit_of_shifted.anomalies(), []);
    assert_eq!(audit_of_shifted.outcome("SIP"), 5);
}

/// The stream without these bytes, as two segments after the SYN.
fn with_hole(stream: &[u8], start: usize, end: usize) -> Vec<Vec<u8>> {
    vec![
        connection().syn(),
        connection().data(0, &stream[..start]),
        connection().data(end, &stream[end..]),
    ]
}

#[test]
fn a_missing_segment_costs_only_the_messages_it_touches() {
    let [first, second, third] = three();
    let all = stream();
    let [_, (begin, end), _] = places();
    let body = begin + second.find("\r\n\r\n").unwrap() + 4;
    let cases = [
        Case {
            name: "in the header section",
            frames: with_hole(all.as_bytes(), begin + 100, begin + 150),
            found: vec![
                whole(&first, &[2]),
                cut(&second[..100], &[2]),
                whole(&third, &[3]),
            ],
            anomalies: &["stream-gap", "stream-skipped", "message-cut"],
        },
        Case {
            name: "in the body",
            frames: with_hole(all.as_bytes(), body + 10, body + 20),
            found: vec![
                whole(&first, &[2]),
                cut(&second[..body + 10 - begin], &[2]),
                whole(&third, &[3]),
            ],
            anomalies: &["stream-gap", "stream-skipped", "message-cut"],
        },
        Case {
            name: "the end of one and the beginning of another",
            frames: with_hole(all.as_bytes(), begin - 3, begin + 60),
            found: vec![cut(&first[..begin - 3], &[2]), whole(&third, &[3])],
            anomalies: &["stream-gap", "stream-skipped", "message-cut"],
        },
        Case {
            name: "a whole message",
            frames: with_hole(all.as_bytes(), begin, end),
            found: vec![whole(&first, &[2]), whole(&third, &[3])],
            anomalies: &["stream-gap"],
        },
    ];
    cases.iter().for_each(Case::check);
}

/// How much is missing is said, and where: the first lost byte and the record behind the hole.
#[test]
fn a_gap_is_described() {
    let [_, (begin, end), _] = places();
    let audit = audit(capture(&with_hole(stream().as_bytes(), begin, end)));
    let (record, detail) = audit.first(AnomalyKind::StreamGap);
    assert_eq!(record.number, 3);
    let missing = format!("{} bytes missing", end - begin);
    assert!(detail.contains(&missing), "{detail}");
    assert!(detail.contains(&alice().to_string()), "{detail}");
}

/// Nothing ends a body but its length: the next message begins in the middle of what looks like a line.
#[test]
fn a_message_behind_the_rest_of_a_body_is_found() {
    let (torn, next) = (text(1, &"x".repeat(200)), text(2, ""));
    let all = [torn.clone(), next.clone()].concat();
    let middle = torn.len() - 100;
    let gap = Case {
        name: "behind a gap",
        frames: with_hole(all.as_bytes(), middle, middle + 20),
        found: vec![cut(&torn[..middle], &[2]), whole(&next, &[3])],
        anomalies: &["stream-gap", "stream-skipped", "message-cut"],
    };
    gap.check();
    let late = Case {
        name: "where the capture began",
        frames: vec![connection().data(middle, &all[middle..])],
        found: vec![whole(&next, &[1])],
        anomalies: &["stream-joined-late"],
    };
    late.check();
}

/// Bytes that are no text say nothing about the rest of the stream.
#[test]
fn a_message_behind_the_rest_of_a_binary_body_is_found() {
    let next = text(2, "");
    let rest = [&[0xff, 0x00, 0x80, 0x07, 0x1b].repeat(20)[..], b"\r\n"].concat();
    let all = [&rest[..], next.as_bytes()].concat();
    let connection = connection();
    let late = Case {
        name: "where the capture began",
        frames: vec![connection.data(500, &all)],
        found: vec![whole(&next, &[1])],
        anomalies: &["stream-joined-late"],
    };
    late.check();
    let lost = audit(capture(&[connection.syn(), connection.data(500, &all)]));
    assert_eq!(lost.parts(), [whole(&next, &[2])]);
}

/// The first segment behind the SYN is no less missing than any other.
#[test]
fn a_missing_first_segment_is_a_gap() {
    let [first, second, third] = three();
    let start = first.len();
    let case = Case {
        name: "first segment",
        frames: vec![
            connection().syn(),
            connection().data(start, second.clone() + &third),
        ],
        found: vec![whole(&second, &[2]), whole(&third, &[2])],
        anomalies: &["stream-gap"],
    };
    case.check();
}

#[test]
fn a_stream_seen_from_its_middle_shows_what_follows() {
    let [first, second, third] = three();
    let all = stream();
    // The line end of its body would be a keep-alive to anybody.
    for start in 1..first.len() - "\r\n".len() {
        let rest = connection().data(start, &all[start..]);
        let audit = audit(capture(&[rest]));
        let messages = [whole(&second, &[1]), whole(&third, &[1])];
        assert_eq!(audit.parts(), messages, "from {start}");
        let (record, detail) = audit.first(AnomalyKind::StreamJoinedLate);
        assert_eq!(record.number, 1);
        let lost = format!("{} bytes", first.len() - start);
        assert!(detail.contains(&lost), "{detail}");
    }
    // Between two messages nothing is lost that anybody knows of.
    let rest = connection().data(first.len(), &all[first.len()..]);
    let audit = audit(capture(&[rest]));
    assert_eq!(audit.texts(), [second, third]);
    assert_eq!(audit.count(AnomalyKind::StreamJoinedLate), 0);
}

/// Without SYN the first segment seen need not be the first sent. Nothing that is cut is called whole.
#[test]
fn a_late_first_segment_without_syn_is_never_called_whole() {
    let [first, second, third] = three();
    let all = stream();
    let middle = all.len() - third.len() - 20;
    let segments = connection().cut(all.as_bytes(), &[middle]);
    let audit = audit(capture(&[segments[1].clone(), segments[0].clone()]));
    for found in audit.found.iter().filter(|found| found.whole) {
        let text = String::from_utf8_lossy(&found.bytes).into_owned();
        assert!([&first, &second, &third].contains(&&text), "{text}");
    }
    assert!(audit.texts().contains(&first));
    assert!(audit.texts().contains(&third));
}

/// Empty lines and NULs as phones send them, and STUN (RFC 5626 3.5).
fn keep_alives() -> [Vec<u8>; 4] {
    let cookie = [0x21, 0x12, 0xa4, 0x42];
    let stun = [&[0, 1, 0, 8][..], &cookie, &[0x41; 20]].concat();
    [b"\r\n\r\n".to_vec(), b"\r\n".to_vec(), vec![0; 5], stun]
}

/// Each part in a segment of its own, behind the SYN.
fn in_segments(parts: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut frames = vec![connection().syn()];
    let mut offset = 0;
    for part in parts {
        frames.push(connection().data(offset, part));
        offset += part.len();
    }
    frames
}

#[test]
fn keep_alives_between_messages_are_passed_over() {
    let messages = three();
    let [first, second, third] = messages.each_ref().map(|text| text.as_bytes());
    for keep_alive in keep_alives() {
        let parts = [first, &keep_alive, second, &keep_alive, &keep_alive, third];
        let records = [2, 4, 7];
        let found = messages.iter().zip(records);
        let found: Vec<_> = found.map(|(text, record)| whole(text, &[record])).collect();
        let apart = audit(capture(&in_segments(&parts)));
        assert_eq!(apart.parts(), found);
        assert_eq!(apart.outcome("keep-alive"), 3);
        assert_eq!(apart.anomalies(), []);
        let at_once = audit(capture(&in_segments(&[&parts.concat()])));
        assert_eq!(at_once.texts(), messages);
        assert_eq!(at_once.anomalies(), []);
    }
}

#[test]
fn keep_alives_before_the_first_message_are_passed_over() {
    let [first, ..] = three();
    for keep_alive in keep_alives() {
        let apart = in_segments(&[&keep_alive, first.as_bytes()]);
        let apart = audit(capture(&apart));
        assert_eq!(apart.parts(), [whole(&first, &[3])], "{keep_alive:?}");
        assert_eq!(apart.outcome("keep-alive"), 1, "{keep_alive:?}");
        let at_once = [&keep_alive, first.as_bytes()].concat();
        let at_once = audit(capture(&in_segments(&[&at_once])));
        assert_eq!(at_once.parts(), [whole(&first, &[2])], "{keep_alive:?}");
        assert_eq!(at_once.anomalies(), [], "{keep_alive:?}");
    }
}

#[test]
fn the_same_ports_may_be_used_again() {
    let [first, second, _] = three();
    let again = Direction::new(900_000_000);
    let frames = vec![
        connection().syn(),
        connection().data(0, &first),
        again.syn(),
        again.data(0, &second),
    ];
    let case = Case {
        name: "new SYN",
        frames,
        found: vec![whole(&first, &[2]), whole(&second, &[4])],
        anomalies: &[],
    };
    case.check();
    // A repeated SYN opens nothing new.
    let case = Case {
        name: "repeated SYN",
        frames: vec![
            connection().syn(),
            connection().syn(),
            connection().data(0, &first),
            connection().syn(),
            connection().data(first.len(), &second),
        ],
        found: vec![whole(&first, &[3]), whole(&second, &[5])],
        anomalies: &[],
    };
    case.check();
}

#[test]
fn the_end_of_a_connection_ends_the_message_in_it() {
    let [first, second, _] = three();
    let (start, half) = (first.len(), &second[..100]);
    let ends = [connection().fin(start + 100), connection().rst(start + 100)];
    for end in ends {
        let case = Case {
            name: "in a message",
            frames: vec![
                connection().syn(),
                connection().data(0, &first),
                connection().data(start, half),
                end,
            ],
            found: vec![whole(&first, &[2]), cut(half, &[3])],
            anomalies: &["message-cut"],
        };
        case.check();
    }
    // Data may come with the FIN itself.
    let flags = tcp_flags::FIN | tcp_flags::PSH | tcp_flags::ACK;
    let case = Case {
        name: "with data",
        frames: vec![
            connection().syn(),
            tcp_frame(alice(), bob(), (1_001, 1, flags), &first),
        ],
        found: vec![whole(&first, &[2])],
        anomalies: &[],
    };
    case.check();
}

/// A FIN that overtakes data does not end the stream before they came.
#[test]
fn a_fin_before_its_turn_waits() {
    let [first, second, _] = three();
    let case = Case {
        name: "early FIN",
        frames: vec![
            connection().syn(),
            connection().fin(first.len() + second.len()),
            connection().data(first.len(), &second),
            connection().data(0, &first),
        ],
        found: vec![whole(&second, &[3]), whole(&first, &[4])],
        anomalies: &[],
    };
    case.check();
}

/// RFC 3261 18.3 demands a length on streams; a message without one ends where the next begins.
#[test]
fn a_missing_length_is_said() {
    let [first, second, third] = three();
    let torso = second.replace("Content-Length", "X-Length");
    let all = [first.clone(), torso.clone(), third.clone()].concat();
    let case = Case {
        name: "with a body",
        frames: vec![
            connection().syn(),
            connection().data(0, all),
            connection().fin(first.len() + torso.len() + third.len()),
        ],
        found: vec![
            whole(&first, &[2]),
            whole(&torso, &[2]),
            whole(&third, &[2]),
        ],
        anomalies: &["length-missing"],
    };
    case.check();
}

#[test]
fn a_segment_cut_by_the_snap_length_cuts_the_message() {
    let [first, second, third] = three();
    let frames = [
        connection().syn(),
        connection().data(0, &first),
        connection().data(first.len(), &second),
        connection().data(first.len() + second.len(), &third),
    ];
    let mut records = records(&frames);
    let held = 54 + second.len() - 30;
    records[2] = records[2].clone().cut(held);
    let audit = audit(pcap(PcapStyle::default(), linktype::ETHERNET, &records));
    let expected = [
        whole(&first, &[2]),
        cut(&second[..second.len() - 30], &[3]),
        whole(&third, &[4]),
    ];
    assert_eq!(audit.parts(), expected);
    let (record, _) = audit.first(AnomalyKind::PacketCut);
    assert_eq!(record.number, 3);
}

#[test]
fn both_directions_are_streams_of_their_own() {
    let (ask, answer) = (
        text(1, "?"),
        response(200, "OK", "MESSAGE", "stream", 1, &[], ""),
    );
    let there = connection();
    let back = Direction {
        src: bob(),
        dst: alice(),
        initial: 5,
    };
    let frames = [
        there.syn(),
        back.syn(),
        there.data(0, &ask[..40]),
        back.data(0, &answer[..60]),
        there.data(40, &ask[40..]),
        back.data(60, &answer[60..]),
    ];
    let audit = audit(capture(&frames));
    assert_eq!(
        audit.parts(),
        [whole(&ask, &[3, 5]), whole(&answer, &[4, 6])]
    );
    assert_eq!(audit.found[1].source, bob().to_string());
    assert_eq!(audit.anomalies(), []);
}

#[test]
fn the_line_of_a_proxy_before_a_message_is_passed_over() {
    let [first, ..] = three();
    let line = "PROXY TCP4 203.0.113.7 192.0.2.2 35646 5060\r\n";
    let at_once = [line.as_bytes(), first.as_bytes()].concat();
    for parts in [vec![&at_once[..]], vec![line.as_bytes(), first.as_bytes()]] {
        assert_eq!(audit(capture(&in_segments(&parts))).texts(), [&first[..]]);
    }
}

#[test]
fn streams_of_other_protocols_are_told_apart() {
    let hello = [&[22, 3, 1, 0, 200][..], &[1; 200]].concat();
    let data = [&[23, 3, 3, 0, 50][..], &[0x5a; 50]].concat();
    let get = b"GET /sip:bob HTTP/1.1\r\nHost: example.com\r\n\r\n".to_vec();
    let post = b"POST / HTTP/1.1\r\nContent-Length: 7\r\n\r\nsip:bob".to_vec();
    let (banner, key) = (b"SSH-2.0-OpenSSH_9.6\r\n".to_vec(), vec![0x14; 400]);
    let cases = [
        (
            [hello.clone(), data.clone(), data],
            "tls: encrypted, no keys",
        ),
        ([get, post.clone(), post], "tcp payload"),
        ([banner, key.clone(), key], "tcp payload"),
        (
            [vec![0xfe; 30], vec![0xfd; 40], vec![0xfc; 50]],
            "tcp payload",
        ),
    ];
    for (parts, outcome) in cases {
        let frames = in_segments(&parts.each_ref().map(|part| &part[..]));
        for frames in [&frames[..], &frames[1..]] {
            let audit = audit(capture(frames));
            assert_eq!(audit.found, [], "{outcome}");
            assert_eq!(audit.outcome(outcome), 3, "{:?}", audit.outcomes());
            assert_eq!(audit.anomalies(), [], "{outcome}");
        }
    }
}

const UPGRADE: &str = "GET /sip HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\nSec-WebSocket-Version: 13\r\n\r\n";
const SWITCHING: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: sip\r\n\r\n";
const MASK: Option<[u8; 4]> = Some([0x37, 0xfa, 0x21, 0x3d]);
const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const PING: u8 = 9;

/// Messages of a client: short and longer than the one-byte length, in text and binary frames, and one in three frames
/// with a ping between them.
fn websocket_messages() -> (Vec<String>, Vec<Vec<u8>>) {
    let short = "OPTIONS sip:b SIP/2.0\r\nCall-ID: 1\r\n\r\n".to_owned();
    let [first, second, _] = three();
    assert!(short.len() < 126 && first.len() > 125);
    let (start, rest) = second.split_at(100);
    let (middle, end) = rest.split_at(20);
    let frames = vec![
        websocket_frame(true, TEXT, MASK, &short),
        websocket_frame(true, BINARY, MASK, &first),
        websocket_frame(true, PING, MASK, "still there?"),
        websocket_frame(false, TEXT, MASK, start),
        websocket_frame(true, PING, MASK, ""),
        websocket_frame(false, CONTINUATION, MASK, middle),
        websocket_frame(true, CONTINUATION, MASK, end),
    ];
    (vec![short, first, second], frames)
}

fn expect_websocket(frames: &[Vec<u8>], messages: &[String], place: &str) {
    let audit = audit(capture(frames));
    assert_eq!(audit.texts(), messages, "{place}");
    for found in &audit.found {
        assert_eq!(found.transport, "WS", "{place}");
        assert_eq!(found.path, "ethernet/ipv4/websocket", "{place}");
        assert!(found.whole, "{place}");
    }
    let harmless = [AnomalyKind::StreamJoinedLate];
    let mut odd = audit.intake.anomalies.iter().map(|(kind, _)| kind);
    assert!(odd.all(|kind| harmless.contains(&kind)), "{place}");
}

#[test]
fn websocket_messages_behind_an_upgrade_cut_anywhere() {
    let (messages, frames) = websocket_messages();
    let all = [UPGRADE.as_bytes(), &frames.concat()].concat();
    for cut in 1..all.len() {
        let mut segments = vec![connection().syn()];
        segments.extend(connection().cut(&all, &[cut]));
        expect_websocket(&segments, &messages, &format!("cut at {cut}"));
    }
}

#[test]
fn websocket_messages_of_a_server_are_not_masked() {
    let [first, second, _] = three();
    let all = [
        SWITCHING.as_bytes(),
        &websocket_frame(true, TEXT, None, &first),
        &websocket_frame(true, TEXT, None, &second),
    ]
    .concat();
    let frames = [connection().syn(), connection().data(0, all)];
    expect_websocket(&frames, &[first, second], "server");
}

/// Where the upgrade was not captured a segment that begins with a frame of SIP shows what the stream is.
#[test]
fn websocket_messages_without_the_upgrade() {
    let (messages, frames) = websocket_messages();
    let mut segments = Vec::new();
    let mut offset = 4_000;
    for frame in &frames {
        segments.push(connection().data(offset, frame));
        offset += frame.len();
    }
    expect_websocket(&segments, &messages, "from the first frame");
    let noise = connection().data(3_990, [0xc1; 10]);
    let behind_noise = [&[noise][..], &segments].concat();
    expect_websocket(&behind_noise, &messages, "behind the end of another");
}

#[test]
fn a_websocket_stream_goes_on_behind_a_gap() {
    let frame = |number| websocket_frame(true, TEXT, MASK, text(number, "hello"));
    let length = frame(1).len();
    let start = UPGRADE.len();
    let segment =
        |number: u32| connection().data(start + length * (number as usize - 1), frame(number));
    let frames = [
        connection().syn(),
        connection().data(0, UPGRADE),
        segment(1),
        segment(3),
        segment(4),
    ];
    let audit = audit(capture(&frames));
    assert_eq!(audit.texts(), [1, 3, 4].map(|number| text(number, "hello")));
    assert_eq!(audit.count(AnomalyKind::StreamGap), 1);
}

/// Where nothing but what is SIP is in it, every record with data is SIP; the handshake and a ping are not.
#[test]
fn records_of_a_websocket_are_accounted() {
    let frames = [
        connection().syn(),
        connection().data(0, UPGRADE),
        connection().data(UPGRADE.len(), websocket_frame(true, PING, MASK, "?")),
    ];
    let audit = audit(capture(&frames));
    assert_eq!(audit.outcome("tcp control"), 1);
    assert_eq!(audit.outcome("websocket payload"), 2);
}

/// A message with any bytes as its body.
fn with_body(number: usize, kind: &str, body: &[u8]) -> Vec<u8> {
    let (kind, length) = (
        format!("Content-Type: {kind}"),
        format!("Content-Length: {}", body.len()),
    );
    let extra = [&kind[..], &length];
    let head = request(
        "MESSAGE",
        "sip:bob@example.com",
        "property",
        number as u32,
        &extra,
        "",
    );
    [head.as_bytes(), body].concat()
}

/// Bodies that a framer could stumble over: anything, SIP in SIP, text, nothing.
fn bodies() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    prop_oneof![
        vec(any::<u8>(), 0..400).prop_map(|bytes| ("application/octet-stream", bytes)),
        "[ -~]{0,60}(\r\n[ -~]{0,60}){0,4}".prop_map(|text| ("text/plain", text.into_bytes())),
        (0..4_usize).prop_map(|part| ("message/sip", nested(part).into_bytes())),
        Just(("text/plain", Vec::new())),
    ]
}

fn nested(part: usize) -> String {
    let inner = text(99, "in a message");
    match part {
        0 => inner,
        1 => inner[..inner.len() / 2].to_owned(),
        2 => format!("\r\n\r\n{inner}{inner}"),
        _ => response(200, "OK", "MESSAGE", "nested", 1, &[], ""),
    }
}

/// Text in whole lines.
fn lines() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    "([ -~]{0,60}\r\n){0,5}".prop_map(|text| ("text/plain", text.into_bytes()))
}

fn numbered(bodies: Vec<(&'static str, Vec<u8>)>) -> Vec<Vec<u8>> {
    let numbered = (1..).zip(bodies);
    numbered
        .map(|(number, (kind, body))| with_body(number, kind, &body))
        .collect()
}

/// A stream in segments: where each begins and ends.
fn pieces(stream: &[u8], cuts: &[Index]) -> Vec<(usize, usize)> {
    let mut borders: Vec<_> = cuts.iter().map(|cut| cut.index(stream.len())).collect();
    borders.extend([0, stream.len()]);
    borders.sort_unstable();
    borders.dedup();
    borders.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// Puts things in another order: none moves further than the delays allow.
fn delayed<T>(things: Vec<T>, delays: &[usize]) -> Vec<T> {
    let delays = delays.iter().chain(std::iter::repeat(&0));
    let mut keyed: Vec<_> = things.into_iter().enumerate().zip(delays).collect();
    keyed.sort_by_key(|((place, _), delay)| place + **delay);
    keyed.into_iter().map(|((_, thing), _)| thing).collect()
}

/// In an order that does not depend on when they came, and readable.
fn sorted<'a>(messages: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
    let texts = messages.into_iter().map(|message| message.escape_ascii());
    let mut texts: Vec<_> = texts.map(|text| text.to_string()).collect();
    texts.sort_unstable();
    texts
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 250,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_cut_order_and_repetition_gives_the_same_messages(
        bodies in vec(bodies(), 1..6),
        cuts in vec(any::<Index>(), 0..20),
        repeated in vec(any::<Index>(), 0..6),
        delays in vec(0..8_usize, 30),
        initial in any::<u32>(),
        fin in any::<bool>(),
    ) {
        let messages = numbered(bodies);
        let stream = messages.concat();
        let connection = Direction::new(initial);
        let mut segments: Vec<_> = pieces(&stream, &cuts)
            .into_iter()
            .map(|(start, end)| connection.data(start, &stream[start..end]))
            .collect();
        let unique = segments.len();
        for index in repeated {
            let again = segments[index.index(unique)].clone();
            segments.insert(index.index(segments.len()), again);
        }
        let mut frames = vec![connection.syn()];
        frames.extend(delayed(segments, &delays));
        if fin {
            frames.push(connection.fin(stream.len()));
        }
        let audit = audit(capture(&frames));
        let sent = messages.iter().map(|message| &message[..]);
        prop_assert_eq!(sorted(audit.messages()), sorted(sent));
        prop_assert!(audit.found.iter().all(|found| found.whole));
        prop_assert_eq!(audit.anomalies(), []);
    }

    #[test]
    fn a_lost_segment_of_text_costs_only_what_it_touches(
        bodies in vec(lines(), 2..6),
        cuts in vec(any::<Index>(), 1..12),
        lost in any::<Index>(),
        delays in vec(0..4_usize, 20),
    ) {
        expect_only_the_touched_lost(&numbered(bodies), &cuts, lost, &delays)?;
    }

    #[test]
    fn a_lost_segment_of_any_bytes_costs_only_what_it_touches(
        bodies in vec(vec(any::<u8>(), 0..300).prop_map(|body| ("application/octet-stream", body)), 2..6),
        cuts in vec(any::<Index>(), 1..12),
        lost in any::<Index>(),
        delays in vec(0..4_usize, 20),
    ) {
        expect_only_the_touched_lost(&numbered(bodies), &cuts, lost, &delays)?;
    }

    /// Whatever is lost of whatever is sent, every record is accounted for and nothing breaks.
    #[test]
    fn any_loss_is_survived(
        bodies in vec(bodies(), 1..5),
        cuts in vec(any::<Index>(), 0..20),
        held in vec(any::<bool>(), 22),
        delays in vec(0..30_usize, 30),
        noise in vec(any::<u8>(), 0..40),
        at in any::<Index>(),
    ) {
        let mut stream = numbered(bodies).concat();
        let at = at.index(stream.len());
        stream.splice(at..at, noise);
        let pieces = pieces(&stream, &cuts).into_iter().zip(held);
        let segments: Vec<_> = pieces
            .filter(|(_, held)| *held)
            .map(|((start, end), _)| connection().data(start, &stream[start..end]))
            .collect();
        let count = segments.len() as u64;
        let audit = audit(capture(&delayed(segments, &delays)));
        prop_assert_eq!(audit.intake.total().total(), count);
    }
}

/// Sends all segments but one. Every message that it did not touch is found, and of the others at most a beginning.
fn expect_only_the_touched_lost(
    messages: &[Vec<u8>],
    cuts: &[Index],
    lost: Index,
    delays: &[usize],
) -> Result<(), TestCaseError> {
    let stream = messages.concat();
    let mut pieces = pieces(&stream, cuts);
    prop_assume!(pieces.len() > 1);
    let (from, to) = pieces.remove(lost.index(pieces.len()));
    let segments = pieces
        .into_iter()
        .map(|(start, end)| connection().data(start, &stream[start..end]));
    let mut frames = vec![connection().syn()];
    frames.extend(delayed(segments.collect(), delays));
    let audit = audit(capture(&frames));
    let mut start = 0;
    let (mut untouched, mut touched) = (Vec::new(), Vec::new());
    for message in messages {
        let end = start + message.len();
        let list = if end <= from || start >= to {
            &mut untouched
        } else {
            &mut touched
        };
        list.push(&message[..]);
        start = end;
    }
    let (found, torn): (Vec<_>, Vec<_>) = audit.found.iter().partition(|found| found.whole);
    let found = found.iter().map(|found| &found.bytes[..]);
    prop_assert_eq!(sorted(found), sorted(untouched));
    prop_assert!(torn.len() <= 1, "{:?}", torn);
    for torn in torn {
        let begins = touched
            .iter()
            .any(|message| message.starts_with(&torn.bytes));
        prop_assert!(begins, "{:?}", torn);
    }
    let behind = to < stream.len();
    let known = from > messages[0].len();
    if behind && known {
        prop_assert_eq!(audit.count(AnomalyKind::StreamGap), 1);
    }
    Ok(())
}

/// Some of everything that needs memory of earlier records, from many senders at once.
fn mixed() -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    for port in 10_000..10_040 {
        let number = u32::from(port);
        let one = Direction::new(number * 77).with_port(port);
        let all = stream();
        let middle = 50 + usize::from(port) % 500;
        frames.push(one.syn());
        frames.push(datagram(text(number, "over UDP")));
        frames.push(one.data(0, &all[..middle]));
        let big = udp(
            alice().ip(),
            bob().ip(),
            port,
            5060,
            text(number, &"y".repeat(900)),
        );
        let fragments = ipv4_fragments(
            port,
            [192, 0, 2, 1],
            [192, 0, 2, 2],
            protocol::UDP,
            big,
            512,
        );
        let mut fragments = fragments
            .into_iter()
            .map(|packet| ethernet(ethertype::IPV4, packet));
        frames.extend(fragments.next());
        let chunk = |tsn, begin, end, bytes: &str| {
            let fields = SctpData {
                tsn,
                begin,
                end,
                ..<_>::default()
            };
            let packet = sctp(port, 5060, number, &[sctp_data(fields, bytes)]);
            ethernet(
                ethertype::IPV4,
                ip(alice().ip(), bob().ip(), protocol::SCTP, packet),
            )
        };
        let over_sctp = text(number, "over SCTP");
        frames.push(chunk(1, true, false, &over_sctp[..100]));
        if port % 5 != 0 {
            frames.extend(fragments);
        }
        frames.push(udp_frame(alice6(), bob6(), [0x80; 40]));
        frames.push(chunk(2, false, true, &over_sctp[100..]));
        let skipped = if port % 7 == 0 { 30 } else { 0 };
        frames.push(one.data(middle + skipped, &all[middle + skipped..]));
    }
    frames
}

#[test]
fn results_do_not_depend_on_threads_or_batches() {
    // Many records share a time, so that their order has to come from their place.
    let records: Vec<_> = (0..)
        .zip(mixed())
        .map(|(index, frame)| Record::new(START + index / 16, 0, frame))
        .collect();
    let file = pcap(PcapStyle::default(), linktype::ETHERNET, &records);
    let run = |threads, batch_bytes| {
        let mut job = Job {
            threads,
            ..Job::default()
        };
        job.limits.batch_bytes = batch_bytes;
        let audit = audit_with(&file, job);
        let odd: Vec<_> = audit
            .intake
            .anomalies
            .iter()
            .map(|(kind, summary)| (kind.name(), summary.clone()))
            .collect();
        let outcomes = audit.outcomes();
        (audit.found, outcomes, odd)
    };
    let whole_file = 1 << 20;
    let expected = run(1, whole_file);
    // 40 senders: UDP, SCTP and three messages over TCP each; every fifth datagram is not whole, but shows its start.
    let torn = (10_000..10_040).filter(|port| port % 7 == 0).count();
    assert!(expected.0.len() > 40 * 6 - 2 * torn, "{}", expected.0.len());
    for batch_bytes in [700, 5_000, whole_file] {
        for threads in [1, 2, 5] {
            let place = format!("{threads} threads, batches of {batch_bytes}");
            let found = run(threads, batch_bytes);
            assert_eq!(found.0, expected.0, "{place}");
            assert_eq!(found.1, expected.1, "{place}");
            assert_eq!(found.2, expected.2, "{place}");
        }
    }
}
