//! `sipscope show` on messages that are odd, long, cut or deep: what it says of them to people and to programs.
#![allow(clippy::unwrap_used, reason = "a test")]

use crate::support;

use std::process::Command;

use crate::program::sipscope;
use serde_json::{Value, json};
use support::captures::{PcapStyle, Record, linktype, pcap};
use support::exchange::{alice, bob};
use support::frames::{tcp_frame, udp_frame};
use support::sip::request;
use tempfile::NamedTempFile;

/// A capture of one message; one that fits into no datagram comes over TCP.
fn capture(message: &str) -> NamedTempFile {
    const SEGMENT: usize = 60_000;
    let frames: Vec<_> = if message.len() <= SEGMENT {
        vec![udp_frame(alice(), bob(), message)]
    } else {
        let segments = message.as_bytes().chunks(SEGMENT).enumerate();
        let segments = segments.map(|(number, segment)| {
            let place = 1 + (number * SEGMENT) as u32;
            tcp_frame(alice(), bob(), (place, 1, 0x18), segment)
        });
        segments.collect()
    };
    let records: Vec<_> = (1..)
        .zip(frames)
        .map(|(second, frame)| Record::new(second, 0, frame))
        .collect();
    let file = NamedTempFile::new().unwrap();
    let bytes = pcap(PcapStyle::default(), linktype::ETHERNET, &records);
    std::fs::write(file.path(), bytes).unwrap();
    file
}

fn options(extra: &[&str], body: &str) -> String {
    request("OPTIONS", "sip:bob@example.com", "odd", 1, extra, body)
}

fn show(message: &str, arguments: &[&str]) -> String {
    let file = capture(message);
    let output = Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(["show", "--quiet"])
        .args(arguments)
        .arg(file.path())
        .arg("1")
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    String::from_utf8(output.stdout).unwrap()
}

fn parsed(message: &str) -> Value {
    let text = show(message, &["--format", "json"]);
    let mut shown: Value = serde_json::from_str(&text).unwrap();
    shown["parsed"].take()
}

/// The body, read as this type.
fn body(content_type: &str, body: &str) -> Value {
    let content_type = format!("Content-Type: {content_type}");
    parsed(&options(&[&content_type], body))["body"].take()
}

/// The line of the message with this beginning, as the program shows where it is.
fn place(message: &str, value: &str) -> (usize, usize) {
    let start = message.find(value).unwrap();
    (start, start + value.len())
}

#[test]
fn problems_are_listed_for_people() {
    assert!(show(&options(&[], ""), &[]).contains("\nproblems: none\n"));
    let odd = options(&["Max-Forwards: seventy"], "");
    let text = show(&odd, &[]);
    let (start, end) = place(&odd, "seventy");
    let line =
        format!("  bytes {start} to {end}: Max-Forwards: expected a number (number): seventy\n");
    assert!(text.contains(&format!("\nproblems: 1\n{line}")), "{text}");
    let packed = options(&["Content-Type: text/plain", "Content-Encoding: gzip"], "x");
    let text = show(&packed, &[]);
    assert!(text.contains(" Content-Encoding: not read: "), "{text}");
}

#[test]
fn a_flood_of_problems_is_summed_up() {
    let commas = format!("Supported: a{}", ",".repeat(1001));
    let odd = options(&[&commas, "Max-Forwards: x"], "");
    let text = show(&odd, &[]);
    assert!(text.contains("\nproblems: 1002\n"), "{text}");
    assert!(text.contains("  and 982 more"), "{text}");
    let parsed = parsed(&odd);
    let problems = parsed["problems"].as_array().unwrap();
    let more: Vec<_> = problems.iter().filter_map(|one| one.get("more")).collect();
    assert_eq!(more, [901]);
    assert!(problems.iter().any(|one| one["code"] == "number"));
}

#[test]
fn a_message_cut_by_the_capture_is_not_blamed() {
    let whole = options(&["Content-Type: text/plain"], "0123456789");
    let frame = udp_frame(alice(), bob(), &whole);
    let record = Record::new(1, 0, frame.clone()).cut(frame.len() - 5);
    let file = NamedTempFile::new().unwrap();
    let bytes = pcap(PcapStyle::default(), linktype::ETHERNET, &[record]);
    std::fs::write(file.path(), bytes).unwrap();
    let path = file.path().to_str().unwrap();
    let text = String::from_utf8(sipscope(&["show", path, "1"]).stdout).unwrap();
    assert!(text.contains("cut: its end was not seen"), "{text}");
    assert!(text.contains("\nproblems: none\n"), "{text}");
}

#[test]
fn parameters_have_places_and_uris_only_what_they_have() {
    let message = options(&["Contact: <tel:+1;a=b>;q=\"0.5\";c"], "");
    let parsed = parsed(&message);
    let headers = parsed["headers"].as_array().unwrap();
    let contact = headers.iter().find(|header| header["name"] == "Contact");
    let typed = &contact.unwrap()["values"][0]["typed"];
    let span = |text| json!(place(&message, text));
    assert_eq!(
        typed["uri"],
        json!({
            "text": "tel:+1;a=b",
            "span": span("tel:+1;a=b"),
            "scheme": "tel",
            "opaque": "+1",
            "params": [{ "name": "a", "value": "b", "span": span("a=b") }],
        })
    );
    let start = place(&message, "q=\"0.5\";c").0;
    assert_eq!(
        typed["params"],
        json!([
            { "name": "q", "value": "0.5", "span": span("q=\"0.5\"") },
            { "name": "c", "value": null, "span": [start + 8, start + 9] },
        ])
    );
}

#[test]
fn session_descriptions_are_taken_apart() {
    let sdp = "v=0\r\no=a 1 2 IN IP4 192.0.2.1\r\ns=x\r\nc=IN IP4 192.0.2.1\r\nb=AS:64\r\nt=0 0\r\n\
        a=recvonly\r\nm=audio 49170/2 RTP/AVP 97 0\r\na=rtpmap:97 AMR/8000/1\r\na=fmtp:97 mode-set=0,2; x\r\n\
        m=video 0 RTP/AVP 31\r\nc=IN IP6 2001:db8::1\r\na=sendonly\r\n";
    let shown = body("application/sdp", sdp);
    let sdp = &shown["sdp"];
    let origin = json!({
        "username": "a", "session_id": "1", "session_version": "2",
        "network": "IN", "address_type": "IP4", "address": "192.0.2.1",
    });
    let connection =
        |kind, address| json!({ "network": "IN", "address_type": kind, "address": address });
    assert_eq!((&sdp["version"], &sdp["name"]), (&json!("0"), &json!("x")));
    assert_eq!(sdp["origin"], origin);
    assert_eq!(sdp["connection"], connection("IP4", "192.0.2.1"));
    assert_eq!(sdp["times"], json!([{ "start": "0", "stop": "0" }]));
    assert_eq!(sdp["bandwidth"], json!([{ "kind": "AS", "value": 64 }]));
    assert_eq!(sdp["direction"], "recvonly");
    let (audio, video) = (&sdp["media"][0], &sdp["media"][1]);
    assert_eq!(
        [&audio["kind"], &audio["protocol"], &audio["direction"]],
        ["audio", "RTP/AVP", "recvonly"]
    );
    assert_eq!(
        (&audio["port"], &audio["port_count"]),
        (&json!(49170), &json!(2))
    );
    assert_eq!(audio["formats"], json!(["97", "0"]));
    assert_eq!(
        audio["rtpmap"],
        json!([{ "payload_type": 97, "name": "AMR", "clock_rate": 8000, "channels": 1 }])
    );
    let params = json!([
        { "name": "mode-set", "value": "0,2" }, { "name": "x", "value": null },
    ]);
    assert_eq!(audio["fmtp"], json!([{ "format": "97", "params": params }]));
    assert_eq!(video["direction"], "sendonly");
    assert_eq!(
        video["connections"],
        json!([connection("IP6", "2001:db8::1")])
    );
    assert_eq!(
        video["attributes"],
        json!([{ "name": "sendonly", "value": null }])
    );
}

#[test]
fn waiting_messages_are_counted() {
    let text =
        "Messages-Waiting: yes\r\nMessage-Account: sip:a@b.example\r\nVoice-Message: 4/8 (1/2)\r\n";
    assert_eq!(
        body("application/simple-message-summary", text)["summary"],
        json!({
            "waiting": true,
            "account": "sip:a@b.example",
            "counts": [{
                "class": "Voice-Message", "new": 4, "old": 8, "new_urgent": 1, "old_urgent": 2,
            }],
        })
    );
}

#[test]
fn xml_is_a_tree() {
    let text = "<a xmlns='urn:x'><b c='&lt;'>one<d/> two</b> </a>";
    let shown = body("application/any+xml", text);
    let start = shown["span"][0].as_u64().unwrap();
    let span = |from: u64, to: u64| json!([start + from, start + to]);
    assert_eq!(
        shown["xml"],
        json!({
            "name": "a",
            "namespace": "urn:x",
            "span": span(0, 49),
            "attributes": [{ "name": "xmlns", "value": "urn:x" }],
            "children": [{
                "name": "b",
                "namespace": "urn:x",
                "span": span(17, 44),
                "attributes": [{ "name": "c", "value": "<" }],
                "text": "one two",
                "children": [{ "name": "d", "namespace": "urn:x", "span": span(32, 36) }],
            }],
        })
    );
}

#[test]
fn parts_and_fragments_are_messages_again() {
    let fragment =
        "SIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n";
    let parts = format!("--b\r\nContent-Type: message/sipfrag\r\n\r\n{fragment}\r\n--b--\r\n");
    let shown = body("multipart/mixed;boundary=b", &parts);
    let part = &shown["parts"][0];
    assert_eq!(part["headers"][0]["values"][0]["text"], "message/sipfrag");
    let fragment = &part["body"]["fragment"];
    assert_eq!(fragment["first_line"]["status"], 200);
    assert_eq!(fragment["headers"][0]["values"][0]["typed"]["number"], 1);
    assert_eq!(fragment["body"]["sdp"]["version"], "0");
}

/// Each fragment holds the next: far more of them than calls fit on a stack.
#[test]
fn endless_nesting_is_cut_off() {
    let nested = "c:message/sipfrag\r\n\r\n".repeat(50_000);
    let mut shown = body("message/sipfrag", &nested);
    let mut depth = 0;
    while shown["fragment"].is_object() {
        shown = shown["fragment"]["body"].take();
        depth += 1;
    }
    assert_eq!((depth, &shown["format"]), (8, &json!("sipfrag")));
}

/// A tree of all values would take some 1.5 GB.
#[cfg(target_os = "linux")]
#[test]
fn json_of_a_message_takes_little_more_memory_than_the_message() {
    let parts = format!("{}--b--\r\n", "--b\r\n\r\n\r\n".repeat(380_000));
    let message = options(&["Content-Type: multipart/mixed;boundary=b"], &parts);
    let file = capture(&message);
    let script = "ulimit -v 500000 && exec \"$0\" show --quiet --threads 1 --format json \"$1\" 1";
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_sipscope")])
        .arg(file.path())
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    let ends = memchr::memmem::find_iter(&output.stdout, "\"empty\"");
    assert_eq!(ends.count(), 380_000);
}

/// Without one of the inputs the number may be that of another message.
#[test]
fn no_message_is_shown_if_an_input_is_not_there() {
    let sample = "samples/call.pcap";
    for (arguments, complaint) in [
        (
            ["show", sample, "no such file", "2"],
            "sipscope: no such file: there is no such file\n",
        ),
        (
            ["show", "no such file", sample, "2"],
            "sipscope: no such file: there is no such file\n",
        ),
    ] {
        let output = sipscope(&arguments);
        assert_eq!(output.status.code(), Some(3));
        assert_eq!(output.stdout, b"");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with(complaint), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn a_number_is_not_blamed_for_a_file_that_cannot_be_read() {
    for path in ["no such file", "Cargo.toml"] {
        let output = sipscope(&["show", path, "1"]);
        assert_eq!(output.status.code(), Some(3));
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains(path), "{said}");
    }
}

#[test]
fn help_says_what_json_holds() {
    let help = String::from_utf8(sipscope(&["show", "--help"]).stdout).unwrap();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains("what is odd"), "{help}");
    assert!(help.contains("typed values"), "{help}");
}

#[test]
fn what_a_log_does_not_keep_is_said() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(["show", "samples/logs/ccsip.log", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("\nnot as it was sent: line ends\n"), "{text}");
}

/// The lines are those of the sample: what step 4 leaves out, step 2 leaves out too, so that it is printed in step 1.
#[test]
fn what_a_step_does_not_repeat_is_told_with_its_place() {
    let sipscope = |format: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_sipscope"))
            .args(["show", "--format", format])
            .args(["samples/documents/numbered-steps.txt", "3"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let text = sipscope("text");
    let expected = "not repeated here:
  P-Asserted-Identity: as in step 2, printed in line 29
  P-Asserted-Identity: as in step 2, printed in line 66
  From: as in step 2, printed in line 31
  To: as in step 2, printed in line 33
  Call-ID: as in step 2, printed in line 35
  CSeq: as in step 2, printed in line 37
  Content-Type: as in step 2, printed in line 39
";
    assert!(text.contains(expected), "{text}");
    assert!(
        text.contains("  the body: as in step 2, printed in line 42\n"),
        "{text}"
    );
    assert!(
        text.contains("line 94 of samples/documents/numbered-steps.txt"),
        "{text}"
    );
    let shown: Value = serde_json::from_str(&sipscope("json")).unwrap();
    // Via, Max-Forwards and Route are printed.
    let from = json!({"name": "From", "header": 5, "step": "2", "printed_in_lines": [31, 31]});
    assert_eq!(shown["inherited"][2], from);
}
