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

/// What the audit finds in a file: codes, and what is expected.
fn found(name: &str, text: &str) -> Vec<String> {
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

/// What is told below a message whose last fields are left out is no field of it.
#[test]
fn prose_below_dots_is_no_field() {
    let text = "F1 OPTIONS Alice -> Bob\n\nOPTIONS sip:bob@b.example SIP/2.0\n\
                Via: SIP/2.0/UDP a.example;branch=z9hG4bK1\n...\n\nRequest-URI:\nthat of Bob\n\nNote: this is short.\n";
    assert_eq!(messages(text)[0].headers.len(), 1);
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
