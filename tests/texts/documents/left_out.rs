//! What a document or file leaves out in the midst of a message: the fields around it are read, and nobody is blamed for it.

use std::fs;

use serde_json::Value;
use sipscope::source::document::{Document, Message};
use tempfile::TempDir;

use super::command::sipscope;

/// The messages of the only flow.
fn messages(text: &str) -> Vec<Message> {
    let document = Document::read(text);
    assert_eq!(document.flows.len(), 1);
    let steps = document.flows[0].steps.iter();
    steps.filter_map(|step| step.message.clone()).collect()
}

fn fields(message: &Message) -> Vec<String> {
    let fields = message.headers.iter();
    fields
        .map(|field| format!("{}: {}", field.name, field.value))
        .collect()
}

/// What the audit finds in a file: codes, and what is expected.
pub(super) fn found(name: &str, text: &str) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    // The status says whether there are findings.
    let audit = sipscope(&["audit", "-q", "--format", "json", path.to_str().unwrap()]).stdout;
    let audit: Value = serde_json::from_slice(&audit).unwrap();
    let findings = audit["findings"].as_array().unwrap().iter();
    let mut all: Vec<_> = findings
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
            format!("{} {}", text("code"), text("expected"))
        })
        .collect();
    all.sort();
    all
}

/// A registration that is challenged; `dots` stand among the fields of the second request.
fn registration(dots: &str) -> String {
    format!(
        "2.1.  Registration\n\n   F1 REGISTER Bob -> SIP Server\n\n   REGISTER sip:b.example SIP/2.0\n\
         \x20  Via: SIP/2.0/UDP bob.example;branch=z9hG4bK1\n   Max-Forwards: 70\n   From: <sip:bob@b.example>;tag=1\n\
         \x20  To: <sip:bob@b.example>\n   Call-ID: c1\n   CSeq: 1 REGISTER\n   Content-Length: 0\n\n\
         \x20  F2 401 Unauthorized SIP Server -> Bob\n\n   SIP/2.0 401 Unauthorized\n\
         \x20  Via: SIP/2.0/UDP bob.example;branch=z9hG4bK1\n   From: <sip:bob@b.example>;tag=1\n\
         \x20  To: <sip:bob@b.example>;tag=2\n   Call-ID: c1\n   CSeq: 1 REGISTER\n\
         \x20  WWW-Authenticate: Digest realm=\"b.example\", nonce=\"1\"\n   Content-Length: 0\n\n\
         \x20  F3 REGISTER Bob -> SIP Server\n\n   REGISTER sip:b.example SIP/2.0\n\
         \x20  Via: SIP/2.0/UDP bob.example;branch=z9hG4bK2\n{dots}   To: <sip:bob@b.example>\n   Call-ID: c1\n\
         \x20  CSeq: 2 REGISTER\n   Content-Length: 0\n\n"
    )
}

#[test]
fn fields_below_dots_are_read() {
    for dots in ["...", "\u{2026}", "[...]", "(\u{2026})"] {
        for dots in [format!("   {dots}\n"), format!("\n   {dots}\n\n")] {
            let text = registration(&dots);
            let messages = messages(&text);
            assert_eq!(messages.len(), 3);
            let names: Vec<_> = messages[2]
                .headers
                .iter()
                .map(|h| h.name.as_str())
                .collect();
            for name in ["To", "Call-ID", "CSeq", "Content-Length"] {
                assert!(names.contains(&name), "{dots}: {names:?}");
            }
            assert!(messages[2].body.is_none(), "{dots}");
            let missing = found("registration.txt", &text);
            let missing = missing
                .iter()
                .filter(|found| found.starts_with("SYN01") || found.starts_with("MF01"));
            assert_eq!(missing.count(), 0, "{dots}");
        }
    }
}

/// Those that stand for fields of the message before are put where they stand.
#[test]
fn fields_that_dots_stand_for_are_filled_in_at_their_place() {
    let messages = messages(&registration("   ...\n"));
    assert_eq!(
        fields(&messages[2]),
        [
            "Via: SIP/2.0/UDP bob.example;branch=z9hG4bK2",
            "Max-Forwards: 70",
            "From: <sip:bob@b.example>;tag=1",
            "To: <sip:bob@b.example>",
            "Call-ID: c1",
            "CSeq: 2 REGISTER",
            "Content-Length: 0",
        ]
    );
}

/// What is told below a message whose last fields are left out is no field of it.
#[test]
fn prose_below_dots_is_no_field() {
    let text = "F1 OPTIONS Alice -> Bob\n\nOPTIONS sip:bob@b.example SIP/2.0\n\
                Via: SIP/2.0/UDP a.example;branch=z9hG4bK1\n...\n\nRequest-URI:\nthat of Bob\n\nNote: this is short.\n";
    assert_eq!(messages(text)[0].headers.len(), 1);
}

/// Where `Content-Length: 0` says that there is no body, dots are none: they stand for fields, or behind a blank line for nothing.
#[test]
fn dots_below_a_message_without_body_are_no_body() {
    let answer = "SIP/2.0 401 Unauthorized\nVia:\nFrom:\nTo: <sip:user1@home1.net>;tag=5ef4\nCSeq:\nContent-Length: 0\n";
    for dots in ["...", "\u{2026}", "(\u{2026})", ". . ."] {
        for (dots, call) in [
            (format!("{dots}\n"), Some("c1")),
            (format!("\n{dots}\n"), None),
        ] {
            let request = format!("{}\n{dots}", FIRST.1);
            let text = numbered(&[(FIRST.0, &request), (REFUSED.0, &format!("{answer}{dots}"))]);
            let messages = messages(&text);
            assert_eq!(messages.len(), 2);
            assert!(messages.iter().all(|message| message.body.is_none()));
            assert_eq!(fields(&messages[0]).len(), 10, "{dots}");
            assert_eq!(messages[1].value("Call-ID"), call, "{dots}");
            let nothing: [String; 0] = [];
            assert_eq!(found("dots.txt", &text), nothing, "{dots}");
        }
    }
}

#[test]
fn fields_that_a_file_leaves_out_are_not_missing() {
    let head =
        "INVITE sip:bob@b.example SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa1\n";
    let rest = "From: <sip:alice@a.example>;tag=a1\nTo: <sip:bob@b.example>\nCall-ID: c1@a.example\nCSeq: 1 INVITE\n";
    let nothing: [String; 0] = [];
    let all = format!("{head}{rest}\n");
    assert_eq!(
        found("whole.sip", &all).len(),
        2,
        "Max-Forwards and Contact are missing"
    );
    assert_eq!(found("midst.sip", &format!("{head}...\n{rest}\n")), nothing);
    assert_eq!(
        found("end.sip", &format!("{head}{rest}(\u{2026})\n\n")),
        nothing
    );
    let dots = "Max-Forwards: 70\nContact: <...>\nContent-Length: ...\n\n...\n";
    let via = head.replace("SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa1", "...");
    assert_eq!(found("values.sip", &format!("{via}{rest}{dots}")), nothing);
}

/// Steps of numbered text, each with its message.
fn numbered(steps: &[(&str, &str)]) -> String {
    let mut text = "6.2 Registration\n\n".to_owned();
    for (number, (title, message)) in (1..).zip(steps) {
        text += &format!(
            "{number}.\n{title} - see example in table 6.2-{number}\n\nTable 6.2-{number}: {title}\n{message}\n"
        );
    }
    text
}

const FIRST: (&str, &str) = (
    "REGISTER request (UE to P-CSCF)",
    "REGISTER sip:home1.net SIP/2.0\nVia: SIP/2.0/UDP [5555::1];branch=z9hG4bK1\nMax-Forwards: 70\n\
     Route: <sip:pcscf1.home1.net;lr>\nFrom: <sip:user1@home1.net>;tag=4fa3\nTo: <sip:user1@home1.net>\n\
     Contact: <sip:[5555::1]>;expires=600\nCall-ID: c1\nCSeq: 1 REGISTER\nSupported: path\nContent-Length: 0",
);
const REFUSED: (&str, &str) = (
    "401 Unauthorized response (P-CSCF to UE)",
    "SIP/2.0 401 Unauthorized\nVia:\nFrom:\nTo: <sip:user1@home1.net>;tag=5ef4\nCall-ID:\nCSeq:\n\
     WWW-Authenticate: Digest realm=\"home1.net\", nonce=\"1\"\nContent-Length:",
);
const AGAIN: (&str, &str) = (
    "REGISTER request (UE to P-CSCF)",
    "REGISTER sip:home1.net SIP/2.0\nVia: SIP/2.0/UDP [5555::1];branch=z9hG4bK2\nMax-Forwards: 70\nRoute:\nFrom:\n\
     To:\nContact:\nCall-ID:\nCSeq: 2 REGISTER\nSupported:\nContent-Length:",
);
const ACCEPTED: (&str, &str) = (
    "200 OK response (P-CSCF to UE)",
    "SIP/2.0 200 OK\nVia: SIP/2.0/UDP [5555::1];branch=z9hG4bK2\nFrom:\nTo: <sip:user1@home1.net>;tag=5ef5\n\
     Call-ID:\nCSeq:\nContact:\nContent-Length:",
);

/// A request that was refused is sent again with the same Call-ID, To and From (RFC 3261 8.1.3.5).
#[test]
fn a_request_that_is_sent_again_repeats_the_one_that_was_refused() {
    let text = numbered(&[FIRST, REFUSED, AGAIN, ACCEPTED]);
    let messages = messages(&text);
    assert_eq!(
        fields(&messages[2]),
        [
            "Via: SIP/2.0/UDP [5555::1];branch=z9hG4bK2",
            "Max-Forwards: 70",
            "Route: <sip:pcscf1.home1.net;lr>",
            "From: <sip:user1@home1.net>;tag=4fa3",
            "To: <sip:user1@home1.net>",
            "Contact: <sip:[5555::1]>;expires=600",
            "Call-ID: c1",
            "CSeq: 2 REGISTER",
            "Supported: path",
            "Content-Length: 0",
        ]
    );
    assert_eq!(
        fields(&messages[3]),
        [
            "Via: SIP/2.0/UDP [5555::1];branch=z9hG4bK2",
            "From: <sip:user1@home1.net>;tag=4fa3",
            "To: <sip:user1@home1.net>;tag=5ef5",
            "Call-ID: c1",
            "CSeq: 2 REGISTER",
            "Contact: <sip:[5555::1]>;expires=600",
            "Content-Length: 0",
        ]
    );
    let from = &messages[2].headers[3];
    assert_eq!(
        from.inherited.as_ref().unwrap().lines,
        [messages[0].headers[3].lines[0]]
    );
    let nothing: [String; 0] = [];
    assert_eq!(found("again.txt", &text), nothing);
}

/// A branch and a number of its own are not those of the request before (RFC 3261 8.1.1.7, 22.2): what they are is not known.
#[test]
fn what_a_repeated_request_has_of_its_own_is_not_filled_in() {
    let own = AGAIN
        .1
        .replace("Via: SIP/2.0/UDP [5555::1];branch=z9hG4bK2", "Via:");
    let own = own.replace("CSeq: 2 REGISTER", "CSeq:");
    let messages = messages(&numbered(&[FIRST, REFUSED, (AGAIN.0, &own)]));
    let value = |name| messages[2].value(name);
    assert_eq!((value("Via"), value("CSeq")), (Some(""), Some("")));
    assert_eq!(value("Call-ID"), Some("c1"));
}

/// One that was accepted is another request, and no repetition.
#[test]
fn a_request_behind_an_accepted_one_repeats_nothing() {
    let accepted = ACCEPTED.1.replace("z9hG4bK2", "z9hG4bK1");
    let messages = messages(&numbered(&[FIRST, (ACCEPTED.0, &accepted), AGAIN]));
    assert_eq!(messages[2].value("From"), Some(""));
}

/// An answer has the Via of its request (RFC 3261 8.2.6.2), on each hop that of the request there.
#[test]
fn an_answer_without_a_value_of_via_has_that_of_its_request() {
    let far = (
        "REGISTER request (P-CSCF to S-CSCF)",
        "REGISTER sip:home1.net SIP/2.0\n\
         Via: SIP/2.0/UDP pcscf1.home1.net;branch=z9hG4bK3, SIP/2.0/UDP [5555::1];branch=z9hG4bK1\nMax-Forwards: 69\n\
         From:\nTo:\nContact:\nCall-ID:\nCSeq:\nSupported:\nContent-Length:",
    );
    let refused = ("401 Unauthorized response (S-CSCF to P-CSCF)", REFUSED.1);
    let last = (REFUSED.0, REFUSED.1);
    let text = numbered(&[FIRST, far, refused, last]);
    let messages = messages(&text);
    for (answer, request) in [(2, 1), (3, 0)] {
        assert_eq!(
            messages[answer].value("Via"),
            messages[request].value("Via")
        );
    }
    let nothing: [String; 0] = [];
    assert_eq!(found("answers.txt", &text), nothing);
}

/// A call through a gap: the hop between the two proxies is not printed, neither of the request nor of the answer.
fn call_with_gap() -> String {
    let hop = |host: &str| format!("SIP/2.0/UDP {host};branch=z9hG4bK{}", &host[..1]);
    let [ue, near, far] = ["ue.home1.net", "near.home1.net", "other.home2.net"].map(hop);
    let elided = "From:\nTo:\nContact:\nCall-ID:\nCSeq:\nContent-Length:";
    let invite = format!(
        "INVITE sip:b@home2.net SIP/2.0\nVia: {ue}\nMax-Forwards: 70\nFrom: <sip:a@home1.net>;tag=f1\n\
         To: <sip:b@home2.net>\nContact: <sip:a@ue.home1.net>\nCall-ID: c1\nCSeq: 1 INVITE\nContent-Length: 0"
    );
    let beyond = format!(
        "INVITE sip:b@b.home2.net SIP/2.0\nVia: {far}, {near}, {ue}\nMax-Forwards: 67\n{elided}"
    );
    let answer = format!(
        "SIP/2.0 200 OK\nVia: {far}, {near}, {ue}\nFrom:\nTo: <sip:b@home2.net>;tag=t1\nContact: <sip:b@b.home2.net>\n\
         Call-ID:\nCSeq:\nContent-Length:"
    );
    let passed_on = format!("SIP/2.0 200 OK\nVia: {ue}\n{elided}");
    numbered(&[
        ("INVITE request (UE#1 to S-CSCF#1)", &invite),
        ("INVITE request (S-CSCF#2 to UE#2)", &beyond),
        ("200 OK response (UE#2 to S-CSCF#2)", &answer),
        ("200 OK response (S-CSCF#1 to UE#1)", &passed_on),
    ])
}

/// What repeats a message that is not printed says nothing of its own: only what every answer has from its request is known.
#[test]
fn values_whose_message_is_not_printed_are_not_known() {
    let text = call_with_gap();
    let messages = messages(&text);
    let value = |place: usize, name| messages[place].value(name).unwrap();
    for name in ["From", "To", "Contact", "Call-ID", "CSeq", "Content-Length"] {
        assert_eq!(value(1, name), "", "{name}");
    }
    assert_eq!(value(2, "To"), "<sip:b@home2.net>;tag=t1");
    for (name, expected) in [
        ("From", "<sip:a@home1.net>;tag=f1"),
        ("To", ""),
        ("Contact", ""),
        ("Call-ID", "c1"),
        ("CSeq", "1 INVITE"),
        ("Content-Length", ""),
    ] {
        assert_eq!(value(3, name), expected, "{name}");
    }
    let nothing: [String; 0] = [];
    assert_eq!(found("gap.txt", &text), nothing);
}

/// Whatever part of a document somebody has: no finding comes of what stands in the others.
#[test]
fn the_steps_of_a_document_from_any_on_have_no_findings_of_their_own() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/documents");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut excerpts = 0;
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let document = Document::read(&text);
        let whole = found("whole.txt", &text);
        for flow in document.flows.iter().take(2) {
            for step in flow.steps.iter().skip(1).step_by(3) {
                let behind = text.split_inclusive('\n').skip(step.line as usize - 1);
                let excerpt = format!(
                    "{} {}\n\n{}",
                    flow.id,
                    flow.title,
                    behind.collect::<String>()
                );
                let own = found("excerpt.txt", &excerpt);
                let own: Vec<_> = own
                    .iter()
                    .filter(|found| !found.starts_with("DOC") && !whole.contains(found))
                    .collect();
                assert!(
                    own.is_empty(),
                    "{} from line {}: {own:?}",
                    path.display(),
                    step.line
                );
                excerpts += 1;
            }
        }
    }
    assert!(excerpts > 10, "{excerpts}");
}
