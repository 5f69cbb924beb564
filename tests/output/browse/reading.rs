//! What is seen while inputs are read, and when something goes wrong beside the screen.

use std::fs;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use sipscope::Job;
use sipscope::analyze;
use sipscope::tui::Want;

use super::{Opened, Read, app};

const CALL: &str = "samples/call.pcap";

#[test]
fn the_beginning_is_shown_while_the_rest_is_read() {
    // The file header and whole records, up to the middle of the second call.
    let folder = tempfile::tempdir().unwrap();
    let beginning = folder.path().join("beginning.pcap");
    fs::write(&beginning, &fs::read(CALL).unwrap()[..records(30)]).unwrap();

    let mut app = app();
    app.progress(7_900_000, Some(64_000_000));
    let read = Read::of(&[&beginning], Vec::new());
    let terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let mut opened = Opened {
        app,
        terminal,
        read,
    };
    let seen = opened.seen();
    assert!(seen.starts_with(" sipscope  reading\n"), "{seen}");
    assert!(seen.contains("\n[7 of 64 MB read]  ? keys"), "{seen}");

    opened.app.opened(opened.read.world().so_far());
    let seen = opened.seen();
    assert!(
        seen.starts_with(" sipscope  2 of 2 calls so far\n"),
        "{seen}"
    );
    assert!(seen.contains("[7 of 64 MB read]"), "{seen}");
    // It is walked through meanwhile.
    opened.keys("\n\n");
    let message = opened.seen();
    assert!(message.starts_with(" sipscope  Message 1 "), "{message}");

    opened.read = Read::of(&[CALL], Vec::new());
    opened.app.opened(opened.read.world());
    assert_eq!(
        opened.lines()[..20],
        message.lines().take(20).collect::<Vec<_>>()
    );
    assert!(opened.seen().contains("[the audit is on its way]"));
    opened.app.audited(opened.read.findings());
    assert!(!opened.seen().contains("on its way"), "{}", opened.seen());
    opened.keys("c");
    let seen = opened.seen();
    assert!(seen.starts_with(" sipscope  2 of 2 calls\n"), "{seen}");
}

/// Bytes of the sample up to and with so many records.
fn records(count: usize) -> usize {
    let bytes = fs::read(CALL).unwrap();
    let mut at = 24;
    for _ in 0..count {
        let length: [u8; 4] = bytes[at + 8..at + 12].try_into().unwrap();
        at += 16 + u32::from_le_bytes(length) as usize;
    }
    at
}

#[test]
fn screens_about_something_else_are_closed() {
    let mut opened = Opened::of(&[CALL], 80, 24);
    opened.keys("\n\n");
    assert!(opened.seen().starts_with(" sipscope  Message 1 "));
    let other = Read::of(&["samples/documents/numbered-steps.txt"], Vec::new());
    opened.app.opened(other.world());
    let seen = opened.seen();
    assert!(seen.starts_with(" sipscope  1 of 1 calls\n"), "{seen}");
}

#[test]
fn what_goes_wrong_is_told_and_ends_nothing() {
    // Before anything is read.
    let read = Read::of(&[CALL], Vec::new());
    let terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let mut opened = Opened {
        app: app(),
        terminal,
        read,
    };
    opened.app.failed("the disk is \u{1b}[31mgone");
    let seen = opened.seen();
    assert!(
        seen.starts_with(" sipscope  nothing could be read\n"),
        "{seen}"
    );
    assert!(seen.ends_with("\nthe disk is ·[31mgone\n"), "{seen}");

    // The audit: everything else goes on.
    let mut opened = Opened::of(&[CALL], 80, 24);
    opened.app.opened(opened.read.world());
    opened.app.failed("this is a defect");
    let seen = opened.seen();
    assert!(seen.starts_with(" sipscope  2 of 2 calls\n"), "{seen}");
    assert!(seen.ends_with("\nthis is a defect\n"), "{seen}");
    opened.keys("a");
    assert!(
        opened.seen().contains("The audit failed."),
        "{}",
        opened.seen()
    );
    opened.keys("c\n");
    assert!(opened.seen().starts_with(" sipscope  Call 1:"));
}

/// A first look reads whole records, and says of nothing that it was cut.
#[test]
fn a_look_ends_between_records() {
    let sample = fs::read(CALL).unwrap();
    let mut bytes = sample.clone();
    for _ in 0..400 {
        bytes.extend_from_slice(&sample[24..]);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.pcap");
    fs::write(&path, &bytes).unwrap();
    let read = |most| {
        let job = Job {
            inputs: vec![path.clone()],
            most,
            ..Job::default()
        };
        analyze(&job).unwrap()
    };
    let (look, whole) = (read(Some(1 << 20)), read(None));
    assert_eq!(whole.records(), 401 * 83);
    assert!(look.records() > 0 && look.records() < whole.records());
    assert_eq!(look.total().total(), look.records());
    for (kind, _) in look.anomalies.iter() {
        assert!(whole.anomalies.count(kind) > 0, "{}", kind.name());
    }
}

/// What the rest of the inputs is may number calls otherwise: nothing is saved or marked by a number before that is known.
#[test]
fn nothing_is_saved_or_marked_before_everything_is_read() {
    let mut opened = Opened::of(&[CALL], 80, 24);
    let refused = "still reading: save and mark once it is done";
    opened.app.opened(opened.read.world().so_far());
    opened.keys("s");
    assert!(opened.seen().ends_with(&format!("{refused}\n")));
    for keys in [":save x.csv\n", " ", "\n:save x.pcapng\n"] {
        assert!(opened.keys(keys).is_none(), "{keys:?}");
        assert!(opened.seen().contains(refused), "{}", opened.seen());
    }
    opened.keys("c");
    // Nothing was marked: all are saved.
    opened.app.opened(opened.read.world());
    assert_eq!(saved(&mut opened), 2);
    opened.app.reads_again();
    assert!(opened.keys(":save x.csv\n").is_none());
    assert!(opened.seen().contains(refused), "{}", opened.seen());
    // What is typed when reading begins again is refused as well.
    opened.app.opened(opened.read.world());
    opened.keys(":save x.csv");
    opened.app.reads_again();
    assert!(opened.keys("\n").is_none());
    opened.app.opened(opened.read.world());
    opened.keys(" ");
    assert_eq!(saved(&mut opened), 1);
}

fn saved(opened: &mut Opened) -> usize {
    match opened.keys(":save x.csv\n") {
        Some(Want::SaveCalls(calls, _)) => calls.len(),
        other => panic!("{other:?}"),
    }
}

/// Every screen that can be empty is drawn over inputs without a message.
#[test]
fn inputs_without_messages_are_walked_through() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.pcap");
    fs::write(&path, &fs::read(CALL).unwrap()[..24]).unwrap();
    for (width, height) in [(80, 24), (200, 60), (10, 3)] {
        let mut opened = Opened::of(&[path.to_str().unwrap()], width, height);
        assert!(opened.seen().starts_with(" sipscope"));
        for key in "nfgiDo?e\n yrdxtj/a\nNGk".chars() {
            opened.keys(&key.to_string());
            opened.draw();
        }
        for key in "nfi".chars() {
            opened.keys("c");
            opened.keys(&key.to_string());
            opened.draw();
            opened.keys("jGgk\n");
            opened.draw();
        }
    }
}

/// Into the clipboard goes the message alone, raw or explained, and nothing that a terminal obeys.
#[test]
fn a_copied_message_is_the_message() {
    let mut opened = Opened::of(&[CALL], 80, 24);
    opened.keys("\n\n");
    for keys in ["y", "ry"] {
        let Some(Want::Copy(text)) = opened.keys(keys) else {
            panic!("nothing is copied");
        };
        assert!(text.starts_with("INVITE sip:"), "{text}");
        assert!(text.lines().any(|line| line == "CSeq: 1 INVITE"), "{text}");
        assert!(text.lines().any(|line| line == "v=0"), "{text}");
        assert!(!text.contains(['\r', '\u{1b}']), "{text:?}");
    }
}
