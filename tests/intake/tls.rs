//! SIP over TLS: read with keys from a key log or from the capture itself, counted as encrypted without.

#![allow(clippy::unwrap_used, reason = "a test")]

use crate::support;

use std::fs;
use std::net::SocketAddr;

use sipscope::base::AnomalyKind;
use support::audit::{audit, audit_with, one_thread};
use support::captures::{Interface, Pcapng, Record, TLS_KEY_LOG, linktype};
use support::exchange::{alice, bob, capture, records};
use support::frames::{tcp_flags, tcp_frame};
use support::tls::{Session, TLS_1_2, TLS_1_3};

const REQUEST: &str =
    "OPTIONS sip:b SIP/2.0\r\nCall-ID: tls-1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
const RESPONSE: &str =
    "SIP/2.0 200 OK\r\nCall-ID: tls-1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";

fn expected() -> Vec<String> {
    vec![
        REQUEST.to_owned(),
        REQUEST.replace("tls-1", "tls-2"),
        RESPONSE.to_owned(),
    ]
}

fn unhex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks_exact(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.map(byte).collect()
}

/// The connection as frames, what was sent cut into segments of at most this size.
fn frames(session: &Session, size: usize) -> Vec<Vec<u8>> {
    frames_from(alice(), session, size)
}

fn frames_from(client: SocketAddr, session: &Session, size: usize) -> Vec<Vec<u8>> {
    let ends = [(client, bob()), (bob(), client)];
    let mut next = [1000, 2000_u32];
    let mut frames = Vec::new();
    for (side, (from, to)) in ends.into_iter().enumerate() {
        frames.push(tcp_frame(from, to, (next[side] - 1, 0, tcp_flags::SYN), ""));
    }
    for (side, bytes) in session.sent {
        let (from, to) = ends[*side];
        for piece in unhex(bytes).chunks(size) {
            frames.push(tcp_frame(from, to, (next[*side], 0, tcp_flags::ACK), piece));
            next[*side] += piece.len() as u32;
        }
    }
    frames
}

fn pcapng(session: &Session, frames: &[Vec<u8>]) -> Vec<u8> {
    let start = Pcapng::new(false)
        .interface(Interface {
            linktype: linktype::ETHERNET,
            ..Interface::default()
        })
        .decryption_secrets(TLS_KEY_LOG, session.key_log);
    let add = |file: Pcapng, record: &Record| file.packet(0, record);
    records(frames).iter().fold(start, add).finish()
}

#[test]
fn keys_inside_of_the_capture_open_it_however_it_was_cut() {
    for session in [TLS_1_2, TLS_1_3] {
        for size in [1, 7, 100, 1448] {
            let audit = audit(pcapng(&session, &frames(&session, size)));
            assert_eq!(audit.texts(), expected(), "segments of {size}");
            assert!(audit.found.iter().all(|found| found.transport == "TLS"));
            assert!(
                audit
                    .found
                    .iter()
                    .all(|found| found.path.ends_with("/ipv4/tls"))
            );
            assert_eq!(audit.anomalies(), []);
            assert_eq!(audit.intake.total().undecodable_total(), 0);
        }
    }
}

#[test]
fn a_key_log_of_its_own_opens_it_too() {
    let folder = tempfile::tempdir().unwrap();
    let key_log = folder.path().join("keys");
    fs::write(&key_log, TLS_1_3.key_log).unwrap();
    let mut job = one_thread();
    job.key_logs.push(key_log);
    let audit = audit_with(capture(&frames(&TLS_1_3, 500)), job);
    assert_eq!(audit.texts(), expected());
}

#[test]
fn without_keys_it_is_named_as_encrypted() {
    let frames = frames(&TLS_1_2, 500);
    let audit = audit(capture(&frames));
    assert_eq!(audit.texts(), Vec::<String>::new());
    let segments = frames.len() as u64 - 2;
    assert_eq!(audit.outcome("tls: encrypted, no keys"), segments);
    assert_eq!(audit.outcome("tcp control"), 2);
}

/// The keys of another connection open nothing.
#[test]
fn wrong_keys_are_no_keys() {
    let frames = frames(&TLS_1_2, 500);
    let audit = audit(pcapng(&TLS_1_3, &frames));
    assert_eq!(audit.texts(), Vec::<String>::new());
    assert!(audit.outcome("tls: encrypted, no keys") > 0);
}

/// Where two connections are followed at a time, a third costs the one that was idle longest, and that is said.
#[test]
fn more_connections_than_are_followed_are_said() {
    const DATA: usize = 3;
    let connection = |port| {
        let client = SocketAddr::new(alice().ip(), port);
        let mut hellos = frames_from(client, &TLS_1_3, 20_000);
        let data = hellos.split_off(hellos.len() - DATA);
        (hellos, data)
    };
    let [first, second, third] = [1001, 1002, 1003].map(connection);
    let before = [first.0, second.0].concat();
    let after = [third.0, third.1, second.1, first.1].concat();
    let mut job = one_thread();
    job.limits.tls_sessions = 2;
    let frames = [&before[..], &after].concat();
    let audit = audit_with(pcapng(&TLS_1_3, &frames), job);
    assert_eq!(audit.texts(), [expected(), expected()].concat());
    // What comes of the first is a connection that is not known, and costs another.
    assert_eq!(audit.anomalies(), [("decryption-limit", 2)]);
    // The hello of the third stands behind its two SYN.
    let (record, _) = audit.first(AnomalyKind::DecryptionLimit);
    assert_eq!(record.number, before.len() as u64 + 3);
    assert_eq!(audit.outcome("tls: encrypted, no keys"), DATA as u64);
}

/// Behind a lost record the next one is still read, and the message that lost its beginning is no message.
#[test]
fn a_lost_segment_costs_what_it_held() {
    for session in [TLS_1_2, TLS_1_3] {
        let mut frames = frames(&session, 1448);
        // The last three of the client and the server: first half of a request, its rest and another, the response.
        let lost = frames.len() - 3;
        frames.remove(lost);
        let audit = audit(pcapng(&session, &frames));
        assert_eq!(audit.texts(), expected()[1..]);
        assert_eq!(audit.count(AnomalyKind::StreamGap), 1);
    }
}
