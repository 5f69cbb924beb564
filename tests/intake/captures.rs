//! Real captures of others, if they are there: the counts of their index, and what cutting and flipping their bytes does.
//!
//! The captures are third-party material and not part of the project. They are looked for in the folder that the
//! environment variable SIPSCOPE_CAPTURES names, or in `../shared/captures`; without them these tests say so and pass.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test says what it found"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use sipscope::trace::Subject;
use sipscope::{Intake, Job, analyze};

fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("SIPSCOPE_CAPTURES").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/captures");
    let folder = named.unwrap_or(beside);
    let there = folder.join("INDEX.tsv").is_file();
    if !there {
        // Straight to standard error: what a test prints is not shown when it passes.
        let said = format!("no captures in {}: nothing was checked\n", folder.display());
        let _ = std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes());
    }
    there.then_some(folder)
}

/// With the key log of the same name, if there is one.
fn analyzed(path: &Path) -> Intake {
    let key_log = path.with_extension("keylog");
    analyzed_with(path, key_log.is_file().then_some(key_log))
}

fn analyzed_with(path: &Path, key_log: Option<PathBuf>) -> Intake {
    let intake = analyze(&Job {
        inputs: vec![path.to_owned()],
        key_logs: key_log.into_iter().collect(),
        threads: 1,
        keep_bytes: false,
        ..Job::default()
    })
    .unwrap();
    assert_eq!(
        intake.total().total(),
        intake.records(),
        "{} does not add up",
        path.display()
    );
    intake
}

/// What the index says of a capture, or what is right where the reference is blind.
#[derive(Debug, PartialEq, Eq)]
struct Counts {
    records: u64,
    requests: u64,
    responses: u64,
    call_ids: usize,
}

/// Captures of which the index (made with tshark 4.0.17) is not the truth: requests, responses, Call-IDs, and why.
const BETTER: [(&str, u64, u64, usize, &str); 6] = [
    ("o5gs_ipsec_reg.pcapng", 24, 32, 4, LEGS),
    ("o5gs_ipsec_to_nonipsec_call.pcapng", 31, 39, 3, LEGS),
    ("o5gs_nonipsec_to_ipsec_call.pcapng", 40, 61, 5, LEGS),
    ("o5gs_volte.pcapng", 23, 25, 3, LEGS),
    (
        "snort3_gtpingtp.pcap",
        0,
        1,
        1,
        "the second packet is a 487 from port 2152, taken for GTP by its port",
    ),
    (
        "b_hep3_mirror_of_presence.pcap",
        292,
        292,
        56,
        "584 messages in HEP, which the reference does not read",
    ),
];
/// Splitting these captures by the addresses of the outer packets and counting each part with tshark gives these sums.
const LEGS: &str = "every packet is captured up to three times, before, inside and after a GTP tunnel; \
    the reference mixes the copies of fragments and takes the copies of TCP segments for retransmissions";

fn expected(row: &BTreeMap<&str, &str>) -> Counts {
    let number = |column: &str| row[column].parse().unwrap();
    let mut counts = Counts {
        records: number("packets"),
        requests: number("requests"),
        responses: number("responses"),
        call_ids: number("distinct_call_ids") as usize,
    };
    if let Some(better) = BETTER.iter().find(|better| better.0 == row["name"]) {
        (counts.requests, counts.responses, counts.call_ids) = (better.1, better.2, better.3);
    }
    counts
}

/// `INVITE:3,ACK:2` as a map.
fn by_name(text: &str) -> BTreeMap<String, u64> {
    let parts = text.split(',').filter_map(|part| part.rsplit_once(':'));
    parts
        .map(|(name, count)| (name.to_owned(), count.parse().unwrap()))
        .collect()
}

#[test]
fn every_capture_gives_the_counts_of_its_index() {
    let Some(folder) = folder() else { return };
    let index = fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let mut lines = index.lines();
    let columns: Vec<_> = lines.next().unwrap().split('\t').collect();
    let mut checked = 0;
    for line in lines {
        let row: BTreeMap<_, _> = columns.iter().copied().zip(line.split('\t')).collect();
        let name = row["name"];
        let intake = analyzed(&folder.join(name));
        let mut methods: BTreeMap<String, u64> = BTreeMap::new();
        let mut statuses: BTreeMap<String, u64> = BTreeMap::new();
        for sighting in intake.sightings.iter() {
            match sighting.subject() {
                Subject::Request(method) => {
                    let name = intake.sightings.method_name(method);
                    *methods
                        .entry(String::from_utf8_lossy(name).into_owned())
                        .or_default() += 1;
                }
                Subject::Response(status) => {
                    *statuses.entry(status.to_string()).or_default() += 1;
                }
            }
        }
        let found = Counts {
            records: intake.records(),
            requests: methods.values().sum(),
            responses: statuses.values().sum(),
            call_ids: intake.sightings.call_ids(),
        };
        assert_eq!(found, expected(&row), "{name}");
        if BETTER.iter().all(|better| better.0 != name) {
            // The index names the most frequent ones only.
            let hold = |found: &BTreeMap<String, u64>, listed: BTreeMap<String, u64>| {
                for (key, count) in listed {
                    assert_eq!(found.get(&key), Some(&count), "{name}: {key}");
                }
            };
            hold(&methods, by_name(row["methods"]));
            hold(&statuses, by_name(row["status_codes"]));
        }
        checked += 1;
    }
    println!("{checked} captures checked");
}

#[test]
fn without_keys_nothing_is_read_from_tls() {
    let Some(folder) = folder() else { return };
    let intake = analyzed_with(&folder.join("c3_tls12.pcap"), None);
    assert!(intake.sightings.is_empty());
    let reasons: Vec<_> = intake
        .total()
        .undecodable()
        .map(|(reason, _)| reason.to_string())
        .collect();
    assert_eq!(reasons, ["tls: encrypted, no keys"]);
}

/// Deterministic numbers to choose places by.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }
}

/// Files up to this size are cut at every byte and have every byte flipped; larger ones at places chosen by a fixed seed.
const SMALL: usize = 700;
/// Bytes to analyze per capture beyond that, so that the test stays within its time.
const BUDGET: usize = 24 << 20;

#[test]
fn cutting_and_flipping_never_panics_and_always_adds_up() {
    let Some(folder) = folder() else { return };
    let mut captures: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let kind = path.extension().and_then(|extension| extension.to_str());
            matches!(kind, Some("pcap" | "pcapng" | "erf"))
        })
        .collect();
    captures.sort();
    let next = AtomicUsize::new(0);
    let runs = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, Into::into) {
            scope.spawn(|| {
                while let Some(path) = captures.get(next.fetch_add(1, Ordering::Relaxed)) {
                    runs.fetch_add(mutate(path), Ordering::Relaxed);
                }
            });
        }
    });
    let (runs, captures) = (runs.into_inner(), captures.len());
    println!("{runs} damaged copies of {captures} captures");
    assert!(runs > 50 * captures);
}

/// Analyzes damaged copies of one capture; gives how many.
fn mutate(path: &Path) -> usize {
    let bytes = fs::read(path).unwrap();
    let scratch = tempfile::NamedTempFile::new().unwrap();
    let mut random = Random(bytes.len() as u64);
    let every = bytes.len() <= SMALL;
    let rounds = if every {
        bytes.len()
    } else {
        (BUDGET / bytes.len() / 2).clamp(25, 400)
    };
    for round in 0..rounds {
        let at = if every {
            round
        } else {
            random.below(bytes.len())
        };
        fs::write(scratch.path(), &bytes[..at]).unwrap();
        analyzed(scratch.path());
        let mut flipped = bytes.clone();
        // Several at once in larger files: damage is rarely alone.
        for _ in 0..1 + random.below(8) {
            let at = if every {
                round
            } else {
                random.below(bytes.len())
            };
            flipped[at] ^= 1 << random.below(8);
        }
        fs::write(scratch.path(), &flipped).unwrap();
        analyzed(scratch.path());
    }
    2 * rounds
}
