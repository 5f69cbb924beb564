//! Speed of the way from bytes to messages: one look at a message, and whole captures of calls and of media.

#![allow(clippy::unwrap_used, reason = "a benchmark on its own input")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::io::Write;
use std::net::SocketAddr;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use sipscope::sip::Glance;
use sipscope::{Job, analyze};
use support::captures::{PcapStyle, Record, linktype, pcap};
use support::frames::udp_frame;
use support::sip::{request, response, sdp};
use tempfile::NamedTempFile;

fn main() {
    divan::main();
}

fn messages() -> Vec<String> {
    let body = sdp("192.0.2.1", 49170);
    let typed = ["Content-Type: application/sdp"];
    vec![
        request("INVITE", "sip:bob@example.com", "call-1", 1, &typed, &body),
        response(100, "Trying", "INVITE", "call-1", 1, &[], ""),
        response(200, "OK", "INVITE", "call-1", 1, &typed, &body),
        request("BYE", "sip:bob@example.com", "call-1", 2, &[], ""),
    ]
}

/// One look at each of four messages.
#[divan::bench]
fn glance(bencher: Bencher<'_, '_>) {
    let messages = messages();
    let bytes: usize = messages.iter().map(String::len).sum();
    bencher
        .counter(ItemsCount::new(messages.len()))
        .counter(BytesCount::new(bytes))
        .bench(|| {
            for message in &messages {
                divan::black_box(Glance::at(divan::black_box(message.as_bytes())));
            }
        });
}

/// A capture of 20,000 packets of which one in `every` is SIP, the others media.
fn capture(every: usize) -> NamedTempFile {
    let (alice, bob): (SocketAddr, SocketAddr) = (
        "192.0.2.1:5060".parse().unwrap(),
        "192.0.2.2:5060".parse().unwrap(),
    );
    let mut media = vec![0x80, 0, 0, 1];
    media.resize(172, 0x55);
    let media = udp_frame(alice, bob, &media);
    let calls: Vec<_> = messages()
        .iter()
        .map(|text| udp_frame(alice, bob, text))
        .collect();
    let records: Vec<_> = (0..20_000)
        .map(|index| {
            let frame = if index % every == 0 {
                &calls[index / every % calls.len()]
            } else {
                &media
            };
            Record::new(1_700_000_000 + index as u64, 0, frame.clone())
        })
        .collect();
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(&pcap(PcapStyle::default(), linktype::ETHERNET, &records))
        .unwrap();
    file
}

/// A whole capture, on one thread and on two.
#[divan::bench(args = [(1, 1), (1, 2), (100, 1), (100, 2)])]
fn intake(bencher: Bencher<'_, '_>, (every, threads): (usize, usize)) {
    let file = capture(every);
    let bytes = file.path().metadata().unwrap().len();
    let job = Job {
        inputs: vec![file.path().to_owned()],
        threads,
        keep_bytes: false,
        ..Job::default()
    };
    bencher
        .counter(BytesCount::new(bytes))
        .bench(|| analyze(divan::black_box(&job)).unwrap().sightings.len());
}
