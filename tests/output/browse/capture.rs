//! Calls saved as a capture: what is read of it is what was shown.

use std::fs;
use std::path::Path;

use ratatui::crossterm::event::KeyCode;
use sipscope::base::Transport;
use sipscope::flow::synthesis::{Options, write_capture};
use sipscope::flow::templates;
use sipscope::trace::{CallId, Message, Trace};
use sipscope::tui::Want;
use sipscope::{Extracted, Form, Gaps, extract};
use tempfile::TempDir;

use super::{Opened, Read};

/// What tells one message from another in any capture: its time, its ends, its bytes.
fn messages(read: &mut Read, calls: &[CallId]) -> Vec<(String, Vec<u8>)> {
    let trace = read.trace.clone();
    let of = |id: &CallId| trace.call(*id).unwrap().messages();
    let mut all: Vec<Message<'_>> = calls.iter().flat_map(of).collect();
    all.sort_by_key(|message| (message.sighting().time(), message.id()));
    let told = all.iter().map(|message| {
        let sighting = message.sighting();
        let ends = [sighting.source(), sighting.destination()];
        let ends = ends.map(|end| end.and_then(|end| end.endpoint()));
        let (input, location) = (sighting.input(), sighting.location());
        let bytes = read.intake.store.read(input, location, sighting.length());
        (
            format!("{:?} {ends:?}", sighting.time()),
            bytes.unwrap().to_vec(),
        )
    });
    told.collect()
}

fn all(trace: &Trace) -> Vec<CallId> {
    trace.calls().map(|call| call.id()).collect()
}

/// Calls of an input saved and read again; what was said of it, and the capture.
fn saved(input: &str, chosen: Option<usize>) -> (Extracted, Vec<(String, Vec<u8>)>, Read, TempDir) {
    let mut read = Read::of(&[input], Vec::new());
    let calls: Vec<_> = match chosen {
        Some(number) => vec![CallId::numbered(number).unwrap()],
        None => all(&read.trace),
    };
    let before = messages(&mut read, &calls);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("saved.pcapng");
    let mut file = Vec::new();
    let trace = read.trace.clone();
    let said = extract(
        &mut file,
        &mut read.intake,
        &trace,
        &read.job,
        &calls,
        (Form::Pcapng, Gaps::Open),
    )
    .unwrap();
    fs::write(&path, &file).unwrap();
    (said, before, Read::of(&[path], Vec::new()), folder)
}

#[test]
fn of_a_capture_the_frames_of_the_chosen_call_are_copied() {
    let (said, before, mut again, folder) = saved("samples/call.pcap", Some(2));
    assert_eq!(before.len(), 21);
    let copied = Extracted {
        frames: 21,
        ..Extracted::default()
    };
    assert_eq!(said, copied);
    let calls = all(&again.trace);
    assert_eq!(messages(&mut again, &calls), before);
    // Byte for byte: each frame of the file stands in the sample.
    let sample = fs::read("samples/call.pcap").unwrap();
    let frames = frames_of(&folder.path().join("saved.pcapng"));
    assert_eq!(frames.len(), 21);
    for frame in frames {
        assert!(sample.windows(frame.len()).any(|part| part == frame));
    }
}

/// The frames of the enhanced packet blocks of a little-endian file.
fn frames_of(path: &Path) -> Vec<Vec<u8>> {
    let bytes = fs::read(path).unwrap();
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let (mut at, mut frames) = (0, Vec::new());
    while at < bytes.len() {
        if word(at) == 6 {
            frames.push(bytes[at + 28..at + 28 + word(at + 20)].to_vec());
        }
        at += word(at + 4);
    }
    frames
}

#[test]
fn messages_over_tcp_come_back_from_their_segments() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tcp.pcapng");
    let mut templates = templates().into_iter();
    let template = templates.find(|one| one.id == "rfc3665-two-proxies");
    let options = Options {
        transport: Transport::Tcp,
        count: 2,
        ..Options::default()
    };
    let mut file = fs::File::create(&path).unwrap();
    write_capture(&mut file, &template.unwrap(), &options).unwrap();
    let (said, before, mut again, _folder) = saved(path.to_str().unwrap(), Some(2));
    assert!(!before.is_empty() && said.bare == 0, "{said:?}");
    let calls = all(&again.trace);
    assert_eq!(messages(&mut again, &calls), before);
}

#[test]
fn of_a_log_messages_are_written_with_what_is_known_of_them() {
    for input in ["samples/documents/numbered-steps.txt", "samples/call.hep"] {
        let (said, before, mut again, _folder) = saved(input, None);
        assert!(!before.is_empty(), "{input}");
        let expected = match input.ends_with("hep") {
            true => Extracted {
                wrapped: before.len(),
                ..Extracted::default()
            },
            false => Extracted {
                bare: before.len(),
                told: before.len(),
                ..Extracted::default()
            },
        };
        assert_eq!(said, expected, "{input}");
        let calls = all(&again.trace);
        assert_eq!(messages(&mut again, &calls), before, "{input}");
    }
}

#[test]
fn of_a_ladder_its_calls_are_saved() {
    let mut opened = Opened::of(&["samples/call.pcap"], 80, 24);
    opened.keys("j\n");
    opened.press(KeyCode::F(2));
    let Some(Want::SaveLadder(_, calls, name)) = opened.keys("two.pcapng\n") else {
        panic!("nothing is saved");
    };
    assert_eq!(name, "two.pcapng");
    assert_eq!(
        calls.iter().map(|call| call.number()).collect::<Vec<_>>(),
        [2]
    );
}

/// A message that is only there in part is no message to be saved.
#[test]
fn of_an_input_that_was_cut_since_nothing_is_saved() {
    let folder = tempfile::tempdir().unwrap();
    for (sample, name) in [
        ("samples/call.pcap", "cut.pcap"),
        ("samples/call.hep", "cut.hep"),
    ] {
        let path = folder.path().join(name);
        fs::copy(sample, &path).unwrap();
        let mut read = Read::of(&[&path], Vec::new());
        // Nothing of it is in memory.
        read.intake.store = read.intake.store.reader();
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_len(file.metadata().unwrap().len() / 2).unwrap();
        let (trace, calls) = (read.trace.clone(), all(&read.trace));
        let written = extract(
            &mut Vec::new(),
            &mut read.intake,
            &trace,
            &read.job,
            &calls,
            (Form::Pcapng, Gaps::Open),
        );
        let told = written.unwrap_err().to_string();
        assert_eq!(told, "the input is shorter than when it was read", "{name}");
    }
}
