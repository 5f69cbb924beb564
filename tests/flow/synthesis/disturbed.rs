//! What a capture does to a right flow never makes an error of it: packets that are lost, doubled, seen at two points, or sent
//! before the capture began.

use sipscope::base::Transport;
use sipscope::flow::synthesis::{Alteration, Options, breakable, breaks};
use sipscope::rules::{Policy, Severity};
use sipscope::trace::Hints;
use sipscope::{Job, analyze, audit, correlate};

use crate::synthesis::play::{capture, flows, options};

const SEEDS: u64 = 4;
/// The type of a block with a packet in it (pcapng 4.3).
const PACKET: [u8; 4] = [6, 0, 0, 0];

/// A pcapng file as the blocks in front of the packets, and those of the packets.
fn blocks(file: &[u8]) -> (Vec<u8>, Vec<Vec<u8>>) {
    let (mut head, mut packets) = (Vec::new(), Vec::new());
    let mut rest = file;
    while !rest.is_empty() {
        let length = u32::from_le_bytes(rest[4..8].try_into().unwrap()) as usize;
        let (block, behind) = rest.split_at(length);
        match block.starts_with(&PACKET) {
            true => packets.push(block.to_vec()),
            false => head.extend_from_slice(block),
        }
        rest = behind;
    }
    (head, packets)
}

/// Errors that an audit of these captures finds.
fn errors(captures: &[Vec<u8>]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let mut inputs = Vec::new();
    for (number, bytes) in captures.iter().enumerate() {
        let path = folder.path().join(format!("{number}.pcapng"));
        std::fs::write(&path, bytes).unwrap();
        inputs.push(path);
    }
    let job = Job {
        inputs,
        threads: 1,
        ..Job::default()
    };
    let mut intake = analyze(&job).unwrap();
    let trace = correlate(&mut intake, &job, &Hints::default()).unwrap();
    let audit = audit(&intake, &trace, &job, &Policy::default()).unwrap();
    let findings = audit.findings.iter();
    let errors = findings.filter(|finding| finding.severity == Severity::Error);
    errors
        .map(|one| {
            format!(
                "{}: got {}; expected {}",
                one.rule.code, one.got, one.expected
            )
        })
        .collect()
}

/// Holds every flow to having no error after this was done to its packets.
#[track_caller]
fn stays_right(what: &str, disturb: impl Fn(&[Vec<u8>], u64) -> Vec<Vec<Vec<u8>>>, seeds: u64) {
    let mut wrong = Vec::new();
    for template in flows() {
        let (head, packets) = blocks(&capture(&template, &options(Transport::Udp)));
        assert!(!packets.is_empty(), "{}", template.id);
        for seed in 0..seeds {
            let captures = disturb(&packets, seed).into_iter().map(|packets| {
                let mut file = head.clone();
                file.extend(packets.concat());
                file
            });
            let found = errors(&captures.collect::<Vec<_>>());
            if !found.is_empty() {
                wrong.push(format!("{} {what} {seed}: {found:#?}", template.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A number that looks like chance (splitmix64).
fn mixed(seed: u64, number: usize) -> u64 {
    let mut mixed = (seed << 32 | number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[test]
fn doubled_packets() {
    let doubled = |packets: &[Vec<u8>], _| {
        let twice = packets
            .iter()
            .flat_map(|packet| [packet.clone(), packet.clone()]);
        vec![twice.collect()]
    };
    stays_right("doubled", doubled, 1);
}

#[test]
fn lost_packets() {
    let lost = |packets: &[Vec<u8>], seed| {
        let kept = packets.iter().enumerate();
        let kept = kept.filter(|(number, _)| !mixed(seed, *number).is_multiple_of(10));
        vec![kept.map(|(_, packet)| packet.clone()).collect()]
    };
    stays_right("lost", lost, SEEDS);
}

#[test]
fn a_late_beginning() {
    let late = |packets: &[Vec<u8>], seed| {
        let first = packets.len() * (seed as usize + 1) / (SEEDS as usize + 1);
        vec![packets[first..].to_vec()]
    };
    stays_right("late", late, SEEDS);
}

#[test]
fn two_capture_points() {
    let twice = |packets: &[Vec<u8>], seed| {
        let seen = |point: u64| {
            let all = packets.iter().enumerate();
            let seen =
                all.filter(|(number, _)| !mixed(seed * 2 + point, *number).is_multiple_of(10));
            seen.map(|(_, packet)| packet.clone()).collect()
        };
        vec![seen(0), seen(1)]
    };
    stays_right("seen at two points", twice, SEEDS);
}

#[test]
fn an_error_would_be_seen() {
    let flow = flows().swap_remove(0);
    let one = breaks().find(|one| one.code == "SYN02").unwrap();
    let step = breakable(&flow, &options(Transport::Udp), one)[0];
    let broken = Options {
        alterations: vec![Alteration::Break(one.code, step)],
        ..options(Transport::Udp)
    };
    assert_eq!(errors(&[capture(&flow, &broken)]).len(), 1);
}
