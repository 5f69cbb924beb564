//! The text of Homer: everything, where Homer knew it.

use std::net::SocketAddr;

use sipscope::source::TextOptions;

use crate::logs::traffic::{Read, Sent, UNKNOWN, all, check, read_text};

pub(crate) fn write(sent: &Sent, own: SocketAddr) -> Vec<u8> {
    sent.written("homer-text", own)
}

#[test]
fn everything_comes_back() {
    let traffic = all();
    let text: Vec<u8> = traffic
        .iter()
        .flat_map(|sent| write(sent, sent.source))
        .collect();
    let seen = traffic.iter().map(|sent| Read {
        nanos: Some(sent.cut_to(1000)),
        ..sent.exact()
    });
    check("homer.txt", "homer-text", &text, &seen.collect::<Vec<_>>());
}

#[test]
fn what_homer_does_not_know_is_not_an_address() {
    let text = "proto:UDP 2023-11-14T22:13:20.5Z  127.0.0.1:0 ---> 127.0.0.2:0\r\n\r\nBYE sip:b SIP/2.0\r\nContent-Length: 0\r\n\r\n\r\n";
    let read = read_text(text.as_bytes(), TextOptions::default());
    assert_eq!(read.len(), 1);
    assert_eq!(
        (read[0].from.as_str(), read[0].to.as_str()),
        (UNKNOWN, UNKNOWN)
    );
    assert_eq!(read[0].nanos, Some(1_700_000_000_500_000_000));
}
