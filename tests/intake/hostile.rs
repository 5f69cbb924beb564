//! Captures made to exhaust memory or patience. Each is read to its end within bounds, every record is accounted for, and
//! what stands behind is still found. No time is measured: what is slow here without end is noticed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use crate::support;

use sipscope::base::AnomalyKind;
use std::io::Write;
use support::audit::audit;
use support::captures::{Interface, PcapStyle, Pcapng, Record, linktype, pcap};
use support::exchange::{Direction, START, alice, bob, capture, datagram};
use support::frames::{
    Hep, SctpData, ethernet, ethertype, hep3_chunk, hep3_payload, hep3_with, ip, ipv4_fragments,
    protocol, sctp, sctp_data, udp, udp_packet,
};
use support::sip::request;

fn message() -> String {
    request("OPTIONS", "sip:bob@example.com", "behind", 1, &[], "")
}

/// The chunks of an association in one packet.
fn association(tag: u32, chunks: &[Vec<u8>]) -> Vec<u8> {
    let packet = sctp(5060, 5060, tag, chunks);
    let packet = ip(alice().ip(), bob().ip(), protocol::SCTP, packet);
    ethernet(ethertype::IPV4, packet)
}

/// One byte of a user message.
fn part(tsn: u32, begin: bool, end: bool, byte: u8) -> Vec<u8> {
    let fields = SctpData {
        tsn,
        begin,
        end,
        ..SctpData::default()
    };
    sctp_data(fields, [byte])
}

/// Parts that fit into one packet.
const PARTS: usize = 1000;

#[test]
fn a_message_of_countless_sctp_parts_is_put_together() {
    let body = "x".repeat(20_000);
    let kind = ["Content-Type: text/plain"];
    let text = request("MESSAGE", "sip:bob@example.com", "parts", 1, &kind, &body);
    let last = text.len() - 1;
    let chunk = |(at, byte): (usize, u8)| part(at as u32, at == 0, at == last, byte);
    let in_order: Vec<_> = text.bytes().enumerate().map(chunk).collect();
    let reversed: Vec<_> = in_order.iter().rev().cloned().collect();
    for chunks in [in_order, reversed] {
        let packets = chunks.chunks(PARTS);
        let frames: Vec<_> = packets.map(|chunks| association(7, chunks)).collect();
        let audit = audit(capture(&frames));
        let numbers = (1..=frames.len() as u64).collect();
        assert!(audit.parts() == [(text.clone(), numbers, true)]);
        assert_eq!(audit.anomalies(), []);
    }
}

/// A part is held with more than a hundred bytes of what belongs to it, so that these are more than 16 MiB.
#[test]
fn sctp_parts_without_end_are_given_up() {
    let parts = |from: u32| -> Vec<_> {
        let numbers = from..from + PARTS as u32;
        numbers
            .map(|tsn| part(tsn, tsn == 0, false, b'x'))
            .collect()
    };
    let starts = (0..150).map(|packet| packet * PARTS as u32);
    let one_message: Vec<_> = starts.map(|from| association(7, &parts(from))).collect();
    let many: Vec<_> = (0..150).map(|tag| association(tag, &parts(0))).collect();
    for mut frames in [one_message, many] {
        let flood = frames.len() as u64;
        frames.push(datagram(message()));
        let audit = audit(capture(&frames));
        assert_eq!(audit.texts(), [message()]);
        assert!(audit.count(AnomalyKind::StreamLimit) > 0);
        assert_eq!(audit.outcome("sctp: incomplete"), flood);
    }
}

/// 20,000 associations are remembered at a time. Those given up are at least the ones beyond.
#[test]
fn countless_sctp_associations_are_given_up() {
    const ASSOCIATIONS: u32 = 25_000;
    let one = |tag| association(tag, &[part(1, true, false, b'x')]);
    let mut frames: Vec<_> = (1..=ASSOCIATIONS).map(one).collect();
    frames.push(datagram(message()));
    let audit = audit(capture(&frames));
    assert_eq!(audit.texts(), [message()]);
    let (record, _) = audit.first(AnomalyKind::StreamLimit);
    assert_eq!(record.number, 20_001);
    assert!(audit.count(AnomalyKind::StreamLimit) >= 5_000);
    assert_eq!(audit.outcome("sctp: incomplete"), u64::from(ASSOCIATIONS));
}

/// 60 MiB of zeros in 60 KB, the last of them damaged: who unpacks too much notices.
#[test]
fn compressed_hep_bombs_are_unpacked_up_to_the_limit() {
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..60 {
        zlib.write_all(&vec![0; 1 << 20]).unwrap();
    }
    let hep = Hep {
        src: alice(),
        dst: bob(),
        ip_protocol: protocol::UDP,
        secs: START as u32,
        micros: 0,
        capture_id: 1,
    };
    let mut packed = zlib.finish().unwrap();
    packed.truncate(packed.len() - 100);
    let chunk = hep3_chunk(hep3_payload::COMPRESSED, packed);
    let bomb = hep3_with(hep, &[chunk]);
    let mut frames = vec![datagram(bomb); 20];
    frames.push(datagram(message()));
    let audit = audit(capture(&frames));
    assert_eq!(audit.texts(), [message()]);
    assert_eq!(audit.outcome("hep payload"), 20);
    assert_eq!(audit.anomalies(), [("message-too-long", 20)]);
}

/// Full of what a start line is searched by, and none.
#[test]
fn a_long_line_in_a_stream_is_passed_over() {
    const UNIT: &str = "INVITE SIP/2.0 x";
    let line = UNIT.repeat(1 << 16) + "\r\n";
    let stream = line + &message();
    let connection = Direction::new(1);
    let cuts: Vec<_> = (1..stream.len() / 1408).map(|cut| cut * 1408).collect();
    let segments = connection.cut(stream.as_bytes(), &cuts);
    for opened in [true, false] {
        let mut frames = segments.clone();
        if opened {
            frames.insert(0, connection.syn());
        }
        let audit = audit(capture(&frames));
        assert_eq!(audit.texts(), [message()]);
        assert!(audit.found[0].whole);
    }
    let lone = datagram(UNIT.repeat(4000));
    let audit = audit(capture(&[lone, datagram(message())]));
    assert_eq!(audit.texts(), [message()]);
    assert_eq!(audit.outcome("udp payload"), 1);
}

#[test]
fn a_stack_of_countless_tags_is_unwrapped() {
    const TAGS: usize = 70_000;
    let mut tags: Vec<u8> = Vec::new();
    for _ in 1..TAGS {
        tags.extend([0, 7]);
        tags.extend(ethertype::VLAN.to_be_bytes());
    }
    tags.extend([0, 7]);
    tags.extend(ethertype::IPV4.to_be_bytes());
    tags.extend(udp_packet(alice(), bob(), message()));
    let frame = ethernet(ethertype::VLAN, tags);
    let file = Pcapng::new(false)
        .interface(Interface::default())
        .packet(0, &Record::new(START, 0, frame));
    let audit = audit(file.finish());
    assert_eq!(audit.texts(), [message()]);
    assert_eq!(audit.found[0].path, "ethernet/vlan 7/vlan 7/ipv4");
    assert_eq!(audit.anomalies(), []);
}

/// 4,096 methods are told apart, those that are known among them.
#[test]
fn countless_methods_are_counted_together() {
    const WRITTEN: usize = 5000;
    // One that was told apart stays so.
    let numbers = (0..WRITTEN).chain([0]);
    let mut frames: Vec<_> = numbers
        .map(|number| {
            let method = format!("M{number}");
            datagram(request(&method, "sip:bob@example.com", &method, 1, &[], ""))
        })
        .collect();
    frames.push(datagram(message()));
    let audit = audit(capture(&frames));
    assert_eq!(audit.texts().last(), Some(&message()));
    assert_eq!(audit.found.len(), WRITTEN + 2);
    assert_eq!(audit.found[WRITTEN].subject, "M0");
    let own = 4096 - sipscope::sip::METHODS.len();
    let (record, _) = audit.first(AnomalyKind::MethodLimit);
    assert_eq!(record.number as usize, own + 1);
    // Of each message its first line and its CSeq.
    assert_eq!(
        audit.count(AnomalyKind::MethodLimit) as usize,
        2 * (WRITTEN - own)
    );
}

/// 4 MiB of comments are kept, with a little for each.
#[test]
fn comments_without_end_are_not_kept() {
    let comment = "x".repeat(60_000);
    let mut file = Pcapng::new(false).interface(Interface::default());
    for number in 0..100 {
        let record = Record::new(START + number, 0, datagram(message()));
        file = file.packet_with_comment(0, &record, &comment);
    }
    let audit = audit(file.finish());
    assert_eq!(audit.found.len(), 100);
    assert_eq!(audit.anomalies(), [("facts-limit", 1)]);
    let (_, detail) = audit.first(AnomalyKind::FactsLimit);
    let kept = (4 << 20) / (comment.len() + 32);
    assert!(
        detail.starts_with(&format!("{} comments", 100 - kept)),
        "{detail}"
    );
}

/// All within a second: of large datagrams, far fewer than there may be at a time are 8 MiB.
#[test]
fn fragments_of_large_datagrams_are_given_up() {
    const DATAGRAMS: u16 = 200;
    let large = udp(alice().ip(), bob().ip(), 5060, 5060, vec![b'x'; 60_000]);
    let mut frames = Vec::new();
    for id in 0..DATAGRAMS {
        let mut parts = ipv4_fragments(
            id,
            [192, 0, 2, 1],
            [192, 0, 2, 2],
            protocol::UDP,
            &large,
            20_000,
        );
        parts.pop();
        frames.extend(
            parts
                .into_iter()
                .map(|part| ethernet(ethertype::IPV4, part)),
        );
    }
    frames.push(datagram(message()));
    let records = frames.into_iter().map(|frame| Record::new(START, 0, frame));
    let records: Vec<_> = records.collect();
    let audit = audit(pcap(PcapStyle::default(), linktype::ETHERNET, &records));
    assert_eq!(audit.texts(), [message()]);
    // Each holds 40,000 bytes or more.
    assert!(audit.count(AnomalyKind::FragmentLimit) > 0);
    let (record, _) = audit.first(AnomalyKind::FragmentLimit);
    assert!((300..=420).contains(&record.number), "{record:?}");
}

/// Captures of the project's own with bytes changed anywhere: each record still has one outcome.
#[test]
fn changed_bytes_are_accounted_for() {
    let connection = Direction::new(7);
    let text = message();
    let frames = [
        datagram(&text),
        connection.syn(),
        connection.data(0, &text[..100]),
        connection.data(100, &text[100..]),
        association(7, &[part(1, true, true, b'x')]),
    ];
    let whole = capture(&frames);
    let mut mixed = 1_u64;
    for _ in 0..3000 {
        let mut changed = whole.clone();
        for _ in 0..3 {
            // Numbers that look like chance (Marsaglia's xorshift).
            mixed ^= mixed << 13;
            mixed ^= mixed >> 7;
            mixed ^= mixed << 17;
            let at = mixed as usize % changed.len();
            changed[at] ^= 1 << (mixed >> 40 & 7);
        }
        audit(changed);
    }
}
