//! Segments and packets that a capture holds more than once: their messages come out as often as all of their bytes were
//! captured; what was sent again comes out once.

use super::support::frames::Ipv4Fields;
use super::*;
use crate::support::frames::{Hep, hep3, ipv4_with, tcp_packet};

/// Microseconds between copies, and between a packet and the next.
const COPY: u64 = 40;
const NEXT: u64 = 20_000;

/// A capture of frames with their times in microseconds.
fn timed(frames: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let records = frames.iter().map(|(micros, frame)| {
        let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
        Record::new(START + seconds, rest as u32 * 1000, frame.clone())
    });
    let records: Vec<_> = records.collect();
    pcap(PcapStyle::default(), linktype::ETHERNET, &records)
}

/// Each frame so many times.
fn times(count: u64, frames: &[Vec<u8>]) -> Vec<(u64, Vec<u8>)> {
    let each = (0..).zip(frames).flat_map(|(place, frame)| {
        (0..count).map(move |copy| (place * NEXT + copy * COPY, frame.clone()))
    });
    each.collect()
}

/// The messages of a capture and their records; it has nothing odd.
fn shown(capture: Vec<u8>) -> Vec<(String, Vec<u64>)> {
    let audit = audit(capture);
    assert_eq!(audit.anomalies(), []);
    let parts = audit.parts().into_iter();
    parts
        .map(|(text, records, whole)| {
            assert!(whole, "{text}");
            (text, records)
        })
        .collect()
}

fn seen(text: &str, records: &[u64]) -> (String, Vec<u64>) {
    (text.to_owned(), records.to_vec())
}

#[test]
fn a_segment_of_several_messages() {
    let frames = [connection().syn(), connection().data(0, stream())];
    let [first, second, third] = three();
    let copied = shown(timed(&times(2, &frames)));
    // Those of one time are told one behind the other.
    for text in [&first, &second, &third] {
        for record in [3, 4] {
            assert!(
                copied.contains(&seen(text, &[record])),
                "{record} {copied:?}"
            );
        }
    }
    assert_eq!(copied.len(), 6);
}

#[test]
fn a_message_of_two_segments() {
    let message = text(1, &"long ".repeat(100));
    let segments = connection().cut(message.as_bytes(), &[200]);
    let [head, tail] = [&segments[0], &segments[1]];
    let at = |place: u64, frame: &Vec<u8>| (place, frame.clone());
    let cases = [
        (
            "side by side",
            [at(0, head), at(40, head), at(900, tail), at(940, tail)],
        ),
        (
            "one behind the other",
            [at(0, head), at(40, tail), at(900, head), at(940, tail)],
        ),
        (
            "the end first",
            [at(0, head), at(40, tail), at(900, tail), at(940, head)],
        ),
    ];
    let records = [[[1, 3], [2, 4]], [[1, 2], [3, 4]], [[1, 2], [3, 4]]];
    for ((name, frames), records) in cases.into_iter().zip(records) {
        let expected = records.map(|records| seen(&message, &records));
        assert_eq!(shown(timed(&frames)), expected, "{name}");
    }
}

/// Where the second segment comes first, its copy does too.
#[test]
fn a_message_whose_segments_change_places() {
    let message = text(1, &"long ".repeat(100));
    let segments = connection().cut(message.as_bytes(), &[200]);
    let frames = [connection().syn(), segments[1].clone(), segments[0].clone()];
    let expected = [seen(&message, &[3, 5]), seen(&message, &[4, 6])];
    assert_eq!(shown(timed(&times(2, &frames))), expected);
}

/// Behind what the capture lacks, copies come before it is known that nothing more comes.
#[test]
fn messages_behind_a_gap() {
    let [one, lost, three, four] = [1, 2, 3, 4].map(|number| text(number, "gap"));
    let starts = [
        0,
        one.len() + lost.len(),
        one.len() + lost.len() + three.len(),
    ];
    let all = [&one, &three, &four].into_iter().zip(starts);
    let segments: Vec<_> = all
        .map(|(text, start)| connection().data(start, text))
        .collect();
    let frames = [&[connection().syn()], &segments[..]].concat();
    let audit = audit(timed(&times(2, &frames)));
    let mut texts = audit.texts();
    texts.sort();
    let mut expected = [[one, three, four].as_slice(); 2].concat();
    expected.sort();
    assert_eq!(texts, expected);
    assert_eq!(audit.anomalies(), [("stream-gap", 1)]);
    assert_eq!(audit.outcome("tcp retransmission"), 0);
}

/// As often as the whole message came.
#[test]
fn a_message_of_which_only_a_part_came_again() {
    let message = text(1, &"long ".repeat(100));
    let segments = connection().cut(message.as_bytes(), &[200]);
    for lost in 0..2 {
        let mut frames = times(2, &segments);
        frames.remove(lost * 2 + 1);
        let audit = audit(timed(&frames));
        assert_eq!(audit.messages(), [message.as_bytes()]);
        assert_eq!(audit.anomalies(), []);
        assert_eq!(
            audit.outcomes(),
            [("SIP".to_owned(), 2), ("tcp retransmission".to_owned(), 1)]
        );
    }
}

#[test]
fn a_packet_that_crosses_three_interfaces() {
    let message = text(1, &"long ".repeat(100));
    let segments = connection().cut(message.as_bytes(), &[200]);
    let expected = [[1, 4], [2, 5], [3, 6]].map(|records| seen(&message, &records));
    assert_eq!(shown(timed(&times(3, &segments))), expected);
}

/// The end of the connection comes with its last segment.
#[test]
fn the_last_segment_of_a_connection() {
    let message = text(1, &"long ".repeat(100));
    let (head, tail) = message.as_bytes().split_at(200);
    let flags = tcp_flags::FIN | tcp_flags::ACK;
    let last = tcp_frame(alice(), bob(), (1_201, 1, flags), tail);
    let frames = [connection().syn(), connection().data(0, head), last];
    let expected = [[3, 5], [4, 6]].map(|records| seen(&message, &records));
    assert_eq!(shown(timed(&times(2, &frames))), expected);
}

/// A segment in an IPv4 packet with this identification.
fn named(id: u16, ack: u32, payload: &str) -> Vec<u8> {
    let segment = tcp_packet(alice(), bob(), (1_001, ack, tcp_flags::ACK), payload);
    let fields = Ipv4Fields {
        id,
        ..Ipv4Fields::default()
    };
    let packet = ipv4_with(
        fields,
        [192, 0, 2, 1],
        [192, 0, 2, 2],
        protocol::TCP,
        &segment[20..],
    );
    ethernet(ethertype::IPV4, packet)
}

/// What is sent again is another packet, however soon it comes.
#[test]
fn a_segment_that_was_sent_again() {
    let message = text(1, "");
    let first = named(7, 1, &message);
    for (name, later, again, copies) in [
        ("captured again", 40, named(7, 1, &message), 2),
        (
            "captured again by a busy machine",
            200_000,
            named(7, 1, &message),
            2,
        ),
        ("another packet", 40, named(8, 1, &message), 1),
        ("another acknowledgement", 40, named(7, 2, &message), 1),
        ("much later", 300_000, named(7, 1, &message), 1),
    ] {
        let audit = audit(timed(&[(0, first.clone()), (later, again)]));
        assert_eq!(audit.messages().len(), copies, "{name}");
        assert_eq!(audit.anomalies(), [], "{name}");
    }
}

/// Without identification only what comes at once is the same packet.
#[test]
fn a_segment_without_identification() {
    let message = text(1, "");
    let first = named(0, 1, &message);
    for (later, copies) in [(9_000, 2), (11_000, 1)] {
        let audit = audit(timed(&[(0, first.clone()), (later, first.clone())]));
        assert_eq!(audit.messages().len(), copies, "{later}");
    }
}

/// The same place in the stream with other bytes is no copy, and the first bytes stay.
#[test]
fn a_segment_with_other_bytes() {
    let (one, other) = (text(1, "one"), text(1, "two"));
    let frames = [(0, named(7, 1, &one)), (40, named(7, 1, &other))];
    assert_eq!(shown(timed(&frames)), [seen(&one, &[1])]);
}

#[test]
fn messages_of_a_websocket() {
    let (messages, frames) = websocket_messages();
    let all = [UPGRADE.as_bytes(), &frames.concat()].concat();
    let mut segments = vec![connection().syn()];
    segments.extend(connection().cut(&all, &[UPGRADE.len(), UPGRADE.len() + 50]));
    let audit = audit(timed(&times(2, &segments)));
    assert_eq!(audit.anomalies(), []);
    let mut texts = audit.texts();
    texts.sort();
    let mut expected = [messages.clone(), messages].concat();
    expected.sort();
    assert_eq!(texts, expected);
}

#[test]
fn messages_that_an_agent_sends_on_over_tcp() {
    let message = text(1, "");
    let hep = Hep {
        src: alice(),
        dst: bob(),
        ip_protocol: protocol::UDP,
        secs: START as u32,
        micros: 0,
        capture_id: 7,
    };
    let packet = hep3(hep, &message);
    let segments = connection().cut(&packet, &[30]);
    let expected = [[1, 3], [2, 4]].map(|records| seen(&message, &records));
    assert_eq!(shown(timed(&times(2, &segments))), expected);
}

#[test]
fn user_messages_of_sctp() {
    let message = text(1, "over SCTP");
    let chunk = |tsn, begin, end, bytes: &str| {
        let fields = SctpData {
            tsn,
            begin,
            end,
            ..<_>::default()
        };
        let packet = sctp(5060, 5060, 9, &[sctp_data(fields, bytes)]);
        let packet = ip(alice().ip(), bob().ip(), protocol::SCTP, packet);
        ethernet(ethertype::IPV4, packet)
    };
    let whole = [chunk(1, true, true, &message)];
    let expected = [[1], [2]].map(|records| seen(&message, &records));
    assert_eq!(shown(timed(&times(2, &whole))), expected);
    let parts = [
        chunk(1, true, false, &message[..100]),
        chunk(2, false, true, &message[100..]),
    ];
    let expected = [[1, 3], [2, 4]].map(|records| seen(&message, &records));
    assert_eq!(shown(timed(&times(2, &parts))), expected);
    // Of the second copy of its end there is nothing to show.
    let mut frames = times(2, &parts);
    frames.remove(1);
    let audit = audit(timed(&frames));
    assert_eq!(audit.messages(), [message.as_bytes()]);
    assert_eq!(audit.outcome("sctp retransmission"), 1);
    assert_eq!(audit.anomalies(), []);
}

proptest! {
    #![proptest_config(config())]

    /// However a stream is cut, and wherever the copies of its segments stand behind them: right behind each, or all in an order
    /// of their own.
    #[test]
    fn of_any_stream_that_came_twice_every_message_did(
        bodies in vec(bodies(), 1..6),
        cuts in vec(any::<Index>(), 0..12),
        delays in vec(0..4_usize, 14),
        other_delays in vec(0..4_usize, 14),
        apart in any::<bool>(),
        initial in any::<u32>(),
    ) {
        let messages = numbered(bodies);
        let stream = messages.concat();
        let connection = Direction::new(initial);
        let pieces = pieces(&stream, &cuts).into_iter();
        let segments = pieces.map(|(start, end)| connection.data(start, &stream[start..end]));
        let segments: Vec<_> = segments.collect();
        let mut frames = vec![connection.syn()];
        frames.extend(delayed(segments.clone(), &delays));
        let copied = match apart {
            true => {
                let copies = delayed(segments, &other_delays).into_iter();
                let first = frames.into_iter().zip(0..).map(|(frame, at)| (at * 10, frame));
                first.chain(copies.zip(0..).map(|(frame, at)| (2_000 + at * 10, frame))).collect()
            }
            false => times(2, &frames),
        };
        let audit = audit(timed(&copied));
        let twice = messages.iter().chain(&messages).map(|message| &message[..]);
        prop_assert_eq!(sorted(audit.messages()), sorted(twice));
        prop_assert!(audit.found.iter().all(|found| found.whole));
        prop_assert_eq!(audit.anomalies(), []);
    }
}
