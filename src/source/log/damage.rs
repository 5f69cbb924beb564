//! Damages the samples of all formats: whatever is cut, lost or doubled, what stands elsewhere is still read.

use std::fs;
use std::path::Path;

use super::{FORMATS, LogReader, TextOptions, recognise};
use crate::base::Limits;
use crate::source::{Container, Entry, Facts, Found, Window};

/// The bytes of each message and the line that it begins in.
type Messages = Vec<(u64, Vec<u8>)>;

fn read(reader: &mut LogReader, text: &[u8]) -> Messages {
    let mut found = Found::default();
    let window = Window {
        bytes: text,
        origin: 0,
        last: true,
    };
    let walked = reader.walk(
        window,
        &Limits::default(),
        &mut found,
        &mut Facts::default(),
    );
    assert_eq!(walked.consumed, text.len());
    let bytes = |entry: &Entry| {
        let start = entry.start as usize;
        found.texts[start..start + entry.length as usize].to_vec()
    };
    let entries = found.entries.iter();
    entries.map(|entry| (entry.line, bytes(entry))).collect()
}

fn read_as(format: &str, text: &[u8]) -> Messages {
    let options = TextOptions {
        format: Some(format.to_owned()),
        ..TextOptions::default()
    };
    read(&mut recognise(b"", &options).unwrap().0, text)
}

/// The beginning of each sample, with five messages, and its format.
fn samples() -> Vec<(String, &'static str, Vec<u8>)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/logs");
    let mut samples = Vec::new();
    for file in fs::read_dir(directory).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read(&path).unwrap();
        let (_, format) = recognise(&text, &TextOptions::default()).unwrap();
        let messages = read_as(format, &text);
        let lines = text.split_inclusive(|byte| *byte == b'\n');
        let end = messages
            .get(5)
            .map_or(usize::MAX, |(line, _)| *line as usize);
        let small: Vec<u8> = lines.take(end - 1).flatten().copied().collect();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        samples.push((name, format, small));
    }
    samples.sort();
    samples
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

#[test]
fn every_format_has_a_sample() {
    let samples = samples();
    for format in FORMATS {
        let has = samples.iter().any(|(_, name, _)| *name == format.name);
        assert!(has, "{}", format.name);
    }
}

#[test]
fn what_stands_before_a_cut_is_read() {
    for (number, (name, format, text)) in samples().into_iter().enumerate() {
        let whole = read_as(format, &text);
        // All that may stand in front of a cut comes often.
        for end in (number % 3..text.len()).step_by(3) {
            let cut = read_as(format, &text[..end]);
            let last = lines(&text[..end]).len() as u64;
            // Of the message in front of the cut only its beginning may be there.
            let before = whole.windows(2).filter(|pair| pair[1].0 < last).count();
            assert!(cut.len() >= before, "{name} cut at {end}");
            assert_eq!(cut[..before], whole[..before], "{name} cut at {end}");
        }
    }
}

#[test]
fn what_stands_beside_a_lost_or_doubled_line_is_read() {
    for (name, format, text) in samples() {
        let whole = read_as(format, &text);
        let lines = lines(&text);
        for damaged in 0..lines.len() {
            // The line belongs to the message that begins in front of it, or announces the next.
            let number = damaged as u64 + 1;
            let next = whole.iter().position(|(line, _)| *line > number);
            let next = next.unwrap_or(whole.len());
            let beside = whole
                .iter()
                .enumerate()
                .filter(|(position, _)| *position != next && *position + 1 != next);
            for times in [0, 2] {
                let written: Vec<u8> = (0..lines.len())
                    .flat_map(|at| lines[at].repeat(if at == damaged { times } else { 1 }))
                    .collect();
                let found = read_as(format, &written);
                for (_, (_, bytes)) in beside.clone() {
                    assert!(
                        found.iter().any(|(_, found)| found == bytes),
                        "{name}, line {number} {times} times: {:?}",
                        String::from_utf8_lossy(bytes)
                    );
                }
            }
        }
    }
}
