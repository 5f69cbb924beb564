//! The same document, however its text was taken out of it: indented, with a blank line behind every line, with the heads and feet
//! of its pages in between. It tells the same flows.

use sipscope::source::document::Document;

use super::command::sipscope;
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

/// Two messages, each line indented, beside a figure that is not.
fn drawn(indent: &str) -> String {
    let figure = "   Alice            Bob\n     |               |\n     | OPTIONS F1    |\n     |-------------->|\n     \
                  | 200 OK F2     |\n     |<--------------|\n\n";
    let fields = [
        "Via: SIP/2.0/UDP a.example;branch=z9hG4bK1",
        "From: <sip:alice@a.example>;tag=1",
        "To: <sip:bob@b.example>",
        "Call-ID: c1",
        "CSeq: 1 OPTIONS",
        "Content-Length: 0",
    ];
    let message = |caption: &str, first: &str| {
        let lines = [caption, "", first].into_iter().chain(fields).chain([""]);
        lines
            .map(|line| match line {
                "" => "\n".to_owned(),
                line => format!("{indent}{line}\n"),
            })
            .collect::<String>()
    };
    let request = message(
        "F1 OPTIONS Alice -> Bob",
        "OPTIONS sip:bob@b.example SIP/2.0",
    );
    figure.to_owned() + &request + &message("F2 200 OK Bob -> Alice", "SIP/2.0 200 OK")
}

#[test]
fn messages_indented_by_tabs_are_the_same() {
    let spaces = told(&Document::read(&drawn("        ")));
    assert!(
        spaces.iter().any(|line| line == "CSeq: 1 OPTIONS"),
        "{spaces:?}"
    );
    for tabs in ["\t", "\t\t"] {
        assert_eq!(told(&Document::read(&drawn(tabs))), spaces);
    }
}

/// Dots for a Via are the one that is as far above the bottom of the list (RFC 3261 16.6 step 8, 16.7 step 3).
#[test]
fn dots_for_a_via_are_the_one_that_was_there() {
    let text = "F1 OPTIONS Alice -> Proxy\n\nOPTIONS sip:bob@b.example SIP/2.0\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK1\n\
                From: <sip:alice@a.example>;tag=1\nCSeq: 1 OPTIONS\n\nF2 OPTIONS Proxy -> Bob\n\n\
                OPTIONS sip:bob@b.example SIP/2.0\nVia: SIP/2.0/UDP p.example;branch=z9hG4bK2\nVia: ...\n\
                From: ...\nCSeq: 1 OPTIONS\n\nF3 200 OK Bob -> Proxy\n\nSIP/2.0 200 OK\nVia: ...\nVia: (...)\n\
                From: ...\nCSeq: 1 OPTIONS\n\nF4 200 OK Proxy -> Alice\n\nSIP/2.0 200 OK\nVia: ...\nFrom: ...\n\
                CSeq: 1 OPTIONS\n";
    let document = Document::read(text);
    let vias = |step: usize| -> Vec<_> {
        let message = document.flows[0].steps[step].message.as_ref().unwrap();
        let vias = message.headers.iter().filter(|header| header.name == "Via");
        vias.map(|header| header.value.as_str()).collect()
    };
    let (alice, proxy) = (
        "SIP/2.0/UDP a.example;branch=z9hG4bK1",
        "SIP/2.0/UDP p.example;branch=z9hG4bK2",
    );
    assert_eq!(vias(1), [proxy, alice]);
    assert_eq!(vias(2), [proxy, alice]);
    assert_eq!(vias(3), [alice]);
}

/// Dots right below the fields of a message are all that it repeats; behind a blank line they are its body.
#[test]
fn dots_for_all_further_fields() {
    let text = |blank: &str| {
        format!(
            "F1 MESSAGE Alice -> Proxy\n\nMESSAGE sip:bob@b.example SIP/2.0\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK1\n\
         Max-Forwards: 70\nFrom: <sip:alice@a.example>;tag=1\nCSeq: 1 MESSAGE\nContent-Type: text/plain\n\
         Content-Length: 4\n\nhi\n\nF2 MESSAGE Proxy -> Bob\n\nMESSAGE sip:bob@192.0.2.4 SIP/2.0\n\
         Via: SIP/2.0/UDP p.example;branch=z9hG4bK2\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK1\n{blank}...\n\n\
         F3 200 OK Bob -> Proxy\n\nSIP/2.0 200 OK\nVia: SIP/2.0/UDP p.example;branch=z9hG4bK2\n\
         Via: SIP/2.0/UDP a.example;branch=z9hG4bK1\nFrom: ...\nCSeq: 1 MESSAGE\n"
        )
    };
    let fields = |text: &str, step: usize| -> Vec<String> {
        let document = Document::read(text);
        let message = document.flows[0].steps[step].message.clone().unwrap();
        let fields = message
            .headers
            .into_iter()
            .filter(|field| field.name != "Via");
        fields
            .map(|field| format!("{}: {}", field.name, field.value))
            .collect()
    };
    let from = "From: <sip:alice@a.example>;tag=1";
    let all = [
        "Max-Forwards: ...",
        from,
        "CSeq: 1 MESSAGE",
        "Content-Type: text/plain",
        "Content-Length: 4",
    ];
    assert_eq!(fields(&text(""), 1), all);
    assert_eq!(fields(&text(""), 2), [from, "CSeq: 1 MESSAGE"]);
    let body = Document::read(&text(""));
    let body = body.flows[0].steps[1]
        .message
        .as_ref()
        .unwrap()
        .body
        .clone();
    assert_eq!(body.unwrap().text.trim_end(), "hi");
    assert!(fields(&text("\n"), 1).is_empty());
}

#[test]
fn an_indented_text_is_the_same() {
    for name in SAMPLES {
        assert_same(name, |text| {
            text.lines().map(|line| format!("    {line}\n")).collect()
        });
    }
}

/// In a mail, or in the answer to that.
#[test]
fn a_quoted_text_is_the_same() {
    for name in SAMPLES {
        for mark in ["> ", ">", "> > ", ">> "] {
            assert_same(name, |text| {
                let quoted = text.lines().map(|line| match line {
                    "" => format!("{}\n", mark.trim_end()),
                    _ => format!("{mark}{line}\n"),
                });
                quoted.collect()
            });
        }
    }
}

/// A few steps in a mail that says more than they do.
#[test]
fn steps_that_a_mail_quotes_are_the_same() {
    let steps = [
        "1. REGISTER (UE to P-CSCF)",
        "2. 401 Unauthorized (P-CSCF to UE)",
        "3. REGISTER (UE to P-CSCF)",
        "4. 200 OK (P-CSCF to UE)",
    ];
    let head = "From: Ann <ann@a.example>\nTo: Ben <ben@b.example>\nSubject: Re: the flow\n\
                Date: Mon, 2 Nov 2026 10:00:00 +0100\nMessage-ID: <1@a.example>\nContent-Type: text/plain\n\n\
                Hello Ben,\n\non Monday Ben wrote:\n\n";
    let mail = |mark: &str| {
        let steps = steps.map(|step| format!("{mark}{step}\n"));
        format!("{head}{}\nThis is what we do.\n\nAnn\n", steps.concat())
    };
    for mark in ["> ", ">", "> > "] {
        let quoted = Document::read(&mail(mark));
        let expected = told(&Document::read(&mail("")));
        assert_eq!(told(&quoted), expected, "{mark}");
        assert_eq!(quoted.flows[0].steps.len(), steps.len());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mail.txt");
        std::fs::write(&path, mail(mark)).unwrap();
        let resolved = sipscope(&["resolve", "-q", path.to_str().unwrap()]);
        assert!(String::from_utf8_lossy(&resolved.stdout).contains("Unauthorized"));
    }
}

#[test]
fn a_text_with_two_carriage_returns_behind_every_line_is_the_same() {
    for name in SAMPLES {
        assert_same(name, |text| text.replace('\n', "\r\r\n"));
    }
}

#[test]
fn a_text_in_the_letters_of_windows_is_the_same() {
    let utf_8 = text("numbered-steps.txt")
        .replace("request (", "request \u{2013} (")
        .replace("Content-Length:\n", "Content-Length: (\u{2026})\n");
    let windows = utf_8.chars().map(|letter| match letter {
        '\u{2013}' => 0x96,
        '\u{2019}' => 0x92,
        '\u{2026}' => 0x85,
        letter => u8::try_from(u32::from(letter)).unwrap(),
    });
    let windows: Vec<u8> = windows.collect();
    assert!(windows.contains(&0x85));
    let folder = tempfile::tempdir().unwrap();
    let resolved = |text: &[u8]| {
        let path = folder.path().join("flow.txt");
        std::fs::write(&path, text).unwrap();
        sipscope(&["resolve", "-q", path.to_str().unwrap()]).stdout
    };
    assert!(resolved(&windows) == resolved(utf_8.as_bytes()));
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
