//! Kamailio sipdump: knows everything, and keeps every byte.

use crate::traffic::{Read, Sent, all, check};

fn write(sent: &Sent) -> Vec<u8> {
    let family = if sent.source.is_ipv4() {
        "ipv4"
    } else {
        "ipv6"
    };
    let (seconds, micros) = (sent.nanos / 1_000_000_000, sent.nanos / 1000 % 1_000_000);
    let head = format!(
        "====================\ntag: rcv\npid: 17\nprocess: 1\ntime: {seconds}.{micros:06}\n\
         date: Sat Nov 21 08:03:41 2026\nproto: {} {family}\nsrcip: {}\nsrcport: {}\ndstip: {}\n\
         dstport: {}\n~~~~~~~~~~~~~~~~~~~~\n",
        sent.transport.to_lowercase(),
        sent.source.ip(),
        sent.source.port(),
        sent.destination.ip(),
        sent.destination.port(),
    );
    [head.as_bytes(), &sent.bytes, b"||||||||||||||||||||\n"].concat()
}

#[test]
fn everything_comes_back() {
    let traffic = all();
    let text: Vec<u8> = traffic.iter().flat_map(write).collect();
    let expected: Vec<Read> = traffic.iter().map(Sent::exact).collect();
    check("sipdump.data", "sipdump", &text, &expected);
}
