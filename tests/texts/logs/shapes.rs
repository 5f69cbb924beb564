//! Every format in every shape that a log comes in: indented, quoted, passed on by syslog, coloured, with other line ends, damaged
//! in one place, with the log of another program behind it. The same messages are read, less what the damage took, and of what
//! it took the line is told.
//!
//! The table is the registry: a format without a sample, or a sample without a rule here, fails.

use std::fs;
use std::path::Path;

use sipscope::base::AnomalyKind;
use sipscope::source::text_formats;
use sipscope::{Job, analyze};

use crate::logs::traffic::{Read, read};

/// A sample, what it is and what is read of it.
struct Sample {
    name: String,
    format: String,
    text: Vec<u8>,
    reads: Vec<Read>,
    /// The line that each message begins in.
    lines: Vec<usize>,
}

/// What is read of a text.
struct Outcome {
    format: String,
    reads: Vec<Read>,
    lines: Vec<usize>,
    undecodable: u64,
    /// Where something announced or begun could not be read.
    pointed: Vec<usize>,
}

fn outcome(text: &[u8]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.log");
    fs::write(&path, text).unwrap();
    let mut intake = analyze(&Job {
        inputs: vec![path],
        threads: 1,
        ..Job::default()
    })
    .unwrap();
    assert_eq!(intake.total().total(), intake.records(), "adds up");
    let mut pointed = Vec::new();
    for (kind, summary) in intake.anomalies.iter() {
        if kind == AnomalyKind::LogEntryUnreadable {
            pointed.push(summary.first.number as usize);
        }
    }
    let lines = intake.sightings.iter();
    let lines = lines.map(|sighting| sighting.records()[0].number as usize);
    let formats = intake.inputs.iter().map(|input| input.format.clone());
    Outcome {
        format: formats.collect(),
        lines: lines.collect(),
        undecodable: intake.total().undecodable_total(),
        pointed,
        reads: read(&mut intake),
    }
}

fn samples() -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/logs");
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let mut samples: Vec<Sample> = files
        .map(|path| {
            let text = fs::read(&path).unwrap();
            let Outcome {
                format,
                reads,
                lines,
                ..
            } = outcome(&text);
            assert!(reads.len() > 10, "{}", path.display());
            Sample {
                name: path.file_name().unwrap().to_string_lossy().into_owned(),
                format,
                text,
                reads,
                lines,
            }
        })
        .collect();
    samples.sort_by(|one, other| one.name.cmp(&other.name));
    for format in text_formats().filter(|format| *format != "document") {
        let has = samples.iter().any(|sample| sample.format == format);
        assert!(has, "{format} has no sample");
    }
    samples
}

/// What a shape does not change; what it spoils is noted and is another matter.
fn told(read: &Read) -> Read {
    Read {
        spoiled: Vec::new(),
        ..read.clone()
    }
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

/// A text with every line changed: what it is without its line end, and that.
fn each_line(text: &[u8], change: impl Fn(&[u8], &[u8]) -> Vec<u8>) -> Vec<u8> {
    let changed = lines(text).into_iter().map(|line| {
        let end = line.iter().rev().take_while(|byte| b"\r\n".contains(byte));
        let (text, end) = line.split_at(line.len() - end.count());
        change(text, end)
    });
    changed.collect::<Vec<_>>().concat()
}

/// In an order that times do not change.
fn sorted(reads: &[Read], told: fn(&Read) -> Read) -> Vec<Read> {
    let mut reads: Vec<Read> = reads.iter().map(told).collect();
    reads.sort_by_key(|read| {
        (
            read.message.clone(),
            read.nanos,
            read.from.clone(),
            read.to.clone(),
        )
    });
    reads
}

/// What is different, if the messages are not these.
fn difference(expected: &[Read], reads: &[Read], told: fn(&Read) -> Read) -> Option<String> {
    let (expected, reads) = (sorted(expected, told), sorted(reads, told));
    if expected == reads {
        return None;
    }
    let (all, wanted) = (reads.len(), expected.len());
    let missing = expected.iter().find(|read| !reads.contains(read));
    let added = reads.iter().find(|read| !expected.contains(read));
    let said = |read: Option<&Read>| {
        read.map(|read| {
            let start = read.message.lines().next().unwrap_or_default();
            let (length, whole) = (read.message.len(), read.whole);
            let ends = format!("{} {} {}", read.transport, read.from, read.to);
            format!("{:?} {ends} {start:?} {length} {whole}", read.nanos)
        })
    };
    Some(format!(
        "{all} of {wanted} messages\n  without {:?}\n  but {:?}",
        said(missing),
        said(added)
    ))
}

/// Tries a shape on every sample, but for those named, with the reason why.
#[track_caller]
fn try_shape(
    shape: impl Fn(&[u8]) -> Vec<u8>,
    told: fn(&Read) -> Read,
    exceptions: &[(&str, &str)],
) {
    let mut problems = Vec::new();
    for sample in samples() {
        let excepted = exceptions.iter().any(|(name, _)| *name == sample.name);
        let found = difference(&sample.reads, &outcome(&shape(&sample.text)).reads, told);
        match found {
            Some(difference) if !excepted => {
                problems.push(format!("{}: {difference}", sample.name))
            }
            None if excepted => problems.push(format!("{}: is no exception any more", sample.name)),
            _ => {}
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

#[test]
fn indented_quoted_and_coloured_logs_have_the_same_messages() {
    let front = |front: &'static str| {
        move |text: &[u8]| each_line(text, |line, end| [front.as_bytes(), line, end].concat())
    };
    try_shape(front("    "), told, &[]);
    try_shape(front("\t"), told, &[]);
    try_shape(front("> "), told, &[]);
    let coloured = |text: &[u8]| {
        each_line(text, |line, end| {
            [b"\x1b[32m", line, b"\x1b[0m", end].concat()
        })
    };
    try_shape(coloured, told, &[]);
}

#[test]
fn lines_may_be_numbered() {
    let number = |front: fn(usize) -> String| {
        move |text: &[u8]| {
            let lines = lines(text).into_iter().zip(1..);
            let numbered = lines.map(|(line, number)| [front(number).as_bytes(), line].concat());
            numbered.collect::<Vec<_>>().concat()
        }
    };
    // `cat -n`, `grep -n ''`, `nl -ba`.
    try_shape(number(|number| format!("{number:6}\t")), told, &[]);
    try_shape(number(|number| format!("{number}:")), told, &[]);
}

/// What Docker keeps of the output of a container.
#[test]
fn every_line_may_be_an_object_of_docker() {
    let shape = |text: &[u8]| {
        each_line(text, |line, end| {
            let line = String::from_utf8([line, end].concat()).unwrap();
            let object = serde_json::json!({
                "log": line, "stream": "stdout", "time": "2023-11-14T22:13:21.5Z"
            });
            format!("{object}\n").into_bytes()
        })
    };
    // The day is that of Docker where the log has none.
    let untimed = [("plain.sip", "all that it has of times is of Docker")];
    try_shape(shape, told_of_day, &untimed);
}

#[test]
fn letters_may_be_those_of_another_system() {
    for big in [false, true] {
        let shape = |text: &[u8]| -> Vec<u8> {
            let text = format!("\u{feff}{}", std::str::from_utf8(text).unwrap());
            let order = |unit: u16| match big {
                true => unit.to_be_bytes(),
                false => unit.to_le_bytes(),
            };
            text.encode_utf16().flat_map(order).collect()
        };
        try_shape(shape, told, &[]);
    }
}

#[test]
fn lines_may_end_with_a_carriage_return_alone() {
    try_shape(
        |text| each_line(text, |line, _| [line, b"\r"].concat()),
        told,
        &[
            (
                "linphone.log",
                "a segment of TCP begins with the LF of the message itself",
            ),
            ("sofia_tport.dump", "the same"),
        ],
    );
}

#[test]
fn syslog_may_have_passed_every_line_on() {
    let front = b"Nov 21 21:00:07 gw prog[812]: ";
    try_shape(
        |text| each_line(text, |line, end| [front, line, end].concat()),
        // The times of syslog are as good as those of the log.
        |read| Read {
            nanos: None,
            ..told(read)
        },
        &[],
    );
}

/// What containers and structured syslog put in front of each line.
#[test]
fn containers_and_syslog_may_have_passed_every_line_on() {
    for front in [
        "sip_1  | ",
        "2023-11-14T22:13:20.008708000Z stdout F ",
        "<134>1 2023-11-14T22:13:20.008708Z host prog 12 - - ",
    ] {
        let shape =
            |text: &[u8]| each_line(text, |text, end| [front.as_bytes(), text, end].concat());
        let untimed = |read: &Read| Read {
            nanos: None,
            ..told(read)
        };
        try_shape(shape, untimed, &[]);
    }
}

#[test]
fn line_ends_may_be_those_of_another_system() {
    try_shape(
        |text| {
            each_line(text, |line, end| match end {
                b"\n" => [line, b"\r\n"].concat(),
                _ => [line, end].concat(),
            })
        },
        told,
        &[
            (
                "linphone.log",
                "a segment of TCP begins with the LF of the message itself",
            ),
            ("sofia_tport.dump", "the same"),
        ],
    );
}

/// What some mail programs and editors do to a text.
#[test]
fn lines_may_be_double_spaced() {
    for blank in [&b"\n"[..], b"\r\n"] {
        let shape = |text: &[u8]| each_line(text, |line, end| [line, end, blank].concat());
        try_shape(shape, told, &[]);
    }
    let sofia = samples();
    let sofia = sofia
        .iter()
        .find(|sample| sample.format == "sofia")
        .unwrap();
    let text = each_line(&sofia.text, |line, end| [line, end, end].concat());
    for read in outcome(&text).reads {
        assert!(read.spoiled.contains(&"white space"), "{read:#?}");
    }
}

/// A program on Windows wrote messages with their line ends to a file that puts a carriage return in front of every line feed.
#[test]
fn lines_of_messages_may_end_with_two_carriage_returns() {
    let shape = |text: &[u8]| each_line(text, |line, end| [line, b"\r", end].concat());
    try_shape(
        shape,
        told,
        &[
            (
                "linphone.log",
                "a segment of TCP begins with the LF of the message itself",
            ),
            ("sofia_tport.dump", "the same"),
        ],
    );
}

/// All other messages are the same, and the damaged one is read or pointed to.
#[track_caller]
fn try_damage(damage: impl Fn(&Sample, usize) -> Vec<u8>) {
    let mut problems = Vec::new();
    for sample in samples() {
        let number = sample.reads.len() / 2;
        let found = outcome(&damage(&sample, number));
        let others = sample
            .reads
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != number);
        for (other, read) in others {
            if !found.reads.iter().any(|found| told(found) == told(read)) {
                problems.push(format!(
                    "{}: message {other} of {}, {number} is damaged",
                    sample.name,
                    sample.reads.len()
                ));
            }
        }
        let begins = sample.lines[number];
        // Its announcement stands in front of it.
        let near = begins.saturating_sub(10)..sample.lines[number + 1] + 1;
        // Rubbish may have pushed it down.
        let place = begins..begins + 8;
        let is_read = found.lines.iter().any(|line| place.contains(line));
        let is_told = found.undecodable > 0 && found.pointed.iter().any(|line| near.contains(line));
        if !is_read && !is_told {
            problems.push(format!(
                "{}: nothing is said of line {begins}: {:?}",
                sample.name, found.pointed
            ));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Puts bytes into the middle of a line of a message, so many lines behind its first.
fn put(sample: &Sample, number: usize, behind: usize, bytes: &[u8]) -> Vec<u8> {
    let at = sample.lines[number] - 1 + behind;
    let at = at.min(
        sample.lines[number + 1]
            .saturating_sub(2)
            .max(sample.lines[number] - 1),
    );
    let lines = lines(&sample.text);
    let before: usize = lines[..at].iter().map(|line| line.len()).sum();
    let middle = before + lines[at].len() / 2;
    [&sample.text[..middle], bytes, &sample.text[middle..]].concat()
}

#[test]
fn nul_bytes_in_a_message_harm_no_other() {
    for behind in [0, 3] {
        try_damage(|sample, number| put(sample, number, behind, &[0; 600]));
    }
}

/// As a disk does that lost a block: its first lines, or the middle of the line that it stands in.
#[test]
fn a_message_without_its_beginning_is_pointed_to() {
    try_damage(|sample, number| {
        let (begins, next) = (sample.lines[number], sample.lines[number + 1]);
        let lines = lines(&sample.text);
        let length = |lines: &[&[u8]]| lines.iter().map(|line| line.len()).sum::<usize>();
        let mut text = sample.text.clone();
        let start = length(&lines[..begins - 1]);
        match next - begins > 5 {
            true => text[start..start + length(&lines[begins - 1..begins + 2])].fill(0),
            false => {
                let third = length(&lines[begins - 1..begins]) / 3;
                text[start + third..start + 2 * third].fill(0);
            }
        }
        text
    });
}

#[test]
fn rubbish_in_a_message_harms_no_other() {
    for behind in [0, 3] {
        try_damage(|sample, number| put(sample, number, behind, b"\xff\n\xfe\x01 rubbish\n\n%&\n"));
    }
}

#[test]
fn a_huge_line_in_a_message_harms_no_other() {
    let huge = [b"\n".to_vec(), vec![b'x'; 2 << 20], b"\n".to_vec()].concat();
    try_damage(|sample, number| put(sample, number, 3, &huge));
}

#[test]
fn what_stands_before_a_cut_is_read_and_the_cut_message_is_told() {
    let mut problems = Vec::new();
    for sample in samples() {
        for part in (1..20).step_by(2) {
            let cut = sample.text.len() * part / 20;
            let last = lines(&sample.text[..cut]).len();
            let found = outcome(&sample.text[..cut]);
            // Messages that others have begun behind.
            let whole = sample
                .lines
                .iter()
                .filter(|line| **line < last)
                .count()
                .saturating_sub(1);
            let before = sample.reads.iter().take(whole).map(told);
            if !before.eq(found.reads.iter().take(whole).map(told)) {
                problems.push(format!("{}: cut at {cut}, before line {last}", sample.name));
            }
            // Its first lines are there.
            let begun = sample.lines.iter().filter(|line| **line + 2 < last).count();
            if found.reads.len() < begun && found.undecodable == 0 {
                problems.push(format!(
                    "{}: cut at {cut}: {} of {begun}",
                    sample.name,
                    found.reads.len()
                ));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Both are of PJSIP and announce messages in the same words. Only the first has dates, and the times of day behind are of the
/// last.
const DATED: [&str; 2] = ["clearwater_sprout.log", "pjsua.log"];

fn told_of_day(read: &Read) -> Read {
    const DAY: i64 = 86_400_000_000_000;
    Read {
        nanos: read.nanos.map(|nanos| nanos.rem_euclid(DAY)),
        ..told(read)
    }
}

fn told_without_time(read: &Read) -> Read {
    Read {
        nanos: None,
        ..told(read)
    }
}

/// Whether the one has days of no year and the other times of a day: nothing compares those.
fn are_unrelated(first: &Sample, second: &Sample) -> bool {
    const YEAR: i64 = 365 * 86_400_000_000_000;
    let years = |sample: &Sample| {
        let mut times = sample.reads.iter().filter_map(|read| read.nanos);
        times.next().map(|nanos| nanos / YEAR)
    };
    matches!(
        (years(first), years(second)),
        (Some(0), Some(1..10)) | (Some(1..10), Some(0))
    )
}

/// The first entries of a sample: neither these nor those behind them lack anything. All of it where that is nowhere so, as in an
/// object of JSON.
fn shortened(sample: Sample) -> Sample {
    const KEPT: usize = 4;
    let lines = lines(&sample.text);
    let begins = sample.lines[KEPT] - 1;
    let next = sample.lines[KEPT + 2] - 1;
    let is_same = |found: &Outcome, expected: &[Read]| {
        let mut all = expected.iter().zip(&found.reads);
        found.undecodable == 0
            && found.reads.len() >= expected.len()
            && all.all(|(one, other)| told(one) == told(other))
    };
    let ends = (begins.saturating_sub(12)..=begins).rev();
    let mut cut = ends.filter_map(|end| {
        let (head, rest) = (lines[..end].concat(), lines[end..next].concat());
        let found = outcome(&head);
        let fits = found.reads.len() == KEPT
            && is_same(&found, &sample.reads[..KEPT])
            && is_same(&outcome(&rest), &sample.reads[KEPT..=KEPT]);
        fits.then_some((head, found))
    });
    match cut.next() {
        Some((text, found)) => Sample {
            text,
            reads: found.reads,
            lines: found.lines,
            name: sample.name,
            format: sample.format,
        },
        None => sample,
    }
}

#[test]
fn the_log_of_another_program_may_follow() {
    let samples: Vec<Sample> = samples().into_iter().map(shortened).collect();
    let whole = samples.iter().filter(|sample| sample.reads.len() > 10);
    assert!(whole.count() <= 6, "most of them are short");
    let mut problems = Vec::new();
    // Each with every third of the others.
    for (place, first) in samples.iter().enumerate() {
        let others = samples.iter().skip(place % 3).step_by(3);
        for second in others.filter(|second| second.name != first.name) {
            let text = [&first.text[..], b"\n\n\n\n\n", &second.text].concat();
            let found = outcome(&text);
            let expected = [first.reads.clone(), second.reads.clone()].concat();
            let told = match [first.name.as_str(), second.name.as_str()] {
                DATED => told_of_day,
                _ if are_unrelated(first, second) => told_without_time,
                _ => told,
            };
            if let Some(difference) = difference(&expected, &found.reads, told) {
                problems.push(format!("{} and {}: {difference}", first.name, second.name));
            }
        }
    }
    assert!(
        problems.is_empty(),
        "{}\n{}",
        problems.len(),
        problems.join("\n")
    );
}
