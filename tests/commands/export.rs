//! Calls exported for other programs: what is read of the file is what was exported, in every form.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test")]

use crate::support;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use crate::program::{printed, said, sipscope};
use serde_json::Value;
use support::captures::{Interface, Pcapng, linktype};
use support::exchange::{Direction, alice, bob, capture, datagram, records};
use support::frames::{tcp_flags, tcp_frame, websocket_frame};
use support::sip::request;
use support::tls::TLS_1_3;
use tempfile::TempDir;

/// Messages without what tells where in a file they stand, and findings as they are counted.
fn read(input: &str) -> (Vec<Value>, String) {
    let messages = printed(&["messages", "-q", "--format", "json", input]);
    let messages = messages.lines().map(|line| {
        let mut message: Value = serde_json::from_str(line).unwrap();
        let fields = message.as_object_mut().unwrap();
        let places = [
            "number",
            "input",
            "record",
            "records",
            "encapsulation",
            "last_time",
        ];
        for field in places {
            fields.remove(field);
        }
        message
    });
    let messages = messages.collect();
    let audit = printed(&["audit", "-q", "--fail-on", "never", input]);
    (messages, audit.lines().last().unwrap().to_owned())
}

fn in_folder(name: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name).to_str().unwrap().to_owned();
    (folder, path)
}

#[test]
fn what_is_exported_is_read_as_what_it_was() {
    let flows = fs::read_dir("samples/flows").unwrap();
    let mut inputs: Vec<_> = flows.map(|one| one.unwrap().path()).collect();
    inputs.extend(
        [
            "samples/call.pcap",
            "samples/call.hep",
            "samples/logs/sipdump.data",
        ]
        .map(Into::into),
    );
    for input in inputs {
        let input = input.to_str().unwrap();
        let before = read(input);
        assert!(!before.0.is_empty(), "{input}");
        for name in ["all.pcapng", "all.pcap", "all.txt", "all.json"] {
            let (_folder, path) = in_folder(name);
            let output = sipscope(&["export", "-q", input, "-o", &path]);
            assert!(output.status.success(), "{input} {name}: {}", said(&output));
            assert_eq!(read(&path), before, "{input} as {name}");
        }
    }
}

#[test]
fn one_call_is_chosen_by_its_number_or_by_filters() {
    let (_folder, path) = in_folder("one.pcapng");
    for chosen in [&["2"][..], &["--call-id", "2"]] {
        let mut arguments = vec!["export", "-q", "-o", &path, "samples/call.pcap"];
        arguments.extend(chosen);
        assert!(sipscope(&arguments).status.success(), "{chosen:?}");
    }
    let output = sipscope(&["export", "-q", "-o", &path, "samples/call.pcap", "2"]);
    assert_eq!(said(&output), "sipscope: 1 call; 21 frames copied\n");
    assert_eq!(read(&path).0.len(), 21);
    let output = sipscope(&["export", "-q", "-o", &path, "samples/call.pcap", "3"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        said(&output),
        "sipscope: there is no call 3: the inputs hold 2; `sipscope calls` gives their numbers\n"
    );
    let output = sipscope(&[
        "export",
        "-q",
        "-o",
        &path,
        "samples/call.pcap",
        "--from",
        "nobody",
    ]);
    assert_eq!(output.status.code(), Some(1));
    let none = "sipscope: none of 2 calls is meant by the filters: `sipscope calls` without them lists all\n";
    assert_eq!(said(&output), none);
}

fn options(call_id: &str) -> String {
    request("OPTIONS", "sip:bob@example.org", call_id, 1, &[], "")
}

/// Requests of two calls that a connection carries in segments that know nothing of them.
fn shared_stream() -> Vec<u8> {
    let (one, other) = (options("one"), options("other"));
    let stream = [one.as_bytes(), other.as_bytes()].concat();
    let direction = Direction::new(1000);
    let mut frames = vec![direction.syn()];
    frames.extend(direction.cut(&stream, &[one.len() - 20]));
    capture(&frames)
}

#[test]
fn of_a_stream_that_calls_share_only_the_own_messages_are_taken() {
    let (folder, input) = in_folder("shared.pcap");
    fs::write(&input, shared_stream()).unwrap();
    for name in ["one.pcapng", "one.pcap"] {
        let path = folder.path().join(name).to_str().unwrap().to_owned();
        let output = sipscope(&["export", "-q", "-o", &path, &input, "1"]);
        let expected = "sipscope: 1 call; 1 message in new packets: no frames, or none without messages of others\n";
        assert_eq!(said(&output), expected);
        let (messages, _) = read(&path);
        assert_eq!(messages.len(), 1, "{messages:?}");
        assert_eq!(messages[0]["call_id"], "one");
        assert_eq!(messages[0]["transport"], "TCP");
        let bytes = fs::read(&path).unwrap();
        assert!(!bytes.windows(5).any(|part| part == b"other"), "{name}");
        tshark_finds_nothing_wrong(Path::new(&path), 1);
    }
}

/// To other programs a stream from which segments were taken is a broken one.
#[test]
fn a_stream_that_calls_share_has_no_holes() {
    let later = request("OPTIONS", "sip:bob@example.org", "one", 2, &[], "");
    let all = [options("one"), options("other"), later];
    let ends: Vec<_> = all.iter().map(String::len).collect();
    let direction = Direction::new(1000);
    let mut frames = vec![direction.syn()];
    frames.extend(direction.cut(all.concat().as_bytes(), &[ends[0], ends[0] + ends[1]]));
    let (folder, input) = in_folder("shared.pcap");
    fs::write(&input, capture(&frames)).unwrap();
    let path = folder
        .path()
        .join("one.pcapng")
        .to_str()
        .unwrap()
        .to_owned();
    let output = sipscope(&["export", "-q", "-o", &path, &input, "1"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let (messages, _) = read(&path);
    assert_eq!(messages.len(), 2, "{messages:?}");
    let summary = sipscope(&["summary", "-q", &path]);
    let summary = String::from_utf8(summary.stdout).unwrap();
    assert!(!summary.contains("stream-gap"), "{summary}");
    tshark_finds_nothing_wrong(Path::new(&path), 2);
}

/// What is not known of a message is not there, and the rest is read again.
#[test]
fn messages_without_ends_keep_their_times_in_json() {
    let (_folder, path) = in_folder("told.json");
    let log = "samples/logs/ccsip.log";
    let output = sipscope(&["export", "-q", "-o", &path, log]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let (messages, _) = read(&path);
    let (told, _) = read(log);
    assert_eq!(messages.len(), told.len());
    for message in messages {
        assert!(message["time"].is_string(), "{message}");
    }
}

/// Where it is there, it finds as many messages, no segment missing and no checksum wrong.
fn tshark_finds_nothing_wrong(path: &Path, messages: usize) {
    let tshark = |filter: &str| {
        let checks = [
            "-o",
            "ip.check_checksum:TRUE",
            "-o",
            "tcp.check_checksum:TRUE",
        ];
        let output = Command::new("tshark")
            .args(["-r", path.to_str().unwrap(), "-Y", filter])
            .args(checks)
            .output();
        output.ok().map(|output| output.stdout)
    };
    let Some(found) = tshark("sip") else {
        eprintln!("not tried: tshark is not installed");
        return;
    };
    let lines = found.iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(lines, messages, "{}", String::from_utf8_lossy(&found));
    let wrong = "_ws.malformed || tcp.analysis.flags || tcp.checksum.status == 0 || ip.checksum.status == 0";
    let wrong = tshark(wrong).unwrap();
    assert_eq!(String::from_utf8_lossy(&wrong), "");
}

/// Of a connection whose packets are not there.
const OTHER: &str = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

/// The two sides of a connection that keys inside of the capture open.
pub(crate) fn encrypted() -> Vec<u8> {
    let ends = [(alice(), bob()), (bob(), alice())];
    let mut next = [1000, 2000_u32];
    let mut frames: Vec<_> = ends
        .iter()
        .zip(next)
        .map(|((from, to), next)| tcp_frame(*from, *to, (next - 1, 0, tcp_flags::SYN), ""))
        .collect();
    for (side, hex) in TLS_1_3.sent {
        let digits: Vec<char> = hex.chars().filter(char::is_ascii_hexdigit).collect();
        let byte = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16);
        let bytes: Vec<u8> = digits.chunks(2).map(|pair| byte(pair).unwrap()).collect();
        let (from, to) = ends[*side];
        frames.push(tcp_frame(
            from,
            to,
            (next[*side], 0, tcp_flags::ACK),
            &bytes,
        ));
        next[*side] += bytes.len() as u32;
    }
    let with_other = format!("CLIENT_RANDOM {OTHER} {OTHER}\n{}", TLS_1_3.key_log);
    let start = Pcapng::new(false)
        .interface(Interface {
            linktype: linktype::ETHERNET,
            ..Interface::default()
        })
        .decryption_secrets(0x544c_534b, &with_other);
    let records = records(&frames);
    records
        .iter()
        .fold(start, |file, record| file.packet(0, record))
        .finish()
}

#[test]
fn of_an_encrypted_connection_all_frames_and_the_keys_are_copied() {
    let (folder, input) = in_folder("tls.pcapng");
    fs::write(&input, encrypted()).unwrap();
    let before = read(&input);
    assert!(before.0.len() > 1);
    let has_other = |path: &str| {
        let bytes = fs::read(path).unwrap();
        bytes.windows(8).any(|part| part == &OTHER.as_bytes()[..8])
    };
    assert!(has_other(&input));
    let path = folder
        .path()
        .join("one.pcapng")
        .to_str()
        .unwrap()
        .to_owned();
    let output = sipscope(&["export", "-q", "-o", &path, &input]);
    assert!(
        said(&output).ends_with("; 1 key log copied\n"),
        "{}",
        said(&output)
    );
    assert_eq!(read(&path), before);
    assert!(!has_other(&path));
    let path = folder.path().join("one.pcap").to_str().unwrap().to_owned();
    let output = sipscope(&["export", "-q", "-o", &path, &input]);
    assert!(
        said(&output).contains("1 key log left out"),
        "{}",
        said(&output)
    );
}

/// Of a WebSocket connection (RFC 7118) no part can be read alone: the calls that nobody chose are counted.
#[test]
fn calls_that_go_along_in_a_connection_are_told() {
    let upgrade = "GET / HTTP/1.1\r\nHost: example.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\n\
        Sec-WebSocket-Version: 13\r\n\r\n";
    let mut stream = upgrade.as_bytes().to_vec();
    for call_id in ["one", "two", "three"] {
        stream.extend(websocket_frame(
            true,
            1,
            Some([1, 2, 3, 4]),
            options(call_id),
        ));
    }
    let direction = Direction::new(1000);
    let mut frames = vec![direction.syn()];
    frames.extend(direction.cut(&stream, &[upgrade.len()]));
    let (folder, input) = in_folder("websocket.pcap");
    fs::write(&input, capture(&frames)).unwrap();
    let path = folder.path().join("two.pcapng");
    let path = path.to_str().unwrap();
    let output = sipscope(&["export", "-q", "-o", path, &input, "2"]);
    let along = "sipscope: 1 call; 3 frames copied; 2 other calls along, of the same connections, \
        which are copied whole: -f text and -f json leave others out\n";
    assert_eq!(said(&output), along);
    assert_eq!(read(path).0.len(), 3);
    let output = sipscope(&["export", "-q", "-o", path, &input]);
    assert_eq!(said(&output), "sipscope: 3 calls; 3 frames copied\n");
}

#[test]
fn comments_stay_with_their_frames() {
    let (_folder, path) = in_folder("one.pcapng");
    let input = "samples/flows/rfc3665-two-proxies.pcapng";
    assert!(
        sipscope(&["export", "-q", "-o", &path, input])
            .status
            .success()
    );
    let count = |path: &str| {
        let bytes = fs::read(path).unwrap();
        let comment = b"rfc3665-two-proxies step ";
        bytes
            .windows(comment.len())
            .filter(|part| part == comment)
            .count()
    };
    assert!(count(input) > 10);
    assert_eq!(count(&path), count(input));
    let bytes = fs::read(&path).unwrap();
    let of_all = b"the flow rfc3665-two-proxies";
    assert!(bytes.windows(of_all.len()).any(|part| part == of_all));
}

#[cfg(unix)]
#[test]
fn an_export_is_a_file_as_any_other_and_writes_over_none_that_is_read_only() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = in_folder("one.pcapng");
    let plain = folder.path().join("plain");
    fs::write(&plain, "").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    let export = || sipscope(&["export", "-q", "-o", &path, "samples/call.pcap", "1"]);
    assert!(export().status.success());
    assert_eq!(mode(Path::new(&path)), mode(&plain));
    fs::write(&path, "kept").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o440)).unwrap();
    let output = export();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        said(&output),
        format!("sipscope: {path}: the file is read-only\n")
    );
    assert_eq!(fs::read(&path).unwrap(), b"kept");
}

#[test]
fn what_a_form_cannot_hold_is_said() {
    let (folder, path) = in_folder("both.pcap");
    let inputs = ["samples/call.pcap", "samples/documents/numbered-steps.txt"];
    let output = sipscope(&[&["export", "-q", "-o", &path], &inputs[..]].concat());
    assert_eq!(output.status.code(), Some(3));
    let problem =
        "these packets have several link layers, which pcapng has room for and pcap has not";
    assert_eq!(said(&output), format!("sipscope: {path}: {problem}\n"));
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing is left behind"
    );

    let mut odd = datagram(options("odd!"));
    let at = odd.windows(4).position(|part| part == b"odd!").unwrap();
    odd[at + 3] = 0xff;
    let (folder, input) = in_folder("odd.pcap");
    fs::write(&input, capture(&[odd])).unwrap();
    let path = folder.path().join("odd.json").to_str().unwrap().to_owned();
    let output = sipscope(&["export", "-q", "-o", &path, &input]);
    let expected = "sipscope: 1 call; 1 message; 1 message with bytes that are no UTF-8, which JSON cannot hold: they are U+FFFD there\n";
    assert_eq!(said(&output), expected);

    let output = sipscope(&["export", "-q", "-o", "calls.xyz", "samples/call.pcap"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        said(&output),
        "sipscope: the name calls.xyz does not tell the form: --format does, or one of .pcapng, .pcap, .txt, .json, .xml at its end\n"
    );
}

/// Who is at an end, where it is an address.
fn at(end: &Value) -> Option<SocketAddr> {
    end.as_str()?.parse().ok()
}

#[test]
fn what_logs_leave_open_is_filled_in_where_it_is_asked_for() {
    let (_folder, path) = in_folder("filled.pcap");
    for log in fs::read_dir("samples/logs").unwrap() {
        let log = log.unwrap().path();
        let log = log.to_str().unwrap();
        let output = sipscope(&["export", "-q", "--fill-in", log, "-o", &path]);
        let said = said(&output);
        assert!(output.status.success(), "{log}: {said}");
        assert!(!said.contains("exported PDUs"), "{log}: {said}");
        let (before, after) = (read(log).0, read(&path).0);
        assert_eq!(before.len(), after.len(), "{log}");
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before["call_id"], after["call_id"], "{log}");
            for end in ["from", "to"] {
                let filled = at(&after[end]);
                assert!(filled.is_some(), "{log}: {after}");
                let told = at(&before[end]);
                assert!(told.is_none() || told == filled, "{log}: {before} {after}");
            }
        }
        tshark_finds_nothing_wrong(Path::new(&path), after.len());
        sngrep_reads(Path::new(&path), after.len());
    }
}

/// How many messages sngrep finds, which writes them all to another capture.
fn sngrep_reads(path: &Path, messages: usize) {
    let copy = path.with_extension("sngrep.pcap");
    let sngrep = Command::new("sngrep")
        .args(["-N", "-q", "-I"])
        .arg(path)
        .arg("-O")
        .arg(&copy)
        .output();
    let Ok(output) = sngrep else {
        eprintln!("not tried: sngrep is not installed");
        return;
    };
    let wrong = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{wrong}");
    assert_eq!(read(copy.to_str().unwrap()).0.len(), messages, "{wrong}");
}

/// The client has a name alone, the server is where the request goes; what TLS carried becomes a stream.
#[test]
fn each_end_that_is_made_up_has_an_address_of_its_own() {
    let lines = "Via: SIP/2.0/TLS a.example.org:5061;branch=z9hG4bKone\r\n\
        From: <sip:alice@a.example.org>;tag=1\r\nTo: <sip:bob@b.example.org>\r\n\
        Call-ID: one\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n";
    let log = format!("OPTIONS sip:bob@b.example.org SIP/2.0\r\n{lines}SIP/2.0 200 OK\r\n{lines}");
    let (folder, input) = in_folder("own.sip");
    fs::write(&input, log).unwrap();
    let path = folder.path().join("own.pcap");
    let path = path.to_str().unwrap();
    let output = sipscope(&["export", "-q", "--fill-in", &input, "-o", path]);
    let filled = "2 messages filled in (4 ends, 2 transports, 2 times)\n";
    assert!(said(&output).ends_with(filled), "{}", said(&output));
    let (messages, _) = read(path);
    let (client, server) = ("198.18.0.1:5061", "198.18.0.2:5060");
    let ends = messages.iter().map(|one| {
        let end = |name: &str| one[name].as_str().unwrap();
        (end("from"), end("to"))
    });
    let expected = [(client, server), (server, client)];
    let ends: Vec<_> = ends.collect();
    assert_eq!(ends, expected, "{messages:?}");
    assert!(
        messages.iter().all(|one| one["transport"] == "TCP"),
        "{messages:?}"
    );
    let output = sipscope(&[
        "export",
        "-q",
        "--fill-in",
        &input,
        "-f",
        "text",
        "-o",
        path,
    ]);
    assert_eq!(output.status.code(), Some(2));
    let refused = "--fill-in is about packets: it goes with -f pcapng and -f pcap";
    assert!(said(&output).contains(refused), "{}", said(&output));
}
