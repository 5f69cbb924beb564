//! Whether records come out of every kind of file as they went in, and what is left of files that are cut, damaged,
//! packed, rotated or something else: whole records are never lost, and what is lost is said.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use crate::support;

use sipscope::Job;
use sipscope::base::AnomalyKind;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use support::audit::{Audit, audit, audit_paths, audit_with, one_thread};
use support::captures::{
    ErfKind, Interface, PcapStyle, PcapVariant, Pcapng, Record, TLS_KEY_LOG, erf, linktype, pcap,
    pcap_header, pcap_record,
};
use support::exchange::{
    Direction, START, alice, alice6, bob, bob6, capture, datagram, records, time_of,
};
use support::frames::{
    Hep, ethernet, ethertype, hep3, hep3_chunk, hep3_payload, hep3_with, ipv4_fragments, null_link,
    protocol, sll, udp, udp_frame, udp_packet,
};
use support::sip::{request, response, sdp};
use tempfile::TempDir;

/// As short as a message can be, for tests that look at every byte.
const SHORT: &str = "OPTIONS sip:b SIP/2.0\r\n\r\n";

fn numbered(number: u32) -> String {
    request(
        "OPTIONS",
        "sip:bob@example.com",
        "numbered",
        number,
        &[],
        "",
    )
}

/// A datagram with its own message.
fn frame(number: u32) -> Vec<u8> {
    datagram(numbered(number))
}

/// Which of the numbered messages were found, each byte for byte.
fn numbers(audit: &Audit) -> Vec<u32> {
    let texts = audit.texts();
    let number = |text: &String| (0..100).find(|number| numbered(*number) == *text);
    texts.iter().map(|text| number(text).unwrap()).collect()
}

fn first_times(audit: &Audit) -> Vec<Option<i64>> {
    audit.found.iter().map(|found| found.times.0).collect()
}

fn record_numbers(audit: &Audit) -> Vec<u64> {
    audit.found.iter().map(|found| found.records[0].1).collect()
}

fn styles() -> impl Iterator<Item = PcapStyle> {
    let variants = [
        PcapVariant::Microsecond,
        PcapVariant::Nanosecond,
        PcapVariant::Modified,
    ];
    let style = move |big_endian| {
        variants.map(|variant| PcapStyle {
            big_endian,
            variant,
        })
    };
    [false, true].into_iter().flat_map(style)
}

#[test]
fn every_pcap_keeps_records_times_and_messages() {
    let nanos = [0, 1_000, 123_456_789, 999_999_999];
    let records: Vec<_> = (1..)
        .zip(nanos)
        .map(|(number, nanos)| Record::new(START, nanos, frame(number)))
        .collect();
    for style in styles() {
        let audit = audit(pcap(style, linktype::ETHERNET, &records));
        let unit = match style.variant {
            PcapVariant::Nanosecond => 1,
            _ => 1_000,
        };
        let times = nanos.map(|nanos| Some(time_of(1) + i64::from(nanos) / unit * unit));
        assert_eq!(audit.intake.records(), 4);
        assert_eq!(first_times(&audit), times);
        assert_eq!(numbers(&audit), [1, 2, 3, 4]);
        assert_eq!(audit.anomalies(), []);
    }
}

/// The bits above the link type say how long the frame check sequence is (draft-ietf-opsawg-pcap).
#[test]
fn the_length_of_the_check_sequence_is_no_link_type() {
    let mut file = capture(&[frame(1)]);
    file[23] = 0x24;
    assert_eq!(numbers(&audit(&file)), [1]);
    assert_eq!(audit(&file).intake.inputs[0].facts.link_types, [1]);
}

/// Link type, resolution, offset and fraction of a second of an interface and a record; the fraction that comes out.
struct Clock {
    link: u16,
    resolution: Option<u8>,
    offset: Option<i64>,
    nanos: u32,
    kept: i64,
}

/// 10^-12 needs an offset: 64 bits of picoseconds last for 213 days.
const CLOCKS: [Clock; 8] = [
    clock(linktype::ETHERNET, None, None, 123_456_789, 123_456_000),
    clock(linktype::IPV4, Some(3), None, 250_999_999, 250_000_000),
    clock(linktype::LINUX_SLL, Some(9), None, 123_456_789, 123_456_789),
    // One unit of 2^-20 s is 953.67 ns.
    clock(linktype::NULL, Some(0x80 | 20), None, 954, 953),
    clock(
        linktype::RAW,
        Some(0x80 | 32),
        Some(3_600),
        750_000_000,
        750_000_000,
    ),
    clock(
        linktype::ETHERNET,
        Some(0x80 | 32),
        Some(-3_600),
        500_000_000,
        500_000_000,
    ),
    clock(
        linktype::IPV4,
        Some(12),
        Some(START as i64 - 5),
        999_999_999,
        999_999_999,
    ),
    clock(linktype::ETHERNET, Some(0), Some(-1), 999_999_999, 0),
];

const fn clock(
    link: u16,
    resolution: Option<u8>,
    offset: Option<i64>,
    nanos: u32,
    kept: i64,
) -> Clock {
    Clock {
        link,
        resolution,
        offset,
        nanos,
        kept,
    }
}

/// The same message under any of the link types above.
fn linked(link: u16, number: u32) -> Vec<u8> {
    let packet = udp_packet(alice(), bob(), numbered(number));
    match link {
        linktype::ETHERNET => ethernet(ethertype::IPV4, packet),
        linktype::LINUX_SLL => sll(ethertype::IPV4, packet),
        linktype::NULL => null_link(2, false, packet),
        _ => packet,
    }
}

/// Describes all interfaces and then writes a packet on each.
fn section(mut file: Pcapng, first: u32) -> Pcapng {
    for clock in &CLOCKS {
        file = file.interface(Interface {
            linktype: clock.link,
            tsresol: clock.resolution,
            tsoffset: clock.offset,
            ..<_>::default()
        });
    }
    for (interface, clock) in (0..).zip(&CLOCKS) {
        let number = first + interface;
        let second = START + u64::from(number);
        let record = Record::new(second, clock.nanos, linked(clock.link, number));
        file = file.packet(interface, &record);
    }
    file
}

#[test]
fn every_pcapng_interface_has_its_own_link_type_and_clock_in_its_own_section() {
    let count = CLOCKS.len() as u32;
    for big_endian in [false, true] {
        let file = section(Pcapng::new(big_endian), 0);
        let file = section(file.section(!big_endian), count);
        let audit = audit(file.finish());
        let times: Vec<_> = (0..)
            .zip(CLOCKS.iter().chain(&CLOCKS))
            .map(|(number, clock)| Some(time_of(1) + number * 1_000_000_000 + clock.kept))
            .collect();
        assert_eq!(first_times(&audit), times);
        assert_eq!(numbers(&audit), (0..2 * count).collect::<Vec<_>>());
        assert_eq!(audit.anomalies(), []);
    }
}

#[test]
fn a_resolution_no_clock_has_leaves_the_record_without_time() {
    let interface = Interface {
        tsresol: Some(25),
        ..<_>::default()
    };
    let file = Pcapng::new(false)
        .interface(interface)
        .packet(0, &Record::new(0, 0, frame(1)));
    let audit = audit(file.finish());
    assert_eq!(first_times(&audit), [None]);
    assert_eq!(audit.anomalies(), [("time-out-of-range", 1)]);
}

#[test]
fn simple_packets_have_no_time_and_keep_their_place() {
    let at = |second: u64, number| Record::new(START + second, 0, frame(number));
    let file = Pcapng::new(true)
        .interface(Interface::default())
        .packet(0, &at(10, 1))
        .simple_packet(&at(0, 2))
        .packet(0, &at(5, 3))
        .simple_packet(&at(0, 4));
    let audit = audit(file.finish());
    // The third was captured before the first; each simple one stays behind the one it followed.
    assert_eq!(numbers(&audit), [3, 4, 1, 2]);
    let (first, third) = (Some(time_of(11)), Some(time_of(6)));
    assert_eq!(first_times(&audit), [third, None, first, None]);
}

#[test]
fn a_simple_packet_is_cut_at_the_snap_length_of_its_interface() {
    let whole = frame(1);
    let interface = Interface {
        snaplen: 200,
        ..<_>::default()
    };
    let file = Pcapng::new(false)
        .interface(interface)
        .simple_packet(&Record::new(0, 0, whole.clone()).cut(200));
    let audit = audit(file.finish());
    assert_eq!(audit.messages(), [&whole[42..200]]);
    assert!(!audit.found[0].whole);
}

#[test]
fn obsolete_packets_are_read_in_both_byte_orders() {
    for big_endian in [false, true] {
        let file = Pcapng::new(big_endian)
            .interface(Interface::default())
            .interface(Interface {
                linktype: linktype::IPV4,
                tsresol: Some(9),
                ..<_>::default()
            })
            .obsolete_packet(0, &Record::new(START, 2_000, frame(1)))
            .obsolete_packet(1, &Record::new(START, 3_001, linked(linktype::IPV4, 2)));
        let audit = audit(file.finish());
        let start = time_of(1);
        assert_eq!(
            first_times(&audit),
            [Some(start + 2_000), Some(start + 3_001)]
        );
        assert_eq!(numbers(&audit), [1, 2]);
        assert_eq!(audit.anomalies(), []);
    }
}

#[test]
fn names_comments_and_secrets_are_kept_and_unknown_blocks_skipped() {
    for big_endian in [false, true] {
        let custom = 0x0000_0bad;
        let at = |number| Record::new(START, 0, frame(number));
        let file = Pcapng::new(big_endian)
            .decryption_secrets(TLS_KEY_LOG, "CLIENT_RANDOM 00 11\n")
            .interface(Interface {
                name: Some("eth0"),
                ..<_>::default()
            })
            .block(0x8000_0001, [0xab; 40])
            .packet(0, &at(1))
            .name_resolution(&[(alice().ip(), "alice.example.com"), (bob6().ip(), "bob")])
            .block(custom, b"")
            .packet_with_comment(0, &at(2), "retransmitted \u{2014} why?")
            .statistics(0, &at(2), 2)
            .packet(0, &at(3));
        let audit = audit(file.finish());
        let facts = &audit.intake.inputs[0].facts;
        let comment = "retransmitted \u{2014} why?".to_owned();
        assert_eq!(facts.comments, [(Some(2), comment)]);
        let secret = b"CLIENT_RANDOM 00 11\n".to_vec();
        assert_eq!(facts.secrets, [(0x544c_534b, secret)]);
        let names = [
            (alice().ip(), "alice.example.com".to_owned()),
            (bob6().ip(), "bob".to_owned()),
        ];
        assert_eq!(facts.names, names);
        assert_eq!(facts.link_types, [1]);
        assert_eq!(numbers(&audit), [1, 2, 3]);
        assert_eq!(audit.anomalies(), []);
    }
}

#[test]
fn a_packet_of_an_undescribed_interface_is_undecodable() {
    let lost = frame(1);
    let length = lost.len() as u32;
    let words = [7, 0, 0, length, length];
    let head: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let enhanced_packet = 6;
    let file = Pcapng::new(false)
        .interface(Interface::default())
        .block(enhanced_packet, [head, lost].concat())
        .packet(0, &Record::new(START, 0, frame(2)));
    let audit = audit(file.finish());
    assert_eq!(numbers(&audit), [2]);
    assert_eq!(record_numbers(&audit), [2]);
    assert_eq!(audit.intake.total().undecodable_total(), 1);
    let (reason, _) = audit.outcomes().pop().unwrap();
    assert!(reason.contains("interface"), "{reason}");
}

/// Of three interfaces two are kept, in each section anew.
#[test]
fn more_interfaces_than_are_kept_are_said() {
    let section = |file: Pcapng, first: u32| {
        let file = (0..3).fold(file, |file, _| file.interface(Interface::default()));
        (0..3).fold(file, |file, interface| {
            let number = first + interface;
            let second = START + u64::from(number);
            file.packet(interface, &Record::new(second, 0, frame(number)))
        })
    };
    let file = section(section(Pcapng::new(false), 1).section(true), 4).finish();
    let mut job = one_thread();
    job.limits.interfaces = 2;
    let audit = audit_with(&file, job);
    assert_eq!(numbers(&audit), [1, 2, 4, 5]);
    assert_eq!(audit.intake.total().undecodable_total(), 2);
    assert_eq!(audit.anomalies(), [("interface-limit", 2)]);
    let (record, _) = audit.first(AnomalyKind::InterfaceLimit);
    assert_eq!(record.number, 1);
    let unbounded = support::audit::audit(&file);
    assert_eq!(numbers(&unbounded), [1, 2, 3, 4, 5, 6]);
    assert_eq!(unbounded.anomalies(), []);
}

#[test]
fn erf_records_of_every_kind_are_read() {
    let over_ethernet = udp_frame(alice(), bob(), SHORT);
    let cases = [
        (ErfKind::Ethernet, over_ethernet.clone(), "ethernet/ipv4"),
        (ErfKind::EthernetExtended, over_ethernet, "ethernet/ipv4"),
        (ErfKind::Ipv4, udp_packet(alice(), bob(), SHORT), "ipv4"),
        (ErfKind::Ipv6, udp_packet(alice6(), bob6(), SHORT), "ipv6"),
    ];
    for (kind, frame, path) in cases {
        // An eighth of a second is exact in units of 2^-32.
        let records = [
            Record::new(START, 125_000_000, frame.clone()),
            Record::new(START + 1, 0, frame.clone()),
            Record::new(START + 2, 0, frame),
        ];
        // A pcap may hold whole ERF records.
        let inside = |record: &Record| Record {
            frame: erf(kind, std::slice::from_ref(record)),
            ..record.clone()
        };
        let wrapped: Vec<_> = records.iter().map(inside).collect();
        for file in [
            erf(kind, &records),
            pcap(PcapStyle::default(), linktype::ERF, &wrapped),
        ] {
            let audit = audit(file);
            let times = [time_of(1) + 125_000_000, time_of(2), time_of(3)];
            assert_eq!(first_times(&audit), times.map(Some), "{path}");
            assert_eq!(audit.texts(), [SHORT; 3], "{path}");
            assert!(audit.found.iter().all(|found| found.path == path));
            assert_eq!(audit.anomalies(), [], "{path}");
        }
    }
}

/// Type 3 is ATM. The records count, whichever file they stand in, and their type is said not to be read.
#[test]
fn erf_records_of_another_type_are_named() {
    let mut record = erf(ErfKind::Ethernet, &records(&[frame(1)]));
    record[8] = 3;
    let wrapped = [Record::new(START, 0, record.clone())];
    for file in [
        record.repeat(3),
        pcap(PcapStyle::default(), linktype::ERF, &wrapped),
    ] {
        let audit = audit(file);
        let count = audit.intake.records();
        assert!(count > 0);
        let reason = "link type 197 (ERF) is not read".to_owned();
        assert_eq!(audit.outcomes(), [(reason, count)]);
        assert_eq!(audit.anomalies(), [("link-type-unknown", count)]);
    }
}

/// A message that its agent saw so many seconds after the start, as a packet of HEP.
fn hep_packet(number: u32, message: impl AsRef<[u8]>) -> Vec<u8> {
    hep3(hep_of(number), message)
}

fn hep_of(number: u32) -> Hep {
    Hep {
        src: alice(),
        dst: bob(),
        ip_protocol: protocol::TCP,
        secs: START as u32 + number - 1,
        micros: 5,
        capture_id: 7,
    }
}

fn hep_file(packets: &[Vec<u8>]) -> Vec<u8> {
    let with_length =
        |packet: &Vec<u8>| [&(packet.len() as u32).to_be_bytes(), &packet[..]].concat();
    packets.iter().flat_map(with_length).collect()
}

fn five_hep_packets() -> Vec<Vec<u8>> {
    (1..=5)
        .map(|number| hep_packet(number, numbered(number)))
        .collect()
}

#[test]
fn hep_packets_have_the_times_and_ends_that_they_tell() {
    let audit = audit(hep_file(&five_hep_packets()));
    assert_eq!(numbers(&audit), [1, 2, 3, 4, 5]);
    assert_eq!(record_numbers(&audit), [1, 2, 3, 4, 5]);
    let times = (1..=5).map(|number| Some(time_of(number) + 5_000));
    assert_eq!(first_times(&audit), times.collect::<Vec<_>>());
    assert_eq!(audit.anomalies(), []);
    let (first, last) = audit.intake.span().unwrap();
    let seconds = [first, last].map(|stamp| stamp.time.nanos());
    assert_eq!(seconds, [time_of(1) + 5_000, time_of(5) + 5_000]);
    for found in &audit.found {
        let ends = [&found.source, &found.destination];
        assert_eq!(ends, [&alice().to_string(), &bob().to_string()]);
        assert_eq!((found.transport, &found.path[..]), ("TCP", "hep 7"));
    }
}

#[test]
fn a_compressed_payload_of_a_hep_packet_is_unpacked() {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(numbered(2).as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    let mut packets = five_hep_packets();
    packets[1] = hep3_with(hep_of(2), &[hep3_chunk(hep3_payload::COMPRESSED, packed)]);
    let audit = audit(hep_file(&packets));
    assert_eq!(numbers(&audit), [1, 2, 3, 4, 5]);
    assert_eq!(audit.anomalies(), []);
}

/// The chunks of the third contradict themselves, though its lengths agree.
#[test]
fn a_hep_packet_that_cannot_be_read_is_undecodable() {
    let mut packets = five_hep_packets();
    packets[2][10..12].fill(0xff);
    let audit = audit(hep_file(&packets));
    assert_eq!(numbers(&audit), [1, 2, 4, 5]);
    let outcomes = audit.outcomes();
    assert_eq!(outcomes.iter().map(|(_, count)| count).sum::<u64>(), 5);
    assert_eq!(audit.intake.total().undecodable_total(), 1);
}

/// Any byte of either length, and of the word behind them: the other four are read, and the damage is said.
#[test]
fn reading_goes_on_behind_a_hep_packet_of_wrong_length() {
    let packets = five_hep_packets();
    let third = hep_file(&packets[..2]).len();
    for at in third..third + 10 {
        let mut file = hep_file(&packets);
        file[at] ^= 0x41;
        let audit = audit_with(&file, small_batches());
        assert_eq!(numbers(&audit), [1, 2, 4, 5], "byte {at}");
        assert_eq!(audit.anomalies(), [("input-damaged", 1)], "byte {at}");
        let (record, _) = audit.first(AnomalyKind::InputDamaged);
        assert_eq!((record.input, record.number), (0, 3), "byte {at}");
    }
}

#[test]
fn a_hep_file_cut_anywhere_keeps_its_whole_records() {
    let file = hep_file(&vec![hep_packet(1, SHORT); 3]);
    let length = file.len() / 3;
    let ends = [0, length, 2 * length, 3 * length];
    // Up to the magic and both lengths nothing shows what it is.
    for cut in 10..=3 * length {
        expect_cut("hep", cut, &file, &ends);
    }
}

/// Where its first record is damaged, a person has to say what it is.
#[test]
fn a_hep_file_is_read_where_it_is_asked_for() {
    let mut file = hep_file(&five_hep_packets());
    file[7] = b'2';
    assert_eq!(audit(&file).intake.unreadable.len(), 1);
    let mut job = one_thread();
    job.texts.format = Some("hep".to_owned());
    let audit = audit_with(&file, job);
    assert_eq!(numbers(&audit), [2, 3, 4, 5]);
    assert_eq!(audit.anomalies(), [("input-damaged", 1)]);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A frame that decoders pass over (RFC 8878 3.1.2).
const SKIPPABLE: [u8; 10] = [0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, b'h', b'i'];

/// A file of each container with three short messages.
fn containers() -> Vec<(&'static str, Vec<u8>)> {
    let frames = vec![datagram(SHORT); 3];
    let pcapng = records(&frames).iter().fold(
        Pcapng::new(false).interface(Interface::default()),
        |file, record| file.packet(0, record),
    );
    vec![
        ("pcap", capture(&frames)),
        ("pcapng", pcapng.finish()),
        ("ERF", erf(ErfKind::Ethernet, &records(&frames))),
        ("hep", hep_file(&vec![hep_packet(1, SHORT); 3])),
    ]
}

#[test]
fn packed_files_are_read_through() {
    for (name, file) in containers() {
        let (start, rest) = file.split_at(file.len() / 2);
        let cases = [
            ("gzip", gzip(&file)),
            ("gzip", [gzip(start), gzip(rest)].concat()),
            ("zstd", zst(&file)),
            ("zstd", [zst(start), zst(rest)].concat()),
            ("zstd", [&SKIPPABLE[..], &zst(&file)].concat()),
        ];
        for (packing, packed) in cases {
            let audit = audit(packed);
            assert_eq!(audit.texts(), [SHORT; 3], "{name} {packing}");
            assert_eq!(audit.anomalies(), [], "{name} {packing}");
            let format = &audit.intake.inputs[0].format;
            assert!(format.contains(packing), "{format}");
            assert!(format.contains(name), "{format}");
        }
    }
}

/// The first packed part is whole and holds two records; of the second one some is missing.
#[test]
fn what_could_be_unpacked_of_a_truncated_file_is_read() {
    let frames: Vec<_> = (1..=40).map(frame).collect();
    let file = capture(&frames);
    let record_length = 16 + frames[0].len();
    let (start, rest) = file.split_at(24 + 2 * record_length);
    for pack in [gzip, zst] {
        let (start, rest) = (pack(start), pack(rest));
        for cut in 1..rest.len() {
            let audit = audit([&start, &rest[..cut]].concat());
            let found = numbers(&audit);
            let expected: Vec<_> = (1..).take(found.len()).collect();
            assert!(found.len() >= 2, "cut at {cut}");
            assert_eq!(found, expected, "cut at {cut}");
            assert_eq!(audit.count(AnomalyKind::Decompression), 1, "cut at {cut}");
        }
    }
}

#[test]
fn damage_in_a_packed_file_is_said() {
    let frames: Vec<_> = (1..=40).map(frame).collect();
    for (name, pack) in [("gzip", gzip as fn(&[u8]) -> Vec<u8>), ("zstd", zst)] {
        let mut packed = pack(&capture(&frames));
        // What both have at their end to check the rest by.
        let check = packed.len() - 3;
        packed[check] ^= 0xff;
        let audit = audit(&packed);
        assert!(audit.found.len() <= frames.len(), "{name}");
        assert_eq!(audit.count(AnomalyKind::Decompression), 1, "{name}");
    }
}

type WriteAll = Box<dyn Fn(&[Record]) -> Vec<u8>>;

/// A format with a file header, in one of its forms.
struct Form {
    name: String,
    big_endian: bool,
    /// Where in a record it says its length.
    length_at: usize,
    write: WriteAll,
}

fn forms() -> Vec<Form> {
    let pcaps = styles().map(|style| Form {
        name: format!("pcap, big-endian {}", style.big_endian),
        big_endian: style.big_endian,
        length_at: 8,
        write: Box::new(move |records| pcap(style, linktype::ETHERNET, records)),
    });
    let pcapngs = [false, true].map(|big_endian| Form {
        name: format!("pcapng, big-endian {big_endian}"),
        big_endian,
        length_at: 4,
        write: Box::new(move |records| {
            let start = Pcapng::new(big_endian).interface(Interface::default());
            let write = |file: Pcapng, record| file.packet(0, record);
            records.iter().fold(start, write).finish()
        }),
    });
    pcaps.chain(pcapngs).collect()
}

impl Form {
    /// Five numbered messages; the length in the third record is another.
    fn with_damaged_length(&self, damage: fn(u32) -> u32) -> Vec<u8> {
        let five = records(&(1..=5).map(frame).collect::<Vec<_>>());
        let at = (self.write)(&five[..2]).len() + self.length_at;
        let mut file = (self.write)(&five);
        let field = file[at..].first_chunk_mut().unwrap();
        *field = if self.big_endian {
            damage(u32::from_be_bytes(*field)).to_be_bytes()
        } else {
            damage(u32::from_le_bytes(*field)).to_le_bytes()
        };
        file
    }

    fn expect_the_other_four(&self, file: &[u8]) {
        let (audit, name) = (audit(file), &self.name);
        assert_eq!(numbers(&audit), [1, 2, 4, 5], "{name}");
        assert_eq!(audit.anomalies(), [("input-damaged", 1)], "{name}");
        let (record, _) = audit.first(AnomalyKind::InputDamaged);
        assert_eq!((record.input, record.number), (0, 3), "{name}");
    }
}

/// Small batches, so that records also lie across their borders.
fn small_batches() -> Job {
    let mut job = one_thread();
    job.limits.batch_bytes = 100;
    job
}

fn expect_cut(name: &str, cut: usize, file: &[u8], ends: &[usize]) {
    let audit = audit_with(&file[..cut], small_batches());
    let whole = ends.iter().filter(|end| **end <= cut).count() - 1;
    let place = format!("{name} cut at {cut}");
    assert_eq!(audit.texts(), vec![SHORT; whole], "{place}");
    if ends.contains(&cut) {
        assert_eq!(audit.anomalies(), [], "{place}");
    } else {
        assert_eq!(audit.anomalies(), [("input-cut", 1)], "{place}");
        let (record, _) = audit.first(AnomalyKind::InputCut);
        assert_eq!((record.input, record.number), (0, whole as u64 + 1));
    }
}

#[test]
fn a_file_cut_anywhere_keeps_its_whole_records_and_says_where_it_was_cut() {
    let three = records(&vec![datagram(SHORT); 3]);
    for form in forms() {
        let ends = [0, 1, 2, 3].map(|count| (form.write)(&three[..count]).len());
        let file = (form.write)(&three);
        for cut in ends[0]..=ends[3] {
            expect_cut(&form.name, cut, &file, &ends);
        }
    }
}

/// ERF has no file header: something of the second record has to be there to tell what it is.
#[test]
fn an_erf_file_cut_anywhere_keeps_its_whole_records() {
    let records = records(&vec![datagram(SHORT); 3]);
    let file = erf(ErfKind::Ethernet, &records);
    let length = file.len() / 3;
    let ends = [0, length, 2 * length, 3 * length];
    for cut in length..=3 * length {
        expect_cut("ERF", cut, &file, &ends);
    }
}

#[test]
fn reading_goes_on_behind_an_impossible_length() {
    for form in forms() {
        form.expect_the_other_four(&form.with_damaged_length(|_| u32::MAX));
    }
}

/// One flipped bit makes a length that could be, if the file went on.
#[test]
fn reading_goes_on_behind_a_length_beyond_the_end_of_the_file() {
    for form in forms() {
        form.expect_the_other_four(&form.with_damaged_length(|length| length | 1 << 20));
    }
}

/// A pcapng block says its length twice, so that any wrong one shows.
#[test]
fn reading_goes_on_behind_a_pcapng_block_of_wrong_length() {
    let damages: [fn(u32) -> u32; 5] = [
        |_| 0,
        |_| 8,
        |length| length + 1,
        |length| length + 4,
        |length| length - 4,
    ];
    for form in forms().iter().filter(|form| form.length_at == 4) {
        for damage in damages {
            form.expect_the_other_four(&form.with_damaged_length(damage));
        }
    }
}

#[test]
fn reading_goes_on_behind_a_damaged_erf_record() {
    let six: Vec<_> = records(&(1..=6).map(frame).collect::<Vec<_>>());
    let mut file = erf(ErfKind::Ethernet, &six);
    let length = file.len() / 6;
    // Less than a header; behind the three records by which the file is known.
    file[3 * length + 10..3 * length + 12].copy_from_slice(&[0, 3]);
    let audit = audit(&file);
    assert_eq!(numbers(&audit), [1, 2, 3, 5, 6]);
    assert_eq!(audit.anomalies(), [("input-damaged", 1)]);
}

/// A folder that is gone with the test, and the files put into it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    fn path(&self) -> PathBuf {
        self.0.path().to_owned()
    }
}

#[test]
fn what_is_no_capture_is_unreadable_and_the_message_says_why() {
    let folder = Folder::new();
    let good = folder.put("good.pcap", capture(&[frame(1)]));
    let cases = [
        (folder.put("empty.pcap", ""), "empty"),
        (
            folder.put("packed.pcap", b"\xfd7zXZ\0\0\x04\xe6\xd6\xb4F"),
            "xz",
        ),
        (
            folder.put("text.pcap", "no capture at all"),
            "no known format",
        ),
        (folder.path().join("missing.pcap"), "No such file"),
    ];
    let mut inputs: Vec<_> = cases.iter().map(|(path, _)| path.clone()).collect();
    inputs.push(good);
    let audit = audit_paths(inputs);
    assert_eq!(numbers(&audit), [1]);
    assert_eq!(audit.intake.inputs.len(), 1);
    assert_eq!(audit.intake.unreadable.len(), cases.len());
    for (path, problem) in cases {
        let mut errors = audit.intake.unreadable.iter();
        let error = errors.find(|error| error.path == path).unwrap().to_string();
        assert!(error.contains(path.to_str().unwrap()), "{error}");
        assert!(error.contains(problem), "{error}");
    }
}

/// A generator of bytes without pattern (xorshift), the same in every run.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let step = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..length).map(step).collect()
}

#[test]
fn random_bytes_are_never_taken_for_a_capture() {
    let folder = Folder::new();
    let file = |(seed, length)| folder.put(&format!("{seed}-{length}"), noise(seed, length));
    let sizes = [1, 16, 100, 3_000, 40_000];
    let cases = (0..60).flat_map(|seed| sizes.map(|length| (seed, length)));
    let inputs: Vec<_> = cases.map(file).collect();
    let count = inputs.len();
    let audit = audit_paths(inputs);
    let taken: Vec<_> = audit
        .intake
        .inputs
        .iter()
        .map(|input| &input.path)
        .collect();
    assert!(taken.is_empty(), "{} of {count}: {taken:?}", taken.len());
    assert_eq!(audit.intake.unreadable.len(), count);
}

#[test]
fn text_is_never_taken_for_a_capture() {
    let folder = Folder::new();
    let texts = [
        "Notes on the captures of this folder.\n",
        "Call 1: no answer. Call 2: see frame 17.\n",
        "frame 12-17: look at this again, there is something odd about it\n",
        "{\"calls\": [1, 2, 3, 4, 5, 6, 7, 8, 9]}\n",
    ];
    let file = |(index, text): (usize, &&str)| folder.put(&format!("{index}.txt"), text);
    let inputs: Vec<_> = texts.iter().enumerate().map(file).collect();
    let audit = audit_paths(inputs);
    assert_eq!(audit.intake.unreadable.len(), texts.len());
}

#[test]
fn a_directory_stands_for_the_captures_in_it() {
    let folder = Folder::new();
    let first = folder.put("a/first.pcap", capture(&[frame(1)]));
    let second = Pcapng::new(false)
        .interface(Interface::default())
        .packet(0, &Record::new(START + 1, 0, frame(2)));
    let second = folder.put("b/deeper/second.pcapng.gz", gzip(&second.finish()));
    let text = folder.put("a/readme.txt", "calls between Alice and Bob");
    folder.put(".hidden.pcap", capture(&[frame(3)]));
    folder.put("b/.hidden/third.pcap", capture(&[frame(4)]));
    let audit = audit_paths(vec![folder.path()]);
    let paths: Vec<_> = audit
        .intake
        .inputs
        .iter()
        .map(|input| &input.path)
        .collect();
    assert_eq!(paths, [&first, &second]);
    assert_eq!(numbers(&audit), [1, 2]);
    let passed_over: Vec<_> = audit
        .intake
        .passed_over
        .iter()
        .map(|error| &error.path)
        .collect();
    assert_eq!(passed_over, [&text]);
    assert!(audit.intake.unreadable.is_empty());
}

#[test]
fn a_file_that_is_named_twice_is_read_once() {
    let folder = Folder::new();
    let path = folder.put("one.pcap", capture(&[frame(1)]));
    let audit = audit_paths(vec![path.clone(), folder.path(), path]);
    assert_eq!(numbers(&audit), [1]);
}

/// Frames that only make sense together: a stream cut in a message, a datagram in two fragments, and a call around it.
fn connected() -> (Vec<Vec<u8>>, Vec<String>) {
    let offer = sdp("192.0.2.1", 4000);
    let invite = request("INVITE", "sip:bob@example.com", "stream", 1, &[], &offer);
    let message = request("INVITE", "sip:bob@example.com", "fragments", 1, &[], &offer);
    let ok = response(200, "OK", "INVITE", "stream", 1, &[], &offer);
    let there = Direction::new(7_000);
    let port = (alice().port(), bob().port());
    let datagram_bytes = udp(alice().ip(), bob().ip(), port.0, port.1, &message);
    let (src, dst) = ([192, 0, 2, 1], [192, 0, 2, 2]);
    let fragments = ipv4_fragments(9, src, dst, protocol::UDP, datagram_bytes, 400);
    assert_eq!(fragments.len(), 2);
    let frames = vec![
        there.syn(),
        there.data(0, &invite[..300]),
        ethernet(ethertype::IPV4, &fragments[0]),
        ethernet(ethertype::IPV4, &fragments[1]),
        there.data(300, &invite[300..]),
        datagram(&ok),
    ];
    (frames, vec![invite, message, ok])
}

#[test]
fn a_rotated_set_is_one_trace_whatever_the_order_of_its_files() {
    let (frames, messages) = connected();
    let folder = Folder::new();
    let all = records(&frames);
    let part = |records: &[Record]| pcap(PcapStyle::default(), linktype::ETHERNET, records);
    let first = folder.put("trace_00001.pcap", part(&all[..3]));
    let second = folder.put("trace_00002.pcap", part(&all[3..]));
    let forth = audit_paths(vec![first.clone(), second.clone()]);
    let back = audit_paths(vec![second, first]);
    assert_eq!(forth.found, back.found);
    assert_eq!(forth.texts(), messages);
    let records: Vec<_> = forth
        .found
        .iter()
        .map(|found| found.records.clone())
        .collect();
    let crossing = [vec![(0, 2), (1, 2)], vec![(0, 3), (1, 1)], vec![(1, 3)]];
    assert_eq!(records, crossing);
    assert!(forth.found.iter().all(|found| found.whole));
    assert_eq!(forth.anomalies(), []);
    let counts: Vec<_> = forth
        .intake
        .inputs
        .iter()
        .map(|input| input.records)
        .collect();
    assert_eq!(counts, [3, 3]);
}

/// The second tap sees everything a little later, so that the files overlap.
#[test]
fn two_taps_of_the_same_traffic_both_tell_all_of_it() {
    let (frames, messages) = connected();
    let folder = Folder::new();
    let tap = |nanos: u32| {
        let late = records(&frames).into_iter().map(|mut record| {
            record.nanos = nanos;
            record
        });
        pcap(
            PcapStyle::default(),
            linktype::ETHERNET,
            &late.collect::<Vec<_>>(),
        )
    };
    let near = folder.put("tap1.pcap", tap(0));
    let far = folder.put("tap2.pcap", tap(700_000));
    let audit = audit_paths(vec![far, near]);
    let twice: Vec<_> = messages
        .iter()
        .flat_map(|text| [text.clone(), text.clone()])
        .collect();
    assert_eq!(audit.texts(), twice);
    assert!(audit.found.iter().all(|found| found.whole));
    let of_one_tap = |records: &[(u32, u64)]| records.iter().all(|id| id.0 == records[0].0);
    assert!(audit.found.iter().all(|found| of_one_tap(&found.records)));
    assert_eq!(audit.anomalies(), []);
}

/// Ethernet, IPv4 and UDP.
const HEADERS: usize = 42;

fn cut_frame(snap_length: usize) -> Audit {
    let record = Record::new(START, 0, frame(1)).cut(snap_length);
    audit(pcap(PcapStyle::default(), linktype::ETHERNET, &[record]))
}

#[test]
fn a_packet_cut_by_the_snap_length_is_shown_as_far_as_it_goes() {
    let message = numbered(1);
    let first_line = message.find('\n').unwrap() + 1;
    for held in first_line..message.len() {
        let audit = cut_frame(HEADERS + held);
        let cut = message[..held].to_owned();
        assert_eq!(audit.parts(), [(cut, vec![1], false)]);
        assert_eq!(audit.anomalies(), [("packet-cut", 1)], "{held} bytes");
        let (record, _) = audit.first(AnomalyKind::PacketCut);
        assert_eq!((record.input, record.number), (0, 1));
    }
}

/// Where too little was captured to tell, it may have been a message.
#[test]
fn a_packet_cut_before_its_first_line_ends_is_said_to_be_cut() {
    let first_line = numbered(1).find('\n').unwrap();
    for held in 0..=first_line {
        let audit = cut_frame(HEADERS + held);
        assert_eq!(audit.anomalies(), [("packet-cut", 1)], "{held} bytes");
    }
}

/// Nobody can say that a payload that was not captured was a keep-alive.
#[test]
fn a_payload_that_was_not_captured_is_undecodable() {
    let audit = cut_frame(HEADERS);
    assert_eq!(audit.intake.total().undecodable_total(), 1);
}

#[test]
fn a_pcap_without_records_is_a_capture() {
    for style in styles() {
        let audit = audit(pcap_header(style, linktype::ETHERNET));
        assert_eq!(audit.intake.inputs.len(), 1);
        assert_eq!((audit.intake.records(), audit.anomalies()), (0, vec![]));
    }
}

/// A record of no bytes is a record.
#[test]
fn an_empty_record_counts() {
    let style = PcapStyle::default();
    let empty = pcap_record(style, &Record::new(START, 0, Vec::new()));
    let file = [capture(&[frame(1)]), empty].concat();
    let audit = audit(file);
    assert_eq!(audit.intake.records(), 2);
    assert_eq!(audit.intake.total().undecodable_total(), 1);
}

/// Programs that make packets longer leave the length that they had.
#[test]
fn records_with_more_than_there_was_are_read() {
    let text = |number| request("OPTIONS", "sip:bob@example.com", "longer", number, &[], "");
    let records: Vec<_> = (0..8)
        .map(|number| {
            let record = Record::new(START + u64::from(number), 0, datagram(text(number)));
            let longer = (3..6).contains(&number);
            let original_len = longer.then(|| record.captured_len() - 5);
            Record {
                original_len,
                ..record
            }
        })
        .collect();
    let audit = audit(pcap(PcapStyle::default(), linktype::ETHERNET, &records));
    assert_eq!(audit.texts(), (0..8).map(text).collect::<Vec<_>>());
    assert_eq!(audit.anomalies(), []);
}
