//! The same document, however its text was taken out of it: indented, with a blank line behind every line, with the heads and feet
//! of its pages in between. It tells the same flows.

use sipscope::source::document::Document;

use super::shown::{SAMPLES, contradictions, text};

/// Everything about the flows of a document but lines.
fn told(document: &Document) -> Vec<String> {
    let mut all = Vec::new();
    for flow in &document.flows {
        all.push(format!("{} {} {:?}", flow.id, flow.title, flow.actors));
        for step in &flow.steps {
            all.push(super::shown::line(flow, step));
            let Some(message) = &step.message else {
                continue;
            };
            all.push(message.start_line.clone());
            let headers = message.headers.iter();
            all.extend(headers.map(|header| format!("{}: {}", header.name, header.value)));
            let body = message.body.iter().flat_map(|body| body.text.lines());
            all.extend(
                body.filter(|line| !line.trim().is_empty())
                    .map(str::to_owned),
            );
        }
        all.extend(contradictions(flow).iter().map(|one| {
            let (_, what) = one.split_once(' ').unwrap();
            what.to_owned()
        }));
    }
    let headings = document.announced.iter();
    all.extend(headings.map(|heading| heading.title.clone()));
    all
}

/// Everything at once.
#[track_caller]
pub(crate) fn assert_same_in_bad_pages(name: &str, whole: &str) {
    let head = "ETSI\n\n3GPP TS 24.999 version 7.0.0 Release 7     41     ETSI TS 124 999 V7.0.0 (2005-12)\n";
    let spaced: String = whole.lines().map(|line| format!("{line}\n\n")).collect();
    let paged = paged(&spaced, head, 50);
    let indented: String = paged.lines().map(|line| format!("   {line}\n")).collect();
    let (one, other) = (Document::read(&indented), Document::read(whole));
    assert_eq!(told(&one), told(&other), "{name}");
}

#[track_caller]
fn assert_same(name: &str, paste: impl Fn(&str) -> String) {
    let whole = text(name);
    assert_eq!(
        told(&Document::read(&paste(&whole))),
        told(&Document::read(&whole)),
        "{name}"
    );
}

#[test]
fn an_indented_text_is_the_same() {
    for name in SAMPLES {
        assert_same(name, |text| {
            text.lines().map(|line| format!("    {line}\n")).collect()
        });
    }
}

#[test]
fn a_text_with_a_blank_line_behind_every_line_is_the_same() {
    for name in SAMPLES {
        assert_same(name, |text| {
            text.lines().map(|line| format!("{line}\n\n")).collect()
        });
    }
}

#[test]
fn heads_and_feet_of_pages_are_read_over() {
    let heads = [
        "ETSI\n\n3GPP TS 24.999 version 7.0.0 Release 7          41          ETSI TS 124 999 V7.0.0 (2005-12)\n",
        "\n\n3GPP TS 24.999 V5.15.0 (2006-09)\n41\nRelease 5\n\n",
        "\n\u{c}\n",
    ];
    // Pages end anywhere, also in a message, a field or a ladder.
    for head in heads {
        for every in [5, 7, 11] {
            assert_same("numbered-steps.txt", |text| paged(text, head, every));
            let indented: String = head.lines().map(|line| format!("   {line}\n")).collect();
            assert_same("numbered-steps.txt", |text| {
                let text: String = text.lines().map(|line| format!("   {line}\n")).collect();
                paged(&text, &indented, every)
            });
            assert_same("ladder-and-tables.txt", |text| paged(text, head, every));
        }
    }
}

fn paged(text: &str, head: &str, every: usize) -> String {
    let mut paged = String::new();
    for (at, line) in text.lines().enumerate() {
        if at > 0 && at % every == 0 {
            paged.push_str(head);
        }
        paged.push_str(line);
        paged.push('\n');
    }
    paged
}
