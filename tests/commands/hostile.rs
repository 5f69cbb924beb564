//! What a message may do to whoever looks at it: escape sequences, text that turns around or hides, script, formulas, ends of what
//! stands around it, in every place of a message, through every command in every form.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test")]

use crate::support;

use std::process::Command;

use crate::program::forms;
use serde_json::Value;
use support::captures::{Record, written};
use support::exchange::{alice, bob};
use support::frames::udp_frame;
use support::sip::{request, response};
use tempfile::NamedTempFile;

/// What terminals obey or do not show, and the escape that C1 has for ESC [.
const OBEYED: &str = "\u{1b}[31m\u{1b}]0;x\u{7}\u{9b}2J\u{202e}\u{2066}\u{200b}\u{feff}\u{85}";
/// What pages, tables, sources of figures and other formats would take for their own.
const MARKED: &str =
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>]]></svg>--><!--|`;#%{}$@";
/// What SARIF and Markdown make a link of.
const LINKED: &str = "[x](http://x.invalid)\\[y\\](z)";
const FORMULA: &str = "=HYPERLINK(\"http://x.invalid\",\"y\")";

/// One call for each place, and a piece of evil in it.
fn capture() -> NamedTempFile {
    let mut records = Vec::new();
    let mut add = |from_alice: bool, message: String| {
        let number = records.len() as u64 + 1;
        let (from, to) = if from_alice {
            (alice(), bob())
        } else {
            (bob(), alice())
        };
        records.push(Record::new(number, 0, udp_frame(from, to, message)));
    };
    let names = [
        "Subject",
        "User-Agent",
        "X-Own",
        "Contact",
        "Route",
        "Record-Route",
        "P-Asserted-Identity",
        "Event",
        "Via",
        "From",
        "To",
        "CSeq",
        "Expires",
        "Authorization",
        "Content-Type",
        "Supported",
        "Warning",
        "Reason",
        "Session-ID",
    ];
    for (number, evil) in [OBEYED, MARKED, FORMULA, LINKED].into_iter().enumerate() {
        for name in names {
            let call_id = format!("{name}{number}");
            let lines = [
                format!("{name}: {evil}"),
                format!("{name}: \"{evil}\" <sip:{evil}@x.invalid;p={evil}>;tag={evil}"),
            ];
            for (at, line) in lines.iter().enumerate() {
                let call_id = format!("{call_id}{at}");
                add(
                    true,
                    request("INVITE", "sip:bob@example.com", &call_id, 1, &[line], ""),
                );
                add(
                    false,
                    response(486, "Busy Here", "INVITE", &call_id, 1, &[line], ""),
                );
            }
        }
        let call_id = format!("{evil}@x.invalid");
        add(
            true,
            request("INVITE", "sip:bob@example.com", &call_id, 1, &[], ""),
        );
        let uri = format!("sip:{}@example.com", evil.replace(' ', ""));
        add(
            true,
            request(
                "INVITE",
                &uri,
                &format!("uri{number}"),
                1,
                &[],
                &format!("v=0\r\ns={evil}\r\na={evil}\r\n"),
            ),
        );
        add(
            true,
            request(
                "MESSAGE",
                &uri,
                &format!("text{number}"),
                1,
                &["Content-Type: text/plain"],
                evil,
            ),
        );
        add(
            false,
            response(486, evil, "INVITE", &format!("uri{number}"), 1, &[], ""),
        );
        add(
            true,
            request(
                &evil.replace(' ', ""),
                &uri,
                &format!("method{number}"),
                1,
                &[],
                "",
            ),
        );
    }
    written(&records)
}

fn printed(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        matches!(output.status.code(), Some(0 | 1)),
        "{arguments:?}: {said}"
    );
    assert_harmless(&format!("standard error of {arguments:?}"), &said);
    String::from_utf8(output.stdout).unwrap()
}

/// No text of a message in SARIF has a link (2.1.0, 3.11.6) or what nobody sees; JSON hides that from who looks at its bytes.
fn assert_plain(log: &Value) {
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    let notes = run["invocations"][0]["toolExecutionNotifications"].as_array();
    let texts = results.iter().chain(notes.unwrap());
    let texts: Vec<_> = texts
        .map(|one| one["message"]["text"].as_str().unwrap())
        .collect();
    assert!(texts.iter().any(|text| text.contains("x.invalid")));
    for text in texts {
        assert_harmless("SARIF", text);
        let without = text.replace("\\\\", "");
        let without = without.replace("\\[", "").replace("\\]", "");
        assert!(!without.contains(['[', ']']), "{text}");
    }
}

/// Nothing is in it that a terminal obeys or does not show.
fn assert_harmless(what: &str, text: &str) {
    let found = text.chars().find(|one| {
        (one.is_control() && *one != '\n' && *one != '\r')
            || matches!(*one, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    });
    let place = found.and_then(|one| text.lines().find(|line| line.contains(one)));
    assert_eq!(found, None, "{what}: {place:?}");
}

/// Bytes that look like chance, the same at every run.
fn mixed(number: u64) -> usize {
    let mut mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) as usize >> 1
}

/// Samples cut, with bytes changed, and spliced with others: every command goes on or says what it cannot read.
#[test]
fn damaged_inputs_break_no_command() {
    let samples = [
        "samples/call.pcap",
        "samples/call.hep",
        "samples/flows/ims-registration.pcapng",
        "samples/flows/ims-presence-subscribe.pcapng",
        "samples/logs/asterisk_full_pjsip.log",
        "samples/logs/homer.json",
        "samples/documents/numbered-steps.txt",
    ];
    let samples = samples.map(|path| std::fs::read(path).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged");
    let commands: [&[&str]; 9] = [
        &["audit", "-f", "json"],
        &["audit", "--explain"],
        &["report"],
        &["flows", "match"],
        &["ladder", "1", "-f", "svg"],
        &["document", "1"],
        &["call", "1"],
        &["resolve"],
        &["export", "-f", "text"],
    ];
    for round in 0..63 {
        let pick = |salt: u64, of: usize| mixed(round * 97 + salt) % of;
        let mut bytes = samples[round as usize % samples.len()].clone();
        let length = bytes.len();
        match round % 3 {
            0 => bytes.truncate(pick(1, length)),
            1 => (0..9).for_each(|bit| bytes[pick(bit, length)] ^= 1 << pick(bit + 50, 8)),
            _ => {
                let other = &samples[pick(2, samples.len())];
                bytes.truncate(pick(3, length));
                bytes.extend(&other[pick(4, other.len())..]);
            }
        }
        std::fs::write(&path, &bytes).unwrap();
        let command = commands[pick(5, commands.len())];
        let output = Command::new(env!("CARGO_BIN_EXE_sipscope"))
            .args(command)
            .args(["-q", "--threads", "1"])
            .arg(&path)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            matches!(output.status.code(), Some(0..=3)) && !said.contains("report it"),
            "{command:?} {round}: {said}"
        );
    }
}

#[test]
fn nothing_in_a_message_reaches_whoever_looks_as_more_than_text() {
    let file = capture();
    let path = file.path().to_str().unwrap();
    let calls = printed(&["calls", "-q", "-f", "csv", path]).lines().count() - 1;
    assert!(calls > 100, "{calls}");
    let commands: [&[&str]; 6] = [
        &["summary", "-q"],
        &["messages", "-q"],
        &["calls", "-q"],
        &["nodes", "-q"],
        &["audit", "-q"],
        &["flows", "match", "-q"],
    ];
    for words in commands {
        for form in forms(words) {
            let text = printed(&[words, &["-f", &form, path]].concat());
            assert!(!text.is_empty(), "{words:?} {form}");
            assert_harmless(&format!("{words:?} {form}"), &text);
            match form.as_str() {
                "csv" => assert_no_formula(&text),
                "junit" => assert_no_markup(&text),
                "markdown" => assert_fenced(&text),
                "sarif" => assert_plain(&serde_json::from_str(&text).unwrap()),
                _ => {}
            }
        }
    }
    // Each place, by the number of its call.
    for number in (1..=calls).step_by(7) {
        let number = number.to_string();
        for form in forms(&["ladder"]) {
            let text = printed(&["ladder", "-q", "-f", &form, path, &number]);
            assert_harmless(&format!("ladder {number} {form}"), &text);
            if form == "svg" {
                assert_no_markup(&text);
            }
            if form == "html" {
                assert_page(&text);
            }
        }
        for form in ["text", "json"] {
            for command in ["call", "show", "hop"] {
                let text = printed(&[command, "-q", "-f", form, path, &number]);
                assert_harmless(&format!("{command} {number} {form}"), &text);
            }
        }
        let document = printed(&["document", "-q", "-f", "html", path, &number]);
        assert_harmless(&format!("document {number}"), &document);
        assert_no_markup(&document);
        let markdown = printed(&["document", "-q", path, &number]);
        assert_harmless(&format!("document {number}"), &markdown);
        assert_fenced(&markdown);
    }
    let page = printed(&["report", "-q", path]);
    assert_harmless("report", &page);
    assert_page(&page);
}

/// The machine that wrote a log goes by the name of its file, and a file may have any name.
#[test]
fn the_name_of_a_file_is_no_more_than_text() {
    let folder = tempfile::tempdir().unwrap();
    let name = format!("={OBEYED}{MARKED}.log").replace('/', "|");
    let path = folder.path().join(name);
    std::fs::copy("samples/logs/sipp_messages.log", &path).unwrap();
    let path = path.to_str().unwrap();
    let commands: [&[&str]; 11] = [
        &["summary", path],
        &["messages", path],
        &["calls", path],
        &["nodes", path],
        &["audit", path],
        &["flows", "match", path],
        &["show", path, "1"],
        &["call", path, "1"],
        &["hop", path, "2"],
        &["ladder", path, "1"],
        &["document", path, "1"],
    ];
    for words in commands {
        for form in forms(words).iter().filter(|form| !is_of_bytes(form)) {
            let text = printed(&[words, &["-q", "-f", form]].concat());
            assert_harmless(&format!("{words:?} {form}"), &text);
            match form.as_str() {
                "svg" | "junit" => assert_no_markup(&text),
                "html" | "word" => assert_page(&text),
                _ => {}
            }
        }
    }
    let page = printed(&["report", "-q", path]);
    assert_harmless("report", &page);
    assert_page(&page);
    assert_harmless("nodes", &printed(&["nodes", "--evidence", path]));
}

/// Forms that are not for people to read.
fn is_of_bytes(form: &str) -> bool {
    matches!(form, "raw" | "pcap" | "pcapng")
}

/// What somebody else wrote as a flow is read and drawn like what somebody else sent.
#[test]
fn the_texts_of_a_template_are_no_more_than_text() {
    let folder = tempfile::tempdir().unwrap();
    let own = std::fs::read_to_string("templates/refer.toml").unwrap();
    let path = folder.path().join("evil.toml");
    let check = |texts: &str| {
        let mut evil = own.replace("id = \"refer\"\ntitle", "id = \"evil\"\ntitle");
        for key in ["title", "label", "source"] {
            let begin = format!("{key} = \"");
            evil = evil.replace(&begin, &format!("{begin}{texts}"));
        }
        std::fs::write(&path, evil).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_sipscope"))
            .args(["flows", "check"])
            .arg(&path)
            .output()
            .unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert_harmless("check", &said);
        output.status.success()
    };
    let (obeyed, hidden): (String, String) = OBEYED
        .chars()
        .filter(|one| !one.is_ascii())
        .partition(|one| one.is_control());
    for one in obeyed.chars() {
        assert!(!check(&one.to_string()), "{one:?}");
    }
    assert!(check(&format!("{hidden}{MARKED}")));
    let templates = folder.path().to_str().unwrap();
    for words in [
        &["flows"][..],
        &["flows", "show", "evil"],
        &["flows", "draw", "evil"],
    ] {
        let words = [words, &["--templates", templates]].concat();
        for form in forms(&words) {
            let text = printed(&[&words[..], &["-f", &form]].concat());
            assert_harmless(&format!("{words:?} {form}"), &text);
            match form.as_str() {
                "svg" => assert_no_markup(&text),
                "html" => assert_page(&text),
                "markdown" => assert_fenced(&unescaped(&text)),
                _ => {}
            }
        }
    }
}

/// Without the signs that a backslash makes text (CommonMark 2.4).
fn unescaped(page: &str) -> String {
    let mut rest = page.chars();
    let mut bare = String::new();
    while let Some(sign) = rest.next() {
        match sign {
            '\\' => drop(rest.next()),
            sign => bare.push(sign),
        }
    }
    bare
}

/// A cell that a spreadsheet would reckon with begins with a sign for it, also behind a quotation mark (OWASP, CSV injection).
fn assert_no_formula(table: &str) {
    for cell in table.lines().flat_map(|line| line.split(',')) {
        let bare = cell.trim_start_matches('"');
        assert!(!bare.starts_with("=HYPERLINK"), "{cell}");
    }
}

fn assert_no_markup(text: &str) {
    for bad in ["<script>alert", "<img src=x", "]]></svg>"] {
        assert!(!text.contains(bad), "{bad}");
    }
}

/// The page ends its own scripts, and nobody else does.
fn assert_page(page: &str) {
    assert_no_markup(page);
    let (opened, closed) = (
        page.matches("<script").count(),
        page.matches("</script").count(),
    );
    assert_eq!(opened, closed);
}

/// Messages stand in blocks of code, which they do not end: outside of them there is no markup.
fn assert_fenced(page: &str) {
    let mut fence: Option<&str> = None;
    for line in page.lines() {
        let line = line.trim_start();
        let marks = &line[..line.len() - line.trim_start_matches('`').len()];
        match fence {
            None if marks.len() >= 3 => fence = Some(marks),
            Some(open) if line == open => fence = None,
            None => {
                let bare = outside_code(line);
                assert!(
                    !bare.contains("<script") && !bare.contains("<img"),
                    "{line}"
                );
            }
            Some(_) => {}
        }
    }
    assert_eq!(fence, None, "a block of code is open at the end");
}

/// A line without its spans of code: each ends with as many backticks as it begins with (CommonMark 6.1).
fn outside_code(line: &str) -> String {
    let mut bare = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        bare.push_str(&rest[..at]);
        let behind = rest[at..].trim_start_matches('`');
        let fence = &rest[at..rest.len() - behind.len()];
        let mut from = 0;
        let end = loop {
            let Some(run) = behind[from..].find('`').map(|run| from + run) else {
                break None;
            };
            let length = behind[run..].len() - behind[run..].trim_start_matches('`').len();
            if length == fence.len() {
                break Some(run + length);
            }
            from = run + length;
        };
        match end {
            Some(end) => rest = &behind[end..],
            // Without an end they are what they are.
            None => {
                bare.push_str(fence);
                rest = behind;
            }
        }
    }
    bare + rest
}

/// Through the program that makes a terminal; where there is none, that is said.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_obeys_no_message_that_is_printed_as_it_is() {
    let capture = capture();
    let path = capture.path().to_str().unwrap();
    let program = env!("CARGO_BIN_EXE_sipscope");
    let cases = [
        format!("{program} show -f raw {path} 1"),
        format!("{program} export -f text -o - {path} 1"),
    ];
    for case in cases {
        let at_terminal = Command::new("script")
            .args(["-qec", &case, "/dev/null"])
            .output();
        let Ok(at_terminal) = at_terminal else {
            eprintln!("not tested: script is not installed");
            return;
        };
        let shown = String::from_utf8(at_terminal.stdout).unwrap();
        assert!(
            shown.contains("\\u{1b}[31m\\u{1b}]0;x\\u{7}\\u{9b}2J\\u{202e}"),
            "{shown}"
        );
        let obeyed = |sign: char| OBEYED.contains(sign) && !sign.is_ascii_graphic();
        assert!(!shown.contains(obeyed), "{shown:?}");
        // What does not go to a terminal has every byte.
        let piped = Command::new("sh").args(["-c", &case]).output().unwrap();
        let piped = String::from_utf8_lossy(&piped.stdout).into_owned();
        assert!(piped.contains(OBEYED), "{piped:?}");
    }
}
