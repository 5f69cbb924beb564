//! What a capture does to a right flow never makes an error of it: packets that are lost, doubled, seen at two points, or sent
//! before the capture began.

use sipscope::base::Transport;
use sipscope::flow::synthesis::log::{busiest, formats, write_log};
use sipscope::flow::synthesis::{Alteration, Options, breakable, breaks};
use sipscope::rules::{Policy, Severity};
use sipscope::trace::Hints;
use sipscope::{Job, analyze, audit, correlate};

use crate::synthesis::play::{capture, events, flows, options};

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

/// What an audit of these captures finds that is at least so bad.
fn found(captures: &[Vec<u8>], severity: Severity) -> Vec<String> {
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
    let bad = findings.filter(|finding| finding.severity >= severity);
    bad.map(|one| {
        format!(
            "{}: got {}; expected {}",
            one.rule.code, one.got, one.expected
        )
    })
    .collect()
}

/// Errors that an audit of these captures finds.
fn errors(captures: &[Vec<u8>]) -> Vec<String> {
    found(captures, Severity::Error)
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

/// A packet as a capture has it that keeps no more bytes of any (pcapng 4.3: length of the block, of what was kept, of the packet).
fn kept(packet: &[u8], most: usize) -> Vec<u8> {
    let length = |at: usize| u32::from_le_bytes(packet[at..at + 4].try_into().unwrap()) as usize;
    let kept = most.min(length(20));
    let data = &packet[28..28 + kept];
    let filled = kept.next_multiple_of(4);
    let total = (32 + filled) as u32;
    let mut block = packet[..28].to_vec();
    block[4..8].copy_from_slice(&total.to_le_bytes());
    block[20..24].copy_from_slice(&(kept as u32).to_le_bytes());
    block.extend_from_slice(data);
    block.resize(28 + filled, 0);
    block.extend(total.to_le_bytes());
    block
}

/// What stands behind the cut may be what seems to be missing: of messages that break off nothing is told, not even that it is odd.
#[test]
fn cut_packets() {
    let mut wrong = Vec::new();
    for transport in [Transport::Udp, Transport::Tcp] {
        for template in flows() {
            let (head, packets) = blocks(&capture(&template, &options(transport)));
            for most in (90..1000).step_by(70) {
                let packets = packets.iter().flat_map(|packet| kept(packet, most));
                let file = head.iter().copied().chain(packets).collect();
                let found = found(&[file], Severity::Info);
                if !found.is_empty() {
                    let id = &template.id;
                    wrong.push(format!("{id} {transport:?} {most}: {found:#?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A log that breaks off, as of a program that was killed, tells of its last message no more than stands there.
#[test]
fn cut_logs() {
    let mut wrong = Vec::new();
    for (turn, template) in flows().into_iter().enumerate() {
        let options = options(Transport::Udp);
        let events = events(&template, &options);
        let actor = busiest(&events, template.actors.len());
        // Each flow in some formats, each format with some flows.
        for (number, format) in formats().enumerate().skip(turn % 4).step_by(4) {
            let mut text = Vec::new();
            write_log(&mut text, &template, &options, format, actor).unwrap();
            let whole = found(&[text.clone()], Severity::Info);
            let cut = text.len() * (number % 7 + 2) / 10;
            let mut found = found(&[text[..cut].to_vec()], Severity::Info);
            found.retain(|one| !whole.contains(one));
            if !found.is_empty() {
                let id = &template.id;
                wrong.push(format!("{id} {} at {cut}: {found:#?}", format.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong in front of the cut is told.
#[test]
fn a_cut_hides_no_fault_that_was_captured() {
    let flow = flows()
        .into_iter()
        .find(|one| one.id == "rfc3665-two-proxies");
    let flow = flow.unwrap();
    let one = breaks().find(|one| one.code == "VIA01").unwrap();
    let step = breakable(&flow, &options(Transport::Udp), one)[0];
    let broken = Options {
        alterations: vec![Alteration::Break(one.code, step)],
        ..options(Transport::Udp)
    };
    let (head, packets) = blocks(&capture(&flow, &broken));
    let packets = packets.iter().flat_map(|packet| kept(packet, 330));
    let file: Vec<u8> = head.iter().copied().chain(packets).collect();
    let errors = errors(&[file]);
    assert!(!errors.is_empty());
    assert!(
        errors.iter().all(|one| one.starts_with("VIA01")),
        "{errors:#?}"
    );
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
