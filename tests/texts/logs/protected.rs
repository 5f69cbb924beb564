//! A log does not tell of IPsec: an answer to another port than that of Via may have gone to a protected one.

use std::fs;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// Source and destination.
type Way = [&'static str; 2];

/// A request and its answer, as sipdump writes them.
fn log(request: Way, answer: Way, via: &str) -> String {
    let entry = |[from, to]: Way, time: &str, first: &str| {
        let split = |end: &'static str| end.split_once(':').unwrap();
        let ((from, from_port), (to, to_port)) = (split(from), split(to));
        let message = format!(
            "{first}\r\nVia: SIP/2.0/UDP {via};branch=z9hG4bKa\r\nMax-Forwards: 70\r\nFrom: <sip:alice@example.org>;tag=a\r\n\
             To: <sip:bob@example.org>;tag=b\r\nCall-ID: one\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
        );
        format!(
            "====================\ntag: rcv\npid: 1\nprocess: 1\ntime: {time}\nproto: udp ipv4\nsrcip: {from}\nsrcport: {from_port}\n\
             dstip: {to}\ndstport: {to_port}\n~~~~~~~~~~~~~~~~~~~~\n{message}||||||||||||||||||||\n"
        )
    };
    entry(
        request,
        "1700000000.000000",
        "OPTIONS sip:bob@example.org SIP/2.0",
    ) + &entry(answer, "1700000001.000000", "SIP/2.0 200 OK")
}

/// How often a rule passes, fails, and cannot tell.
fn verdicts(rule: &str, log: &str) -> [u64; 3] {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("sipdump.log");
    fs::write(&path, log).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_sipscope"))
        .args(["audit", "-q", "-f", "json"])
        .arg(&path)
        .output()
        .unwrap();
    let audit: Value = serde_json::from_slice(&output.stdout).unwrap();
    ["pass", "fail", "not_provable"].map(|kind| audit["rules"][rule][kind].as_u64().unwrap())
}

const PASSES: [u64; 3] = [1, 0, 0];
const FAILS: [u64; 3] = [0, 1, 0];
const CANNOT_TELL: [u64; 3] = [0, 0, 1];

#[test]
fn an_answer_to_another_port_may_be_protected() {
    for (rule, via) in [
        ("VIA10", "192.0.2.1:5101"),
        ("VIA07", "192.0.2.1:5101;rport"),
    ] {
        let to_own = log(
            ["192.0.2.1:5101", "192.0.2.2:6200"],
            ["192.0.2.2:6201", "192.0.2.1:5101"],
            via,
        );
        assert_eq!(verdicts(rule, &to_own), PASSES, "{rule}");
        let to_other = log(
            ["192.0.2.1:5101", "192.0.2.2:6200"],
            ["192.0.2.2:6201", "192.0.2.1:6101"],
            via,
        );
        assert_eq!(verdicts(rule, &to_other), CANNOT_TELL, "{rule}");
        // 3GPP TS 33.203 7.1: no protected port is a usual one.
        let unprotected = log(
            ["192.0.2.1:5101", "192.0.2.2:5060"],
            ["192.0.2.2:5060", "192.0.2.1:6101"],
            via,
        );
        assert_eq!(verdicts(rule, &unprotected), FAILS, "{rule}");
        let elsewhere = log(
            ["192.0.2.1:5101", "192.0.2.2:6200"],
            ["192.0.2.2:6201", "192.0.2.3:6101"],
            via,
        );
        assert_eq!(verdicts(rule, &elsewhere), FAILS, "{rule}");
    }
}

/// Via says the transport as well, and the ports of one are not those of another.
#[test]
fn an_answer_over_another_transport_is_none_over_udp() {
    let log = log(
        ["192.0.2.1:5060", "192.0.2.2:5060"],
        ["192.0.2.2:6201", "192.0.2.1:6101"],
        "192.0.2.1:5060",
    );
    assert_eq!(verdicts("VIA10", &log), FAILS);
    let (request, answer) = log.split_at(log.rfind("proto: udp").unwrap());
    let over_tcp = request.to_owned() + &answer.replace("proto: udp", "proto: tcp");
    assert_eq!(verdicts("VIA10", &over_tcp), [0, 0, 0]);
}
