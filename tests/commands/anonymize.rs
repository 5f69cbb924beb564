//! Traces that may be shared: the audit finds the same in them, and nobody is named any more.
#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "anonymize/identities.rs"]
mod identities;
#[path = "anonymize/telephones.rs"]
mod telephones;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use identities::{found_in, left_in};
use serde_json::Value;
use tempfile::TempDir;

use crate::program::{said, sipscope};
use crate::support::captures::{PcapStyle, linktype, pcap};
use crate::support::exchange::{alice, bob, capture, datagram, records};

fn samples(folder: &str) -> Vec<String> {
    let all = fs::read_dir(Path::new("samples").join(folder)).unwrap();
    let all = all.map(|one| one.unwrap().path());
    let mut files: Vec<_> = all
        .filter(|path| path.is_file() && path.extension().is_none_or(|end| end != "md"))
        .map(|path| path.to_str().unwrap().to_owned())
        .collect();
    files.sort();
    files
}

/// Logs that are not read as the same with other words in them: the addresses that they repeat in front of a message have a port behind
/// a dot, and the words of a tree are taken for names. An export of theirs is anonymized.
const REFUSED: [&str; 2] = ["tcpdump.txt", "tshark_tree.txt"];

fn logs() -> Vec<String> {
    let mut logs = samples("logs");
    logs.retain(|path| !is_refused(path));
    logs
}

fn is_refused(path: &str) -> bool {
    REFUSED.iter().any(|name| path.ends_with(name))
}

#[test]
fn logs_that_would_be_read_as_others_are_refused() {
    let place = Place::new("refused");
    for name in REFUSED {
        let (_, output) = place.anonymized(&format!("samples/logs/{name}"), "written", &[]);
        assert!(!output.status.success(), "{name}");
        assert!(
            said(&output).contains("sipscope export"),
            "{name}: {}",
            said(&output)
        );
    }
}

/// Beside an input that cannot be written all others are.
#[test]
fn what_is_refused_keeps_nothing_else_back() {
    let place = Place::new("refused beside others");
    let inputs = [
        "samples/call.pcap",
        "samples/logs/tcpdump.txt",
        "samples/documents/numbered-steps.txt",
        "samples/logs/pjsua.log",
    ];
    let folder = place.path("written");
    let output = sipscope(&[&["anonymize", "-o", &folder], &inputs[..]].concat());
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    let mut written: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|one| one.unwrap().file_name().into_string().unwrap())
        .collect();
    written.sort();
    assert_eq!(written, ["1.pcapng", "4.log"]);
    let said = said(&output);
    for line in [
        "samples/logs/tcpdump.txt: not written",
        "samples/documents/numbered-steps.txt: not written",
        "28 messages in logs",
        "replaced: ",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
}

/// A folder with a key, for what is written.
struct Place {
    folder: TempDir,
    key: String,
}

impl Place {
    fn new(secret: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("key").to_str().unwrap().to_owned();
        fs::write(&key, secret).unwrap();
        Self { folder, key }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn anonymized(&self, input: &str, name: &str, options: &[&str]) -> (String, Output) {
        let path = self.path(name);
        let arguments = ["anonymize", "-q", "--key", &self.key, "-o", &path, input];
        let output = sipscope(&[&arguments, options].concat());
        (path, output)
    }
}

/// Everything that the audit says of an input but for names: verdicts of each rule, findings with their messages and places, and how many
/// messages, calls and nodes there are.
fn judged(input: &str) -> (Value, Vec<String>, [usize; 3]) {
    let printed = |arguments: &[&str]| sipscope(&[arguments, &["-q", input]].concat()).stdout;
    let audit = printed(&["audit", "--fail-on", "never", "--format", "json"]);
    let audit: Value = serde_json::from_slice(&audit).unwrap();
    let findings = audit["findings"].as_array().unwrap().iter().map(|finding| {
        let places = finding["headers"].as_array().unwrap().iter();
        let places = places.map(|place| {
            ["message", "name", "offset", "length"]
                .map(|key| place[key].to_string())
                .join(" ")
        });
        let places: Vec<_> = places.collect();
        let whole = ["code", "severity", "subject", "messages"].map(|key| finding[key].to_string());
        format!("{whole:?} {places:?}")
    });
    let mut findings: Vec<_> = findings.collect();
    findings.sort();
    let lines = |command: &str| {
        let printed = printed(&[command]);
        printed.iter().filter(|byte| **byte == b'\n').count()
    };
    let counts = ["messages", "calls", "nodes"].map(lines);
    (audit["rules"].clone(), findings, counts)
}

fn the_audit_stays_the_same(inputs: &[String]) {
    let place = Place::new("of all samples");
    for input in inputs {
        let (path, output) = place.anonymized(input, "written", &[]);
        assert!(output.status.success(), "{input}: {}", said(&output));
        assert_eq!(judged(&path), judged(input), "{input}");
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn the_audit_of_captures_stays_the_same() {
    let inputs = [samples(""), samples("flows")].concat();
    assert!(inputs.len() > 5);
    the_audit_stays_the_same(&inputs);
}

#[test]
fn the_audit_of_logs_stays_the_same() {
    let inputs = logs();
    assert!(inputs.len() > 25);
    the_audit_stays_the_same(&inputs);
}

#[test]
fn the_audit_of_malformed_messages_stays_the_same() {
    let mut inputs = samples("torture");
    assert!(inputs.len() > 50);
    // No input of the program at all: its status code has ten digits.
    inputs.retain(|input| !input.ends_with("bigcode.sip"));
    the_audit_stays_the_same(&inputs);
}

#[test]
fn the_audit_of_values_that_are_quoted_twice_stays_the_same() {
    let place = Place::new("quoted");
    let message = "SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK77\r\nFrom: <sip:a@a.example>;tag=1\r\n\
        To: <sip:a@a.example>;tag=2\r\nCall-ID: quoted\r\nCSeq: 1 REGISTER\r\n\
        WWW-Authenticate: Digest realm=\\\"a.example\\\",nonce=\\\"77aa\\\",stale=false,algorithm=MD5\r\nContent-Length: 0\r\n\r\n";
    let input = place.file("quoted.sip", message);
    the_audit_stays_the_same(&[input]);
}

#[test]
fn no_identity_of_any_sample_is_left() {
    let place = Place::new("no identity");
    let all = ["", "flows", "logs", "torture"].map(samples).concat();
    let mut count = 0;
    for input in all {
        let (path, output) = place.anonymized(&input, "written", &[]);
        if !output.status.success() {
            let is_expected = input.ends_with("bigcode.sip") || is_refused(&input);
            assert!(is_expected, "{}", said(&output));
            continue;
        }
        let identities = found_in(&fs::read(&input).unwrap());
        let left = left_in(&fs::read(&path).unwrap(), &identities);
        assert!(left.is_empty(), "{input}: {left:?}");
        count += identities.len();
    }
    assert!(count > 900, "{count}");
}

/// One that names Alice Liddell of wonder-land.example in every place that has room for somebody, and in every way to write it.
const EVERYWHERE: &str = "\
INVITE sip:alice.liddell@wonder-land.example;user=phone?Replaces=9f3a77%40wonder-land.example%3Bto-tag%3D77aa88bb SIP/2.0\r\n\
Via: SIP/2.0/UDP pc-liddell.wonder-land.example:5060;branch=z9hG4bK-alice.liddell-1;received=198.18.77.201\r\n\
From: \"Alice \\\"Pleasance\\\" Liddell\" <sip:%61lice.liddell@wonder-land.example>;tag=liddell-77aa88bb\r\n\
To: Alice Liddell <tel:+49-151-1234-5678;phone-context=wonder-land.example>\r\n\
Call-ID: 9f3a77-liddell@wonder-land.example\r\n\
CSeq: 1 INVITE\r\n\
Max-Forwards: 70\r\n\
Contact: <sip:alice.liddell@198.18.77.201:5060>;+sip.instance=\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\"\r\n\
Route: <sip:orig@scscf7.wonder-land.example;lr>\r\n\
P-Asserted-Identity: \"Liddell, Alice\" <sip:+4915112345678@ims.mnc077.mcc262.3gppnetwork.org>\r\n\
P-Charging-Vector: icid-value=\"liddell-4711-wonder\";icid-generated-at=198.18.77.202;orig-ioi=wonder-land.example\r\n\
P-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=262771234ABCDEF0\r\n\
P-Visited-Network-ID: \"The Wonderland of Alice\"\r\n\
Authorization: Digest username=\"262077123456789@wonder-land.example\", realm=\"wonder-land.example\", nonce=\"d29uZGVybGFuZC1saWRkZWxs\", \
uri=\"sip:wonder-land.example\", response=\"77aa88bb99cc00dd77aa88bb99cc00dd\", algorithm=MD5\r\n\
History-Info: <sip:hatter@wonder-land.example?Reason=SIP%3Bcause%3D302%3Btext%3D%22gone%20to%20Liddell%22>;index=1\r\n\
Warning: 399 pc-liddell.wonder-land.example \"Liddell is away\"\r\n\
Subject: Tea with the Hatter and Liddell\r\n\
User-Agent: Liddell-Phone/1.0\r\n\
X-Account: liddell account 00491511234567 at [2001:db8:77:201::17]\r\n\
Content-Type: multipart/mixed;boundary=liddell-part\r\n\
Content-Length: ";

const PARTS: &str = "\
--liddell-part\r\n\
Content-Type: application/sdp\r\n\r\n\
v=0\r\no=liddell 1 2 IN IP4 198.18.77.203\r\ns=Tea of Alice\r\nc=IN IP6 2001:db8:77:201::17\r\nt=0 0\r\n\
m=audio 49170 RTP/AVP 0\r\na=candidate:1 1 UDP 2130706431 198.18.77.204 49170 typ host\r\na=ssrc:77 cname:liddell@wonder-land.example\r\n\
--liddell-part\r\n\
Content-Type: application/pidf+xml\r\n\r\n\
<?xml version=\"1.0\"?><presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"pres:alice.liddell@wonder-land.example\">\
<tuple id=\"liddell1\"><status><basic>open</basic></status><contact>tel:+4915112345678</contact>\
<note>L&#105;ddell &amp; Hatter at wonder-land.example</note></tuple></presence>\r\n\
--liddell-part\r\n\
Content-Type: message/sipfrag\r\n\r\n\
SIP/2.0 200 OK\r\nFrom: <sip:liddell@wonder-land.example>;tag=77aa88bb\r\n\
--liddell-part\r\n\
Content-Type: application/x-tea\r\n\r\n\
bGlkZGVsbA== 6c696464656c6c\r\n\
--liddell-part--\r\n";

#[test]
fn nobody_is_named_in_any_place_or_encoding() {
    let place = Place::new("everywhere");
    let message = format!("{EVERYWHERE}{}\r\n\r\n{PARTS}", PARTS.len());
    let input = place.file("liddell.pcap", capture(&[datagram(&message)]));
    let (path, output) = place.anonymized(&input, "written.pcapng", &[]);
    assert!(output.status.success(), "{}", said(&output));
    let written = fs::read(&path).unwrap();
    let small = written.to_ascii_lowercase();
    let has = |text: &[u8]| small.windows(text.len()).any(|part| part == text);
    // As text, in percent-encoding, in base64, in hexadecimal digits, and as bytes of a header.
    for text in [
        "liddell",
        "alice",
        "wonder",
        "hatter",
        "pleasance",
        "%61lice",
        "198.18.77.201",
        "198.18.77.202",
        "198.18.77.203",
        "198.18.77.204",
        "4915112345678",
        "151-1234",
        "0049151",
        "262077123456789",
        "f81d4fae",
        "9f3a77",
        "77aa88bb",
        "4711",
        "mnc077",
        "262771234abcdef0",
        "2001:db8:77",
        "d29uzgvybgfuzc1sawrkzwxs",
        "bglkzgvsba",
        "6c696464656c6c",
        "l&#105;ddell",
    ] {
        assert!(!has(text.as_bytes()), "{text}");
    }
    for address in [alice(), bob()] {
        let std::net::IpAddr::V4(address) = address.ip() else {
            continue;
        };
        assert!(!has(&address.octets()));
    }
    assert_eq!(judged(&path), judged(&input));
    let said = said(&output);
    assert!(
        said.contains("1 header field of unknown names, which stay: replaced whole"),
        "{said}"
    );
    assert!(
        said.contains("1 body of unknown types: replaced whole"),
        "{said}"
    );
}

#[test]
fn what_is_unknown_is_kept_on_request_but_for_what_is_replaced_elsewhere() {
    let place = Place::new("unknown");
    let message = "MESSAGE sip:liddell@wonder.example SIP/2.0\r\nX-Note: teapot of liddell at 198.18.77.201\r\n\
        Content-Type: application/x-tea\r\nContent-Length: 17\r\n\r\nteapot of liddell";
    let input = place.file("liddell.sip", message);
    let (path, output) = place.anonymized(&input, "written", &["--keep-unknown"]);
    assert!(
        said(&output).contains("1 body of unknown types: kept"),
        "{}",
        said(&output)
    );
    let written = fs::read_to_string(path).unwrap();
    assert_eq!(written.matches("teapot of ").count(), 2, "{written}");
    assert!(
        !written.contains("liddell") && !written.contains("198.18.77.201"),
        "{written}"
    );
}

#[test]
fn what_keys_opened_is_written_without_keys_and_is_no_packet() {
    let place = Place::new("encrypted");
    let input = place.file("tls.pcapng", crate::export::encrypted());
    let (path, output) = place.anonymized(&input, "written.pcapng", &[]);
    assert!(
        said(&output).contains("as exported PDUs"),
        "{}",
        said(&output)
    );
    assert!(said(&output).contains("1 key log"), "{}", said(&output));
    let written = fs::read(&path).unwrap();
    for secret in ["TRAFFIC_SECRET", "CLIENT_RANDOM"] {
        assert!(
            !written
                .windows(secret.len())
                .any(|part| part == secret.as_bytes())
        );
    }
    // A rule that needs the transport cannot be held to what was only told.
    let ((mut rules, findings, counts), before) = (judged(&path), judged(&input));
    rules["VIA05"] = before.0["VIA05"].clone();
    assert_eq!((rules, findings, counts), before);
    assert!(before.2[0] > 1);
}

#[test]
fn what_was_cut_in_the_capture_stays_cut() {
    let place = Place::new("cut");
    let message = format!("{EVERYWHERE}{}\r\n\r\n{PARTS}", PARTS.len());
    let mut records = records(&[datagram(&message), datagram(&message)]);
    let first = &mut records[0];
    first.original_len = Some(first.frame.len() as u32);
    first.frame.truncate(700);
    let input = place.file(
        "cut.pcap",
        pcap(PcapStyle::default(), linktype::ETHERNET, &records),
    );
    let whole = |input: &str| -> Vec<Value> {
        let messages = sipscope(&["messages", "-q", "--format", "json", input]).stdout;
        let lines = messages
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty());
        let lines = lines.map(|line| serde_json::from_slice::<Value>(line).unwrap());
        lines.map(|line| line["whole"].clone()).collect()
    };
    for name in ["written.pcapng", "written.pcap"] {
        let (path, output) = place.anonymized(&input, name, &[]);
        assert!(output.status.success(), "{}", said(&output));
        assert_eq!(whole(&path), [false, true], "{name}");
        assert_eq!(judged(&path), judged(&input));
    }
}

#[test]
fn lines_of_a_log_around_its_messages_name_nobody() {
    let place = Place::new("around");
    let log = fs::read_to_string("samples/logs/asterisk_full_pjsip.log").unwrap();
    let remark = "[2023-11-14 22:13:20.001] NOTICE[2370] res_pjsip_logger.c: Peer 'Liddell' (liddell@wonder.example, 212-555-0100, ext 4930100000001) \
        at 198.18.77.201 via pbx7.wonder.example is unreachable\n";
    let input = place.file(
        "asterisk.log",
        format!("{remark}{log}{}", remark.replace("20.001", "59.001")),
    );
    let (path, output) = place.anonymized(&input, "written", &[]);
    assert!(output.status.success(), "{}", said(&output));
    let written = fs::read_to_string(&path).unwrap();
    assert_eq!(written.len(), fs::metadata(&input).unwrap().len() as usize);
    for named in [
        "iddell",
        "wonder",
        "212-555",
        "4930100000001",
        "198.18.77.201",
        "pbx7",
    ] {
        assert!(!written.contains(named), "{named}");
    }
    assert!(
        written.starts_with("[2023-11-14 22:13:20.001] "),
        "{written}"
    );
    assert_eq!(judged(&path), judged(&input));
    assert_eq!(
        judged(&path),
        judged("samples/logs/asterisk_full_pjsip.log")
    );
}

#[test]
fn a_log_that_would_be_read_otherwise_is_not_written() {
    let place = Place::new("otherwise");
    // Users may be called as ports are: then nobody knows which is meant in a line of a log.
    let log = fs::read_to_string("samples/logs/sipdump.data").unwrap();
    let input = place.file(
        "sipdump.data",
        log.replace("sip:+4930100000001@", "sip:5060@"),
    );
    let (path, output) = place.anonymized(&input, "written", &[]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(
        said(&output).contains("would be read as another one"),
        "{}",
        said(&output)
    );
    assert!(!Path::new(&path).exists());
}

/// A log of Asterisk, with lines around its messages.
fn asterisk(own: &str, lines: &[&str]) -> String {
    let head = "[2024-01-01 10:00:00] NOTICE[1234] chan_sip.c: ";
    let lines: String = lines.iter().map(|line| format!("{head}{line}\n")).collect();
    let message = format!(
        "INVITE sip:1001@sip.acme.example SIP/2.0\nVia: SIP/2.0/UDP {own}:5060;branch=z9hG4bKabc1\nMax-Forwards: 70\n\
         From: \"Service Point\" <sip:5551234@acme.example>;tag=ft1\nTo: <sip:1001@sip.acme.example>\n\
         Call-ID: cid1@acme.example\nCSeq: 1 INVITE\nContact: <sip:5551234@{own}:5060>\nContent-Length: 0\n\n"
    );
    format!("{lines}<--- Received SIP request (400 bytes) from UDP:{own}:5060 --->\n{message}\n")
}

#[test]
fn who_is_named_in_a_message_is_known_in_the_lines_around_it_whatever_stands_beside() {
    let place = Place::new("beside");
    let lines = [
        "SIP/1001 is ringing",
        "Called PJSIP/1001 at sip:1001 tel:1001",
        "Dial PJSIP/1001-00000001",
        "[1001@from-internal:1] 1001@local <sip:1001> user:1001",
        "Extension Changed 1001[from-internal]",
        "Service Point called",
        "peer 2001:470:1:2::10 lost",
    ];
    for own in ["203.0.113.78", "[2001:470:1:2::10]"] {
        let input = place.file("beside.log", asterisk(own, &lines));
        let (path, output) = place.anonymized(&input, "written", &[]);
        assert!(output.status.success(), "{own}: {}", said(&output));
        let written = fs::read_to_string(&path).unwrap();
        for named in ["1001", "5551234", "Service", "Point", "2001:470", "acme"] {
            assert!(!written.contains(named), "{named}: {written}");
        }
        let user = written.split_once("INVITE sip:").unwrap().1;
        let user = user.split_once('@').unwrap().0;
        for text in [format!("SIP/{user} is ringing"), format!("tel:{user}\n")] {
            assert!(written.contains(&text), "{text}: {written}");
        }
        assert_eq!(judged(&path), judged(&input));
    }
}

#[test]
fn numbers_that_count_nothing_are_replaced_in_logs() {
    let place = Place::new("numbers");
    let named = [
        "(555) 867-5309",
        "+49 89 123 4567",
        "0049 89 8765 432",
        "212 555 0100",
        "555123000",
        "22-33-44",
        "4712",
        "99314",
        "52.5200,13.4050",
        "00:1b:44:11:3a:b7",
        "00-1b-44-11-3a-b7",
        "2001:470:1:2::11",
        "Mark Spencer-May",
    ];
    let input = place.file("numbers.log", asterisk("203.0.113.78", &named));
    let (path, output) = place.anonymized(&input, "written", &[]);
    assert!(output.status.success(), "{}", said(&output));
    let written = fs::read_to_string(&path).unwrap();
    for named in named {
        for part in named.split(' ').filter(|part| part.len() > 3) {
            assert!(!written.contains(part), "{part}: {written}");
        }
    }
    assert!(
        written.starts_with("[2024-01-01 10:00:00] NOTICE[1234] "),
        "{written}"
    );
    assert_eq!(judged(&path), judged(&input));
}

#[test]
fn names_that_json_spells_are_the_same_and_it_stays_json() {
    let place = Place::new("json");
    for (name, spelled) in [
        ("\u{674e}\u{660e}", "\\u674e\\u660e"),
        (
            "\u{418}\u{432}\u{430}\u{43d}",
            "\\u0418\\u0432\\u0430\\u043d",
        ),
        ("Fran\u{e7}ois", "Fran\\u00e7ois"),
    ] {
        let line = |name: &str| {
            let message = format!(
                "OPTIONS sip:bob@acme.example SIP/2.0\\r\\nVia: SIP/2.0/UDP 203.0.113.78:5060;branch=z9hG4bKabc1\\r\\n\
                 From: \\\"{name}\\\" <sip:al@acme.example>;tag=1\\r\\nTo: <sip:bob@acme.example>\\r\\nCall-ID: c1\\r\\n\
                 CSeq: 1 OPTIONS\\r\\nContent-Length: 0\\r\\n\\r\\n"
            );
            format!(
                "{{\"ts\": \"2024-01-01T10:00:00Z\", \"src\": \"203.0.113.78:5060\", \"user\": \"{name}\", \"message\": \"{message}\"}}\n"
            )
        };
        let read = |name: &str| {
            let input = place.file("json.log", line(name));
            let (path, output) = place.anonymized(&input, "written", &[]);
            assert!(output.status.success(), "{}", said(&output));
            let written = fs::read_to_string(&path).unwrap();
            assert!(!written.contains(name), "{written}");
            let written: Value = serde_json::from_str(&written).unwrap();
            let message = written["message"].as_str().unwrap();
            let from = message.split_once("From: \"").unwrap().1;
            let from = from.split_once('"').unwrap().0.to_owned();
            assert_eq!(written["user"], from);
            from
        };
        assert_eq!(read(name), read(spelled));
    }
}

#[test]
fn logs_are_kept_on_request_but_for_what_is_replaced_elsewhere() {
    let place = Place::new("kept");
    let lines = ["hello there of 4712", "SIP/1001 lost"];
    let own = place.file("kept.log", asterisk("203.0.113.78", &lines));
    let inputs = [logs(), vec![own.clone()]].concat();
    for input in inputs {
        let (path, output) = place.anonymized(&input, "written", &["--keep-unknown"]);
        assert!(output.status.success(), "{input}: {}", said(&output));
        let written = fs::read_to_string(&path).unwrap();
        if input == own {
            assert!(written.contains(": hello there of 4712\n"), "{written}");
            assert!(!written.contains("1001"), "{written}");
        }
    }
}

#[test]
fn encoded_bodies_are_kept_by_no_request() {
    let place = Place::new("encoded");
    let body = "dj0wDQpvPWFsaWNlIDEgMSBJTiBJUDQgMTk4LjE4Ljc3LjIwMQ0K";
    let message = format!(
        "INVITE sip:liddell@wonder.example SIP/2.0\r\nContent-Type: application/sdp\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let input = place.file("liddell.sip", message);
    let (path, output) = place.anonymized(&input, "written", &["--keep-unknown"]);
    let written = fs::read_to_string(path).unwrap();
    assert!(!written.contains("dj0wDQ"), "{written}");
    assert!(
        said(&output).contains("1 encoded body: replaced whole"),
        "{}",
        said(&output)
    );
}

/// The name stands in them behind a byte of another encoding, in UTF-16 (RFC 2781 4.2), and with a sign that ends no word.
#[test]
fn what_is_no_text_is_kept_by_no_request() {
    let place = Place::new("no text");
    let wide: Vec<u8> = "liddell"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (number, body) in [&b"\xf3liddell"[..], &wide, b"\x07liddell"]
        .into_iter()
        .enumerate()
    {
        let head = format!(
            "MESSAGE sip:liddell@wonder.example SIP/2.0\r\nContent-Type: application/x-tea\r\nContent-Length: {}\r\n",
            body.len()
        );
        let note = &b"X-Note: \xf3liddell\r\n\r\n"[..];
        let message = [head.as_bytes(), note, body].concat();
        let input = place.file(&format!("{number}.pcap"), capture(&[datagram(&message)]));
        let (path, output) = place.anonymized(&input, "written.pcap", &["--keep-unknown"]);
        let written = fs::read(path).unwrap();
        for name in [&b"liddell"[..], &wide] {
            let is_name = |part: &[u8]| part == name;
            assert!(!written.windows(name.len()).any(is_name), "{body:?}");
        }
        let said = said(&output);
        let whole = "2 unknown header fields and bodies, no text in UTF-8: replaced whole";
        assert!(said.contains(whole), "{said}");
        assert!(!said.contains("kept"), "{said}");
    }
}

#[test]
fn the_audit_of_messages_with_one_fault_stays_the_same() {
    let place = Place::new("one fault");
    let message = "INVITE sip:bob@acme.example SIP/2.0\r\nVia: SIP/2.0/UDP 203.0.113.78:5060;branch=z9hG4bKabc1\r\n\
        From: \"Al\" <sip:al@acme.example>;tag=1\r\nTo: <sip:bob@acme.example>\r\nCall-ID: c1\r\nCSeq: 1 INVITE\r\n\
        P-Asserted-Identity: \"Al\" <sip:al@acme.example>, <tel:+4915112345678>\r\nMax-Forwards: 70\r\n\
        Content-Type: application/xpidf+xml\r\nContent-Length: 90\r\n\r\n\
        <!DOCTYPE presence PUBLIC \"-//IETF//DTD RFCxxxx XPIDF 1.0//EN\" \"xpidf.dtd\"><presence/>     ";
    let faults = [
        ("", ""),
        ("example SIP/2.0", "exampleSIP/2.0"),
        ("UDP 203", "UDP203"),
        ("UDP 203", "UDP;203"),
        ("Identity: \"Al\"", "Identity: \"\"Al\""),
        ("al@acme", "al@ac%etme"),
    ];
    for (own, wrong) in faults {
        let message = match own {
            "" => message.to_owned(),
            own => message.replacen(own, wrong, 1),
        };
        let input = place.file("fault.pcap", capture(&[datagram(&message)]));
        let (path, output) = place.anonymized(&input, "written.pcapng", &[]);
        assert!(output.status.success(), "{wrong}: {}", said(&output));
        assert_eq!(judged(&path), judged(&input), "{wrong}");
    }
}

fn bytes_of_messages(input: &str) -> Vec<String> {
    let count = sipscope(&["messages", "-q", "--format", "json", input]).stdout;
    let count = count.iter().filter(|byte| **byte == b'\n').count();
    let shown = (1..=count).map(|number| {
        let shown = sipscope(&["show", "-q", input, &number.to_string()]).stdout;
        let shown = String::from_utf8(shown).unwrap();
        shown.split_once("\n\n").unwrap().1.to_owned()
    });
    shown.collect()
}

#[test]
fn the_same_key_gives_the_same_and_another_one_something_else() {
    let (place, other) = (Place::new("one"), Place::new("other"));
    let written = |place: &Place, input: &str, name: &str| {
        let (path, output) = place.anonymized(input, name, &[]);
        assert!(output.status.success(), "{}", said(&output));
        path
    };
    let one = written(&place, "samples/call.pcap", "one.pcapng");
    let again = written(&place, "samples/call.pcap", "again.pcapng");
    assert_eq!(fs::read(&one).unwrap(), fs::read(again).unwrap());
    // The same calls in another form, and in a log.
    let messages = bytes_of_messages(&one);
    assert!(messages.len() > 40);
    let hep = written(&place, "samples/call.hep", "hep.pcapng");
    assert_eq!(bytes_of_messages(&hep), messages);
    let log = written(&place, "samples/logs/sngrep.txt", "sngrep.txt");
    assert_eq!(bytes_of_messages(&log), messages);
    let different = written(&other, "samples/call.pcap", "one.pcapng");
    assert_ne!(bytes_of_messages(&different), messages);
}

#[test]
fn without_a_key_nothing_comes_out_again() {
    let place = Place::new("");
    let [one, other] = ["one.pcapng", "other.pcapng"].map(|name| {
        let path = place.path(name);
        let output = sipscope(&["anonymize", "-q", "samples/call.pcap", "-o", &path]);
        assert!(said(&output).contains("without --key"), "{}", said(&output));
        fs::read(path).unwrap()
    });
    assert_ne!(one, other);
    let (_, output) = place.anonymized("samples/call.pcap", "empty", &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("the key is empty"),
        "{}",
        said(&output)
    );
}

#[test]
fn a_key_that_is_none_is_told() {
    let place = Place::new("of seven");
    let told = |key: &str| {
        let path = place.path("written.pcapng");
        let arguments = [
            "anonymize",
            "-q",
            "samples/call.pcap",
            "-o",
            &path,
            "--key",
            key,
        ];
        let output = sipscope(&arguments);
        (output.status.code(), said(&output))
    };
    let (code, said) = told(&place.key);
    assert!(
        said.contains("a key of 8 bytes may be found by trying"),
        "{said}"
    );
    assert_eq!(code, Some(0));
    let (code, said) = told(&place.path("nowhere"));
    assert!(
        said.contains("this key cannot be read; `head -c 32"),
        "{said}"
    );
    assert_eq!(code, Some(3));
    // It never ends.
    let (code, said) = told("/dev/zero");
    assert!(
        said.contains("a key has no more than 1048576 bytes"),
        "{said}"
    );
    assert_eq!(code, Some(2));
}

#[test]
fn several_inputs_become_files_named_by_their_places() {
    let place = Place::new("several");
    let folder = place.path("written");
    let inputs = [
        "samples/logs/sngrep.txt",
        "samples/call.pcap",
        "samples/call.hep",
    ];
    let arguments = ["anonymize", "-q", "--key", &place.key, "-o", &folder];
    let output = sipscope(&[&arguments[..], &inputs].concat());
    assert!(output.status.success(), "{}", said(&output));
    let mut names: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["1.log", "2.pcapng", "3.pcapng"]);
    for (name, input) in names.iter().zip(inputs) {
        let alone = place.anonymized(input, "alone", &[]).0;
        let written = PathBuf::from(&folder).join(name);
        assert_eq!(
            fs::read(written).unwrap(),
            fs::read(alone).unwrap(),
            "{input}"
        );
    }
}

#[test]
fn what_comes_through_a_pipe_is_written_as_from_a_file() {
    let place = Place::new("through a pipe");
    for input in ["samples/call.pcap", "samples/logs/sipp_messages.log"] {
        let from_file = place.anonymized(input, "from-file", &[]).0;
        let path = place.path("from-pipe");
        let mut piped = Command::new("cat");
        let mut piped = piped.arg(input).stdout(Stdio::piped()).spawn().unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_sipscope"))
            .args(["anonymize", "-q", "--key", &place.key, "-o", &path, "-"])
            .stdin(piped.stdout.take().unwrap())
            .output()
            .unwrap();
        assert!(piped.wait().unwrap().success());
        assert!(output.status.success(), "{input}: {}", said(&output));
        assert_eq!(fs::read(path).unwrap(), fs::read(from_file).unwrap());
    }
}

#[test]
fn one_trace_may_be_written_to_standard_output() {
    let place = Place::new("standard output");
    for input in ["samples/call.pcap", "samples/logs/sipp_messages.log"] {
        let in_file = place.anonymized(input, "in-file", &[]).0;
        let arguments = ["anonymize", "-q", "--key", &place.key, "-o", "-", input];
        let output = sipscope(&arguments);
        assert!(output.status.success(), "{input}: {}", said(&output));
        assert_eq!(output.stdout, fs::read(in_file).unwrap(), "{input}");
    }
    let both = ["samples/call.pcap", "samples/call.hep"];
    let output = sipscope(&[&["anonymize", "-o", "-"][..], &both].concat());
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        said(&output),
        "sipscope: several traces are written: name a folder for them with --output\n"
    );
}

#[test]
fn an_input_is_never_written_over_and_a_document_is_refused() {
    let place = Place::new("refused");
    let input = place.path("call.pcap");
    fs::copy("samples/call.pcap", &input).unwrap();
    let (_, output) = place.anonymized(&input, "call.pcap", &[]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert_eq!(
        fs::read(&input).unwrap(),
        fs::read("samples/call.pcap").unwrap()
    );
    let secret = fs::read(&place.key).unwrap();
    let log = place.file("keylog", "CLIENT_RANDOM 00 00\n");
    for (name, read) in [("key", &place.key), ("keylog", &log)] {
        let before = fs::read(read).unwrap();
        let (_, output) = place.anonymized(&input, name, &["--keylog", &log]);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(
            said(&output).contains("to be read, and stays"),
            "{}",
            said(&output)
        );
        assert_eq!(fs::read(read).unwrap(), before);
    }
    assert_eq!(fs::read(&place.key).unwrap(), secret);
    for document in samples("documents") {
        let (path, output) = place.anonymized(&document, "document", &[]);
        assert_eq!(output.status.code(), Some(3));
        assert!(
            said(&output).contains("a flow document is no trace"),
            "{}",
            said(&output)
        );
        assert!(!Path::new(&path).exists());
        if said(&output).contains("no message is printed in it") {
            continue;
        }
        // What it says is to be done.
        let messages = place.path("messages.txt");
        let exported = sipscope(&["export", "-q", "-f", "text", "-o", &messages, &document]);
        assert!(exported.status.success(), "{document}: {}", said(&exported));
        let (path, output) = place.anonymized(&messages, "written", &[]);
        assert!(output.status.success(), "{document}: {}", said(&output));
        assert_eq!(judged(&path), judged(&messages), "{document}");
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn what_is_left_out_is_counted() {
    let place = Place::new("left out");
    let (path, output) = place.anonymized(
        "samples/flows/ims-registration.pcapng",
        "written.pcapng",
        &[],
    );
    let said = said(&output);
    let left = said
        .lines()
        .find(|line| line.starts_with("sipscope: left out: "));
    assert!(left.is_some_and(|left| left.contains("comment")), "{said}");
    let written = fs::read(path).unwrap();
    assert!(!written.windows(16).any(|part| part == b"ims-registration"));
}

#[test]
fn on_request_prefixes_stay_what_numbers_have_in_common() {
    let place = Place::new("prefixes");
    let lines = ["26207111222333", "26207444555666"].map(|user| {
        format!(
            "OPTIONS sip:{user}@8.8.4.{} SIP/2.0\r\nContent-Length: 0\r\n\r\n",
            user.len()
        )
    });
    let input = place.file("numbers.sip", lines.concat());
    let users = |options: &[&str]| -> Vec<String> {
        let (path, _) = place.anonymized(&input, "written", options);
        let text = fs::read_to_string(path).unwrap();
        let users = text
            .lines()
            .filter_map(|line| Some(line.split_once("sip:")?.1.split_once('@')?.0.to_owned()));
        users.collect()
    };
    let kept = users(&["--keep-prefixes"]);
    assert_eq!(kept[0][..5], kept[1][..5]);
    assert_ne!(kept[0][..5], *"26207");
    let apart = users(&[]);
    assert_ne!(apart[0][..5], apart[1][..5]);
}

/// Damaged somewhere: cut, or with some bytes turned over.
fn damaged(bytes: &[u8], step: usize) -> Vec<Vec<u8>> {
    let places = (1..8).map(|place| bytes.len() * place / 8 + step % 61);
    let cut = places
        .clone()
        .map(|at| bytes[..at.min(bytes.len())].to_vec());
    let turned = places.map(|at| {
        let mut turned = bytes.to_vec();
        for place in (at..turned.len()).step_by(997 + step) {
            turned[place] ^= 0x21;
        }
        turned
    });
    cut.chain(turned).collect()
}

#[test]
fn damaged_inputs_are_anonymized_or_refused_and_leak_nothing() {
    let place = Place::new("damaged");
    let inputs = [
        "samples/call.pcap",
        "samples/call.hep",
        "samples/logs/plain.sip",
        "samples/logs/audiocodes.log",
        "samples/logs/tshark.json",
        "samples/torture/rfc4475-wsinv.sip",
    ];
    let mut written = 0;
    for (step, input) in inputs.into_iter().enumerate() {
        let bytes = fs::read(input).unwrap();
        let identities = found_in(&bytes);
        for (number, damaged) in damaged(&bytes, step * 7).into_iter().enumerate() {
            let damaged = place.file("damaged", damaged);
            let (path, output) = place.anonymized(&damaged, "written", &[]);
            let what = format!("{input} {number}");
            assert!(
                !said(&output).contains("defect"),
                "{what}: {}",
                said(&output)
            );
            if output.status.success() {
                written += 1;
                let left = left_in(&fs::read(&path).unwrap(), &identities);
                assert!(left.is_empty(), "{what}: {left:?}");
                fs::remove_file(path).unwrap();
            }
        }
    }
    assert!(written > 30, "{written}");
}

/// Users of every make, each as often as it takes to show that no two become one.
#[test]
fn no_two_users_become_one_and_each_keeps_its_make() {
    let place = Place::new("users");
    let users: Vec<String> = (0..300_u32)
        .flat_map(|number| {
            let short = char::from(b'a' + (number % 26) as u8);
            [
                format!("{short}{}", number / 26 % 10),
                format!("user{number}"),
                format!("User{number}"),
                format!("+49{:08}", number * 7919),
                format!("{:08x}", number.wrapping_mul(2_654_435_761)),
                format!("m%C3%A4x.{number}"),
            ]
        })
        .collect();
    let line = |user: &String| {
        format!("OPTIONS sip:{user}@a.example SIP/2.0\r\nContent-Length: 0\r\n\r\n")
    };
    let input = place.file("users.sip", users.iter().map(line).collect::<String>());
    let (path, output) = place.anonymized(&input, "written", &[]);
    assert!(output.status.success(), "{}", said(&output));
    let text = fs::read_to_string(path).unwrap();
    let others = text
        .lines()
        .filter_map(|line| line.split_once("sip:")?.1.split_once('@'));
    let mut became: BTreeMap<&str, &str> = BTreeMap::new();
    for (user, (other, _)) in users.iter().zip(others) {
        assert_eq!(user.len(), other.len());
        let make = |text: &str| -> Vec<bool> {
            text.bytes()
                .map(|byte| byte.is_ascii_alphanumeric())
                .collect()
        };
        assert_eq!(make(user), make(other), "{user} {other}");
        let before = became.insert(other, user);
        assert!(
            before.is_none_or(|before| before == user),
            "{user} and {before:?} became {other}"
        );
    }
}

/// A session description that is one part of a body is followed by others, which belong to the message as well; what stays of a log
/// is said.
#[test]
fn parts_behind_a_session_description_in_a_log_name_nobody() {
    let place = Place::new("parts of a body");
    let body = "--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\no=a 1 1 IN IP4 192.0.2.4\r\ns=-\r\n\
        c=IN IP4 192.0.2.4\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n--b\r\nContent-Type: application/octet-stream\r\n\
        Content-Transfer-Encoding: base64\r\n\r\nAAF6YWNoYXJpYXM=\r\n--b--\r\n";
    let log = format!(
        "MESSAGE sip:b@x.example SIP/2.0\r\nVia: SIP/2.0/UDP h.x.example;branch=z9hG4bKa1\r\nMax-Forwards: 70\r\n\
        From: <sip:a@x.example>;tag=1\r\nTo: <sip:b@x.example>\r\nCall-ID: c1@x\r\nCSeq: 1 MESSAGE\r\n\
        Content-Type: multipart/mixed;boundary=b\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let input = place.path("parts.log");
    fs::write(&input, log).unwrap();
    let (path, output) = place.anonymized(&input, "out.log", &["--keep-unknown"]);
    let written = fs::read_to_string(path).unwrap();
    // All of the message is there, and the encoded part is another one.
    assert!(written.ends_with("--\r\n"), "{written}");
    assert!(!written.contains("AAF6YWNo"), "{written}");
    let kept = "lines of logs around the messages: kept, but for what is replaced elsewhere: they may name somebody\n";
    assert!(said(&output).contains(kept), "{}", said(&output));
}
