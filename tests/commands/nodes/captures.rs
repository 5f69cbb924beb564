//! Real captures, if they are there (see tests/intake/captures.rs): nodes and roles that reading their messages gives.

use std::fs;
use std::path::{Path, PathBuf};

use sipscope::trace::{Hints, Trace, node_file, read_node_file};
use sipscope::{Job, analyze, correlate};

use crate::nodes::scene::{members, roles};

fn captures() -> PathBuf {
    let named = std::env::var_os("SIPSCOPE_CAPTURES").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/captures");
    named.unwrap_or(beside)
}

fn trace(name: &str) -> Option<Trace> {
    let path = captures().join(name);
    path.is_file().then(|| trace_of(path, &Hints::default()))
}

fn trace_of(path: PathBuf, hints: &Hints) -> Trace {
    let job = Job {
        inputs: vec![path],
        threads: 1,
        ..Job::default()
    };
    let mut intake = analyze(&job).unwrap();
    correlate(&mut intake, &job, hints).unwrap()
}

/// Whatever was found: the file that says so is read again, and gives the same nodes.
#[test]
fn nodes_of_each_capture_can_be_written_and_read_again() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let folders = [samples, captures()]
        .into_iter()
        .filter_map(|folder| fs::read_dir(folder).ok());
    let files = folders.flatten().map(|entry| entry.unwrap().path());
    let is_capture = |path: &PathBuf| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        matches!(ending, Some("pcap" | "pcapng" | "erf"))
    };
    let mut count = 0;
    for path in files.filter(is_capture) {
        let found = trace_of(path.clone(), &Hints::default());
        let nodes = read_node_file(&node_file(&found, found.nodes())).unwrap();
        let hints = Hints {
            nodes,
            ..Hints::default()
        };
        let again = trace_of(path.clone(), &hints);
        assert_eq!(members(&again), members(&found), "{}", path.display());
        assert_eq!(roles(&again), roles(&found), "{}", path.display());
        count += 1;
    }
    assert!(count > 0);
}

fn expect(name: &str, expected: &[(&str, &str)]) {
    if let Some(trace) = trace(name) {
        let found = roles(&trace);
        let found: Vec<_> = found
            .iter()
            .map(|(label, role)| (label.as_str(), *role))
            .collect();
        assert_eq!(found, expected, "{name}");
    }
}

/// SIPp on both sides of a proxy: the server side registers itself from its own port.
#[test]
fn a_proxy_and_both_ends_on_one_loopback_address() {
    let expected = [
        ("127.0.0.1:5070", "UE"),
        ("127.0.0.1:5060", "proxy"),
        ("127.0.0.1:5071", "user agent"),
    ];
    expect("a_proxy_rr_udp.pcap", &expected);
}

#[test]
fn a_registration_with_ipsec_shows_terminal_and_core() {
    let expected = [
        ("192.168.101.5", "UE"),
        ("10.4.128.21:5060", "P-CSCF"),
        ("10.4.128.21:4060", "I-CSCF"),
        ("10.4.128.21:6060", "S-CSCF"),
        ("192.168.101.2", "UE"),
    ];
    expect("o5gs_ipsec_reg.pcapng", &expected);
}

/// The I-CSCF has no name here, but stays out of the path of the call that it hands to the S-CSCF.
#[test]
fn a_call_through_a_core_without_its_registrations() {
    let expected = [
        ("pcscf.ims.mnc001.mcc001.3gppnetwork.org", "P-CSCF"),
        ("192.168.101.2", "UE"),
        ("192.168.101.3", "UE"),
        ("scscf.ims.mnc001.mcc001.3gppnetwork.org:6060", "S-CSCF"),
        ("10.4.128.21:4060", "I-CSCF"),
    ];
    expect("o5gs_volte.pcapng", &expected);
}

#[test]
fn a_server_for_presence_that_is_registrar_as_well() {
    let Some(trace) = trace("b_presence_udp.pcap") else {
        return;
    };
    let found = roles(&trace);
    assert_eq!(found.len(), 9);
    let of = |label: &str| found.iter().find(|(of, _)| of == label).unwrap().1;
    assert_eq!(of("127.0.0.1:5060"), "presence server");
    assert_eq!(of("127.0.0.1:5090"), "UE");
    let watchers = found.iter().filter(|(_, role)| *role == "user agent");
    assert_eq!(watchers.count(), 7);
}
