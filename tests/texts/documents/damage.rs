//! Documents that are cut, or whose lines are lost or repeated: nothing panics, and what the damage does not touch is still read.

use sipscope::source::document::{Document, Flow};

use super::shown::{SAMPLES, sample, text};

/// The flow as it is told, wherever its lines are.
fn told(flow: &Flow) -> Vec<String> {
    super::shown::lines(flow)
}

fn has_flow(document: &Document, flow: &Flow) -> bool {
    let mut flows = document.flows.iter();
    flows.any(|other| other.id == flow.id && told(other) == told(flow))
}

/// The lines of a flow: from its heading to the next heading with a flow.
fn ranges(document: &Document, lines: usize) -> Vec<std::ops::Range<usize>> {
    let mut starts: Vec<_> = document
        .flows
        .iter()
        .map(|flow| flow.line as usize - 1)
        .collect();
    starts.push(lines);
    starts.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

fn joined(lines: &[&str]) -> Document {
    Document::read(&lines.join("\n"))
}

/// What one flow says of another that it repeats ("is the same as step 3") is lost with it.
fn assert_others_are_there(damaged: &Document, whole: &Document, at: usize, name: &str) {
    let repeats = name == "ladder-and-tables.txt";
    let first = if repeats { 2 } else { 0 };
    let ranges = ranges(whole, usize::MAX);
    for (flow, range) in whole.flows.iter().zip(ranges).skip(first) {
        if !range.contains(&at) {
            assert!(
                has_flow(damaged, flow),
                "{name}: flow {} without line {}",
                flow.id,
                at + 1
            );
        }
    }
}

#[test]
fn a_lost_line_loses_no_other_flow() {
    for name in SAMPLES {
        let (text, whole) = (text(name), sample(name));
        let lines: Vec<_> = text.lines().collect();
        for at in 0..lines.len() {
            // A heading that is lost gives its lines to the section before.
            if whole
                .flows
                .iter()
                .any(|flow| (flow.line as usize - 1..=flow.line as usize).contains(&at))
            {
                continue;
            }
            let damaged = joined(&[&lines[..at], &lines[at + 1..]].concat());
            assert_others_are_there(&damaged, &whole, at, name);
        }
    }
}

#[test]
fn a_repeated_line_loses_no_other_flow() {
    for name in SAMPLES {
        let (text, whole) = (text(name), sample(name));
        let lines: Vec<_> = text.lines().collect();
        for at in 0..lines.len() {
            let damaged = joined(&[&lines[..=at], &lines[at..]].concat());
            assert_others_are_there(&damaged, &whole, at, name);
        }
    }
}

#[test]
fn a_document_that_ends_early_has_the_flows_before_its_end() {
    for name in SAMPLES {
        let (text, whole) = (text(name), sample(name));
        let lines: Vec<_> = text.lines().collect();
        for at in 0..lines.len() {
            let cut = joined(&lines[..at]);
            let ranges = ranges(&whole, lines.len());
            for (flow, range) in whole.flows.iter().zip(ranges) {
                if range.end <= at {
                    assert!(
                        has_flow(&cut, flow),
                        "{name}: flow {} up to line {at}",
                        flow.id
                    );
                }
            }
        }
    }
}

#[test]
fn cutting_anywhere_in_a_line_is_survived() {
    for name in SAMPLES {
        let text = text(name);
        for (at, _) in text.char_indices().step_by(23) {
            let _ = Document::read(&text[..at]);
            let _ = Document::read(&text[at..]);
        }
    }
}

#[test]
fn much_of_the_same_takes_little_time_and_room() {
    let step = "1.\nINVITE (A to B)\n\nINVITE sip:a@b SIP/2.0\nFrom:\nTo:\nContent-Length: 0\n";
    let long = "Subject: ".to_owned() + &"x".repeat(1 << 20) + "\n";
    let filled =
        format!("1.\nINVITE (A to B)\n\nINVITE sip:a@b SIP/2.0\n{long}Content-Length: 0\n");
    let elided = "2.\nINVITE (B to B)\n\nINVITE sip:a@b SIP/2.0\nSubject:\nContent-Length: 0\n";
    let texts = [
        step.repeat(6_000),
        format!("1.1 A flow\n{filled}{}", elided.repeat(150)),
        "1.1 A flow\n".repeat(15_000),
        "| |\n|-->|\n".repeat(15_000),
        "INVITE sip:a SIP/2.0\nA: <,\n".to_owned() + &",\n".repeat(150_000),
        "1. A, as, as, as sends a NOTIFY to B. ".repeat(15_000),
        "As seen in step (1), see steps (1), (2). ".repeat(15_000),
        "\n".repeat(1 << 18),
        "INVITE sip:a SIP/2.0\n<a>\n".repeat(15_000),
    ];
    for text in texts {
        let _ = Document::read(&text);
    }
    // 64 MiB are filled in at most.
    let flow = Document::read(&format!("1.1 A flow\n{filled}{}", elided.repeat(100)));
    assert!(flow.left_out > 0);
}
