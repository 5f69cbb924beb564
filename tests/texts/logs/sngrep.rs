//! sngrep: every byte, both addresses, microseconds, but not over what.

use std::net::SocketAddr;

use sipscope::source::TextOptions;

use crate::logs::traffic::{Read, Sent, UNKNOWN, all, check, read_text};

pub(crate) fn write(sent: &Sent, own: SocketAddr) -> Vec<u8> {
    sent.written("sngrep", own)
}

#[test]
fn everything_but_the_transport_comes_back() {
    let traffic = all();
    let text: Vec<u8> = traffic
        .iter()
        .flat_map(|sent| write(sent, sent.source))
        .collect();
    let seen = traffic.iter().map(|sent| Read {
        transport: UNKNOWN,
        nanos: Some(sent.cut_to(1000)),
        ..sent.exact()
    });
    check("sngrep.txt", "sngrep", &text, &seen.collect::<Vec<_>>());
}

#[test]
fn ipv6_without_brackets() {
    let text = "2023/11/14 22:13:20.000001 2001:db8::1:5060 -> 2001:db8::2:5061\nBYE sip:b SIP/2.0\nContent-Length: 0\n\n\n\n";
    let read = read_text(text.as_bytes(), TextOptions::default());
    assert_eq!(read.len(), 1);
    assert_eq!(
        (read[0].from.as_str(), read[0].to.as_str()),
        ("[2001:db8::1]:5060", "[2001:db8::2]:5061")
    );
}
