//! Speed of reading messages: the header index, with all values that correlation needs, and beside them what rsip takes for the
//! same messages; and single values, with the second opinion on them.

#![allow(clippy::unwrap_used, reason = "a benchmark on its own input")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::hint::black_box;

use divan::counter::{BytesCount, ItemsCount};
use divan::{AllocProfiler, Bencher};
use sipscope::sip::{Index, Message, Name, Opinion, Problems, Text, Value, second_opinion};
use support::sip::{request, response, sdp};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// INVITE with SDP, 100, 200 with SDP, BYE, NOTIFY with PIDF.
fn messages() -> Vec<String> {
    let body = sdp("192.0.2.1", 49170);
    let call = |more: &[&'static str]| {
        let mut lines = vec![
            "Record-Route: <sip:p2.example.com;lr>, <sip:p1.example.com;lr>",
            "User-Agent: Phone 1.0",
            "Allow: INVITE, ACK, CANCEL, BYE, PRACK, UPDATE, NOTIFY",
            "Supported: 100rel, timer, replaces",
        ];
        lines.extend(more);
        lines
    };
    let with_body = call(&["Content-Type: application/sdp"]);
    let routed = ["Route: <sip:p1.example.com;lr>, <sip:p2.example.com;lr>"];
    let presence = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n\
        <presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"pres:bob@example.com\">\r\n\
        <tuple id=\"a1\"><status><basic>open</basic></status><contact>sip:bob@192.0.2.4</contact></tuple>\r\n\
        </presence>\r\n";
    let notify = [
        "Event: presence",
        "Subscription-State: active;expires=3599",
        "Content-Type: application/pidf+xml",
    ];
    vec![
        request(
            "INVITE",
            "sip:bob@example.com",
            "call-1",
            1,
            &with_body,
            &body,
        ),
        response(100, "Trying", "INVITE", "call-1", 1, &[], ""),
        response(200, "OK", "INVITE", "call-1", 1, &with_body, &body),
        request("BYE", "sip:bob@example.com", "call-1", 2, &routed, ""),
        request(
            "NOTIFY",
            "sip:bob@example.com",
            "call-2",
            2,
            &notify,
            presence,
        ),
    ]
}

fn bench(bencher: Bencher<'_, '_>, mut read: impl FnMut(&[u8])) {
    let messages = messages();
    bencher
        .counter(ItemsCount::new(messages.len()))
        .counter(BytesCount::new(
            messages.iter().map(String::len).sum::<usize>(),
        ))
        .bench_local(|| {
            for message in &messages {
                read(black_box(message.as_bytes()));
            }
        });
}

/// Where everything stands.
#[divan::bench]
fn index(bencher: Bencher<'_, '_>) {
    let mut index = Index::default();
    bench(bencher, |bytes| {
        index.read(bytes);
        black_box(&index);
    });
}

/// Index and all values that correlation needs.
#[divan::bench]
fn correlation(bencher: Bencher<'_, '_>) {
    let mut index = Index::default();
    bench(bencher, |bytes| {
        let message = Message::read(bytes, &mut index);
        black_box((message.start(), message.call_id(), message.cseq()));
        black_box(message.from().and_then(|from| from.tag()));
        black_box(message.to().and_then(|to| to.tag()));
        for via in message.vias() {
            black_box((via.host, via.port, via.branch()));
        }
        black_box(message.max_forwards());
        black_box(message.address(Name::Route));
    });
}

/// Every value of every field, typed, and all problems.
#[divan::bench]
fn everything(bencher: Bencher<'_, '_>) {
    let mut index = Index::default();
    bench(bencher, |bytes| {
        black_box(Message::read(bytes, &mut index).problems());
    });
}

/// What rsip takes to read the same messages into a list of header fields.
#[divan::bench]
fn rsip(bencher: Bencher<'_, '_>) {
    bench(bencher, |bytes| {
        black_box(rsip::SipMessage::try_from(bytes).unwrap());
    });
}

/// The values for which rsip has a reader.
fn bench_values(bencher: Bencher<'_, '_>, mut read: impl FnMut(Name, Text<'_>)) {
    let messages = messages();
    let mut indexes: Vec<_> = messages.iter().map(|_| Index::default()).collect();
    let mut values = Vec::new();
    for (message, index) in messages.iter().zip(&mut indexes) {
        for header in Message::read(message.as_bytes(), index).headers() {
            values.extend(header.values().map(|value| (header.known, value)));
        }
    }
    values.retain(|(name, value)| second_opinion(*name, *value) != Opinion::NotAsked);
    bencher
        .counter(ItemsCount::new(values.len()))
        .bench_local(|| {
            for (name, value) in &values {
                read(*name, black_box(*value));
            }
        });
}

/// Values typed, one after the other.
#[divan::bench]
fn values(bencher: Bencher<'_, '_>) {
    bench_values(bencher, |name, value| {
        black_box(Value::read(name, value, &mut Problems::ignored()));
    });
}

/// The second opinion on the same values: rsip reads each and writes it again, and both are compared.
#[divan::bench]
fn values_second_opinion(bencher: Bencher<'_, '_>) {
    bench_values(bencher, |name, value| {
        black_box(second_opinion(name, value));
    });
}
